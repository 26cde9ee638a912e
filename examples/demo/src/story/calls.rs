//! Calls: who is let through, who reaches the authentication service, and the emergency number above everything.

use super::{Day, HEAD_OFFICE, Result};
use crate::host::Placed;
use libprov::announcement::Announcement;
use libprov::call::{Call, Caller, Method};
use libprov::device::Command;
use libprov::effect::{Effect, Resync};
use libprov::ids::{Epoch, ShortNumber};
use libprov::ip::IpPrefix;
use libprov::lang::Lang;
use libprov::state::State;

/// A café with its own address.
const CAFE: &str = "203.0.113.200";

impl Day<'_> {
    /// A telephone that waits for its PAP, and what its account may do.
    pub(super) fn waiting_telephone(&mut self) -> Result<()> {
        self.timeline.chapter("What a telephone may do before its PAP");
        let mac = self.mac(32)?;
        let user = self.host.get(mac, CAFE, None)?.enrolment()?.sip_user(None);
        let caller = Caller::Enrolment(&user);
        let one = self.host.sip(Some(mac), &Call::register(caller, 1))?;
        let two = self.host.sip(Some(mac), &Call::register(caller, 2))?;
        self.claim("C6", "an enrolment account registers one contact, and no second one", {
            one == Placed::Registered && two == REFUSED
        });
        let mut service = true;
        for target in ["*89", "0900123456", "sip:201@pbx.example", "+49301234567", "1122", "１１２"] {
            let placed = self.host.call(&user, target)?;
            service &= placed == Placed::Service;
            self.event(&format!("it dials {target}: {placed:?}"));
            self.host.hang_up(&user)?;
        }
        self.claim(
            "C1",
            "whatever a waiting telephone dials reaches the authentication service, and nothing goes through",
            service,
        );

        let first = self.host.call(&user, "*89")?;
        let second = self.host.call(&user, "*89")?;
        self.host.hang_up(&user)?;
        let third = self.host.call(&user, "*89")?;
        self.host.hang_up(&user)?;
        self.claim("C6", "an enrolment has one dialogue at a time, and the next one when that is over", {
            first == Placed::Service && second == refused(Announcement::NotPossible) && third == Placed::Service
        });
        let mut methods = Vec::new();
        for name in ["REFER", "MESSAGE", "SUBSCRIBE", "PUBLISH"] {
            for in_dialog in [false, true] {
                let call = Call { method: Method::parse(name), in_dialog, ..Call::invite(caller, "sip:201@pbx.example") };
                methods.push(self.host.sip(Some(mac), &call)?);
            }
        }
        self.claim("C6", "REFER, MESSAGE, SUBSCRIBE and PUBLISH are refused, in a dialogue too", all(&methods, &REFUSED));
        let mut replaces = Vec::new();
        for in_dialog in [false, true] {
            let call = Call { replaces: true, in_dialog, ..Call::invite(caller, "*89") };
            replaces.push(self.host.sip(Some(mac), &call)?);
        }
        self.claim("C6", "taking over a call with Replaces is refused", all(&replaces, &REFUSED));
        let forward = self.host.call(&user, "*21*0900123456#")?;
        self.claim("C6", "a feature code that would forward calls is refused", forward == REFUSED);
        let bye = Call { method: Method::Bye, in_dialog: true, ..Call::invite(caller, "") };
        let goes_on = self.host.sip(Some(mac), &bye)? == Placed::InDialog;
        self.claim("C6", "what belongs to a call that goes on is not in the way", goes_on);
        self.strangers()
    }

    /// Identities that nobody knows.
    fn strangers(&mut self) -> Result<()> {
        let mut refusals = Vec::new();
        for caller in [Caller::Unknown, Caller::Enrolment("201"), Caller::Enrolment("aaaaaaaaaaaaaaaa")] {
            for target in ["0900123456", "*89", "112"] {
                refusals.push(self.host.sip(None, &Call::invite(caller, target))?);
            }
        }
        self.claim("C1", "an identity that nobody knows is refused", all(&refusals, &refused(Announcement::NotInService)));
        Ok(())
    }

    /// Emergency calls, and the call back.
    pub(super) fn call_back(&mut self) -> Result<()> {
        self.timeline.chapter("Somebody calls the emergency service");
        let mac = self.mac(32)?;
        let user = self.host.get(mac, CAFE, None)?.enrolment()?.sip_user(None);
        let other = self.host.get(mac, CAFE, None)?.enrolment()?.sip_user(None);
        let spellings = [
            "112",
            "112#",
            "1-1-2",
            "11%32",
            "sip:112@pbx.example;user=phone",
            "SIPS:1.1.2@pbx.example",
            "tel:112;phone-context=+49",
            "urn:service:sos",
            "URN:service:sos.fire",
        ];
        let one = ShortNumber::parse("112").ok_or("no number")?;
        let site = self.host.site.device(mac).and_then(|device| device.site().map(str::to_owned));
        let expected = Placed::Emergency { number: one, mac: Some(mac), site, proven: false };
        let mut placed = Vec::new();
        for spelling in spellings {
            placed.push(self.host.call(&user, spelling)?);
        }
        self.event(&format!("{} reach 112", spellings.join(", ")));
        self.claim("C2", "112 is known in nine spellings, and goes out as 112 with device and site", all(&placed, &expected));
        let near = self.host.call(&other, "1120")?;
        self.host.hang_up(&other)?;
        self.claim("C2", "a number that only begins like an emergency number is none", near == Placed::Service);

        let back = |number: &'static str, user: &str| (Caller::Outside(number), format!("sip:{user}@pbx.example"));
        let mut answers = Vec::new();
        for (caller, target) in
            [back("110", &user), back("+49301234567", &user), back("112", &other), back("112", &user), back("112", &user)]
        {
            answers.push(self.host.sip(Some(mac), &Call::invite(caller, &target))?);
        }
        self.claim("C5", "the service that was dialled may call back the account that called, one call at a time", {
            answers.get(3..) == Some(&[Placed::CallBack, REFUSED])
        });
        self.claim("C5", "no other number may call back, and no other account is reached", {
            answers.get(..3).is_some_and(|first| all(first, &REFUSED))
        });
        self.host.hang_up(&user)?;
        self.host.pass(29)?;
        let (caller, target) = back("112", &user);
        let late = self.host.sip(Some(mac), &Call::invite(caller, &target))?;
        self.host.hang_up(&user)?;
        self.host.pass(1)?;
        let over = self.host.sip(Some(mac), &Call::invite(caller, &target))?;
        self.claim("C5", "the call back is possible for 30 minutes", late == Placed::CallBack && over == REFUSED);
        Ok(())
    }

    /// One device through all its states, with a call and an emergency call in each.
    pub(super) fn every_state(&mut self) -> Result<()> {
        self.timeline.chapter("One telephone through all states: what its caller hears");
        let mac = self.mac(33)?;
        let enrolment = self.host.get(mac, CAFE, None)?.enrolment()?;
        let neighbour = self.host.get(mac, CAFE, None)?.enrolment()?.sip_user(None);
        let user = enrolment.sip_user(None);
        let mut rescued = vec![self.host.call(&user, "112")?];
        for wrong in ["111112", "111113", "111114"] {
            self.host.dial(enrolment, wrong)?;
        }
        let until = self.host.now.plus_ms(30 * 60_000);
        let locked = self.hear("failed", &user)?;
        self.claim("C1", "`failed`: the caller hears until when it is locked", locked == refused(Announcement::Locked(until)));
        rescued.push(self.host.call(&user, "112")?);
        self.host.pass(30)?;
        let pap = self.host.pap(mac).unwrap_or_default();
        self.host.dial(enrolment, &pap)?;
        self.host.effects.clear();
        let accepted = self.hear("accepted", &user)?;
        let resync = self.host.effects.contains(&Effect::Resync(Resync::Enrolment(enrolment.id())));
        self.claim(
            "C1",
            "accepted: the caller hears that it is being set up, and it is asked to fetch",
            resync && accepted == refused(Announcement::Already),
        );
        let other = self.hear("another enrolment", &neighbour)?;
        self.claim(
            "C1",
            "accepted: another enrolment of it hears that nothing is possible now",
            other == refused(Announcement::NotPossible),
        );
        let (mine, his) = (self.host.call(&user, "112")?, self.host.call(&neighbour, "112")?);
        self.claim("C2", "the emergency service is told who proved to be the telephone and who did not", {
            matches!(mine, Placed::Emergency { proven: true, .. }) && matches!(his, Placed::Emergency { proven: false, .. })
        });
        rescued.extend([mine, his]);

        let token = self.host.token(mac, enrolment)?;
        let got = self.host.get(mac, CAFE, Some(token.expose()))?;
        self.host.deliver(mac, &got)?;
        let epoch = self.epoch(mac)?;
        let through = self.host.full_call(mac, epoch, "0900123456")?;
        self.claim("C1", "delivered: its full account is let through", through == Placed::Through);
        let stale = self.hear("delivered, the old enrolment", &user)?;
        let ended = self.hear("delivered, the other enrolment", &neighbour)?;
        self.claim(
            "C1",
            "delivered: the enrolment it came with hears that a reset is needed, the other that the telephone restarts",
            stale == refused(Announcement::ResetNeeded) && ended == refused(Announcement::Restarting),
        );
        let inward = self.host.full_call(mac, epoch, &format!("sip:{user}@pbx.example"))?;
        self.claim("C1", "nobody calls an enrolment account", inward == REFUSED);
        rescued.extend([self.host.call(&user, "112")?, self.host.full_call(mac, epoch, "110")?]);

        let bind = Some(IpPrefix::parse(CAFE)?);
        self.host.admin(mac, &Command::Suspend { bind, confirm_blocked: false })?;
        let suspended = self.hear("suspended", &user)?;
        self.claim("C1", "suspended: the caller hears that no PIN is needed", suspended == refused(Announcement::NoPinNeeded));
        rescued.push(self.host.call(&user, "112")?);
        self.shut(epoch, rescued)
    }

    /// The same telephone blocked, reset, deactivated.
    fn shut(&mut self, epoch: Epoch, mut rescued: Vec<Placed>) -> Result<()> {
        let mac = self.mac(33)?;
        // Enrolments carry minutes: one of the minute of a delivery ends with it.
        self.host.pass(1)?;
        self.host.admin(mac, &Command::Block)?;
        let user = self.host.get(mac, CAFE, None)?.enrolment()?.sip_user(None);
        let blocked = [self.hear("blocked", &user)?, self.host.full_call(mac, epoch, "0900123456")?];
        self.claim("C1", "`blocked`: the caller hears that, on either account", all(&blocked, &refused(Announcement::Blocked)));
        rescued.extend([self.host.call(&user, "112")?, self.host.full_call(mac, epoch, "112")?]);

        self.host.admin(mac, &Command::Reset { taken: &self.taken() })?;
        let earlier = self.host.full_call(mac, epoch, "0900123456")?;
        let old = self.hear("reset", &user)?;
        self.claim("C1", "after a reset neither account of the earlier epoch calls", {
            earlier == refused(Announcement::NotAuthenticated) && old == refused(Announcement::Restarting)
        });
        let user = self.host.get(mac, CAFE, None)?.enrolment()?.sip_user(None);
        rescued.push(self.host.full_call(mac, epoch, "112")?);
        self.host.admin(mac, &Command::Deactivate)?;
        let inactive = [self.hear("inactive", &user)?, self.host.full_call(mac, epoch, "0900123456")?];
        self.claim("C1", "an inactive telephone is not in service", all(&inactive, &refused(Announcement::NotInService)));
        rescued.extend([self.host.call(&user, "112")?, self.host.full_call(mac, epoch, "112")?]);
        self.event(&format!("{} emergency calls in all these states", rescued.len()));
        self.claim("C2", "the emergency service was reached in every state, from every account", {
            rescued.len() == 12 && rescued.iter().all(Placed::is_emergency)
        });
        Ok(())
    }

    /// A full configuration whose arrival shows by the first REGISTER.
    pub(super) fn first_register(&mut self) -> Result<()> {
        self.timeline.chapter("The first REGISTER");
        let mac = self.mac(34)?;
        let epoch = self.epoch(mac)?;
        let early = self.host.full_call(mac, epoch, "0900123456")?;
        self.claim("C1", "no full account calls before its configuration was given", {
            early == refused(Announcement::NotAuthenticated)
        });
        let got = self.host.get(mac, HEAD_OFFICE, None)?;
        self.claim("A14", "a full answer is no delivery: it may get lost", {
            got.is_full() && got.lease().is_some() && self.state(mac) == Some(State::Required)
        });
        self.host.register(mac, epoch)?;
        self.claim(
            "A14",
            "the first authenticated REGISTER of a full account is a delivery",
            self.state(mac) == Some(State::Successful),
        );
        let through = self.host.full_call(mac, epoch, "0900123456")?;
        self.claim("C1", "a full account calls once its configuration arrived", through == Placed::Through);
        Ok(())
    }

    /// What an enrolment account hears that dials a number; the place it may have got is free again.
    fn hear(&mut self, state: &str, user: &str) -> Result<Placed> {
        let placed = self.host.call(user, "0900123456")?;
        if let Placed::Refused(said) = &placed {
            self.event(&format!("{state}: \"{}\"", said.text(Lang::En, self.host.now)));
        }
        self.host.hang_up(user)?;
        Ok(placed)
    }

    fn epoch(&self, mac: libprov::mac::MacAddr) -> Result<Epoch> {
        Ok(self.host.site.device(mac).ok_or("no such device")?.epoch())
    }
}

const REFUSED: Placed = refused(Announcement::Refused);

const fn refused(announcement: Announcement) -> Placed {
    Placed::Refused(announcement)
}

fn all(placed: &[Placed], expected: &Placed) -> bool {
    !placed.is_empty() && placed.iter().all(|placed| placed == expected)
}
