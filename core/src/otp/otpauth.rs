//! `otpauth://` URIs: written strictly, read tolerantly (Key URI format of Google Authenticator, revision of 2018-11-26).

use super::hotp::{DIGITS, Hotp};
use super::uri::{after_scheme, escape, parameters, split_query, unescape, value, within};
use super::{Algorithm, OtpError, OtpSecret, Totp, UriPart};
use crate::secret::Secret;
use alloc::string::String;

/// An enrolment as authenticator apps scan it: who it is with, whose it is, the secret, and how codes are made.
///
/// ```
/// use libprov::otp::{KeyUri, OtpSecret, Totp};
/// let secret = OtpSecret::from_bytes(b"12345678901234567890")?;
/// let uri = KeyUri::new("Example & Co", "alice@example.com", secret, Totp::DEFAULT)?;
/// assert_eq!(
///     uri.uri().expose(),
///     "otpauth://totp/Example%20%26%20Co:alice%40example.com\
///      ?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Example%20%26%20Co"
/// );
/// assert_eq!(KeyUri::parse(uri.uri().expose())?.uri, uri);
/// # Ok::<(), libprov::otp::OtpError>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct KeyUri {
    issuer: String,
    account: String,
    secret: OtpSecret,
    kind: OtpKind,
}

impl KeyUri {
    /// The longest issuer in bytes.
    pub const MAX_ISSUER: usize = 128;
    /// The longest account in bytes.
    pub const MAX_ACCOUNT: usize = 256;
    /// The longest URI that is read, in bytes. What is written is shorter and fits a QR code.
    pub const MAX_URI: usize = 4_096;

    /// Describes an enrolment (SPEC M4).
    ///
    /// # Errors
    /// [`OtpError::Text`] when issuer or account is empty, too long, begins or ends with white space, or holds a colon, a
    /// control character, a mark that turns the direction of text or a character that no screen shows.
    pub fn new(issuer: &str, account: &str, secret: OtpSecret, totp: Totp) -> Result<Self, OtpError> {
        let issuer = checked(issuer, UriPart::Issuer)?;
        let account = checked(account, UriPart::Account)?;
        Ok(Self { issuer, account, secret, kind: OtpKind::Totp(totp) })
    }

    /// Who the account is with; empty where another system's URI did not say.
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// Whose account it is; empty where another system's URI did not say.
    pub fn account(&self) -> &str {
        &self.account
    }

    /// The secret.
    pub const fn secret(&self) -> &OtpSecret {
        &self.secret
    }

    /// How codes are made.
    pub const fn kind(&self) -> OtpKind {
        self.kind
    }

    /// Writes the URI: secret first, `%20` for spaces, `:` between issuer and account, the issuer in both places, settings
    /// only where they differ from the default (SPEC M4). Where the steps begin cannot be said.
    pub fn uri(&self) -> Secret {
        let base32 = self.secret.base32();
        // Reserved in full: growing would leave copies of the secret behind.
        let room = 128 + base32.expose().len() + 6 * self.issuer.len() + 3 * self.account.len();
        let mut out = String::with_capacity(room);
        let (kind, algorithm, digits) = match self.kind {
            OtpKind::Totp(totp) => ("totp/", totp.algorithm(), totp.digits()),
            OtpKind::Hotp(hotp) => ("hotp/", hotp.algorithm, hotp.digits),
        };
        out.push_str(SCHEME);
        out.push_str(kind);
        if !self.issuer.is_empty() {
            escape(&mut out, &self.issuer);
            out.push(':');
        }
        escape(&mut out, &self.account);
        out.push_str("?secret=");
        out.push_str(base32.expose());
        if !self.issuer.is_empty() {
            out.push_str("&issuer=");
            escape(&mut out, &self.issuer);
        }
        if algorithm != Algorithm::Sha1 {
            out.push_str("&algorithm=");
            out.push_str(algorithm.name());
        }
        if digits != Totp::DEFAULT.digits() {
            out.push_str("&digits=");
            number(&mut out, digits.into());
        }
        match self.kind {
            OtpKind::Totp(totp) if totp.period_s() != Totp::DEFAULT.period_s() => {
                out.push_str("&period=");
                number(&mut out, totp.period_s().into());
            }
            OtpKind::Totp(_) => {}
            OtpKind::Hotp(hotp) => {
                out.push_str("&counter=");
                number(&mut out, hotp.counter);
            }
        }
        Secret::new(out)
    }

