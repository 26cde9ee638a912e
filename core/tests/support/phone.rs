//! A simulated Yealink phone: what it remembers of the files it was given (`docs/facts/yealink.md`, section 6).

use libprov::render::read_key_value;
use std::collections::BTreeMap;

/// The store: an omitted parameter stays, `%NULL%` takes it out.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Phone(pub BTreeMap<String, String>);

impl Phone {
    pub fn apply(&mut self, file: &[u8]) {
        for setting in read_key_value(file).expect("a file that reads back") {
            let mut name = setting.name.to_string();
            if name == "static.security.user_password" {
                // One value per user.
                let (user, _) = setting.value.split_once(':').expect("user:password");
                name = format!("{name} {user}");
            }
            match &*setting.value {
                "%NULL%" => self.0.remove(&name),
                value => self.0.insert(name, value.to_owned()),
            };
        }
    }

    pub fn after(files: &[&[u8]]) -> Self {
        let mut phone = Self::default();
        files.iter().for_each(|file| phone.apply(file));
        phone
    }
}
