//! Reading a roster: pieces of a file in, checked rows and faults out (SPEC X1, X2).

use super::Column;
use super::macs::Macs;
use super::record::{Records, Slip, unguarded};
use crate::device::AccountSet;
use crate::device::command::{SITE_CHARS, is_site};
use crate::error::{codes, listed};
use crate::lang::Lang;
use crate::mac::{MAX_SHOWN, MacAddr, MacError, shown};
use crate::models::{self, ModelRef, OwnModel};
use alloc::boxed::Box;
use alloc::collections::VecDeque;
use alloc::string::String;
use alloc::vec::Vec;
use zeroize::{Zeroize, Zeroizing};

/// The most bytes one line may have, line ends inside quotes included.
pub const MAX_LINE_BYTES: usize = 65_536;

/// How a roster is taken.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Options {
    /// The host's own models, which are known beside those of the vendor table.
    pub own_models: Vec<OwnModel>,
    /// How many accounts a device has whose line does not say it, 1 to 254.
    pub accounts: u8,
    /// Whether a device that is known already is changed: its type and its site, and nothing else (SPEC X1).
    pub update: bool,
    /// Whether good lines are imported although others are bad (SPEC X2).
    pub skip_bad_lines: bool,
    /// New devices are *installed* until then: their first full configuration needs no PAP (SPEC R24).
    pub installed_until: Option<crate::time::Timestamp>,
    /// How many lines behind the header are taken, good and bad ones, empty ones aside; reading stops behind them. It bounds
    /// the memory: about 40 bytes each.
    pub max_rows: u32,
}

impl Default for Options {
    /// No own models, one account, no update, all lines or none, not installed, at most a million rows.
    fn default() -> Self {
        Self {
            own_models: Vec::new(),
            accounts: 1,
            update: false,
            skip_bad_lines: false,
            installed_until: None,
            max_rows: 1_000_000,
        }
    }
}

/// One good line, lent by the [`Reader`].
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Row<'r> {
    /// The line it begins on, from 1.
    pub line: u32,
    /// The MAC address.
    pub mac: MacAddr,
    /// The model.
    pub model: &'r ModelRef,
    /// The site: none where the file has no such column, empty where the field is.
    pub site: Option<&'r str>,
    /// How many accounts.
    pub accounts: u8,
}

/// Something wrong with a line.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Fault {
    /// The line it begins on, from 1. The header is a line too.
    pub line: u32,
    /// Which field of the line, from 1; 0 where it is the whole line.
    pub position: u16,
    /// The column of that field, where it is a known one.
    pub column: Option<Column>,
    /// What is wrong.
    pub reason: Reason,
}

impl core::fmt::Display for Fault {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "line {}", self.line)?;
        if self.position > 0 {
            write!(f, ", column {}", self.position)?;
        }
        if let Some(column) = self.column {
            write!(f, " ({})", column.title(Lang::En))?;
        }
        write!(f, ": {}", self.reason)
    }
}

impl core::error::Error for Fault {}

/// What a reader gives.
#[derive(Debug)]
pub enum Item<'r> {
    /// A good line.
    Row(Row<'r>),
    /// One thing that is wrong. A bad line has one for each of its columns that is.
    Fault(Fault),
}

/// Reads a roster in pieces and checks each line by itself and against the lines before it.
///
/// Memory is bounded: one line of at most [`MAX_LINE_BYTES`], and about 40 bytes for each MAC, of which there are at most
/// [`Options::max_rows`]. [`Import`](super::Import) collects what it gives.
///
/// ```
/// use libprov::roster::{Item, Options, Reader};
/// let mut reader = Reader::new(&Options::default());
/// let mut file: &[u8] = b"Vendor;Type;MAC address\nyealink;T46S;80:5e:c0:01:02:03\nyealink;T46S;80:5e:c0\n";
/// let mut seen = Vec::new();
/// while let Some(item) = reader.next(&mut file) {
///     seen.push(match item {
///         Item::Row(row) => format!("{} {}", row.mac, row.model.name()),
///         Item::Fault(fault) => fault.to_string(),
///     });
/// }
/// assert!(reader.end().is_none());
/// assert_eq!(seen[0], "80:5e:c0:01:02:03 T46S");
/// assert!(seen[1].starts_with("line 3, column 3 (MAC address): "));
/// ```
#[derive(Clone, Debug)]
pub struct Reader {
    accounts: u8,
    /// How many records more may come behind the header.
    rows_left: u32,
    records: Records,
    stage: Stage,
    catalogue: Catalogue,
    seen: Macs,
    faults: VecDeque<Fault>,
    ended: bool,
}

