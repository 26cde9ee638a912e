//! Records and fields of a table: RFC 4180, read from pieces of any size, and the guard against formulas (SPEC X1).

use crate::lang::Lang;
use alloc::string::String;
use alloc::vec::Vec;
use zeroize::Zeroize;

/// What stands between two fields.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Ord, PartialOrd, Hash)]
pub enum Delimiter {
    /// `,` as RFC 4180 has it.
    Comma,
    /// `;` as spreadsheets write and expect where the comma parts decimals.
    Semicolon,
    /// A tab.
    Tab,
}

impl Delimiter {
    /// All delimiters.
    pub const ALL: [Self; 3] = [Self::Comma, Self::Semicolon, Self::Tab];

    /// The byte.
    pub const fn byte(self) -> u8 {
        match self {
            Self::Comma => b',',
            Self::Semicolon => b';',
            Self::Tab => b'\t',
        }
    }

    /// The delimiter that spreadsheets in this language expect: `,` in English, `;` in the others.
    ///
    /// A spreadsheet that expects another one splits fields at the wrong places, also inside what was meant as one field.
    pub const fn customary(lang: Lang) -> Self {
        match lang {
            Lang::En => Self::Comma,
            Lang::De | Lang::Fr | Lang::Es | Lang::It | Lang::Pl => Self::Semicolon,
        }
    }

    /// The one a header line uses most, outside quotes; the comma where it has none.
    fn detect(header: &[u8]) -> Self {
        let mut counts = [0u32; 3];
        let mut quoted = false;
        for byte in header {
            if *byte == b'"' {
                quoted = !quoted;
            }
            for (count, delimiter) in counts.iter_mut().zip(Self::ALL) {
                *count = count.saturating_add(u32::from(!quoted && *byte == delimiter.byte()));
            }
        }
        let [comma, semicolon, tab] = counts;
        if comma >= semicolon && comma >= tab {
            Self::Comma
        } else if semicolon >= tab {
            Self::Semicolon
        } else {
            Self::Tab
        }
    }
}

/// Put before a field that a spreadsheet would take for a formula.
const GUARD: char = '\'';

/// Whether a field needs the guard: what begins it, spaces and invisible characters aside, starts a formula or is the guard.
///
/// `=`, `+`, `-`, `@` and their full-width forms, tab, CR and LF (OWASP, CSV injection).
fn needs_guard(field: &str) -> bool {
    // Most fields begin with a letter or a digit.
    if field.bytes().next().is_none_or(|byte| byte.is_ascii_alphanumeric()) {
        return false;
    }
    for c in field.chars() {
        match c {
            '=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '＝' | '＋' | '－' | '＠' | GUARD => return true,
            '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\0' => {}
            c if c.is_whitespace() || c.is_control() => {}
            _ => return false,
        }
    }
    false
}

/// Takes off the guard that [`push_field`] put there; a field that merely begins with an apostrophe stays as it is.
pub(super) fn unguarded(field: &str) -> &str {
    match field.strip_prefix(GUARD) {
        Some(rest) if needs_guard(rest) => rest,
        _ => field,
    }
}

/// Appends a field: guarded where needed, in quotes where needed.
///
/// Every delimiter asks for quotes, not only the file's own: spreadsheets guess which one a file uses.
pub(super) fn push_field(out: &mut String, field: &str) {
    let guard = needs_guard(field);
    let special = |byte: u8| matches!(byte, b'"' | b',' | b';' | b'\t' | b'\r' | b'\n');
    if !field.bytes().any(special) && !field.starts_with(' ') && !field.ends_with(' ') {
        if guard {
            out.push(GUARD);
        }
        out.push_str(field);
        return;
    }
    out.push('"');
    if guard {
        out.push(GUARD);
    }
    for (at, part) in field.split('"').enumerate() {
        if at > 0 {
            out.push_str("\"\"");
        }
        out.push_str(part);
    }
    out.push('"');
}

/// What is wrong with the shape of a record.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Slip {
    /// Text stands behind a closing quote.
    Stray,
    /// The file ends inside quotes.
    Unclosed,
    /// The record has more bytes than a record may have.
    Long,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Place {
    /// Before a record.
    Start,
    /// Before a field.
    Field,
    Plain,
    Quoted,
    /// Behind a quote inside quotes: the end of the field, or the first of two.
    Quote,
}

