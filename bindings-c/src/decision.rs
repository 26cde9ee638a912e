//! What a call decided: an answer or a verdict, changed records, effects, and the texts that belong to the answer.

use crate::barrier::{Call, Failure, Handle, Kept, barrier, freeing, give_if_any, handles, required};
use crate::call::prov_routed;
use crate::convert::{OutStruct, put_text};
use crate::effect::prov_effect;
use crate::record::{prov_adoption, prov_device, prov_source_guard, prov_temp, prov_tenant_guard};
use crate::status::prov_status;
use libprov::credential::Enrolment;
use libprov::device::Verdict;
use libprov::effect::{Effect, Effects};
use libprov::request::{Answer, Decision, Exemption, Facts, Judged, Step, Writes, credential, credential_user};
use libprov::secret::Secret;
use libprov::standing::Notice;
use std::ffi::c_char;
use std::mem::MaybeUninit;

/// Render the full configuration.
pub const PROV_ANSWER_FULL: u8 = 1;
/// Render the restricted configuration.
pub const PROV_ANSWER_RESTRICTED: u8 = 2;
/// Serve the static file, if there is one: it holds no tenant data.
pub const PROV_ANSWER_STATIC: u8 = 3;
/// Answer 401 and ask for HTTP authentication, Digest where the telephone can.
pub const PROV_ANSWER_CHALLENGE: u8 = 4;
/// Answer with http_status and an empty body.
pub const PROV_ANSWER_DENY: u8 = 5;

/// A TLS client certificate for this MAC.
pub const PROV_PROOF_CERTIFICATE: u8 = 1;
/// The present credential of the device.
pub const PROV_PROOF_CREDENTIAL: u8 = 2;
/// The token of the accepted enrolment.
pub const PROV_PROOF_ACCEPTED_TOKEN: u8 = 3;
/// For a model that carries nothing: the address of the accepted enrolment.
pub const PROV_PROOF_ACCEPTED_ADDRESS: u8 = 4;
/// The token of another enrolment that still is good: it proves the enrolment, not the device.
pub const PROV_PROOF_PRESENT_TOKEN: u8 = 5;
/// A credential that is old or forged.
pub const PROV_PROOF_STALE_CREDENTIAL: u8 = 6;
/// Nothing.
pub const PROV_PROOF_NONE: u8 = 7;

/// A suspension.
pub const PROV_EXEMPT_SUSPENSION: u8 = 1;
/// The permanent whitelist.
pub const PROV_EXEMPT_PERMANENT: u8 = 2;
/// The temporary entry of the source, until until_ms.
pub const PROV_EXEMPT_TEMPORARY: u8 = 3;
/// The device is imported as installed.
pub const PROV_EXEMPT_INSTALLED: u8 = 4;
/// The policy does not enforce the rules.
pub const PROV_EXEMPT_NOT_ENFORCED: u8 = 5;

/// Authentication required.
pub const PROV_NOTICE_REQUIRED: u8 = 1;
/// Authentication failed; locked until until_ms.
pub const PROV_NOTICE_FAILED: u8 = 2;
/// Authentication blocked.
pub const PROV_NOTICE_BLOCKED: u8 = 3;
/// The telephone has lost its configuration: reset needed.
pub const PROV_NOTICE_RESET_NEEDED: u8 = 4;

/// The secrets were given before and the window is over.
pub const PROV_WITHHELD_CLOSED: u8 = 1;
/// The window is bound to another source.
pub const PROV_WITHHELD_OTHER_SOURCE: u8 = 2;
/// The release is for proven requests only.
pub const PROV_WITHHELD_PROVEN_ONLY: u8 = 3;
/// They are on their way to another source just now.
pub const PROV_WITHHELD_LEASED: u8 = 4;

