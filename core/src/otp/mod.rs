//! One-time passwords for portal users: HOTP, TOTP, Base32, `otpauth://` and `otpauth-migration://` URIs, QR codes (SPEC
//! M1, M2, M4, M10, M11).
//!
//! # Shape
//! - [`OtpSecret`] and [`Totp`] are what an account stores. [`TotpKey`] is made of them when a code is judged.
//! - [`TotpKey::verify`] takes the last accepted step and returns the one to store: a code is good once. Throttling, states
//!   and recovery codes belong to the account, not here.
//! - [`KeyUri`] is the enrolment as a URI: written strictly, read tolerantly, with notes on what was odd.
//! - Whatever holds the secret in some form (URI, typed key, QR code) is a [`Secret`] or shows nothing in `Debug`.

mod base32;
mod hash;
mod hotp;
#[cfg(feature = "qr")]
mod mask;
mod migration;
mod otpauth;
#[cfg(feature = "qr")]
mod qr;
mod totp;
mod uri;

pub use hotp::{Code, Hotp, HotpKey};
pub use migration::{Batch, Migration, MigrationEntry};
pub use otpauth::{Imported, KeyUri, OtpKind};
#[cfg(feature = "qr")]
pub use qr::{Background, Qr};
pub use totp::{CompatWarning, OtpOutcome, Totp, TotpBuilder, TotpKey, Window};

use crate::entropy::{Entropy, Operation, Stream};
use crate::error::codes;
use crate::secret::Secret;
use alloc::string::String;
use alloc::vec::Vec;
use subtle::ConstantTimeEq;
use zeroize::{Zeroize, Zeroizing};

/// The hash function inside HMAC.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Ord, PartialOrd, Hash)]
#[non_exhaustive]
pub enum Algorithm {
    /// SHA-1: what every authenticator app can. HMAC does not rest on what SHA-1 lost.
    #[default]
    Sha1,
    /// SHA-256.
    Sha256,
    /// SHA-512.
    Sha512,
}

impl Algorithm {
    /// All algorithms.
    pub const ALL: [Self; 3] = [Self::Sha1, Self::Sha256, Self::Sha512];

    /// The name as URIs write it: `SHA1`, `SHA256` or `SHA512`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sha1 => "SHA1",
            Self::Sha256 => "SHA256",
            Self::Sha512 => "SHA512",
        }
    }

    /// Reads a name in any case, also as `SHA-256`, `HmacSHA256` or `HMAC-SHA-256`.
    pub fn from_name(name: &str) -> Option<Self> {
        let bits = behind(behind(name, "HMAC").unwrap_or(name), "SHA")?;
        Self::ALL.into_iter().find(|known| behind(known.name(), "SHA") == Some(bits))
    }
}

/// What stands behind a word, which is read in any case, and a dash.
fn behind<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    let (start, rest) = text.split_at_checked(word.len())?;
    start.eq_ignore_ascii_case(word).then(|| rest.strip_prefix('-').unwrap_or(rest))
}

/// The shared secret of an account and its authenticator app.
///
/// `Debug` prints `[secret]`; it compares in constant time and is wiped on drop.
///
/// ```
/// use libprov::otp::OtpSecret;
/// let secret = OtpSecret::parse("gezd gnbv gy3t qojq gezd gnbv gy3t qojq")?;
/// assert_eq!(secret.expose(), b"12345678901234567890");
/// assert_eq!(secret.grouped().expose(), "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ");
/// assert!(OtpSecret::parse("GEZDGNBVGY3TQOJQ")?.is_weak()); // 80 bits
/// # Ok::<(), libprov::otp::OtpError>(())
/// ```
#[derive(Clone)]
pub struct OtpSecret(Vec<u8>);

impl OtpSecret {
    /// 160 bits: what RFC 4226 section 4 recommends.
    pub const DEFAULT_BYTES: usize = 20;
    /// 128 bits: the least that RFC 4226 section 4 allows.
    pub const MIN_BYTES: usize = 16;
    /// The most that is read. No authenticator app is known to make more than 64.
    pub const MAX_BYTES: usize = 256;

    /// Makes a secret of 160 bits (SPEC M4). Entropy is good for one secret.
    pub fn generate(fresh: Entropy) -> Self {
        Self::draw(&mut fresh.stream(Operation::OtpSecret, None, 0), Self::DEFAULT_BYTES)
    }

