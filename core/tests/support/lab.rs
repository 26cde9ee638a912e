//! A host with one device: it keeps the records, performs the effects and moves the clock. For tests of whole histories.
#![allow(dead_code, unreachable_pub)]

use core::net::IpAddr;
use libprov::credential::EnrolmentId;
use libprov::device::{AdminError, Command, Device, NewDevice, Verdict, effects_done};
use libprov::effect::{Effect, Effects};
use libprov::entropy::Entropy;
use libprov::guard::TenantGuard;
use libprov::ids::{AttemptId, LeaseId, ShortNumber, TenantId};
use libprov::ip::{ClientAddress, IpPrefix, Source};
use libprov::keys::{Keyring, TenantKey};
use libprov::mac::MacAddr;
use libprov::models::{self, Capabilities, Carriage, ModelRef, OwnModel};
use libprov::policy::{Policy, Settings};
use libprov::request::{self, Answer, Attempt, Decision, Facts, Judged, Request, Step, Writes};
use libprov::tenant::Tenant;
use libprov::time::Timestamp;
use libprov::whitelist::TempEntry;
use std::collections::BTreeMap;
use std::rc::Rc;

/// Start of all histories: on a full minute.
pub const START_MS: i64 = 1_900_000_020_000;
/// A credential of the right shape that no key made.
pub const FORGED: &str = "aeqcaibaeaqcaibaeaqcaibaeaqcaibaea";

/// The device under test.
pub fn mac() -> MacAddr {
    MacAddr::parse("80:5e:c0:01:02:03").unwrap()
}

/// Another device of the tenant.
pub fn neighbour() -> MacAddr {
    MacAddr::parse("80:5e:c0:0a:0b:0c").unwrap()
}

/// An address from text; empty is unresolved.
pub fn address(text: &str) -> ClientAddress {
    if text.is_empty() { ClientAddress::Unresolved } else { ClientAddress::new(text.parse::<IpAddr>().unwrap()) }
}

/// The defaults of the cloud preset.
pub fn cloud() -> Settings {
    Settings::cloud(&[ShortNumber::parse("112").unwrap()])
}

/// A tenant with these settings and permanent entries.
pub fn tenant(settings: Settings, permanent: &[&str]) -> Tenant {
    let key = TenantKey::new(1, core::array::from_fn(|i| i as u8)).unwrap();
    let mut tenant = Tenant::new(TenantId::from_number(1), Policy::new(settings).unwrap(), Keyring::new(key));
    for prefix in permanent {
        tenant = tenant.with_whitelisted(IpPrefix::parse(prefix).unwrap(), "").unwrap();
    }
    tenant
}

/// A Yealink: keeps what a later configuration omits, carries its proof in the URL.
pub fn yealink() -> ModelRef {
    ModelRef::Known(models::lookup("yealink", "T46S").unwrap())
}

/// A model of no vendor in particular.
pub fn plain_model(retains: bool, carriage: Carriage) -> ModelRef {
    let capabilities = Capabilities { restricted: true, retains, carriage };
    ModelRef::Own(Box::new(OwnModel { vendor: "acme".into(), name: "one".into(), capabilities }))
}

/// The same bytes for the same number.
pub fn entropy(number: u64) -> Entropy {
    let mut bytes = [7u8; 32];
    bytes[..8].copy_from_slice(&number.to_be_bytes());
    Entropy::new(bytes).unwrap()
}

/// The host.
#[derive(Clone)]
pub struct Lab {
    pub tenant: Rc<Tenant>,
    pub model: ModelRef,
    pub now: Timestamp,
    pub device: Option<Device>,
    pub temp: BTreeMap<Source, TempEntry>,
    pub budget: TenantGuard,
    pub drawn: u64,
    pub attempts: u64,
}

impl Lab {
    pub fn new(tenant: Tenant, model: ModelRef) -> Self {
        Self {
            tenant: Rc::new(tenant),
            model,
            now: Timestamp::from_ms(START_MS).unwrap(),
            device: None,
            temp: BTreeMap::new(),
            budget: TenantGuard::new(),
            drawn: 0,
            attempts: 0,
        }
    }

