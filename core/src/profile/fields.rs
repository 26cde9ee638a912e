//! Field types: what exists is valid. Their inner grammars are checked here once, so that no mapping has to.

use crate::error::ErrorCode;
use alloc::format;
use alloc::string::String;
use core::net::{Ipv4Addr, Ipv6Addr};
use core::num::NonZeroU16;

/// Why a text is not allowed in a field; holds no part of the text.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{reason}")]
pub struct FieldError {
    reason: &'static str,
}

impl FieldError {
    pub(crate) const fn new(reason: &'static str) -> Self {
        Self { reason }
    }

    /// What is wrong, in one lower-case line.
    pub const fn reason(&self) -> &'static str {
        self.reason
    }

    /// The stable number of this error.
    pub const fn code(&self) -> ErrorCode {
        ErrorCode::PROFILE_VALUE
    }
}

/// Declares a checked text type with `as_str`, `FromStr` and `Display`.
macro_rules! text_field {
    ($(#[$meta:meta])* $name:ident) => {
        $(#[$meta])*
        #[derive(Clone, Debug, Eq, PartialEq, Ord, PartialOrd, Hash)]
        pub struct $name(String);

        impl $name {
            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl core::str::FromStr for $name {
            type Err = FieldError;
            fn from_str(text: &str) -> Result<Self, FieldError> {
                Self::parse(text)
            }
        }

        impl core::fmt::Display for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

text_field! {
    /// A host: a DNS name of letters, digits and hyphens, an IPv4 or an IPv6 address (without brackets).
    ///
    /// ```
    /// use libprov::profile::Host;
    /// assert_eq!(Host::parse("SIP.example.net")?.as_str(), "sip.example.net");
    /// assert_eq!(Host::parse("[2001:DB8::1]")?.as_str(), "2001:db8::1");
    /// assert!(Host::parse("sip.example.net:5060").is_err());
    /// assert!(Host::parse("10.0.0.256").is_err());
    /// # Ok::<(), libprov::profile::FieldError>(())
    /// ```
    Host
}

impl Host {
    /// Reads a host; names become lower case, IPv6 addresses canonical and without brackets.
    ///
    /// # Errors
    /// [`FieldError`] for everything else: ports, trailing dots, underscores, international names not in their `xn--` form.
    pub fn parse(text: &str) -> Result<Self, FieldError> {
        if text.contains(':') {
            let bare = text.strip_prefix('[').map_or(Some(text), |rest| rest.strip_suffix(']'));
            return bare
                .and_then(|bare| bare.parse::<Ipv6Addr>().ok())
                .map(|address| Self(format!("{address}")))
                .ok_or(FieldError::new("is not a host; a port has its own field, an IPv6 address has no zone"));
        }
        if text.is_empty() || text.len() > 253 {
            return Err(FieldError::new("is not a host name of 1 to 253 characters"));
        }
        let label = |label: &str| {
            matches!(label.len(), 1..=63)
                && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
                && !label.starts_with('-')
                && !label.ends_with('-')
        };
        if !text.split('.').all(label) {
            return Err(FieldError::new("is not a host name; expected letters, digits, hyphens and dots"));
        }
        // Resolvers of the C library take `0x7f000001` and `010.1` for addresses; no name ends so.
        let last = text.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
        let number = last.bytes().all(|b| b.is_ascii_digit())
            || last.strip_prefix("0x").is_some_and(|hex| hex.bytes().all(|b| b.is_ascii_hexdigit()));
        if number && text.parse::<Ipv4Addr>().is_err() {
            return Err(FieldError::new("is not an IPv4 address"));
        }
        Ok(Self(text.to_ascii_lowercase()))
    }
}

/// A TCP or UDP port, 1 to 65535.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Ord, PartialOrd, Hash)]
pub struct Port(NonZeroU16);

impl Port {
    /// Takes a number.
    ///
    /// # Errors
    /// [`FieldError`] when it is not 1 to 65535.
    pub fn new(number: i64) -> Result<Self, FieldError> {
        u16::try_from(number).ok().and_then(NonZeroU16::new).map(Self).ok_or(FieldError::new("is not a port from 1 to 65535"))
    }

    /// Reads decimal digits.
    ///
    /// # Errors
    /// [`FieldError`] when they are not a number from 1 to 65535.
    pub fn parse(text: &str) -> Result<Self, FieldError> {
        if text.len() > 5 || !text.bytes().all(|b| b.is_ascii_digit()) {
            return Self::new(0);
        }
        Self::new(text.parse().unwrap_or(0))
    }

    /// The number.
    pub const fn number(self) -> u16 {
        self.0.get()
    }
}

text_field! {
    /// The user part of a SIP address: 1 to 128 of `A-Z a-z 0-9 - _ . ! ~ * ' ( ) +`.
    SipUser
}

impl SipUser {
    /// Reads a user part.
    ///
    /// # Errors
    /// [`FieldError`] for other characters: those that RFC 3261 would have escaped, and `& = $ , ; ? /`, which phones and
    /// proxies read in different ways.
    pub fn parse(text: &str) -> Result<Self, FieldError> {
        let good = |b: u8| b.is_ascii_alphanumeric() || b"-_.!~*'()+".contains(&b);
        if !matches!(text.len(), 1..=128) || !text.bytes().all(good) {
            return Err(FieldError::new("is not a SIP user of 1 to 128 of letters, digits and -_.!~*'()+"));
        }
        Ok(Self(text.into()))
    }
}

text_field! {
    /// What a key dials: a number, a feature code or a SIP user, 1 to 64 of `0-9 A-Z a-z * # + - . _`.
    DialString
}

impl DialString {
    /// Reads a dial string.
    ///
    /// # Errors
    /// [`FieldError`] for other characters: spaces and brackets of a written number, and what dial plans and macros of phones
    /// give a meaning (`,`, `;`, `|`, `$`, `<`).
    pub fn parse(text: &str) -> Result<Self, FieldError> {
        let good = |b: u8| b.is_ascii_alphanumeric() || b"*#+-._".contains(&b);
        if !matches!(text.len(), 1..=64) || !text.bytes().all(good) {
            return Err(FieldError::new("is not a dial string of 1 to 64 of letters, digits and *#+-._"));
        }
        Ok(Self(text.into()))
    }

    /// Whether it is digits only, as an emergency number is.
    pub fn is_digits(&self) -> bool {
        self.0.bytes().all(|b| b.is_ascii_digit())
    }

    /// Whether a dial pad can type it: `0-9`, `*` and `#`.
    pub fn is_dialable(&self) -> bool {
        self.0.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'*' | b'#'))
    }
}

text_field! {
    /// An absolute `http` or `https` URL without user information, at most 512 characters.
    ///
    /// `$` is refused because Yealink expands it in URLs (`$MAC`, `$PN`); `%24` says the same (`docs/facts/yealink.md`, section 3).
    Url
}

impl Url {
    /// Reads a URL; the text is kept as it is.
    ///
    /// # Errors
    /// [`FieldError`] for another scheme, a bad host or port, user information, and characters that RFC 3986 wants escaped.
    pub fn parse(text: &str) -> Result<Self, FieldError> {
        Self::check(text)?;
        Ok(Self(text.into()))
    }

    /// As [`Url::parse`], for a text that stays where it is.
    pub(crate) fn check(text: &str) -> Result<(), FieldError> {
        if text.len() > 512 {
            return Err(FieldError::new("is longer than 512 characters"));
        }
        let rest = text
            .strip_prefix("https://")
            .or_else(|| text.strip_prefix("http://"))
            .ok_or(FieldError::new("does not begin with https:// or http://"))?;
        if text.contains('$') {
            return Err(FieldError::new("holds $, which a phone would expand; write %24"));
        }
        let good = |b: u8| b.is_ascii_alphanumeric() || b"-._~:/?#[]@!&'()*+,;=%".contains(&b);
        if !text.bytes().all(good) {
            return Err(FieldError::new("holds a character that a URL must escape"));
        }
        let mut after = text.split('%').skip(1);
        if !after.all(|part| part.bytes().take(2).filter(u8::is_ascii_hexdigit).count() == 2) {
            return Err(FieldError::new("holds % without two hex digits"));
        }
        // A phone that decodes it before it asks would write another line into its request.
        let mut after = text.split('%').skip(1);
        if after.any(|part| part.starts_with(['0', '1']) || part.get(..2).is_some_and(|hex| hex.eq_ignore_ascii_case("7f"))) {
            return Err(FieldError::new("holds an escaped control character"));
        }
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        if authority.contains('@') {
            return Err(FieldError::new("holds a login, which has its own fields"));
        }
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, port)) if !port.contains(']') => (host, Some(port)),
            _ => (authority, None),
        };
        if host.contains(':') && !host.starts_with('[') {
            return Err(FieldError::new("holds an IPv6 address without brackets"));
        }
        Host::parse(host)?;
        if let Some(port) = port {
            Port::parse(port)?;
        }
        Ok(())
    }
}

