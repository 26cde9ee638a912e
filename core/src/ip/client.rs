//! The client's address behind proxies: one named header, believed only from trusted peers (SPEC W6).

use super::{ClientAddress, IpPrefix};
use crate::error::codes;
use crate::mac::shown;
use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use core::net::{IpAddr, Ipv6Addr};

/// Which header tells the client's address, and whom to believe it from.
///
/// By default no header is read and no proxy trusted: the peer is the client.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct ProxyPolicy {
    /// The one header that is read; all others are ignored always.
    pub header: Option<ForwardHeader>,
    /// Whose word counts.
    pub trusted: TrustedProxies,
}

impl ProxyPolicy {
    /// Whether the address is one of the trusted networks'. With a hop count nobody knows the proxies: false.
    pub fn is_trusted_proxy(&self, address: IpAddr) -> bool {
        match &self.trusted {
            TrustedProxies::Networks(networks) => {
                let address = address.to_canonical();
                networks.iter().any(|network| network.contains(address))
            }
            TrustedProxies::Hops(_) => false,
        }
    }
}

/// The proxies in front of the server.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum TrustedProxies {
    /// Proxies in these networks; none trusts nobody.
    Networks(Vec<IpPrefix>),
    /// Exactly this many proxies stand in front of the server, wherever they are; 0 trusts nobody, and more than 32
    /// resolve nobody.
    ///
    /// Whoever can reach the server past them chooses his own address: use it only where nobody can.
    Hops(u8),
}

impl Default for TrustedProxies {
    fn default() -> Self {
        Self::Networks(Vec::new())
    }
}

/// The header that carries the client's address.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum ForwardHeader {
    /// `Forwarded`, RFC 7239.
    Forwarded,
    /// `X-Forwarded-For`: a list of addresses, the nearest last.
    XForwardedFor,
    /// `X-Real-IP`: one address, read as a list of one.
    XRealIp,
    /// Another header with the syntax of `X-Forwarded-For`, such as `CF-Connecting-IP`.
    Named(HeaderName),
}

impl ForwardHeader {
    /// Reads a header name in any case.
    ///
    /// # Errors
    /// [`ClientError::HeaderName`] for what is no HTTP field name (RFC 9110 section 5.1) or longer than 64 characters.
    pub fn parse(name: &str) -> Result<Self, ClientError> {
        for known in [Self::Forwarded, Self::XForwardedFor, Self::XRealIp] {
            if known.name().eq_ignore_ascii_case(name) {
                return Ok(known);
            }
        }
        if name.is_empty() || name.len() > 64 || !name.bytes().all(is_token) {
            return Err(ClientError::HeaderName { input: shown(name) });
        }
        Ok(Self::Named(HeaderName(name.into())))
    }

    /// The header's name; hosts compare it without regard to case.
    pub fn name(&self) -> &str {
        match self {
            Self::Forwarded => "Forwarded",
            Self::XForwardedFor => "X-Forwarded-For",
            Self::XRealIp => "X-Real-IP",
            Self::Named(name) => &name.0,
        }
    }
}

/// A header name that was checked by [`ForwardHeader::parse`].
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct HeaderName(Box<str>);

