//! Numbers of core's lists, so that the header has them. Not to be edited: a test compares this file with core, and
//! `LIBPROV_BLESS=1 cargo test -p libprov-c` writes it anew.

use crate::status::prov_status;
use std::ffi::CStr;

/// An instant lies before 2020 or after 2200.
pub const PROV_E_TIME_OUT_OF_RANGE: prov_status = 100;
/// Text is not a MAC address.
pub const PROV_E_MAC_SHAPE: prov_status = 200;
/// A MAC address is multicast.
pub const PROV_E_MAC_MULTICAST: prov_status = 201;
/// A MAC address is all zeros.
pub const PROV_E_MAC_ZERO: prov_status = 202;
/// Entropy is 32 equal bytes, so nobody drew it.
pub const PROV_E_ENTROPY_UNSET: prov_status = 300;
/// A tenant key is 32 equal bytes.
pub const PROV_E_KEY_WEAK: prov_status = 310;
/// The current and the previous key have the same id.
pub const PROV_E_KEY_SAME_ID: prov_status = 311;
/// Text is not a tenant id.
pub const PROV_E_ID_TENANT: prov_status = 400;
/// Text is not an enrolment id.
pub const PROV_E_ID_ENROLMENT: prov_status = 401;
/// Text is not the id of a portal user.
pub const PROV_E_ID_USER: prov_status = 402;
/// Text is not a PIN of the allowed length.
pub const PROV_E_PAP_SHAPE: prov_status = 500;
/// No free PIN is left among those allowed.
pub const PROV_E_PAP_EXHAUSTED: prov_status = 501;
/// A PIN entry holds anything but ASCII digits.
pub const PROV_E_ATTEMPT_NOT_DIGITS: prov_status = 510;
/// A policy number lies outside its range.
pub const PROV_E_POLICY_RANGE: prov_status = 600;
/// Two policy settings contradict each other.
pub const PROV_E_POLICY_CONFLICT: prov_status = 601;
/// An emergency number is not 2 to 6 digits.
pub const PROV_E_POLICY_EMERGENCY_NUMBER: prov_status = 602;
/// The tenant would have no emergency number.
pub const PROV_E_POLICY_EMERGENCY_EMPTY: prov_status = 603;
/// Text is not an address or a CIDR prefix.
pub const PROV_E_PREFIX_SHAPE: prov_status = 700;
/// Address bits are set to the right of the prefix length.
pub const PROV_E_PREFIX_HOST_BITS: prov_status = 701;
/// A prefix length is out of range or not a plain number.
pub const PROV_E_PREFIX_LENGTH: prov_status = 702;
/// An address has leading zeros.
pub const PROV_E_PREFIX_LEADING_ZERO: prov_status = 703;
/// A netmask stands where a prefix length belongs.
pub const PROV_E_PREFIX_NETMASK: prov_status = 704;
/// White space stands inside an address.
pub const PROV_E_PREFIX_SPACE: prov_status = 705;
/// An address carries a zone id.
pub const PROV_E_PREFIX_ZONE: prov_status = 706;
/// An address carries a port.
pub const PROV_E_PREFIX_PORT: prov_status = 707;
/// A range that stands for translated or tunnelled IPv4.
pub const PROV_E_PREFIX_TRANSLATED: prov_status = 708;
/// A prefix is wider than policy allows.
pub const PROV_E_PREFIX_TOO_WIDE: prov_status = 709;
/// The prefix is already on the whitelist.
pub const PROV_E_WHITELIST_DUPLICATE: prov_status = 800;
/// The prefix is not on the whitelist.
pub const PROV_E_WHITELIST_UNKNOWN: prov_status = 801;
/// A label is too long or holds a control character.
pub const PROV_E_WHITELIST_LABEL: prov_status = 802;
/// The whitelist holds the most entries it may.
pub const PROV_E_WHITELIST_FULL: prov_status = 803;
/// There is no such device.
pub const PROV_E_ADMIN_UNKNOWN_DEVICE: prov_status = 900;
/// The device exists already.
pub const PROV_E_ADMIN_DEVICE_EXISTS: prov_status = 901;
/// The MAC address cannot be added.
pub const PROV_E_ADMIN_KNOWN_ELSEWHERE: prov_status = 902;
/// There is no such account slot.
pub const PROV_E_ADMIN_ACCOUNT: prov_status = 903;
/// The network a suspension is bound to is wider than policy allows.
pub const PROV_E_ADMIN_BIND_WIDE: prov_status = 904;
/// Suspending a device an administrator blocked needs confirmation.
pub const PROV_E_ADMIN_CONFIRM_BLOCKED: prov_status = 905;
/// The end of the installed period is not ahead.
pub const PROV_E_ADMIN_INSTALLED_UNTIL: prov_status = 906;
/// A text is too long or holds a control character.
pub const PROV_E_ADMIN_TEXT: prov_status = 907;
/// The number of accounts is out of range.
pub const PROV_E_ADMIN_ACCOUNTS: prov_status = 908;
/// A snapshot ends too early.
pub const PROV_E_SNAPSHOT_CUT_OFF: prov_status = 1000;
/// Bytes are no libprov snapshot.
pub const PROV_E_SNAPSHOT_NOT_OURS: prov_status = 1001;
/// A snapshot comes from a newer version.
pub const PROV_E_SNAPSHOT_NEWER: prov_status = 1002;
/// A snapshot holds another kind of record.
pub const PROV_E_SNAPSHOT_TYPE: prov_status = 1003;
/// A snapshot was altered or damaged.
pub const PROV_E_SNAPSHOT_CHECKSUM: prov_status = 1004;
/// A snapshot's fields cannot be read.
pub const PROV_E_SNAPSHOT_FORM: prov_status = 1005;
/// A snapshot's values contradict each other.
pub const PROV_E_SNAPSHOT_INVARIANT: prov_status = 1006;
/// There is no such vendor or model.
pub const PROV_E_RENDER_UNKNOWN_MODEL: prov_status = 1100;
/// A value holds a character the file format cannot carry.
pub const PROV_E_RENDER_CHARACTER: prov_status = 1101;
/// A value means something else to this device.
pub const PROV_E_RENDER_RESERVED: prov_status = 1102;
/// A value is longer than the device takes.
pub const PROV_E_RENDER_TOO_LONG: prov_status = 1103;
/// A raw override is not allowed.
pub const PROV_E_RENDER_OVERRIDE: prov_status = 1104;
/// This model has no such rendering.
pub const PROV_E_RENDER_UNSUPPORTED: prov_status = 1105;
/// A value begins or ends with a space, which the device would drop.
pub const PROV_E_RENDER_SPACE: prov_status = 1106;
/// A render job holds something that is not allowed.
pub const PROV_E_RENDER_VALUE: prov_status = 1107;
/// A value holds a character the device's character set does not have.
pub const PROV_E_RENDER_CHARSET: prov_status = 1108;
/// A secret may not go out, and this device forgets what a file leaves out.
pub const PROV_E_RENDER_WITHHELD: prov_status = 1109;
/// A profile cannot be read.
pub const PROV_E_PROFILE_FORM: prov_status = 1110;
/// A profile value is not allowed.
pub const PROV_E_PROFILE_VALUE: prov_status = 1111;
/// A configuration file cannot be read.
pub const PROV_E_READ_SYNTAX: prov_status = 1120;
/// A forwarding header name is not an HTTP field name.
pub const PROV_E_CLIENT_HEADER_NAME: prov_status = 1200;
/// A tenant's settings are nonsense.
pub const PROV_E_TENANT_POLICY: prov_status = 1300;
/// The whitelist refuses a change.
pub const PROV_E_TENANT_WHITELIST: prov_status = 1301;
/// A one-time-password secret is too short or too long.
pub const PROV_E_OTP_SECRET_LENGTH: prov_status = 1400;
/// A character is no Base32.
pub const PROV_E_OTP_BASE32: prov_status = 1401;
/// Base32 text is cut off.
pub const PROV_E_OTP_BASE32_CUT: prov_status = 1402;
/// A one-time-password setting is out of range.
pub const PROV_E_OTP_RANGE: prov_status = 1403;
/// Codes of 4 or 5 digits were not asked for.
pub const PROV_E_OTP_SHORT_CODES: prov_status = 1404;
/// An issuer or account name is not allowed.
pub const PROV_E_OTP_TEXT: prov_status = 1405;
/// An otpauth URI or a part of it is too long.
pub const PROV_E_OTP_URI_LONG: prov_status = 1410;
/// A URI has another scheme.
pub const PROV_E_OTP_URI_SCHEME: prov_status = 1411;
/// A part of an otpauth URI has a bad percent escape or is no UTF-8.
pub const PROV_E_OTP_URI_ESCAPE: prov_status = 1412;
/// A part of an otpauth URI stands there twice.
pub const PROV_E_OTP_URI_DUPLICATE: prov_status = 1413;
/// A part of an otpauth URI is missing.
pub const PROV_E_OTP_URI_MISSING: prov_status = 1414;
/// A part of an otpauth URI cannot be taken over.
pub const PROV_E_OTP_URI_VALUE: prov_status = 1415;
/// The data of an authenticator export are no Base64.
pub const PROV_E_OTP_EXPORT_DATA: prov_status = 1420;
/// The data of an authenticator export cannot be read.
pub const PROV_E_OTP_EXPORT_FORM: prov_status = 1421;
/// A text does not fit a QR code.
pub const PROV_E_OTP_QR_LONG: prov_status = 1430;
/// An administrator acts on the own account.
pub const PROV_E_MFA_OWN_ACCOUNT: prov_status = 1440;
/// An administrator gave no second factor just now.
pub const PROV_E_MFA_ACTOR_FACTOR: prov_status = 1441;
/// The risk of switching off was not accepted.
pub const PROV_E_MFA_RISK_NOT_ACCEPTED: prov_status = 1442;
/// A roster has no header line.
pub const PROV_E_ROSTER_EMPTY: prov_status = 1500;
/// A column title is unknown.
pub const PROV_E_ROSTER_TITLE_UNKNOWN: prov_status = 1501;
/// A column stands there twice.
pub const PROV_E_ROSTER_TITLE_TWICE: prov_status = 1502;
/// A column is missing.
pub const PROV_E_ROSTER_TITLE_MISSING: prov_status = 1503;
/// A roster has more rows than it may.
pub const PROV_E_ROSTER_ROWS: prov_status = 1504;
/// More is wrong with a roster than is kept.
pub const PROV_E_ROSTER_FAULTS: prov_status = 1505;
/// A field is not UTF-8.
pub const PROV_E_ROSTER_ENCODING: prov_status = 1510;
/// Text stands behind a closing quote.
pub const PROV_E_ROSTER_QUOTE_STRAY: prov_status = 1511;
/// A quote is never closed.
pub const PROV_E_ROSTER_QUOTE_OPEN: prov_status = 1512;
/// A line is too long.
pub const PROV_E_ROSTER_LINE_BYTES: prov_status = 1513;
/// A line has fewer fields than the header.
pub const PROV_E_ROSTER_FIELDS_FEW: prov_status = 1514;
/// A line has more fields than the header.
pub const PROV_E_ROSTER_FIELDS_MANY: prov_status = 1515;
/// A vendor is unknown.
pub const PROV_E_ROSTER_VENDOR: prov_status = 1520;
/// A model is unknown.
pub const PROV_E_ROSTER_MODEL: prov_status = 1521;
/// A field is not the MAC address of a device.
pub const PROV_E_ROSTER_MAC: prov_status = 1522;
/// A MAC address stands on an earlier line.
pub const PROV_E_ROSTER_MAC_TWICE: prov_status = 1523;
/// A MAC address is a device of the tenant already.
pub const PROV_E_ROSTER_MAC_KNOWN: prov_status = 1524;
/// A creation date cannot be read.
pub const PROV_E_ROSTER_DATE: prov_status = 1525;
/// A text is too long or holds a control character.
pub const PROV_E_ROSTER_TEXT: prov_status = 1526;
/// A number of accounts is out of range.
pub const PROV_E_ROSTER_ACCOUNTS: prov_status = 1527;
/// A roster has bad lines, and nothing was imported.
pub const PROV_E_ROSTER_BAD_LINES: prov_status = 1530;
/// Source over its limit and the request unproven.
pub const PROV_RULE_R1: u8 = 1;
/// Device unknown.
pub const PROV_RULE_R2: u8 = 2;
/// Device inactive, MAC not authorised, or certificate of another MAC.
pub const PROV_RULE_R3: u8 = 3;
/// Suspended, and the source fits.
pub const PROV_RULE_R4: u8 = 4;
/// Blocked.
pub const PROV_RULE_R5: u8 = 5;
/// Permanent whitelist.
pub const PROV_RULE_R6A: u8 = 6;
/// Temporary whitelist.
pub const PROV_RULE_R6B: u8 = 7;
/// Certificate or present credential.
pub const PROV_RULE_R7: u8 = 8;
/// Accepted token inside the delivery window.
pub const PROV_RULE_R8: u8 = 9;
/// Installed device, once.
pub const PROV_RULE_R8A: u8 = 10;
/// Credential old or forged.
pub const PROV_RULE_R9: u8 = 11;
/// Delivered, and nothing else fits.
pub const PROV_RULE_R10: u8 = 12;
/// Required, accepted or failed.
pub const PROV_RULE_R11: u8 = 13;
/// The transport may not carry secrets.
pub const PROV_RULE_R17: u8 = 14;
/// The device belongs to another tenant.
pub const PROV_RULE_R18: u8 = 15;
/// The model has no restricted rendering.
pub const PROV_RULE_R20: u8 = 16;
/// Challenge for HTTP authentication.
pub const PROV_RULE_R21: u8 = 17;
/// A common file without a MAC: no tenant data (STATE-TABLES 4.3).
pub const PROV_RULE_STATIC: u8 = 18;
/// A method other than GET and HEAD (STATE-TABLES 4.3).
pub const PROV_RULE_METHOD: u8 = 19;
/// A file beside the main file that holds no secret (STATE-TABLES 4.3).
pub const PROV_RULE_SIDE_FILE: u8 = 20;
/// A device was created, or created again.
pub const PROV_AUDIT_CREATED: u8 = 1;
/// A device was imported as installed (SPEC R24).
pub const PROV_AUDIT_IMPORTED_INSTALLED: u8 = 2;
/// A device took over from a broken one (SPEC R24).
pub const PROV_AUDIT_TRANSFERRED: u8 = 3;
/// A PAP was right.
pub const PROV_AUDIT_PAP_ACCEPTED: u8 = 4;
/// A PAP was wrong.
pub const PROV_AUDIT_PAP_WRONG: u8 = 5;
/// A source was locked.
pub const PROV_AUDIT_LOCKED: u8 = 6;
/// A lock ended by itself.
pub const PROV_AUDIT_UNLOCKED: u8 = 7;
/// A source was blocked by its wrong PAPs.
pub const PROV_AUDIT_BLOCKED_SOURCE: u8 = 8;
/// The device was blocked because wrong PAPs reached the ceiling.
pub const PROV_AUDIT_BLOCKED_CEILING: u8 = 9;
/// An administrator blocked the device.
pub const PROV_AUDIT_BLOCKED_BY_ADMINISTRATOR: u8 = 10;
/// An accepted PAP was not followed by a delivery in time (SPEC A12).
pub const PROV_AUDIT_ACCEPTANCE_EXPIRED: u8 = 11;
/// A full configuration arrived.
pub const PROV_AUDIT_DELIVERED: u8 = 12;
/// A device was reset.
pub const PROV_AUDIT_RESET: u8 = 13;
/// Authentication was suspended.
pub const PROV_AUDIT_SUSPENDED: u8 = 14;
/// A suspension ended by itself.
pub const PROV_AUDIT_SUSPENSION_ENDED: u8 = 15;
/// A second source asked during a suspension: alarm (SPEC A4).
pub const PROV_AUDIT_SUSPENSION_CONTESTED: u8 = 16;
/// Secrets were released again (SPEC S3).
pub const PROV_AUDIT_RELEASED: u8 = 17;
/// A SIP account got a new password (SPEC S5).
pub const PROV_AUDIT_NEW_SIP_PASSWORD: u8 = 18;
/// A device was deactivated.
pub const PROV_AUDIT_DEACTIVATED: u8 = 19;
/// A device was activated.
pub const PROV_AUDIT_ACTIVATED: u8 = 20;
/// A device was deleted.
pub const PROV_AUDIT_DELETED: u8 = 21;
/// A deadline lay too far ahead and was cut: the clock was corrected (SPEC A6).
pub const PROV_AUDIT_CLOCK_CORRECTED: u8 = 22;
/// A temporary whitelist entry was made or renewed.
pub const PROV_AUDIT_TEMPORARY_LISTED: u8 = 23;
/// A temporary whitelist entry was not made (SPEC W5, W7, W8).
pub const PROV_AUDIT_TEMPORARY_REFUSED: u8 = 24;
/// A device was let in because a neighbour authenticated (SPEC R6b).
pub const PROV_AUDIT_ADMITTED_BY_NEIGHBOUR: u8 = 25;
/// A request was denied.
pub const PROV_AUDIT_DENIED: u8 = 26;
/// A restricted configuration was given.
pub const PROV_AUDIT_RESTRICTED: u8 = 27;
/// A full configuration was given by a binding to an address only (SPEC R19, S7).
pub const PROV_AUDIT_WEAK_BINDING: u8 = 28;
/// Secrets left over plain HTTP (SPEC R17).
pub const PROV_AUDIT_CLEARTEXT: u8 = 29;
/// The policy is not enforced; the rule is the one that would have held (SPEC R23).
pub const PROV_AUDIT_NOT_ENFORCED: u8 = 30;
/// A confirmation for a lease that is not the last one was ignored (SPEC A14).
pub const PROV_AUDIT_LEASE_IGNORED: u8 = 31;
/// A restricted answer may have overwritten a working configuration (SPEC S5).
pub const PROV_AUDIT_OVERWRITTEN: u8 = 32;
/// An accepted token came after its window (STATE-TABLES 4.1).
pub const PROV_AUDIT_TOKEN_LATE: u8 = 33;
/// Path and User-Agent name different MACs (STATE-TABLES 4.3).
pub const PROV_AUDIT_MAC_MISMATCH: u8 = 34;
/// A PAP entry was not judged: its enrolment is of no use any more.
pub const PROV_AUDIT_PAP_NOT_JUDGED: u8 = 35;
/// Location or other descriptive data of the device changed.
pub const PROV_AUDIT_CHANGED: u8 = 36;
/// A source asked for more unknown or forged MACs than it may: it is throttled (SPEC R12).
pub const PROV_AUDIT_SOURCE_THROTTLED: u8 = 37;
/// A PAP was not judged because the source or the tenant had too many wrong ones (SPEC R12).
pub const PROV_AUDIT_PAP_BUDGET: u8 = 38;
/// An unknown device was put on offer (SPEC D5).
pub const PROV_AUDIT_ADOPTION_OFFERED: u8 = 39;
/// An unknown device was not put on offer: the pool or the share of its source is full (SPEC D5).
pub const PROV_AUDIT_ADOPTION_FULL: u8 = 40;
/// The emergency service was called (SPEC C2).
pub const PROV_AUDIT_EMERGENCY_CALL: u8 = 50;
/// The emergency service called back (SPEC C5).
pub const PROV_AUDIT_EMERGENCY_CALL_BACK: u8 = 51;
/// A call or another request of an account was refused (SPEC C1, C6).
pub const PROV_AUDIT_CALL_REFUSED: u8 = 52;
/// A roster with the PAPs of devices was exported (SPEC X1).
pub const PROV_AUDIT_PAPS_EXPORTED: u8 = 60;
/// A code of the app let in.
pub const PROV_MFA_CODE_ACCEPTED: u8 = 1;
/// A trusted address let in without a code (SPEC M9).
pub const PROV_MFA_TRUSTED_ADDRESS: u8 = 2;
/// A recovery code let in and is used up.
pub const PROV_MFA_RECOVERY_USED: u8 = 3;
/// Two codes in a row of an app whose clock is off let in; codes are now judged around its clock (SPEC M11).
pub const PROV_MFA_RESYNCHRONISED: u8 = 4;
/// A wrong code of the app.
pub const PROV_MFA_CODE_WRONG: u8 = 5;
/// A code that was used before (SPEC M2).
pub const PROV_MFA_CODE_REPLAYED: u8 = 6;
/// A wrong recovery code.
pub const PROV_MFA_RECOVERY_WRONG: u8 = 7;
/// A wrong enrolment grant.
pub const PROV_MFA_GRANT_WRONG: u8 = 8;
/// Too many failures locked a class of sources (SPEC M8).
pub const PROV_MFA_LOCKED: u8 = 9;
/// The clock stands before the last accepted step (SPEC M11).
pub const PROV_MFA_CLOCK_ERROR: u8 = 10;
/// The tenant demands the factor of this user, who does not have it yet.
pub const PROV_MFA_DEMANDED_BY_TENANT: u8 = 11;
/// Recovery codes that nobody confirmed to have been shown were replaced (SPEC M7).
pub const PROV_MFA_RECOVERY_REPLACED: u8 = 12;
/// Recovery codes whose tenant key is gone were replaced (SPEC R22).
pub const PROV_MFA_RECOVERY_OUTDATED: u8 = 13;
/// New recovery codes were made at a login by code: all had been used (SPEC M7).
pub const PROV_MFA_RECOVERY_USED_UP: u8 = 14;
/// An enrolment began.
pub const PROV_MFA_ENROLMENT_BEGUN: u8 = 20;
/// A wrong code at the confirmation.
pub const PROV_MFA_ENROLMENT_WRONG: u8 = 21;
/// Too many wrong codes: the enrolment is void.
pub const PROV_MFA_ENROLMENT_VOID: u8 = 22;
/// The factor is on.
pub const PROV_MFA_ENROLLED: u8 = 23;
/// The new secret is live, the old one dead.
pub const PROV_MFA_ROTATED: u8 = 24;
/// A confirmed enrolment lifted the lock of its class (SPEC M8).
pub const PROV_MFA_LOCK_LIFTED: u8 = 25;
/// The owner made new recovery codes.
pub const PROV_MFA_RECOVERY_REGENERATED: u8 = 26;
/// New recovery codes were shown.
pub const PROV_MFA_RECOVERY_SHOWN: u8 = 27;
/// The owner reset the factor.
pub const PROV_MFA_SELF_RESET: u8 = 28;
/// The owner switched the factor off.
pub const PROV_MFA_SELF_SWITCHED_OFF: u8 = 29;
/// An administrator demanded the factor.
pub const PROV_MFA_ADMIN_SWITCHED_ON: u8 = 40;
/// An administrator reset the factor.
pub const PROV_MFA_ADMIN_RESET: u8 = 41;
/// An administrator switched the factor off.
pub const PROV_MFA_ADMIN_SWITCHED_OFF: u8 = 42;
/// An administrator lifted locks.
pub const PROV_MFA_ADMIN_UNLOCKED: u8 = 43;
/// An enrolment was not confirmed in time.
pub const PROV_MFA_ENROLMENT_EXPIRED: u8 = 60;
/// A grant was not used in time.
pub const PROV_MFA_GRANT_EXPIRED: u8 = 61;
/// A demand was not met in time: the account is locked (SPEC M6).
pub const PROV_MFA_DEMAND_OVERDUE: u8 = 62;
/// The factor was switched on.
pub const PROV_TOLD_SWITCHED_ON: u8 = 1;
/// The app was changed.
pub const PROV_TOLD_ROTATED: u8 = 2;
/// The factor has to be set up anew.
pub const PROV_TOLD_RESET: u8 = 3;
/// The factor was switched off.
pub const PROV_TOLD_SWITCHED_OFF: u8 = 4;
/// A recovery code was used.
pub const PROV_TOLD_RECOVERY_USED: u8 = 5;
/// New recovery codes were made.
pub const PROV_TOLD_RECOVERY_REGENERATED: u8 = 6;
/// A lock was lifted.
pub const PROV_TOLD_UNLOCKED: u8 = 7;
/// Too many failures locked a class of sources, or a demand that was not met locked the account.
pub const PROV_TOLD_LOCKED: u8 = 8;
/// Somebody who knew the password failed at a new source.
pub const PROV_TOLD_FAILURE_AT_NEW_SOURCE: u8 = 9;
/// Two codes in a row let in, and codes are now judged around the clock of the app that showed them.
pub const PROV_TOLD_RESYNCHRONISED: u8 = 10;

