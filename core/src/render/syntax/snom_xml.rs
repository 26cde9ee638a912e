//! snom's XML: `<name idx="1" perm="R">value</name>` in sections (`docs/facts/snom.md`, section 3).

use super::{ReadError, Setting};
use crate::render::pen::{Fault, Form, Padded, Special, check_edges, is_plain, is_unwritable, specials};
use alloc::borrow::Cow;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// Up to the first setting.
pub(in crate::render) const HEADER: &str = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<settings>\n<phone-settings e=\"2\">\n";

/// Between the last setting and the first function key.
pub(in crate::render) const KEYS: &str = "</phone-settings>\n<functionKeys e=\"2\">\n";

/// After the last function key.
pub(in crate::render) const FOOTER: &str = "</functionKeys>\n</settings>\n";

/// The text of an element; an empty one empties the setting.
pub(in crate::render) static TEXT: Form = Form { text, clear: Some(Padded::new("")) };

/// The value of an attribute between double quotes.
pub(in crate::render) static ATTRIBUTE: Form = Form { text: attribute, clear: Some(Padded::new("")) };

/// A function key, from its `context` on: what an override of one gives is the element's text, without label. One that is forgotten
/// is a key without function.
pub(in crate::render) static KEY: Form = Form { text: whole_key, clear: Some(Padded::new(">none")) };

/// The shape of one element. `rw` leaves the setting to the user until the next provisioning; without it he cannot change it.
macro_rules! element {
    ($name:literal) => {
        element!(@ $name, " perm=\"R\">")
    };
    (rw $name:literal) => {
        element!(@ $name, " perm=\"RW\">")
    };
    (@ $name:literal, $attributes:literal) => {
        Shape {
            name: $name,
            head: concat!("<", $name, $attributes),
            middle: "",
            tail: "",
            end: concat!("</", $name, ">\n"),
            index: Index::None,
            form: &TEXT,
        }
    };
    ($name:literal X) => {
        Shape {
            name: concat!($name, ".X"),
            head: concat!("<", $name, " idx=\""),
            middle: "",
            tail: "\" perm=\"R\">",
            end: concat!("</", $name, ">\n"),
            index: Index::One,
            form: &TEXT,
        }
    };
}
pub(in crate::render) use element;

static SPECIAL: Special = specials(b"&<>");
static SPECIAL_QUOTED: Special = specials(b"&<>\"");

fn text(out: &mut Vec<u8>, text: &str) -> Result<(), Fault> {
    escape(out, text, &SPECIAL)
}

fn attribute(out: &mut Vec<u8>, text: &str) -> Result<(), Fault> {
    escape(out, text, &SPECIAL_QUOTED)
}

fn whole_key(out: &mut Vec<u8>, value: &str) -> Result<(), Fault> {
    out.extend_from_slice(b"context=\"active\" label=\"\">");
    text(out, value)
}

/// Appends a text with what XML gives a meaning written as entities.
fn escape(out: &mut Vec<u8>, text: &str, special: &Special) -> Result<(), Fault> {
    if is_plain(text, special) {
        check_edges(text)?;
        out.extend_from_slice(text.as_bytes());
        return Ok(());
    }
    for c in text.chars() {
        match c {
            '&' => out.extend_from_slice(b"&amp;"),
            '<' => out.extend_from_slice(b"&lt;"),
            '>' => out.extend_from_slice(b"&gt;"),
            '"' => out.extend_from_slice(b"&quot;"),
            _ if is_unwritable(c) => return Err(Fault::Character(c)),
            _ => out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
    check_edges(text)
}

/// Reads a settings file: `<settings>` with `<phone-settings>`, `<functionKeys>` and `<firmware-settings>` in it, or one of these
/// alone.
///
/// A setting is named as an override names it: `user_name.1` for `<user_name idx="1">`. An attribute beside `idx` and `perm`
/// follows its element as a setting of its own: `fkey.0.label`.
///
/// # Errors
/// [`ReadError::Syntax`] for the first place that is not well formed, for another section, and for an element inside a setting.
pub(in crate::render) fn read(file: &[u8]) -> Result<Vec<Setting<'_>>, ReadError> {
    let text = match core::str::from_utf8(file) {
        Ok(text) => text,
        Err(error) => {
            let before = file.get(..error.valid_up_to()).unwrap_or_default();
            return Err(ReadError::Syntax { line: lines(before), reason: "is not UTF-8" });
        }
    };
    let mut scan = Scan { rest: text, line: 1 };
    let mut settings = Vec::new();
    if scan.take("<?xml ") {
        scan.until("?>", "has an XML declaration without end")?;
    }
    scan.space()?;
    let root = scan.open()?;
    match root.name {
        "settings" if root.empty => {}
        "settings" => loop {
            scan.space()?;
            if scan.close("settings")? {
                break;
            }
            let section = scan.open()?;
            scan.section(&section, &mut settings)?;
        },
        _ => scan.section(&root, &mut settings)?,
    }
    scan.space()?;
    match scan.rest {
        "" => Ok(settings),
        _ => scan.refuse("holds something after the end of the settings"),
    }
}

/// The number of the line that follows these bytes.
fn lines(before: &[u8]) -> u32 {
    u32::try_from(before.iter().filter(|byte| **byte == b'\n').count()).unwrap_or(u32::MAX).saturating_add(1)
}

/// The most attributes of one element. Ours: each is compared with those before it.
const MOST_ATTRIBUTES: usize = 16;

/// What is left to read.
struct Scan<'a> {
    rest: &'a str,
    line: u32,
}

