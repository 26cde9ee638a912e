//! The transitions of STATE-TABLES 4.4: what a login, an owner and an administrator bring about.

use super::account::MAX_TOLD;
use super::recovery::PaperCode;
use super::throttle::MONTH_MS;
use super::{
    Account, Actor, AdminAct, Administered, Base, Confirmed, Demand, Due, Enrolling, EnrolmentProof, Entered, EnteredBy,
    FactorState, Judgement, Live, Login, MfaAudit, MfaEffect, MfaError, MfaEvent, MfaFacts, MfaPolicy, Notice, OldSecret, Paper,
    Pending, Purpose, Recovered, RecoveryMode, Refusal, Step, SwitchOff,
};
use crate::entropy::{Entropy, Operation};
use crate::ids::{SessionId, TenantId, UserId};
use crate::ip::Source;
use crate::otp::{OtpOutcome, OtpSecret, TotpKey};
use crate::secret::Secret;
use crate::time::{CLOCK_TOLERANCE_MS, Deadline, HOUR_MS, Timestamp};
use alloc::boxed::Box;
use alloc::vec::Vec;

/// How long a session that a recovery code opened may set up a new app without a code.
const RECOVERED_MS: u64 = HOUR_MS;

/// Says what is due after the right password, and draws the id of the login session (SPEC M5, M9).
///
/// `fresh` is the entropy of this one call, as everywhere in this module.
pub fn password_right(facts: MfaFacts<'_>, now: Timestamp, fresh: Entropy) -> Step<Login> {
    let mut run = Run::start(facts, now);
    let session = SessionId::from_number(fresh.stream(Operation::LoginSession, None, run.account.revision).next_u64());
    if facts.policy.settings().demanded && run.account.base == Base::Off {
        run.demand(None);
        run.audit(MfaEvent::DemandedByTenant);
    }
    let due = match (run.account.state(), run.locked(), &run.account.base) {
        // The row "password right".
        (FactorState::Off, ..) | (FactorState::Pending, _, Base::Off) => Due::Granted,
        (_, Some(recovery), _) => Due::Locked { recovery },
        (FactorState::Demanded | FactorState::Pending, None, base) => Due::Enrolment { proof: run.proof_of(base) },
        (FactorState::On | FactorState::Rotating, None, _) if run.is_trusted() => {
            run.audit(MfaEvent::TrustedAddress);
            Due::Granted
        }
        (FactorState::On | FactorState::Rotating, None, _) => Due::Code { wait: run.wait() },
    };
    run.end(Login { session, due })
}

/// Takes what was typed into the one field of a login whose password was right (SPEC M5, M7, M8).
pub fn enter(facts: MfaFacts<'_>, session: SessionId, typed: &str, now: Timestamp, fresh: Entropy) -> Step<Judgement<Entered>> {
    let mut run = Run::start(facts, now);
    let outcome = run.enter(session, typed, fresh);
    run.end(outcome.into())
}

/// Gives a secret to show to the owner, who is in this session (SPEC M3, M4, M6).
///
/// `proof` is a code of the app where the factor is on, and a grant or a code of the old secret where [`Due::Enrolment`] asked for
/// one. The same session gets the same secret until it is confirmed or void.
pub fn begin_enrolment(
    facts: MfaFacts<'_>,
    session: SessionId,
    proof: Option<&str>,
    now: Timestamp,
    fresh: Entropy,
) -> Step<Judgement<Enrolling>> {
    let mut run = Run::start(facts, now);
    let outcome = run.begin(session, proof, fresh);
    run.end(outcome.into())
}

/// Takes the first code of the secret that [`begin_enrolment`] gave to this session; a right one makes it live and is burned
/// (SPEC M2, M3).
pub fn confirm(
    facts: MfaFacts<'_>,
    session: SessionId,
    code: &str,
    now: Timestamp,
    fresh: Entropy,
) -> Step<Judgement<Confirmed>> {
    let mut run = Run::start(facts, now);
    let outcome = run.confirm(session, code, fresh);
    run.end(outcome.into())
}

