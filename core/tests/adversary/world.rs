//! The world of the simulation: two tenants on one host, their telephones and users, and the network as an attacker sees it.
//!
//! The host stores with compare-and-swap and performs effects as the documentation asks; source guards serve both tenants.

use libprov::adoption::Adoption;
use libprov::announcement::Announcement;
use libprov::call::{self, Call, Caller, Method, Route};
use libprov::credential::EnrolmentId;
use libprov::device::{Command, Device, NewDevice, Verdict, effects_done};
use libprov::dialogue::{Action, Dialogue};
use libprov::dtmf::Digit;
use libprov::effect::{AuditEvent, Effect, Effects};
use libprov::entropy::Entropy;
use libprov::guard::{GuardKey, SourceGuard, TenantGuard};
use libprov::ids::{AttemptId, Epoch, ShortNumber, TenantId};
use libprov::ip::{ClientAddress, ForwardHeader, IpPrefix, ProxyPolicy, Source, TrustedProxies, client_address};
use libprov::keys::{Keyring, TenantKey};
use libprov::mac::MacAddr;
use libprov::models::{self, ModelRef};
use libprov::policy::{Policy, Settings, Temporary};
use libprov::request::{
    self, Answer, Attempt, Facts, FileKind, IdentityKind, Method as HttpMethod, Presented, Request, Transport, Writes,
};
use libprov::rule::Rule;
use libprov::tenant::Tenant;
use libprov::time::{HOUR_MS, Timestamp};
use libprov::whitelist::TempEntry;
use std::collections::BTreeMap;
use std::net::IpAddr;

pub const DEVICES: usize = 200;
/// The address that the attacker shares with three telephones.
pub const NAT: &str = "203.0.113.50";

/// xorshift64*: the same run for the same seed.
#[derive(Clone)]
pub struct Dice(pub u64);

impl Dice {
    pub fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    pub fn below(&mut self, most: usize) -> usize {
        (self.next() >> 16) as usize % most
    }

    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }

    pub fn digits(&mut self, count: usize) -> String {
        (0..count).map(|_| char::from(b'0' + self.below(10) as u8)).collect()
    }
}

/// What somebody on the network sees of an answer: status and body.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct View {
    pub status: u16,
    pub body: String,
}

impl View {
    /// A value of the body.
    pub fn value(&self, name: &str) -> Option<String> {
        self.body.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix('=')).map(str::to_owned)
    }
}

/// What somebody sees of a call: the route and what was said.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Heard {
    pub route: String,
    /// The number that an emergency call was connected to.
    pub connected: Option<String>,
    pub said: Vec<&'static str>,
}

/// A request as it leaves the attacker or a telephone.
#[derive(Clone, Copy)]
pub struct Sent<'a> {
    pub mac: MacAddr,
    pub from: &'a str,
    pub in_url: Option<&'a str>,
    pub in_login: Option<&'a str>,
    pub transport: Transport,
    pub method: HttpMethod,
    pub file: FileKind,
    pub forwarded: Option<&'a str>,
}

impl<'a> Sent<'a> {
    pub fn get(mac: MacAddr, from: &'a str) -> Self {
        Self {
            mac,
            from,
            in_url: None,
            in_login: None,
            transport: Transport::Https,
            method: HttpMethod::Get,
            file: FileKind::Main,
            forwarded: None,
        }
    }
}

/// Records of one tenant.
pub struct House {
    pub tenant: Tenant,
    pub devices: BTreeMap<MacAddr, Device>,
    pub temps: BTreeMap<Source, TempEntry>,
    pub budget: TenantGuard,
    pub adoption: Adoption,
}

/// A telephone with its user, somewhere.
#[derive(Clone)]
pub struct Phone {
    pub house: usize,
    pub mac: MacAddr,
    pub home: String,
    pub credential: Option<String>,
    pub token: Option<String>,
    pub account: Option<(String, String)>,
    /// Somebody else was given its full configuration.
    pub taken: bool,
}

/// One delivery of secrets to an address, as the host's own log has it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Given {
    pub mac: MacAddr,
    pub source: Source,
    pub rule: Rule,
    pub at: Timestamp,
    pub audited: bool,
}

