//! From Rust's errors to the exceptions that `libprov/errors.py` defines.

use std::panic::{AssertUnwindSafe, catch_unwind};

use libprov::device::AdminError;
use libprov::entropy::EntropyError;
use libprov::error::ErrorCode;
use libprov::ids::IdError;
use libprov::ip::{ClientError, PrefixError};
use libprov::keys::KeyError;
use libprov::mac::MacError;
use libprov::mfa::MfaError;
use libprov::otp::OtpError;
use libprov::pap::PapError;
use libprov::policy::PolicyError;
use libprov::profile::{FieldError, Layer, LayerError, ProfileError};
use libprov::render::{ReadError, RenderError};
use libprov::request::AttemptError;
use libprov::snapshot::SnapshotError;
use libprov::tenant::TenantError;
use libprov::time::TimeError;
use libprov::whitelist::WhitelistError;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyString, PyType};

use crate::words::LAYER;

/// Numbers of the bindings' own (1 to 99, `core/src/error.rs`); name, number, meaning.
pub(crate) const OWN: &[(&str, u16, &str)] = &[
    ("UTF8", UTF8, "text is not valid Unicode"),
    ("PANIC", PANIC, "libprov failed inside; nothing changed"),
    ("ARGUMENT", ARGUMENT, "an argument is not one of those allowed"),
];
pub(crate) const UTF8: u16 = 2;
const PANIC: u16 = 4;
pub(crate) const ARGUMENT: u16 = 7;

/// An error of core with its number and, where it knows one, the field it is about.
pub(crate) trait Coded: std::fmt::Display {
    fn number(&self) -> ErrorCode;
    fn field(&self) -> Option<&str> {
        None
    }
}

macro_rules! coded {
    ($($error:ty),+ $(,)?) => {
        $(impl Coded for $error {
            fn number(&self) -> ErrorCode {
                self.code()
            }
        })+
    };
}
coded!(
    EntropyError,
    IdError,
    ClientError,
    PrefixError,
    KeyError,
    MacError,
    PapError,
    AttemptError,
    TimeError,
    WhitelistError,
    ReadError,
);

impl Coded for PolicyError {
    fn number(&self) -> ErrorCode {
        self.code()
    }
    fn field(&self) -> Option<&str> {
        match self {
            Self::Range { field, .. } | Self::Conflict { field, .. } => Some(field),
            Self::EmergencyEmpty => Some("emergency"),
            _ => None,
        }
    }
}

impl Coded for OtpError {
    fn number(&self) -> ErrorCode {
        self.code()
    }
    fn field(&self) -> Option<&str> {
        match self {
            Self::Range { field, .. } => Some(field.name()),
            Self::ShortCodes => Some("digits"),
            Self::Text { part, .. }
            | Self::TooLong { part, .. }
            | Self::Escape { part }
            | Self::Duplicate { part }
            | Self::Missing { part }
            | Self::Value { part, .. } => Some(part.name()),
            _ => None,
        }
    }
}

/// A wrapper says nothing that its source does not: the source's number tells what to do.
impl Coded for TenantError {
    fn number(&self) -> ErrorCode {
        match self {
            Self::Policy { source } => source.code(),
            Self::Whitelist { source } => source.code(),
            _ => self.code(),
        }
    }
    fn field(&self) -> Option<&str> {
        if let Self::Policy { source } = self { source.field() } else { Some("prefix") }
    }
}

impl Coded for SnapshotError {
    fn number(&self) -> ErrorCode {
        self.code()
    }
    fn field(&self) -> Option<&str> {
        match self {
            Self::Invariant { field, .. } => Some(field),
            Self::Form { at, .. } => Some(at),
            _ => None,
        }
    }
}

impl Coded for AdminError {
    fn number(&self) -> ErrorCode {
        self.code()
    }
    fn field(&self) -> Option<&str> {
        match self {
            Self::Text { field, .. } => Some(field),
            Self::Account { .. } => Some("account"),
            Self::Accounts { .. } => Some("accounts"),
            Self::BindWide { .. } => Some("bind"),
            Self::ConfirmBlocked => Some("confirm_blocked"),
            Self::InstalledUntil { .. } => Some("until"),
            _ => None,
        }
    }
}

/// Input that the caller should not have passed; `field` is the argument unless the error knows better.
pub(crate) fn invalid(py: Python<'_>, error: &impl Coded, field: &str) -> PyErr {
    raise(py, Class::InvalidInput, error.number().number(), Some(error.field().unwrap_or(field)), &error.to_string())
}

/// The same for what the binding itself refuses.
pub(crate) fn refused(py: Python<'_>, number: u16, field: &str, text: &str) -> PyErr {
    raise(py, Class::InvalidInput, number, Some(field), text)
}

/// Text that is no Unicode. Python's own error would carry the text, which may be a secret.
pub(crate) fn no_text(py: Python<'_>, field: &str) -> PyErr {
    refused(py, UTF8, field, &format!("{field} is not valid Unicode: it holds a lone surrogate"))
}

pub(crate) fn snapshot(py: Python<'_>, error: &SnapshotError) -> PyErr {
    raise(py, Class::Snapshot, error.number().number(), error.field(), &error.to_string())
}

