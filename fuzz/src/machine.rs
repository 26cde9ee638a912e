//! A site lives through any order of calls (SPEC section 2, 4): each byte or two of the input is one of them.

use libprov::adoption::Adopt;
use libprov::call::{self, Call, Caller, Method, Route};
use libprov::credential::EnrolmentId;
use libprov::device::{Command, Device, NewDevice, Verdict};
use libprov::effect::Effect;
use libprov::entropy::Entropy;
use libprov::ids::{AttemptId, Epoch, LeaseId, ShortNumber, TenantId};
use libprov::ip::{ClientAddress, IpPrefix, Source};
use libprov::keys::{Keyring, TenantKey};
use libprov::lang::Lang;
use libprov::mac::MacAddr;
use libprov::models::{self, Capabilities, Carriage, ModelRef, OwnModel};
use libprov::policy::{Enforcement, LockScope, PapSource, Policy, Settings, SuspensionBind, Temporary, WindowFrom};
use libprov::request::{self, Answer, Attempt, FileKind, Request, Writes};
use libprov::rule::Rule;
use libprov::site::Site;
use libprov::snapshot;
use libprov::state::State;
use libprov::tenant::Tenant;
use libprov::time::{DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS, Timestamp};

/// Phones, addresses and remembered texts that an operation can choose between.
const PHONES: [&str; 2] = ["805ec0010203", "805ec0010204"];
const ADDRESSES: [&str; 5] = ["203.0.113.7", "203.0.113.8", "192.0.2.9", "2001:db8::1", "::ffff:203.0.113.7"];
/// More of them, for what is counted for a source and for the /48 around it.
const ELSEWHERE: [&str; 7] =
    ["203.0.113.7", "192.0.2.9", "198.51.100.4", "2001:db8::1", "2001:db8:0:1::1", "2001:db8:0:2::1", "2001:db8:1::1"];
/// What is dialled.
const TARGETS: [&str; 8] = ["112", "0112", "*89", "*77", "0911", "sip:110@pbx.example", "urn:service:sos", ""];
const STEPS: [u64; 8] =
    [SECOND_MS, 30 * SECOND_MS, MINUTE_MS, 6 * MINUTE_MS, 31 * MINUTE_MS, 9 * HOUR_MS, 2 * DAY_MS, 8 * DAY_MS];
/// Calls of one life; a longer input is cut.
const MOST: usize = 400;

pub(crate) fn machine(input: &[u8]) {
    let mut bytes = input.iter().copied();
    let mut life = Life::new(bytes.next().unwrap_or(0), bytes.next().unwrap_or(0));
    for _ in 0..MOST {
        let (Some(operation), Some(choice)) = (bytes.next(), bytes.next()) else { break };
        life.step(operation, choice);
    }
}

fn source(text: &str) -> Source {
    ClientAddress::new(text.parse().unwrap()).source()
}

struct Life {
    site: Site,
    now: Timestamp,
    drawn: u64,
    attempts: u64,
    /// What restricted answers gave out: phone, SIP user, token.
    given: Vec<(MacAddr, String, String)>,
    /// Credentials that were fetched.
    credentials: Vec<String>,
    leases: Vec<(MacAddr, LeaseId)>,
}