    /// Makes a secret of 16 to 64 bytes.
    ///
    /// # Errors
    /// [`OtpError::SecretLength`] for other lengths.
    pub fn generate_bytes(bytes: usize, fresh: Entropy) -> Result<Self, OtpError> {
        if !(Self::MIN_BYTES..=MAX_GENERATED).contains(&bytes) {
            return Err(OtpError::SecretLength { bytes, min: Self::MIN_BYTES, max: MAX_GENERATED });
        }
        Ok(Self::draw(&mut fresh.stream(Operation::OtpSecret, None, 0), bytes))
    }

    pub(crate) fn draw(stream: &mut Stream, bytes: usize) -> Self {
        let mut secret = Vec::with_capacity(bytes);
        while secret.len() < bytes {
            let mut word = stream.next_u64().to_be_bytes();
            let left = bytes - secret.len();
            secret.extend_from_slice(word.get(..left).unwrap_or(&word));
            word.zeroize();
        }
        Self(secret)
    }

    /// Takes random bytes that the caller drew: 16 or more.
    ///
    /// # Errors
    /// [`OtpError::SecretLength`] for fewer than 16 or more than 256 bytes.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, OtpError> {
        Self::of_length(bytes, Self::MIN_BYTES)
    }

    /// Takes the bytes of another system's secret: 1 or more; [`OtpSecret::is_weak`] says whether they are too few (SPEC
    /// M10).
    ///
    /// # Errors
    /// [`OtpError::SecretLength`] for none or more than 256 bytes.
    pub fn import(bytes: &[u8]) -> Result<Self, OtpError> {
        Self::of_length(bytes, 1)
    }

    /// Reads another system's secret as Base32, in any case, with spaces, dashes and padding.
    ///
    /// # Errors
    /// [`OtpError::Base32`] and [`OtpError::Base32Cut`] for what is no Base32, and as [`OtpSecret::import`].
    pub fn parse(base32: &str) -> Result<Self, OtpError> {
        let mut bytes: Zeroizing<Vec<u8>> = base32::decode(base32)?;
        if bytes.is_empty() {
            return Err(Self::length(0, 1));
        }
        Ok(Self(core::mem::take(&mut *bytes)))
    }

    /// Whether it has less than 128 bits and should be replaced (RFC 4226 section 4).
    pub fn is_weak(&self) -> bool {
        self.0.len() < Self::MIN_BYTES
    }

    /// Shows the bytes, for the host's own encrypted store.
    pub fn expose(&self) -> &[u8] {
        &self.0
    }

    /// As Base32 without padding.
    pub fn base32(&self) -> Secret {
        base32::encode(&self.0)
    }

    /// As Base32 in groups of four, for typing (SPEC M4).
    pub fn grouped(&self) -> Secret {
        base32::grouped(&self.0)
    }

    fn of_length(bytes: &[u8], min: usize) -> Result<Self, OtpError> {
        if bytes.len() < min || bytes.len() > Self::MAX_BYTES {
            return Err(Self::length(bytes.len(), min));
        }
        Ok(Self(bytes.into()))
    }

    const fn length(bytes: usize, min: usize) -> OtpError {
        OtpError::SecretLength { bytes, min, max: Self::MAX_BYTES }
    }
}

/// Constant time in the content; the length is not hidden.
impl PartialEq for OtpSecret {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl Eq for OtpSecret {}

impl core::fmt::Debug for OtpSecret {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("[secret]")
    }
}

impl Drop for OtpSecret {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

/// The longest secret that is made: a SHA-512 digest (RFC 6238 section 3, R6).
const MAX_GENERATED: usize = 64;

/// What people and apps put between the letters of a code, and what is dropped wherever one is read: codes of an app (SPEC
/// M1), codes on paper (M7), secrets (M10). All else makes it malformed.
pub(crate) const fn is_dropped(byte: u8) -> bool {
    matches!(byte, b' ' | b'-')
}

/// A number of the settings.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Ord, PartialOrd, Hash)]
#[non_exhaustive]
pub enum OtpField {
    /// Digits of a code.
    Digits,
    /// Seconds of a step.
    Period,
    /// Where step 0 begins.
    T0,
    /// Steps accepted on either side.
    Window,
    /// Steps searched on either side to resynchronise.
    Reach,
}

impl OtpField {
    /// Its name: `digits`, `period_s`, `t0_s`, `window` or `reach`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Digits => "digits",
            Self::Period => "period_s",
            Self::T0 => "t0_s",
            Self::Window => "window",
            Self::Reach => "reach",
        }
    }
}

