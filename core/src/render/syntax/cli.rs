//! The syntax of SmartWare's command line (`docs/facts/patton.md`, section 3): one command a line, in modes.
//!
//! A line end ends a command, a space parts two words, and no escape is known: what could mean anything else is refused (SPEC V4).
//! A parameter's name is its command behind the modes it is typed in, with `/` between them:
//! `context cs switch/digit-collection timeout`. What follows on the line is the value; a command that stands alone has the value
//! `yes`, and `no` where it is negated.

use super::{ReadError, Setting};
use crate::render::overrides::{Name, Names};
use crate::render::pen::{Fault, Form, Special, check_edges, is_plain, is_unwritable};
use crate::render::rows::Index;
use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

/// The first line of every file.
pub(in crate::render) const HEADER: &str = "cli version 3.20\n";

/// One word or several.
pub(in crate::render) static WORDS: Form = Form { text: words, clear: None };

/// A login: one word, or several between quotes.
pub(in crate::render) static LOGIN_NAME: Form = Form { text: login, clear: None };

/// One word, such as a password.
pub(in crate::render) static WORD: Form = Form { text: |out, text| word(out, text, &WORD_ONLY), clear: None };

/// A SIP user, which also names an identity and stands in keys of the call router.
pub(in crate::render) static USER: Form = Form { text: user, clear: None };

/// A host; IPv6 addresses have no place in the syntax.
pub(in crate::render) static HOST: Form = Form { text: |out, text| word(out, text, &HOST_ONLY), clear: None };

/// The URL of a file.
pub(in crate::render) static URL: Form = Form { text: |out, text| word(out, text, &URL_ONLY), clear: None };

/// A text between quotes, which the row writes.
pub(in crate::render) static QUOTED: Form = Form { text: quoted, clear: None };

/// A command that stands alone: `yes` writes it, `no` negates it.
pub(in crate::render) static FLAG: Form = Form { text: yes_or_no, clear: None };

/// The shape of a command with a value: indent, mode, command and, where it is another than [`WORDS`], the form.
macro_rules! line {
    ($indent:literal, $mode:literal, $command:literal) => {
        line!($indent, $mode, $command, WORDS)
    };
    ($indent:literal, $mode:literal, $command:literal, $form:ident) => {
        Shape {
            name: concat!($mode, "/", $command),
            head: concat!($indent, $command, " "),
            middle: "",
            tail: "",
            end: "\n",
            index: index_of($mode),
            form: &$form,
        }
    };
}

/// The same for a command whose words end in a number.
macro_rules! numbered {
    ($indent:literal, $mode:literal, $command:literal, $form:ident) => {
        Shape {
            name: concat!($mode, "/", $command, " X"),
            head: concat!($indent, $command, " "),
            middle: "",
            tail: " ",
            end: "\n",
            index: Index::One,
            form: &$form,
        }
    };
}

/// The same for a command that stands alone.
macro_rules! flag {
    ($indent:literal, $mode:literal, $command:literal) => {
        Shape {
            name: concat!($mode, "/", $command),
            head: $indent,
            middle: "",
            tail: "",
            end: concat!($command, "\n"),
            index: index_of($mode),
            form: &FLAG,
        }
    };
}

/// The shape of a command outside all modes.
macro_rules! root {
    ($command:literal, $form:ident) => {
        Shape { name: $command, head: concat!($command, " "), middle: "", tail: "", end: "\n", index: Index::None, form: &$form }
    };
}

/// The same for a command that stands alone.
macro_rules! root_flag {
    ($command:literal) => {
        Shape { name: $command, head: "", middle: "", tail: "", end: concat!($command, "\n"), index: Index::None, form: &FLAG }
    };
}
pub(in crate::render) use {flag, line, numbered, root, root_flag};

/// Whether names in this mode carry the number of an object.
pub(in crate::render) const fn index_of(mode: &str) -> Index {
    let bytes = mode.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        if bytes[at] == b'X' {
            return Index::Around;
        }
        at += 1;
    }
    Index::None
}

