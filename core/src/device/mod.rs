//! The device record: one device's authentication state, complete and by value (SPEC A1 to A14, S1 to S7).
//!
//! A [`Device`] is plain data with a revision. `machine` holds its transitions, `command` what administrators do
//! to it, `release` the one-time release of its secrets, `places` what it remembers of calls. Nothing here reads a clock, draws randomness or performs an effect.

pub(crate) mod command;
pub(crate) mod machine;
pub(crate) mod places;
pub(crate) mod release;

pub use command::{AdminError, Command, NewDevice};
pub use machine::{Verdict, effects_done};
pub use places::{CALL_BACK_MS, MAX_DIALOGUES};
pub use release::{AccountSet, Secrets, Withheld};

use crate::credential::{EnrolmentId, Subject};
use crate::effect::Effect;
use crate::ids::{AttemptId, Epoch, LeaseId, TenantId};
use crate::ip::{ClientAddress, IpPrefix, Source};
use crate::keys::Keyring;
use crate::mac::MacAddr;
use crate::models::ModelRef;
use crate::pap::{self, Pap};
use crate::policy::{LockScope, Settings};
use crate::rule::Rule;
use crate::state::{BlockCause, State};
use crate::time::{Deadline, Timestamp};
use alloc::boxed::Box;
use alloc::vec::Vec;
use places::{CallBack, Dialogue};
use release::Release;

/// Sources a device remembers tries of (SPEC A13).
pub const MAX_SOURCES: usize = 8;
/// Temporary whitelist entries a device may have made (SPEC W5).
pub const MAX_TEMPORARY: usize = 4;
/// PAP attempts whose verdict is remembered (SPEC A5).
pub const MAX_ATTEMPTS: usize = 4;
/// Effects that are remembered until the host says they were performed: those of one call at the least.
pub const MAX_PENDING: usize = 32;

/// One device of one tenant, by value, with a revision that rises by one with each change (SPEC E5).
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Device {
    pub(crate) revision: u64,
    pub(crate) tenant: TenantId,
    pub(crate) epoch: Epoch,
    pub(crate) created_at: Timestamp,
    pub(crate) reset_at: Option<Timestamp>,
    pub(crate) delivered_at: Option<Timestamp>,
    pub(crate) model: ModelRef,
    pub(crate) site: Option<Box<str>>,
    pub(crate) release: Release,
    pub(crate) lease: Option<Box<Lease>>,
    pub(crate) rare: Option<Box<Rare>>,
    pub(crate) pap: StoredPap,
    pub(crate) epoch_wrong: u16,
    pub(crate) mac: MacAddr,
    pub(crate) phase: Phase,
    pub(crate) accounts: u8,
    /// The key under which the credential was last delivered in this epoch.
    pub(crate) credential_key: Option<u8>,
    pub(crate) active: bool,
    pub(crate) deleted: bool,
    pub(crate) overwritten: bool,
    pub(crate) location_confirmed: bool,
}

/// The phase all sources share; what a single source adds is in [`SourceTries`] (SPEC A13).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Phase {
    Required,
    Accepted,
    Delivered,
    Blocked(BlockCause),
}

/// Where the PAP comes from; none once a delivery ended it (SPEC A8).
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum StoredPap {
    None,
    Stored(Pap),
    Derived { counter: u16, key_id: u8, digits: u8 },
}

/// What only some devices have at some times.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct Rare {
    /// In the order of their first wrong PAP.
    pub(crate) sources: Vec<SourceTries>,
    pub(crate) accepted: Option<Accepted>,
    pub(crate) suspension: Option<Suspension>,
    pub(crate) installed: Option<Installed>,
    /// Temporary entries this device made, oldest first.
    pub(crate) temporary: Vec<Source>,
    /// Oldest first.
    pub(crate) attempts: Vec<(AttemptId, Verdict)>,
    pub(crate) pending: Vec<Effect>,
    /// Dialogues that are going on, oldest first (SPEC C6).
    pub(crate) dialogues: Vec<Dialogue>,
    /// Whom the emergency service may call back (SPEC C5).
    pub(crate) call_backs: Vec<CallBack>,
}

impl Rare {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Tries, lockouts and lock of one source (SPEC A13): 24 bytes.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct SourceTries {
    bits: u64,
    lock_start: Option<Timestamp>,
    lock_len_ms: u32,
    family: u8,
    pub(crate) tries: u8,
    pub(crate) lockouts: u8,
    pub(crate) blocked: bool,
}

impl SourceTries {
    pub(crate) const fn new(source: Source) -> Self {
        let (family, bits) = source.to_parts();
        Self { bits, lock_start: None, lock_len_ms: 0, family, tries: 0, lockouts: 0, blocked: false }
    }