impl Life {
    fn new(policy: u8, more: u8) -> Self {
        let mut settings = Settings::cloud(&["112", "110"].map(|number| ShortNumber::parse(number).unwrap()));
        let on = |at: u8| policy >> at & 1 == 1;
        if on(0) {
            settings.lock_scope = LockScope::Device;
        }
        if on(1) {
            settings.pap_source = PapSource::Derived;
        }
        if on(2) {
            settings.on_answer = true;
        }
        if on(3) {
            settings.suspension_bind = SuspensionBind::Unbound;
        }
        if on(4) {
            settings.secret_window_from = WindowFrom::Release;
        }
        if on(5) {
            settings.token_needs_source = true;
        }
        settings.temporary = match policy >> 6 {
            0 | 1 => Temporary::Waiting,
            2 => Temporary::FirstN(2),
            _ => Temporary::Off,
        };
        settings.enforcement = match more & 7 {
            6 => Enforcement::Observe,
            7 => Enforcement::Off,
            _ => Enforcement::Enforce,
        };
        settings.activate_resets = more & 8 != 0;
        if more & 16 != 0 {
            settings.challenge_prefixes.push([0x80, 0x5e, 0xc0]);
        }
        if more & 32 != 0 {
            (settings.adoption, settings.adoption_cap) = (Adopt::List, 8);
        }
        if more & 64 != 0 {
            settings.adoption_own = Adopt::Activate;
        }
        if more & 128 != 0 {
            settings.outside_line = Some("0".into());
        }
        let key = TenantKey::new(1, core::array::from_fn(|at| at as u8)).unwrap();
        let tenant = Tenant::new(TenantId::from_number(1), Policy::new(settings).unwrap(), Keyring::new(key));
        Self {
            site: Site::new(tenant.with_whitelisted(IpPrefix::parse("192.0.2.0/24").unwrap(), "Office").unwrap()),
            now: Timestamp::from_ms(1_900_000_000_000).unwrap(),
            drawn: 0,
            attempts: 0,
            given: Vec::new(),
            credentials: Vec::new(),
            leases: Vec::new(),
        }
    }

    fn draw(&mut self) -> Entropy {
        self.drawn += 1;
        let mut bytes = [7; 32];
        bytes[..8].copy_from_slice(&self.drawn.to_be_bytes());
        Entropy::new(bytes).unwrap()
    }

    fn step(&mut self, operation: u8, choice: u8) {
        let mac = MacAddr::parse(PHONES[usize::from(operation >> 7)]).unwrap();
        let address = ClientAddress::new(ADDRESSES[usize::from(choice) % ADDRESSES.len()].parse().unwrap());
        match operation & 0x1f {
            0 | 1 => self.create(mac, choice),
            2..=7 => self.fetch(mac, address, operation, choice),
            8..=11 => self.enter(operation & 3 == 3, choice),
            12..=14 => self.deliver(operation & 3 == 2, choice),
            15..=17 => {
                self.now = self.now.plus_ms(STEPS[usize::from(choice & 7)]);
                // A clock may be set back too (SPEC A6).
                if choice & 0xf8 == 0xf8 {
                    self.now = self.now.minus_ms(3 * STEPS[usize::from(choice & 7)]);
                }
            }
            18 => self.admin(mac, &Command::Reset { taken: &[] }),
            19 => {
                let bind = (choice & 1 == 1).then(|| IpPrefix::parse(ADDRESSES[usize::from(choice >> 1) % 4]).unwrap());
                self.admin(mac, &Command::Suspend { bind, confirm_blocked: choice & 128 != 0 });
            }
            20 => self.admin(mac, &Command::Block),
            21 => self
                .admin(mac, &Command::ReleaseAgain { account: Some(choice % 4).filter(|at| *at > 0), tenant_wide: choice > 127 }),
            22 => self.admin(mac, &Command::NewSipPassword { account: choice % 4 }),
            23 => self.admin(mac, &Command::Deactivate),
            24 => self.admin(mac, &Command::Activate { taken: &[] }),
            25 => self.admin(mac, &Command::Delete),
            26 => {
                let other = MacAddr::parse(PHONES[usize::from(operation >> 7 ^ 1)]).unwrap();
                if self.site.device(other).is_none() {
                    self.admin(mac, &Command::Transfer { mac: other, known_elsewhere: false, taken: &[] });
                }
            }
            27 => self.admin(
                mac,
                &Command::Describe {
                    site: Some(["", "Berlin"][usize::from(choice & 1)]),
                    location_confirmed: Some(choice > 127),
                },
            ),
            28 => {
                let next = TenantKey::new(choice, core::array::from_fn(|at| at as u8 ^ choice)).unwrap();
                let tenant = self.site.tenant().clone();
                if let Ok(keys) = tenant.keys().clone().rotated(next) {
                    self.site.set_tenant(tenant.with_keys(keys));
                }
            }
            _ => match operation >> 5 & 3 {
                0 => self.timeouts(mac),
                1 => self.call(mac, operation & 3, choice),
                2 => self.call_is_over(mac, choice),
                _ => self.probe(mac, operation & 3, choice),
            },
        }
    }

