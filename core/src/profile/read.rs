//! From JSON to a [`Profile`]: a walk that knows its path at every step, which derived deserialisers do not.

use super::json::Node;
use super::{
    Account, Codec, DialString, FieldError, Host, Key, KeyKind, PhoneLang, Polling, Port, Profile, ProfileError, Protection,
    Server, SipUser, Srtp, Time, Tones, Transport, Url,
};
use crate::lang::Lang;
use crate::mac::shown;
use crate::secret::Secret;
use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// Slots a profile may name; no phone has more accounts or keys.
const MOST_SLOTS: i64 = 1000;
/// Characters of a label, a name or another short text.
const MOST_TEXT: usize = 128;
/// Overrides of one profile.
const MOST_OVERRIDES: usize = 500;

pub(super) fn profile(text: &str) -> Result<Profile, ProfileError> {
    let root: Node = serde_json::from_str(text).map_err(|error| ProfileError::Json {
        line: u32::try_from(error.line()).unwrap_or(u32::MAX),
        column: u32::try_from(error.column()).unwrap_or(u32::MAX),
    })?;
    let mut root = Object::open(root, String::new())?;
    let profile = Profile {
        accounts: root.slots("accounts", account, |account| account.slot)?,
        protection: root.object("protection", protection)?.unwrap_or_default(),
        keys: root.slots("keys", key, |key| key.slot)?,
        language: root.word("language", LANGUAGES)?,
        time: root.object("time", time)?.unwrap_or_default(),
        tones: root.word("tones", TONES)?,
        provisioning: root.object("provisioning", polling)?.unwrap_or_default(),
        display_text: root.text("display_text", MOST_TEXT)?,
        overrides: overrides(&mut root)?,
        ..Profile::default()
    };
    root.close(profile)
}

fn polling(mut object: Object) -> Result<Polling, ProfileError> {
    let polling = Polling { interval_min: object.number("interval_min", 5, 43_200)?, jitter_min: None };
    object.close(polling)
}

fn account((mut object, slot): (Object, u16)) -> Result<Account, ProfileError> {
    let account = Account {
        slot,
        label: object.text("label", MOST_TEXT)?,
        display_name: object.text("display_name", MOST_TEXT)?,
        user: object.parsed("user", SipUser::parse)?.ok_or_else(|| object.missing("user"))?,
        auth_user: object.text("auth_user", MOST_TEXT)?,
        password: object.secret("password")?,
        server: object.object("server", server)?.ok_or_else(|| object.missing("server"))?,
        backup_server: object.object("backup_server", server)?,
        outbound_proxy: object.object("outbound_proxy", server)?,
        voicemail: object.parsed("voicemail", DialString::parse)?,
        expires_s: object.number("expires_s", 30, 604_800)?,
        srtp: object.word("srtp", SRTP)?,
        codecs: codecs(&mut object)?,
    };
    object.close(account)
}

fn server(mut object: Object) -> Result<Server, ProfileError> {
    let server = Server {
        host: object.parsed("host", Host::parse)?.ok_or_else(|| object.missing("host"))?,
        port: match object.number::<i64>("port", i64::MIN, i64::MAX)? {
            Some(number) => Some(Port::new(number).map_err(|error| object.refused("port", error))?),
            None => None,
        },
        transport: object.word("transport", TRANSPORTS)?.unwrap_or_default(),
    };
    object.close(server)
}

fn codecs(object: &mut Object) -> Result<Vec<Codec>, ProfileError> {
    let Some((node, path)) = object.take("codecs") else {
        return Ok(Vec::new());
    };
    let Node::List(items) = node else {
        return Err(form(path, "is not a list"));
    };
    let mut codecs = Vec::new();
    for (at, item) in items.into_iter().enumerate() {
        let path = format!("{path}[{}]", at + 1);
        let codec = word_in(&item, &path, CODECS)?;
        if codecs.contains(&codec) {
            return Err(value(path, "is given twice"));
        }
        codecs.push(codec);
    }
    Ok(codecs)
}

