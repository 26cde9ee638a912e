//! Enrolments as otpauth URIs and QR codes, and the exports of authenticator apps (SPEC M4, M10).

use libprov::otp::{self, Imported, OtpKind};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyTuple, PyType};

use crate::convert::{number, quoted, secret, text, tuple};
use crate::errors::{ARGUMENT, invalid, work};
use crate::otp::{OtpSecret, Totp};
use crate::secret::{Secret, no_pickle};
use crate::words::{ALGORITHM, BACKGROUND};

/// An enrolment as authenticator apps scan it (SPEC M4): issuer, account, secret, and how codes are made.
///
/// Args:
///     issuer: who the account is with, at most 128 bytes; account: whose it is, at most 256. Neither may hold a colon,
///         control characters or outer spaces.
///     totp: how codes are made; what every app can without it.
///
/// >>> from libprov import KeyUri, OtpSecret
/// >>> uri = KeyUri("Example & Co", "alice@example.com", OtpSecret(b"12345678901234567890"))
/// >>> uri.uri().reveal()
/// 'otpauth://totp/Example%20%26%20Co:alice%40example.com?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Example%20%26%20Co'
#[pyclass(frozen, eq, module = "libprov")]
#[derive(PartialEq)]
pub(crate) struct KeyUri {
    uri: otp::KeyUri,
    label_issuer: Option<String>,
}

impl From<Imported> for KeyUri {
    fn from(imported: Imported) -> Self {
        Self { uri: imported.uri, label_issuer: imported.label_issuer }
    }
}

#[pymethods]
impl KeyUri {
    #[new]
    #[pyo3(signature = (issuer, account, secret, totp = None, /))]
    fn new(
        issuer: &Bound<'_, PyAny>,
        account: &Bound<'_, PyAny>,
        secret: &Bound<'_, OtpSecret>,
        totp: Option<&Bound<'_, Totp>>,
    ) -> PyResult<Self> {
        let totp = totp.map_or(otp::Totp::DEFAULT, |totp| totp.get().0);
        let secret = secret.get().0.clone();
        let made = otp::KeyUri::new(text(issuer, "issuer")?, text(account, "account")?, secret, totp);
        let uri = made.map_err(|error| invalid(issuer.py(), &error, "account"))?;
        Ok(Self { uri, label_issuer: None })
    }

    /// Read another system's URI, also one that breaks rules in ways which are seen in the wild (SPEC M10).
    ///
    /// Raises:
    ///     InvalidInputError: a parameter stands there twice, a percent escape is bad, a colon is too many, or something
    ///         cannot be taken over; `.field` names the part.
    ///
    /// >>> from libprov import KeyUri
    /// >>> uri = KeyUri.parse("otpauth://totp/Contoso:al?secret=gezd+gnbv&issuer=Microsoft")
    /// >>> uri.issuer, uri.label_issuer, uri.is_weak
    /// ('Microsoft', 'Contoso', True)
    #[classmethod]
    #[pyo3(signature = (uri, /))]
    fn parse(_cls: &Bound<'_, PyType>, uri: &Bound<'_, PyAny>) -> PyResult<Self> {
        let given = secret(uri, "uri")?;
        otp::KeyUri::parse(given.expose()).map(Self::from).map_err(|error| invalid(uri.py(), &error, "secret"))
    }

    /// Give the URI, strictly encoded.
    fn uri(&self) -> Secret {
        Secret(self.uri.uri())
    }

    /// Who the account is with; empty where another system's URI did not say.
    #[getter]
    fn issuer(&self) -> &str {
        self.uri.issuer()
    }

    /// Whose account it is; empty where another system's URI did not say.
    #[getter]
    fn account(&self) -> &str {
        self.uri.account()
    }

    /// The secret.
    #[getter]
    fn secret(&self) -> OtpSecret {
        OtpSecret(self.uri.secret().clone())
    }

    /// How codes are made from the time; None for an enrolment with a counter.
    #[getter]
    fn totp(&self) -> Option<Totp> {
        if let OtpKind::Totp(totp) = self.uri.kind() { Some(Totp(totp)) } else { None }
    }

