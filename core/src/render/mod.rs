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
//! ], "protection": {"admin_password": "c9-Xk2"}}"#)?;
//! let emergency = ["112".parse()?, "110".parse()?];
//! let url = "https://prov.example.net/".into();
//!
//! let mut file = Vec::new();
//! let job = FullJob::new(&profile, model, mac, SecretsOut::ALL, Provisioning::new(ProvisioningUrl::Open(&url)), &emergency);
//! let warnings = render::render_full(&job, &mut file)?;
//! assert!(warnings.is_empty());
//! assert_eq!(render::file_name(model, mac), "805ec0010203.cfg");
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
//!     firmware: None,
//!     forget: &[],
//!     vlan: None,
//! }, &mut file)?;
//! assert!(String::from_utf8(file)?.contains("dialplan.digitmap.string = 112|110|*89\n"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod derived;
mod diff;
mod gigaset;
mod job;
mod overrides;
mod patton;
mod pen;
mod rows;
mod snom;
mod stencil;
mod syntax;
mod translit;
mod warning;
mod yealink;

pub use diff::{Change, Difference, diff};
pub use job::{
    CharacterPolicy, Enrolment, FullJob, OverridePolicy, Provisioning, ProvisioningUrl, Restricted, SecretKind, SecretsOut,
};
pub use syntax::{ReadError, Setting, read_key_value};
pub use warning::{Warning, WarningReason, Warnings};

use crate::error::codes;
use crate::mac::MacAddr;
use crate::models::{Confidence, Dialect, Model};
use crate::profile::{DialString, Field, NumberPattern, Time, Url};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// Everything a dialect is: one static per dialect.
struct Engine {
    full: fn(&FullJob<'_>, &mut Vec<u8>) -> Result<Warnings, RenderError>,
    restricted: fn(&Restricted<'_>, &mut Vec<u8>) -> Result<Warnings, RenderError>,
    /// The name of the file that carries the accounts.
    file_name: fn(&Model, MacAddr) -> String,
    content_type: &'static str,
    read: fn(&[u8]) -> Result<Vec<Setting<'_>>, ReadError>,
    names: &'static overrides::Names,
    parameters: fn() -> Vec<Parameter>,
    /// Whether this model can carry the field at all; a field that it cannot carry gives a warning (SPEC V6).
    carries: fn(&Model, Field) -> bool,
}

/// The engine of a dialect.
const fn engine(dialect: Dialect) -> &'static Engine {
    match dialect {
        Dialect::GigasetN510 => &gigaset::N510,
        Dialect::GigasetN720 => &gigaset::N720,
        Dialect::SnomDesk => &snom::DESK,
        Dialect::YealinkPhone => &yealink::PHONE,
        Dialect::YealinkBase => &yealink::BASE,
        Dialect::YealinkManager => &yealink::MANAGER,
        Dialect::PattonSmartWare => &patton::SMARTWARE,
    }
}

/// The name tables of all dialects.
#[cfg(test)]
fn all_names() -> impl Iterator<Item = &'static overrides::Names> {
    Dialect::ALL.iter().map(|dialect| engine(*dialect).names)
}

/// Appends the full configuration file of one phone to `out`.
///
/// A profile that asks for more than the model has gives warnings, and the rest is rendered (SPEC V6). Every slot that a fuller
/// profile could have filled is stated as unused (SPEC V12); a secret that `job.secrets` withholds is not stated at all, so that
/// the phone keeps what it has. Stated only where the profile gives them, and never cleared: VLAN and LLDP, without which a phone
/// reaches nobody, and the passwords of its own pages and menu, whose factory defaults everybody knows. What an override of an
/// *earlier* profile set stays unless [`FullJob::forget`] names it and the file can set it back.
///
/// # Errors
/// [`RenderError`], each naming the field by its path; `out` is then as it was.
pub fn render_full(job: &FullJob<'_>, out: &mut Vec<u8>) -> Result<Warnings, RenderError> {
    let (ProvisioningUrl::Open(url) | ProvisioningUrl::Credential(url)) = job.provisioning.url;
    check_outside(url.expose(), "provisioning.url", job.emergency)?;
    check_outside_line(job.outside_line)?;
    check_patterns(job)?;
    if let Some((_, password)) = job.provisioning.login {
        check_length(password.expose(), "provisioning.login.password")?;
    }
    if job.provisioning.interval_min.is_some_and(|minutes| !(5..=derived::LONGEST_INTERVAL_MIN).contains(&minutes)) {
        return Err(bad("provisioning.interval_min", "is not 5 to 43 200 minutes"));
    }
    let engine = engine(job.model.dialect);
    let mut warnings = (engine.full)(job, out)?;
    let Time { zone, utc_offset_min, .. } = &job.profile.time;
    let beside_zone = zone.is_some_and(|zone| utc_offset_min.is_some_and(|offset| offset != zone.offset_min));
    if beside_zone && (engine.carries)(job.model, Field::UtcOffset) {
        warnings.push(Field::UtcOffset.path().into(), WarningReason::Overruled);
    }
    job.profile.given(|given| {
        if !(engine.carries)(job.model, given.field) {
            warnings.push(given.path(), WarningReason::NoPlace);
        }
    });
    Ok(warnings)
}

