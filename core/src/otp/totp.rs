//! TOTP: codes from a secret and the time (RFC 6238), judged in constant work (SPEC M1, M2, M11).

use super::hotp::{self, Code, HotpKey};
use super::{Algorithm, OtpError, OtpField, OtpSecret};
use crate::time::{SECOND_MS, Timestamp};
use subtle::{Choice, ConditionallySelectable, ConstantTimeEq};

/// How codes are made from the time. The default is what every authenticator app can: SHA-1, 6 digits, 30 seconds.
///
/// ```
/// use libprov::otp::{Algorithm, Totp};
/// let totp = Totp::builder().algorithm(Algorithm::Sha256).digits(8).build()?;
/// assert_eq!((totp.digits(), totp.period_s()), (8, 30));
/// assert!(totp.compat_warnings().count() > 0);
/// assert!(Totp::builder().period_s(0).build().is_err());
/// # Ok::<(), libprov::otp::OtpError>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq, Ord, PartialOrd, Hash)]
pub struct Totp {
    algorithm: Algorithm,
    digits: u8,
    period_s: u8,
    t0_s: u32,
}

impl Totp {
    /// SHA-1, 6 digits, 30 seconds, counted from 1970.
    pub const DEFAULT: Self = Self { algorithm: Algorithm::Sha1, digits: 6, period_s: 30, t0_s: 0 };

    /// Starts from the default.
    pub const fn builder() -> TotpBuilder {
        TotpBuilder { algorithm: Algorithm::Sha1, digits: 6, short_codes: false, period_s: 30, t0_s: 0 }
    }

    /// The hash function.
    pub const fn algorithm(self) -> Algorithm {
        self.algorithm
    }

    /// The digits of a code, 4 to 8.
    pub const fn digits(self) -> u8 {
        self.digits
    }

    /// The length of a step in seconds, 1 to 120.
    pub const fn period_s(self) -> u8 {
        self.period_s
    }

    /// Where step 0 begins, in seconds since 1970.
    pub const fn t0_s(self) -> u32 {
        self.t0_s
    }

    /// The step that an instant lies in.
    pub const fn step_at(self, now: Timestamp) -> u64 {
        self.step_at_s(now.as_ms().unsigned_abs() / SECOND_MS)
    }

    /// The step that a second since 1970 lies in; 0 before step 0. For seconds that no [`Timestamp`] holds.
    pub const fn step_at_s(self, unix_s: u64) -> u64 {
        unix_s.saturating_sub(self.t0_s as u64) / self.period_s as u64
    }

    /// What common authenticator apps make of these settings (SPEC M4). None for the default.
    pub fn compat_warnings(self) -> impl Iterator<Item = CompatWarning> {
        [
            (self.algorithm != Algorithm::Sha1, CompatWarning::AlgorithmIgnored),
            (self.digits != 6, CompatWarning::DigitsIgnored),
            (self.digits < 6, CompatWarning::ShortCodes),
            (self.digits == 7, CompatWarning::SevenDigits),
            (self.period_s != 30, CompatWarning::PeriodIgnored),
            (self.t0_s != 0, CompatWarning::StartIgnored),
        ]
        .into_iter()
        .filter_map(|(applies, warning)| applies.then_some(warning))
    }
}

impl Default for Totp {
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// Settings on their way to a [`Totp`].
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[must_use = "a builder does nothing until `build`"]
pub struct TotpBuilder {
    algorithm: Algorithm,
    digits: u32,
    short_codes: bool,
    period_s: u32,
    t0_s: u64,
}

impl TotpBuilder {
    /// Sets the hash function.
    pub const fn algorithm(self, algorithm: Algorithm) -> Self {
        Self { algorithm, ..self }
    }

    /// Sets the digits of a code: 6 to 8, and 4 or 5 after [`TotpBuilder::short_codes`].
    pub const fn digits(self, digits: u32) -> Self {
        Self { digits, ..self }
    }

    /// Allows 4 and 5 digits, whose codes are guessed in so few tries that accounts lock after very few (SPEC M8).
    pub const fn short_codes(self) -> Self {
        Self { short_codes: true, ..self }
    }

