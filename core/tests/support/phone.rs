//! A simulated Yealink phone: what it remembers of the files it was given (`docs/facts/yealink.md`, section 6).

use libprov::render::read_key_value;
use std::collections::BTreeMap;

/// The store: an omitted parameter stays, `%NULL%` takes it out.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Phone(pub BTreeMap<String, String>, BTreeMap<String, String>);

impl Phone {
    pub fn apply(&mut self, file: &[u8]) {
        let mut stated = Vec::new();
        for setting in read_key_value(file).expect("a file that reads back") {
            let mut name = setting.name.to_string();
            if name == "static.security.user_password" {
                // One value per user.
                let (user, _) = setting.value.split_once(':').expect("user:password");
                name = format!("{name} {user}");
            }
            stated.push(name.clone());
            match &*setting.value {
                "%NULL%" => self.0.remove(&name),
                value => self.0.insert(name, value.to_owned()),
            };
        }
        if !self.protects() {
            self.1.retain(|name, _| !stated.contains(name));
        }
    }

    pub fn after(files: &[&[u8]]) -> Self {
        let mut phone = Self::default();
        files.iter().for_each(|file| phone.apply(file));
        phone
    }

    /// The user sets a parameter on the phone or its web page.
    pub fn set_by_hand(&mut self, name: &str, value: &str) {
        self.1.insert(name.to_owned(), value.to_owned());
    }

    /// What the phone does: what was set by hand goes first. Static parameters have no priority.
    pub fn works_by(&self, name: &str) -> Option<&str> {
        let by_hand = self.1.get(name).filter(|_| !name.starts_with("static."));
        by_hand.or_else(|| self.0.get(name)).map(String::as_str)
    }

    /// Whether it keeps what was set by hand when a file says otherwise.
    fn protects(&self) -> bool {
        self.0.get("static.auto_provision.custom.protect").is_some_and(|value| value == "1")
    }
}
