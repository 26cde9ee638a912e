//! What administrators do to a device (SPEC A2, A4, R24, S3, S5). The actor of the audit events is the host's to add.

use crate::barrier::{Call, Failure, barrier, give, required};
use crate::convert::{Sized32, entropy, flag, init_struct, instant, mac, optional_text, read_struct, text, unused};
use crate::decision::{Made, prov_decision};
use crate::error::prov_error;
use crate::request::{load, prov_facts};
use crate::status::prov_status;
use libprov::device::{Command, NewDevice};
use libprov::entropy::Entropy;
use libprov::ip::IpPrefix;
use libprov::models::{Capabilities, Carriage, ModelRef, OwnModel};
use libprov::pap::Pap;
use libprov::request::{self, Facts};
use libprov::time::Timestamp;
use std::ffi::c_char;
use std::mem::MaybeUninit;

/// In the provisioning URL.
pub const PROV_CARRIAGE_URL: u8 = 1;
/// In HTTP authentication.
pub const PROV_CARRIAGE_HTTP_AUTH: u8 = 2;
/// Not at all: the weak binding to the address.
pub const PROV_CARRIAGE_NONE: u8 = 3;

/// What a new device is. Everything in it is borrowed for the call.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct prov_new_device {
    /// Set by prov_new_device_init.
    pub struct_size: u32,
    /// Its MAC address.
    pub mac: [u8; 6],
    /// How many SIP accounts it has: 1 to 254.
    pub accounts: u8,
    /// 1: another tenant has this MAC, which only the host can see.
    pub known_elsewhere: u8,
    /// 0: vendor and model are a row of the library's table. A PROV_CARRIAGE: the host renders it, and this is how the model
    /// carries token and credential back.
    pub carriage: u8,
    /// With a carriage, 1: a restricted configuration can be rendered for it.
    pub restricted: u8,
    /// With a carriage, 1: it keeps what a later configuration omits.
    pub retains: u8,
    /// 0.
    pub reserved: u8,
    /// Not 0: it is installed already, and its first full configuration needs no PAP until that instant.
    pub installed_until_ms: i64,
    /// The vendor, such as "yealink".
    pub vendor: *const c_char,
    /// Its length.
    pub vendor_len: usize,
    /// The model, such as "T46S".
    pub model: *const c_char,
    /// Its length.
    pub model_len: usize,
    /// The site it stands at, at most 64 characters; may be empty.
    pub site: *const c_char,
    /// Its length.
    pub site_len: usize,
    /// The PAPs of the tenant's other unauthenticated devices, parted by spaces, so that it gets another one; may be empty.
    pub taken: *const c_char,
    /// Its length.
    pub taken_len: usize,
}

// SAFETY: `repr(C)`, the size first, no padding (asserted below), numbers and raw pointers only.
unsafe impl Sized32 for prov_new_device {
    const FIRST: usize = size_of::<Self>();
}

#[cfg(target_pointer_width = "64")]
const _: () = assert!(size_of::<prov_new_device>() == 88);
#[cfg(target_pointer_width = "32")]
const _: () = assert!(size_of::<prov_new_device>() == 56);

/// Prepares the struct: one account; size is its sizeof.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_new_device_init(device: *mut prov_new_device, size: usize) -> prov_status {
    barrier(None, |_| {
        // SAFETY: the caller's promise for the struct.
        unsafe { init_struct(device, size, "device", |device| device.accounts = 1) }
    })
}

/// What every act has.
struct Act<'a> {
    facts: Facts<'a>,
    now: Timestamp,
    fresh: Entropy,
}

impl<'a> Act<'a> {
    /// Reads it.
    ///
    /// # Safety
    /// As [`load`] and [`entropy`].
    unsafe fn load(call: &Call, facts: *const prov_facts, now_ms: i64, fresh: *const u8) -> Result<Self, Failure> {
        Ok(Self {
            // SAFETY: the same promise.
            facts: unsafe { load(call, facts) }?,
            now: instant(now_ms)?,
            // SAFETY: the same promise.
            fresh: unsafe { entropy(fresh) }?,
        })
    }

    fn perform(self, command: &Command<'_>) -> Result<Made, Failure> {
        Ok(Made::Stepped(request::admin(self.facts, command, self.now, self.fresh)?))
    }
}

pub(crate) fn paps(taken: &str) -> Result<Vec<Pap>, Failure> {
    Ok(taken.split_ascii_whitespace().map(Pap::parse).collect::<Result<_, _>>()?)
}

fn model(raw: &prov_new_device, vendor: &str, name: &str) -> Result<ModelRef, Failure> {
    let (restricted, retains) = (flag(raw.restricted, "device.restricted")?, flag(raw.retains, "device.retains")?);
    let carriage = match raw.carriage {
        0 => {
            let row = crate::model::row(vendor, name, "set carriage for a model of your own")?;
            return Ok(ModelRef::Known(row));
        }
        PROV_CARRIAGE_URL => Carriage::Url,
        PROV_CARRIAGE_HTTP_AUTH => Carriage::HttpAuth,
        PROV_CARRIAGE_NONE => Carriage::None,
        _ => return Err(Failure::Argument("device.carriage", "is no PROV_CARRIAGE")),
    };
    let capabilities = Capabilities { restricted, retains, carriage };
    Ok(ModelRef::Own(Box::new(OwnModel { vendor: vendor.into(), name: name.into(), capabilities })))
}