/// How far a reader is.
#[derive(Clone, Debug)]
enum Stage {
    Header,
    /// The column of each field.
    Rows(Vec<Column>),
    /// The header or the number of rows is wrong: nothing more is read.
    Dead,
}

impl Reader {
    /// A reader at the start of a file.
    pub fn new(options: &Options) -> Self {
        Self {
            accounts: options.accounts,
            rows_left: options.max_rows,
            records: Records::new(MAX_LINE_BYTES),
            stage: Stage::Header,
            catalogue: Catalogue::new(&options.own_models),
            seen: Macs::default(),
            faults: VecDeque::new(),
            ended: false,
        }
    }

    /// The next row or fault. Takes bytes off the front of `input`; none when it needs the next piece, or [`Reader::end`].
    pub fn next(&mut self, input: &mut &[u8]) -> Option<Item<'_>> {
        loop {
            if let Some(fault) = self.faults.pop_front() {
                return Some(Item::Fault(fault));
            }
            if matches!(self.stage, Stage::Dead) {
                *input = &[];
            }
            if !self.records.next(input) {
                return None;
            }
            if let Some(found) = self.judge() {
                return self.row(&found).map(Item::Row);
            }
        }
    }

    /// What is left at the end of the file: call it until it gives none.
    pub fn end(&mut self) -> Option<Item<'_>> {
        let dead = matches!(self.stage, Stage::Dead);
        if self.faults.is_empty() && !self.ended && !dead {
            self.ended = true;
            if self.records.end()
                && let Some(found) = self.judge()
            {
                return self.row(&found).map(Item::Row);
            }
            if matches!(self.stage, Stage::Header) {
                self.stage = Stage::Dead;
                self.faults.push_back(Fault { line: 1, position: 0, column: None, reason: Reason::Empty });
            }
        }
        self.faults.pop_front().map(Item::Fault)
    }

    fn row(&self, found: &Found) -> Option<Row<'_>> {
        let site = found.site.and_then(|(from, to)| core::str::from_utf8(self.records.fields().0.get(from..to)?).ok());
        Some(Row {
            line: self.records.first_line(),
            mac: found.mac,
            model: self.catalogue.models.get(found.model)?,
            site: site.map(|site| unguarded(site).trim()),
            accounts: found.accounts,
        })
    }

    /// Judges the record that is complete: a row, or faults, or a header.
    fn judge(&mut self) -> Option<Found> {
        let line = self.records.first_line();
        let whole = |reason| Fault { line, position: 0, column: None, reason };
        let slip = self.records.slip();
        match core::mem::replace(&mut self.stage, Stage::Dead) {
            Stage::Dead => None,
            Stage::Header => {
                if let Some(slip) = slip {
                    self.faults.push_back(whole(slip.into()));
                    return None;
                }
                self.stage = header(&self.records, &mut self.faults).map_or(Stage::Dead, Stage::Rows);
                None
            }
            Stage::Rows(columns) => {
                if self.rows_left == 0 {
                    self.faults.push_back(whole(Reason::Rows));
                    return None;
                }
                self.rows_left -= 1;
                let given = self.records.len();
                let found = if let Some(slip) = slip {
                    self.faults.push_back(whole(slip.into()));
                    None
                } else if given == columns.len() {
                    self.line(&columns, line)
                } else {
                    let (fields, columns) = (given as u16, columns.len() as u16);
                    let reason = if fields < columns {
                        Reason::FieldsFew { fields, columns }
                    } else {
                        Reason::FieldsMany { fields, columns }
                    };
                    self.faults.push_back(whole(reason));
                    None
                };
                self.stage = Stage::Rows(columns);
                found
            }
        }
    }

    /// Judges the fields of a line, all of them.
    fn line(&mut self, columns: &[Column], line: u32) -> Option<Found> {
        let (bytes, ends) = self.records.fields();
        // One check for the whole line; where it fails, each field is looked at.
        let text = core::str::from_utf8(bytes).ok();
        let good = self.faults.len();
        let (mut vendor, mut model, mut mac) = (("", 0), ("", 0), None);
        let (mut site, mut accounts) = (None, None);
        let mut from = 0usize;
        for ((position, column), end) in (1u16..).zip(columns).zip(ends) {
            let range = from..*end as usize;
            from = range.end;
            let field = match text.and_then(|text| text.get(range.clone())) {
                Some(field) => Some(field),
                None => bytes.get(range.clone()).and_then(|bytes| core::str::from_utf8(bytes).ok()),
            };
            let mut fault = |reason| self.faults.push_back(Fault { line, position, column: Some(*column), reason });
            let Some(field) = field else {
                fault(Reason::Encoding);
                continue;
            };
            match column {
                Column::Vendor => vendor = (unguarded(field), position),
                Column::Model => model = (unguarded(field), position),
                Column::Mac => match MacAddr::parse(unguarded(field).trim()) {
                    Ok(address) => match self.seen.insert(address, line) {
                        None => mac = Some(address),
                        Some(first) => fault(Reason::MacTwice { first }),
                    },
                    // Its text is not quoted: where columns are shifted it is a PAP.
                    Err(error) => {
                        if let MacError::Shape { mut input } = error {
                            input.zeroize();
                        }
                        fault(Reason::Mac);
                    }
                },
                Column::Created => {
                    if !is_date(unguarded(field).trim()) {
                        fault(Reason::Date);
                    }
                }
                Column::Site => {
                    if is_site(unguarded(field)) {
                        site = Some((range.start, range.end));
                    } else {
                        fault(Reason::Text { max: SITE_CHARS as u16 });
                    }
                }
                // SPEC X1: not believed, whatever they say.
                Column::State | Column::Pap => {}
                Column::Accounts => {
                    let number = unguarded(field).trim();
                    if !number.is_empty() {
                        accounts = Some((number.parse::<u16>().ok().filter(|_| is_digits(number)), position));
                    }
                }
            }
        }
        let known = match self.catalogue.find(vendor.0, model.0) {
            Ok(known) => Some(known),
            // A field that is not UTF-8 was reported.
            Err(_) if vendor.1 == 0 || model.1 == 0 => None,
            Err(unknown) => {
                let (column, (_, position)) =
                    if matches!(unknown, Reason::Vendor { .. }) { (Column::Vendor, vendor) } else { (Column::Model, model) };
                self.faults.push_back(Fault { line, position, column: Some(column), reason: unknown });
                None
            }
        };
        let most = known.map_or(u16::from(AccountSet::MAX), |known| self.catalogue.most_accounts(known));
        let (number, position) = accounts.unwrap_or((Some(u16::from(self.accounts)), 0));
        let accounts = number.filter(|number| (1..=most).contains(number)).and_then(|number| u8::try_from(number).ok());
        if accounts.is_none() {
            let column = (position > 0).then_some(Column::Accounts);
            self.faults.push_back(Fault { line, position, column, reason: Reason::Accounts { max: most } });
        }
        match (known, mac, accounts) {
            (Some(model), Some(mac), Some(accounts)) if self.faults.len() == good => Some(Found { mac, model, site, accounts }),
            _ => None,
        }
    }
}

