//! Configuration files read back, and what two of them differ in (SPEC V5).

use crate::barrier::{Failure, Kept, barrier, freeing, give, handles, required};
use crate::bytes::Blob;
use crate::convert::{OutStruct, bytes};
use crate::error::prov_error;
use crate::model::prov_model;
use crate::status::prov_status;
use libprov::render::{self, Change};
use std::ffi::c_char;
use std::mem::MaybeUninit;

/// Only the second file states it.
pub const PROV_CHANGE_ADDED: u8 = 1;
/// Only the first file states it.
pub const PROV_CHANGE_REMOVED: u8 = 2;
/// Both state it with different values.
pub const PROV_CHANGE_CHANGED: u8 = 3;

/// The parameters of a configuration file. Its values may be secrets; they are wiped when it is freed.
///
/// It never changes; many threads may use it at once.
pub struct prov_settings(Kept<Vec<Setting>>);

/// What two configuration files of one model differ in: names without values, for those may be secrets.
///
/// It never changes; many threads may use it at once.
pub struct prov_diff(Kept<Vec<Difference>>);

handles! {
    prov_settings: Vec<Setting>, poisons: true;
    prov_diff: Vec<Difference>, poisons: true;
}

pub(crate) struct Setting {
    name: Blob,
    value: Blob,
    line: u32,
}

pub(crate) struct Difference {
    name: Blob,
    change: u8,
}

/// Reads a file of a model's syntax back, in its own order, repeated names included. PROV_E_READ_SYNTAX for a file that is not of
/// the syntax; error names the line.
/// out  a new handle; free it with prov_settings_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_settings_read(
    model: Option<&prov_model>,
    file: *const u8,
    file_len: usize,
    out: Option<&mut MaybeUninit<*mut prov_settings>>,
    error: Option<&mut MaybeUninit<*mut prov_error>>,
) -> prov_status {
    barrier(error, |call| {
        let model = call.shared(model, "model")?;
        let out = required(out, "out")?;
        // SAFETY: the caller's promise for bytes.
        let read = render::read(model, unsafe { bytes(file, file_len, "file") }?)?;
        let kept = |setting: render::Setting<'_>| Setting {
            name: Blob::of(&setting.name),
            value: Blob::new(setting.value.into_owned().into_bytes()),
            line: setting.line,
        };
        give(out, read.into_iter().map(kept).collect());
        Ok(())
    })
}

/// How many parameters a file states.
#[unsafe(no_mangle)]
pub extern "C" fn prov_settings_count(settings: Option<&prov_settings>, out: Option<&mut MaybeUninit<usize>>) -> prov_status {
    barrier(None, |call| {
        let settings = call.shared(settings, "settings")?;
        required(out, "out")?.write(settings.len());
        Ok(())
    })
}

/// One parameter of a file. The texts are views that live as long as the prov_settings; with a NUL behind them.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct prov_setting {
    /// The name, its indexes as numbers, as an override has it.
    pub name: *const c_char,
    /// Its length.
    pub name_len: usize,
    /// The value without escapes and without spaces at its ends; it may be a secret.
    pub value: *const c_char,
    /// Its length.
    pub value_len: usize,
    /// The line it begins in, from 1.
    pub line: u32,
    /// 0.
    pub reserved: u32,
}

/// One parameter of a file; PROV_E_ARGUMENT for an index at or above the count.
/// out  with its sizeof in out_size.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_settings_at(
    settings: Option<&prov_settings>,
    index: usize,
    out: *mut prov_setting,
    out_size: usize,
) -> prov_status {
    barrier(None, |call| {
        let settings = call.shared(settings, "settings")?;
        let one = settings.get(index).ok_or(Failure::Argument("index", "is not below the count"))?;
        // SAFETY: the caller's promise for the struct.
        let out = unsafe { OutStruct::new(out, out_size, size_of::<prov_setting>(), "out") }?;
        let ((name, name_len), (value, value_len)) = (one.name.text(), one.value.text());
        out.put(&prov_setting { name, name_len, value, value_len, line: one.line, reserved: 0 });
        Ok(())
    })
}

/// Wipes and frees the parameters of a file; NULL is fine.
#[unsafe(no_mangle)]
pub extern "C" fn prov_settings_free(settings: Option<Box<prov_settings>>) {
    freeing(settings);
}

/// What two files of a model differ in, in ascending order of names. A name that a file repeats has all its values; their order
/// counts. PROV_E_READ_SYNTAX for a file that is not of the model's syntax.
/// out  a new handle; free it with prov_diff_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_diff_files(
    model: Option<&prov_model>,
    first: *const u8,
    first_len: usize,
    second: *const u8,
    second_len: usize,
    out: Option<&mut MaybeUninit<*mut prov_diff>>,
    error: Option<&mut MaybeUninit<*mut prov_error>>,
) -> prov_status {
    barrier(error, |call| {
        let model = call.shared(model, "model")?;
        let out = required(out, "out")?;
        // SAFETY: the caller's promise for bytes.
        let first = unsafe { bytes(first, first_len, "first") }?;
        // SAFETY: the caller's promise for bytes.
        let second = unsafe { bytes(second, second_len, "second") }?;
        let differences = render::diff(model, first, second)?.into_iter().map(|difference| Difference {
            name: Blob::of(&difference.name),
            change: match difference.change {
                Change::Added => PROV_CHANGE_ADDED,
                Change::Removed => PROV_CHANGE_REMOVED,
                Change::Changed => PROV_CHANGE_CHANGED,
                // A later core may know more.
                _ => 0,
            },
        });
        give(out, differences.collect());
        Ok(())
    })
}

/// How many parameters two files do not agree on.
#[unsafe(no_mangle)]
pub extern "C" fn prov_diff_count(diff: Option<&prov_diff>, out: Option<&mut MaybeUninit<usize>>) -> prov_status {
    barrier(None, |call| {
        let diff = call.shared(diff, "diff")?;
        required(out, "out")?.write(diff.len());
        Ok(())
    })
}

/// One parameter that two files do not agree on.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct prov_difference {
    /// The name, its indexes as numbers: a view that lives as long as the prov_diff; with a NUL behind it.
    pub name: *const c_char,
    /// Its length.
    pub name_len: usize,
    /// A PROV_CHANGE.
    pub change: u8,
    /// 0.
    pub reserved: [u8; 7],
}

#[cfg(target_pointer_width = "64")]
const _: () = assert!(size_of::<prov_setting>() == 40 && size_of::<prov_difference>() == 24);
#[cfg(target_pointer_width = "32")]
const _: () = assert!(size_of::<prov_setting>() == 24 && size_of::<prov_difference>() == 16);

/// One difference; PROV_E_ARGUMENT for an index at or above the count.
/// out  with its sizeof in out_size.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_diff_at(
    diff: Option<&prov_diff>,
    index: usize,
    out: *mut prov_difference,
    out_size: usize,
) -> prov_status {
    barrier(None, |call| {
        let diff = call.shared(diff, "diff")?;
        let one = diff.get(index).ok_or(Failure::Argument("index", "is not below the count"))?;
        // SAFETY: the caller's promise for the struct.
        let out = unsafe { OutStruct::new(out, out_size, size_of::<prov_difference>(), "out") }?;
        let (name, name_len) = one.name.text();
        out.put(&prov_difference { name, name_len, change: one.change, reserved: [0; 7] });
        Ok(())
    })
}

/// Frees differences; NULL is fine.
#[unsafe(no_mangle)]
pub extern "C" fn prov_diff_free(diff: Option<Box<prov_diff>>) {
    freeing(diff);
}
