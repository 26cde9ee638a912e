//! What became of a full answer (SPEC A14), and what it does to the temporary whitelist (SPEC W2, W3, W5, W8).

use super::{Facts, Step, Writes};
use crate::device::machine::Draft;
use crate::device::{Lease, Listing, MAX_TEMPORARY};
use crate::effect::{Audit, AuditEvent, Effect};
use crate::guard::TenantGuard;
use crate::ids::LeaseId;
use crate::rule::Rule;
use crate::time::Timestamp;
use crate::whitelist::TempEntry;
use alloc::boxed::Box;

/// Says that the full configuration of a lease arrived: sent completely, or its account registered (SPEC A14, A8).
///
/// `facts.temp` is the temporary whitelist entry of [`Lease::source`], `facts.source` its guard, and `facts.budget` what
/// is remembered of the tenant. A second call, and a call for a lease that is not the
/// device's last one, change nothing; the latter is audited.
pub fn delivered(facts: Facts<'_>, lease: LeaseId, now: Timestamp) -> Step {
    let mut step = Step::default();
    let Some(device) = facts.device() else {
        // STATE-TABLES 4.2: the device was deleted meanwhile.
        step.effects.audit(Audit::of(AuditEvent::LeaseIgnored));
        return step;
    };
    let mut draft = Draft::new(device, facts.tenant.policy().settings(), now, &mut step.effects);
    arrive(facts, &mut draft, lease, &mut step.writes);
    step.writes.device = draft.finish();
    step
}

/// Says that the full configuration of a lease did not arrive: its release goes back to the same source (SPEC A14).
///
/// Idempotent; a confirmation that comes after it all the same still counts.
pub fn not_delivered(facts: Facts<'_>, lease: LeaseId, now: Timestamp) -> Step {
    let Some(device) = facts.device() else { return Step::default() };
    let mut step = Step::default();
    let mut draft = Draft::new(device, facts.tenant.policy().settings(), now, &mut step.effects);
    draft.not_delivered(lease);
    step.writes.device = draft.finish();
    step
}

/// Applies a delivery to the draft and to the temporary whitelist.
pub(crate) fn arrive(facts: Facts<'_>, draft: &mut Draft<'_>, id: LeaseId, writes: &mut Writes) {
    if let Some(lease) = draft.delivered(id) {
        list(facts, draft, &lease, writes);
        if matches!(lease.rule, Rule::R7 | Rule::R8) {
            // SPEC R12, R15: a source with a proven delivery.
            let guard = facts.guard_of(lease.source());
            writes.source = guard.proven(facts.tenant.id(), draft.now, draft.settings.proven_source_ms).map(Box::new);
        }
    }
}

fn list(facts: Facts<'_>, draft: &mut Draft<'_>, lease: &Lease, writes: &mut Writes) {
    let (settings, now, source) = (draft.settings, draft.now, lease.source());
    let present = facts.temp.filter(|entry| entry.key() == source);
    let live = present.filter(|entry| entry.is_live(now));
    let next = match (lease.listing, live) {
        (Listing::Nothing, _) | (Listing::Slide | Listing::SlideUnproven, None) => None,
        (Listing::SlideUnproven, Some(entry)) => {
            Some(entry.slide_unproven(now, settings.temporary_ms, settings.temporary_unproven_ms))
        }
        (Listing::Make | Listing::Slide, Some(entry)) => Some(entry.slide_proven(now, settings.temporary_ms)),
        (Listing::Make, None) => make(facts, draft, lease, present, writes),
    };
    writes.temp = next.filter(|next| present != Some(next));
}

/// Makes an entry, or makes it anew after its end (SPEC W3, W5, W8).
fn make(
    facts: Facts<'_>,
    draft: &mut Draft<'_>,
    lease: &Lease,
    present: Option<&TempEntry>,
    writes: &mut Writes,
) -> Option<TempEntry> {
    let (settings, now, source) = (draft.settings, draft.now, lease.source());
    let mac = draft.get().mac();
    let nothing = TenantGuard::new();
    let budget = facts.budget.unwrap_or(&nothing);
    let full = present.is_none() && budget.temporary() >= settings.temporary_max;
    if full || present.is_some_and(|entry| entry.is_barred(now)) {
        draft.effects.audit(Audit::of(AuditEvent::TemporaryRefused).from(source));
        return None;
    }
    let entry = match present {
        Some(entry) => Some(entry.remake(mac, now, settings.temporary_ms)),
        None => TempEntry::make(source, mac, now, settings.temporary_ms),
    }?;
    if present.is_none() {
        writes.budget = Some(budget.recounted(budget.temporary().saturating_add(1)));
    }
    let made = &mut draft.rare().temporary;
    made.retain(|other| *other != source);
    made.push(source);
    if made.len() > MAX_TEMPORARY {
        let oldest = made.remove(0);
        draft.effects.push(Effect::Withdraw(oldest));
    }
    draft.effects.audit(Audit::of(AuditEvent::TemporaryListed).from(source).by(lease.rule));
    Some(entry)
}
