//! One address or a CIDR range, read strictly and written in one way (SPEC W1).

use super::Source;
use crate::error::codes;
use crate::mac::shown;
use alloc::format;
use alloc::string::{String, ToString};
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use ipnet::{IpNet, Ipv6Net};

/// One IPv4 or IPv6 address, or a CIDR range without host bits.
///
/// An IPv4-mapped range is the IPv4 range (SPEC W4). The order is IPv4 before IPv6, then by network, then the wider first.
///
/// ```
/// use libprov::ip::{IpPrefix, PrefixError};
/// let office = IpPrefix::parse("192.0.2.0/24")?;
/// assert!(office.contains("192.0.2.7".parse().unwrap()));
/// assert!(office.contains("::ffff:192.0.2.7".parse().unwrap()));
/// assert_eq!(IpPrefix::parse("::ffff:192.0.2.0/120")?, office);
/// let error = IpPrefix::parse("192.0.2.5/24").unwrap_err();
/// assert_eq!(error.to_string(), "host bits are set in 192.0.2.5/24; did you mean 192.0.2.0/24?");
/// assert_eq!(error.suggestion(), Some("192.0.2.0/24"));
/// # Ok::<(), PrefixError>(())
/// ```
#[derive(Clone, Copy, Eq, PartialEq, Ord, PartialOrd, Hash)]
pub struct IpPrefix(IpNet);

impl IpPrefix {
    /// Reads `192.0.2.7`, `10.0.0.0/24`, `2001:db8::1` or `2001:db8::/32`; white space around it is ignored.
    ///
    /// Width is judged apart, by [`IpPrefix::check_width`], because policy decides it.
    ///
    /// # Errors
    /// One variant of [`PrefixError`] for each wrong spelling of SPEC W1; [`PrefixError::suggestion`] holds the right one
    /// where there is one. A suggestion can always be parsed.
    pub fn parse(text: &str) -> Result<Self, PrefixError> {
        read(text.trim(), 0)
    }

    /// Takes a network address and a prefix length; an IPv4-mapped network counts its length from bit 96.
    ///
    /// # Errors
    /// [`PrefixError::Length`], [`PrefixError::HostBits`] and [`PrefixError::Translated`].
    pub fn new(network: IpAddr, prefix_len: u8) -> Result<Self, PrefixError> {
        let shown = || format!("{network}/{prefix_len}");
        let length = |most| PrefixError::Length { input: shown(), most, suggestion: None };
        let (address, len) = match (network, network.to_canonical()) {
            (IpAddr::V6(_), IpAddr::V4(mapped)) => match prefix_len.checked_sub(96) {
                Some(len) => (IpAddr::V4(mapped), len),
                None => return Err(length(128)),
            },
            (_, address) => (address, prefix_len),
        };
        let most = if address.is_ipv4() { 32 } else { 128 };
        let net = IpNet::new(address, len).map_err(|_| length(most))?;
        let trunc = Self(net.trunc());
        if let Some(tunnel) = trunc.tunnel() {
            return Err(PrefixError::Translated { input: shown(), tunnel });
        }
        if net != trunc.0 {
            return Err(PrefixError::HostBits { input: shown(), suggestion: trunc.to_string() });
        }
        Ok(trunc)
    }

    /// The prefix of a single address; IPv4-mapped IPv6 becomes IPv4.
    pub fn host(address: IpAddr) -> Self {
        Self(IpNet::from(address.to_canonical()))
    }

    /// The prefix of a source: its IPv4 address or its IPv6 /64; none when unresolved.
    pub fn from_source(source: Source) -> Option<Self> {
        Some(match source.network()? {
            IpAddr::V4(address) => Self::host(IpAddr::V4(address)),
            IpAddr::V6(address) => Self(IpNet::V6(Ipv6Net::new(address, 64).ok()?)),
        })
    }