/// Bytes of a file, PAPs among them: wiped wherever they are left, and never shown (SPEC P5).
#[derive(Clone, Default)]
struct Wiped(Vec<u8>);

impl Wiped {
    /// Appends; where it has to move, it wipes the place it leaves.
    fn push(&mut self, part: &[u8]) {
        let (held, wanted) = (self.0.capacity(), self.0.len().saturating_add(part.len()));
        if wanted > held {
            let mut larger = Vec::with_capacity(wanted.max(held.saturating_mul(2)));
            larger.extend_from_slice(&self.0);
            self.clear();
            self.0 = larger;
        }
        self.0.extend_from_slice(part);
    }

    /// Wipes what was used of it, no more: a long line does not make every line behind it slow.
    fn clear(&mut self) {
        self.0.fill(0);
        zeroize::optimization_barrier(self.0.as_slice());
        self.0.clear();
    }
}

impl core::ops::Deref for Wiped {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl Drop for Wiped {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

/// Splits bytes into records, in memory for one record, which is wiped when the next one is asked for.
#[derive(Clone)]
pub(super) struct Records {
    /// What came of the header line; none once the delimiter is known.
    header: Option<Wiped>,
    delimiter: u8,
    place: Place,
    /// The fields one after the other, without quotes, and where each ends.
    text: Wiped,
    ends: Vec<u32>,
    /// The record of `text` was handed out.
    done: bool,
    slip: Option<Slip>,
    line: u32,
    start: u32,
    after_cr: bool,
    limit: usize,
}

impl core::fmt::Debug for Records {
    /// Where it is, and nothing of what stands there.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Records").field("line", &self.line).finish_non_exhaustive()
    }
}

/// More fields of a record are counted, not kept: no roster has them.
const MAX_FIELDS: usize = 256;

impl Records {
    /// A splitter whose records have at most `limit` bytes.
    pub(super) fn new(limit: usize) -> Self {
        Self {
            header: Some(Wiped::default()),
            delimiter: b',',
            place: Place::Start,
            text: Wiped::default(),
            ends: Vec::new(),
            done: false,
            slip: None,
            line: 1,
            start: 1,
            after_cr: false,
            limit,
        }
    }

    /// Takes bytes off the front of `input` until a record is complete; false when more are needed.
    pub(super) fn next(&mut self, input: &mut &[u8]) -> bool {
        if self.header.is_some() && !self.take_header(input) {
            return false;
        }
        self.advance(input)
    }

    /// At the end of the file: whether a last record, without a line end, is complete.
    pub(super) fn end(&mut self) -> bool {
        self.open_header();
        match self.place {
            Place::Start => return false,
            Place::Quoted => {
                self.slip.get_or_insert(Slip::Unclosed);
            }
            Place::Field | Place::Plain | Place::Quote => {}
        }
        self.close_field();
        self.place = Place::Start;
        self.done = true;
        true
    }

    /// The line on which the record began, from 1.
    pub(super) const fn first_line(&self) -> u32 {
        self.start
    }

    pub(super) const fn slip(&self) -> Option<Slip> {
        self.slip
    }

    /// How many fields the record has, 256 at most.
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// The bytes of all fields, one after the other, and where each ends.
    pub(super) fn fields(&self) -> (&[u8], &[u32]) {
        (&self.text, &self.ends)
    }

    /// Keeps the first line that holds anything until it is whole, because its delimiter is not known before.
    fn take_header(&mut self, input: &mut &[u8]) -> bool {
        loop {
            let Some(header) = self.header.as_mut() else { return true };
            let len = input.iter().position(|byte| matches!(byte, b'\r' | b'\n'));
            let (part, rest) = input.split_at(len.unwrap_or(input.len()));
            let room = self.limit.saturating_sub(header.len());
            header.push(part.get(..room).unwrap_or(part));
            *input = rest;
            if header.len() >= self.limit {
                self.slip = Some(Slip::Long);
            }
            if len.is_none() {
                return false;
            }
            if !is_blank(header) {
                self.open_header();
                return true;
            }
            header.clear();
            self.skip_line_end(input);
        }
    }

    /// Steps over a line end of an empty line.
    fn skip_line_end(&mut self, input: &mut &[u8]) {
        if let Some((byte, rest)) = input.split_first() {
            if !(*byte == b'\n' && self.after_cr) {
                self.line = self.line.saturating_add(1);
            }
            self.after_cr = *byte == b'\r';
            *input = rest;
        }
    }