    /// Reads a URI, also one that breaks rules in ways which are seen in the wild (SPEC M10): `:` or `%3A`, spaces behind
    /// it, secrets in lower case or with spaces, `+` for a space in the issuer, names in any case, unknown parameters. What
    /// is wrong is refused also where nothing is read of it: the counter of a TOTP, the escapes of an unknown parameter.
    ///
    /// # Errors
    /// [`OtpError::Scheme`], [`OtpError::TooLong`], [`OtpError::Escape`], [`OtpError::Duplicate`], [`OtpError::Missing`],
    /// [`OtpError::Value`] and [`OtpError::Text`] name the part; the secret as [`OtpSecret::parse`].
    pub fn parse(uri: &str) -> Result<Imported, OtpError> {
        let uri = uri.trim_ascii();
        within(UriPart::Uri, uri, Self::MAX_URI)?;
        let (path, query) = split_query(after_scheme(uri, SCHEME)?)?;
        let (kind, label) = path.split_once('/').unwrap_or((path, ""));
        let counted = if kind.eq_ignore_ascii_case("totp") {
            false
        } else if kind.eq_ignore_ascii_case("hotp") {
            true
        } else {
            return Err(value(UriPart::Type, kind));
        };
        let [secret, issuer, algorithm, digits, period, counter, encoder] = parameters(query, KNOWN, MAX_PARAMETER)?;
        // Codes of another alphabet: as digits they would all be wrong.
        if let Some(name) = encoder {
            return Err(value(UriPart::Encoder, name));
        }
        let label = unescape(label, UriPart::Label, false)?;
        let (prefix, account) = split_label(&label)?;
        let issuer = match issuer {
            Some(raw) => issuer_of(raw, prefix)?,
            None => String::new(),
        };
        let base32 = unescape(secret.ok_or(OtpError::Missing { part: UriPart::Secret })?, UriPart::Secret, true)?;
        let secret = OtpSecret::parse(&base32)?;
        let algorithm = match algorithm {
            Some(name) => Algorithm::from_name(name).ok_or_else(|| value(UriPart::Algorithm, name))?,
            None => Algorithm::Sha1,
        };
        let digits = plain_number(UriPart::Digits, digits)?.unwrap_or(Totp::DEFAULT.digits().into());
        let period_s = plain_number(UriPart::Period, period)?.unwrap_or(Totp::DEFAULT.period_s().into());
        let counter = plain_number(UriPart::Counter, counter)?;
        // Judged for a counter too: a URI that is wrong in one part is not trusted in the others.
        let timed = OtpKind::totp(algorithm, digits, period_s)?;
        let kind = match counter {
            _ if !counted => timed,
            Some(counter) => OtpKind::hotp(algorithm, digits, counter)?,
            None => return Err(OtpError::Missing { part: UriPart::Counter }),
        };
        Imported::new(prefix, &issuer, account, secret, kind)
    }
}

/// How an enrolment makes its codes.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Ord, PartialOrd, Hash)]
#[non_exhaustive]
pub enum OtpKind {
    /// From the time.
    Totp(Totp),
    /// From a counter: read, but accounts here have none.
    Hotp(Hotp),
}