/// The start of an element.
struct Open<'a> {
    name: &'a str,
    /// In the order of the file, each name once.
    attributes: Vec<(&'a str, Cow<'a, str>)>,
    /// Whether it ends at once: `<a/>`.
    empty: bool,
    line: u32,
}

impl<'a> Scan<'a> {
    fn refuse<T>(&self, reason: &'static str) -> Result<T, ReadError> {
        Err(ReadError::Syntax { line: self.line, reason })
    }

    /// Moves on by so many bytes.
    fn advance(&mut self, bytes: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at_checked(bytes).unwrap_or((self.rest, ""));
        self.line = self.line.saturating_add(lines(taken.as_bytes()) - 1);
        self.rest = rest;
        taken
    }

    /// Takes this text if it comes next.
    fn take(&mut self, text: &str) -> bool {
        let found = self.rest.starts_with(text);
        if found {
            self.advance(text.len());
        }
        found
    }

    /// Takes everything before this text, and the text.
    fn until(&mut self, text: &str, reason: &'static str) -> Result<&'a str, ReadError> {
        match self.rest.find(text) {
            None => self.refuse(reason),
            Some(at) => {
                let before = self.advance(at);
                self.advance(text.len());
                Ok(before)
            }
        }
    }

    /// Takes white space; whether there was any.
    fn blank(&mut self) -> bool {
        let length = self.rest.bytes().take_while(|byte| is_space(*byte)).count();
        self.advance(length);
        length > 0
    }

    /// Takes white space and comments.
    fn space(&mut self) -> Result<(), ReadError> {
        loop {
            self.blank();
            if !self.take("<!--") {
                return Ok(());
            }
            let comment = self.until("--", "has a comment without end")?;
            if comment.chars().any(|c| !is_character(c)) || !self.take(">") {
                return self.refuse("has a comment with -- or a control character in it");
            }
        }
    }

    fn name(&mut self) -> Result<&'a str, ReadError> {
        let good = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
        let length = self.rest.bytes().take_while(good).count();
        match self.rest.bytes().next() {
            Some(first) if first.is_ascii_alphabetic() || first == b'_' => Ok(self.advance(length)),
            _ => self.refuse("has no name where one must be"),
        }
    }