/// A good line: what was made of its fields, and where the site stands among the bytes of the record.
struct Found {
    mac: MacAddr,
    model: usize,
    site: Option<(usize, usize)>,
    accounts: u8,
}

/// The columns of a header line; none where something is wrong with them, all of which is reported.
fn header(records: &Records, faults: &mut VecDeque<Fault>) -> Option<Vec<Column>> {
    let good = faults.len();
    let line = records.first_line();
    let mut columns: Vec<Column> = Vec::new();
    let (bytes, ends) = records.fields();
    let mut from = 0usize;
    for (position, end) in (1u16..).zip(ends) {
        let title = bytes.get(from..*end as usize).unwrap_or_default();
        from = *end as usize;
        let (column, reason) = match core::str::from_utf8(title) {
            Err(_) => (None, Reason::Encoding),
            Ok(title) => match Column::from_title(unguarded(title)) {
                None => (None, Reason::TitleUnknown { title: quoted(title.trim()) }),
                Some(column) if columns.contains(&column) => (Some(column), Reason::TitleTwice),
                Some(column) => {
                    columns.push(column);
                    continue;
                }
            },
        };
        faults.push_back(Fault { line, position, column, reason });
    }
    for column in Column::ALL.into_iter().filter(|column| column.is_required() && !columns.contains(column)) {
        faults.push_back(Fault { line, position: 0, column: Some(column), reason: Reason::TitleMissing });
    }
    (faults.len() == good).then_some(columns)
}