    /// A request of a phone that may be unknown, from one of many sources, or a look at what is over.
    fn probe(&mut self, mac: MacAddr, kind: u8, choice: u8) {
        if kind == 1 {
            let live =
                |site: &Site, now| ELSEWHERE.map(|text| site.temporary(source(text)).is_some_and(|entry| entry.is_live(now)));
            let before = live(&self.site, self.now);
            self.site.purge(self.now);
            assert_eq!(live(&self.site, self.now), before, "W5: only what says nothing is forgotten");
            return;
        }
        let unknown = MacAddr::from_octets([0x80, 0x5e, 0xc0, 2, 0, choice >> 4]).unwrap();
        let mac = if kind == 2 { mac } else { unknown };
        let address = ClientAddress::new(ELSEWHERE[usize::from(choice) % ELSEWHERE.len()].parse().unwrap());
        let mut request = Request::main_file(mac, address);
        if choice & 8 != 0 {
            request.presented.in_url = Some("forged");
        }
        let fresh = self.draw();
        let decision = request::decide(self.site.facts(Some(mac), Some(address.source())), &request, self.now, fresh);
        if self.site.device(mac).is_none() {
            assert!(!matches!(decision.answer, Answer::Full(_) | Answer::Restricted(_)), "R2: nothing for nobody: {decision:?}");
        }
        let adopts = decision.effects.iter().any(|effect| effect == Effect::Adopt);
        self.keep(mac, decision.writes, &decision.effects);
        assert!(
            self.site.adoption().offers(self.now).count() <= usize::from(self.site.tenant().policy().settings().adoption_cap)
        );
        if adopts {
            assert!(
                self.site.device(mac).is_none() && self.site.tenant().whitelist().covers(address),
                "D5: its own networks only"
            );
            let model = ModelRef::Known(models::lookup("yealink", "T46S").unwrap());
            let new = NewDevice { mac, model, accounts: 1, site: None, known_elsewhere: false, taken: &[] };
            self.admin(mac, &Command::Create(new));
            self.admin(mac, &Command::Delete);
        }
    }

