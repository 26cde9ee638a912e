//! Builders, a clock one can move, and a tiny host that stores what calls return (SPEC E5, A10, A11).
#![allow(
    dead_code,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "each test file uses its own part"
)]

use libprov::adoption::Adoption;
use libprov::announcement::Announcement;
use libprov::credential::Enrolment;
use libprov::device::{Command, Device, NewDevice, effects_done};
use libprov::effect::{Effect, Effects, Resync};
use libprov::entropy::Entropy;
use libprov::guard::{GuardKey, SourceGuard, TenantGuard};
use libprov::ids::{AttemptId, LeaseId, ShortNumber, TenantId};
use libprov::ip::{ClientAddress, IpPrefix, Source};
use libprov::keys::{Keyring, TenantKey};
use libprov::mac::MacAddr;
use libprov::models::{self, Capabilities, Carriage, ModelRef, OwnModel};
use libprov::policy::{Policy, Settings};
use libprov::request::{
    self, Answer, Attempt, Decision, FileKind, Full, Identity, Judged, Request, Restricted, Step, Writes, admin, decide,
    enter_pap, identify,
};
use libprov::state::State;
use libprov::tenant::Tenant;
use libprov::time::{Deadline, MINUTE_MS, Timestamp};
use libprov::whitelist::TempEntry;
use std::collections::BTreeMap;

/// Three sources on the Internet, one of IPv6, and one inside a customer's network.
pub const A: &str = "198.51.100.1";
pub const B: &str = "198.51.100.2";
pub const C: &str = "203.0.113.3";
pub const V6: &str = "2001:db8:1:2::3";
pub const PRIVATE: &str = "192.168.1.20";
/// All digits equal: never issued (SPEC P2), so always wrong.
pub const WRONG: &str = "000000";

pub fn start() -> Timestamp {
    Timestamp::from_ms(1_900_000_000_000).unwrap()
}

pub fn address(text: &str) -> ClientAddress {
    if text == "unresolved" { ClientAddress::Unresolved } else { ClientAddress::new(text.parse().unwrap()) }
}

pub fn source(text: &str) -> Source {
    address(text).source()
}

pub fn prefix(text: &str) -> IpPrefix {
    IpPrefix::parse(text).unwrap()
}

/// A telephone's MAC: of Yealink, with this last octet.
pub fn phone(last: u8) -> MacAddr {
    MacAddr::from_octets([0x80, 0x5e, 0xc0, 1, 2, last]).unwrap()
}

/// The bytes of the tenant key with this id.
pub fn key_bytes(id: u8) -> [u8; 32] {
    std::array::from_fn(|i| (i as u8).wrapping_mul(7) ^ id.wrapping_mul(31) ^ 0x5a)
}

pub fn key(id: u8) -> TenantKey {
    TenantKey::new(id, key_bytes(id)).unwrap()
}

pub fn settings() -> Settings {
    Settings::cloud(&[ShortNumber::parse("112").unwrap()])
}

pub fn tenant(settings: Settings) -> Tenant {
    Tenant::new(TenantId::from_number(7), Policy::new(settings).unwrap(), Keyring::new(key(1)))
}

/// A model of the vendor table: it retains, and carries the token in its URL.
pub fn yealink() -> ModelRef {
    ModelRef::Known(models::lookup("yealink", "T46S").unwrap())
}

/// A model of the host's own, of a vendor that is on no list of the policy.
pub fn own(restricted: bool, retains: bool, carriage: Carriage) -> ModelRef {
    let capabilities = Capabilities { restricted, retains, carriage };
    ModelRef::Own(Box::new(OwnModel { vendor: "acme".into(), name: "X1".into(), capabilities }))
}

/// Keeps what is omitted, or not; carries its token in the URL.
pub fn retaining(retains: bool) -> ModelRef {
    own(true, retains, Carriage::Url)
}

/// Keeps the records, and does what calls ask for. One device is *the* device; others live beside it.
#[derive(Clone)]
pub struct Host {
    pub tenant: Tenant,
    pub now: Timestamp,
    pub mac: MacAddr,
    pub devices: BTreeMap<MacAddr, Device>,
    pub temps: BTreeMap<Source, TempEntry>,
    pub guards: BTreeMap<GuardKey, SourceGuard>,
    pub budget: TenantGuard,
    pub adoption: Adoption,
    /// Every effect that was performed, in order.
    pub log: Vec<Effect>,
    pub drawn: u64,
    attempts: u64,
}

impl Host {
    /// A host without devices.
    pub fn empty(tenant: Tenant) -> Self {
        Self {
            tenant,
            now: start(),
            mac: phone(1),
            devices: BTreeMap::new(),
            temps: BTreeMap::new(),
            guards: BTreeMap::new(),
            budget: TenantGuard::new(),
            adoption: Adoption::new(),
            log: Vec::new(),
            drawn: 0,
            attempts: 0,
        }
    }

