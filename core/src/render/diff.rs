//! What two files of one phone differ in (SPEC V5).

use super::read;
use super::syntax::{ReadError, Setting};
use crate::models::Model;
use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

/// One parameter that two files do not agree on. The values are not in it: they may be secrets.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Difference {
    /// The parameter's name, as an override has it.
    pub name: String,
    /// How they differ.
    pub change: Change,
}

/// How two files differ in a parameter.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Change {
    /// Only the second file states it.
    Added,
    /// Only the first file states it.
    Removed,
    /// Both state it with different values.
    Changed,
}

/// The parameters that two files of this model differ in, in ascending order of names. A name that a file repeats has all its
/// values; their order counts.
///
/// ```
/// use libprov::{models, render::{self, Change}};
/// let model = models::lookup("yealink", "T46U").ok_or("no such model")?;
/// let old = b"#!version:1.0.0.1\nlang.gui = German\naccount.1.label = A\n";
/// let new = b"#!version:1.0.0.1\naccount.1.label = B\nlang.wui = German\n";
/// let differences = render::diff(model, old, new)?;
/// let shown: Vec<(&str, Change)> = differences.iter().map(|d| (d.name.as_str(), d.change)).collect();
/// assert_eq!(shown, [("account.1.label", Change::Changed), ("lang.gui", Change::Removed), ("lang.wui", Change::Added)]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`ReadError`] of the first file that cannot be read.
pub fn diff(model: &Model, old: &[u8], new: &[u8]) -> Result<Vec<Difference>, ReadError> {
    let (old, new) = (read(model, old)?, read(model, new)?);
    let (old, new) = (by_name(&old), by_name(&new));
    let mut all: Vec<Difference> = Vec::new();
    for (name, values) in &old {
        let change = match new.get(name) {
            None => Change::Removed,
            Some(other) if other != values => Change::Changed,
            Some(_) => continue,
        };
        all.push(Difference { name: (*name).into(), change });
    }
    let added = new.keys().filter(|name| !old.contains_key(*name));
    all.extend(added.map(|name| Difference { name: (*name).into(), change: Change::Added }));
    all.sort_unstable_by(|a, b| a.name.cmp(&b.name));
    Ok(all)
}

fn by_name<'s>(settings: &'s [Setting<'_>]) -> BTreeMap<&'s str, Vec<&'s str>> {
    let mut all: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for setting in settings {
        all.entry(&setting.name).or_default().push(&setting.value);
    }
    all
}
