//! Guards: what the host remembers of a source and of a tenant to slow attackers down (SPEC R12, R21), as plain records.

use crate::ip::Source;
use crate::time::{Deadline, Timestamp};
use alloc::vec::Vec;

/// Challenges a source guard remembers; the oldest goes (SPEC R21).
pub const MAX_CHALLENGES: usize = 8;

/// What the host remembers of one source, or of the /48 around it (SPEC R12), by value and with a revision.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct SourceGuard {
    pub(crate) revision: u64,
    pub(crate) source: Source,
    /// While it lasts, unproven requests of this source are denied (SPEC R1).
    pub(crate) throttled: Option<Deadline>,
    /// Keyed tags of (source, MAC) that were challenged, oldest first (SPEC R21).
    pub(crate) challenges: Vec<(u64, Timestamp)>,
    /// Until when the source counts as one with an earlier proven delivery.
    pub(crate) proven_until: Option<Deadline>,
}

impl SourceGuard {
    /// A guard that remembers nothing. It is the host's first record of a source: revision 0, to be stored when changed.
    pub const fn new(source: Source) -> Self {
        Self { revision: 0, source, throttled: None, challenges: Vec::new(), proven_until: None }
    }

    /// The source it is about.
    pub const fn source(&self) -> Source {
        self.source
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
        Self { throttled: Some(Deadline::new(now, len_ms)), revision: self.revision.saturating_add(1), ..self.clone() }
    }

    /// Whether this source proved a delivery not long ago (SPEC R15).
    pub fn is_proven(&self, now: Timestamp) -> bool {
        self.proven_until.is_some_and(|deadline| !deadline.is_over(now))
    }

    /// Whether a tag was challenged inside the window.
    pub(crate) fn was_challenged(&self, tag: u64, now: Timestamp, window_ms: u64) -> bool {
        self.challenges.iter().any(|(seen, at)| {
            let window = Deadline::new(*at, window_ms);
            *seen == tag && !window.is_over(now) && !window.is_ahead(now)
        })
    }

    /// The guard with one more challenge remembered.
    pub(crate) fn challenged(&self, tag: u64, now: Timestamp) -> Self {
        let mut next = self.clone();
        next.challenges.retain(|(seen, _)| *seen != tag);
        if next.challenges.len() >= MAX_CHALLENGES {
            next.challenges.remove(0);
        }
        next.challenges.push((tag, now));
        next.revision = self.revision.saturating_add(1);
        next
    }
}

/// What the host remembers of one tenant, by value and with a revision (SPEC E5).
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct TenantGuard {
    pub(crate) revision: u64,
    pub(crate) temporary: u32,
}

impl TenantGuard {
    /// A guard that remembers nothing: revision 0, to be stored when changed.
    pub const fn new() -> Self {
        Self { revision: 0, temporary: 0 }
    }

    /// The revision, for compare-and-swap.
    pub const fn revision(&self) -> u64 {
        self.revision
    }

    /// How many temporary whitelist records the tenant has (SPEC W5).
    pub const fn temporary(&self) -> u32 {
        self.temporary
    }

    /// The guard with the count as the host found it: after removing spent or withdrawn records.
    #[must_use]
    pub fn recounted(&self, temporary: u32) -> Self {
        Self { revision: self.revision.saturating_add(1), temporary }
    }
}