/// Tells the client's address from the TCP peer and the lines of the policy's header, in the order received.
///
/// The header is read only when the peer is trusted; then the chain is walked from the right, and the first address
/// that is not a trusted proxy is the answer. What is malformed, hidden (`_name`, `unknown`) or missing on that walk,
/// and a chain of nothing but proxies, is [`ClientAddress::Unresolved`]. What stands left of the answer was written by
/// the client and is not looked at (but `Forwarded` must be well-formed as a whole, for a quote may span it). More than
/// 16 KiB of header or 32 hops are unresolved too.
///
/// ```
/// use libprov::ip::{ClientAddress, ForwardHeader, IpPrefix, ProxyPolicy, TrustedProxies, client_address};
/// let policy = ProxyPolicy {
///     header: Some(ForwardHeader::XForwardedFor),
///     trusted: TrustedProxies::Networks(vec![IpPrefix::parse("10.0.0.0/24")?]),
/// };
/// let proxy = "10.0.0.1".parse().unwrap();
/// let lines = ["198.51.100.66, 203.0.113.7, 10.0.0.2"]; // the first was made up by the client
/// assert_eq!(client_address(&policy, proxy, &lines).ip(), Some("203.0.113.7".parse().unwrap()));
/// let stranger = "192.0.2.1".parse().unwrap();
/// assert_eq!(client_address(&policy, stranger, &lines), ClientAddress::new(stranger));
/// # Ok::<(), libprov::ip::PrefixError>(())
/// ```
///
/// SPEC W6.
pub fn client_address(policy: &ProxyPolicy, peer: IpAddr, header_lines: &[&str]) -> ClientAddress {
    let peer_trusted = match policy.trusted {
        TrustedProxies::Hops(hops) => hops > 0 && policy.header.is_some(),
        TrustedProxies::Networks(_) => policy.is_trusted_proxy(peer),
    };
    if !peer_trusted {
        return ClientAddress::new(peer);
    }
    let Some(header) = &policy.header else {
        return ClientAddress::Unresolved;
    };
    let mut bytes = 0usize;
    for line in header_lines {
        bytes = bytes.saturating_add(line.len());
    }
    if bytes > HEADER_BYTES_MAX {
        return ClientAddress::Unresolved;
    }
    let mut from_right = Walk::new(policy);
    let answer = match header {
        ForwardHeader::Forwarded => match Chain::of_forwarded(header_lines) {
            Some(chain) => chain.hops_from_right().find_map(|hop| from_right.step(hop)),
            None => return ClientAddress::Unresolved,
        },
        _ => header_lines
            .iter()
            .rev()
            .flat_map(|line| line.rsplit(','))
            .take(HOPS_MAX)
            .find_map(|hop| from_right.step(node(trim(hop), bare_ipv6))),
    };
    answer.unwrap_or(ClientAddress::Unresolved)
}

/// The longest header, all lines together, that is read; servers take 8 KiB for a line.
const HEADER_BYTES_MAX: usize = 16 * 1024;

/// The most hops that are walked.
const HOPS_MAX: usize = 32;

/// The walk from the right through the proxies.
struct Walk<'a> {
    policy: &'a ProxyPolicy,
    /// With a hop count: how many of the entries yet to come were written about proxies.
    proxies_left: u8,
}

impl<'a> Walk<'a> {
    fn new(policy: &'a ProxyPolicy) -> Self {
        let proxies_left = match policy.trusted {
            TrustedProxies::Hops(hops) => hops.saturating_sub(1), // the peer itself is the first
            TrustedProxies::Networks(_) => 0,
        };
        Self { policy, proxies_left }
    }

    /// Judges the next entry: an answer, or none for a proxy.
    fn step(&mut self, hop: Option<IpAddr>) -> Option<ClientAddress> {
        let Some(address) = hop else {
            return Some(ClientAddress::Unresolved);
        };
        let is_proxy = match self.policy.trusted {
            TrustedProxies::Networks(_) => self.policy.is_trusted_proxy(address),
            TrustedProxies::Hops(_) => match self.proxies_left.checked_sub(1) {
                Some(left) => {
                    self.proxies_left = left;
                    true
                }
                None => false,
            },
        };
        (!is_proxy).then(|| ClientAddress::new(address))
    }
}

/// The last hops of a `Forwarded` header; it can only be read from the left.
struct Chain {
    ring: [Option<IpAddr>; HOPS_MAX],
    count: usize,
}

impl Chain {
    /// Reads all lines; none when one is malformed (RFC 7239 section 4).
    fn of_forwarded(lines: &[&str]) -> Option<Self> {
        let mut chain = Self { ring: [None; HOPS_MAX], count: 0 };
        for line in lines {
            let mut rest = line.as_bytes();
            loop {
                let (hop, after) = element(rest)?;
                if let Some(slot) = chain.ring.get_mut(chain.count % HOPS_MAX) {
                    *slot = hop;
                }
                chain.count += 1;
                match after.split_first() {
                    Some((b',', next)) => rest = next,
                    _ => break,
                }
            }
        }
        Some(chain)
    }

    fn hops_from_right(&self) -> impl Iterator<Item = Option<IpAddr>> + '_ {
        (0..self.count.min(HOPS_MAX)).map(|back| self.ring.get((self.count - 1 - back) % HOPS_MAX).copied().flatten())
    }
}