    /// The prefix of a network known to be free of host bits.
    pub(crate) fn new_checked(network: IpAddr, prefix_len: u8) -> Option<Self> {
        IpNet::new(network, prefix_len).ok().map(Self)
    }

    /// The first address.
    pub fn network(self) -> IpAddr {
        self.0.network()
    }

    /// The last address.
    pub fn last(self) -> IpAddr {
        self.0.broadcast()
    }

    /// The number of leading bits that are fixed: 0 to 32 for IPv4, 0 to 128 for IPv6.
    pub fn prefix_len(self) -> u8 {
        self.0.prefix_len()
    }

    /// Whether it is a single address.
    pub fn is_host(self) -> bool {
        self.0.prefix_len() == self.0.max_prefix_len()
    }

    /// Whether it is of IPv4.
    pub fn is_ipv4(self) -> bool {
        matches!(self.0, IpNet::V4(_))
    }

    /// Whether the address lies in it; an IPv4-mapped address counts as IPv4, and so never lies in an IPv6 prefix.
    pub fn contains(self, address: IpAddr) -> bool {
        self.0.contains(&address.to_canonical())
    }

    /// Whether every address of `other` lies in it.
    pub fn covers(self, other: Self) -> bool {
        self.0.contains(&other.0)
    }

    /// The range of translated or tunnelled IPv4 that it overlaps, if any: such addresses say little about who sends.
    pub fn tunnel(self) -> Option<Tunnel> {
        let IpNet::V6(net) = self.0 else { return None };
        TUNNELS.iter().find(|(_, range)| range.contains(&net) || net.contains(range)).map(|(tunnel, _)| *tunnel)
    }

    /// Refuses what is wider than policy allows (SPEC W1).
    ///
    /// # Errors
    /// [`PrefixError::TooWide`].
    pub fn check_width(self, limits: WidthLimits) -> Result<(), PrefixError> {
        let shortest = if self.is_ipv4() { limits.v4_shortest } else { limits.v6_shortest };
        if self.prefix_len() < shortest {
            return Err(PrefixError::TooWide { prefix: self, shortest });
        }
        Ok(())
    }
}

impl core::str::FromStr for IpPrefix {
    type Err = PrefixError;
    fn from_str(text: &str) -> Result<Self, PrefixError> {
        Self::parse(text)
    }
}

impl From<IpAddr> for IpPrefix {
    fn from(address: IpAddr) -> Self {
        Self::host(address)
    }
}

/// Writes a single address without a length: `192.0.2.7`, `10.0.0.0/24`, `2001:db8::/32`.
impl core::fmt::Display for IpPrefix {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        if self.is_host() { write!(f, "{}", self.0.addr()) } else { write!(f, "{}", self.0) }
    }
}

impl core::fmt::Debug for IpPrefix {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        core::fmt::Display::fmt(self, f)
    }
}

/// The shortest prefix lengths that a permanent whitelist takes (SPEC W1).
#[derive(Clone, Copy, Debug, Eq, PartialEq, Hash)]
pub struct WidthLimits {
    /// For IPv4, 0 to 32; 16 by default.
    pub v4_shortest: u8,
    /// For IPv6, 0 to 128; 32 by default.
    pub v6_shortest: u8,
}

impl WidthLimits {
    /// Every width, for a policy that allows it.
    pub const ANY: Self = Self { v4_shortest: 0, v6_shortest: 0 };
}

impl Default for WidthLimits {
    fn default() -> Self {
        Self {
            v4_shortest: 16, // SPEC W1
            v6_shortest: 32, // SPEC W1
        }
    }
}

/// A way in which IPv4 travels inside IPv6 addresses that say little about the sender (SPEC W1).
#[derive(Clone, Copy, Debug, Eq, PartialEq, Hash)]
#[non_exhaustive]
pub enum Tunnel {
    /// 2002::/16, RFC 3056.
    SixToFour,
    /// 2001::/32, RFC 4380.
    Teredo,
    /// 64:ff9b::/96 (RFC 6052) and 64:ff9b:1::/48 (RFC 8215).
    Nat64,
}

