//! The second factor of portal users: login, enrolment, recovery, and what administrators do (SPEC M3, M5 to M9, M11, M12).

use crate::account::{prov_account, user};
use crate::barrier::{Failure, barrier, give, required};
use crate::convert::{entropy, flag, instant, optional_text, text};
use crate::error::prov_error;
use crate::factor::{checked, load, prov_mfa_facts, prov_mfa_policy};
use crate::outcome::{Done, prov_mfa_step};
use crate::status::prov_status;
use libprov::entropy::Entropy;
use libprov::ids::{RecoverySetId, SessionId};
use libprov::mfa::{self, Actor, AdminAct, Administered, Confirmed, Enrolling, MfaFacts, OwnSession};
use libprov::time::Timestamp;
use std::ffi::c_char;
use std::mem::MaybeUninit;

/// A call without randomness.
///
/// # Safety
/// As [`load`].
unsafe fn plain(
    facts: *const prov_mfa_facts,
    now_ms: i64,
    out: Option<&mut MaybeUninit<*mut prov_mfa_step>>,
    error: Option<&mut MaybeUninit<*mut prov_error>>,
    perform: impl FnOnce(MfaFacts<'_>, Timestamp) -> Result<Done, Failure>,
) -> prov_status {
    barrier(error, |call| {
        let out = required(out, "out")?;
        // SAFETY: the same promise.
        let held = unsafe { load(call, facts) }?;
        give(out, perform(held.lend(), instant(now_ms)?)?);
        Ok(())
    })
}

/// A call with randomness.
///
/// # Safety
/// As [`load`] and [`entropy`].
unsafe fn drawing(
    facts: *const prov_mfa_facts,
    now_ms: i64,
    fresh: *const u8,
    out: Option<&mut MaybeUninit<*mut prov_mfa_step>>,
    error: Option<&mut MaybeUninit<*mut prov_error>>,
    perform: impl FnOnce(MfaFacts<'_>, Timestamp, Entropy) -> Result<Done, Failure>,
) -> prov_status {
    let perform = |facts: MfaFacts<'_>, now| {
        // SAFETY: the same promise.
        let fresh = unsafe { entropy(fresh) }?;
        perform(facts, now, fresh)
    };
    // SAFETY: the same promise.
    unsafe { plain(facts, now_ms, out, error, perform) }
}

/// Says what is due after the right password, and draws the id of the login session: PROV_OUTCOME_GRANTED, PROV_OUTCOME_CODE,
/// PROV_OUTCOME_ENROLMENT or PROV_OUTCOME_LOCKED. It never replaces the password.
/// out  a new step; free it with prov_mfa_step_free.
/// cbindgen:ptrs-as-arrays=[[entropy;32]]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_mfa_password_right(
    facts: *const prov_mfa_facts,
    now_ms: i64,
    entropy: *const u8,
    out: Option<&mut MaybeUninit<*mut prov_mfa_step>>,
    error: Option<&mut MaybeUninit<*mut prov_error>>,
) -> prov_status {
    let perform = |facts: MfaFacts<'_>, now, fresh| Ok(Done::of(mfa::password_right(facts, now, fresh), Done::logged_in));
    // SAFETY: the caller's promise for structs, handles and arrays.
    unsafe { drawing(facts, now_ms, entropy, out, error, perform) }
}

/// Takes what was typed into the one field of a login whose password was right: a code of the app or a recovery code.
/// session  of prov_mfa_password_right.
/// out      a new step; with PROV_OUTCOME_GRANTED let in, once the account is stored.
/// cbindgen:ptrs-as-arrays=[[entropy;32]]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_mfa_enter(
    facts: *const prov_mfa_facts,
    session: u64,
    typed: *const c_char,
    typed_len: usize,
    now_ms: i64,
    entropy: *const u8,
    out: Option<&mut MaybeUninit<*mut prov_mfa_step>>,
    error: Option<&mut MaybeUninit<*mut prov_error>>,
) -> prov_status {
    let perform = |facts: MfaFacts<'_>, now, fresh| {
        // SAFETY: the caller's promise for text.
        let typed = unsafe { text(typed, typed_len, "typed") }?;
        Ok(Done::entered(mfa::enter(facts, SessionId::from_number(session), typed, now, fresh)))
    };
    // SAFETY: the caller's promise for structs, handles and arrays.
    unsafe { drawing(facts, now_ms, entropy, out, error, perform) }
}