    /// Sets the length of a step: 1 to 120 seconds (SP 800-63B-4: a nonce changes at least every two minutes).
    pub const fn period_s(self, period_s: u32) -> Self {
        Self { period_s, ..self }
    }

    /// Sets where step 0 begins, in seconds since 1970: not after the start of 2020. An `otpauth://` URI cannot say it.
    pub const fn t0_s(self, t0_s: u64) -> Self {
        Self { t0_s, ..self }
    }

    /// Checks the settings (SPEC M1).
    ///
    /// # Errors
    /// [`OtpError::Range`] names the field that is out of range; [`OtpError::ShortCodes`] for 4 or 5 digits that were not
    /// asked for.
    pub fn build(self) -> Result<Totp, OtpError> {
        let within = |field, value: u64, min: u64, max: u64| {
            if (min..=max).contains(&value) { Ok(value) } else { Err(OtpError::Range { field, value, min, max }) }
        };
        if !self.short_codes && matches!(self.digits, 4 | 5) {
            return Err(OtpError::ShortCodes);
        }
        let least = if self.short_codes { *hotp::DIGITS.start() } else { 6 };
        let digits = within(OtpField::Digits, self.digits.into(), least.into(), (*hotp::DIGITS.end()).into())?;
        let period_s = within(OtpField::Period, self.period_s.into(), 1, MAX_PERIOD_S)?;
        let latest = Timestamp::MIN.as_ms().unsigned_abs() / SECOND_MS;
        let t0_s = within(OtpField::T0, self.t0_s, 0, latest)?;
        // All three are within ranges that fit.
        Ok(Totp { algorithm: self.algorithm, digits: digits as u8, period_s: period_s as u8, t0_s: t0_s as u32 })
    }
}

/// A setting that common authenticator apps ignore, so that they show codes which never match. The confirmation that an
/// enrolment asks for catches each of them; the warning says it before.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Ord, PartialOrd, Hash)]
#[non_exhaustive]
pub enum CompatWarning {
    /// Microsoft Authenticator, Authy and Duo make SHA-1 codes whatever the URI says (as tested in 2025:
    /// fmarier.org/posts/totp-in-2025); Google Authenticator did so until about 2023.
    AlgorithmIgnored,
    /// Authy and Google Authenticator before about 2023 show six digits whatever the URI says (sec51/twofactor#11,
    /// keycloak#27349).
    DigitsIgnored,
    /// Hardly any app shows four or five digits, and the accounts lock after very few tries (SPEC M8).
    ShortCodes,
    /// Apps offer six or eight digits; the export format of Google Authenticator has no seven.
    SevenDigits,
    /// Google Authenticator and Microsoft Authenticator take 30 seconds whatever the URI says (Key URI format;
    /// TwoFactorAuth.Net#18).
    PeriodIgnored,
    /// An `otpauth://` URI has no field for where the steps begin.
    StartIgnored,
}

impl CompatWarning {
    /// The warning as one English line.
    pub const fn text(self) -> &'static str {
        match self {
            Self::AlgorithmIgnored => "Microsoft Authenticator, Authy and Duo ignore the algorithm and make SHA-1 codes",
            Self::DigitsIgnored => "some authenticator apps ignore the number of digits and show six",
            Self::ShortCodes => "hardly any authenticator app shows fewer than six digits",
            Self::SevenDigits => "authenticator apps offer six or eight digits, and exports cannot say seven",
            Self::PeriodIgnored => "Google Authenticator and Microsoft Authenticator ignore the period and take 30 seconds",
            Self::StartIgnored => "an otpauth URI cannot say where the steps begin",
        }
    }
}

impl core::fmt::Display for CompatWarning {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(self.text())
    }
}

/// Steps that are accepted on either side of the present one: 1 unless said otherwise (RFC 6238 section 5.2).
#[derive(Clone, Copy, Debug, Eq, PartialEq, Ord, PartialOrd, Hash)]
pub struct Window(u8);

impl Window {
    /// One step on either side.
    pub const DEFAULT: Self = Self(1);
    /// The most steps a login may accept on either side.
    pub const MAX_STEPS: u8 = 10;

