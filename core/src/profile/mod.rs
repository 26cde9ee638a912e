//! The phone profile: what one phone shall be, in no vendor's words (SPEC V1).
//!
//! A profile comes from JSON ([`Profile::from_json`]) and is valid from then on; [`crate::render`] turns it into the file of one
//! model. Every error names the field by its path, such as `accounts[1].server.port`. The number in brackets is the *slot*,
//! counted from 1: the field `slot` of the entry or, where it has none, its place in the list.
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
mod read;

pub use fields::{DialString, FieldError, Host, Port, SipUser, Url};

use crate::error::codes;
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
    pub(crate) protection: Protection,
    /// In ascending order of slots, each slot once.
    pub(crate) keys: Vec<Key>,
    pub(crate) language: Option<PhoneLang>,
    pub(crate) time: Time,
    pub(crate) tones: Option<Tones>,
    pub(crate) interval_min: Option<u16>,
    pub(crate) display_text: Option<String>,
    /// In ascending order of names, each name once. The values count as secrets: a password may be among them.
    pub(crate) overrides: Vec<(String, Secret)>,
}

impl Profile {
    /// Reads a profile from JSON.
    ///
    /// # Errors
    /// [`ProfileError::Json`] when the text is no JSON, [`ProfileError::Form`] for an unknown, missing, repeated or wrongly typed
    /// field, [`ProfileError::Value`] for a value that its field does not allow. No error quotes a value.
    pub fn from_json(text: &str) -> Result<Self, ProfileError> {
        read::profile(text)
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
    pub(crate) expires_s: Option<u32>,
    pub(crate) srtp: Option<Srtp>,
    /// In order of preference; empty leaves the choice to the phone.
    pub(crate) codecs: Vec<Codec>,
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
    pub(crate) admin_password: Option<Secret>,
    pub(crate) user_password: Option<Secret>,
    pub(crate) web: Option<bool>,
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
    /// Fetches a URL and shows nothing.
    Url(Url),
    /// Shows the XML menu behind a URL.
    Menu(Url),
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
    pub(crate) utc_offset_min: Option<i16>,
    /// Summer time by the phone's own rules (true) or never (false).
    pub(crate) dst_auto: Option<bool>,
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
        /// A field is unknown, missing, given twice or of the wrong type.
        #[error("{field} {reason}")]
        Form {
            /// The field's path, such as `accounts[1].server`.
            field: String,
            /// What is wrong, such as `is not a known field`.
            reason: &'static str,
        } = PROFILE_FORM,
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
