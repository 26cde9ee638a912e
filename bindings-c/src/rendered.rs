//! A rendered file as C gets it: bytes, name, content type, warnings (SPEC V6, V7).

use crate::barrier::{Failure, Kept, barrier, freeing, handles, required};
use crate::bytes::Blob;
use crate::convert::OutStruct;
use crate::status::prov_status;
use libprov::mac::MacAddr;
use libprov::models::Model;
use libprov::render::{self, WarningReason, Warnings};
use std::ffi::c_char;
use std::mem::MaybeUninit;
use zeroize::Zeroize;

/// The slot is above what the model has: most. It is left out.
pub const PROV_WARNING_BEYOND: u8 = 1;
/// The model has no such thing. It is left out.
pub const PROV_WARNING_NO_PLACE: u8 = 2;
/// The model has such a thing, but not this value of it. It is left out.
pub const PROV_WARNING_NO_WORD: u8 = 3;
/// The text was spelled in plain letters; it was not left out.
pub const PROV_WARNING_TRANSLITERATED: u8 = 4;
/// A firmware target is stated only where the phone is known to have an older one.
pub const PROV_WARNING_FIRMWARE_UNKNOWN: u8 = 5;
/// Without this password the phone may be left with the one that everybody knows.
pub const PROV_WARNING_FACTORY_PASSWORD: u8 = 6;
/// A firmware target of another product than the phone's own.
pub const PROV_WARNING_OTHER_FIRMWARE: u8 = 7;
/// One number is the beginning of another, and the model would wait for the longer one. It is left out.
pub const PROV_WARNING_CLASH: u8 = 8;
/// A key names an account that is not there, and is written all the same; or a handset has no account.
pub const PROV_WARNING_NO_ACCOUNT: u8 = 9;
/// A name of forget that this file neither states nor can set back: what an earlier file set stays.
pub const PROV_WARNING_NOT_RESET: u8 = 10;
/// It needs a slot that another account has or that the model does not have; the text names it. It is left out.
pub const PROV_WARNING_NEEDS_SLOT: u8 = 11;
/// The model cannot do exactly this, and does what comes nearest.
pub const PROV_WARNING_NEAREST: u8 = 12;
/// The phone's firmware is too old for it. It is left out.
pub const PROV_WARNING_OLD_FIRMWARE: u8 = 13;
/// The password is the one of the factory; it is written all the same.
pub const PROV_WARNING_KNOWN_PASSWORD: u8 = 14;
/// Another field of the profile says the same thing and counts.
pub const PROV_WARNING_OVERRULED: u8 = 15;
/// A raw override may not go out: the parameter has the value that it would have without it.
pub const PROV_WARNING_WITHHELD: u8 = 16;

/// A configuration file, and what it could not carry. It holds secrets, and is wiped when freed.
///
/// It never changes; many threads may use it at once.
pub struct prov_rendered(Kept<Rendered>);

handles! { prov_rendered: Rendered, poisons: true; }

pub(crate) struct Rendered {
    file: File,
    name: Blob,
    content_type: Blob,
    warnings: Vec<Warned>,
}

/// A file, wiped when dropped, so also where a panic unwinds through the call that writes it. The renderer sets aside much more than a file takes and leaves nothing there, so that only the
/// file itself is wiped.
#[derive(Default)]
pub(crate) struct File(pub(crate) Vec<u8>);

impl File {
    /// With a NUL behind it.
    pub(crate) fn ended(mut self) -> Self {
        if self.0.len() == self.0.capacity() {
            let mut larger = Vec::with_capacity(self.0.len() + 1);
            larger.extend_from_slice(&self.0);
            // The shorter one is wiped here.
            self = Self(larger);
        }
        self.0.push(0);
        self
    }
}

impl Drop for File {
    fn drop(&mut self) {
        self.0.as_mut_slice().zeroize();
    }
}

struct Warned {
    field: Blob,
    text: Blob,
    reason: u8,
    most: u16,
}

impl Rendered {
    pub(crate) fn new(model: &Model, mac: MacAddr, file: File, warnings: &Warnings) -> Self {
        let warnings = warnings.as_slice().iter().map(|warning| {
            let (reason, most) = reason_number(warning.reason);
            Warned { field: Blob::of(&warning.field), text: Blob::of(&warning.to_string()), reason, most }
        });
        Self {
            file: file.ended(),
            name: Blob::of(&render::file_name(model, mac)),
            content_type: Blob::of(render::content_type(model)),
            warnings: warnings.collect(),
        }
    }
}

