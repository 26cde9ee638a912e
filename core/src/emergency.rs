//! Emergency numbers of many countries, as presets for a tenant's own list (SPEC C2).
//!
//! The table is a start, not a promise: numbers change, and some work in parts of a country only. Every number names its
//! sources; `docs/facts/emergency.md` says what they are, and marks the numbers that only one of them has.

use crate::ids::ShortNumber;

/// Whom a number reaches.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[repr(u8)]
pub enum Service {
    /// All services, or a switchboard that connects to them.
    All = 1,
    /// The police.
    Police = 2,
    /// The ambulance service.
    Ambulance = 3,
    /// The fire brigade.
    Fire = 4,
    /// Rescue at sea, in the air or in the mountains.
    Rescue = 5,
}

impl Service {
    /// The stable name, lower case.
    pub const fn name(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Police => "police",
            Self::Ambulance => "ambulance",
            Self::Fire => "fire",
            Self::Rescue => "rescue",
        }
    }
}

/// One number of a preset.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct PresetNumber {
    digits: &'static str,
    service: Service,
    sources: &'static str,
}

impl PresetNumber {
    /// The digits.
    pub const fn digits(&self) -> &'static str {
        self.digits
    }

    /// Whom it reaches first.
    pub const fn service(&self) -> Service {
        self.service
    }

    /// The sources that have it, one letter each, as `docs/facts/emergency.md` lists them.
    pub const fn sources(&self) -> &'static str {
        self.sources
    }

    /// Whether more than one source has it.
    pub const fn is_confirmed(&self) -> bool {
        self.sources.len() > 1
    }
}

/// The emergency numbers of one country.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Preset {
    country: &'static str,
    rows: &'static [PresetNumber],
}

impl Preset {
    /// The country: two upper-case letters of ISO 3166-1.
    pub const fn country(&self) -> &'static str {
        self.country
    }

    /// Each number with what is known of it. The first is the one that `urn:service:sos` stands for.
    pub const fn rows(&self) -> &'static [PresetNumber] {
        self.rows
    }

    /// The numbers alone, in the same order, for [`Settings::emergency`](crate::policy::Settings::emergency).
    pub fn numbers(&self) -> impl Iterator<Item = ShortNumber> + use<> {
        self.rows.iter().filter_map(|row| ShortNumber::parse(row.digits))
    }
}

/// The preset of a country, by its two letters of ISO 3166-1 in any case.
///
/// ```
/// use libprov::emergency::preset;
/// let numbers: Vec<_> = preset("de").unwrap().numbers().map(|number| number.to_string()).collect();
/// assert_eq!(numbers, ["112", "110"]);
/// assert!(preset("XX").is_none());
/// ```
pub fn preset(country: &str) -> Option<&'static Preset> {
    PRESETS.iter().find(|preset| preset.country.eq_ignore_ascii_case(country))
}

/// All presets, in the order of their countries.
pub const fn presets() -> &'static [Preset] {
    PRESETS
}

/// One row of a preset.
const fn row(digits: &'static str, service: Service, sources: &'static str) -> PresetNumber {
    PresetNumber { digits, service, sources }
}

/// Declares the presets: country, then `digits service sources` for each number.
macro_rules! presets {
    ($($country:literal: $($digits:literal $service:ident $sources:literal),+;)+) => {
        const PRESETS: &[Preset] = &[$(
            Preset { country: $country, rows: &[$(row($digits, Service::$service, $sources)),+] }
        ),+];
    };
}

