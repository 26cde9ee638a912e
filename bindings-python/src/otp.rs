//! One-time passwords: secrets, settings, codes, and judging what somebody typed (SPEC M1, M2, M4, M11).

use libprov::error::ErrorCode;
use libprov::otp;
use pyo3::prelude::*;
use pyo3::types::{PyString, PyTuple, PyType};

use crate::convert::{blob, entropy, hash, id, instant, number, optional, secret, text, truth, tuple};
use crate::errors::{ARGUMENT, barrier, invalid, refused, work, wrong_type};
use crate::secret::{Secret, no_pickle};
use crate::words::{ALGORITHM, COMPAT_WARNING, OTP_VERDICT};

/// The number of an argument that is out of range, whatever the range.
const RANGE: u16 = ErrorCode::OTP_RANGE.number();

/// The shared secret of an account and its authenticator app (SPEC M4).
///
/// It is shown by `reveal()`, `base32()` and `grouped()` only, and cannot be pickled. Two are compared in constant time.
///
/// Args:
///     data: 16 to 256 random bytes, as `reveal()` gave them; `imported` takes fewer, of other systems.
///
/// >>> import secrets
/// >>> from libprov import OtpSecret
/// >>> secret = OtpSecret.generate(entropy=secrets.token_bytes(32))
/// >>> secret, len(secret.reveal()), secret.is_weak
/// (OtpSecret('[secret]'), 20, False)
/// >>> OtpSecret(b"12345678901234567890").grouped().reveal()
/// 'GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ'
#[pyclass(frozen, eq, module = "libprov")]
#[derive(PartialEq)]
pub(crate) struct OtpSecret(pub(crate) otp::OtpSecret);

#[pymethods]
impl OtpSecret {
    #[new]
    #[pyo3(signature = (data, /))]
    fn new(data: &Bound<'_, PyAny>) -> PyResult<Self> {
        let bytes = blob(data, "data")?;
        otp::OtpSecret::from_bytes(&bytes).map(Self).map_err(|error| invalid(data.py(), &error, "data"))
    }

    /// Make a new secret.
    ///
    /// Args:
    ///     size: its length in bytes, 16 to 64; 20 without it.
    ///     entropy: 32 bytes that were drawn for this call.
    #[classmethod]
    #[pyo3(signature = (*, size = None, entropy))]
    fn generate(_cls: &Bound<'_, PyType>, size: Option<&Bound<'_, PyAny>>, entropy: &Bound<'_, PyAny>) -> PyResult<Self> {
        let wrong = ErrorCode::OTP_SECRET_LENGTH.number();
        let size = optional(size, "size", |size, field| number(size, field, wrong))?.unwrap_or(otp::OtpSecret::DEFAULT_BYTES);
        let made = otp::OtpSecret::generate_bytes(size, self::entropy(entropy)?);
        made.map(Self).map_err(|error| invalid(entropy.py(), &error, "size"))
    }

    /// Read another system's secret as Base32, in any case, with spaces, dashes and padding (SPEC M10). See `is_weak`.
    #[classmethod]
    #[pyo3(signature = (base32, /))]
    fn parse(_cls: &Bound<'_, PyType>, base32: &Bound<'_, PyAny>) -> PyResult<Self> {
        let given = secret(base32, "base32")?;
        otp::OtpSecret::parse(given.expose()).map(Self).map_err(|error| invalid(base32.py(), &error, "base32"))
    }

    /// Take the bytes of another system's secret, also fewer than 16 (SPEC M10). See `is_weak`.
    #[classmethod]
    #[pyo3(signature = (data, /))]
    fn imported(_cls: &Bound<'_, PyType>, data: &Bound<'_, PyAny>) -> PyResult<Self> {
        let bytes = blob(data, "data")?;
        otp::OtpSecret::import(&bytes).map(Self).map_err(|error| invalid(data.py(), &error, "data"))
    }

    /// Whether it has less than 128 bits and should be replaced (RFC 4226 section 4).
    #[getter]
    fn is_weak(&self) -> bool {
        self.0.is_weak()
    }

    /// Show the bytes, for the host's own encrypted store.
    fn reveal(&self) -> &[u8] {
        self.0.expose()
    }

    /// Give it as Base32 without padding.
    fn base32(&self) -> Secret {
        Secret(self.0.base32())
    }

    /// Give it as Base32 in groups of four, for typing.
    fn grouped(&self) -> Secret {
        Secret(self.0.grouped())
    }

    fn __repr__(&self) -> &'static str {
        "OtpSecret('[secret]')"
    }

    /// The same for all: a hash of the bytes would tell about them.
    fn __hash__(&self) -> isize {
        4
    }

    fn __reduce__(&self) -> PyResult<()> {
        Err(no_pickle("OtpSecret"))
    }
}