pub struct World {
    pub now: Timestamp,
    pub houses: Vec<House>,
    pub guards: BTreeMap<GuardKey, SourceGuard>,
    pub phones: Vec<Phone>,
    pub given: Vec<Given>,
    /// Effects that reached the outside, by kind; audit events by name.
    pub audits: BTreeMap<&'static str, u64>,
    pub through: u64,
    /// PAPs that were compared and wrong, by device and hour.
    pub tries: BTreeMap<(MacAddr, u64), u64>,
    pub conflicts: u64,
    drawn: u64,
    calls: u64,
}

pub fn source(text: &str) -> Source {
    address(text).source()
}

pub fn address(text: &str) -> ClientAddress {
    ClientAddress::new(text.parse::<IpAddr>().unwrap())
}

fn settings(temporary: Temporary) -> Settings {
    let numbers = ["112", "110"].map(|number| ShortNumber::parse(number).unwrap());
    Settings {
        temporary,
        // The host's own proxy; whoever else sends the header is not believed (SPEC W6).
        proxies: ProxyPolicy {
            header: Some(ForwardHeader::parse("X-Forwarded-For").unwrap()),
            trusted: TrustedProxies::Networks(vec![IpPrefix::parse("10.0.0.0/24").unwrap()]),
        },
        // The networks the tenant's users are at, named for the roll-out (SPEC R12).
        rollout_networks: vec![IpPrefix::parse("198.51.100.0/24").unwrap()],
        ..Settings::cloud(&numbers)
    }
}

impl World {
    pub fn new(temporary: Temporary) -> Self {
        let houses = (0..2)
            .map(|house| {
                let key = TenantKey::new(1, std::array::from_fn(|i| (i * 7 + house * 3) as u8)).unwrap();
                let policy = Policy::new(settings(temporary)).unwrap();
                House {
                    tenant: Tenant::new(TenantId::from_number(house as u64 + 1), policy, Keyring::new(key)),
                    devices: BTreeMap::new(),
                    temps: BTreeMap::new(),
                    budget: TenantGuard::new(),
                    adoption: Adoption::new(),
                }
            })
            .collect();
        let mut world = Self {
            now: Timestamp::from_ms(1_900_000_000_000).unwrap(),
            houses,
            guards: BTreeMap::new(),
            phones: Vec::new(),
            given: Vec::new(),
            audits: BTreeMap::new(),
            through: 0,
            tries: BTreeMap::new(),
            conflicts: 0,
            drawn: 0,
            calls: 0,
        };
        for number in 0..DEVICES {
            let house = number % 2;
            let mac = MacAddr::from_octets([0x80, 0x5e, 0xc0, 0, (number >> 8) as u8, number as u8]).unwrap();
            let model = ModelRef::Known(models::lookup("yealink", "T46S").unwrap());
            let new = NewDevice { mac, model, accounts: 1, site: None, known_elsewhere: false, taken: &[] };
            world.admin(house, mac, &Command::Create(new)).unwrap();
            // Three telephones of the first tenant stand behind the attacker's NAT.
            let home = if number < 6 && house == 0 { NAT.to_owned() } else { format!("198.51.100.{}", number + 1) };
            world.phones.push(Phone { house, mac, home, credential: None, token: None, account: None, taken: false });
        }
        world
    }

    pub fn entropy(&mut self) -> Entropy {
        self.drawn += 1;
        let mut bytes = [0x5a; 32];
        bytes[..8].copy_from_slice(&self.drawn.to_be_bytes());
        Entropy::new(bytes).unwrap()
    }