    /// The cloud policy and one new Yealink with two accounts.
    pub fn new() -> Self {
        Self::of(yealink())
    }

    pub fn of(model: ModelRef) -> Self {
        Self::with(model, |_| {})
    }

    /// One new device under changed settings.
    pub fn with(model: ModelRef, change: impl FnOnce(&mut Settings)) -> Self {
        let mut settings = settings();
        change(&mut settings);
        let mut host = Self::empty(tenant(settings));
        host.create(phone(1), model);
        host
    }

    pub fn create(&mut self, mac: MacAddr, model: ModelRef) {
        self.mac = mac;
        self.admin(Command::Create(new_device(mac, model)));
    }

    /// Changes the policy of the running host.
    pub fn change(&mut self, change: impl FnOnce(&mut Settings)) {
        let mut settings = self.tenant.policy().settings().clone();
        change(&mut settings);
        self.tenant = self.tenant.clone().with_policy(Policy::new(settings).unwrap());
    }

    /// Puts a prefix on the permanent whitelist.
    pub fn whitelist(&mut self, text: &str) {
        self.tenant = self.tenant.clone().with_whitelisted(prefix(text), "test").unwrap();
    }

    pub fn rotate(&mut self, id: u8) {
        let keys = self.tenant.keys().clone().rotated(key(id)).unwrap();
        self.tenant = self.tenant.clone().with_keys(keys);
    }

    /// Moves the clock on.
    pub fn wait(&mut self, ms: u64) {
        self.now = self.now.plus_ms(ms);
    }

    pub fn device(&self) -> &Device {
        &self.devices[&self.mac]
    }

    pub fn state(&self) -> State {
        self.device().state(self.now)
    }

    pub fn state_of(&self, from: &str) -> State {
        self.device().state_of(source(from), self.tenant.policy().settings(), self.now)
    }

    /// The PAP, as an administrator reads it.
    pub fn pap(&self) -> String {
        self.device().pap(self.tenant.keys()).expect("the device has a PAP").reveal()
    }

    pub fn credential(&self) -> String {
        request::credential(&self.tenant, self.device()).expose().into()
    }

    pub fn token(&self, enrolment: &Enrolment) -> String {
        enrolment.token(self.tenant.keys(), self.tenant.id(), self.device().epoch()).expose().into()
    }

    pub fn identify(&self, user: &str) -> Identity {
        identify(self.facts(Source::UNRESOLVED), user, self.now)
    }

