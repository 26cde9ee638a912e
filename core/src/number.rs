//! What was dialled, brought to one form for the test of emergency numbers (SPEC C2).
//!
//! Telephones write the same number in many ways: `112`, `sip:112@pbx;user=phone`, `tel:1-1-2;phone-context=+49`, `11%32`,
//! `urn:service:sos`. Matching is exact after [`normalise`]; what is not a number after it is never guessed at. Nothing here
//! allocates, and the work is linear in the length of the text.

use crate::ids::ShortNumber;

/// Longest text that is looked at, in bytes: longer than any request URI of a telephone.
pub const MAX_TEXT: usize = 4_096;
/// Longest number that is kept, in characters. E.164 has 15 digits; the rest is for prefixes and service codes.
pub const MAX_CHARS: usize = 31;

/// What was dialled.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Dialled {
    /// A number: digits, with `*` and `#`, and with one `+` in front where it is a global one.
    Number(Number),
    /// The emergency service by its name, `urn:service:sos` or one of its sub-services (RFC 5031).
    Sos,
    /// Nothing that is a number: malformed, empty, too long, or a name.
    Other,
}

/// A number after [`normalise`].
#[derive(Clone, Copy)]
pub struct Number {
    chars: [u8; MAX_CHARS],
    len: u8,
}

impl Number {
    const EMPTY: Self = Self { chars: [0; MAX_CHARS], len: 0 };

    /// Its characters: `0` to `9`, `*`, `#`, `+`.
    pub fn as_str(&self) -> &str {
        core::str::from_utf8(self.as_bytes()).unwrap_or_default()
    }

    /// The same, as bytes.
    fn as_bytes(&self) -> &[u8] {
        self.chars.get(..usize::from(self.len)).unwrap_or_default()
    }

    /// Whether it is a service or feature code of a PBX: it begins with `*` or `#`.
    pub const fn is_code(&self) -> bool {
        matches!(self.chars[0], b'*' | b'#')
    }

    /// Takes over the number of the user part that a text begins with; what is taken over counts only where there is one.
    fn read(&mut self, text: &[u8], form: Form) -> Option<()> {
        let (mut rest, mut len, mut others) = (text, 0usize, 0usize);
        loop {
            let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
            let (digits, other) = rest.split_at_checked(digits)?;
            rest = other;
            for (to, from) in self.chars.get_mut(len..len + digits.len())?.iter_mut().zip(digits) {
                *to = *from;
            }
            len += digits.len();
            let [byte, tail @ ..] = rest else { break };
            let mut byte = *byte;
            if form.ends(byte) {
                break;
            }
            rest = tail;
            if byte == b'%' {
                (byte, rest) = escaped(rest)?;
            }
            match byte {
                b'0'..=b'9' => {}
                b'-' | b'.' | b'(' | b')' | b' ' => continue,
                b'*' | b'#' => others += 1,
                b'+' if len == 0 => others += 1,
                _ => return None,
            }
            *self.chars.get_mut(len)? = byte;
            len += 1;
        }
        if others == 1 && len > 1 && self.chars.get(len - 1) == Some(&b'#') {
            // One `#` behind plain digits only says that dialling is over.
            len -= 1;
        }
        self.len = u8::try_from(len).ok()?;
        // A `+` alone is no number.
        (len > 1 || len == 1 && self.chars[0] != b'+').then_some(()).filter(|()| form.accepts(rest))
    }
}

impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        self.as_bytes() == other.as_bytes()
    }
}

impl Eq for Number {}

