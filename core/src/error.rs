//! Error codes: one stable number per error, the same in Rust, C and Python.
//!
//! Every error enum of the crate is declared with the `codes!` macro, which gives it its text and ties each variant to a number of
//! this list. Numbers are grouped in hundreds by area and never reused; 1 to 99 belong to the bindings.

use alloc::borrow::Borrow;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// A stable error number with its name and one-line meaning.
///
/// ```
/// use libprov::error::ErrorCode;
/// let error = libprov::mac::MacAddr::parse("nonsense").unwrap_err();
/// assert_eq!(error.code(), ErrorCode::MAC_SHAPE);
/// assert_eq!(error.code().number(), 200);
/// assert_eq!(ErrorCode::from_number(200).map(ErrorCode::name), Some("MAC_SHAPE"));
/// ```
#[derive(Clone, Copy, Eq, PartialEq, Ord, PartialOrd, Hash)]
pub struct ErrorCode(u16);

impl ErrorCode {
    /// The number, never 0.
    pub const fn number(self) -> u16 {
        self.0
    }

    /// The name, as in `PROV_E_<name>` of the C header.
    pub fn name(self) -> &'static str {
        row(self.0).map_or("UNKNOWN", |row| row.1)
    }

    /// What the code means, in one lower-case line.
    pub fn meaning(self) -> &'static str {
        row(self.0).map_or("unknown error", |row| row.2)
    }

    /// The code with this number, if there is one.
    pub fn from_number(number: u16) -> Option<Self> {
        row(number).map(|_| Self(number))
    }

    /// All codes in ascending order.
    pub fn all() -> impl Iterator<Item = Self> {
        CODES.iter().map(|row| Self(row.0))
    }
}

impl core::fmt::Debug for ErrorCode {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "{}({})", self.name(), self.0)
    }
}

fn row(number: u16) -> Option<&'static (u16, &'static str, &'static str)> {
    CODES.binary_search_by_key(&number, |row| row.0).ok().and_then(|at| CODES.get(at))
}

