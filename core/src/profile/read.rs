//! From JSON to a [`Profile`]: every value is checked by its shape, then taken; every error knows its path.

use super::json::Node;
use super::shape::{form, is_absent, join, override_path, slot_of, value};
use super::tables::{CODECS, KEY_KINDS, LANGUAGES, Make, PROFILE, SRTP, TONES, TRANSPORTS};
use super::{
    Account, DialString, Dialling, FieldError, FirmwareTarget, FirmwareVersion, Handset, Host, Key, Module, Network,
    NumberPattern, Phonebook, Polling, Port, Profile, ProfileError, Protection, Server, SipUser, Syslog, Time, Url,
};
use crate::secret::Secret;
use crate::zone::Zone;
use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// The longest text, in bytes: a tree of it takes some twenty times as much memory while it is read.
pub(super) const LONGEST: usize = 1 << 20;

/// Reads a text as JSON.
pub(super) fn parse(text: &str) -> Result<Node, ProfileError> {
    if text.len() > LONGEST {
        return Err(too_long());
    }
    serde_json::from_str(text).map_err(|error| ProfileError::Json {
        line: u32::try_from(error.line()).unwrap_or(u32::MAX),
        column: u32::try_from(error.column()).unwrap_or(u32::MAX),
    })
}

/// The error for a text longer than [`LONGEST`].
pub(super) fn too_long() -> ProfileError {
    form("the profile".into(), "is longer than 1 MiB")
}

/// Checks what a part of a profile says; what it leaves out is not missed.
pub(super) fn check(root: &Node) -> Result<(), ProfileError> {
    match root {
        Node::Object(fields) => PROFILE.check(fields, "", &[]),
        _ => Err(form("the profile".into(), "is not an object")),
    }
}

/// The profile that a tree holds.
pub(super) fn profile(root: Node) -> Result<Profile, ProfileError> {
    check(&root)?;
    let mut root = Object::open(root, String::new());
    Ok(Profile {
        accounts: root.slots("accounts", account)?,
        handsets: root.slots("handsets", handset)?,
        protection: root.object("protection", protection)?.unwrap_or_default(),
        keys: root.slots("keys", key)?,
        modules: root.slots("modules", module)?,
        language: root.word("language", LANGUAGES)?,
        language_file: root.parsed("language_file", Url::parse)?,
        menu: root.parsed("menu", Url::parse)?,
        phonebook: root.object("phonebook", phonebook)?,
        firmware: root.object("firmware", firmware)?,
        time: root.object("time", time)?.unwrap_or_default(),
        tones: root.word("tones", TONES)?,
        network: root.object("network", network)?.unwrap_or_default(),
        syslog: root.object("syslog", syslog)?,
        provisioning: root.object("provisioning", provisioning)?.unwrap_or_default(),
        dialling: root.object("dialling", dialling)?.unwrap_or_default(),
        display_text: root.text("display_text")?,
        overrides: root.overrides()?,
    })
}

fn account(object: &mut Object, slot: u16) -> Result<Account, ProfileError> {
    Ok(Account {
        slot,
        label: object.text("label")?,
        display_name: object.text("display_name")?,
        user: object.needed("user", SipUser::parse)?,
        auth_user: object.text("auth_user")?,
        password: object.secret("password")?,
        server: object.object("server", server)?.ok_or_else(|| object.missing("server"))?,
        backup_server: object.object("backup_server", server)?,
        outbound_proxy: object.object("outbound_proxy", server)?,
        voicemail: object.parsed("voicemail", DialString::parse)?,
        expires_s: object.number("expires_s")?,
        srtp: object.word("srtp", SRTP)?,
        codecs: object.list("codecs", |word| meaning(CODECS, word))?,
    })
}

fn server(object: &mut Object) -> Result<Server, ProfileError> {
    Ok(Server {
        host: object.needed("host", Host::parse)?,
        port: object.port("port")?,
        transport: object.word("transport", TRANSPORTS)?.unwrap_or_default(),
    })
}

