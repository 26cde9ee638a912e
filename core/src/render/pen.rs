//! The pen: the only code that appends a value to a file (SPEC V4).
//!
//! A value function of a table gets a pen that stands behind its parameter's name. It can write words of the dialect, numbers,
//! texts and, in rows that are marked for it, secrets; every text passes the checks and escapes of the row's [`Form`].

use super::SecretKind;
use super::translit::plain;
use crate::hooks::{self, Switch};
use crate::secret::Secret;
use alloc::vec::Vec;
use zeroize::Zeroize;

/// The longest value in bytes. Ours, not the device's: it bounds the file.
pub(super) const LONGEST: usize = 1024;

/// How a syntax writes the value of one kind of line.
pub(super) struct Form {
    /// Appends a text, checked and escaped.
    pub(super) text: fn(&mut Vec<u8>, &str) -> Result<(), Fault>,
    /// What sets a parameter back to its factory default; none where leaving the line out does that.
    pub(super) clear: Option<Padded<16>>,
}

/// A text of at most `N` bytes that is appended by a copy of `N`: the length is known when compiling, so no loop and no call.
pub(super) struct Padded<const N: usize> {
    bytes: [u8; N],
    length: u8,
}

impl<const N: usize> Padded<N> {
    /// Takes a text; one that is too long does not compile where it stands in a table.
    pub(super) const fn new(text: &str) -> Self {
        let text = text.as_bytes();
        assert!(text.len() <= N && N < 256, "a text of a table is too long");
        let mut bytes = [0; N];
        let mut at = 0;
        while at < text.len() {
            bytes[at] = text[at];
            at += 1;
        }
        Self { bytes, length: text.len() as u8 }
    }

    pub(super) fn len(&self) -> usize {
        self.length.into()
    }

    /// Appends the text.
    #[inline]
    pub(super) fn push_to(&self, out: &mut Vec<u8>) {
        let length = usize::from(self.length);
        let end = out.len() + length;
        match self.bytes.first_chunk::<32>() {
            _ if length == 0 => return,
            Some(short) if length <= 32 => out.extend_from_slice(short),
            _ => out.extend_from_slice(&self.bytes),
        }
        out.truncate(end);
    }
}

/// Why a value cannot be written.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Fault {
    /// The syntax or the device gives this character a meaning, or no display shows it.
    Character(char),
    /// The device's character set does not have it; a transliteration might.
    Charset(char),
    /// The device reads the whole text as something else.
    Reserved,
    TooLong,
    /// The device takes at most so many bytes of this value.
    LongerThan(u16),
    Space,
    Empty,
    /// A table writes a secret in a row that is not marked as one.
    Unmarked,
}

/// What became of a value: written, or why not.
pub(super) type Put = Result<(), Stop>;

/// Why a value function did not write its value.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Stop {
    /// The line is left out, and the device keeps what it has.
    Skip,
    /// The line goes back to its factory default.
    Clear,
    /// The value of this field cannot be written.
    Fault(&'static str, Fault),
}

/// Writes one value.
pub(super) struct Pen<'o> {
    out: &'o mut Vec<u8>,
    form: &'static Form,
    /// Whether the row is marked as one of secrets.
    secret: bool,
    /// Whether what the character set does not have may be spelled otherwise.
    transliterate: bool,
    /// The field that was spelled otherwise.
    pub(super) spelled: Option<&'static str>,
}

impl<'o> Pen<'o> {
    pub(super) fn new(out: &'o mut Vec<u8>, form: &'static Form, secret: Option<SecretKind>, transliterate: bool) -> Self {
        Self { out, form, secret: secret.is_some(), transliterate, spelled: None }
    }

    /// Leaves the line out.
    pub(super) fn skip(&mut self) -> Put {
        Err(Stop::Skip)
    }

    /// Sets the parameter back to its factory default.
    pub(super) fn clear(&mut self) -> Put {
        Err(Stop::Clear)
    }

    /// A word of the dialect.
    #[inline]
    pub(super) fn word(&mut self, word: &'static str) -> Put {
        self.out.extend_from_slice(word.as_bytes());
        Ok(())
    }

    /// A number.
    #[inline]
    pub(super) fn number(&mut self, number: impl Into<u32>) -> Put {
        push_number(self.out, number.into());
        Ok(())
    }

    /// A number in hexadecimal, `0x13c4`.
    pub(super) fn hex(&mut self, number: impl Into<u32>) -> Put {
        let number = number.into();
        self.out.extend_from_slice(b"0x");
        let digits = (32 - (number | 1).leading_zeros()).div_ceil(4);
        for place in (0..digits).rev() {
            let nibble = (number >> (4 * place) & 15) as usize;
            self.out.extend(b"0123456789abcdef".get(nibble));
        }
        Ok(())
    }

