"""Errors: one stable number each, the same in Rust, C and Python, and a few classes by what the caller can do."""

from __future__ import annotations

from enum import IntEnum

from .enums import Layer

__all__ = [
    "AdminError",
    "ErrorCode",
    "InternalError",
    "InvalidInputError",
    "ProfileError",
    "ProvError",
    "RenderError",
    "SnapshotError",
]


class ErrorCode(IntEnum):
    """The stable number of an error. 1 to 99 are the bindings' own; the others are those of core."""

    UTF8 = 2
    """Text is not valid Unicode."""
    PANIC = 4
    """Libprov failed inside; nothing changed."""
    ARGUMENT = 7
    """An argument is not one of those allowed."""
    TIME_OUT_OF_RANGE = 100
    """An instant lies before 2020 or after 2200."""
    MAC_SHAPE = 200
    """Text is not a MAC address."""
    MAC_MULTICAST = 201
    """A MAC address is multicast."""
    MAC_ZERO = 202
    """A MAC address is all zeros."""
    ENTROPY_UNSET = 300
    """Entropy is 32 equal bytes, so nobody drew it."""
    KEY_WEAK = 310
    """A tenant key is 32 equal bytes."""
    KEY_SAME_ID = 311
    """The current and the previous key have the same id."""
    ID_TENANT = 400
    """Text is not a tenant id."""
    ID_ENROLMENT = 401
    """Text is not an enrolment id."""
    ID_USER = 402
    """Text is not the id of a portal user."""
    PAP_SHAPE = 500
    """Text is not a PIN of the allowed length."""
    PAP_EXHAUSTED = 501
    """No free PIN is left among those allowed."""
    ATTEMPT_NOT_DIGITS = 510
    """A PIN entry holds anything but ASCII digits."""
    POLICY_RANGE = 600
    """A policy number lies outside its range."""
    POLICY_CONFLICT = 601
    """Two policy settings contradict each other."""
    POLICY_EMERGENCY_NUMBER = 602
    """An emergency number is not 2 to 6 digits."""
    POLICY_EMERGENCY_EMPTY = 603
    """The tenant would have no emergency number."""
    PREFIX_SHAPE = 700
    """Text is not an address or a CIDR prefix."""
    PREFIX_HOST_BITS = 701
    """Address bits are set to the right of the prefix length."""
    PREFIX_LENGTH = 702
    """A prefix length is out of range or not a plain number."""
    PREFIX_LEADING_ZERO = 703
    """An address has leading zeros."""
    PREFIX_NETMASK = 704
    """A netmask stands where a prefix length belongs."""
    PREFIX_SPACE = 705
    """White space stands inside an address."""
    PREFIX_ZONE = 706
    """An address carries a zone id."""
    PREFIX_PORT = 707
    """An address carries a port."""
    PREFIX_TRANSLATED = 708
    """A range that stands for translated or tunnelled IPv4."""
    PREFIX_TOO_WIDE = 709
    """A prefix is wider than policy allows."""
    WHITELIST_DUPLICATE = 800
    """The prefix is already on the whitelist."""
    WHITELIST_UNKNOWN = 801
    """The prefix is not on the whitelist."""
    WHITELIST_LABEL = 802
    """A label is too long or holds a control character."""
    WHITELIST_FULL = 803
    """The whitelist holds the most entries it may."""
    ADMIN_UNKNOWN_DEVICE = 900
    """There is no such device."""
    ADMIN_DEVICE_EXISTS = 901
    """The device exists already."""
    ADMIN_KNOWN_ELSEWHERE = 902
    """The MAC address cannot be added."""
    ADMIN_ACCOUNT = 903
    """There is no such account slot."""
    ADMIN_BIND_WIDE = 904
    """The network a suspension is bound to is wider than policy allows."""
    ADMIN_CONFIRM_BLOCKED = 905
    """Suspending a device an administrator blocked needs confirmation."""
    ADMIN_INSTALLED_UNTIL = 906
    """The end of the installed period is not ahead."""
    ADMIN_TEXT = 907
    """A text is too long or holds a control character."""
    ADMIN_ACCOUNTS = 908
    """The number of accounts is out of range."""
    SNAPSHOT_CUT_OFF = 1000
    """A snapshot ends too early."""
    SNAPSHOT_NOT_OURS = 1001
    """Bytes are no libprov snapshot."""
    SNAPSHOT_NEWER = 1002
    """A snapshot comes from a newer version."""
    SNAPSHOT_TYPE = 1003
    """A snapshot holds another kind of record."""
    SNAPSHOT_CHECKSUM = 1004
    """A snapshot was altered or damaged."""
    SNAPSHOT_FORM = 1005
    """A snapshot's fields cannot be read."""
    SNAPSHOT_INVARIANT = 1006
    """A snapshot's values contradict each other."""
    RENDER_UNKNOWN_MODEL = 1100
    """There is no such vendor or model."""
    RENDER_CHARACTER = 1101
    """A value holds a character the file format cannot carry."""
    RENDER_RESERVED = 1102
    """A value means something else to this device."""
    RENDER_TOO_LONG = 1103
    """A value is longer than the device takes."""
    RENDER_OVERRIDE = 1104
    """A raw override is not allowed."""
    RENDER_UNSUPPORTED = 1105
    """This model has no such rendering."""
    RENDER_SPACE = 1106
    """A value begins or ends with a space, which the device would drop."""
    RENDER_VALUE = 1107
    """A render job holds something that is not allowed."""
    RENDER_CHARSET = 1108
    """A value holds a character the device's character set does not have."""
    RENDER_WITHHELD = 1109
    """A secret may not go out, and this device forgets what a file leaves out."""
    PROFILE_FORM = 1110
    """A profile cannot be read."""
    PROFILE_VALUE = 1111
    """A profile value is not allowed."""
    READ_SYNTAX = 1120
    """A configuration file cannot be read."""
    CLIENT_HEADER_NAME = 1200
    """A forwarding header name is not an HTTP field name."""
    TENANT_POLICY = 1300
    """A tenant's settings are nonsense."""
    TENANT_WHITELIST = 1301
    """The whitelist refuses a change."""
    OTP_SECRET_LENGTH = 1400
    """A one-time-password secret is too short or too long."""
    OTP_BASE32 = 1401
    """A character is no Base32."""
    OTP_BASE32_CUT = 1402
    """Base32 text is cut off."""
    OTP_RANGE = 1403
    """A one-time-password setting is out of range."""
    OTP_SHORT_CODES = 1404
    """Codes of 4 or 5 digits were not asked for."""
    OTP_TEXT = 1405
    """An issuer or account name is not allowed."""
    OTP_URI_LONG = 1410
    """An otpauth URI or a part of it is too long."""
    OTP_URI_SCHEME = 1411
    """A URI has another scheme."""
    OTP_URI_ESCAPE = 1412
    """A part of an otpauth URI has a bad percent escape or is no UTF-8."""
    OTP_URI_DUPLICATE = 1413
    """A part of an otpauth URI stands there twice."""
    OTP_URI_MISSING = 1414
    """A part of an otpauth URI is missing."""
    OTP_URI_VALUE = 1415
    """A part of an otpauth URI cannot be taken over."""
    OTP_EXPORT_DATA = 1420
    """The data of an authenticator export are no Base64."""
    OTP_EXPORT_FORM = 1421
    """The data of an authenticator export cannot be read."""
    OTP_QR_LONG = 1430
    """A text does not fit a QR code."""
    MFA_OWN_ACCOUNT = 1440
    """An administrator acts on the own account."""
    MFA_ACTOR_FACTOR = 1441
    """An administrator gave no second factor just now."""
    MFA_RISK_NOT_ACCEPTED = 1442
    """The risk of switching off was not accepted."""
    ROSTER_EMPTY = 1500
    """A roster has no header line."""
    ROSTER_TITLE_UNKNOWN = 1501
    """A column title is unknown."""
    ROSTER_TITLE_TWICE = 1502
    """A column stands there twice."""
    ROSTER_TITLE_MISSING = 1503
    """A column is missing."""
    ROSTER_ROWS = 1504
    """A roster has more rows than it may."""
    ROSTER_FAULTS = 1505
    """More is wrong with a roster than is kept."""
    ROSTER_ENCODING = 1510
    """A field is not UTF-8."""
    ROSTER_QUOTE_STRAY = 1511
    """Text stands behind a closing quote."""
    ROSTER_QUOTE_OPEN = 1512
    """A quote is never closed."""
    ROSTER_LINE_BYTES = 1513
    """A line is too long."""
    ROSTER_FIELDS_FEW = 1514
    """A line has fewer fields than the header."""
    ROSTER_FIELDS_MANY = 1515
    """A line has more fields than the header."""
    ROSTER_VENDOR = 1520
    """A vendor is unknown."""
    ROSTER_MODEL = 1521
    """A model is unknown."""
    ROSTER_MAC = 1522
    """A field is not the MAC address of a device."""
    ROSTER_MAC_TWICE = 1523
    """A MAC address stands on an earlier line."""
    ROSTER_MAC_KNOWN = 1524
    """A MAC address is a device of the tenant already."""
    ROSTER_DATE = 1525
    """A creation date cannot be read."""
    ROSTER_TEXT = 1526
    """A text is too long or holds a control character."""
    ROSTER_ACCOUNTS = 1527
    """A number of accounts is out of range."""
    ROSTER_BAD_LINES = 1530
    """A roster has bad lines, and nothing was imported."""