/// Report what became of this answer, with prov_delivered or prov_not_delivered and its lease.
pub const PROV_FLAG_LEASE: u16 = 1;
/// Say Cache-Control: no-store.
pub const PROV_FLAG_NO_STORE: u16 = 2;
/// The enrolment is bound to the address only, because the model carries no token.
pub const PROV_FLAG_WEAK: u16 = 4;
/// retry_after_s belongs into a Retry-After header.
pub const PROV_FLAG_RETRY_AFTER: u16 = 8;

/// Passwords of the telephone's menu.
pub const PROV_SECRET_MENU: u16 = 1;
/// Passwords of its web interface.
pub const PROV_SECRET_WEB: u16 = 2;
/// Phonebook, LDAP, XML, 802.1X and VPN logins.
pub const PROV_SECRET_OTHER: u16 = 4;
/// The device credential: prov_decision_credential.
pub const PROV_SECRET_CREDENTIAL: u16 = 8;
/// SIP passwords, with prov_parameter only: in answers and jobs each account has a bit of its own.
pub const PROV_SECRET_SIP: u16 = 16;

/// The answer to a request. What does not belong to its kind is 0.
#[derive(Clone, Copy, Default)]
#[repr(C)]
pub struct prov_answer {
    /// A PROV_ANSWER.
    pub kind: u8,
    /// The PROV_RULE that gave it; where the policy does not enforce the rules, the one that would have.
    pub rule: u8,
    /// A PROV_PROOF: what the request proved.
    pub proof: u8,
    /// A PROV_EXEMPT: why authentication was not asked for.
    pub exemption: u8,
    /// A PROV_NOTICE, with PROV_ANSWER_RESTRICTED: what the display says.
    pub notice: u8,
    /// A PROV_WITHHELD, with PROV_ANSWER_FULL: why some secrets are not included.
    pub withheld: u8,
    /// The HTTP status.
    pub http_status: u16,
    /// PROV_FLAG bits.
    pub flags: u16,
    /// PROV_SECRET bits, with PROV_ANSWER_FULL: which secrets to include besides SIP passwords. Withhold all others.
    pub secrets: u16,
    /// With PROV_FLAG_RETRY_AFTER.
    pub retry_after_s: u32,
    /// With PROV_NOTICE_FAILED the end of the lock, with PROV_EXEMPT_TEMPORARY the end of the entry.
    pub until_ms: i64,
    /// With PROV_FLAG_LEASE.
    pub lease: u64,
    /// The account slots whose SIP password to include: slot n is bit n % 64 of sip[n / 64]; slots count from 1.
    pub sip: [u64; 4],
}

/// The PAP was right: the full configuration is on its way.
pub const PROV_VERDICT_ACCEPTED: u8 = 1;
/// The PAP was wrong; tries_left are left.
pub const PROV_VERDICT_WRONG: u8 = 2;
/// This source is locked until until_ms, by this attempt or an earlier one.
pub const PROV_VERDICT_LOCKED: u8 = 3;
/// This source or the device is blocked.
pub const PROV_VERDICT_BLOCKED: u8 = 4;
/// This very enrolment was accepted already.
pub const PROV_VERDICT_ALREADY: u8 = 5;
/// Another enrolment was accepted, the device is inactive, or the enrolment is nobody's.
pub const PROV_VERDICT_NOT_POSSIBLE: u8 = 6;
/// The device is provisioned; a telephone that lost its configuration needs a reset.
pub const PROV_VERDICT_RESET_NEEDED: u8 = 7;
/// The enrolment expired, is of an earlier epoch or ended: the telephone fetches a new one.
pub const PROV_VERDICT_RESTARTING: u8 = 8;
/// Authentication is suspended for this source.
pub const PROV_VERDICT_NO_PIN_NEEDED: u8 = 9;
/// Nothing was typed: no attempt.
pub const PROV_VERDICT_EMPTY: u8 = 10;

/// The verdict on a PAP entry. Store the changed records before it is spoken.
#[derive(Clone, Copy, Default)]
#[repr(C)]
pub struct prov_verdict {
    /// A PROV_VERDICT.
    pub kind: u8,
    /// With PROV_VERDICT_WRONG.
    pub tries_left: u8,
    /// 1: the entry was compared and counted by this call.
    pub counted: u8,
    /// 0.
    pub reserved: [u8; 5],
    /// With PROV_VERDICT_LOCKED.
    pub until_ms: i64,
}

