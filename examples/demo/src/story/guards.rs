//! Guards: who asks for many telephones, who guesses PAPs, and unknown telephones on offer.

use super::{ATTACKER, Day, HEAD_OFFICE, HOME, Result, source};
use libprov::adoption::Adopt;
use libprov::announcement::Announcement;
use libprov::device::Command;
use libprov::effect::AuditEvent;
use libprov::ip::ClientAddress;
use libprov::mac::MacAddr;
use libprov::policy::Policy;
use libprov::request::{Answer, Request, Transport};
use libprov::state::State;
use libprov::time::HOUR_MS;

const SCANNER: &str = "198.51.100.77";
const SHED: &str = "203.0.113.202";
const BARN: &str = "203.0.113.203";

impl Day<'_> {
    /// Somebody goes through MAC addresses.
    pub(super) fn scanners(&mut self) -> Result<()> {
        self.timeline.chapter("Somebody goes through MAC addresses");
        let mut rules = Vec::new();
        for number in 0..16 {
            rules.push(self.host.get(unknown(number)?, SCANNER, None)?.rule());
            self.host.get(unknown(0)?, SCANNER, None)?;
        }
        self.host.effects.clear();
        let known = self.host.get(self.mac(35)?, SCANNER, None)?;
        let over = self.host.get(unknown(16)?, SCANNER, None)?;
        self.event(&format!("16 unknown MACs from {SCANNER}: {}; the 17th: {}", rules.join(" "), over.rule()));
        self.claim("R12", "16 unknown MACs in an hour are denied one by one, repeats do not count", {
            rules.iter().all(|rule| *rule == "R2") && known.is_restricted()
        });
        self.claim("R12", "the 17th throttles the source, with an audit event", {
            over.rule() == "R1" && self.audited(AuditEvent::SourceThrottled)
        });
        let until = self.host.site.guard(source(SCANNER)?).and_then(|guard| guard.throttled_until(self.host.now));
        let shut = self.host.get(self.mac(35)?, SCANNER, None)?;
        let elsewhere = self.host.get(self.mac(35)?, ATTACKER, None)?;
        self.claim("R1", "a throttled source is denied telephones that exist too, and no other source is", {
            until.is_some() && shut.rule() == "R1" && elsewhere.is_restricted()
        });
        let mac = self.mac(8)?;
        let credential = self.host.credential(mac)?;
        let proven = self.host.get(mac, SCANNER, Some(credential.expose()))?;
        self.claim("R1", "a telephone that proves itself is served behind a throttled address", proven.is_full());
        self.same_denial(&shut.decision.answer)?;

        for number in 0..17 {
            self.host.get(unknown(number)?, HOME, None)?;
        }
        let told = self.host.get(unknown(17)?, HOME, None)?;
        let told_after =
            matches!(&told.decision.answer, Answer::Deny(deny) if deny.status == 429 && deny.retry_after_s.is_some());
        self.claim("R15", "only a source with a proven delivery learns that it is throttled: 429 with Retry-After", {
            told_after && shut.decision.answer.status() == 404
        });
        self.host.pass(60)?;
        let later = self.host.get(self.mac(35)?, SCANNER, None)?;
        self.claim("R12", "an hour later a throttled source is served again", later.is_restricted());
        Ok(())
    }

    /// SPEC R15: one denial for every reason.
    fn same_denial(&mut self, throttled: &Answer) -> Result<()> {
        let unknown = self.host.get(unknown(99)?, ATTACKER, None)?;
        let inactive = self.host.get(self.mac(33)?, ATTACKER, None)?;
        let forged = self.host.get(self.mac(35)?, ATTACKER, Some(&"a".repeat(34)))?;
        let mut request = Request::main_file(self.mac(35)?, ClientAddress::new(ATTACKER.parse()?));
        request.transport = Transport::Tftp;
        let cleartext = self.host.fetch(&request)?;
        let all = [unknown, inactive, forged, cleartext];
        let rules: Vec<&str> = all.iter().map(super::Got::rule).collect();
        self.event(&format!("denied by R1, {}: one answer", rules.join(", ")));
        self.claim("R15", "every denial looks the same: 404 and nothing in it", {
            rules == ["R2", "R3", "R9", "R17"] && all.iter().all(|got| got.decision.answer == *throttled && got.file.is_empty())
        });
        Ok(())
    }

    /// Somebody goes from telephone to telephone and guesses.
    pub(super) fn guessers(&mut self) -> Result<()> {
        self.timeline.chapter("Somebody goes from telephone to telephone and guesses");
        let mut wrong = 0;
        for number in [4, 6, 30, 31, 35] {
            let enrolment = self.host.get(self.mac(number)?, SHED, None)?.enrolment()?;
            for guess in ["111112", "111113", "111114"] {
                self.host.dial(enrolment, guess)?;
                wrong += 1;
            }
        }
        let mac = self.mac(37)?;
        let enrolment = self.host.get(mac, SHED, None)?.enrolment()?;
        self.host.effects.clear();
        let refused = self.host.dial(enrolment, "111115")?;
        let pap = self.host.pap(mac).unwrap_or_default();
        let right = self.host.dial(enrolment, &pap)?;
        self.event(&format!("{wrong} wrong PAPs from {SHED}; the 16th: {}, the right one: {}", refused.name(), right.name()));
        self.claim("R12", "the 16th PAP of a source in an hour is not judged, not even the right one", {
            [refused, right] == [Announcement::NotPossible; 2] && self.audited(AuditEvent::PapBudget)
        });
        self.claim("R12", "a PAP that is not judged costs the telephone nothing", self.state(mac) == Some(State::Required));
        let user = self.host.get(mac, BARN, None)?.enrolment()?;
        let judged = self.host.dial(user, &pap)?;
        self.claim(
            "A13",
            "while somebody guesses, the user elsewhere types the PAP and is accepted",
            judged == Announcement::Accepted,
        );
        self.secrets.push(pap);
        Ok(())
    }

    /// Unknown telephones, once the policy offers or adopts them.
    pub(super) fn adoption(&mut self) -> Result<()> {
        self.timeline.chapter("Unknown telephones on offer");
        let mut settings = self.host.site.tenant().policy().settings().clone();
        settings.adoption = Adopt::List;
        settings.adoption_own = Adopt::Activate;
        settings.adoption_cap = 16;
        let tenant = self.host.site.tenant().clone().with_policy(Policy::new(settings)?);
        self.host.site.set_tenant(tenant);
        let offered = |day: &Self| -> Vec<MacAddr> {
            day.host.site.adoption().offers(day.host.now).map(libprov::adoption::Offer::mac).collect()
        };
        let (first, second, third) = (unknown(200)?, unknown(201)?, unknown(202)?);
        let foreign = MacAddr::parse("02:00:00:00:00:01")?;
        let denied = self.host.get(first, BARN, None)?;
        self.host.get(foreign, BARN, None)?;
        self.claim("D5", "an unknown telephone is denied and listed, a MAC of no vendor is not listed", {
            denied.decision.answer.status() == 404 && offered(self) == [first]
        });
        for mac in [second, third, first] {
            self.host.get(mac, BARN, None)?;
        }
        self.claim("D5", "a source fills an eighth of the list and no more", offered(self) == [first, second]);
        let own = unknown(203)?;
        let before = self.host.get(own, HEAD_OFFICE, None)?;
        let made = self.host.site.device(own).is_some_and(libprov::device::Device::is_active);
        self.claim("D5", "on the permanent whitelist the policy creates it at once, and the first answer is still a denial", {
            before.rule() == "R2" && made && self.state(own) == Some(State::Required)
        });
        self.host.admin(own, &Command::Delete)?;
        self.host.pass(24 * HOUR_MS / 60_000)?;
        self.claim("D5", "an offer ends after a day", offered(self).is_empty());
        Ok(())
    }
}

/// One of many MACs of a known vendor that no device has.
fn unknown(number: u8) -> Result<MacAddr> {
    Ok(MacAddr::from_octets([0x80, 0x5e, 0xc0, 0xee, 0, number])?)
}
