//! A simulated Gigaset base: what it remembers of the files it was given, and whom its handsets call
//! (`docs/facts/gigaset.md`, sections 3 to 6).

use libprov::models::Model;
use libprov::render::{self, Setting};
use std::collections::BTreeMap;

/// What a symbol holds.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Held {
    Text(String),
    Numbers(Vec<String>),
}

/// The store: an omitted symbol stays; `[%]` sets the elements of all that match it; a list shorter than an earlier one leaves
/// the rest of it; a text replaces a text.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Base(pub BTreeMap<String, Held>);

impl Base {
    pub fn apply(&mut self, model: &Model, file: &[u8]) {
        for setting in render::read(model, file).expect("a file that reads back") {
            self.set(&setting, file);
        }
    }

    fn set(&mut self, setting: &Setting<'_>, file: &[u8]) {
        // The element that a text begins with and the whole of it are one.
        let name = setting.name.strip_suffix("[0]").or(setting.name.strip_suffix("[%]")).unwrap_or(&setting.name);
        if name.contains("[%]") {
            self.0.retain(|known, _| !matches(name, known));
        }
        if is_text(setting, file) {
            self.0.insert(name.to_owned(), Held::Text(setting.value.to_string()));
            return;
        }
        let mut numbers: Vec<String> = setting.value.split(',').map(str::to_owned).collect();
        if let Some(Held::Numbers(old)) = self.0.get(name) {
            numbers.extend(old.iter().skip(numbers.len()).cloned());
        }
        self.0.insert(name.to_owned(), Held::Numbers(numbers));
    }

    pub fn after(model: &Model, files: &[&[u8]]) -> Self {
        let mut base = Self::default();
        files.iter().for_each(|file| base.apply(model, file));
        base
    }

    pub fn text(&self, name: &str) -> Option<&str> {
        match self.0.get(name)? {
            Held::Text(text) => Some(text),
            Held::Numbers(_) => None,
        }
    }

    pub fn number(&self, name: &str) -> Option<u32> {
        let Held::Numbers(numbers) = self.0.get(name)? else {
            return None;
        };
        let number = numbers.first()?;
        match number.strip_prefix("0x") {
            Some(digits) => u32::from_str_radix(digits, 16).ok(),
            None => number.parse().ok(),
        }
    }

    /// The calls that a handset can make with a number: one for each account it may use. The base itself refuses and rewrites
    /// nothing.
    pub fn calls(&self, model: &Model, handset: u16, number: &str) -> Vec<Call> {
        let call = |account: &str, server: String, user: String| Call {
            account: account.to_owned(),
            server: self.text(&server).unwrap_or_default().to_owned(),
            user: self.text(&user).unwrap_or_default().to_owned(),
            number: number.to_owned(),
        };
        if model.name.starts_with("N720") {
            let own = format!("BS_VOIP_Data.astVoipAccounts[{}]", handset - 1);
            if self.number(&format!("{own}.ucB_SIP_ACCOUNT_IS_ACTIVE_1")) != Some(1) {
                return Vec::new();
            }
            let provider = self.number(&format!("{own}.ucVoipProviderIndex")).unwrap();
            let server = format!("BS_VOIP_Data.astVoipProviders[{provider}].aucSIP_SERVER");
            return vec![call(&own, server, format!("{own}.aucS_SIP_USER_ID"))];
        }
        let mut calls = Vec::new();
        for account in 1..=model.accounts {
            let suffix = if account == 1 { String::new() } else { format!("_{account}") };
            let active = self.number(&format!("BS_IP_Data1.ucB_SIP_ACCOUNT_IS_ACTIVE_{account}")) == Some(1);
            let mask = self.number(&format!("BS_Accounts.astAccounts[{}].uiSendMask", account - 1)).unwrap_or(0);
            if active && mask >> (handset - 1) & 1 == 1 {
                let server = format!("BS_IP_Data1.aucS_SIP_SERVER{suffix}");
                calls.push(call(&account.to_string(), server, format!("BS_IP_Data1.aucS_SIP_USER_ID{suffix}")));
            }
        }
        calls
    }
}

/// A call that leaves the base.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Call {
    pub account: String,
    pub server: String,
    pub user: String,
    pub number: String,
}

/// Whether the file has it in quotes: the reader has taken them off.
fn is_text(setting: &Setting<'_>, file: &[u8]) -> bool {
    if !setting.name.starts_with("BS_") {
        return true;
    }
    let line = file.split(|byte| *byte == b'\n').nth(setting.line as usize - 1).unwrap();
    line.windows(8).any(|part| part == b"value='\"")
}

/// Whether a name with `[%]` in it stands for this one.
fn matches(pattern: &str, name: &str) -> bool {
    let mut rest = name;
    let mut parts = pattern.split("[%]");
    let Some(after) = rest.strip_prefix(parts.next().unwrap_or_default()) else {
        return false;
    };
    rest = after;
    for part in parts {
        let Some((_, after)) = rest.strip_prefix('[').and_then(|rest| rest.split_once(']')) else {
            return false;
        };
        let Some(after) = after.strip_prefix(part) else {
            return false;
        };
        rest = after;
    }
    rest.is_empty()
}

#[test]
fn the_store_itself() {
    let model = libprov::models::lookup("gigaset", "N510 IP PRO").unwrap();
    let file = |items: &[(&str, &str)]| {
        let mut file = "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>\n<ProviderFrame>\n<Provider>\n".to_owned();
        for (name, value) in items {
            file += &format!("<SYMB_ITEM ID=\"{name}\" class=\"symb_item\" value='{value}'/>\n");
        }
        (file + "</Provider>\n</ProviderFrame>\n").into_bytes()
    };
    let first = file(&[("BS_a[3].b", "1"), ("BS_a[4].b", "0x2"), ("BS_c", "1,2,3"), ("BS_t[0]", "\"long\"")]);
    let second = file(&[("BS_a[%].b", "7"), ("BS_c", "0x9"), ("BS_t[%]", "\"\"")]);
    let base = Base::after(model, &[&first, &second]);
    assert_eq!(base.number("BS_a[%].b"), Some(7));
    assert!(base.number("BS_a[3].b").is_none());
    assert_eq!(base.0["BS_c"], Held::Numbers(vec!["0x9".into(), "2".into(), "3".into()]));
    assert_eq!(base.text("BS_t"), Some(""));
    assert_eq!(Base::after(model, &[&first]).number("BS_a[4].b"), Some(2));
}

#[test]
fn the_calls_themselves() {
    let model = libprov::models::lookup("gigaset", "N510 IP PRO").unwrap();
    let mut base = Base::default();
    for (name, held) in [
        ("BS_IP_Data1.ucB_SIP_ACCOUNT_IS_ACTIVE_1", "1"),
        ("BS_Accounts.astAccounts[0].uiSendMask", "0x1"),
        ("BS_IP_Data1.ucB_SIP_ACCOUNT_IS_ACTIVE_2", "1"),
        ("BS_Accounts.astAccounts[1].uiSendMask", "0x3"),
        ("BS_Accounts.astAccounts[2].uiSendMask", "0x3f"),
    ] {
        base.0.insert(name.into(), Held::Numbers(vec![held.into()]));
    }
    let accounts = |handset| base.calls(model, handset, "1").into_iter().map(|call| call.account).collect::<Vec<_>>();
    assert_eq!(accounts(1), ["1", "2"]);
    assert_eq!(accounts(2), ["2"]);
    assert!(accounts(3).is_empty(), "account 3 is off");
}
