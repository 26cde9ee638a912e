//! Raw vendor overrides: a known parameter set to a text, in place of the row of the same name (SPEC V4).

use super::pen::{Form, LONGEST_LINE, Pen, Put, Stop, cut, make_room};
use super::rows::refusal;
use super::{OverridePolicy, RenderError, SecretKind, SecretsOut};
use crate::profile::override_path;
use crate::secret::Secret;
use alloc::collections::BTreeSet;
use alloc::string::String;
use alloc::vec::Vec;
use core::cmp::Ordering;

/// The longest name of a parameter, in bytes.
const LONGEST_NAME: usize = 128;

/// A dialect's parameter names.
pub(super) struct Names {
    /// One name per line, in byte order, indexes written `X`.
    pub(super) list: &'static str,
    /// Where each line begins, for a binary search; made by [`line_starts`].
    pub(super) starts: &'static [u32],
    /// Reads a name with numbers in it.
    pub(super) parse: fn(&str) -> Option<Name>,
    /// What makes a name one whose setting needs policy.
    pub(super) danger: Danger,
    /// The form of a parameter that no row has.
    pub(super) form: fn(&str) -> &'static Form,
    /// Appends the text before and after the value of a parameter that no row has: `raw` is the name as it was given.
    pub(super) frame: fn(&mut Vec<u8>, raw: &str, name: &Name, side: Side),
}

/// Before or after a value.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Side {
    Before,
    After,
}

impl Names {
    /// Whether this is a name, its indexes written `X`.
    pub(super) fn contains(&self, name: &[u8]) -> bool {
        let (mut low, mut high) = (0, self.starts.len());
        while low < high {
            let middle = low + (high - low) / 2;
            match self.line(middle).cmp(name) {
                Ordering::Equal => return true,
                Ordering::Less => low = middle + 1,
                Ordering::Greater => high = middle,
            }
        }
        false
    }

    /// Whether names begin with this one and a `/`: in a syntax of modes, whether this is a mode.
    pub(super) fn opens(&self, name: &[u8]) -> bool {
        let (mut low, mut high) = (0, self.starts.len());
        let begins = |line: &[u8]| line.strip_prefix(name).is_some_and(|rest| rest.starts_with(b"/"));
        while low < high {
            let middle = low + (high - low) / 2;
            if begins(self.line(middle)) {
                return true;
            }
            match self.line(middle).iter().lt(name.iter().chain(b"/")) {
                true => low = middle + 1,
                false => high = middle,
            }
        }
        false
    }

    /// A line of the list; every one ends in a line break.
    fn line(&self, number: usize) -> &[u8] {
        let start = self.starts.get(number).map_or(0, |start| *start as usize);
        let next = self.starts.get(number + 1).map_or(self.list.len(), |next| *next as usize);
        self.list.as_bytes().get(start..next.saturating_sub(1)).unwrap_or_default()
    }
}

/// How many lines a text has.
pub(super) const fn count_lines(text: &str) -> usize {
    let bytes = text.as_bytes();
    let (mut at, mut count) = (0, 0);
    while at < bytes.len() {
        if bytes[at] == b'\n' {
            count += 1;
        }
        at += 1;
    }
    count
}

/// Where each line of a text begins.
pub(super) const fn line_starts<const N: usize>(text: &str) -> [u32; N] {
    let bytes = text.as_bytes();
    let mut starts = [0; N];
    let (mut at, mut line) = (0, 1);
    while at < bytes.len() && line < N {
        if bytes[at] == b'\n' {
            starts[line] = at as u32 + 1;
            line += 1;
        }
        at += 1;
    }
    starts
}

/// A parameter's name with its indexes taken out.
#[derive(Clone, Copy, Eq, PartialEq)]
pub(super) struct Name {
    text: [u8; LONGEST_NAME],
    length: u8,
    /// The numbers that stood in it; 0 where there is none.
    pub(super) index: [u16; 2],
    indexes: u8,
}

impl Name {
    /// An empty name.
    pub(super) const EMPTY: Self = Self { text: [0; LONGEST_NAME], length: 0, index: [0; 2], indexes: 0 };