/// Reads one element up to its comma or the end: its `for` address, or none where that is missing or hidden. The whole
/// is none when the syntax is broken. White space may stand around `;`, as in the examples of RFC 7239.
fn element(mut rest: &[u8]) -> Option<(Option<IpAddr>, &[u8])> {
    let mut hop = None;
    let mut seen = false;
    loop {
        rest = skip_space(rest);
        match rest.first() {
            None | Some(b',') => return Some((hop, rest)),
            Some(b';') => {
                rest = rest.get(1..)?;
                continue;
            }
            Some(_) => {}
        }
        let (name, after) = token(rest)?;
        let (value, after) = match after.strip_prefix(b"=")? {
            [b'"', quoted @ ..] => quoted_string(quoted)?,
            bare => {
                let (value, after) = token(bare)?;
                (Value::plain(value), after)
            }
        };
        if name.eq_ignore_ascii_case(b"for") {
            if seen {
                return None; // RFC 7239 section 4: each parameter at most once
            }
            seen = true;
            hop = value.text().and_then(|text| node(text, |_| None));
        }
        rest = skip_space(after);
        if !matches!(rest.first(), None | Some(b',' | b';')) {
            return None;
        }
    }
}

/// The value of a parameter, unescaped; longer ones than any node are kept as too long.
struct Value {
    bytes: [u8; VALUE_MAX],
    len: usize,
}

/// A bracketed IPv6 address with an IPv4 tail and a port has 54 characters.
const VALUE_MAX: usize = 64;

impl Value {
    const fn empty() -> Self {
        Self { bytes: [0; VALUE_MAX], len: 0 }
    }

    fn plain(bytes: &[u8]) -> Self {
        let mut value = Self::empty();
        for byte in bytes {
            value.push(*byte);
        }
        value
    }

    fn push(&mut self, byte: u8) {
        if let Some(slot) = self.bytes.get_mut(self.len) {
            *slot = byte;
        }
        self.len = self.len.saturating_add(1);
    }

    fn text(&self) -> Option<&str> {
        core::str::from_utf8(self.bytes.get(..self.len)?).ok()
    }
}

/// Reads the rest of a quoted string after its opening quote (RFC 9110 section 5.6.4).
fn quoted_string(mut rest: &[u8]) -> Option<(Value, &[u8])> {
    let mut value = Value::empty();
    loop {
        let (byte, after) = rest.split_first()?;
        rest = after;
        let byte = match byte {
            b'"' => return Some((value, rest)),
            b'\\' => {
                let (escaped, after) = rest.split_first()?;
                rest = after;
                *escaped
            }
            byte => *byte,
        };
        if (byte < b' ' && byte != b'\t') || byte == 0x7f {
            return None;
        }
        value.push(byte);
    }
}

fn token(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let len = bytes.iter().position(|b| !is_token(*b)).unwrap_or(bytes.len());
    (len > 0).then(|| bytes.split_at_checked(len)).flatten()
}

/// `tchar` of RFC 9110 section 5.6.2.
const fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(byte, b'!' | b'#' | b'$' | b'%' | b'&' | b'\'' | b'*' | b'+' | b'-' | b'.' | b'^' | b'_' | b'`' | b'|' | b'~')
}

fn skip_space(bytes: &[u8]) -> &[u8] {
    let len = bytes.iter().position(|b| !matches!(b, b' ' | b'\t')).unwrap_or(bytes.len());
    bytes.get(len..).unwrap_or_default()
}

fn trim(text: &str) -> &str {
    text.trim_matches([' ', '\t'])
}

/// Reads `192.0.2.1`, `[2001:db8::1]`, either with `:port`, or what `otherwise` takes.
fn node(text: &str, otherwise: impl Fn(&str) -> Option<IpAddr>) -> Option<IpAddr> {
    let (address, rest) = if let Some(inner) = text.strip_prefix('[') {
        let (inner, rest) = inner.split_once(']')?;
        (IpAddr::V6(inner.parse().ok()?), rest)
    } else {
        let (head, rest) = text.split_at_checked(text.find(':').unwrap_or(text.len()))?;
        match head.parse() {
            Ok(address) => (IpAddr::V4(address), rest),
            Err(_) => return otherwise(text),
        }
    };
    match rest.strip_prefix(':') {
        Some(port) => is_port(port).then_some(address),
        None => rest.is_empty().then_some(address),
    }
}

/// An IPv6 address without brackets, as `X-Forwarded-For` usually has it.
fn bare_ipv6(text: &str) -> Option<IpAddr> {
    text.parse::<Ipv6Addr>().ok().map(IpAddr::V6)
}

