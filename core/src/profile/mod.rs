//! The phone profile: what one phone shall be, in no vendor's words (SPEC V1).
//!
//! A profile comes from JSON ([`Profile::from_json`]) and is valid from then on; [`crate::render`] turns it into the file of one
//! model. Every error names the field by its path, such as `accounts[1].server.port`. The number in brackets is the *slot*,
//! counted from 1: the field `slot` of the entry or, where it has none, its place in the list.
//!
//! [`Profile::from_layers`] merges what tenant, site, model and device say, [`set`] and [`unset`] change one value by its path,
//! [`json_schema`] is for editors and forms (SPEC V11). `docs/profile.md` lists every field.
//!
//! ```
//! use libprov::profile::Profile;
//! let profile = Profile::from_json(r#"{
//!     "accounts": [{
//!         "label": "201 Reception", "user": "201", "password": "s3cret",
//!         "server": { "host": "sip.example.net", "port": 5061, "transport": "tls" }
//!     }],
//!     "language": "de"
//! }"#)?;
//! assert_eq!(profile.account_slots().collect::<Vec<_>>(), [1]);
//!
//! let error = Profile::from_json(r#"{"accounts": [{"user": "201", "server": {"host": "a", "port": 0}}]}"#).unwrap_err();
//! assert_eq!(error.to_string(), "accounts[1].server.port is not a port from 1 to 65535");
//! # Ok::<(), libprov::profile::ProfileError>(())
//! ```

mod fields;
mod json;
mod layers;
mod path;
mod read;
mod schema;
mod shape;
mod tables;
mod walk;

pub use fields::{DialString, FieldError, FirmwareVersion, Host, NumberPattern, Port, SipUser, Url};
pub use layers::{Layer, LayerError};
pub use path::{set, unset};
pub use schema::{json_schema, layer_json_schema};
pub(crate) use shape::override_path;
pub use walk::Field;

use crate::error::{codes, listed};
use crate::lang::Lang;
use crate::secret::Secret;
use alloc::string::String;
use alloc::vec::Vec;

/// What one phone shall be. `Debug` shows no secret.
///
/// Its parts are read by the renderers only; a host makes one from JSON and hands it on.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Profile {
    /// In ascending order of slots, each slot once.
    pub(crate) accounts: Vec<Account>,
    /// Handsets of a DECT base, in ascending order of slots, each slot once.
    pub(crate) handsets: Vec<Handset>,
    pub(crate) protection: Protection,
    /// Keys beside the screen, in ascending order of slots, each slot once.
    pub(crate) keys: Vec<Key>,
    /// Expansion modules, in ascending order of slots, each slot once.
    pub(crate) modules: Vec<Module>,
    pub(crate) language: Option<PhoneLang>,
    /// A file with the phone's own texts in that language.
    pub(crate) language_file: Option<Url>,
    /// The menu that the server shows on the phone's screen.
    pub(crate) menu: Option<Url>,
    pub(crate) phonebook: Option<Phonebook>,
    pub(crate) firmware: Option<FirmwareTarget>,
    pub(crate) time: Time,
    pub(crate) tones: Option<Tones>,
    pub(crate) network: Network,
    pub(crate) syslog: Option<Syslog>,
    pub(crate) provisioning: Polling,
    pub(crate) dialling: Dialling,
    pub(crate) display_text: Option<String>,
    /// In ascending order of names, each name once. The values count as secrets: a password may be among them.
    pub(crate) overrides: Vec<(String, Secret)>,
}

impl Profile {
    /// Reads a profile from JSON. What is `null` is not there.
    ///
    /// # Errors
    /// [`ProfileError::Json`] when the text is no JSON, [`ProfileError::Unknown`] for an unknown field, [`ProfileError::Form`]
    /// for a missing, repeated or wrongly typed one, [`ProfileError::Word`] and [`ProfileError::Value`] for a value that its
    /// field does not allow. No error quotes a value.
    pub fn from_json(text: &str) -> Result<Self, ProfileError> {
        read::profile(read::parse(text)?)
    }

    /// The slots of its SIP accounts, ascending.
    pub fn account_slots(&self) -> impl Iterator<Item = u16> + '_ {
        self.accounts.iter().map(|account| account.slot)
    }
}

