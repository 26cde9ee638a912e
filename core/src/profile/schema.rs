//! The JSON Schema of profiles and layers, made of the tables that the reader checks with, so that the two cannot drift.

use super::json::{Node, write};
use super::shape::{
    ABSENT, Entry, Grammar, Kind, MOST_LISTED, MOST_NAME, MOST_OVERRIDE, MOST_OVERRIDES, MOST_SECRET, MOST_SLOTS, SLOT, Shape,
};
use super::tables::{DIAL, KEY, KEY_KINDS, Make, PROFILE, URL};
use crate::zone::Zone;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec;
use alloc::vec::Vec;

/// The JSON Schema (2020-12) of a profile, as one line of JSON; `docs/profile.schema.json` is the same, set for people.
///
/// Secrets are marked `writeOnly`. What it refuses [`Profile::from_json`](super::Profile::from_json) refuses too. The other way
/// round it lacks what a schema cannot say: slots and fields that are given twice, `1.0` where a whole number belongs, texts
/// longer in octets than in characters, and the inner grammar of hosts, URLs and versions.
///
/// ```
/// assert!(libprov::profile::json_schema().contains(r#""title":"Phone profile""#));
/// ```
pub fn json_schema() -> String {
    Schema { layer: false, done: Vec::new(), defs: Vec::new() }.document()
}

/// The JSON Schema of one layer: nothing is required, and everything may be `null`. `docs/profile-layer.schema.json` is the
/// same, set for people.
///
/// ```
/// assert!(!libprov::profile::layer_json_schema().contains(r#""required":["host"]"#));
/// ```
pub fn layer_json_schema() -> String {
    Schema { layer: true, done: Vec::new(), defs: Vec::new() }.document()
}

/// A schema in the making.
struct Schema {
    /// Whether it is that of a layer.
    layer: bool,
    /// The shapes that have a definition, by name.
    done: Vec<&'static str>,
    defs: Vec<(String, Node)>,
}

type Fields = Vec<(String, Node)>;

impl Schema {
    fn document(mut self) -> String {
        let (id, title, about) = if self.layer {
            ("urn:libprov:profile-layer", "Layer of a phone profile", "What tenant, site, model or device say; null removes.")
        } else {
            ("urn:libprov:profile", "Phone profile", "What one phone shall be, in no vendor's words.")
        };
        let mut root = fields([
            ("$schema", text("https://json-schema.org/draft/2020-12/schema")),
            ("$id", text(id)),
            ("title", text(title)),
            ("description", text(about)),
            ("type", text("object")),
        ]);
        root.extend(self.members(&PROFILE, false));
        let absent = fields([
            ("title", text("No entry")),
            ("description", text("Removes the entry of a weaker layer.")),
            ("type", text("object")),
            ("properties", object([(SLOT, slot()), (ABSENT, object([("const", Node::Bool(true))]))])),
            ("required", Node::List(vec![text(ABSENT)])),
            ("additionalProperties", Node::Bool(false)),
        ]);
        self.defs.push((ABSENT.to_string(), Node::Object(absent)));
        self.defs.push(("zone".to_string(), object([("enum", words(Zone::names().map(Some).chain([None])))])));
        self.defs.sort_by(|a, b| a.0.cmp(&b.0));
        root.push(("$defs".to_string(), Node::Object(self.defs)));
        let mut out = String::new();
        write(&Node::Object(root), None, &mut out);
        out
    }

    /// What a schema says of an object's fields.
    fn members(&mut self, shape: &'static Shape, entry: bool) -> Fields {
        let mut properties = Vec::new();
        if entry {
            properties.push((SLOT.to_string(), slot()));
        }
        for field in shape.fields {
            properties.push((field.name.to_string(), Node::Object(self.field(field))));
        }
        let mut members = fields([("properties", Node::Object(properties)), ("additionalProperties", Node::Bool(false))]);
        let needed: Vec<Node> = shape.fields.iter().filter(|field| field.needed).map(|field| text(field.name)).collect();
        if !self.layer && !needed.is_empty() {
            members.push(("required".to_string(), Node::List(needed)));
        }
        if !self.layer && shape.name == KEY.name {
            members.push(("allOf".to_string(), Node::List(kinds_of_keys())));
        }
        members
    }

    fn field(&mut self, field: &Entry) -> Fields {
        let mut said = fields([("title", text(field.title))]);
        if !field.about.is_empty() {
            said.push(("description".to_string(), text(field.about)));
        }
        said.extend(self.kind(field.kind, self.layer || !field.needed));
        // What is withheld as SPEC S1 says, and what hosts should show to nobody.
        if matches!(field.kind, Kind::Secret | Kind::Digits(..) | Kind::Overrides) {
            said.push(("writeOnly".to_string(), Node::Bool(true)));
        }
        said
    }