    /// The name, indexes written `X`.
    pub(super) fn as_str(&self) -> &str {
        core::str::from_utf8(self.as_bytes()).unwrap_or_default()
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        self.text.get(..usize::from(self.length)).unwrap_or_default()
    }

    /// Appends text; none when the name gets too long.
    pub(super) fn push(&mut self, text: &str) -> Option<()> {
        let start = usize::from(self.length);
        let end = start + text.len();
        self.text.get_mut(start..end)?.copy_from_slice(text.as_bytes());
        self.length = u8::try_from(end).ok()?;
        Some(())
    }

    /// Appends `X` for an index of 1 to 3 digits without leading zero; none for another text or for a third index.
    pub(super) fn push_index(&mut self, digits: &str) -> Option<()> {
        let good = matches!(digits.len(), 1..=3) && digits.bytes().all(|b| b.is_ascii_digit());
        if !good || (digits.len() > 1 && digits.starts_with('0')) {
            return None;
        }
        *self.index.get_mut(usize::from(self.indexes))? = digits.parse().ok()?;
        self.indexes += 1;
        self.push("X")
    }
}

/// A hash of a name, the same at compile time and at run time, and the same for `account.1.label` as for `account.X.label`.
pub(super) const fn hash(name: &[u8]) -> u8 {
    let mut state: u32 = 0x811c_9dc5;
    let mut rest = name;
    let mut begins = true;
    while let [byte, after @ ..] = rest {
        let digits = if begins { leading_number(rest) } else { 0 };
        if digits > 0 {
            state = (state ^ b'X' as u32).wrapping_mul(0x0100_0193);
            (_, rest) = rest.split_at(digits);
            begins = false;
            continue;
        }
        state = (state ^ *byte as u32).wrapping_mul(0x0100_0193);
        begins = *byte == b'.';
        rest = after;
    }
    (state ^ state >> 8 ^ state >> 16 ^ state >> 24) as u8
}

/// How many digits a part between dots is made of; 0 where it is no number.
const fn leading_number(rest: &[u8]) -> usize {
    let mut at = 0;
    while at < rest.len() && rest[at].is_ascii_digit() {
        at += 1;
    }
    if at == rest.len() || rest[at] == b'.' { at } else { 0 }
}

/// Whether a part between dots is a number.
pub(super) const fn is_number(part: &[u8]) -> bool {
    !part.is_empty() && leading_number(part) == part.len()
}

/// Whether a row's name, whose parts may be numbers, is this name with `X` for them.
fn same_name(row: &str, name: &Name) -> bool {
    row.as_bytes() == name.as_bytes() || same_but_numbers(row, name.as_str())
}

fn same_but_numbers(row: &str, name: &str) -> bool {
    row.len() + 4 >= name.len()
        && row.split('.').count() == name.split('.').count()
        && row.split('.').zip(name.split('.')).all(|(row, part)| row == part || (part == "X" && is_number(row.as_bytes())))
}

/// The overrides of one file.
pub(super) struct Overrides<'a> {
    entries: Vec<Entry<'a>>,
    /// Where the entry of a name is, sorted: its hash, its indexes, its place.
    places: Vec<(u8, [u16; 2], usize)>,
    names: Option<&'static Names>,
    /// One bit per hash that a name of them has.
    seen: [u64; 4],
    /// One bit per index, modulo 64, that a name of them has.
    slots: u64,
}

/// One override.
pub(super) struct Entry<'a> {
    raw: &'a str,
    name: Name,
    /// None for a name that goes back to its factory default.
    value: Option<&'a Secret>,
    withheld: bool,
    used: bool,
    /// Whether a row speaks for itself because this may not go out.
    overruled: bool,
    /// Whether the file states a name that is to be forgotten.
    stated: bool,
}

/// Where an index stands among 64 bits.
#[inline]
const fn slot_bit(index: u16) -> u64 {
    1 << (index % 64)
}

impl<'a> Overrides<'a> {
    /// No overrides.
    pub(super) const NONE: Self = Self { entries: Vec::new(), places: Vec::new(), names: None, seen: [0; 4], slots: 0 };

