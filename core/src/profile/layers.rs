//! Layers: a profile as the merge of what tenant, site, model and device say (SPEC V11).

use super::json::Node;
use super::path::{Step, says, steps};
use super::shape::{Kind, SLOT, is_absent, slot_of};
use super::tables::PROFILE;
use super::{Profile, ProfileError, read};
use crate::error::ErrorCode;
use alloc::collections::BTreeMap;
use alloc::vec;
use alloc::vec::Vec;

/// Whose word a part of a profile is: the later in this list, the stronger.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Ord, PartialOrd, Hash)]
pub enum Layer {
    /// All phones of a tenant.
    Tenant,
    /// Those of one site.
    Site,
    /// Those of one model.
    Model,
    /// One phone.
    Device,
}

impl Layer {
    /// Its word, such as `tenant`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Tenant => "tenant",
            Self::Site => "site",
            Self::Model => "model",
            Self::Device => "device",
        }
    }
}

impl core::fmt::Display for Layer {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(self.word())
    }
}

/// Why layers make no profile, and which of them is to blame.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("the {layer} layer: {error}")]
#[non_exhaustive]
pub struct LayerError {
    /// The layer that is wrong by itself or, where only the merge is, the last one that had a say in the field.
    pub layer: Layer,
    /// What is wrong.
    pub error: ProfileError,
}

impl LayerError {
    /// The stable number of this error.
    pub const fn code(&self) -> ErrorCode {
        self.error.code()
    }
}

impl Profile {
    /// Merges layers, the weakest first whatever their order here, and reads the result. Texts of one layer are merged in the
    /// order given; none at all is an empty profile.
    ///
    /// A layer is a part of a profile. What it says replaces what weaker layers said, objects field by field, and `null` removes
    /// (JSON Merge Patch, RFC 7396). In lists whose entries have slots (accounts, handsets, keys, modules and their keys) an entry
    /// is merged with that of its slot; `null` in its place or `{"slot": 2, "absent": true}` removes it. Other lists are
    /// replaced whole.
    ///
    /// ```
    /// use libprov::profile::{Layer, Profile};
    /// let tenant = r#"{"accounts": [{"server": {"host": "sip.example.net", "port": 5061}}], "tones": "de"}"#;
    /// let device = r#"{"accounts": [{"user": "201"}]}"#;
    /// let profile = Profile::from_layers(&[(Layer::Tenant, tenant), (Layer::Device, device)])?;
    /// assert_eq!(profile.account_slots().collect::<Vec<_>>(), [1]);
    ///
    /// let site = r#"{"accounts": [{"server": {"port": 0}}]}"#;
    /// let error = Profile::from_layers(&[(Layer::Tenant, tenant), (Layer::Site, site)]).unwrap_err();
    /// assert_eq!(error.to_string(), "the site layer: accounts[1].server.port is not a port from 1 to 65535");
    /// # Ok::<(), libprov::profile::LayerError>(())
    /// ```
    ///
    /// # Errors
    /// [`LayerError`] with the error of [`Profile::from_json`] for a layer that is wrong by itself, and for a merge that is no
    /// whole profile. No error quotes a value.
    pub fn from_layers(layers: &[(Layer, &str)]) -> Result<Self, LayerError> {
        let mut layers: Vec<(Layer, &str)> = layers.to_vec();
        layers.sort_by_key(|(layer, _)| *layer);
        let mut trees: Vec<(Layer, Node)> = Vec::with_capacity(layers.len());
        for (layer, text) in layers {
            let tree = read::parse(text).and_then(|tree| read::check(&tree).map(|()| tree));
            trees.push((layer, tree.map_err(|error| LayerError { layer, error })?));
        }
        let mut merged = Node::Object(Vec::new());
        for (_, tree) in &trees {
            merge(Some(Kind::Object(&PROFILE)), &mut merged, tree);
        }
        if let (Node::Object(fields), Some(overrides)) = (&mut merged, overrides(&trees)) {
            fields.push((OVERRIDES.into(), overrides));
        }
        read::profile(merged).map_err(|error| LayerError { layer: blamed(&trees, &error), error })
    }
}

/// The merged raw parameters; none where no layer gives any. Many layers may name many of them, so they are kept by name.
fn overrides(trees: &[(Layer, Node)]) -> Option<Node> {
    let mut merged: Option<BTreeMap<&str, &Node>> = None;
    let roots = trees.iter().filter_map(|(_, tree)| if let Node::Object(fields) = tree { Some(fields) } else { None });
    for (_, node) in roots.flatten().filter(|(name, _)| name == OVERRIDES) {
        let Node::Object(fields) = node else {
            merged = None;
            continue;
        };
        let merged = merged.get_or_insert_default();
        for (name, node) in fields {
            if matches!(node, Node::Null) {
                merged.remove(name.as_str());
            } else {
                merged.insert(name, node);
            }
        }
    }
    let fields = merged?.into_iter().map(|(name, node)| (name.into(), node.clone()));
    Some(Node::Object(fields.collect()))
}

/// The field of raw parameters.
const OVERRIDES: &str = "overrides";

