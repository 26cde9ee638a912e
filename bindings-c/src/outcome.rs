//! What a call about a portal user decided: an outcome, the changed account, effects, and what is shown once (SPEC M5 to M7, M12).

use crate::account::{prov_account, prov_mfa_effect, put_mfa_effect};
use crate::barrier::{Failure, Kept, barrier, freeing, give, give_if_any, handles, required};
use crate::convert::{OutStruct, put_text};
use crate::otp::{prov_otp_secret, prov_totp, shown};
use crate::status::prov_status;
use crate::text::lang;
use libprov::mfa::{Account, Due, EnrolmentProof, Entered, EnteredBy, Judgement, Login, MfaEffect, RecoveryCodes, Refusal, Step};
use libprov::otp::{OtpSecret, Totp};
use libprov::secret::Secret;
use libprov::time::Timestamp;
use std::ffi::c_char;
use std::mem::MaybeUninit;

/// Done: after prov_mfa_password_right, prov_mfa_enter and prov_mfa_resynchronise let in.
pub const PROV_OUTCOME_GRANTED: u8 = 1;
/// A code of the app or a recovery code is due: prov_mfa_enter. until_ms is not 0 where nothing is compared before.
pub const PROV_OUTCOME_CODE: u8 = 2;
/// An enrolment is due, with proof; nothing else is open to this session.
pub const PROV_OUTCOME_ENROLMENT: u8 = 3;
/// Locked; recovery says whether a recovery code may still be tried.
pub const PROV_OUTCOME_LOCKED: u8 = 4;
/// Neither a code of the right length nor a recovery code or grant without a typo. It cost no try.
pub const PROV_OUTCOME_MALFORMED: u8 = 5;
/// A wrong code; it was counted.
pub const PROV_OUTCOME_WRONG: u8 = 6;
/// A code that was used before. Show it as wrong.
pub const PROV_OUTCOME_REPLAYED: u8 = 7;
/// Too many failures: nothing is compared until until_ms.
pub const PROV_OUTCOME_WAIT: u8 = 8;
/// The clock stands before the last accepted step, by behind steps; nothing was judged.
pub const PROV_OUTCOME_CLOCK_ERROR: u8 = 9;
/// A code of the app is due.
pub const PROV_OUTCOME_CODE_NEEDED: u8 = 10;
/// An enrolment is due.
pub const PROV_OUTCOME_ENROLMENT_NEEDED: u8 = 11;
/// The enrolment needs a grant, or after a self reset a code of the old secret.
pub const PROV_OUTCOME_GRANT_NEEDED: u8 = 12;
/// The factor is not on.
pub const PROV_OUTCOME_NOT_ON: u8 = 13;
/// There is no enrolment of this session to confirm.
pub const PROV_OUTCOME_NO_ENROLMENT: u8 = 14;
/// That was one wrong code too many: the enrolment is void.
pub const PROV_OUTCOME_ENROLMENT_VOID: u8 = 15;
/// These recovery codes were replaced meanwhile.
pub const PROV_OUTCOME_RECOVERY_REPLACED: u8 = 16;
/// The risk was not accepted.
pub const PROV_OUTCOME_RISK_NOT_ACCEPTED: u8 = 17;
/// The tenant demands the factor.
pub const PROV_OUTCOME_TENANT_DEMANDS: u8 = 18;
/// Refused for a reason that this version of the binding does not know.
pub const PROV_OUTCOME_REFUSED: u8 = 255;

/// Nothing besides the password.
pub const PROV_ENROL_NONE: u8 = 1;
/// A grant of an administrator.
pub const PROV_ENROL_GRANT: u8 = 2;
/// A grant, or a code of the secret before the self reset.
pub const PROV_ENROL_GRANT_OR_OLD_CODE: u8 = 3;

/// A code of the app.
pub const PROV_BY_CODE: u8 = 1;
/// A recovery code, which is used up.
pub const PROV_BY_RECOVERY: u8 = 2;