/// A part of an `otpauth://` or `otpauth-migration://` URI.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Ord, PartialOrd, Hash)]
#[non_exhaustive]
pub enum UriPart {
    /// The whole.
    Uri,
    /// What stands behind `#`.
    Fragment,
    /// Issuer and account, before the `?`.
    Label,
    /// Who the account is with.
    Issuer,
    /// Whose account it is.
    Account,
    /// The secret.
    Secret,
    /// The hash function.
    Algorithm,
    /// Digits of a code.
    Digits,
    /// Seconds of a step.
    Period,
    /// The counter of HOTP.
    Counter,
    /// HOTP or TOTP.
    Type,
    /// How codes are written: digits, if nothing is said.
    Encoder,
    /// What stands where an export says `offline`.
    Host,
    /// The name of a parameter, or a parameter that is not known.
    Parameter,
    /// The data of an export.
    Data,
    /// One account of an export.
    Entry,
}

impl UriPart {
    /// Its name in lower case.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Uri => "uri",
            Self::Fragment => "fragment",
            Self::Label => "label",
            Self::Issuer => "issuer",
            Self::Account => "account",
            Self::Secret => "secret",
            Self::Algorithm => "algorithm",
            Self::Digits => "digits",
            Self::Period => "period",
            Self::Counter => "counter",
            Self::Type => "type",
            Self::Encoder => "encoder",
            Self::Host => "host",
            Self::Parameter => "parameter",
            Self::Data => "data",
            Self::Entry => "entry",
        }
    }
}

