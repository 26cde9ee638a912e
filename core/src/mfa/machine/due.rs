//! What is due by itself: enrolments, grants and demands that end (SPEC A6, A7, M3, M6).

use super::super::throttle::MONTH_MS;
use super::super::{Account, Base, MfaAudit, MfaEffect, MfaEvent, MfaPolicy, Notice, Recovered};
use crate::time::{CLOCK_TOLERANCE_MS, Deadline, Timestamp};
use alloc::vec::Vec;

/// When [`handle_timeout`](super::super::handle_timeout) is due; none: nothing waits.
pub fn next_timeout(account: &Account, policy: &MfaPolicy) -> Option<Timestamp> {
    let pending = account.pending.as_ref().map(|pending| pending.until.end());
    let (grant, demand) = match &account.base {
        Base::Demanded(demand) => {
            let overdue = policy.settings().demand_ms.filter(|_| !demand.overdue);
            (demand.grant.map(|(_, until)| until.end()), overdue.map(|len_ms| demand.since.plus_ms(len_ms)))
        }
        _ => (None, None),
    };
    [pending, grant, demand].into_iter().flatten().min()
}

/// Ends what is over and cuts what a corrected clock left ahead (SPEC A6, A7).
pub(super) fn apply_due(account: &mut Account, policy: &MfaPolicy, now: Timestamp, effects: &mut Vec<MfaEffect>) {
    let mut audit = |event| effects.push(MfaEffect::Audit(MfaAudit { event, source: None, actor: None }));
    account.throttle.expire(now);
    account.told.retain(|(_, at)| now.since(*at) < MONTH_MS);
    account.recovered =
        account.recovered.map(|open| Recovered { until: open.until.cut(now), ..open }).filter(|open| !open.until.is_over(now));
    if let Some(pending) = &mut account.pending {
        pending.until = pending.until.cut(now);
        if pending.until.is_over(now) {
            account.pending = None;
            audit(MfaEvent::EnrolmentExpired);
        }
    }
    let Base::Demanded(demand) = &mut account.base else { return };
    demand.grant = demand.grant.map(|(hash, until)| (hash, until.cut(now)));
    if demand.grant.is_some_and(|(_, until)| until.is_over(now)) {
        demand.grant = None;
        audit(MfaEvent::GrantExpired);
    }
    if demand.since.since(now) > CLOCK_TOLERANCE_MS {
        demand.since = now;
    }
    let over = policy.settings().demand_ms.is_some_and(|len_ms| Deadline::new(demand.since, len_ms).is_over(now));
    // Not latched: a clock that was once far ahead locks nobody after it was put right.
    let was = core::mem::replace(&mut demand.overdue, over);
    if over && !was {
        account.pending = None;
        audit(MfaEvent::DemandOverdue);
        effects.push(MfaEffect::Notify(Notice::Locked));
    }
}