/// The number of a reason, and how many there are where it says so.
const fn reason_number(reason: WarningReason) -> (u8, u16) {
    let number = match reason {
        WarningReason::Beyond { most } => return (PROV_WARNING_BEYOND, most),
        WarningReason::NoPlace => PROV_WARNING_NO_PLACE,
        WarningReason::NoWord => PROV_WARNING_NO_WORD,
        WarningReason::Transliterated => PROV_WARNING_TRANSLITERATED,
        WarningReason::FirmwareUnknown => PROV_WARNING_FIRMWARE_UNKNOWN,
        WarningReason::FactoryPassword => PROV_WARNING_FACTORY_PASSWORD,
        WarningReason::OtherFirmware => PROV_WARNING_OTHER_FIRMWARE,
        WarningReason::Clash => PROV_WARNING_CLASH,
        WarningReason::NoAccount => PROV_WARNING_NO_ACCOUNT,
        WarningReason::NotReset => PROV_WARNING_NOT_RESET,
        WarningReason::NeedsSlot { .. } => PROV_WARNING_NEEDS_SLOT,
        WarningReason::Nearest => PROV_WARNING_NEAREST,
        WarningReason::OldFirmware => PROV_WARNING_OLD_FIRMWARE,
        WarningReason::KnownPassword => PROV_WARNING_KNOWN_PASSWORD,
        WarningReason::Overruled => PROV_WARNING_OVERRULED,
        WarningReason::Withheld => PROV_WARNING_WITHHELD,
        // A later core may know more; the text says it.
        _ => 0,
    };
    (number, 0)
}
/// Lends the file: bytes, for it need not be UTF-8.
/// data  a view that lives as long as the handle; with a NUL behind it.
/// len   the bytes before that NUL.
#[unsafe(no_mangle)]
pub extern "C" fn prov_rendered_file(
    rendered: Option<&prov_rendered>,
    data: Option<&mut MaybeUninit<*const u8>>,
    len: Option<&mut MaybeUninit<usize>>,
) -> prov_status {
    barrier(None, |call| {
        let rendered = call.shared(rendered, "rendered")?;
        let (data, len) = (required(data, "data")?, required(len, "len")?);
        data.write(rendered.file.0.as_ptr());
        len.write(rendered.file.0.len() - 1);
        Ok(())
    })
}

/// The name of the file, as the phone asks for it: "805ec0010203.cfg".
/// text  a view that lives as long as the handle; with a NUL behind it.
/// len   may be NULL; the bytes before the NUL.
#[unsafe(no_mangle)]
pub extern "C" fn prov_rendered_name(
    rendered: Option<&prov_rendered>,
    text: Option<&mut MaybeUninit<*const c_char>>,
    len: Option<&mut MaybeUninit<usize>>,
) -> prov_status {
    barrier(None, |call| {
        let rendered = call.shared(rendered, "rendered")?;
        lend(&rendered.name, required(text, "text")?, len);
        Ok(())
    })
}

/// The content type of the file, such as "text/plain".
/// text  a view that lives as long as the handle; with a NUL behind it.
/// len   may be NULL; the bytes before the NUL.
#[unsafe(no_mangle)]
pub extern "C" fn prov_rendered_content_type(
    rendered: Option<&prov_rendered>,
    text: Option<&mut MaybeUninit<*const c_char>>,
    len: Option<&mut MaybeUninit<usize>>,
) -> prov_status {
    barrier(None, |call| {
        let rendered = call.shared(rendered, "rendered")?;
        lend(&rendered.content_type, required(text, "text")?, len);
        Ok(())
    })
}

fn lend(held: &Blob, text: &mut MaybeUninit<*const c_char>, len: Option<&mut MaybeUninit<usize>>) {
    let (start, length) = held.text();
    text.write(start);
    if let Some(len) = len {
        len.write(length);
    }
}

/// How many warnings there are.
#[unsafe(no_mangle)]
pub extern "C" fn prov_rendered_warning_count(
    rendered: Option<&prov_rendered>,
    out: Option<&mut MaybeUninit<usize>>,
) -> prov_status {
    barrier(None, |call| {
        let rendered = call.shared(rendered, "rendered")?;
        required(out, "out")?.write(rendered.warnings.len());
        Ok(())
    })
}

/// One thing that was left out of a file or changed. The texts are views that live as long as the prov_rendered; with a NUL behind
/// them.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct prov_warning {
    /// The field's path in the profile, such as "accounts[17]".
    pub field: *const c_char,
    /// Its length.
    pub field_len: usize,
    /// The whole as one English line: "accounts[17] is left out: this model has 16".
    pub text: *const c_char,
    /// Its length.
    pub text_len: usize,
    /// A PROV_WARNING.
    pub reason: u8,
    /// 0.
    pub reserved: u8,
    /// With PROV_WARNING_BEYOND: how many the model has.
    pub most: u16,
    /// 0.
    pub reserved2: u32,
}

#[cfg(target_pointer_width = "64")]
const _: () = assert!(size_of::<prov_warning>() == 40);
#[cfg(target_pointer_width = "32")]
const _: () = assert!(size_of::<prov_warning>() == 24);

/// One warning, in the order of the file; PROV_E_ARGUMENT for an index at or above the count.
/// out  with its sizeof in out_size.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_rendered_warning(
    rendered: Option<&prov_rendered>,
    index: usize,
    out: *mut prov_warning,
    out_size: usize,
) -> prov_status {
    barrier(None, |call| {
        let rendered = call.shared(rendered, "rendered")?;
        let one = rendered.warnings.get(index).ok_or(Failure::Argument("index", "is not below the count"))?;
        // SAFETY: the caller's promise for the struct.
        let out = unsafe { OutStruct::new(out, out_size, size_of::<prov_warning>(), "out") }?;
        let ((field, field_len), (text, text_len)) = (one.field.text(), one.text.text());
        let (reason, most) = (one.reason, one.most);
        out.put(&prov_warning { field, field_len, text, text_len, reason, reserved: 0, most, reserved2: 0 });
        Ok(())
    })
}

/// Wipes and frees a file; NULL is fine.
#[unsafe(no_mangle)]
pub extern "C" fn prov_rendered_free(rendered: Option<Box<prov_rendered>>) {
    freeing(rendered);
}
