//! The address of a requester, and the *source* it counts as.

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The address a request came from, as W6 resolved it.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Ord, PartialOrd, Hash)]
pub enum ClientAddress {
    /// A known address; IPv4-mapped IPv6 counts as IPv4 (SPEC W4).
    Resolved(IpAddr),
    /// The address could not be told (SPEC W6): no whitelist matches it, none is made of it.
    Unresolved,
}

impl ClientAddress {
    /// Takes an address; an IPv4-mapped IPv6 address becomes IPv4 (SPEC W4).
    #[inline]
    pub const fn new(address: IpAddr) -> Self {
        Self::Resolved(canonical(address))
    }

    /// The address, IPv4-mapped IPv6 as IPv4, or none when unresolved.
    #[inline]
    pub const fn ip(self) -> Option<IpAddr> {
        match self {
            Self::Resolved(address) => Some(canonical(address)),
            Self::Unresolved => None,
        }
    }

    /// The source this address counts as: the IPv4 address, the IPv6 /64, or `unresolved`.
    pub const fn source(self) -> Source {
        match self.ip() {
            Some(IpAddr::V4(address)) => Source::v4(address),
            Some(IpAddr::V6(address)) => Source::v6(address),
            None => Source::UNRESOLVED,
        }
    }
}

/// `IpAddr::to_canonical` on the bits as one number, which spares a lookup several nanoseconds.
#[inline]
const fn canonical(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V6(v6) if v6.to_bits() >> 32 == 0xffff => IpAddr::V4(Ipv4Addr::from_bits(v6.to_bits() as u32)),
        _ => address,
    }
}

impl From<IpAddr> for ClientAddress {
    #[inline]
    fn from(address: IpAddr) -> Self {
        Self::new(address)
    }
}

/// What counts as one requester: an IPv4 address, an IPv6 /64, or all unresolved ones together (SPEC A13, R12, W2).
///
/// ```
/// use libprov::ip::{ClientAddress, Source};
/// let source = |text: &str| ClientAddress::new(text.parse().unwrap()).source();
/// assert_eq!(source("::ffff:192.0.2.1"), source("192.0.2.1"));
/// assert_eq!(source("2001:db8::1"), source("2001:db8::2"));
/// assert_eq!(source("2001:db8::1").to_string(), "2001:db8::/64");
/// assert_eq!(Source::UNRESOLVED.to_string(), "unresolved");
/// ```
#[derive(Clone, Copy, Eq, PartialEq, Ord, PartialOrd, Hash)]
pub struct Source {
    bits: u64,
    family: Family,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq, Ord, PartialOrd, Hash)]
#[repr(u8)]
enum Family {
    Unresolved,
    V4,
    V6,
}

impl Source {
    /// All requesters whose address could not be told.
    pub const UNRESOLVED: Self = Self { bits: 0, family: Family::Unresolved };

    /// The source of an IPv4 address.
    pub const fn v4(address: Ipv4Addr) -> Self {
        Self { bits: address.to_bits() as u64, family: Family::V4 }
    }

    /// The source of an IPv6 address: its /64, or IPv4 when the address is IPv4-mapped.
    pub const fn v6(address: Ipv6Addr) -> Self {
        match address.to_ipv4_mapped() {
            Some(v4) => Self::v4(v4),
            None => Self { bits: (address.to_bits() >> 64) as u64, family: Family::V6 },
        }
    }

    /// Whether the address could not be told.
    pub const fn is_unresolved(self) -> bool {
        matches!(self.family, Family::Unresolved)
    }

    /// The /48 around it, for IPv6.
    pub const fn wider(self) -> Option<Wider> {
        match self.family {
            Family::V6 => Some(Wider(self.bits & !0xffff)),
            Family::Unresolved | Family::V4 => None,
        }
    }

    /// What is compared where somebody who has one IPv6 /64 is taken to have its whole /48: the first /64 of it.
    pub(crate) const fn around(self) -> Self {
        match self.family {
            Family::V6 => Self { bits: self.bits & !0xffff, family: Family::V6 },
            Family::Unresolved | Family::V4 => self,
        }
    }

    /// The address, or the first address of the /64.
    pub const fn network(self) -> Option<IpAddr> {
        match self.family {
            Family::Unresolved => None,
            Family::V4 => Some(IpAddr::V4(Ipv4Addr::from_bits(self.bits as u32))),
            Family::V6 => Some(IpAddr::V6(Ipv6Addr::from_bits((self.bits as u128) << 64))),
        }
    }

    /// Family (0 unresolved, 4, 6) and bits (IPv4 address or upper half of the IPv6 address), for records and ids.
    pub const fn to_parts(self) -> (u8, u64) {
        match self.family {
            Family::Unresolved => (0, self.bits),
            Family::V4 => (4, self.bits),
            Family::V6 => (6, self.bits),
        }
    }

    /// The source with these parts, if they are those of one.
    pub const fn from_parts(family: u8, bits: u64) -> Option<Self> {
        match family {
            0 if bits == 0 => Some(Self::UNRESOLVED),
            4 if bits <= u32::MAX as u64 => Some(Self { bits, family: Family::V4 }),
            6 => Some(Self { bits, family: Family::V6 }),
            _ => None,
        }
    }
}

/// The /48 around an IPv6 source: what one site is usually given (SPEC R12).
///
/// ```
/// use libprov::ip::Source;
/// let wider = Source::v6("2001:db8:1:2::3".parse()?).wider().unwrap();
/// assert_eq!(wider.to_string(), "2001:db8:1::/48");
/// assert_eq!(Source::v4("192.0.2.1".parse()?).wider(), None);
/// # Ok::<(), core::net::AddrParseError>(())
/// ```
#[derive(Clone, Copy, Eq, PartialEq, Ord, PartialOrd, Hash)]
pub struct Wider(u64);

impl Wider {
    /// The first address.
    pub const fn network(self) -> Ipv6Addr {
        Ipv6Addr::from_bits((self.0 as u128) << 64)
    }

    /// The upper half of the first address, for records.
    pub(crate) const fn bits(self) -> u64 {
        self.0
    }

    /// The /48 with these bits, if the lower 16 are 0.
    pub(crate) const fn from_bits(bits: u64) -> Option<Self> {
        if bits & 0xffff == 0 { Some(Self(bits)) } else { None }
    }
}

impl core::fmt::Display for Wider {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "{}/48", self.network())
    }
}

impl core::fmt::Debug for Wider {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        core::fmt::Display::fmt(self, f)
    }
}

impl core::fmt::Display for Source {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self.network() {
            None => f.write_str("unresolved"),
            Some(IpAddr::V4(address)) => write!(f, "{address}"),
            Some(IpAddr::V6(address)) => write!(f, "{address}/64"),
        }
    }
}

impl core::fmt::Debug for Source {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        core::fmt::Display::fmt(self, f)
    }
}