/// Creates a device, or creates it again after a deletion: in PROV_STATE_REQUIRED, with a PAP (prov_device_pap).
/// facts   the record or tombstone of this MAC, if there is one.
/// device  prepared by prov_new_device_init.
/// out     a new decision; its prov_decision_device is the record to store.
/// cbindgen:ptrs-as-arrays=[[entropy;32]]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_admin_create(
    facts: *const prov_facts,
    device: *const prov_new_device,
    now_ms: i64,
    entropy: *const u8,
    out: Option<&mut MaybeUninit<*mut prov_decision>>,
    error: Option<&mut MaybeUninit<*mut prov_error>>,
) -> prov_status {
    barrier(error, |call| {
        let out = required(out, "out")?;
        // SAFETY: the caller's promise for structs, handles and arrays.
        let act = unsafe { Act::load(call, facts, now_ms, entropy) }?;
        // SAFETY: the caller's promise for the struct.
        let raw = unsafe { read_struct(device, "device") }?;
        unused(&[raw.reserved], "device")?;
        // SAFETY: the caller's promise for text.
        let vendor = unsafe { text(raw.vendor, raw.vendor_len, "device.vendor") }?;
        // SAFETY: the caller's promise for text.
        let name = unsafe { text(raw.model, raw.model_len, "device.model") }?;
        // SAFETY: the caller's promise for text.
        let site = unsafe { optional_text(raw.site, raw.site_len, "device.site") }?;
        // SAFETY: the caller's promise for text.
        let taken = paps(unsafe { text(raw.taken, raw.taken_len, "device.taken") }?)?;
        let device = NewDevice {
            mac: mac(raw.mac)?.ok_or(libprov::mac::MacError::Zero)?,
            model: model(&raw, vendor, name)?,
            accounts: raw.accounts,
            site,
            known_elsewhere: flag(raw.known_elsewhere, "device.known_elsewhere")?,
            taken: &taken,
        };
        let command = match raw.installed_until_ms {
            0 => Command::Create(device),
            until_ms => Command::ImportInstalled { device, until: instant(until_ms)? },
        };
        give(out, act.perform(&command)?);
        Ok(())
    })
}

/// Resets the authentication of a device: new epoch, new PAP, everything given out before is void, its SIP accounts are
/// revoked.
/// taken  the PAPs of the tenant's other unauthenticated devices, parted by spaces; may be empty.
/// out    a new decision; free it with prov_decision_free.
/// cbindgen:ptrs-as-arrays=[[entropy;32]]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_admin_reset(
    facts: *const prov_facts,
    taken: *const c_char,
    taken_len: usize,
    now_ms: i64,
    entropy: *const u8,
    out: Option<&mut MaybeUninit<*mut prov_decision>>,
    error: Option<&mut MaybeUninit<*mut prov_error>>,
) -> prov_status {
    barrier(error, |call| {
        let out = required(out, "out")?;
        // SAFETY: the caller's promise for structs, handles and arrays.
        let act = unsafe { Act::load(call, facts, now_ms, entropy) }?;
        // SAFETY: the caller's promise for text.
        let taken = paps(unsafe { text(taken, taken_len, "taken") }?)?;
        give(out, act.perform(&Command::Reset { taken: &taken })?);
        Ok(())
    })
}

/// Suspends all authentication requirements of a device for the time of the policy (30 minutes by default).
/// bind             the address or network it is for; length 0 for the source of its first full delivery.
/// confirm_blocked  1: a device that an administrator blocked may be set up; else it is PROV_E_ADMIN_CONFIRM_BLOCKED.
/// out              a new decision; free it with prov_decision_free.
/// cbindgen:ptrs-as-arrays=[[entropy;32]]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_admin_suspend(
    facts: *const prov_facts,
    bind: *const c_char,
    bind_len: usize,
    confirm_blocked: u8,
    now_ms: i64,
    entropy: *const u8,
    out: Option<&mut MaybeUninit<*mut prov_decision>>,
    error: Option<&mut MaybeUninit<*mut prov_error>>,
) -> prov_status {
    barrier(error, |call| {
        let out = required(out, "out")?;
        // SAFETY: the caller's promise for structs, handles and arrays.
        let act = unsafe { Act::load(call, facts, now_ms, entropy) }?;
        // SAFETY: the caller's promise for text.
        let bind = match unsafe { text(bind, bind_len, "bind") }? {
            "" => None,
            prefix => Some(IpPrefix::parse(prefix)?),
        };
        let confirm_blocked = flag(confirm_blocked, "confirm_blocked")?;
        give(out, act.perform(&Command::Suspend { bind, confirm_blocked })?);
        Ok(())
    })
}

