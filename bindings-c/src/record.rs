//! Records as immutable handles, and their snapshots (SPEC E2, E5).

use crate::barrier::{Call, Failure, Handle, Kept, barrier, freeing, give, handles, required};
use crate::bytes::{Blob, prov_bytes};
use crate::convert::{OutStruct, array, bytes, instant, put_text, text};
use crate::effect::source_text;
use crate::error::prov_error;
use crate::status::prov_status;
use libprov::adoption::Adoption;
use libprov::device::Device;
use libprov::guard::{SourceGuard, TenantGuard};
use libprov::mac::MacAddr;
use libprov::snapshot::{self, Record};
use libprov::tenant::Tenant;
use libprov::whitelist::TempEntry;
use std::ffi::c_char;
use std::mem::MaybeUninit;

/// A tenant's configuration: policy, permanent whitelist, authorised MACs and keys. Its snapshots hold its keys.
///
/// An immutable record with a revision that rises by one with each change; many threads may use it at once.
pub struct prov_tenant(Kept<Tenant>);

/// The authentication state of one device. Its snapshots hold its PAP while it waits for it.
///
/// An immutable record with a revision that rises by one with each change; many threads may use it at once.
pub struct prov_device(Kept<Device>);

/// A temporary whitelist entry: one source that is allowed until an instant.
///
/// An immutable record with a revision that rises by one with each change; many threads may use it at once.
pub struct prov_temp(Kept<TempEntry>);

/// What is remembered of one source, or of the IPv6 /48 around it, to slow attackers down.
///
/// An immutable record with a revision that rises by one with each change; many threads may use it at once.
pub struct prov_source_guard(Kept<SourceGuard>);

/// The unknown devices of one tenant that are on offer for adoption.
///
/// An immutable record with a revision that rises by one with each change; many threads may use it at once.
pub struct prov_adoption(Kept<Adoption>);

/// What is remembered of one tenant: its wrong PAPs and the count of its temporary whitelist entries.
///
/// An immutable record with a revision that rises by one with each change; many threads may use it at once.
pub struct prov_tenant_guard(Kept<TenantGuard>);

handles! {
    prov_tenant: Tenant, poisons: false;
    prov_device: Device, poisons: true;
    prov_temp: TempEntry, poisons: true;
    prov_source_guard: SourceGuard, poisons: true;
    prov_tenant_guard: TenantGuard, poisons: true;
    prov_adoption: Adoption, poisons: true;
}

/// Reads a record from bytes.
///
/// # Safety
/// `ptr` points to `len` bytes, or is NULL.
pub(crate) unsafe fn read_bytes<H: Handle<Value: Record>>(
    ptr: *const u8,
    len: usize,
    out: Option<&mut MaybeUninit<*mut H>>,
) -> Result<(), Failure> {
    let out = required(out, "out")?;
    // SAFETY: the same promise.
    let bytes = unsafe { bytes(ptr, len, "bytes") }?;
    give(out, snapshot::from_bytes(bytes)?);
    Ok(())
}

/// Reads a record from JSON.
///
/// # Safety
/// As [`read_bytes`].
pub(crate) unsafe fn read_json<H: Handle<Value: Record>>(
    ptr: *const c_char,
    len: usize,
    out: Option<&mut MaybeUninit<*mut H>>,
) -> Result<(), Failure> {
    let out = required(out, "out")?;
    // SAFETY: the same promise.
    let json = unsafe { text(ptr, len, "json") }?;
    give(out, snapshot::from_json(json)?);
    Ok(())
}

pub(crate) fn write<H: Handle<Value: Record>>(
    call: &Call,
    handle: Option<&H>,
    name: &'static str,
    out: Option<&mut MaybeUninit<*mut prov_bytes>>,
    form: impl FnOnce(&H::Value) -> Vec<u8>,
) -> Result<(), Failure> {
    let record = call.shared(handle, name)?;
    give(required(out, "out")?, Blob::new(form(record)));
    Ok(())
}

/// Reads a tenant from bytes of prov_tenant_bytes, of this version of the library or an older one.
/// out  a new handle; free it with prov_tenant_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_tenant_from_bytes(
    bytes: *const u8,
    len: usize,
    out: Option<&mut MaybeUninit<*mut prov_tenant>>,
    error: Option<&mut MaybeUninit<*mut prov_error>>,
) -> prov_status {
    barrier(error, |_| {
        // SAFETY: the caller's promise for bytes.
        unsafe { read_bytes(bytes, len, out) }
    })
}

