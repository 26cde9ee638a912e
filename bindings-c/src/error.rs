//! Details of one failure.

use crate::barrier::{Failure, Kept, barrier, freeing, handles, required};
use crate::status::prov_status;
use std::ffi::{CString, c_char};
use std::mem::MaybeUninit;

/// The details of one failure. It holds no secret.
pub struct prov_error(Kept<Told>);

pub(crate) struct Told {
    status: prov_status,
    text: CString,
    field: CString,
    layer: u8,
}

handles! { prov_error: Told, poisons: true; }

impl prov_error {
    pub(crate) fn new(failure: &Failure) -> Self {
        // Core writes no NUL into an error; outside text in it has its control characters replaced.
        let text = CString::new(failure.text()).unwrap_or_default();
        let (field, layer) = failure.field();
        let field = CString::new(field).unwrap_or_default();
        Self(Kept::new(Told { status: failure.status(), text, field, layer }))
    }
}

/// The status that the failed call returned.
#[unsafe(no_mangle)]
pub extern "C" fn prov_error_status(error: Option<&prov_error>, out: Option<&mut MaybeUninit<prov_status>>) -> prov_status {
    barrier(None, |call| {
        let told = call.shared(error, "error")?;
        required(out, "out")?.write(told.status);
        Ok(())
    })
}

/// What was wrong, where, and the fix where there is one: one English line.
/// text  a view that lives as long as the error; with a NUL behind it.
/// len   may be NULL; the bytes before the NUL.
#[unsafe(no_mangle)]
pub extern "C" fn prov_error_text(
    error: Option<&prov_error>,
    text: Option<&mut MaybeUninit<*const c_char>>,
    len: Option<&mut MaybeUninit<usize>>,
) -> prov_status {
    barrier(None, |call| {
        let told = call.shared(error, "error")?;
        required(text, "text")?.write(told.text.as_ptr());
        if let Some(len) = len {
            len.write(told.text.as_bytes().len());
        }
        Ok(())
    })
}

/// Where a profile or a render job is wrong: the field's path, such as "accounts[1].server.port", which prov_profile_set takes as
/// well. What is of the job alone has a name that is no path of a profile: url or provisioning.url, provisioning.login.user,
/// enrolment.server.host, emergency[2] and the like. A profile that is wrong as a whole is called "the profile". Empty for text
/// that is no JSON, for an argument or a member of the job that the text calls job.overrides and the like, and for all else.
/// field  a view that lives as long as the error; with a NUL behind it.
/// len    may be NULL; the bytes before the NUL.
#[unsafe(no_mangle)]
pub extern "C" fn prov_error_field(
    error: Option<&prov_error>,
    field: Option<&mut MaybeUninit<*const c_char>>,
    len: Option<&mut MaybeUninit<usize>>,
) -> prov_status {
    barrier(None, |call| {
        let told = call.shared(error, "error")?;
        required(field, "field")?.write(told.field.as_ptr());
        if let Some(len) = len {
            len.write(told.field.as_bytes().len());
        }
        Ok(())
    })
}

/// Which layer of a profile is wrong.
/// out  a PROV_LAYER; 0 where the failure is of no layer.
#[unsafe(no_mangle)]
pub extern "C" fn prov_error_layer(error: Option<&prov_error>, out: Option<&mut MaybeUninit<u8>>) -> prov_status {
    barrier(None, |call| {
        let told = call.shared(error, "error")?;
        required(out, "out")?.write(told.layer);
        Ok(())
    })
}

/// Frees an error; NULL is fine.
#[unsafe(no_mangle)]
pub extern "C" fn prov_error_free(error: Option<Box<prov_error>>) {
    freeing(error);
}