impl core::fmt::Display for Tunnel {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            Self::SixToFour => "6to4 (2002::/16)",
            Self::Teredo => "Teredo (2001::/32)",
            Self::Nat64 => "NAT64 (64:ff9b::/96, 64:ff9b:1::/48)",
        })
    }
}

const TUNNELS: [(Tunnel, Ipv6Net); 4] = [
    (Tunnel::SixToFour, Ipv6Net::new_assert(Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16)),
    (Tunnel::Teredo, Ipv6Net::new_assert(Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 32)),
    (Tunnel::Nat64, Ipv6Net::new_assert(Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, 0, 0), 96)),
    (Tunnel::Nat64, Ipv6Net::new_assert(Ipv6Addr::new(0x64, 0xff9b, 1, 0, 0, 0, 0, 0), 48)),
];

/// The longest text that is looked at; the longest right one has 49 characters.
const TEXT_MAX: usize = 128;

/// How many wrong spellings of one text are put right, one after the other, to find a suggestion.
const REPAIRS_MAX: u8 = 6;

/// Reads a trimmed text; `depth` counts the repairs already made.
fn read(text: &str, depth: u8) -> Result<IpPrefix, PrefixError> {
    let input = || shown(text);
    if text.len() > TEXT_MAX {
        return Err(PrefixError::Shape { input: input(), suggestion: None });
    }
    if text.contains(char::is_whitespace) {
        // `10.0.0.0 255.255.255.0`, as routers print it.
        let mut words = text.split_whitespace();
        if let (Some(address), Some(mask), None) = (words.next(), words.next(), words.next())
            && address.parse::<IpAddr>().is_ok()
            && mask.parse::<IpAddr>().is_ok_and(|mask| mask_len(mask).is_some())
        {
            return Err(PrefixError::Netmask { input: input(), suggestion: repaired(&format!("{address}/{mask}"), depth) });
        }
        return Err(PrefixError::Space {
            input: input(),
            suggestion: without_space(text).and_then(|text| repaired(&text, depth)),
        });
    }
    if let Some((before, rest)) = text.split_once('%') {
        let after = rest.find(['/', ']']).and_then(|at| rest.get(at..)).unwrap_or("");
        return Err(PrefixError::Zone { input: input(), suggestion: repaired(&format!("{before}{after}"), depth) });
    }
    let (address, length) = match text.split_once('/') {
        Some((address, length)) => (address, Some(length)),
        None => (text, None),
    };
    let with_length = |address: &str| match length {
        Some(length) => format!("{address}/{length}"),
        None => address.to_string(),
    };
    if let Some(bare) = without_port(address) {
        return Err(PrefixError::Port { input: input(), suggestion: repaired(&with_length(bare), depth) });
    }
    if let Some(plain) = without_leading_zeros(address) {
        return Err(PrefixError::LeadingZero { input: input(), suggestion: repaired(&with_length(&plain), depth) });
    }
    let Ok(parsed) = address.parse::<IpAddr>() else {
        let inner = address.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
        return Err(PrefixError::Shape {
            input: input(),
            suggestion: inner.and_then(|inner| repaired(&with_length(inner), depth)),
        });
    };
    let most = if parsed.is_ipv4() { 32 } else { 128 };
    let Some(length) = length else {
        return named(IpPrefix::new(parsed, most), text);
    };
    if let Ok(mask) = length.parse::<IpAddr>() {
        // A mask of IPv4 beside an IPv4-mapped address means the IPv4 address.
        let address = if mask.is_ipv4() { parsed.to_canonical() } else { parsed };
        let len = mask_len(mask).filter(|_| address.is_ipv4() == mask.is_ipv4());
        return Err(PrefixError::Netmask {
            input: input(),
            suggestion: len.and_then(|len| repaired(&format!("{address}/{len}"), depth)),
        });
    }
    match plain_number(length) {
        Some(len) => named(IpPrefix::new(parsed, len), text),
        None => {
            let digits = length.trim_start_matches('0');
            let zeros = digits.len() < length.len() && !digits.is_empty();
            Err(PrefixError::Length {
                input: input(),
                most,
                suggestion: plain_number(digits).filter(|_| zeros).and_then(|len| repaired(&format!("{address}/{len}"), depth)),
            })
        }
    }
}