    /// The start of the next element.
    fn open(&mut self) -> Result<Open<'a>, ReadError> {
        if !self.take("<") {
            return self.refuse("holds no element where one must be");
        }
        let mut open = Open { line: self.line, name: self.name()?, attributes: Vec::new(), empty: false };
        loop {
            let apart = self.blank();
            if self.take(">") {
                return Ok(open);
            }
            if self.take("/>") {
                open.empty = true;
                return Ok(open);
            }
            if !apart {
                return self.refuse("has an element's start that is not well formed");
            }
            let name = self.name()?;
            self.blank();
            if !self.take("=") {
                return self.refuse("has an attribute without value");
            }
            self.blank();
            let quote = match self.rest.as_bytes().first() {
                Some(b'"') => "\"",
                Some(b'\'') => "'",
                _ => return self.refuse("has an attribute without quotes"),
            };
            self.advance(1);
            let line = self.line;
            let value = self.until(quote, "has an attribute without end")?;
            if value.contains('<') || open.attributes.iter().any(|(other, _)| *other == name) {
                return self.refuse("has an attribute twice, or < in one");
            }
            if open.attributes.len() == MOST_ATTRIBUTES {
                return self.refuse("has more than 16 attributes in one element");
            }
            open.attributes.push((name, unescape(value, line)?));
        }
    }

    /// Takes the end of this element if it comes next.
    fn close(&mut self, name: &str) -> Result<bool, ReadError> {
        if !self.take("</") {
            return Ok(false);
        }
        if self.name()? != name {
            return self.refuse("ends another element than the open one");
        }
        self.blank();
        if self.take(">") { Ok(true) } else { self.refuse("has an element's end that is not well formed") }
    }

    /// The settings of one section.
    fn section(&mut self, section: &Open<'a>, settings: &mut Vec<Setting<'a>>) -> Result<(), ReadError> {
        if !matches!(section.name, "phone-settings" | "functionKeys" | "firmware-settings") {
            return Err(ReadError::Syntax { line: section.line, reason: "begins a section that holds no settings" });
        }
        if section.empty {
            return Ok(());
        }
        loop {
            self.space()?;
            if self.close(section.name)? {
                return Ok(());
            }
            self.setting(settings)?;
        }
    }

    fn setting(&mut self, settings: &mut Vec<Setting<'a>>) -> Result<(), ReadError> {
        let open = self.open()?;
        let line = open.line;
        let index = open.attributes.iter().find(|(name, _)| *name == "idx");
        let name: Cow<'a, str> = match index {
            None => open.name.into(),
            Some((_, index)) if matches!(index.len(), 1..=3) && index.bytes().all(|b| b.is_ascii_digit()) => {
                format!("{}.{index}", open.name).into()
            }
            Some(_) => return Err(ReadError::Syntax { line, reason: "has an index that is not 1 to 3 digits" }),
        };
        let mut value = Cow::Borrowed("");
        if !open.empty {
            let line = self.line;
            let end = self.rest.find('<').unwrap_or(self.rest.len());
            let raw = self.advance(end);
            if raw.contains("]]>") {
                return self.refuse("holds ]]>");
            }
            value = unescape(raw.trim_matches(|c: char| c.is_ascii() && is_space(c as u8)), line)?;
            if !self.close(open.name)? {
                return self.refuse("holds an element inside a setting, or ends in the middle of one");
            }
        }
        settings.push(Setting { name: name.clone(), value, line });
        for (attribute, value) in open.attributes {
            if attribute != "idx" && attribute != "perm" {
                settings.push(Setting { name: format!("{name}.{attribute}").into(), value, line });
            }
        }
        Ok(())
    }
}

const fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

/// Whether XML 1.0 has this character.
const fn is_character(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | '\u{20}'..='\u{fffd}' | '\u{10000}'..)
}

/// A text without its entities.
fn unescape(raw: &str, line: u32) -> Result<Cow<'_, str>, ReadError> {
    let refuse = |reason| Err(ReadError::Syntax { line, reason });
    if raw.chars().any(|c| !is_character(c)) {
        return refuse("holds a control character");
    }
    if !raw.contains('&') {
        return Ok(raw.into());
    }
    let mut text = String::with_capacity(raw.len());
    let mut parts = raw.split('&');
    text.push_str(parts.next().unwrap_or_default());
    for part in parts {
        let Some((entity, after)) = part.split_once(';') else {
            return refuse("holds & without an entity");
        };
        match character(entity) {
            Some(c) => text.push(c),
            None => return refuse("holds an entity that XML does not have"),
        }
        text.push_str(after);
    }
    Ok(text.into())
}

