//! What the caller fills in: the records of a call, and the request of a phone.

use crate::barrier::{Call, Failure, barrier};
use crate::convert::{Sized32, address, init_struct, mac, optional_text, read_struct, text, unused};
use crate::record::{prov_adoption, prov_device, prov_source_guard, prov_temp, prov_tenant, prov_tenant_guard};
use crate::status::prov_status;
use libprov::request::{Facts, FileKind, Method, Presented, Request, Transport};
use std::ffi::c_char;

/// The records that a call needs, as the host loaded them; borrowed for the call. What does not exist yet is NULL.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct prov_facts {
    /// Set by prov_facts_init.
    pub struct_size: u32,
    /// 0.
    pub reserved: u32,
    /// The tenant's configuration; never NULL.
    pub tenant: *const prov_tenant,
    /// The device that the request or command names.
    pub device: *const prov_device,
    /// The temporary whitelist entry of the request's source; for prov_delivered, that of the lease's source.
    pub temp: *const prov_temp,
    /// What is remembered of the request's source; for prov_enter_pap, of the source inside the enrolment
    /// (prov_enrolment_source), and for prov_delivered, of that of the lease.
    pub source: *const prov_source_guard,
    /// What is remembered of the tenant.
    pub budget: *const prov_tenant_guard,
    /// What is remembered of the /48 around the source, for IPv6 (prov_source_key).
    pub wider: *const prov_source_guard,
    /// The tenant's unknown devices on offer; needed where the policy adopts any.
    pub adoption: *const prov_adoption,
}

// SAFETY: `repr(C)`, the size first, no padding (asserted below), numbers and raw pointers only.
unsafe impl Sized32 for prov_facts {
    const FIRST: usize = size_of::<Self>();
}

/// Prepares the struct: every record NULL; size is its sizeof.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_facts_init(facts: *mut prov_facts, size: usize) -> prov_status {
    barrier(None, |_| {
        // SAFETY: the caller's promise for the struct.
        unsafe { init_struct(facts, size, "facts", |_| {}) }
    })
}

/// Borrows the records.
///
/// # Safety
/// `facts` points to a prepared struct, or is NULL; its pointers are NULL or handles that live for `'a`.
pub(crate) unsafe fn load<'a>(call: &Call, facts: *const prov_facts) -> Result<Facts<'a>, Failure> {
    // SAFETY: the same promise.
    let raw = unsafe { read_struct(facts, "facts") }?;
    unused(&raw.reserved.to_ne_bytes(), "facts")?;
    // SAFETY: NULL or a handle that lives.
    let tenant = unsafe { raw.tenant.as_ref() };
    // SAFETY: NULL or a handle that lives.
    let device = unsafe { raw.device.as_ref() };
    // SAFETY: NULL or a handle that lives.
    let temp = unsafe { raw.temp.as_ref() };
    // SAFETY: NULL or a handle that lives.
    let source = unsafe { raw.source.as_ref() };
    // SAFETY: NULL or a handle that lives.
    let budget = unsafe { raw.budget.as_ref() };
    // SAFETY: NULL or a handle that lives.
    let wider = unsafe { raw.wider.as_ref() };
    // SAFETY: NULL or a handle that lives.
    let adoption = unsafe { raw.adoption.as_ref() };
    Ok(Facts {
        tenant: call.shared(tenant, "facts.tenant")?,
        device: call.optional(device)?,
        temp: call.optional(temp)?,
        source: call.optional(source)?,
        budget: call.optional(budget)?,
        wider: call.optional(wider)?,
        adoption: call.optional(adoption)?,
    })
}

/// The file with the accounts.
pub const PROV_FILE_MAIN: u8 = 1;
/// A file beside it that holds no secret: directory, licence, boot file.
pub const PROV_FILE_SIDE: u8 = 2;
/// The same with personal data, such as a phonebook: only for proven requests.
pub const PROV_FILE_SIDE_PRIVATE: u8 = 3;
/// A common, model, firmware or language file that names no device.
pub const PROV_FILE_COMMON: u8 = 4;

/// GET, or a TFTP read.
pub const PROV_METHOD_GET: u8 = 1;
/// HEAD.
pub const PROV_METHOD_HEAD: u8 = 2;
/// Any other method.
pub const PROV_METHOD_OTHER: u8 = 3;

/// TLS.
pub const PROV_TRANSPORT_HTTPS: u8 = 1;
/// Plain HTTP.
pub const PROV_TRANSPORT_HTTP: u8 = 2;
/// TFTP.
pub const PROV_TRANSPORT_TFTP: u8 = 3;