/// Puts the text as it was written into an error of [`IpPrefix::new`].
fn named(result: Result<IpPrefix, PrefixError>, text: &str) -> Result<IpPrefix, PrefixError> {
    result.map_err(|mut error| {
        match &mut error {
            PrefixError::HostBits { input, .. } | PrefixError::Length { input, .. } | PrefixError::Translated { input, .. } => {
                *input = shown(text)
            }
            _ => {}
        }
        error
    })
}

/// The canonical spelling of a repaired text, if it can be read, or the suggestion of its own error.
fn repaired(text: &str, depth: u8) -> Option<String> {
    if depth >= REPAIRS_MAX {
        return None;
    }
    match read(text, depth + 1) {
        Ok(prefix) => Some(prefix.to_string()),
        Err(error) => error.suggestion().map(ToString::to_string),
    }
}

/// The text without white space, where each piece of it stands beside a separator; `10.0.0.1 2` is left alone.
fn without_space(text: &str) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        let joins = |c: char| matches!(c, '.' | ':' | '/');
        if !out.is_empty() && !out.ends_with(joins) && !word.starts_with(joins) {
            return None;
        }
        out.push_str(word);
    }
    Some(out)
}

/// The address in front of a port: `192.0.2.1:5060`, `[2001:db8::1]:5060`.
fn without_port(address: &str) -> Option<&str> {
    let (bare, port) = address.rsplit_once(':')?;
    if port.is_empty() || !port.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    match bare.strip_prefix('[') {
        Some(inner) => inner.strip_suffix(']'),
        None => octets(bare).is_some().then_some(bare),
    }
}

/// The address with decimal octets as they would be without leading zeros, if it has some.
fn without_leading_zeros(address: &str) -> Option<String> {
    let at = address.rfind(':').map_or(0, |colon| colon + 1);
    let (head, dotted) = address.split_at_checked(at)?;
    let parts = octets(dotted)?;
    if !parts.iter().any(|part| part.len() > 1 && part.starts_with('0')) {
        return None;
    }
    let [a, b, c, d] = parts.map(|part| match part.trim_start_matches('0') {
        "" => "0",
        digits => digits,
    });
    Some(format!("{head}{a}.{b}.{c}.{d}"))
}

/// Four groups of digits between dots, of any value.
fn octets(text: &str) -> Option<[&str; 4]> {
    let mut parts = text.split('.');
    let out = [parts.next()?, parts.next()?, parts.next()?, parts.next()?];
    let digits = |part: &&str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    (parts.next().is_none() && out.iter().all(digits)).then_some(out)
}

/// A number of one to three digits without sign or leading zero.
fn plain_number(text: &str) -> Option<u8> {
    let plain = text == "0" || !text.starts_with('0');
    (plain && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok()).flatten()
}

/// The prefix length that a netmask or a Cisco wildcard mask (its complement) stands for; none for 0.0.0.0, which is
/// `/0` in one reading and `/32` in the other.
fn mask_len(mask: IpAddr) -> Option<u8> {
    match mask {
        IpAddr::V4(Ipv4Addr::UNSPECIFIED) | IpAddr::V6(Ipv6Addr::UNSPECIFIED) => None,
        IpAddr::V4(mask) => {
            ipnet::ipv4_mask_to_prefix(mask).or_else(|_| ipnet::ipv4_mask_to_prefix(Ipv4Addr::from_bits(!mask.to_bits()))).ok()
        }
        IpAddr::V6(mask) => ipnet::ipv6_mask_to_prefix(mask).ok(),
    }
}

