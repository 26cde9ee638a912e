//! Paths such as `accounts[1].server.port`: the ones that errors name, to set and to take back one value (SPEC V11).

use super::json::{Node, write};
use super::shape::{ABSENT, Entry, Kind, MOST_SLOTS, SLOT, form, is_absent, join, override_path, slot_of};
use super::tables::PROFILE;
use super::{ProfileError, read};
use crate::mac::shown;
use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

/// One step from the outside in.
#[derive(Clone, Copy)]
pub(super) enum Step<'a> {
    Field(&'static Entry),
    /// The entry of a slot.
    Slot(u16),
    /// The n-th value of a list, from 1.
    Item(usize),
    /// A raw parameter, by its whole name.
    Override(&'a str),
}

/// Sets one value of a layer, or of a whole profile, by its path: the one that errors name. `value` is JSON.
///
/// What is around the value is made where it is missing: objects, entries of lists by slot. `null` says that there shall be no
/// such value, whatever weaker layers say; [`unset`] leaves the word to them. Lists without slots are one value to layers, so
/// `null` for an item takes it out of the layer's own list and is refused where the layer has none. The answer is the whole
/// layer anew, always in the same order; it holds the secrets that the layer held.
///
/// ```
/// use libprov::profile;
/// let layer = profile::set("{}", "accounts[1].server.port", "5061")?;
/// assert_eq!(layer, r#"{"accounts":[{"slot":1,"server":{"port":5061}}]}"#);
/// let layer = profile::set(&layer, "accounts[2]", "null")?;
/// assert_eq!(layer, r#"{"accounts":[{"slot":1,"server":{"port":5061}},{"slot":2,"absent":true}]}"#);
///
/// let error = profile::set("{}", "accounts[1].server.prot", "5061").unwrap_err();
/// assert_eq!(error.to_string(), "accounts[1].server.prot is not a known field; the nearest are port");
/// # Ok::<(), profile::ProfileError>(())
/// ```
///
/// # Errors
/// [`ProfileError`] when the layer is wrong before or after (longer than 1 MiB too), the value is no JSON, or there is no such
/// path; no error quotes a value.
pub fn set(layer: &str, path: &str, value: &str) -> Result<String, ProfileError> {
    let steps = steps(path)?;
    let value = read::parse(value).map_err(|_| form(path_of(&steps), "is given a value that is no JSON"))?;
    change(layer, &steps, Some(value))
}

/// Takes one value back, so that a layer says nothing about it and the weaker ones count; objects and entries that are empty
/// then go with it. What is not there is no error.
///
/// ```
/// use libprov::profile;
/// let layer = r#"{"tones":"de","accounts":[{"slot":1,"server":{"port":5061}}]}"#;
/// assert_eq!(profile::unset(layer, "accounts[1].server.port")?, r#"{"tones":"de"}"#);
/// # Ok::<(), profile::ProfileError>(())
/// ```
///
/// # Errors
/// As [`set`].
pub fn unset(layer: &str, path: &str) -> Result<String, ProfileError> {
    change(layer, &steps(path)?, None)
}

fn change(layer: &str, steps: &[Step<'_>], value: Option<Node>) -> Result<String, ProfileError> {
    let mut root = read::parse(layer)?;
    read::check(&root)?;
    put(&mut root, steps, value, steps)?;
    read::check(&root)?;
    written(&root).ok_or_else(read::too_long)
}

/// The one text of a layer, if it is not longer than the library reads. It is measured first, so that no copy of a secret is left
/// behind by a buffer that grew.
fn written(root: &Node) -> Option<String> {
    struct Length(usize);
    impl core::fmt::Write for Length {
        fn write_str(&mut self, text: &str) -> core::fmt::Result {
            self.0 = self.0.saturating_add(text.len());
            Ok(())
        }
    }
    let kind = Some(Kind::Object(&PROFILE));
    let mut length = Length(0);
    write(root, kind, &mut length);
    if length.0 > read::LONGEST {
        return None;
    }
    let mut out = String::with_capacity(length.0);
    write(root, kind, &mut out);
    Some(out)
}

/// Puts the value, or takes it away, below `node`.
fn put(node: &mut Node, steps: &[Step<'_>], value: Option<Node>, whole: &[Step<'_>]) -> Result<(), ProfileError> {
    let Some((step, rest)) = steps.split_first() else {
        if let Some(value) = value {
            *node = value;
        }
        return Ok(());
    };
    let taking = value.is_none();
    match step {
        Step::Field(Entry { name, .. }) | Step::Override(name) => {
            if !matches!(node, Node::Object(_)) && !taking {
                *node = Node::Object(Vec::new());
            }
            let Node::Object(fields) = node else { return Ok(()) };
            let at = fields.iter().position(|(known, _)| known == name);
            if taking && (rest.is_empty() || at.is_none()) {
                at.map(|at| fields.remove(at));
                return Ok(());
            }
            if matches!(step, Step::Field(_)) {
                fields.retain(|(name, _)| name != ABSENT);
            }
            let at = fields.iter().position(|(known, _)| known == name).unwrap_or_else(|| {
                fields.push(((*name).to_owned(), Node::Null));
                fields.len().saturating_sub(1)
            });
            if let Some((_, below)) = fields.get_mut(at) {
                put(below, rest, value, whole)?;
            }
            if taking {
                fields.retain(|(known, below)| known != name || !is_empty(below, &[]));
            }
        }
        Step::Slot(slot) => {
            if !matches!(node, Node::List(_)) && !taking {
                *node = Node::List(Vec::new());
            }
            let Node::List(entries) = node else { return Ok(()) };
            name_slots(entries);
            let at = entries.iter().position(|entry| slot_of(entry, usize::MAX) == *slot);
            if taking && (rest.is_empty() || at.is_none()) {
                at.map(|at| entries.remove(at));
                return Ok(());
            }
            let at = at.unwrap_or_else(|| {
                entries.push(bare(*slot));
                entries.len().saturating_sub(1)
            });
            let Some(entry) = entries.get_mut(at) else { return Ok(()) };
            match (rest, value) {
                ([], Some(Node::Null)) => {
                    *entry = Node::Object(vec![slot_field(*slot), (ABSENT.to_owned(), Node::Bool(true))]);
                }
                ([], Some(Node::Object(mut fields))) => {
                    if let Some(at) = fields.iter().position(|(name, _)| name == SLOT) {
                        let (_, said) = fields.remove(at);
                        if !matches!(said, Node::Null) && !matches!(said, Node::Number(said) if said == i64::from(*slot)) {
                            return Err(form(format!("{}.{SLOT}", path_of(whole)), "is another one than the path names"));
                        }
                    }
                    fields.insert(0, slot_field(*slot));
                    *entry = Node::Object(fields);
                }
                ([], _) => return Err(form(path_of(whole), "is not an object")),
                (rest, value) => put(entry, rest, value, whole)?,
            }
            if taking {
                entries.retain(|entry| !is_empty(entry, &[SLOT]) || slot_of(entry, usize::MAX) != *slot);
            }
        }
        Step::Item(number) => {
            if !matches!(node, Node::List(_)) && matches!(value, Some(Node::Null)) {
                // An empty list here would take the weaker layers' list away, and with it every other value of it.
                let reason = "is in a list that this layer does not have; set the whole list, or null for it";
                return Err(form(path_of(whole), reason));
            }
            if !matches!(node, Node::List(_)) && !taking {
                *node = Node::List(Vec::new());
            }
            let Node::List(items) = node else { return Ok(()) };
            let at = number.saturating_sub(1);
            match value {
                None | Some(Node::Null) if at < items.len() => drop(items.remove(at)),
                None | Some(Node::Null) => {}
                Some(value) if at == items.len() => items.push(value),
                Some(value) => match items.get_mut(at) {
                    Some(item) => *item = value,
                    None => return Err(form(path_of(whole), "lies behind the end of its list")),
                },
            }
        }
    }
    Ok(())
}

/// Writes each entry's slot into it, for its place may change; what stands for nothing becomes a word.
fn name_slots(entries: &mut [Node]) {
    for (place, entry) in entries.iter_mut().enumerate() {
        let slot = slot_of(entry, place);
        match entry {
            Node::Object(fields) if !fields.iter().any(|(name, node)| name == SLOT && !matches!(node, Node::Null)) => {
                fields.retain(|(name, _)| name != SLOT);
                fields.insert(0, slot_field(slot));
            }
            Node::Object(_) => {}
            _ => *entry = Node::Object(vec![slot_field(slot), (ABSENT.to_owned(), Node::Bool(true))]),
        }
    }
}

fn slot_field(slot: u16) -> (String, Node) {
    (SLOT.to_owned(), Node::Number(slot.into()))
}

fn bare(slot: u16) -> Node {
    Node::Object(vec![slot_field(slot)])
}

/// Whether a value says nothing, so that it goes with the last that was taken out of it.
fn is_empty(node: &Node, but_for: &[&str]) -> bool {
    match node {
        Node::Object(fields) => fields.iter().all(|(name, _)| but_for.contains(&name.as_str())),
        Node::List(items) => items.is_empty(),
        _ => false,
    }
}

/// Whether a layer decides what stands at a path: it says so, or it removes the value or what is around it.
pub(super) fn says(node: &Node, steps: &[Step<'_>]) -> bool {
    let Some((step, rest)) = steps.split_first() else { return true };
    match (step, node) {
        (_, Node::Null) => true,
        (Step::Field(Entry { name, .. }) | Step::Override(name), Node::Object(fields)) => {
            fields.iter().any(|(known, below)| known == name && says(below, rest))
        }
        (Step::Slot(slot), Node::List(entries)) => {
            let mut entries = entries.iter().enumerate();
            let entry = entries.find(|(place, entry)| slot_of(entry, *place) == *slot);
            entry.is_some_and(|(_, entry)| is_absent(entry) || says(entry, rest))
        }
        (Step::Item(number), Node::List(items)) => items.len() >= *number,
        _ => false,
    }
}

/// Reads a path.
pub(super) fn steps(path: &str) -> Result<Vec<Step<'_>>, ProfileError> {
    let mut steps: Vec<Step<'_>> = Vec::new();
    let mut shape = &PROFILE;
    let mut rest = path;
    loop {
        let end = rest.find(['.', '[']).unwrap_or(rest.len());
        let (name, after) = rest.split_at_checked(end).unwrap_or((rest, ""));
        let so_far = path_of(&steps);
        if matches!(steps.last(), Some(Step::Slot(_))) && matches!(name, SLOT | ABSENT) {
            return Err(form(join(&so_far, name), "says which entries there are; set the entry itself"));
        }
        let field = shape.field(name).ok_or_else(|| match name {
            "" => form(if so_far.is_empty() { "the path".to_owned() } else { so_far.clone() }, "lacks the name of a field"),
            _ => shape.unknown(join(&so_far, &shown(name)), name),
        })?;
        steps.push(Step::Field(field));
        let mut inner = None;
        rest = after;
        match field.kind {
            Kind::Object(below) => inner = Some(below),
            Kind::Slots(below) if !rest.is_empty() => {
                let (slot, after) = number(rest).ok_or_else(|| not_numbered(&steps))?;
                steps.push(Step::Slot(slot));
                (inner, rest) = (Some(below), after);
            }
            Kind::List(_) if !rest.is_empty() => {
                let (item, after) = number(rest).ok_or_else(|| not_numbered(&steps))?;
                steps.push(Step::Item(usize::from(item)));
                rest = after;
            }
            Kind::Overrides => {
                if let Some(name) = rest.strip_prefix('.') {
                    steps.push(Step::Override(name));
                    return Ok(steps);
                }
            }
            _ => {}
        }
        match (rest.strip_prefix('.'), inner) {
            _ if rest.is_empty() => return Ok(steps),
            (Some(after), Some(below)) => (rest, shape) = (after, below),
            _ => return Err(form(path_of(&steps), "has no such parts")),
        }
    }
}

/// A number in brackets, and what follows.
fn number(text: &str) -> Option<(u16, &str)> {
    let (digits, rest) = text.strip_prefix('[')?.split_once(']')?;
    if digits.starts_with('0') || digits.len() > 4 || !digits.bytes().all(|octet| octet.is_ascii_digit()) {
        return None;
    }
    digits.parse().ok().filter(|number| (1..=MOST_SLOTS).contains(number)).map(|number| (number, rest))
}

fn not_numbered(steps: &[Step<'_>]) -> ProfileError {
    form(path_of(steps), "is a list; its entries are numbers from 1 to 1000 in brackets")
}

fn path_of(steps: &[Step<'_>]) -> String {
    steps.iter().fold(String::new(), |path, step| match step {
        Step::Field(field) => join(&path, field.name),
        Step::Slot(slot) => format!("{path}[{slot}]"),
        Step::Item(item) => format!("{path}[{item}]"),
        Step::Override(name) => override_path(&path, name),
    })
}