/// Notes that the recovery codes were shown to the owner; until then a login by code replaces them (SPEC M7).
pub fn recovery_shown(facts: MfaFacts<'_>, now: Timestamp) -> Step<Judgement<()>> {
    let mut run = Run::start(facts, now);
    let outcome = match &mut run.account.base {
        Base::On(live) => {
            if core::mem::take(&mut live.paper.unseen) {
                run.audit(MfaEvent::RecoveryShown);
            }
            Ok(())
        }
        _ => Err(Refusal::NotOn),
    };
    run.end(outcome.into())
}

/// Replaces all recovery codes; needs a right code of the app (SPEC M7).
pub fn regenerate_recovery(facts: MfaFacts<'_>, code: &str, now: Timestamp, fresh: Entropy) -> Step<Judgement<Vec<Secret>>> {
    let mut run = Run::start(facts, now);
    let outcome = run.prove_code(code).map(|_| {
        run.audit(MfaEvent::RecoveryRegenerated);
        run.notify(Notice::RecoveryRegenerated);
        run.draw_recovery(fresh)
    });
    run.end(outcome.into())
}

/// Resets the factor of the owner, who gives a right code: all sessions end and the next login enrols anew (SPEC M6).
pub fn self_reset(facts: MfaFacts<'_>, code: &str, now: Timestamp) -> Step<Judgement<()>> {
    let mut run = Run::start(facts, now);
    let outcome = run.prove_code(code).map(|_| {
        let grants = facts.policy.settings().grants;
        let old = match &run.account.base {
            Base::On(live) if grants => {
                let Live { secret, totp, last_step, .. } = &**live;
                Some(Box::new(OldSecret { secret: secret.clone(), totp: *totp, last_step: *last_step }))
            }
            _ => None,
        };
        run.move_to(Base::Demanded(Demand { since: now, overdue: false, grant: None, old }));
        run.audit(MfaEvent::SelfReset);
        run.end_sessions(None);
        run.notify(Notice::Reset);
    });
    run.end(outcome.into())
}

/// Switches the factor of the owner off, who accepts the risk and gives a right code, unless policy asks for the first alone
/// (SPEC M6).
pub fn self_switch_off(
    facts: MfaFacts<'_>,
    session: SessionId,
    code: Option<&str>,
    risk_accepted: bool,
    now: Timestamp,
) -> Step<Judgement<()>> {
    let mut run = Run::start(facts, now);
    let outcome = run.self_switch_off(session, code, risk_accepted);
    run.end(outcome.into())
}

/// Does what an administrator asks for somebody else (SPEC M6). An act that changes nothing has no write.
///
/// # Errors
/// [`MfaError::OwnAccount`] where the actor is the owner, [`MfaError::ActorFactor`] without a fresh second factor of the actor,
/// [`MfaError::RiskNotAccepted`] for switching off without it.
pub fn admin(
    facts: MfaFacts<'_>,
    actor: Actor,
    act: AdminAct,
    now: Timestamp,
    fresh: Entropy,
) -> Result<Step<Administered>, MfaError> {
    if actor.user == Some(facts.account.user) {
        return Err(MfaError::OwnAccount);
    }
    if !actor.fresh_factor {
        return Err(MfaError::ActorFactor);
    }
    if act == (AdminAct::SwitchOff { risk_accepted: false }) {
        return Err(MfaError::RiskNotAccepted);
    }
    let mut run = Run::start(facts, now);
    run.actor = actor.user;
    let grant = run.administer(act, fresh);
    Ok(run.end(Administered { grant }))
}

/// Ends what is over: enrolments, grants, demands (SPEC M3, M6). Late or twice is harmless.
pub fn handle_timeout(account: &Account, policy: &MfaPolicy, now: Timestamp) -> Step<()> {
    let mut new = account.clone();
    let mut effects = Vec::new();
    apply_due(&mut new, policy, now, &mut effects);
    finish(account, new, (), effects)
}

/// When [`handle_timeout`] is due; none: nothing waits.
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
fn apply_due(account: &mut Account, policy: &MfaPolicy, now: Timestamp, effects: &mut Vec<MfaEffect>) {
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
    if over && !demand.overdue {
        demand.overdue = true;
        account.pending = None;
        audit(MfaEvent::DemandOverdue);
        effects.push(MfaEffect::Notify(Notice::Locked));
    }
}

