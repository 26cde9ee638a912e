//! From C to core and back: texts, arrays, structs with a size, instants, addresses.

use crate::barrier::Failure;
use libprov::entropy::Entropy;
use libprov::ip::{ClientAddress, IpPrefix};
use libprov::mac::MacAddr;
use libprov::time::Timestamp;
use std::ffi::c_char;
use std::mem::MaybeUninit;
use std::net::IpAddr;
use zeroize::Zeroizing;

/// Text of a length; of none where that is 0.
///
/// # Safety
/// `ptr` points to `len` bytes that stay as they are for `'a`, or is NULL.
pub(crate) unsafe fn text<'a>(ptr: *const c_char, len: usize, name: &'static str) -> Result<&'a str, Failure> {
    // SAFETY: the same promise.
    let bytes = unsafe { bytes(ptr.cast(), len, name) }?;
    std::str::from_utf8(bytes).map_err(|_| Failure::Utf8(name))
}

/// Text, or none for NULL and 0.
///
/// # Safety
/// As [`text`].
pub(crate) unsafe fn optional_text<'a>(ptr: *const c_char, len: usize, name: &'static str) -> Result<Option<&'a str>, Failure> {
    if ptr.is_null() && len == 0 {
        return Ok(None);
    }
    // SAFETY: the same promise.
    unsafe { text(ptr, len, name) }.map(Some)
}

/// Bytes of a length; of none where that is 0.
///
/// # Safety
/// As [`text`].
pub(crate) unsafe fn bytes<'a>(ptr: *const u8, len: usize, name: &'static str) -> Result<&'a [u8], Failure> {
    if len == 0 {
        return Ok(&[]);
    }
    if ptr.is_null() {
        return Err(Failure::Null(name));
    }
    if isize::try_from(len).is_err() {
        return Err(Failure::Argument(name, "is longer than memory"));
    }
    // SAFETY: not NULL, and the caller promised `len` bytes.
    Ok(unsafe { std::slice::from_raw_parts(ptr, len) })
}

/// A copy of an array.
///
/// # Safety
/// `ptr` points to `N` bytes, or is NULL.
pub(crate) unsafe fn array<const N: usize>(ptr: *const u8, name: &'static str) -> Result<[u8; N], Failure> {
    if ptr.is_null() {
        return Err(Failure::Null(name));
    }
    // SAFETY: not NULL, and the caller promised `N` bytes; bytes have no alignment.
    Ok(unsafe { ptr.cast::<[u8; N]>().read() })
}

/// Writes an array.
///
/// # Safety
/// `out` points to `N` bytes of the caller, or is NULL.
pub(crate) unsafe fn put_array<const N: usize>(value: [u8; N], out: *mut u8, name: &'static str) -> Result<(), Failure> {
    if out.is_null() {
        return Err(Failure::Null(name));
    }
    // SAFETY: not NULL, and the caller promised `N` bytes; bytes have no alignment.
    unsafe { out.cast::<[u8; N]>().write(value) };
    Ok(())
}

/// Writes text and a NUL to the caller's buffer.
///
/// # Safety
/// `buf` points to `cap` bytes of the caller, or is NULL.
pub(crate) unsafe fn put_text(
    text: &str,
    buf: *mut c_char,
    cap: usize,
    needed: Option<&mut MaybeUninit<usize>>,
) -> Result<(), Failure> {
    let wanted = text.len() + 1;
    if buf.is_null() && cap > 0 {
        return Err(Failure::Null("buf"));
    }
    if let Some(needed) = needed {
        needed.write(wanted);
    }
    if buf.is_null() {
        return Ok(());
    }
    if cap < wanted {
        return Err(Failure::Buffer { needed: wanted, cap });
    }
    // SAFETY: the buffer is not NULL and has at least this many bytes; it is the caller's and `text` is ours.
    unsafe { std::ptr::copy_nonoverlapping(text.as_ptr(), buf.cast(), text.len()) };
    let end = buf.wrapping_add(text.len());
    // SAFETY: inside the buffer, because `cap` is larger than the text's length.
    unsafe { end.write(0) };
    Ok(())
}

/// Text in an array of a struct, with a NUL; cut where it would not fit.
pub(crate) fn fixed_text<const N: usize>(text: &str) -> [c_char; N] {
    let mut out = [0; N];
    for (slot, byte) in out.iter_mut().take(N - 1).zip(text.bytes()) {
        *slot = byte as c_char;
    }
    out
}