impl OtpKind {
    pub(super) fn totp(algorithm: Algorithm, digits: u64, period_s: u64) -> Result<Self, OtpError> {
        let digits = checked_digits(digits)?;
        let out_of_range = || value(UriPart::Period, &alloc::format!("{period_s}"));
        let period_s = u32::try_from(period_s).map_err(|_| out_of_range())?;
        let totp = Totp::builder().algorithm(algorithm).short_codes().digits(digits.into()).period_s(period_s);
        totp.build().map(Self::Totp).map_err(|_| out_of_range())
    }

    pub(super) fn hotp(algorithm: Algorithm, digits: u64, counter: u64) -> Result<Self, OtpError> {
        Ok(Self::Hotp(Hotp { algorithm, digits: checked_digits(digits)?, counter }))
    }
}

/// What was read from another system, with what was odd about it (SPEC M10).
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Imported {
    /// The enrolment.
    pub uri: KeyUri,
    /// The issuer in front of the account, where it differs from the issuer parameter, which counts.
    pub label_issuer: Option<String>,
    /// Whether the secret has less than 128 bits: replace it soon.
    pub weak: bool,
}

impl Imported {
    /// `prefix` is the issuer of the label.
    pub(super) fn new(prefix: &str, issuer: &str, account: &str, secret: OtpSecret, kind: OtpKind) -> Result<Self, OtpError> {
        let optional = |text: &str, part| if text.is_empty() { Ok(String::new()) } else { checked(text, part) };
        let prefix = optional(prefix, UriPart::Label)?;
        let mut issuer = optional(issuer, UriPart::Issuer)?;
        let account = optional(account, UriPart::Account)?;
        let mut label_issuer = None;
        if issuer.is_empty() {
            issuer = prefix;
        } else if !prefix.is_empty() && prefix != issuer {
            label_issuer = Some(prefix);
        }
        let weak = secret.is_weak();
        Ok(Self { uri: KeyUri { issuer, account, secret, kind }, label_issuer, weak })
    }
}

const SCHEME: &str = "otpauth://";
/// The longest parameter that is read.
const MAX_PARAMETER: usize = 1_024;

/// The parameters that are known, in the order in which they are taken apart.
const KNOWN: [UriPart; 7] =
    [UriPart::Secret, UriPart::Issuer, UriPart::Algorithm, UriPart::Digits, UriPart::Period, UriPart::Counter, UriPart::Encoder];

/// A number in plain ASCII digits.
fn plain_number(part: UriPart, text: Option<&str>) -> Result<Option<u64>, OtpError> {
    let Some(text) = text else {
        return Ok(None);
    };
    let plain = text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| plain).map(Some).ok_or_else(|| value(part, text))
}

/// Issuer and account of a label, without the spaces around them. Neither may hold a further colon.
pub(super) fn split_label(label: &str) -> Result<(&str, &str), OtpError> {
    let (prefix, account) = label.split_once(':').unwrap_or(("", label));
    let (prefix, account) = (prefix.trim_matches(' '), account.trim_matches(' '));
    if account.contains(':') {
        return Err(OtpError::Text { part: UriPart::Label, most: KeyUri::MAX_ACCOUNT });
    }
    Ok((prefix, account))
}

/// The issuer parameter. Some systems write `+` for a space, some for a plus: the label decides, then the space.
fn issuer_of(raw: &str, prefix: &str) -> Result<String, OtpError> {
    let literal = unescape(raw, UriPart::Issuer, false)?;
    if literal.trim_matches(' ') == prefix {
        return Ok(prefix.into());
    }
    Ok(unescape(raw, UriPart::Issuer, true)?.trim_matches(' ').into())
}

fn checked_digits(digits: u64) -> Result<u8, OtpError> {
    let small = u8::try_from(digits).ok().filter(|small| DIGITS.contains(small));
    small.ok_or_else(|| value(UriPart::Digits, &alloc::format!("{digits}")))
}