const _: () = assert!(size_of::<prov_answer>() == 64 && size_of::<prov_verdict>() == 16);

/// The device changed: prov_decision_device.
pub const PROV_WRITE_DEVICE: u32 = 1;
/// A second device was made: prov_decision_second.
pub const PROV_WRITE_SECOND: u32 = 2;
/// The temporary whitelist entry changed: prov_decision_temp.
pub const PROV_WRITE_TEMP: u32 = 4;
/// The source guard changed: prov_decision_source_guard.
pub const PROV_WRITE_SOURCE_GUARD: u32 = 8;
/// The tenant guard changed: prov_decision_tenant_guard.
pub const PROV_WRITE_TENANT_GUARD: u32 = 16;
/// The guard of the /48 around the source changed: prov_decision_wider_guard.
pub const PROV_WRITE_WIDER_GUARD: u32 = 32;
/// The adoption pool changed: prov_decision_adoption.
pub const PROV_WRITE_ADOPTION: u32 = 64;

/// What a call decided: the records that changed, the effects, and the answer of prov_decide, the verdict of
/// prov_enter_pap or the route of prov_route. Store the records first (guards, then the device), then perform the effects, then answer or speak.
///
/// It never changes; many threads may use it at once. It may hold secrets, which are wiped when it is freed.
pub struct prov_decision(Kept<Made>);

handles! { prov_decision: Made, poisons: true; }

pub(crate) enum Made {
    Answered { decision: Decision, answer: prov_answer, given: Given },
    Judged { judged: Judged, verdict: prov_verdict },
    Stepped(Step),
    Routed { step: Step, route: prov_routed, site: String },
}

/// The texts that the file of an answer carries.
pub(crate) enum Given {
    Nothing,
    Enrolment { enrolment: Enrolment, sip_password: Secret, token: Secret },
    Credential { user: String, credential: Secret },
}

impl Made {
    pub(crate) fn answered(decision: Decision, facts: Facts<'_>) -> Self {
        let answer = answer(&decision);
        let device = decision.writes.device.as_ref().or(facts.device);
        let keys = facts.tenant.keys();
        let given = match (&decision.answer, device) {
            (Answer::Restricted(restricted), Some(device)) => Given::Enrolment {
                enrolment: restricted.enrolment,
                sip_password: restricted.enrolment.sip_password(keys, device.tenant(), device.epoch()),
                token: restricted.enrolment.token(keys, device.tenant(), device.epoch()),
            },
            (Answer::Full(full), Some(device)) if full.secrets.credential => {
                Given::Credential { user: credential_user(device), credential: credential(facts.tenant, device) }
            }
            _ => Given::Nothing,
        };
        Self::Answered { decision, answer, given }
    }

    pub(crate) fn judged(judged: Judged) -> Self {
        let mut verdict = prov_verdict { counted: u8::from(judged.counted), ..prov_verdict::default() };
        verdict.kind = match judged.verdict {
            Verdict::Accepted => PROV_VERDICT_ACCEPTED,
            Verdict::Wrong { left } => {
                verdict.tries_left = left;
                PROV_VERDICT_WRONG
            }
            Verdict::Locked { until } => {
                verdict.until_ms = until.as_ms();
                PROV_VERDICT_LOCKED
            }
            Verdict::Blocked => PROV_VERDICT_BLOCKED,
            Verdict::Already => PROV_VERDICT_ALREADY,
            Verdict::ResetNeeded => PROV_VERDICT_RESET_NEEDED,
            Verdict::Restarting => PROV_VERDICT_RESTARTING,
            Verdict::NoPinNeeded => PROV_VERDICT_NO_PIN_NEEDED,
            Verdict::Empty => PROV_VERDICT_EMPTY,
            // A later core may know more; none of it lets anybody in.
            _ => PROV_VERDICT_NOT_POSSIBLE,
        };
        Self::Judged { judged, verdict }
    }

