//! Vendor configuration files: from a profile, or for a phone that is not authenticated, to the bytes a model expects.
//!
//! [`render_full`] takes a [`Profile`]; [`render_restricted`] takes a [`Restricted`], which has no place for anything of a
//! profile (SPEC V3). Both append one file to the caller's buffer, the same bytes for the same input (SPEC V5), and leave the
//! buffer as it was when they fail. A value that the file cannot carry is an error that names field and character; nothing is
//! ever stripped or escaped into something else (SPEC V4).
//!
//! ```
//! use libprov::profile::{Host, Profile, Server, SipUser, Transport};
//! use libprov::render::{self, Enrolment, FullJob, Provisioning, ProvisioningUrl, Restricted, SecretsOut};
//! use libprov::{lang::Lang, models, secret::Secret};
//!
//! let model = models::lookup("yealink", "T46U").ok_or("no such model")?;
//! let mac = "805ec0010203".parse()?;
//! let profile = Profile::from_json(r#"{"accounts": [
//!     {"user": "201", "password": "s3cret", "server": {"host": "sip.example.net"}}
//! ]}"#)?;
//! let emergency = ["112".parse()?, "110".parse()?];
//! let url = "https://prov.example.net/".into();
//!
//! let mut file = Vec::new();
//! let mut job = FullJob::new(&profile, model, mac, Provisioning::new(ProvisioningUrl::Open(&url)));
//! job.emergency = &emergency;
//! let warnings = render::render_full(&job, &mut file)?;
//! assert!(warnings.is_empty());
//! assert_eq!(render::file_name(model, mac).as_deref(), Some("805ec0010203.cfg"));
//! assert!(String::from_utf8(file)?.contains("account.1.password = s3cret\n"));
//!
//! let (user, password) = ("kzqwc3tb".parse()?, Secret::from("s3cret"));
//! let server = Server { host: "auth.example.net".parse()?, port: None, transport: Transport::Tls };
//! let token_url = Secret::from("https://prov.example.net/t/ovxgc5tf/");
//! let mut file = Vec::new();
//! render::render_restricted(&Restricted {
//!     model, mac, lang: Lang::De,
//!     display_text: "Bitte *89 wählen",
//!     enrolment: Enrolment { user: &user, password: &password, server: &server },
//!     emergency: &emergency, outside_line: None,
//!     service_code: &"*89".parse()?,
//!     url: &token_url,
//! }, &mut file)?;
//! assert!(String::from_utf8(file)?.contains("dialplan.digitmap.string = 112|110|*89\n"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod overrides;
mod reader;
mod rows;
mod writer;
mod yealink;

pub use reader::{ReadError, Setting, read_key_value};

use crate::error::codes;
use crate::lang::Lang;
use crate::mac::MacAddr;
use crate::models::{Confidence, Model};
use crate::profile::{DialString, Profile, Server, SipUser, Url};
use crate::secret::Secret;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// Appends the full configuration file of one phone to `out`.
///
/// A profile that asks for more than the model has gives warnings, and the rest is rendered (SPEC V6). Every slot that a fuller
/// profile could have filled is stated as unused (SPEC V12); a secret that `job.secrets` withholds is not stated at all, so that
/// the phone keeps what it has. What an override of an *earlier* profile set is not known here and stays.
///
/// # Errors
/// [`RenderError`], each naming the field by its path; `out` is then as it was.
pub fn render_full(job: &FullJob<'_>, out: &mut Vec<u8>) -> Result<Warnings, RenderError> {
    match job.model.vendor {
        "yealink" => yealink::full(job, out),
        _ => Err(unsupported(job.model)),
    }
}

/// Appends the restricted configuration file of one phone to `out`: emergency calls and the authentication service only.
///
/// # Errors
/// [`RenderError`], each naming the field of [`Restricted`]; `out` is then as it was.
pub fn render_restricted(job: &Restricted<'_>, out: &mut Vec<u8>) -> Result<Warnings, RenderError> {
    match job.model.vendor {
        "yealink" if job.model.capabilities.restricted => yealink::restricted(job, out),
        _ => Err(unsupported(job.model)),
    }
}

