//! Small texts: MAC addresses, enrolment ids.

use crate::barrier::{Failure, barrier};
use crate::convert::{address, array, flag, put_array, put_text, text};
use crate::error::prov_error;
use crate::status::prov_status;
use libprov::credential::EnrolmentId;
use libprov::ip::Source;
use libprov::lang::Lang;
use libprov::mac::MacAddr;
use std::ffi::c_char;
use std::mem::MaybeUninit;

/// German.
pub const PROV_LANG_DE: u8 = 1;
/// English.
pub const PROV_LANG_EN: u8 = 2;
/// French.
pub const PROV_LANG_FR: u8 = 3;
/// Spanish.
pub const PROV_LANG_ES: u8 = 4;
/// Italian.
pub const PROV_LANG_IT: u8 = 5;
/// Polish.
pub const PROV_LANG_PL: u8 = 6;

pub(crate) const fn lang(number: u8) -> Result<Lang, Failure> {
    Ok(match number {
        PROV_LANG_DE => Lang::De,
        PROV_LANG_EN => Lang::En,
        PROV_LANG_FR => Lang::Fr,
        PROV_LANG_ES => Lang::Es,
        PROV_LANG_IT => Lang::It,
        PROV_LANG_PL => Lang::Pl,
        _ => return Err(Failure::Argument("lang", "is no PROV_LANG")),
    })
}

/// Reads a MAC address: 12 hex digits in any case, bare or in groups with "-", ":" or ".". Multicast and zero are refused.
/// cbindgen:ptrs-as-arrays=[[mac;6]]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_mac_parse(
    text: *const c_char,
    len: usize,
    mac: *mut u8,
    error: Option<&mut MaybeUninit<*mut prov_error>>,
) -> prov_status {
    barrier(error, |_| {
        // SAFETY: the caller's promise for text.
        let parsed = MacAddr::parse(unsafe { self::text(text, len, "text") }?)?;
        // SAFETY: the caller's promise for the array.
        unsafe { put_array(parsed.octets(), mac, "mac") }
    })
}

/// Writes a MAC address as "aa:bb:cc:dd:ee:ff": 17 characters and a NUL.
/// cbindgen:ptrs-as-arrays=[[mac;6]]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_mac_format(
    mac: *const u8,
    buf: *mut c_char,
    cap: usize,
    needed: Option<&mut MaybeUninit<usize>>,
) -> prov_status {
    barrier(None, |_| {
        // SAFETY: the caller's promise for the array.
        let mac = MacAddr::from_octets(unsafe { array(mac, "mac") }?)?;
        // SAFETY: the caller's promise for the buffer.
        unsafe { put_text(&mac.to_string(), buf, cap, needed) }
    })
}

/// The MAC address inside the SIP user of an enrolment, with or without port suffix: which device to load before
/// prov_enter_pap. It is a claim until that call.
/// cbindgen:ptrs-as-arrays=[[mac;6]]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_enrolment_mac(
    sip_user: *const c_char,
    sip_user_len: usize,
    mac: *mut u8,
    error: Option<&mut MaybeUninit<*mut prov_error>>,
) -> prov_status {
    barrier(error, |_| {
        // SAFETY: the caller's promise for text.
        let id = EnrolmentId::parse(unsafe { text(sip_user, sip_user_len, "sip_user") }?)?;
        let claimed = id.mac().ok_or(Failure::Argument("sip_user", "names no device"))?;
        // SAFETY: the caller's promise for the array.
        unsafe { put_array(claimed.octets(), mac, "mac") }
    })
}

/// The key of what is remembered of a requester: the IPv4 address, the IPv6 /64, or "unresolved" for an empty address.
/// wider  1: the IPv6 /48 around it instead, for prov_facts.wider; empty where there is none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_source_key(
    address: *const c_char,
    address_len: usize,
    wider: u8,
    buf: *mut c_char,
    cap: usize,
    needed: Option<&mut MaybeUninit<usize>>,
) -> prov_status {
    barrier(None, |_| {
        // SAFETY: the caller's promise for text.
        let source = self::address(unsafe { text(address, address_len, "address") }?, "address")?.source();
        // SAFETY: the caller's promise for the buffer.
        unsafe { put_text(&key(source, wider)?, buf, cap, needed) }
    })
}

/// The key of the source inside the SIP user of an enrolment: which records to load before prov_enter_pap.
/// wider  as for prov_source_key.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_enrolment_source(
    sip_user: *const c_char,
    sip_user_len: usize,
    wider: u8,
    buf: *mut c_char,
    cap: usize,
    needed: Option<&mut MaybeUninit<usize>>,
) -> prov_status {
    barrier(None, |_| {
        // SAFETY: the caller's promise for text.
        let id = EnrolmentId::parse(unsafe { text(sip_user, sip_user_len, "sip_user") }?)?;
        let source = id.source().ok_or(Failure::Argument("sip_user", "names no source"))?;
        // SAFETY: the caller's promise for the buffer.
        unsafe { put_text(&key(source, wider)?, buf, cap, needed) }
    })
}

fn key(source: Source, wider: u8) -> Result<String, Failure> {
    Ok(match flag(wider, "wider")? {
        false => source.to_string(),
        true => source.wider().map(|wider| wider.to_string()).unwrap_or_default(),
    })
}