fn handset(object: &mut Object, slot: u16) -> Result<Handset, ProfileError> {
    Ok(Handset { slot, name: object.text("name")?, account: object.number("account")? })
}

fn protection(object: &mut Object) -> Result<Protection, ProfileError> {
    Ok(Protection {
        admin_password: object.secret("admin_password")?,
        user_password: object.secret("user_password")?,
        menu_password: object.secret("menu_password")?,
        pairing_pin: object.secret("pairing_pin")?,
        web: object.boolean("web")?,
    })
}

fn key(object: &mut Object, slot: u16) -> Result<Key, ProfileError> {
    let kind = match object.word("kind", KEY_KINDS)?.ok_or_else(|| object.missing("kind"))? {
        Make::Plain(make) => make(),
        Make::Number(make) => make(object.needed("value", DialString::parse)?),
        Make::MaybeNumber(make) => make(object.parsed("value", DialString::parse)?),
        Make::Watch(make) => make(object.needed("value", DialString::parse)?, object.parsed("pickup", DialString::parse)?),
        Make::Url(make) => make(object.needed("value", Url::parse)?),
    };
    for name in ["value", "pickup"] {
        if object.take(name).is_some() {
            return Err(form(object.path_of(name), "does not go with this kind of key"));
        }
    }
    Ok(Key { slot, kind, label: object.text("label")?, account: object.number("account")? })
}

fn module(object: &mut Object, slot: u16) -> Result<Module, ProfileError> {
    Ok(Module { slot, keys: object.slots("keys", key)? })
}

fn phonebook(object: &mut Object) -> Result<Phonebook, ProfileError> {
    Ok(Phonebook {
        name: object.text("name")?,
        url: object.needed("url", Url::parse)?,
        user: object.text("user")?,
        password: object.secret("password")?,
    })
}

fn firmware(object: &mut Object) -> Result<FirmwareTarget, ProfileError> {
    Ok(FirmwareTarget { version: object.needed("version", FirmwareVersion::parse)?, url: object.needed("url", Url::parse)? })
}

fn time(object: &mut Object) -> Result<Time, ProfileError> {
    Ok(Time {
        ntp_server: object.parsed("ntp_server", Host::parse)?,
        zone: object.picked("zone", |node| Zone::named(node.text()?))?,
        utc_offset_min: object.number("utc_offset_min")?,
        dst_auto: object.boolean("dst_auto")?,
        hours_24: object.boolean("hours_24")?,
    })
}

fn network(object: &mut Object) -> Result<Network, ProfileError> {
    Ok(Network {
        vlan: object.number("vlan")?,
        vlan_priority: object.number("vlan_priority")?,
        pc_vlan: object.number("pc_vlan")?,
        lldp: object.boolean("lldp")?,
    })
}

fn syslog(object: &mut Object) -> Result<Syslog, ProfileError> {
    Ok(Syslog { host: object.needed("host", Host::parse)?, port: object.port("port")?, level: object.number("level")? })
}

fn provisioning(object: &mut Object) -> Result<Polling, ProfileError> {
    Ok(Polling { interval_min: object.number("interval_min")?, jitter_min: object.number("jitter_min")? })
}

fn dialling(object: &mut Object) -> Result<Dialling, ProfileError> {
    let at_once = object.list("at_once", |text| NumberPattern::parse(text).ok())?;
    Ok(Dialling { timeout_s: object.number("timeout_s")?, at_once })
}

/// A checked JSON object being read: what is left of its fields, and its path.
struct Object {
    fields: Vec<(String, Node)>,
    path: String,
}

impl Object {
    fn open(node: Node, path: String) -> Self {
        let fields = if let Node::Object(fields) = node { fields } else { Vec::new() };
        Self { fields, path }
    }

    fn path_of(&self, name: &str) -> String {
        join(&self.path, name)
    }

    /// Takes a field out; `null` counts as absent.
    fn take(&mut self, name: &str) -> Option<Node> {
        let at = self.fields.iter().position(|(field, _)| field == name)?;
        let (_, node) = self.fields.swap_remove(at);
        (!matches!(node, Node::Null)).then_some(node)
    }