    fn writes(&self) -> &Writes {
        match self {
            Self::Answered { decision, .. } => &decision.writes,
            Self::Judged { judged, .. } => &judged.writes,
            Self::Stepped(step) | Self::Routed { step, .. } => &step.writes,
        }
    }

    fn effects(&self) -> &Effects {
        match self {
            Self::Answered { decision, .. } => &decision.effects,
            Self::Judged { judged, .. } => &judged.effects,
            Self::Stepped(step) | Self::Routed { step, .. } => &step.effects,
        }
    }
}

fn answer(decision: &Decision) -> prov_answer {
    let mut out = prov_answer {
        rule: decision.rule.number(),
        proof: decision.proof as u8,
        http_status: decision.answer.status(),
        ..prov_answer::default()
    };
    if decision.answer.is_no_store() {
        out.flags |= PROV_FLAG_NO_STORE;
    }
    out.exemption = match decision.exemption {
        None => 0,
        Some(Exemption::Suspension) => PROV_EXEMPT_SUSPENSION,
        Some(Exemption::Permanent(_)) => PROV_EXEMPT_PERMANENT,
        Some(Exemption::Temporary { until }) => {
            out.until_ms = until.as_ms();
            PROV_EXEMPT_TEMPORARY
        }
        Some(Exemption::Installed) => PROV_EXEMPT_INSTALLED,
        Some(Exemption::NotEnforced) => PROV_EXEMPT_NOT_ENFORCED,
    };
    out.kind = match &decision.answer {
        Answer::Full(full) => {
            if let Some(lease) = full.lease {
                out.flags |= PROV_FLAG_LEASE;
                out.lease = lease.number();
            }
            out.withheld = full.withheld.map_or(0, |why| why as u8);
            let secrets = full.secrets;
            for (held, bit) in [
                (secrets.menu, PROV_SECRET_MENU),
                (secrets.web, PROV_SECRET_WEB),
                (secrets.other, PROV_SECRET_OTHER),
                (secrets.credential, PROV_SECRET_CREDENTIAL),
            ] {
                out.secrets |= if held { bit } else { 0 };
            }
            for slot in secrets.sip.iter() {
                if let Some(word) = out.sip.get_mut(usize::from(slot / 64)) {
                    *word |= 1 << (slot % 64);
                }
            }
            PROV_ANSWER_FULL
        }
        Answer::Restricted(restricted) => {
            if restricted.weak {
                out.flags |= PROV_FLAG_WEAK;
            }
            out.notice = match restricted.notice {
                Notice::Required => PROV_NOTICE_REQUIRED,
                Notice::Failed { until } => {
                    out.until_ms = until.as_ms();
                    PROV_NOTICE_FAILED
                }
                Notice::Blocked => PROV_NOTICE_BLOCKED,
                Notice::ResetNeeded => PROV_NOTICE_RESET_NEEDED,
            };
            PROV_ANSWER_RESTRICTED
        }
        Answer::Static => PROV_ANSWER_STATIC,
        Answer::Challenge => PROV_ANSWER_CHALLENGE,
        Answer::Deny(deny) => {
            if let Some(seconds) = deny.retry_after_s {
                out.flags |= PROV_FLAG_RETRY_AFTER;
                out.retry_after_s = seconds;
            }
            PROV_ANSWER_DENY
        }
    };
    out
}

/// The answer of prov_decide; PROV_E_ARGUMENT for a decision of another call.
/// out  with its sizeof in out_size.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_decision_answer(
    decision: Option<&prov_decision>,
    out: *mut prov_answer,
    out_size: usize,
) -> prov_status {
    barrier(None, |call| {
        let Made::Answered { answer, .. } = call.shared(decision, "decision")? else {
            return Err(Failure::Argument("decision", "is not of prov_decide"));
        };
        // SAFETY: the caller's promise for the struct.
        unsafe { OutStruct::new(out, out_size, size_of::<prov_answer>(), "out") }?.put(answer);
        Ok(())
    })
}

