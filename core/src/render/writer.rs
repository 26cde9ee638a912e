//! The `name = value` syntax (`docs/facts/yealink.md`, section 3): the only code that appends a value to a file.
//!
//! The syntax has no quoting and no escape, so a value is either carried as it is or refused (SPEC V4).

use crate::hooks::{self, Switch};
use crate::secret::Secret;
use alloc::vec::Vec;
use zeroize::Zeroize;

/// The longest value in bytes. Ours, not the phone's: it bounds the file.
pub(super) const LONGEST: usize = 1024;

/// The first line of every file.
const HEADER: &[u8] = b"#!version:1.0.0.1\n";

/// Sets a parameter back to its factory default (section 3).
const CLEAR: &[u8] = b"%NULL%";

/// What a row says.
pub(super) enum Value<'a> {
    /// Nothing: the row is not stated, and the phone keeps what it has.
    Skip,
    /// Back to the factory default.
    Clear,
    /// A word of the dialect.
    Word(&'static str),
    /// A number.
    Number(u32),
    /// A text of the field named first.
    Text(&'static str, &'a str),
    /// A secret of the field named first.
    Secret(&'static str, &'a Secret),
    /// `user:secret`, of the field named first. The user is a word of the dialect and holds no `:`.
    Login(&'static str, &'static str, &'a Secret),
}

/// Why a value cannot be written.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Fault {
    Character(char),
    Reserved,
    TooLong,
    Space,
    Empty,
}

/// Appends lines to the caller's buffer, and takes them back when it is dropped before [`Writer::finish`].
pub(super) struct Writer<'o> {
    out: &'o mut Vec<u8>,
    start: usize,
    finished: bool,
}

impl<'o> Writer<'o> {
    /// Begins a file of about `expected` bytes.
    pub(super) fn begin(out: &'o mut Vec<u8>, expected: usize) -> Self {
        let start = out.len();
        out.reserve(expected);
        out.extend_from_slice(HEADER);
        Self { out, start, finished: false }
    }

    /// Keeps what was written.
    pub(super) fn finish(mut self) {
        self.finished = true;
    }

    /// Begins a line with a name in two parts and the index between them.
    pub(super) fn name(&mut self, head: &str, slot: Option<u16>, tail: &str) -> Line<'_, 'o> {
        let start = self.out.len();
        self.out.extend_from_slice(head.as_bytes());
        if let Some(slot) = slot {
            self.number(u32::from(slot));
        }
        self.out.extend_from_slice(tail.as_bytes());
        Line { writer: self, start }
    }

    fn number(&mut self, mut number: u32) {
        let mut digits = [b'0'; 10];
        let mut used = 0;
        for digit in digits.iter_mut().rev() {
            *digit = b'0' + (number % 10) as u8;
            used += 1;
            number /= 10;
            if number == 0 {
                break;
            }
        }
        self.out.extend_from_slice(digits.get(10 - used..).unwrap_or_default());
    }

    /// Cuts the file back, wiping what goes: it may hold secrets.
    fn cut(&mut self, to: usize) {
        if let Some(tail) = self.out.get_mut(to..) {
            tail.zeroize();
        }
        self.out.truncate(to);
    }
}

impl Drop for Writer<'_> {
    fn drop(&mut self) {
        if !self.finished {
            self.cut(self.start);
        }
    }
}

/// A line that has its name and waits for its value.
pub(super) struct Line<'w, 'o> {
    writer: &'w mut Writer<'o>,
    start: usize,
}

impl Line<'_, '_> {
    /// The name as it stands in the file.
    pub(super) fn name(&self) -> &[u8] {
        self.writer.out.get(self.start..).unwrap_or_default()
    }

    /// Takes the line back.
    pub(super) fn cancel(self) {
        self.writer.cut(self.start);
    }