/// Reads a tenant from JSON of prov_tenant_json, of this version of the library or an older one.
/// out  a new handle; free it with prov_tenant_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_tenant_from_json(
    json: *const c_char,
    len: usize,
    out: Option<&mut MaybeUninit<*mut prov_tenant>>,
    error: Option<&mut MaybeUninit<*mut prov_error>>,
) -> prov_status {
    barrier(error, |_| {
        // SAFETY: the caller's promise for text.
        unsafe { read_json(json, len, out) }
    })
}

/// Writes a tenant as compact bytes, for stores.
/// out  new bytes; free them with prov_bytes_free.
#[unsafe(no_mangle)]
pub extern "C" fn prov_tenant_bytes(tenant: Option<&prov_tenant>, out: Option<&mut MaybeUninit<*mut prov_bytes>>) -> prov_status {
    barrier(None, |call| write(call, tenant, "tenant", out, snapshot::to_bytes))
}

/// Writes a tenant as JSON, for people.
/// out  new bytes; free them with prov_bytes_free.
#[unsafe(no_mangle)]
pub extern "C" fn prov_tenant_json(tenant: Option<&prov_tenant>, out: Option<&mut MaybeUninit<*mut prov_bytes>>) -> prov_status {
    barrier(None, |call| write(call, tenant, "tenant", out, |record| snapshot::to_json(record).into_bytes()))
}

/// The revision of a tenant, for compare-and-swap.
#[unsafe(no_mangle)]
pub extern "C" fn prov_tenant_revision(tenant: Option<&prov_tenant>, out: Option<&mut MaybeUninit<u64>>) -> prov_status {
    barrier(None, |call| {
        let record = call.shared(tenant, "tenant")?;
        required(out, "out")?.write(record.revision());
        Ok(())
    })
}

/// Frees a tenant; NULL is fine.
#[unsafe(no_mangle)]
pub extern "C" fn prov_tenant_free(tenant: Option<Box<prov_tenant>>) {
    freeing(tenant);
}

/// Reads a device from bytes of prov_device_bytes, of this version of the library or an older one.
/// out  a new handle; free it with prov_device_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_device_from_bytes(
    bytes: *const u8,
    len: usize,
    out: Option<&mut MaybeUninit<*mut prov_device>>,
    error: Option<&mut MaybeUninit<*mut prov_error>>,
) -> prov_status {
    barrier(error, |_| {
        // SAFETY: the caller's promise for bytes.
        unsafe { read_bytes(bytes, len, out) }
    })
}

/// Reads a device from JSON of prov_device_json, of this version of the library or an older one.
/// out  a new handle; free it with prov_device_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_device_from_json(
    json: *const c_char,
    len: usize,
    out: Option<&mut MaybeUninit<*mut prov_device>>,
    error: Option<&mut MaybeUninit<*mut prov_error>>,
) -> prov_status {
    barrier(error, |_| {
        // SAFETY: the caller's promise for text.
        unsafe { read_json(json, len, out) }
    })
}

/// Writes a device as compact bytes, for stores.
/// out  new bytes; free them with prov_bytes_free.
#[unsafe(no_mangle)]
pub extern "C" fn prov_device_bytes(device: Option<&prov_device>, out: Option<&mut MaybeUninit<*mut prov_bytes>>) -> prov_status {
    barrier(None, |call| write(call, device, "device", out, snapshot::to_bytes))
}

/// Writes a device as JSON, for people.
/// out  new bytes; free them with prov_bytes_free.
#[unsafe(no_mangle)]
pub extern "C" fn prov_device_json(device: Option<&prov_device>, out: Option<&mut MaybeUninit<*mut prov_bytes>>) -> prov_status {
    barrier(None, |call| write(call, device, "device", out, |record| snapshot::to_json(record).into_bytes()))
}

/// The revision of a device, for compare-and-swap.
#[unsafe(no_mangle)]
pub extern "C" fn prov_device_revision(device: Option<&prov_device>, out: Option<&mut MaybeUninit<u64>>) -> prov_status {
    barrier(None, |call| {
        let record = call.shared(device, "device")?;
        required(out, "out")?.write(record.revision());
        Ok(())
    })
}

/// Frees a device; NULL is fine.
#[unsafe(no_mangle)]
pub extern "C" fn prov_device_free(device: Option<Box<prov_device>>) {
    freeing(device);
}

