//! What administrators do, and the head office.

use super::{ATTACKER, BRANCH, Day, HEAD_OFFICE, HOME, Result, SIP_PASSWORD, has_password, source};
use libprov::device::Command;
use libprov::effect::Effect;
use libprov::ids::AttemptId;
use libprov::ip::IpPrefix;
use libprov::keys::{Keyring, TenantKey};
use libprov::lang::Lang;
use libprov::models;
use libprov::profile::Profile;
use libprov::request::{self, Answer, Attempt};
use libprov::state::State;

impl Day<'_> {
    pub(super) fn suspension(&mut self) -> Result<()> {
        self.timeline.chapter("A telephone without a keypad: authentication suspended");
        let mac = self.mac(3)?;
        let bind = IpPrefix::parse("203.0.113.77")?;
        self.host.admin(mac, &Command::Suspend { bind: Some(bind), confirm_blocked: false })?;
        let elsewhere = self.host.get(mac, ATTACKER, None)?;
        self.claim("A4", "a suspension is for its address: polling from elsewhere gets nothing", elsewhere.is_restricted());
        let got = self.host.get(mac, "203.0.113.77", None)?;
        self.claim(
            "R4",
            "from the suspended address the full configuration comes without a PAP",
            got.rule() == "R4" && has_password(&got),
        );
        self.host.deliver(mac, &got)?;
        self.claim("W3", "a delivery that only a suspension allowed whitelists nothing", {
            self.host.site.temporary(source("203.0.113.77")?).is_none()
        });
        self.host.pass(31)?;
        let over = self.host.get(mac, "203.0.113.77", None)?;
        self.claim("A4", "a suspension is over after 30 minutes", over.rule() == "R10");
        Ok(())
    }

    pub(super) fn reset_and_block(&mut self) -> Result<()> {
        self.timeline.chapter("Reset and block");
        let mac = self.mac(0)?;
        let credential = self.host.credential(mac)?;
        self.host.effects.clear();
        self.host.admin(mac, &Command::Reset { taken: &self.taken() })?;
        let pap = self.host.pap(mac).unwrap_or_default();
        self.claim("A2", "a reset gives a new PAP at once and revokes the accounts", {
            pap.len() == 6 && !self.secrets.contains(&pap) && self.host.effects.contains(&Effect::Revoke)
        });
        self.claim("W8", "a reset withdraws the whitelist entry the device made", {
            self.host.site.temporary(source(BRANCH)?).is_some_and(|entry| !entry.is_live(self.host.now))
        });
        let stale = self.host.get(mac, BRANCH, Some(credential.expose()))?;
        self.event(&format!("the telephone with its old credential: {}", stale.decision.explain(Lang::En).text));
        self.claim("R9", "after a reset the old credential is denied: factory reset needed", stale.rule() == "R9");
        self.secrets.push(pap);
        let stolen = self.mac(1)?;
        let credential = self.host.credential(stolen)?;
        self.host.admin(stolen, &Command::Block)?;
        let got = self.host.get(stolen, BRANCH, Some(credential.expose()))?;
        self.claim("R5", "a blocked device is restricted although it proves itself", got.rule() == "R5" && got.is_restricted());
        self.host.pass(24 * 60)?;
        self.claim("A2", "a day later a blocked device still is blocked", self.state(stolen) == Some(State::Blocked));
        self.host.admin(stolen, &Command::Reset { taken: &[] })?;
        self.claim("A2", "a blocked device is free again by a reset", self.state(stolen) == Some(State::Required));
        Ok(())
    }

    pub(super) fn head_office(&mut self) -> Result<()> {
        self.timeline.chapter("The head office with its fixed address");
        let mut full = 0;
        let range = 7..30;
        let count = range.len();
        for number in range {
            let mac = self.mac(number)?;
            let got = self.host.get(mac, HEAD_OFFICE, None)?;
            if got.rule() == "R6a" && has_password(&got) {
                full += 1;
            }
            self.host.deliver(mac, &got)?;
        }
        self.event(&format!("{full} telephones ask from {HEAD_OFFICE}"));
        self.claim("R6a", "everybody on the permanent whitelist is provisioned without a PAP", full == count);
        let again = self.host.get(self.mac(8)?, HEAD_OFFICE, None)?;
        let later = {
            self.host.pass(11)?;
            self.host.get(self.mac(8)?, HEAD_OFFICE, None)?
        };
        self.claim("S7", "later an unproven fetch from a whitelisted address gets the file without secrets", {
            has_password(&again) && later.is_full() && !later.file.contains(SIP_PASSWORD)
        });
        Ok(())
    }

    pub(super) fn hostile_names(&mut self) -> Result<()> {
        self.timeline.chapter("Hostile names");
        let mut refused = Vec::new();
        for (name, json) in &self.input.profiles {
            if let Err(error) = Profile::from_json(json) {
                refused.push(format!("{name}: {error}"));
            }
        }
        for number in [30, 31] {
            let mac = self.mac(number)?;
            if self.host.site.device(mac).is_some()
                && let Err(error) = self.host.get(mac, HEAD_OFFICE, None)
            {
                refused.push(error.to_string());
            }
        }
        for line in &refused {
            self.event(line);
        }
        self.claim("V4", "a newline and a right-to-left mark are refused by field, never stripped", refused.len() == 2);
        // The profile's reader refuses control characters before the writer sees them, so one text goes there directly.
        let mac = self.mac(32)?;
        let got = self.host.get(mac, ATTACKER, None)?;
        let Answer::Restricted(restricted) = &got.decision.answer else { return Err("no restricted answer".into()) };
        let model = models::lookup("yealink", "T46S").ok_or("no such model")?;
        let text = "Hello\nstatic.auto_provision.server.url = https://evil.example/";
        let made = self.host.render_restricted(mac, model, restricted, text);
        let error = made.err().map(|error| error.to_string()).unwrap_or_default();
        self.event(&format!("a text for the display: {error}"));
        self.claim("V4", "a text with a newline in it reaches no file, and the error names field and character", {
            error.starts_with("display_text") && error.contains("U+000A")
        });
        let markup = self.mac(8)?;
        let file = self.host.get(markup, HEAD_OFFICE, None)?.file;
        self.claim(
            "V4",
            "quotes, <, &, ]]>, =cmd, umlauts and emoji arrive as they are",
            file.contains("<script>alert(1)</script> & ]]>"),
        );
        Ok(())
    }

    pub(super) fn keys_and_nodes(&mut self) -> Result<()> {
        self.timeline.chapter("Two nodes, and a new key");
        let mac = self.mac(6)?;
        let enrolment = self.host.get(mac, BRANCH, None)?.enrolment()?;
        let user = enrolment.sip_user(None);
        let (one, two) = (AttemptId::from_number(901), AttemptId::from_number(902));
        let facts = self.host.site.facts(Some(mac), Some(source(BRANCH)?));
        let first = request::enter_pap(facts, &Attempt::new(one, &user, "135790")?, self.host.now);
        let second = request::enter_pap(facts, &Attempt::new(two, &user, "975310")?, self.host.now);
        let stored = self.host.site.commit(first.writes).is_ok();
        let refused = self.host.site.commit(second.writes).is_err();
        self.claim("A11", "of two nodes that judge at the same time only one can store its verdict", stored && refused);
        let device = self.mac(7)?;
        let credential = self.host.credential(device)?;
        let next = TenantKey::new(2, std::array::from_fn(|i| (i * 5 + 1) as u8))?;
        let keys: Keyring = self.host.site.tenant().keys().clone().rotated(next)?;
        self.host.site.set_tenant(self.host.site.tenant().clone().with_keys(keys));
        let got = self.host.get(device, HOME, Some(credential.expose()))?;
        let renewed = self.host.credential(device)?;
        self.claim("R22", "after a key rotation the old credential still proves, and the answer carries the new one", {
            got.rule() == "R7" && got.file.contains(renewed.expose()) && renewed != credential
        });
        self.host.deliver(device, &got)?;
        self.claim("R22", "after its delivery nothing of a device depends on the old key any more", {
            self.host.site.device(device).is_some_and(|device| !device.depends_on(1) && device.depends_on(2))
        });
        self.secrets.push(renewed.expose().into());
        Ok(())
    }
}
