"""The settings of a tenant as keywords (SPEC A9): those of `Tenant.cloud`, `Tenant.on_premises`, `with_settings`, `MfaPolicy`."""

from collections.abc import Sequence
from datetime import timedelta
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import TYPE_CHECKING, TypeAlias, TypedDict

from .enums import Adopt, Enforcement, Lang, LockScope, PapSource, SuspensionBind, SwitchOff, WindowFrom

if TYPE_CHECKING:
    from ._libprov import Totp

__all__ = ["CloudSettings", "CommonSettings", "Length", "MfaSettings", "Prefix", "Settings"]

Length: TypeAlias = timedelta | int
"""A length of time: a `timedelta`, or milliseconds."""

Prefix: TypeAlias = IPv4Address | IPv6Address | IPv4Network | IPv6Network | str
"""One address or a network, as an object of `ipaddress` or as text."""


class CommonSettings(TypedDict, total=False):
    """What every constructor of a tenant takes. What is not named keeps the value of the preset."""

    attempts: int
    """Wrong PAPs in a row until a source is locked; 1 to 10, default 3."""
    lockout_ms: Length
    """How long a lock lasts; one minute to seven days, default 30 min."""
    lockouts: int
    """Lockouts until a source is blocked; 1 to 20, default 3."""
    ceiling: int
    """Wrong PAPs over all sources of one epoch until the device is blocked; default 30."""
    lock_scope: LockScope | str
    """What tries and locks are counted for; default `source`."""
    suspension_ms: Length
    """How long a suspension lasts; one minute to one day, default 30 min."""
    suspension_bind: SuspensionBind | str
    """What a suspension without an address binds to; default `first_delivery`."""
    pap_source: PapSource | str
    """Whether PAPs are stored or derived; default `stored`."""
    pap_digits: int
    """Digits of a PAP; 4 to 8, default 6."""
    pap_refuse_trivial: bool
    """Whether trivial PAPs are left out; default yes."""
    delivery_window_ms: Length
    """How long after the right PAP the delivery may come; default 10 min."""
    weak_window_ms: Length
    """The same for models that carry no token; default 2 min."""
    lease_ms: Length
    """How long a lease lasts; default 60 s."""
    on_answer: bool
    """Whether a full answer counts as delivered at once, for hosts that cannot know (CGI)."""
    enrolment_ms: Length
    """How long an enrolment is good; default 7 days."""
    token_needs_source: bool
    """Whether an accepted token must also come from the source inside its enrolment."""
    accept_certificates: bool
    """Whether a MAC proven by a TLS client certificate counts as proof; default yes."""
    temporary: str | int
    """Who may use a temporary whitelist entry unproven: `off`, `waiting`, or the first so many deliveries."""
    temporary_ms: Length
    """How far ahead a delivery moves a temporary entry; default 8 h."""
    temporary_unproven_ms: Length
    """How far past the last proven delivery unproven ones may slide it; default 24 h."""
    temporary_unproven_cap: int
    """Unproven deliveries of one entry in 8 h; default 50."""
    temporary_max: int
    """Temporary entries of the tenant; default 1 000."""
    temporary_vendors: Sequence[str]
    """Vendors whose proven deliveries make a temporary entry, lower case."""
    secret_window_ms: Length
    """How long secrets may be fetched again; default 10 min."""
    secret_window_from: WindowFrom | str
    """When that window starts; default `delivery`."""
    release_ms: Length
    """When an unused release again ends; default 24 h."""
    enforcement: Enforcement | str
    """Whether the rules are enforced; default `enforce`."""
    private_addresses: bool
    """Whether private and carrier-NAT addresses may be whitelisted temporarily."""
    http_in_own_networks: bool
    """Whether plain HTTP may carry secrets inside `own_networks`."""
    http_models: Sequence[tuple[str, str]]
    """Vendor and model of telephones that may fetch over plain HTTP from anywhere, lower case."""
    wide_prefixes: bool
    """Whether whitelist prefixes wider than /16 (IPv4) and /32 (IPv6) are allowed."""
    proxy_header: str | None
    """The one header that names the client behind a proxy; None reads no header."""
    trusted_proxies: Sequence[Prefix] | int
    """The networks of trusted proxies, or how many proxies stand in front of the server."""
    activate_resets: bool
    """Whether activating a device resets it."""
    probe_limit: int
    """Distinct unknown MACs a source may ask for in `probe_window_ms`; 1 to 16, default 16."""
    probe_window_ms: Length
    """The window of that count; default 60 min."""
    pap_source_hour: int
    """Wrong PAPs of one source in an hour, over all devices; 1 to 60, default 15."""
    pap_tenant_hour: int
    """Wrong PAPs of the tenant in an hour; 1 to 1 000, default 100."""
    pap_tenant_day: int
    """Wrong PAPs of the tenant in a day; 1 to 3 000, default 300."""
    rollout_networks: Sequence[Prefix]
    """Networks of a roll-out: PAPs of enrolments issued there are judged though the tenant's budget is used up."""
    proven_source_ms: Length
    """How long a source counts as one with a proven delivery; default 30 days."""
    adoption: Adopt | str
    """What happens to unknown devices from elsewhere: `refuse` (default) or `list`."""
    adoption_own: Adopt | str
    """What happens to unknown devices in the own networks and on the permanent whitelist; default `refuse`."""
    adoption_cap: int
    """Unknown devices on offer; 8 to 10 000, default 256; a source has an eighth of it."""
    adoption_ms: Length
    """How long one is on offer; default 24 h."""
    challenge_prefixes: Sequence[bytes]
    """First three octets of vendors whose telephones repeat a request with a login after a challenge."""
    challenge_ms: Length
    """How long a challenge is remembered; default 60 s."""
    entry_gap_ms: Length
    """How long a PIN entry may pause between two digits until it is discarded; 2 s to one minute, default 10 s."""
    entry_digits: int
    """Digits of an entry that are kept; a longer one is consumed to `#` and wrong. 12 to 32, default 16."""
    dialogue_ms: Length
    """How long one dialogue may last; 30 s to 15 min, default 3 min."""
    audit_keys: int
    """Different aggregated audit events that are counted apart; 16 to 100 000, default 1 000."""
    audit_window_ms: Length
    """How long aggregated audit events are counted until their lines are written; 1 s to one day, default 5 min."""
    emergency_for_unknown: bool
    """Whether calls of unknown identities may reach the emergency service; default no."""
    outside_line: str | None
    """The prefix of an outside line, 1 to 4 digits; default None."""
    service_code: str
    """What the authentication service answers under; default `*89`."""
    lang: Lang | str
    """The language of texts shown to people."""