/// Reads a temporary whitelist entry from bytes of prov_temp_bytes, of this version of the library or an older one.
/// out  a new handle; free it with prov_temp_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_temp_from_bytes(
    bytes: *const u8,
    len: usize,
    out: Option<&mut MaybeUninit<*mut prov_temp>>,
    error: Option<&mut MaybeUninit<*mut prov_error>>,
) -> prov_status {
    barrier(error, |_| {
        // SAFETY: the caller's promise for bytes.
        unsafe { read_bytes(bytes, len, out) }
    })
}

/// Reads a temporary whitelist entry from JSON of prov_temp_json, of this version of the library or an older one.
/// out  a new handle; free it with prov_temp_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_temp_from_json(
    json: *const c_char,
    len: usize,
    out: Option<&mut MaybeUninit<*mut prov_temp>>,
    error: Option<&mut MaybeUninit<*mut prov_error>>,
) -> prov_status {
    barrier(error, |_| {
        // SAFETY: the caller's promise for text.
        unsafe { read_json(json, len, out) }
    })
}

/// Writes a temporary whitelist entry as compact bytes, for stores.
/// out  new bytes; free them with prov_bytes_free.
#[unsafe(no_mangle)]
pub extern "C" fn prov_temp_bytes(temp: Option<&prov_temp>, out: Option<&mut MaybeUninit<*mut prov_bytes>>) -> prov_status {
    barrier(None, |call| write(call, temp, "temp", out, snapshot::to_bytes))
}

/// Writes a temporary whitelist entry as JSON, for people.
/// out  new bytes; free them with prov_bytes_free.
#[unsafe(no_mangle)]
pub extern "C" fn prov_temp_json(temp: Option<&prov_temp>, out: Option<&mut MaybeUninit<*mut prov_bytes>>) -> prov_status {
    barrier(None, |call| write(call, temp, "temp", out, |record| snapshot::to_json(record).into_bytes()))
}

/// The revision of a temporary whitelist entry, for compare-and-swap.
#[unsafe(no_mangle)]
pub extern "C" fn prov_temp_revision(temp: Option<&prov_temp>, out: Option<&mut MaybeUninit<u64>>) -> prov_status {
    barrier(None, |call| {
        let record = call.shared(temp, "temp")?;
        required(out, "out")?.write(record.revision());
        Ok(())
    })
}

/// Frees a temporary whitelist entry; NULL is fine.
#[unsafe(no_mangle)]
pub extern "C" fn prov_temp_free(temp: Option<Box<prov_temp>>) {
    freeing(temp);
}

/// Reads a source guard from bytes of prov_source_guard_bytes, of this version of the library or an older one.
/// out  a new handle; free it with prov_source_guard_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_source_guard_from_bytes(
    bytes: *const u8,
    len: usize,
    out: Option<&mut MaybeUninit<*mut prov_source_guard>>,
    error: Option<&mut MaybeUninit<*mut prov_error>>,
) -> prov_status {
    barrier(error, |_| {
        // SAFETY: the caller's promise for bytes.
        unsafe { read_bytes(bytes, len, out) }
    })
}

/// Reads a source guard from JSON of prov_source_guard_json, of this version of the library or an older one.
/// out  a new handle; free it with prov_source_guard_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_source_guard_from_json(
    json: *const c_char,
    len: usize,
    out: Option<&mut MaybeUninit<*mut prov_source_guard>>,
    error: Option<&mut MaybeUninit<*mut prov_error>>,
) -> prov_status {
    barrier(error, |_| {
        // SAFETY: the caller's promise for text.
        unsafe { read_json(json, len, out) }
    })
}

/// Writes a source guard as compact bytes, for stores.
/// out  new bytes; free them with prov_bytes_free.
#[unsafe(no_mangle)]
pub extern "C" fn prov_source_guard_bytes(
    guard: Option<&prov_source_guard>,
    out: Option<&mut MaybeUninit<*mut prov_bytes>>,
) -> prov_status {
    barrier(None, |call| write(call, guard, "guard", out, snapshot::to_bytes))
}

/// Writes a source guard as JSON, for people.
/// out  new bytes; free them with prov_bytes_free.
#[unsafe(no_mangle)]
pub extern "C" fn prov_source_guard_json(
    guard: Option<&prov_source_guard>,
    out: Option<&mut MaybeUninit<*mut prov_bytes>>,
) -> prov_status {
    barrier(None, |call| write(call, guard, "guard", out, |record| snapshot::to_json(record).into_bytes()))
}