/// Changes the target as RFC 7396 section 2 says; where the kind of a value is known, entries of its lists are merged by slot.
fn merge(kind: Option<Kind>, target: &mut Node, patch: &Node) {
    match (kind, patch) {
        (Some(Kind::Slots(shape)), Node::List(items)) => {
            let mut entries = if let Node::List(entries) = core::mem::replace(target, Node::Null) { entries } else { Vec::new() };
            for (place, item) in items.iter().enumerate() {
                let slot = slot_of(item, place);
                // A merged entry always says its slot, and they are in order.
                let at = entries.binary_search_by_key(&slot, |entry| slot_of(entry, usize::MAX));
                if matches!(item, Node::Null) || is_absent(item) {
                    let _ = at.map(|at| entries.remove(at));
                    continue;
                }
                let at = at.unwrap_or_else(|at| {
                    entries.insert(at, Node::Object(vec![(SLOT.into(), Node::Number(slot.into()))]));
                    at
                });
                if let Some(entry) = entries.get_mut(at) {
                    merge(Some(Kind::Object(shape)), entry, item);
                }
            }
            *target = Node::List(entries);
        }
        (kind, Node::Object(patch)) => {
            let mut fields = if let Node::Object(fields) = core::mem::replace(target, Node::Null) { fields } else { Vec::new() };
            for (name, node) in patch {
                let below = match kind {
                    Some(Kind::Object(shape)) => shape.field(name).map(|field| field.kind),
                    _ => None,
                };
                // An entry knows its slot already; raw parameters are merged by themselves.
                if matches!(kind, Some(Kind::Object(_)) if name == SLOT) || matches!(below, Some(Kind::Overrides)) {
                    continue;
                }
                let at = fields.iter().position(|(known, _)| known == name);
                match (at, node) {
                    (Some(at), Node::Null) => drop(fields.remove(at)),
                    (None, Node::Null) => {}
                    (at, node) => {
                        let at = at.unwrap_or_else(|| {
                            fields.push((name.clone(), Node::Null));
                            fields.len().saturating_sub(1)
                        });
                        if let Some((_, target)) = fields.get_mut(at) {
                            merge(below, target, node);
                        }
                    }
                }
            }
            *target = Node::Object(fields);
        }
        (_, patch) => *target = patch.clone(),
    }
}

/// The last layer that had a say in the field an error names or, where none had, in what is around it.
fn blamed(trees: &[(Layer, Node)], error: &ProfileError) -> Layer {
    let strongest = trees.last().map_or(Layer::Device, |(layer, _)| *layer);
    let Some(Ok(mut path)) = error.field().map(steps) else { return strongest };
    let last_on = |path: &[Step<'_>]| trees.iter().rposition(|(_, tree)| says(tree, path));
    let mut found = last_on(&path);
    // Whether a key may and must have a value hangs on its kind: whoever spoke last of the two is wrong.
    if let Some((Step::Field(field), entry)) = path.split_last()
        && matches!(field.name, "value" | "pickup")
    {
        let kind: Vec<Step<'_>> = entry.iter().copied().chain(steps_of_kind(entry)).collect();
        found = found.max(last_on(&kind));
    }
    while found.is_none() && path.pop().is_some() {
        found = last_on(&path);
    }
    found.and_then(|at| trees.get(at)).map_or(strongest, |(layer, _)| *layer)
}

/// The step from a key to its kind.
fn steps_of_kind<'a>(entry: &[Step<'a>]) -> Option<Step<'a>> {
    let lists = entry.iter().rev().find_map(|step| if let Step::Field(field) = step { Some(field.kind) } else { None });
    match lists {
        Some(Kind::Slots(shape)) => shape.field("kind").map(Step::Field),
        _ => None,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::super::json;
    use super::*;
    use alloc::string::String;

    /// The examples of RFC 7396, appendix A: original, patch, result.
    const EXAMPLES: &[(&str, &str, &str)] = &[
        (r#"{"a":"b"}"#, r#"{"a":"c"}"#, r#"{"a":"c"}"#),
        (r#"{"a":"b"}"#, r#"{"b":"c"}"#, r#"{"a":"b","b":"c"}"#),
        (r#"{"a":"b"}"#, r#"{"a":null}"#, r#"{}"#),
        (r#"{"a":"b","b":"c"}"#, r#"{"a":null}"#, r#"{"b":"c"}"#),
        (r#"{"a":["b"]}"#, r#"{"a":"c"}"#, r#"{"a":"c"}"#),
        (r#"{"a":"c"}"#, r#"{"a":["b"]}"#, r#"{"a":["b"]}"#),
        (r#"{"a":{"b":"c"}}"#, r#"{"a":{"b":"d","c":null}}"#, r#"{"a":{"b":"d"}}"#),
        (r#"{"a":[{"b":"c"}]}"#, r#"{"a":[1]}"#, r#"{"a":[1]}"#),
        (r#"["a","b"]"#, r#"["c","d"]"#, r#"["c","d"]"#),
        (r#"{"a":"b"}"#, r#"["c"]"#, r#"["c"]"#),
        (r#"{"a":"foo"}"#, "null", "null"),
        (r#"{"a":"foo"}"#, r#""bar""#, r#""bar""#),
        (r#"{"e":null}"#, r#"{"a":1}"#, r#"{"e":null,"a":1}"#),
        ("[1,2]", r#"{"a":"b","c":null}"#, r#"{"a":"b"}"#),
        ("{}", r#"{"a":{"bb":{"ccc":null}}}"#, r#"{"a":{"bb":{}}}"#),
    ];

    #[test]
    fn v11_the_examples_of_rfc_7396() {
        for (original, patch, expected) in EXAMPLES {
            let mut target = read::parse(original).unwrap();
            merge(None, &mut target, &read::parse(patch).unwrap());
            let mut out = String::new();
            json::write(&target, None, &mut out);
            assert_eq!(out, *expected, "{original} {patch}");
        }
    }
}
