//! The parts of a URI: its scheme, the parameters of its query, percent-encoding (RFC 3986).

use super::{OtpError, UriPart};
use crate::mac::shown;
use alloc::string::String;
use alloc::vec::Vec;
use core::mem::take;
use zeroize::Zeroizing;

/// What stands behind the scheme, which is read in any case.
pub(super) fn after_scheme<'a>(uri: &'a str, scheme: &'static str) -> Result<&'a str, OtpError> {
    match (uri.get(..scheme.len()), uri.get(scheme.len()..)) {
        (Some(start), Some(rest)) if start.eq_ignore_ascii_case(scheme) => Ok(rest),
        _ => Err(OtpError::Scheme { expected: scheme }),
    }
}

/// What stands before and behind the `?`; a fragment is refused.
pub(super) fn split_query(rest: &str) -> Result<(&str, &str), OtpError> {
    if rest.contains('#') {
        return Err(value(UriPart::Fragment, "#"));
    }
    Ok(rest.split_once('?').unwrap_or((rest, "")))
}

/// The known parameters of a query as they stand, each at most once. Names are compared as they are meant, in any case and
/// without their escapes, so that no reader finds a second one that was not found here. Bad escapes are refused everywhere.
pub(super) fn parameters<'a, const N: usize>(
    query: &'a str,
    known: [UriPart; N],
    most: usize,
) -> Result<[Option<&'a str>; N], OtpError> {
    let mut found = [None; N];
    for pair in query.split('&') {
        let (name, text) = pair.split_once('=').unwrap_or((pair, ""));
        let name = unescape(name, UriPart::Parameter, true)?;
        let mut slots = known.into_iter().zip(&mut found);
        let Some((part, slot)) = slots.find(|(part, _)| name.eq_ignore_ascii_case(part.name())) else {
            unescape(text, UriPart::Parameter, true)?;
            continue;
        };
        within(part, text, most)?;
        if slot.replace(text).is_some() {
            return Err(OtpError::Duplicate { part });
        }
    }
    Ok(found)
}

/// Percent-encodes all but the unreserved characters of RFC 3986 section 2.3.
pub(super) fn escape(out: &mut String, text: &str) {
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => out.push(byte.into()),
            _ => {
                out.push('%');
                for nibble in [byte >> 4, byte & 15] {
                    out.push(char::from_digit(nibble.into(), 16).unwrap_or_default().to_ascii_uppercase());
                }
            }
        }
    }
}

/// Undoes percent-encoding; `form` reads `+` as a space. What is read may be a secret: it never grows, and is wiped.
pub(super) fn unescape(text: &str, part: UriPart, form: bool) -> Result<Zeroizing<String>, OtpError> {
    let mut out = Zeroizing::new(Vec::with_capacity(text.len()));
    let mut bytes = text.bytes();
    let bad = || OtpError::Escape { part };
    while let Some(byte) = bytes.next() {
        out.push(match byte {
            b'%' => {
                let mut nibble = || bytes.next().and_then(|digit| char::from(digit).to_digit(16)).ok_or_else(bad);
                let (high, low) = (nibble()?, nibble()?);
                (high << 4 | low) as u8
            }
            b'+' if form => b' ',
            other => other,
        });
    }
    match String::from_utf8(take(&mut *out)) {
        Ok(text) => Ok(Zeroizing::new(text)),
        Err(error) => {
            *out = error.into_bytes();
            Err(bad())
        }
    }
}

pub(super) fn value(part: UriPart, input: &str) -> OtpError {
    OtpError::Value { part, input: shown(input) }
}

pub(super) fn within(part: UriPart, text: &str, most: usize) -> Result<(), OtpError> {
    if text.len() > most { Err(OtpError::TooLong { part, bytes: text.len(), most }) } else { Ok(()) }
}
