//! Enrolment: a secret for a session, its proof, its confirmation (SPEC M3, M4, M6).

use super::super::recovery::PaperCode;
use super::super::{App, Base, Confirmed, Demand, Enrolling, Live, MfaEvent, Notice, Paper, Pending, Purpose, Refusal};
use super::login::Shape;
use super::run::Run;
use crate::entropy::{Entropy, Operation};
use crate::ids::SessionId;
use crate::otp::{OtpOutcome, OtpSecret, TotpKey};
use crate::time::Deadline;
use alloc::boxed::Box;
use alloc::vec::Vec;

impl Run<'_> {
    /// The row "begin enrolment".
    pub(super) fn begin(&mut self, session: SessionId, proof: Option<&str>, fresh: Entropy) -> Result<Enrolling, Refusal> {
        self.demand_of_all();
        let recovered = self.is_recovered(session);
        if let Some(recovery) = self.locked().filter(|_| !recovered) {
            return Err(Refusal::Locked { recovery });
        }
        if let Some(pending) = self.account.pending.as_ref().filter(|pending| pending.session == session) {
            return Ok(self.enrolling(pending));
        }
        match (&self.account.base, proof) {
            (Base::Off, _) => {}
            (Base::Demanded(_), _) if !self.facts.policy.settings().grants => {}
            (Base::Demanded(_), None) => return Err(Refusal::GrantNeeded),
            (Base::Demanded(_), Some(proof)) => self.prove_grant(proof)?,
            (Base::On(_), _) if recovered => {}
            (Base::On(_), None) => return Err(Refusal::CodeNeeded),
            (Base::On(_), Some(code)) => {
                self.prove_code(code)?;
            }
        }
        let settings = self.facts.policy.settings();
        let pending = Box::new(Pending {
            session,
            secret: OtpSecret::draw(&mut self.stream(fresh, Operation::OtpSecret), OtpSecret::DEFAULT_BYTES),
            totp: settings.totp,
            tries: 0,
            until: Deadline::new(self.now, settings.enrolment_ms),
        });
        let shown = self.enrolling(&pending);
        self.account.pending = Some(pending);
        self.audit(MfaEvent::EnrolmentBegun);
        Ok(shown)
    }

    fn enrolling(&self, pending: &Pending) -> Enrolling {
        Enrolling { secret: pending.secret.clone(), totp: pending.totp, until: pending.until.shown_end(self.now) }
    }

    /// Judges a grant, or a code of the secret before a self reset (SPEC M6). A grant is used up by the confirmation.
    fn prove_grant(&mut self, typed: &str) -> Result<(), Refusal> {
        let Base::Demanded(demand) = &self.account.base else { return Err(Refusal::NotOn) };
        let digits = demand.old.as_ref().map_or(0, |old| old.totp.digits());
        match (Shape::of(typed, digits), &demand.old) {
            (Shape::Code, Some(old)) => {
                self.gate()?;
                let last_step = old.last_step;
                let outcome = old.judge(typed, self.now, self.facts.policy.settings().window);
                let (step, drift) = self.judge(outcome, last_step)?;
                if let Base::Demanded(Demand { old: Some(old), .. }) = &mut self.account.base {
                    old.accept(step, drift);
                }
                Ok(())
            }
            (Shape::Paper, _) => {
                let code = PaperCode::read(typed).ok_or(Refusal::Malformed)?;
                self.gate()?;
                let stored: Vec<_> = demand.grant.iter().map(|(hash, _)| *hash).collect();
                if code.find(&stored, self.facts.keys, self.owner(), Purpose::Grant).is_none() {
                    self.fail(MfaEvent::GrantWrong);
                    return Err(Refusal::Wrong);
                }
                Ok(())
            }
            _ => Err(Refusal::Malformed),
        }
    }

    /// The rows "confirm right" and "confirm wrong".
    pub(super) fn confirm(&mut self, session: SessionId, code: &str, fresh: Entropy) -> Result<Confirmed, Refusal> {
        self.demand_of_all();
        let Some(pending) = self.account.pending.as_ref().filter(|pending| pending.session == session) else {
            return Err(self.locked().map_or(Refusal::NoEnrolment, |recovery| Refusal::Locked { recovery }));
        };
        if Shape::of(code, pending.totp.digits()) != Shape::Code {
            return Err(Refusal::Malformed);
        }
        let lifts = self.locked().is_some() && self.is_recovered(session);
        if !lifts {
            self.gate()?;
        }
        let window = self.facts.policy.settings().window;
        let outcome = TotpKey::new(&pending.secret, pending.totp).verify(code, self.now, None, window);
        let OtpOutcome::Accepted { step, drift } = outcome else { return Err(self.confirm_wrong()) };
        let Some(pending) = self.account.pending.take() else { return Err(Refusal::NoEnrolment) };
        let Pending { secret, totp, .. } = *pending;
        let kept = self.account.live().map(|live| live.paper.clone());
        let rotated = kept.is_some();
        let app = App::new(secret, totp, step, drift);
        self.move_to(Base::On(Box::new(Live { app, paper: kept.unwrap_or(Paper::NONE) })));
        let recovery = (self.recovery_left() == 0).then(|| self.draw_recovery(fresh));
        if lifts {
            self.account.throttle.lift(self.source);
            self.audit(MfaEvent::LockLifted);
        }
        self.succeed();
        if rotated {
            self.audit(MfaEvent::Rotated);
            self.end_sessions(Some(session));
            self.notify(Notice::Rotated);
        } else {
            self.audit(MfaEvent::Enrolled);
            self.notify(Notice::SwitchedOn);
        }
        Ok(Confirmed { recovery, drift })
    }

    fn confirm_wrong(&mut self) -> Refusal {
        self.fail(MfaEvent::EnrolmentWrong);
        let limit = self.facts.policy.settings().enrolment_tries;
        let Some(pending) = &mut self.account.pending else { return Refusal::NoEnrolment };
        pending.tries = pending.tries.saturating_add(1);
        if pending.tries < limit {
            return Refusal::Wrong;
        }
        self.account.pending = None;
        self.audit(MfaEvent::EnrolmentVoid);
        Refusal::EnrolmentVoid
    }
}
