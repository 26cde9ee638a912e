//! Audit events as lines of JSON, and the counting of those that come with every poll (SPEC A10, E7).

use crate::barrier::{Failure, Kept, barrier, freeing, give, give_if_any, handles, required};
use crate::bytes::{Blob, prov_bytes};
use crate::convert::{array, flag, instant, mac, put_text, text};
use crate::effect::{
    PROV_EFFECT_AUDIT, PROV_STATE_BLOCKED, PROV_STATE_FAILED, PROV_STATE_REQUIRED, PROV_STATE_SUCCESSFUL, prov_effect,
};
use crate::error::prov_error;
use crate::record::prov_tenant;
use crate::status::prov_status;
use crate::voice::locked;
use libprov::audit::{Aggregator, Counted, Frame, json};
use libprov::effect::{Audit, AuditEvent};
use libprov::ip::{ClientAddress, IpPrefix, Source};
use libprov::mac::MacAddr;
use libprov::rule::Rule;
use libprov::state::State;
use std::ffi::{CStr, c_char};
use std::mem::MaybeUninit;
use std::sync::Mutex;

const NO_AUDIT: Failure = Failure::Argument("effect", "is no PROV_EFFECT_AUDIT as this library gave it");

/// The audit event of an effect that this library gave.
fn audit(effect: Option<&prov_effect>) -> Result<Audit, Failure> {
    let effect = effect.ok_or(Failure::Null("effect"))?;
    if effect.kind != PROV_EFFECT_AUDIT {
        return Err(NO_AUDIT);
    }
    Ok(Audit {
        event: AuditEvent::from_number(effect.event).ok_or(NO_AUDIT)?,
        old: state(effect.old_state)?,
        new: state(effect.new_state)?,
        source: source(&effect.source)?,
        rule: if effect.rule == 0 { None } else { Some(Rule::from_number(effect.rule).ok_or(NO_AUDIT)?) },
        aggregate: flag(effect.aggregate, "effect.aggregate")?,
    })
}

const fn state(number: u8) -> Result<Option<State>, Failure> {
    Ok(Some(match number {
        0 => return Ok(None),
        PROV_STATE_SUCCESSFUL => State::Successful,
        PROV_STATE_REQUIRED => State::Required,
        PROV_STATE_FAILED => State::Failed,
        PROV_STATE_BLOCKED => State::Blocked,
        _ => return Err(NO_AUDIT),
    }))
}

fn source(text: &[c_char; 48]) -> Result<Option<Source>, Failure> {
    let bytes = text.map(|byte| byte as u8);
    let text = CStr::from_bytes_until_nul(&bytes).ok().and_then(|text| text.to_str().ok()).ok_or(NO_AUDIT)?;
    Ok(Some(match text {
        "" => return Ok(None),
        "unresolved" => Source::UNRESOLVED,
        text => parsed(text).ok_or(NO_AUDIT)?,
    }))
}

/// The source of an address or network in its text.
pub(crate) fn parsed(text: &str) -> Option<Source> {
    IpPrefix::parse(text).ok().map(|prefix| ClientAddress::new(prefix.network()).source())
}

/// # Safety
/// `octets` points to six bytes, or is NULL.
unsafe fn device(octets: *const u8) -> Result<Option<MacAddr>, Failure> {
    if octets.is_null() {
        return Ok(None);
    }
    // SAFETY: the same promise.
    mac(unsafe { array(octets, "mac") }?)
}

/// Writes an audit event as one line of JSON, without a line break. docs/audit.md lists its fields.
/// tenant    whose it is.
/// effect    of kind PROV_EFFECT_AUDIT.
/// mac       six octets of the device; NULL or all zeros: about none.
/// revision  of the device record that the call wrote; 0: it wrote none.
/// actor     who did it, in the host's own words; NULL and 0: not said. Control, bidirectional and invisible characters are
///           escaped, and only 256 characters are kept.
/// at_ms     when it was.
/// cbindgen:ptrs-as-arrays=[[mac;6]]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_audit_json(
    tenant: Option<&prov_tenant>,
    effect: Option<&prov_effect>,
    mac: *const u8,
    revision: u64,
    actor: *const c_char,
    actor_len: usize,
    at_ms: i64,
    buf: *mut c_char,
    cap: usize,
    needed: Option<&mut MaybeUninit<usize>>,
    error: Option<&mut MaybeUninit<*mut prov_error>>,
) -> prov_status {
    barrier(error, |call| {
        let tenant = call.shared(tenant, "tenant")?;
        let audit = audit(effect)?;
        // SAFETY: the caller's promise for text.
        let actor = unsafe { text(actor, actor_len, "actor") }?;
        // SAFETY: the caller's promise for the array.
        let mac = unsafe { device(mac) }?;
        let frame = Frame {
            tenant: tenant.id(),
            mac,
            at: instant(at_ms)?,
            actor: (!actor.is_empty()).then_some(actor),
            revision: (revision > 0).then_some(revision),
        };
        // SAFETY: the caller's promise for the buffer.
        unsafe { put_text(&json(&audit, &frame), buf, cap, needed) }
    })
}

