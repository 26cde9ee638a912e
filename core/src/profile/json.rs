//! A JSON tree that keeps repeated names (so that they can be refused) and wipes its texts (they may be secrets).

use super::shape::{Kind, SLOT};
use crate::secret::Secret;
use alloc::string::String;
use alloc::vec::Vec;
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

/// A JSON value.
#[derive(Clone)]
pub(super) enum Node {
    Null,
    Bool(bool),
    Number(i64),
    /// A number that is no 64-bit integer.
    OtherNumber,
    Text(Secret),
    List(Vec<Node>),
    Object(Vec<(String, Node)>),
}

impl Node {
    pub(super) fn text(&self) -> Option<&str> {
        if let Self::Text(text) = self { Some(text.expose()) } else { None }
    }
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NodeVisitor)
    }
}

struct NodeVisitor;

impl<'de> Visitor<'de> for NodeVisitor {
    type Value = Node;

    fn expecting(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Node, E> {
        Ok(Node::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Node, E> {
        Ok(Node::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Node, E> {
        Ok(Node::Number(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Node, E> {
        Ok(i64::try_from(value).map_or(Node::OtherNumber, Node::Number))
    }

    fn visit_f64<E>(self, _: f64) -> Result<Node, E> {
        Ok(Node::OtherNumber)
    }

    fn visit_str<E>(self, text: &str) -> Result<Node, E> {
        Ok(Node::Text(text.into()))
    }

    fn visit_string<E>(self, text: String) -> Result<Node, E> {
        Ok(Node::Text(Secret::new(text)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Node, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = list.next_element()? {
            items.push(item);
        }
        Ok(Node::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Node, A::Error> {
        let mut fields = Vec::new();
        while let Some(field) = map.next_entry()? {
            fields.push(field);
        }
        Ok(Node::Object(fields))
    }
}

/// Appends a value as JSON without spaces. Where its kind is known, fields stand in the order of their shape, parameters in that
/// of their names and entries in that of their slots, which they name.
pub(super) fn write(node: &Node, kind: Option<Kind>, out: &mut impl core::fmt::Write) {
    // Neither sink can fail: one is a `String`, the other counts.
    let _ = try_write(node, kind, out);
}

fn try_write(node: &Node, kind: Option<Kind>, out: &mut impl core::fmt::Write) -> core::fmt::Result {
    match node {
        Node::Null | Node::OtherNumber => out.write_str("null"),
        Node::Bool(on) => write!(out, "{on}"),
        Node::Number(number) => write!(out, "{number}"),
        Node::Text(text) => text_as_json(text.expose(), out),
        Node::List(items) => {
            let mut items: Vec<&Node> = items.iter().collect();
            let below = match kind {
                Some(Kind::Slots(shape)) => {
                    items.sort_by_key(|item| super::shape::slot_of(item, usize::MAX));
                    Some(Kind::Object(shape))
                }
                _ => None,
            };
            out.write_char('[')?;
            for (at, item) in items.into_iter().enumerate() {
                out.write_str(if at > 0 { "," } else { "" })?;
                try_write(item, below, out)?;
            }
            out.write_char(']')
        }
        Node::Object(fields) => {
            let mut fields: Vec<(&str, &Node)> = fields.iter().map(|(name, node)| (name.as_str(), node)).collect();
            match kind {
                Some(Kind::Object(shape)) => {
                    fields.sort_by_key(|(name, _)| (*name != SLOT, shape.fields.iter().position(|field| field.name == *name)));
                }
                Some(_) => fields.sort_unstable_by_key(|(name, _)| *name),
                None => {}
            }
            out.write_char('{')?;
            for (at, (name, node)) in fields.into_iter().enumerate() {
                out.write_str(if at > 0 { "," } else { "" })?;
                text_as_json(name, out)?;
                out.write_char(':')?;
                let below = match kind {
                    Some(Kind::Object(shape)) => shape.field(name).map(|field| field.kind),
                    _ => None,
                };
                try_write(node, below, out)?;
            }
            out.write_char('}')
        }
    }
}

fn text_as_json(text: &str, out: &mut impl core::fmt::Write) -> core::fmt::Result {
    out.write_char('"')?;
    for c in text.chars() {
        match c {
            '"' | '\\' => {
                out.write_char('\\')?;
                out.write_char(c)?;
            }
            '\n' => out.write_str("\\n")?,
            '\r' => out.write_str("\\r")?,
            '\t' => out.write_str("\\t")?,
            '\u{8}' => out.write_str("\\b")?,
            '\u{c}' => out.write_str("\\f")?,
            c if c.is_control() => write!(out, "\\u{:04x}", u32::from(c))?,
            c => out.write_char(c)?,
        }
    }
    out.write_char('"')
}