    /// Feeds the header line to the splitter, now that its delimiter can be seen.
    fn open_header(&mut self) {
        let Some(header) = self.header.take() else { return };
        let text = header.strip_prefix("\u{feff}".as_bytes()).unwrap_or(&header);
        self.delimiter = Delimiter::detect(text).byte();
        let mut rest = text;
        let slip = self.slip;
        self.advance(&mut rest);
        self.slip = slip.or(self.slip);
    }

    fn advance(&mut self, input: &mut &[u8]) -> bool {
        if self.done {
            self.text.clear();
            self.ends.clear();
            self.slip = None;
            self.done = false;
        }
        while let Some((byte, rest)) = input.split_first() {
            match self.place {
                Place::Start => {
                    if matches!(byte, b'\r' | b'\n') {
                        self.skip_line_end(input);
                        continue;
                    }
                    self.after_cr = false;
                    self.start = self.line;
                    self.place = Place::Field;
                }
                Place::Field => {
                    if *byte == b'"' {
                        *input = rest;
                        self.place = Place::Quoted;
                    } else {
                        self.place = Place::Plain;
                    }
                }
                Place::Plain => {
                    let delimiter = self.delimiter;
                    let len = find(input, [delimiter, b'\r', b'\n']);
                    let (part, rest) = input.split_at(len);
                    self.push(part);
                    *input = rest;
                    if let Some((byte, rest)) = rest.split_first() {
                        *input = rest;
                        if self.close(*byte) {
                            return true;
                        }
                    }
                }
                Place::Quoted => {
                    let len = input.iter().position(|byte| *byte == b'"');
                    let (part, rest) = input.split_at(len.unwrap_or(input.len()));
                    self.count_lines(part);
                    self.push(part);
                    *input = rest;
                    if let Some((_, rest)) = rest.split_first() {
                        *input = rest;
                        self.after_cr = false;
                        self.place = Place::Quote;
                    }
                }
                Place::Quote => match byte {
                    b'"' => {
                        *input = rest;
                        self.push(b"\"");
                        self.place = Place::Quoted;
                    }
                    b'\r' | b'\n' => {
                        *input = rest;
                        self.close(*byte);
                        return true;
                    }
                    byte if *byte == self.delimiter => {
                        *input = rest;
                        self.close(*byte);
                    }
                    _ => {
                        self.slip.get_or_insert(Slip::Stray);
                        self.place = Place::Plain;
                    }
                },
            }
        }
        false
    }

    /// Ends a field at this byte; true where the record ends with it.
    fn close(&mut self, byte: u8) -> bool {
        self.close_field();
        if byte == self.delimiter {
            self.place = Place::Field;
            return false;
        }
        self.line = self.line.saturating_add(1);
        self.after_cr = byte == b'\r';
        self.place = Place::Start;
        self.done = true;
        true
    }

    fn close_field(&mut self) {
        if self.ends.len() < MAX_FIELDS {
            self.ends.push(u32::try_from(self.text.len()).unwrap_or(u32::MAX));
        }
    }

    fn push(&mut self, part: &[u8]) {
        if part.len() > self.limit.saturating_sub(self.text.len()) {
            self.slip.get_or_insert(Slip::Long);
        }
        if self.slip.is_none() {
            self.text.push(part);
        }
    }

