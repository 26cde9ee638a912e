//! The calls of the engine (SPEC section 3 and 4): requests, PAP entries, deliveries, timeouts, logins.

use crate::barrier::{Failure, barrier, give, give_if_any, required};
use crate::convert::{OutStruct, entropy, instant, put_text, text};
use crate::decision::{Made, prov_decision};
use crate::error::prov_error;
use crate::record::prov_device;
use crate::request::{load, prov_facts, prov_request, read};
use crate::status::prov_status;
use libprov::device;
use libprov::ids::{AttemptId, LeaseId};
use libprov::request::{self, Attempt, Facts, IdentityKind, Step};
use libprov::time::Timestamp;
use std::ffi::c_char;
use std::mem::MaybeUninit;

/// Answers a request for a file. A deny or restricted answer may leave before its writes are stored; a full one only after,
/// and on a conflict the records are loaded and the call is made again.
/// facts    the device of request.mac, and the records of its source.
/// request  prepared by prov_request_init.
/// out      a new decision with an answer; free it with prov_decision_free.
/// cbindgen:ptrs-as-arrays=[[entropy;32]]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_decide(
    facts: *const prov_facts,
    request: *const prov_request,
    now_ms: i64,
    entropy: *const u8,
    out: Option<&mut MaybeUninit<*mut prov_decision>>,
    error: Option<&mut MaybeUninit<*mut prov_error>>,
) -> prov_status {
    barrier(error, |call| {
        let out = required(out, "out")?;
        // SAFETY: the caller's promise for structs and handles.
        let facts = unsafe { load(call, facts) }?;
        // SAFETY: the caller's promise for structs and text.
        let request = unsafe { read(request) }?;
        let now = instant(now_ms)?;
        // SAFETY: the caller's promise for the array.
        let fresh = unsafe { self::entropy(entropy) }?;
        give(out, Made::answered(request::decide(facts, &request, now, fresh), facts));
        Ok(())
    })
}

/// Judges one entry of the PIN dialogue. Store the writes, then speak: not before, or two nodes could judge one try each.
/// facts       the device of prov_enrolment_mac; in source, wider and budget the guards of prov_enrolment_source and of the
///             tenant. Without them nothing limits how many PINs a source may try.
/// attempt_id  the host's own number of this entry on this device; the same number again gives the same verdict and is not
///             counted twice.
/// sip_user    of the caller, as the PBX authenticated it.
/// digits      what was typed before "#"; length 0 for nothing. Anything but ASCII digits is PROV_E_ATTEMPT_NOT_DIGITS.
/// out         a new decision with a verdict; free it with prov_decision_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_enter_pap(
    facts: *const prov_facts,
    attempt_id: u64,
    sip_user: *const c_char,
    sip_user_len: usize,
    digits: *const c_char,
    digits_len: usize,
    now_ms: i64,
    out: Option<&mut MaybeUninit<*mut prov_decision>>,
    error: Option<&mut MaybeUninit<*mut prov_error>>,
) -> prov_status {
    barrier(error, |call| {
        let out = required(out, "out")?;
        // SAFETY: the caller's promise for structs and handles.
        let facts = unsafe { load(call, facts) }?;
        // SAFETY: the caller's promise for text.
        let sip_user = unsafe { text(sip_user, sip_user_len, "sip_user") }?;
        // SAFETY: the caller's promise for text.
        let digits = unsafe { text(digits, digits_len, "digits") }?;
        let attempt = Attempt::new(AttemptId::from_number(attempt_id), sip_user, digits)?;
        give(out, Made::judged(request::enter_pap(facts, &attempt, instant(now_ms)?)));
        Ok(())
    })
}

/// A call without an answer of its own.
///
/// # Safety
/// As [`load`].
unsafe fn step(
    facts: *const prov_facts,
    now_ms: i64,
    out: Option<&mut MaybeUninit<*mut prov_decision>>,
    error: Option<&mut MaybeUninit<*mut prov_error>>,
    perform: impl FnOnce(Facts<'_>, Timestamp) -> Step,
) -> prov_status {
    barrier(error, |call| {
        let out = required(out, "out")?;
        // SAFETY: the same promise.
        let facts = unsafe { load(call, facts) }?;
        give(out, Made::Stepped(perform(facts, instant(now_ms)?)));
        Ok(())
    })
}

/// Says that the full configuration of a lease arrived: its file was sent completely, or its account registered. A second call
/// changes nothing; one for a lease that is not the device's last is audited and changes nothing.
/// facts  the device; in temp and source the temporary whitelist entry and the guard of the lease's source
///        (prov_device_lease), in budget the guard of the tenant.
/// lease  of prov_answer or prov_lease.
/// out    a new decision; free it with prov_decision_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_delivered(
    facts: *const prov_facts,
    lease: u64,
    now_ms: i64,
    out: Option<&mut MaybeUninit<*mut prov_decision>>,
    error: Option<&mut MaybeUninit<*mut prov_error>>,
) -> prov_status {
    let perform = |facts: Facts<'_>, now| request::delivered(facts, LeaseId::from_number(lease), now);
    // SAFETY: the caller's promise for structs and handles.
    unsafe { step(facts, now_ms, out, error, perform) }
}

