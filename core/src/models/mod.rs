//! The vendor table: what each model can do (SPEC V8), queryable by vendor and model.

mod gigaset;
mod patton;
mod snom;
mod yealink;

use crate::error::nearest as nearest_of;
use alloc::boxed::Box;
use alloc::vec::Vec;

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
    /// The dialect that its configuration is written in.
    pub dialect: Dialect,
    /// What decisions need to know.
    pub capabilities: Capabilities,
    /// SIP accounts it can hold; of a telephone adapter, its ports.
    pub accounts: u16,
    /// Handsets it can hold; 0 where it is no DECT base.
    pub handsets: u16,
    /// Function keys beside its screen.
    pub keys: u16,
    /// Expansion modules it can hold.
    pub modules: Modules,
    /// Whether it has a screen.
    pub screen: bool,
    /// Whether it is known to take a digit map, so that it can itself refuse numbers that are not allowed (SPEC V3). Where
    /// that is not known only the server surely holds the line (SPEC C1), even if a file has a map in case the phone reads it.
    pub digit_map: bool,
    /// Whether it can dial by itself when it is taken off-hook, and after how long at most.
    pub hotline: Hotline,
    /// How sure the numbers of this row are.
    pub confidence: Confidence,
    /// Where this row comes from.
    pub source: &'static str,
}

/// A way of writing configuration files: a syntax and its parameters.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Ord, PartialOrd, Hash)]
#[non_exhaustive]
pub enum Dialect {
    /// Gigaset N510 IP PRO.
    GigasetN510,
    /// Gigaset N720 DM PRO.
    GigasetN720,
    /// snom desk phones D1xx to D8xx, 715, 720 and 725.
    SnomDesk,
    /// Yealink phones, firmware 81 and newer.
    YealinkPhone,
    /// Yealink DECT bases: W60B, W70B.
    YealinkBase,
    /// Yealink DECT managers: W80DM, W90DM.
    YealinkManager,
    /// Patton SmartNode gateways with SmartWare 6.
    PattonSmartWare,
}

impl Dialect {
    /// All dialects.
    pub const ALL: &'static [Self] = &[
        Self::GigasetN510,
        Self::GigasetN720,
        Self::SnomDesk,
        Self::YealinkPhone,
        Self::YealinkBase,
        Self::YealinkManager,
        Self::PattonSmartWare,
    ];
}

/// Expansion modules of one kind.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Hash)]
pub struct Modules {
    /// How many the model can hold.
    pub count: u16,
    /// Keys of each.
    pub keys: u16,
}

impl Modules {
    /// None.
    pub const NONE: Self = Self { count: 0, keys: 0 };
}

/// What a model can dial by itself when it is taken off-hook.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Hash)]
#[non_exhaustive]
pub enum Hotline {
    /// Nothing.
    None,
    /// A number, after a delay.
    Delayed {
        /// The longest delay, in seconds. Below 3 an emergency call could not be typed (SPEC V3).
        longest_s: u8,
    },
}

/// How sure a fact about a device is: none of them was tried on a real one by us.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Ord, PartialOrd, Hash)]
#[non_exhaustive]
pub enum Confidence {
    /// Deduced from sources, stated by none.
    Inferred,
    /// From memory; to be verified.
    Memory,
    /// One source.
    OneSource,
    /// Two or more independent sources.
    Confirmed,
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

/// At most three names of this vendor's models that look like `name`, the nearest first, for an error's text.
///
/// ```
/// use libprov::models;
/// assert_eq!(models::nearest("yealink", "SIP-T46S").first(), Some(&"T46S"));
/// assert!(models::nearest("nobody", "T46S").is_empty());
/// ```
pub fn nearest(vendor: &str, name: &str) -> Vec<&'static str> {
    // User-Agents put the kind of device before the model: `SIP-T46S`.
    let name = match name.get(..4) {
        Some(kind) if kind.eq_ignore_ascii_case("SIP-") => name.get(4..).unwrap_or_default(),
        _ => name,
    };
    nearest_of(name, all().filter(|model| model.vendor.eq_ignore_ascii_case(vendor)).map(|model| model.name))
}

/// The vendors of the table, in alphabetical order.
pub fn vendors() -> impl Iterator<Item = &'static str> {
    let mut last = "";
    all().map(|model| model.vendor).filter(move |vendor| core::mem::replace(&mut last, vendor) != *vendor)
}

/// At most three vendors whose names look like `vendor`, the nearest first, for an error's text.
///
/// ```
/// use libprov::models;
/// assert_eq!(models::nearest_vendor("Yaelink").first(), Some(&"yealink"));
/// assert!(models::nearest_vendor("acme").is_empty());
/// ```
pub fn nearest_vendor(vendor: &str) -> Vec<&'static str> {
    nearest_of(&vendor.to_ascii_lowercase(), vendors())
}

/// All rows, vendors in alphabetical order.
pub fn all() -> impl Iterator<Item = &'static Model> {
    gigaset::MODELS.iter().chain(patton::MODELS).chain(snom::MODELS).chain(yealink::MODELS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn v8_names_are_unique_and_every_row_has_a_source() {
        for model in all() {
            let same = all().filter(|other| other.vendor == model.vendor && other.name.eq_ignore_ascii_case(model.name));
            assert_eq!(same.count(), 1, "{}", model.name);
            assert!(!model.source.is_empty() && model.accounts > 0);
            if let Hotline::Delayed { longest_s } = model.hotline {
                assert!(longest_s >= 3, "{}", model.name);
            }
        }
    }

    #[test]
    fn v8_nearest_names_come_nearest_first() {
        assert_eq!(nearest("Yealink", "t46"), ["T46G", "T46S", "T46U"]);
        assert_eq!(nearest("yealink", "T19P E2").first(), Some(&"T19P_E2"));
        assert!(nearest("yealink", &"x".repeat(100_000)).is_empty());
    }
}