/// Declares the list: name, number, meaning.
macro_rules! error_codes {
    ($($name:ident = $number:literal, $meaning:literal;)+) => {
        impl ErrorCode {
            $(#[doc = $meaning] pub const $name: Self = Self($number);)+
        }
        const CODES: &[(u16, &str, &str)] = &[$(($number, stringify!($name), $meaning)),+];
    };
}

error_codes! {
    TIME_OUT_OF_RANGE = 100, "an instant lies before 2020 or after 2200";
    MAC_SHAPE = 200, "text is not a MAC address";
    MAC_MULTICAST = 201, "a MAC address is multicast";
    MAC_ZERO = 202, "a MAC address is all zeros";
    ENTROPY_UNSET = 300, "entropy is 32 equal bytes, so nobody drew it";
    KEY_WEAK = 310, "a tenant key is 32 equal bytes";
    KEY_SAME_ID = 311, "the current and the previous key have the same id";
    ID_TENANT = 400, "text is not a tenant id";
    ID_ENROLMENT = 401, "text is not an enrolment id";
    ID_USER = 402, "text is not the id of a portal user";
    PAP_SHAPE = 500, "text is not a PIN of the allowed length";
    PAP_EXHAUSTED = 501, "no free PIN is left among those allowed";
    ATTEMPT_NOT_DIGITS = 510, "a PIN entry holds anything but ASCII digits";
    POLICY_RANGE = 600, "a policy number lies outside its range";
    POLICY_CONFLICT = 601, "two policy settings contradict each other";
    POLICY_EMERGENCY_NUMBER = 602, "an emergency number is not 2 to 6 digits";
    POLICY_EMERGENCY_EMPTY = 603, "the tenant would have no emergency number";
    PREFIX_SHAPE = 700, "text is not an address or a CIDR prefix";
    PREFIX_HOST_BITS = 701, "address bits are set to the right of the prefix length";
    PREFIX_LENGTH = 702, "a prefix length is out of range or not a plain number";
    PREFIX_LEADING_ZERO = 703, "an address has leading zeros";
    PREFIX_NETMASK = 704, "a netmask stands where a prefix length belongs";
    PREFIX_SPACE = 705, "white space stands inside an address";
    PREFIX_ZONE = 706, "an address carries a zone id";
    PREFIX_PORT = 707, "an address carries a port";
    PREFIX_TRANSLATED = 708, "a range that stands for translated or tunnelled IPv4";
    PREFIX_TOO_WIDE = 709, "a prefix is wider than policy allows";
    WHITELIST_DUPLICATE = 800, "the prefix is already on the whitelist";
    WHITELIST_UNKNOWN = 801, "the prefix is not on the whitelist";
    WHITELIST_LABEL = 802, "a label is too long or holds a control character";
    WHITELIST_FULL = 803, "the whitelist holds the most entries it may";
    ADMIN_UNKNOWN_DEVICE = 900, "there is no such device";
    ADMIN_DEVICE_EXISTS = 901, "the device exists already";
    ADMIN_KNOWN_ELSEWHERE = 902, "the MAC address cannot be added";
    ADMIN_ACCOUNT = 903, "there is no such account slot";
    ADMIN_BIND_WIDE = 904, "the network a suspension is bound to is wider than policy allows";
    ADMIN_CONFIRM_BLOCKED = 905, "suspending a device an administrator blocked needs confirmation";
    ADMIN_INSTALLED_UNTIL = 906, "the end of the installed period is not ahead";
    ADMIN_TEXT = 907, "a text is too long or holds a control character";
    ADMIN_ACCOUNTS = 908, "the number of accounts is out of range";
    SNAPSHOT_CUT_OFF = 1000, "a snapshot ends too early";
    SNAPSHOT_NOT_OURS = 1001, "bytes are no libprov snapshot";
    SNAPSHOT_NEWER = 1002, "a snapshot comes from a newer version";
    SNAPSHOT_TYPE = 1003, "a snapshot holds another kind of record";
    SNAPSHOT_CHECKSUM = 1004, "a snapshot was altered or damaged";
    SNAPSHOT_FORM = 1005, "a snapshot's fields cannot be read";
    SNAPSHOT_INVARIANT = 1006, "a snapshot's values contradict each other";
    RENDER_UNKNOWN_MODEL = 1100, "there is no such vendor or model";
    RENDER_CHARACTER = 1101, "a value holds a character the file format cannot carry";
    RENDER_RESERVED = 1102, "a value means something else to this device";
    RENDER_TOO_LONG = 1103, "a value is longer than the device takes";
    RENDER_OVERRIDE = 1104, "a raw override is not allowed";
    RENDER_UNSUPPORTED = 1105, "this model has no such rendering";
    RENDER_SPACE = 1106, "a value begins or ends with a space, which the device would drop";
    RENDER_VALUE = 1107, "a render job holds something that is not allowed";
    RENDER_CHARSET = 1108, "a value holds a character the device's character set does not have";
    RENDER_WITHHELD = 1109, "a secret may not go out, and this device forgets what a file leaves out";
    PROFILE_FORM = 1110, "a profile cannot be read";
    PROFILE_VALUE = 1111, "a profile value is not allowed";
    READ_SYNTAX = 1120, "a configuration file cannot be read";
    CLIENT_HEADER_NAME = 1200, "a forwarding header name is not an HTTP field name";
    TENANT_POLICY = 1300, "a tenant's settings are nonsense";
    TENANT_WHITELIST = 1301, "the whitelist refuses a change";
    OTP_SECRET_LENGTH = 1400, "a one-time-password secret is too short or too long";
    OTP_BASE32 = 1401, "a character is no Base32";
    OTP_BASE32_CUT = 1402, "Base32 text is cut off";
    OTP_RANGE = 1403, "a one-time-password setting is out of range";
    OTP_SHORT_CODES = 1404, "codes of 4 or 5 digits were not asked for";
    OTP_TEXT = 1405, "an issuer or account name is not allowed";
    OTP_URI_LONG = 1410, "an otpauth URI or a part of it is too long";
    OTP_URI_SCHEME = 1411, "a URI has another scheme";
    OTP_URI_ESCAPE = 1412, "a part of an otpauth URI has a bad percent escape or is no UTF-8";
    OTP_URI_DUPLICATE = 1413, "a part of an otpauth URI stands there twice";
    OTP_URI_MISSING = 1414, "a part of an otpauth URI is missing";
    OTP_URI_VALUE = 1415, "a part of an otpauth URI cannot be taken over";
    OTP_EXPORT_DATA = 1420, "the data of an authenticator export are no Base64";
    OTP_EXPORT_FORM = 1421, "the data of an authenticator export cannot be read";
    OTP_QR_LONG = 1430, "a text does not fit a QR code";
    MFA_OWN_ACCOUNT = 1440, "an administrator acts on the own account";
    MFA_ACTOR_FACTOR = 1441, "an administrator gave no second factor just now";
    MFA_RISK_NOT_ACCEPTED = 1442, "the risk of switching off was not accepted";
    ROSTER_EMPTY = 1500, "a roster has no header line";
    ROSTER_TITLE_UNKNOWN = 1501, "a column title is unknown";
    ROSTER_TITLE_TWICE = 1502, "a column stands there twice";
    ROSTER_TITLE_MISSING = 1503, "a column is missing";
    ROSTER_ROWS = 1504, "a roster has more rows than it may";
    ROSTER_FAULTS = 1505, "more is wrong with a roster than is kept";
    ROSTER_ENCODING = 1510, "a field is not UTF-8";
    ROSTER_QUOTE_STRAY = 1511, "text stands behind a closing quote";
    ROSTER_QUOTE_OPEN = 1512, "a quote is never closed";
    ROSTER_LINE_BYTES = 1513, "a line is too long";
    ROSTER_FIELDS_FEW = 1514, "a line has fewer fields than the header";
    ROSTER_FIELDS_MANY = 1515, "a line has more fields than the header";
    ROSTER_VENDOR = 1520, "a vendor is unknown";
    ROSTER_MODEL = 1521, "a model is unknown";
    ROSTER_MAC = 1522, "a field is not the MAC address of a device";
    ROSTER_MAC_TWICE = 1523, "a MAC address stands on an earlier line";
    ROSTER_MAC_KNOWN = 1524, "a MAC address is a device of the tenant already";
    ROSTER_DATE = 1525, "a creation date cannot be read";
    ROSTER_TEXT = 1526, "a text is too long or holds a control character";
    ROSTER_ACCOUNTS = 1527, "a number of accounts is out of range";
    ROSTER_BAD_LINES = 1530, "a roster has bad lines, and nothing was imported";
}

/// Declares an error enum whose variants each name their [`ErrorCode`].
macro_rules! codes {
    (
        $(#[$enum_meta:meta])*
        pub enum $name:ident {
            $(
                $(#[$meta:meta])*
                $variant:ident $({ $($(#[$field_meta:meta])* $field:ident : $type:ty),* $(,)? })? = $code:ident
            ),+ $(,)?
        }
    ) => {
        $(#[$enum_meta])*
        #[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$meta])* $variant $({ $($(#[$field_meta])* $field : $type),* })?),+
        }

        impl $name {
            /// The stable number of this error.
            pub const fn code(&self) -> $crate::error::ErrorCode {
                match self {
                    $(Self::$variant { .. } => $crate::error::ErrorCode::$code),+
                }
            }
        }
    };
}
pub(crate) use codes;

/// At most three of these names that are at least half like `name`, the nearest first, for an error's text.
pub(crate) fn nearest(name: &str, known: impl Iterator<Item = &'static str>) -> Vec<&'static str> {
    let mut near: Vec<(usize, &'static str)> = known
        .map(|known| (distance(name, known), known))
        .filter(|(distance, known)| distance.saturating_mul(2) <= known.len())
        .collect();
    near.sort_unstable();
    near.truncate(3);
    near.into_iter().map(|(_, name)| name).collect()
}

/// The end of an error's text that names them.
pub(crate) fn listed(names: &[impl Borrow<str>]) -> String {
    if names.is_empty() { String::new() } else { format!("; the nearest are {}", names.join(", ")) }
}

/// The edit distance of two names, letters of any case; only the first 32 characters of `a` count.
fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, left) in a.bytes().take(32).enumerate() {
        let mut diagonal = i;
        let mut before = i + 1;
        for (right, cell) in b.bytes().zip(row.iter_mut().skip(1)) {
            let same = left.eq_ignore_ascii_case(&right);
            let cost = (diagonal + usize::from(!same)).min(before + 1).min(*cell + 1);
            diagonal = *cell;
            *cell = cost;
            before = cost;
        }
        if let Some(first) = row.first_mut() {
            *first = i + 1;
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_ascend_and_none_is_reused() {
        let mut last = 99;
        for (number, name, meaning) in CODES {
            assert!(*number > last, "{name}");
            assert!(!meaning.ends_with('.') && !meaning.is_empty(), "{name}");
            last = *number;
        }
    }
}