    /// Checks the names.
    pub(super) fn new(
        pairs: &'a [(String, Secret)],
        names: &'static Names,
        policy: OverridePolicy,
        secrets: SecretsOut,
    ) -> Result<Self, RenderError> {
        let mut all = Self { entries: Vec::with_capacity(pairs.len()), names: Some(names), ..Self::NONE };
        for (raw, value) in pairs {
            let refuse = |reason| RenderError::Override { field: field(raw), reason };
            let name = (names.parse)(raw)
                .filter(|name| names.contains(name.as_bytes()))
                .ok_or_else(|| refuse("is not a known parameter of this device"))?;
            let danger = names.danger.is_in(name.as_bytes()) || holds_login(value.expose());
            if danger && policy != OverridePolicy::Any {
                return Err(refuse("needs a policy that allows dangerous overrides"));
            }
            all.push(raw, name, Some(value), danger && !secrets.allows(SecretKind::Other, 0));
        }
        all.places.sort_unstable();
        Ok(all)
    }

    /// With names that earlier files may have set: where neither a row nor an override states them, they go back to the factory
    /// default. Names that this dialect does not have cannot have been set by it.
    pub(super) fn forgetting(mut self, forget: &[&'a str], names: &'static Names) -> Self {
        self.names = Some(names);
        if forget.is_empty() {
            return self;
        }
        let mut known: BTreeSet<&str> = self.entries.iter().map(|entry| entry.raw).collect();
        for raw in forget.iter().copied().filter(|raw| known.insert(raw)) {
            if let Some(name) = (names.parse)(raw).filter(|name| names.contains(name.as_bytes())) {
                self.push(raw, name, None, false);
            }
        }
        self.places.sort_unstable();
        self
    }

    /// Adds one; `places` is to be sorted when all are there.
    fn push(&mut self, raw: &'a str, name: Name, value: Option<&'a Secret>, withheld: bool) {
        let hash = hash(name.as_bytes());
        if let Some(word) = self.seen.get_mut(usize::from(hash / 64)) {
            *word |= 1 << (hash % 64);
        }
        self.slots |= slot_bit(name.index[0]) | slot_bit(name.index[1]);
        self.places.push((hash, name.index, self.entries.len()));
        self.entries.push(Entry { raw, name, value, withheld, used: false, overruled: false, stated: false });
    }

    /// The places of what is this parameter, in order.
    fn find(&self, name: &str, wanted: u8, index: [u16; 2]) -> impl Iterator<Item = usize> {
        let from = self.places.partition_point(|(hash, of, _)| (*hash, *of) < (wanted, index));
        let alike = self.places.iter().skip(from).take_while(move |(hash, of, _)| (*hash, *of) == (wanted, index));
        let same = move |at: &usize| self.entries.get(*at).is_some_and(|entry| same_name(name, &entry.name));
        alike.map(|(_, _, at)| *at).filter(same)
    }

    /// Whether an override might take the place of a row with this hash.
    #[inline]
    pub(super) fn may_replace(&self, hash: u8) -> bool {
        self.seen.get(usize::from(hash / 64)).is_some_and(|word| word >> (hash % 64) & 1 == 1)
    }

    /// Whether one might be in the slot with these indexes, counted from 1. From the second slot on, every name carries its
    /// slot's number, or one less.
    #[inline]
    pub(super) fn may_be_in(&self, [outer, inner]: [u16; 2]) -> bool {
        let of_inner = if inner > 0 { slot_bit(inner) } else { 0 };
        let bits = if outer < 2 { u64::MAX } else { slot_bit(outer) | slot_bit(outer - 1) | of_inner };
        self.slots & bits != 0
    }

    /// Whether an override or a name to be forgotten is this parameter.
    pub(super) fn names(&self, name: &str, wanted: u8, index: [u16; 2]) -> bool {
        self.find(name, wanted, index).next().is_some()
    }

    /// The override that takes the place of this parameter, if there is one. `needed` says that the file needs the row's own
    /// value where the override may not go out.
    pub(super) fn replace(&mut self, name: &str, wanted: u8, index: [u16; 2], needed: bool) -> Option<&mut Entry<'a>> {
        let at = self.find(name, wanted, index).next()?;
        let entry = self.entries.get_mut(at)?;
        // Of two rows of one name the second may be the one that speaks.
        entry.overruled |= entry.withheld && needed;
        // A name to be forgotten is stated by the row itself.
        let by_row = entry.value.is_none() || entry.overruled;
        entry.used |= by_row;
        (!by_row).then_some(entry)
    }

