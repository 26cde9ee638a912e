//! Secrets: shown only when asked, never in `repr`, `str`, errors or a pickle.

use std::fmt;

use libprov::keys;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use zeroize::Zeroizing;

use crate::convert::{bytes32, number, text};
use crate::errors::{ARGUMENT, invalid};

/// Secret text, such as a SIP password.
///
/// It is shown by `reveal()` only: `repr` and `str` give `Secret('[secret]')`, and it cannot be pickled. Two are
/// compared in constant time.
///
/// >>> from libprov import Secret
/// >>> password = Secret("s3cret")
/// >>> print(password, password.reveal())
/// Secret('[secret]') s3cret
#[pyclass(frozen, eq, module = "libprov")]
#[derive(PartialEq)]
pub(crate) struct Secret(pub(crate) libprov::secret::Secret);

#[pymethods]
impl Secret {
    #[new]
    #[pyo3(signature = (text, /))]
    fn new(text: &Bound<'_, PyAny>) -> PyResult<Self> {
        Ok(Self(self::text(text, "text")?.into()))
    }

    /// Show the text. Keep it out of logs and of files that are not meant for this device.
    fn reveal(&self) -> &str {
        self.0.expose()
    }

    fn __repr__(&self) -> &'static str {
        "Secret('[secret]')"
    }

    /// The same for all: a hash of the text would tell about it.
    fn __hash__(&self) -> isize {
        1
    }

    fn __reduce__(&self) -> PyResult<()> {
        Err(no_pickle("Secret"))
    }
}

pub(crate) fn no_pickle(name: &str) -> PyErr {
    PyTypeError::new_err(format!("cannot pickle {name}: it holds a secret"))
}

/// A PAP, *Phone Authentication PIN* (SPEC P1 to P5): 4 to 8 digits, shown by `reveal()` only.
///
/// >>> from libprov import Pap
/// >>> pap = Pap("048213")
/// >>> pap
/// Pap('[secret]')
/// >>> pap.matches("048213"), pap.reveal()
/// (True, '048213')
#[pyclass(frozen, eq, module = "libprov")]
#[derive(PartialEq)]
pub(crate) struct Pap(pub(crate) libprov::pap::Pap);

#[pymethods]
impl Pap {
    /// Take a PAP that was issued before, as from the host's own store.
    #[new]
    #[pyo3(signature = (digits, /))]
    fn new(digits: &Bound<'_, PyAny>) -> PyResult<Self> {
        let pap = libprov::pap::Pap::parse(text(digits, "digits")?);
        pap.map(Self).map_err(|error| invalid(digits.py(), &error, "digits"))
    }

    /// Show the digits: for the administrator's eyes and for nobody's log.
    fn reveal(&self) -> String {
        self.0.reveal()
    }

    /// Whether an entry equals this PAP; takes the same time whatever the entry.
    ///
    /// To judge what somebody typed use `enter_pap`, which counts the attempt.
    #[pyo3(signature = (entry, /))]
    fn matches(&self, entry: &Bound<'_, PyAny>) -> PyResult<bool> {
        Ok(self.0.matches(text(entry, "entry")?))
    }

    fn __repr__(&self) -> &'static str {
        "Pap('[secret]')"
    }

    fn __hash__(&self) -> isize {
        2
    }

    fn __reduce__(&self) -> PyResult<()> {
        Err(no_pickle("Pap"))
    }
}

/// PAPs that are taken, for SPEC P3: `Pap` objects, or text.
pub(crate) fn taken(value: &Bound<'_, PyAny>, field: &str) -> PyResult<libprov::pap::Pap> {
    if let Ok(pap) = value.cast::<Pap>() {
        return Ok(pap.get().0.clone());
    }
    let pap = libprov::pap::Pap::parse(text(value, field)?);
    pap.map_err(|error| invalid(value.py(), &error, field))
}

/// A tenant key (SPEC R22): 32 random bytes, and the number from 0 to 255 by which tokens and credentials name it.
///
/// >>> import secrets
/// >>> from libprov import TenantKey
/// >>> TenantKey(1, secrets.token_bytes(32))
/// TenantKey(1, '[secret]')
#[pyclass(frozen, eq, module = "libprov")]
#[derive(PartialEq)]
pub(crate) struct TenantKey(pub(crate) keys::TenantKey);

#[pymethods]
impl TenantKey {
    #[new]
    #[pyo3(signature = (id, key, /))]
    fn new(id: &Bound<'_, PyAny>, key: &Bound<'_, PyAny>) -> PyResult<Self> {
        let id = number(id, "id", ARGUMENT)?;
        let bytes = bytes32(key, "key")?;
        keys::TenantKey::new(id, *bytes).map(Self).map_err(|error| invalid(key.py(), &error, "key"))
    }

    /// The number of the key.
    #[getter]
    fn id(&self) -> u8 {
        self.0.id()
    }

    /// Show the 32 bytes, for the host's own store.
    fn reveal(&self) -> &[u8] {
        self.0.expose()
    }

    fn __repr__(&self) -> String {
        format!("TenantKey({}, '[secret]')", self.0.id())
    }

    fn __hash__(&self) -> isize {
        3 + isize::from(self.0.id())
    }

    fn __reduce__(&self) -> PyResult<()> {
        Err(no_pickle("TenantKey"))
    }
}

/// Text in the making that may hold secrets. A `String` that grows leaves a copy behind; here that copy is wiped.
#[derive(Default)]
pub(crate) struct Growing(Zeroizing<String>);

impl Growing {
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    pub(crate) fn push_str(&mut self, more: &str) {
        let wanted = self.0.len().saturating_add(more.len());
        if wanted > self.0.capacity() {
            let room = wanted.max(self.0.capacity().saturating_mul(2)).max(256);
            let mut larger = Zeroizing::new(String::with_capacity(room));
            larger.push_str(&self.0);
            // The shorter one is wiped here.
            self.0 = larger;
        }
        self.0.push_str(more);
    }

    /// Text that is formatted in place, without a copy of its own.
    pub(crate) fn push(&mut self, more: fmt::Arguments<'_>) {
        // It cannot fail: `write_str` never does, nor do numbers and characters.
        let _ = fmt::Write::write_fmt(self, more);
    }

    pub(crate) fn finish(self) -> Zeroizing<String> {
        self.0
    }
}

impl fmt::Write for Growing {
    fn write_str(&mut self, more: &str) -> fmt::Result {
        self.push_str(more);
        Ok(())
    }
}
