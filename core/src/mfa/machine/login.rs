//! What is typed at a login: a code of the app, two of them, or a recovery code (SPEC M5, M7, M8, M11).

use super::super::recovery::PaperCode;
use super::super::{
    Base, Entered, EnteredBy, Live, MfaEvent, Notice, Paper, Purpose, Recovered, RecoveryCodes, RecoveryMode, Refusal,
};
use super::run::Run;
use crate::entropy::{Entropy, Operation};
use crate::ids::{RecoverySetId, SessionId};
use crate::otp::{Code, OtpOutcome, is_dropped};
use crate::time::{Deadline, HOUR_MS};
use alloc::vec::Vec;

/// How long a session that a recovery code opened may set up a new app without a code.
const RECOVERED_MS: u64 = HOUR_MS;

/// What was typed, by its shape alone.
#[derive(Clone, Copy, Eq, PartialEq)]
pub(super) enum Shape {
    /// As many digits as a code has.
    Code,
    /// Perhaps a code on paper.
    Paper,
    /// Neither.
    Neither,
}

impl Shape {
    /// Looks at a text; spaces and dashes do not count (SPEC M1).
    pub(super) fn of(text: &str, digits: u8) -> Self {
        let mut count = 0u32;
        for byte in text.bytes().filter(|byte| !is_dropped(*byte)) {
            if !byte.is_ascii_digit() {
                return Self::Paper;
            }
            count = count.saturating_add(1);
        }
        match count {
            count if count == u32::from(digits) && text.len() <= Code::LONGEST_TYPED => Self::Code,
            ..=8 => Self::Neither,
            _ => Self::Paper,
        }
    }
}