/// Lets in by two codes that an app showed one after the other, whose clock is too far off for prov_mfa_enter; later codes are
/// judged around its clock, and the owner is told. A failure counts as a wrong code does. From a source that had no success in 30
/// days, codes older than those that prov_mfa_enter takes are wrong. With resync_steps 0 it is PROV_OUTCOME_CODE_NEEDED.
/// out  a new step; free it with prov_mfa_step_free.
/// cbindgen:ptrs-as-arrays=[[entropy;32]]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_mfa_resynchronise(
    facts: *const prov_mfa_facts,
    first: *const c_char,
    first_len: usize,
    second: *const c_char,
    second_len: usize,
    now_ms: i64,
    entropy: *const u8,
    out: Option<&mut MaybeUninit<*mut prov_mfa_step>>,
    error: Option<&mut MaybeUninit<*mut prov_error>>,
) -> prov_status {
    let perform = |facts: MfaFacts<'_>, now, fresh| {
        // SAFETY: the caller's promise for text.
        let first = unsafe { text(first, first_len, "first") }?;
        // SAFETY: the caller's promise for text.
        let second = unsafe { text(second, second_len, "second") }?;
        Ok(Done::entered(mfa::resynchronise(facts, (first, second), now, fresh)))
    };
    // SAFETY: the caller's promise for structs, handles and arrays.
    unsafe { drawing(facts, now_ms, entropy, out, error, perform) }
}

/// Gives a secret to show to the owner, who is in this session: prov_mfa_secret, until until_ms. The same session gets the same
/// secret until it is confirmed or void.
/// proof  a code of the app where the factor is on; a grant or a code of the old secret where PROV_OUTCOME_ENROLMENT asked for
///        one; NULL and 0: none.
/// out    a new step; free it with prov_mfa_step_free.
/// cbindgen:ptrs-as-arrays=[[entropy;32]]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_mfa_begin_enrolment(
    facts: *const prov_mfa_facts,
    session: u64,
    proof: *const c_char,
    proof_len: usize,
    now_ms: i64,
    entropy: *const u8,
    out: Option<&mut MaybeUninit<*mut prov_mfa_step>>,
    error: Option<&mut MaybeUninit<*mut prov_error>>,
) -> prov_status {
    let perform = |facts: MfaFacts<'_>, now, fresh| {
        // SAFETY: the caller's promise for text.
        let proof = unsafe { optional_text(proof, proof_len, "proof") }?;
        let step = mfa::begin_enrolment(facts, SessionId::from_number(session), proof, now, fresh);
        Ok(Done::judged(step, |done, Enrolling { secret, totp, until }| {
            done.outcome.until_ms = until.as_ms();
            done.secret = Some((secret, totp));
        }))
    };
    // SAFETY: the caller's promise for structs, handles and arrays.
    unsafe { drawing(facts, now_ms, entropy, out, error, perform) }
}

/// Takes the first code of the secret that prov_mfa_begin_enrolment gave to this session; a right one makes it live.
/// out  a new step; free it with prov_mfa_step_free.
/// cbindgen:ptrs-as-arrays=[[entropy;32]]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_mfa_confirm(
    facts: *const prov_mfa_facts,
    session: u64,
    code: *const c_char,
    code_len: usize,
    now_ms: i64,
    entropy: *const u8,
    out: Option<&mut MaybeUninit<*mut prov_mfa_step>>,
    error: Option<&mut MaybeUninit<*mut prov_error>>,
) -> prov_status {
    let perform = |facts: MfaFacts<'_>, now, fresh| {
        // SAFETY: the caller's promise for text.
        let code = unsafe { text(code, code_len, "code") }?;
        let step = mfa::confirm(facts, SessionId::from_number(session), code, now, fresh);
        Ok(Done::judged(step, |done, Confirmed { recovery, drift }| {
            done.outcome.drift = drift;
            done.show(recovery);
        }))
    };
    // SAFETY: the caller's promise for structs, handles and arrays.
    unsafe { drawing(facts, now_ms, entropy, out, error, perform) }
}