/// Appends the restricted configuration file of one phone to `out`: emergency calls and the authentication service only.
///
/// # Errors
/// [`RenderError`], each naming the field of [`Restricted`]; `out` is then as it was.
pub fn render_restricted(job: &Restricted<'_>, out: &mut Vec<u8>) -> Result<Warnings, RenderError> {
    check_outside(job.url.expose(), "url", job.emergency)?;
    check_length(job.display_text, "display_text")?;
    check_length(job.enrolment.password.expose(), "enrolment.password")?;
    if !job.service_code.is_dialable() || job.service_code.as_str().len() > 8 {
        return Err(bad("service_code", "is not 1 to 8 of digits, * and #"));
    }
    let code = job.service_code.as_str();
    let prefix = job.outside_line.map_or("", |prefix| prefix.as_str());
    let begins = |number: &DialString| number.as_str().starts_with(code) || format!("{prefix}{number}").starts_with(code);
    if job.emergency.iter().any(begins) {
        return Err(bad("service_code", "is an emergency number or the beginning of one"));
    }
    check_outside_line(job.outside_line)?;
    if job.vlan.is_some_and(|vlan| !(1..=4094).contains(&vlan)) {
        return Err(bad("vlan", "is not 1 to 4094"));
    }
    if !job.model.capabilities.restricted {
        return Err(RenderError::Unsupported { vendor: job.model.vendor, model: job.model.name });
    }
    (engine(job.model.dialect).restricted)(job, out)
}

/// The name of the file that carries a phone's accounts, as the phone asks for it.
pub fn file_name(model: &Model, mac: MacAddr) -> String {
    (engine(model.dialect).file_name)(model, mac)
}

/// The content type of that file.
pub fn content_type(model: &Model) -> &'static str {
    engine(model.dialect).content_type
}

/// Reads a file of this model's syntax back, in its own order, repeated names included (SPEC V5).
///
/// # Errors
/// [`ReadError`] for the first place that is not of the syntax.
pub fn read<'a>(model: &Model, file: &'a [u8]) -> Result<Vec<Setting<'a>>, ReadError> {
    (engine(model.dialect).read)(file)
}

/// One parameter that a dialect's tables can write.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Parameter {
    /// The name, an index written `X`.
    pub name: &'static str,
    /// How sure it is that devices read it so.
    pub confidence: Confidence,
    /// Which kind of secret it carries.
    pub secret: Option<SecretKind>,
}

/// Every parameter that the tables of this dialect can write, raw overrides aside (SPEC V9).
pub fn parameters(dialect: Dialect) -> Vec<Parameter> {
    (engine(dialect).parameters)()
}

/// Whether a raw override of this name is known to the model's dialect: `account.3.label`, its indexes as numbers (SPEC V4, V9).
pub fn is_known_parameter(model: &Model, name: &str) -> bool {
    let names = engine(model.dialect).names;
    (names.parse)(name).is_some_and(|name| names.contains(name.as_bytes()))
}

/// Whether a model can carry this field of a profile; where it cannot, [`render_full`] warns.
pub fn carries(model: &Model, field: Field) -> bool {
    (engine(model.dialect).carries)(model, field)
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
        /// The device's character set does not have this character.
        #[error("{field} holds U+{code:04X}, which the device's character set does not have", code = u32::from(*.character))]
        Charset {
            /// The field's path.
            field: String,
            /// The character.
            character: char,
        } = RENDER_CHARSET,
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
        /// This model has no such rendering, or not with the firmware it has.
        #[error("{vendor} {model} has no such rendering with this firmware")]
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
        /// A secret may not go out, and this device forgets what a file leaves out: the file would cut it off.
        #[error("{field} may not go out, and this device forgets what a file leaves out")]
        Withheld {
            /// The field's path.
            field: String,
        } = RENDER_WITHHELD,
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
    if url.contains(['?', '#']) {
        return Err(bad(field, "has a query or a fragment, behind which the file's name is lost"));
    }
    if emergency.is_empty() {
        return Err(bad("emergency", "has no number"));
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

/// A prefix of another shape would never match, and what is checked of the numbers behind it would say nothing (SPEC C2).
fn check_outside_line(prefix: Option<&DialString>) -> Result<(), RenderError> {
    match prefix {
        Some(prefix) if !prefix.is_digits() || prefix.as_str().len() > 4 => {
            Err(RenderError::Value { field: "outside_line".into(), reason: "is not 1 to 4 digits" })
        }
        _ => Ok(()),
    }
}

/// Refuses a text that no file carries before a buffer is made for it: what a host passes has no bound of its own.
fn check_length(text: &str, field: &'static str) -> Result<(), RenderError> {
    if text.len() <= pen::LONGEST {
        return Ok(());
    }
    Err(RenderError::TooLong { field: field.into(), longest: pen::LONGEST as u32 })
}

/// Refuses a number that is dialled at once where it is the beginning of an emergency number.
fn check_patterns(job: &FullJob<'_>) -> Result<(), RenderError> {
    let begins = |pattern: &NumberPattern, number: &str| {
        let (pattern, number) = (pattern.as_str().as_bytes(), number.as_bytes());
        pattern.len() < number.len() && pattern.iter().zip(number).all(|(place, digit)| *place == b'x' || place == digit)
    };
    let cuts = |pattern: &NumberPattern, number: &DialString| {
        let behind = job.outside_line.map(|prefix| format!("{prefix}{number}"));
        begins(pattern, number.as_str()) || behind.is_some_and(|number| begins(pattern, &number))
    };
    let patterns = &job.profile.dialling.at_once;
    match patterns.iter().position(|pattern| job.emergency.iter().any(|number| cuts(pattern, number))) {
        Some(at) => Err(RenderError::Value {
            field: format!("dialling.at_once[{}]", at + 1),
            reason: "would be dialled before an emergency number is complete",
        }),
        None => Ok(()),
    }
}

fn bad(field: &'static str, reason: &'static str) -> RenderError {
    RenderError::Value { field: field.into(), reason }
}