/// Releases the secrets of a device again, once.
/// account  its slot from 1; 0 for the whole device.
/// out      a new decision; free it with prov_decision_free.
/// cbindgen:ptrs-as-arrays=[[entropy;32]]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_admin_release_again(
    facts: *const prov_facts,
    account: u8,
    now_ms: i64,
    entropy: *const u8,
    out: Option<&mut MaybeUninit<*mut prov_decision>>,
    error: Option<&mut MaybeUninit<*mut prov_error>>,
) -> prov_status {
    let account = (account > 0).then_some(account);
    // SAFETY: the caller's promise for structs, handles and arrays.
    unsafe { simple(facts, now_ms, entropy, out, error, &Command::ReleaseAgain { account, tenant_wide: false }) }
}

/// Says that a SIP account got a new password, so that it is released once.
/// account  its slot from 1.
/// out      a new decision; free it with prov_decision_free.
/// cbindgen:ptrs-as-arrays=[[entropy;32]]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_admin_new_sip_password(
    facts: *const prov_facts,
    account: u8,
    now_ms: i64,
    entropy: *const u8,
    out: Option<&mut MaybeUninit<*mut prov_decision>>,
    error: Option<&mut MaybeUninit<*mut prov_error>>,
) -> prov_status {
    // SAFETY: the caller's promise for structs, handles and arrays.
    unsafe { simple(facts, now_ms, entropy, out, error, &Command::NewSipPassword { account }) }
}

/// Blocks a device for good, as a stolen telephone, and revokes its SIP accounts.
/// out  a new decision; free it with prov_decision_free.
/// cbindgen:ptrs-as-arrays=[[entropy;32]]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_admin_block(
    facts: *const prov_facts,
    now_ms: i64,
    entropy: *const u8,
    out: Option<&mut MaybeUninit<*mut prov_decision>>,
    error: Option<&mut MaybeUninit<*mut prov_error>>,
) -> prov_status {
    // SAFETY: the caller's promise for structs, handles and arrays.
    unsafe { simple(facts, now_ms, entropy, out, error, &Command::Block) }
}

/// Deactivates a device: it is answered as if it did not exist.
/// out  a new decision; free it with prov_decision_free.
/// cbindgen:ptrs-as-arrays=[[entropy;32]]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_admin_deactivate(
    facts: *const prov_facts,
    now_ms: i64,
    entropy: *const u8,
    out: Option<&mut MaybeUninit<*mut prov_decision>>,
    error: Option<&mut MaybeUninit<*mut prov_error>>,
) -> prov_status {
    // SAFETY: the caller's promise for structs, handles and arrays.
    unsafe { simple(facts, now_ms, entropy, out, error, &Command::Deactivate) }
}

/// Activates a device.
/// taken  as in prov_admin_reset, for the policy that resets on activation; may be empty.
/// out    a new decision; free it with prov_decision_free.
/// cbindgen:ptrs-as-arrays=[[entropy;32]]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_admin_activate(
    facts: *const prov_facts,
    taken: *const c_char,
    taken_len: usize,
    now_ms: i64,
    entropy: *const u8,
    out: Option<&mut MaybeUninit<*mut prov_decision>>,
    error: Option<&mut MaybeUninit<*mut prov_error>>,
) -> prov_status {
    barrier(error, |call| {
        let out = required(out, "out")?;
        // SAFETY: the caller's promise for structs, handles and arrays.
        let act = unsafe { Act::load(call, facts, now_ms, entropy) }?;
        // SAFETY: the caller's promise for text.
        let taken = paps(unsafe { text(taken, taken_len, "taken") }?)?;
        give(out, act.perform(&Command::Activate { taken: &taken })?);
        Ok(())
    })
}

/// Deletes a device. The changed record is a tombstone: keep it until its effects were performed (prov_effects_done).
/// out  a new decision; free it with prov_decision_free.
/// cbindgen:ptrs-as-arrays=[[entropy;32]]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_admin_delete(
    facts: *const prov_facts,
    now_ms: i64,
    entropy: *const u8,
    out: Option<&mut MaybeUninit<*mut prov_decision>>,
    error: Option<&mut MaybeUninit<*mut prov_error>>,
) -> prov_status {
    // SAFETY: the caller's promise for structs, handles and arrays.
    unsafe { simple(facts, now_ms, entropy, out, error, &Command::Delete) }
}

/// An act that borrows nothing of its own.
///
/// # Safety
/// As [`load`] and [`entropy`].
unsafe fn simple(
    facts: *const prov_facts,
    now_ms: i64,
    fresh: *const u8,
    out: Option<&mut MaybeUninit<*mut prov_decision>>,
    error: Option<&mut MaybeUninit<*mut prov_error>>,
    command: &Command<'_>,
) -> prov_status {
    barrier(error, |call| {
        let out = required(out, "out")?;
        // SAFETY: the same promise.
        let act = unsafe { Act::load(call, facts, now_ms, fresh) }?;
        give(out, act.perform(command)?);
        Ok(())
    })
}
