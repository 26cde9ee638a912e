//! Identifiers that are text and bits only: tenant, epoch, lease, attempt, account slot.

use crate::error::codes;
use crate::mac::shown;
use alloc::string::String;

/// A tenant's id: 16 bytes, either a UUID or a number below 2^64.
///
/// ```
/// use libprov::ids::TenantId;
/// assert_eq!(TenantId::from_number(42).to_string(), "42");
/// assert_eq!("42".parse(), Ok(TenantId::from_number(42)));
/// let uuid = "67e55044-10b1-426f-9247-bb680e5fe0c8";
/// assert_eq!(uuid.parse::<TenantId>()?.to_string(), uuid);
/// # Ok::<(), libprov::ids::IdError>(())
/// ```
#[derive(Clone, Copy, Eq, PartialEq, Ord, PartialOrd, Hash)]
pub struct TenantId([u8; 16]);

impl TenantId {
    /// Takes the 16 bytes of a UUID.
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// Takes a number.
    pub const fn from_number(number: u64) -> Self {
        Self((number as u128).to_be_bytes())
    }

    /// The 16 bytes.
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

impl core::fmt::Display for TenantId {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let value = u128::from_be_bytes(self.0);
        if let Ok(number) = u64::try_from(value) {
            return write!(f, "{number}");
        }
        let (a, b, c) = (value >> 96, value >> 80 & 0xffff, value >> 64 & 0xffff);
        let (d, e) = (value >> 48 & 0xffff, value & 0xffff_ffff_ffff);
        write!(f, "{a:08x}-{b:04x}-{c:04x}-{d:04x}-{e:012x}")
    }
}

impl core::fmt::Debug for TenantId {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        core::fmt::Display::fmt(self, f)
    }
}

impl core::str::FromStr for TenantId {
    type Err = IdError;
    fn from_str(text: &str) -> Result<Self, IdError> {
        id(text).map(Self).ok_or_else(|| IdError::Tenant { input: shown(text) })
    }
}

/// Reads a UUID or a number.
fn id(text: &str) -> Option<[u8; 16]> {
    if text.len() == 36 {
        let mut value = 0u128;
        for (at, byte) in text.bytes().enumerate() {
            if matches!(at, 8 | 13 | 18 | 23) {
                if byte != b'-' {
                    return None;
                }
                continue;
            }
            value = value << 4 | u128::from((byte as char).to_digit(16)?);
        }
        return Some(value.to_be_bytes());
    }
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    text.parse::<u64>().ok().map(|number| u128::from(number).to_be_bytes())
}

/// A random number that changes when a device is created and reset (SPEC section 0).
#[derive(Clone, Copy, Debug, Eq, PartialEq, Ord, PartialOrd, Hash)]
pub struct Epoch(u64);

impl Epoch {
    /// Takes the number back, as from a store.
    pub const fn from_number(number: u64) -> Self {
        Self(number)
    }

    /// The number.
    pub const fn number(self) -> u64 {
        self.0
    }
}

/// The id of one lease: one full configuration on its way (SPEC A14).
#[derive(Clone, Copy, Debug, Eq, PartialEq, Ord, PartialOrd, Hash)]
pub struct LeaseId(u64);

impl LeaseId {
    /// Takes the number back, as from a store or a request log.
    pub const fn from_number(number: u64) -> Self {
        Self(number)
    }

    /// The number.
    pub const fn number(self) -> u64 {
        self.0
    }
}

/// The host's own id of one PAP attempt; the same id again gives the same verdict (SPEC A5).
#[derive(Clone, Copy, Debug, Eq, PartialEq, Ord, PartialOrd, Hash)]
pub struct AttemptId(u64);

impl AttemptId {
    /// Takes a number that is unique among the attempts on one device.
    pub const fn from_number(number: u64) -> Self {
        Self(number)
    }

    /// The number.
    pub const fn number(self) -> u64 {
        self.0
    }
}