    /// A text of the field named first.
    #[inline]
    pub(super) fn text(&mut self, field: &'static str, text: &str) -> Put {
        self.text_as(self.form, field, text)
    }

    /// A text in another form than the row's own.
    pub(super) fn text_as(&mut self, form: &'static Form, field: &'static str, text: &str) -> Put {
        let start = self.out.len();
        match write(form, self.out, text) {
            Ok(()) => Ok(()),
            Err(Fault::Charset(_)) if self.transliterate => {
                self.out.truncate(start);
                self.spelled = Some(field);
                let fault = |fault| Stop::Fault(field, fault);
                write(form, self.out, &plain(text).map_err(|c| fault(Fault::Charset(c)))?).map_err(fault)
            }
            Err(fault) => Err(Stop::Fault(field, fault)),
        }
    }

    /// A text, or the factory default where there is none.
    pub(super) fn maybe(&mut self, field: &'static str, text: Option<&str>) -> Put {
        match text {
            Some(text) => self.text(field, text),
            None => self.clear(),
        }
    }

    /// A number, or the factory default where there is none.
    pub(super) fn maybe_number(&mut self, number: Option<impl Into<u32>>) -> Put {
        match number {
            Some(number) => self.number(number),
            None => self.clear(),
        }
    }

    /// A secret of the field named first; never spelled otherwise. The driver has decided that it may go out.
    pub(super) fn secret(&mut self, field: &'static str, secret: &Secret) -> Put {
        self.secret_as(self.form, field, secret)
    }

    /// A secret in another form than the row's own.
    pub(super) fn secret_as(&mut self, form: &'static Form, field: &'static str, secret: &Secret) -> Put {
        if !self.secret {
            return Err(Stop::Fault(field, Fault::Unmarked));
        }
        write(form, self.out, secret.expose()).map_err(|fault| Stop::Fault(field, fault))
    }

    /// The provisioning URL, in a row that is no secret: one that the job calls open, or the one of a restricted file.
    pub(super) fn url(&mut self, field: &'static str, url: &Secret) -> Put {
        write(self.form, self.out, url.expose()).map_err(|fault| Stop::Fault(field, fault))
    }

    /// The value of a raw override, which may be a secret.
    pub(super) fn raw_override(&mut self, value: &Secret) -> Put {
        write(self.form, self.out, value.expose()).map_err(|fault| Stop::Fault("", fault))
    }

    /// A secret, or the factory default where there is none.
    pub(super) fn maybe_secret(&mut self, field: &'static str, secret: Option<&Secret>) -> Put {
        match secret {
            Some(secret) => self.secret(field, secret),
            None => self.clear(),
        }
    }
}

fn write(form: &Form, out: &mut Vec<u8>, text: &str) -> Result<(), Fault> {
    if hooks::is_off(Switch::V4) {
        out.extend_from_slice(text.as_bytes());
        return Ok(());
    }
    if text.len() > LONGEST {
        return Err(Fault::TooLong);
    }
    if text.chars().all(joins) {
        return Err(Fault::Empty);
    }
    (form.text)(out, text)
}

/// Appends decimal digits.
#[inline]
pub(super) fn push_number(out: &mut Vec<u8>, mut number: u32) {
    if number < 10 {
        out.push(b'0' + number as u8);
        return;
    }
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
    out.extend_from_slice(digits.get(10 - used..).unwrap_or_default());
}

/// The most bytes that one line takes: three texts, each byte escaped to six, and what stands round them.
pub(super) const LONGEST_LINE: usize = 3 * 6 * LONGEST + 1024;

/// Makes room for so many more bytes. A buffer that moves is wiped where it was: it may hold secrets.
#[inline]
pub(super) fn make_room(out: &mut Vec<u8>, more: usize) {
    if out.capacity() - out.len() < more {
        enlarge(out, more);
    }
}

#[cold]
fn enlarge(out: &mut Vec<u8>, more: usize) {
    let mut larger = Vec::with_capacity((out.len() + more).max(2 * out.capacity()));
    larger.extend_from_slice(out);
    out.zeroize();
    *out = larger;
}

/// Cuts a buffer back, wiping what goes: it may hold secrets.
pub(super) fn cut(out: &mut Vec<u8>, to: usize) {
    if let Some(tail) = out.get_mut(to..) {
        tail.zeroize();
    }
    out.truncate(to);
}

/// Which bytes are not carried as they are without a closer look.
pub(super) type Special = [bool; 256];

/// Whether no byte is special; the usual text, found out fast.
#[inline]
pub(super) fn is_plain(text: &str, special: &Special) -> bool {
    !text.bytes().any(|byte| special[usize::from(byte)])
}