/// A table for [`is_plain`] in which everything but letters, digits and these is special.
const fn only(characters: &[u8]) -> Special {
    let mut table = [true; 256];
    let mut at = 0;
    while at < 256 {
        table[at] = at > 127 || !(at as u8).is_ascii_alphanumeric();
        at += 1;
    }
    at = 0;
    while at < characters.len() {
        table[characters[at] as usize] = false;
        at += 1;
    }
    table
}

static WORD_ONLY: Special = only(b"._+*:@!=/-");
static WORDS_ONLY: Special = only(b"._+*:@!=/- ");
static USER_ONLY: Special = only(b"._+*-");
static HOST_ONLY: Special = only(b".-");
static URL_ONLY: Special = only(b"._+*:@!=/-~,;");
static QUOTED_ONLY: Special = only(b" .,_'()/+&:@-");

/// Appends a text whose characters are all allowed; one that is not ASCII counts as one that the syntax gives a meaning, so that
/// no login is ever spelled otherwise.
fn put(out: &mut Vec<u8>, text: &str, special: &Special) -> Result<(), Fault> {
    if !is_plain(text, special) {
        let bad = |c: &char| u8::try_from(*c).map_or(true, |byte| special[usize::from(byte)]);
        return Err(Fault::Character(text.chars().find(bad).unwrap_or('\0')));
    }
    out.extend_from_slice(text.as_bytes());
    Ok(())
}

/// The same for a whole value: `yes` and `no` would read back as a command that stands alone.
fn word(out: &mut Vec<u8>, text: &str, special: &Special) -> Result<(), Fault> {
    if text == "yes" || text == "no" {
        return Err(Fault::Reserved);
    }
    put(out, text, special)
}

fn words(out: &mut Vec<u8>, text: &str) -> Result<(), Fault> {
    check_edges(text)?;
    if text.contains("  ") {
        return Err(Fault::Character(' '));
    }
    word(out, text, &WORDS_ONLY)
}

fn login(out: &mut Vec<u8>, text: &str) -> Result<(), Fault> {
    if !text.contains(' ') {
        return word(out, text, &WORD_ONLY);
    }
    check_edges(text)?;
    out.push(b'"');
    put(out, text, &WORDS_ONLY)?;
    out.push(b'"');
    Ok(())
}

/// `default` is the entry of a table that matches what no other does; a leading hyphen is read as a number.
fn user(out: &mut Vec<u8>, text: &str) -> Result<(), Fault> {
    if text.starts_with('-') {
        return Err(Fault::Character('-'));
    }
    if text.eq_ignore_ascii_case("default") {
        return Err(Fault::Reserved);
    }
    word(out, text, &USER_ONLY)
}

fn quoted(out: &mut Vec<u8>, text: &str) -> Result<(), Fault> {
    check_edges(text)?;
    if let Some(c) = text.chars().find(|c| !c.is_ascii() || is_unwritable(*c)) {
        return Err(if is_unwritable(c) { Fault::Character(c) } else { Fault::Charset(c) });
    }
    put(out, text, &QUOTED_ONLY)
}

fn yes_or_no(out: &mut Vec<u8>, text: &str) -> Result<(), Fault> {
    match text {
        "yes" => Ok(()),
        "no" => {
            out.extend_from_slice(b"no ");
            Ok(())
        }
        _ => Err(Fault::Reserved),
    }
}

