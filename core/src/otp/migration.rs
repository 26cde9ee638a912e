//! `otpauth-migration://` exports of Google Authenticator. There is no official description; the fields are those on which
//! the public copies of its protocol buffer agree.

use super::otpauth::{Imported, OtpKind, split_label};
use super::uri::{after_scheme, parameters, split_query, unescape, value, within};
use super::{Algorithm, OtpError, OtpSecret, UriPart};
use crate::mac::shown;
use alloc::string::String;
use alloc::vec::Vec;
use zeroize::Zeroizing;

/// One QR code of an export.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Migration {
    /// The accounts in the order of the export.
    pub entries: Vec<MigrationEntry>,
    /// Which QR code of how many it is.
    pub batch: Batch,
}

/// The place of a QR code in its export.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct Batch {
    /// The version of the format; 1 is known.
    pub version: u32,
    /// How many QR codes there are; 0 when it was not said.
    pub size: u32,
    /// Which one this is, from 0.
    pub index: u32,
    /// What all of them share; nothing follows from its value.
    pub id: i32,
}

/// One account of an export. Those that cannot be taken over do not spoil the others.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct MigrationEntry {
    /// Its name as the app shows it, shortened.
    pub name: String,
    /// The enrolment, or why it cannot be taken over.
    pub outcome: Result<Imported, OtpError>,
}

impl Migration {
    /// The longest URI that is read, in bytes; a QR code holds 2,953.
    pub const MAX_URI: usize = 8_192;
    /// The most accounts of one QR code; the app writes ten.
    pub const MAX_ENTRIES: usize = 100;

    /// Reads one QR code of an export (SPEC M10). Its period is always 30 seconds.
    ///
    /// # Errors
    /// [`OtpError::Scheme`], [`OtpError::TooLong`], [`OtpError::Value`], [`OtpError::Escape`], [`OtpError::Duplicate`] and
    /// [`OtpError::Missing`] for the URI; [`OtpError::ExportData`] and [`OtpError::ExportForm`] for the data. What is wrong with a single account
    /// stands in its entry.
    pub fn parse(uri: &str) -> Result<Self, OtpError> {
        let uri = uri.trim_ascii();
        within(UriPart::Uri, uri, Self::MAX_URI)?;
        let (host, query) = split_query(after_scheme(uri, SCHEME)?)?;
        if !host.strip_suffix('/').unwrap_or(host).eq_ignore_ascii_case(HOST) {
            // Not quoted: where the `?` was lost it is the export itself.
            return Err(value(UriPart::Host, ""));
        }
        let [data] = parameters(query, [UriPart::Data], Self::MAX_URI)?;
        let data = data.filter(|data| !data.is_empty()).ok_or(OtpError::Missing { part: UriPart::Data })?;
        let text = unescape(data, UriPart::Data, false)?;
        Self::read(&base64(&text)?)
    }

    fn read(payload: &[u8]) -> Result<Self, OtpError> {
        let mut entries: Vec<MigrationEntry> = Vec::new();
        let mut batch = [None; 4];
        let mut fields = Fields::new(payload);
        while let Some((number, field)) = fields.next()? {
            match (number, field) {
                (1, Field::Bytes(bytes)) => {
                    if entries.len() == Self::MAX_ENTRIES {
                        return Err(OtpError::TooLong { part: UriPart::Entry, bytes: payload.len(), most: Self::MAX_ENTRIES });
                    }
                    let mut entry = MigrationEntry::read(bytes, fields.at - bytes.len())?;
                    if entry.outcome.is_ok() && entries.iter().any(|other| other.outcome == entry.outcome) {
                        entry.outcome = Err(OtpError::Duplicate { part: UriPart::Entry });
                    }
                    entries.push(entry);
                }
                (2..=5, Field::Number(value)) => {
                    let before = batch.get_mut(number as usize - 2).and_then(|slot| slot.replace(value));
                    before.map_or(Ok(()), |_| Err(fields.form()))?;
                }
                (1..=5, _) => return Err(fields.form()),
                _ => {}
            }
        }
        let [version, size, index, id] = batch.map(|value| value.unwrap_or_default());
        let small = |value: u64| u32::try_from(value).unwrap_or(u32::MAX);
        let batch = Batch { version: small(version), size: small(size), index: small(index), id: id as i32 };
        Ok(Self { entries, batch })
    }
}