    /// How codes are made from a counter; None for an enrolment with the time. Accounts here have none.
    #[getter]
    fn hotp(&self) -> Option<Hotp> {
        if let OtpKind::Hotp(hotp) = self.uri.kind() { Some(Hotp(hotp)) } else { None }
    }

    /// The issuer in front of the account, where it differs from the issuer parameter, which counts.
    #[getter]
    fn label_issuer(&self) -> Option<&str> {
        self.label_issuer.as_deref()
    }

    /// Whether the secret has less than 128 bits and should be replaced.
    #[getter]
    fn is_weak(&self) -> bool {
        self.uri.secret().is_weak()
    }

    fn __repr__(&self) -> String {
        format!("KeyUri({}, {}, OtpSecret('[secret]'))", quoted(self.uri.issuer()), quoted(self.uri.account()))
    }

    fn __hash__(&self) -> u64 {
        crate::convert::hash((self.uri.issuer(), self.uri.account()))
    }

    fn __reduce__(&self) -> PyResult<()> {
        Err(no_pickle("KeyUri"))
    }
}

/// Codes from a counter, as another system described them.
#[pyclass(frozen, eq, module = "libprov")]
#[derive(PartialEq)]
pub(crate) struct Hotp(otp::Hotp);

#[pymethods]
impl Hotp {
    #[classattr]
    #[pyo3(name = "__match_args__")]
    const MATCH_ARGS: (&'static str, &'static str, &'static str) = ("algorithm", "digits", "counter");

    /// The hash function.
    #[getter]
    fn algorithm<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        ALGORITHM.show(py, self.0.algorithm)
    }

    /// Digits of a code.
    #[getter]
    fn digits(&self) -> u8 {
        self.0.digits
    }

    /// The counter of the next code.
    #[getter]
    fn counter(&self) -> u64 {
        self.0.counter
    }

    fn __repr__(&self) -> String {
        format!("<Hotp {}, {} digits, counter {}>", self.0.algorithm.name(), self.0.digits, self.0.counter)
    }

    fn __hash__(&self) -> u64 {
        crate::convert::hash(self.0)
    }
}

/// One QR code of an export of Google Authenticator (SPEC M10).
#[pyclass(frozen, eq, module = "libprov")]
#[derive(PartialEq)]
pub(crate) struct Migration(otp::Migration);

#[pymethods]
impl Migration {
    /// Read one QR code of an export: `otpauth-migration://offline?data=...`. What is wrong with a single account stands
    /// in its entry.
    #[classmethod]
    #[pyo3(signature = (uri, /))]
    fn parse(_cls: &Bound<'_, PyType>, uri: &Bound<'_, PyAny>) -> PyResult<Self> {
        let given = secret(uri, "uri")?;
        otp::Migration::parse(given.expose()).map(Self).map_err(|error| invalid(uri.py(), &error, "data"))
    }

    /// The accounts, in the order of the export.
    #[getter]
    fn entries<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        tuple(py, self.0.entries.iter(), |py, entry| Bound::new(py, MigrationEntry(entry.clone())).map(Bound::into_any))
    }

    /// The version of the format; 1 is known.
    #[getter]
    fn version(&self) -> u32 {
        self.0.batch.version
    }

    /// How many QR codes the export has; 0 when it was not said.
    #[getter]
    fn size(&self) -> u32 {
        self.0.batch.size
    }

    /// Which one this is, from 0.
    #[getter]
    fn index(&self) -> u32 {
        self.0.batch.index
    }

    /// What all QR codes of the export share; nothing follows from its value.
    #[getter]
    fn batch_id(&self) -> i32 {
        self.0.batch.id
    }

    fn __repr__(&self) -> String {
        format!("<Migration of {} accounts>", self.0.entries.len())
    }

    fn __hash__(&self) -> u64 {
        crate::convert::hash(self.0.entries.len())
    }

    fn __reduce__(&self) -> PyResult<()> {
        Err(no_pickle("Migration"))
    }
}

/// One account of an export: its enrolment, or why it cannot be taken over.
#[pyclass(frozen, eq, module = "libprov")]
#[derive(PartialEq)]
pub(crate) struct MigrationEntry(otp::MigrationEntry);