/// Adds the words of one command or mode to a name, the numbers of objects written `X`: `interface fxs IF_TEL3`.
pub(in crate::render) fn push_words<'w>(name: &mut Name, words: impl Iterator<Item = &'w str>) -> Option<()> {
    let mut first = "";
    for (at, word) in words.enumerate() {
        match at {
            0 => first = word,
            _ => name.push(" ")?,
        }
        let stem = word.trim_end_matches(|c: char| c.is_ascii_digit());
        let number = word.get(stem.len()..).unwrap_or_default();
        let object = stem.bytes().all(|b| b.is_ascii_uppercase() || b == b'_');
        // The first number of `port fxs 0 3` is the card's; there is only one.
        let card = first == "port" && at == 2;
        if word.contains('X') {
            return None;
        }
        if number.is_empty() || !object || card {
            name.push(word)?;
        } else {
            name.push(stem)?;
            name.push_index(number)?;
        }
    }
    Some(())
}

/// The most words of a command that can belong to its name.
const MOST_NAME_WORDS: usize = 6;

/// A command whose mode is named by its value and counted, since a SIP user is no index.
const COUNTED: &str = "identity";

/// A mode that the reader is in.
struct Mode {
    /// As an override has it.
    path: String,
    name: Name,
}

/// Reads a file of commands, in its own order, repeated names included. Which commands lead to a mode follows from `names`.
///
/// Lines end in LF or CRLF; empty lines and those that begin with `#` are skipped; spaces before a command mean nothing: it belongs
/// to the innermost mode that knows it, as on the device.
pub(in crate::render) fn read<'a>(file: &'a [u8], names: &Names) -> Result<Vec<Setting<'a>>, ReadError> {
    let mut reader = Reader { names, modes: Vec::new(), counts: Vec::new(), settings: Vec::new(), begun: false };
    for (at, bytes) in file.split(|byte| *byte == b'\n').enumerate() {
        let line = u32::try_from(at + 1).unwrap_or(u32::MAX);
        let bytes = bytes.strip_suffix(b"\r").unwrap_or(bytes);
        let refuse = |reason| ReadError::Syntax { line, reason };
        let text = core::str::from_utf8(bytes).map_err(|_| refuse("is not ASCII"))?;
        if !text.is_ascii() {
            return Err(refuse("is not ASCII"));
        }
        if text.bytes().any(|b| b.is_ascii_control() && b != b'\t') {
            return Err(refuse("holds a control character"));
        }
        let text = text.trim_matches([' ', '\t']);
        if !text.is_empty() && !text.starts_with('#') {
            reader.command(text, line).map_err(refuse)?;
        }
    }
    if reader.begun { Ok(reader.settings) } else { Err(ReadError::Syntax { line: 1, reason: NO_VERSION }) }
}

const NO_VERSION: &str = "is not cli version";

struct Reader<'a, 'n> {
    names: &'n Names,
    modes: Vec<Mode>,
    /// How many identities each location service has.
    counts: Vec<(String, u16)>,
    settings: Vec<Setting<'a>>,
    begun: bool,
}

