"""One list of numbers, few classes, no secret in any of them."""

import pickle
from collections.abc import Callable
from typing import Any

import pytest

import libprov
from conftest import MAC, START, Host, a_tenant, drawn
from libprov import AdminError, Attempt, ErrorCode, InvalidInputError, Model, Pap, ProvError, TenantKey, Whitelist, _libprov, enums

KEY = TenantKey(1, bytes(range(32)))


def test_the_numbers_are_those_of_core() -> None:
    listed = {name: number for name, (number, _) in _libprov.error_codes().items()}
    assert {code.name: code.value for code in ErrorCode} == listed
    assert all(code < 100 for code in ErrorCode if code.name in {"UTF8", "PANIC", "ARGUMENT"})


def test_the_names_are_those_of_core() -> None:
    for name, words in _libprov._wire_names().items():
        assert [member.value for member in getattr(enums, name)] == words, name
    assert set(enums.__all__) <= set(libprov.__all__)


ENROLMENT = "a" * 42
WRONG: list[tuple[Callable[[], Any], type[ProvError], ErrorCode, str | None]] = [
    (lambda: libprov.parse_mac("nonsense"), InvalidInputError, ErrorCode.MAC_SHAPE, "text"),
    (lambda: libprov.parse_mac("01:00:5e:00:00:01"), InvalidInputError, ErrorCode.MAC_MULTICAST, "text"),
    (lambda: libprov.parse_mac("0" * 12), InvalidInputError, ErrorCode.MAC_ZERO, "text"),
    (lambda: TenantKey(1, bytes(32)), InvalidInputError, ErrorCode.KEY_WEAK, "key"),
    (lambda: TenantKey(256, bytes(range(32))), InvalidInputError, ErrorCode.ARGUMENT, "id"),
    (lambda: a_tenant().with_keys(KEY, KEY), InvalidInputError, ErrorCode.KEY_SAME_ID, "previous_key"),
    (lambda: libprov.EnrolmentId("x"), InvalidInputError, ErrorCode.ID_ENROLMENT, "text"),
    (lambda: Attempt(id=1, sip_user="x", digits="1"), InvalidInputError, ErrorCode.ID_ENROLMENT, "sip_user"),
    (lambda: Attempt(id=-1, sip_user="x", digits="1"), InvalidInputError, ErrorCode.ARGUMENT, "id"),
    (lambda: Attempt(id=1, sip_user=ENROLMENT, digits="12#"), InvalidInputError, ErrorCode.ATTEMPT_NOT_DIGITS, "digits"),
    (lambda: Pap("12"), InvalidInputError, ErrorCode.PAP_SHAPE, "digits"),
    (lambda: a_tenant(ceiling=1), InvalidInputError, ErrorCode.POLICY_CONFLICT, "ceiling"),
    (lambda: a_tenant().with_settings(emergency=[]), InvalidInputError, ErrorCode.POLICY_EMERGENCY_EMPTY, "emergency"),
    (lambda: a_tenant().with_settings(emergency=["1"]), InvalidInputError, ErrorCode.POLICY_EMERGENCY_NUMBER, "emergency[0]"),
    (lambda: Whitelist(["10.0.0.0/8"]), InvalidInputError, ErrorCode.PREFIX_TOO_WIDE, "entries"),
    (lambda: Whitelist(["10.0.0.1", "10.0.0.1"]), InvalidInputError, ErrorCode.WHITELIST_DUPLICATE, "entries"),
    (lambda: Whitelist([("10.0.0.1", "x" * 65)]), InvalidInputError, ErrorCode.WHITELIST_LABEL, "entries"),
    (lambda: a_tenant().without_whitelisted("10.0.0.1"), InvalidInputError, ErrorCode.WHITELIST_UNKNOWN, "prefix"),
    (lambda: libprov.parse_prefix("10.0.0.0/255.255.255.0"), InvalidInputError, ErrorCode.PREFIX_NETMASK, "text"),
    (lambda: Model("yealink", "T99"), InvalidInputError, ErrorCode.RENDER_UNKNOWN_MODEL, "name"),
]


@pytest.mark.parametrize(("call", "kind", "code", "field"), WRONG)
def test_errors_have_class_number_and_field(
    call: Callable[[], Any], kind: type[ProvError], code: ErrorCode, field: str | None
) -> None:
    with pytest.raises(ProvError) as caught:
        call()
    error = caught.value
    assert type(error) is kind and error.code is code and error.field == field
    assert "\n" not in str(error) and not str(error).endswith(".")
    assert isinstance(error, ValueError)
    copy = pickle.loads(pickle.dumps(error))
    assert (type(copy), str(copy), copy.code, copy.field) == (kind, str(error), code, field)


def test_administrative_errors(host: Host) -> None:
    def fails(code: ErrorCode, field: str | None, call: Callable[[], Any]) -> None:
        with pytest.raises(AdminError) as caught:
            call()
        assert caught.value.code is code and caught.value.field == field
        assert not isinstance(caught.value, ValueError)

    more: dict[str, Any] = {"now": START, "entropy": drawn()}
    fails(ErrorCode.ADMIN_UNKNOWN_DEVICE, None, lambda: libprov.reset(host.facts(), **more))
    fails(ErrorCode.ADMIN_ACCOUNTS, "accounts", lambda: host.create(accounts=255))
    fails(ErrorCode.ADMIN_TEXT, "site", lambda: host.create(site="x" * 65))
    fails(ErrorCode.ADMIN_KNOWN_ELSEWHERE, None, lambda: host.create(known_elsewhere=True))
    host.create()
    fails(ErrorCode.ADMIN_DEVICE_EXISTS, None, lambda: host.create())
    fails(ErrorCode.ADMIN_ACCOUNT, "account", lambda: libprov.release_again(host.facts(), account=2, **more))
    fails(ErrorCode.ADMIN_BIND_WIDE, "bind", lambda: libprov.suspend(host.facts(), bind="10.0.0.0/8", **more))
    fails(
        ErrorCode.ADMIN_INSTALLED_UNTIL,
        "until",
        lambda: libprov.import_installed(host.facts(), MAC, Model("yealink", "T46S"), until=START, **more),
    )
    host.store(libprov.block(host.facts(), **more))
    fails(ErrorCode.ADMIN_CONFIRM_BLOCKED, "confirm_blocked", lambda: libprov.suspend(host.facts(), **more))


def test_every_error_class_can_be_subclassed_and_caught_as_one() -> None:
    class Mine(libprov.SnapshotError):
        pass

    assert issubclass(Mine, ProvError) and Mine("text", ErrorCode.SNAPSHOT_CUT_OFF).field is None