/// The id of a portal user within a tenant: 16 bytes, either a UUID or a number below 2^64 (SPEC section 10).
///
/// ```
/// use libprov::ids::UserId;
/// assert_eq!("7".parse(), Ok(UserId::from_number(7)));
/// let error = "+7".parse::<UserId>().unwrap_err();
/// assert_eq!(error.to_string(), "\"+7\" is not the id of a portal user; expected a UUID or a number below 2^64");
/// ```
#[derive(Clone, Copy, Eq, PartialEq, Ord, PartialOrd, Hash)]
pub struct UserId([u8; 16]);

impl UserId {
    /// Takes the 16 bytes of a UUID.
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// Takes a number.
    pub const fn from_number(number: u64) -> Self {
        Self((number as u128).to_be_bytes())
    }

    /// The 16 bytes.
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

/// Reads what [`TenantId`] reads: a number or a UUID.
impl core::str::FromStr for UserId {
    type Err = IdError;
    fn from_str(text: &str) -> Result<Self, IdError> {
        id(text).map(Self).ok_or_else(|| IdError::User { input: shown(text) })
    }
}

/// Writes what [`TenantId`] writes: a number or a UUID.
impl core::fmt::Display for UserId {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        core::fmt::Display::fmt(&TenantId(self.0), f)
    }
}

impl core::fmt::Debug for UserId {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        core::fmt::Display::fmt(self, f)
    }
}

/// The id of one login session of a portal user; drawn at the login, kept by the host in its session (SPEC M3).
#[derive(Clone, Copy, Debug, Eq, PartialEq, Ord, PartialOrd, Hash)]
pub struct SessionId(u64);

impl SessionId {
    /// Takes the number back, as from the host's session.
    pub const fn from_number(number: u64) -> Self {
        Self(number)
    }

    /// The number.
    pub const fn number(self) -> u64 {
        self.0
    }
}

/// The id of one set of recovery codes of a portal user; drawn with the codes (SPEC M7).
#[derive(Clone, Copy, Debug, Eq, PartialEq, Ord, PartialOrd, Hash)]
pub struct RecoverySetId(u64);

impl RecoverySetId {
    /// Takes the number back, as from the host's session.
    pub const fn from_number(number: u64) -> Self {
        Self(number)
    }

    /// The number.
    pub const fn number(self) -> u64 {
        self.0
    }
}

/// A short number of 2 to 6 digits, such as an emergency number.
#[derive(Clone, Copy, Eq, PartialEq, Ord, PartialOrd, Hash)]
pub struct ShortNumber {
    digits: [u8; Self::MAX_DIGITS],
    len: u8,
}

impl ShortNumber {
    /// Digits of the longest.
    pub(crate) const MAX_DIGITS: usize = 6;

    /// Reads 2 to 6 ASCII digits; anything else is none.
    pub fn parse(text: &str) -> Option<Self> {
        Self::read(text.as_bytes())
    }

    /// As [`ShortNumber::parse`].
    pub(crate) fn read(text: &[u8]) -> Option<Self> {
        if !(2..=Self::MAX_DIGITS).contains(&text.len()) || !text.iter().all(u8::is_ascii_digit) {
            return None;
        }
        let mut digits = [0; Self::MAX_DIGITS];
        for (to, from) in digits.iter_mut().zip(text) {
            *to = *from;
        }
        Some(Self { digits, len: text.len() as u8 })
    }

    /// The digits.
    pub fn as_str(&self) -> &str {
        self.digits.get(..usize::from(self.len)).and_then(|digits| core::str::from_utf8(digits).ok()).unwrap_or_default()
    }
}

impl core::fmt::Display for ShortNumber {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl core::fmt::Debug for ShortNumber {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(self.as_str())
    }
}

codes! {
    /// What is wrong with an id.
    pub enum IdError {
        /// Neither a UUID nor a number.
        #[error("{input:?} is not a tenant id; expected a UUID or a number below 2^64")]
        Tenant {
            /// The text, shortened.
            input: String,
        } = ID_TENANT,
        /// Not an enrolment id.
        #[error("{input:?} is not an enrolment id; expected 42 or 48 characters of a-z and 2-7")]
        Enrolment {
            /// The text, shortened.
            input: String,
        } = ID_ENROLMENT,
        /// Neither a UUID nor a number.
        #[error("{input:?} is not the id of a portal user; expected a UUID or a number below 2^64")]
        User {
            /// The text, shortened.
            input: String,
        } = ID_USER,
    }
}
