//! A small PBX: it keeps the records, answers requests, commits before it speaks, and writes an audit log.

mod files;
mod sip;

pub(crate) use sip::{Placed, VoiceCall, Way};

use crate::data::Input;
use libprov::audit::{self, Aggregator, Frame};
use libprov::credential::Enrolment;
use libprov::device::{Command, Device, NewDevice};
use libprov::effect::{Audit, Effect, Effects};
use libprov::entropy::Entropy;
use libprov::ids::LeaseId;
use libprov::ip::ClientAddress;
use libprov::mac::MacAddr;
use libprov::models::{self, ModelRef};
use libprov::profile::{DialString, Host as SipHost, Port, Profile, Server, Transport};
use libprov::request::{self, Answer, Decision, Request, Step};
use libprov::secret::Secret;
use libprov::site::Site;
use libprov::time::Timestamp;
use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

/// The PBX of the demo.
pub(crate) struct Host {
    /// Its records.
    pub(crate) site: Site,
    /// The virtual clock.
    pub(crate) now: Timestamp,
    /// Everything that would have gone to a log.
    pub(crate) log: String,
    /// The audit log: lines of JSON.
    pub(crate) audit: Vec<String>,
    /// Who acts at the administrator's page.
    pub(crate) actor: String,
    /// Every effect since it was last looked at.
    pub(crate) effects: Vec<Effect>,
    profiles: BTreeMap<MacAddr, Profile>,
    emergency: Vec<DialString>,
    service_code: DialString,
    auth: Server,
    url: String,
    out: PathBuf,
    files: u32,
    draws: u64,
    calls: u64,
    counted: Aggregator,
}

/// What a telephone got.
pub(crate) struct Got {
    /// The decision.
    pub(crate) decision: Decision,
    /// The rendered file; empty for a denial.
    pub(crate) file: String,
}

impl Got {
    /// The rule's name.
    pub(crate) fn rule(&self) -> &'static str {
        self.decision.rule.name()
    }

    /// The enrolment of a restricted answer.
    pub(crate) fn enrolment(&self) -> Result<Enrolment, Box<dyn Error>> {
        match &self.decision.answer {
            Answer::Restricted(restricted) => Ok(restricted.enrolment),
            other => Err(format!("no restricted answer but {other:?}").into()),
        }
    }

    /// The lease of a full answer.
    pub(crate) fn lease(&self) -> Option<LeaseId> {
        match &self.decision.answer {
            Answer::Full(full) => full.lease,
            _ => None,
        }
    }

    /// Whether the answer is full.
    pub(crate) fn is_full(&self) -> bool {
        matches!(self.decision.answer, Answer::Full(_))
    }

    /// Whether the answer is restricted.
    pub(crate) fn is_restricted(&self) -> bool {
        matches!(self.decision.answer, Answer::Restricted(_))
    }
}

impl Host {
    /// Sets the PBX up and empties the folder for rendered files.
    pub(crate) fn new(input: &Input, out: &Path) -> Result<Self, Box<dyn Error>> {
        if out.exists() {
            fs::remove_dir_all(out)?;
        }
        fs::create_dir_all(out)?;
        let config = &input.config;
        let auth = Server {
            host: SipHost::parse(&config.auth_server.host)?,
            port: Some(Port::parse(&config.auth_server.port.to_string())?),
            transport: Transport::Tls,
        };
        let tenant = config.tenant()?;
        Ok(Self {
            counted: Aggregator::new(tenant.id(), tenant.policy()),
            site: Site::new(tenant),
            // Monday, 23 November 2026, seven o'clock.
            now: Timestamp::from_ms(1_795_417_200_000)?,
            log: String::new(),
            audit: Vec::new(),
            actor: "ann".into(),
            effects: Vec::new(),
            profiles: BTreeMap::new(),
            emergency: config.emergency.iter().map(|number| DialString::parse(number)).collect::<Result<_, _>>()?,
            service_code: DialString::parse(&config.service_code)?,
            auth,
            url: config.provisioning_url.clone(),
            out: out.into(),
            files: 0,
            draws: 0,
            calls: 0,
        })
    }

    /// Lets time pass and performs what is due.
    pub(crate) fn pass(&mut self, minutes: u64) -> Result<(), Box<dyn Error>> {
        let end = self.now.plus_ms(minutes * 60_000);
        while let Some(at) = self.site.next_timeout().filter(|at| *at <= end) {
            self.now = at.max(self.now);
            let due: Vec<MacAddr> = self.site.due(self.now).collect();
            for mac in due {
                let step = request::handle_timeout(self.site.facts(Some(mac), None), self.now);
                self.store(mac, "timeout", step)?;
            }
        }
        self.now = end;
        let counted = self.counted.handle_timeout(end);
        self.audit.extend(counted.iter().map(audit::Counted::json));
        Ok(())
    }

    /// Performs an administrative act.
    pub(crate) fn admin(&mut self, mac: MacAddr, command: &Command<'_>) -> Result<(), Box<dyn Error>> {
        let fresh = self.entropy()?;
        let step = request::admin(self.site.facts(Some(mac), None), command, self.now, fresh)?;
        self.store(mac, "admin", step)
    }

    /// Gives a device its profile.
    pub(crate) fn equip(&mut self, mac: MacAddr, profile: Profile) {
        self.profiles.insert(mac, profile);
    }