/// The name of the file that carries a phone's accounts, as the phone asks for it; none for a vendor without rendering.
pub fn file_name(model: &Model, mac: MacAddr) -> Option<String> {
    match model.vendor {
        "yealink" => Some(format!("{}.cfg", mac.bare())),
        _ => None,
    }
}

/// The content type of that file.
pub fn content_type(model: &Model) -> &'static str {
    match model.vendor {
        "yealink" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

/// One parameter that a vendor's tables can write.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Parameter {
    /// The name, an index written `X`.
    pub name: String,
    /// How sure it is that devices read it so.
    pub confidence: Confidence,
}

/// Every parameter that the tables of this vendor can write, raw overrides aside (SPEC V9); empty for an unknown vendor.
pub fn parameters(vendor: &str) -> Vec<Parameter> {
    match vendor {
        "yealink" => yealink::parameters(),
        _ => Vec::new(),
    }
}

fn unsupported(model: &Model) -> RenderError {
    RenderError::Unsupported { vendor: model.vendor, model: model.name }
}

/// What a full file is made of.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct FullJob<'a> {
    /// What the phone shall be.
    pub profile: &'a Profile,
    /// Which model it is.
    pub model: &'static Model,
    /// Its MAC address.
    pub mac: MacAddr,
    /// Where it asks for its configuration from now on.
    pub provisioning: Provisioning<'a>,
    /// Which secrets may go out; all by default.
    pub secrets: SecretsOut,
    /// The tenant's emergency numbers, 2 to 8 digits each, at most 20: they dial even while the phone is locked.
    pub emergency: &'a [DialString],
    /// Which raw overrides are allowed; the harmless ones by default.
    pub overrides: OverridePolicy,
}

impl<'a> FullJob<'a> {
    /// A job with all secrets, no emergency numbers, and harmless overrides only.
    pub const fn new(profile: &'a Profile, model: &'static Model, mac: MacAddr, provisioning: Provisioning<'a>) -> Self {
        Self { profile, model, mac, provisioning, secrets: SecretsOut::ALL, emergency: &[], overrides: OverridePolicy::Harmless }
    }
}

/// Where a phone asks for its configuration, and how it proves who it is (SPEC V10).
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Provisioning<'a> {
    /// The URL without the file's name, ending in `/`.
    pub url: ProvisioningUrl<'a>,
    /// HTTP user and password; none clears an earlier login. The device credential: withheld with [`SecretKind::Credential`].
    pub login: Option<(&'a SipUser, &'a Secret)>,
    /// Minutes between two requests; none takes the profile's, and 300 where that has none.
    pub interval_min: Option<u16>,
}

impl<'a> Provisioning<'a> {
    /// A URL, no login, and the profile's interval.
    pub const fn new(url: ProvisioningUrl<'a>) -> Self {
        Self { url, login: None, interval_min: None }
    }
}

/// A provisioning URL, with or without a secret in it.
#[derive(Clone, Copy, Debug)]
pub enum ProvisioningUrl<'a> {
    /// Holds no secret: always stated.
    Open(&'a Secret),
    /// Holds the device credential: withheld with [`SecretKind::Credential`].
    Credential(&'a Secret),
}

/// What a restricted file is made of, and nothing else can be in it.
#[derive(Clone, Copy, Debug)]
pub struct Restricted<'a> {
    /// Which model it is.
    pub model: &'static Model,
    /// Its MAC address, shown on a soft key.
    pub mac: MacAddr,
    /// The tenant's language.
    pub lang: Lang,
    /// What the idle screen says.
    pub display_text: &'a str,
    /// The account that reaches the authentication service.
    pub enrolment: Enrolment<'a>,
    /// The tenant's emergency numbers: 1 to 20 of 2 to 8 digits.
    pub emergency: &'a [DialString],
    /// The outside-line prefix, digits only: emergency numbers can be dialled behind it as well (SPEC C2).
    pub outside_line: Option<&'a DialString>,
    /// The code of the authentication service, such as `*89`: digits, `*` and `#`.
    pub service_code: &'a DialString,
    /// The provisioning URL with the fetch token, ending in `/`.
    pub url: &'a Secret,
}