    pub(crate) fn source(&self) -> Source {
        Source::from_parts(self.family, self.bits).unwrap_or(Source::UNRESOLVED)
    }

    pub(crate) fn lock(&self) -> Option<Deadline> {
        self.lock_start.map(|start| Deadline::new(start, u64::from(self.lock_len_ms)))
    }

    pub(crate) fn set_lock(&mut self, lock: Option<Deadline>) {
        self.lock_start = lock.map(Deadline::start);
        self.lock_len_ms = lock.map_or(0, |lock| u32::try_from(lock.len_ms()).unwrap_or(u32::MAX));
    }

    fn is_blank(&self) -> bool {
        self.tries == 0 && self.lockouts == 0 && !self.blocked && self.lock_start.is_none()
    }
}

/// An accepted PAP: the enrolment, and until when its delivery is awaited or may be repeated (SPEC R8, A12).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Accepted {
    pub(crate) enrolment: EnrolmentId,
    pub(crate) source: Source,
    pub(crate) window: Deadline,
}

/// A suspension of all authentication requirements (SPEC A4).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Suspension {
    pub(crate) until: Deadline,
    pub(crate) bind: Bind,
}

/// Whom a suspension is for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Bind {
    /// This address or network, as the administrator gave it.
    Given(IpPrefix),
    /// The source of its first full delivery, which has not come yet.
    Awaiting,
    /// The source of its first full delivery.
    First(Source),
    /// Anybody (policy).
    Unbound,
}

impl Bind {
    /// Whether it is for this requester. A given address fits exactly.
    pub(crate) fn fits(self, address: ClientAddress) -> bool {
        match self {
            Self::Given(prefix) => address.ip().is_some_and(|ip| prefix.contains(ip)),
            Self::First(source) => source == address.source(),
            Self::Awaiting | Self::Unbound => true,
        }
    }

    /// Whether it is for this source, of which only the /64 is known for IPv6.
    pub(crate) fn fits_source(self, source: Source) -> bool {
        match self {
            Self::Given(prefix) => match (source.network(), IpPrefix::from_source(source)) {
                (Some(network), Some(whole)) => prefix.contains(network) || whole.contains(prefix.network()),
                _ => false,
            },
            Self::First(bound) => bound == source,
            Self::Awaiting | Self::Unbound => true,
        }
    }
}

/// A device of an installed fleet that gets its first proof without a PAP, once, until a date (SPEC R8a, R24).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Installed {
    pub(crate) until: Deadline,
    /// The source that was given the full configuration.
    pub(crate) taken_by: Option<Source>,
}

/// A full configuration on its way (SPEC A14).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Lease {
    pub(crate) id: LeaseId,
    pub(crate) source: Source,
    pub(crate) valid: Deadline,
    pub(crate) rule: Rule,
    pub(crate) secrets: Secrets,
    pub(crate) listing: Listing,
    /// The key of the credential it carries, if it carries one (SPEC R22).
    pub(crate) key_id: Option<u8>,
    /// Whether a permanent whitelist entry covered its address.
    pub(crate) permanent: bool,
    /// Whether the rules were not enforced for it (SPEC R23).
    pub(crate) unenforced: bool,
    pub(crate) status: LeaseStatus,
}

impl Lease {
    /// Its id.
    pub const fn id(&self) -> LeaseId {
        self.id
    }

    /// The source the answer went to; load this source's temporary whitelist entry for `delivered`.
    pub const fn source(&self) -> Source {
        self.source
    }

    /// Whether it is still going on: neither confirmed, given back nor over.
    pub const fn is_live(&self, now: Timestamp) -> bool {
        matches!(self.status, LeaseStatus::Open) && !self.valid.is_over(now)
    }
}

/// What became of a lease.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum LeaseStatus {
    Open,
    Delivered,
    GivenBack,
}

/// What a delivery may do to the temporary whitelist (SPEC W2, W3).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Listing {
    /// Nothing.
    Nothing,
    /// Make the entry, or slide it as proven.
    Make,
    /// Slide a live entry as proven.
    Slide,
    /// Slide a live entry as unproven.
    SlideUnproven,
}

/// The state of one source of a device, as rules read it (SPEC A13).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Standing {
    Required,
    Accepted,
    Delivered,
    Failed(Deadline),
    BlockedSource,
    Blocked(BlockCause),
}