pub(crate) const fn core_text(number: prov_status) -> Option<&'static CStr> {
    Some(match number {
        100 => c"an instant lies before 2020 or after 2200",
        200 => c"text is not a MAC address",
        201 => c"a MAC address is multicast",
        202 => c"a MAC address is all zeros",
        300 => c"entropy is 32 equal bytes, so nobody drew it",
        310 => c"a tenant key is 32 equal bytes",
        311 => c"the current and the previous key have the same id",
        400 => c"text is not a tenant id",
        401 => c"text is not an enrolment id",
        402 => c"text is not the id of a portal user",
        500 => c"text is not a PIN of the allowed length",
        501 => c"no free PIN is left among those allowed",
        510 => c"a PIN entry holds anything but ASCII digits",
        600 => c"a policy number lies outside its range",
        601 => c"two policy settings contradict each other",
        602 => c"an emergency number is not 2 to 6 digits",
        603 => c"the tenant would have no emergency number",
        700 => c"text is not an address or a CIDR prefix",
        701 => c"address bits are set to the right of the prefix length",
        702 => c"a prefix length is out of range or not a plain number",
        703 => c"an address has leading zeros",
        704 => c"a netmask stands where a prefix length belongs",
        705 => c"white space stands inside an address",
        706 => c"an address carries a zone id",
        707 => c"an address carries a port",
        708 => c"a range that stands for translated or tunnelled IPv4",
        709 => c"a prefix is wider than policy allows",
        800 => c"the prefix is already on the whitelist",
        801 => c"the prefix is not on the whitelist",
        802 => c"a label is too long or holds a control character",
        803 => c"the whitelist holds the most entries it may",
        900 => c"there is no such device",
        901 => c"the device exists already",
        902 => c"the MAC address cannot be added",
        903 => c"there is no such account slot",
        904 => c"the network a suspension is bound to is wider than policy allows",
        905 => c"suspending a device an administrator blocked needs confirmation",
        906 => c"the end of the installed period is not ahead",
        907 => c"a text is too long or holds a control character",
        908 => c"the number of accounts is out of range",
        1000 => c"a snapshot ends too early",
        1001 => c"bytes are no libprov snapshot",
        1002 => c"a snapshot comes from a newer version",
        1003 => c"a snapshot holds another kind of record",
        1004 => c"a snapshot was altered or damaged",
        1005 => c"a snapshot's fields cannot be read",
        1006 => c"a snapshot's values contradict each other",
        1100 => c"there is no such vendor or model",
        1101 => c"a value holds a character the file format cannot carry",
        1102 => c"a value means something else to this device",
        1103 => c"a value is longer than the device takes",
        1104 => c"a raw override is not allowed",
        1105 => c"this model has no such rendering",
        1106 => c"a value begins or ends with a space, which the device would drop",
        1107 => c"a render job holds something that is not allowed",
        1108 => c"a value holds a character the device's character set does not have",
        1109 => c"a secret may not go out, and this device forgets what a file leaves out",
        1110 => c"a profile cannot be read",
        1111 => c"a profile value is not allowed",
        1120 => c"a configuration file cannot be read",
        1200 => c"a forwarding header name is not an HTTP field name",
        1300 => c"a tenant's settings are nonsense",
        1301 => c"the whitelist refuses a change",
        1400 => c"a one-time-password secret is too short or too long",
        1401 => c"a character is no Base32",
        1402 => c"Base32 text is cut off",
        1403 => c"a one-time-password setting is out of range",
        1404 => c"codes of 4 or 5 digits were not asked for",
        1405 => c"an issuer or account name is not allowed",
        1410 => c"an otpauth URI or a part of it is too long",
        1411 => c"a URI has another scheme",
        1412 => c"a part of an otpauth URI has a bad percent escape or is no UTF-8",
        1413 => c"a part of an otpauth URI stands there twice",
        1414 => c"a part of an otpauth URI is missing",
        1415 => c"a part of an otpauth URI cannot be taken over",
        1420 => c"the data of an authenticator export are no Base64",
        1421 => c"the data of an authenticator export cannot be read",
        1430 => c"a text does not fit a QR code",
        1440 => c"an administrator acts on the own account",
        1441 => c"an administrator gave no second factor just now",
        1442 => c"the risk of switching off was not accepted",
        1500 => c"a roster has no header line",
        1501 => c"a column title is unknown",
        1502 => c"a column stands there twice",
        1503 => c"a column is missing",
        1504 => c"a roster has more rows than it may",
        1505 => c"more is wrong with a roster than is kept",
        1510 => c"a field is not UTF-8",
        1511 => c"text stands behind a closing quote",
        1512 => c"a quote is never closed",
        1513 => c"a line is too long",
        1514 => c"a line has fewer fields than the header",
        1515 => c"a line has more fields than the header",
        1520 => c"a vendor is unknown",
        1521 => c"a model is unknown",
        1522 => c"a field is not the MAC address of a device",
        1523 => c"a MAC address stands on an earlier line",
        1524 => c"a MAC address is a device of the tenant already",
        1525 => c"a creation date cannot be read",
        1526 => c"a text is too long or holds a control character",
        1527 => c"a number of accounts is out of range",
        1530 => c"a roster has bad lines, and nothing was imported",
        _ => return None,
    })
}