    /// Ends the line with a value, or takes it back when there is none.
    pub(super) fn set(self, value: &Value<'_>) -> Result<(), Fault> {
        let Line { writer, start } = self;
        if let Value::Skip = value {
            writer.cut(start);
            return Ok(());
        }
        writer.out.extend_from_slice(b" = ");
        match value {
            Value::Skip => {}
            Value::Clear => writer.out.extend_from_slice(CLEAR),
            Value::Word(word) => writer.out.extend_from_slice(word.as_bytes()),
            Value::Number(number) => writer.number(*number),
            Value::Text(_, text) => {
                check(text)?;
                writer.out.extend_from_slice(text.as_bytes());
            }
            Value::Secret(_, secret) => {
                check(secret.expose())?;
                writer.out.extend_from_slice(secret.expose().as_bytes());
            }
            Value::Login(_, user, secret) => {
                check(secret.expose())?;
                writer.out.extend_from_slice(user.as_bytes());
                writer.out.push(b':');
                writer.out.extend_from_slice(secret.expose().as_bytes());
            }
        }
        writer.out.push(b'\n');
        Ok(())
    }
}

/// Whether the syntax carries this text unchanged and the phone takes it for what it is.
fn check(text: &str) -> Result<(), Fault> {
    if hooks::is_off(Switch::V4) {
        return Ok(());
    }
    if text.len() > LONGEST {
        return Err(Fault::TooLong);
    }
    if let Some(character) = text.chars().find(|c| refused(*c)) {
        return Err(Fault::Character(character));
    }
    let edges = [text.chars().next(), text.chars().next_back()];
    match edges {
        [Some(first), Some(last)] if first.is_whitespace() || last.is_whitespace() => Err(Fault::Space),
        [Some(_), Some(_)] if text == "%NULL%" || text == "%EMPTY%" => Err(Fault::Reserved),
        [Some(_), Some(_)] => Ok(()),
        _ => Err(Fault::Empty),
    }
}

/// Characters that end a line somewhere, that no display shows, or that turn the direction of what follows.
const fn refused(c: char) -> bool {
    matches!(
        c,
        '\0'..='\u{1f}'
            | '\u{7f}'..='\u{9f}'
            | '\u{61c}'
            | '\u{200e}'
            | '\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2066}'..='\u{2069}'
            | '\u{feff}'
    )
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn line(value: &Value<'_>) -> Result<alloc::string::String, Fault> {
        let mut out = Vec::new();
        let mut writer = Writer::begin(&mut out, 0);
        writer.name("a.", Some(65535), ".b").set(value)?;
        writer.finish();
        let text = alloc::string::String::from_utf8(out).unwrap();
        Ok(text.strip_prefix("#!version:1.0.0.1\n").unwrap().into())
    }

    #[test]
    fn v4_what_the_syntax_carries_passes_unchanged() {
        for text in
            ["a", "Größe", "😀👩‍👩‍👧", "\"", "<&>", "#", "a = b", "=cmd", "a;b|c", "a b", "$x", "\\", "]]>", "{{x}}", "%NULL% x"]
        {
            let expected = alloc::format!("a.65535.b = {text}\n");
            assert_eq!(line(&Value::Text("f", text)), Ok(expected), "{text}");
        }
        assert_eq!(line(&Value::Number(u32::MAX)), Ok("a.65535.b = 4294967295\n".into()));
        assert_eq!(line(&Value::Number(0)), Ok("a.65535.b = 0\n".into()));
        assert_eq!(line(&Value::Login("f", "admin", &"p:w".into())), Ok("a.65535.b = admin:p:w\n".into()));
        assert_eq!(line(&Value::Skip), Ok("".into()));
    }

    #[test]
    fn v4_what_it_cannot_carry_is_refused_and_leaves_nothing() {
        for c in [
            '\0', '\t', '\n', '\r', '\x1b', '\x7f', '\u{85}', '\u{2028}', '\u{2029}', '\u{202e}', '\u{200f}', '\u{2066}',
            '\u{61c}',
        ] {
            let text = alloc::format!("a{c}b");
            assert_eq!(line(&Value::Text("f", &text)), Err(Fault::Character(c)));
        }
        for (text, fault) in [
            ("", Fault::Empty),
            (" a", Fault::Space),
            ("a\u{a0}", Fault::Space),
            ("%NULL%", Fault::Reserved),
            ("%EMPTY%", Fault::Reserved),
        ] {
            assert_eq!(line(&Value::Secret("f", &text.into())), Err(fault));
        }
        assert_eq!(line(&Value::Text("f", &"x".repeat(LONGEST + 1))), Err(Fault::TooLong));

        let mut out = b"before".to_vec();
        let mut writer = Writer::begin(&mut out, 0);
        let _ = writer.name("a", None, "").set(&Value::Text("f", "\n"));
        drop(writer);
        assert_eq!(out, b"before");
    }
}
