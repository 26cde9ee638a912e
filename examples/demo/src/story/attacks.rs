//! Whoever knows every MAC, and doors that stay shut.

use super::{ATTACKER, BRANCH, Day, HOME, Result, SIP_PASSWORD, source};
use libprov::announcement::Announcement;
use libprov::device::Command;
use libprov::ip::ClientAddress;
use libprov::mac::MacAddr;
use libprov::request::{Answer, Request, Transport};
use libprov::state::State;

impl Day<'_> {
    pub(super) fn attacker(&mut self) -> Result<()> {
        self.timeline.chapter("Somebody who knows every MAC");
        let mac = self.mac(2)?;
        let mut spied = Vec::new();
        for _ in 0..50 {
            spied.push(self.host.get(mac, ATTACKER, None)?);
        }
        self.event(&format!("{ATTACKER} polls {mac} fifty times"));
        self.claim("R11", "polling yields restricted configurations and no secret", {
            spied.iter().all(|got| got.is_restricted() && !got.file.contains(SIP_PASSWORD))
        });
        let his = spied.last().ok_or("nothing polled")?.enrolment()?;
        for wrong in ["111112", "111113", "111114"] {
            self.host.dial(his, wrong)?;
        }
        let user = self.host.get(mac, HOME, None)?;
        let fourth = self.host.dial(his, "111115")?;
        self.claim("A13", "three wrong PAPs lock the attacker out, and not the user at home", {
            matches!(fourth, Announcement::Locked(_))
                && matches!(&user.decision.answer, Answer::Restricted(r) if r.notice == libprov::standing::Notice::Required)
        });
        let hers = user.enrolment()?;
        let pap = self.host.pap(mac).unwrap_or_default();
        let verdict = self.host.dial(hers, &pap)?;
        let his_token = self.host.token(mac, his)?;
        let stolen = self.host.get(mac, ATTACKER, Some(his_token.expose()))?;
        self.claim("R13", "the user's PAP authenticates her enrolment; the attacker's fetch stays restricted", {
            verdict == Announcement::Accepted && stolen.is_restricted()
        });
        let sip_user = hers.sip_user(None);
        let trace = self.host.get(mac, ATTACKER, Some(&sip_user))?;
        self.claim("R13", "the SIP user read from a trace is no token", trace.is_restricted());
        let token = self.host.token(mac, hers)?;
        let got = self.host.get(mac, HOME, Some(token.expose()))?;
        self.host.deliver(mac, &got)?;
        let late = self.host.dial(his, &pap)?;
        self.claim("A8", "the user's delivery ends the attacker's enrolment", {
            self.state(mac) == Some(State::Successful) && late == Announcement::Restarting
        });
        self.claim("W3", "the attacker's address is on no whitelist", self.host.site.temporary(source(ATTACKER)?).is_none());
        Ok(())
    }

    pub(super) fn lost_configuration(&mut self) -> Result<()> {
        let mac = self.mac(2)?;
        let credential = self.host.credential(mac)?;
        // Another character in its middle, where the secret stands.
        let swapped = |(at, key): (usize, char)| match (at, key) {
            (10, 'a') => 'b',
            (10, _) => 'a',
            _ => key,
        };
        let forged: String = credential.expose().chars().enumerate().map(swapped).collect();
        let got = self.host.get(mac, ATTACKER, Some(&forged))?;
        self.claim("R9", "a forged credential is denied", got.rule() == "R9" && got.decision.answer.status() == 404);
        Ok(())
    }

    pub(super) fn doors_that_stay_shut(&mut self) -> Result<()> {
        self.timeline.chapter("Doors that stay shut");
        let unknown = self.host.get(MacAddr::parse("80:5e:c0:ff:ff:ff")?, ATTACKER, None)?;
        let inactive = self.mac(5)?;
        self.host.admin(inactive, &Command::Deactivate)?;
        let shut = self.host.get(inactive, ATTACKER, None)?;
        self.claim("R2", "an unknown MAC is denied", unknown.rule() == "R2");
        self.claim("R15", "an inactive device looks exactly like an unknown one", {
            shut.rule() == "R3" && shut.decision.answer == unknown.decision.answer && shut.file == unknown.file
        });
        let mut request = Request::main_file(self.mac(6)?, ClientAddress::new(BRANCH.parse()?));
        request.transport = Transport::Http;
        let http = self.host.fetch(&request)?;
        request.transport = Transport::Tftp;
        let tftp = self.host.fetch(&request)?;
        self.claim("R17", "nothing with a secret leaves over plain http or tftp", http.rule() == "R17" && tftp.rule() == "R17");
        let door = self.macs.last().copied().ok_or("the roster is empty")?;
        let got = self.host.get(door, BRANCH, None)?;
        self.claim("R20", "a model that cannot be restricted is denied", got.rule() == "R20");
        Ok(())
    }
}