fn did_you_mean(suggestion: &Option<String>) -> String {
    match suggestion {
        Some(suggestion) => format!("; did you mean {suggestion}?"),
        None => String::new(),
    }
}

codes! {
    /// What is wrong with a prefix (SPEC W1).
    pub enum PrefixError {
        /// Not an address or a CIDR range.
        #[error("{input:?} is not an address like 192.0.2.7 or a range like 10.0.0.0/24{}", did_you_mean(suggestion))]
        Shape {
            /// The text, shortened.
            input: String,
            /// The right spelling, if it can be told.
            suggestion: Option<String>,
        } = PREFIX_SHAPE,
        /// Address bits are set to the right of the prefix length.
        #[error("host bits are set in {input}; did you mean {suggestion}?")]
        HostBits {
            /// The text, shortened.
            input: String,
            /// The range that holds the address.
            suggestion: String,
        } = PREFIX_HOST_BITS,
        /// The prefix length is no plain number or out of range; for an IPv4-mapped range it is 96 to 128.
        #[error("the prefix length of {input:?} is not a number up to {most}{}", did_you_mean(suggestion))]
        Length {
            /// The text, shortened.
            input: String,
            /// The longest length this address can have.
            most: u8,
            /// The right spelling, if it can be told.
            suggestion: Option<String>,
        } = PREFIX_LENGTH,
        /// A decimal octet has leading zeros, which some programs read as octal.
        #[error("leading zeros in {input}{}", did_you_mean(suggestion))]
        LeadingZero {
            /// The text, shortened.
            input: String,
            /// The decimal reading.
            suggestion: Option<String>,
        } = PREFIX_LEADING_ZERO,
        /// A netmask stands where a prefix length belongs.
        #[error("{input:?} has a netmask instead of a prefix length{}", did_you_mean(suggestion))]
        Netmask {
            /// The text, shortened.
            input: String,
            /// The range with a prefix length, unless the mask has gaps.
            suggestion: Option<String>,
        } = PREFIX_NETMASK,
        /// White space stands inside.
        #[error("there is white space inside {input:?}{}", did_you_mean(suggestion))]
        Space {
            /// The text, shortened.
            input: String,
            /// The text without it, where that can be read.
            suggestion: Option<String>,
        } = PREFIX_SPACE,
        /// A zone id follows the address; it means something on one machine only.
        #[error("{input:?} has a zone id{}", did_you_mean(suggestion))]
        Zone {
            /// The text, shortened.
            input: String,
            /// The address without it.
            suggestion: Option<String>,
        } = PREFIX_ZONE,
        /// A port follows the address.
        #[error("{input:?} has a port{}", did_you_mean(suggestion))]
        Port {
            /// The text, shortened.
            input: String,
            /// The address without it.
            suggestion: Option<String>,
        } = PREFIX_PORT,
        /// The range overlaps one that stands for translated or tunnelled IPv4.
        #[error("{input} overlaps {tunnel}, whose addresses do not tell who sends")]
        Translated {
            /// The text, shortened.
            input: String,
            /// Which range.
            tunnel: Tunnel,
        } = PREFIX_TRANSLATED,
        /// Policy does not allow a range of this width.
        #[error("{prefix} is wider than the /{shortest} that policy allows")]
        TooWide {
            /// The range.
            prefix: IpPrefix,
            /// The shortest prefix length allowed.
            shortest: u8,
        } = PREFIX_TOO_WIDE,
    }
}

