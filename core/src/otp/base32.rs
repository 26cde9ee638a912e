//! Base32 of RFC 4648 as secrets are written: upper case, no padding; read with spaces, dashes and in any case.

use super::{OtpError, OtpSecret, is_dropped};
use crate::secret::Secret;
use alloc::string::String;
use alloc::vec::Vec;
use data_encoding::BASE32_NOPAD;
use zeroize::Zeroizing;

/// Writes bytes as Base32 without padding.
pub(super) fn encode(bytes: &[u8]) -> Secret {
    Secret::new(BASE32_NOPAD.encode(bytes))
}

/// The same in groups of four, parted by spaces, for typing.
pub(super) fn grouped(bytes: &[u8]) -> Secret {
    let text = encode(bytes);
    // Reserved in full: growing would leave copies behind.
    let mut out = String::with_capacity(text.expose().len() / 4 * 5 + 4);
    for (at, letter) in text.expose().chars().enumerate() {
        if at > 0 && at % 4 == 0 {
            out.push(' ');
        }
        out.push(letter);
    }
    Secret::new(out)
}

/// Reads Base32 in any case; spaces, dashes and padding at the end are dropped. Bits left over at the end are ignored, as
/// authenticator apps do: some systems make secrets of random letters.
pub(super) fn decode(text: &str) -> Result<Zeroizing<Vec<u8>>, OtpError> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(text.len().min(OtpSecret::MAX_BYTES)));
    let (mut bits, mut held, mut letters, mut padded) = (0u32, 0u32, 0usize, false);
    for (at, letter) in text.chars().enumerate() {
        if u8::try_from(letter).is_ok_and(is_dropped) {
            continue;
        }
        let value = match letter {
            '=' => {
                padded = true;
                continue;
            }
            'A'..='Z' if !padded => letter as u32 - 'A' as u32,
            'a'..='z' if !padded => letter as u32 - 'a' as u32,
            '2'..='7' if !padded => letter as u32 - '2' as u32 + 26,
            _ => return Err(OtpError::Base32 { at }),
        };
        bits = bits << 5 | value;
        held += 5;
        letters += 1;
        if held >= 8 {
            held -= 8;
            if bytes.len() >= OtpSecret::MAX_BYTES {
                return Err(OtpSecret::length(bytes.len() + 1, 1));
            }
            bytes.push((bits >> held) as u8);
            bits &= (1 << held) - 1;
        }
    }
    // No number of bytes gives 1, 3 or 6 letters: something is missing.
    if matches!(letters % 8, 1 | 3 | 6) {
        return Err(OtpError::Base32Cut { letters });
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn m4_groups_of_four() {
        assert_eq!(grouped(b"12345678901234567890").expose(), "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ");
        assert_eq!(grouped(b"fo").expose(), "MZXQ");
        assert_eq!(grouped(b"fooba").expose(), "MZXW 6YTB");
        assert_eq!(grouped(b"").expose(), "");
    }

    #[test]
    fn m10_any_case_spaces_dashes_and_padding_are_read() {
        for text in ["MZXW6YQ=", "mzxw 6yq", "MZXW-6YQ", "  mZxW6yQ==== ", "MZXW6YR"] {
            assert_eq!(decode(text).unwrap().as_slice(), b"foob", "{text}");
        }
    }

    #[test]
    fn m10_what_is_no_base32_is_refused_by_place() {
        for (text, at) in [("MZXW0", 4), ("MZ1W", 2), ("8", 0), ("MZ=XW", 3), ("MZXW6YQ\n", 7), ("MZÄ", 2), ("ＭＺ", 0)] {
            assert_eq!(decode(text).unwrap_err(), OtpError::Base32 { at }, "{text}");
        }
        for (text, letters) in [("M", 1), ("MZX", 3), ("MZXW6Y", 6), ("MZXW6YTBM", 9)] {
            assert_eq!(decode(text).unwrap_err(), OtpError::Base32Cut { letters }, "{text}");
        }
        assert!(matches!(decode(&"A".repeat(1000)), Err(OtpError::SecretLength { .. })));
    }
}
