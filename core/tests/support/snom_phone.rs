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

    /// The identity that takes over when this one cannot register: another that is on. The vendor names one pair that fails, 1 with
    /// 12 (section 4).
    pub fn takes_over(&self, identity: u16) -> Option<u16> {
        let backup = self.0.get(&format!("user_failover_identity.{identity}"))?.parse().ok()?;
        let on = self.0.get(&format!("user_active.{backup}")).is_some_and(|word| word == "on");
        (on && backup != identity && (identity, backup) != (1, 12)).then_some(backup)
    }

    pub fn after(model: &Model, files: &[&[u8]]) -> Self {
        let mut phone = Self::default();
        files.iter().for_each(|file| phone.apply(model, file));
        phone
    }
}