/// The step, with a write only where something changed.
fn finish<T>(old: &Account, mut new: Account, outcome: T, effects: Vec<MfaEffect>) -> Step<T> {
    let write = (new != *old).then(|| {
        new.revision = old.revision.saturating_add(1);
        new
    });
    Step { outcome, write, effects }
}

impl<T> From<Result<T, Refusal>> for Judgement<T> {
    fn from(result: Result<T, Refusal>) -> Self {
        match result {
            Ok(granted) => Self::Granted(granted),
            Err(refusal) => Self::Refused(refusal),
        }
    }
}

/// What was typed, by its shape alone.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Shape {
    /// As many digits as a code has.
    Code,
    /// Perhaps a code on paper.
    Paper,
    /// Neither.
    Neither,
}

impl Shape {
    /// Looks at a text; spaces and dashes do not count (SPEC M1).
    fn of(text: &str, digits: u8) -> Self {
        let mut count = 0u32;
        for byte in text.bytes().filter(|byte| !matches!(byte, b' ' | b'-')) {
            if !byte.is_ascii_digit() {
                return Self::Paper;
            }
            count = count.saturating_add(1);
        }
        match count {
            count if count == u32::from(digits) => Self::Code,
            ..=8 => Self::Neither,
            _ => Self::Paper,
        }
    }
}

/// One call on its way.
struct Run<'a> {
    facts: MfaFacts<'a>,
    account: Account,
    now: Timestamp,
    source: Source,
    actor: Option<UserId>,
    effects: Vec<MfaEffect>,
}

impl<'a> Run<'a> {
    /// Begins with what is due (SPEC A7).
    fn start(facts: MfaFacts<'a>, now: Timestamp) -> Self {
        let (mut account, mut effects) = (facts.account.clone(), Vec::new());
        apply_due(&mut account, facts.policy, now, &mut effects);
        Self { facts, account, now, source: facts.address.source(), actor: None, effects }
    }

    fn end<T>(mut self, outcome: T) -> Step<T> {
        // SPEC A10: the log first, then sessions, then people.
        self.effects.sort_by_key(|effect| match effect {
            MfaEffect::Audit(_) => 0,
            MfaEffect::EndSessions { .. } => 1,
            MfaEffect::Notify(_) => 2,
        });
        finish(self.facts.account, self.account, outcome, self.effects)
    }

    fn audit(&mut self, event: MfaEvent) {
        self.effects.push(MfaEffect::Audit(MfaAudit { event, source: Some(self.source), actor: self.actor }));
    }

    fn notify(&mut self, notice: Notice) {
        self.effects.push(MfaEffect::Notify(notice));
    }

    fn end_sessions(&mut self, keep: Option<SessionId>) {
        self.effects.push(MfaEffect::EndSessions { keep });
    }

    const fn owner(&self) -> (TenantId, UserId) {
        (self.account.tenant, self.account.user)
    }

    /// Whether this source is locked, and whether a recovery code may then still be tried.
    fn locked(&self) -> Option<bool> {
        if self.account.is_overdue() {
            return Some(false);
        }
        self.account.throttle.class(self.source).locked.then(|| self.account.recovery_left() > 0)
    }

    /// Until when nothing of this source is compared.
    fn wait(&self) -> Option<Timestamp> {
        self.account.throttle.class(self.source).wait.map(|wait| wait.shown_end(self.now))
    }

    /// Refuses while locked or waiting (SPEC M8).
    fn gate(&self) -> Result<(), Refusal> {
        match (self.locked(), self.wait()) {
            (Some(recovery), _) => Err(Refusal::Locked { recovery }),
            (None, Some(until)) => Err(Refusal::Wait { until }),
            (None, None) => Ok(()),
        }
    }

    /// Whether this address skips the code of a login (SPEC M9).
    fn is_trusted(&self) -> bool {
        self.facts.policy.settings().trusted_addresses && self.facts.trusted.covers(self.facts.address)
    }

    const fn proof_of(&self, base: &Base) -> EnrolmentProof {
        match base {
            _ if !self.facts.policy.settings().grants => EnrolmentProof::None,
            Base::Demanded(Demand { old: Some(_), .. }) => EnrolmentProof::GrantOrOldCode,
            _ => EnrolmentProof::Grant,
        }
    }

    fn is_recovered(&self, session: SessionId) -> bool {
        self.account.recovered.is_some_and(|open| open.session == session)
    }

