//! A simulated snom phone: what it remembers of the files it was given (`docs/facts/snom.md`, section 6).

use libprov::models::Model;
use libprov::render;
use std::collections::BTreeMap;

/// The store: an omitted setting stays, an empty element empties it. A function key is replaced as a whole.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Phone(pub BTreeMap<String, String>);

impl Phone {
    pub fn apply(&mut self, model: &Model, file: &[u8]) {
        for setting in render::read(model, file).expect("a file that reads back") {
            let name = setting.name.to_string();
            self.0.retain(|stored, _| !stored.starts_with(&format!("{name}.")));
            match &*setting.value {
                "" => self.0.remove(&name),
                value => self.0.insert(name, value.to_owned()),
            };
        }
    }

    pub fn after(model: &Model, files: &[&[u8]]) -> Self {
        let mut phone = Self::default();
        files.iter().for_each(|file| phone.apply(model, file));
        phone
    }
}