impl MigrationEntry {
    /// `start` is where it begins in the data.
    fn read(bytes: &[u8], start: usize) -> Result<Self, OtpError> {
        let (mut secret, mut name, mut issuer, mut numbers) = (None, None, None, [None; 4]);
        let mut fields = Fields::new(bytes);
        let form = |fields: &Fields<'_>| OtpError::ExportForm { at: start + fields.at };
        while let Some((number, field)) = fields.next().map_err(|_| form(&fields))? {
            let twice = match (number, field) {
                (1, Field::Bytes(bytes)) => secret.replace(bytes).is_some(),
                (2, Field::Bytes(bytes)) => name.replace(bytes).is_some(),
                (3, Field::Bytes(bytes)) => issuer.replace(bytes).is_some(),
                (4..=7, Field::Number(value)) => {
                    numbers.get_mut(number as usize - 4).is_some_and(|slot| slot.replace(value).is_some())
                }
                (1..=7, _) => true,
                _ => false,
            };
            if twice {
                return Err(form(&fields));
            }
        }
        let text = |bytes: Option<&'_ [u8]>| core::str::from_utf8(bytes.unwrap_or_default()).ok().map(String::from);
        let outcome = match (text(name), text(issuer)) {
            (Some(name), Some(issuer)) => Self::judge(secret, &name, &issuer, numbers),
            (None, _) => Err(OtpError::Escape { part: UriPart::Account }),
            (_, None) => Err(OtpError::Escape { part: UriPart::Issuer }),
        };
        Ok(Self { name: shown(&text(name).unwrap_or_default()), outcome })
    }

    fn judge(secret: Option<&[u8]>, name: &str, issuer: &str, numbers: [Option<u64>; 4]) -> Result<Imported, OtpError> {
        let unknown = |part, number: u64| value(part, &alloc::format!("{number}"));
        let secret = OtpSecret::import(secret.ok_or(OtpError::Missing { part: UriPart::Secret })?)?;
        let [algorithm, digits, kind, counter] = numbers;
        let algorithm = match algorithm.unwrap_or_default() {
            0 | 1 => Algorithm::Sha1,
            2 => Algorithm::Sha256,
            3 => Algorithm::Sha512,
            other => return Err(unknown(UriPart::Algorithm, other)),
        };
        let digits = match digits.unwrap_or_default() {
            0 | 1 => 6,
            2 => 8,
            3 => 7,
            other => return Err(unknown(UriPart::Digits, other)),
        };
        // The field is signed.
        let counter = counter.unwrap_or_default();
        if i64::try_from(counter).is_err() {
            return Err(unknown(UriPart::Counter, counter));
        }
        let kind = match kind {
            Some(1) => OtpKind::hotp(algorithm, digits, counter)?,
            Some(2) => OtpKind::totp(algorithm, digits, 30)?,
            Some(other) => return Err(unknown(UriPart::Type, other)),
            None => return Err(OtpError::Missing { part: UriPart::Type }),
        };
        let (prefix, account) = split_label(name)?;
        Imported::new(prefix, issuer.trim_matches(' '), account, secret, kind)
    }
}

const SCHEME: &str = "otpauth-migration://";
const HOST: &str = "offline";

/// Base64 in either alphabet, with or without padding; a space is a `+` that a form reader turned.
fn base64(text: &str) -> Result<Zeroizing<Vec<u8>>, OtpError> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(text.len()));
    let text = text.trim_end_matches('=');
    let (mut bits, mut held) = (0u32, 0u32);
    for byte in text.bytes() {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' | b' ' => 62,
            b'/' | b'_' => 63,
            _ => return Err(OtpError::ExportData),
        };
        bits = bits << 6 | u32::from(value);
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push((bits >> held) as u8);
            bits &= (1 << held) - 1;
        }
    }
    // One letter alone holds no byte, and what is left over is zero.
    if text.len() % 4 == 1 || bits != 0 {
        return Err(OtpError::ExportData);
    }
    Ok(bytes)
}

