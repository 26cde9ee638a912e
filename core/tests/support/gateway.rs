//! A simulated SmartNode (`docs/facts/patton.md`, section 3): it types a file's commands from the top into an empty configuration,
//! by a list of modes and commands of its own.

use super::callrouter::{Mappings, Table};
use std::collections::BTreeMap;

/// Modes: where they are entered, how their line begins, and the commands they know.
const MODES: &[(&str, &str, &[&str])] = &[
    ("", "profile provisioning ", &["destination", "location", "activation"]),
    ("", "profile call-progress-tone ", &["play", "pause"]),
    ("", "profile ringing-cadence ", &["play", "pause"]),
    ("", "profile tone-set ", &["map call-progress-tone"]),
    ("", "profile voip ", &["codec", "dtmf-relay", "fax transmission"]),
    ("", "profile service-policy ", &[]),
    ("profile service-policy ", "source traffic-class ", &["set layer2 cos"]),
    ("", "actions", &[]),
    ("actions", "rule ", &["condition", "action"]),
    ("", "syslog-client", &["remote", "facility"]),
    ("", "system", &[]),
    ("system", "ic voice ", &["low-bitrate-codec"]),
    ("", "context ip router", &[]),
    ("context ip router", "interface eth0", &["ipaddress", "use profile service-policy"]),
    ("", "port ethernet 0 0", &["encapsulation", "bind interface", "shutdown"]),
    ("port ethernet 0 0", "vlan ", &["encapsulation", "bind interface", "shutdown"]),
    ("", "context cs switch", &["digit-collection", "address-completion", "shutdown"]),
    ("context cs switch", "routing-table ", &["route"]),
    ("context cs switch", "mapping-table ", &["map"]),
    ("context cs switch", "service hunt-group ", &["timeout", "route call"]),
    ("context cs switch", "interface sip ", &["bind context sip-gateway", "route call", "remote", "early-connect"]),
    (
        "context cs switch",
        "interface fxs ",
        &[
            "route call",
            "caller-id-presentation",
            "message-waiting-indication",
            "call-transfer",
            "call-waiting",
            "additional-call-offering",
            "subscriber-number",
        ],
    ),
    ("", "authentication-service ", &["username"]),
    ("", "location-service ", &["domain"]),
    ("location-service ", "identity ", &[]),
    ("identity ", "authentication outbound", &["authenticate"]),
    ("identity ", "call outbound", &["preferred-transport-protocol"]),
    ("identity ", "message inbound", &["subscribe"]),
    ("identity ", "registration outbound", &["registrar", "lifetime", "register", "preferred-transport-protocol"]),
    ("", "context sip-gateway GW_SIP", &["bind location-service", "notify check-sync", "shutdown"]),
    ("context sip-gateway GW_SIP", "interface IF_GW", &["bind interface"]),
    ("", "port fxs 0 ", &["use profile fxs", "caller-id format", "encapsulation", "bind interface", "shutdown"]),
];

/// What is typed outside all modes.
const ROOT: &[&str] = &["clock local", "sntp-client", "administrator", "operator", "webserver", "timer"];

/// The configuration: the commands of each mode, each mode under its whole path, ` > ` between them.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Gateway(pub BTreeMap<String, Vec<Vec<String>>>);

impl Gateway {
    /// Takes a file in place of the whole configuration.
    pub fn apply(&mut self, file: &[u8]) {
        self.0.clear();
        for (path, words) in commands(file) {
            self.0.entry(path).or_default().push(words);
        }
    }

    pub fn after(files: &[&[u8]]) -> Self {
        let mut gateway = Self::default();
        files.iter().for_each(|file| gateway.apply(file));
        gateway
    }

    /// What follows these words in the one command that begins with them.
    pub fn value(&self, path: &str, begins: &str) -> Option<Vec<String>> {
        let begins: Vec<&str> = begins.split(' ').collect();
        let starts = |words: &&Vec<String>| words.iter().map(String::as_str).take(begins.len()).eq(begins.iter().copied());
        let found: Vec<_> = self.0.get(path)?.iter().filter(starts).collect();
        assert!(found.len() <= 1, "{path}: {begins:?} stands twice");
        found.first().map(|words| words[begins.len()..].to_vec())
    }