/// A struct that the caller fills and that may grow at its end.
///
/// # Safety
/// It is `repr(C)`, begins with `struct_size: u32`, has no padding, and every pattern of bits is a value of it.
pub(crate) unsafe trait Sized32: Copy {
    /// The bytes of its first version.
    const FIRST: usize;
}

/// No struct of any version comes near it: a larger size is a field that was never set.
const SIZE_MAX: usize = 4096;

fn check_size<T: Sized32>(size: usize, name: &'static str) -> Result<(), Failure> {
    if (T::FIRST..=SIZE_MAX).contains(&size) { Ok(()) } else { Err(Failure::Version(name)) }
}

/// Prepares a struct of the caller: zeros, its size, and what `fill` sets.
///
/// # Safety
/// `ptr` points to `size` bytes of the caller, or is NULL.
pub(crate) unsafe fn init_struct<T: Sized32>(
    ptr: *mut T,
    size: usize,
    name: &'static str,
    fill: impl FnOnce(&mut T),
) -> Result<(), Failure> {
    if ptr.is_null() {
        return Err(Failure::Null(name));
    }
    check_size::<T>(size, name)?;
    // SAFETY: zeros are a value of every such struct.
    let mut value = unsafe { MaybeUninit::<T>::zeroed().assume_init() };
    fill(&mut value);
    // SAFETY: not NULL, and the caller promised `size` bytes.
    unsafe { ptr.cast::<u8>().write_bytes(0, size) };
    let known = size.min(size_of::<T>());
    // SAFETY: at most the bytes of both; `value` is ours.
    unsafe { std::ptr::copy_nonoverlapping((&raw const value).cast::<u8>(), ptr.cast(), known) };
    // SAFETY: every such struct begins with its size.
    unsafe { ptr.cast::<u32>().write(size as u32) };
    Ok(())
}

/// Reads a struct of the caller, of an older or newer version too.
///
/// # Safety
/// `ptr` points to as many bytes as its first field says, or is NULL.
pub(crate) unsafe fn read_struct<T: Sized32>(ptr: *const T, name: &'static str) -> Result<T, Failure> {
    if ptr.is_null() {
        return Err(Failure::Null(name));
    }
    // SAFETY: every such struct begins with its size.
    let size = unsafe { ptr.cast::<u32>().read() } as usize;
    check_size::<T>(size, name)?;
    if size == size_of::<T>() {
        // SAFETY: the caller promised that many bytes, and every pattern of bits is a value.
        return Ok(unsafe { ptr.read() });
    }
    let known = size.min(size_of::<T>());
    let mut value = MaybeUninit::<T>::zeroed();
    // SAFETY: at most the bytes of both; `value` is ours.
    unsafe { std::ptr::copy_nonoverlapping(ptr.cast::<u8>(), value.as_mut_ptr().cast(), known) };
    let beyond = ptr.cast::<u8>().wrapping_add(known);
    // SAFETY: what lies between the bytes we know and the bytes the caller promised.
    let beyond = unsafe { std::slice::from_raw_parts(beyond, size - known) };
    if beyond.iter().any(|byte| *byte != 0) {
        return Err(Failure::Version(name));
    }
    // SAFETY: zeros and copied bytes; every pattern of bits is a value.
    Ok(unsafe { value.assume_init() })
}

/// No array of structs is meant to be longer. What it takes memory for is bounded by it, whatever the caller says.
const MOST_STRUCTS: usize = 4096;

