//! Raw vendor overrides: a known parameter set to a text, in place of the row of the same name (SPEC V4).

use super::pen::{Form, Pen, Put, Stop, cut};
use super::rows::refusal;
use super::{OverridePolicy, RenderError, SecretKind, SecretsOut};
use crate::mac::shown;
use crate::secret::Secret;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

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
    /// Whether setting this name (indexes written `X`) needs policy.
    pub(super) dangerous: fn(&str) -> bool,
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
    pub(super) fn contains(&self, name: &str) -> bool {
        let line = |start: &u32| {
            let rest = self.list.get(*start as usize..).unwrap_or_default();
            rest.split('\n').next().unwrap_or_default()
        };
        self.starts.binary_search_by(|start| line(start).cmp(name)).is_ok()
    }

    /// Whether names begin with this one and a `/`: in a syntax of modes, whether this is a mode.
    pub(super) fn opens(&self, name: &str) -> bool {
        let mode = || name.bytes().chain([b'/']);
        let rest = |start: &u32| self.list.get(*start as usize..).unwrap_or_default().bytes();
        let line = |start: &u32| rest(start).take_while(|byte| *byte != b'\n');
        let at = self.starts.partition_point(|start| line(start).lt(mode()));
        self.starts.get(at).is_some_and(|start| line(start).take(name.len() + 1).eq(mode()))
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
        let bytes = self.text.get(..usize::from(self.length)).unwrap_or_default();
        core::str::from_utf8(bytes).unwrap_or_default()
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

/// A hash of a name, the same at compile time and at run time.
pub(super) const fn hash(name: &[u8]) -> u8 {
    let mut state: u32 = 0x811c_9dc5;
    let mut at = 0;
    while at < name.len() {
        state = (state ^ name[at] as u32).wrapping_mul(0x0100_0193);
        at += 1;
    }
    (state ^ state >> 8 ^ state >> 16 ^ state >> 24) as u8
}

/// The overrides of one file.
pub(super) struct Overrides<'a> {
    entries: Vec<Entry<'a>>,
    names: Option<&'static Names>,
    /// One bit per hash that a name of them has.
    seen: [u64; 4],
}

/// One override.
pub(super) struct Entry<'a> {
    raw: &'a str,
    name: Name,
    hash: u8,
    value: &'a Secret,
    withheld: bool,
    used: bool,
}

impl<'a> Overrides<'a> {
    /// No overrides.
    pub(super) const NONE: Self = Self { entries: Vec::new(), names: None, seen: [0; 4] };

    /// Checks the names.
    pub(super) fn new(
        pairs: &'a [(String, Secret)],
        names: &'static Names,
        policy: OverridePolicy,
        secrets: SecretsOut,
    ) -> Result<Self, RenderError> {
        let mut entries = Vec::with_capacity(pairs.len());
        let mut seen = [0; 4];
        for (raw, value) in pairs {
            let refuse = |field, reason| RenderError::Override { field, reason };
            let name = (names.parse)(raw)
                .filter(|name| names.contains(name.as_str()))
                .ok_or_else(|| refuse(format!("overrides.{}", shown(raw)), "is not a known parameter of this device"))?;
            let danger = (names.dangerous)(name.as_str());
            if danger && policy != OverridePolicy::Any {
                return Err(refuse(field(raw), "needs a policy that allows dangerous overrides"));
            }
            let hash = hash(name.as_str().as_bytes());
            if let Some(word) = seen.get_mut(usize::from(hash / 64)) {
                *word |= 1 << (hash % 64);
            }
            let withheld = danger && !secrets.allows(SecretKind::Other, 0);
            entries.push(Entry { raw, name, hash, value, withheld, used: false });
        }
        Ok(Self { entries, names: Some(names), seen })
    }

    /// Whether an override might take the place of a row with this hash.
    #[inline]
    pub(super) fn may_replace(&self, hash: u8) -> bool {
        self.seen.get(usize::from(hash / 64)).is_some_and(|word| word >> (hash % 64) & 1 == 1)
    }

    /// The override that takes the place of this parameter, if there is one.
    pub(super) fn replace(&mut self, name: &str, index: [u16; 2]) -> Option<&mut Entry<'a>> {
        let wanted = hash(name.as_bytes());
        self.entries.iter_mut().find(|entry| entry.hash == wanted && entry.name.index == index && entry.name.as_str() == name)
    }

    /// Writes the overrides that took no row's place.
    pub(super) fn rest(&mut self, out: &mut Vec<u8>) -> Result<(), RenderError> {
        let Some(names) = self.names else {
            return Ok(());
        };
        for entry in self.entries.iter_mut().filter(|entry| !entry.used) {
            let start = out.len();
            (names.frame)(out, entry.raw, &entry.name, Side::Before);
            let form = (names.form)(entry.name.as_str());
            match entry.fill(&mut Pen::new(out, form, Some(SecretKind::Other), false), false) {
                Ok(()) => (names.frame)(out, entry.raw, &entry.name, Side::After),
                Err(Stop::Fault(_, fault)) => return Err(refusal(fault, entry.field())),
                Err(Stop::Skip | Stop::Clear) => cut(out, start),
            }
        }
        Ok(())
    }
}

impl Entry<'_> {
    /// Writes this override; in the second row of one name, and when it is withheld, nothing.
    pub(super) fn fill(&mut self, pen: &mut Pen<'_>, withheld: bool) -> Put {
        if core::mem::replace(&mut self.used, true) || self.withheld || withheld {
            return pen.skip();
        }
        pen.raw_override(self.value)
    }

    /// The path of this override.
    pub(super) fn field(&self) -> String {
        field(self.raw)
    }
}

/// The path of a known name, which holds nothing to hide.
pub(super) fn field(name: &str) -> String {
    format!("overrides.{name}")
}

/// Whether a text contains any of these parts; one walk, since most bytes begin none of them.
pub(super) fn contains_any(text: &str, parts: &[&str]) -> bool {
    let bytes = text.as_bytes();
    let begins = |at: usize| {
        let rest = bytes.get(at..).unwrap_or_default();
        parts.iter().any(|part| rest.starts_with(part.as_bytes()))
    };
    (0..bytes.len()).any(begins)
}

/// Reads a name whose indexes are whole numbers between dots, such as `account.12.label`.
pub(super) fn dotted(raw: &str) -> Option<Name> {
    let mut name = Name::EMPTY;
    for (at, part) in raw.split('.').enumerate() {
        if at > 0 {
            name.push(".")?;
        }
        let digits = !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        match part {
            "X" | "x" | "0" => return None,
            _ if digits => name.push_index(part)?,
            _ => name.push(part)?,
        }
    }
    Some(name)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_a_list_is_found_and_nothing_else() {
        for names in super::super::all_names() {
            assert!(names.list.lines().is_sorted(), "not in byte order");
            assert_eq!(names.starts.len(), names.list.lines().count());
            for name in names.list.lines() {
                assert!(names.contains(name), "{name}");
                assert!(!names.contains(&format!("{name}!")), "{name}");
                let tail: String = name.chars().skip(1).collect();
                assert!(!names.contains(&tail) || names.list.lines().any(|line| line == tail));
            }
            for bad in ["", "zzzz", "account.X.label\naccount.X.password"] {
                assert!(!names.contains(bad), "{bad}");
            }
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
