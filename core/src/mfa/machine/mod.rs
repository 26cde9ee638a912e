//! The transitions of STATE-TABLES 4.4: what a login, an owner and an administrator bring about.

mod admin;
mod due;
mod enrol;
mod login;
mod run;

pub use due::next_timeout;

use super::account::MAX_OWED;
use super::{
    Account, Actor, AdminAct, Administered, Base, Confirmed, Due, Enrolling, Entered, FactorState, Judgement, Login, MfaEffect,
    MfaError, MfaEvent, MfaFacts, MfaPolicy, Notice, OwnSession, RecoveryCodes, Refusal, Step,
};
use crate::entropy::{Entropy, Operation};
use crate::ids::{RecoverySetId, SessionId};
use crate::time::Timestamp;
use alloc::vec::Vec;
use due::apply_due;
use run::Run;

/// Says what is due after the right password, and draws the id of the login session (SPEC M5, M9).
///
/// `fresh` is the entropy of this one call, as everywhere in this module.
pub fn password_right(facts: MfaFacts<'_>, now: Timestamp, fresh: Entropy) -> Step<Login> {
    let mut run = Run::start(facts, now);
    let session = SessionId::from_number(run.stream(fresh, Operation::LoginSession).next_u64());
    run.demand_of_all();
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

/// Lets in by two codes that an app showed one after the other, whose clock is too far off for [`enter`]; later codes are judged
/// around its clock, and the owner is told (SPEC M11).
///
/// A failure counts as a wrong code does. From a source that is not known (SPEC M8) codes are wrong that are older than those that
/// [`enter`] takes: who saw two codes an hour ago is not let in by them. Where policy has no reach, a single code is needed.
pub fn resynchronise(facts: MfaFacts<'_>, codes: (&str, &str), now: Timestamp, fresh: Entropy) -> Step<Judgement<Entered>> {
    let mut run = Run::start(facts, now);
    let outcome = run.resynchronise(codes.0, codes.1, fresh);
    run.end(outcome.into())
}

/// Notes that this set of recovery codes was shown to the owner; until then a login by code replaces it (SPEC M7). Twice is
/// harmless.
pub fn recovery_shown(facts: MfaFacts<'_>, set: RecoverySetId, now: Timestamp) -> Step<Judgement<()>> {
    let mut run = Run::start(facts, now);
    let outcome = match run.account.live_mut() {
        None => Err(Refusal::NotOn),
        Some(live) if live.paper.set != set => Err(Refusal::RecoveryReplaced),
        Some(live) => {
            if core::mem::take(&mut live.paper.unseen) {
                run.audit(MfaEvent::RecoveryShown);
            }
            Ok(())
        }
    };
    run.end(outcome.into())
}

/// Replaces all recovery codes; needs a right code of the app (SPEC M7). The other sessions end, with what a recovery code that
/// is gone now had opened.
pub fn regenerate_recovery(
    facts: MfaFacts<'_>,
    session: SessionId,
    code: &str,
    now: Timestamp,
    fresh: Entropy,
) -> Step<Judgement<RecoveryCodes>> {
    let mut run = Run::start(facts, now);
    let outcome = run.prove_code(code).map(|_| {
        run.audit(MfaEvent::RecoveryRegenerated);
        run.end_sessions(Some(session));
        run.notify(Notice::RecoveryRegenerated);
        run.draw_recovery(fresh)
    });
    run.end(outcome.into())
}

/// Resets the factor of the owner, who gives a right code: all sessions end and the next login enrols anew (SPEC M6).
pub fn self_reset(facts: MfaFacts<'_>, code: &str, now: Timestamp) -> Step<Judgement<()>> {
    let mut run = Run::start(facts, now);
    let outcome = run.self_reset(code);
    run.end(outcome.into())
}

/// Switches the factor of the owner off, who accepts the risk and gives a right code, unless policy asks for the first alone
/// (SPEC M6).
///
/// The risk alone is enough only in a session that passed the factor, as the host says with [`OwnSession::passed_factor`]; without
/// it a code is needed there too ([`Refusal::CodeNeeded`]).
pub fn self_switch_off(
    facts: MfaFacts<'_>,
    session: OwnSession,
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

/// The record after the host performed the effects of everything up to `revision` (SPEC A10).
///
/// Call it after a crash too, once [`Account::pending_effects`] were performed again: all effects are idempotent. A record that
/// changed since keeps them. None: nothing to store.
#[must_use]
pub fn effects_done(account: &Account, revision: u64) -> Option<Account> {
    if account.revision != revision || account.owed.is_empty() {
        return None;
    }
    let revision = account.revision.saturating_add(1);
    Some(Account { owed: Vec::new(), revision, ..account.clone() })
}

/// The step, with a write only where something changed. The write remembers what is to be done (SPEC A10); effects without a
/// write are lost with their call, and the next call has them again.
fn finish<T>(old: &Account, mut new: Account, outcome: T, effects: Vec<MfaEffect>) -> Step<T> {
    let write = (new != *old).then(|| {
        for effect in &effects {
            owe(&mut new.owed, *effect);
        }
        new.revision = old.revision.saturating_add(1);
        new
    });
    Step { outcome, write, effects }
}

fn owe(owed: &mut Vec<MfaEffect>, effect: MfaEffect) {
    if owed.contains(&effect) {
        return;
    }
    if owed.len() >= MAX_OWED {
        // A host that never confirms keeps the newest; sessions to end and people to tell outlive audit lines.
        let oldest = owed.iter().position(|old| matches!(old, MfaEffect::Audit(_))).unwrap_or(0);
        owed.remove(oldest);
    }
    owed.push(effect);
}

impl<T> From<Result<T, Refusal>> for Judgement<T> {
    fn from(result: Result<T, Refusal>) -> Self {
        match result {
            Ok(granted) => Self::Granted(granted),
            Err(refusal) => Self::Refused(refusal),
        }
    }
}
