//! What is remembered of a source.

use super::tally::{Tally, is_live};
use crate::hooks::{self, Switch};
use crate::ids::TenantId;
use crate::ip::{Source, Wider};
use crate::time::{DAY_MS, Deadline, HOUR_MS, Timestamp};
use alloc::vec::Vec;

/// Challenges a source guard remembers; the oldest goes (SPEC R21).
pub const MAX_CHALLENGES: usize = 8;

/// Unknown and forged MACs that a source guard remembers: the largest limit of a policy (SPEC R12).
const MAX_PROBES: u16 = 16;

/// Tenants at which a source guard remembers a proven delivery; the oldest goes.
pub const MAX_PROVEN: usize = 8;

/// Whom a source guard is about. Its text is fit for a store's key.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Ord, PartialOrd, Hash)]
pub enum GuardKey {
    /// One source.
    Source(Source),
    /// The /48 around an IPv6 source.
    Wider(Wider),
}

impl From<Source> for GuardKey {
    fn from(source: Source) -> Self {
        Self::Source(source)
    }
}

impl From<Wider> for GuardKey {
    fn from(wider: Wider) -> Self {
        Self::Wider(wider)
    }
}

impl core::fmt::Display for GuardKey {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Source(source) => source.fmt(f),
            Self::Wider(wider) => wider.fmt(f),
        }
    }
}

/// What the host remembers of one source, or of the /48 around it (SPEC R12), by value and with a revision.
///
/// It belongs to the host and serves all its tenants, so that whoever asks one after the other is seen.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct SourceGuard {
    pub(crate) revision: u64,
    pub(crate) key: GuardKey,
    /// While it lasts, unproven requests of this source are denied (SPEC R1).
    pub(crate) throttled: Option<Deadline>,
    /// Keyed tags of the unknown and forged MACs it asked for, oldest first (SPEC R12).
    pub(crate) probes: Vec<(u64, Timestamp)>,
    /// Wrong PAPs of the last hour (SPEC R12).
    pub(crate) charges: Tally,
    /// Keyed tags of (source, MAC) that were challenged, oldest first (SPEC R21).
    pub(crate) challenges: Vec<(u64, Timestamp)>,
    /// At which tenants it proved a delivery, and until when that counts, oldest first.
    pub(crate) proven: Vec<(TenantId, Deadline)>,
}

/// What a request for an unknown or forged MAC does to a guard (SPEC R12).
pub(crate) enum Probed {
    /// It is one that is remembered.
    Repeat,
    /// It is within the limit and was counted.
    Counted(SourceGuard),
    /// It is over the limit: the source is throttled.
    Over(SourceGuard),
}

impl SourceGuard {
    /// A guard that remembers nothing. It is the host's first record of a source: revision 0, to be stored when changed.
    pub fn new(key: impl Into<GuardKey>) -> Self {
        Self {
            revision: 0,
            key: key.into(),
            throttled: None,
            probes: Vec::new(),
            charges: Tally::new(),
            challenges: Vec::new(),
            proven: Vec::new(),
        }
    }

    /// Whom it is about.
    pub const fn key(&self) -> GuardKey {
        self.key
    }

    /// The revision, for compare-and-swap.
    pub const fn revision(&self) -> u64 {
        self.revision
    }

    /// Until when unproven requests of this source are denied, if they are (SPEC R1).
    pub fn throttled_until(&self, now: Timestamp) -> Option<Timestamp> {
        self.throttled.filter(|deadline| !deadline.is_over(now)).map(|deadline| deadline.shown_end(now))
    }

    /// The guard with unproven requests denied for so long from now, as a host's own alarm may ask (SPEC R1).
    #[must_use]
    pub fn with_throttle(&self, now: Timestamp, len_ms: u64) -> Self {
        Self { throttled: Some(Deadline::new(now, len_ms)), ..self.next() }
    }

    /// Whether this source proved a delivery at this tenant not long ago (SPEC R12, R15). What it proved at another tenant
    /// opens nothing here.
    pub fn is_proven(&self, tenant: TenantId, now: Timestamp) -> bool {
        self.proof(tenant).is_some_and(|deadline| !deadline.is_over(now))
    }

    fn proof(&self, tenant: TenantId) -> Option<Deadline> {
        self.proven.iter().find(|(other, _)| *other == tenant).map(|(_, deadline)| *deadline)
    }

    /// Until when PAPs of this source are not judged because too many were wrong, with this limit for an hour (SPEC R12).
    pub fn paused_until(&self, now: Timestamp, limit: u16) -> Option<Timestamp> {
        self.charges.full_until(now, HOUR_MS, self.scaled(limit))
    }