codes! {
    /// What is wrong with one-time-password input that the caller should not have passed. None quotes a secret.
    pub enum OtpError {
        /// A secret is too short or too long.
        #[error("a secret of {bytes} bytes; expected {min} to {max}")]
        SecretLength {
            /// Its bytes.
            bytes: usize,
            /// The fewest.
            min: usize,
            /// The most.
            max: usize,
        } = OTP_SECRET_LENGTH,
        /// A character that is no Base32.
        #[error("the character at place {at} is no Base32; a secret has the letters A to Z and the digits 2 to 7")]
        Base32 {
            /// Its place, from 0.
            at: usize,
        } = OTP_BASE32,
        /// A number of Base32 letters that no bytes give.
        #[error("{letters} Base32 letters are cut off: no secret has that many")]
        Base32Cut {
            /// The letters.
            letters: usize,
        } = OTP_BASE32_CUT,
        /// A number out of range.
        #[error("{} is {value}; expected {min} to {max}", field.name())]
        Range {
            /// The setting.
            field: OtpField,
            /// What was given.
            value: u64,
            /// The least.
            min: u64,
            /// The most.
            max: u64,
        } = OTP_RANGE,
        /// Four or five digits that nobody asked for.
        #[error("digits below 6 are guessed in few tries; allow them with short_codes first")]
        ShortCodes = OTP_SHORT_CODES,
        /// Issuer or account is empty, too long, begins or ends with white space, or holds a colon or something invisible.
        #[error("the {} must be 1 to {most} bytes without colon, invisible characters and outer white space", part.name())]
        Text {
            /// Issuer or account.
            part: UriPart,
            /// The most bytes.
            most: usize,
        } = OTP_TEXT,
        /// A URI, or a part of it, is too long.
        #[error("the {} is {bytes} bytes; at most {most} are read", part.name())]
        TooLong {
            /// The part.
            part: UriPart,
            /// Its bytes.
            bytes: usize,
            /// The most.
            most: usize,
        } = OTP_URI_LONG,
        /// Another scheme.
        #[error("expected a URI that begins with {expected}")]
        Scheme {
            /// What it should begin with.
            expected: &'static str,
        } = OTP_URI_SCHEME,
        /// `%` without two hex digits, or bytes that are no UTF-8.
        #[error("the {} holds a bad percent escape or no UTF-8", part.name())]
        Escape {
            /// The part.
            part: UriPart,
        } = OTP_URI_ESCAPE,
        /// A part stands there twice.
        #[error("the {} stands there twice", part.name())]
        Duplicate {
            /// The part.
            part: UriPart,
        } = OTP_URI_DUPLICATE,
        /// A part is missing.
        #[error("the {} is missing", part.name())]
        Missing {
            /// The part.
            part: UriPart,
        } = OTP_URI_MISSING,
        /// A part holds something that cannot be taken over.
        #[error("the {} is {input:?}, which cannot be taken over", part.name())]
        Value {
            /// The part.
            part: UriPart,
            /// What stands there, shortened; never a secret.
            input: String,
        } = OTP_URI_VALUE,
        /// The data of an export are no Base64.
        #[error("the data of an export are no Base64")]
        ExportData = OTP_EXPORT_DATA,
        /// The data of an export cannot be read.
        #[error("the data of an export cannot be read at byte {at}")]
        ExportForm {
            /// The byte, from 0.
            at: usize,
        } = OTP_EXPORT_FORM,
        /// Text that no QR code holds.
        #[error("{bytes} bytes do not fit a QR code")]
        QrTooLong {
            /// Its bytes.
            bytes: usize,
        } = OTP_QR_LONG,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;

    fn entropy(seed: u8) -> Entropy {
        let mut bytes = [seed; 32];
        bytes[0] = !seed;
        Entropy::new(bytes).unwrap()
    }

    #[test]
    fn m4_a_new_secret_has_160_bits_and_depends_on_the_entropy() {
        let secret = OtpSecret::generate(entropy(1));
        assert_eq!(secret.expose().len(), 20);
        assert!(!secret.is_weak());
        assert_eq!(secret, OtpSecret::generate(entropy(1)));
        assert_ne!(secret, OtpSecret::generate(entropy(2)));
        for bytes in [16, 17, 32, 64] {
            let longer = OtpSecret::generate_bytes(bytes, entropy(1)).unwrap();
            assert_eq!(longer.expose().len(), bytes);
            assert_eq!(longer.expose()[..16], secret.expose()[..16]);
        }
        for bytes in [0, 15, 65] {
            assert!(matches!(OtpSecret::generate_bytes(bytes, entropy(1)), Err(OtpError::SecretLength { .. })));
        }
    }

    #[test]
    fn m10_import_takes_weak_secrets_and_says_so() {
        assert!(OtpSecret::from_bytes(&[1; 15]).is_err());
        assert!(OtpSecret::import(&[1; 15]).unwrap().is_weak());
        assert!(!OtpSecret::import(&[1; 16]).unwrap().is_weak());
        assert!(OtpSecret::import(&[]).is_err() && OtpSecret::parse(" - =").is_err());
        assert!(OtpSecret::import(&[1; 257]).is_err());
        assert_eq!(OtpSecret::parse("GEZDGNBVGY3TQOJQ").unwrap().expose(), b"1234567890");
    }

    #[test]
    fn secrets_stay_out_of_debug() {
        let secret = OtpSecret::from_bytes(b"12345678901234567890").unwrap();
        let key = TotpKey::new(&secret, Totp::DEFAULT);
        assert_eq!(format!("{secret:?} {:?} {:?}", secret.base32(), secret.grouped()), "[secret] [secret] [secret]");
        assert!(format!("{key:?}").contains("[secret]"));
    }

    #[test]
    fn algorithms_are_read_by_their_usual_names() {
        for name in ["SHA256", "sha256", "SHA-256", "HmacSHA256", "HMAC-SHA-256"] {
            assert_eq!(Algorithm::from_name(name), Some(Algorithm::Sha256), "{name}");
        }
        let dashes = ["-S-H-A-2-5-6-", "-SHA256", "SHA256-", "SHA--256", "HMAC--SHA256", "SHA-2-56", "HMAC-"];
        for name in ["", "MD5", "SHA", "SHA2", "SHA2566", "HMAC", "SHA224", "ＳＨＡ1"].into_iter().chain(dashes) {
            assert_eq!(Algorithm::from_name(name), None, "{name}");
        }
    }
}