    /// Notes that a row stated this parameter itself.
    pub(super) fn settle(&mut self, name: &str, wanted: u8, index: [u16; 2]) {
        let places: Vec<usize> = self.find(name, wanted, index).collect();
        for at in places {
            if let Some(entry) = self.entries.get_mut(at).filter(|entry| entry.value.is_none()) {
                entry.stated = true;
            }
        }
    }

    /// The overrides that may not go out and in whose place rows spoke for themselves.
    pub(super) fn overruled(&self) -> impl Iterator<Item = String> {
        self.entries.iter().filter(|entry| entry.overruled).map(|entry| field(entry.raw))
    }

    /// The names to be forgotten that the file does not state: they keep what an earlier file set.
    pub(super) fn kept(&self) -> impl Iterator<Item = String> {
        let kept = self.entries.iter().filter(|entry| entry.value.is_none() && !entry.stated);
        kept.map(|entry| override_path("forget", entry.raw))
    }

    /// Writes the overrides of these names (indexes written `X`) that took no row's place.
    pub(super) fn rest(&mut self, out: &mut Vec<u8>, which: fn(&str) -> bool) -> Result<(), RenderError> {
        let Some(names) = self.names else {
            return Ok(());
        };
        for entry in self.entries.iter_mut().filter(|entry| !entry.used && which(entry.name.as_str())) {
            make_room(out, LONGEST_LINE);
            let start = out.len();
            (names.frame)(out, entry.raw, &entry.name, Side::Before);
            let form = (names.form)(entry.name.as_str());
            match (entry.fill(&mut Pen::new(out, form, Some(SecretKind::Other), false), false), &form.clear) {
                (Ok(()), _) => (names.frame)(out, entry.raw, &entry.name, Side::After),
                (Err(Stop::Clear), Some(clear)) => {
                    clear.push_to(out);
                    (names.frame)(out, entry.raw, &entry.name, Side::After);
                    entry.stated = true;
                }
                (Err(Stop::Fault(_, fault)), _) => return Err(refusal(fault, field(entry.raw))),
                (Err(Stop::Skip | Stop::Clear), _) => cut(out, start),
            }
        }
        Ok(())
    }
}

impl<'a> Entry<'a> {
    /// Writes this override; in the second row of one name, and when it is withheld, nothing.
    pub(super) fn fill(&mut self, pen: &mut Pen<'_>, withheld: bool) -> Put {
        if core::mem::replace(&mut self.used, true) || self.withheld || withheld {
            return pen.skip();
        }
        match self.value {
            Some(value) => pen.raw_override(value),
            None => pen.clear(),
        }
    }

    /// The name as it was given.
    pub(super) fn raw(&self) -> &'a str {
        self.raw
    }
}

/// Whether a value is a URL with a login in it.
pub(super) fn holds_login(value: &str) -> bool {
    let begins = |(at, scheme): (usize, &str)| value.get(at + scheme.len()..).unwrap_or_default();
    let mut urls = value.match_indices("://").map(begins);
    urls.any(|rest| rest.split(['/', '?', '#']).next().is_some_and(|host| host.contains('@')))
}

/// The path of an override.
pub(super) fn field(name: &str) -> String {
    override_path("overrides", name)
}

/// A number below 1024 for two bytes.
const fn pair(first: u8, second: u8) -> usize {
    (first as usize * 37 + second as usize) % 1024
}

/// Texts that make a name dangerous.
pub(super) struct Danger {
    /// At its beginning; in ascending order, none the beginning of another.
    prefixes: &'static [&'static str],
    /// Anywhere in it; each of two bytes at least.
    parts: &'static [&'static str],
    /// The first two bytes of each part, hashed: most places of a name begin none of them.
    pairs: [bool; 1024],
}

