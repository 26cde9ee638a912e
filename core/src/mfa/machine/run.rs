//! One call on its way: the record as it changes, and what is to be done (SPEC A7, M8).

use super::super::account::MAX_TOLD;
use super::super::{Account, Base, Demand, EnrolmentProof, MfaAudit, MfaEffect, MfaEvent, MfaFacts, Notice, Refusal, Step};
use super::due::apply_due;
use super::finish;
use crate::entropy::{Entropy, Operation, Stream};
use crate::ids::{SessionId, TenantId, UserId};
use crate::ip::Source;
use crate::time::Timestamp;
use alloc::vec::Vec;

/// One call on its way.
pub(super) struct Run<'a> {
    pub(super) facts: MfaFacts<'a>,
    pub(super) account: Account,
    pub(super) now: Timestamp,
    pub(super) source: Source,
    pub(super) actor: Option<UserId>,
    effects: Vec<MfaEffect>,
}

impl<'a> Run<'a> {
    /// Begins with what is due (SPEC A7).
    pub(super) fn start(facts: MfaFacts<'a>, now: Timestamp) -> Self {
        let (mut account, mut effects) = (facts.account.clone(), Vec::new());
        apply_due(&mut account, facts.policy, now, &mut effects);
        Self { facts, account, now, source: facts.address.source(), actor: None, effects }
    }

    pub(super) fn end<T>(mut self, outcome: T) -> Step<T> {
        self.effects.sort_by_key(MfaEffect::rank);
        finish(self.facts.account, self.account, outcome, self.effects)
    }

    pub(super) fn audit(&mut self, event: MfaEvent) {
        self.effects.push(MfaEffect::Audit(MfaAudit { event, source: Some(self.source), actor: self.actor }));
    }

    pub(super) fn notify(&mut self, notice: Notice) {
        self.effects.push(MfaEffect::Notify(notice));
    }

    /// Ends sessions, and what others of them had begun or might still begin.
    pub(super) fn end_sessions(&mut self, keep: Option<SessionId>) {
        self.account.pending.take_if(|pending| Some(pending.session) != keep);
        self.account.recovered.take_if(|open| Some(open.session) != keep);
        self.effects.push(MfaEffect::EndSessions { keep });
    }

    pub(super) const fn owner(&self) -> (TenantId, UserId) {
        (self.account.tenant, self.account.user)
    }

    /// Whether this source is locked, and whether a recovery code may then still be tried.
    pub(super) fn locked(&self) -> Option<bool> {
        if self.account.is_overdue() {
            return Some(false);
        }
        self.account.throttle.class(self.source).locked.then(|| self.recovery_left() > 0)
    }

    /// Good recovery codes that are left (SPEC R22).
    pub(super) fn recovery_left(&self) -> u8 {
        self.account.recovery_left(self.facts.keys)
    }

    /// Until when nothing of this source is compared.
    pub(super) fn wait(&self) -> Option<Timestamp> {
        self.account.throttle.class(self.source).wait.map(|wait| wait.shown_end(self.now))
    }

    /// Refuses while locked or waiting (SPEC M8).
    pub(super) fn gate(&self) -> Result<(), Refusal> {
        match (self.locked(), self.wait()) {
            (Some(recovery), _) => Err(Refusal::Locked { recovery }),
            (None, Some(until)) => Err(Refusal::Wait { until }),
            (None, None) => Ok(()),
        }
    }

    /// Whether this address skips the code of a login (SPEC M9).
    pub(super) fn is_trusted(&self) -> bool {
        self.facts.policy.settings().trusted_addresses && self.facts.trusted.covers(self.facts.address)
    }

    pub(super) const fn proof_of(&self, base: &Base) -> EnrolmentProof {
        match base {
            _ if !self.facts.policy.settings().grants => EnrolmentProof::None,
            Base::Demanded(Demand { old: Some(_), .. }) => EnrolmentProof::GrantOrOldCode,
            _ => EnrolmentProof::Grant,
        }
    }

    pub(super) fn is_recovered(&self, session: SessionId) -> bool {
        self.account.recovered.is_some_and(|open| open.session == session)
    }

    /// The fewest digits that a code of this account may have now: they decide about the caps (SPEC M8).
    pub(super) fn digits(&self) -> u8 {
        let base = match &self.account.base {
            Base::On(live) => Some(live.app.totp),
            Base::Demanded(demand) => demand.old.as_ref().map(|old| old.totp),
            Base::Off => None,
        };
        let pending = self.account.pending.as_ref().map(|pending| pending.totp);
        let digits = [base, pending].into_iter().flatten().map(|totp| totp.digits()).min();
        digits.unwrap_or_else(|| self.facts.policy.settings().totp.digits())
    }

    /// Counts a failure (SPEC M8).
    pub(super) fn fail(&mut self, event: MfaEvent) {
        let (source, digits) = (self.source, self.digits());
        let is_new = !self.account.throttle.knows(source) && !self.account.told.iter().any(|(told, _)| *told == source);
        self.audit(event);
        if self.account.throttle.fail(source, digits, self.facts.policy.settings().window, self.now) {
            self.audit(MfaEvent::Locked);
            self.notify(Notice::Locked);
        }
        if is_new {
            if self.account.told.len() >= MAX_TOLD {
                self.account.told.remove(0);
            }
            self.account.told.push((source, self.now));
            self.notify(Notice::FailureAtNewSource);
        }
    }

    pub(super) fn succeed(&mut self) {
        self.account.throttle.succeed(self.source, self.now);
    }

    /// The randomness of this call for one thing on this account (SPEC E8).
    pub(super) fn stream(&self, fresh: Entropy, operation: Operation) -> Stream {
        let (tenant, user) = (self.account.tenant, self.account.user);
        fresh.of_account(tenant.as_bytes(), user.as_bytes()).stream(operation, None, self.account.revision)
    }

    /// Leaves what was, with everything that hung on it.
    pub(super) fn move_to(&mut self, base: Base) {
        self.account.base = base;
        self.account.pending = None;
        self.account.recovered = None;
    }
}
