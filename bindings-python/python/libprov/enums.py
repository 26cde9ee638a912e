"""States, rules, verdicts and settings, each with its wire name: a member is a `str` that equals it."""

from enum import StrEnum

__all__ = [
    "AdminAct",
    "Adopt",
    "Algorithm",
    "Announcement",
    "AuditEvent",
    "Background",
    "Carriage",
    "Change",
    "CharacterPolicy",
    "CompatWarning",
    "Confidence",
    "Dialect",
    "Enforcement",
    "EnrolmentProof",
    "EnteredBy",
    "ExemptionKind",
    "FactorState",
    "FileKind",
    "IdentityKind",
    "Known",
    "Lang",
    "Layer",
    "LockScope",
    "Method",
    "MfaEvent",
    "MfaNotice",
    "MfaVerdict",
    "Notice",
    "OtpVerdict",
    "OverridePolicy",
    "PapSource",
    "Proof",
    "ResyncKind",
    "RosterColumn",
    "Rule",
    "SecretKind",
    "SipMethod",
    "SipTransport",
    "State",
    "SuspensionBind",
    "SwitchOff",
    "TextForm",
    "Transport",
    "Verdict",
    "WarningReason",
    "WindowFrom",
    "Withheld",
]


class State(StrEnum):
    """The authentication state of a device, or of one source of it (SPEC A1, A13)."""

    SUCCESSFUL = "successful"
    """Authenticated and fully provisioned."""
    REQUIRED = "required"
    """Set up, not authenticated."""
    FAILED = "failed"
    """Temporarily locked."""
    BLOCKED = "blocked"
    """Permanently locked."""


class Rule(StrEnum):
    """The rule of the SPEC that gave an answer (section 4)."""

    R1 = "R1"
    """Source over its limit and the request unproven."""
    R2 = "R2"
    """Device unknown."""
    R3 = "R3"
    """Device inactive, MAC not authorised, or certificate of another MAC."""
    R4 = "R4"
    """Suspended, and the source fits."""
    R5 = "R5"
    """Blocked."""
    R6A = "R6a"
    """Permanent whitelist."""
    R6B = "R6b"
    """Temporary whitelist."""
    R7 = "R7"
    """Certificate or present credential."""
    R8 = "R8"
    """Accepted token inside the delivery window."""
    R8A = "R8a"
    """Installed device, once."""
    R9 = "R9"
    """Credential old or forged."""
    R10 = "R10"
    """Delivered, and nothing else fits."""
    R11 = "R11"
    """Required, accepted or failed."""
    R17 = "R17"
    """The transport may not carry secrets."""
    R18 = "R18"
    """The device belongs to another tenant."""
    R20 = "R20"
    """The model has no restricted rendering."""
    R21 = "R21"
    """Challenge for HTTP authentication."""
    STATIC = "static"
    """A common file without a MAC: no tenant data (STATE-TABLES 4.3)."""
    METHOD = "method"
    """A method other than GET and HEAD (STATE-TABLES 4.3)."""
    SIDE_FILE = "side file"
    """A file beside the main file that holds no secret (STATE-TABLES 4.3)."""


class Proof(StrEnum):
    """What a request proved about who it is, strongest first (SPEC R0)."""

    CERTIFICATE = "certificate"
    """A TLS client certificate for this MAC."""
    CREDENTIAL = "credential"
    """The present credential of the device."""
    ACCEPTED_TOKEN = "accepted_token"
    """The token of the accepted enrolment."""
    ACCEPTED_ADDRESS = "accepted_address"
    """The address of the accepted enrolment, for a model that carries nothing (SPEC R19)."""
    PRESENT_TOKEN = "present_token"
    """The token of another enrolment that still is good."""
    STALE_CREDENTIAL = "stale_credential"
    """A credential that is old or forged."""
    NONE = "none"
    """Nothing."""


class Notice(StrEnum):
    """What the display of a restricted telephone says (SPEC R15)."""

    REQUIRED = "required"
    """Authentication required."""
    FAILED = "failed"
    """Authentication failed; locked for a while."""
    BLOCKED = "blocked"
    """Authentication blocked."""
    RESET_NEEDED = "reset_needed"
    """The telephone has lost its configuration."""