/// The verdict of prov_enter_pap; PROV_E_ARGUMENT for a decision of another call.
/// out  with its sizeof in out_size.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_decision_verdict(
    decision: Option<&prov_decision>,
    out: *mut prov_verdict,
    out_size: usize,
) -> prov_status {
    barrier(None, |call| {
        let Made::Judged { verdict, .. } = call.shared(decision, "decision")? else {
            return Err(Failure::Argument("decision", "is not of prov_enter_pap"));
        };
        // SAFETY: the caller's promise for the struct.
        unsafe { OutStruct::new(out, out_size, size_of::<prov_verdict>(), "out") }?.put(verdict);
        Ok(())
    })
}

/// Which records changed: PROV_WRITE bits. 0: there is nothing to store.
#[unsafe(no_mangle)]
pub extern "C" fn prov_decision_writes(decision: Option<&prov_decision>, out: Option<&mut MaybeUninit<u32>>) -> prov_status {
    barrier(None, |call| {
        let writes = call.shared(decision, "decision")?.writes();
        let mut bits = 0;
        for (changed, bit) in [
            (writes.device.is_some(), PROV_WRITE_DEVICE),
            (writes.second.is_some(), PROV_WRITE_SECOND),
            (writes.temp.is_some(), PROV_WRITE_TEMP),
            (writes.source.is_some(), PROV_WRITE_SOURCE_GUARD),
            (writes.budget.is_some(), PROV_WRITE_TENANT_GUARD),
            (writes.wider.is_some(), PROV_WRITE_WIDER_GUARD),
            (writes.adoption.is_some(), PROV_WRITE_ADOPTION),
        ] {
            bits |= if changed { bit } else { 0 };
        }
        required(out, "out")?.write(bits);
        Ok(())
    })
}

/// Hands a changed record out.
fn changed<H: Handle>(
    call: &Call,
    decision: Option<&prov_decision>,
    out: Option<&mut MaybeUninit<*mut H>>,
    pick: impl FnOnce(&Writes) -> Option<&H::Value>,
) -> Result<(), Failure>
where
    H::Value: Clone,
{
    let writes = call.shared(decision, "decision")?.writes();
    give_if_any(required(out, "out")?, pick(writes).cloned());
    Ok(())
}

/// The changed device.
/// out  a new handle, to be freed with prov_device_free; NULL where it did not change.
#[unsafe(no_mangle)]
pub extern "C" fn prov_decision_device(
    decision: Option<&prov_decision>,
    out: Option<&mut MaybeUninit<*mut prov_device>>,
) -> prov_status {
    barrier(None, |call| changed(call, decision, out, |writes| writes.device.as_ref()))
}

/// The device that took over from a broken one.
/// out  a new handle, to be freed with prov_device_free; NULL where there is none.
#[unsafe(no_mangle)]
pub extern "C" fn prov_decision_second(
    decision: Option<&prov_decision>,
    out: Option<&mut MaybeUninit<*mut prov_device>>,
) -> prov_status {
    barrier(None, |call| changed(call, decision, out, |writes| writes.second.as_deref()))
}

/// The changed temporary whitelist entry.
/// out  a new handle, to be freed with prov_temp_free; NULL where it did not change.
#[unsafe(no_mangle)]
pub extern "C" fn prov_decision_temp(
    decision: Option<&prov_decision>,
    out: Option<&mut MaybeUninit<*mut prov_temp>>,
) -> prov_status {
    barrier(None, |call| changed(call, decision, out, |writes| writes.temp.as_ref()))
}

/// The changed source guard.
/// out  a new handle, to be freed with prov_source_guard_free; NULL where it did not change.
#[unsafe(no_mangle)]
pub extern "C" fn prov_decision_source_guard(
    decision: Option<&prov_decision>,
    out: Option<&mut MaybeUninit<*mut prov_source_guard>>,
) -> prov_status {
    barrier(None, |call| changed(call, decision, out, |writes| writes.source.as_deref()))
}