class CloudSettings(CommonSettings, total=False):
    """What `Tenant.cloud` takes besides its own arguments."""

    own_networks: Sequence[Prefix]
    """The PBX's own networks."""


class Settings(CloudSettings, total=False):
    """Every number and switch of a tenant."""

    emergency: Sequence[str]
    """Emergency numbers, 1 to 20; `emergency_preset` has those of many countries."""


class MfaSettings(TypedDict, total=False):
    """What `MfaPolicy` takes (SPEC M1, M3, M6, M7, M9). What is not named keeps its default."""

    totp: "Totp"
    """How codes of new secrets are made; default SHA-1, 6 digits, 30 s."""
    window: int
    """Steps accepted on either side; 0 to 2, default 1."""
    resync_steps: int
    """Steps searched on either side by `mfa_resynchronise`; 1 to 1 000, default 120; 0: no such login."""
    enrolment_ms: Length
    """How long an enrolment waits for its confirmation; one minute to one hour, default 15 min."""
    enrolment_tries: int
    """Wrong codes until an enrolment is void; 1 to 10, default 10."""
    demanded: bool
    """Whether the tenant demands the factor of everybody; default no."""
    demand_ms: Length | None
    """How long a demand waits until the account is locked, or None for ever; one to 90 days, default 14 days."""
    grants: bool
    """Whether an enrolment that is demanded needs a grant; default no."""
    grant_ms: Length
    """How long a grant is good; one hour to 30 days, default 72 h."""
    switch_off: SwitchOff | str
    """What the owner gives to switch off; default `code`."""
    recovery: int
    """How many recovery codes there are: 1 (default), and using it gives a new one; or 2 to 20, each good once."""
    trusted_addresses: bool
    """Whether trusted addresses skip the code of a login; default no."""