// Sources (docs/facts/emergency.md): D Directive (EU) 2018/1972 article 109, E the same by the EEA agreement, A the emergency
// call database of Android, W the list of emergency telephone numbers of Wikipedia, N a page of or about the country.
presets! {
    "AD": "112" All "AW", "110" Police "AW", "116" Ambulance "AW", "118" Fire "AW";
    "AL": "112" All "AW", "129" Police "AW", "127" Ambulance "AW", "128" Fire "AW";
    "AR": "911" All "AW", "101" Police "W", "107" Ambulance "W", "100" Fire "W";
    "AT": "112" All "DAW", "133" Police "W", "144" Ambulance "W", "122" Fire "W", "140" Rescue "W";
    "AU": "000" All "AW", "106" All "W";
    "BA": "122" Police "AW", "124" Ambulance "AW", "123" Fire "AW";
    "BE": "112" All "DAWN", "101" Police "WN", "100" All "N";
    "BG": "112" All "DAW", "166" Police "W", "150" Ambulance "W", "160" Fire "W";
    "BR": "190" Police "AW", "192" Ambulance "AW", "193" Fire "AW";
    "CA": "911" All "AW";
    "CH": "112" All "AN", "117" Police "AWN", "144" Ambulance "AWN", "118" Fire "AWN", "1414" Rescue "WN";
    "CL": "133" Police "AW", "131" Ambulance "AW", "132" Fire "AW";
    "CY": "112" All "DAW", "199" All "W";
    "CZ": "112" All "DAW", "158" Police "W", "155" Ambulance "W", "150" Fire "W", "156" Police "W";
    "DE": "112" All "DAW", "110" Police "W";
    "DK": "112" All "DAW";
    "EE": "112" All "DAW";
    "ES": "112" All "DAW", "091" Police "W", "062" Police "W", "092" Police "W", "061" Ambulance "W", "080" Fire "W",
        "085" Fire "W";
    "FI": "112" All "DAW";
    "FO": "112" All "AW";
    "FR": "112" All "DAW", "17" Police "W", "15" Ambulance "W", "18" Fire "W", "114" All "W", "196" Rescue "W";
    "GB": "999" All "W", "112" All "AW";
    "GG": "999" All "W", "112" All "W";
    "GI": "112" All "AW", "999" All "W", "199" Police "AW", "190" Fire "AW";
    "GL": "112" All "AW";
    "GR": "112" All "DAW", "100" Police "W", "166" Ambulance "W", "199" Fire "W", "108" Rescue "W";
    "HR": "112" All "DAW", "192" Police "W", "194" Ambulance "W", "193" Fire "W", "195" Rescue "W";
    "HU": "112" All "DAW", "107" Police "W", "104" Ambulance "W", "105" Fire "W";
    "IE": "112" All "DAW", "999" All "W";
    "IL": "100" Police "AW", "101" Ambulance "AW", "102" Fire "AW";
    "IM": "999" All "W", "112" All "W";
    "IS": "112" All "EAW";
    "IT": "112" All "DAW", "113" Police "W", "118" Ambulance "W", "115" Fire "W";
    "JE": "999" All "W", "112" All "W";
    "JP": "110" Police "AW", "119" Fire "AW", "118" Rescue "W";
    "KR": "112" Police "AW", "119" Fire "AW";
    "LI": "112" All "EA", "117" Police "W", "144" Ambulance "W", "118" Fire "W";
    "LT": "112" All "DAW", "022" Police "W", "033" Ambulance "W", "011" Fire "W";
    "LU": "112" All "DAW", "113" Police "W";
    "LV": "112" All "DAW", "110" Police "W", "113" Ambulance "W";
    "MC": "112" All "AW", "17" Police "W", "18" Fire "W";
    "MD": "112" All "AW";
    "ME": "112" All "AW", "122" Police "AW", "124" Ambulance "AW", "123" Fire "AW";
    "MK": "112" All "AW", "192" Police "AW", "194" Ambulance "AW", "193" Fire "AW";
    "MT": "112" All "DAW";
    "MX": "911" All "AW";
    "NL": "112" All "DAW";
    "NO": "112" Police "EAW", "113" Ambulance "W", "110" Fire "W", "120" Rescue "W";
    "NZ": "111" All "AW";
    "PL": "112" All "DAW", "997" Police "W", "999" Ambulance "W", "998" Fire "W", "984" Rescue "W", "985" Rescue "W";
    "PT": "112" All "DAW", "117" Fire "W";
    "RO": "112" All "DAW";
    "RS": "112" All "AW", "192" Police "AW", "194" Ambulance "AW", "193" Fire "AW";
    "SE": "112" All "DAW";
    "SG": "999" Police "AW", "995" Fire "AW";
    "SI": "112" All "DAW", "113" Police "W";
    "SK": "112" All "DAW", "158" Police "W", "155" Ambulance "W", "150" Fire "W";
    "SM": "113" Police "AW", "118" Ambulance "AW", "115" Fire "AW", "112" All "W";
    "TR": "112" All "AW", "155" Police "A", "110" Fire "A";
    "UA": "112" All "AW", "102" Police "W", "103" Ambulance "W", "101" Fire "W";
    "US": "911" All "AW";
    "ZA": "112" All "AW", "10111" Police "W", "10177" Ambulance "W";
}