    /// The fewest digits that a code of this account may have now: they decide about the caps (SPEC M8).
    fn digits(&self) -> u8 {
        let base = match &self.account.base {
            Base::On(live) => Some(live.totp),
            Base::Demanded(demand) => demand.old.as_ref().map(|old| old.totp),
            Base::Off => None,
        };
        let pending = self.account.pending.as_ref().map(|pending| pending.totp);
        let digits = [base, pending].into_iter().flatten().map(|totp| totp.digits()).min();
        digits.unwrap_or_else(|| self.facts.policy.settings().totp.digits())
    }

    /// Counts a failure (SPEC M8).
    fn fail(&mut self, event: MfaEvent) {
        let (source, digits) = (self.source, self.digits());
        let is_new = !self.account.throttle.knows(source) && !self.account.told.iter().any(|(told, _)| *told == source);
        self.audit(event);
        if self.account.throttle.fail(source, digits, self.now) {
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

    fn succeed(&mut self) {
        self.account.throttle.succeed(self.source, self.now);
    }

    /// Leaves what was, with everything that hung on it.
    fn move_to(&mut self, base: Base) {
        self.account.base = base;
        self.account.pending = None;
        self.account.recovered = None;
    }

    /// Judges a code of the live secret (SPEC M1, M2, M8, M11) and burns its step.
    fn prove_code(&mut self, typed: &str) -> Result<i32, Refusal> {
        let Base::On(live) = &self.account.base else { return Err(Refusal::NotOn) };
        if Shape::of(typed, live.totp.digits()) != Shape::Code {
            return Err(Refusal::Malformed);
        }
        self.gate()?;
        let (key, last_step) = (TotpKey::new(&live.secret, live.totp), live.last_step);
        let outcome = key.verify(typed, self.now, Some(last_step), self.facts.policy.settings().window);
        let (step, drift) = self.judge(outcome, last_step)?;
        if let Base::On(live) = &mut self.account.base {
            live.last_step = step;
        }
        Ok(drift)
    }

    /// Counts what a code turned out to be; the step to burn and the drift of a right one.
    fn judge(&mut self, outcome: OtpOutcome, last_step: u64) -> Result<(u64, i32), Refusal> {
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
    fn enter(&mut self, session: SessionId, typed: &str, fresh: Entropy) -> Result<Entered, Refusal> {
        let digits = match (self.account.state(), &self.account.base) {
            (FactorState::Off, _) | (FactorState::Pending, Base::Off) => return Err(Refusal::NotOn),
            (FactorState::Demanded | FactorState::Pending, _) => {
                return Err(self.locked().map_or(Refusal::EnrolmentNeeded, |recovery| Refusal::Locked { recovery }));
            }
            (FactorState::On | FactorState::Rotating, _) => self.digits_of_live(),
        };
        match Shape::of(typed, digits) {
            Shape::Neither => Err(Refusal::Malformed),
            Shape::Code => {
                let drift = self.prove_code(typed)?;
                self.audit(MfaEvent::CodeAccepted);
                let mut recovery = Vec::new();
                if self.account.recovery_unseen() {
                    self.audit(MfaEvent::RecoveryReplaced);
                    recovery = self.draw_recovery(fresh);
                }
                Ok(Entered { by: EnteredBy::Code { drift }, recovery })
            }
            Shape::Paper => {
                let code = PaperCode::read(typed).ok_or(Refusal::Malformed)?;
                self.enter_recovery(session, &code, fresh)
            }
        }
    }

    fn digits_of_live(&self) -> u8 {
        self.account.live().map_or(0, |live| live.totp.digits())
    }

    /// Judges a recovery code (SPEC M7, M8).
    fn enter_recovery(&mut self, session: SessionId, code: &PaperCode, fresh: Entropy) -> Result<Entered, Refusal> {
        let locked = self.locked().is_some();
        let wait = if locked { self.account.throttle.recovery_wait(self.source) } else { self.wait() };
        if let Some(until) = wait {
            return Err(Refusal::Wait { until });
        }
        let owner = self.owner();
        let Base::On(live) = &mut self.account.base else { return Err(Refusal::NotOn) };
        let Some(at) = code.find(&live.paper.codes, self.facts.keys, owner, Purpose::Recovery) else {
            if locked {
                self.account.throttle.try_recovery(self.source, self.now);
            }
            self.fail(MfaEvent::RecoveryWrong);
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
            RecoveryMode::Single => self.draw_recovery(fresh),
            RecoveryMode::Set(_) => Vec::new(),
        };
        Ok(Entered { by: EnteredBy::Recovery { left: self.account.recovery_left() }, recovery })
    }

    /// Draws all recovery codes anew; they are `unseen` (SPEC M7).
    fn draw_recovery(&mut self, fresh: Entropy) -> Vec<Secret> {
        let mut stream = fresh.stream(Operation::RecoveryCode, None, self.account.revision);
        let (owner, key) = (self.owner(), self.facts.keys.current());
        let (mut texts, mut codes) = (Vec::new(), Vec::new());
        for _ in 0..self.facts.policy.settings().recovery.codes() {
            let code = PaperCode::draw(&mut stream);
            texts.push(code.text());
            codes.push(code.hash(key, owner, Purpose::Recovery));
        }
        if let Base::On(live) = &mut self.account.base {
            live.paper = Paper { codes, unseen: true };
        }
        texts
    }

    /// The row "begin enrolment".
    fn begin(&mut self, session: SessionId, proof: Option<&str>, fresh: Entropy) -> Result<Enrolling, Refusal> {
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
            secret: OtpSecret::generate(fresh),
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
                let (key, last_step) = (TotpKey::new(&old.secret, old.totp), old.last_step);
                let outcome = key.verify(typed, self.now, Some(last_step), self.facts.policy.settings().window);
                let (step, _) = self.judge(outcome, last_step)?;
                if let Base::Demanded(Demand { old: Some(old), .. }) = &mut self.account.base {
                    old.last_step = step;
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
    fn confirm(&mut self, session: SessionId, code: &str, fresh: Entropy) -> Result<Confirmed, Refusal> {
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
        self.move_to(Base::On(Box::new(Live { secret, totp, last_step: step, paper: kept.unwrap_or_default() })));
        let recovery = if self.account.recovery_left() == 0 { self.draw_recovery(fresh) } else { Vec::new() };
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

    /// The row "self switch-off".
    fn self_switch_off(&mut self, session: SessionId, code: Option<&str>, risk_accepted: bool) -> Result<(), Refusal> {
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
            (SwitchOff::RiskOnly, _) => {}
            (SwitchOff::Code, None) => return Err(Refusal::CodeNeeded),
            (SwitchOff::Code, Some(code)) => {
                self.prove_code(code)?;
            }
        }
        self.move_to(Base::Off);
        self.audit(MfaEvent::SelfSwitchedOff);
        self.end_sessions(Some(session));
        self.notify(Notice::SwitchedOff);
        Ok(())
    }

    /// Demands an enrolment, with a grant where there is one. An enrolment that is under way goes on, unless policy asks for
    /// grants: it was begun without one.
    fn demand(&mut self, grant: Option<(super::PaperHash, Deadline)>) {
        self.account.base = Base::Demanded(Demand { since: self.now, overdue: false, grant, old: None });
        if self.facts.policy.settings().grants {
            self.account.pending = None;
        }
    }

    /// Draws a grant where policy asks for grants.
    fn draw_grant(&self, fresh: Entropy) -> (Option<Secret>, Option<(super::PaperHash, Deadline)>) {
        let settings = self.facts.policy.settings();
        if !settings.grants {
            return (None, None);
        }
        let code = PaperCode::draw(&mut fresh.stream(Operation::EnrolmentGrant, None, self.account.revision));
        let hash = code.hash(self.facts.keys.current(), self.owner(), Purpose::Grant);
        (Some(code.text()), Some((hash, Deadline::new(self.now, settings.grant_ms))))
    }

    /// The row of administrators: each act in each state.
    fn administer(&mut self, act: AdminAct, fresh: Entropy) -> Option<Secret> {
        let locked = self.account.is_overdue() || self.account.throttle.any_locked();
        let grants = self.facts.policy.settings().grants;
        let (shown, event, notice) = match (act, self.account.state()) {
            (AdminAct::SwitchOn, FactorState::Off | FactorState::Pending) if self.account.base == Base::Off => {
                let (shown, grant) = self.draw_grant(fresh);
                self.demand(grant);
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