impl Danger {
    pub(super) const fn new(prefixes: &'static [&'static str], parts: &'static [&'static str]) -> Self {
        let mut pairs = [false; 1024];
        let mut at = 0;
        while at < parts.len() {
            let part = parts[at].as_bytes();
            pairs[pair(part[0], part[1])] = true;
            at += 1;
        }
        Self { prefixes, parts, pairs }
    }

    /// Whether a name begins with a prefix or holds a part.
    pub(super) fn is_in(&self, name: &[u8]) -> bool {
        let after = self.prefixes.partition_point(|prefix| prefix.as_bytes() <= name);
        let prefix = after.checked_sub(1).and_then(|at| self.prefixes.get(at));
        prefix.is_some_and(|prefix| name.starts_with(prefix.as_bytes())) || self.holds_part(name)
    }

    fn holds_part(&self, name: &[u8]) -> bool {
        let mut rest = name;
        while let [first, second, ..] = rest {
            let begins = |part: &&str| matches!(part.as_bytes(), [a, b, ..] if a == first && b == second);
            let mut parts = self.parts.iter().filter(|part| begins(part));
            if self.pairs[pair(*first, *second)] && parts.any(|part| rest.starts_with(part.as_bytes())) {
                return true;
            }
            rest = rest.get(1..).unwrap_or_default();
        }
        false
    }
}

/// Reads a name whose indexes are whole numbers between dots, such as `account.12.label`.
pub(super) fn dotted(raw: &str) -> Option<Name> {
    let mut name = Name::EMPTY;
    let mut rest = raw;
    loop {
        // Names are short: looking at each byte is quicker than a search.
        let end = rest.bytes().position(|byte| byte == b'.').unwrap_or(rest.len());
        let (part, after) = (rest.get(..end)?, rest.get(end..)?);
        let digits = !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        match part {
            "X" | "x" | "0" => return None,
            _ if digits => name.push_index(part)?,
            _ => name.push(part)?,
        }
        let Some(next) = after.strip_prefix('.') else {
            return Some(name);
        };
        name.push(".")?;
        rest = next;
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use alloc::format;

    #[test]
    fn every_line_of_a_list_is_found_and_nothing_else() {
        for names in super::super::all_names() {
            assert!(names.list.lines().is_sorted(), "not in byte order");
            assert_eq!(names.starts.len(), names.list.lines().count());
            for name in names.list.lines() {
                assert!(names.contains(name.as_bytes()), "{name}");
                assert!(!names.contains(format!("{name}!").as_bytes()), "{name}");
                let tail: String = name.chars().skip(1).collect();
                assert!(!names.contains(tail.as_bytes()) || names.list.lines().any(|line| line == tail));
            }
            for bad in ["", "zzzz", "account.X.label\naccount.X.password"] {
                assert!(!names.contains(bad.as_bytes()), "{bad}");
            }
        }
    }

    #[test]
    fn v4_a_dangerous_name_is_found_by_its_beginning_or_a_part() {
        let danger = Danger::new(&["a.", "security.", "wui."], &["password", "pin"]);
        for name in ["a.b", "security.x", "wui.", "b.password", "pin", "xpin.y"] {
            assert!(danger.is_in(name.as_bytes()), "{name}");
        }
        for name in ["", "a", "b.a.", "securit", "wui", "passwor", "pi"] {
            assert!(!danger.is_in(name.as_bytes()), "{name}");
        }
        for names in super::super::all_names() {
            let prefixes = names.danger.prefixes;
            assert!(prefixes.windows(2).all(|pair| pair[0] < pair[1] && !pair[1].starts_with(pair[0])), "{prefixes:?}");
        }
    }

    #[test]
    fn v4_indexes_are_plain_numbers() {
        assert_eq!(dotted("account.12.label").unwrap().as_str(), "account.X.label");
        assert_eq!(dotted("account.12.label").unwrap().index, [12, 0]);
        assert_eq!(dotted("expansion_module.2.key.7.type").unwrap().index, [2, 7]);
        assert_eq!(dotted("local_time.ntp_server1").unwrap().as_str(), "local_time.ntp_server1");
        for bad in ["account.X.label", "account.0.label", "account.01.label", "account.1000.label", "a.1.2.3", &"a".repeat(129)] {
            assert!(dotted(bad).is_none(), "{bad}");
        }
    }
}