/// A text that its argument does not allow.
pub(crate) fn value(py: Python<'_>, error: FieldError, field: &str) -> PyErr {
    refused(py, error.code().number(), field, &format!("{field} {error}"))
}

/// A profile that cannot be read.
pub(crate) fn profile(py: Python<'_>, error: &ProfileError) -> PyErr {
    of_profile(py, error, None, &error.to_string())
}

/// Layers that make no profile.
pub(crate) fn layers(py: Python<'_>, error: &LayerError) -> PyErr {
    of_profile(py, &error.error, Some(error.layer), &error.to_string())
}

fn of_profile(py: Python<'_>, error: &ProfileError, layer: Option<Layer>, text: &str) -> PyErr {
    let layer = layer.map(|layer| LAYER.show(py, layer)).transpose();
    layer.map_or_else(|error| error, |layer| raise_with(py, Class::Profile, error.code().number(), error.field(), text, layer))
}

/// A file that cannot be rendered.
pub(crate) fn render(py: Python<'_>, error: &RenderError) -> PyErr {
    let (field, character) = match error {
        RenderError::Character { field, character } | RenderError::Charset { field, character } => {
            (field.as_str(), Some(PyString::new(py, character.encode_utf8(&mut [0; 4])).into_any()))
        }
        RenderError::Reserved { field }
        | RenderError::TooLong { field, .. }
        | RenderError::Override { field, .. }
        | RenderError::Space { field }
        | RenderError::Withheld { field }
        | RenderError::Value { field, .. } => (field.as_str(), None),
        // The model, or what a later core refuses.
        _ => ("model", None),
    };
    raise_with(py, Class::Render, error.code().number(), Some(field), &error.to_string(), character)
}

/// An administrator's act on a portal user.
pub(crate) fn mfa(py: Python<'_>, error: &MfaError) -> PyErr {
    let field = match error {
        MfaError::OwnAccount => Some("actor"),
        MfaError::ActorFactor => Some("fresh_factor"),
        MfaError::RiskNotAccepted => Some("risk_accepted"),
        _ => None,
    };
    raise(py, Class::Admin, error.code().number(), field, &error.to_string())
}

pub(crate) fn admin(py: Python<'_>, error: &AdminError) -> PyErr {
    raise(py, Class::Admin, error.number().number(), error.field(), &error.to_string())
}

/// A wrong type; the value is not shown, for it may be a secret.
pub(crate) fn wrong_type(value: &Bound<'_, PyAny>, field: &str, expected: &str) -> PyErr {
    let given = value.get_type().name().map_or_else(|_| "another type".to_owned(), |name| name.to_string());
    PyTypeError::new_err(format!("{field} must be {expected}, not {given}"))
}

/// Runs a call of core; should it ever panic, the panic ends here and becomes an `InternalError`.
///
/// Records are values that are never changed in place, so there is nothing a panic could leave half done.
pub(crate) fn barrier<T>(py: Python<'_>, call: impl FnOnce() -> T) -> PyResult<T> {
    catch_unwind(AssertUnwindSafe(call))
        .map_err(|_| raise(py, Class::Internal, PANIC, None, "libprov failed inside; nothing changed; please report this"))
}

/// As [`barrier`]; `heavy` work, beyond about 100 µs, lets other Python threads run meanwhile.
pub(crate) fn work<T: Send>(py: Python<'_>, heavy: bool, call: impl FnOnce() -> T + Send) -> PyResult<T> {
    if heavy { barrier(py, || py.detach(call)) } else { barrier(py, call) }
}

#[derive(Clone, Copy)]
enum Class {
    InvalidInput,
    Snapshot,
    Admin,
    Internal,
    Profile,
    Render,
}

fn raise(py: Python<'_>, class: Class, number: u16, field: Option<&str>, text: &str) -> PyErr {
    made(class_of(py, class).and_then(|class| class.call1((text, number, field))))
}

/// The same for a class that knows one thing more.
fn raise_with(
    py: Python<'_>,
    class: Class,
    number: u16,
    field: Option<&str>,
    text: &str,
    more: Option<Bound<'_, PyAny>>,
) -> PyErr {
    made(class_of(py, class).and_then(|class| class.call1((text, number, field, more))))
}

fn made(error: PyResult<Bound<'_, PyAny>>) -> PyErr {
    error.map_or_else(|error| error, PyErr::from_value)
}

fn class_of(py: Python<'_>, class: Class) -> PyResult<&Bound<'_, PyType>> {
    static CLASSES: [PyOnceLock<Py<PyType>>; 6] = [const { PyOnceLock::new() }; 6];
    let (cell, name) = match class {
        Class::InvalidInput => (&CLASSES[0], "InvalidInputError"),
        Class::Snapshot => (&CLASSES[1], "SnapshotError"),
        Class::Admin => (&CLASSES[2], "AdminError"),
        Class::Internal => (&CLASSES[3], "InternalError"),
        Class::Profile => (&CLASSES[4], "ProfileError"),
        Class::Render => (&CLASSES[5], "RenderError"),
    };
    cell.import(py, "libprov.errors", name)
}
