//! The rules that answer a request (SPEC section 4), as one closed list with stable numbers and names.

/// The rule that gave an answer.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Ord, PartialOrd, Hash)]
#[non_exhaustive]
#[repr(u8)]
pub enum Rule {
    /// Source over its limit and the request unproven.
    R1 = 1,
    /// Device unknown.
    R2 = 2,
    /// Device inactive, MAC not authorised, or certificate of another MAC.
    R3 = 3,
    /// Suspended, and the source fits.
    R4 = 4,
    /// Blocked.
    R5 = 5,
    /// Permanent whitelist.
    R6a = 6,
    /// Temporary whitelist.
    R6b = 7,
    /// Certificate or present credential.
    R7 = 8,
    /// Accepted token inside the delivery window.
    R8 = 9,
    /// Installed device, once.
    R8a = 10,
    /// Credential old or forged.
    R9 = 11,
    /// Delivered, and nothing else fits.
    R10 = 12,
    /// Required, accepted or failed.
    R11 = 13,
    /// The transport may not carry secrets.
    R17 = 14,
    /// The device belongs to another tenant.
    R18 = 15,
    /// The model has no restricted rendering.
    R20 = 16,
    /// Challenge for HTTP authentication.
    R21 = 17,
    /// A common file without a MAC: no tenant data (STATE-TABLES 4.3).
    Static = 18,
    /// A method other than GET and HEAD (STATE-TABLES 4.3).
    Method = 19,
    /// A file beside the main file that holds no secret (STATE-TABLES 4.3).
    SideFile = 20,
}

impl Rule {
    /// All rules.
    pub const ALL: [Self; 20] = [
        Self::R1,
        Self::R2,
        Self::R3,
        Self::R4,
        Self::R5,
        Self::R6a,
        Self::R6b,
        Self::R7,
        Self::R8,
        Self::R8a,
        Self::R9,
        Self::R10,
        Self::R11,
        Self::R17,
        Self::R18,
        Self::R20,
        Self::R21,
        Self::Static,
        Self::Method,
        Self::SideFile,
    ];

    /// The stable number.
    pub const fn number(self) -> u8 {
        self as u8
    }

    /// The rule with this number.
    pub fn from_number(number: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|rule| rule.number() == number)
    }

    /// The name as the SPEC writes it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::R1 => "R1",
            Self::R2 => "R2",
            Self::R3 => "R3",
            Self::R4 => "R4",
            Self::R5 => "R5",
            Self::R6a => "R6a",
            Self::R6b => "R6b",
            Self::R7 => "R7",
            Self::R8 => "R8",
            Self::R8a => "R8a",
            Self::R9 => "R9",
            Self::R10 => "R10",
            Self::R11 => "R11",
            Self::R17 => "R17",
            Self::R18 => "R18",
            Self::R20 => "R20",
            Self::R21 => "R21",
            Self::Static => "static",
            Self::Method => "method",
            Self::SideFile => "side file",
        }
    }
}

impl core::fmt::Display for Rule {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(self.name())
    }
}
