//! What a device record says.

use crate::barrier::{barrier, required};
use crate::convert::{OutStruct, instant, put_array, put_text};
use crate::decision::put_effect;
use crate::effect::{prov_effect, source_text, state_number};
use crate::error::prov_error;
use crate::record::{prov_device, prov_tenant};
use crate::status::prov_status;
use std::ffi::c_char;
use std::mem::MaybeUninit;

/// The MAC address of a device.
/// cbindgen:ptrs-as-arrays=[[mac;6]]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_device_mac(device: Option<&prov_device>, mac: *mut u8) -> prov_status {
    barrier(None, |call| {
        let device = call.shared(device, "device")?;
        // SAFETY: the caller's promise for the array.
        unsafe { put_array(device.mac().octets(), mac, "mac") }
    })
}

/// Reveals the PAP of a device, for the label or letter it is handed over with: 4 to 8 digits, secret. Empty once the device
/// was provisioned, and where the tenant no longer has the key it was derived from.
/// tenant  the device's tenant.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_device_pap(
    device: Option<&prov_device>,
    tenant: Option<&prov_tenant>,
    buf: *mut c_char,
    cap: usize,
    needed: Option<&mut MaybeUninit<usize>>,
) -> prov_status {
    barrier(None, |call| {
        let device = call.shared(device, "device")?;
        let tenant = call.shared(tenant, "tenant")?;
        let pap = zeroize::Zeroizing::new(device.pap(tenant.keys()).map(|pap| pap.reveal()).unwrap_or_default());
        // SAFETY: the caller's promise for the buffer.
        unsafe { put_text(&pap, buf, cap, needed) }
    })
}

/// The epoch of a device, a random number that changes when it is created and reset: keep it with the password of each of its
/// SIP accounts, for prov_route.
#[unsafe(no_mangle)]
pub extern "C" fn prov_device_epoch(device: Option<&prov_device>, out: Option<&mut MaybeUninit<u64>>) -> prov_status {
    barrier(None, |call| {
        let device = call.shared(device, "device")?;
        required(out, "out")?.write(device.epoch().number());
        Ok(())
    })
}

/// The state shown to people: the worst over all sources of the device. No rule reads it.
/// out  a PROV_STATE.
#[unsafe(no_mangle)]
pub extern "C" fn prov_device_state(
    device: Option<&prov_device>,
    now_ms: i64,
    out: Option<&mut MaybeUninit<u8>>,
    error: Option<&mut MaybeUninit<*mut prov_error>>,
) -> prov_status {
    barrier(error, |call| {
        let device = call.shared(device, "device")?;
        let out = required(out, "out")?;
        out.write(state_number(device.state(instant(now_ms)?)));
        Ok(())
    })
}

/// When a device next needs a prov_handle_timeout.
/// out  0: nothing will change by itself.
#[unsafe(no_mangle)]
pub extern "C" fn prov_device_next_timeout(device: Option<&prov_device>, out: Option<&mut MaybeUninit<i64>>) -> prov_status {
    barrier(None, |call| {
        let device = call.shared(device, "device")?;
        required(out, "out")?.write(device.next_timeout().map_or(0, libprov::time::Timestamp::as_ms));
        Ok(())
    })
}

/// A full configuration on its way.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct prov_lease {
    /// Its id, for prov_delivered.
    pub id: u64,
    /// 1 if the device has a lease; else everything is 0.
    pub found: u8,
    /// 1: neither confirmed, given back nor over.
    pub is_live: u8,
    /// 0.
    pub reserved: [u8; 6],
    /// The source the answer went to: load its temporary whitelist entry for prov_delivered.
    pub source: [c_char; 48],
}

const _: () = assert!(size_of::<prov_lease>() == 64);

/// The last lease of a device, for the delivery that its first registration proves.
/// out  with its sizeof in out_size.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_device_lease(
    device: Option<&prov_device>,
    now_ms: i64,
    out: *mut prov_lease,
    out_size: usize,
    error: Option<&mut MaybeUninit<*mut prov_error>>,
) -> prov_status {
    barrier(error, |call| {
        let device = call.shared(device, "device")?;
        // SAFETY: the caller's promise for the struct.
        let out = unsafe { OutStruct::new(out, out_size, size_of::<prov_lease>(), "out") }?;
        let now = instant(now_ms)?;
        out.put(&match device.lease() {
            None => prov_lease { id: 0, found: 0, is_live: 0, reserved: [0; 6], source: [0; 48] },
            Some(lease) => prov_lease {
                id: lease.id().number(),
                found: 1,
                is_live: u8::from(lease.is_live(now)),
                reserved: [0; 6],
                source: source_text(lease.source()),
            },
        });
        Ok(())
    })
}

/// How many effects were decided with this record and not yet confirmed by prov_effects_done: a host that restarts performs
/// them again.
#[unsafe(no_mangle)]
pub extern "C" fn prov_device_pending_count(device: Option<&prov_device>, out: Option<&mut MaybeUninit<usize>>) -> prov_status {
    barrier(None, |call| {
        let device = call.shared(device, "device")?;
        required(out, "out")?.write(device.pending_effects().len());
        Ok(())
    })
}

/// One pending effect; PROV_E_ARGUMENT for an index at or above the count.
/// out  with its sizeof in out_size.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_device_pending(
    device: Option<&prov_device>,
    index: usize,
    out: *mut prov_effect,
    out_size: usize,
) -> prov_status {
    barrier(None, |call| {
        let device = call.shared(device, "device")?;
        // SAFETY: the caller's promise for the struct.
        unsafe { put_effect(device.pending_effects(), index, out, out_size) }
    })
}