/// What came of a call about a portal user. What does not belong to it is 0.
#[derive(Clone, Copy, Default)]
#[repr(C)]
pub struct prov_mfa_outcome {
    /// A PROV_OUTCOME.
    pub kind: u8,
    /// With PROV_OUTCOME_ENROLMENT: a PROV_ENROL.
    pub proof: u8,
    /// What let in: a PROV_BY.
    pub by: u8,
    /// With PROV_OUTCOME_LOCKED 1: a recovery code may still be tried.
    pub recovery: u8,
    /// With PROV_BY_RECOVERY: good recovery codes that are left, new ones included. Warn at 3 and below of a set.
    pub left: u8,
    /// New recovery codes to show once: prov_mfa_recovery_code; then prov_mfa_recovery_shown is due.
    pub codes: u8,
    /// 1: a grant to hand to the owner, shown once: prov_mfa_grant.
    pub grant: u8,
    /// 0.
    pub reserved: [u8; 5],
    /// Steps by which the clock of the app is ahead.
    pub drift: i32,
    /// The session that prov_mfa_password_right drew: keep it and pass it to every call of the session.
    pub session: u64,
    /// With codes: their set, for prov_mfa_recovery_shown.
    pub set: u64,
    /// See the kinds; after prov_mfa_begin_enrolment when the secret is void.
    pub until_ms: i64,
    /// With PROV_OUTCOME_CLOCK_ERROR.
    pub behind: u64,
}

const _: () = assert!(size_of::<prov_mfa_outcome>() == 48);

/// What a call about a portal user decided: the changed account, effects, an outcome, and what is shown once. Store the account
/// first, by compare-and-swap on its revision; then let in, show or say, and perform the effects. On a conflict load the account
/// and call again: what was told before is void.
///
/// It never changes; many threads may use it at once. It may hold secrets, which are wiped when it is freed.
pub struct prov_mfa_step(Kept<Done>);

handles! { prov_mfa_step: Done, poisons: true; }

/// A step whose outcome is spread over what C asks for.
#[derive(Default)]
pub(crate) struct Done {
    pub(crate) outcome: prov_mfa_outcome,
    refusal: Option<Refusal>,
    codes: Vec<Secret>,
    pub(crate) grant: Option<Secret>,
    pub(crate) secret: Option<(OtpSecret, Totp)>,
    write: Option<Account>,
    effects: Vec<MfaEffect>,
}

impl Done {
    pub(crate) fn of<T>(step: Step<T>, fill: impl FnOnce(&mut Self, T)) -> Self {
        let mut done = Self { write: step.write, effects: step.effects, ..Self::default() };
        done.outcome.kind = PROV_OUTCOME_GRANTED;
        fill(&mut done, step.outcome);
        done
    }

    pub(crate) fn judged<T>(step: Step<Judgement<T>>, fill: impl FnOnce(&mut Self, T)) -> Self {
        Self::of(step, |done, judgement| match judgement {
            Judgement::Granted(granted) => fill(done, granted),
            Judgement::Refused(refusal) => done.refuse(refusal),
        })
    }

    pub(crate) fn entered(step: Step<Judgement<Entered>>) -> Self {
        Self::judged(step, |done, entered| {
            match entered.by {
                EnteredBy::Code { drift } => (done.outcome.by, done.outcome.drift) = (PROV_BY_CODE, drift),
                EnteredBy::Recovery { left } => (done.outcome.by, done.outcome.left) = (PROV_BY_RECOVERY, left),
            }
            done.show(entered.recovery);
        })
    }

    pub(crate) fn show(&mut self, recovery: Option<RecoveryCodes>) {
        if let Some(RecoveryCodes { set, codes }) = recovery {
            self.outcome.set = set.number();
            self.outcome.codes = u8::try_from(codes.len()).unwrap_or(u8::MAX);
            self.codes = codes;
        }
    }

