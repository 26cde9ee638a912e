//! The `ProviderFrame` syntax: XML in ISO-8859-1 (`docs/facts/gigaset.md`, section 3).
//!
//! Memory symbols carry strings in double quotes of their own inside the attribute, and nothing escapes those: a text with `"` or
//! `\` is refused (SPEC V4). A character reference for what Latin-1 lacks would pass the XML parser and not the device, whose
//! strings are Latin-1.

use super::{ReadError, Setting};
use crate::render::pen::{Fault, Form, Padded, Special, is_plain, is_unwritable, specials};
use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

/// Everything before the first entry.
pub(in crate::render) const HEADER: &str = concat!(
    "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>\n",
    "<ProviderFrame xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" ",
    "xsi:noNamespaceSchemaLocation=\"profile.xsd\">\n<Provider>\n",
);

/// Everything after the last one.
pub(in crate::render) const FOOTER: &str = "</Provider>\n</ProviderFrame>\n";

/// A string of a memory symbol; empty quotes empty it.
pub(in crate::render) static TEXT: Form = Form { text, clear: Some(Padded::new("")) };

/// Numbers of a memory symbol: decimal or `0x` and hexadecimal, commas between them. They have no value that clears.
pub(in crate::render) static NUMBER: Form = Form { text: numbers, clear: None };

/// A string of a named entry.
pub(in crate::render) static NAMED: Form = Form { text: named, clear: Some(Padded::new("")) };

/// As [`NAMED`], at most 50 characters, of which each is a byte to the device.
pub(in crate::render) static NAMED_50: Form = Form { text: named_50, clear: Some(Padded::new("")) };

/// What stands round the value of a memory symbol.
macro_rules! symbol_open {
    (text) => {
        "\" class=\"symb_item\" value='\""
    };
    (number) => {
        "\" class=\"symb_item\" value=\""
    };
}
pub(in crate::render) use symbol_open;

macro_rules! symbol_close {
    (text) => {
        "\"'/>\n"
    };
    (number) => {
        "\"/>\n"
    };
}
pub(in crate::render) use symbol_close;

macro_rules! symbol_form {
    (text) => {
        &crate::render::syntax::frame::TEXT
    };
    (number) => {
        &crate::render::syntax::frame::NUMBER
    };
}
pub(in crate::render) use symbol_form;

/// The shape of a memory symbol: `[X]` an index from 0, `[0]` the first element, `_X` a number from 1, `+X` nothing for the first
/// slot and `_2`, `_3`, … for the others.
macro_rules! symbol {
    (@ $kind:ident, $name:expr, $head:expr, $tail:expr, $index:expr) => {
        Shape {
            name: $name,
            head: concat!("<SYMB_ITEM ID=\"", $head),
            middle: "",
            tail: $tail,
            end: symbol_close!($kind),
            index: $index,
            form: symbol_form!($kind),
        }
    };
    ($kind:ident $name:literal) => {
        symbol!(@ $kind, $name, $name, symbol_open!($kind), Index::None)
    };
    ($kind:ident $name:literal [0]) => {
        symbol!(@ $kind, concat!($name, "[X]"), concat!($name, "[0]"), symbol_open!($kind), Index::None)
    };
    ($kind:ident $name:literal _X) => {
        symbol!(@ $kind, concat!($name, "_X"), concat!($name, "_"), symbol_open!($kind), Index::One)
    };
    ($kind:ident $name:literal +X) => {
        symbol!(@ $kind, concat!($name, "X"), $name, symbol_open!($kind), Index::Suffix)
    };
    ($kind:ident $head:literal [X] $tail:literal) => {
        symbol!(@ $kind, concat!($head, "[X]", $tail), concat!($head, "["), concat!("]", $tail, symbol_open!($kind)), Index::Zero)
    };
    ($kind:ident $head:literal [X] $tail:literal [0]) => {
        symbol!(@
            $kind, concat!($head, "[X]", $tail, "[X]"), concat!($head, "["),
            concat!("]", $tail, "[0]", symbol_open!($kind)), Index::Zero
        )
    };
}
pub(in crate::render) use symbol;