/// Reads structs of the caller that lie side by side, of this or a newer version: each has had its first size so far. One that
/// grows at its end needs its first size here, as in [`OutStruct::new`], for the headers before that.
///
/// # Safety
/// `T` is `repr(C)`, has no padding, and every pattern of bits is a value of it. `ptr` points to `count` structs of `size` bytes
/// each, or is NULL.
pub(crate) unsafe fn read_structs<T: Copy>(
    ptr: *const T,
    count: usize,
    size: usize,
    name: &'static str,
) -> Result<Vec<T>, Failure> {
    if count == 0 {
        return Ok(Vec::new());
    }
    if ptr.is_null() {
        return Err(Failure::Null(name));
    }
    if !(size_of::<T>()..=SIZE_MAX).contains(&size) {
        return Err(Failure::Version(name));
    }
    // Even of the largest size they are 16 MiB, far below `isize::MAX`.
    if count > MOST_STRUCTS {
        return Err(Failure::Argument("count", "is more than 4096"));
    }
    let mut all = Vec::with_capacity(count);
    for at in 0..count {
        let one = ptr.cast::<u8>().wrapping_add(at * size);
        let beyond = one.wrapping_add(size_of::<T>());
        // SAFETY: what lies between the bytes we know and the bytes the caller promised.
        let beyond = unsafe { std::slice::from_raw_parts(beyond, size - size_of::<T>()) };
        if beyond.iter().any(|byte| *byte != 0) {
            return Err(Failure::Version(name));
        }
        // SAFETY: the caller promised as many bytes as the struct has, and every pattern of bits is a value.
        all.push(unsafe { one.cast::<T>().read_unaligned() });
    }
    Ok(all)
}

/// A struct that comes back, as large as the caller's header knows it.
pub(crate) struct OutStruct<T> {
    ptr: *mut T,
    size: usize,
}

impl<T: Copy> OutStruct<T> {
    /// Checks pointer and size; `first` are the bytes of the struct's first version.
    ///
    /// # Safety
    /// `ptr` points to `size` bytes of the caller until [`OutStruct::put`], or is NULL.
    #[inline]
    pub(crate) unsafe fn new(ptr: *mut T, size: usize, first: usize, name: &'static str) -> Result<Self, Failure> {
        if ptr.is_null() {
            return Err(Failure::Null(name));
        }
        if !(first..=SIZE_MAX).contains(&size) {
            return Err(Failure::Version(name));
        }
        Ok(Self { ptr, size })
    }

    #[inline]
    pub(crate) fn put(self, value: &T) {
        if self.size == size_of::<T>() {
            // SAFETY: not NULL, and the caller promised as many bytes as the struct has.
            unsafe { self.ptr.write(*value) };
            return;
        }
        // SAFETY: not NULL, and the caller promised `size` bytes.
        unsafe { self.ptr.cast::<u8>().write_bytes(0, self.size) };
        let known = self.size.min(size_of::<T>());
        // SAFETY: at most the bytes of both; `value` is ours.
        unsafe { std::ptr::copy_nonoverlapping((&raw const *value).cast::<u8>(), self.ptr.cast(), known) };
    }
}

/// The randomness of a call.
///
/// # Safety
/// `ptr` points to 32 bytes, or is NULL.
pub(crate) unsafe fn entropy(ptr: *const u8) -> Result<Entropy, Failure> {
    // SAFETY: the same promise.
    let bytes = Zeroizing::new(unsafe { array::<32>(ptr, "entropy") }?);
    Ok(Entropy::new(*bytes)?)
}

pub(crate) fn instant(now_ms: i64) -> Result<Timestamp, Failure> {
    Ok(Timestamp::from_ms(now_ms)?)
}

/// An address as text; empty: it could not be told.
pub(crate) fn address(text: &str, name: &'static str) -> Result<ClientAddress, Failure> {
    if text.is_empty() {
        return Ok(ClientAddress::Unresolved);
    }
    if let Ok(address) = text.parse::<IpAddr>() {
        return Ok(ClientAddress::new(address));
    }
    // Core says what is wrong with it.
    IpPrefix::parse(text)?;
    Err(Failure::Argument(name, "is a network or has spaces around it; pass one address"))
}

/// Six octets; all zeros, which no device has, are none.
pub(crate) fn mac(octets: [u8; 6]) -> Result<Option<MacAddr>, Failure> {
    if octets == [0; 6] { Ok(None) } else { Ok(Some(MacAddr::from_octets(octets)?)) }
}

/// A yes or no; anything but 0 and 1 is [`Failure::Argument`].
pub(crate) fn flag(value: u8, name: &'static str) -> Result<bool, Failure> {
    match value {
        0 => Ok(false),
        1 => Ok(true),
        _ => Err(Failure::Argument(name, "is neither 0 nor 1")),
    }
}

/// Reserved bytes are 0, so that a later version can give them a meaning.
pub(crate) fn unused(bytes: &[u8], name: &'static str) -> Result<(), Failure> {
    if bytes.iter().all(|byte| *byte == 0) { Ok(()) } else { Err(Failure::Version(name)) }
}
