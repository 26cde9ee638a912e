//! Long output.

use crate::barrier::{Kept, barrier, freeing, handles, required};
use crate::status::prov_status;
use std::ffi::c_char;
use std::mem::MaybeUninit;
use zeroize::Zeroizing;

/// Bytes that the library made, such as a snapshot. They are wiped when freed.
pub struct prov_bytes(Kept<Blob>);

/// The bytes with a NUL behind them, which is not counted.
pub(crate) struct Blob(Zeroizing<Vec<u8>>);

handles! { prov_bytes: Blob, poisons: true; }

impl Blob {
    pub(crate) fn new(bytes: Vec<u8>) -> Self {
        let bytes = Zeroizing::new(bytes);
        let mut ended = Zeroizing::new(Vec::with_capacity(bytes.len() + 1));
        ended.extend_from_slice(&bytes);
        ended.push(0);
        Self(ended)
    }

    /// The same of a text.
    pub(crate) fn of(text: &str) -> Self {
        Self::new(text.as_bytes().to_vec())
    }

    /// A view as text, with its length.
    pub(crate) fn text(&self) -> (*const c_char, usize) {
        (self.0.as_ptr().cast(), self.0.len() - 1)
    }
}

/// Lends the bytes.
/// data  a view that lives as long as the handle; with a NUL behind it, so that JSON can be used as a string.
/// len   the bytes before that NUL.
#[unsafe(no_mangle)]
pub extern "C" fn prov_bytes_view(
    bytes: Option<&prov_bytes>,
    data: Option<&mut MaybeUninit<*const u8>>,
    len: Option<&mut MaybeUninit<usize>>,
) -> prov_status {
    barrier(None, |call| {
        let blob = call.shared(bytes, "bytes")?;
        let (data, len) = (required(data, "data")?, required(len, "len")?);
        data.write(blob.0.as_ptr());
        len.write(blob.0.len() - 1);
        Ok(())
    })
}

/// Wipes and frees the bytes; NULL is fine.
#[unsafe(no_mangle)]
pub extern "C" fn prov_bytes_free(bytes: Option<Box<prov_bytes>>) {
    freeing(bytes);
}