    fn kind(&mut self, kind: Kind, nullable: bool) -> Fields {
        let typed = |name: &str| ("type", if nullable { Node::List(vec![text(name), text("null")]) } else { text(name) });
        match kind {
            Kind::Text(most) => fields([typed("string"), ("minLength", number(1)), ("maxLength", number(most))]),
            Kind::Secret => fields([typed("string"), ("minLength", number(1)), ("maxLength", number(MOST_SECRET))]),
            Kind::Digits(least, most) => {
                fields([typed("string"), ("pattern", Node::Text(format!("^[0-9]{{{least},{most}}}$").as_str().into()))])
            }
            Kind::Of(grammar) => {
                let mut said = fields([typed("string")]);
                said.extend(grammar_of(grammar));
                said
            }
            Kind::Word(list) => fields([("enum", words(list.iter().copied().map(Some).chain(nullable.then_some(None))))]),
            Kind::Zone => fields([("$ref", text("#/$defs/zone"))]),
            Kind::Number(least, most) => {
                fields([typed("integer"), ("minimum", Node::Number(least)), ("maximum", Node::Number(most))])
            }
            Kind::Port => fields([typed("integer"), ("minimum", number(1)), ("maximum", number(65_535))]),
            Kind::Bool => fields([typed("boolean")]),
            Kind::List(kind) => fields([
                typed("array"),
                ("items", Node::Object(self.kind(*kind, false))),
                ("maxItems", number(MOST_LISTED)),
                ("uniqueItems", Node::Bool(true)),
            ]),
            // A definition allows null; where there must be something, the type says so.
            Kind::Object(shape) if nullable => fields([self.reference(shape, false)]),
            Kind::Object(shape) => fields([self.reference(shape, false), ("type", text("object"))]),
            Kind::Slots(shape) => {
                let entry = Node::List(vec![object([self.reference(shape, true)]), object([("$ref", text("#/$defs/absent"))])]);
                let items = object([("anyOf", entry)]);
                fields([typed("array"), ("items", items), ("maxItems", number(usize::from(MOST_SLOTS)))])
            }
            Kind::Overrides => {
                let value = object([
                    ("type", Node::List(["string", "integer", "boolean", "null"].map(text).into())),
                    ("minimum", Node::Number(i64::MIN)),
                    ("maximum", Node::Number(i64::MAX)),
                    ("maxLength", number(MOST_OVERRIDE)),
                ]);
                let names = object([("maxLength", number(MOST_NAME))]);
                let most = number(MOST_OVERRIDES);
                fields([typed("object"), ("propertyNames", names), ("additionalProperties", value), ("maxProperties", most)])
            }
        }
    }

    /// A reference to the definition of a shape, which is made with the first.
    fn reference(&mut self, shape: &'static Shape, entry: bool) -> (&'static str, Node) {
        if !self.done.contains(&shape.name) {
            self.done.push(shape.name);
            let mut said = fields([("type", Node::List(vec![text("object"), text("null")]))]);
            said.extend(self.members(shape, entry));
            self.defs.push((shape.name.to_string(), Node::Object(said)));
        }
        ("$ref", Node::Text(format!("#/$defs/{}", shape.name).as_str().into()))
    }
}

/// Which kinds of keys carry what.
fn kinds_of_keys() -> Vec<Node> {
    let null = || object([("type", text("null"))]);
    let of = |grammar: Kind, nullable: bool| {
        let types = if nullable { Node::List(vec![text("string"), text("null")]) } else { text("string") };
        let mut said = fields([("type", types)]);
        if let Kind::Of(grammar) = grammar {
            said.extend(grammar_of(grammar));
        }
        Node::Object(said)
    };
    KEY_KINDS
        .iter()
        .map(|(word, make)| {
            let (value, pickup, needed) = match make {
                Make::Plain(_) => (null(), Some(null()), false),
                Make::Number(_) => (of(DIAL, false), Some(null()), true),
                Make::MaybeNumber(_) => (of(DIAL, true), Some(null()), false),
                Make::Watch(_) => (of(DIAL, false), None, true),
                Make::Url(_) => (of(URL, false), Some(null()), true),
            };
            let mut properties = fields([("value", value)]);
            properties.extend(pickup.map(|pickup| ("pickup".to_string(), pickup)));
            let mut then = fields([("properties", Node::Object(properties))]);
            if needed {
                then.push(("required".to_string(), Node::List(vec![text("value")])));
            }
            let of_kind = object([
                ("properties", object([("kind", object([("const", text(word))]))])),
                ("required", Node::List(vec![text("kind")])),
            ]);
            object([("if", of_kind), ("then", Node::Object(then))])
        })
        .collect()
}

fn grammar_of(grammar: &Grammar) -> Fields {
    fields([("minLength", number(1)), ("maxLength", number(grammar.most)), ("pattern", text(grammar.pattern))])
}

fn slot() -> Node {
    object([
        ("title", text("Slot")),
        ("description", text("Where there is none, the place in the list counts.")),
        ("type", Node::List(vec![text("integer"), text("null")])),
        ("minimum", number(1)),
        ("maximum", number(usize::from(MOST_SLOTS))),
    ])
}

/// Words, null among them.
fn words<'a>(list: impl Iterator<Item = Option<&'a str>>) -> Node {
    Node::List(list.map(|word| word.map_or(Node::Null, text)).collect())
}

fn fields<const N: usize>(list: [(&str, Node); N]) -> Fields {
    list.into_iter().map(|(name, node)| (name.to_string(), node)).collect()
}

fn object<const N: usize>(list: [(&str, Node); N]) -> Node {
    Node::Object(fields(list))
}

fn text(text: &str) -> Node {
    Node::Text(text.into())
}

fn number(number: usize) -> Node {
    i64::try_from(number).map_or(Node::OtherNumber, Node::Number)
}