text_field! {
    /// A firmware version: 1 to 6 whole numbers up to 65535 with `.` or `-` between them, such as `108.86.0.90`.
    ///
    /// ```
    /// use libprov::profile::FirmwareVersion;
    /// let (old, new) = (FirmwareVersion::parse("10.1.33.33")?, FirmwareVersion::parse("10.1.169.16")?);
    /// assert!(old.is_older_than(&new) && !new.is_older_than(&new));
    /// # Ok::<(), libprov::profile::FieldError>(())
    /// ```
    FirmwareVersion
}

impl FirmwareVersion {
    /// Reads a version; the text is kept as it is.
    ///
    /// # Errors
    /// [`FieldError`] for everything else, letters included: versions that cannot be compared number by number.
    pub fn parse(text: &str) -> Result<Self, FieldError> {
        // Zeros in front would make the text as long as one likes.
        let number = |part: &str| part.len() <= 5 && part.bytes().all(|b| b.is_ascii_digit()) && part.parse::<u16>().is_ok();
        if text.split(['.', '-']).count() > 6 || !text.split(['.', '-']).all(number) {
            return Err(FieldError::new("is not a version of 1 to 6 numbers with dots between them"));
        }
        Ok(Self(text.into()))
    }

    /// The numbers; those that are not written are 0.
    pub fn numbers(&self) -> [u16; 6] {
        let mut numbers = [0; 6];
        for (number, part) in numbers.iter_mut().zip(self.0.split(['.', '-'])) {
            *number = part.parse().unwrap_or(0);
        }
        numbers
    }