/// The changed guard of the /48 around the source.
/// out  a new handle, to be freed with prov_source_guard_free; NULL where it did not change.
#[unsafe(no_mangle)]
pub extern "C" fn prov_decision_wider_guard(
    decision: Option<&prov_decision>,
    out: Option<&mut MaybeUninit<*mut prov_source_guard>>,
) -> prov_status {
    barrier(None, |call| changed(call, decision, out, |writes| writes.wider.as_deref()))
}

/// The changed adoption pool.
/// out  a new handle, to be freed with prov_adoption_free; NULL where it did not change.
#[unsafe(no_mangle)]
pub extern "C" fn prov_decision_adoption(
    decision: Option<&prov_decision>,
    out: Option<&mut MaybeUninit<*mut prov_adoption>>,
) -> prov_status {
    barrier(None, |call| changed(call, decision, out, |writes| writes.adoption.as_deref()))
}

/// The changed tenant guard.
/// out  a new handle, to be freed with prov_tenant_guard_free; NULL where it did not change.
#[unsafe(no_mangle)]
pub extern "C" fn prov_decision_tenant_guard(
    decision: Option<&prov_decision>,
    out: Option<&mut MaybeUninit<*mut prov_tenant_guard>>,
) -> prov_status {
    barrier(None, |call| changed(call, decision, out, |writes| writes.budget.as_ref()))
}

/// How many effects there are.
#[unsafe(no_mangle)]
pub extern "C" fn prov_decision_effect_count(
    decision: Option<&prov_decision>,
    out: Option<&mut MaybeUninit<usize>>,
) -> prov_status {
    barrier(None, |call| {
        let effects = call.shared(decision, "decision")?.effects();
        required(out, "out")?.write(effects.as_slice().len());
        Ok(())
    })
}

/// One effect, in the order to perform them; PROV_E_ARGUMENT for an index at or above the count.
/// out  with its sizeof in out_size.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_decision_effect(
    decision: Option<&prov_decision>,
    index: usize,
    out: *mut prov_effect,
    out_size: usize,
) -> prov_status {
    barrier(None, |call| {
        let effects = call.shared(decision, "decision")?.effects();
        // SAFETY: the caller's promise for the struct.
        unsafe { put_effect(effects.as_slice(), index, out, out_size) }
    })
}

/// Writes one effect of a list.
///
/// # Safety
/// `out` points to `out_size` bytes of the caller, or is NULL.
pub(crate) unsafe fn put_effect(effects: &[Effect], index: usize, out: *mut prov_effect, out_size: usize) -> Result<(), Failure> {
    // SAFETY: the same promise.
    let out = unsafe { OutStruct::new(out, out_size, size_of::<prov_effect>(), "out") }?;
    let effect = effects.get(index).ok_or(Failure::Argument("index", "is not below the count of effects"))?;
    out.put(&prov_effect::from(*effect));
    Ok(())
}

/// Why a request was answered as it was, and what would change that: sentences for administrators, without secrets.
/// PROV_E_ARGUMENT for a decision of another call than prov_decide.
/// lang  a PROV_LANG.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_decision_explain(
    decision: Option<&prov_decision>,
    lang: u8,
    buf: *mut c_char,
    cap: usize,
    needed: Option<&mut MaybeUninit<usize>>,
) -> prov_status {
    barrier(None, |call| {
        let Made::Answered { decision, .. } = call.shared(decision, "decision")? else {
            return Err(Failure::Argument("decision", "is not of prov_decide"));
        };
        let explanation = decision.explain(crate::text::lang(lang)?);
        let text = format!("{} {}", explanation.text, explanation.remedy);
        // SAFETY: the caller's promise for the buffer.
        unsafe { put_text(&text, buf, cap, needed) }
    })
}