/// The models a roster may name.
#[derive(Clone, Debug)]
struct Catalogue {
    models: Vec<ModelRef>,
    /// The own models by their exact names, in ascending order.
    exact: Vec<(Box<str>, Box<str>, usize)>,
    /// All models by their names in lower case, in ascending order.
    folded: Vec<(String, String, usize)>,
    /// What was found of late, by a sum of the letters: most lines name what others named, in the same letters.
    late: [Option<(String, String, usize)>; LATE],
}

/// How many names are remembered as they were written.
const LATE: usize = 64;

impl Catalogue {
    fn new(own: &[OwnModel]) -> Self {
        let mut models: Vec<ModelRef> = own.iter().cloned().map(|model| ModelRef::Own(Box::new(model))).collect();
        models.extend(models::all().map(ModelRef::Known));
        let mut exact: Vec<_> = (0..).zip(own).map(|(at, model)| (model.vendor.clone(), model.name.clone(), at)).collect();
        exact.sort_unstable();
        let mut folded: Vec<_> = (0..).zip(&models).map(|(at, model)| (fold(model.vendor()), fold(model.name()), at)).collect();
        folded.sort_unstable();
        Self { models, exact, folded, late: [const { None }; LATE] }
    }

    /// How many accounts a device of this model may have.
    fn most_accounts(&self, at: usize) -> u16 {
        let most = u16::from(AccountSet::MAX);
        match self.models.get(at) {
            Some(ModelRef::Known(model)) => model.accounts.min(most),
            _ => most,
        }
    }

    fn find(&mut self, vendor: &str, name: &str) -> Result<usize, Reason> {
        let sum = name.bytes().fold(vendor.len(), |sum, byte| sum.wrapping_mul(5).wrapping_add(byte.into()));
        if let Some(Some((known_vendor, known_name, at))) = self.late.get(sum % LATE)
            && (known_name.as_str(), known_vendor.as_str()) == (name, vendor)
        {
            return Ok(*at);
        }
        let at = self.search(vendor, name)?;
        if let Some(late) = self.late.get_mut(sum % LATE) {
            *late = Some((vendor.into(), name.into(), at));
        }
        Ok(at)
    }