/// The revision of a source guard, for compare-and-swap.
#[unsafe(no_mangle)]
pub extern "C" fn prov_source_guard_revision(
    guard: Option<&prov_source_guard>,
    out: Option<&mut MaybeUninit<u64>>,
) -> prov_status {
    barrier(None, |call| {
        let record = call.shared(guard, "guard")?;
        required(out, "out")?.write(record.revision());
        Ok(())
    })
}

/// Frees a source guard; NULL is fine.
#[unsafe(no_mangle)]
pub extern "C" fn prov_source_guard_free(guard: Option<Box<prov_source_guard>>) {
    freeing(guard);
}

/// Reads a tenant guard from bytes of prov_tenant_guard_bytes, of this version of the library or an older one.
/// out  a new handle; free it with prov_tenant_guard_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_tenant_guard_from_bytes(
    bytes: *const u8,
    len: usize,
    out: Option<&mut MaybeUninit<*mut prov_tenant_guard>>,
    error: Option<&mut MaybeUninit<*mut prov_error>>,
) -> prov_status {
    barrier(error, |_| {
        // SAFETY: the caller's promise for bytes.
        unsafe { read_bytes(bytes, len, out) }
    })
}

/// Reads a tenant guard from JSON of prov_tenant_guard_json, of this version of the library or an older one.
/// out  a new handle; free it with prov_tenant_guard_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_tenant_guard_from_json(
    json: *const c_char,
    len: usize,
    out: Option<&mut MaybeUninit<*mut prov_tenant_guard>>,
    error: Option<&mut MaybeUninit<*mut prov_error>>,
) -> prov_status {
    barrier(error, |_| {
        // SAFETY: the caller's promise for text.
        unsafe { read_json(json, len, out) }
    })
}

/// Writes a tenant guard as compact bytes, for stores.
/// out  new bytes; free them with prov_bytes_free.
#[unsafe(no_mangle)]
pub extern "C" fn prov_tenant_guard_bytes(
    guard: Option<&prov_tenant_guard>,
    out: Option<&mut MaybeUninit<*mut prov_bytes>>,
) -> prov_status {
    barrier(None, |call| write(call, guard, "guard", out, snapshot::to_bytes))
}

/// Writes a tenant guard as JSON, for people.
/// out  new bytes; free them with prov_bytes_free.
#[unsafe(no_mangle)]
pub extern "C" fn prov_tenant_guard_json(
    guard: Option<&prov_tenant_guard>,
    out: Option<&mut MaybeUninit<*mut prov_bytes>>,
) -> prov_status {
    barrier(None, |call| write(call, guard, "guard", out, |record| snapshot::to_json(record).into_bytes()))
}

/// The revision of a tenant guard, for compare-and-swap.
#[unsafe(no_mangle)]
pub extern "C" fn prov_tenant_guard_revision(
    guard: Option<&prov_tenant_guard>,
    out: Option<&mut MaybeUninit<u64>>,
) -> prov_status {
    barrier(None, |call| {
        let record = call.shared(guard, "guard")?;
        required(out, "out")?.write(record.revision());
        Ok(())
    })
}

/// Frees a tenant guard; NULL is fine.
#[unsafe(no_mangle)]
pub extern "C" fn prov_tenant_guard_free(guard: Option<Box<prov_tenant_guard>>) {
    freeing(guard);
}

/// Reads an adoption pool from bytes of prov_adoption_bytes, of this version of the library or an older one.
/// out  a new handle; free it with prov_adoption_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_adoption_from_bytes(
    bytes: *const u8,
    len: usize,
    out: Option<&mut MaybeUninit<*mut prov_adoption>>,
    error: Option<&mut MaybeUninit<*mut prov_error>>,
) -> prov_status {
    barrier(error, |_| {
        // SAFETY: the caller's promise for bytes.
        unsafe { read_bytes(bytes, len, out) }
    })
}

/// Reads an adoption pool from JSON of prov_adoption_json, of this version of the library or an older one.
/// out  a new handle; free it with prov_adoption_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_adoption_from_json(
    json: *const c_char,
    len: usize,
    out: Option<&mut MaybeUninit<*mut prov_adoption>>,
    error: Option<&mut MaybeUninit<*mut prov_error>>,
) -> prov_status {
    barrier(error, |_| {
        // SAFETY: the caller's promise for text.
        unsafe { read_json(json, len, out) }
    })
}

/// Writes an adoption pool as compact bytes, for stores.
/// out  new bytes; free them with prov_bytes_free.
#[unsafe(no_mangle)]
pub extern "C" fn prov_adoption_bytes(
    pool: Option<&prov_adoption>,
    out: Option<&mut MaybeUninit<*mut prov_bytes>>,
) -> prov_status {
    barrier(None, |call| write(call, pool, "pool", out, snapshot::to_bytes))
}