const NO_ENROLMENT: Failure = Failure::Argument("decision", "is no restricted answer, so it has no enrolment");
const NO_CREDENTIAL: Failure = Failure::Argument("decision", "is no full answer with PROV_SECRET_CREDENTIAL");

fn given<'a>(call: &Call, decision: Option<&'a prov_decision>) -> Result<&'a Given, Failure> {
    match call.shared(decision, "decision")? {
        Made::Answered { given, .. } => Ok(given),
        _ => Err(Failure::Argument("decision", "is not of prov_decide")),
    }
}

/// The SIP user of the enrolment of a restricted answer: 42 to 52 characters. PROV_E_ARGUMENT for any other answer.
/// port  0 for the device, from 1 for one of its ports or handsets.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_decision_sip_user(
    decision: Option<&prov_decision>,
    port: u8,
    buf: *mut c_char,
    cap: usize,
    needed: Option<&mut MaybeUninit<usize>>,
) -> prov_status {
    barrier(None, |call| {
        let Given::Enrolment { enrolment, .. } = given(call, decision)? else { return Err(NO_ENROLMENT) };
        let user = enrolment.sip_user((port > 0).then_some(port));
        // SAFETY: the caller's promise for the buffer.
        unsafe { put_text(&user, buf, cap, needed) }
    })
}

/// The SIP password of the enrolment of a restricted answer, the same for every port: 32 characters, secret.
/// PROV_E_ARGUMENT for any other answer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_decision_sip_password(
    decision: Option<&prov_decision>,
    buf: *mut c_char,
    cap: usize,
    needed: Option<&mut MaybeUninit<usize>>,
) -> prov_status {
    barrier(None, |call| {
        let Given::Enrolment { sip_password, .. } = given(call, decision)? else { return Err(NO_ENROLMENT) };
        // SAFETY: the caller's promise for the buffer.
        unsafe { put_text(sip_password.expose(), buf, cap, needed) }
    })
}

/// The fetch token of the enrolment of a restricted answer, for the URL or HTTP login that its file sets: 68 or 74 characters,
/// secret. PROV_E_ARGUMENT for any other answer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_decision_token(
    decision: Option<&prov_decision>,
    buf: *mut c_char,
    cap: usize,
    needed: Option<&mut MaybeUninit<usize>>,
) -> prov_status {
    barrier(None, |call| {
        let Given::Enrolment { token, .. } = given(call, decision)? else { return Err(NO_ENROLMENT) };
        // SAFETY: the caller's promise for the buffer.
        unsafe { put_text(token.expose(), buf, cap, needed) }
    })
}

/// The device credential of a full answer with PROV_SECRET_CREDENTIAL, for the URL or HTTP login that its file sets:
/// 34 characters, secret. PROV_E_ARGUMENT for any other answer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_decision_credential(
    decision: Option<&prov_decision>,
    buf: *mut c_char,
    cap: usize,
    needed: Option<&mut MaybeUninit<usize>>,
) -> prov_status {
    barrier(None, |call| {
        let Given::Credential { credential, .. } = given(call, decision)? else { return Err(NO_CREDENTIAL) };
        // SAFETY: the caller's promise for the buffer.
        unsafe { put_text(credential.expose(), buf, cap, needed) }
    })
}

/// The user name of that credential in HTTP authentication: 12 hex digits.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_decision_credential_user(
    decision: Option<&prov_decision>,
    buf: *mut c_char,
    cap: usize,
    needed: Option<&mut MaybeUninit<usize>>,
) -> prov_status {
    barrier(None, |call| {
        let Given::Credential { user, .. } = given(call, decision)? else { return Err(NO_CREDENTIAL) };
        // SAFETY: the caller's promise for the buffer.
        unsafe { put_text(user, buf, cap, needed) }
    })
}

/// Wipes and frees a decision; NULL is fine.
#[unsafe(no_mangle)]
pub extern "C" fn prov_decision_free(decision: Option<Box<prov_decision>>) {
    freeing(decision);
}