    fn search(&self, vendor: &str, name: &str) -> Result<usize, Reason> {
        let first = self.exact.partition_point(|(v, n, _)| (&**v, &**n) < (vendor, name));
        if let Some((_, _, at)) = self.exact.get(first).filter(|(v, n, _)| (&**v, &**n) == (vendor, name)) {
            return Ok(*at);
        }
        let wanted = (Zeroizing::new(fold(vendor)), Zeroizing::new(fold(name)));
        let (vendor, name) = (vendor.trim(), name.trim());
        let first = self.folded.partition_point(|(v, n, _)| (v, n) < (&*wanted.0, &*wanted.1));
        if let Some((_, _, at)) = self.folded.get(first).filter(|(v, n, _)| (v, n) == (&*wanted.0, &*wanted.1)) {
            return Ok(*at);
        }
        let of_vendor = self.folded.partition_point(|(v, ..)| *v < *wanted.0);
        if self.folded.get(of_vendor).is_some_and(|(v, ..)| *v == *wanted.0) {
            let nearest = models::nearest(vendor, name).into_iter().map(String::from).collect();
            return Err(Reason::Model { model: quoted(name), nearest });
        }
        Err(Reason::Vendor { vendor: quoted(vendor) })
    }
}

/// A name without the spaces around it, in lower case.
fn fold(name: &str) -> String {
    let name = name.trim();
    // No letter grows to more than three halves of its bytes, so that the text does not move and leave a copy behind.
    let mut folded = String::with_capacity(name.len().saturating_mul(2));
    folded.extend(name.chars().flat_map(char::to_lowercase));
    folded
}

/// Text of a file for an error: shortened, and left out where it could be a PAP in the wrong column.
fn quoted(text: &str) -> String {
    if is_like_a_pap(text) { "(digits)".into() } else { shown(text) }
}

/// The least digits that could be a PAP: the fewest a policy allows.
const PAP_DIGITS: usize = 4;