fn protection(mut object: Object) -> Result<Protection, ProfileError> {
    let protection = Protection {
        admin_password: object.secret("admin_password")?,
        user_password: object.secret("user_password")?,
        web: object.boolean("web")?,
        ..Protection::default()
    };
    object.close(protection)
}

fn key((mut object, slot): (Object, u16)) -> Result<Key, ProfileError> {
    #[derive(Clone, Copy)]
    enum Word {
        None,
        Line,
        Blf,
        SpeedDial,
        Url,
        Menu,
    }
    let kind = object
        .word(
            "kind",
            &[
                ("none", Word::None),
                ("line", Word::Line),
                ("blf", Word::Blf),
                ("speed_dial", Word::SpeedDial),
                ("url", Word::Url),
                ("menu", Word::Menu),
            ],
        )?
        .ok_or_else(|| object.missing("kind"))?;
    let missing = object.missing("value");
    let key = Key {
        slot,
        kind: match kind {
            Word::None => KeyKind::None,
            Word::Line => KeyKind::Line,
            Word::Blf => KeyKind::Blf {
                watch: object.parsed("value", DialString::parse)?.ok_or(missing)?,
                pickup: object.parsed("pickup", DialString::parse)?,
            },
            Word::SpeedDial => KeyKind::SpeedDial(object.parsed("value", DialString::parse)?.ok_or(missing)?),
            Word::Url => KeyKind::Url(object.parsed("value", Url::parse)?.ok_or(missing)?),
            Word::Menu => KeyKind::Menu(object.parsed("value", Url::parse)?.ok_or(missing)?),
        },
        label: object.text("label", MOST_TEXT)?,
        account: object.number("account", 1, MOST_SLOTS)?,
    };
    object.close(key)
}

fn time(mut object: Object) -> Result<Time, ProfileError> {
    let time = Time {
        ntp_server: object.parsed("ntp_server", Host::parse)?,
        utc_offset_min: object.number("utc_offset_min", -720, 840)?,
        dst_auto: object.boolean("dst_auto")?,
        ..Time::default()
    };
    object.close(time)
}

fn overrides(root: &mut Object) -> Result<Vec<(String, Secret)>, ProfileError> {
    let Some((node, path)) = root.take("overrides") else {
        return Ok(Vec::new());
    };
    let Node::Object(fields) = node else {
        return Err(form(path, "is not an object"));
    };
    if fields.len() > MOST_OVERRIDES {
        return Err(value(path, "has more than 500 entries"));
    }
    let mut overrides: Vec<(String, Secret)> = Vec::with_capacity(fields.len());
    for (name, node) in fields {
        let path = format!("{path}.{}", shown(&name));
        let text = match node {
            Node::Text(text) => text,
            Node::Number(number) => Secret::new(format!("{number}")),
            Node::Bool(on) => if on { "1" } else { "0" }.into(),
            _ => return Err(form(path, "is not a text, a whole number or a truth value")),
        };
        overrides.push((name, text));
    }
    overrides.sort_unstable_by(|a, b| a.0.cmp(&b.0));
    match overrides.windows(2).find(|pair| matches!(pair, [a, b] if a.0 == b.0)) {
        Some([twice, ..]) => Err(form(format!("{path}.{}", shown(&twice.0)), "is given twice")),
        _ => Ok(overrides),
    }
}

/// A JSON object being read: what is left of its fields, and its path.
struct Object {
    fields: Vec<(String, Node)>,
    path: String,
}

impl Object {
    fn open(node: Node, path: String) -> Result<Self, ProfileError> {
        match node {
            Node::Object(fields) => Ok(Self { fields, path }),
            _ if path.is_empty() => Err(form("the profile".into(), "is not an object")),
            _ => Err(form(path, "is not an object")),
        }
    }

