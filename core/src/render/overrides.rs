//! Raw vendor overrides: a known parameter set to a text, in place of the row of the same name (SPEC V4).

use super::rows::refusal;
use super::writer::{Line, Value, Writer};
use super::{OverridePolicy, RenderError, SecretKind, SecretsOut};
use crate::mac::shown;
use crate::secret::Secret;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// A dialect's parameter names.
pub(super) struct Names {
    /// One name per line, in byte order, indexes written `X`.
    pub(super) list: &'static str,
    /// Whether setting this name (indexes written `X`) needs policy.
    pub(super) dangerous: fn(&str) -> bool,
}

/// The overrides of one file.
pub(super) struct Overrides<'a> {
    /// In ascending order of names.
    entries: Vec<Entry<'a>>,
}

/// One override.
pub(super) struct Entry<'a> {
    name: &'a str,
    value: &'a Secret,
    withheld: bool,
    used: bool,
}

impl<'a> Overrides<'a> {
    /// No overrides.
    pub(super) const NONE: Self = Self { entries: Vec::new() };

    /// Checks the names; `pairs` is in ascending order of names.
    pub(super) fn new(
        pairs: &'a [(String, Secret)],
        names: &Names,
        policy: OverridePolicy,
        secrets: SecretsOut,
    ) -> Result<Self, RenderError> {
        let mut entries = Vec::with_capacity(pairs.len());
        for (name, value) in pairs {
            let refuse = |reason| RenderError::Override { field: field(name), reason };
            let normal = normalised(name)
                .filter(|normal| contains_line(names.list, normal))
                .ok_or_else(|| refuse("is not a known parameter of this device"))?;
            let danger = (names.dangerous)(&normal);
            if danger && policy != OverridePolicy::Any {
                return Err(refuse("needs a policy that allows dangerous overrides"));
            }
            entries.push(Entry { name, value, withheld: danger && !secrets.allows(SecretKind::Other, 0), used: false });
        }
        Ok(Self { entries })
    }

    /// The override that takes the place of this name, if there is one.
    pub(super) fn replace(&mut self, name: &[u8]) -> Option<&mut Entry<'a>> {
        if self.entries.is_empty() {
            return None;
        }
        let at = self.entries.binary_search_by(|entry| entry.name.as_bytes().cmp(name)).ok()?;
        self.entries.get_mut(at)
    }

    /// Writes the overrides that took no row's place.
    pub(super) fn rest(&mut self, writer: &mut Writer<'_>) -> Result<(), RenderError> {
        for entry in self.entries.iter_mut().filter(|entry| !entry.used) {
            let line = writer.name(entry.name, None, "");
            entry.write(line, false)?;
        }
        Ok(())
    }
}

impl Entry<'_> {
    /// Ends a line with this override; the second line of one name, and one that is withheld, are taken back.
    pub(super) fn write(&mut self, line: Line<'_, '_>, withheld: bool) -> Result<(), RenderError> {
        if self.used || self.withheld || withheld {
            self.used = true;
            line.cancel();
            return Ok(());
        }
        self.used = true;
        line.set(&Value::Secret("", self.value)).map_err(|fault| refusal(fault, field(self.name)))
    }
}

fn field(name: &str) -> String {
    format!("overrides.{}", shown(name))
}

/// The name with its indexes written `X`; none when it cannot be a name or an index is not 1 to 999.
pub(super) fn normalised(name: &str) -> Option<String> {
    if name.len() > 128 {
        return None;
    }
    let mut normal = String::with_capacity(name.len());
    for (at, part) in name.split('.').enumerate() {
        if at > 0 {
            normal.push('.');
        }
        let digits = !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        match part {
            "X" | "x" => return None,
            _ if digits && (part.len() > 3 || part.starts_with('0')) => return None,
            _ if digits => normal.push('X'),
            _ => normal.push_str(part),
        }
    }
    Some(normal)
}

/// Whether a text of sorted lines has this line.
fn contains_line(list: &str, line: &str) -> bool {
    if line.is_empty() || line.contains('\n') {
        return false;
    }
    let (mut low, mut high) = (0, list.len());
    while low < high {
        let middle = low + (high - low) / 2;
        let before = list.get(low..middle).unwrap_or_default();
        let start = before.rfind('\n').map_or(low, |at| low + at + 1);
        let rest = list.get(start..high).unwrap_or_default();
        let found = rest.split('\n').next().unwrap_or_default();
        match found.cmp(line) {
            core::cmp::Ordering::Equal => return true,
            core::cmp::Ordering::Less => low = start + found.len() + 1,
            core::cmp::Ordering::Greater => high = start,
        }
    }
    false
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_list_is_found_and_nothing_else() {
        let list = super::super::yealink::NAMES.list;
        assert!(list.lines().is_sorted(), "not in byte order");
        for name in list.lines() {
            assert!(contains_line(list, name), "{name}");
            assert!(!contains_line(list, &format!("{name}!")), "{name}");
            assert!(!contains_line(list, name.get(1..).unwrap()) || list.lines().any(|l| Some(l) == name.get(1..)));
        }
        for bad in ["", "a", "zzz", "account.X.label\naccount.X.password"] {
            assert!(!contains_line(list, bad), "{bad}");
        }
    }

    #[test]
    fn v4_indexes_are_plain_numbers() {
        assert_eq!(normalised("account.12.label").as_deref(), Some("account.X.label"));
        assert_eq!(normalised("local_time.ntp_server1").as_deref(), Some("local_time.ntp_server1"));
        for bad in ["account.X.label", "account.0.label", "account.01.label", "account.1000.label"] {
            assert_eq!(normalised(bad), None, "{bad}");
        }
    }
}