    fn refuse(&mut self, refusal: Refusal) {
        self.refusal = Some(refusal);
        self.outcome.kind = match refusal {
            Refusal::Locked { recovery } => {
                self.outcome.recovery = u8::from(recovery);
                PROV_OUTCOME_LOCKED
            }
            Refusal::Malformed => PROV_OUTCOME_MALFORMED,
            Refusal::Wrong => PROV_OUTCOME_WRONG,
            Refusal::Replayed => PROV_OUTCOME_REPLAYED,
            Refusal::Wait { until } => {
                self.outcome.until_ms = until.as_ms();
                PROV_OUTCOME_WAIT
            }
            Refusal::ClockError { behind } => {
                self.outcome.behind = behind;
                PROV_OUTCOME_CLOCK_ERROR
            }
            Refusal::CodeNeeded => PROV_OUTCOME_CODE_NEEDED,
            Refusal::EnrolmentNeeded => PROV_OUTCOME_ENROLMENT_NEEDED,
            Refusal::GrantNeeded => PROV_OUTCOME_GRANT_NEEDED,
            Refusal::NotOn => PROV_OUTCOME_NOT_ON,
            Refusal::NoEnrolment => PROV_OUTCOME_NO_ENROLMENT,
            Refusal::EnrolmentVoid => PROV_OUTCOME_ENROLMENT_VOID,
            Refusal::RecoveryReplaced => PROV_OUTCOME_RECOVERY_REPLACED,
            Refusal::RiskNotAccepted => PROV_OUTCOME_RISK_NOT_ACCEPTED,
            Refusal::TenantDemands => PROV_OUTCOME_TENANT_DEMANDS,
            // A later core may know more; none of it lets anybody in.
            _ => PROV_OUTCOME_REFUSED,
        };
    }

    pub(crate) fn logged_in(&mut self, Login { session, due }: Login) {
        self.outcome.session = session.number();
        self.outcome.kind = match due {
            Due::Granted => PROV_OUTCOME_GRANTED,
            Due::Code { wait } => {
                self.outcome.until_ms = wait.map_or(0, Timestamp::as_ms);
                PROV_OUTCOME_CODE
            }
            Due::Enrolment { proof } => {
                self.outcome.proof = match proof {
                    EnrolmentProof::None => PROV_ENROL_NONE,
                    EnrolmentProof::Grant => PROV_ENROL_GRANT,
                    EnrolmentProof::GrantOrOldCode => PROV_ENROL_GRANT_OR_OLD_CODE,
                };
                PROV_OUTCOME_ENROLMENT
            }
            Due::Locked { recovery } => return self.refuse(Refusal::Locked { recovery }),
        };
    }
}

/// The outcome of a step.
/// out  with its sizeof in out_size.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_mfa_step_outcome(
    step: Option<&prov_mfa_step>,
    out: *mut prov_mfa_outcome,
    out_size: usize,
) -> prov_status {
    barrier(None, |call| {
        let done = call.shared(step, "step")?;
        // SAFETY: the caller's promise for the struct.
        unsafe { OutStruct::new(out, out_size, size_of::<prov_mfa_outcome>(), "out") }?.put(&done.outcome);
        Ok(())
    })
}

/// The changed account.
/// out  a new handle, to be freed with prov_account_free; NULL where there is nothing to store.
#[unsafe(no_mangle)]
pub extern "C" fn prov_mfa_step_account(
    step: Option<&prov_mfa_step>,
    out: Option<&mut MaybeUninit<*mut prov_account>>,
) -> prov_status {
    barrier(None, |call| {
        let done = call.shared(step, "step")?;
        give_if_any(required(out, "out")?, done.write.clone());
        Ok(())
    })
}

/// How many effects there are.
#[unsafe(no_mangle)]
pub extern "C" fn prov_mfa_step_effect_count(step: Option<&prov_mfa_step>, out: Option<&mut MaybeUninit<usize>>) -> prov_status {
    barrier(None, |call| {
        let done = call.shared(step, "step")?;
        required(out, "out")?.write(done.effects.len());
        Ok(())
    })
}