class Verdict(StrEnum):
    """What became of a PAP entry (SPEC A3, A5)."""

    ACCEPTED = "accepted"
    """The PAP was right: the full configuration is on its way."""
    WRONG = "wrong"
    """The PAP was wrong; `left` tries are left."""
    LOCKED = "locked"
    """This source is locked, `until` then."""
    BLOCKED = "blocked"
    """This source or the device is blocked."""
    ALREADY = "already"
    """This very enrolment was accepted already."""
    NOT_POSSIBLE = "not_possible"
    """Another enrolment was accepted, the device is inactive, or the enrolment is nobody's."""
    RESET_NEEDED = "reset_needed"
    """The device is provisioned; a telephone that lost its configuration needs a reset."""
    RESTARTING = "restarting"
    """The enrolment is of no use any more; the telephone fetches a new one."""
    NO_PIN_NEEDED = "no_pin_needed"
    """Authentication is suspended for this source."""
    EMPTY = "empty"
    """Nothing was typed: no attempt."""


class Announcement(StrEnum):
    """What the authentication service says (SPEC C3)."""

    ACCEPTED = "accepted"
    """The PAP was right; the telephone is being set up."""
    TRIES_LEFT = "tries_left"
    """The PAP was wrong; so many tries are left."""
    LOCKED = "locked"
    """Locked until then."""
    BLOCKED = "blocked"
    """Blocked for good."""
    ALREADY = "already"
    """Already authenticated; the telephone is being set up."""
    NOT_POSSIBLE = "not_possible"
    """Not possible at present."""
    RESET_NEEDED = "reset_needed"
    """The device needs a reset."""
    RESTARTING = "restarting"
    """Please wait, the telephone restarts."""
    NO_PIN_NEEDED = "no_pin_needed"
    """No PIN is needed; the telephone is being set up."""
    NOT_AUTHENTICATED = "not_authenticated"
    """The telephone must be authenticated again before it may call."""
    NOT_IN_SERVICE = "not_in_service"
    """The telephone is not in service: nobody knows it, or it is inactive."""
    REFUSED = "refused"
    """What was asked for is refused."""
    ENTER_PIN = "enter_pin"
    """Welcome; type the PIN and end it with the hash key."""
    ENTER_AGAIN = "enter_again"
    """The entry was discarded, for it was not ended in time; type it again."""
    TIME_OVER = "time_over"
    """The time for the dialogue is over."""
    EMERGENCY = "emergency"
    """The call is connected to the emergency service."""