/// Writes an adoption pool as JSON, for people.
/// out  new bytes; free them with prov_bytes_free.
#[unsafe(no_mangle)]
pub extern "C" fn prov_adoption_json(
    pool: Option<&prov_adoption>,
    out: Option<&mut MaybeUninit<*mut prov_bytes>>,
) -> prov_status {
    barrier(None, |call| write(call, pool, "pool", out, |record| snapshot::to_json(record).into_bytes()))
}

/// The revision of an adoption pool, for compare-and-swap.
#[unsafe(no_mangle)]
pub extern "C" fn prov_adoption_revision(pool: Option<&prov_adoption>, out: Option<&mut MaybeUninit<u64>>) -> prov_status {
    barrier(None, |call| {
        let record = call.shared(pool, "pool")?;
        required(out, "out")?.write(record.revision());
        Ok(())
    })
}

/// Frees an adoption pool; NULL is fine.
#[unsafe(no_mangle)]
pub extern "C" fn prov_adoption_free(pool: Option<Box<prov_adoption>>) {
    freeing(pool);
}

/// Whom a source guard is about: "192.0.2.1", "2001:db8::/64", "2001:db8:1::/48" or "unresolved". The key to store it under.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_source_guard_key(
    guard: Option<&prov_source_guard>,
    buf: *mut c_char,
    cap: usize,
    needed: Option<&mut MaybeUninit<usize>>,
) -> prov_status {
    barrier(None, |call| {
        let record = call.shared(guard, "guard")?;
        // SAFETY: the caller's promise for the buffer.
        unsafe { put_text(&record.key().to_string(), buf, cap, needed) }
    })
}

/// An unknown device on offer for adoption.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct prov_offer {
    /// The MAC it asked with: a claim.
    pub mac: [u8; 6],
    /// 1: the policy wants it created as active, if its model is supported.
    pub activate: u8,
    /// 0.
    pub reserved: u8,
    /// When it first asked.
    pub since_ms: i64,
    /// Until when it is offered.
    pub until_ms: i64,
    /// The source it first asked from.
    pub source: [c_char; 48],
}

const _: () = assert!(size_of::<prov_offer>() == 72);

/// How many devices are on offer at an instant.
#[unsafe(no_mangle)]
pub extern "C" fn prov_adoption_count(
    pool: Option<&prov_adoption>,
    now_ms: i64,
    out: Option<&mut MaybeUninit<usize>>,
) -> prov_status {
    barrier(None, |call| {
        let count = call.shared(pool, "pool")?.offers(instant(now_ms)?).count();
        required(out, "out")?.write(count);
        Ok(())
    })
}

/// One device on offer, in the order of their coming; PROV_E_ARGUMENT for an index at or above the count at that instant.
/// out  with its sizeof in out_size.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_adoption_offer(
    pool: Option<&prov_adoption>,
    index: usize,
    now_ms: i64,
    out: *mut prov_offer,
    out_size: usize,
) -> prov_status {
    barrier(None, |call| {
        let pool = call.shared(pool, "pool")?;
        // SAFETY: the caller's promise for the struct.
        let out = unsafe { OutStruct::new(out, out_size, size_of::<prov_offer>(), "out") }?;
        let offer = pool.offers(instant(now_ms)?).nth(index).ok_or(Failure::Argument("index", "is at or above the count"))?;
        out.put(&prov_offer {
            mac: offer.mac().octets(),
            activate: u8::from(offer.activate()),
            reserved: 0,
            since_ms: offer.since().as_ms(),
            until_ms: offer.until().as_ms(),
            source: source_text(offer.source()),
        });
        Ok(())
    })
}

/// The pool without a device: it was created, or is not wanted.
/// out  a new handle; free it with prov_adoption_free.
/// cbindgen:ptrs-as-arrays=[[mac;6]]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_adoption_without(
    pool: Option<&prov_adoption>,
    mac: *const u8,
    out: Option<&mut MaybeUninit<*mut prov_adoption>>,
) -> prov_status {
    barrier(None, |call| {
        let pool = call.shared(pool, "pool")?;
        // SAFETY: the caller's promise for the array.
        let mac = MacAddr::from_octets(unsafe { array(mac, "mac") }?)?;
        give(required(out, "out")?, pool.without(mac));
        Ok(())
    })
}
