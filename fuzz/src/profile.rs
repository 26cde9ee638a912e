//! Targets that read profiles.

use super::texts::{full, one_of_each};
use libprov::profile::{Layer, Profile, set, unset};
use serde_json::Value;

const MARKER: &str = "MARKER";

/// `Profile::from_json`, and rendering what it accepts in every dialect: a file that reads back, or an error (SPEC V1, V5). An
/// error holds no value.
pub(crate) fn profile(text: &str) {
    if let Ok(profile) = Profile::from_json(text) {
        assert!(profile.account_slots().is_sorted_by(|a, b| a < b));
        assert_eq!(Profile::from_layers(&[(Layer::Device, text)]), Ok(profile.clone()));
        for model in one_of_each() {
            let _ = full(&profile, model);
        }
    }
    let Ok(json) = serde_json::from_str::<Value>(text) else { return };
    if text.contains(MARKER) {
        return;
    }
    for place in 0..8 {
        let mut marked = json.clone();
        if !mark(&mut marked, &mut { place }) {
            break;
        }
        if let Err(error) = Profile::from_json(&marked.to_string()) {
            assert!(!format!("{error} {error:?}").contains(MARKER), "{error:?}");
        }
    }
}

/// Puts the marker into the n-th text; false when there are fewer.
fn mark(json: &mut Value, place: &mut usize) -> bool {
    match json {
        Value::String(text) if *place == 0 => {
            text.push_str(MARKER);
            true
        }
        Value::String(_) => {
            *place -= 1;
            false
        }
        Value::Array(items) => items.iter_mut().any(|item| mark(item, place)),
        Value::Object(fields) => fields.values_mut().any(|value| mark(value, place)),
        _ => false,
    }
}

/// `Profile::from_layers`, `set` and `unset`: a path, a value and up to four layers, parted by U+001E (SPEC V11).
pub(crate) fn layers(text: &str) {
    let mut parts = text.splitn(6, '\u{1e}');
    let (path, value) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let layers: Vec<(Layer, &str)> = [Layer::Tenant, Layer::Site, Layer::Model, Layer::Device].into_iter().zip(parts).collect();
    let merged = Profile::from_layers(&layers);
    // Saying it again says nothing new, and neither does saying nothing.
    let twice: Vec<(Layer, &str)> = layers.iter().flat_map(|layer| [*layer, *layer]).collect();
    assert_eq!(Profile::from_layers(&twice), merged);
    let mut more = layers.clone();
    more.push((Layer::Device, "{}"));
    if merged.is_ok() {
        assert_eq!(Profile::from_layers(&more), merged);
    }
    for (layer, text) in &layers {
        let Ok(changed) = set(text, path, value) else { continue };
        // A value of a list is put into its place; another `null` there takes the next one away.
        if !(path.ends_with(']') && value.trim() == "null") {
            assert_eq!(set(&changed, path, value).as_ref(), Ok(&changed));
        }
        let without = unset(&changed, path).expect("a path that could be set");
        assert!(serde_json::from_str::<Value>(&without).is_ok());
        // What could be set is a layer: whoever is wrong in a merge now, it is not by itself.
        if let Err(error) = Profile::from_layers(&[(*layer, &changed)]) {
            assert!(
                error.to_string().contains("is missing")
                    || error.to_string().contains("kind of key")
                    || error.to_string().contains(".value ")
            );
        }
    }
}
