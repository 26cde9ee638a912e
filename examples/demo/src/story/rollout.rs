//! The roll-out: from the roster to the colleagues behind the same address.

use super::{BRANCH, Day, Result, SIP_PASSWORD, has_password, source};
use libprov::announcement::Announcement;
use libprov::device::{Command, NewDevice, Withheld};
use libprov::effect::{AuditEvent, Effect, Resync};
use libprov::ip::IpPrefix;
use libprov::lang::Lang;
use libprov::profile::Profile;
use libprov::request::Answer;
use libprov::state::State;
use std::collections::BTreeSet;

impl Day<'_> {
    pub(super) fn roster(&mut self) -> Result<()> {
        self.timeline.chapter("Seven o'clock: the roster is read");
        let input = self.input;
        for row in &input.roster {
            let mac = row.mac()?;
            let new = NewDevice {
                mac,
                model: row.model(),
                accounts: row.accounts,
                site: Some(&row.site),
                known_elsewhere: false,
                taken: &self.taken(),
            };
            self.host.admin(mac, &Command::Create(new))?;
            let json = input.profiles.get(&row.profile).ok_or_else(|| format!("no profile {:?}", row.profile))?;
            if let Ok(profile) = Profile::from_json(json) {
                self.host.equip(mac, profile);
            }
            self.macs.push(mac);
        }
        self.event(&format!("{} devices created, from {} profiles", self.macs.len(), input.profiles.len()));
        let paps: Vec<String> = self.macs.iter().filter_map(|mac| self.host.pap(*mac)).collect();
        let distinct: BTreeSet<&String> = paps.iter().collect();
        let six = paps.iter().all(|pap| pap.len() == 6 && pap.bytes().all(|byte| byte.is_ascii_digit()));
        self.claim("A1", "every device starts in `required` with a PAP of six digits", {
            six && paps.len() == self.macs.len() && self.macs.iter().all(|mac| self.state(*mac) == Some(State::Required))
        });
        self.claim("P3", "no two devices have the same PAP", distinct.len() == paps.len());
        self.secrets.extend(paps);
        Ok(())
    }

    pub(super) fn whitelist_spellings(&mut self) -> Result<()> {
        let refused = |text: &str| match IpPrefix::parse(text) {
            Ok(_) => String::new(),
            Err(error) => error.to_string(),
        };
        let host_bits = refused("10.0.0.5/24");
        self.event(&format!("an administrator whitelists 10.0.0.5/24: \"{host_bits}\""));
        self.claim("W1", "a wrong prefix is refused with the right spelling", host_bits.contains("10.0.0.0/24"));
        let netmask = refused("192.0.2.0/255.255.255.0");
        self.claim("W1", "netmask notation is refused with the right spelling", netmask.contains("192.0.2.0/24"));
        Ok(())
    }

    /// The first telephone asks from an address nobody knows.
    pub(super) fn first_fetch(&mut self) -> Result<()> {
        self.timeline.chapter("The branch office connects its first telephone");
        let mac = self.mac(0)?;
        let got = self.host.get(mac, BRANCH, None)?;
        self.event(&format!("{mac} asks from {BRANCH}: {}", got.decision.explain(Lang::En).text));
        self.claim("R11", "an unknown address gets the restricted configuration", got.rule() == "R11" && got.is_restricted());
        let clean = !got.file.contains(SIP_PASSWORD) && !got.file.contains("sip.example.net");
        self.claim("V3", "the restricted file holds no value of the profile", clean);
        let enrolment = got.enrolment()?;
        let user = enrolment.sip_user(None);
        self.claim("R13", "a restricted file holds an enrolment account of its own, of at most 48 characters", {
            user.len() <= 48 && got.file.contains(&format!("account.1.user_name = {user}\n"))
        });
        let calls = ["112", "110", "*89"].iter().all(|number| got.file.contains(number));
        self.claim("C2", "emergency numbers and *89 can be dialled", calls);
        let token = self.host.token(mac, enrolment)?;
        let same = self.host.get(mac, BRANCH, Some(token.expose()))?;
        self.claim("R13", "who presents the token of an enrolment gets the same bytes", same.file == got.file);
        let other = self.host.get(mac, BRANCH, None)?;
        self.claim("R13", "who presents nothing gets another enrolment, also from the same address", {
            other.enrolment()?.id() != enrolment.id()
        });
        let writes = got.decision.writes.is_empty() && other.decision.writes.is_empty();
        self.claim("E7", "restricted answers change no record", writes);
        self.secrets.push(token.expose().into());
        self.first = Some(enrolment);
        Ok(())
    }

    pub(super) fn wrong_three_times(&mut self) -> Result<()> {
        self.timeline.chapter("Somebody mistypes");
        let enrolment = self.first.ok_or("the first telephone has no enrolment")?;
        let mac = self.mac(0)?;
        let heard: Vec<Announcement> =
            ["000001", "000002", "31"].iter().map(|wrong| self.host.dial(enrolment, wrong)).collect::<Result<_>>()?;
        for said in &heard {
            self.event(&format!("a wrong PAP: \"{}\"", said.text(Lang::En, self.host.now)));
        }
        self.claim("A2", "after three wrong PAPs it is locked for 30 minutes", {
            let until = self.host.now.plus_ms(30 * 60_000);
            heard == [Announcement::TriesLeft(2), Announcement::TriesLeft(1), Announcement::Locked(until)]
        });
        self.claim("A1", "a locked telephone's state is `failed`", self.state(mac) == Some(State::Failed));
        let pap = self.host.pap(mac).unwrap_or_default();
        let locked = self.host.dial(enrolment, &pap)?;
        self.claim("A3", "while it is locked even the right PAP is not compared", matches!(locked, Announcement::Locked(_)));
        self.host.effects.clear();
        self.host.pass(30)?;
        self.claim("A2", "30 minutes after the lock it is `required` by itself", self.state(mac) == Some(State::Required));
        let resync = self.host.effects.iter().any(|effect| matches!(effect, Effect::Resync(Resync::DeviceAt(_))));
        self.claim("A7", "when a lock ends the telephone is asked to fetch, so that its display changes", resync);
        Ok(())
    }

    pub(super) fn right_pap(&mut self) -> Result<()> {
        self.timeline.chapter("The right PAP");
        let enrolment = self.first.ok_or("the first telephone has no enrolment")?;
        let mac = self.mac(0)?;
        let pap = self.host.pap(mac).unwrap_or_default();
        let said = self.host.dial(enrolment, &pap)?;
        self.claim("A2", "the right PAP is accepted", said == Announcement::Accepted);
        let other = self.host.get(mac, BRANCH, None)?;
        self.claim(
            "R13",
            "a PAP authenticates its enrolment only: without the token the answer stays restricted",
            other.is_restricted(),
        );
        let token = self.host.token(mac, enrolment)?;
        let got = self.host.get(mac, BRANCH, Some(token.expose()))?;
        self.event(&format!("the telephone asks with its token: {}", got.decision.explain(Lang::En).text));
        self.claim(
            "R8",
            "with the token of the accepted enrolment the full configuration comes",
            got.rule() == "R8" && got.is_full(),
        );
        self.claim("S1", "the first delivery carries all secrets", has_password(&got));
        self.host.deliver(mac, &got)?;
        self.claim("A8", "a delivery makes it `successful` and ends the PAP", {
            self.state(mac) == Some(State::Successful) && self.host.pap(mac).is_none()
        });
        let listed = self.host.site.temporary(source(BRANCH)?).map(|entry| entry.valid().end());
        self.claim("W3", "the address inside the enrolment is whitelisted for 8 hours", {
            listed == Some(self.host.now.plus_ms(8 * 3_600_000))
        });
        Ok(())
    }

    pub(super) fn window(&mut self) -> Result<()> {
        self.timeline.chapter("Ten minutes for the passwords");
        let mac = self.mac(0)?;
        let credential = self.host.credential(mac)?;
        self.host.pass(4)?;
        let inside = self.host.get(mac, BRANCH, Some(credential.expose()))?;
        self.claim(
            "S2",
            "inside the window of ten minutes the SIP password may be fetched again",
            inside.rule() == "R7" && has_password(&inside),
        );
        let web = matches!(&inside.decision.answer, Answer::Full(full) if !full.secrets.web);
        self.claim("S2", "the web password went out once only", web);
        self.host.pass(7)?;
        let after = self.host.get(mac, BRANCH, Some(credential.expose()))?;
        self.event(&format!("eleven minutes later: {}", after.decision.explain(Lang::En).text));
        self.claim(
            "S2",
            "after the window the SIP password is withheld from the file",
            after.is_full() && !after.file.contains(SIP_PASSWORD),
        );
        let why = matches!(&after.decision.answer, Answer::Full(full) if full.withheld == Some(Withheld::Closed));
        self.claim("S6", "an answer that withholds secrets says so and why", why);
        self.secrets.push(credential.expose().into());
        Ok(())
    }

    pub(super) fn neighbours(&mut self) -> Result<()> {
        self.timeline.chapter("The colleagues behind the same address");
        let mac = self.mac(1)?;
        self.host.effects.clear();
        let got = self.host.get(mac, BRANCH, None)?;
        self.event(&format!("{mac} asks from {BRANCH}: {}", got.decision.explain(Lang::En).text));
        self.claim(
            "R6b",
            "a waiting neighbour gets the full configuration without a PAP",
            got.rule() == "R6b" && has_password(&got),
        );
        self.claim("R6b", "the audit log shows who was admitted by a neighbour", self.audited(AuditEvent::AdmittedByNeighbour));
        self.host.deliver(mac, &got)?;
        let again = self.host.get(self.mac(0)?, BRANCH, None)?;
        self.claim(
            "R10",
            "a provisioned device that presents nothing is restricted",
            again.rule() == "R10" && again.is_restricted(),
        );
        let credential = self.host.credential(self.mac(0)?)?;
        let repaired = self.host.get(self.mac(0)?, BRANCH, Some(credential.expose()))?;
        self.claim(
            "S5",
            "where a restricted file may have overwritten the telephone, the next proven fetch carries all secrets",
            has_password(&repaired),
        );
        let macs = self.mac(0)?;
        self.host.deliver(macs, &repaired)
    }
}