impl Run<'_> {
    /// Judges a code of the live secret (SPEC M1, M2, M8, M11) and burns its step.
    pub(super) fn prove_code(&mut self, typed: &str) -> Result<i32, Refusal> {
        let Base::On(live) = &self.account.base else { return Err(Refusal::NotOn) };
        if Shape::of(typed, live.app.totp.digits()) != Shape::Code {
            return Err(Refusal::Malformed);
        }
        self.gate()?;
        let last_step = live.app.last_step;
        let outcome = live.app.judge(typed, self.now, self.facts.policy.settings().window);
        let (step, drift) = self.judge(outcome, last_step)?;
        if let Some(live) = self.account.live_mut() {
            live.app.accept(step, drift);
        }
        Ok(drift)
    }

    /// Counts what a code of the app turned out to be; the step to burn and the drift of a right one.
    pub(super) fn judge(&mut self, outcome: OtpOutcome, last_step: u64) -> Result<(u64, i32), Refusal> {
        match outcome {
            OtpOutcome::Accepted { step, drift } => {
                self.succeed();
                Ok((step, drift))
            }
            // SPEC M8: a form that was sent twice is no failure.
            OtpOutcome::Replayed { step } if step == last_step => {
                self.audit(MfaEvent::CodeReplayed);
                Err(Refusal::Replayed)
            }
            OtpOutcome::Replayed { .. } => {
                self.fail(MfaEvent::CodeReplayed);
                Err(Refusal::Replayed)
            }
            OtpOutcome::Wrong => {
                self.fail(MfaEvent::CodeWrong);
                Err(Refusal::Wrong)
            }
            OtpOutcome::Malformed => Err(Refusal::Malformed),
            OtpOutcome::ClockError { behind } => {
                self.audit(MfaEvent::ClockError);
                Err(Refusal::ClockError { behind })
            }
        }
    }

    /// The rows "code" and "recovery".
    pub(super) fn enter(&mut self, session: SessionId, typed: &str, fresh: Entropy) -> Result<Entered, Refusal> {
        match Shape::of(typed, self.due_digits()?) {
            Shape::Neither => Err(Refusal::Malformed),
            Shape::Code => {
                let drift = self.prove_code(typed)?;
                self.audit(MfaEvent::CodeAccepted);
                Ok(Entered { by: EnteredBy::Code { drift }, recovery: self.renew_recovery(fresh) })
            }
            Shape::Paper => {
                let code = PaperCode::read(typed).ok_or(Refusal::Malformed)?;
                self.enter_recovery(session, &code, fresh)
            }
        }
    }

    /// The digits of a code where one is due.
    fn due_digits(&self) -> Result<u8, Refusal> {
        match &self.account.base {
            Base::Off => Err(Refusal::NotOn),
            Base::Demanded(_) => Err(self.locked().map_or(Refusal::EnrolmentNeeded, |recovery| Refusal::Locked { recovery })),
            Base::On(live) => Ok(live.app.totp.digits()),
        }
    }

    /// Two codes in a row of an app whose clock is off (SPEC M11).
    pub(super) fn resynchronise(&mut self, first: &str, second: &str, fresh: Entropy) -> Result<Entered, Refusal> {
        let digits = self.due_digits()?;
        if [first, second].iter().any(|typed| Shape::of(typed, digits) != Shape::Code) {
            return Err(Refusal::Malformed);
        }
        let settings = self.facts.policy.settings();
        if settings.resync_steps == 0 {
            return Err(Refusal::CodeNeeded);
        }
        self.gate()?;
        let Some(Live { app, .. }) = self.account.live() else { return Err(Refusal::NotOn) };
        let last_step = app.last_step;
        // A code before this is older than any that the login itself would take.
        let oldest = i32::from(app.drift).saturating_sub(settings.window.steps().into());
        let is_ahead = last_step > app.totp.step_at(self.now);
        let is_known = self.account.throttle.knows(self.source);
        let outcome = match app.judge_two(first, second, self.now, settings.resync_steps) {
            // The clock of an app that was ahead was put right: its codes are used up for a while, and nobody guesses.
            OtpOutcome::Replayed { .. } if is_ahead => {
                self.audit(MfaEvent::CodeReplayed);
                return Err(Refusal::Replayed);
            }
            // Two codes that somebody saw an hour ago must not let him in elsewhere.
            OtpOutcome::Accepted { drift, .. } if drift < oldest && !is_known => OtpOutcome::Wrong,
            other => other,
        };
        let (step, drift) = self.judge(outcome, last_step)?;
        if let Some(live) = self.account.live_mut() {
            live.app.last_step = step;
            live.app.set_drift(drift);
        }
        self.audit(MfaEvent::Resynchronised);
        self.notify(Notice::Resynchronised);
        Ok(Entered { by: EnteredBy::Code { drift }, recovery: self.renew_recovery(fresh) })
    }

    /// New recovery codes at a login by code, where nobody confirmed to have seen the present ones, all are used up, or their
    /// key is gone (SPEC M7, R22).
    fn renew_recovery(&mut self, fresh: Entropy) -> Option<RecoveryCodes> {
        let paper = &self.account.live()?.paper;
        let event = if paper.codes.is_empty() {
            MfaEvent::RecoveryUsedUp
        } else if paper.is_outdated(self.facts.keys) {
            MfaEvent::RecoveryOutdated
        } else if paper.unseen {
            MfaEvent::RecoveryReplaced
        } else {
            return None;
        };
        self.audit(event);
        if event != MfaEvent::RecoveryReplaced {
            // Whoever has one code of the app now also has codes for later: the owner hears of it.
            self.notify(Notice::RecoveryRegenerated);
        }
        Some(self.draw_recovery(fresh))
    }

    /// Judges a recovery code (SPEC M7, M8).
    fn enter_recovery(&mut self, session: SessionId, code: &PaperCode, fresh: Entropy) -> Result<Entered, Refusal> {
        let locked = self.locked().is_some();
        if let Some(until) = self.wait().filter(|_| !locked) {
            return Err(Refusal::Wait { until });
        }
        let owner = self.owner();
        let Some(live) = self.account.live_mut() else { return Err(Refusal::NotOn) };
        let Some(at) = code.find(&live.paper.codes, self.facts.keys, owner, Purpose::Recovery) else {
            // Nobody guesses 120 bits, and who is elsewhere must not use up the tries of the owner: a right code of a locked
            // class always lets in, and of the wrong ones only so many are worth a write.
            if locked && !self.account.throttle.try_recovery(self.source, self.now) {
                self.audit(MfaEvent::RecoveryWrong);
            } else {
                self.fail(MfaEvent::RecoveryWrong);
            }
            return Err(Refusal::Wrong);
        };
        live.paper.codes.remove(at);
        // Who types one has seen them.
        live.paper.unseen = false;
        self.succeed();
        self.account.recovered = Some(Recovered { session, until: Deadline::new(self.now, RECOVERED_MS) });
        self.audit(MfaEvent::RecoveryUsed);
        self.end_sessions(Some(session));
        self.notify(Notice::RecoveryUsed);
        let recovery = match self.facts.policy.settings().recovery {
            RecoveryMode::Single => Some(self.draw_recovery(fresh)),
            RecoveryMode::Set(_) => None,
        };
        Ok(Entered { by: EnteredBy::Recovery { left: self.recovery_left() }, recovery })
    }

    /// Draws all recovery codes anew; they are `unseen` (SPEC M7).
    pub(super) fn draw_recovery(&mut self, fresh: Entropy) -> RecoveryCodes {
        let mut stream = self.stream(fresh, Operation::RecoveryCode);
        let (owner, key) = (self.owner(), self.facts.keys.current());
        let (mut texts, mut codes) = (Vec::new(), Vec::new());
        for _ in 0..self.facts.policy.settings().recovery.codes() {
            let code = PaperCode::draw(&mut stream);
            texts.push(code.text());
            codes.push(code.hash(key, owner, Purpose::Recovery));
        }
        let set = RecoverySetId::from_number(stream.next_u64());
        if let Some(live) = self.account.live_mut() {
            live.paper = Paper { set, codes, unseen: true };
        }
        RecoveryCodes { set, codes: texts }
    }
}