/// Text that people see in their app: no colon, nothing invisible, no white space at either end.
pub(super) fn checked(text: &str, part: UriPart) -> Result<String, OtpError> {
    let most = if part == UriPart::Account { KeyUri::MAX_ACCOUNT } else { KeyUri::MAX_ISSUER };
    let ends = [text.chars().next(), text.chars().next_back()];
    let bare = |end: Option<char>| end.is_none_or(|letter| letter.is_whitespace() || is_joiner(letter));
    if ends.into_iter().any(bare) || text.len() > most || text.contains(is_forbidden) {
        return Err(OtpError::Text { part, most });
    }
    Ok(text.into())
}

/// Invisible, but spelling needs them between letters: Persian, scripts of India, emoji.
const fn is_joiner(letter: char) -> bool {
    matches!(letter, '\u{200c}' | '\u{200d}')
}

/// A colon, and what breaks lines, turns the direction of text or shows nothing at all: two names that look the same are
/// the same.
fn is_forbidden(letter: char) -> bool {
    letter.is_control()
        || matches!(
            letter,
            ':' | '\u{ad}'
                | '\u{34f}'
                | '\u{61c}'
                | '\u{115f}'
                | '\u{1160}'
                | '\u{17b4}'
                | '\u{17b5}'
                | '\u{180e}'
                | '\u{200b}'
                | '\u{200e}'
                | '\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{2800}'
                | '\u{3164}'
                | '\u{feff}'
                | '\u{ffa0}'
                | '\u{fff0}'..='\u{fffb}'
                | '\u{fffe}'
                | '\u{ffff}'
                | '\u{1d173}'..='\u{1d17a}'
                | '\u{e0000}'..='\u{e00ff}'
        )
}