/// Notes that a set of recovery codes was shown to the owner; until then a login by code replaces it. Twice is harmless.
/// set  of prov_mfa_outcome.
/// out  a new step; free it with prov_mfa_step_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_mfa_recovery_shown(
    facts: *const prov_mfa_facts,
    set: u64,
    now_ms: i64,
    out: Option<&mut MaybeUninit<*mut prov_mfa_step>>,
    error: Option<&mut MaybeUninit<*mut prov_error>>,
) -> prov_status {
    let perform =
        |facts: MfaFacts<'_>, now| Ok(Done::judged(mfa::recovery_shown(facts, RecoverySetId::from_number(set), now), |_, ()| {}));
    // SAFETY: the caller's promise for structs and handles.
    unsafe { plain(facts, now_ms, out, error, perform) }
}

/// Replaces all recovery codes; needs a right code of the app. The other sessions end.
/// session  the owner's, which stays.
/// out      a new step; free it with prov_mfa_step_free.
/// cbindgen:ptrs-as-arrays=[[entropy;32]]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_mfa_regenerate_recovery(
    facts: *const prov_mfa_facts,
    session: u64,
    code: *const c_char,
    code_len: usize,
    now_ms: i64,
    entropy: *const u8,
    out: Option<&mut MaybeUninit<*mut prov_mfa_step>>,
    error: Option<&mut MaybeUninit<*mut prov_error>>,
) -> prov_status {
    let perform = |facts: MfaFacts<'_>, now, fresh| {
        // SAFETY: the caller's promise for text.
        let code = unsafe { text(code, code_len, "code") }?;
        let step = mfa::regenerate_recovery(facts, SessionId::from_number(session), code, now, fresh);
        Ok(Done::judged(step, |done, codes| done.show(Some(codes))))
    };
    // SAFETY: the caller's promise for structs, handles and arrays.
    unsafe { drawing(facts, now_ms, entropy, out, error, perform) }
}

/// Resets the factor of the owner, who gives a right code: all sessions end and the next login enrols anew.
/// out  a new step; free it with prov_mfa_step_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_mfa_self_reset(
    facts: *const prov_mfa_facts,
    code: *const c_char,
    code_len: usize,
    now_ms: i64,
    out: Option<&mut MaybeUninit<*mut prov_mfa_step>>,
    error: Option<&mut MaybeUninit<*mut prov_error>>,
) -> prov_status {
    let perform = |facts: MfaFacts<'_>, now| {
        // SAFETY: the caller's promise for text.
        let code = unsafe { text(code, code_len, "code") }?;
        Ok(Done::judged(mfa::self_reset(facts, code, now), |_, ()| {}))
    };
    // SAFETY: the caller's promise for structs and handles.
    unsafe { plain(facts, now_ms, out, error, perform) }
}

/// Switches the factor of the owner off, who accepts the risk and gives a right code, unless policy asks for the first alone.
/// passed_factor  1: prov_mfa_enter, prov_mfa_resynchronise or prov_mfa_confirm was granted in this session. 0 for one that still
///                waits for its code, and for one that prov_mfa_password_right let in, by a trusted address too: then the risk
///                alone is not enough, and without a code it is PROV_OUTCOME_CODE_NEEDED.
/// code           NULL and 0: none.
/// risk_accepted  1: it was.
/// out            a new step; free it with prov_mfa_step_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_mfa_self_switch_off(
    facts: *const prov_mfa_facts,
    session: u64,
    passed_factor: u8,
    code: *const c_char,
    code_len: usize,
    risk_accepted: u8,
    now_ms: i64,
    out: Option<&mut MaybeUninit<*mut prov_mfa_step>>,
    error: Option<&mut MaybeUninit<*mut prov_error>>,
) -> prov_status {
    let perform = |facts: MfaFacts<'_>, now| {
        // SAFETY: the caller's promise for text.
        let code = unsafe { optional_text(code, code_len, "code") }?;
        let risk_accepted = flag(risk_accepted, "risk_accepted")?;
        let session = OwnSession { id: SessionId::from_number(session), passed_factor: flag(passed_factor, "passed_factor")? };
        let step = mfa::self_switch_off(facts, session, code, risk_accepted, now);
        Ok(Done::judged(step, |_, ()| {}))
    };
    // SAFETY: the caller's promise for structs and handles.
    unsafe { plain(facts, now_ms, out, error, perform) }
}