    /// Whether it says nothing any more, so that the host may remove the record. A later record then starts anew.
    ///
    /// The windows are those of the policy with the longest ones; a day is always enough but for `is_proven`.
    pub fn is_spent(&self, now: Timestamp, window_ms: u64) -> bool {
        let over = |at: &Timestamp| Deadline::new(*at, window_ms.max(HOUR_MS)).is_over(now);
        self.throttled_until(now).is_none()
            && self.proven.iter().all(|(_, deadline)| deadline.is_over(now))
            && self.probes.iter().chain(&self.challenges).all(|(_, at)| over(at))
            && self.charges.instants().iter().all(over)
    }

    /// What a request for an unknown or forged MAC with this tag does (SPEC R12).
    pub(crate) fn probe(&self, tag: u64, now: Timestamp, window_ms: u64, limit: u8) -> Probed {
        let live = |window| move |(_, at): &&(u64, Timestamp)| is_live(*at, now, window);
        let mut inside = self.probes.iter().filter(live(window_ms));
        if inside.clone().any(|(seen, _)| *seen == tag) {
            return Probed::Repeat;
        }
        let limit = self.scaled(u16::from(limit));
        let count = inside.clone().count();
        if count >= limit && !hooks::is_off(Switch::R12) {
            // Until the oldest of the last `limit` leaves the window.
            let oldest = count.checked_sub(limit).and_then(|at| inside.nth(at)).map_or(now, |(_, at)| *at);
            let left = Deadline::new(oldest, window_ms).remaining_ms(now);
            return Probed::Over(self.with_throttle(now, left));
        }
        // Tenants may have different windows: what one of them still counts, another does not forget for it.
        let mut probes: Vec<(u64, Timestamp)> =
            self.probes.iter().filter(live(DAY_MS)).filter(|(seen, _)| *seen != tag).copied().collect();
        probes.push((tag, now));
        let surplus = probes.len().saturating_sub(self.scaled(MAX_PROBES));
        probes.drain(..surplus);
        Probed::Counted(Self { probes, ..self.next() })
    }

    /// The guard with one more wrong PAP.
    pub(crate) fn charged(&self, now: Timestamp, limit: u16) -> Self {
        Self { charges: self.charges.with(now, HOUR_MS, self.scaled(limit)), ..self.next() }
    }

    /// The guard of a source that just proved a delivery, if that is worth writing down: not while most of it is left.
    pub(crate) fn proven(&self, tenant: TenantId, now: Timestamp, len_ms: u64) -> Option<Self> {
        self.proof_fades(tenant, now).then(|| {
            let mut next = self.next();
            next.proven.retain(|(other, deadline)| *other != tenant && !deadline.is_over(now));
            next.proven.push((tenant, Deadline::new(now, len_ms)));
            let surplus = next.proven.len().saturating_sub(MAX_PROVEN);
            next.proven.drain(..surplus);
            next
        })
    }

    /// Whether less than half of the time is left for which it counts as proven.
    pub(crate) fn proof_fades(&self, tenant: TenantId, now: Timestamp) -> bool {
        self.proof(tenant).is_none_or(|deadline| deadline.is_ahead(now) || deadline.remaining_ms(now) < deadline.len_ms() / 2)
    }

    /// The guard with nothing changed but its revision: whoever was judged by the same one cannot store what he was told.
    pub(crate) fn touched(&self) -> Self {
        self.next()
    }

    /// Whether a tag was challenged inside the window.
    pub(crate) fn was_challenged(&self, tag: u64, now: Timestamp, window_ms: u64) -> bool {
        self.challenges.iter().any(|(seen, at)| *seen == tag && is_live(*at, now, window_ms))
    }

    /// The guard with one more challenge remembered.
    pub(crate) fn challenged(&self, tag: u64, now: Timestamp) -> Self {
        let mut next = self.next();
        next.challenges.retain(|(seen, _)| *seen != tag);
        if next.challenges.len() >= MAX_CHALLENGES {
            next.challenges.remove(0);
        }
        next.challenges.push((tag, now));
        next
    }

    /// A limit of a source; the /48 has it many times over.
    fn scaled(&self, limit: u16) -> usize {
        match self.key {
            GuardKey::Source(_) => usize::from(limit),
            GuardKey::Wider(_) => usize::from(limit) * super::WIDER_FACTOR,
        }
    }

    fn next(&self) -> Self {
        Self { revision: self.revision.saturating_add(1), ..self.clone() }
    }
}