    /// Counts the line ends inside quotes: LF, CR LF and CR alone.
    fn count_lines(&mut self, part: &[u8]) {
        for byte in part {
            let lone = *byte == b'\r' || *byte == b'\n' && !self.after_cr;
            self.line = self.line.saturating_add(u32::from(lone));
            self.after_cr = *byte == b'\r';
        }
    }
}

/// Where the first of three bytes stands, or the length: eight bytes at a time.
fn find(text: &[u8], wanted: [u8; 3]) -> usize {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const TOPS: u64 = 0x8080_8080_8080_8080;
    let [a, b, c] = wanted.map(|byte| ONES * u64::from(byte));
    // A byte that is zero borrows from its top bit. False ones come only above a true one, so the lowest is right.
    let zero = |word: u64| word.wrapping_sub(ONES) & !word & TOPS;
    let (words, tail) = text.as_chunks::<8>();
    for (at, word) in words.iter().enumerate() {
        let word = u64::from_le_bytes(*word);
        let found = zero(word ^ a) | zero(word ^ b) | zero(word ^ c);
        if found != 0 {
            return at * 8 + found.trailing_zeros() as usize / 8;
        }
    }
    let before = text.len() - tail.len();
    before + tail.iter().position(|byte| wanted.contains(byte)).unwrap_or(tail.len())
}

fn is_blank(header: &[u8]) -> bool {
    header.is_empty() || header == "\u{feff}".as_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;
    use alloc::vec;
    use proptest::prelude::*;

    /// All records of a file cut into pieces of `piece` bytes: line, slip and fields.
    fn split(file: &[u8], piece: usize) -> Vec<(u32, Option<Slip>, Vec<String>)> {
        let mut records = Records::new(1 << 20);
        let mut out = Vec::new();
        let take = |records: &Records| {
            let (text, ends) = records.fields();
            let mut from = 0;
            let fields = ends.iter().map(|end| {
                let field = String::from_utf8_lossy(&text[from..*end as usize]).to_string();
                from = *end as usize;
                field
            });
            (records.first_line(), records.slip(), fields.collect())
        };
        for mut part in file.chunks(piece.max(1)) {
            while records.next(&mut part) {
                out.push(take(&records));
            }
        }
        if records.end() {
            out.push(take(&records));
        }
        assert!(!records.end(), "the end comes once");
        out
    }

    fn fields(file: &str) -> Vec<Vec<String>> {
        split(file.as_bytes(), 1 << 16).into_iter().map(|(_, _, fields)| fields).collect()
    }

    #[test]
    fn x1_the_delimiter_is_the_one_of_the_header_line() {
        for delimiter in [",", ";", "\t"] {
            let file = ["a", "b", "c"].join(delimiter) + "\n1,2" + delimiter + "3;4" + delimiter + "5";
            let found = fields(&file);
            assert_eq!(found[0], ["a", "b", "c"], "{delimiter:?}");
            assert_eq!(found[1].first().map(String::as_str), if delimiter == "," { Some("1") } else { Some("1,2") });
        }
        assert_eq!(fields("\"a;b\",\"c;d;e\"\n"), [vec!["a;b", "c;d;e"]], "quoted ones do not count");
    }

    #[test]
    fn x1_a_byte_order_mark_empty_lines_and_every_line_end_are_read() {
        for end in ["\n", "\r\n", "\r"] {
            let file = ["\u{feff}", "a,b", "", "1,2", "\"x\ny\",4", "5,6"].join(end).replacen(end, "", 1);
            let found = split(file.as_bytes(), 1);
            assert_eq!(found.iter().map(|(line, ..)| *line).collect::<Vec<_>>(), [1, 3, 4, 6], "{end:?}");
            assert_eq!(found[0].2, ["a", "b"]);
            assert_eq!(found[2].2, ["x\ny", "4"]);
        }
        assert_eq!(split(b"\xef\xbb\xbf\r\n\r\na,b\r\n1,2", 2).iter().map(|(line, ..)| *line).collect::<Vec<_>>(), [3, 4]);
        assert_eq!(split(b"", 1), []);
        assert_eq!(split(b"\r\n\n\r", 1), []);
    }

    #[test]
    fn x2_a_stray_and_an_open_quote_are_seen_and_the_next_record_is_whole() {
        let found = split(b"a,b\n\"1\"x,2\n3,4\n", 3);
        assert_eq!(found[1].1, Some(Slip::Stray));
        assert_eq!(found[2], (3, None, vec!["3".into(), "4".into()]));
        assert_eq!(split(b"a,b\n1,\"2\n3,4\n", 3)[1].1, Some(Slip::Unclosed));
        // A quote in the middle stands for itself, as spreadsheets and Python have it.
        assert_eq!(fields("a,b\n5\",6\n")[1], ["5\"", "6"]);
    }

    #[test]
    fn e3_a_long_record_is_dropped_and_takes_no_memory() {
        let mut records = Records::new(100);
        let mut seen = Vec::new();
        let long = [b"a,b\n".to_vec(), vec![b'x'; 100_000], b"\n1,2\n".to_vec(), b"\"".to_vec(), vec![b'\n'; 100_000]].concat();
        for mut part in long.chunks(777) {
            while records.next(&mut part) {
                seen.push((records.first_line(), records.slip()));
            }
            assert!(records.text.0.capacity() <= 200 && records.ends.capacity() <= 512);
        }
        assert!(records.end());
        seen.push((records.first_line(), records.slip()));
        assert_eq!(seen, [(1, None), (2, Some(Slip::Long)), (3, None), (4, Some(Slip::Long))]);
        let mut records = Records::new(100);
        let commas = vec![b','; 100_000];
        assert!(!records.next(&mut commas.as_slice()));
        assert!(records.end());
        assert_eq!(records.slip(), Some(Slip::Long));
    }

    #[test]
    fn x1_formulas_are_defused_and_the_guard_comes_off_again() {
        for formula in [
            "=1+1",
            "+1",
            "-1",
            "@SUM(A1)",
            "\tx",
            "\rx",
            "\nx",
            "  =1",
            "\u{a0}=1",
            "＝1",
            "＋1",
            "－1",
            "＠1",
            "'",
            "'x",
            "''=1",
            " 'x",
            "\u{202e}=1",
            "\u{feff}=1",
            "\0=1",
            "-",
        ] {
            let mut out = String::new();
            push_field(&mut out, formula);
            assert!(out.trim_start_matches('"').starts_with('\''), "{formula:?} as {out:?}");
            assert_eq!(unguarded(&(String::from("'") + formula)), formula);
        }
        for plain in ["", "x", "1=1", "a@b", "12-34", "ü'", " x", "\u{202e}x"] {
            let mut out = String::new();
            push_field(&mut out, plain);
            assert_eq!(out.trim_matches('"'), plain);
        }
        assert_eq!(unguarded("'x"), "'x", "somebody else's apostrophe stays");
    }

    #[test]
    fn e3_the_first_of_three_bytes_is_found_wherever_it_stands() {
        for len in 0..40 {
            for at in 0..len {
                for byte in [b';', b'\r', b'\n'] {
                    for filler in [b'x', 0, 0xff, b';' ^ 1, b'\n' ^ 0x80, b'\n' - 1, b';' + 1] {
                        let mut text = vec![filler; len];
                        assert_eq!(find(&text, [b';', b'\r', b'\n']), len);
                        text[at] = byte;
                        assert_eq!(find(&text, [b';', b'\r', b'\n']), at);
                    }
                }
            }
        }
    }

    fn hostile() -> impl Strategy<Value = String> {
        prop_oneof![
            4 => "[-=+@',;\"\t\r\n \u{0}\u{202e}\u{feff}＝＋－＠ab]{0,8}",
            2 => "\\PC{0,12}",
            1 => any::<String>(),
            1 => "[=\"a\n]".prop_map(|text| text.repeat(10_000)),
        ]
    }

    proptest! {
        #[test]
        fn x1_any_field_comes_back_as_it_was_whatever_the_delimiter_and_the_pieces(
            rows in proptest::collection::vec(proptest::collection::vec(hostile(), 3), 1..5),
            delimiter in proptest::sample::select(&Delimiter::ALL),
            piece in 1usize..9000,
            bom in any::<bool>(),
        ) {
            let mut file = String::from(if bom { "\u{feff}" } else { "" });
            let between = delimiter.byte() as char;
            file.push_str(&["a", "b", "c"].join(&between.to_string()));
            file.push_str("\r\n");
            for row in &rows {
                for (at, field) in row.iter().enumerate() {
                    if at > 0 {
                        file.push(between);
                    }
                    push_field(&mut file, field);
                }
                file.push_str("\r\n");
            }
            let read = split(file.as_bytes(), piece);
            prop_assert!(read.iter().all(|(_, slip, _)| slip.is_none()));
            let back: Vec<Vec<&str>> =
                read.iter().skip(1).map(|(_, _, fields)| fields.iter().map(|field| unguarded(field)).collect()).collect();
            prop_assert_eq!(back, rows);
        }

        #[test]
        fn e3_pieces_of_any_size_give_the_same_records(file in proptest::collection::vec(any::<u8>(), 0..200), piece in 1usize..20) {
            prop_assert_eq!(split(&file, piece), split(&file, 1 << 16));
        }

        #[test]
        fn e3_pieces_of_any_size_give_the_same_records_of_special_bytes(file in "[a\",;\r\n]{0,60}", piece in 1usize..5) {
            prop_assert_eq!(split(file.as_bytes(), piece), split(file.as_bytes(), 1 << 16));
        }
    }
}