/// The shape of a named entry.
macro_rules! entry {
    ($form:expr, $name:literal) => {
        entry!(@ $form, $name, "")
    };
    ($form:expr, $name:literal, $class:literal) => {
        entry!(@ $form, $name, concat!(" class=\"", $class, "\""))
    };
    (@ $form:expr, $name:literal, $class:expr) => {
        Shape {
            name: $name,
            head: concat!("<", $name, $class, " value=\""),
            middle: "",
            tail: "",
            end: "\"/>\n",
            index: Index::None,
            form: $form,
        }
    };
}
pub(in crate::render) use entry;

static SPECIAL: Special = specials(b"&<>'\"\\");

/// Appends a string of a memory symbol: nothing escapes the quotes round it, and nobody knows what `\` does.
fn text(out: &mut Vec<u8>, text: &str) -> Result<(), Fault> {
    latin1(out, text, &['"', '\\'])
}

fn named(out: &mut Vec<u8>, text: &str) -> Result<(), Fault> {
    latin1(out, text, &[])
}

fn named_50(out: &mut Vec<u8>, text: &str) -> Result<(), Fault> {
    if text.chars().nth(50).is_some() {
        return Err(Fault::LongerThan(50));
    }
    latin1(out, text, &[])
}

/// Appends a text in ISO-8859-1, escaped for an attribute in either quotes.
fn latin1(out: &mut Vec<u8>, text: &str, refused: &[char]) -> Result<(), Fault> {
    if is_plain(text, &SPECIAL) {
        out.extend_from_slice(text.as_bytes());
        return Ok(());
    }
    for c in text.chars() {
        if is_unwritable(c) || refused.contains(&c) {
            return Err(Fault::Character(c));
        }
        match c {
            '&' => out.extend_from_slice(b"&amp;"),
            '<' => out.extend_from_slice(b"&lt;"),
            '>' => out.extend_from_slice(b"&gt;"),
            '\'' => out.extend_from_slice(b"&apos;"),
            '"' => out.extend_from_slice(b"&quot;"),
            c => out.push(u8::try_from(u32::from(c)).map_err(|_| Fault::Charset(c))?),
        }
    }
    Ok(())
}

/// Appends numbers that are written as the device writes them.
fn numbers(out: &mut Vec<u8>, text: &str) -> Result<(), Fault> {
    if !is_numbers(text) {
        let stray = text.chars().find(|c| !c.is_ascii_digit());
        return Err(stray.map_or(Fault::Empty, Fault::Character));
    }
    out.extend_from_slice(text.as_bytes());
    Ok(())
}

fn is_numbers(text: &str) -> bool {
    text.split(',').all(|number| match number.strip_prefix("0x") {
        Some(digits) => !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_hexdigit()),
        None => !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()),
    })
}

/// Reads a `ProviderFrame` file, in its own order, repeated names included. Comments are skipped.
pub(in crate::render) fn read(file: &[u8]) -> Result<Vec<Setting<'_>>, ReadError> {
    let mut cursor = Cursor { rest: file, line: 1 };
    cursor.declaration()?;
    cursor.open("ProviderFrame")?;
    cursor.open("Provider")?;
    let mut settings = Vec::new();
    while !cursor.closes("Provider")? {
        settings.push(cursor.setting()?);
    }
    if !cursor.closes("ProviderFrame")? {
        return Err(cursor.refuse("has more than one Provider"));
    }
    cursor.gap()?;
    if cursor.rest.is_empty() { Ok(settings) } else { Err(cursor.refuse("stands after the end")) }
}

/// Attributes an element can have; more are refused, for each is compared with those before it.
const MOST_ATTRIBUTES: usize = 8;

/// A place in a file.
struct Cursor<'a> {
    rest: &'a [u8],
    line: u32,
}

/// An element's start.
struct Tag<'a> {
    name: &'a str,
    attributes: Vec<(&'a str, Cow<'a, str>)>,
    /// Whether it ends in `/>`.
    closed: bool,
    line: u32,
}

impl<'a> Tag<'a> {
    fn take(&mut self, name: &str) -> Option<Cow<'a, str>> {
        let at = self.attributes.iter().position(|(other, _)| *other == name)?;
        Some(self.attributes.swap_remove(at).1)
    }
}

impl<'a> Cursor<'a> {
    fn refuse(&self, reason: &'static str) -> ReadError {
        ReadError::Syntax { line: self.line, reason }
    }