/// One to five digits, or a hidden port `_name` (RFC 7239 section 6).
fn is_port(text: &str) -> bool {
    match text.strip_prefix('_') {
        Some(hidden) => {
            !hidden.is_empty() && hidden.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-'))
        }
        None => (1..=5).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit()),
    }
}

codes! {
    /// What is wrong with a proxy policy.
    pub enum ClientError {
        /// Not an HTTP field name of at most 64 characters.
        #[error("{input:?} is not a header name")]
        HeaderName {
            /// The text, shortened.
            input: String,
        } = CLIENT_HEADER_NAME,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn policy(header: &str, trusted: &[&str]) -> ProxyPolicy {
        ProxyPolicy {
            header: Some(ForwardHeader::parse(header).unwrap()),
            trusted: TrustedProxies::Networks(trusted.iter().map(|text| IpPrefix::parse(text).unwrap()).collect()),
        }
    }

    fn ask(policy: &ProxyPolicy, peer: &str, lines: &[&str]) -> Option<String> {
        use alloc::string::ToString;
        client_address(policy, peer.parse().unwrap(), lines).ip().map(|ip| ip.to_string())
    }

    #[test]
    fn w6_forwarded_for_table() {
        let policy = policy("x-forwarded-for", &["10.0.0.0/24", "fd00::/64"]);
        for (peer, lines, answer) in [
            // the peer is not trusted: header ignored
            ("192.0.2.1", &["203.0.113.7"][..], Some("192.0.2.1")),
            ("::ffff:192.0.2.1", &["203.0.113.7"], Some("192.0.2.1")),
            // trusted
            ("10.0.0.1", &["203.0.113.7"], Some("203.0.113.7")),
            ("::ffff:10.0.0.1", &["203.0.113.7"], Some("203.0.113.7")),
            ("10.0.0.1", &["1.1.1.1, 203.0.113.7"], Some("203.0.113.7")),
            ("10.0.0.1", &["203.0.113.7,10.0.0.9 ,\tfd00::1"], Some("203.0.113.7")),
            ("10.0.0.1", &["203.0.113.7", "10.0.0.9"], Some("203.0.113.7")),
            ("10.0.0.1", &["9.9.9.9, 203.0.113.7:5060"], Some("203.0.113.7")),
            ("10.0.0.1", &["[2001:db8::1]:4711"], Some("2001:db8::1")),
            ("10.0.0.1", &["[2001:db8::1]"], Some("2001:db8::1")),
            ("10.0.0.1", &["2001:db8::1"], Some("2001:db8::1")),
            ("10.0.0.1", &["::ffff:203.0.113.7"], Some("203.0.113.7")),
            ("fd00::5", &["::ffff:10.0.0.7, 10.0.0.3"], None),
            // garbage left of the answer is the client's
            ("10.0.0.1", &["<x>\", 203.0.113.7"], Some("203.0.113.7")),
            // malformed, hidden, missing, all trusted
            ("10.0.0.1", &["203.0.113.7, unknown"], None),
            ("10.0.0.1", &["203.0.113.7, _hidden"], None),
            ("10.0.0.1", &["203.0.113.7,"], None),
            ("10.0.0.1", &["203.0.113.7", ""], None),
            ("10.0.0.1", &["203.0.113.7:x"], None),
            ("10.0.0.1", &["203.0.113.7:"], None),
            ("10.0.0.1", &["203.0.113.7 203.0.113.8"], None),
            ("10.0.0.1", &["203.0.113.07"], None),
            ("10.0.0.1", &["[203.0.113.7]"], None),
            ("10.0.0.1", &["[2001:db8::1"], None),
            ("10.0.0.1", &["[2001:db8::1]x"], None),
            ("10.0.0.1", &["fe80::1%eth0"], None),
            ("10.0.0.1", &["10.0.0.2"], None),
            ("10.0.0.1", &[""], None),
            ("10.0.0.1", &[], None),
        ] {
            assert_eq!(ask(&policy, peer, lines).as_deref(), answer, "{peer} {lines:?}");
        }
    }

    #[test]
    fn w6_forwarded_table() {
        let policy = policy("forwarded", &["10.0.0.0/24"]);
        for (lines, answer) in [
            (&["for=203.0.113.7"][..], Some("203.0.113.7")),
            (&["FOR=203.0.113.7; proto=http;by=10.0.0.1"], Some("203.0.113.7")),
            (&["For=\"[2001:db8::1]:4711\""], Some("2001:db8::1")),
            (&["for=\"203.0.113.7:80\""], Some("203.0.113.7")),
            (&["for=\"203.0.113.7:_port\""], Some("203.0.113.7")),
            (&["for=\"203.0.\\113.7\""], Some("203.0.113.7")),
            (&["for=1.1.1.1, for=203.0.113.7;secret=\"a,b;for=9.9.9.9\", for=10.0.0.9"], Some("203.0.113.7")),
            (&["for=203.0.113.7", "for=10.0.0.9"], Some("203.0.113.7")),
            (&["for=unknown, for=203.0.113.7"], Some("203.0.113.7")),
            (&["for=_hidden"], None),
            (&["for=unknown"], None),
            (&["proto=https"], None),
            (&["for=203.0.113.7,"], None),
            (&["for=203.0.113.7;for=9.9.9.9"], None),
            (&["for=203.0.113.7:80"], None),  // a colon needs quotes
            (&["for=\"2001:db8::1\""], None), // IPv6 needs brackets
            (&["for=[2001:db8::1]"], None),
            (&["for =203.0.113.7"], None),
            (&["for=\"x, for=203.0.113.7"], None), // an open quote before a proxy's entry
            (&["for=\"x", "for=203.0.113.7"], None),
            (&["for=\"x\\", "for=203.0.113.7"], None),
            (&["for=\"x\"y, for=203.0.113.7"], None),
            (&["for=\"x\u{1}\", for=203.0.113.7"], None),
            (&["for=10.0.0.5"], None),
            (&[], None),
        ] {
            assert_eq!(ask(&policy, "10.0.0.1", lines).as_deref(), answer, "{lines:?}");
        }
    }

    #[test]
    fn w6_hops_count_from_the_right() {
        let with = |hops| ProxyPolicy { header: Some(ForwardHeader::XForwardedFor), trusted: TrustedProxies::Hops(hops) };
        let lines = ["1.1.1.1, 203.0.113.7, 198.51.100.2"];
        for (hops, answer) in [
            (0, Some("192.0.2.1")),
            (1, Some("198.51.100.2")),
            (2, Some("203.0.113.7")),
            (3, Some("1.1.1.1")),
            (4, None),
            (255, None),
        ] {
            assert_eq!(ask(&with(hops), "192.0.2.1", &lines).as_deref(), answer, "{hops}");
        }
    }

    #[test]
    fn w6_without_a_header_the_peer_is_the_client_unless_it_is_a_proxy() {
        let mut policy = policy("forwarded", &["10.0.0.0/24"]);
        policy.header = None;
        assert_eq!(ask(&policy, "192.0.2.1", &["for=9.9.9.9"]).as_deref(), Some("192.0.2.1"));
        assert_eq!(ask(&policy, "10.0.0.1", &[]), None);
        assert!(ProxyPolicy::default().header.is_none());
        assert!(!ProxyPolicy::default().is_trusted_proxy("10.0.0.1".parse().unwrap()));
    }

    #[test]
    fn w6_work_is_bounded_in_bytes_and_hops() {
        let policy = policy("x-forwarded-for", &["10.0.0.0/24"]);
        let hops = |n: usize| {
            let mut line = String::from("203.0.113.7");
            for _ in 0..n {
                line.push_str(",10.0.0.2");
            }
            line
        };
        assert!(ask(&policy, "10.0.0.1", &[&hops(HOPS_MAX - 1)]).is_some());
        assert!(ask(&policy, "10.0.0.1", &[&hops(HOPS_MAX)]).is_none());
        let forwarded = self::policy("forwarded", &["10.0.0.0/24"]);
        let chain = hops(HOPS_MAX).replace(',', ",for=");
        assert!(ask(&forwarded, "10.0.0.1", &[&alloc::format!("for={chain}")]).is_none());
        let long = alloc::format!("{},203.0.113.7", "x".repeat(HEADER_BYTES_MAX));
        assert!(ask(&policy, "10.0.0.1", &[&long]).is_none());
    }

    #[test]
    fn w6_header_names_are_known_in_any_case_and_else_checked() {
        assert_eq!(ForwardHeader::parse("x-real-ip"), Ok(ForwardHeader::XRealIp));
        assert_eq!(ForwardHeader::parse("CF-Connecting-IP").unwrap().name(), "CF-Connecting-IP");
        for bad in ["", "a b", "x:", "x\r\n", "é", &"x".repeat(65)] {
            assert!(ForwardHeader::parse(bad).is_err(), "{bad:?}");
        }
    }
}