/// A hash function: an `Algorithm`, or a name in one of its spellings.
fn algorithm(value: &Bound<'_, PyAny>, field: &str) -> PyResult<otp::Algorithm> {
    if !value.is_instance_of::<PyString>() {
        return Err(wrong_type(value, field, "an Algorithm or its name"));
    }
    let unknown = || refused(value.py(), ARGUMENT, field, &format!("{field} is no Algorithm; expected SHA1, SHA256 or SHA512"));
    otp::Algorithm::from_name(text(value, field)?).ok_or_else(unknown)
}

/// How codes are made from the time; without arguments what every authenticator app can (SPEC M1).
///
/// Args:
///     algorithm: the hash function; SHA-1 without it.
///     digits: of a code, 6 to 8; 6 without it.
///     short_codes: whether 4 and 5 digits are allowed, although they are guessed in few tries.
///     period_s: seconds of a step, 1 to 120; 30 without it.
///     t0_s: where step 0 begins, in seconds since 1970; an `otpauth://` URI cannot say it.
///
/// >>> from libprov import Totp
/// >>> totp = Totp(algorithm="sha-256", digits=8)
/// >>> totp.algorithm, totp.period_s, totp.step_at(2_000_000_000_000)
/// (<Algorithm.SHA256: 'SHA256'>, 30, 66666666)
/// >>> [str(warning) for warning in totp.compat_warnings]
/// ['algorithm_ignored', 'digits_ignored']
#[pyclass(frozen, eq, module = "libprov")]
#[derive(PartialEq)]
pub(crate) struct Totp(pub(crate) otp::Totp);

#[pymethods]
impl Totp {
    #[new]
    #[pyo3(signature = (*, algorithm = None, digits = None, short_codes = None, period_s = None, t0_s = None))]
    fn new(
        py: Python<'_>,
        algorithm: Option<&Bound<'_, PyAny>>,
        digits: Option<&Bound<'_, PyAny>>,
        short_codes: Option<&Bound<'_, PyAny>>,
        period_s: Option<&Bound<'_, PyAny>>,
        t0_s: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Self> {
        let mut builder = otp::Totp::builder();
        if let Some(algorithm) = optional(algorithm, "algorithm", self::algorithm)? {
            builder = builder.algorithm(algorithm);
        }
        if let Some(digits) = optional(digits, "digits", |value, field| number(value, field, RANGE))? {
            builder = builder.digits(digits);
        }
        if optional(short_codes, "short_codes", truth)?.unwrap_or(false) {
            builder = builder.short_codes();
        }
        if let Some(period_s) = optional(period_s, "period_s", |value, field| number(value, field, RANGE))? {
            builder = builder.period_s(period_s);
        }
        if let Some(t0_s) = optional(t0_s, "t0_s", |value, field| number(value, field, RANGE))? {
            builder = builder.t0_s(t0_s);
        }
        builder.build().map(Self).map_err(|error| invalid(py, &error, "digits"))
    }

    /// The hash function.
    #[getter]
    fn algorithm<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        ALGORITHM.show(py, self.0.algorithm())
    }

    /// Digits of a code.
    #[getter]
    fn digits(&self) -> u8 {
        self.0.digits()
    }

    /// Seconds of a step.
    #[getter]
    fn period_s(&self) -> u8 {
        self.0.period_s()
    }

    /// Where step 0 begins, in seconds since 1970.
    #[getter]
    fn t0_s(&self) -> u32 {
        self.0.t0_s()
    }

    /// What common authenticator apps make of these settings (SPEC M4); empty for what every app can.
    #[getter]
    fn compat_warnings<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        tuple(py, self.0.compat_warnings(), |py, warning| COMPAT_WARNING.show(py, warning))
    }

    /// Give the step that an instant lies in.
    #[pyo3(signature = (now, /))]
    fn step_at(&self, now: &Bound<'_, PyAny>) -> PyResult<u64> {
        Ok(self.0.step_at(instant(now, "now")?))
    }

    /// Give the step that a second since 1970 lies in, also outside of 2020 to 2200.
    #[pyo3(signature = (unix_s, /))]
    fn step_at_s(&self, unix_s: &Bound<'_, PyAny>) -> PyResult<u64> {
        Ok(self.0.step_at_s(id(unix_s, "unix_s")?))
    }

    fn __repr__(&self) -> String {
        let (algorithm, digits, period_s) = (self.0.algorithm().name(), self.0.digits(), self.0.period_s());
        let short = if digits < 6 { ", short_codes=True" } else { "" };
        let start = if self.0.t0_s() > 0 { format!(", t0_s={}", self.0.t0_s()) } else { String::new() };
        format!("Totp(algorithm='{algorithm}', digits={digits}{short}, period_s={period_s}{start})")
    }

    fn __hash__(&self) -> u64 {
        hash(self.0)
    }
}