impl Device {
    /// The revision: rises by one with each change, for compare-and-swap (SPEC E5).
    pub const fn revision(&self) -> u64 {
        self.revision
    }

    /// The tenant it belongs to.
    pub const fn tenant(&self) -> TenantId {
        self.tenant
    }

    /// Its MAC address.
    pub const fn mac(&self) -> MacAddr {
        self.mac
    }

    /// Its epoch, which changes when it is created and reset.
    pub const fn epoch(&self) -> Epoch {
        self.epoch
    }

    /// Its vendor and model.
    pub const fn model(&self) -> &ModelRef {
        &self.model
    }

    /// The site it stands at, if one was named.
    pub fn site(&self) -> Option<&str> {
        self.site.as_deref()
    }

    /// How many SIP accounts it has.
    pub const fn accounts(&self) -> u8 {
        self.accounts
    }

    /// When it was created.
    pub const fn created_at(&self) -> Timestamp {
        self.created_at
    }

    /// When it was last reset.
    pub const fn reset_at(&self) -> Option<Timestamp> {
        self.reset_at
    }

    /// When a full configuration last arrived in this epoch.
    pub const fn delivered_at(&self) -> Option<Timestamp> {
        self.delivered_at
    }

    /// Whether it is active (SPEC R3).
    pub const fn is_active(&self) -> bool {
        self.active
    }

    /// Whether it was deleted. The record stays as a tombstone until its effects were performed ([`effects_done`]).
    pub const fn is_deleted(&self) -> bool {
        self.deleted
    }

    /// Whether the host may remove the record: deleted, and nothing pending.
    pub fn is_removable(&self) -> bool {
        self.deleted && self.pending_effects().is_empty()
    }

    /// Whether a restricted answer may have overwritten what the telephone kept (SPEC S5).
    pub const fn is_overwritten(&self) -> bool {
        self.overwritten
    }

    /// Whether its location was confirmed, for emergency calls (SPEC C2).
    pub const fn is_location_confirmed(&self) -> bool {
        self.location_confirmed
    }

    /// Whether authentication is suspended at this instant, for whomever (SPEC A4).
    pub fn is_suspended(&self, now: Timestamp) -> bool {
        self.suspension(now).is_some()
    }

    /// The last lease of this epoch, if there was one.
    pub fn lease(&self) -> Option<&Lease> {
        self.lease.as_deref()
    }

    /// The sources of the temporary whitelist entries it made, oldest first.
    pub fn temporary_sources(&self) -> &[Source] {
        self.rare.as_deref().map_or(&[], |rare| &rare.temporary)
    }

    /// Effects that were decided with this record and not yet confirmed as performed (SPEC A10).
    pub fn pending_effects(&self) -> &[Effect] {
        self.rare.as_deref().map_or(&[], |rare| &rare.pending)
    }

    /// The state shown to people and in the roster: the worst over all sources (SPEC A13). No rule reads it.
    ///
    /// A device whose PAP was accepted and that has not been provisioned yet still shows `required` (SPEC A1).
    pub fn state(&self, now: Timestamp) -> State {
        match self.phase {
            Phase::Blocked(_) => State::Blocked,
            Phase::Delivered => State::Successful,
            Phase::Required | Phase::Accepted => self
                .sources()
                .iter()
                .map(|tries| match (tries.blocked, tries.lock()) {
                    (true, _) => State::Blocked,
                    (false, Some(lock)) if !lock.is_over(now) => State::Failed,
                    _ => State::Required,
                })
                .max()
                .unwrap_or(State::Required),
        }
    }

    /// The state that one source sees (SPEC A13); `accepted` and `delivered` both are `successful`.
    pub fn state_of(&self, source: Source, policy: &Settings, now: Timestamp) -> State {
        self.standing_of(bucket(policy, source), now).state()
    }

    /// When it next needs a look: the earliest end of a lock, an accepted PAP or a suspension (SPEC A7).
    ///
    /// None: nothing will change by itself.
    pub fn next_timeout(&self) -> Option<Timestamp> {
        let rare = self.rare.as_deref()?;
        let locks = rare.sources.iter().filter_map(SourceTries::lock).map(Deadline::end);
        let accepted = rare.accepted.filter(|_| self.phase == Phase::Accepted).map(|accepted| accepted.window.end());
        let suspension = rare.suspension.map(|suspension| suspension.until.end());
        locks.chain(accepted).chain(suspension).min()
    }