    /// The records for a call of *the* device, as a host loads them.
    pub fn facts(&self, of: Source) -> request::Facts<'_> {
        request::Facts {
            tenant: &self.tenant,
            device: self.devices.get(&self.mac),
            temp: self.temps.get(&of),
            source: self.guards.get(&of.into()),
            wider: of.wider().and_then(|wider| self.guards.get(&wider.into())),
            budget: Some(&self.budget),
            adoption: Some(&self.adoption),
        }
    }

    /// 32 bytes nobody drew before.
    pub fn entropy(&mut self) -> Entropy {
        self.drawn += 1;
        let mut bytes = [0xa5; 32];
        bytes[..8].copy_from_slice(&self.drawn.to_be_bytes());
        Entropy::new(bytes).unwrap()
    }

    /// Answers any request, stores and performs.
    pub fn ask(&mut self, request: &Request<'_>) -> Decision {
        let fresh = self.entropy();
        let decision = decide(self.facts(request.address.source()), request, self.now, fresh);
        self.store(decision.writes.clone());
        self.perform(&decision.effects);
        decision
    }

    /// The same, without storing anything: what one more node would answer now.
    pub fn look(&mut self, request: &Request<'_>) -> Decision {
        let fresh = self.entropy();
        decide(self.facts(request.address.source()), request, self.now, fresh)
    }

    pub fn request(&self, from: &str) -> Request<'static> {
        Request::main_file(self.mac, address(from))
    }

    /// The main file, with nothing presented.
    pub fn fetch(&mut self, from: &str) -> Decision {
        self.ask(&self.request(from))
    }

    /// The main file, with a token or credential in the URL.
    pub fn fetch_with(&mut self, from: &str, shown: &str) -> Decision {
        self.ask(&self.request(from).presenting(shown))
    }

    pub fn fetch_with_token(&mut self, from: &str, enrolment: &Enrolment) -> Decision {
        let token = self.token(enrolment);
        self.fetch_with(from, &token)
    }

    /// A fresh enrolment, from a restricted answer.
    pub fn enrol(&mut self, from: &str) -> Enrolment {
        restricted(&self.fetch(from)).enrolment
    }

    pub fn dial(&mut self, enrolment: &Enrolment, digits: &str) -> Judged {
        self.attempts += 1;
        self.dial_as(self.attempts, enrolment, digits)
    }

    /// An entry under an attempt id of one's own choice.
    pub fn dial_as(&mut self, attempt: u64, enrolment: &Enrolment, digits: &str) -> Judged {
        let judged = self.judge_only(attempt, enrolment, digits);
        self.store(judged.writes.clone());
        self.perform(&judged.effects);
        judged
    }

    /// The same, without storing anything: what one more node would judge now.
    pub fn judge_only(&self, attempt: u64, enrolment: &Enrolment, digits: &str) -> Judged {
        let user = enrolment.sip_user(None);
        let attempt = Attempt::new(AttemptId::from_number(attempt), &user, digits).unwrap();
        let of = enrolment.id().source().unwrap_or(Source::UNRESOLVED);
        enter_pap(self.facts(of), &attempt, self.now)
    }

    pub fn wrong(&mut self, enrolment: &Enrolment, times: usize) -> Judged {
        let judged = self.dial(enrolment, WRONG);
        if times > 1 { self.wrong(enrolment, times - 1) } else { judged }
    }

    pub fn deliver(&mut self, lease: LeaseId) -> Step {
        let of = self.lease_source();
        let step = request::delivered(self.facts(of), lease, self.now);
        self.done(step)
    }

    pub fn not_delivered(&mut self, lease: LeaseId) -> Step {
        let step = request::not_delivered(self.facts(Source::UNRESOLVED), lease, self.now);
        self.done(step)
    }

    pub fn timeout(&mut self) -> Step {
        let step = request::handle_timeout(self.facts(Source::UNRESOLVED), self.now);
        self.done(step)
    }

    pub fn try_admin(&mut self, command: Command<'_>) -> Result<Step, libprov::device::AdminError> {
        let fresh = self.entropy();
        let step = admin(self.facts(Source::UNRESOLVED), &command, self.now, fresh)?;
        Ok(self.done(step))
    }

    pub fn admin(&mut self, command: Command<'_>) -> Step {
        self.try_admin(command).unwrap()
    }

    pub fn suspend(&mut self, bind: Option<&str>) -> Step {
        self.admin(Command::Suspend { bind: bind.map(prefix), confirm_blocked: true })
    }

    pub fn reset(&mut self) -> Step {
        self.admin(Command::Reset { taken: &[] })
    }

    /// The whole way: restricted file, right PAP, full file, delivered. Gives what the full answer carried.
    pub fn provision(&mut self, from: &str) -> (Enrolment, Full) {
        let enrolment = self.accept(from);
        let decision = self.fetch_with_token(from, &enrolment);
        let given = full(&decision);
        self.deliver(given.lease.unwrap());
        assert_eq!(self.state(), State::Successful);
        (enrolment, given)
    }

    /// The same, and everything that began with it is over but temporary entries.
    pub fn settle(&mut self, from: &str) {
        self.provision(from);
        self.wait(15 * MINUTE_MS);
    }

    /// Restricted file, right PAP, full file.
    pub fn take(&mut self, from: &str) -> Decision {
        let enrolment = self.accept(from);
        self.fetch_with_token(from, &enrolment)
    }

    /// Restricted file and right PAP.
    pub fn accept(&mut self, from: &str) -> Enrolment {
        let enrolment = self.enrol(from);
        let pap = self.pap();
        let judged = self.dial(&enrolment, &pap);
        assert_eq!(judged.verdict.name(), "accepted");
        enrolment
    }

    /// Locks a source by three wrong PAPs.
    pub fn lock(&mut self, from: &str) -> Enrolment {
        let enrolment = self.enrol(from);
        assert_eq!(self.wrong(&enrolment, 3).verdict.name(), "locked");
        enrolment
    }

    /// Blocks a source by nine wrong PAPs; takes an hour.
    pub fn block_by_pap(&mut self, from: &str) -> Enrolment {
        let enrolment = self.enrol(from);
        for _ in 0..2 {
            assert_eq!(self.wrong(&enrolment, 3).verdict.name(), "locked");
            self.wait(30 * MINUTE_MS);
        }
        assert_eq!(self.wrong(&enrolment, 3).verdict.name(), "blocked");
        enrolment
    }

    /// Puts a live temporary entry of another device there.
    pub fn neighbour(&mut self, at: &str) {
        let entry = TempEntry::make(source(at), phone(99), self.now, 8 * 60 * MINUTE_MS).unwrap();
        self.temps.insert(source(at), entry);
    }

    /// Stores, one change of a record per call: SPEC E5.
    pub fn store(&mut self, writes: Writes) {
        if let Some(device) = writes.device {
            let old = self.devices.get(&device.mac());
            if let Some(old) = old {
                assert_eq!(device.revision(), old.revision() + 1, "device: one call, one revision");
            }
            self.devices.insert(device.mac(), device);
        }
        if let Some(second) = writes.second {
            assert!(!self.devices.contains_key(&second.mac()), "a transfer makes a new record");
            self.devices.insert(second.mac(), *second);
        }
        if let Some(temp) = writes.temp {
            let old = self.temps.get(&temp.key()).map_or(0, TempEntry::revision);
            assert_eq!(temp.revision(), old + 1, "temporary entry: one call, one revision");
            self.temps.insert(temp.key(), temp);
        }
        for guard in [writes.source, writes.wider].into_iter().flatten() {
            let old = self.guards.get(&guard.key()).map_or(0, SourceGuard::revision);
            assert_eq!(guard.revision(), old + 1, "source guard: one call, one revision");
            self.guards.insert(guard.key(), *guard);
        }
        if let Some(adoption) = writes.adoption {
            assert_eq!(adoption.revision(), self.adoption.revision() + 1, "adoption pool: one call, one revision");
            self.adoption = *adoption;
        }
        if let Some(budget) = writes.budget {
            assert_eq!(budget.revision(), self.budget.revision() + 1, "tenant guard: one call, one revision");
            self.budget = budget;
        }
    }

    /// Performs effects, and says so in the record.
    fn perform(&mut self, effects: &Effects) {
        for effect in effects.iter() {
            if let Effect::Withdraw(source) = effect
                && self.temps.get(&source).is_some_and(|entry| entry.made_by() == self.mac)
            {
                self.temps.remove(&source);
                self.budget = self.budget.recounted(self.temps.len() as u32);
            }
            self.log.push(effect);
        }
        let done = self.devices.get(&self.mac).and_then(|device| effects_done(device, device.revision()));
        if let Some(device) = done {
            assert_eq!(device.revision(), self.device().revision() + 1);
            self.devices.insert(device.mac(), device);
        }
    }

    fn done(&mut self, step: Step) -> Step {
        self.store(step.writes.clone());
        self.perform(&step.effects);
        step
    }

    fn lease_source(&self) -> Source {
        self.devices.get(&self.mac).and_then(Device::lease).map_or(Source::UNRESOLVED, |lease| lease.source())
    }
}

