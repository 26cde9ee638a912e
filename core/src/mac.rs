//! MAC addresses: a device's name, never a secret (SPEC D1).

use crate::error::codes;
use alloc::string::String;

/// A unicast, non-zero MAC address.
///
/// Shown as `aa:bb:cc:dd:ee:ff`; [`MacAddr::bare`] gives the twelve digits that file names use.
///
/// ```
/// use libprov::mac::MacAddr;
/// let mac: MacAddr = "80-5E-C0-01-02-03".parse()?;
/// assert_eq!(mac.to_string(), "80:5e:c0:01:02:03");
/// assert_eq!(mac, "805ec0010203".parse()?);
/// assert_eq!(mac, "805e.c001.0203".parse()?);
/// assert!("01:00:5e:00:00:01".parse::<MacAddr>().is_err()); // multicast
/// # Ok::<(), libprov::mac::MacError>(())
/// ```
#[derive(Clone, Copy, Eq, PartialEq, Ord, PartialOrd, Hash)]
pub struct MacAddr([u8; 6]);

impl MacAddr {
    /// Takes the six octets in transmission order.
    ///
    /// # Errors
    /// [`MacError::Multicast`] when the group bit is set, [`MacError::Zero`] for all zeros.
    pub const fn from_octets(octets: [u8; 6]) -> Result<Self, MacError> {
        if let [0, 0, 0, 0, 0, 0] = octets {
            return Err(MacError::Zero);
        }
        if octets[0] & 1 == 1 {
            return Err(MacError::Multicast);
        }
        Ok(Self(octets))
    }

    /// Reads 12 hex digits in any case: bare, in six groups with one kind of `-` or `:`, or in three with `.`.
    ///
    /// # Errors
    /// [`MacError::Shape`] for every other text, and as [`MacAddr::from_octets`].
    pub fn parse(text: &str) -> Result<Self, MacError> {
        let shape = || MacError::Shape { input: shown(text) };
        let (separator, group) = match text.len() {
            12 => (None, 12),
            17 => (text.as_bytes().get(2).copied(), 2),
            14 => (text.as_bytes().get(4).copied(), 4),
            _ => return Err(shape()),
        };
        match (separator, group) {
            (None, _) | (Some(b'-' | b':'), 2) | (Some(b'.'), 4) => {}
            _ => return Err(shape()),
        }
        let mut octets = [0u8; 6];
        let mut digits = 0usize;
        for (at, byte) in text.bytes().enumerate() {
            if separator.is_some() && at % (group + 1) == group {
                if Some(byte) != separator {
                    return Err(shape());
                }
                continue;
            }
            let value = (byte as char).to_digit(16).ok_or_else(shape)?;
            if let Some(octet) = octets.get_mut(digits / 2) {
                *octet = *octet << 4 | value as u8;
            }
            digits += 1;
        }
        Self::from_octets(octets)
    }

    /// The six octets in transmission order.
    pub const fn octets(self) -> [u8; 6] {
        self.0
    }

    /// The vendor prefix: the first three octets.
    pub const fn oui(self) -> [u8; 3] {
        [self.0[0], self.0[1], self.0[2]]
    }

    /// Twelve hex digits, lower case, no separators: `805ec0010203`.
    pub const fn bare(self) -> BareMac {
        const HEX: &[u8; 16] = b"0123456789abcdef";
        let mut out = [0u8; 12];
        let mut i = 0;
        while i < 6 {
            out[2 * i] = HEX[(self.0[i] >> 4) as usize];
            out[2 * i + 1] = HEX[(self.0[i] & 15) as usize];
            i += 1;
        }
        BareMac(out)
    }
}

impl core::str::FromStr for MacAddr {
    type Err = MacError;
    fn from_str(text: &str) -> Result<Self, MacError> {
        Self::parse(text)
    }
}

impl core::fmt::Display for MacAddr {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let [a, b, c, d, e, g] = self.0;
        write!(f, "{a:02x}:{b:02x}:{c:02x}:{d:02x}:{e:02x}:{g:02x}")
    }
}

impl core::fmt::Debug for MacAddr {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        core::fmt::Display::fmt(self, f)
    }
}

/// Twelve lower-case hex digits as text, from [`MacAddr::bare`].
#[derive(Clone, Copy, Eq, PartialEq)]
pub struct BareMac([u8; 12]);

impl BareMac {
    /// The twelve digits.
    pub fn as_str(&self) -> &str {
        core::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl core::fmt::Display for BareMac {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl core::fmt::Debug for BareMac {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// How many characters of outside text an error shows.
pub(crate) const MAX_SHOWN: usize = 24;

/// At most 24 characters of outside text for an error, control characters replaced: less than any secret of ours has.
pub(crate) fn shown(text: &str) -> String {
    let mut out: String = text.chars().take(MAX_SHOWN).map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect();
    if text.chars().nth(MAX_SHOWN).is_some() {
        out.push('…');
    }
    out
}

codes! {
    /// What is wrong with a MAC address.
    pub enum MacError {
        /// Not twelve hex digits in one of the accepted shapes.
        #[error("{input:?} is not a MAC address; expected 12 hex digits, bare or in groups like 80:5e:c0:01:02:03")]
        Shape {
            /// The text, shortened.
            input: String,
        } = MAC_SHAPE,
        /// The group bit is set: no device has such an address.
        #[error("a multicast MAC address is no device")]
        Multicast = MAC_MULTICAST,
        /// All octets are zero.
        #[error("the all-zero MAC address is no device")]
        Zero = MAC_ZERO,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    #[test]
    fn d1_every_usual_spelling_gives_one_canonical_form() {
        for text in ["1a2b3c4d5e6f", "1a:2b:3c:4d:5e:6f", "1A-2B-3C-4D-5E-6F", "1a2b.3c4d.5e6f"] {
            assert_eq!(MacAddr::parse(text).unwrap().to_string(), "1a:2b:3c:4d:5e:6f", "{text}");
        }
        assert_eq!(MacAddr::parse("1A2B3C4D5E6F").unwrap().bare().as_str(), "1a2b3c4d5e6f");
    }

    #[test]
    fn d1_other_spellings_are_refused() {
        for text in [
            "",
            "1a2b3c4d5e6",
            "1a2b3c4d5e6f0",
            "1a:2b:3c:4d:5e-6f",
            "1a 2b 3c 4d 5e 6f",
            "1a2b-3c4d-5e6f",
            "1g2b3c4d5e6f",
            " 1a2b3c4d5e6",
            "1a:2b:3c:4d:5e:6",
            "１a2b3c4d5e6f",
            "ü2b3c4d5e6fé",
        ] {
            assert!(matches!(MacAddr::parse(text), Err(MacError::Shape { .. })), "{text}");
        }
        assert_eq!(MacAddr::parse("000000000000"), Err(MacError::Zero));
        assert_eq!(MacAddr::parse("010000000000"), Err(MacError::Multicast));
        assert_eq!(MacAddr::parse("ffffffffffff"), Err(MacError::Multicast));
    }

    #[test]
    fn errors_shorten_and_clean_what_they_quote() {
        let error = MacAddr::parse(&"\r\n".repeat(100)).unwrap_err().to_string();
        assert!(!error.contains('\n') && error.len() < 300, "{error}");
    }
}