/// Says that the full configuration of a lease did not arrive: its secrets may be fetched again from the same source. Calling
/// it twice is harmless; a prov_delivered that comes after it still counts.
/// out    a new decision; free it with prov_decision_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_not_delivered(
    facts: *const prov_facts,
    lease: u64,
    now_ms: i64,
    out: Option<&mut MaybeUninit<*mut prov_decision>>,
    error: Option<&mut MaybeUninit<*mut prov_error>>,
) -> prov_status {
    let perform = |facts: Facts<'_>, now| request::not_delivered(facts, LeaseId::from_number(lease), now);
    // SAFETY: the caller's promise for structs and handles.
    unsafe { step(facts, now_ms, out, error, perform) }
}

/// Performs what is due by itself: ends of locks, accepted PAPs and suspensions. Call it at prov_device_next_timeout; late,
/// early or twice is harmless.
/// out    a new decision; free it with prov_decision_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_handle_timeout(
    facts: *const prov_facts,
    now_ms: i64,
    out: Option<&mut MaybeUninit<*mut prov_decision>>,
    error: Option<&mut MaybeUninit<*mut prov_error>>,
) -> prov_status {
    // SAFETY: the caller's promise for structs and handles.
    unsafe { step(facts, now_ms, out, error, request::handle_timeout) }
}

/// Says that the effects of a device's record were performed, so that they need not be performed again after a crash.
/// revision  of the record whose effects they were.
/// out       a new handle of the record to store, to be freed with prov_device_free; NULL where there is nothing to store:
///           the record has another revision, or nothing is pending.
#[unsafe(no_mangle)]
pub extern "C" fn prov_effects_done(
    device: Option<&prov_device>,
    revision: u64,
    out: Option<&mut MaybeUninit<*mut prov_device>>,
) -> prov_status {
    barrier(None, |call| {
        let device = call.shared(device, "device")?;
        give_if_any(required(out, "out")?, device::effects_done(device, revision));
        Ok(())
    })
}

/// An enrolment account of the device.
pub const PROV_IDENTITY_ENROLMENT: u8 = 1;
/// The credential of the device, in HTTP authentication.
pub const PROV_IDENTITY_CREDENTIAL: u8 = 2;
/// Nobody: the password is a dummy that never matches.
pub const PROV_IDENTITY_UNKNOWN: u8 = 3;

/// What a SIP or HTTP user name stands for.
#[derive(Clone, Copy, Default)]
#[repr(C)]
pub struct prov_identity {
    /// A PROV_IDENTITY.
    pub kind: u8,
    /// 1: good at present, that is of this epoch, not expired, the device active. Over HTTP let nobody in with 0. Over SIP let
    /// every PROV_IDENTITY_ENROLMENT in whose password is right, and let prov_route decide: an emergency call must get there.
    pub is_current: u8,
    /// The device's MAC; all zeros for nobody.
    pub mac: [u8; 6],
}

const _: () = assert!(size_of::<prov_identity>() == 8);

/// Finds who a SIP or HTTP user name is, and the password for digest authentication. Unknown names cost the same and get a
/// dummy password.
/// facts  the device of prov_enrolment_mac, or of the MAC that an HTTP user name is.
/// user   an enrolment's SIP user with or without port, or the 12 hex digits of a credential's user.
/// out    with its sizeof in out_size.
/// buf    for the password: 33 or 35 bytes, secret.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_identify(
    facts: *const prov_facts,
    user: *const c_char,
    user_len: usize,
    now_ms: i64,
    out: *mut prov_identity,
    out_size: usize,
    buf: *mut c_char,
    cap: usize,
    needed: Option<&mut MaybeUninit<usize>>,
    error: Option<&mut MaybeUninit<*mut prov_error>>,
) -> prov_status {
    barrier(error, |call| {
        // SAFETY: the caller's promise for structs and handles.
        let facts = unsafe { load(call, facts) }?;
        // SAFETY: the caller's promise for text.
        let user = unsafe { text(user, user_len, "user") }?;
        // SAFETY: the caller's promise for the struct.
        let out = unsafe { OutStruct::new(out, out_size, size_of::<prov_identity>(), "out") }?;
        let identity = request::identify(facts, user, instant(now_ms)?);
        // SAFETY: the caller's promise for the buffer.
        unsafe { put_text(identity.password.expose(), buf, cap, needed) }?;
        out.put(&prov_identity {
            kind: match identity.kind {
                IdentityKind::Enrolment(_) => PROV_IDENTITY_ENROLMENT,
                IdentityKind::Credential => PROV_IDENTITY_CREDENTIAL,
                IdentityKind::Unknown => PROV_IDENTITY_UNKNOWN,
            },
            is_current: u8::from(identity.is_current),
            mac: identity.mac.map_or([0; 6], libprov::mac::MacAddr::octets),
        });
        Ok::<(), Failure>(())
    })
}