impl PrefixError {
    /// The right spelling, where there is one; it can always be parsed.
    pub fn suggestion(&self) -> Option<&str> {
        match self {
            Self::HostBits { suggestion, .. } => Some(suggestion),
            Self::Shape { suggestion, .. }
            | Self::Length { suggestion, .. }
            | Self::LeadingZero { suggestion, .. }
            | Self::Netmask { suggestion, .. }
            | Self::Space { suggestion, .. }
            | Self::Zone { suggestion, .. }
            | Self::Port { suggestion, .. } => suggestion.as_deref(),
            Self::Translated { .. } | Self::TooWide { .. } => None,
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::error::ErrorCode as C;

    #[test]
    fn w1_right_spellings_are_written_back_in_one_form() {
        for (text, form) in [
            ("192.0.2.7", "192.0.2.7"),
            (" 192.0.2.7/32\n", "192.0.2.7"),
            ("10.0.0.0/24", "10.0.0.0/24"),
            ("0.0.0.0/0", "0.0.0.0/0"),
            ("2001:DB8:0::/32", "2001:db8::/32"),
            ("2001:0db8::0001/128", "2001:db8::1"),
            ("::ffff:10.0.0.0/104", "10.0.0.0/8"),
            ("::ffff:a00:1", "10.0.0.1"),
            ("::ffff:0:0/96", "0.0.0.0/0"),
            ("fd00::/8", "fd00::/8"),
        ] {
            let prefix = IpPrefix::parse(text).unwrap();
            assert_eq!(prefix.to_string(), form, "{text}");
            assert_eq!(IpPrefix::parse(form), Ok(prefix));
            assert_eq!(IpPrefix::new(prefix.network(), prefix.prefix_len()), Ok(prefix));
        }
    }

    #[test]
    fn w1_wrong_spellings_name_the_reason_and_the_right_one() {
        for (text, code, suggestion) in [
            ("10.0.0.5/24", C::PREFIX_HOST_BITS, Some("10.0.0.0/24")),
            ("2001:db8::1/64", C::PREFIX_HOST_BITS, Some("2001:db8::/64")),
            ("::ffff:10.0.0.5/120", C::PREFIX_HOST_BITS, Some("10.0.0.0/24")),
            ("10.0.0.1/0", C::PREFIX_HOST_BITS, Some("0.0.0.0/0")),
            ("10.0.0.0/33", C::PREFIX_LENGTH, None),
            ("10.0.0.0/300", C::PREFIX_LENGTH, None),
            ("2001:db8::/129", C::PREFIX_LENGTH, None),
            ("::ffff:10.0.0.0/24", C::PREFIX_LENGTH, None),
            ("10.0.0.0/", C::PREFIX_LENGTH, None),
            ("10.0.0.0/+24", C::PREFIX_LENGTH, None),
            ("10.0.0.0/-1", C::PREFIX_LENGTH, None),
            ("10.0.0.0/24/8", C::PREFIX_LENGTH, None),
            ("10.0.0.0/024", C::PREFIX_LENGTH, Some("10.0.0.0/24")),
            ("10.0.0.0/00", C::PREFIX_LENGTH, None),
            ("010.0.0.1", C::PREFIX_LEADING_ZERO, Some("10.0.0.1")),
            ("192.168.001.000/24", C::PREFIX_LEADING_ZERO, Some("192.168.1.0/24")),
            ("::ffff:010.0.0.1", C::PREFIX_LEADING_ZERO, Some("10.0.0.1")),
            ("0300.0.0.1", C::PREFIX_LEADING_ZERO, None),
            ("10.0.0.0/255.255.255.0", C::PREFIX_NETMASK, Some("10.0.0.0/24")),
            ("10.0.0.7/255.255.255.0", C::PREFIX_NETMASK, Some("10.0.0.0/24")),
            ("10.0.0.0/0.0.0.255", C::PREFIX_NETMASK, Some("10.0.0.0/24")),
            ("10.0.0.0/255.0.255.0", C::PREFIX_NETMASK, None),
            ("10.0.0.0/0.0.0.0", C::PREFIX_NETMASK, None),
            ("10.0.0.0 255.255.255.0", C::PREFIX_NETMASK, Some("10.0.0.0/24")),
            ("2001:db8::/ffff:ffff::", C::PREFIX_NETMASK, Some("2001:db8::/32")),
            ("10.0.0.0 /24", C::PREFIX_SPACE, Some("10.0.0.0/24")),
            ("10. 0.0.1", C::PREFIX_SPACE, Some("10.0.0.1")),
            ("10.0.0.1 2", C::PREFIX_SPACE, None),
            ("10.0.0.1 10.0.0.2", C::PREFIX_SPACE, None),
            ("fe80::1%eth0", C::PREFIX_ZONE, Some("fe80::1")),
            ("fe80::1%eth0/64", C::PREFIX_ZONE, Some("fe80::/64")),
            ("[fe80::1%25eth0]", C::PREFIX_ZONE, Some("fe80::1")),
            ("192.0.2.1:5060", C::PREFIX_PORT, Some("192.0.2.1")),
            ("192.0.2.0:5060/24", C::PREFIX_PORT, Some("192.0.2.0/24")),
            ("[2001:db8::1]:5060", C::PREFIX_PORT, Some("2001:db8::1")),
            ("[2001:db8::1]", C::PREFIX_SHAPE, Some("2001:db8::1")),
            ("2002:c000:201::/48", C::PREFIX_TRANSLATED, None),
            ("2001::/32", C::PREFIX_TRANSLATED, None),
            ("2001:0:1::/48", C::PREFIX_TRANSLATED, None),
            ("2001::/16", C::PREFIX_TRANSLATED, None),
            ("64:ff9b::192.0.2.1", C::PREFIX_TRANSLATED, None),
            ("64:ff9b:1:2::/64", C::PREFIX_TRANSLATED, None),
            ("::/0", C::PREFIX_TRANSLATED, None),
            ("", C::PREFIX_SHAPE, None),
            ("10.0.0", C::PREFIX_SHAPE, None),
            ("10.0.0.256", C::PREFIX_SHAPE, None),
            ("10.0.0.*", C::PREFIX_SHAPE, None),
            ("phone.example", C::PREFIX_SHAPE, None),
            ("١٠.0.0.1", C::PREFIX_SHAPE, None),
        ] {
            let error = IpPrefix::parse(text).unwrap_err();
            assert_eq!(error.code(), code, "{text}: {error}");
            assert_eq!(error.suggestion(), suggestion, "{text}");
            if let Some(suggestion) = suggestion {
                assert!(IpPrefix::parse(suggestion).is_ok(), "{suggestion}");
                assert!(error.to_string().contains(suggestion), "{error}");
            }
        }
    }

    #[test]
    fn w1_widths_are_refused_unless_policy_allows_them() {
        for (text, fits) in [("10.0.0.0/16", true), ("10.0.0.0/15", false), ("2001:db8::/32", true), ("2001:db0::/28", false)] {
            let prefix = IpPrefix::parse(text).unwrap();
            assert_eq!(prefix.check_width(WidthLimits::default()).is_ok(), fits, "{text}");
            assert_eq!(prefix.check_width(WidthLimits::ANY), Ok(()));
        }
    }

    #[test]
    fn w4_a_mapped_address_counts_as_ipv4_and_lies_in_no_ipv6_prefix() {
        let mapped: IpAddr = "::ffff:192.0.2.1".parse().unwrap();
        assert!(IpPrefix::parse("192.0.2.0/24").unwrap().contains(mapped));
        assert!(!IpPrefix::parse("::/64").unwrap().contains(mapped));
        assert_eq!(IpPrefix::host(mapped), IpPrefix::parse("192.0.2.1").unwrap());
    }

    #[test]
    fn w2_the_prefix_of_an_ipv6_source_is_its_64() {
        let of = |text: &str| {
            IpPrefix::from_source(super::super::ClientAddress::new(text.parse().unwrap()).source()).unwrap().to_string()
        };
        assert_eq!(of("2001:db8:1:2:3::4"), "2001:db8:1:2::/64");
        assert_eq!(of("::ffff:192.0.2.1"), "192.0.2.1");
        assert_eq!(IpPrefix::from_source(Source::UNRESOLVED), None);
    }
}