/// One effect, in the order to perform them; PROV_E_ARGUMENT for an index at or above the count.
/// out  with its sizeof in out_size.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_mfa_step_effect(
    step: Option<&prov_mfa_step>,
    index: usize,
    out: *mut prov_mfa_effect,
    out_size: usize,
) -> prov_status {
    barrier(None, |call| {
        let done = call.shared(step, "step")?;
        // SAFETY: the caller's promise for the struct.
        unsafe { put_mfa_effect(&done.effects, index, out, out_size) }
    })
}

/// One new recovery code, secret, to be shown once; PROV_E_ARGUMENT for an index at or above the outcome's codes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_mfa_recovery_code(
    step: Option<&prov_mfa_step>,
    index: usize,
    buf: *mut c_char,
    cap: usize,
    needed: Option<&mut MaybeUninit<usize>>,
) -> prov_status {
    barrier(None, |call| {
        let codes = &call.shared(step, "step")?.codes;
        let code = codes.get(index).ok_or(Failure::Argument("index", "is at or above the count of codes"))?;
        // SAFETY: the caller's promise for the buffer.
        unsafe { put_text(code.expose(), buf, cap, needed) }
    })
}

/// The grant to hand to the owner, secret, to be shown once; PROV_E_ARGUMENT where the outcome has none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_mfa_grant(
    step: Option<&prov_mfa_step>,
    buf: *mut c_char,
    cap: usize,
    needed: Option<&mut MaybeUninit<usize>>,
) -> prov_status {
    barrier(None, |call| {
        let grant = &call.shared(step, "step")?.grant;
        let grant = grant.as_ref().ok_or(Failure::Argument("step", "has no grant"))?;
        // SAFETY: the caller's promise for the buffer.
        unsafe { put_text(grant.expose(), buf, cap, needed) }
    })
}

/// The secret that prov_mfa_begin_enrolment gave, and how its codes are made, for prov_key_uri_new; PROV_E_ARGUMENT for any other
/// step.
/// secret  a new handle; free it with prov_otp_secret_free.
/// totp    with its sizeof in totp_size.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_mfa_secret(
    step: Option<&prov_mfa_step>,
    secret: Option<&mut MaybeUninit<*mut prov_otp_secret>>,
    totp: *mut prov_totp,
    totp_size: usize,
) -> prov_status {
    barrier(None, |call| {
        let done = call.shared(step, "step")?;
        let out = required(secret, "secret")?;
        // SAFETY: the caller's promise for the struct.
        let settings = unsafe { OutStruct::new(totp, totp_size, size_of::<prov_totp>(), "totp") }?;
        let (secret, totp) = done.secret.as_ref().ok_or(Failure::Argument("step", "has no secret"))?;
        settings.put(&shown(*totp));
        give(out, secret.clone());
        Ok(())
    })
}

/// What to show to a portal user who was refused, in one of six languages; PROV_E_ARGUMENT for a step that refuses nothing. A
/// replayed code reads as a wrong one. It holds no instant: show until_ms in the user's own time zone beside it.
/// lang  a PROV_LANG.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_mfa_refusal_text(
    step: Option<&prov_mfa_step>,
    lang: u8,
    buf: *mut c_char,
    cap: usize,
    needed: Option<&mut MaybeUninit<usize>>,
) -> prov_status {
    barrier(None, |call| {
        let refusal = call.shared(step, "step")?.refusal.ok_or(Failure::Argument("step", "refuses nothing"))?;
        // SAFETY: the caller's promise for the buffer.
        unsafe { put_text(refusal.text(self::lang(lang)?), buf, cap, needed) }
    })
}

/// Wipes and frees a step; NULL is fine.
#[unsafe(no_mangle)]
pub extern "C" fn prov_mfa_step_free(step: Option<Box<prov_mfa_step>>) {
    freeing(step);
}