    /// Takes the steps on either side, 0 to 10.
    ///
    /// # Errors
    /// [`OtpError::Range`] above 10: what is wider wants [`TotpKey::resynchronise`].
    pub const fn new(steps: u8) -> Result<Self, OtpError> {
        if steps > Self::MAX_STEPS {
            let (value, max) = (steps as u64, Self::MAX_STEPS as u64);
            return Err(OtpError::Range { field: OtpField::Window, value, min: 0, max });
        }
        Ok(Self(steps))
    }

    /// The steps on either side.
    pub const fn steps(self) -> u8 {
        self.0
    }
}

impl Default for Window {
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// What a code turned out to be.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[must_use = "an accepted step must be stored before anybody is let in"]
#[non_exhaustive]
pub enum OtpOutcome {
    /// Right: store `step` as the last accepted one, then let in (SPEC M2, M12).
    Accepted {
        /// The step that is burned: the highest one with this code.
        step: u64,
        /// Steps by which the phone's clock is ahead; negative when it is behind.
        drift: i32,
    },
    /// Right, but for the last accepted step or an older one. Show it as wrong; tell the account's owner (SPEC M2).
    Replayed {
        /// The highest step with this code.
        step: u64,
    },
    /// No step of the window has this code.
    Wrong,
    /// Not the right number of ASCII digits; nothing was computed.
    Malformed,
    /// The clock stands before the last accepted step by more than the window; nothing was computed (SPEC M11).
    ClockError {
        /// Steps from the clock to the last accepted one.
        behind: u64,
    },
}

/// A secret made ready to judge codes. Derived from [`OtpSecret`] and [`Totp`], never stored; wiped on drop.
///
/// Judging one code costs the same whether it is right, wrong or where it matches: every step of the window is computed
/// and compared in constant time (SPEC M1).
///
/// ```
/// use libprov::otp::{OtpOutcome, OtpSecret, Totp, TotpKey, Window};
/// use libprov::time::Timestamp;
/// let secret = OtpSecret::from_bytes(b"12345678901234567890")?;
/// let key = TotpKey::new(&secret, Totp::DEFAULT);
/// let now = Timestamp::from_ms(2_000_000_000_000)?;
/// let first = key.verify("279 037", now, None, Window::DEFAULT);
/// assert_eq!(first, OtpOutcome::Accepted { step: 0x3f9_40aa, drift: 0 });
/// let again = key.verify("279037", now, Some(0x3f9_40aa), Window::DEFAULT);
/// assert_eq!(again, OtpOutcome::Replayed { step: 0x3f9_40aa });
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct TotpKey {
    key: HotpKey,
    totp: Totp,
}

impl TotpKey {
    /// The most steps on either side that [`TotpKey::resynchronise`] searches.
    pub const MAX_REACH: u16 = 1_000;

    /// Prepares a secret.
    pub fn new(secret: &OtpSecret, totp: Totp) -> Self {
        Self { key: HotpKey::of(secret, totp.algorithm, totp.digits), totp }
    }

    /// How its codes are made.
    pub const fn totp(&self) -> Totp {
        self.totp
    }

    /// The code of a step.
    pub fn generate(&self, step: u64) -> Code {
        self.key.code(step)
    }

    /// Judges what somebody typed (SPEC M1, M2, M11). `last_step` is the last accepted step of this secret.
    pub fn verify(&self, code: &str, now: Timestamp, last_step: Option<u64>, window: Window) -> OtpOutcome {
        self.verify_at(code, self.totp.step_at(now), last_step, window)
    }

    /// The same around a given step: for a clock whose drift is known, or for instants that no [`Timestamp`] holds.
    pub fn verify_at(&self, code: &str, centre: u64, last_step: Option<u64>, window: Window) -> OtpOutcome {
        let Some(wanted) = hotp::typed(code, self.key.digits()) else {
            return OtpOutcome::Malformed;
        };
        if let Some(behind) = behind(centre, last_step, window.0.into()) {
            return OtpOutcome::ClockError { behind };
        }
        let range = Range::around(centre, window.0.into());
        let mut found = Highest::default();
        let mut at = 0;
        while at < range.len {
            let steps = range.lanes(at);
            at += LANES;
            for (step, value) in steps.into_iter().zip(self.key.values(steps)) {
                found.note(step, value.ct_eq(&wanted));
            }
        }
        found.judge(centre, last_step)
    }