pub(crate) const fn rule_text(number: u8) -> Option<&'static CStr> {
    Some(match number {
        1 => c"R1",
        2 => c"R2",
        3 => c"R3",
        4 => c"R4",
        5 => c"R5",
        6 => c"R6a",
        7 => c"R6b",
        8 => c"R7",
        9 => c"R8",
        10 => c"R8a",
        11 => c"R9",
        12 => c"R10",
        13 => c"R11",
        14 => c"R17",
        15 => c"R18",
        16 => c"R20",
        17 => c"R21",
        18 => c"static",
        19 => c"method",
        20 => c"side file",
        _ => return None,
    })
}

pub(crate) const fn audit_text(number: u8) -> Option<&'static CStr> {
    Some(match number {
        1 => c"created",
        2 => c"imported_installed",
        3 => c"transferred",
        4 => c"pap_accepted",
        5 => c"pap_wrong",
        6 => c"locked",
        7 => c"unlocked",
        8 => c"blocked_source",
        9 => c"blocked_ceiling",
        10 => c"blocked_by_administrator",
        11 => c"acceptance_expired",
        12 => c"delivered",
        13 => c"reset",
        14 => c"suspended",
        15 => c"suspension_ended",
        16 => c"suspension_contested",
        17 => c"released",
        18 => c"new_sip_password",
        19 => c"deactivated",
        20 => c"activated",
        21 => c"deleted",
        22 => c"clock_corrected",
        23 => c"temporary_listed",
        24 => c"temporary_refused",
        25 => c"admitted_by_neighbour",
        26 => c"denied",
        27 => c"restricted",
        28 => c"weak_binding",
        29 => c"cleartext",
        30 => c"not_enforced",
        31 => c"lease_ignored",
        32 => c"overwritten",
        33 => c"token_late",
        34 => c"mac_mismatch",
        35 => c"pap_not_judged",
        36 => c"changed",
        37 => c"source_throttled",
        38 => c"pap_budget",
        39 => c"adoption_offered",
        40 => c"adoption_full",
        50 => c"emergency_call",
        51 => c"emergency_call_back",
        52 => c"call_refused",
        60 => c"paps_exported",
        _ => return None,
    })
}

