//! SIP: every request of an account goes through `libprov::call`, every call of the service through `libprov::dialogue`.

use super::Host;
use libprov::announcement::Announcement;
use libprov::call::{self, Call, Caller, Route, Routed};
use libprov::credential::{Enrolment, EnrolmentId};
use libprov::device::{Device, Lease};
use libprov::dialogue::{Action, Actions, Dialogue};
use libprov::dtmf::{Collector, Digit};
use libprov::ids::{Epoch, ShortNumber};
use libprov::mac::MacAddr;
use libprov::request::{self, Attempt, Step};
use std::error::Error;

/// What became of a SIP request.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Placed {
    /// Connected to the emergency service.
    Emergency {
        /// The number of the tenant's list.
        number: ShortNumber,
        /// The device.
        mac: Option<MacAddr>,
        /// Where it stands.
        site: Option<String>,
        /// Whether the caller proved to be the device.
        proven: bool,
    },
    /// The dial plan of the PBX decides.
    Through,
    /// Connected to the authentication service.
    Service,
    /// The emergency service is connected to the telephone.
    CallBack,
    /// The registration is taken.
    Registered,
    /// It goes on with what goes on.
    InDialog,
    /// Refused, and why.
    Refused(Announcement),
}

impl Placed {
    /// Whether it is connected to the emergency service.
    pub(crate) fn is_emergency(&self) -> bool {
        matches!(self, Self::Emergency { .. })
    }

    fn of(route: &Route<'_>) -> Self {
        match route {
            Route::Emergency(call) => {
                Self::Emergency { number: call.number, mac: call.mac, site: call.site.map(str::to_owned), proven: call.proven }
            }
            Route::Through => Self::Through,
            Route::Service(_) => Self::Service,
            Route::CallBack(_) => Self::CallBack,
            Route::Register => Self::Registered,
            Route::InDialog => Self::InDialog,
            Route::Refused(announcement) => Self::Refused(*announcement),
            // What this PBX does not know, it refuses.
            _ => Self::Refused(Announcement::Refused),
        }
    }
}

/// How a telephone sends its keys.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Way {
    /// SIP INFO with `application/dtmf-relay`.
    Info,
    /// RFC 4733 telephone events, each packet of the end three times.
    Events,
    /// Both at once, as some telephones do.
    Both,
}

/// A call to the authentication service.
pub(crate) struct VoiceCall {
    /// Its machine.
    pub(crate) dialogue: Dialogue,
    user: String,
    keys: Collector,
    rtp: u32,
}

impl Host {
    /// Judges a SIP request of an account, stores what changed and performs the effects.
    pub(crate) fn sip(&mut self, mac: Option<MacAddr>, call: &Call<'_>) -> Result<Placed, Box<dyn Error>> {
        // An enrolment's budget is that of the source inside it (SPEC R12), a full account's delivery that of its lease (A14).
        let source = match call.caller {
            Caller::Enrolment(user) => EnrolmentId::parse(user).ok().and_then(|id| id.source()),
            _ => mac.and_then(|mac| self.site.device(mac)).and_then(Device::lease).map(Lease::source),
        };
        let Routed { route, writes, effects, .. } = call::route(self.site.facts(mac, source), call, self.now);
        let placed = Placed::of(&route);
        match mac {
            Some(mac) => self.store(mac, "call", Step { writes, effects })?,
            None => self.site.commit(writes)?,
        }
        Ok(placed)
    }

    /// An enrolment account calls.
    pub(crate) fn call(&mut self, user: &str, target: &str) -> Result<Placed, Box<dyn Error>> {
        let mac = EnrolmentId::parse(user).ok().and_then(|id| id.mac());
        self.sip(mac, &Call::invite(Caller::Enrolment(user), target))
    }

    /// The first full account of a device calls, with a password of that epoch.
    pub(crate) fn full_call(&mut self, mac: MacAddr, epoch: Epoch, target: &str) -> Result<Placed, Box<dyn Error>> {
        self.sip(Some(mac), &Call::invite(Caller::Full { account: 1, epoch }, target))
    }

    /// The first full account of a device registers, authenticated.
    pub(crate) fn register(&mut self, mac: MacAddr, epoch: Epoch) -> Result<(), Box<dyn Error>> {
        let source = self.site.device(mac).and_then(Device::lease).map(Lease::source);
        let step = call::registered(self.site.facts(Some(mac), source), 1, epoch, self.now);
        self.store(mac, "register", step)
    }

