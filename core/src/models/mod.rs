//! The vendor table: what each model can do (SPEC V8), queryable by vendor and model.

mod yealink;

use alloc::boxed::Box;

/// What decisions need to know of a model.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Hash)]
pub struct Capabilities {
    /// Whether a restricted configuration can be rendered for it (SPEC R20).
    pub restricted: bool,
    /// Whether it keeps what a later configuration omits (SPEC S4).
    pub retains: bool,
    /// How it carries the fetch token back (SPEC R19).
    pub carriage: Carriage,
}

/// How a model carries the fetch token and the credential back (SPEC R19).
#[derive(Clone, Copy, Debug, Eq, PartialEq, Hash)]
#[non_exhaustive]
pub enum Carriage {
    /// In the provisioning URL.
    Url,
    /// In HTTP authentication.
    HttpAuth,
    /// Not at all: the weak binding to the address.
    None,
}

/// One row of the vendor table.
#[derive(Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Model {
    /// Vendor name, lower case: `yealink`.
    pub vendor: &'static str,
    /// Model name as its User-Agent has it, upper case: `T46S`.
    pub name: &'static str,
    /// What decisions need to know.
    pub capabilities: Capabilities,
    /// SIP accounts it can hold.
    pub accounts: u16,
    /// Function keys beside its screen.
    pub keys: u16,
    /// Whether it has a screen.
    pub screen: bool,
}

/// The model a device record names: a row of the table, or one that the host describes itself.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum ModelRef {
    /// A row of the vendor table.
    Known(&'static Model),
    /// A model libprov has no row for. The host renders it and says what it can do.
    Own(Box<OwnModel>),
}

/// A model that the host renders itself.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct OwnModel {
    /// Vendor name.
    pub vendor: Box<str>,
    /// Model name.
    pub name: Box<str>,
    /// What decisions need to know.
    pub capabilities: Capabilities,
}

impl ModelRef {
    /// The vendor's name.
    pub fn vendor(&self) -> &str {
        match self {
            Self::Known(model) => model.vendor,
            Self::Own(model) => &model.vendor,
        }
    }

    /// The model's name.
    pub fn name(&self) -> &str {
        match self {
            Self::Known(model) => model.name,
            Self::Own(model) => &model.name,
        }
    }

    /// What decisions need to know.
    pub fn capabilities(&self) -> Capabilities {
        match self {
            Self::Known(model) => model.capabilities,
            Self::Own(model) => model.capabilities,
        }
    }
}

/// The row of this vendor and model, in any case of letters.
///
/// ```
/// use libprov::models;
/// assert_eq!(models::lookup("Yealink", "t46s").map(|model| model.accounts), Some(16));
/// assert!(models::lookup("yealink", "T99").is_none());
/// ```
pub fn lookup(vendor: &str, name: &str) -> Option<&'static Model> {
    all().find(|model| model.vendor.eq_ignore_ascii_case(vendor) && model.name.eq_ignore_ascii_case(name))
}

/// All rows, vendors in alphabetical order.
pub fn all() -> impl Iterator<Item = &'static Model> {
    yealink::MODELS.iter()
}