/// One SIP account.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Account {
    pub(crate) slot: u16,
    pub(crate) label: Option<String>,
    pub(crate) display_name: Option<String>,
    pub(crate) user: SipUser,
    pub(crate) auth_user: Option<String>,
    pub(crate) password: Option<Secret>,
    pub(crate) server: Server,
    pub(crate) backup_server: Option<Server>,
    /// Where every request goes first; none sends them to the server itself.
    pub(crate) outbound_proxy: Option<Server>,
    /// The number of the voice mailbox.
    pub(crate) voicemail: Option<DialString>,
    /// Seconds between two registrations.
    pub(crate) expires_s: Option<u32>,
    pub(crate) srtp: Option<Srtp>,
    /// In order of preference; empty leaves the choice to the phone.
    pub(crate) codecs: Vec<Codec>,
}

/// One handset of a DECT base.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Handset {
    pub(crate) slot: u16,
    pub(crate) name: Option<String>,
    /// The account it rings for and calls with; none takes the account of its own slot.
    pub(crate) account: Option<u16>,
}

/// A SIP server.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Server {
    /// Name or address.
    pub host: Host,
    /// Port; none leaves it to the phone (5060, or what DNS says).
    pub port: Option<Port>,
    /// Transport.
    pub transport: Transport,
}

/// How SIP messages travel.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Ord, PartialOrd, Hash)]
#[non_exhaustive]
pub enum Transport {
    /// UDP.
    #[default]
    Udp,
    /// TCP.
    Tcp,
    /// TLS.
    Tls,
}

/// Encryption of the voice.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Srtp {
    Off,
    Optional,
    Required,
}

/// A voice codec.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Codec {
    Pcma,
    Pcmu,
    G722,
    G729,
    Opus,
    Ilbc,
    G726_32,
}

/// Who may change the phone.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct Protection {
    /// Of the administrator's web pages.
    pub(crate) admin_password: Option<Secret>,
    /// Of the user's web pages.
    pub(crate) user_password: Option<Secret>,
    /// Of the administrator's part of the phone's own menu.
    pub(crate) menu_password: Option<Secret>,
    /// Digits that pair a handset with a DECT base.
    pub(crate) pairing_pin: Option<Secret>,
    /// Whether the web pages can be reached.
    pub(crate) web: Option<bool>,
}

/// One expansion module.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Module {
    pub(crate) slot: u16,
    /// In ascending order of slots, each slot once.
    pub(crate) keys: Vec<Key>,
}

/// One function key.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Key {
    pub(crate) slot: u16,
    pub(crate) kind: KeyKind,
    pub(crate) label: Option<String>,
    /// The account it uses; none leaves it to the phone.
    pub(crate) account: Option<u16>,
}

/// What a function key does.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum KeyKind {
    None,
    Line,
    /// Watches a line, and picks its calls up with a code.
    Blf {
        watch: DialString,
        pickup: Option<DialString>,
    },
    SpeedDial(DialString),
    /// Calls, and the other side answers by itself.
    Intercom(DialString),
    /// Transfers the call to a number, or to one that is typed then.
    Transfer(Option<DialString>),
    /// Switches a diversion on and off, to a number or to one that is typed then.
    Forward(Option<DialString>),
    /// Parks the call in this place, and fetches it from there.
    Park(DialString),
    /// Picks up the calls of a number, or of the group.
    Pickup(Option<DialString>),
    /// Sends these tones into the call.
    Dtmf(DialString),
    /// Calls the voice mailbox.
    Voicemail,
    DoNotDisturb,
    Redial,
    Hold,
    Conference,
    /// Shows the phonebook.
    Directory,
    /// Shows the list of calls.
    History,
    /// Fetches a URL and shows nothing.
    Url(Url),
    /// Shows the XML menu behind a URL.
    Menu(Url),
}

/// A phonebook that the phone fetches.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Phonebook {
    pub(crate) name: Option<String>,
    pub(crate) url: Url,
    pub(crate) user: Option<String>,
    pub(crate) password: Option<Secret>,
}

/// The firmware that a phone with an older one fetches.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct FirmwareTarget {
    pub(crate) version: FirmwareVersion,
    pub(crate) url: Url,
}