/// Counts the audit events of one tenant whose aggregate is 1, in bounded memory. It changes with every call; threads that use it
/// at once wait for one another.
pub struct prov_aggregator(Kept<Mutex<Aggregator>>);

handles! { prov_aggregator: Mutex<Aggregator>, poisons: true; }

/// An empty aggregator with the window and the cap of the tenant's policy.
/// out  a new handle; free it with prov_aggregator_free.
#[unsafe(no_mangle)]
pub extern "C" fn prov_aggregator_new(
    tenant: Option<&prov_tenant>,
    out: Option<&mut MaybeUninit<*mut prov_aggregator>>,
) -> prov_status {
    barrier(None, |call| {
        let tenant = call.shared(tenant, "tenant")?;
        give(required(out, "out")?, Mutex::new(Aggregator::new(tenant.id(), tenant.policy())));
        Ok(())
    })
}

/// Counts an event.
/// effect  of kind PROV_EFFECT_AUDIT.
/// mac     six octets of the device; NULL or all zeros: about none.
/// cbindgen:ptrs-as-arrays=[[mac;6]]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_aggregator_add(
    aggregator: *mut prov_aggregator,
    effect: Option<&prov_effect>,
    mac: *const u8,
    now_ms: i64,
    error: Option<&mut MaybeUninit<*mut prov_error>>,
) -> prov_status {
    barrier(error, |call| {
        // SAFETY: NULL or a handle that lives.
        let aggregator = unsafe { aggregator.as_ref() };
        let mut counted = locked(call.shared(aggregator, "aggregator")?)?;
        // SAFETY: the caller's promise for the array.
        let mac = unsafe { device(mac) }?;
        counted.add(&audit(effect)?, mac, instant(now_ms)?);
        Ok(())
    })
}

/// When prov_aggregator_handle_timeout is due.
/// out  0: nothing is counted.
#[unsafe(no_mangle)]
pub extern "C" fn prov_aggregator_next_timeout(
    aggregator: Option<&prov_aggregator>,
    out: Option<&mut MaybeUninit<i64>>,
) -> prov_status {
    barrier(None, |call| {
        let counted = locked(call.shared(aggregator, "aggregator")?)?;
        required(out, "out")?.write(counted.next_timeout().map_or(0, libprov::time::Timestamp::as_ms));
        Ok(())
    })
}

fn lines(counted: &[Counted]) -> Option<Blob> {
    let lines: String = counted.iter().map(|line| line.json() + "\n").collect();
    (!lines.is_empty()).then(|| Blob::new(lines.into_bytes()))
}

/// Gives what was counted once the window is over, and begins anew. Being early, late or called twice is harmless.
/// out  lines of JSON, each with a line break; to be freed with prov_bytes_free. NULL where there are none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_aggregator_handle_timeout(
    aggregator: *mut prov_aggregator,
    now_ms: i64,
    out: Option<&mut MaybeUninit<*mut prov_bytes>>,
    error: Option<&mut MaybeUninit<*mut prov_error>>,
) -> prov_status {
    barrier(error, |call| {
        // SAFETY: NULL or a handle that lives.
        let aggregator = unsafe { aggregator.as_ref() };
        let mut counted = locked(call.shared(aggregator, "aggregator")?)?;
        let out = required(out, "out")?;
        give_if_any(out, lines(&counted.handle_timeout(instant(now_ms)?)));
        Ok(())
    })
}

/// Gives what was counted so far and begins anew, as before the process ends.
/// out  as with prov_aggregator_handle_timeout.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_aggregator_flush(
    aggregator: *mut prov_aggregator,
    out: Option<&mut MaybeUninit<*mut prov_bytes>>,
) -> prov_status {
    barrier(None, |call| {
        // SAFETY: NULL or a handle that lives.
        let aggregator = unsafe { aggregator.as_ref() };
        let mut counted = locked(call.shared(aggregator, "aggregator")?)?;
        let out = required(out, "out")?;
        give_if_any(out, lines(&counted.flush()));
        Ok(())
    })
}

/// Frees the aggregator; NULL is fine. What it counted is lost: prov_aggregator_flush first.
#[unsafe(no_mangle)]
pub extern "C" fn prov_aggregator_free(aggregator: Option<Box<prov_aggregator>>) {
    freeing(aggregator);
}