class AuditEvent(StrEnum):
    """What an audit event is about."""

    CREATED = "created"
    """A device was created, or created again."""
    IMPORTED_INSTALLED = "imported_installed"
    """A device was imported as installed (SPEC R24)."""
    TRANSFERRED = "transferred"
    """A device took over from a broken one (SPEC R24)."""
    PAP_ACCEPTED = "pap_accepted"
    """A PAP was right."""
    PAP_WRONG = "pap_wrong"
    """A PAP was wrong."""
    LOCKED = "locked"
    """A source was locked."""
    UNLOCKED = "unlocked"
    """A lock ended by itself."""
    BLOCKED_SOURCE = "blocked_source"
    """A source was blocked by its wrong PAPs."""
    BLOCKED_CEILING = "blocked_ceiling"
    """The device was blocked because wrong PAPs reached the ceiling."""
    BLOCKED_BY_ADMINISTRATOR = "blocked_by_administrator"
    """An administrator blocked the device."""
    ACCEPTANCE_EXPIRED = "acceptance_expired"
    """An accepted PAP was not followed by a delivery in time (SPEC A12)."""
    DELIVERED = "delivered"
    """A full configuration arrived."""
    RESET = "reset"
    """A device was reset."""
    SUSPENDED = "suspended"
    """Authentication was suspended."""
    SUSPENSION_ENDED = "suspension_ended"
    """A suspension ended by itself."""
    SUSPENSION_CONTESTED = "suspension_contested"
    """A second source asked during a suspension: alarm (SPEC A4)."""
    RELEASED = "released"
    """Secrets were released again (SPEC S3)."""
    NEW_SIP_PASSWORD = "new_sip_password"
    """A SIP account got a new password (SPEC S5)."""
    DEACTIVATED = "deactivated"
    """A device was deactivated."""
    ACTIVATED = "activated"
    """A device was activated."""
    DELETED = "deleted"
    """A device was deleted."""
    CLOCK_CORRECTED = "clock_corrected"
    """A deadline lay too far ahead and was cut: the clock was corrected (SPEC A6)."""
    TEMPORARY_LISTED = "temporary_listed"
    """A temporary whitelist entry was made or renewed."""
    TEMPORARY_REFUSED = "temporary_refused"
    """A temporary whitelist entry was not made (SPEC W5, W7, W8)."""
    ADMITTED_BY_NEIGHBOUR = "admitted_by_neighbour"
    """A device was let in because a neighbour authenticated (SPEC R6b)."""
    DENIED = "denied"
    """A request was denied."""
    RESTRICTED = "restricted"
    """A restricted configuration was given."""
    WEAK_BINDING = "weak_binding"
    """A full configuration was given by a binding to an address only (SPEC R19, S7)."""
    CLEARTEXT = "cleartext"
    """Secrets left over plain HTTP (SPEC R17)."""
    NOT_ENFORCED = "not_enforced"
    """The policy is not enforced; the rule is the one that would have held (SPEC R23)."""
    LEASE_IGNORED = "lease_ignored"
    """A confirmation for a lease that is not the last one was ignored (SPEC A14)."""
    OVERWRITTEN = "overwritten"
    """A restricted answer may have overwritten a working configuration (SPEC S5)."""
    TOKEN_LATE = "token_late"
    """An accepted token came after its window (STATE-TABLES 4.1)."""
    MAC_MISMATCH = "mac_mismatch"
    """Path and User-Agent name different MACs (STATE-TABLES 4.3)."""
    PAP_NOT_JUDGED = "pap_not_judged"
    """A PAP entry was not judged: its enrolment is of no use any more."""
    CHANGED = "changed"
    """Location or other descriptive data of the device changed."""
    SOURCE_THROTTLED = "source_throttled"
    """A source asked for more unknown or forged MACs than it may: it is throttled (SPEC R12)."""
    PAP_BUDGET = "pap_budget"
    """A PAP was not judged because the source or the tenant had too many wrong ones (SPEC R12)."""
    ADOPTION_OFFERED = "adoption_offered"
    """An unknown device was put on offer (SPEC D5)."""
    ADOPTION_FULL = "adoption_full"
    """An unknown device was not put on offer: the pool or the share of its source is full (SPEC D5)."""
    EMERGENCY_CALL = "emergency_call"
    """The emergency service was called (SPEC C2)."""
    EMERGENCY_CALL_BACK = "emergency_call_back"
    """The emergency service called back (SPEC C5)."""
    CALL_REFUSED = "call_refused"
    """A call or another request of an account was refused (SPEC C1, C6)."""
    PAPS_EXPORTED = "paps_exported"
    """A roster with the PAPs of devices was exported (SPEC X1)."""


class ExemptionKind(StrEnum):
    """Why authentication was not asked for."""

    SUSPENSION = "suspension"
    """A suspension."""
    PERMANENT = "permanent"
    """An entry of the permanent whitelist."""
    TEMPORARY = "temporary"
    """The temporary entry of the source."""
    INSTALLED = "installed"
    """The device is imported as installed."""
    NOT_ENFORCED = "not_enforced"
    """The policy does not enforce the rules."""


class IdentityKind(StrEnum):
    """What a SIP or HTTP user name stands for (SPEC R16)."""

    ENROLMENT = "enrolment"
    """An enrolment account of a device."""
    CREDENTIAL = "credential"
    """The credential of a device, in HTTP authentication."""
    UNKNOWN = "unknown"
    """Nobody."""


class ResyncKind(StrEnum):
    """Which registrations to resync (SPEC A10)."""

    ENROLMENT = "enrolment"
    """The account of one enrolment."""
    DEVICE = "device"
    """Every registration of the device."""
    DEVICE_AT = "device_at"
    """The enrolments of the device that were issued to one source."""