impl core::fmt::Display for Number {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl core::fmt::Debug for Number {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Brings a dialled user part, or a `sip:`, `sips:`, `tel:` or `urn:` URI, to one form.
///
/// Of a URI the user part counts, without its parameters and password; schemes are read in any case. Percent escapes are
/// decoded once; white space and angle brackets around it, the visual separators `-`, `.`, `(`, `)` and spaces are dropped, and so is one `#` at the end of plain
/// digits, which some telephones send as the end of dialling. A `+` stays: a global number is no short one.
///
/// ```
/// use libprov::number::{Dialled, normalise};
/// let number = |text| match normalise(text) {
///     Dialled::Number(number) => number.to_string(),
///     other => format!("{other:?}"),
/// };
/// assert_eq!(number("sip:1-1%32@pbx.example;user=phone"), "112");
/// assert_eq!(number("tel:112;phone-context=+49"), "112");
/// assert_eq!(number("%2A89"), "*89");
/// assert_eq!(number("URN:service:sos.fire"), "Sos");
/// assert_eq!(number("１１２"), "Other");
/// ```
///
/// SPEC C2; RFC 3966 section 5.1.1 (separators), RFC 3261 section 19.1 (user part, escapes), RFC 5031 section 4.
pub fn normalise(text: &str) -> Dialled {
    if text.len() > MAX_TEXT {
        return Dialled::Other;
    }
    let text = bare(text);
    let bytes = text.as_bytes();
    let mut number = Number::EMPTY;
    let found = match bytes {
        [b'u' | b'U', ..] => match after_scheme(text, "urn:") {
            Some(name) => {
                return if is_sos(name.split([';', '?', '#']).next().unwrap_or(name)) { Dialled::Sos } else { Dialled::Other };
            }
            None => None,
        },
        [b't' | b'T', ..] => after_scheme(text, "tel:").and_then(|rest| number.read(rest.as_bytes(), Form::Tel)),
        [b's' | b'S', ..] => after_sip(text).and_then(|rest| number.read(rest.as_bytes(), Form::Sip)),
        _ => number.read(bytes, Form::Plain),
    };
    found.map_or(Dialled::Other, |()| Dialled::Number(number))
}

/// The emergency number that was dialled: one of `numbers`, by itself or behind the outside-line prefix, once; the first of
/// them for the emergency service by name (SPEC C2).
///
/// ```
/// use libprov::{ids::ShortNumber, number::{emergency, normalise}};
/// let numbers = ["112", "110"].map(|text| ShortNumber::parse(text).unwrap());
/// let dialled = |text| emergency(&normalise(text), &numbers, Some("0"));
/// assert_eq!(dialled("0110"), Some(numbers[1]));
/// assert_eq!(dialled("urn:service:sos"), Some(numbers[0]));
/// assert_eq!(dialled("00112"), None);
/// assert_eq!(dialled("1122"), None);
/// ```
pub fn emergency(dialled: &Dialled, numbers: &[ShortNumber], outside_line: Option<&str>) -> Option<ShortNumber> {
    let number = match dialled {
        Dialled::Sos => return numbers.first().copied(),
        Dialled::Number(number) if usize::from(number.len) <= ShortNumber::MAX_DIGITS + outside_line.map_or(0, str::len) => {
            number.as_bytes()
        }
        Dialled::Number(_) | Dialled::Other => return None,
    };
    let find = |digits| ShortNumber::read(digits).filter(|short| numbers.contains(short));
    find(number).or_else(|| find(number.strip_prefix(outside_line?.as_bytes())?))
}

/// The SIP user of a text with its percent escapes decoded once: without scheme, host, parameters and password. None for other
/// URIs, where more than one `@` leaves open what the user is, and for what no enrolment's user can be.
pub(crate) fn sip_user(text: &str) -> Option<PlainUser> {
    if text.len() > MAX_TEXT {
        return None;
    }
    let text = bare(text);
    let (rest, form) = match after_sip(text) {
        Some(rest) => (rest, Form::Sip),
        None => (text, Form::Plain),
    };
    let mut user = PlainUser { bytes: [0; PLAIN_BYTES], len: 0 };
    let mut rest = rest.as_bytes();
    while let [byte, tail @ ..] = rest {
        let mut byte = *byte;
        if form.ends(byte) {
            break;
        }
        rest = tail;
        if byte == b'%' {
            (byte, rest) = escaped(rest)?;
        }
        *user.bytes.get_mut(usize::from(user.len)).filter(|_| byte.is_ascii())? = byte;
        user.len += 1;
    }
    form.accepts(rest).then_some(user)
}

/// Room for the longest SIP user of an enrolment with its port.
const PLAIN_BYTES: usize = 56;

/// A user part after [`sip_user`].
pub(crate) struct PlainUser {
    bytes: [u8; PLAIN_BYTES],
    len: u8,
}

impl PlainUser {
    pub(crate) fn as_str(&self) -> &str {
        self.bytes.get(..usize::from(self.len)).and_then(|bytes| core::str::from_utf8(bytes).ok()).unwrap_or_default()
    }
}

/// A text without white space around it, and without the angle brackets of a name-addr (RFC 3261 section 20.10).
fn bare(text: &str) -> &str {
    if let [first, .., last] = text.as_bytes()
        && !matches!(first, 0..=b' ' | b'<')
        && *last > b' '
    {
        return text;
    }
    let text = text.trim_ascii();
    text.strip_prefix('<').and_then(|inner| inner.strip_suffix('>')).unwrap_or(text)
}

/// What stands behind a scheme, which is read in any case.
fn after_scheme<'a>(text: &'a str, scheme: &str) -> Option<&'a str> {
    let (head, rest) = text.split_at_checked(scheme.len())?;
    head.eq_ignore_ascii_case(scheme).then_some(rest)
}