    fn missing(&self, name: &str) -> ProfileError {
        form(self.path_of(name), "is missing")
    }

    /// Takes a field out and picks its value, which the check has found to be right.
    fn picked<T>(&mut self, name: &str, pick: impl FnOnce(&Node) -> Option<T>) -> Result<Option<T>, ProfileError> {
        let Some(node) = self.take(name) else { return Ok(None) };
        pick(&node).map(Some).ok_or_else(|| form(self.path_of(name), "is of the wrong type"))
    }

    fn secret(&mut self, name: &str) -> Result<Option<Secret>, ProfileError> {
        self.picked(name, |node| node.text().map(Secret::from))
    }

    fn text(&mut self, name: &str) -> Result<Option<String>, ProfileError> {
        self.picked(name, |node| node.text().map(ToOwned::to_owned))
    }

    fn parsed<T>(&mut self, name: &str, parse: fn(&str) -> Result<T, FieldError>) -> Result<Option<T>, ProfileError> {
        let Some(node) = self.take(name) else { return Ok(None) };
        let text = node.text().unwrap_or_default();
        parse(text).map(Some).map_err(|error| value(self.path_of(name), error.reason()))
    }

    fn needed<T>(&mut self, name: &str, parse: fn(&str) -> Result<T, FieldError>) -> Result<T, ProfileError> {
        self.parsed(name, parse)?.ok_or_else(|| self.missing(name))
    }

    fn word<T: Copy>(&mut self, name: &str, words: &[(&str, T)]) -> Result<Option<T>, ProfileError> {
        self.picked(name, |node| meaning(words, node.text()?))
    }

    fn number<T: TryFrom<i64>>(&mut self, name: &str) -> Result<Option<T>, ProfileError> {
        self.picked(name, |node| if let Node::Number(number) = node { T::try_from(*number).ok() } else { None })
    }

    fn port(&mut self, name: &str) -> Result<Option<Port>, ProfileError> {
        self.picked(name, |node| if let Node::Number(number) = node { Port::new(*number).ok() } else { None })
    }

    fn boolean(&mut self, name: &str) -> Result<Option<bool>, ProfileError> {
        self.picked(name, |node| if let Node::Bool(on) = node { Some(*on) } else { None })
    }

    fn object<T>(
        &mut self,
        name: &str,
        read: impl FnOnce(&mut Self) -> Result<T, ProfileError>,
    ) -> Result<Option<T>, ProfileError> {
        let Some(node) = self.take(name) else { return Ok(None) };
        read(&mut Self::open(node, self.path_of(name))).map(Some)
    }

    fn list<T>(&mut self, name: &str, pick: impl Fn(&str) -> Option<T>) -> Result<Vec<T>, ProfileError> {
        let picked = self.picked(name, |node| match node {
            Node::List(items) => items.iter().map(|item| pick(item.text()?)).collect(),
            _ => None,
        })?;
        Ok(picked.unwrap_or_default())
    }

    /// A list whose entries have slots, in ascending order of them.
    fn slots<T>(&mut self, name: &str, read: impl Fn(&mut Self, u16) -> Result<T, ProfileError>) -> Result<Vec<T>, ProfileError> {
        let Some(Node::List(nodes)) = self.take(name) else { return Ok(Vec::new()) };
        let path = self.path_of(name);
        let mut nodes: Vec<(u16, Node)> =
            nodes.into_iter().enumerate().map(|(place, node)| (slot_of(&node, place), node)).collect();
        nodes.sort_by_key(|(slot, _)| *slot);
        let there = nodes.into_iter().filter(|(_, node)| !matches!(node, Node::Null) && !is_absent(node));
        there.map(|(slot, node)| read(&mut Self::open(node, format!("{path}[{slot}]")), slot)).collect()
    }