class ProvError(Exception):
    """Whatever libprov refuses. Its text is one line and never holds a secret.

    >>> from libprov import ErrorCode, ProvError, parse_mac
    >>> try:
    ...     parse_mac("nonsense")
    ... except ProvError as error:
    ...     print(error.code is ErrorCode.MAC_SHAPE, error.field)
    True text
    """

    code: ErrorCode
    """The stable number."""
    field: str | None
    """The argument, setting, or path in a profile or snapshot that was wrong, where one is known."""

    def __init__(self, message: str, code: int, field: str | None = None) -> None:
        super().__init__(message)
        self.code = ErrorCode(code)
        self.field = field

    def __reduce__(self) -> tuple[type[ProvError], tuple[str | int | None, ...]]:
        return type(self), (str(self), int(self.code), self.field)


class InvalidInputError(ProvError, ValueError):
    """An argument that should not have been passed: correct it."""


class SnapshotError(ProvError, ValueError):
    """A snapshot that cannot be read. It holds none of its values: restore an older one, or use a newer libprov."""


class ProfileError(ProvError, ValueError):
    """A profile or a layer that cannot be read. `field` is the path of what is wrong; None where the text is no JSON.

    >>> from libprov import Profile, ProfileError
    >>> server = {"host": "sip.example.net"}
    >>> try:
    ...     Profile.from_layers(tenant={"accounts": [{"server": server}]}, device={"accounts": [{"user": "a b"}]})
    ... except ProfileError as error:
    ...     print(error.field, error.layer)
    accounts[1].user device
    """

    layer: Layer | None
    """The layer that is to blame, with `Profile.from_layers`."""

    def __init__(self, message: str, code: int, field: str | None = None, layer: str | None = None) -> None:
        super().__init__(message, code, field)
        self.layer = None if layer is None else Layer(layer)

    def __reduce__(self) -> tuple[type[ProvError], tuple[str | int | None, ...]]:
        return type(self), (str(self), int(self.code), self.field, self.layer)