    /// Finds a token whose clock is far off by two codes it showed one after the other (SPEC M11, RFC 6238 section 6).
    ///
    /// `reach` is how many steps on either side are searched, at most [`TotpKey::MAX_REACH`]; the work depends on it alone.
    /// The step of the second code is burned; neither code may have been accepted before.
    ///
    /// # Errors
    /// [`OtpError::Range`] for a reach of 0 or above the maximum.
    pub fn resynchronise(
        &self,
        first: &str,
        second: &str,
        now: Timestamp,
        last_step: Option<u64>,
        reach: u16,
    ) -> Result<OtpOutcome, OtpError> {
        if reach == 0 || reach > Self::MAX_REACH {
            let (value, max) = (reach.into(), Self::MAX_REACH.into());
            return Err(OtpError::Range { field: OtpField::Reach, value, min: 1, max });
        }
        let digits = self.key.digits();
        let (Some(first), Some(second)) = (hotp::typed(first, digits), hotp::typed(second, digits)) else {
            return Ok(OtpOutcome::Malformed);
        };
        let centre = self.totp.step_at(now);
        if let Some(behind) = behind(centre, last_step, reach.into()) {
            return Ok(OtpOutcome::ClockError { behind });
        }
        let range = Range::around(centre, reach);
        let (mut found, mut before, mut previous) = (Highest::default(), Choice::from(0), None);
        for at in (0..range.len).step_by(LANES) {
            let steps = range.lanes(at);
            for (step, value) in steps.into_iter().zip(self.key.values(steps)) {
                // The same step stands twice where the range is cut at its end.
                let next = Choice::from(u8::from(previous != Some(step)));
                found.note(step, value.ct_eq(&second) & before & next);
                before = Choice::conditional_select(&before, &value.ct_eq(&first), next);
                previous = Some(step);
            }
        }
        // The first code is of the step before: that one must be new as well.
        Ok(found.judge(centre, last_step.map(|last| last.saturating_add(1))))
    }
}

/// Longest step in seconds (SP 800-63B-4: the nonce changes at least every two minutes).
const MAX_PERIOD_S: u64 = 120;

/// Steps computed together: the three of the usual window.
const LANES: usize = 3;

/// Steps by which the clock stands before the last accepted step, when that is more than `window`.
fn behind(centre: u64, last_step: Option<u64>, window: u64) -> Option<u64> {
    last_step.and_then(|last| last.checked_sub(centre)).filter(|behind| *behind > window)
}

/// The steps around one, always the same number: where they would fall below 0 or beyond the last, one stands several times.
struct Range {
    low: u64,
    high: u64,
    len: usize,
}

impl Range {
    fn around(centre: u64, window: u16) -> Self {
        let (low, high) = (centre.saturating_sub(window.into()), centre.saturating_add(window.into()));
        Self { low, high, len: 2 * usize::from(window) + 1 }
    }

    /// The steps from place `at` on, in ascending order.
    fn lanes(&self, at: usize) -> [u64; LANES] {
        core::array::from_fn(|lane| self.low.saturating_add((at + lane) as u64).min(self.high))
    }
}

/// The highest step that matched, kept without a branch.
struct Highest {
    step: u64,
    any: Choice,
}

impl Default for Highest {
    fn default() -> Self {
        Self { step: 0, any: Choice::from(0) }
    }
}

impl Highest {
    /// Steps come in ascending order.
    fn note(&mut self, step: u64, matches: Choice) {
        self.step.conditional_assign(&step, matches);
        self.any |= matches;
    }

    fn judge(self, centre: u64, last_step: Option<u64>) -> OtpOutcome {
        let step = self.step;
        if !bool::from(self.any) {
            OtpOutcome::Wrong
        } else if last_step.is_some_and(|last| step <= last) {
            OtpOutcome::Replayed { step }
        } else {
            // No window is wider than a thousand steps.
            OtpOutcome::Accepted { step, drift: step.wrapping_sub(centre) as i32 }
        }
    }
}