class Withheld(StrEnum):
    """Why a secret is withheld (SPEC S6)."""

    CLOSED = "closed"
    """It was given before and the window is over."""
    OTHER_SOURCE = "other_source"
    """The window is bound to another source."""
    PROVEN_ONLY = "proven_only"
    """The release is for proven requests only."""
    LEASED = "leased"
    """It is on its way to another source just now."""


class FileKind(StrEnum):
    """What kind of file a request asks for (STATE-TABLES 4.3)."""

    MAIN = "main"
    """The file with the accounts."""
    SIDE = "side"
    """A file beside it without personal data: licence, boot file."""
    PRIVATE_SIDE = "private_side"
    """A file beside it with personal data: phonebook, calls."""
    COMMON = "common"
    """A file that names no device."""


class Method(StrEnum):
    """The method of a request."""

    GET = "get"
    """GET, or a TFTP read."""
    HEAD = "head"
    """HEAD."""
    OTHER = "other"
    """Any other."""


class SipMethod(StrEnum):
    """The method of a SIP request (SPEC C6)."""

    REGISTER = "REGISTER"
    """REGISTER."""
    INVITE = "INVITE"
    """INVITE."""
    ACK = "ACK"
    """ACK."""
    BYE = "BYE"
    """BYE."""
    CANCEL = "CANCEL"
    """CANCEL."""
    PRACK = "PRACK"
    """PRACK."""
    UPDATE = "UPDATE"
    """UPDATE."""
    INFO = "INFO"
    """INFO."""
    OPTIONS = "OPTIONS"
    """OPTIONS."""
    OTHER = "OTHER"
    """REFER, MESSAGE, SUBSCRIBE, NOTIFY, PUBLISH and all others."""


class Transport(StrEnum):
    """What a request came over."""

    HTTPS = "https"
    """TLS."""
    HTTP = "http"
    """Plain HTTP."""
    TFTP = "tftp"
    """TFTP."""


class Carriage(StrEnum):
    """How a model carries the fetch token and the credential back (SPEC R19)."""

    URL = "url"
    """In the provisioning URL."""
    HTTP_AUTH = "http_auth"
    """In HTTP authentication."""
    NONE = "none"
    """Not at all: the weak binding to the address."""


class Enforcement(StrEnum):
    """Whether the rules are enforced (SPEC R23)."""

    OFF = "off"
    """Restricted answers become full."""
    OBSERVE = "observe"
    """The same, and answer and audit say what would have happened."""
    ENFORCE = "enforce"
    """As the rules say."""


class Adopt(StrEnum):
    """What happens to an unknown device (SPEC D5)."""

    REFUSE = "refuse"
    """Nothing: it is denied."""
    LIST = "list"
    """It is denied and listed, for an administrator to create it."""
    ACTIVATE = "activate"
    """It is denied and listed, and the host creates it as active, if its model is supported."""


class LockScope(StrEnum):
    """What tries and locks are counted for (SPEC A13)."""

    SOURCE = "source"
    """Each source of a device."""
    DEVICE = "device"
    """The device."""


class SuspensionBind(StrEnum):
    """What a suspension without an address binds to (SPEC A4)."""

    FIRST_DELIVERY = "first_delivery"
    """The source of its first full delivery."""
    UNBOUND = "unbound"
    """Nothing: anyone who names the MAC gets the full configuration."""


class PapSource(StrEnum):
    """Whether PAPs are stored or derived (SPEC P4)."""

    STORED = "stored"
    """Drawn and stored in the device record."""
    DERIVED = "derived"
    """Derived from the tenant key."""


class WindowFrom(StrEnum):
    """When the window in which secrets may be fetched again starts (SPEC S2)."""

    DELIVERY = "delivery"
    """With the first delivery."""
    RELEASE = "release"
    """With the release."""


class Lang(StrEnum):
    """A language of texts shown to people (SPEC E4)."""

    DE = "de"
    """German."""
    EN = "en"
    """English."""
    FR = "fr"
    """French."""
    ES = "es"
    """Spanish."""
    IT = "it"
    """Italian."""
    PL = "pl"
    """Polish."""