    /// A call of or to this enrolment account is over.
    pub(crate) fn hang_up(&mut self, user: &str) -> Result<(), Box<dyn Error>> {
        let mac = EnrolmentId::parse(user)?.mac().ok_or("an enrolment without a MAC")?;
        let step = call::hung_up(self.site.facts(Some(mac), None), user, self.now);
        self.store(mac, "hang-up", step)
    }

    /// Dials the authentication service; an announcement instead where the call is refused.
    pub(crate) fn dial_service(&mut self, user: &str) -> Result<Result<VoiceCall, Announcement>, Box<dyn Error>> {
        match self.call(user, "sip:*89@auth.example.net")? {
            // The dial plan of this PBX knows the service too.
            Placed::Service | Placed::Through => {}
            Placed::Refused(announcement) => return Ok(Err(announcement)),
            other => return Err(format!("*89 led to {other:?}").into()),
        }
        self.calls += 1;
        let dialogue = Dialogue::new(self.calls, self.site.tenant().policy(), self.now);
        Ok(Ok(VoiceCall { dialogue, user: user.into(), keys: Collector::new(), rtp: 0 }))
    }

    /// Somebody presses these keys; what is said and done.
    pub(crate) fn press(&mut self, call: &mut VoiceCall, way: Way, keys: &str) -> Result<Vec<Action>, Box<dyn Error>> {
        let mut done = Vec::new();
        for key in keys.chars() {
            for digit in call.receive(way, key) {
                let actions = call.dialogue.digit(digit, self.now);
                done.extend(self.attend(call, actions)?);
            }
        }
        Ok(done)
    }

    /// Seconds pass in a call.
    pub(crate) fn wait(&mut self, call: &mut VoiceCall, seconds: u64) -> Result<Vec<Action>, Box<dyn Error>> {
        self.now = self.now.plus_ms(seconds * 1_000);
        let actions = call.dialogue.handle_timeout(self.now);
        self.attend(call, actions)
    }

    /// Dials the service, types digits and `#`, hangs up; the last thing that was said.
    pub(crate) fn dial(&mut self, enrolment: Enrolment, digits: &str) -> Result<Announcement, Box<dyn Error>> {
        let user = enrolment.sip_user(None);
        let mut call = match self.dial_service(&user)? {
            Ok(call) => call,
            Err(announcement) => return Ok(announcement),
        };
        let done = self.press(&mut call, Way::Info, &format!("{digits}#"))?;
        call.dialogue.hung_up();
        self.hang_up(&user)?;
        let said = done.iter().rev().find_map(|action| if let Action::Play(said) = action { Some(*said) } else { None });
        said.ok_or_else(|| "the service said nothing".into())
    }

    /// Performs what the machine asks for. An entry is judged and stored before anything is said (SPEC A11).
    fn attend(&mut self, call: &mut VoiceCall, actions: Actions) -> Result<Vec<Action>, Box<dyn Error>> {
        let mut done = Vec::new();
        for action in actions {
            match &action {
                Action::Enter(entry) => {
                    let attempt = Attempt::new(entry.id(), &call.user, entry.digits())?;
                    let mac = attempt.enrolment().mac().ok_or("an enrolment without a MAC")?;
                    let judged = request::enter_pap(self.site.facts(Some(mac), attempt.enrolment().source()), &attempt, self.now);
                    self.store(mac, "PAP", Step { writes: judged.writes, effects: judged.effects })?;
                    let said = call.dialogue.judged(entry.id(), judged.verdict, self.now);
                    done.extend(self.attend(call, said)?);
                }
                Action::HangUp | Action::Transfer(_) => {
                    let user = call.user.clone();
                    self.hang_up(&user)?;
                    done.push(action);
                }
                _ => done.push(action),
            }
        }
        Ok(done)
    }
}

impl VoiceCall {
    /// What arrives when one key is pressed, made into digits.
    fn receive(&mut self, way: Way, key: char) -> Vec<Digit> {
        let mut digits = Vec::new();
        if way != Way::Info {
            // 50 ms of 8 kHz per packet; the last has the end bit and is sent three times (RFC 4733 section 2.5.1.4).
            self.rtp += 4_000;
            let code = "0123456789*#ABCD".chars().position(|known| known == key).and_then(|at| u8::try_from(at).ok());
            let code = code.unwrap_or(u8::MAX);
            let packets = [[code, 10, 1, 144], [code, 10, 3, 32], [code, 138, 4, 176], [code, 138, 4, 176], [code, 138, 4, 176]];
            digits.extend(packets.iter().filter_map(|packet| self.keys.event(packet, self.rtp)));
        }
        if way != Way::Events {
            let body = format!("Signal={key}\r\nDuration=160\r\n");
            digits.extend(self.keys.info("application/dtmf-relay", body.as_bytes()));
        }
        digits
    }
}