impl<'a> Reader<'a, '_> {
    fn command(&mut self, text: &'a str, line: u32) -> Result<(), &'static str> {
        let starts = starts(text)?;
        if !self.begun {
            self.begun = text.starts_with("cli version ");
            return if self.begun { Ok(()) } else { Err(NO_VERSION) };
        }
        if text == "exit" {
            return self.modes.pop().map(drop).ok_or("leaves no mode");
        }
        let negated = starts.len() > 1 && text.starts_with("no ");
        let own = starts.get(usize::from(negated)..).unwrap_or_default();
        let most = own.len().min(MOST_NAME_WORDS);
        for depth in (0..=self.modes.len()).rev() {
            for count in (1..=most).rev() {
                let from = own.first().copied().unwrap_or_default();
                let to = own.get(count).copied().unwrap_or(text.len());
                let words = text.get(from..to).unwrap_or_default().trim_end_matches([' ', '\t']);
                let rest = text.get(to..).unwrap_or_default();
                if self.known(depth, words, rest, negated, line)? {
                    return Ok(());
                }
            }
        }
        Err("is not a command that is known here")
    }

    /// Takes a command whose name is these words of a mode, if there is one.
    fn known(&mut self, depth: usize, words: &str, rest: &'a str, negated: bool, line: u32) -> Result<bool, &'static str> {
        if words.strip_prefix(COUNTED).is_some_and(|more| more.starts_with([' ', '\t'])) {
            return Ok(false); // what follows is its value
        }
        let outer = depth.checked_sub(1).and_then(|at| self.modes.get(at));
        let mut path = String::new();
        let mut name = Name::EMPTY;
        if let Some(mode) = outer {
            path.push_str(&mode.path);
            path.push('/');
            name = mode.name;
            if name.push("/").is_none() {
                return Ok(false);
            }
        }
        let before = path.len();
        let mut parts = words.split([' ', '\t']).filter(|word| !word.is_empty());
        for part in parts.clone() {
            if path.len() > before {
                path.push(' ');
            }
            path.push_str(part);
        }
        if words == COUNTED && !rest.is_empty() {
            let mut first = name;
            if push_words(&mut first, [COUNTED, "1"].into_iter()).is_none() || !self.names.contains(first.as_bytes()) {
                return Ok(false);
            }
            let number = alloc::format!("{}", self.count(path.get(..before).unwrap_or_default()));
            path.push(' ');
            path.push_str(&number);
            push_words(&mut name, [COUNTED, &number].into_iter()).ok_or("is one identity too many")?;
        } else if push_words(&mut name, &mut parts).is_none() {
            return Ok(false);
        }
        let (is_parameter, is_mode) = (self.names.contains(name.as_bytes()), self.names.opens(name.as_bytes()));
        let enters = is_mode && rest.is_empty() && !negated;
        if !is_parameter && !enters {
            return Ok(false);
        }
        if negated && !rest.is_empty() {
            return Err("negates a command with a value");
        }
        if is_parameter {
            let value = match (rest, negated) {
                ("", false) => "yes",
                ("", true) => "no",
                _ => unquoted(rest),
            };
            self.settings.push(Setting { name: Cow::Owned(path.clone()), value: value.into(), line });
        }
        if is_mode && !negated {
            self.modes.truncate(depth);
            self.modes.push(Mode { path, name });
        }
        Ok(true)
    }
}

impl Reader<'_, '_> {
    /// The number of the next identity of this location service.
    fn count(&mut self, service: &str) -> u16 {
        if let Some((_, count)) = self.counts.iter_mut().find(|(other, _)| other == service) {
            *count = count.saturating_add(1);
            return *count;
        }
        self.counts.push((service.into(), 1));
        1
    }
}

/// Where the words of a line begin; quotes hold a word together.
fn starts(text: &str) -> Result<Vec<usize>, &'static str> {
    let mut starts = Vec::new();
    let (mut inside, mut before) = (false, b' ');
    for (at, byte) in text.bytes().enumerate() {
        let blank = |byte: u8| matches!(byte, b' ' | b'\t');
        match byte {
            b'"' if inside => inside = false,
            b'"' if blank(before) => {
                inside = true;
                starts.push(at);
            }
            b'"' => return Err("has a quote inside a word"),
            _ if inside => {}
            _ if before == b'"' && !blank(byte) => return Err("has a quote inside a word"),
            _ if blank(before) && !blank(byte) => starts.push(at),
            _ => {}
        }
        before = if inside { b'x' } else { byte };
    }
    if inside { Err("has an open quote") } else { Ok(starts) }
}