class TextForm(StrEnum):
    """Which form of a display text a model can show."""

    LONG = "long"
    """At most 32 characters."""
    SHORT = "short"
    """At most 24 characters."""
    ASCII = "ascii"
    """At most 24 ASCII characters."""


class Known(StrEnum):
    """What a host knows of a MAC address in a roster (SPEC X1)."""

    NEW = "new"
    """Nobody has it, or this tenant has deleted it."""
    HERE = "here"
    """This tenant has it."""
    ELSEWHERE = "elsewhere"
    """Another tenant has it."""


class RosterColumn(StrEnum):
    """A column of a roster (SPEC X1)."""

    VENDOR = "vendor"
    """The vendor."""
    MODEL = "model"
    """The model."""
    MAC = "mac"
    """The MAC address."""
    CREATED = "created"
    """The creation date: checked on import, not taken over."""
    SITE = "site"
    """The site."""
    STATE = "state"
    """The state: ignored on import."""
    PAP = "pap"
    """The PAP: ignored on import."""
    ACCOUNTS = "accounts"
    """The number of accounts."""


class Algorithm(StrEnum):
    """The hash function inside the HMAC of one-time passwords (SPEC M1)."""

    SHA1 = "SHA1"
    """What every authenticator app can. HMAC does not rest on what SHA-1 lost."""
    SHA256 = "SHA256"
    """SHA-256."""
    SHA512 = "SHA512"
    """SHA-512."""


class CompatWarning(StrEnum):
    """A setting that common authenticator apps ignore, so that they show codes which never match (SPEC M4)."""

    ALGORITHM_IGNORED = "algorithm_ignored"
    """Microsoft Authenticator, Authy and Duo make SHA-1 codes whatever the URI says."""
    DIGITS_IGNORED = "digits_ignored"
    """Some apps show six digits whatever the URI says."""
    SHORT_CODES = "short_codes"
    """Hardly any app shows four or five digits, and accounts lock after very few tries."""
    SEVEN_DIGITS = "seven_digits"
    """Apps offer six or eight digits; exports cannot say seven."""
    PERIOD_IGNORED = "period_ignored"
    """Google Authenticator and Microsoft Authenticator take 30 seconds whatever the URI says."""
    START_IGNORED = "start_ignored"
    """An `otpauth://` URI cannot say where the steps begin."""


class Background(StrEnum):
    """What a terminal shows where nothing is printed."""

    DARK = "dark"
    """Black: light modules are printed."""
    LIGHT = "light"
    """White: dark modules are printed."""


class OtpVerdict(StrEnum):
    """What a one-time password turned out to be (SPEC M1, M2, M11)."""

    ACCEPTED = "accepted"
    """Right: store its step as the last accepted one, then let in."""
    REPLAYED = "replayed"
    """Right, but for the last accepted step or an older one. Show it as wrong; tell the account's owner."""
    WRONG = "wrong"
    """No step of the window has this code."""
    MALFORMED = "malformed"
    """Not the right number of ASCII digits; nothing was computed."""
    CLOCK_ERROR = "clock_error"
    """The clock stands before the last accepted step by more than the window; nothing was computed."""


class FactorState(StrEnum):
    """Where the second factor of a portal user stands (SPEC M3)."""

    OFF = "off"
    """Off."""
    DEMANDED = "demanded"
    """An enrolment is demanded."""
    PENDING = "pending"
    """Off or demanded, and a secret waits for its confirmation."""
    ON = "on"
    """On."""
    ROTATING = "rotating"
    """On, and a new secret waits for its confirmation."""


