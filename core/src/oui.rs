//! The vendor a MAC address claims by its prefix (SPEC D2, D5): a claim, never proof.
//!
//! Only vendors whose telephones, bases and adapters this library is about; the sources stand in `docs/facts/oui.md`.

use crate::mac::MacAddr;
use crate::models::Confidence;

/// A prefix of 24 bits, the vendor that holds it, and how sure that is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Prefix {
    /// The first three octets.
    pub octets: [u8; 3],
    /// The vendor, lower case, as the vendor table writes it.
    pub vendor: &'static str,
    /// How sure it is.
    pub confidence: Confidence,
}

/// The prefix of a MAC address, if it is that of a telephone vendor.
///
/// ```
/// use libprov::{mac::MacAddr, oui};
/// assert_eq!(oui::lookup(MacAddr::parse("80:5e:c0:01:02:03")?).map(|row| row.vendor), Some("yealink"));
/// assert_eq!(oui::lookup(MacAddr::parse("00:00:5e:00:53:01")?), None);
/// # Ok::<(), libprov::mac::MacError>(())
/// ```
pub fn lookup(mac: MacAddr) -> Option<&'static Prefix> {
    let octets = mac.oui();
    PREFIXES.binary_search_by_key(&octets, |row| row.octets).ok().and_then(|at| PREFIXES.get(at))
}

/// All prefixes, in ascending order.
pub const fn prefixes() -> &'static [Prefix] {
    PREFIXES
}

const fn row(bits: u32, vendor: &'static str, confidence: Confidence) -> Prefix {
    let [_, a, b, c] = bits.to_be_bytes();
    Prefix { octets: [a, b, c], vendor, confidence }
}

use Confidence::{Confirmed, Memory, OneSource};

/// Sorted by prefix. Two vendors in one prefix: the one with the most telephones in it; Gigaset's desk phones with snom
/// firmware are partly in snom's.
const PREFIXES: &[Prefix] = &[
    row(0x0001e3, "gigaset", Memory),
    row(0x000413, "snom", Confirmed),
    row(0x0004f2, "poly", Confirmed),
    row(0x00085d, "mitel", Confirmed),
    row(0x00087b, "snom", OneSource),
    row(0x000b82, "grandstream", Confirmed),
    row(0x000e08, "linksys", OneSource),
    row(0x0013d1, "spectralink", Memory),
    row(0x001565, "yealink", Confirmed),
    row(0x002104, "gigaset", Confirmed),
    row(0x002699, "cisco", OneSource),
    row(0x0080f0, "panasonic", Confirmed),
    row(0x00907a, "spectralink", OneSource),
    row(0x00a0ba, "patton", OneSource),
    row(0x00a859, "fanvil", Memory),
    row(0x00da55, "cisco", OneSource),
    row(0x00e0db, "poly", Memory),
    row(0x00e16d, "cisco", OneSource),
    row(0x08000f, "mitel", Confirmed),
    row(0x080023, "panasonic", Confirmed),
    row(0x0c383e, "fanvil", Confirmed),
    row(0x10bd18, "cisco", OneSource),
    row(0x1400e9, "mitel", Confirmed),
    row(0x144cff, "grandstream", Memory),
    row(0x14b370, "gigaset", Confirmed),
    row(0x249ad8, "yealink", Confirmed),
    row(0x3497d7, "yealink", Confirmed),
    row(0x44dbd2, "yealink", Confirmed),
    row(0x482567, "poly", Confirmed),
    row(0x503de5, "cisco", OneSource),
    row(0x547c69, "cisco", OneSource),
    row(0x589ec6, "gigaset", Confirmed),
    row(0x64167f, "poly", Confirmed),
    row(0x644f56, "yealink", Confirmed),
    row(0x701f53, "cisco", OneSource),
    row(0x7c2f80, "gigaset", Confirmed),
    row(0x805e0c, "yealink", Confirmed),
    row(0x805ec0, "yealink", Confirmed),
    row(0x8843e1, "cisco", OneSource),
    row(0xb061a9, "yealink", Confirmed),
    row(0xbc671c, "cisco", OneSource),
    row(0xbcc342, "panasonic", OneSource),
    row(0xc074ad, "grandstream", Confirmed),
    row(0xc47295, "cisco", OneSource),
    row(0xc4fc22, "yealink", Confirmed),
    row(0xd0c789, "cisco", OneSource),
    row(0xe434d7, "yealink", Confirmed),
    row(0xec1da9, "yealink", Confirmed),
    row(0xec74d7, "grandstream", Memory),
    row(0xf01653, "yealink", Confirmed),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn d2_prefixes_ascend_and_none_stands_twice() {
        assert!(PREFIXES.windows(2).all(|pair| pair[0].octets < pair[1].octets));
        assert!(PREFIXES.iter().all(|row| row.octets[0] & 1 == 0), "none is multicast");
    }
}