/// One value of a message.
enum Field<'a> {
    Number(u64),
    Bytes(&'a [u8]),
    /// Four or eight bytes that no known field has.
    Fixed,
}

/// A reader of protocol buffers: varints, fixed numbers and bytes; groups are refused.
struct Fields<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Fields<'a> {
    const fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    /// The next field with its number; `None` at the end.
    fn next(&mut self) -> Result<Option<(u64, Field<'a>)>, OtpError> {
        if self.at >= self.bytes.len() {
            return Ok(None);
        }
        let tag = self.varint()?;
        let number = tag >> 3;
        if number == 0 {
            return Err(self.form());
        }
        let field = match tag & 7 {
            0 => Field::Number(self.varint()?),
            1 => self.take(8).map(|_| Field::Fixed)?,
            2 => {
                let len = self.varint()?;
                Field::Bytes(self.take(len)?)
            }
            5 => self.take(4).map(|_| Field::Fixed)?,
            _ => return Err(self.form()),
        };
        Ok(Some((number, field)))
    }

    fn varint(&mut self) -> Result<u64, OtpError> {
        let mut value = 0u64;
        for shift in (0..64).step_by(7) {
            let [byte] = *self.take(1)? else {
                return Err(self.form());
            };
            let bits = u64::from(byte & 0x7f);
            // The tenth byte has room for one bit.
            if shift == 63 && bits > 1 {
                return Err(self.form());
            }
            value |= bits << shift;
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err(self.form())
    }

    fn take(&mut self, len: u64) -> Result<&'a [u8], OtpError> {
        let end = usize::try_from(len).ok().and_then(|len| self.at.checked_add(len));
        let Some((end, taken)) = end.and_then(|end| Some((end, self.bytes.get(self.at..end)?))) else {
            return Err(self.form());
        };
        self.at = end;
        Ok(taken)
    }

    const fn form(&self) -> OtpError {
        OtpError::ExportForm { at: self.at }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::otp::{Hotp, Totp};
    use alloc::format;
    use alloc::vec;
    use data_encoding::{BASE64, BASE64URL_NOPAD};

    fn varint(mut value: u64) -> Vec<u8> {
        let mut out = Vec::new();
        while value >= 128 {
            out.push(value as u8 | 128);
            value >>= 7;
        }
        out.push(value as u8);
        out
    }

    fn number(field: u64, value: u64) -> Vec<u8> {
        [varint(field << 3), varint(value)].concat()
    }

    fn bytes(field: u64, value: &[u8]) -> Vec<u8> {
        [varint(field << 3 | 2), varint(value.len() as u64), value.to_vec()].concat()
    }

    fn entry(secret: &[u8], name: &str, issuer: &str, numbers: &[(u64, u64)]) -> Vec<u8> {
        let mut out = [bytes(1, secret), bytes(2, name.as_bytes()), bytes(3, issuer.as_bytes())].concat();
        numbers.iter().for_each(|(field, value)| out.extend(number(*field, *value)));
        bytes(1, &out)
    }

    fn uri(payload: &[u8]) -> String {
        let data = BASE64.encode(payload).replace('+', "%2B").replace('/', "%2F").replace('=', "%3D");
        format!("otpauth-migration://offline?data={data}")
    }

    const KEY: &[u8] = b"12345678901234567890";
    const PLAIN: [(u64, u64); 3] = [(4, 1), (5, 1), (6, 2)];

    #[test]
    fn m10_an_export_is_read() {
        let payload = [
            entry(KEY, "Big Corp:alice@example.com", "Big Corp", &PLAIN),
            entry(b"Hello!\xde\xad\xbe\xef", "bob", "", &[(4, 2), (5, 2), (6, 2)]),
            entry(KEY, "Contoso:carol", "Microsoft", &[(4, 3), (5, 3), (6, 2)]),
            entry(KEY, "dave", "I", &[(6, 1), (7, 1 << 40)]),
            number(2, 1),
            number(3, 2),
            number(4, 1),
            number(5, -5i64 as u64),
        ]
        .concat();
        let read = Migration::parse(&uri(&payload)).unwrap();
        assert_eq!(read.batch, Batch { version: 1, size: 2, index: 1, id: -5 });
        let found: Vec<_> = read.entries.iter().map(|entry| entry.outcome.clone().unwrap()).collect();
        let names: Vec<_> = found.iter().map(|one| (one.uri.issuer(), one.uri.account(), one.weak)).collect();
        assert_eq!(
            names,
            [("Big Corp", "alice@example.com", false), ("", "bob", true), ("Microsoft", "carol", false), ("I", "dave", false)]
        );
        assert_eq!(found[0].uri.kind(), OtpKind::Totp(Totp::DEFAULT));
        assert_eq!(found[0].uri.secret().expose(), KEY);
        let eight = Totp::builder().algorithm(Algorithm::Sha256).digits(8).build().unwrap();
        assert_eq!(found[1].uri.kind(), OtpKind::Totp(eight));
        assert_eq!(found[2].label_issuer.as_deref(), Some("Contoso"));
        let seven = Totp::builder().algorithm(Algorithm::Sha512).digits(7).build().unwrap();
        assert_eq!(found[2].uri.kind(), OtpKind::Totp(seven));
        assert_eq!(found[3].uri.kind(), OtpKind::Hotp(Hotp { algorithm: Algorithm::Sha1, digits: 6, counter: 1 << 40 }));
    }

    #[test]
    fn m10_base64_is_read_as_it_comes() {
        let payload = entry(&[0xfb, 0xef, 0xbe, 0xff, 0xff], "~~~???", "", &PLAIN);
        let wanted = Migration::parse(&uri(&payload)).unwrap();
        for data in [
            BASE64.encode(&payload),
            BASE64.encode(&payload).replace('+', " "),
            BASE64URL_NOPAD.encode(&payload),
            BASE64.encode(&payload).trim_end_matches('=').into(),
        ] {
            assert_eq!(Migration::parse(&format!("OTPAUTH-MIGRATION://offline?data={data}")).unwrap(), wanted, "{data}");
        }
        for data in ["A", "AAAAA", "A*AA", "AB==", "Ä"] {
            let error = Migration::parse(&format!("otpauth-migration://offline?data={data}")).unwrap_err();
            assert_eq!(error, OtpError::ExportData, "{data}");
        }
    }

    #[test]
    fn m10_base64_gives_the_vectors_of_rfc_4648() {
        let file: serde_json::Value = serde_json::from_str(include_str!("../../tests/vectors/rfc4648.json")).unwrap();
        let vectors = file["vectors"].as_array().unwrap();
        assert_eq!(vectors.len(), 7);
        for vector in vectors {
            let text = |name: &str| vector[name].as_str().unwrap();
            assert_eq!(base64(text("base64")).unwrap().as_slice(), text("text").as_bytes(), "{vector}");
        }
    }

    #[test]
    fn m10_a_bad_account_does_not_spoil_the_others() {
        let payload = [
            entry(KEY, "a", "I", &PLAIN),
            entry(KEY, "md5", "I", &[(4, 4), (5, 1), (6, 2)]),
            entry(KEY, "five", "I", &[(5, 5), (6, 2)]),
            entry(b"", "empty", "I", &PLAIN),
            entry(KEY, "untyped", "I", &[]),
            entry(KEY, "a:b:c", "I", &PLAIN),
            entry(KEY, "a", "I", &PLAIN),
            bytes(1, &[bytes(1, KEY), bytes(2, &[0xff]), number(6, 2)].concat()),
            entry(KEY, "counted", "I", &[(6, 1), (7, 1 << 63)]),
            entry(KEY, "a\u{200b}", "I", &PLAIN),
            entry(KEY, "a", "\u{a0}I", &PLAIN),
        ]
        .concat();
        let read = Migration::parse(&uri(&payload)).unwrap();
        let part = |at: usize| match read.entries[at].outcome.as_ref().unwrap_err() {
            OtpError::Value { part, .. } | OtpError::Missing { part } | OtpError::Duplicate { part } => part.name(),
            OtpError::Text { part, .. } | OtpError::Escape { part } => part.name(),
            OtpError::SecretLength { .. } => "secret",
            other => panic!("{other}"),
        };
        assert!(read.entries[0].outcome.is_ok());
        assert_eq!(read.entries[1].name, "md5");
        let parts: Vec<_> = (1..11).map(part).collect();
        let wanted = ["algorithm", "digits", "secret", "type", "label", "entry", "account", "counter", "account", "issuer"];
        assert_eq!(parts, wanted);
    }

    #[test]
    fn m10_broken_data_are_refused_and_never_panic() {
        let whole = [entry(KEY, "a", "I", &PLAIN), number(2, 1)].concat();
        let inner = entry(KEY, "a", "I", &PLAIN).len();
        for end in 1..whole.len() {
            if end != inner {
                assert!(Migration::parse(&uri(&whole[..end])).is_err(), "{end}");
            }
        }
        for broken in [
            vec![0x00, 0x01],
            vec![0x0b],
            vec![0x0c],
            vec![0x10, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02],
            vec![0x10, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00],
            vec![0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01],
            number(1, 5),
            [number(2, 1), number(2, 1)].concat(),
            bytes(1, &[bytes(1, KEY), bytes(1, KEY)].concat()),
            bytes(1, &number(1, 5)),
        ] {
            assert!(matches!(Migration::parse(&uri(&broken)), Err(OtpError::ExportForm { .. })), "{broken:?}");
        }
        let unknown = [number(90, 1), bytes(91, b"x"), vec![0x59, 1, 2, 3, 4, 5, 6, 7, 8], vec![0x5d, 1, 2, 3, 4]].concat();
        assert!(Migration::parse(&uri(&unknown)).unwrap().entries.is_empty());
        assert!(Migration::parse(&uri(&entry(KEY, "a", "I", &PLAIN).repeat(101))).is_err());
    }

    #[test]
    fn m10_other_uris_are_refused() {
        for uri in ["", "otpauth://totp/a?secret=A", "otpauth-migration:offline"] {
            assert!(matches!(Migration::parse(uri), Err(OtpError::Scheme { .. })), "{uri}");
        }
        let missing = Migration::parse("otpauth-migration://offline").unwrap_err();
        assert_eq!(missing, OtpError::Missing { part: UriPart::Data });
        for query in ["data=AA&data=AA", "%64ata=AA&data=AA", "DATA=AA&dat%61=AA"] {
            let twice = Migration::parse(&format!("otpauth-migration://offline?{query}")).unwrap_err();
            assert_eq!(twice, OtpError::Duplicate { part: UriPart::Data }, "{query}");
        }
        for query in ["data=AA&x=%zz", "data=AA&%z=x", "%ff&data=AA"] {
            let escape = Migration::parse(&format!("otpauth-migration://offline?{query}")).unwrap_err();
            assert_eq!(escape, OtpError::Escape { part: UriPart::Parameter }, "{query}");
        }
        for host in ["online", "", "offline/x", "offline//", "off%6cine", "x@offline"] {
            let other = Migration::parse(&format!("otpauth-migration://{host}?data=AA")).unwrap_err();
            assert_eq!(other, OtpError::Value { part: UriPart::Host, input: "".into() }, "{host}");
        }
        let fragment = Migration::parse("otpauth-migration://offline?data=AA&x#").unwrap_err();
        assert!(matches!(fragment, OtpError::Value { part: UriPart::Fragment, .. }));
        let empty = Migration::parse("otpauth-migration://offline?data=").unwrap_err();
        assert_eq!(empty, OtpError::Missing { part: UriPart::Data });
        let long = format!("otpauth-migration://offline?data={}", "A".repeat(8_192));
        assert!(matches!(Migration::parse(&long), Err(OtpError::TooLong { .. })));
    }
}