class MfaVerdict(StrEnum):
    """What came of a call about a portal user (SPEC M5, M6). Only `granted` grants."""

    GRANTED = "granted"
    """Done: after `mfa_password_right`, `mfa_enter` and `mfa_resynchronise` let in."""
    CODE = "code"
    """A code of the app or a recovery code is due; nothing is compared before `until` where it is not None."""
    ENROLMENT = "enrolment"
    """An enrolment is due, with `proof`; nothing else is open to this session."""
    MALFORMED = "malformed"
    """Neither a code of the right length nor a recovery code or grant without a typo. It cost no try."""
    WRONG = "wrong"
    """A wrong code; it was counted."""
    REPLAYED = "replayed"
    """A code that was used before. Show it as wrong."""
    WAIT = "wait"
    """Too many failures: nothing is compared until `until`."""
    LOCKED = "locked"
    """Locked; `recovery_allowed` says whether a recovery code may still be tried."""
    CLOCK_ERROR = "clock_error"
    """The clock stands before the last accepted step, by `behind` steps; nothing was judged."""
    CODE_NEEDED = "code_needed"
    """A code of the app is due."""
    ENROLMENT_NEEDED = "enrolment_needed"
    """An enrolment is due."""
    GRANT_NEEDED = "grant_needed"
    """The enrolment needs a grant, or after a self reset a code of the old secret."""
    NOT_ON = "not_on"
    """The factor is not on."""
    NO_ENROLMENT = "no_enrolment"
    """There is no enrolment of this session to confirm."""
    ENROLMENT_VOID = "enrolment_void"
    """That was one wrong code too many: the enrolment is void."""
    RECOVERY_REPLACED = "recovery_replaced"
    """These recovery codes were replaced meanwhile."""
    RISK_NOT_ACCEPTED = "risk_not_accepted"
    """The risk was not accepted."""
    TENANT_DEMANDS = "tenant_demands"
    """The tenant demands the factor."""


class MfaEvent(StrEnum):
    """What happened to the second factor of a portal user (`docs/audit-accounts.md`)."""

    CODE_ACCEPTED = "mfa_code_accepted"
    """A code of the app let in."""
    TRUSTED_ADDRESS = "mfa_trusted_address"
    """A trusted address let in without a code (SPEC M9)."""
    RECOVERY_USED = "mfa_recovery_used"
    """A recovery code let in and is used up."""
    RESYNCHRONISED = "mfa_resynchronised"
    """Two codes in a row of an app whose clock is off let in; codes are now judged around its clock (SPEC M11)."""
    CODE_WRONG = "mfa_code_wrong"
    """A wrong code of the app."""
    CODE_REPLAYED = "mfa_code_replayed"
    """A code that was used before (SPEC M2)."""
    RECOVERY_WRONG = "mfa_recovery_wrong"
    """A wrong recovery code."""
    GRANT_WRONG = "mfa_grant_wrong"
    """A wrong enrolment grant."""
    LOCKED = "mfa_locked"
    """Too many failures locked a class of sources (SPEC M8)."""
    CLOCK_ERROR = "mfa_clock_error"
    """The clock stands before the last accepted step (SPEC M11)."""
    DEMANDED_BY_TENANT = "mfa_demanded_by_tenant"
    """The tenant demands the factor of this user, who does not have it yet."""
    RECOVERY_REPLACED = "mfa_recovery_replaced"
    """Recovery codes that nobody confirmed to have been shown were replaced (SPEC M7)."""
    RECOVERY_OUTDATED = "mfa_recovery_outdated"
    """Recovery codes whose tenant key is gone were replaced (SPEC R22)."""
    RECOVERY_USED_UP = "mfa_recovery_used_up"
    """New recovery codes were made at a login by code: all had been used (SPEC M7)."""
    ENROLMENT_BEGUN = "mfa_enrolment_begun"
    """An enrolment began."""
    ENROLMENT_WRONG = "mfa_enrolment_wrong"
    """A wrong code at the confirmation."""
    ENROLMENT_VOID = "mfa_enrolment_void"
    """Too many wrong codes: the enrolment is void."""
    ENROLLED = "mfa_enrolled"
    """The factor is on."""
    ROTATED = "mfa_rotated"
    """The new secret is live, the old one dead."""
    LOCK_LIFTED = "mfa_lock_lifted"
    """A confirmed enrolment lifted the lock of its class (SPEC M8)."""
    RECOVERY_REGENERATED = "mfa_recovery_regenerated"
    """The owner made new recovery codes."""
    RECOVERY_SHOWN = "mfa_recovery_shown"
    """New recovery codes were shown."""
    SELF_RESET = "mfa_self_reset"
    """The owner reset the factor."""
    SELF_SWITCHED_OFF = "mfa_self_switched_off"
    """The owner switched the factor off."""
    ADMIN_SWITCHED_ON = "mfa_admin_switched_on"
    """An administrator demanded the factor."""
    ADMIN_RESET = "mfa_admin_reset"
    """An administrator reset the factor."""
    ADMIN_SWITCHED_OFF = "mfa_admin_switched_off"
    """An administrator switched the factor off."""
    ADMIN_UNLOCKED = "mfa_admin_unlocked"
    """An administrator lifted locks."""
    ENROLMENT_EXPIRED = "mfa_enrolment_expired"
    """An enrolment was not confirmed in time."""
    GRANT_EXPIRED = "mfa_grant_expired"
    """A grant was not used in time."""
    DEMAND_OVERDUE = "mfa_demand_overdue"
    """A demand was not met in time: the account is locked (SPEC M6)."""


