//! HOTP: codes from a secret and a counter (RFC 4226).

use super::hash::Keyed;
use super::{Algorithm, OtpError, OtpField, OtpSecret, is_dropped};
use zeroize::Zeroize;

/// The digits a code may have.
pub(super) const DIGITS: core::ops::RangeInclusive<u8> = 4..=8;

/// Counter-based codes as other systems describe them: read on import, not kept by an account.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Ord, PartialOrd, Hash)]
pub struct Hotp {
    /// The hash function.
    pub algorithm: Algorithm,
    /// 4 to 8 digits.
    pub digits: u8,
    /// The counter of the next code.
    pub counter: u64,
}

/// A secret made ready for codes: what HMAC needs of the key is hashed once.
///
/// It is derived, not stored: preparing it costs two compressions for keys up to a block. Wiped on drop.
///
/// ```
/// use libprov::otp::{Algorithm, HotpKey, OtpSecret};
/// let secret = OtpSecret::from_bytes(b"12345678901234567890")?;
/// let key = HotpKey::new(&secret, Algorithm::Sha1, 6)?;
/// assert_eq!(key.code(0).as_str(), "755224"); // RFC 4226 appendix D
/// # Ok::<(), libprov::otp::OtpError>(())
/// ```
pub struct HotpKey {
    keyed: Keyed,
    digits: u8,
}

impl HotpKey {
    /// Prepares a secret.
    ///
    /// # Errors
    /// [`OtpError::Range`] for digits outside 4 to 8.
    pub fn new(secret: &OtpSecret, algorithm: Algorithm, digits: u8) -> Result<Self, OtpError> {
        if !DIGITS.contains(&digits) {
            let (min, max) = (u64::from(*DIGITS.start()), u64::from(*DIGITS.end()));
            return Err(OtpError::Range { field: OtpField::Digits, value: digits.into(), min, max });
        }
        Ok(Self::of(secret, algorithm, digits))
    }

    /// The same for digits that were checked.
    pub(super) fn of(secret: &OtpSecret, algorithm: Algorithm, digits: u8) -> Self {
        Self { keyed: Keyed::new(algorithm, secret.expose()), digits }
    }

    /// The code of a counter (SPEC M1).
    pub fn code(&self, counter: u64) -> Code {
        let [value] = self.values([counter]);
        Code::new(value, self.digits)
    }

    /// The codes of several counters as numbers.
    pub(super) fn values<const N: usize>(&self, counters: [u64; N]) -> [u32; N] {
        self.keyed.truncated(counters).map(|value| reduced(value, self.digits))
    }

    pub(super) const fn digits(&self) -> u8 {
        self.digits
    }
}

impl core::fmt::Debug for HotpKey {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("[secret]")
    }
}

/// A code as digits, leading zeros kept. `Debug` does not show it, and it is wiped on drop.
#[derive(Clone)]
pub struct Code {
    digits: [u8; 8],
    len: u8,
}

impl Code {
    /// The longest text that is read as a code: more than any grouping of eight digits needs.
    pub(crate) const LONGEST_TYPED: usize = 64;

    fn new(mut value: u32, len: u8) -> Self {
        let mut digits = [b'0'; 8];
        for digit in digits.iter_mut().take(len.into()).rev() {
            *digit = b'0' + (value % 10) as u8;
            value /= 10;
        }
        Self { digits, len }
    }

    /// The digits.
    pub fn as_str(&self) -> &str {
        let digits = self.digits.get(..self.len.into()).unwrap_or_default();
        core::str::from_utf8(digits).unwrap_or_default()
    }
}

impl core::fmt::Debug for Code {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("[code]")
    }
}

impl Drop for Code {
    fn drop(&mut self) {
        self.digits.zeroize();
    }
}

/// What a person typed as a number: ASCII digits, exactly `digits` of them, after spaces and `-` are dropped (SPEC M1).
pub(super) fn typed(code: &str, digits: u8) -> Option<u32> {
    if code.len() > Code::LONGEST_TYPED {
        return None;
    }
    let (mut value, mut count) = (0u32, 0u8);
    for byte in code.bytes().filter(|byte| !is_dropped(*byte)) {
        match byte {
            b'0'..=b'9' if count < digits => {
                value = value.wrapping_mul(10).wrapping_add(u32::from(byte - b'0'));
                count += 1;
            }
            _ => return None,
        }
    }
    (count == digits).then_some(value)
}

/// The last digits of a value. Divisors are constants, so that no division with its varying time is made.
const fn reduced(value: u32, digits: u8) -> u32 {
    match digits {
        4 => value % 10_000,
        5 => value % 100_000,
        6 => value % 1_000_000,
        7 => value % 10_000_000,
        _ => value % 100_000_000,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn m1_input_is_ascii_digits_of_the_enrolled_length_and_nothing_else() {
        for code in ["050471", "050 471", "050-471", " 0 5 0-4 7-1 ", "-050471"] {
            assert_eq!(typed(code, 6), Some(50_471), "{code}");
        }
        for code in [
            "",
            " ",
            "50471",
            "0050471",
            "05047a",
            "+50471",
            "050\t471",
            "050471\n",
            "050\u{a0}471",
            "０５０４７１",
            "٠٥٠٤٧١",
            "050471\0",
            "050_471",
            "050–471",
        ] {
            assert_eq!(typed(code, 6), None, "{code:?}");
        }
        assert_eq!(typed(&" ".repeat(65), 6), None);
        assert_eq!(typed("99999999", 8), Some(99_999_999));
        assert_eq!(typed("0489", 4), Some(489));
    }

    #[test]
    fn a_code_keeps_leading_zeros_and_shows_nothing_in_debug() {
        assert_eq!(Code::new(489, 4).as_str(), "0489");
        assert_eq!(Code::new(7, 8).as_str(), "00000007");
        assert_eq!(alloc::format!("{:?}", Code::new(489, 4)), "[code]");
    }
}