    /// Goes on by so many bytes, and gives them.
    fn advance(&mut self, bytes: usize) -> &'a [u8] {
        let (taken, rest) = self.rest.split_at_checked(bytes).unwrap_or((self.rest, &[]));
        let lines = taken.iter().filter(|byte| **byte == b'\n').count();
        self.line = self.line.saturating_add(u32::try_from(lines).unwrap_or(u32::MAX));
        self.rest = rest;
        taken
    }

    fn eat(&mut self, text: &str) -> bool {
        let found = self.rest.starts_with(text.as_bytes());
        if found {
            self.advance(text.len());
        }
        found
    }

    /// Goes on while bytes are good, and gives them.
    fn take_while(&mut self, good: impl Fn(u8) -> bool) -> &'a [u8] {
        let end = self.rest.iter().position(|byte| !good(*byte)).unwrap_or(self.rest.len());
        self.advance(end)
    }

    fn space(&mut self) -> bool {
        !self.take_while(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n')).is_empty()
    }

    /// White space and comments.
    fn gap(&mut self) -> Result<(), ReadError> {
        loop {
            self.space();
            if !self.eat("<!--") {
                return Ok(());
            }
            let Some(end) = self.rest.windows(2).position(|pair| pair == b"--") else {
                return Err(self.refuse("begins a comment without end"));
            };
            self.advance(end);
            if !self.eat("-->") {
                return Err(self.refuse("holds -- in a comment"));
            }
        }
    }

    fn name(&mut self) -> Result<&'a str, ReadError> {
        let good = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b':' | b'-' | b'.');
        let name = core::str::from_utf8(self.take_while(good)).unwrap_or_default();
        if !name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') {
            return Err(self.refuse("has no name where one must be"));
        }
        Ok(name)
    }

    fn attributes(&mut self) -> Result<Vec<(&'a str, Cow<'a, str>)>, ReadError> {
        let mut attributes: Vec<(&str, Cow<'_, str>)> = Vec::new();
        while self.space() && !self.rest.starts_with(b"/") && !self.rest.starts_with(b">") && !self.rest.starts_with(b"?") {
            let name = self.name()?;
            self.space();
            if !self.eat("=") {
                return Err(self.refuse("has an attribute without ="));
            }
            self.space();
            let Some(quote @ (b'"' | b'\'')) = self.rest.first().copied() else {
                return Err(self.refuse("has an attribute without quotes"));
            };
            let line = self.line;
            let refuse = |reason| ReadError::Syntax { line, reason };
            self.advance(1);
            let raw = self.take_while(|byte| byte != quote);
            if self.advance(1).is_empty() {
                return Err(refuse("has an attribute without end"));
            }
            let value = unescape(raw).map_err(refuse)?;
            if attributes.len() == MOST_ATTRIBUTES || attributes.iter().any(|(other, _)| *other == name) {
                return Err(self.refuse("has an attribute too many"));
            }
            attributes.push((name, value));
        }
        Ok(attributes)
    }

    fn declaration(&mut self) -> Result<(), ReadError> {
        const REASON: &str = "is not <?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>";
        if !self.eat("<?xml") {
            return Err(self.refuse(REASON));
        }
        let attributes = self.attributes()?;
        let is = |at: usize, name: &str, value: &str| {
            attributes.get(at).is_some_and(|(n, v)| *n == name && v.eq_ignore_ascii_case(value))
        };
        if !is(0, "version", "1.0") || !is(1, "encoding", "ISO-8859-1") || attributes.len() > 2 || !self.eat("?>") {
            return Err(self.refuse(REASON));
        }
        Ok(())
    }

    fn tag(&mut self) -> Result<Tag<'a>, ReadError> {
        self.gap()?;
        let line = self.line;
        if !self.eat("<") {
            return Err(self.refuse("holds text outside an element"));
        }
        let name = self.name()?;
        let attributes = self.attributes()?;
        let closed = self.eat("/");
        if !self.eat(">") {
            return Err(self.refuse("has an element without end"));
        }
        Ok(Tag { name, attributes, closed, line })
    }

    /// The start of an element that holds others.
    fn open(&mut self, name: &str) -> Result<(), ReadError> {
        let tag = self.tag()?;
        if tag.name == name && !tag.closed {
            return Ok(());
        }
        Err(ReadError::Syntax { line: tag.line, reason: "is not the element that must be here" })
    }

    /// Whether the element ends here; goes on behind its end.
    fn closes(&mut self, name: &str) -> Result<bool, ReadError> {
        self.gap()?;
        if !self.eat("</") {
            return Ok(false);
        }
        if self.name()? != name {
            return Err(self.refuse("ends another element"));
        }
        self.space();
        if self.eat(">") { Ok(true) } else { Err(self.refuse("has an element without end")) }
    }

    fn setting(&mut self) -> Result<Setting<'a>, ReadError> {
        let mut tag = self.tag()?;
        let line = tag.line;
        let refuse = |reason| Err(ReadError::Syntax { line, reason });
        if !tag.closed {
            return refuse("has an element that holds others");
        }
        let Some(value) = tag.take("value") else {
            return refuse("has no value");
        };
        let class = tag.take("class");
        let id = tag.take("ID");
        if !tag.attributes.is_empty() {
            return refuse("has an attribute of another kind");
        }
        if tag.name != "SYMB_ITEM" {
            if id.is_some() {
                return refuse("has an attribute of another kind");
            }
            return Ok(Setting { name: tag.name.into(), value, line });
        }
        let good = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'[' | b']' | b'%');
        let Some(name) = id.filter(|id| !id.is_empty() && id.bytes().all(good)) else {
            return refuse("has no ID of a memory symbol");
        };
        if class.as_deref() != Some("symb_item") {
            return refuse("is not of the class symb_item");
        }
        match inner(value) {
            Ok(value) => Ok(Setting { name, value, line }),
            Err(reason) => refuse(reason),
        }
    }
}