    /// Ends the reading: a field that nobody took is unknown or given twice.
    fn close<T>(self, done: T) -> Result<T, ProfileError> {
        match self.fields.iter().find(|(_, node)| !matches!(node, Node::Null)) {
            Some((name, _)) => Err(form(self.path_of(&shown(name)), "is not a known field, or is given twice")),
            None => Ok(done),
        }
    }

    fn path_of(&self, name: &str) -> String {
        if self.path.is_empty() {
            return name.to_owned();
        }
        format!("{}.{name}", self.path)
    }

    /// Takes the field out, with its path; `null` counts as absent.
    fn take(&mut self, name: &str) -> Option<(Node, String)> {
        let at = self.fields.iter().position(|(field, _)| field == name)?;
        let (_, node) = self.fields.remove(at);
        (!matches!(node, Node::Null)).then(|| (node, self.path_of(name)))
    }

    fn missing(&self, name: &str) -> ProfileError {
        form(self.path_of(name), "is missing")
    }

    fn refused(&self, name: &str, error: FieldError) -> ProfileError {
        value(self.path_of(name), error.reason())
    }

    fn secret(&mut self, name: &str) -> Result<Option<Secret>, ProfileError> {
        match self.take(name) {
            None => Ok(None),
            Some((Node::Text(text), path)) if text.is_empty() => Err(value(path, "is empty; leave the field out instead")),
            Some((Node::Text(text), path)) if text.expose().len() > MOST_TEXT => Err(value(path, "is longer than 128 bytes")),
            Some((Node::Text(text), _)) => Ok(Some(text)),
            Some((_, path)) => Err(form(path, "is not a text")),
        }
    }

    fn text(&mut self, name: &str, most: usize) -> Result<Option<String>, ProfileError> {
        match self.take(name) {
            None => Ok(None),
            Some((Node::Text(text), path)) if text.is_empty() => Err(value(path, "is empty; leave the field out instead")),
            Some((Node::Text(text), path)) if text.expose().chars().nth(most).is_some() => {
                Err(value(path, "is longer than 128 characters"))
            }
            Some((Node::Text(text), _)) => Ok(Some(text.expose().to_owned())),
            Some((_, path)) => Err(form(path, "is not a text")),
        }
    }

    fn parsed<T>(&mut self, name: &str, parse: fn(&str) -> Result<T, FieldError>) -> Result<Option<T>, ProfileError> {
        match self.take(name) {
            None => Ok(None),
            Some((Node::Text(text), path)) => parse(text.expose()).map(Some).map_err(|error| value(path, error.reason())),
            Some((_, path)) => Err(form(path, "is not a text")),
        }
    }

    fn word<T: Copy>(&mut self, name: &str, words: &[(&str, T)]) -> Result<Option<T>, ProfileError> {
        self.take(name).map(|(node, path)| word_in(&node, &path, words)).transpose()
    }

    fn number<T: TryFrom<i64>>(&mut self, name: &str, least: i64, most: i64) -> Result<Option<T>, ProfileError> {
        match self.take(name) {
            None => Ok(None),
            Some((Node::Number(number), path)) => (least..=most)
                .contains(&number)
                .then(|| T::try_from(number).ok())
                .flatten()
                .map(Some)
                .ok_or_else(|| value(path, "is out of range")),
            Some((_, path)) => Err(form(path, "is not a whole number")),
        }
    }

    fn boolean(&mut self, name: &str) -> Result<Option<bool>, ProfileError> {
        match self.take(name) {
            None => Ok(None),
            Some((Node::Bool(on), _)) => Ok(Some(on)),
            Some((_, path)) => Err(form(path, "is not true or false")),
        }
    }

    fn object<T>(&mut self, name: &str, read: impl FnOnce(Object) -> Result<T, ProfileError>) -> Result<Option<T>, ProfileError> {
        self.take(name).map(|(node, path)| read(Object::open(node, path)?)).transpose()
    }