class RenderError(ProvError, ValueError):
    """A file that cannot be rendered: nothing is ever stripped or escaped into something else (SPEC V4).

    `field` is the path in the profile, or the argument.

    >>> from libprov import Model, Profile, RenderError, Secrets, render_full
    >>> account = {"label": "two\\nlines", "user": "201", "server": {"host": "sip.example.net"}}
    >>> profile = Profile.from_json({"accounts": [account]})
    >>> site = {"url": "https://prov.example.net/", "emergency": ["112"]}
    >>> try:
    ...     render_full(profile, Model("yealink", "T46U"), "805ec0010203", secrets=Secrets.all(), **site)
    ... except RenderError as error:
    ...     print(error.field, repr(error.character))
    accounts[1].label '\\n'
    """

    character: str | None
    """The character that the file cannot carry, where it is one."""

    def __init__(self, message: str, code: int, field: str | None = None, character: str | None = None) -> None:
        super().__init__(message, code, field)
        self.character = character

    def __reduce__(self) -> tuple[type[ProvError], tuple[str | int | None, ...]]:
        return type(self), (str(self), int(self.code), self.field, self.character)


class AdminError(ProvError):
    """An administrative act that was refused; nothing changed. Tell the administrator."""


class InternalError(ProvError):
    """A fault of libprov itself; nothing changed. Deny, and report it."""