    /// Whether it is older, number by number from the left.
    pub fn is_older_than(&self, other: &Self) -> bool {
        self.numbers() < other.numbers()
    }
}

text_field! {
    /// Numbers of one form: 1 to 32 of `0-9`, `*`, `#`, and `x` for any digit.
    NumberPattern
}

impl NumberPattern {
    /// Reads a pattern.
    ///
    /// # Errors
    /// [`FieldError`] for other characters.
    pub fn parse(text: &str) -> Result<Self, FieldError> {
        let good = |b: u8| b.is_ascii_digit() || b"*#x".contains(&b);
        if !matches!(text.len(), 1..=32) || !text.bytes().all(good) {
            return Err(FieldError::new("is not a pattern of 1 to 32 of digits, *, # and x"));
        }
        Ok(Self(text.into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_names_or_addresses_and_nothing_else() {
        for good in ["a", "sip.example.net", "10.0.0.1", "::1", "1and1.example", "xn--bcher-kva.example"] {
            assert!(Host::parse(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            ".",
            "a.",
            "-a",
            "a_b",
            "a b",
            "a:5060",
            "10.0.0",
            "1.2.3.4.5",
            "010.0.0.1",
            "[::1",
            "fe80::1%eth0",
            "bücher.example",
            "a;b",
            "a\nb",
            "a\0",
            "0x7f000001",
            "127.0x1",
            "0X7F.1",
            "a.0x",
        ] {
            assert!(Host::parse(bad).is_err(), "{bad}");
        }
        assert!(Host::parse(&"a.".repeat(200)).is_err());
    }

    #[test]
    fn urls_carry_no_macro_no_login_and_no_raw_character() {
        for good in
            ["https://p.example.net/x/", "http://10.0.0.1:8080/a?b=c&d=%24", "https://[::1]:443/", "https://p.example.net"]
        {
            assert!(Url::parse(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "ftp://a/",
            "https://",
            "https:///x",
            "https://a/$MAC",
            "https://u:p@a/",
            "https://a/\"",
            "https://a/ü",
            "https://a/%2",
            "https://a/%0d%0aX",
            "https://a/%1F",
            "https://a/%7f",
            "https://a:0/",
            "https://a:99999/",
            "https://::1/",
            "https://a/\r\nx = 1",
            "https://a b/",
        ] {
            assert!(Url::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn users_and_dial_strings_keep_out_what_dial_plans_read() {
        for bad in ["", "a b", "a;b", "a|b", "a@b", "a$b", "a,b", "<1:2>", "1\n", "ü"] {
            assert!(SipUser::parse(bad).is_err(), "{bad}");
            assert!(DialString::parse(bad).is_err(), "{bad}");
        }
        assert!(DialString::parse("*89#").is_ok_and(|text| text.is_dialable() && !text.is_digits()));
        assert!(DialString::parse("x.T").is_ok_and(|text| !text.is_dialable()));
        assert!(Port::parse("0").is_err() && Port::parse("+1").is_err() && Port::parse("").is_err());
    }
}