/// VLAN and LLDP.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct Network {
    /// The VLAN of the phone, 1 to 4094.
    pub(crate) vlan: Option<u16>,
    /// Its priority, 0 to 7.
    pub(crate) vlan_priority: Option<u8>,
    /// The VLAN of the socket for a computer, 1 to 4094.
    pub(crate) pc_vlan: Option<u16>,
    /// Whether the phone learns its VLAN by LLDP.
    pub(crate) lldp: Option<bool>,
}

/// Where the phone sends its log.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Syslog {
    pub(crate) host: Host,
    pub(crate) port: Option<Port>,
    /// RFC 5424 severity, 0 (emergency) to 7 (debug).
    pub(crate) level: Option<u8>,
}

/// How often the phone asks for its configuration.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct Polling {
    pub(crate) interval_min: Option<u16>,
    /// At most so many minutes are added, the same for one MAC address each time, so that a site does not ask at once.
    pub(crate) jitter_min: Option<u16>,
}

/// When a typed number is complete.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct Dialling {
    /// Seconds after the last digit.
    pub(crate) timeout_s: Option<u8>,
    /// Numbers that are dialled at once.
    pub(crate) at_once: Vec<NumberPattern>,
}

/// The language of a phone's own texts: those of [`Lang`] and some that phones know beside them.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Ord, PartialOrd, Hash)]
#[non_exhaustive]
pub enum PhoneLang {
    /// One of the library's own languages.
    Own(Lang),
    /// Portuguese.
    Pt,
    /// Turkish.
    Tr,
    /// Russian.
    Ru,
}

/// Clock settings.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct Time {
    pub(crate) ntp_server: Option<Host>,
    /// The zone, with its rule for summer time.
    pub(crate) zone: Option<crate::zone::Zone>,
    /// Minutes east of UTC, where there is no zone.
    pub(crate) utc_offset_min: Option<i16>,
    /// Summer time by the phone's own rules (true) or never (false); none by the zone's rule.
    pub(crate) dst_auto: Option<bool>,
    /// Hours from 0 to 23 (true) or twice from 1 to 12.
    pub(crate) hours_24: Option<bool>,
}

/// The country whose tones the phone plays.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Tones {
    At,
    Be,
    Ch,
    De,
    Es,
    Fr,
    Gb,
    It,
    Nl,
    Us,
}

codes! {
    /// Why a profile is refused. No variant quotes a value: it could be a secret.
    pub enum ProfileError {
        /// The text is not JSON.
        #[error("the profile is not JSON: line {line}, column {column}")]
        Json {
            /// Line, from 1.
            line: u32,
            /// Column, from 1.
            column: u32,
        } = PROFILE_FORM,
        /// A field is missing, given twice or of the wrong type.
        #[error("{field} {reason}")]
        Form {
            /// The field's path, such as `accounts[1].server`.
            field: String,
            /// What is wrong, such as `is missing`.
            reason: &'static str,
        } = PROFILE_FORM,
        /// A field that profiles do not have.
        #[error("{field} is not a known field{}", listed(nearest))]
        Unknown {
            /// The field's path.
            field: String,
            /// At most three fields beside it that look like it, the nearest first.
            nearest: Vec<&'static str>,
        } = PROFILE_FORM,
        /// A word that its field does not know.
        #[error("{field} is none of {what}{}", listed(nearest))]
        Word {
            /// The field's path.
            field: String,
            /// Of which words it should be one.
            what: &'static str,
            /// At most three that look like it, the nearest first.
            nearest: Vec<&'static str>,
        } = PROFILE_VALUE,
        /// A value is not allowed.
        #[error("{field} {reason}")]
        Value {
            /// The field's path.
            field: String,
            /// What is wrong.
            reason: &'static str,
        } = PROFILE_VALUE,
    }
}

impl ProfileError {
    /// The path of the field that is wrong; none when the text is no JSON.
    pub fn field(&self) -> Option<&str> {
        match self {
            Self::Json { .. } => None,
            Self::Form { field, .. } | Self::Unknown { field, .. } | Self::Word { field, .. } | Self::Value { field, .. } => {
                Some(field)
            }
        }
    }
}