pub(crate) const fn mfa_event_text(number: u8) -> Option<&'static CStr> {
    Some(match number {
        1 => c"mfa_code_accepted",
        2 => c"mfa_trusted_address",
        3 => c"mfa_recovery_used",
        4 => c"mfa_resynchronised",
        5 => c"mfa_code_wrong",
        6 => c"mfa_code_replayed",
        7 => c"mfa_recovery_wrong",
        8 => c"mfa_grant_wrong",
        9 => c"mfa_locked",
        10 => c"mfa_clock_error",
        11 => c"mfa_demanded_by_tenant",
        12 => c"mfa_recovery_replaced",
        13 => c"mfa_recovery_outdated",
        14 => c"mfa_recovery_used_up",
        20 => c"mfa_enrolment_begun",
        21 => c"mfa_enrolment_wrong",
        22 => c"mfa_enrolment_void",
        23 => c"mfa_enrolled",
        24 => c"mfa_rotated",
        25 => c"mfa_lock_lifted",
        26 => c"mfa_recovery_regenerated",
        27 => c"mfa_recovery_shown",
        28 => c"mfa_self_reset",
        29 => c"mfa_self_switched_off",
        40 => c"mfa_admin_switched_on",
        41 => c"mfa_admin_reset",
        42 => c"mfa_admin_switched_off",
        43 => c"mfa_admin_unlocked",
        60 => c"mfa_enrolment_expired",
        61 => c"mfa_grant_expired",
        62 => c"mfa_demand_overdue",
        _ => return None,
    })
}
