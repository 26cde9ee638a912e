//! What a tenant decides about the second factor (SPEC M1, M3, M6, M7, M9).

use crate::otp::{Totp, TotpKey, Window};
use crate::policy::{PolicyError, range};
use crate::time::{DAY_MS, HOUR_MS, MINUTE_MS};

/// All settings of the second factor, to be filled in and handed to [`MfaPolicy::new`].
///
/// Lengths of time end in `_ms` and are milliseconds.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct MfaSettings {
    /// How codes of new secrets are made; default SHA-1, 6 digits, 30 s (SPEC M1).
    pub totp: Totp,
    /// Steps accepted on either side; 0 to 2, default 1 (SPEC M1). With 2 the caps of failures are lower (SPEC M8).
    pub window: Window,
    /// Steps searched on either side of the clock for two codes in a row of an app whose clock is off; 0 to 1 000, default 120,
    /// one hour of 30 s; 0: no such login (SPEC M11).
    pub resync_steps: u16,
    /// How long an enrolment waits for its confirmation; one minute to one hour, default 15 min (SPEC M3).
    pub enrolment_ms: u64,
    /// Wrong codes until an enrolment is void; 1 to 10, default 10 (SPEC M3).
    pub enrolment_tries: u8,
    /// Whether the tenant demands the factor of everybody; default no (SPEC M6).
    pub demanded: bool,
    /// How long a demand waits until the account is locked, or none for ever; one to 90 days, default 14 days (SPEC M6).
    pub demand_ms: Option<u64>,
    /// Whether an enrolment that is demanded needs a grant; default no (SPEC M6).
    pub grants: bool,
    /// How long a grant is good; one hour to 30 days, default 72 h (SPEC M6).
    pub grant_ms: u64,
    /// What the owner gives to switch off; default a code (SPEC M6).
    pub switch_off: SwitchOff,
    /// How many recovery codes there are; default a single one (SPEC M7).
    pub recovery: RecoveryMode,
    /// Whether trusted addresses skip the code of a login; default no (SPEC M9).
    pub trusted_addresses: bool,
}

impl Default for MfaSettings {
    fn default() -> Self {
        Self {
            totp: Totp::DEFAULT,
            window: Window::DEFAULT,
            resync_steps: 120,
            enrolment_ms: 15 * MINUTE_MS,
            enrolment_tries: 10,
            demanded: false,
            demand_ms: Some(14 * DAY_MS),
            grants: false,
            grant_ms: 72 * HOUR_MS,
            switch_off: SwitchOff::Code,
            recovery: RecoveryMode::Single,
            trusted_addresses: false,
        }
    }
}

/// What the owner gives to switch the factor off, besides accepting the risk.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum SwitchOff {
    /// A right code.
    Code,
    /// Nothing else, in a session that passed the factor.
    RiskOnly,
}

/// How many recovery codes an account has.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum RecoveryMode {
    /// One; using it gives a new one.
    Single,
    /// So many, 2 to 20, usually 10; each is good once.
    Set(u8),
}

impl RecoveryMode {
    /// How many codes are drawn.
    pub(crate) const fn codes(self) -> u8 {
        match self {
            Self::Single => 1,
            Self::Set(codes) => codes,
        }
    }
}

/// The most recovery codes of a set.
pub(crate) const MAX_CODES: u8 = 20;

/// Checked settings.
///
/// ```
/// use libprov::mfa::{MfaPolicy, MfaSettings};
/// assert!(MfaPolicy::new(MfaSettings::default()).is_ok());
/// let error = MfaPolicy::new(MfaSettings { enrolment_tries: 0, ..MfaSettings::default() }).unwrap_err();
/// assert_eq!(error.to_string(), "enrolment_tries is 0; it must lie between 1 and 10");
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct MfaPolicy(MfaSettings);

impl MfaPolicy {
    /// Checks settings.
    ///
    /// # Errors
    /// [`PolicyError::Range`] names the first field that is nonsense.
    pub fn new(settings: MfaSettings) -> Result<Self, PolicyError> {
        let s = &settings;
        range("window", u64::from(s.window.steps()), 0, 2)?;
        range("resync_steps", u64::from(s.resync_steps), 0, u64::from(TotpKey::MAX_REACH))?;
        range("enrolment_ms", s.enrolment_ms, MINUTE_MS, HOUR_MS)?;
        range("enrolment_tries", u64::from(s.enrolment_tries), 1, 10)?;
        if let Some(demand_ms) = s.demand_ms {
            range("demand_ms", demand_ms, DAY_MS, 90 * DAY_MS)?;
        }
        range("grant_ms", s.grant_ms, HOUR_MS, 30 * DAY_MS)?;
        if let RecoveryMode::Set(codes) = s.recovery {
            range("recovery", u64::from(codes), 2, u64::from(MAX_CODES))?;
        }
        Ok(Self(settings))
    }

    /// The settings.
    pub const fn settings(&self) -> &MfaSettings {
        &self.0
    }
}