fn after_sip(text: &str) -> Option<&str> {
    after_scheme(text, "sip:").or_else(|| after_scheme(text, "sips:"))
}

/// `service:sos`, with sub-services of letters, digits and inner hyphens (RFC 5031 section 4).
fn is_sos(name: &str) -> bool {
    let Some(service) = after_scheme(name, "service:").filter(|service| service.len() <= MAX_TEXT) else { return false };
    let mut labels = service.split('.');
    labels.next().is_some_and(|first| first.eq_ignore_ascii_case("sos"))
        && labels.all(|label| {
            let inner = label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
            inner && !label.is_empty() && !label.starts_with('-') && !label.ends_with('-')
        })
}

/// What a text is, which says where its user part ends.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Form {
    /// A user part, perhaps with parameters and a host.
    Plain,
    /// Behind `tel:`.
    Tel,
    /// Behind `sip:` or `sips:`. What stands there without `@` is a host (RFC 3261 section 19.1.1).
    Sip,
}

impl Form {
    /// Whether the user part ends before this byte.
    const fn ends(self, byte: u8) -> bool {
        match byte {
            b';' => true,
            // In the user part of a SIP URI it is a character as any other (RFC 3261 section 25.1).
            b'?' => !matches!(self, Self::Sip),
            b'@' => !matches!(self, Self::Tel),
            b':' => matches!(self, Self::Sip),
            _ => false,
        }
    }

    /// Whether what stands behind the user part leaves no doubt about it: no second `@` in the host. In parameters and headers
    /// behind it there may be some.
    fn accepts(self, rest: &[u8]) -> bool {
        let mut rest = rest.iter();
        if matches!(self, Self::Tel) || !rest.any(|byte| *byte == b'@') {
            return !matches!(self, Self::Sip);
        }
        rest.find(|byte| matches!(byte, b'@' | b';' | b'?')) != Some(&b'@')
    }
}

/// The byte of a percent escape, whose two digits a text begins with, and what stands behind it.
fn escaped(text: &[u8]) -> Option<(u8, &[u8])> {
    let [high, low, rest @ ..] = text else { return None };
    Some((hex(*high)? << 4 | hex(*low)?, rest))
}

const fn hex(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        b'A'..=b'F' => Some(digit - b'A' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;

    #[test]
    fn c1_the_user_part_of_a_uri_is_what_counts() {
        for (text, user) in [
            ("anna", Some("anna")),
            ("anna@pbx", Some("anna")),
            ("anna;ext=1", Some("anna")),
            ("sip:anna@pbx;user=phone?Subject=x", Some("anna")),
            ("SIPS:an%6Ea;phone-context=%2B49:word@[2001:db8::1]:5061", Some("anna")),
            ("sip:anna:112@pbx", Some("anna")),
            ("sip:anna", None),
            ("sip:a@b@c", None),
            ("sip:anna@b;maddr=x@y", Some("anna")),
            ("sip:anna@b?x=y@z", Some("anna")),
            (" <sip:anna@b>\r\n", Some("anna")),
            ("a@b@c", None),
            ("an%6", None),
            ("%ff", None),
            ("änna", None),
            ("", Some("")),
        ] {
            assert_eq!(sip_user(text).as_ref().map(PlainUser::as_str), user, "{text}");
        }
        assert!(sip_user(&"a".repeat(PLAIN_BYTES)).is_some() && sip_user(&"a".repeat(PLAIN_BYTES + 1)).is_none());
        assert!(sip_user(&format!("a;{}", "x".repeat(MAX_TEXT))).is_none());
    }

    #[test]
    fn c2_a_number_keeps_its_room() {
        let longest = "1".repeat(MAX_CHARS);
        assert!(matches!(normalise(&longest), Dialled::Number(number) if number.as_str() == longest));
        assert_eq!(normalise(&(longest + "1")), Dialled::Other);
    }
}