/// Demand the factor.
pub const PROV_ACT_SWITCH_ON: u8 = 1;
/// Demand a new enrolment; the old secret and the recovery codes are dead.
pub const PROV_ACT_RESET: u8 = 2;
/// Switch the factor off; risk_accepted has to be 1.
pub const PROV_ACT_SWITCH_OFF: u8 = 3;
/// Lift locks and clear the counts.
pub const PROV_ACT_UNLOCK: u8 = 4;

/// Does what an administrator asks for somebody else. An act that changes nothing has no account to store.
/// actor          the portal user who acts; NULL and 0: the service provider's own staff; empty text is
///                PROV_E_ARGUMENT. The owner is PROV_E_MFA_OWN_ACCOUNT.
/// fresh_factor   1: the actor gave a second factor just now; else it is PROV_E_MFA_ACTOR_FACTOR.
/// act            a PROV_ACT.
/// risk_accepted  with PROV_ACT_SWITCH_OFF; without it that is PROV_E_MFA_RISK_NOT_ACCEPTED.
/// out            a new step; free it with prov_mfa_step_free.
/// cbindgen:ptrs-as-arrays=[[entropy;32]]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_mfa_admin(
    facts: *const prov_mfa_facts,
    actor: *const c_char,
    actor_len: usize,
    fresh_factor: u8,
    act: u8,
    risk_accepted: u8,
    now_ms: i64,
    entropy: *const u8,
    out: Option<&mut MaybeUninit<*mut prov_mfa_step>>,
    error: Option<&mut MaybeUninit<*mut prov_error>>,
) -> prov_status {
    let perform = |facts: MfaFacts<'_>, now, fresh| {
        let user = match (actor.is_null(), actor_len) {
            (true, 0) => None,
            (false, 0) => return Err(Failure::Argument("actor", "is empty; NULL and 0 are the service provider's own staff")),
            // SAFETY: the caller's promise for text.
            _ => Some(unsafe { user(actor, actor_len, "actor") }?),
        };
        let actor = Actor { user, fresh_factor: flag(fresh_factor, "fresh_factor")? };
        let risk_accepted = flag(risk_accepted, "risk_accepted")?;
        let act = match act {
            PROV_ACT_SWITCH_ON => AdminAct::SwitchOn,
            PROV_ACT_RESET => AdminAct::Reset,
            PROV_ACT_SWITCH_OFF => AdminAct::SwitchOff { risk_accepted },
            PROV_ACT_UNLOCK => AdminAct::Unlock,
            _ => return Err(Failure::Argument("act", "is no PROV_ACT")),
        };
        Ok(Done::of(mfa::admin(facts, actor, act, now, fresh)?, |done, Administered { grant }| {
            done.outcome.grant = u8::from(grant.is_some());
            done.grant = grant;
        }))
    };
    // SAFETY: the caller's promise for structs, handles and arrays.
    unsafe { drawing(facts, now_ms, entropy, out, error, perform) }
}

/// Ends what is over: enrolments, grants, demands. Call it at prov_mfa_next_timeout; late, early or twice is harmless.
/// out  a new step; free it with prov_mfa_step_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_mfa_handle_timeout(
    account: Option<&prov_account>,
    policy: *const prov_mfa_policy,
    now_ms: i64,
    out: Option<&mut MaybeUninit<*mut prov_mfa_step>>,
    error: Option<&mut MaybeUninit<*mut prov_error>>,
) -> prov_status {
    barrier(error, |call| {
        let account = call.shared(account, "account")?;
        let out = required(out, "out")?;
        // SAFETY: the caller's promise for the struct.
        let policy = unsafe { checked(policy) }?;
        give(out, Done::of(mfa::handle_timeout(account, &policy, instant(now_ms)?), |_, ()| {}));
        Ok(())
    })
}

/// When an account next needs a prov_mfa_handle_timeout.
/// out  0: nothing waits.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_mfa_next_timeout(
    account: Option<&prov_account>,
    policy: *const prov_mfa_policy,
    out: Option<&mut MaybeUninit<i64>>,
    error: Option<&mut MaybeUninit<*mut prov_error>>,
) -> prov_status {
    barrier(error, |call| {
        let account = call.shared(account, "account")?;
        // SAFETY: the caller's promise for the struct.
        let policy = unsafe { checked(policy) }?;
        required(out, "out")?.write(mfa::next_timeout(account, &policy).map_or(0, Timestamp::as_ms));
        Ok(())
    })
}
