//! Status numbers of the binding itself, versions, and what a status means.

use crate::generated::core_text;
use std::ffi::{CStr, c_char};

/// What a call says: PROV_OK, or a PROV_E number.
pub type prov_status = i32;

/// Success.
pub const PROV_OK: prov_status = 0;
/// A pointer is NULL that must not be.
pub const PROV_E_NULL: prov_status = 1;
/// A text is not UTF-8.
pub const PROV_E_UTF8: prov_status = 2;
/// The caller's buffer is too short.
pub const PROV_E_BUFFER: prov_status = 3;
/// The library has a bug and stopped this call.
pub const PROV_E_PANIC: prov_status = 4;
/// A handle was in use when the library stopped a call: free it, and load the record again.
pub const PROV_E_POISONED: prov_status = 5;
/// A struct has a size or a field that this version of the library does not know.
pub const PROV_E_VERSION: prov_status = 6;
/// A number is not one of those listed, or the handle does not hold what was asked for.
pub const PROV_E_ARGUMENT: prov_status = 7;

/// The version of the binary interface that this header describes; compare it with prov_abi_version().
pub const PROV_ABI_VERSION: u32 = 1;

/// The version of the binary interface that the library has: PROV_ABI_VERSION of its own header. Number 1 is not frozen before
/// the first release: until then it may change under the same number, so build against the header of the same commit.
#[unsafe(no_mangle)]
pub extern "C" fn prov_abi_version() -> u32 {
    PROV_ABI_VERSION
}

/// The version of the library, such as "0.1.0": static text.
#[unsafe(no_mangle)]
pub extern "C" fn prov_version() -> *const c_char {
    concat!(env!("CARGO_PKG_VERSION"), "\0").as_ptr().cast()
}

/// What a status means, in one English line: static text, never NULL.
#[unsafe(no_mangle)]
pub extern "C" fn prov_status_text(status: prov_status) -> *const c_char {
    status_text(status).as_ptr()
}

pub(crate) fn status_text(status: prov_status) -> &'static CStr {
    match status {
        PROV_OK => c"success",
        PROV_E_NULL => c"a pointer is NULL that must not be",
        PROV_E_UTF8 => c"a text is not UTF-8",
        PROV_E_BUFFER => c"the buffer is too short",
        PROV_E_PANIC => c"the library has a bug and stopped this call",
        PROV_E_POISONED => c"the handle was in use when the library stopped a call; load the record again",
        PROV_E_VERSION => c"a struct has a size or a field that this version of the library does not know",
        PROV_E_ARGUMENT => c"a number is not one of those listed, or the handle does not hold what was asked for",
        other => core_text(other).unwrap_or(c"unknown status"),
    }
}