    /// A list whose entries have slots, sorted by them.
    fn slots<T>(
        &mut self,
        name: &str,
        read: fn((Object, u16)) -> Result<T, ProfileError>,
        slot_of: fn(&T) -> u16,
    ) -> Result<Vec<T>, ProfileError> {
        let Some((node, path)) = self.take(name) else {
            return Ok(Vec::new());
        };
        let Node::List(nodes) = node else {
            return Err(form(path, "is not a list"));
        };
        if nodes.len() > 1000 {
            return Err(value(path, "has more than 1000 entries"));
        }
        let mut items: Vec<T> = Vec::with_capacity(nodes.len());
        for (at, node) in nodes.into_iter().enumerate() {
            let mut object = Object::open(node, format!("{path}[{}]", at + 1))?;
            let place = u16::try_from(at + 1).unwrap_or(u16::MAX);
            let slot = object.number("slot", 1, MOST_SLOTS)?.unwrap_or(place);
            object.path = format!("{path}[{slot}]");
            if items.iter().any(|item| slot_of(item) == slot) {
                return Err(value(object.path_of("slot"), "is given twice"));
            }
            items.push(read((object, slot))?);
        }
        items.sort_unstable_by_key(slot_of);
        Ok(items)
    }
}

fn word_in<T: Copy>(node: &Node, path: &str, words: &[(&str, T)]) -> Result<T, ProfileError> {
    let Node::Text(text) = node else {
        return Err(form(path.to_owned(), "is not a text"));
    };
    words
        .iter()
        .find(|(word, _)| *word == text.expose())
        .map(|(_, meaning)| *meaning)
        .ok_or_else(|| value(path.to_owned(), "is none of the known words"))
}

fn form(field: String, reason: &'static str) -> ProfileError {
    ProfileError::Form { field, reason }
}

fn value(field: String, reason: &'static str) -> ProfileError {
    ProfileError::Value { field, reason }
}

const TRANSPORTS: &[(&str, Transport)] = &[("udp", Transport::Udp), ("tcp", Transport::Tcp), ("tls", Transport::Tls)];

const SRTP: &[(&str, Srtp)] = &[("off", Srtp::Off), ("optional", Srtp::Optional), ("required", Srtp::Required)];

const CODECS: &[(&str, Codec)] = &[
    ("pcma", Codec::Pcma),
    ("pcmu", Codec::Pcmu),
    ("g722", Codec::G722),
    ("g729", Codec::G729),
    ("opus", Codec::Opus),
    ("ilbc", Codec::Ilbc),
    ("g726_32", Codec::G726_32),
];

const LANGUAGES: &[(&str, PhoneLang)] = &[
    ("de", PhoneLang::Own(Lang::De)),
    ("en", PhoneLang::Own(Lang::En)),
    ("fr", PhoneLang::Own(Lang::Fr)),
    ("es", PhoneLang::Own(Lang::Es)),
    ("it", PhoneLang::Own(Lang::It)),
    ("pl", PhoneLang::Own(Lang::Pl)),
    ("pt", PhoneLang::Pt),
    ("tr", PhoneLang::Tr),
    ("ru", PhoneLang::Ru),
];

const TONES: &[(&str, Tones)] = &[
    ("at", Tones::At),
    ("be", Tones::Be),
    ("ch", Tones::Ch),
    ("de", Tones::De),
    ("es", Tones::Es),
    ("fr", Tones::Fr),
    ("gb", Tones::Gb),
    ("it", Tones::It),
    ("nl", Tones::Nl),
    ("us", Tones::Us),
];

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
            (r#"{"acounts": []}"#, "acounts is not a known field, or is given twice"),
            (r#"{"tones": "de", "tones": "us"}"#, "tones is not a known field, or is given twice"),
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
                "accounts[1].server.prot is not a known field, or is given twice",
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
            (r#"{"keys": [{"kind": "line", "value": "x"}]}"#, "keys[1].value is not a known field, or is given twice"),
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