    /// Answers a request: decide, commit, render.
    pub(crate) fn fetch(&mut self, request: &Request<'_>) -> Result<Got, Box<dyn Error>> {
        let fresh = self.entropy()?;
        let decision = request::decide(self.site.facts(request.mac, Some(request.address.source())), request, self.now, fresh);
        self.site.commit(decision.writes.clone())?;
        let Some(mac) = request.mac else { return Ok(Got { decision, file: String::new() }) };
        let revision = decision.writes.device.as_ref().map(Device::revision);
        self.perform(mac, decision.rule.name(), revision, &decision.effects);
        if decision.effects.iter().any(|effect| effect == Effect::Adopt) {
            self.adopt(mac)?;
        }
        let file = self.render(mac, &decision)?;
        if !file.is_empty() {
            self.files += 1;
            let folder = self.out.join(format!("{:02}-{}", self.files, decision.rule));
            fs::create_dir_all(&folder)?;
            fs::write(folder.join(format!("{}.cfg", mac.bare())), &file)?;
        }
        Ok(Got { decision, file })
    }

    /// A fetch of the main file over HTTPS.
    pub(crate) fn get(&mut self, mac: MacAddr, from: &str, presented: Option<&str>) -> Result<Got, Box<dyn Error>> {
        let mut request = Request::main_file(mac, ClientAddress::new(from.parse()?));
        request.presented.in_url = presented;
        self.fetch(&request)
    }

    /// The file of a full answer was sent completely.
    pub(crate) fn deliver(&mut self, mac: MacAddr, got: &Got) -> Result<(), Box<dyn Error>> {
        let (Some(lease), Some(device)) = (got.lease(), self.site.device(mac)) else { return Ok(()) };
        let source = device.lease().map(libprov::device::Lease::source);
        let step = request::delivered(self.site.facts(Some(mac), source), lease, self.now);
        self.store(mac, "delivered", step)
    }

    /// The PAP of a device, as the administrator's page shows it.
    pub(crate) fn pap(&self, mac: MacAddr) -> Option<String> {
        self.site.device(mac)?.pap(self.site.tenant().keys()).map(|pap| pap.reveal())
    }

    /// The fetch token of an enrolment, as it stands in the restricted file.
    pub(crate) fn token(&self, mac: MacAddr, enrolment: Enrolment) -> Result<Secret, Box<dyn Error>> {
        let device = self.site.device(mac).ok_or("no such device")?;
        Ok(enrolment.token(self.site.tenant().keys(), device.tenant(), device.epoch()))
    }

    /// The credential of a device, as it stands in the full file.
    pub(crate) fn credential(&self, mac: MacAddr) -> Result<Secret, Box<dyn Error>> {
        Ok(request::credential(self.site.tenant(), self.site.device(mac).ok_or("no such device")?))
    }

    /// 32 bytes, the same in each run of this demo; a PBX asks its operating system.
    pub(crate) fn entropy(&mut self) -> Result<Entropy, Box<dyn Error>> {
        self.draws += 1;
        let mut state = self.draws.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let mut bytes = [0u8; 32];
        for chunk in bytes.chunks_mut(8) {
            state = (state ^ state >> 29).wrapping_mul(0xbf58_476d_1ce4_e5b9).wrapping_add(self.draws);
            chunk.copy_from_slice(&state.to_le_bytes());
        }
        Ok(Entropy::new(bytes)?)
    }

    /// Ends the day: what the audit log still counts becomes lines.
    pub(crate) fn close(&mut self) {
        let counted = self.counted.flush();
        self.audit.extend(counted.iter().map(audit::Counted::json));
    }

    /// Stores and performs what a step of an import asks for.
    pub(crate) fn carry_out(&mut self, mac: MacAddr, step: Step) -> Result<(), Box<dyn Error>> {
        self.store(mac, "admin", step)
    }

    /// SPEC A11: first the records, then the effects.
    fn store(&mut self, mac: MacAddr, what: &str, step: Step) -> Result<(), Box<dyn Error>> {
        let revision = step.writes.device.as_ref().map(Device::revision);
        self.site.commit(step.writes)?;
        self.perform(mac, what, revision, &step.effects);
        Ok(())
    }

    fn perform(&mut self, mac: MacAddr, what: &str, revision: Option<u64>, effects: &Effects) {
        for effect in effects.iter() {
            self.log.push_str(&format!("{} {mac} {what} {effect:?}\n", self.now));
            self.effects.push(effect);
            if let Effect::Audit(event) = effect {
                self.write_audit(event, mac, what, revision);
            }
        }
        self.site.settle(mac, effects);
    }

    /// SPEC E7: what may come with every poll is counted, everything else is a line.
    fn write_audit(&mut self, event: Audit, mac: MacAddr, what: &str, revision: Option<u64>) {
        if event.aggregate {
            return self.counted.add(&event, Some(mac), self.now);
        }
        let actor = (what == "admin").then_some(self.actor.as_str());
        let frame = Frame { tenant: self.site.tenant().id(), mac: Some(mac), at: self.now, actor, revision };
        self.audit.push(audit::json(&event, &frame));
    }

    /// The policy adopts this device. A PBX would ask the telephone what it is; here all of them are of one model.
    fn adopt(&mut self, mac: MacAddr) -> Result<(), Box<dyn Error>> {
        let model = models::lookup("yealink", "T46S").ok_or("no such model")?;
        let model = ModelRef::Known(model);
        let new = NewDevice { mac, model, accounts: 1, site: None, known_elsewhere: false, taken: &[] };
        self.admin(mac, &Command::Create(new))
    }
}
