//! Reads the `name = value` syntax back (SPEC V5).

use crate::error::codes;
use alloc::vec::Vec;

/// One parameter of a file.
#[derive(Clone, Copy, Eq, PartialEq)]
pub struct Setting<'a> {
    /// The name.
    pub name: &'a str,
    /// The value without spaces at its ends; it may be a secret.
    pub value: &'a str,
    /// The line it stands in, from 1.
    pub line: u32,
}

/// Shows the name only.
impl core::fmt::Debug for Setting<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "{} (line {})", self.name, self.line)
    }
}

/// Reads a file of the `name = value` syntax, in its own order, repeated names included.
///
/// Lines end in LF or CRLF; empty lines and lines that begin with `#` are skipped; the first `=` parts name and value.
///
/// ```
/// let file = b"#!version:1.0.0.1\n\naccount.1.label = 201 = Reception\r\n# a comment\n";
/// let settings = libprov::render::read_key_value(file)?;
/// assert_eq!((settings[0].name, settings[0].value), ("account.1.label", "201 = Reception"));
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
        settings.push(Setting { name, value: value.trim_start_matches([' ', '\t']), line });
    }
    Ok(settings)
}

codes! {
    /// Why a configuration file cannot be read.
    pub enum ReadError {
        /// A line is not of the syntax.
        #[error("line {line} {reason}")]
        Syntax {
            /// The line, from 1.
            line: u32,
            /// What is wrong with it.
            reason: &'static str,
        } = READ_SYNTAX,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

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