/// The text of a value that is one quoted word; another value as it stands.
fn unquoted(value: &str) -> &str {
    let inner = value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    inner.filter(|inner| !inner.contains('"')).unwrap_or(value)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use alloc::format;

    fn written(form: &Form, text: &str) -> Result<String, Fault> {
        let mut out = Vec::new();
        (form.text)(&mut out, text).map(|()| String::from_utf8(out).unwrap())
    }

    #[test]
    fn v4_what_the_syntax_carries_passes_unchanged() {
        for (form, text) in [
            (&WORD, "k7Q-m2.vX_w+*:@!=/"),
            (&WORDS, "sip.example.net 5060"),
            (&LOGIN_NAME, "a@b"),
            (&USER, "201"),
            (&USER, "+49.201*_-x"),
            (&HOST, "sip-1.example.net"),
            (&URL, "https://prov.example.net:8443/t/a;b=c~d,e/"),
            (&QUOTED, "Front Desk (1st), O'Neil & Co: a/b@c"),
        ] {
            assert_eq!(written(form, text).as_deref(), Ok(text));
        }
        assert_eq!(written(&LOGIN_NAME, "Front Desk").as_deref(), Ok("\"Front Desk\""));
        assert_eq!(written(&FLAG, "yes").as_deref(), Ok(""));
        assert_eq!(written(&FLAG, "no").as_deref(), Ok("no "));
    }

    #[test]
    fn v4_what_it_cannot_carry_is_refused() {
        for c in ['\0', '\t', '\n', '\r', '\u{7f}', '"', '#', '$', '%', '?', '\\', '<', '>', '{', '|', '\u{85}', '\u{202e}'] {
            for form in [&WORD, &WORDS, &LOGIN_NAME, &USER, &HOST, &URL, &QUOTED] {
                assert_eq!(written(form, &format!("a{c}b")), Err(Fault::Character(c)), "{c:?}");
            }
        }
        for form in [&WORD, &USER, &HOST, &URL] {
            assert_eq!(written(form, "a b"), Err(Fault::Character(' ')));
            assert_eq!(written(form, "ü"), Err(Fault::Character('ü')));
        }
        assert_eq!(written(&QUOTED, "Müller"), Err(Fault::Charset('ü')));
        assert_eq!(written(&QUOTED, "a\u{301}"), Err(Fault::Charset('\u{301}')));
        assert_eq!(written(&QUOTED, " a"), Err(Fault::Space));
        assert_eq!(written(&WORDS, "a "), Err(Fault::Space));
        assert_eq!(written(&WORDS, "a  b"), Err(Fault::Character(' ')));
        assert_eq!(written(&WORDS, "no"), Err(Fault::Reserved));
        assert_eq!(written(&USER, "default"), Err(Fault::Reserved));
        assert_eq!(written(&USER, "-1"), Err(Fault::Character('-')));
        assert_eq!(written(&FLAG, "maybe"), Err(Fault::Reserved));
        assert_eq!(written(&HOST, "2001:db8::1"), Err(Fault::Character(':')));
    }

    #[test]
    fn names_carry_the_numbers_of_objects_only() {
        let name = |words: &str| {
            let mut name = Name::EMPTY;
            push_words(&mut name, words.split(' ')).map(|()| (String::from(name.as_str()), name.index))
        };
        assert_eq!(name("interface fxs IF_TEL3"), Some(("interface fxs IF_TELX".into(), [3, 0])));
        assert_eq!(name("port fxs 0 12"), Some(("port fxs 0 X".into(), [12, 0])));
        assert_eq!(name("play 2"), Some(("play X".into(), [2, 0])));
        assert_eq!(name("routing-table called-e164 RT_IN"), Some(("routing-table called-e164 RT_IN".into(), [0, 0])));
        assert_eq!(name("interface eth0"), Some(("interface eth0".into(), [0, 0])));
        for bad in ["play X", "play 02", "play 1000", "interface fxs IF_TELX"] {
            assert_eq!(name(bad), None, "{bad}");
        }
    }

    #[test]
    fn words_are_found_and_quotes_hold_them_together() {
        assert_eq!(starts("map 201$ to \"Front Desk\"").unwrap(), [0, 4, 9, 12]);
        for bad in ["a \"b", "a b\"", "a\"b\"", "a \"b\"c", "\""] {
            assert!(starts(bad).is_err(), "{bad}");
        }
        assert_eq!(unquoted("\"a b\""), "a b");
        assert_eq!(unquoted("\"a\" \"b\""), "\"a\" \"b\"");
    }
}