#[pymethods]
impl MigrationEntry {
    #[classattr]
    #[pyo3(name = "__match_args__")]
    const MATCH_ARGS: (&'static str, &'static str, &'static str) = ("name", "uri", "error");

    /// Its name as the app shows it, shortened.
    #[getter]
    fn name(&self) -> &str {
        &self.0.name
    }

    /// The enrolment; None where it cannot be taken over.
    #[getter]
    fn uri(&self) -> Option<KeyUri> {
        self.0.outcome.clone().ok().map(KeyUri::from)
    }

    /// Why it cannot be taken over; None where it can.
    #[getter]
    fn error<'py>(&self, py: Python<'py>) -> Option<Bound<'py, PyAny>> {
        self.0.outcome.as_ref().err().map(|error| invalid(py, error, "secret").into_value(py).into_bound(py).into_any())
    }

    fn __repr__(&self) -> String {
        format!("<MigrationEntry {}>", quoted(&self.0.name))
    }

    fn __hash__(&self) -> u64 {
        crate::convert::hash(&self.0.name)
    }

    fn __reduce__(&self) -> PyResult<()> {
        Err(no_pickle("MigrationEntry"))
    }
}

/// A QR code (SPEC M4): of an enrolment, or of any text up to 2953 bytes. It holds the secret of the URI in it.
///
/// >>> from libprov import KeyUri, OtpSecret, Qr
/// >>> qr = Qr(KeyUri("Example", "alice@example.com", OtpSecret(b"12345678901234567890")))
/// >>> qr, qr.is_dark(0, 0), len(qr.modules()) == qr.size ** 2
/// (<Qr of 41 modules>, True, True)
/// >>> qr.svg().reveal()[:11]
/// '<svg xmlns='
#[pyclass(frozen, eq, module = "libprov")]
#[derive(PartialEq)]
pub(crate) struct Qr(otp::Qr);

#[pymethods]
impl Qr {
    #[new]
    #[pyo3(signature = (content, /))]
    fn new(content: &Bound<'_, PyAny>) -> PyResult<Self> {
        let py = content.py();
        let made = if let Ok(uri) = content.cast::<KeyUri>() {
            let uri = &uri.get().uri;
            work(py, true, || otp::Qr::of_uri(uri))?
        } else {
            let given = secret(content, "content")?;
            work(py, true, || otp::Qr::of_text(given.expose()))?
        };
        made.map(Self).map_err(|error| invalid(py, &error, "content"))
    }

    /// Modules on a side without margin, 21 to 177.
    #[getter]
    fn size(&self) -> u8 {
        self.0.size()
    }

    /// Whether a module is dark; light outside.
    #[pyo3(signature = (x, y, /))]
    fn is_dark(&self, x: &Bound<'_, PyAny>, y: &Bound<'_, PyAny>) -> PyResult<bool> {
        Ok(self.0.is_dark(number(x, "x", ARGUMENT)?, number(y, "y", ARGUMENT)?))
    }

    /// Give the modules row by row, from the top left, one byte each: 1 for dark. Show 4 light modules on each side.
    fn modules<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, self.0.modules())
    }

    /// Give a whole SVG document, black on white with margin, without width and height.
    fn svg(&self) -> Secret {
        Secret(self.0.svg())
    }

    /// Give the `d` of an SVG path that draws the dark modules, one unit each, behind a margin of 4.
    fn svg_path(&self) -> Secret {
        Secret(self.0.svg_path())
    }

    /// Give lines of half blocks with margin, two rows of modules to a line, for a terminal.
    ///
    /// `background` is what the terminal shows where nothing is printed; `dark` without it.
    #[pyo3(signature = (background = None, /))]
    fn text(&self, background: Option<&Bound<'_, PyAny>>) -> PyResult<Secret> {
        let background = background.map(|value| BACKGROUND.read(value, "background")).transpose()?.unwrap_or_default();
        Ok(Secret(self.0.text(background)))
    }

    fn __repr__(&self) -> String {
        format!("<Qr of {} modules>", self.0.size())
    }

    fn __hash__(&self) -> u64 {
        self.0.size().into()
    }

    fn __reduce__(&self) -> PyResult<()> {
        Err(no_pickle("Qr"))
    }
}
