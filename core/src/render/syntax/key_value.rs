//! The `name = value` syntax (`docs/facts/yealink.md`, section 3).
//!
//! It has no quoting and no escape, so a value is either carried as it is or refused (SPEC V4).

use super::{ReadError, Setting};
use crate::render::pen::{Fault, Form, Padded, Special, check_edges, is_plain, is_unwritable, specials};
use alloc::vec::Vec;

/// The first line of every file.
pub(in crate::render) const HEADER: &str = "#!version:1.0.0.1\n";

/// A line `name = value`.
pub(in crate::render) static LINE: Form = Form { text, clear: Some(Padded::new("%NULL%")) };

/// The shape of one line; indexes stand as `X` between the parts of its name.
macro_rules! line {
    ($name:literal) => {
        Shape { name: $name, head: concat!($name, " = "), middle: "", tail: "", end: "\n", index: Index::None, form: &LINE }
    };
    ($head:literal X $tail:literal) => {
        Shape {
            name: concat!($head, "X", $tail),
            head: $head,
            middle: "",
            tail: concat!($tail, " = "),
            end: "\n",
            index: Index::One,
            form: &LINE,
        }
    };
    ($head:literal X $middle:literal X $tail:literal) => {
        Shape {
            name: concat!($head, "X", $middle, "X", $tail),
            head: $head,
            middle: $middle,
            tail: concat!($tail, " = "),
            end: "\n",
            index: Index::Two,
            form: &LINE,
        }
    };
}
pub(in crate::render) use line;

static SPECIAL: Special = specials(b"%");

/// Appends a text that the syntax carries unchanged and the phone takes for what it is.
fn text(out: &mut Vec<u8>, text: &str) -> Result<(), Fault> {
    let plain = is_plain(text, &SPECIAL);
    if !plain && let Some(character) = text.chars().find(|c| is_unwritable(*c)) {
        return Err(Fault::Character(character));
    }
    check_edges(text)?;
    if !plain && (text.eq_ignore_ascii_case("%NULL%") || text.eq_ignore_ascii_case("%EMPTY%")) {
        return Err(Fault::Reserved);
    }
    out.extend_from_slice(text.as_bytes());
    Ok(())
}

/// Reads a file of the `name = value` syntax, in its own order, repeated names included.
///
/// Lines end in LF or CRLF; empty lines and lines that begin with `#` are skipped; the first `=` parts name and value.
///
/// ```
/// let file = b"#!version:1.0.0.1\n\naccount.1.label = 201 = Reception\r\n# a comment\n";
/// let settings = libprov::render::read_key_value(file)?;
/// assert_eq!((&*settings[0].name, &*settings[0].value), ("account.1.label", "201 = Reception"));
/// # Ok::<(), libprov::render::ReadError>(())
/// ```
///
/// # Errors
/// [`ReadError::Syntax`] for the first line that is no parameter, or a first line that is not `#!version:1.0.0.1`.
pub fn read_key_value(file: &[u8]) -> Result<Vec<Setting<'_>>, ReadError> {
    let refuse = |line, reason| Err(ReadError::Syntax { line, reason });
    let mut settings = Vec::new();
    for (at, bytes) in file.split(|byte| *byte == b'\n').enumerate() {
        let line = u32::try_from(at + 1).unwrap_or(u32::MAX);
        let bytes = bytes.strip_suffix(b"\r").unwrap_or(bytes);
        let Ok(text) = core::str::from_utf8(bytes) else {
            return refuse(line, "is not UTF-8");
        };
        if at == 0 {
            if text != "#!version:1.0.0.1" {
                return refuse(line, "is not #!version:1.0.0.1");
            }
            continue;
        }
        if text.chars().any(|c| c.is_control() && c != '\t') {
            return refuse(line, "holds a control character");
        }
        let text = text.trim_matches([' ', '\t']);
        if text.is_empty() || text.starts_with('#') {
            continue;
        }
        let Some((name, value)) = text.split_once('=') else {
            return refuse(line, "has no =");
        };
        let name = name.trim_end_matches([' ', '\t']);
        let good = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-');
        if name.is_empty() || !name.bytes().all(good) {
            return refuse(line, "does not begin with a parameter name");
        }
        settings.push(Setting { name: name.into(), value: value.trim_start_matches([' ', '\t']).into(), line });
    }
    Ok(settings)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn line(value: &str) -> Result<alloc::string::String, Fault> {
        let mut out = Vec::new();
        text(&mut out, value).map(|()| alloc::string::String::from_utf8(out).unwrap())
    }

    #[test]
    fn v4_what_the_syntax_carries_passes_unchanged() {
        let signs = ["\"", "<&>", "#", "a = b", "=cmd", "a;b|c", "a b", "$x", "\\", "]]>", "{{x}}", "%NULL% x"];
        for text in ["a", "Größe", "😀👩‍👩‍👧"].into_iter().chain(signs) {
            assert_eq!(line(text).as_deref(), Ok(text));
        }
    }

    #[test]
    fn v4_what_it_cannot_carry_is_refused() {
        for c in [
            '\0', '\t', '\n', '\r', '\x1b', '\x7f', '\u{85}', '\u{2028}', '\u{2029}', '\u{202e}', '\u{200f}', '\u{2066}',
            '\u{61c}',
        ] {
            assert_eq!(line(&alloc::format!("a{c}b")), Err(Fault::Character(c)));
        }
        for (text, fault) in
            [(" a", Fault::Space), ("a\u{a0}", Fault::Space), ("%NULL%", Fault::Reserved), ("%EMPTY%", Fault::Reserved)]
        {
            assert_eq!(line(text), Err(fault));
        }
    }

    #[test]
    fn v5_bad_files_are_refused_with_the_line() {
        for (file, line) in [
            (&b""[..], 1),
            (b"\xef\xbb\xbf#!version:1.0.0.1\n", 1),
            (b"#!version:1.0.0.1\nname", 2),
            (b"#!version:1.0.0.1\n\n= value", 3),
            (b"#!version:1.0.0.1\na b = c", 2),
            (b"#!version:1.0.0.1\na = b\rc = d", 2),
            (b"#!version:1.0.0.1\na = \xff", 2),
            (b"#!version:1.0.0.1\na = \0", 2),
        ] {
            let ReadError::Syntax { line: found, .. } = read_key_value(file).unwrap_err();
            assert_eq!(found, line, "{file:?}");
        }
    }
}