    /// The facts of a call: those of the device, and of the source of its lease.
    fn of_call(&self, mac: MacAddr) -> request::Facts<'_> {
        let source = self.site.device(mac).and_then(Device::lease).map(|lease| lease.source());
        self.site.facts(Some(mac), source)
    }

    fn call(&mut self, mac: MacAddr, kind: u8, choice: u8) {
        let target = TARGETS[usize::from(choice & 7)];
        let epoch = self.site.device(mac).map_or(Epoch::from_number(1), Device::epoch);
        let earlier = Epoch::from_number(epoch.number() ^ u64::from(choice >> 6 & 1));
        let full = Caller::Full { account: choice >> 4 & 3, epoch: earlier };
        let enrolment = self.some_enrolment(choice);
        let (mac, caller) = match (kind, &enrolment) {
            (1, _) | (_, None) => (mac, full),
            (_, Some((mac, user))) => (*mac, Caller::Enrolment(user)),
        };
        let mut call = Call::invite(caller, target);
        if kind == 3 {
            call.method = Method::ALL[usize::from(choice >> 3) % Method::ALL.len()];
            (call.in_dialog, call.contacts) = (choice & 1 == 1, choice >> 1 & 3);
        }
        let routed = call::route(self.of_call(mac), &call, self.now);
        let (is_call, route) = (call.method == Method::Invite && !call.in_dialog, routed.route.name());
        match routed.route {
            Route::Emergency(made) => {
                assert!(self.site.tenant().policy().settings().emergency.contains(&made.number) && is_call, "C2");
                assert_eq!(made.mac, Some(mac));
            }
            Route::Through => assert!(matches!(caller, Caller::Full { epoch, .. } if Some(epoch) == self.epoch(mac)), "C1"),
            Route::Service(service) => {
                assert!(
                    matches!(caller, Caller::Enrolment(user) if EnrolmentId::parse(user).ok() == Some(service.enrolment)),
                    "C6"
                );
                assert_ne!(service.ended, Some(service.enrolment), "C6");
            }
            Route::CallBack(_) => panic!("C5: only the emergency service calls back"),
            _ => {}
        }
        let number = if let Route::Emergency(made) = routed.route { Some(made.number.as_str().to_owned()) } else { None };
        let (writes, effects) = (routed.writes, routed.effects);
        self.keep(mac, writes, &effects);
        if target.ends_with("112") && is_call && route == "refused" {
            let known = matches!(caller, Caller::Full { account, .. } if self.accounts(mac) >= account && account > 0);
            let prefixed = target == "112" || self.site.tenant().policy().settings().outside_line.is_some();
            assert!(!(known && prefixed), "C2: no account that is known is refused the emergency call");
        }
        let Caller::Enrolment(user) = caller else { return };
        if route == "service" {
            let again = call::route(self.of_call(mac), &call, self.now);
            assert!(matches!(again.route, Route::Refused(_)) && again.writes.is_empty(), "C6: one dialogue for an enrolment");
        }
        if let Some(number) = number {
            let back = Call::invite(Caller::Outside(&number), user);
            let other = call::route(self.of_call(mac), &Call::invite(Caller::Outside("0911"), user), self.now);
            assert!(matches!(other.route, Route::Refused(_)), "C5: nobody else calls an enrolment");
            let routed = call::route(self.of_call(mac), &back, self.now);
            assert!(matches!(routed.route, Route::CallBack(id) if EnrolmentId::parse(user) == Ok(id)), "C5: {:?}", routed.route);
            self.keep(mac, routed.writes, &routed.effects);
            let again = call::route(self.of_call(mac), &back, self.now);
            assert!(matches!(again.route, Route::Refused(_)), "C5: one at a time");
        }
    }

    /// The end of a call, or a registration of a full account; both said twice.
    fn call_is_over(&mut self, mac: MacAddr, choice: u8) {
        let enrolment = self.some_enrolment(choice);
        let said = |life: &Self, mac: MacAddr, user: Option<&str>| match user {
            Some(user) => call::hung_up(life.of_call(mac), user, life.now),
            None => call::registered(life.of_call(mac), 1, life.epoch(mac).unwrap_or(Epoch::from_number(1)), life.now),
        };
        let (mac, user) = match &enrolment {
            Some((mac, user)) if choice & 1 == 1 => (*mac, Some(user.as_str())),
            _ => (mac, None),
        };
        let step = said(self, mac, user);
        self.keep(mac, step.writes, &step.effects);
        let again = said(self, mac, user);
        assert!(again.writes.is_empty(), "C5, C6, A14: a second time it changes nothing: {again:?}");
    }

    fn some_enrolment(&self, choice: u8) -> Option<(MacAddr, String)> {
        let last = self.given.len().checked_sub(1)?;
        let (mac, user, _) = &self.given[last - usize::from(choice >> 4).min(last)];
        Some((*mac, user.clone()))
    }

    fn epoch(&self, mac: MacAddr) -> Option<Epoch> {
        self.site.device(mac).map(Device::epoch)
    }

    fn accounts(&self, mac: MacAddr) -> u8 {
        self.site.device(mac).map_or(0, Device::accounts)
    }

    fn create(&mut self, mac: MacAddr, choice: u8) {
        let model = match choice & 7 {
            0..4 => ModelRef::Known(models::lookup("yealink", "T46S").unwrap()),
            kind => ModelRef::Own(Box::new(OwnModel {
                vendor: "other".into(),
                name: "phone".into(),
                capabilities: Capabilities {
                    restricted: kind != 4,
                    retains: kind & 1 == 1,
                    carriage: [Carriage::Url, Carriage::HttpAuth, Carriage::None][usize::from(choice >> 3) % 3],
                },
            })),
        };
        let device = NewDevice { mac, model, accounts: 1 + choice % 3, site: None, known_elsewhere: false, taken: &[] };
        if choice > 200 {
            let until = self.now.plus_ms(DAY_MS);
            self.admin(mac, &Command::ImportInstalled { device, until });
        } else {
            self.admin(mac, &Command::Create(device));
        }
    }

    fn admin(&mut self, mac: MacAddr, command: &Command<'_>) {
        let fresh = self.draw();
        let Ok(step) = request::admin(self.site.facts(Some(mac), None), command, self.now, fresh) else { return };
        self.keep(mac, step.writes, &step.effects);
    }

    fn timeouts(&mut self, mac: MacAddr) {
        let step = request::handle_timeout(self.site.facts(Some(mac), None), self.now);
        self.keep(mac, step.writes, &step.effects);
        let again = request::handle_timeout(self.site.facts(Some(mac), None), self.now);
        assert!(again.writes.is_empty(), "A7: a second look finds nothing: {again:?}");
    }

    fn fetch(&mut self, mac: MacAddr, address: ClientAddress, operation: u8, choice: u8) {
        let mut request = Request::main_file(mac, address);
        let texts: Vec<&str> =
            self.given.iter().map(|(_, _, token)| token.as_str()).chain(self.credentials.iter().map(String::as_str)).collect();
        let presented = texts.len().checked_sub(1).map(|last| texts[last - usize::from(choice >> 4).min(last)].to_owned());
        match operation & 7 {
            4..=6 => request.presented.in_url = presented.as_deref(),
            7 => request.presented.in_login = Some(presented.as_deref().unwrap_or("")),
            _ => {}
        }
        if operation & 0x60 == 0x60 {
            request.certificate = Some(mac);
        }
        if operation & 0x60 == 0x40 {
            request.file = FileKind::Side { private: choice & 1 == 1 };
        }
        let fresh = self.draw();
        let decision = request::decide(self.site.facts(Some(mac), Some(address.source())), &request, self.now, fresh);
        let _ = decision.explain(Lang::Pl);
        if let Answer::Full(full) = decision.answer {
            assert!(decision.proof.is_proven() || decision.exemption.is_some(), "a full answer without a reason: {decision:?}");
            if request.presented.in_url.is_none() && request.presented.in_login.is_none() && request.certificate.is_none() {
                // SPEC R19: an address that was accepted counts for models that carry nothing.
                assert!(decision.exemption.is_some() || decision.rule == Rule::R8, "nothing was presented: {decision:?}");
            }
            if let Some(lease) = full.lease {
                self.leases.push((mac, lease));
            }
            if full.secrets.credential {
                let device = decision.writes.device.as_ref().or(self.site.device(mac)).unwrap();
                self.credentials.push(request::credential(self.site.tenant(), device).expose().to_owned());
            }
        }
        if let Answer::Restricted(restricted) = decision.answer {
            let device = self.site.device(mac).unwrap();
            let (tenant, epoch) = (self.site.tenant(), device.epoch());
            let token = restricted.enrolment.token(tenant.keys(), tenant.id(), epoch).expose().to_owned();
            self.given.push((mac, restricted.enrolment.sip_user(None), token));
        }
        self.keep(mac, decision.writes, &decision.effects);
    }

    fn enter(&mut self, right: bool, choice: u8) {
        let Some(last) = self.given.len().checked_sub(1) else { return };
        let (mac, user, _) = self.given[last - usize::from(choice >> 4).min(last)].clone();
        let pap = self.site.device(mac).and_then(|device| device.pap(self.site.tenant().keys()));
        let digits = match (&pap, right) {
            (Some(pap), true) => pap.reveal(),
            _ => ["", "0", "135790"][usize::from(choice) % 3].to_owned(),
        };
        if choice & 3 != 3 {
            self.attempts += 1;
        }
        let attempt = Attempt::new(AttemptId::from_number(self.attempts), &user, &digits).unwrap();
        let judged = request::enter_pap(self.site.facts(Some(mac), attempt.enrolment().source()), &attempt, self.now);
        if judged.counted && judged.verdict == Verdict::Accepted {
            assert!(pap.is_some_and(|pap| pap.matches(&digits)), "A3: only the PAP is accepted");
        }
        self.keep(mac, judged.writes, &judged.effects);
        if judged.counted {
            let again = request::enter_pap(self.site.facts(Some(mac), attempt.enrolment().source()), &attempt, self.now);
            assert!(!again.counted, "A5: one attempt counts once");
        }
    }

    fn deliver(&mut self, arrived: bool, choice: u8) {
        let Some(last) = self.leases.len().checked_sub(1) else { return };
        let (mac, lease) = self.leases[last - usize::from(choice >> 4).min(last)];
        let source = self.site.device(mac).and_then(Device::lease).map(|lease| lease.source());
        let facts = self.site.facts(Some(mac), source);
        let step =
            if arrived { request::delivered(facts, lease, self.now) } else { request::not_delivered(facts, lease, self.now) };
        self.keep(mac, step.writes, &step.effects);
    }

    /// Stores what changed, as a host does, and holds what must always be so.
    fn keep(&mut self, mac: MacAddr, writes: Writes, effects: &libprov::effect::Effects) {
        for device in [writes.device.as_ref(), writes.second.as_deref()].into_iter().flatten() {
            if let Some(old) = self.site.device(device.mac()) {
                assert_eq!(device.revision(), old.revision() + 1, "E5");
                assert_ne!(device, old);
            }
            self.holds(device);
        }
        let temp = writes.temp.clone();
        let guards = [writes.source.clone(), writes.wider.clone()];
        let (budget, adoption) = (writes.budget.clone(), writes.adoption.clone());
        let second = writes.second.as_ref().map(|second| second.mac());
        self.site.commit(writes).expect("writes that fit the records they came from");
        if let Some(temp) = temp {
            assert_eq!(snapshot::from_bytes(&snapshot::to_bytes(&temp)).as_ref(), Ok(&temp));
        }
        for guard in guards.into_iter().flatten() {
            assert_eq!(snapshot::from_bytes(&snapshot::to_bytes(&*guard)).as_ref(), Ok(&*guard));
            assert_eq!(snapshot::from_json(&snapshot::to_json(&*guard)).as_ref(), Ok(&*guard));
        }
        if let Some(budget) = budget {
            assert_eq!(snapshot::from_bytes(&snapshot::to_bytes(&budget)).as_ref(), Ok(&budget));
        }
        if let Some(adoption) = adoption {
            assert_eq!(snapshot::from_bytes(&snapshot::to_bytes(&*adoption)).as_ref(), Ok(&*adoption));
        }
        self.site.settle(mac, effects);
        if let Some(device) = self.site.device(mac) {
            assert!(device.pending_effects().is_empty());
            self.holds(device);
        }
        if let Some(device) = second.and_then(|mac| self.site.device(mac)) {
            assert!(device.pending_effects().is_empty(), "the tombstone owes what happened");
            self.holds(device);
        }
    }

    fn holds(&self, device: &Device) {
        assert_eq!(snapshot::from_bytes(&snapshot::to_bytes(device)).as_ref(), Ok(device), "E2");
        assert_eq!(snapshot::from_json(&snapshot::to_json(device)).as_ref(), Ok(device), "E2");
        if device.state(self.now) == State::Successful {
            assert!(device.pap(self.site.tenant().keys()).is_none(), "A8: a provisioned device has no PAP");
        }
    }
}