class MfaNotice(StrEnum):
    """What a portal user is told, outside of the portal (SPEC M6, M8)."""

    SWITCHED_ON = "switched_on"
    """The factor was switched on."""
    ROTATED = "rotated"
    """The app was changed."""
    RESET = "reset"
    """The factor has to be set up anew."""
    SWITCHED_OFF = "switched_off"
    """The factor was switched off."""
    RECOVERY_USED = "recovery_used"
    """A recovery code was used."""
    RECOVERY_REGENERATED = "recovery_regenerated"
    """New recovery codes were made."""
    UNLOCKED = "unlocked"
    """A lock was lifted."""
    LOCKED = "locked"
    """Too many failures locked a class of sources, or a demand that was not met locked the account."""
    FAILURE_AT_NEW_SOURCE = "failure_at_new_source"
    """Somebody who knew the password failed at a new source."""
    RESYNCHRONISED = "resynchronised"
    """Two codes in a row let in, and codes are now judged around the clock of the app that showed them."""


class EnteredBy(StrEnum):
    """What let a portal user in (SPEC M5)."""

    CODE = "code"
    """A code of the app."""
    RECOVERY = "recovery"
    """A recovery code, which is used up."""


class EnrolmentProof(StrEnum):
    """What an enrolment that is due needs besides the password (SPEC M6)."""

    NONE = "none"
    """Nothing."""
    GRANT = "grant"
    """A grant of an administrator."""
    GRANT_OR_OLD_CODE = "grant_or_old_code"
    """A grant, or a code of the secret before the self reset."""


class SwitchOff(StrEnum):
    """What the owner gives to switch the second factor off, besides accepting the risk (SPEC M6)."""

    CODE = "code"
    """A right code."""
    RISK_ONLY = "risk_only"
    """Nothing else."""


class AdminAct(StrEnum):
    """What an administrator does to the second factor of somebody else (SPEC M6)."""

    SWITCH_ON = "switch_on"
    """Demand the factor."""
    RESET = "reset"
    """Demand a new enrolment; the old secret and the recovery codes are dead."""
    SWITCH_OFF = "switch_off"
    """Switch the factor off; the risk has to be accepted."""
    UNLOCK = "unlock"
    """Lift locks and clear the counts."""


class Dialect(StrEnum):
    """A way of writing configuration files: a syntax and its parameters (SPEC V7)."""

    GIGASET_N510 = "gigaset_n510"
    """Gigaset N510 IP PRO."""
    GIGASET_N720 = "gigaset_n720"
    """Gigaset N720 DM PRO."""
    SNOM_DESK = "snom_desk"
    """Desk telephones of snom: D1xx to D8xx, 715, 720 and 725."""
    YEALINK_PHONE = "yealink_phone"
    """Yealink telephones, firmware 80 and newer."""
    YEALINK_BASE = "yealink_base"
    """Yealink DECT bases."""
    YEALINK_MANAGER = "yealink_manager"
    """Yealink DECT managers."""
    PATTON_SMARTWARE = "patton_smartware"
    """Patton SmartNode gateways with SmartWare 6."""


