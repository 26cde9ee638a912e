//! Temporary whitelist entries, guards and the adoption pool.

use super::super::SnapshotError;
use super::super::wire::{DeadlineWire, GuardKeyWire, InstantWire, MacWire, SourceWire, TenantIdWire, broken};
use crate::adoption::{Adoption, Offer};
use crate::guard::{MAX_CHALLENGES, MAX_PROVEN, SourceGuard, Tally, TenantGuard, WIDER_FACTOR};
use crate::time::Timestamp;
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
    source: GuardKeyWire,
    throttled: Option<DeadlineWire>,
    probes: Vec<(u64, InstantWire)>,
    charges_ms: Vec<InstantWire>,
    challenges: Vec<(u64, InstantWire)>,
    proven: Vec<(TenantIdWire, DeadlineWire)>,
}

/// Most tags and charges of a record: those of the largest limits around a source.
const MAX_REMEMBERED: usize = 60 * WIDER_FACTOR;
/// Most charges of a tenant: the largest limit of a day.
const MAX_TENANT_CHARGES: usize = 3_000;

fn tags_to_wire(live: &[(u64, Timestamp)]) -> Vec<(u64, InstantWire)> {
    live.iter().map(|(tag, at)| (*tag, InstantWire(*at))).collect()
}

fn tags_from_wire(wire: Vec<(u64, InstantWire)>) -> Vec<(u64, Timestamp)> {
    wire.into_iter().map(|(tag, at)| (tag, at.0)).collect()
}

fn tally_to_wire(live: &Tally) -> Vec<InstantWire> {
    live.instants().iter().map(|at| InstantWire(*at)).collect()
}

fn tally_from_wire(wire: Vec<InstantWire>) -> Tally {
    Tally::from_instants(wire.into_iter().map(|at| at.0).collect())
}

impl From<&SourceGuard> for SourceGuardWire {
    fn from(live: &SourceGuard) -> Self {
        Self {
            revision: live.revision,
            source: GuardKeyWire(live.key),
            throttled: live.throttled.map(Into::into),
            probes: tags_to_wire(&live.probes),
            charges_ms: tally_to_wire(&live.charges),
            challenges: tags_to_wire(&live.challenges),
            proven: live.proven.iter().map(|(tenant, until)| (TenantIdWire(*tenant), (*until).into())).collect(),
        }
    }
}

impl TryFrom<SourceGuardWire> for SourceGuard {
    type Error = SnapshotError;
    fn try_from(wire: SourceGuardWire) -> Result<Self, SnapshotError> {
        if wire.challenges.len() > MAX_CHALLENGES {
            return Err(broken("challenges", "there are more than a guard remembers"));
        }
        if wire.proven.len() > MAX_PROVEN {
            return Err(broken("proven", "there are more than a guard remembers"));
        }
        if wire.probes.len().max(wire.charges_ms.len()) > MAX_REMEMBERED {
            return Err(broken("probes", "there are more of them, or more charges, than a guard remembers"));
        }
        Ok(Self {
            revision: wire.revision,
            key: wire.source.0,
            throttled: wire.throttled.map(Into::into),
            probes: tags_from_wire(wire.probes),
            charges: tally_from_wire(wire.charges_ms),
            challenges: tags_from_wire(wire.challenges),
            proven: wire.proven.into_iter().map(|(tenant, until)| (tenant.0, until.into())).collect(),
        })
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TenantGuardWire {
    revision: u64,
    temporary: u32,
    charges_ms: Vec<InstantWire>,
}

impl From<&TenantGuard> for TenantGuardWire {
    fn from(live: &TenantGuard) -> Self {
        Self { revision: live.revision, temporary: live.temporary, charges_ms: tally_to_wire(&live.charges) }
    }
}

impl TryFrom<TenantGuardWire> for TenantGuard {
    type Error = SnapshotError;
    fn try_from(wire: TenantGuardWire) -> Result<Self, SnapshotError> {
        if wire.charges_ms.len() > MAX_TENANT_CHARGES {
            return Err(broken("charges_ms", "there are more than a guard remembers"));
        }
        Ok(Self { revision: wire.revision, temporary: wire.temporary, charges: tally_from_wire(wire.charges_ms) })
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AdoptionWire {
    revision: u64,
    offers: Vec<OfferWire>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct OfferWire {
    mac: MacWire,
    source: SourceWire,
    activate: bool,
    settled: bool,
    valid: DeadlineWire,
}

/// Most offers of a pool: the largest cap.
const MAX_OFFERS: usize = 10_000;

impl From<&Adoption> for AdoptionWire {
    fn from(live: &Adoption) -> Self {
        let offers = live.offers.iter().map(|offer| OfferWire {
            mac: MacWire(offer.mac),
            source: SourceWire(offer.source),
            activate: offer.activate,
            settled: offer.settled,
            valid: offer.valid.into(),
        });
        Self { revision: live.revision, offers: offers.collect() }
    }
}

impl TryFrom<AdoptionWire> for Adoption {
    type Error = SnapshotError;
    fn try_from(wire: AdoptionWire) -> Result<Self, SnapshotError> {
        if wire.offers.len() > MAX_OFFERS {
            return Err(broken("offers", "there are more than a pool holds"));
        }
        let offers: Vec<Offer> = wire
            .offers
            .into_iter()
            .map(|offer| Offer {
                mac: offer.mac.0,
                source: offer.source.0,
                activate: offer.activate,
                settled: offer.settled,
                valid: offer.valid.into(),
            })
            .collect();
        let mut macs: Vec<_> = offers.iter().map(Offer::mac).collect();
        macs.sort_unstable();
        if macs.windows(2).any(|pair| matches!(pair, [a, b] if a == b)) {
            return Err(broken("offers", "a device is offered twice"));
        }
        Ok(Self { revision: wire.revision, offers })
    }
}