/// The character of an entity.
fn character(entity: &str) -> Option<char> {
    let number = match entity {
        "amp" => return Some('&'),
        "lt" => return Some('<'),
        "gt" => return Some('>'),
        "quot" => return Some('"'),
        "apos" => return Some('\''),
        _ => entity.strip_prefix('#')?,
    };
    let (digits, radix) = number.strip_prefix('x').map_or((number, 10), |digits| (digits, 16));
    if !digits.chars().all(|c| c.is_digit(radix)) {
        return None;
    }
    char::from_u32(u32::from_str_radix(digits, radix).ok()?).filter(|c| is_character(*c))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use alloc::string::ToString;

    fn written(form: &Form, value: &str) -> Result<String, Fault> {
        let mut out = Vec::new();
        (form.text)(&mut out, value).map(|()| String::from_utf8(out).unwrap())
    }

    #[test]
    fn v4_what_xml_gives_a_meaning_is_escaped() {
        for (value, in_text, in_attribute) in [
            ("a", "a", "a"),
            ("Größe 😀", "Größe 😀", "Größe 😀"),
            ("<&>", "&lt;&amp;&gt;", "&lt;&amp;&gt;"),
            ("]]>", "]]&gt;", "]]&gt;"),
            ("&amp;", "&amp;amp;", "&amp;amp;"),
            ("a'b", "a'b", "a'b"),
            ("{{x}} $mac \\ ; | #", "{{x}} $mac \\ ; | #", "{{x}} $mac \\ ; | #"),
        ] {
            assert_eq!(written(&TEXT, value).as_deref(), Ok(in_text));
            assert_eq!(written(&ATTRIBUTE, value).as_deref(), Ok(in_attribute));
        }
        assert_eq!(written(&ATTRIBUTE, "a\" b").as_deref(), Ok("a&quot; b"));
        assert_eq!(written(&KEY, "xml <a/>").as_deref(), Ok("context=\"active\" label=\"\">xml &lt;a/&gt;"));
    }

    #[test]
    fn v4_what_xml_or_a_display_cannot_carry_is_refused() {
        for c in ['\0', '\t', '\n', '\r', '\x1b', '\x7f', '\u{85}', '\u{2028}', '\u{202e}', '\u{200f}', '\u{fffe}', '\u{ffff}'] {
            for form in [&TEXT, &ATTRIBUTE, &KEY] {
                assert_eq!(written(form, &format!("a{c}b")), Err(Fault::Character(c)));
            }
        }
        assert_eq!(written(&TEXT, " a"), Err(Fault::Space));
        assert_eq!(written(&ATTRIBUTE, "a\u{a0}"), Err(Fault::Space));
    }

    #[test]
    fn v5_a_file_reads_back() {
        let file = b"<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<!-- a -->\n<settings>\n <phone-settings e=\"2\">\n\
            <user_name idx='2' perm=\"R\"> a&amp;&#x42;&#67; </user_name >\n  <timezone perm=\"\"/>\n </phone-settings>\n\
            <functionKeys><fkey idx=\"0\" context=\"1\" label=\"&lt;b&quot;\" perm=\"\">line</fkey></functionKeys>\n\
            </settings>\n<!-- z -->";
        let read: Vec<_> = read(file).unwrap().iter().map(|s| format!("{} = {} ({})", s.name, s.value, s.line)).collect();
        assert_eq!(
            read,
            [
                "user_name.2 = a&BC (5)",
                "timezone =  (6)",
                "fkey.0 = line (8)",
                "fkey.0.context = 1 (8)",
                "fkey.0.label = <b\" (8)"
            ]
        );
        assert_eq!(super::read(b"<phone-settings><a>1</a></phone-settings>").unwrap().len(), 1);
        assert!(super::read(b"<settings/>").unwrap().is_empty());
    }

    #[test]
    fn v5_bad_files_are_refused_with_the_line() {
        for (file, line) in [
            ("", 1),
            ("\u{feff}<settings/>", 1),
            ("<settings>", 1),
            ("<settings>\n</setting>", 2),
            ("<settings/>\n<settings/>", 2),
            ("<settings/>\nx", 2),
            ("<settings>\n<tbook></tbook></settings>", 2),
            ("<phone-settings>\n<a>1</b></phone-settings>", 2),
            ("<phone-settings>\n<a>\n<b/></a></phone-settings>", 3),
            ("<phone-settings>\n<a>&</a></phone-settings>", 2),
            ("<phone-settings>\n<a>&nbsp;</a></phone-settings>", 2),
            ("<phone-settings>\n<a>&#0;</a></phone-settings>", 2),
            ("<phone-settings>\n<a>&#xd800;</a></phone-settings>", 2),
            ("<phone-settings>\n<a>&#+65;</a></phone-settings>", 2),
            ("<phone-settings>\n<a>\0</a></phone-settings>", 2),
            ("<phone-settings>\n<a>]]></a></phone-settings>", 2),
            ("<phone-settings>\n<a><![CDATA[x]]></a></phone-settings>", 2),
            ("<phone-settings>\n<a b=1>1</a></phone-settings>", 2),
            ("<phone-settings>\n<a b=\"1\" b=\"2\">1</a></phone-settings>", 2),
            ("<phone-settings>\n<a b=\"1\"c=\"2\">1</a></phone-settings>", 2),
            ("<phone-settings>\n<a b=\"<\">1</a></phone-settings>", 2),
            ("<phone-settings>\n<a idx=\"x\">1</a></phone-settings>", 2),
            ("<phone-settings>\n<!-- a -- b --></phone-settings>", 2),
            ("<phone-settings>\ntext</phone-settings>", 2),
            ("<!DOCTYPE a [<!ENTITY b \"c\">]>\n<settings/>", 1),
        ] {
            let ReadError::Syntax { line: found, reason } = read(file.as_bytes()).unwrap_err();
            assert_eq!(found, line, "{file:?}: {reason}");
        }
        let many: String = (0..17).map(|n| format!(" a{n}=\"\"")).collect();
        assert!(read(format!("<settings{many}/>").as_bytes()).is_err());
        let ReadError::Syntax { line, .. } = read(b"<settings>\n\n\xff").unwrap_err();
        assert_eq!(line, 3);
        assert_eq!(read(b"<settings>x").unwrap_err().to_string(), "line 1 holds no element where one must be");
    }
}