    pub fn facts(&self, house: usize, mac: Option<MacAddr>, of: Source) -> Facts<'_> {
        let records = &self.houses[house];
        Facts {
            device: mac.and_then(|mac| records.devices.get(&mac)),
            temp: records.temps.get(&of),
            source: self.guards.get(&of.into()),
            wider: of.wider().and_then(|wider| self.guards.get(&wider.into())),
            budget: Some(&records.budget),
            adoption: Some(&records.adoption),
            ..Facts::of(&records.tenant)
        }
    }

    /// Compare-and-swap of everything or nothing.
    pub fn commit(&mut self, house: usize, writes: Writes) -> bool {
        let records = &mut self.houses[house];
        let stale = |old: Option<u64>, new: u64| old.is_some_and(|old| old + 1 != new);
        let conflict = writes
            .device
            .as_ref()
            .is_some_and(|new| stale(records.devices.get(&new.mac()).map(Device::revision), new.revision()))
            || writes.temp.as_ref().is_some_and(|new| {
                stale(records.temps.get(&new.key()).map(TempEntry::revision), new.revision())
                    && new.revision() != records.temps[&new.key()].revision() + 2
            })
            || [&writes.source, &writes.wider]
                .into_iter()
                .flatten()
                .any(|new| self.guards.get(&new.key()).map_or(0, SourceGuard::revision) + 1 != new.revision())
            || writes.budget.as_ref().is_some_and(|new| records.budget.revision() + 1 != new.revision());
        if conflict {
            self.conflicts += 1;
            return false;
        }
        for device in [writes.device, writes.second.map(|second| *second)].into_iter().flatten() {
            records.devices.insert(device.mac(), device);
        }
        if let Some(temp) = writes.temp {
            records.temps.insert(temp.key(), temp);
        }
        for guard in [writes.source, writes.wider].into_iter().flatten() {
            self.guards.insert(guard.key(), *guard);
        }
        if let Some(budget) = writes.budget {
            records.budget = budget;
        }
        if let Some(adoption) = writes.adoption {
            records.adoption = *adoption;
        }
        true
    }

    pub fn perform(&mut self, house: usize, mac: MacAddr, effects: &Effects) {
        let records = &mut self.houses[house];
        for effect in effects.iter() {
            match effect {
                Effect::Audit(audit) => *self.audits.entry(audit.event.name()).or_default() += 1,
                Effect::Withdraw(source) => {
                    if let Some(entry) = records.temps.get_mut(&source)
                        && entry.made_by() == mac
                    {
                        *entry = entry.ended();
                    }
                }
                _ => {}
            }
        }
        if let Some(device) = records.devices.get(&mac)
            && let Some(done) = effects_done(device, device.revision())
        {
            records.devices.insert(mac, done);
        }
    }

    pub fn admin(&mut self, house: usize, mac: MacAddr, command: &Command<'_>) -> Result<(), libprov::device::AdminError> {
        let fresh = self.entropy();
        let step = request::admin(self.facts(house, Some(mac), Source::UNRESOLVED), command, self.now, fresh)?;
        assert!(self.commit(house, step.writes));
        self.perform(house, mac, &step.effects);
        Ok(())
    }

    /// One request, as the network carries it. A full answer is sent completely and confirmed.
    pub fn http(&mut self, house: usize, sent: Sent<'_>) -> View {
        let settings = self.houses[house].tenant.policy().settings();
        let lines: Vec<&str> = sent.forwarded.into_iter().collect();
        let address = client_address(&settings.proxies, sent.from.parse().unwrap(), &lines);
        let request = Request {
            file: sent.file,
            method: sent.method,
            transport: sent.transport,
            presented: Presented { in_url: sent.in_url, in_login: sent.in_login },
            ..Request::main_file(sent.mac, address)
        };
        let fresh = self.entropy();
        let decision = request::decide(self.facts(house, Some(sent.mac), address.source()), &request, self.now, fresh);
        let audited = decision.effects.has_audit(AuditEvent::AdmittedByNeighbour);
        assert!(self.commit(house, decision.writes.clone()));
        self.perform(house, sent.mac, &decision.effects);
        let records = &self.houses[house];
        let keys = records.tenant.keys();
        let status = decision.answer.status();
        let mut body = String::new();
        match decision.answer {
            Answer::Restricted(restricted) => {
                let device = &records.devices[&sent.mac];
                let (tenant, epoch) = (records.tenant.id(), device.epoch());
                let password = restricted.enrolment.sip_password(keys, tenant, epoch);
                let token = restricted.enrolment.token(keys, tenant, epoch);
                body = format!(
                    "user={}\npassword={}\ntoken={}\nnotice={:?}\n",
                    restricted.enrolment.sip_user(None),
                    password.expose(),
                    token.expose(),
                    restricted.notice
                );
            }
            Answer::Full(full) => {
                let device = &records.devices[&sent.mac];
                body.push_str("full=yes\n");
                if full.secrets.sip.contains(1) {
                    // The password of this epoch; nobody else has it.
                    body.push_str(&format!("sip=secret-{}-{}\n", sent.mac, device.epoch().number()));
                }
                if full.secrets.credential {
                    body.push_str(&format!("credential={}\n", request::credential(&records.tenant, device).expose()));
                }
                if !full.secrets.is_none() {
                    let source = address.source();
                    self.given.push(Given { mac: sent.mac, source, rule: decision.rule, at: self.now, audited });
                }
                if let Some(lease) = full.lease {
                    let of = self.houses[house].devices[&sent.mac].lease().unwrap().source();
                    let step = request::delivered(self.facts(house, Some(sent.mac), of), lease, self.now);
                    assert!(self.commit(house, step.writes));
                    self.perform(house, sent.mac, &step.effects);
                }
            }
            Answer::Static => body.push_str("static"),
            Answer::Challenge | Answer::Deny(_) => {}
        }
        View { status, body }
    }

    /// Who a SIP user is, as the PBX finds out by digest authentication.
    pub fn sip<'u>(&self, house: usize, user: &'u str, password: &str) -> (Caller<'u>, Option<MacAddr>) {
        let mac = EnrolmentId::parse(user).ok().and_then(|id| id.mac());
        let identity = request::identify(self.facts(house, mac, Source::UNRESOLVED), user, self.now);
        let right = password == identity.password.expose();
        match identity.kind {
            IdentityKind::Enrolment(_) if right => (Caller::Enrolment(user), mac),
            _ => (Caller::Unknown, mac),
        }
    }

    /// A call, and what is typed in it once the authentication service answers.
    pub fn dial(&mut self, house: usize, user: &str, password: &str, target: &str, typed: &str) -> Heard {
        self.sip_request(house, user, password, target, typed, |call| call)
    }

    pub fn sip_request(
        &mut self,
        house: usize,
        user: &str,
        password: &str,
        target: &str,
        typed: &str,
        change: impl Fn(Call<'_>) -> Call<'_>,
    ) -> Heard {
        let (caller, mac) = self.sip(house, user, password);
        let routed = call::route(self.facts(house, mac, Source::UNRESOLVED), &change(Call::invite(caller, target)), self.now);
        let (name, service) = (routed.route.name(), matches!(routed.route, Route::Service(_)));
        let through = matches!(routed.route, Route::Through);
        let connected = if let Route::Emergency(call) = &routed.route { Some(call.number.to_string()) } else { None };
        let (writes, effects) = (routed.writes, routed.effects);
        self.through += u64::from(through);
        assert!(self.commit(house, writes));
        let mut heard = Heard { route: name.to_owned(), connected, said: spoken(&effects) };
        let Some(mac) = mac else { return heard };
        self.perform(house, mac, &effects);
        if service {
            self.talk(house, mac, user, typed, &mut heard);
            let step = call::hung_up(self.facts(house, Some(mac), Source::UNRESOLVED), user, self.now);
            assert!(self.commit(house, step.writes));
            self.perform(house, mac, &step.effects);
        }
        heard
    }

    fn talk(&mut self, house: usize, mac: MacAddr, user: &str, typed: &str, heard: &mut Heard) {
        self.calls += 1;
        let mut dialogue = Dialogue::new(self.calls, self.houses[house].tenant.policy(), self.now);
        let mut hear = |action: &Action| {
            if let Action::Play(announcement) = action {
                heard.said.push(announcement.name());
            }
        };
        hear(&dialogue.opening());
        for key in typed.chars() {
            let Some(digit) = Digit::from_char(key) else { continue };
            let actions = dialogue.digit(digit, self.now);
            actions.iter().for_each(&mut hear);
            let Some(entry) = actions.entry() else { continue };
            let attempt = Attempt::new(entry.id(), user, entry.digits()).unwrap();
            let of = attempt.enrolment().source().unwrap();
            let judged = request::enter_pap(self.facts(house, Some(mac), of), &attempt, self.now);
            if judged.counted && judged.verdict != Verdict::Accepted {
                *self.tries.entry((mac, self.now.as_ms() as u64 / HOUR_MS)).or_default() += 1;
            }
            assert!(self.commit(house, judged.writes));
            self.perform(house, mac, &judged.effects);
            dialogue.judged(entry.id(), judged.verdict, self.now).iter().for_each(&mut hear);
        }
    }

    /// A full account, whose password the attacker never has, registers or calls.
    pub fn full_call(&mut self, house: usize, mac: MacAddr, epoch: Epoch, target: &str, method: Method) -> String {
        let call = Call { method, contacts: 1, ..Call::invite(Caller::Full { account: 1, epoch }, target) };
        let of = self.houses[house].devices.get(&mac).and_then(Device::lease).map_or(Source::UNRESOLVED, |lease| lease.source());
        let routed = call::route(self.facts(house, Some(mac), of), &call, self.now);
        let (name, writes, effects) = (routed.route.name(), routed.writes, routed.effects);
        assert!(self.commit(house, writes));
        self.perform(house, mac, &effects);
        name.to_owned()
    }

    pub fn device(&self, phone: usize) -> &Device {
        &self.houses[self.phones[phone].house].devices[&self.phones[phone].mac]
    }

    pub fn pap(&self, phone: usize) -> Option<String> {
        let keys = self.houses[self.phones[phone].house].tenant.keys();
        self.device(phone).pap(keys).map(|pap| pap.reveal())
    }

    /// A telephone asks for its configuration with what it has.
    pub fn fetch(&mut self, phone: usize) -> View {
        let own = self.phones[phone].clone();
        let shown = own.credential.as_deref().or(own.token.as_deref());
        let view = self.http(own.house, Sent { in_url: shown, ..Sent::get(own.mac, &own.home) });
        let phone = &mut self.phones[phone];
        if view.value("full").is_some() {
            phone.account = None;
            phone.token = None;
            phone.credential = view.value("credential").or(phone.credential.take());
        } else if let (Some(user), Some(password)) = (view.value("user"), view.value("password")) {
            phone.account = Some((user, password));
            phone.token = view.value("token");
            phone.credential = None;
        }
        view
    }

    /// The user dials and types the PAP that the administrator told him. None: the telephone has no enrolment.
    pub fn authenticate(&mut self, phone: usize) -> Option<Heard> {
        let (user, password) = self.phones[phone].account.clone()?;
        let pap = self.pap(phone)?;
        let house = self.phones[phone].house;
        Some(self.dial(house, &user, &password, "*89", &format!("{pap}#")))
    }

    /// What two nodes would store for the same PAP at the same instant, from the same records.
    pub fn race(&mut self, house: usize, user: &str, digits: [&str; 2]) -> [Verdict; 2] {
        let mac = EnrolmentId::parse(user).unwrap().mac().unwrap();
        self.calls += 2;
        let mut both = Vec::new();
        for (node, digits) in digits.iter().enumerate() {
            let attempt = Attempt::new(AttemptId::from_number(self.calls << 8 | node as u64), user, digits).unwrap();
            let of = attempt.enrolment().source().unwrap();
            both.push(request::enter_pap(self.facts(house, Some(mac), of), &attempt, self.now));
        }
        let mut verdicts = [Verdict::NotPossible; 2];
        for (verdict, judged) in verdicts.iter_mut().zip(both) {
            // A conflict means busy: nothing is spoken, nothing granted.
            if self.commit(house, judged.writes) {
                self.perform(house, mac, &judged.effects);
                *verdict = judged.verdict;
            }
        }
        verdicts
    }
}

fn spoken(effects: &Effects) -> Vec<&'static str> {
    effects
        .iter()
        .filter_map(|effect| if let Effect::Play(said) = effect { Some(Announcement::name(said)) } else { None })
        .collect()
}