    fn overrides(&mut self) -> Result<Vec<(String, Secret)>, ProfileError> {
        let Some(Node::Object(fields)) = self.take("overrides") else { return Ok(Vec::new()) };
        let mut overrides: Vec<(String, Secret)> = Vec::with_capacity(fields.len());
        for (name, node) in fields {
            let text = match node {
                Node::Null => continue,
                Node::Text(text) => text,
                Node::Number(number) => Secret::new(format!("{number}")),
                Node::Bool(on) => if on { "1" } else { "0" }.into(),
                _ => return Err(form(override_path("overrides", &name), "is of the wrong type")),
            };
            overrides.push((name, text));
        }
        overrides.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        Ok(overrides)
    }
}

fn meaning<T: Copy>(words: &[(&str, T)], text: &str) -> Option<T> {
    words.iter().find(|(word, _)| *word == text).map(|(_, meaning)| *meaning)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use alloc::string::ToString;

    fn refusal(json: &str) -> String {
        Profile::from_json(json).unwrap_err().to_string()
    }

    #[test]
    fn v6_errors_name_the_path() {
        let server = r#""server": {"host": "a.example"}"#;
        for (json, expected) in [
            ("[]", "the profile is not an object"),
            ("{", "the profile is not JSON: line 1, column 1"),
            (r#"{"acounts": []}"#, "acounts is not a known field; the nearest are accounts"),
            (r#"{"tones": "de", "tones": "us"}"#, "tones is given twice"),
            (r#"{"accounts": {}}"#, "accounts is not a list"),
            (r#"{"accounts": [{"server": {"host": "a"}}]}"#, "accounts[1].user is missing"),
            (r#"{"accounts": [{"slot": 7, "user": "1"}]}"#, "accounts[7].server is missing"),
            (r#"{"accounts": [{"slot": 0}]}"#, "accounts[1].slot is out of range"),
            (
                r#"{"accounts": [{"user": "1", "server": {"host": "a", "port": 70000}}]}"#,
                "accounts[1].server.port is not a port from 1 to 65535",
            ),
            (
                r#"{"accounts": [{"user": "1", "server": {"host": "a", "prot": 1}}]}"#,
                "accounts[1].server.prot is not a known field; the nearest are port",
            ),
            (
                &["{\"accounts\": [{\"user\": \"1\", ", server, ", \"codecs\": [\"pcma\", \"mp3\"]}]}"].concat(),
                "accounts[1].codecs[2] is none of the known words",
            ),
            (
                &["{\"accounts\": [{\"user\": \"1\", ", server, "}, {\"slot\": 1, \"user\": \"1\", ", server, "}]}"].concat(),
                "accounts[1].slot is given twice",
            ),
            (r#"{"keys": [{"kind": "blf"}]}"#, "keys[1].value is missing"),
            (r#"{"keys": [{"kind": "line", "value": "x"}]}"#, "keys[1].value does not go with this kind of key"),
            (r#"{"protection": {"admin_password": ""}}"#, "protection.admin_password is empty; leave the field out instead"),
            (r#"{"protection": {"web": 1}}"#, "protection.web is not true or false"),
            (r#"{"time": {"utc_offset_min": 1e3}}"#, "time.utc_offset_min is not a whole number"),
            (r#"{"overrides": {"a": []}}"#, "overrides.a is not a text, a whole number or a truth value"),
            (r#"{"overrides": {"a": "1", "a": "2"}}"#, "overrides.a is given twice"),
        ] {
            assert_eq!(refusal(json), expected, "{json}");
        }
    }

    #[test]
    fn null_counts_as_absent_and_nesting_is_bounded() {
        assert_eq!(Profile::from_json(r#"{"tones": null, "accounts": null}"#), Ok(Profile::default()));
        assert!(refusal(&"[".repeat(100_000)).contains("not JSON"));
    }

    #[test]
    fn errors_and_debug_quote_no_value() {
        let json = r#"{"protection": {"admin_password": "MARKER"}, "tones": "MARKER"}"#;
        assert!(!refusal(json).contains("MARKER"));
        let json = r#"{"protection": {"admin_password": "MARKER", "user_password": "MARKER"}}"#;
        assert!(!format!("{:?}", Profile::from_json(json)).contains("MARKER"));
    }
}