/// Whether what [`shown`] would show is a number as people and spreadsheets write it: four digits or more, of any script, and
/// no letter but the `E` of an exponent. Whatever marks and spaces are between and around them.
fn is_like_a_pap(text: &str) -> bool {
    let shown = || text.chars().take(MAX_SHOWN);
    let digits = shown().filter(|c| c.is_numeric()).count();
    let is_letter = |c: char| c.is_alphabetic() && !c.is_numeric();
    let letters = shown().filter(|c| is_letter(*c)).count();
    let mut behind = shown().skip_while(|c| !matches!(c, 'e' | 'E')).skip(1);
    let exponent = letters == 1 && behind.next().is_some_and(|c| matches!(c, '+' | '-') || c.is_numeric());
    digits >= PAP_DIGITS && (letters == 0 || exponent)
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether a creation date can be read: nothing, `2030-03-17` or `17.03.2030`, with a time of day behind it or without.
///
/// The second is what spreadsheets in German and Polish make of the first. A date with `/` is none: it means two days.
fn is_date(text: &str) -> bool {
    if text.is_empty() || is_our_date(text.as_bytes()) {
        return true;
    }
    let number = |text: Option<&str>, width: usize| -> Option<u32> {
        text.filter(|text| text.len() == width && is_digits(text)).and_then(|text| text.parse().ok())
    };
    let (date, time) = match text.split_once(['T', 't', ' ']) {
        Some((date, time)) => (date, Some(time)),
        None => (text, None),
    };
    let mut parts = date.split(['-', '.']);
    let (a, b, c, more) = (parts.next(), parts.next(), parts.next(), parts.next());
    let civil =
        if date.contains('-') { (number(a, 4), number(b, 2), number(c, 2)) } else { (number(c, 4), number(b, 2), number(a, 2)) };
    let (Some(year), Some(month), Some(day), None) = (civil.0, civil.1, civil.2, more) else { return false };
    let leap = year % 4 == 0 && year % 100 != 0 || year % 400 == 0;
    let days = match month {
        4 | 6 | 9 | 11 => 30,
        2 => 28 + u32::from(leap),
        1..=12 => 31,
        _ => 0,
    };
    if !(1..=days).contains(&day) || year < 1970 {
        return false;
    }
    let Some(time) = time else { return true };
    let (clock, zone) = match time.find(['Z', 'z', '+', '-']) {
        Some(at) => time.split_at(at),
        None => (time, ""),
    };
    let (clock, fraction) = clock.split_once('.').unwrap_or((clock, "0"));
    let mut parts = clock.split(':');
    let (hour, minute) = (number(parts.next(), 2), number(parts.next(), 2));
    let second = parts.next().map_or(Some(0), |second| number(Some(second), 2));
    let zone_fits = matches!(zone, "" | "Z" | "z")
        || zone.get(1..).and_then(|zone| zone.split_once(':')).is_some_and(|(hours, minutes)| {
            number(Some(hours), 2).is_some_and(|hours| hours < 24) && number(Some(minutes), 2).is_some_and(|minutes| minutes < 60)
        });
    parts.next().is_none()
        && is_digits(fraction)
        && zone_fits
        && hour.is_some_and(|hour| hour < 24)
        && minute.is_some_and(|minute| minute < 60)
        && second.is_some_and(|second| second <= 60)
}

/// Whether it certainly is an instant as an export writes it; a cheap look before the long one.
fn is_our_date(text: &[u8]) -> bool {
    const SHAPE: &[u8; 24] = b"9999-19-29T29:59:59.999Z";
    let fits = |(byte, most): (&u8, &u8)| match most {
        b'0'..=b'9' => (b'0'..=*most).contains(byte),
        mark => byte == mark,
    };
    let pair = |at: usize| match text.get(at..at + 2) {
        Some([tens, ones]) => (tens.wrapping_sub(b'0')) * 10 + ones.wrapping_sub(b'0'),
        _ => 0,
    };
    text.len() == SHAPE.len()
        && text.iter().zip(SHAPE).all(fits)
        && (20..=21).contains(&pair(0))
        && (1..=12).contains(&pair(5))
        && (1..=28).contains(&pair(8))
        && pair(11) < 24
}

impl From<Slip> for Reason {
    fn from(slip: Slip) -> Self {
        match slip {
            Slip::Stray => Self::QuoteStray,
            Slip::Unclosed => Self::QuoteOpen,
            Slip::Long => Self::LineBytes,
        }
    }
}

codes! {
    /// What is wrong with a line of a roster (SPEC X2).
    pub enum Reason {
        /// The file holds nothing.
        #[error("there is no header line with the titles of the columns")]
        Empty = ROSTER_EMPTY,
        /// A title is none of ours, in no language.
        #[error("the column title {title:?} is unknown")]
        TitleUnknown {
            /// The title, shortened.
            title: String,
        } = ROSTER_TITLE_UNKNOWN,
        /// A column stands there twice, perhaps in two languages.
        #[error("the column stands there twice")]
        TitleTwice = ROSTER_TITLE_TWICE,
        /// A column without which no device can be made is missing.
        #[error("the column is missing")]
        TitleMissing = ROSTER_TITLE_MISSING,
        /// There are more rows than asked for; reading stopped here.
        #[error("there are more rows than may be imported at once; split the file")]
        Rows = ROSTER_ROWS,
        /// A field is not UTF-8.
        #[error("the field is not UTF-8; save the file as UTF-8")]
        Encoding = ROSTER_ENCODING,
        /// Text stands behind a closing quote.
        #[error("text stands behind a closing quote; double the quotes inside a field")]
        QuoteStray = ROSTER_QUOTE_STRAY,
        /// The file ends inside quotes; all lines from here on belong to them.
        #[error("a quote is opened and never closed")]
        QuoteOpen = ROSTER_QUOTE_OPEN,
        /// The line is longer than [`MAX_LINE_BYTES`]; a quote that is not closed is the commonest cause.
        #[error("the line is longer than 65536 bytes; a quote may be missing")]
        LineBytes = ROSTER_LINE_BYTES,
        /// The line is short.
        #[error("the line has {fields} fields, the header has {columns}")]
        FieldsFew {
            /// How many it has.
            fields: u16,
            /// How many columns there are.
            columns: u16,
        } = ROSTER_FIELDS_FEW,
        /// The line is long.
        #[error("the line has {fields} fields, the header has {columns}")]
        FieldsMany {
            /// How many it has, at most 256.
            fields: u16,
            /// How many columns there are.
            columns: u16,
        } = ROSTER_FIELDS_MANY,
        /// The vendor is not in the table.
        #[error("the vendor {vendor:?} is unknown")]
        Vendor {
            /// The vendor, shortened.
            vendor: String,
        } = ROSTER_VENDOR,
        /// The model is not in the table.
        #[error("the model {model:?} is unknown{}", listed(nearest))]
        Model {
            /// The model, shortened.
            model: String,
            /// At most three names that look like it, the nearest first.
            nearest: Vec<String>,
        } = ROSTER_MODEL,
        /// The MAC address is none of a device. The text is not repeated.
        #[error("this is not the MAC address of a device; expected 12 hex digits, bare or in groups like 80:5e:c0:01:02:03")]
        Mac = ROSTER_MAC,
        /// The MAC stands in the file already.
        #[error("the MAC address stands on line {first} already")]
        MacTwice {
            /// The line it first stands on.
            first: u32,
        } = ROSTER_MAC_TWICE,
        /// The tenant has the device already and no update was asked for (SPEC X1).
        #[error("the device exists already; ask for an update to change its type and site")]
        MacKnown = ROSTER_MAC_KNOWN,
        /// The MAC cannot be added to this tenant (SPEC R18: without saying whose it is).
        #[error("this MAC address cannot be added; check the label on the telephone")]
        KnownElsewhere = ADMIN_KNOWN_ELSEWHERE,
        /// The creation date is none.
        #[error("this is not a date; expected 2030-03-17, alone or with a time")]
        Date = ROSTER_DATE,
        /// A text is too long or holds a control character.
        #[error("the text is longer than {max} characters or holds a control character")]
        Text {
            /// How many characters it may have.
            max: u16,
        } = ROSTER_TEXT,
        /// The number of accounts is none, or more than the model has.
        #[error("the number of accounts is not 1 to {max}")]
        Accounts {
            /// The most the model takes.
            max: u16,
        } = ROSTER_ACCOUNTS,
        /// More is wrong than an import keeps ([`MAX_FAULTS`](super::MAX_FAULTS)); always the last of its faults.
        #[error("from here on {faults} more things are wrong; mend the lines above and try again")]
        More {
            /// How many more.
            faults: usize,
        } = ROSTER_FAULTS,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn x1_dates_as_we_and_spreadsheets_write_them_are_read() {
        for good in [
            "",
            "2030-03-17",
            "2030-03-17T17:46:40.000Z",
            "2030-03-17 17:46",
            "2030-03-17T17:46:40+02:00",
            "17.03.2030",
            "29.02.2024",
            "17.03.2030 17:46:40",
            "2016-12-31T23:59:60Z",
            "2000-02-29",
        ] {
            assert!(is_date(good), "{good}");
        }
        for bad in [
            "x",
            "03/17/2030",
            "17-03-2030",
            "2030-13-01",
            "2030-02-29",
            "2030-00-10",
            "2030-01-00",
            "1900-01-01",
            "30-01-01",
            "2030-03-17T",
            "2030-03-17T25:00",
            "2030-03-17T10:61",
            "2030-03-17T10:00:61",
            "2030-03-17T10:00+2",
            "2030-03-17T10:00Zx",
            "2030-03-17-01",
            "17.03.30",
            "2030.03.17",
            "+030-03-17",
            "1900-02-29",
            "2030-03-17T1:00",
            "2030-03-17T10:00:00.Z",
            "45000",
        ] {
            assert!(!is_date(bad), "{bad}");
        }
    }
}
