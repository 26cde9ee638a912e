//! The roster: devices as a table for spreadsheets, out and in (SPEC X1, X2, R24).
//!
//! [`export`] writes the columns of the source documents (vendor, type, MAC, creation date, site, authentication state) and the
//! number of accounts. [`export_with_paps`] adds the PAPs of devices that are not authenticated yet; it is a call of its own,
//! and its audit event is the host's to write. [`Exporter`] does both row by row.
//!
//! A roster comes in three steps. [`Import`] takes the file in pieces of any size and checks every line. [`Checked`] holds the
//! rows; the host says of each MAC whether it is known, and gets the report of every bad line at once. [`Batch`] makes the
//! devices, each through [`crate::request::admin`], with one drawn entropy for all of them and PAPs that differ. [`Reader`]
//! alone is for a host that will not hold the rows.
//!
//! State, PAP and creation date of a file are read and not believed: a new device is `required`, has a fresh PAP, and was made
//! when it was made.
//!
//! # The file
//! UTF-8, with or without a byte order mark, in the shape of RFC 4180. Titles are written in the tenant's language and read in
//! all six, in any case and order; of the values, states are the wire names of SPEC A1 and instants RFC 3339 in UTC, in every
//! language. A field that a spreadsheet would take for a formula gets an apostrophe in front (SPEC X1); reading takes off what
//! writing put there and nothing else, so a field comes back as it was.
//!
//! The reader is our own and not a crate's, because those for RFC 4180 accept text behind a closing quote and a quote that
//! never closes, and a report of every bad line needs both.

mod export;
mod import;
mod macs;
mod read;
mod record;

pub use export::{Exporter, Format, WithPaps, export, export_with_paps};
pub use import::{Batch, Checked, Import, ImportError, Known, MAX_FAULTS, RosterRow};
pub use read::{Fault, Item, MAX_LINE_BYTES, Options, Reader, Reason, Row};
pub use record::Delimiter;

use crate::lang::{Lang, Text, texts};

/// A column of a roster.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Ord, PartialOrd, Hash)]
#[non_exhaustive]
pub enum Column {
    /// The vendor's name, as the vendor table has it.
    Vendor,
    /// The model's name.
    Model,
    /// The MAC address, `80:5e:c0:01:02:03`.
    Mac,
    /// When the record was made. Checked on import, not taken over.
    Created,
    /// The site.
    Site,
    /// The state shown to people: a wire name of SPEC A1. Ignored on import.
    State,
    /// The PAP, while the device waits for it. Ignored on import.
    Pap,
    /// How many SIP accounts the device has. Names and users of accounts are in the host's profile, not in the record.
    Accounts,
}

impl Column {
    /// All columns, in the order of an export.
    pub const ALL: [Self; 8] =
        [Self::Vendor, Self::Model, Self::Mac, Self::Created, Self::Site, Self::State, Self::Pap, Self::Accounts];

    /// The title, as an export writes it.
    ///
    /// ```
    /// use libprov::{lang::Lang, roster::Column};
    /// assert_eq!(Column::Mac.title(Lang::De), "MAC-Adresse");
    /// assert_eq!(Column::from_title("mac-ADRESSE "), Some(Column::Mac));
    /// ```
    pub const fn title(self, lang: Lang) -> &'static str {
        self.titles().get(lang)
    }

    /// The column with this title in any of the languages, in any case of letters, spaces around it ignored.
    pub fn from_title(title: &str) -> Option<Self> {
        let given = title.trim();
        let same = |known: &str| known.chars().flat_map(char::to_lowercase).eq(given.chars().flat_map(char::to_lowercase));
        Self::ALL.into_iter().find(|column| Lang::ALL.into_iter().any(|lang| same(column.title(lang))))
    }

    /// Whether a file without it cannot be imported.
    pub const fn is_required(self) -> bool {
        matches!(self, Self::Vendor | Self::Model | Self::Mac)
    }

    const fn titles(self) -> Text<&'static str> {
        match self {
            Self::Vendor => VENDOR,
            Self::Model => MODEL,
            Self::Mac => MAC,
            Self::Created => CREATED,
            Self::Site => SITE,
            Self::State => STATE,
            Self::Pap => PAP,
            Self::Accounts => ACCOUNTS,
        }
    }
}

// The German words are those of seed 000.
texts! {
    VENDOR { de: "Hersteller", en: "Vendor", fr: "Fabricant", es: "Fabricante", it: "Produttore", pl: "Producent" }
    MODEL { de: "Typ", en: "Type", fr: "Type", es: "Tipo", it: "Tipo", pl: "Typ" }
    MAC {
        de: "MAC-Adresse", en: "MAC address", fr: "Adresse MAC", es: "Dirección MAC", it: "Indirizzo MAC", pl: "Adres MAC",
    }
    CREATED {
        de: "Erstellungsdatum", en: "Creation date", fr: "Date de création", es: "Fecha de creación",
        it: "Data di creazione", pl: "Data utworzenia",
    }
    SITE { de: "Standort", en: "Site", fr: "Site", es: "Ubicación", it: "Sede", pl: "Lokalizacja" }
    STATE {
        de: "Authentifizierungsstatus", en: "Authentication state", fr: "État d'authentification",
        es: "Estado de autenticación", it: "Stato di autenticazione", pl: "Stan uwierzytelniania",
    }
    PAP { de: "PAP", en: "PAP", fr: "PAP", es: "PAP", it: "PAP", pl: "PAP" }
    ACCOUNTS { de: "Konten", en: "Accounts", fr: "Comptes", es: "Cuentas", it: "Account", pl: "Konta" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn x1_every_title_names_one_column_in_every_language() {
        for column in Column::ALL {
            for lang in Lang::ALL {
                let title = column.title(lang);
                assert_eq!(Column::from_title(title), Some(column), "{title}");
                assert_eq!(Column::from_title(&title.to_uppercase()), Some(column), "{title}");
                // A title is no formula and needs no quotes, and fits its file.
                assert!(title.chars().next().is_some_and(char::is_alphabetic) && !title.contains([',', ';', '\t', '"']));
                for other in Column::ALL {
                    assert!(other == column || other.title(lang) != title, "{title}");
                }
            }
        }
        for unknown in ["", " ", "MAC", "Vendor2", "PIN"] {
            assert_eq!(Column::from_title(unknown), None, "{unknown}");
        }
    }
}