/// The value of a memory symbol: a string without its quotes, or numbers.
fn inner(value: Cow<'_, str>) -> Result<Cow<'_, str>, &'static str> {
    if !value.starts_with('"') {
        return if is_numbers(&value) { Ok(value) } else { Err("holds neither a string in quotes nor numbers") };
    }
    let inside = value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    if inside.is_none_or(|inside| inside.contains(['"', '\\'])) {
        return Err("holds a string that ends early or not at all");
    }
    Ok(match value {
        Cow::Borrowed(value) => Cow::Borrowed(value.trim_matches('"')),
        Cow::Owned(value) => Cow::Owned(value.trim_matches('"').into()),
    })
}

/// An attribute's value in UTF-8, its references resolved.
fn unescape(raw: &[u8]) -> Result<Cow<'_, str>, &'static str> {
    if raw.iter().all(|byte| matches!(byte, b' '..=b'~') && !matches!(byte, b'&' | b'<')) {
        return Ok(Cow::Borrowed(core::str::from_utf8(raw).unwrap_or_default()));
    }
    let mut text = String::with_capacity(raw.len());
    let mut bytes = raw.iter();
    while let Some(byte) = bytes.next() {
        let c = match byte {
            b'<' => return Err("holds < in an attribute"),
            b'&' => {
                let rest = bytes.as_slice();
                let end = rest.iter().take(8).position(|byte| *byte == b';').ok_or("holds & without a reference")?;
                let (reference, _) = rest.split_at_checked(end).ok_or("holds & without a reference")?;
                bytes.nth(end);
                character(reference).ok_or("holds a reference to no character of ISO-8859-1")?
            }
            byte => char::from(*byte),
        };
        if c.is_control() {
            return Err("holds a control character");
        }
        text.push(c);
    }
    Ok(Cow::Owned(text))
}

