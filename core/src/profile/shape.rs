//! What a profile looks like as data: the one source of the reader's checks, of layers and paths, and of the JSON Schema.

use super::json::Node;
use super::{FieldError, Port, ProfileError};
use crate::error::nearest;
use crate::mac::shown;
use crate::zone::Zone;
use alloc::borrow::ToOwned;
use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// Slots a list may name; no phone has more accounts or keys. Also the most entries of such a list.
pub(super) const MOST_SLOTS: u16 = 1000;
/// Octets of a secret.
pub(super) const MOST_SECRET: usize = 128;
/// Entries of a list of texts.
pub(super) const MOST_LISTED: usize = 64;
/// Overrides of one profile.
pub(super) const MOST_OVERRIDES: usize = 500;
/// Characters of an override's name.
pub(super) const MOST_NAME: usize = 128;
/// Octets of an override's value: no renderer takes more.
pub(super) const MOST_OVERRIDE: usize = 1024;

/// An object: its fields in the order of the schema.
#[derive(Debug)]
pub(super) struct Shape {
    /// For the schema.
    pub(super) name: &'static str,
    pub(super) fields: &'static [Entry],
}

/// A field of an object.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    /// Whether a whole profile must give it where it gives the object.
    pub(super) needed: bool,
    /// For the schema: what it is in a few words, and what else is to be known.
    pub(super) title: &'static str,
    pub(super) about: &'static str,
}