/// Say what common authenticator apps make of a setting, as one English line.
///
/// >>> from libprov import CompatWarning, compat_text
/// >>> compat_text(CompatWarning.PERIOD_IGNORED)
/// 'Google Authenticator and Microsoft Authenticator ignore the period and take 30 seconds'
#[pyfunction]
#[pyo3(signature = (warning, /))]
pub(crate) fn compat_text(warning: &Bound<'_, PyAny>) -> PyResult<&'static str> {
    Ok(COMPAT_WARNING.read(warning, "warning")?.text())
}

/// Give the code of a counter, as systems with counters have it (HOTP, RFC 4226).
///
/// Args:
///     algorithm: the hash function; SHA-1 without it.
///     digits: 4 to 8; 6 without it.
///
/// >>> from libprov import OtpSecret, hotp_code
/// >>> hotp_code(OtpSecret(b"12345678901234567890"), 0).reveal()
/// '755224'
#[pyfunction]
#[pyo3(signature = (secret, counter, *, algorithm = None, digits = None))]
pub(crate) fn hotp_code(
    secret: &Bound<'_, OtpSecret>,
    counter: &Bound<'_, PyAny>,
    algorithm: Option<&Bound<'_, PyAny>>,
    digits: Option<&Bound<'_, PyAny>>,
) -> PyResult<Secret> {
    let algorithm = optional(algorithm, "algorithm", self::algorithm)?.unwrap_or_default();
    let digits = optional(digits, "digits", |value, field| number(value, field, RANGE))?.unwrap_or(6);
    let key = otp::HotpKey::new(&secret.get().0, algorithm, digits);
    let key = key.map_err(|error| invalid(secret.py(), &error, "digits"))?;
    Ok(code(&key.code(id(counter, "counter")?)))
}

fn code(code: &otp::Code) -> Secret {
    Secret(code.as_str().into())
}

/// A secret made ready to judge codes (SPEC M1, M2, M11). It is derived: store the secret and the settings, not this.
///
/// Judging costs the same whether a code is right or wrong, and wherever it matches.
///
/// Args:
///     totp: how codes are made; what every app can without it.
///
/// >>> from libprov import OtpSecret, OtpVerdict, TotpKey
/// >>> key = TotpKey(OtpSecret(b"12345678901234567890"))
/// >>> first = key.verify("279 037", now=2_000_000_000_000, last_step=None)
/// >>> first.verdict, first.step
/// (<OtpVerdict.ACCEPTED: 'accepted'>, 66666666)
/// >>> key.verify("279037", now=2_000_000_000_000, last_step=first.step).verdict
/// <OtpVerdict.REPLAYED: 'replayed'>
#[pyclass(frozen, module = "libprov")]
pub(crate) struct TotpKey(otp::TotpKey);

fn window(value: Option<&Bound<'_, PyAny>>) -> PyResult<otp::Window> {
    let Some(value) = value else { return Ok(otp::Window::DEFAULT) };
    otp::Window::new(number(value, "window", RANGE)?).map_err(|error| invalid(value.py(), &error, "window"))
}

fn last(value: Option<&Bound<'_, PyAny>>) -> PyResult<Option<u64>> {
    value.map(|step| id(step, "last_step")).transpose()
}

#[pymethods]
impl TotpKey {
    #[new]
    #[pyo3(signature = (secret, totp = None, /))]
    fn new(secret: &Bound<'_, OtpSecret>, totp: Option<&Bound<'_, Totp>>) -> Self {
        let totp = totp.map_or(otp::Totp::DEFAULT, |totp| totp.get().0);
        Self(otp::TotpKey::new(&secret.get().0, totp))
    }

    /// How its codes are made.
    #[getter]
    fn totp(&self) -> Totp {
        Totp(self.0.totp())
    }

    /// Give the code of a step.
    #[pyo3(signature = (step, /))]
    fn generate(&self, step: &Bound<'_, PyAny>) -> PyResult<Secret> {
        Ok(code(&self.0.generate(id(step, "step")?)))
    }

    /// Judge what somebody typed: ASCII digits, spaces and `-` are dropped.
    ///
    /// Args:
    ///     code: what was typed.
    ///     now: an aware datetime in any zone, or milliseconds since 1970.
    ///     last_step: the last accepted step of this secret; None: none yet. Without it a code is good again.
    ///     window: steps that are accepted on either side of the present one, 0 to 10; 1 without it.
    #[pyo3(signature = (code, *, now, last_step, window = None))]
    fn verify(
        &self,
        code: &Bound<'_, PyAny>,
        now: &Bound<'_, PyAny>,
        last_step: Option<&Bound<'_, PyAny>>,
        window: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<OtpOutcome> {
        let step = self.0.totp().step_at(instant(now, "now")?);
        self.judge(code, step, last_step, window)
    }

    /// Judge around a given step: for a clock whose drift is known, or for instants outside of 2020 to 2200.
    #[pyo3(signature = (code, step, *, last_step, window = None))]
    fn verify_at(
        &self,
        code: &Bound<'_, PyAny>,
        step: &Bound<'_, PyAny>,
        last_step: Option<&Bound<'_, PyAny>>,
        window: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<OtpOutcome> {
        self.judge(code, id(step, "step")?, last_step, window)
    }

    /// Find a token whose clock is far off, by two codes it showed one after the other (SPEC M11).
    ///
    /// The step of the second is the one to store; neither may have been accepted before.
    ///
    /// Args:
    ///     reach: steps searched on either side, 1 to 1000.
    #[pyo3(signature = (first, second, *, now, last_step, reach))]
    fn resynchronise(
        &self,
        first: &Bound<'_, PyAny>,
        second: &Bound<'_, PyAny>,
        now: &Bound<'_, PyAny>,
        last_step: Option<&Bound<'_, PyAny>>,
        reach: &Bound<'_, PyAny>,
    ) -> PyResult<OtpOutcome> {
        let py = first.py();
        let (first, second) = (secret(first, "first")?, secret(second, "second")?);
        let (now, last_step) = (instant(now, "now")?, last(last_step)?);
        let reach = number(reach, "reach", RANGE)?;
        let found = work(py, true, || self.0.resynchronise(first.expose(), second.expose(), now, last_step, reach))?;
        found.map(OtpOutcome).map_err(|error| invalid(py, &error, "reach"))
    }

    fn __repr__(&self) -> &'static str {
        "TotpKey('[secret]')"
    }

    fn __reduce__(&self) -> PyResult<()> {
        Err(no_pickle("TotpKey"))
    }
}

impl TotpKey {
    fn judge(
        &self,
        code: &Bound<'_, PyAny>,
        step: u64,
        last_step: Option<&Bound<'_, PyAny>>,
        window: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<OtpOutcome> {
        let (last_step, window) = (last(last_step)?, self::window(window)?);
        // Lent where it is text: a copy of it would cost as much as a compression.
        if let Ok(held) = code.cast::<Secret>() {
            return barrier(code.py(), || OtpOutcome(self.0.verify_at(held.get().0.expose(), step, last_step, window)));
        }
        if !code.is_instance_of::<PyString>() {
            return Err(wrong_type(code, "code", "str or Secret"));
        }
        let typed = text(code, "code")?;
        barrier(code.py(), || OtpOutcome(self.0.verify_at(typed, step, last_step, window)))
    }
}

/// What a code turned out to be. Only `accepted` lets in, and only it is true as a truth value; store `step` first.
#[pyclass(frozen, eq, module = "libprov")]
#[derive(PartialEq)]
pub(crate) struct OtpOutcome(otp::OtpOutcome);

impl OtpOutcome {
    const fn name(&self) -> &'static str {
        match self.0 {
            otp::OtpOutcome::Accepted { .. } => "accepted",
            otp::OtpOutcome::Replayed { .. } => "replayed",
            otp::OtpOutcome::Malformed => "malformed",
            otp::OtpOutcome::ClockError { .. } => "clock_error",
            // A later core may know more; none of it lets anybody in.
            _ => "wrong",
        }
    }
}

#[pymethods]
impl OtpOutcome {
    #[classattr]
    #[pyo3(name = "__match_args__")]
    const MATCH_ARGS: (&'static str, &'static str) = ("verdict", "step");

    /// The verdict.
    #[getter]
    fn verdict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        OTP_VERDICT.member(py, self.name())
    }

    /// The highest step with this code, with `accepted` and `replayed`: what to store as the last accepted one.
    #[getter]
    fn step(&self) -> Option<u64> {
        match self.0 {
            otp::OtpOutcome::Accepted { step, .. } | otp::OtpOutcome::Replayed { step } => Some(step),
            _ => None,
        }
    }

    /// Steps by which the phone's clock is ahead, with `accepted`; negative when it is behind.
    #[getter]
    fn drift(&self) -> Option<i32> {
        if let otp::OtpOutcome::Accepted { drift, .. } = self.0 { Some(drift) } else { None }
    }

    /// Steps from the clock to the last accepted one, with `clock_error`.
    #[getter]
    fn behind(&self) -> Option<u64> {
        if let otp::OtpOutcome::ClockError { behind } = self.0 { Some(behind) } else { None }
    }

    fn __bool__(&self) -> bool {
        matches!(self.0, otp::OtpOutcome::Accepted { .. })
    }

    fn __repr__(&self) -> String {
        format!("<OtpOutcome {}>", self.name())
    }

    fn __hash__(&self) -> u64 {
        hash((self.name(), self.step()))
    }
}