/// A table for [`is_plain`]: control characters, everything beyond ASCII, and these.
pub(super) const fn specials(characters: &[u8]) -> Special {
    let mut table = [false; 256];
    let mut at = 0;
    while at < 256 {
        table[at] = at < 32 || at > 126;
        at += 1;
    }
    let mut at = 0;
    while at < characters.len() {
        table[characters[at] as usize] = true;
        at += 1;
    }
    table
}

/// Characters that end a line somewhere, that no display shows, or that turn the direction of what follows.
pub(super) const fn is_unwritable(c: char) -> bool {
    matches!(
        c,
        '\0'..='\u{1f}'
            | '\u{7f}'..='\u{9f}'
            | '\u{ad}'
            | '\u{61c}'
            | '\u{115f}'
            | '\u{1160}'
            | '\u{17b4}'
            | '\u{17b5}'
            | '\u{180e}'
            | '\u{200e}'
            | '\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            // A braille cell without a dot.
            | '\u{2800}'
            | '\u{3164}'
            | '\u{feff}'
            | '\u{ffa0}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{fffe}'
            | '\u{ffff}'
            | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e007f}'
    )
}

/// Joiners and variation selectors: they change how their neighbours look, and show nothing where there is none.
const fn joins(c: char) -> bool {
    matches!(
        c,
        '\u{34f}'
            | '\u{180b}'..='\u{180d}'
            | '\u{180f}'
            | '\u{200b}'..='\u{200d}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{e0100}'..='\u{e01ef}'
    )
}

/// Refuses white space at either end, which devices drop.
#[inline]
pub(super) fn check_edges(text: &str) -> Result<(), Fault> {
    if let [first, .., last] = text.as_bytes()
        && first.is_ascii_graphic()
        && last.is_ascii_graphic()
    {
        return Ok(());
    }
    let edges = [text.chars().next(), text.chars().next_back()];
    if edges.into_iter().flatten().any(char::is_whitespace) {
        return Err(Fault::Space);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_their_digits() {
        for number in [0, 9, 10, 65_535, u32::MAX] {
            let mut out = Vec::new();
            push_number(&mut out, number);
            assert_eq!(out, alloc::format!("{number}").into_bytes());
        }
        static FORM: Form = Form { text: |_, _| Ok(()), clear: None };
        for number in [0u32, 1, 15, 16, 0x13c4, u32::MAX] {
            let mut out = Vec::new();
            assert_eq!(Pen::new(&mut out, &FORM, None, false).hex(number), Ok(()));
            assert_eq!(out, alloc::format!("{number:#x}").into_bytes());
        }
    }

    #[test]
    fn v4_what_no_display_shows_is_not_written() {
        let ranges = [
            (0x0, 0x1f),
            (0x7f, 0x9f),
            (0x17b4, 0x17b5),
            (0x180e, 0x180e),
            (0x2028, 0x202e),
            (0x2060, 0x206f),
            (0x2800, 0x2800),
            (0xfff9, 0xfffb),
            (0x1d173, 0x1d17a),
            (0xe0000, 0xe007f),
        ];
        for c in ranges.iter().flat_map(|(from, to)| *from..=*to).filter_map(char::from_u32) {
            assert!(is_unwritable(c), "U+{:04X}", u32::from(c));
        }
        for c in
            [' ', 'a', '\u{e4}', '\u{34f}', '\u{17b3}', '\u{17b6}', '\u{2070}', '\u{2801}', '\u{fffc}', '\u{1d172}', '\u{1d17b}']
        {
            assert!(!is_unwritable(c), "U+{:04X}", u32::from(c));
        }
    }

    #[test]
    fn v4_a_text_of_joiners_alone_is_empty() {
        static FORM: Form = Form { text: |_, _| Ok(()), clear: None };
        let put = |text| Pen::new(&mut Vec::new(), &FORM, None, false).text("label", text);
        for text in ["", "\u{34f}", "\u{200b}\u{200d}", "\u{fe0f}", "\u{180b}\u{e0100}\u{34f}"] {
            assert_eq!(put(text), Err(Stop::Fault("label", Fault::Empty)), "{text:?}");
        }
        for text in ["a\u{34f}b", "\u{2764}\u{fe0f}", "\u{200d}a"] {
            assert_eq!(put(text), Ok(()), "{text:?}");
        }
    }

    #[test]
    fn s1_a_row_that_is_not_marked_writes_no_secret() {
        static FORM: Form = Form { text: |_, _| Ok(()), clear: None };
        let mut out = Vec::new();
        let put = Pen::new(&mut out, &FORM, None, false).secret("password", &"x".into());
        assert_eq!(put, Err(Stop::Fault("password", Fault::Unmarked)));
    }
}