    /// The PAP, while the device waits for it; none once it was provisioned (SPEC A8, P4).
    ///
    /// None too when it is derived under a key the ring no longer holds: reset the device then.
    pub fn pap(&self, keys: &Keyring) -> Option<Pap> {
        match &self.pap {
            StoredPap::None => None,
            StoredPap::Stored(pap) => Some(pap.clone()),
            StoredPap::Derived { counter, key_id, digits } => {
                let (key, known) = keys.find(*key_id);
                let derived = pap::derived(*digits, key, (self.tenant, self.mac, self.epoch), *counter);
                derived.filter(|_| known)
            }
        }
    }

    /// The PAP, where it is stored and not derived.
    pub(crate) const fn stored_pap(&self) -> Option<&Pap> {
        match &self.pap {
            StoredPap::Stored(pap) => Some(pap),
            StoredPap::None | StoredPap::Derived { .. } => None,
        }
    }

    /// Whether something of this device still depends on a key: its credential, its derived PAP, its accepted enrolment
    /// (SPEC R22). Enrolments that were only given out end with their key.
    pub fn depends_on(&self, key_id: u8) -> bool {
        let pap = matches!(self.pap, StoredPap::Derived { key_id: id, .. } if id == key_id);
        let accepted = self.phase == Phase::Accepted && self.accepted().is_some_and(|a| a.enrolment.key_id() == key_id);
        self.credential_key == Some(key_id) || pap || accepted
    }

    pub(crate) const fn subject(&self) -> Subject {
        Subject { tenant: self.tenant, mac: self.mac, epoch: self.epoch }
    }

    pub(crate) fn sources(&self) -> &[SourceTries] {
        self.rare.as_deref().map_or(&[], |rare| &rare.sources)
    }

    pub(crate) fn accepted(&self) -> Option<Accepted> {
        self.rare.as_deref().and_then(|rare| rare.accepted)
    }

    pub(crate) fn suspension(&self, now: Timestamp) -> Option<Suspension> {
        self.rare.as_deref().and_then(|rare| rare.suspension).filter(|suspension| !suspension.until.is_over(now))
    }

    pub(crate) fn installed(&self, now: Timestamp) -> Option<Installed> {
        self.rare.as_deref().and_then(|rare| rare.installed).filter(|installed| !installed.until.is_over(now))
    }

    /// The state of one source, what is due applied in thought.
    pub(crate) fn standing_of(&self, bucket: Source, now: Timestamp) -> Standing {
        match self.phase {
            Phase::Blocked(cause) => return Standing::Blocked(cause),
            Phase::Delivered => return Standing::Delivered,
            Phase::Required | Phase::Accepted => {}
        }
        if let Some(tries) = self.sources().iter().find(|tries| tries.source() == bucket) {
            if tries.blocked {
                return Standing::BlockedSource;
            }
            if let Some(lock) = tries.lock()
                && !lock.is_over(now)
            {
                return Standing::Failed(lock);
            }
        }
        match (self.phase, self.accepted()) {
            (Phase::Accepted, Some(accepted)) if !accepted.window.is_over(now) => Standing::Accepted,
            _ => Standing::Required,
        }
    }

    /// Whether an enrolment of this epoch still is good: not expired, and not ended by a delivery (SPEC R13, A8), which
    /// the accepted one is not.
    ///
    /// Ids carry the minute of issue, so one issued in the very minute of a delivery counts as ended by it.
    pub(crate) fn is_present(&self, id: &EnrolmentId, settings: &Settings, now: Timestamp) -> bool {
        let accepted = self.accepted().filter(|accepted| accepted.enrolment == *id);
        // Who typed the PAP in the last minute of his enrolment is still set up.
        let expired = Deadline::new(id.issued_at(), settings.enrolment_ms).is_over(now)
            && accepted.is_none_or(|accepted| accepted.window.is_over(now));
        let ended = accepted.is_none() && self.delivered_at.is_some_and(|at| id.issued_at() <= at);
        !expired && !ended
    }
}

impl Standing {
    pub(crate) const fn state(self) -> State {
        match self {
            Self::Required => State::Required,
            Self::Accepted | Self::Delivered => State::Successful,
            Self::Failed(_) => State::Failed,
            Self::BlockedSource | Self::Blocked(_) => State::Blocked,
        }
    }
}

/// What tries of this source are counted under (SPEC A13).
pub(crate) const fn bucket(settings: &Settings, source: Source) -> Source {
    match settings.lock_scope {
        LockScope::Source => source,
        LockScope::Device => Source::UNRESOLVED,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn b11_a_device_takes_at_most_160_bytes_and_a_remembered_source_24() {
        assert!(size_of::<Device>() <= 160, "{}", size_of::<Device>());
        assert_eq!(size_of::<SourceTries>(), 24);
    }
}