pub fn new_device(mac: MacAddr, model: ModelRef) -> NewDevice<'static> {
    NewDevice { mac, model, accounts: 2, site: Some("Berlin"), known_elsewhere: false, taken: &[] }
}

#[track_caller]
pub fn full(decision: &Decision) -> Full {
    let Answer::Full(full) = decision.answer else { panic!("not full: {:?} by {}", decision.answer, decision.rule) };
    full
}

#[track_caller]
pub fn restricted(decision: &Decision) -> Restricted {
    let Answer::Restricted(restricted) = decision.answer else {
        panic!("not restricted: {:?} by {}", decision.answer, decision.rule)
    };
    restricted
}

/// The answer and its rule as one text: `full R7`, `restricted R11`, `deny R9`, `challenge R21`.
pub fn said(decision: &Decision) -> String {
    let answer = match decision.answer {
        Answer::Full(_) => "full",
        Answer::Restricted(_) => "restricted",
        Answer::Static => "static",
        Answer::Challenge => "challenge",
        Answer::Deny(_) => "deny",
        #[allow(unreachable_patterns, reason = "the enum may grow")]
        _ => "?",
    };
    format!("{answer} {}", decision.rule)
}

/// Effects as one text, in order; `~` before audit events that the host counts instead of writing.
pub fn told(effects: &Effects) -> String {
    let words = effects.iter().map(|effect| match effect {
        Effect::Audit(audit) if audit.aggregate => format!("~{}", audit.event.name()),
        Effect::Audit(audit) => audit.event.name().into(),
        Effect::Withdraw(_) => "W8".into(),
        Effect::Adopt => "adopt".into(),
        Effect::Revoke => "revoke".into(),
        Effect::Play(announcement) => format!("play:{}", spoken(announcement)),
        Effect::HangUp => "hangup".into(),
        Effect::Resync(Resync::Enrolment(_)) => "resync(e)".into(),
        Effect::Resync(Resync::Device) => "resync".into(),
        Effect::Resync(Resync::DeviceAt(_)) => "resync(source)".into(),
    });
    words.collect::<Vec<String>>().join(" ")
}

fn spoken(announcement: Announcement) -> String {
    match announcement {
        Announcement::TriesLeft(left) => format!("left{left}"),
        Announcement::NoPinNeeded => "no_pin".into(),
        other => other.name().into(),
    }
}

/// The end of a live deadline from now.
pub fn ends(now: Timestamp, ms: u64) -> Timestamp {
    Deadline::new(now, ms).end()
}

/// A side file request.
pub fn side(mut request: Request<'_>, private: bool) -> Request<'_> {
    request.file = FileKind::Side { private };
    request
}