    /// The routing table of numbers that telephones dial.
    pub fn table(&self, name: &str) -> Table {
        let routes = self.0[&format!("context cs switch > routing-table called-e164 {name}")].iter();
        let route = |words: &Vec<String>| {
            assert!(words[0] == "route" && matches!(words.len(), 4 | 5) && words[2].starts_with("dest-"), "{words:?}");
            (words[1].clone(), words.get(4).cloned())
        };
        Table { routes: routes.map(route).collect() }
    }

    /// The mapping tables that change the number dialled.
    pub fn mappings(&self) -> Mappings {
        let mut all = Mappings::new();
        for (path, commands) in &self.0 {
            if let Some(name) = path.strip_prefix("context cs switch > mapping-table called-e164 to called-e164 ") {
                let entry = |words: &Vec<String>| {
                    assert!(words.len() == 4 && words[0] == "map" && words[2] == "to", "{words:?}");
                    (words[1].clone(), words[3].clone())
                };
                all.insert(name.to_owned(), commands.iter().map(entry).collect());
            }
        }
        all
    }

    /// Every word of the configuration, modes included.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        self.0.iter().flat_map(|(path, commands)| commands.iter().flatten().map(String::as_str).chain([path.as_str()]))
    }
}

/// The commands of a file with the path of their mode; entering a mode is none.
pub fn commands(file: &[u8]) -> Vec<(String, Vec<String>)> {
    let text = std::str::from_utf8(file).expect("ASCII");
    assert!(text.is_ascii() && !text.contains(['\r', '\t', '\0']) && text.ends_with('\n'));
    let mut lines = text.lines();
    assert_eq!(lines.next(), Some("cli version 3.20"));
    let mut all = Vec::new();
    // The modes we are in: how their line begins, and the line.
    let mut modes: Vec<(&str, &str)> = Vec::new();
    for line in lines {
        let typed = line.trim_start_matches(' ');
        assert!(!typed.is_empty() && !typed.ends_with(' ') && !typed.starts_with('#'), "{line:?}");
        let words = words(typed);
        let command = words[usize::from(words[0] == "no")..].join(" ");
        let mut done = false;
        for depth in (0..=modes.len()).rev() {
            let own = depth.checked_sub(1).map_or("", |at| modes[at].0);
            let path = || modes[..depth].iter().map(|(_, line)| *line).collect::<Vec<_>>().join(" > ");
            let enters = |(parent, begins, _): &&(&'static str, &'static str, &[&str])| {
                *parent == own && if begins.ends_with(' ') { typed.starts_with(begins) } else { typed == *begins }
            };
            if let Some((_, begins, _)) = MODES.iter().find(enters) {
                modes.truncate(depth);
                modes.push((begins, typed));
                done = true;
                break;
            }
            let known =
                if own.is_empty() { ROOT } else { MODES.iter().find(|mode| mode.1 == own).map_or(&[][..], |mode| mode.2) };
            let matches = |name: &str| command == *name || command.starts_with(&format!("{name} "));
            if known.iter().any(|name| matches(name)) {
                all.push((path(), words.clone()));
                done = true;
                break;
            }
        }
        assert!(done, "{line:?} is no command here");
    }
    all
}

/// The words of a line; quotes hold one together.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut rest = line;
    while !rest.is_empty() {
        let (word, after) = match rest.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"').unwrap_or_else(|| panic!("{line:?} has an open quote")),
            None => rest.split_at(rest.find(' ').unwrap_or(rest.len())),
        };
        assert!(!word.is_empty() && (after.is_empty() || after.starts_with(' ')), "{line:?}");
        words.push(word.to_owned());
        rest = after.strip_prefix(' ').unwrap_or(after);
    }
    words
}
