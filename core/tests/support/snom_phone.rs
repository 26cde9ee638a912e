//! A simulated snom phone: what it remembers of the files it was given (`docs/facts/snom.md`, section 6).

use super::dialplan;
use libprov::models::Model;
use libprov::render;
use std::collections::{BTreeMap, BTreeSet};

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

/// A phone with the firmware that it has: it keeps nothing that this firmware does not know (section 4).
#[derive(Clone)]
pub struct Device {
    firmware: [u16; 4],
    pub phone: Phone,
    /// Names of settings whose values it did not take.
    pub refused: BTreeSet<String>,
}

impl Device {
    /// One firmware of each kind that the vendor tells apart.
    pub const FIRMWARE: [&'static str; 8] =
        ["8.7.5.35", "8.9.3.80", "10.1.11.2", "10.1.11.3", "10.1.20.0", "10.1.26.1", "10.1.101.11", "10.1.198.19"];

    pub fn new(firmware: &str) -> Self {
        let mut numbers = firmware.split('.').map(|number| number.parse().expect("a number"));
        let firmware = std::array::from_fn(|_| numbers.next().unwrap_or_default());
        Self { firmware, phone: Phone::default(), refused: BTreeSet::new() }
    }

    pub fn has_two_logins(&self) -> bool {
        self.firmware >= [10, 1, 100, 0]
    }

    pub fn has_hotline(&self) -> bool {
        self.firmware >= [10, 1, 26, 0]
    }

    /// Whether the firmware takes this value. A name that it does not know is of no effect.
    fn takes(&self, name: &str, value: &str) -> bool {
        match name {
            "auto_dial" if value == "off" => true,
            "auto_dial" if self.firmware >= [10, 1, 26, 0] => value.parse().is_ok_and(|seconds: u32| seconds > 0),
            "auto_dial" if self.firmware >= [10, 1, 11, 3] => value.parse().is_ok_and(|seconds| (1..=10).contains(&seconds)),
            "auto_dial" => ["2", "5", "10", "15"].contains(&value),
            "auto_dial_target" => self.has_hotline(),
            "webserver_admin_name" | "webserver_admin_password" | "webserver_user_name" | "webserver_user_password" => {
                self.has_two_logins()
            }
            _ => true,
        }
    }

    pub fn apply(&mut self, model: &Model, file: &[u8]) {
        let before = self.phone.clone();
        self.phone.apply(model, file);
        for setting in render::read(model, file).expect("a file that reads back") {
            let name = setting.name.to_string();
            if !setting.value.is_empty() && !self.takes(&name, &setting.value) {
                match before.0.get(&name) {
                    Some(value) => self.phone.0.insert(name.clone(), value.clone()),
                    None => self.phone.0.remove(&name),
                };
                self.refused.insert(name);
            }
        }
    }

    /// What leaves the phone when the handset is lifted, these digits are typed, and then nobody touches it any more.
    pub fn off_hook(&self, digits: &str) -> Option<String> {
        let plan = self.phone.0.get("user_dp_str.1").map_or("", String::as_str);
        let seconds: Option<u32> = self.phone.0.get("auto_dial").and_then(|word| word.parse().ok());
        if let (Some(target), Some(seconds)) = (self.phone.0.get("auto_dial_target"), seconds)
            && (seconds <= 2 || digits.is_empty())
        {
            return Some(dialplan::dialled(plan, target));
        }
        let dialled = dialplan::at_once(plan, digits);
        dialled.or_else(|| seconds.filter(|_| !digits.is_empty()).map(|_| dialplan::dialled(plan, digits)))
    }
}