/// The SIP account of one enrolment (SPEC R13).
#[derive(Clone, Copy, Debug)]
pub struct Enrolment<'a> {
    /// The enrolment id.
    pub user: &'a SipUser,
    /// Its SIP password.
    pub password: &'a Secret,
    /// The authentication service's SIP server.
    pub server: &'a Server,
}

/// A kind of secret that is withheld or goes out by itself (SPEC S2).
#[derive(Clone, Copy, Debug, Eq, PartialEq, Ord, PartialOrd, Hash)]
#[non_exhaustive]
pub enum SecretKind {
    /// The SIP password of one account.
    Sip,
    /// The password of the phone's own menu.
    Menu,
    /// The passwords of the phone's web pages. On Yealink the menu's password is the same one and counts as this kind.
    Web,
    /// Any other.
    Other,
    /// The device credential: provisioning login, or the URL that holds it.
    Credential,
}

/// Which secrets may go into a file.
///
/// ```
/// use libprov::render::{SecretKind, SecretsOut};
/// let some = SecretsOut::NONE.with_sip(2).with(SecretKind::Credential);
/// assert!(some.allows(SecretKind::Sip, 2) && !some.allows(SecretKind::Sip, 1));
/// assert!(some.allows(SecretKind::Credential, 0) && !some.allows(SecretKind::Web, 0));
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct SecretsOut {
    /// One bit per account slot, slot 1 the lowest.
    sip: [u64; 4],
    /// One bit per other kind.
    kinds: u8,
}

impl SecretsOut {
    /// No secret.
    pub const NONE: Self = Self { sip: [0; 4], kinds: 0 };

    /// Every secret.
    pub const ALL: Self = Self { sip: [u64::MAX; 4], kinds: u8::MAX };

    /// With the SIP password of this account slot too, 1 to 256; other slots change nothing.
    #[must_use]
    pub const fn with_sip(mut self, slot: u16) -> Self {
        let bit = slot.wrapping_sub(1);
        if bit < 256 {
            self.sip[(bit / 64) as usize] |= 1 << (bit % 64);
        }
        self
    }

    /// With this kind too; [`SecretKind::Sip`] stands for the SIP passwords of all accounts.
    #[must_use]
    pub const fn with(mut self, kind: SecretKind) -> Self {
        match kind {
            SecretKind::Sip => self.sip = [u64::MAX; 4],
            _ => self.kinds |= 1 << kind as u8,
        }
        self
    }

    /// Whether a secret of this kind may go out; the account slot counts for [`SecretKind::Sip`] only.
    pub const fn allows(self, kind: SecretKind, slot: u16) -> bool {
        match kind {
            SecretKind::Sip => {
                let bit = slot.wrapping_sub(1);
                bit < 256 && self.sip[(bit / 64) as usize] >> (bit % 64) & 1 == 1
            }
            _ => self.kinds >> kind as u8 & 1 == 1,
        }
    }
}

/// Which raw overrides a profile may have (SPEC V4).
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub enum OverridePolicy {
    /// Any known parameter but those that move provisioning, logins, certificates, firmware, remote control or action URLs.
    #[default]
    Harmless,
    /// Any known parameter. Those that [`OverridePolicy::Harmless`] refuses count as secrets of the kind [`SecretKind::Other`].
    Any,
}

/// What a profile asked for and the model does not have, in the order of the file.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Warnings(Vec<Warning>);

