//! What is played to a caller: prompts of the authentication service and announcements of the PBX (SPEC C1, C3).

mod texts;

use crate::time::Timestamp;

/// What an announcement may have to say besides itself.
trait Parameter {
    fn of(tries_left: u8, until: Timestamp) -> Self;
}

impl Parameter for u8 {
    fn of(tries_left: u8, _: Timestamp) -> Self {
        tries_left
    }
}

impl Parameter for Timestamp {
    fn of(_: u8, until: Timestamp) -> Self {
        until
    }
}

/// Declares what is played: variant, number, stable name.
macro_rules! announcements {
    ($($(#[$meta:meta])* $variant:ident $(($(#[$of_meta:meta])* $of:ty))? = $number:literal, $name:literal;)+) => {
        /// Something that is played to a caller (SPEC C1, C3).
        #[derive(Clone, Copy, Debug, Eq, PartialEq)]
        #[non_exhaustive]
        pub enum Announcement { $($(#[$meta])* $variant $(($of))?),+ }

        impl Announcement {
            /// Number and stable name of each, in ascending order.
            pub const ALL: &'static [(u8, &'static str)] = &[$(($number, $name)),+];

            /// The stable number.
            pub const fn number(self) -> u8 {
                match self { $(Self::$variant { .. } => $number),+ }
            }

            /// The stable name, lower case with underscores.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant { .. } => $name),+ }
            }

            /// The announcement with this number; of the two parameters it takes the one that it has, if any.
            pub fn from_number(number: u8, tries_left: u8, until: Timestamp) -> Option<Self> {
                Some(match number {
                    $($number => Self::$variant $((<$of as Parameter>::of(tries_left, until)))?,)+
                    _ => return None,
                })
            }
        }
    };
}

announcements! {
    /// The PAP was right; the telephone is being set up.
    Accepted = 1, "accepted";
    /// The PAP was wrong; so many tries are left.
    TriesLeft(u8) = 2, "tries_left";
    /// Locked until then.
    Locked(Timestamp) = 3, "locked";
    /// Blocked for good.
    Blocked = 4, "blocked";
    /// Already authenticated; the telephone is being set up.
    Already = 5, "already";
    /// Not possible at present.
    NotPossible = 6, "not_possible";
    /// The device needs a reset.
    ResetNeeded = 7, "reset_needed";
    /// Please wait, the telephone restarts.
    Restarting = 8, "restarting";
    /// No PIN is needed; the telephone is being set up.
    NoPinNeeded = 9, "no_pin_needed";
    /// The telephone must be authenticated again before it may call: its account is of an earlier epoch, or it was reset.
    NotAuthenticated = 10, "not_authenticated";
    /// The telephone is not in service: nobody knows it, or it is inactive.
    NotInService = 11, "not_in_service";
    /// What was asked for is refused: a method, a feature or a target that this account may not use.
    Refused = 12, "refused";
    /// Welcome; type the PIN and end it with the hash key.
    EnterPin = 13, "enter_pin";
    /// The entry was discarded, for it was not ended in time; type it again.
    EnterAgain = 14, "enter_again";
    /// The time for the dialogue is over.
    TimeOver = 15, "time_over";
    /// The call is connected to the emergency service.
    Emergency = 16, "emergency";
}

impl Announcement {
    /// How many tries are left, where it says so.
    pub const fn tries_left(self) -> Option<u8> {
        match self {
            Self::TriesLeft(left) => Some(left),
            _ => None,
        }
    }

    /// Until when something lasts, where it says so.
    pub const fn until(self) -> Option<Timestamp> {
        match self {
            Self::Locked(until) => Some(until),
            _ => None,
        }
    }
}