/// What a field may hold.
#[derive(Clone, Copy, Debug)]
pub(super) enum Kind {
    /// Text for people, 1 to so many characters.
    Text(usize),
    /// 1 to [`MOST_SECRET`] octets that no error and no `Debug` shows.
    Secret,
    /// A secret that is typed on a dial pad: so many digits.
    Digits(usize, usize),
    /// Text of a grammar.
    Of(&'static Grammar),
    /// One of these words.
    Word(&'static [&'static str]),
    /// The name of a time zone.
    Zone,
    /// A whole number from the one to the other.
    Number(i64, i64),
    /// A TCP or UDP port.
    Port,
    /// True or false.
    Bool,
    /// At most [`MOST_LISTED`] texts, each once.
    List(&'static Kind),
    /// An object with these fields.
    Object(&'static Shape),
    /// A list whose entries are objects with these fields, each with a slot.
    Slots(&'static Shape),
    /// Raw parameters of a vendor, by name.
    Overrides,
}

/// A grammar that is checked by a function; the pattern says as much of it as a regular expression can.
#[derive(Debug)]
pub(super) struct Grammar {
    pub(super) check: fn(&str) -> Result<(), FieldError>,
    /// Characters at most.
    pub(super) most: usize,
    /// ECMA 262, for the schema; it refuses nothing that `check` accepts.
    pub(super) pattern: &'static str,
}

impl Shape {
    pub(super) fn field(&self, name: &str) -> Option<&'static Entry> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// Checks everything that can be said of an object without knowing what is missing; `null` is allowed everywhere.
    /// `others` are names that are somebody else's matter.
    pub(super) fn check(&self, fields: &[(String, Node)], path: &str, others: &[&str]) -> Result<(), ProfileError> {
        for (at, (name, node)) in fields.iter().enumerate() {
            if others.contains(&name.as_str()) {
                continue;
            }
            let below = join(path, &shown(name));
            let Some(field) = self.field(name) else {
                return Err(self.unknown(below, name));
            };
            if fields.iter().take(at).any(|(earlier, _)| earlier == name) {
                return Err(form(below, TWICE));
            }
            field.kind.check(node, below)?;
        }
        Ok(())
    }

    /// The error for a field that is not there.
    pub(super) fn unknown(&self, field: String, name: &str) -> ProfileError {
        ProfileError::Unknown { field, nearest: nearest(name, self.fields.iter().map(|field| field.name)) }
    }
}

impl Kind {
    /// Checks a value, and what is inside it.
    pub(super) fn check(self, node: &Node, path: String) -> Result<(), ProfileError> {
        if matches!(node, Node::Null) {
            return Ok(());
        }
        match (self, node) {
            (Self::Object(shape), Node::Object(fields)) => shape.check(fields, &path, &[]),
            (Self::Object(_), _) => Err(form(path, "is not an object")),
            (Self::Slots(shape), Node::List(items)) => slots(shape, items, &path),
            (Self::List(kind), Node::List(items)) => list(*kind, items, &path),
            (Self::Slots(_) | Self::List(_), _) => Err(form(path, "is not a list")),
            (Self::Overrides, Node::Object(fields)) => overrides(fields, &path),
            (Self::Overrides, _) => Err(form(path, "is not an object")),
            (Self::Bool, Node::Bool(_)) => Ok(()),
            (Self::Bool, _) => Err(form(path, "is not true or false")),
            (Self::Number(least, most), Node::Number(number)) if (least..=most).contains(number) => Ok(()),
            (Self::Number(..), Node::Number(_)) => Err(value(path, "is out of range")),
            (Self::Port, Node::Number(number)) => Port::new(*number).map(drop).map_err(|error| value(path, error.reason())),
            (Self::Number(..) | Self::Port, _) => Err(form(path, "is not a whole number")),
            (_, Node::Text(text)) => self.check_text(text.expose(), path),
            _ => Err(form(path, "is not a text")),
        }
    }

    fn check_text(self, text: &str, path: String) -> Result<(), ProfileError> {
        match self {
            Self::Of(grammar) => (grammar.check)(text).map_err(|error| value(path, error.reason())),
            Self::Word(words) if words.contains(&text) => Ok(()),
            Self::Word(words) => {
                Err(ProfileError::Word { field: path, nearest: nearest(text, words.iter().copied()), what: "the known words" })
            }
            Self::Zone if Zone::named(text).is_some() => Ok(()),
            Self::Zone => Err(ProfileError::Word { field: path, nearest: Zone::nearest(text), what: "the IANA time zones" }),
            _ if text.is_empty() => Err(value(path, "is empty; leave the field out instead")),
            Self::Text(most) if text.chars().nth(most).is_some() => Err(value(path, "is longer than 128 characters")),
            Self::Secret if text.len() > MOST_SECRET => Err(value(path, "is longer than 128 bytes")),
            Self::Digits(least, most)
                if !(least..=most).contains(&text.len()) || !text.bytes().all(|octet| octet.is_ascii_digit()) =>
            {
                Err(value(path, "is not 4 to 8 digits"))
            }
            _ => Ok(()),
        }
    }
}

/// The slot of an entry: what it says, or its place. A slot that cannot be read is the place; [`Kind::check`] refuses it.
pub(super) fn slot_of(node: &Node, place: usize) -> u16 {
    let place = u16::try_from(place).unwrap_or(u16::MAX).saturating_add(1);
    let Node::Object(fields) = node else { return place };
    match fields.iter().find(|(name, _)| name == SLOT) {
        Some((_, Node::Number(slot))) => u16::try_from(*slot).unwrap_or(place),
        _ => place,
    }
}

/// Whether an entry says that there is none.
pub(super) fn is_absent(node: &Node) -> bool {
    matches!(node, Node::Object(fields) if fields.iter().any(|(name, _)| name == ABSENT))
}

fn slots(shape: &Shape, items: &[Node], path: &str) -> Result<(), ProfileError> {
    if items.len() > usize::from(MOST_SLOTS) {
        return Err(value(path.to_owned(), "has more than 1000 entries"));
    }
    let mut seen: Vec<u16> = Vec::with_capacity(items.len());
    for (place, node) in items.iter().enumerate() {
        let slot = slot_of(node, place);
        let fields = match node {
            Node::Object(fields) => fields.as_slice(),
            Node::Null => &[],
            _ => return Err(form(format!("{path}[{slot}]"), "is not an object")),
        };
        let mut given = fields.iter().filter(|(name, _)| name == SLOT);
        if let Some((_, node)) = given.next() {
            Kind::Number(1, i64::from(MOST_SLOTS)).check(node, format!("{path}[{}].{SLOT}", place.saturating_add(1)))?;
        }
        match seen.binary_search(&slot) {
            Err(at) if given.next().is_none() => seen.insert(at, slot),
            _ => return Err(form(format!("{path}[{slot}].{SLOT}"), TWICE)),
        }
        let mut given = fields.iter().filter(|(name, _)| name == ABSENT);
        if let Some((_, node)) = given.next() {
            let refuse = |reason| Err(form(format!("{path}[{slot}].{ABSENT}"), reason));
            if !matches!(node, Node::Bool(true)) {
                return refuse("is not true");
            }
            if given.next().is_some() {
                return refuse(TWICE);
            }
            if fields.iter().any(|(name, _)| name != SLOT && name != ABSENT) {
                return refuse("does not go with other fields");
            }
        }
        shape.check(fields, &format!("{path}[{slot}]"), &[SLOT, ABSENT])?;
    }
    Ok(())
}

fn list(kind: Kind, items: &[Node], path: &str) -> Result<(), ProfileError> {
    if items.len() > MOST_LISTED {
        return Err(value(path.to_owned(), "has more than 64 entries"));
    }
    for (at, item) in items.iter().enumerate() {
        let path = format!("{path}[{}]", at.saturating_add(1));
        if matches!(item, Node::Null) {
            return Err(form(path, "is not a text"));
        }
        kind.check(item, path.clone())?;
        if items.iter().take(at).any(|earlier| matches!((earlier, item), (Node::Text(a), Node::Text(b)) if a == b)) {
            return Err(value(path, TWICE));
        }
    }
    Ok(())
}

fn overrides(fields: &[(String, Node)], path: &str) -> Result<(), ProfileError> {
    if fields.len() > MOST_OVERRIDES {
        return Err(value(path.to_owned(), "has more than 500 entries"));
    }
    let mut seen = BTreeSet::new();
    for (name, node) in fields {
        let path = || override_path(path, name);
        if name.chars().nth(MOST_NAME).is_some() {
            return Err(form(path(), "has a name longer than 128 characters"));
        }
        if !matches!(node, Node::Null | Node::Text(_) | Node::Number(_) | Node::Bool(_)) {
            return Err(form(path(), "is not a text, a whole number or a truth value"));
        }
        if node.text().is_some_and(|text| text.len() > MOST_OVERRIDE) {
            return Err(value(path(), "is longer than 1024 bytes"));
        }
        if !seen.insert(name.as_str()) {
            return Err(form(path(), TWICE));
        }
    }
    Ok(())
}

/// The path of an override: names are shown whole, for they are no values, but without control characters.
pub(crate) fn override_path(path: &str, name: &str) -> String {
    let name: String = name.chars().take(MOST_NAME).map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect();
    format!("{path}.{name}")
}

/// The path of a field of the object at `path`.
pub(super) fn join(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

pub(super) fn form(field: String, reason: &'static str) -> ProfileError {
    ProfileError::Form { field, reason }
}

pub(super) fn value(field: String, reason: &'static str) -> ProfileError {
    ProfileError::Value { field, reason }
}

/// The field that says which slot an entry of a list is.
pub(super) const SLOT: &str = "slot";

/// The field that says that a layer removes its entry: `{"slot": 2, "absent": true}`.
pub(super) const ABSENT: &str = "absent";

const TWICE: &str = "is given twice";