/// A request for a file. Everything in it is borrowed for the call.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct prov_request {
    /// Set by prov_request_init.
    pub struct_size: u32,
    /// The MAC in the path; all zeros for a file that names no device.
    pub mac: [u8; 6],
    /// The MAC that a verified TLS client certificate proves; all zeros without one.
    pub certificate: [u8; 6],
    /// The MAC that the User-Agent claims; all zeros where it claims none. It is only noted where it differs.
    pub agent_mac: [u8; 6],
    /// A PROV_FILE; PROV_FILE_MAIN after prov_request_init.
    pub file: u8,
    /// A PROV_METHOD; PROV_METHOD_GET after prov_request_init.
    pub method: u8,
    /// A PROV_TRANSPORT. It has no default, for secrets may leave over some only.
    pub transport: u8,
    /// 0.
    pub reserved: [u8; 7],
    /// Where it came from: one IPv4 or IPv6 address. Length 0 could not be told, and no whitelist holds it.
    pub address: *const c_char,
    /// Its length.
    pub address_len: usize,
    /// The token or credential in the URL; NULL and 0 without one.
    pub url: *const c_char,
    /// Its length.
    pub url_len: usize,
    /// The password of the Authorization header; NULL and 0 without a header, not NULL and 0 for an empty password.
    pub login: *const c_char,
    /// Its length.
    pub login_len: usize,
}

// SAFETY: `repr(C)`, the size first, no padding (asserted below), numbers and raw pointers only.
unsafe impl Sized32 for prov_request {
    const FIRST: usize = size_of::<Self>();
}

/// Prepares the struct: a GET of a main file that presents nothing; size is its sizeof.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_request_init(request: *mut prov_request, size: usize) -> prov_status {
    barrier(None, |_| {
        let fill = |request: &mut prov_request| {
            request.file = PROV_FILE_MAIN;
            request.method = PROV_METHOD_GET;
        };
        // SAFETY: the caller's promise for the struct.
        unsafe { init_struct(request, size, "request", fill) }
    })
}

/// Reads a request.
///
/// # Safety
/// `request` points to a prepared struct, or is NULL; its texts live for `'a`.
pub(crate) unsafe fn read<'a>(request: *const prov_request) -> Result<Request<'a>, Failure> {
    // SAFETY: the same promise.
    let raw = unsafe { read_struct(request, "request") }?;
    unused(&raw.reserved, "request")?;
    let file = match raw.file {
        PROV_FILE_MAIN => FileKind::Main,
        PROV_FILE_SIDE => FileKind::Side { private: false },
        PROV_FILE_SIDE_PRIVATE => FileKind::Side { private: true },
        PROV_FILE_COMMON => FileKind::Common,
        _ => return Err(Failure::Argument("request.file", "is no PROV_FILE")),
    };
    let method = match raw.method {
        PROV_METHOD_GET => Method::Get,
        PROV_METHOD_HEAD => Method::Head,
        PROV_METHOD_OTHER => Method::Other,
        _ => return Err(Failure::Argument("request.method", "is no PROV_METHOD")),
    };
    let transport = match raw.transport {
        PROV_TRANSPORT_HTTPS => Transport::Https,
        PROV_TRANSPORT_HTTP => Transport::Http,
        PROV_TRANSPORT_TFTP => Transport::Tftp,
        _ => return Err(Failure::Argument("request.transport", "is no PROV_TRANSPORT; it has no default")),
    };
    // SAFETY: the same promise.
    let address = address(unsafe { text(raw.address, raw.address_len, "request.address") }?, "request.address")?;
    // SAFETY: the same promise.
    let in_url = unsafe { optional_text(raw.url, raw.url_len, "request.url") }?;
    // SAFETY: the same promise.
    let in_login = unsafe { optional_text(raw.login, raw.login_len, "request.login") }?;
    Ok(Request {
        mac: mac(raw.mac)?,
        file,
        method,
        transport,
        address,
        presented: Presented { in_url, in_login },
        certificate: mac(raw.certificate)?,
        agent_mac: mac(raw.agent_mac)?,
    })
}

#[cfg(target_pointer_width = "64")]
const _: () = assert!(size_of::<prov_facts>() == 64 && size_of::<prov_request>() == 80);
#[cfg(target_pointer_width = "32")]
const _: () = assert!(size_of::<prov_facts>() == 28 && size_of::<prov_request>() == 56);