class Confidence(StrEnum):
    """How sure a fact about a device is (SPEC V9)."""

    INFERRED = "inferred"
    """Deduced from sources, stated by none."""
    MEMORY = "memory"
    """From memory; to be verified."""
    ONE_SOURCE = "one_source"
    """One source."""
    CONFIRMED = "confirmed"
    """Two or more independent sources."""


class Layer(StrEnum):
    """Whose word a part of a profile is: the later in this list, the stronger (SPEC V11)."""

    TENANT = "tenant"
    """All telephones of a tenant."""
    SITE = "site"
    """Those of one site."""
    MODEL = "model"
    """Those of one model."""
    DEVICE = "device"
    """One telephone."""


class SipTransport(StrEnum):
    """How SIP messages travel."""

    UDP = "udp"
    """UDP."""
    TCP = "tcp"
    """TCP."""
    TLS = "tls"
    """TLS."""


class SecretKind(StrEnum):
    """A kind of secret that is withheld or goes out by itself (SPEC S2)."""

    SIP = "sip"
    """The SIP password of one account."""
    MENU = "menu"
    """The password of the telephone's own menu."""
    WEB = "web"
    """The passwords of its web pages. On Yealink the menu's password is the same one and counts as this kind."""
    OTHER = "other"
    """Any other."""
    CREDENTIAL = "credential"
    """The device credential: provisioning login, or the URL that holds it."""


class OverridePolicy(StrEnum):
    """Which raw overrides a profile may have (SPEC V4)."""

    HARMLESS = "harmless"
    """Any known parameter but those that move provisioning, logins, certificates, firmware, remote control or URLs."""
    ANY = "any"
    """Any known parameter. Those that `harmless` refuses count as secrets of the kind `other`."""


class CharacterPolicy(StrEnum):
    """What happens to a character that a device's character set does not have (SPEC V4). Secrets are never changed."""

    REFUSE = "refuse"
    """The file is refused, naming field and character."""
    TRANSLITERATE = "transliterate"
    """It is spelled plainly (`ä` as `ae`), with a warning; refused where it has no plain spelling."""


class Change(StrEnum):
    """How two files differ in a parameter (SPEC V5)."""

    ADDED = "added"
    """Only the second file states it."""
    REMOVED = "removed"
    """Only the first file states it."""
    CHANGED = "changed"
    """Both state it with different values."""


class WarningReason(StrEnum):
    """Why a file leaves something out or changes it (SPEC V6)."""

    BEYOND = "beyond"
    """The slot is above what the model has."""
    NO_PLACE = "no_place"
    """The model has no such thing."""
    NO_WORD = "no_word"
    """The model has such a thing, but not this value of it."""
    TRANSLITERATED = "transliterated"
    """The text was spelled in plain letters; it was not left out."""
    FIRMWARE_UNKNOWN = "firmware_unknown"
    """A firmware target is stated only where the telephone is known to have an older one."""
    FACTORY_PASSWORD = "factory_password"
    """Without this password the telephone may be left with the one that everybody knows."""
    OTHER_FIRMWARE = "other_firmware"
    """The firmware target is of another product than the telephone's own firmware."""
    CLASH = "clash"
    """One number is the beginning of another, and the model would wait for the rest of the longer one."""
    NO_ACCOUNT = "no_account"
    """A key names an account that is not there, or a handset has none to call with."""
    NOT_RESET = "not_reset"
    """A name to be forgotten stays as an earlier file set it: this file has no word to set it back."""
    NEEDS_SLOT = "needs_slot"
    """It needs a slot that another account has or that the model does not have."""
    NEAREST = "nearest"
    """The model cannot do exactly this, and does what comes nearest."""
    OLD_FIRMWARE = "old_firmware"
    """The telephone's firmware is too old for it."""
    KNOWN_PASSWORD = "known_password"
    """The password is the one of the factory; it is written all the same."""
    OVERRULED = "overruled"
    """Another field of the profile says the same thing and counts."""
    WITHHELD = "withheld"
    """An override that counts as a secret and may not go out: the file says what it would say without it."""
