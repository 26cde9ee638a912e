//! Devices.

use super::super::SnapshotError;
use super::super::wire::{
    DeadlineWire, EnrolmentWire, InstantWire, MacWire, NumberWire, PrefixWire, SecretWire, SourceWire, TenantIdWire, broken,
};
use crate::credential::EnrolmentId;
use crate::device::places::{CallBack, Dialogue, MAX_CALL_BACKS, MAX_REMEMBERED};
use crate::device::release::{Gate, Gates, Release};
use crate::device::{
    Accepted, AccountSet, Bind, Device, Installed, Lease, LeaseStatus, Listing, MAX_ATTEMPTS, MAX_DIALOGUES, MAX_PENDING,
    MAX_SOURCES, MAX_TEMPORARY, Phase, Rare, Secrets, SourceTries, StoredPap, Suspension, Verdict,
};
use crate::effect::{Audit, AuditEvent, Effect, Resync};
use crate::ids::{AttemptId, Epoch, LeaseId};
use crate::models::{self, Capabilities, Carriage, ModelRef, OwnModel};
use crate::pap::{self, Pap};
use crate::rule::Rule;
use crate::secret::Secret;
use crate::state::{BlockCause, State};
use crate::time::Deadline;
use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeviceWire {
    revision: u64,
    tenant: TenantIdWire,
    mac: MacWire,
    epoch: u64,
    vendor: String,
    model: String,
    own: Option<OwnWire>,
    site: Option<String>,
    location_confirmed: bool,
    accounts: u8,
    created_at_ms: InstantWire,
    reset_at_ms: Option<InstantWire>,
    delivered_at_ms: Option<InstantWire>,
    active: bool,
    deleted: bool,
    overwritten: bool,
    phase: PhaseWire,
    pap: PapWire,
    epoch_wrong: u16,
    credential_key: Option<u8>,
    release: ReleaseWire,
    lease: Option<LeaseWire>,
    rare: Option<RareWire>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct OwnWire {
    restricted: bool,
    retains: bool,
    carriage: CarriageWire,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum CarriageWire {
    Url,
    HttpAuth,
    None,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum PhaseWire {
    Required,
    Accepted,
    Delivered,
    BlockedByAdministrator,
    BlockedByCeiling,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum PapWire {
    None,
    Stored(SecretWire),
    Derived { counter: u16, key_id: u8, digits: u8 },
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum ReleaseWire {
    Open,
    Closed,
    Mixed { sip: Vec<GateWire>, menu: GateWire, web: GateWire, other: GateWire, credential: GateWire },
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum GateWire {
    Open { bound: Option<SourceWire> },
    Until { deadline: DeadlineWire, proven_only: bool, bound: Option<SourceWire> },
    Window { deadline: DeadlineWire, source: SourceWire },
    Closed,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct LeaseWire {
    id: u64,
    source: SourceWire,
    valid: DeadlineWire,
    rule: u8,
    sip: [u64; 4],
    menu: bool,
    web: bool,
    other: bool,
    credential: bool,
    listing: ListingWire,
    key_id: Option<u8>,
    permanent: bool,
    unenforced: bool,
    status: StatusWire,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum ListingWire {
    Nothing,
    Make,
    Slide,
    SlideUnproven,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum StatusWire {
    Open,
    Delivered,
    GivenBack,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RareWire {
    sources: Vec<TriesWire>,
    accepted: Option<AcceptedWire>,
    suspension: Option<SuspensionWire>,
    installed: Option<(DeadlineWire, Option<SourceWire>)>,
    temporary: Vec<SourceWire>,
    attempts: Vec<(u64, VerdictWire)>,
    pending: Vec<EffectWire>,
    dialogues: Vec<(EnrolmentWire, DeadlineWire, bool)>,
    call_backs: Vec<CallBackWire>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct CallBackWire {
    enrolment: EnrolmentWire,
    number: NumberWire,
    until: DeadlineWire,
    busy: Option<DeadlineWire>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct TriesWire {
    source: SourceWire,
    tries: u8,
    lockouts: u8,
    blocked: bool,
    lock: Option<DeadlineWire>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct AcceptedWire {
    enrolment: EnrolmentWire,
    source: SourceWire,
    window: DeadlineWire,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SuspensionWire {
    until: DeadlineWire,
    bind: BindWire,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum BindWire {
    Given(PrefixWire),
    Awaiting,
    First(SourceWire),
    Unbound,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum VerdictWire {
    Accepted,
    Wrong { left: u8 },
    Locked { until_ms: InstantWire },
    Blocked,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum EffectWire {
    Audit { event: u8, old: Option<u8>, new: Option<u8>, source: Option<SourceWire>, rule: Option<u8> },
    Withdraw(SourceWire),
    Revoke,
    ResyncEnrolment(EnrolmentWire),
    ResyncDevice,
    ResyncDeviceAt(SourceWire),
}

impl From<&Device> for DeviceWire {
    fn from(live: &Device) -> Self {
        let own = match &live.model {
            ModelRef::Known(_) => None,
            ModelRef::Own(own) => Some(OwnWire {
                restricted: own.capabilities.restricted,
                retains: own.capabilities.retains,
                carriage: match own.capabilities.carriage {
                    Carriage::Url => CarriageWire::Url,
                    Carriage::HttpAuth => CarriageWire::HttpAuth,
                    Carriage::None => CarriageWire::None,
                },
            }),
        };
        Self {
            revision: live.revision,
            tenant: TenantIdWire(live.tenant),
            mac: MacWire(live.mac),
            epoch: live.epoch.number(),
            vendor: live.model.vendor().into(),
            model: live.model.name().into(),
            own,
            site: live.site.as_deref().map(Into::into),
            location_confirmed: live.location_confirmed,
            accounts: live.accounts,
            created_at_ms: InstantWire(live.created_at),
            reset_at_ms: live.reset_at.map(InstantWire),
            delivered_at_ms: live.delivered_at.map(InstantWire),
            active: live.active,
            deleted: live.deleted,
            overwritten: live.overwritten,
            phase: match live.phase {
                Phase::Required => PhaseWire::Required,
                Phase::Accepted => PhaseWire::Accepted,
                Phase::Delivered => PhaseWire::Delivered,
                Phase::Blocked(BlockCause::Administrator) => PhaseWire::BlockedByAdministrator,
                Phase::Blocked(BlockCause::Ceiling) => PhaseWire::BlockedByCeiling,
            },
            pap: match &live.pap {
                StoredPap::None => PapWire::None,
                StoredPap::Stored(pap) => PapWire::Stored(SecretWire(Secret::new(pap.reveal()))),
                StoredPap::Derived { counter, key_id, digits } => {
                    PapWire::Derived { counter: *counter, key_id: *key_id, digits: *digits }
                }
            },
            epoch_wrong: live.epoch_wrong,
            credential_key: live.credential_key,
            release: match &live.release {
                Release::Open => ReleaseWire::Open,
                Release::Closed => ReleaseWire::Closed,
                Release::Mixed(gates) => ReleaseWire::Mixed {
                    sip: gates.sip.iter().map(|gate| gate_to_wire(*gate)).collect(),
                    menu: gate_to_wire(gates.menu),
                    web: gate_to_wire(gates.web),
                    other: gate_to_wire(gates.other),
                    credential: gate_to_wire(gates.credential),
                },
            },
            lease: live.lease.as_deref().map(lease_to_wire),
            rare: live.rare.as_deref().map(rare_to_wire),
        }
    }
}

fn gate_to_wire(gate: Gate) -> GateWire {
    match gate {
        Gate::Open { bound } => GateWire::Open { bound: bound.map(SourceWire) },
        Gate::Until { deadline, proven_only, bound } => {
            GateWire::Until { deadline: deadline.into(), proven_only, bound: bound.map(SourceWire) }
        }
        Gate::Window { deadline, source } => GateWire::Window { deadline: deadline.into(), source: SourceWire(source) },
        Gate::Closed => GateWire::Closed,
    }
}

fn gate_from_wire(wire: GateWire) -> Gate {
    match wire {
        GateWire::Open { bound } => Gate::Open { bound: bound.map(|source| source.0) },
        GateWire::Until { deadline, proven_only, bound } => {
            Gate::Until { deadline: deadline.into(), proven_only, bound: bound.map(|source| source.0) }
        }
        GateWire::Window { deadline, source } => Gate::Window { deadline: deadline.into(), source: source.0 },
        GateWire::Closed => Gate::Closed,
    }
}

fn lease_to_wire(lease: &Lease) -> LeaseWire {
    LeaseWire {
        id: lease.id.number(),
        source: SourceWire(lease.source),
        valid: lease.valid.into(),
        rule: lease.rule.number(),
        sip: lease.secrets.sip.words(),
        menu: lease.secrets.menu,
        web: lease.secrets.web,
        other: lease.secrets.other,
        credential: lease.secrets.credential,
        listing: match lease.listing {
            Listing::Nothing => ListingWire::Nothing,
            Listing::Make => ListingWire::Make,
            Listing::Slide => ListingWire::Slide,
            Listing::SlideUnproven => ListingWire::SlideUnproven,
        },
        key_id: lease.key_id,
        permanent: lease.permanent,
        unenforced: lease.unenforced,
        status: match lease.status {
            LeaseStatus::Open => StatusWire::Open,
            LeaseStatus::Delivered => StatusWire::Delivered,
            LeaseStatus::GivenBack => StatusWire::GivenBack,
        },
    }
}

fn lease_from_wire(wire: LeaseWire, accounts: u8) -> Result<Lease, SnapshotError> {
    let sip = AccountSet::from_words(wire.sip);
    if (0..=u8::MAX).any(|slot| sip.contains(slot) && !(1..=accounts).contains(&slot)) {
        return Err(broken("lease", "it holds an account the device does not have"));
    }
    Ok(Lease {
        id: LeaseId::from_number(wire.id),
        source: wire.source.0,
        valid: wire.valid.into(),
        rule: Rule::from_number(wire.rule).ok_or(broken("lease", "its rule is none"))?,
        secrets: Secrets { sip, menu: wire.menu, web: wire.web, other: wire.other, credential: wire.credential },
        listing: match wire.listing {
            ListingWire::Nothing => Listing::Nothing,
            ListingWire::Make => Listing::Make,
            ListingWire::Slide => Listing::Slide,
            ListingWire::SlideUnproven => Listing::SlideUnproven,
        },
        key_id: wire.key_id,
        permanent: wire.permanent,
        unenforced: wire.unenforced,
        status: match wire.status {
            StatusWire::Open => LeaseStatus::Open,
            StatusWire::Delivered => LeaseStatus::Delivered,
            StatusWire::GivenBack => LeaseStatus::GivenBack,
        },
    })
}

fn rare_to_wire(rare: &Rare) -> RareWire {
    RareWire {
        sources: rare
            .sources
            .iter()
            .map(|tries| TriesWire {
                source: SourceWire(tries.source()),
                tries: tries.tries,
                lockouts: tries.lockouts,
                blocked: tries.blocked,
                lock: tries.lock().map(Into::into),
            })
            .collect(),
        accepted: rare.accepted.map(|accepted| AcceptedWire {
            enrolment: EnrolmentWire(accepted.enrolment),
            source: SourceWire(accepted.source),
            window: accepted.window.into(),
        }),
        suspension: rare.suspension.map(|suspension| SuspensionWire {
            until: suspension.until.into(),
            bind: match suspension.bind {
                Bind::Given(prefix) => BindWire::Given(PrefixWire(prefix)),
                Bind::Awaiting => BindWire::Awaiting,
                Bind::First(source) => BindWire::First(SourceWire(source)),
                Bind::Unbound => BindWire::Unbound,
            },
        }),
        installed: rare.installed.map(|installed| (installed.until.into(), installed.taken_by.map(SourceWire))),
        temporary: rare.temporary.iter().map(|source| SourceWire(*source)).collect(),
        attempts: rare.attempts.iter().filter_map(|(id, verdict)| Some((id.number(), verdict_to_wire(*verdict)?))).collect(),
        pending: rare.pending.iter().filter_map(|effect| effect_to_wire(*effect)).collect(),
        dialogues: rare.dialogues.iter().map(|live| (EnrolmentWire(live.enrolment), live.until.into(), live.ended)).collect(),
        call_backs: rare
            .call_backs
            .iter()
            .map(|live| CallBackWire {
                enrolment: EnrolmentWire(live.enrolment),
                number: NumberWire(live.number),
                until: live.until.into(),
                busy: live.busy.map(Into::into),
            })
            .collect(),
    }
}

/// Only verdicts of judged attempts are remembered.
const fn verdict_to_wire(verdict: Verdict) -> Option<VerdictWire> {
    Some(match verdict {
        Verdict::Accepted => VerdictWire::Accepted,
        Verdict::Wrong { left } => VerdictWire::Wrong { left },
        Verdict::Locked { until } => VerdictWire::Locked { until_ms: InstantWire(until) },
        Verdict::Blocked => VerdictWire::Blocked,
        _ => return None,
    })
}

/// Only effects that outlive a call are remembered.
fn effect_to_wire(effect: Effect) -> Option<EffectWire> {
    Some(match effect {
        Effect::Audit(audit) => EffectWire::Audit {
            event: audit.event as u8,
            old: audit.old.map(|state| state as u8),
            new: audit.new.map(|state| state as u8),
            source: audit.source.map(SourceWire),
            rule: audit.rule.map(Rule::number),
        },
        Effect::Withdraw(source) => EffectWire::Withdraw(SourceWire(source)),
        Effect::Revoke => EffectWire::Revoke,
        Effect::Resync(Resync::Enrolment(id)) => EffectWire::ResyncEnrolment(EnrolmentWire(id)),
        Effect::Resync(Resync::Device) => EffectWire::ResyncDevice,
        Effect::Resync(Resync::DeviceAt(source)) => EffectWire::ResyncDeviceAt(SourceWire(source)),
        Effect::Adopt | Effect::Play(_) | Effect::HangUp => return None,
    })
}

fn effect_from_wire(wire: EffectWire) -> Result<Effect, SnapshotError> {
    let state = |number: Option<u8>| match number {
        None => Ok(None),
        Some(number) => match State::ALL.into_iter().find(|state| *state as u8 == number) {
            Some(state) => Ok(Some(state)),
            None => Err(broken("pending", "a state is none")),
        },
    };
    Ok(match wire {
        EffectWire::Audit { event, old, new, source, rule } => Effect::Audit(Audit {
            event: AuditEvent::ALL
                .iter()
                .copied()
                .find(|known| *known as u8 == event)
                .ok_or(broken("pending", "an audit event is none"))?,
            old: state(old)?,
            new: state(new)?,
            source: source.map(|source| source.0),
            rule: match rule {
                None => None,
                Some(number) => Some(Rule::from_number(number).ok_or(broken("pending", "a rule is none"))?),
            },
            aggregate: false,
        }),
        EffectWire::Withdraw(source) => Effect::Withdraw(source.0),
        EffectWire::Revoke => Effect::Revoke,
        EffectWire::ResyncEnrolment(id) => Effect::Resync(Resync::Enrolment(id.0)),
        EffectWire::ResyncDevice => Effect::Resync(Resync::Device),
        EffectWire::ResyncDeviceAt(source) => Effect::Resync(Resync::DeviceAt(source.0)),
    })
}

impl TryFrom<DeviceWire> for Device {
    type Error = SnapshotError;
    fn try_from(wire: DeviceWire) -> Result<Self, SnapshotError> {
        if !(1..=AccountSet::MAX).contains(&wire.accounts) {
            return Err(broken("accounts", "a device has 1 to 254"));
        }
        let model = model_from_wire(&wire.vendor, &wire.model, wire.own)?;
        let phase = match wire.phase {
            PhaseWire::Required => Phase::Required,
            PhaseWire::Accepted => Phase::Accepted,
            PhaseWire::Delivered => Phase::Delivered,
            PhaseWire::BlockedByAdministrator => Phase::Blocked(BlockCause::Administrator),
            PhaseWire::BlockedByCeiling => Phase::Blocked(BlockCause::Ceiling),
        };
        let pap = match wire.pap {
            PapWire::None => StoredPap::None,
            PapWire::Stored(SecretWire(text)) => {
                StoredPap::Stored(Pap::parse(text.expose()).map_err(|_| broken("pap", "it is not 4 to 8 digits"))?)
            }
            PapWire::Derived { counter, key_id, digits } => {
                if !pap::DIGITS.contains(&digits) {
                    return Err(broken("pap", "its digits are out of range"));
                }
                StoredPap::Derived { counter, key_id, digits }
            }
        };
        let release = match wire.release {
            ReleaseWire::Open => Release::Open,
            ReleaseWire::Closed => Release::Closed,
            ReleaseWire::Mixed { sip, menu, web, other, credential } => Release::Mixed(Box::new(Gates {
                sip: sip.into_iter().map(gate_from_wire).collect(),
                menu: gate_from_wire(menu),
                web: gate_from_wire(web),
                other: gate_from_wire(other),
                credential: gate_from_wire(credential),
            })),
        };
        let lease = match wire.lease {
            None => None,
            Some(lease) => Some(Box::new(lease_from_wire(lease, wire.accounts)?)),
        };
        let rare = match wire.rare {
            None => None,
            Some(rare) => Some(Box::new(rare_from_wire(rare)?)),
        };
        let device = Self {
            revision: wire.revision,
            tenant: wire.tenant.0,
            epoch: Epoch::from_number(wire.epoch),
            created_at: wire.created_at_ms.0,
            reset_at: wire.reset_at_ms.map(|at| at.0),
            delivered_at: wire.delivered_at_ms.map(|at| at.0),
            model,
            site: wire.site.map(Into::into),
            release,
            lease,
            rare,
            pap,
            epoch_wrong: wire.epoch_wrong,
            mac: wire.mac.0,
            phase,
            accounts: wire.accounts,
            credential_key: wire.credential_key,
            active: wire.active,
            deleted: wire.deleted,
            overwritten: wire.overwritten,
            location_confirmed: wire.location_confirmed,
        };
        check(&device)?;
        Ok(device)
    }
}

fn model_from_wire(vendor: &str, name: &str, own: Option<OwnWire>) -> Result<ModelRef, SnapshotError> {
    let plain = |text: &str| !text.is_empty() && text.len() <= 64 && !text.chars().any(char::is_control);
    if !plain(vendor) || !plain(name) {
        return Err(broken("model", "vendor or model is empty, longer than 64 bytes or not plain text"));
    }
    let Some(own) = own else {
        return models::lookup(vendor, name).map(ModelRef::Known).ok_or(broken("model", "there is no such vendor and model"));
    };
    let carriage = match own.carriage {
        CarriageWire::Url => Carriage::Url,
        CarriageWire::HttpAuth => Carriage::HttpAuth,
        CarriageWire::None => Carriage::None,
    };
    let capabilities = Capabilities { restricted: own.restricted, retains: own.retains, carriage };
    Ok(ModelRef::Own(Box::new(OwnModel { vendor: vendor.into(), name: name.into(), capabilities })))
}

fn rare_from_wire(wire: RareWire) -> Result<Rare, SnapshotError> {
    let mut sources = Vec::new();
    for tries in wire.sources {
        let mut live = SourceTries::new(tries.source.0);
        live.tries = tries.tries;
        live.lockouts = tries.lockouts;
        live.blocked = tries.blocked;
        let lock: Option<Deadline> = tries.lock.map(Into::into);
        if lock.is_some_and(|lock| lock.len_ms() > u64::from(u32::MAX)) {
            return Err(broken("sources", "a lock is longer than any policy allows"));
        }
        live.set_lock(lock);
        sources.push(live);
    }
    let mut pending = Vec::new();
    for effect in wire.pending {
        pending.push(effect_from_wire(effect)?);
    }
    Ok(Rare {
        sources,
        accepted: wire.accepted.map(|accepted| Accepted {
            enrolment: accepted.enrolment.0,
            source: accepted.source.0,
            window: accepted.window.into(),
        }),
        suspension: wire.suspension.map(|suspension| Suspension {
            until: suspension.until.into(),
            bind: match suspension.bind {
                BindWire::Given(prefix) => Bind::Given(prefix.0),
                BindWire::Awaiting => Bind::Awaiting,
                BindWire::First(source) => Bind::First(source.0),
                BindWire::Unbound => Bind::Unbound,
            },
        }),
        installed: wire
            .installed
            .map(|(until, taken_by)| Installed { until: until.into(), taken_by: taken_by.map(|source| source.0) }),
        temporary: wire.temporary.iter().map(|source| source.0).collect(),
        attempts: wire
            .attempts
            .into_iter()
            .map(|(id, verdict)| {
                let verdict = match verdict {
                    VerdictWire::Accepted => Verdict::Accepted,
                    VerdictWire::Wrong { left } => Verdict::Wrong { left },
                    VerdictWire::Locked { until_ms } => Verdict::Locked { until: until_ms.0 },
                    VerdictWire::Blocked => Verdict::Blocked,
                };
                (AttemptId::from_number(id), verdict)
            })
            .collect(),
        pending,
        dialogues: wire
            .dialogues
            .into_iter()
            .map(|(enrolment, until, ended)| Dialogue { enrolment: enrolment.0, until: until.into(), ended })
            .collect(),
        call_backs: wire
            .call_backs
            .into_iter()
            .map(|wire| CallBack {
                enrolment: wire.enrolment.0,
                number: wire.number.0,
                until: wire.until.into(),
                busy: wire.busy.map(Into::into),
            })
            .collect(),
    })
}

/// Every invariant that a device of this library holds.
fn check(device: &Device) -> Result<(), SnapshotError> {
    let must = |holds: bool, field: &'static str, reason: &'static str| if holds { Ok(()) } else { Err(broken(field, reason)) };
    must(device.revision > 0, "revision", "it is 0")?;
    let site = device.site.as_deref().unwrap_or("-");
    must(!site.is_empty() && site.chars().count() <= 64 && !site.chars().any(char::is_control), "site", "it is no plain text")?;
    if let Release::Mixed(gates) = &device.release {
        must(gates.sip.len() == usize::from(device.accounts), "release", "it has not one state for each account")?;
    }
    let waiting = matches!(device.phase, Phase::Required | Phase::Accepted);
    let has_pap = device.pap != StoredPap::None;
    must(!device.deleted || !device.active && !has_pap, "deleted", "a deleted device is inactive and has no PAP")?;
    must(device.deleted || !waiting || has_pap, "pap", "a device that waits for its PAP has one")?;
    must(device.phase != Phase::Delivered || !has_pap, "pap", "a provisioned device has none")?;
    must(
        device.deleted || device.phase != Phase::Delivered || device.delivered_at.is_some(),
        "delivered_at_ms",
        "it is missing",
    )?;
    must(device.credential_key.is_none() || device.delivered_at.is_some(), "credential_key", "nothing was delivered")?;
    let rare = device.rare.as_deref();
    let accepted = rare.and_then(|rare| rare.accepted);
    must((device.phase == Phase::Accepted) <= accepted.is_some(), "accepted", "an accepted device has an accepted enrolment")?;
    must(
        accepted.is_none() || matches!(device.phase, Phase::Accepted | Phase::Delivered),
        "accepted",
        "only an accepted or provisioned device has an accepted enrolment",
    )?;
    must(
        accepted.is_none_or(|accepted| {
            accepted.enrolment.mac() == Some(device.mac) && accepted.enrolment.source() == Some(accepted.source)
        }),
        "accepted",
        "the enrolment is another device's or names another source",
    )?;
    let Some(rare) = rare else { return Ok(()) };
    must(*rare != Rare::default(), "rare", "it holds nothing")?;
    must(rare.sources.len() <= MAX_SOURCES, "sources", "there are more than a device remembers")?;
    must(device.phase != Phase::Delivered || rare.sources.is_empty(), "sources", "a provisioned device remembers none")?;
    must(distinct(rare.sources.iter().map(SourceTries::source)), "sources", "one stands twice")?;
    for tries in &rare.sources {
        let blank = tries.tries == 0 && tries.lockouts == 0 && !tries.blocked && tries.lock().is_none();
        must(!blank, "sources", "one holds nothing")?;
        must(!(tries.blocked && tries.lock().is_some()), "sources", "one is locked and blocked at once")?;
        must(tries.lock().is_none() || tries.tries == 0, "sources", "a locked one has open tries")?;
    }
    must(rare.temporary.len() <= MAX_TEMPORARY, "temporary", "there are more than a device may make")?;
    must(distinct(rare.temporary.iter().copied()), "temporary", "one stands twice")?;
    let live = || rare.dialogues.iter().filter(|dialogue| !dialogue.ended);
    must(live().count() <= MAX_DIALOGUES, "dialogues", "there are more than a device may have")?;
    must(rare.dialogues.len() <= MAX_REMEMBERED, "dialogues", "there are more than a device remembers")?;
    must(distinct(live().map(|dialogue| dialogue.enrolment)), "dialogues", "one enrolment stands twice")?;
    let own = |id: EnrolmentId| id.mac() == Some(device.mac);
    must(rare.dialogues.iter().all(|dialogue| own(dialogue.enrolment)), "dialogues", "an enrolment is another device's")?;
    must(rare.call_backs.len() <= MAX_CALL_BACKS, "call_backs", "there are more than a device remembers")?;
    must(distinct(rare.call_backs.iter().map(|back| back.enrolment)), "call_backs", "one enrolment stands twice")?;
    must(rare.call_backs.iter().all(|back| own(back.enrolment)), "call_backs", "an enrolment is another device's")?;
    must(rare.attempts.len() <= MAX_ATTEMPTS, "attempts", "there are more than a device remembers")?;
    must(distinct(rare.attempts.iter().map(|(id, _)| *id)), "attempts", "one stands twice")?;
    must(rare.pending.len() <= MAX_PENDING, "pending", "there are more than a device remembers")
}

pub(super) fn distinct<T: Ord>(items: impl Iterator<Item = T>) -> bool {
    let mut items: Vec<T> = items.collect();
    items.sort_unstable();
    items.windows(2).all(|pair| matches!(pair, [a, b] if a != b))
}
