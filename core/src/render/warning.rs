//! Warnings: what a file could not carry of its profile (SPEC V6).

use alloc::string::String;
use alloc::vec::Vec;

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

    /// As `push`, unless it is there already.
    pub(crate) fn push_once(&mut self, field: String, reason: WarningReason) {
        if !self.0.iter().any(|warning| warning.field == field && warning.reason == reason) {
            self.push(field, reason);
        }
    }
}

/// One thing that was left out or changed.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Warning {
    /// The field's path, such as `accounts[17]`.
    pub field: String,
    /// Why it was left out or changed.
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
            WarningReason::NoWord => {
                write!(f, "{field} is left out: this model has no word for it")
            }
            WarningReason::Transliterated => {
                write!(f, "{field} is spelled in plain letters: this model lacks some of its characters")
            }
            WarningReason::FirmwareUnknown => {
                write!(f, "{field} is left out: it is not known which firmware the phone has")
            }
            WarningReason::FactoryPassword => {
                write!(f, "{field} is not given: the phone may be left with its factory password")
            }
            WarningReason::OtherFirmware => {
                write!(f, "{field} is left out: it is firmware of another product than the phone's own")
            }
            WarningReason::Clash => {
                write!(f, "{field} is left out: this model cannot tell it from another number")
            }
            WarningReason::KnownPassword => write!(f, "{field} is the password of the factory, which everybody knows"),
            WarningReason::Overruled => write!(f, "{field} is left out: another field of the profile says the same thing"),
            WarningReason::Withheld => {
                write!(f, "{field} may not go out: the file says what it would say without it")
            }
            WarningReason::NoAccount => write!(f, "{field} names an account that is not there"),
            WarningReason::NeedsSlot { slot } => {
                write!(f, "{field} is left out: it needs account slot {slot}, which is not free")
            }
            WarningReason::Nearest => write!(f, "{field} is not met exactly: this model does what comes nearest"),
            WarningReason::OldFirmware => {
                write!(f, "{field} is left out: the phone's firmware is too old for it")
            }
            WarningReason::NotReset => {
                write!(f, "{field} stays as an earlier file set it: this file cannot set it back")
            }
        }
    }
}

/// Why something was left out or changed.
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
    /// The model has such a thing, but not this value of it.
    NoWord,
    /// The text was spelled in plain letters ([`super::CharacterPolicy::Transliterate`]); it was not left out.
    Transliterated,
    /// A firmware target is stated only where the phone is known to have an older one.
    FirmwareUnknown,
    /// A file without this password leaves the phone with the one it has, or sets it back: that may be the one that everybody
    /// knows.
    FactoryPassword,
    /// A firmware target of another product: its first number differs from that of the phone's own firmware.
    OtherFirmware,
    /// One number is the beginning of another, and the model would wait for the rest of the longer one.
    Clash,
    /// A key names an account that the profile or the model does not have; the key is written all the same.
    /// Or a handset has no account to call with.
    NoAccount,
    /// What it needs is a slot that another account has, or that the model does not have.
    NeedsSlot {
        /// The account slot.
        slot: u16,
    },
    /// The model cannot do exactly this, or its firmware is not sure to, or it would harm emergency calls: it does what comes
    /// nearest, such as a number cut to the model's longest, or a clock that changes to summer time by the model's own rule.
    Nearest,
    /// The phone says that it has a firmware which does not know this yet.
    OldFirmware,
    /// A name to be forgotten ([`super::FullJob::forget`]) that this file neither states nor has a word to set back to its
    /// factory default.
    NotReset,
    /// The password is the one of the factory; it is written all the same.
    KnownPassword,
    /// Another field of the profile says the same thing and counts, as a zone does beside an offset.
    Overruled,
    /// A raw override that counts as a secret and may not go out: the parameter has the value that it would have without it.
    Withheld,
}

/// One list for both, so that a reason without a name does not compile.
macro_rules! names {
    ($($reason:ident $({ $number:ident })? $name:literal,)*) => {
        impl WarningReason {
            /// Every reason, numbers in it 0.
            pub const ALL: &[Self] = &[$(Self::$reason $({ $number: 0 })?),*];

            /// A short name that stays: what bindings and logs call it.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$reason { .. } => $name,)*
                }
            }
        }
    };
}

names! {
    Beyond { most } "beyond",
    NoPlace "no_place",
    NoWord "no_word",
    Transliterated "transliterated",
    FirmwareUnknown "firmware_unknown",
    FactoryPassword "factory_password",
    OtherFirmware "other_firmware",
    Clash "clash",
    NoAccount "no_account",
    NotReset "not_reset",
    NeedsSlot { slot } "needs_slot",
    Nearest "nearest",
    OldFirmware "old_firmware",
    KnownPassword "known_password",
    Overruled "overruled",
    Withheld "withheld",
}
