//! Owner and administrators: reset, switch on and off, unlock (SPEC M6).

use super::super::recovery::PaperCode;
use super::super::{AdminAct, Base, Demand, FactorState, MfaEvent, Notice, OwnSession, PaperHash, Purpose, Refusal, SwitchOff};
use super::run::Run;
use crate::entropy::{Entropy, Operation};
use crate::secret::Secret;
use crate::time::Deadline;
use alloc::boxed::Box;

impl Run<'_> {
    /// The row "self reset".
    pub(super) fn self_reset(&mut self, code: &str) -> Result<(), Refusal> {
        self.prove_code(code)?;
        let old = match &self.account.base {
            Base::On(live) if self.facts.policy.settings().grants => Some(Box::new(live.app.clone())),
            _ => None,
        };
        self.move_to(Base::Demanded(Demand { since: self.now, overdue: false, grant: None, old }));
        self.audit(MfaEvent::SelfReset);
        self.end_sessions(None);
        self.notify(Notice::Reset);
        Ok(())
    }

    /// The row "self switch-off".
    pub(super) fn self_switch_off(
        &mut self,
        session: OwnSession,
        code: Option<&str>,
        risk_accepted: bool,
    ) -> Result<(), Refusal> {
        let settings = self.facts.policy.settings();
        if self.account.live().is_none() {
            return Err(Refusal::NotOn);
        }
        if settings.demanded {
            return Err(Refusal::TenantDemands);
        }
        if !risk_accepted {
            return Err(Refusal::RiskNotAccepted);
        }
        if let Some(recovery) = self.locked() {
            return Err(Refusal::Locked { recovery });
        }
        match (settings.switch_off, code) {
            // Who has the password alone, or stands at a trusted address, has not passed the factor (SPEC M5, M9).
            (SwitchOff::RiskOnly, _) if session.passed_factor => self.gate()?,
            (_, None) => return Err(Refusal::CodeNeeded),
            (_, Some(code)) => {
                self.prove_code(code)?;
            }
        }
        self.move_to(Base::Off);
        self.audit(MfaEvent::SelfSwitchedOff);
        self.end_sessions(Some(session.id));
        self.notify(Notice::SwitchedOff);
        Ok(())
    }

    /// Demands an enrolment, with a grant where there is one. An enrolment that is under way goes on, unless policy asks for
    /// grants: it was begun without one.
    pub(super) fn demand(&mut self, grant: Option<(PaperHash, Deadline)>) {
        self.account.base = Base::Demanded(Demand { since: self.now, overdue: false, grant, old: None });
        if self.facts.policy.settings().grants {
            self.account.pending = None;
        }
    }

    /// Demands an enrolment where the tenant demands the factor of everybody.
    pub(super) fn demand_of_all(&mut self) {
        if self.facts.policy.settings().demanded && self.account.base == Base::Off {
            self.demand(None);
            self.audit(MfaEvent::DemandedByTenant);
        }
    }

    /// Whether a demand waits for a grant that nobody has.
    fn lacks_grant(&self) -> bool {
        match &self.account.base {
            Base::Demanded(demand) if self.facts.policy.settings().grants => {
                demand.grant.is_none_or(|(hash, _)| !hash.is_good(self.facts.keys))
            }
            _ => false,
        }
    }

    /// Draws a grant where policy asks for grants.
    fn draw_grant(&self, fresh: Entropy) -> (Option<Secret>, Option<(PaperHash, Deadline)>) {
        let settings = self.facts.policy.settings();
        if !settings.grants {
            return (None, None);
        }
        let code = PaperCode::draw(&mut self.stream(fresh, Operation::EnrolmentGrant));
        let hash = code.hash(self.facts.keys.current(), self.owner(), Purpose::Grant);
        (Some(code.text()), Some((hash, Deadline::new(self.now, settings.grant_ms))))
    }

    /// The row of administrators: each act in each state.
    pub(super) fn administer(&mut self, act: AdminAct, fresh: Entropy) -> Option<Secret> {
        let locked = self.account.is_overdue() || self.account.throttle.any_locked();
        let grants = self.facts.policy.settings().grants;
        let (shown, event, notice) = match (act, self.account.state()) {
            (AdminAct::SwitchOn, FactorState::Off | FactorState::Pending) if self.account.base == Base::Off => {
                let (shown, grant) = self.draw_grant(fresh);
                self.demand(grant);
                self.audit(MfaEvent::AdminSwitchedOn);
                return shown;
            }
            (AdminAct::SwitchOn, _) if self.lacks_grant() => {
                let (shown, grant) = self.draw_grant(fresh);
                if let Base::Demanded(demand) = &mut self.account.base {
                    demand.grant = grant;
                }
                self.audit(MfaEvent::AdminSwitchedOn);
                return shown;
            }
            (AdminAct::SwitchOn, _) | (AdminAct::Reset | AdminAct::SwitchOff { .. }, FactorState::Off) => return None,
            (AdminAct::Reset, FactorState::Demanded) if !grants && !locked => return None,
            (AdminAct::Reset, _) => {
                let (shown, grant) = self.draw_grant(fresh);
                self.move_to(Base::Demanded(Demand { since: self.now, overdue: false, grant, old: None }));
                if locked {
                    self.account.throttle.clear();
                }
                (shown, MfaEvent::AdminReset, Notice::Reset)
            }
            (AdminAct::SwitchOff { .. }, _) => {
                self.move_to(Base::Off);
                self.account.throttle.clear();
                (None, MfaEvent::AdminSwitchedOff, Notice::SwitchedOff)
            }
            (AdminAct::Unlock, _) if !locked && self.account.throttle.is_clear() => return None,
            (AdminAct::Unlock, _) => {
                self.account.throttle.clear();
                if let Base::Demanded(demand) = &mut self.account.base
                    && demand.overdue
                {
                    (demand.overdue, demand.since) = (false, self.now);
                }
                (None, MfaEvent::AdminUnlocked, Notice::Unlocked)
            }
        };
        self.audit(event);
        self.end_sessions(None);
        self.notify(notice);
        shown
    }
}