/// The character of a reference, without `&` and `;`.
fn character(reference: &[u8]) -> Option<char> {
    Some(match reference {
        b"amp" => '&',
        b"lt" => '<',
        b"gt" => '>',
        b"quot" => '"',
        b"apos" => '\'',
        _ => {
            let number = core::str::from_utf8(reference).ok()?.strip_prefix('#')?;
            let (digits, base) = number.strip_prefix('x').map_or((number, 10), |digits| (digits, 16));
            let good = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_hexdigit());
            char::from(u8::try_from(u32::from_str_radix(digits, base).ok().filter(|_| good)?).ok()?)
        }
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn put(form: &Form, value: &str) -> Result<Vec<u8>, Fault> {
        let mut out = Vec::new();
        (form.text)(&mut out, value).map(|()| out)
    }

    fn one(line: &str) -> Result<String, ReadError> {
        let file = alloc::format!("{HEADER}{line}\n{FOOTER}");
        read(file.as_bytes()).map(|settings| alloc::format!("{}={}", settings[0].name, settings[0].value))
    }

    #[test]
    fn v4_a_text_is_latin1_and_escaped() {
        assert_eq!(put(&TEXT, "Bär & 'x' <y>").unwrap(), b"B\xe4r &amp; &apos;x&apos; &lt;y&gt;");
        assert_eq!(put(&NAMED, "a\"\\").unwrap(), b"a&quot;\\");
        assert_eq!(put(&NUMBER, "0x05,17").unwrap(), b"0x05,17");
    }

    #[test]
    fn v4_what_it_cannot_carry_is_refused() {
        for c in ['"', '\\', '\0', '\t', '\n', '\r', '\x7f', '\u{80}', '\u{9f}', '\u{202e}', '\u{2028}', '\u{feff}'] {
            assert_eq!(put(&TEXT, &alloc::format!("a{c}b")), Err(Fault::Character(c)));
        }
        for c in ['€', 'ł', '日', '😀', '\u{301}', '\u{100}'] {
            assert_eq!(put(&TEXT, &alloc::format!("a{c}b")), Err(Fault::Charset(c)));
        }
        for (text, c) in [("a", 'a'), ("0x", 'x'), ("1,", ','), ("1;2", ';'), ("0xg", 'x'), ("-1", '-'), ("1 ", ' ')] {
            assert_eq!(put(&NUMBER, text), Err(Fault::Character(c)));
        }
        assert_eq!(put(&NAMED_50, &"x".repeat(51)), Err(Fault::LongerThan(50)));
        assert!(put(&NAMED_50, &"x".repeat(50)).is_ok());
    }

    #[test]
    fn v5_a_value_reads_back() {
        for (line, read) in [
            ("<A value=\"x\"/>", "A=x"),
            ("<!-- c --><S_A class='string' value='\"&#xe4;&#228;'/>", "S_A=\"ää"),
            ("<SYMB_ITEM value='\"\"' class = \"symb_item\" ID=\"B.a[%]\" />", "B.a[%]="),
            ("<SYMB_ITEM ID=\"B.a[0].b\" class=\"symb_item\" value='\" &apos; \"'/>", "B.a[0].b= ' "),
            ("<SYMB_ITEM ID=\"B\" class=\"symb_item\" value=\"&quot;a&quot;\"/>", "B=a"),
            ("<SYMB_ITEM ID=\"B\" class=\"symb_item\" value=\"0x1f,2\"/>", "B=0x1f,2"),
        ] {
            assert_eq!(one(line).as_deref(), Ok(read));
        }
    }

    #[test]
    fn v5_bad_files_are_refused_with_the_line() {
        for line in [
            "x",
            "<A value=\"x\">",
            "<A/>",
            "<A value=x/>",
            "<A value=\"x\" value=\"y\"/>",
            "<A value=\"x\" other=\"y\"/>",
            "<A value=\"<\"/>",
            "<A value=\"&\"/>",
            "<A value=\"&x;\"/>",
            "<A value=\"&#256;\"/>",
            "<A value=\"&#x0a;\"/>",
            "<A value=\"&#+1;\"/>",
            "<A value=\"a\tb\"/>",
            "<!-- -- --><A value=\"x\"/>",
            "<!-- ",
            "<A value=\"x\"",
            "<A value=\"x",
            "</Provider><Provider>",
            "</Other>",
            "<SYMB_ITEM ID=\"B\" value=\"1\"/>",
            "<SYMB_ITEM ID=\"\" class=\"symb_item\" value=\"1\"/>",
            "<SYMB_ITEM ID=\"a b\" class=\"symb_item\" value=\"1\"/>",
            "<SYMB_ITEM ID=\"B\" class=\"symb_item\" value=\"x\"/>",
            "<SYMB_ITEM ID=\"B\" class=\"symb_item\" value=\"\"/>",
            "<SYMB_ITEM ID=\"B\" class=\"symb_item\" value='\"'/>",
            "<SYMB_ITEM ID=\"B\" class=\"symb_item\" value='\"a\"b\"'/>",
            "<SYMB_ITEM ID=\"B\" class=\"symb_item\" value='\"a\\b\"'/>",
        ] {
            let ReadError::Syntax { line: found, .. } = one(line).unwrap_err();
            assert!((4..=6).contains(&found), "{line}: line {found}");
        }
        for file in ["", "<?xml version=\"1.0\" encoding=\"UTF-8\"?>", "<Provider>"] {
            assert_eq!(read(file.as_bytes()).map_err(|ReadError::Syntax { line, .. }| line).unwrap_err(), 1);
        }
        assert!(read(alloc::format!("{HEADER}{FOOTER}<x/>").as_bytes()).is_err());
    }
}
