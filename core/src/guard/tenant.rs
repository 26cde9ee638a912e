//! What is remembered of a tenant.

use super::tally::Tally;
use crate::time::{DAY_MS, HOUR_MS, Timestamp};

/// What the host remembers of one tenant, by value and with a revision (SPEC E5).
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct TenantGuard {
    pub(crate) revision: u64,
    pub(crate) temporary: u32,
    /// Wrong PAPs of the last day (SPEC R12).
    pub(crate) charges: Tally,
}

impl TenantGuard {
    /// A guard that remembers nothing: revision 0, to be stored when changed.
    pub const fn new() -> Self {
        Self { revision: 0, temporary: 0, charges: Tally::new() }
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
        Self { revision: self.revision.saturating_add(1), temporary, charges: self.charges.clone() }
    }

    /// Until when PAPs are not judged because too many were wrong, with these limits for an hour and a day (SPEC R12).
    pub fn paused_until(&self, now: Timestamp, hour: u16, day: u16) -> Option<Timestamp> {
        let hour = self.charges.full_until(now, HOUR_MS, usize::from(hour));
        hour.max(self.charges.full_until(now, DAY_MS, usize::from(day)))
    }

    /// The guard with nothing changed but its revision.
    pub(crate) fn touched(&self) -> Self {
        Self { revision: self.revision.saturating_add(1), ..self.clone() }
    }

    /// The guard with one more wrong PAP.
    pub(crate) fn charged(&self, now: Timestamp, hour: u16, day: u16) -> Self {
        let charges = self.charges.with(now, DAY_MS, usize::from(hour.max(day)));
        Self { revision: self.revision.saturating_add(1), temporary: self.temporary, charges }
    }
}