    /// The facts a call about this source needs.
    pub fn facts(&self, source: Source) -> Facts<'_> {
        Facts {
            device: self.device.as_ref(),
            temp: self.temp.get(&source),
            budget: Some(&self.budget),
            ..Facts::of(&self.tenant)
        }
    }

    fn draw(&mut self) -> Entropy {
        self.drawn += 1;
        entropy(self.drawn)
    }

    /// Asks for the main file, and stores what changed.
    pub fn fetch(&mut self, from: ClientAddress, presented: Option<&str>) -> Decision {
        let mut request = Request::main_file(mac(), from);
        request.presented.in_url = presented;
        self.ask(&request)
    }

    /// Asks for a file, and stores what changed.
    pub fn ask(&mut self, request: &Request<'_>) -> Decision {
        let fresh = self.draw();
        let decision = request::decide(self.facts(request.address.source()), request, self.now, fresh);
        self.store(&decision.writes, &decision.effects);
        decision
    }

    pub fn delivered(&mut self, lease: LeaseId) -> Step {
        let source = self.device.as_ref().and_then(Device::lease).map_or(Source::UNRESOLVED, |lease| lease.source());
        let step = request::delivered(self.facts(source), lease, self.now);
        self.store(&step.writes, &step.effects);
        step
    }

    pub fn not_delivered(&mut self, lease: LeaseId) -> Step {
        let step = request::not_delivered(self.facts(Source::UNRESOLVED), lease, self.now);
        self.store(&step.writes, &step.effects);
        step
    }

    /// The device's PAP, or one that cannot be right.
    pub fn right_pap(&self) -> String {
        self.device.as_ref().and_then(|device| device.pap(self.tenant.keys())).map_or("000000".into(), |pap| pap.reveal())
    }

    /// Enters digits under an attempt id of its own, or under a given one again.
    pub fn pap(&mut self, enrolment: EnrolmentId, digits: &str, again: Option<u64>) -> Judged {
        let attempt = again.unwrap_or_else(|| {
            self.attempts += 1;
            self.attempts
        });
        let text = enrolment.text();
        let attempt = Attempt::new(AttemptId::from_number(attempt), text.as_str(), digits).unwrap();
        let judged = request::enter_pap(self.facts(Source::UNRESOLVED), &attempt, self.now);
        self.store(&judged.writes, &judged.effects);
        judged
    }

    pub fn timeout(&mut self) -> Step {
        let step = request::handle_timeout(self.facts(Source::UNRESOLVED), self.now);
        self.store(&step.writes, &step.effects);
        step
    }

    pub fn admin(&mut self, command: &Command<'_>) -> Result<Step, AdminError> {
        let fresh = self.draw();
        let step = request::admin(self.facts(Source::UNRESOLVED), command, self.now, fresh)?;
        self.store(&step.writes, &step.effects);
        Ok(step)
    }

    /// What creates the device.
    pub fn new_device(&self) -> NewDevice<'static> {
        NewDevice { mac: mac(), model: self.model.clone(), accounts: 1, site: None, known_elsewhere: false, taken: &[] }
    }

    /// A neighbour was provisioned from this source.
    pub fn neighbour_at(&mut self, source: Source) {
        let len = self.tenant.policy().settings().temporary_ms;
        let entry = TempEntry::proven_delivery(self.temp.get(&source), source, neighbour(), self.now, len).unwrap();
        self.temp.insert(source, entry);
        self.recount();
    }

    /// Stores the records, performs the effects, and says so.
    pub fn store(&mut self, writes: &Writes, effects: &Effects) {
        if let Some(device) = &writes.device {
            self.device = Some(device.clone());
        }
        if let Some(entry) = &writes.temp {
            self.temp.insert(entry.key(), entry.clone());
        }
        for effect in effects.iter() {
            if let Effect::Withdraw(source) = effect
                && self.temp.get(&source).is_some_and(|entry| entry.made_by() == mac())
            {
                self.temp.remove(&source);
            }
        }
        self.recount();
        if let Some(device) = &self.device
            && let Some(done) = effects_done(device, device.revision())
        {
            self.device = Some(done);
        }
    }

    fn recount(&mut self) {
        if self.budget.temporary() as usize != self.temp.len() {
            self.budget = self.budget.recounted(self.temp.len() as u32);
        }
    }

    /// The device's present credential.
    pub fn credential(&self) -> Option<String> {
        self.device.as_ref().map(|device| request::credential(&self.tenant, device).expose().to_owned())
    }

    /// The fetch token of an enrolment of the present epoch.
    pub fn token(&self, answer: &Answer) -> Option<(EnrolmentId, String)> {
        let (Answer::Restricted(restricted), Some(device)) = (answer, &self.device) else { return None };
        let token = restricted.enrolment.token(self.tenant.keys(), self.tenant.id(), device.epoch());
        Some((restricted.enrolment.id(), token.expose().to_owned()))
    }
}

/// Whether an entry was compared and counted as a wrong one.
pub fn is_counted_wrong(judged: &Judged) -> bool {
    judged.counted && judged.verdict != Verdict::Accepted
}
