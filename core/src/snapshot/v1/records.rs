//! Temporary whitelist entries and guards.

use super::super::SnapshotError;
use super::super::wire::{DeadlineWire, InstantWire, MacWire, SourceWire, broken};
use crate::guard::{MAX_CHALLENGES, SourceGuard, TenantGuard};
use crate::whitelist::{TempEntry, TempParts, UnprovenWindow};
use alloc::vec::Vec;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TempWire {
    revision: u64,
    key: SourceWire,
    made_by: MacWire,
    made_at_ms: InstantWire,
    valid: DeadlineWire,
    last_proven_at_ms: InstantWire,
    unproven_total: u32,
    unproven: Option<(InstantWire, u16)>,
    barred: Option<DeadlineWire>,
}

impl From<&TempEntry> for TempWire {
    fn from(live: &TempEntry) -> Self {
        let parts = live.parts();
        Self {
            revision: parts.revision,
            key: SourceWire(parts.key),
            made_by: MacWire(parts.made_by),
            made_at_ms: InstantWire(parts.made_at),
            valid: parts.valid.into(),
            last_proven_at_ms: InstantWire(parts.last_proven_at),
            unproven_total: parts.unproven_total,
            unproven: parts.unproven.map(|window| (InstantWire(window.since), window.count)),
            barred: parts.barred_until.map(Into::into),
        }
    }
}

impl TryFrom<TempWire> for TempEntry {
    type Error = SnapshotError;
    fn try_from(wire: TempWire) -> Result<Self, SnapshotError> {
        let parts = TempParts {
            revision: wire.revision,
            key: wire.key.0,
            made_by: wire.made_by.0,
            made_at: wire.made_at_ms.0,
            valid: wire.valid.into(),
            last_proven_at: wire.last_proven_at_ms.0,
            unproven_total: wire.unproven_total,
            unproven: wire.unproven.map(|(since, count)| UnprovenWindow { since: since.0, count }),
            barred_until: wire.barred.map(Into::into),
        };
        Self::from_parts(parts).ok_or(broken("temporary entry", "its key, revision or windows contradict each other"))
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourceGuardWire {
    revision: u64,
    source: SourceWire,
    throttled: Option<DeadlineWire>,
    challenges: Vec<(u64, InstantWire)>,
    proven: Option<DeadlineWire>,
}

impl From<&SourceGuard> for SourceGuardWire {
    fn from(live: &SourceGuard) -> Self {
        Self {
            revision: live.revision,
            source: SourceWire(live.source),
            throttled: live.throttled.map(Into::into),
            challenges: live.challenges.iter().map(|(tag, at)| (*tag, InstantWire(*at))).collect(),
            proven: live.proven_until.map(Into::into),
        }
    }
}

impl TryFrom<SourceGuardWire> for SourceGuard {
    type Error = SnapshotError;
    fn try_from(wire: SourceGuardWire) -> Result<Self, SnapshotError> {
        if wire.challenges.len() > MAX_CHALLENGES {
            return Err(broken("challenges", "there are more than a guard remembers"));
        }
        Ok(Self {
            revision: wire.revision,
            source: wire.source.0,
            throttled: wire.throttled.map(Into::into),
            challenges: wire.challenges.into_iter().map(|(tag, at)| (tag, at.0)).collect(),
            proven_until: wire.proven.map(Into::into),
        })
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TenantGuardWire {
    revision: u64,
    temporary: u32,
}

impl From<&TenantGuard> for TenantGuardWire {
    fn from(live: &TenantGuard) -> Self {
        Self { revision: live.revision, temporary: live.temporary }
    }
}

impl TryFrom<TenantGuardWire> for TenantGuard {
    type Error = SnapshotError;
    fn try_from(wire: TenantGuardWire) -> Result<Self, SnapshotError> {
        Ok(Self { revision: wire.revision, temporary: wire.temporary })
    }
}