impl Warnings {
    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The warnings.
    pub fn as_slice(&self) -> &[Warning] {
        &self.0
    }

    pub(crate) fn push(&mut self, field: String, reason: WarningReason) {
        self.0.push(Warning { field, reason });
    }
}

/// One thing that was left out.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Warning {
    /// The field's path, such as `accounts[17]`.
    pub field: String,
    /// Why it was left out.
    pub reason: WarningReason,
}

impl core::fmt::Display for Warning {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let Self { field, reason } = self;
        match reason {
            WarningReason::Beyond { most } => {
                write!(f, "{field} is left out: this model has {most}")
            }
            WarningReason::NoPlace => {
                write!(f, "{field} is left out: this model has no place for it")
            }
            WarningReason::NoAccount => write!(f, "{field} names an account that is not there"),
        }
    }
}

/// Why something was left out.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum WarningReason {
    /// The slot is above what the model has.
    Beyond {
        /// How many it has.
        most: u16,
    },
    /// The model has no such thing.
    NoPlace,
    /// A key names an account that the profile or the model does not have; the key is written all the same.
    NoAccount,
}

codes! {
    /// Why a file cannot be rendered. No variant quotes a value.
    pub enum RenderError {
        /// A value holds a character that the file cannot carry.
        #[error("{field} holds U+{code:04X}, which the file cannot carry", code = u32::from(*.character))]
        Character {
            /// The field's path.
            field: String,
            /// The character.
            character: char,
        } = RENDER_CHARACTER,
        /// A value means something else to this device, such as `%NULL%`.
        #[error("{field} is a word that the device reads as a command")]
        Reserved {
            /// The field's path.
            field: String,
        } = RENDER_RESERVED,
        /// A value is too long.
        #[error("{field} is longer than {longest} bytes")]
        TooLong {
            /// The field's path.
            field: String,
            /// The longest value, in bytes.
            longest: u32,
        } = RENDER_TOO_LONG,
        /// A raw override is not allowed.
        #[error("{field} {reason}")]
        Override {
            /// The override's path.
            field: String,
            /// Why not.
            reason: &'static str,
        } = RENDER_OVERRIDE,
        /// This model has no such rendering.
        #[error("{vendor} {model} has no such rendering")]
        Unsupported {
            /// The vendor.
            vendor: &'static str,
            /// The model.
            model: &'static str,
        } = RENDER_UNSUPPORTED,
        /// A value begins or ends with white space, which the device would drop.
        #[error("{field} begins or ends with a space, which the device would drop")]
        Space {
            /// The field's path.
            field: String,
        } = RENDER_SPACE,
        /// Something in the job is not allowed.
        #[error("{field} {reason}")]
        Value {
            /// The field.
            field: String,
            /// What is wrong.
            reason: &'static str,
        } = RENDER_VALUE,
    }
}

/// The most emergency numbers (SPEC C2).
const MOST_EMERGENCY: usize = 20;

/// Checks what both modes are given from outside a profile.
fn check_outside(url: &str, field: &'static str, emergency: &[DialString]) -> Result<(), RenderError> {
    Url::check(url).map_err(|error| bad(field, error.reason()))?;
    if !url.ends_with('/') {
        return Err(bad(field, "does not end in /, so the file's name cannot follow"));
    }
    if emergency.len() > MOST_EMERGENCY {
        return Err(bad("emergency", "has more than 20 numbers"));
    }
    let good = |number: &DialString| number.is_digits() && matches!(number.as_str().len(), 2..=8);
    match emergency.iter().position(|number| !good(number)) {
        Some(at) => Err(RenderError::Value { field: format!("emergency[{}]", at + 1), reason: "is not 2 to 8 digits" }),
        None => Ok(()),
    }
}

fn bad(field: &'static str, reason: &'static str) -> RenderError {
    RenderError::Value { field: field.into(), reason }
}