fn number(out: &mut String, value: u64) {
    use core::fmt::Write;
    // Writing to a string cannot fail.
    let _ = write!(out, "{value}");
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;
    use alloc::string::ToString;

    const KEY: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

    fn secret() -> OtpSecret {
        OtpSecret::parse(KEY).unwrap()
    }

    fn read(uri: &str) -> Imported {
        KeyUri::parse(&uri.replace("KEY", KEY)).unwrap_or_else(|error| panic!("{uri}: {error}"))
    }

    fn refused(uri: &str) -> OtpError {
        KeyUri::parse(&uri.replace("KEY", KEY)).expect_err(uri)
    }

    #[test]
    fn m4_written_strictly() {
        let uri = |issuer: &str, account: &str, totp| KeyUri::new(issuer, account, secret(), totp).unwrap().uri();
        assert_eq!(
            uri("Büro+Söhne/a?b&c=d#e%20", "a b~c_d.e-f", Totp::DEFAULT).expose(),
            "otpauth://totp/B%C3%BCro%2BS%C3%B6hne%2Fa%3Fb%26c%3Dd%23e%2520:a%20b~c_d.e-f?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ\
             &issuer=B%C3%BCro%2BS%C3%B6hne%2Fa%3Fb%26c%3Dd%23e%2520"
        );
        let other = Totp::builder().algorithm(Algorithm::Sha512).digits(8).period_s(60).build().unwrap();
        assert!(uri("I", "a", other).expose().ends_with("&issuer=I&algorithm=SHA512&digits=8&period=60"));
    }

    #[test]
    fn m4_colon_control_characters_and_direction_marks_are_refused_in_names() {
        for text in
            ["", " ", "a ", " a", "a:b", "a\nb", "a\rb", "a\0b", "a\u{7f}b", "a\u{85}b", "a\u{202e}b", "a\u{2066}b", "\u{feff}a"]
        {
            let issuer = KeyUri::new(text, "a", secret(), Totp::DEFAULT).unwrap_err();
            assert!(matches!(issuer, OtpError::Text { part: UriPart::Issuer, .. }), "{text:?}");
            let account = KeyUri::new("I", text, secret(), Totp::DEFAULT).unwrap_err();
            assert!(matches!(account, OtpError::Text { part: UriPart::Account, .. }), "{text:?}");
        }
        assert!(KeyUri::new(&"i".repeat(129), "a", secret(), Totp::DEFAULT).is_err());
        assert!(KeyUri::new("I", &"a".repeat(257), secret(), Totp::DEFAULT).is_err());
    }

    #[test]
    fn m4_nothing_invisible_is_in_names_and_no_white_space_around_them() {
        let invisible = [
            "\u{ad}",
            "\u{34f}",
            "\u{115f}",
            "\u{180e}",
            "\u{200b}",
            "\u{200f}",
            "\u{2028}",
            "\u{2060}",
            "\u{206f}",
            "\u{2800}",
            "\u{3164}",
            "\u{feff}",
            "\u{ffa0}",
            "\u{fffb}",
            "\u{ffff}",
            "\u{1d173}",
            "\u{e0041}",
        ];
        let inside = invisible.map(|mark| format!("a{mark}b")).into_iter();
        let outside = ["\u{a0}", "\u{3000}", "\u{2003}", "\u{202f}", "\t", "\u{200c}", "\u{200d}"];
        let outside = outside.into_iter().flat_map(|space| [format!("{space}a"), format!("a{space}"), space.into()]);
        for text in inside.chain(outside) {
            assert!(KeyUri::new(&text, "a", secret(), Totp::DEFAULT).is_err(), "{text:?}");
            assert!(KeyUri::new("I", &text, secret(), Totp::DEFAULT).is_err(), "{text:?}");
        }
        for text in ["a\u{a0}b", "株式\u{3000}会社", "می\u{200c}خواهم", "👩\u{200d}🔧", "❤\u{fe0f}"] {
            assert!(KeyUri::new(text, text, secret(), Totp::DEFAULT).is_ok(), "{text:?}");
        }
    }

    #[test]
    fn m10_spellings_seen_in_the_wild_are_read() {
        for uri in [
            "otpauth://totp/Big%20Corp:alice@example.com?secret=KEY&issuer=Big%20Corp",
            "otpauth://totp/Big%20Corp%3Aalice%40example.com?issuer=Big+Corp&secret=KEY",
            "otpauth://totp/Big%20Corp%3A%20%20alice%40example.com?secret=KEY&issuer=Big%20Corp&image=https://x",
            "OTPAUTH://TOTP/Big Corp: alice@example.com?SECRET=KEY&Issuer=Big Corp&algorithm=sha1&digits=6&period=30",
            "otpauth://totp/alice@example.com?secret=KEY&issuer=Big%20Corp",
            "otpauth://totp/Big%20Corp:alice@example.com?secret=gezd+gnbv%20gy3t-qojqgezdgnbvgy3tqojq====&",
            " otpauth://totp/Big%20Corp:alice@example.com?secret=KEY&algorithm=HmacSHA1&unknown&=\n",
            "otpauth://totp/Big%20Corp:alice@example.com?%73ecre%54=KEY&issuer=Big%20Corp&counter=0",
        ] {
            let read = read(uri);
            assert_eq!((read.uri.issuer(), read.uri.account()), ("Big Corp", "alice@example.com"), "{uri}");
            assert_eq!((read.label_issuer, read.weak), (None, false), "{uri}");
            assert_eq!((read.uri.secret(), read.uri.kind()), (&secret(), OtpKind::Totp(Totp::DEFAULT)), "{uri}");
        }
    }

    #[test]
    fn m10_a_plus_in_the_issuer_is_what_the_label_says() {
        let uri = read("otpauth://totp/A+B:x?secret=KEY&issuer=A+B");
        assert_eq!((uri.uri.issuer(), uri.label_issuer), ("A+B", None));
        let uri = read("otpauth://totp/A%20B:x+y@example.com?secret=KEY&issuer=A+B");
        assert_eq!((uri.uri.issuer(), uri.uri.account()), ("A B", "x+y@example.com"));
    }

    #[test]
    fn m10_an_issuer_mismatch_is_reported_and_the_parameter_counts() {
        let uri = read("otpauth://totp/Contoso:alice?secret=KEY&issuer=Microsoft");
        assert_eq!((uri.uri.issuer(), uri.label_issuer.as_deref()), ("Microsoft", Some("Contoso")));
    }

    #[test]
    fn m10_weak_secrets_are_flagged() {
        assert!(read("otpauth://totp/a?secret=GEZDGNBVGY3TQOJQ").weak);
        assert!(!read("otpauth://totp/a?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY").weak);
    }

    #[test]
    fn m10_what_cannot_be_taken_over_names_its_part() {
        let part = |error: OtpError| match error {
            OtpError::Value { part, .. } | OtpError::Missing { part } | OtpError::Duplicate { part } => part.name(),
            OtpError::Escape { part } | OtpError::Text { part, .. } | OtpError::TooLong { part, .. } => part.name(),
            other => panic!("{other}"),
        };
        for (uri, name) in [
            ("otpauth://steam/a?secret=KEY", "type"),
            ("otpauth://", "type"),
            ("otpauth://totp", "secret"),
            ("otpauth://totp/a?issuer=I", "secret"),
            ("otpauth://totp/a?secret=KEY&secret=KEY", "secret"),
            ("otpauth://totp/a?secret=KEY&SECRET=KEY", "secret"),
            ("otpauth://totp/a?secret=KEY&issuer=I&issuer=I", "issuer"),
            ("otpauth://totp/a?secret=KEY&digits=6&digits=8", "digits"),
            ("otpauth://totp/a?secret=KEY&algorithm=SHA1&Algorithm=SHA1", "algorithm"),
            ("otpauth://totp/a?secret=KEY&period=30&period=30", "period"),
            ("otpauth://hotp/a?secret=KEY&counter=1&counter=1", "counter"),
            ("otpauth://totp/a?secret=KEY&digits=9", "digits"),
            ("otpauth://totp/a?secret=KEY&digits=3", "digits"),
            ("otpauth://totp/a?secret=KEY&digits=+6", "digits"),
            ("otpauth://totp/a?secret=KEY&digits=", "digits"),
            ("otpauth://totp/a?secret=KEY&digits=256", "digits"),
            ("otpauth://totp/a?secret=KEY&period=0", "period"),
            ("otpauth://totp/a?secret=KEY&period=121", "period"),
            ("otpauth://totp/a?secret=KEY&period=99999999999999999999", "period"),
            ("otpauth://totp/a?secret=KEY&period=4294967326", "period"),
            ("otpauth://totp/a?secret=KEY&algorithm=MD5", "algorithm"),
            ("otpauth://totp/a?secret=KEY&algorithm=", "algorithm"),
            ("otpauth://totp/a?secret=KEY&algorithm=SHA224", "algorithm"),
            ("otpauth://totp/a?secret=KEY&algorithm=SHA3-256", "algorithm"),
            ("otpauth://hotp/a?secret=KEY", "counter"),
            ("otpauth://hotp/a?secret=KEY&counter=-1", "counter"),
            ("otpauth://totp/a%?secret=KEY", "label"),
            ("otpauth://totp/a%4?secret=KEY", "label"),
            ("otpauth://totp/a%zz?secret=KEY", "label"),
            ("otpauth://totp/a%+1?secret=KEY", "label"),
            ("otpauth://totp/a%ff?secret=KEY", "label"),
            ("otpauth://totp/a:b:c?secret=KEY", "label"),
            ("otpauth://totp/a:b%3Ac?secret=KEY", "label"),
            ("otpauth://totp/a:b%0Ac?secret=KEY", "account"),
            ("otpauth://totp/a%00:b?secret=KEY", "label"),
            ("otpauth://totp/a?secret=KEY&issuer=a%3Ab", "issuer"),
            ("otpauth://totp/a?secret=KEY&issuer=a:b", "issuer"),
            ("otpauth://totp/a?secret=KEY&issuer=a%", "issuer"),
            ("otpauth://totp/a?secret=KEY&issuer=%C3", "issuer"),
            ("otpauth://totp/a?secret=%G1", "secret"),
            ("otpauth://totp/a?secret=KEY#x", "fragment"),
            ("otpauth://totp/a?%73ecret=B&secret=KEY", "secret"),
            ("otpauth://totp/a?secret=KEY&secre%54=KEY", "secret"),
            ("otpauth://totp/a?secret=KEY&digits=6&digit%73=9", "digits"),
            ("otpauth://totp/a?secret=KEY&digit%73=9", "digits"),
            ("otpauth://totp/a?secret=KEY&image=%zz", "parameter"),
            ("otpauth://totp/a?secret=KEY&image=%ff", "parameter"),
            ("otpauth://totp/a?secret=KEY&%zz=1", "parameter"),
            ("otpauth://totp/a?secret=KEY&image%", "parameter"),
            ("otpauth://totp/a?secret=KEY&encoder=steam", "encoder"),
            ("otpauth://totp/a?secret=KEY&encode%72=steam", "encoder"),
            ("otpauth://totp/a?secret=KEY&algorithm=-S-H-A-1-", "algorithm"),
            ("otpauth://totp/a?secret=KEY&algorithm=SHA1-", "algorithm"),
            ("otpauth://hotp/a?secret=KEY&counter=0&period=0", "period"),
            ("otpauth://hotp/a?secret=KEY&counter=0&period=x", "period"),
            ("otpauth://totp/a?secret=KEY&counter=zz", "counter"),
            ("otpauth://totp/a?secret=KEY&counter=", "counter"),
            ("otpauth://totp/a?secret=KEY&issuer=%E2%80%8BI", "issuer"),
            ("otpauth://totp/%C2%A0I:a?secret=KEY", "label"),
            ("otpauth://totp/a%E3%80%80?secret=KEY", "account"),
        ] {
            let error = refused(uri);
            assert!(error.to_string().contains(name), "{uri}: {error}");
            assert_eq!(part(error), name, "{uri}");
        }
        assert_eq!(part(refused(&format!("otpauth://totp/{}?secret=KEY", "a".repeat(4_096)))), "uri");
        assert_eq!(part(refused(&format!("otpauth://totp/a?secret={}", "A".repeat(1_025)))), "secret");
        for uri in ["", "otpauth:", "https://x", "otpauth-migration://offline?data=x", "ötpauth://totp/a"] {
            assert_eq!(refused(uri), OtpError::Scheme { expected: "otpauth://" }, "{uri}");
        }
    }

    #[test]
    fn m10_errors_do_not_quote_the_secret() {
        for uri in ["otpauth://totp/a?secret=0MARKER0", "otpauth://totp/a?secret=MARKERMAR%", "otpauth://totp/a?secret=MARKER"] {
            let error = refused(uri);
            assert!(!format!("{error} {error:?}").contains("MARK"), "{error}");
        }
        let long = refused(&format!("otpauth://totp/a?secret=KEY&digits={}", "9".repeat(500))).to_string();
        assert!(long.len() < 150, "{long}");
    }

    #[test]
    fn m10_counters_are_read_and_written() {
        let uri = read("otpauth://hotp/I:a?secret=KEY&issuer=I&counter=18446744073709551615&digits=8");
        let hotp = Hotp { algorithm: Algorithm::Sha1, digits: 8, counter: u64::MAX };
        assert_eq!(uri.uri.kind(), OtpKind::Hotp(hotp));
        assert!(uri.uri.uri().expose().ends_with("&issuer=I&digits=8&counter=18446744073709551615"));
    }

    #[test]
    fn the_uri_shows_nothing_in_debug() {
        let uri = KeyUri::new("I", "a", secret(), Totp::DEFAULT).unwrap();
        assert!(!format!("{uri:?} {:?}", uri.uri()).contains("GEZD"));
    }
}
