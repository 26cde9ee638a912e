"""What callers have goes in; UTC datetimes and ipaddress objects come out."""

from __future__ import annotations

import array
import copy
import sys
import uuid
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from ipaddress import IPv4Address, IPv4Interface, IPv4Network, IPv6Address, IPv6Interface, IPv6Network
from typing import Any
from zoneinfo import ZoneInfo

import pytest

import libprov
from conftest import MAC, START, Host, a_tenant, drawn
from libprov import ErrorCode, Facts, InvalidInputError, Request, Source, SourceGuard, Tenant, TenantKey, Whitelist

MS = int(START.timestamp() * 1000)


@pytest.mark.parametrize(
    "now",
    [
        MS,
        START,
        START.astimezone(ZoneInfo("Europe/Berlin")),
        START.astimezone(ZoneInfo("Asia/Kathmandu")),
        START.astimezone(timezone(timedelta(hours=-3, minutes=-30))),
        START + timedelta(microseconds=999),
    ],
)
def test_an_instant_in_any_zone_is_the_same(now: datetime | int) -> None:
    step = libprov.create_device(
        Facts(a_tenant()), MAC, libprov.Model("yealink", "T46S"), now=now, entropy=drawn()
    )
    device = step.writes.device
    assert device is not None and device.created_at == START and device.created_at.tzinfo is UTC


def test_both_instants_of_a_repeated_hour() -> None:
    first = datetime(2030, 10, 27, 2, 30, tzinfo=ZoneInfo("Europe/Berlin"))
    guard = SourceGuard(Source("192.0.2.1"))
    ends = [guard.with_throttle(60_000, now=at).throttled_until(now=at) for at in (first, first.replace(fold=1))]
    assert ends[0] is not None and ends[1] is not None and ends[1] - ends[0] == timedelta(hours=1)


class NoOffset(tzinfo):
    def utcoffset(self, at: datetime | None) -> timedelta | None:
        return None


@pytest.mark.parametrize(
    "now", [datetime(2030, 1, 1), datetime(2030, 1, 1, tzinfo=NoOffset()), date(2030, 1, 1), True, 1.9e12, "2030", None]
)
def test_what_is_no_instant_is_a_type_error(host: Host, now: Any) -> None:
    with pytest.raises(TypeError, match="^now "):
        libprov.handle_timeout(host.facts(), now=now)


@pytest.mark.parametrize(
    "now", [0, 1_900_000_000, -1, 1 << 70, -(1 << 70), datetime(1999, 1, 1, tzinfo=UTC), datetime.max.replace(tzinfo=UTC)]
)
def test_a6_an_instant_out_of_range_is_refused(host: Host, now: Any) -> None:
    with pytest.raises(InvalidInputError) as caught:
        libprov.handle_timeout(host.facts(), now=now)
    assert caught.value.code is ErrorCode.TIME_OUT_OF_RANGE and caught.value.field == "now"


@pytest.mark.parametrize("make", [bytes, bytearray, memoryview, lambda raw: array.array("B", raw)])
def test_entropy_is_anything_with_32_bytes(host: Host, make: Any) -> None:
    libprov.decide(host.facts(), Request(MAC, None), now=MS, entropy=make(bytes(range(32))))


@pytest.mark.parametrize(
    ("entropy", "code"),
    [(b"", ErrorCode.ARGUMENT), (bytes(31), ErrorCode.ARGUMENT), (bytes(33), ErrorCode.ARGUMENT), (bytes(32), ErrorCode.ENTROPY_UNSET)],
)
def test_entropy_of_another_length_or_undrawn_is_refused(host: Host, entropy: bytes, code: ErrorCode) -> None:
    with pytest.raises(InvalidInputError) as caught:
        libprov.decide(host.facts(), Request(MAC, None), now=MS, entropy=entropy)
    assert caught.value.code is code and caught.value.field == "entropy"


@pytest.mark.parametrize("entropy", ["x" * 32, 32, None, [1] * 32, array.array("I", range(32))])
def test_entropy_of_another_type_is_a_type_error(host: Host, entropy: Any) -> None:
    with pytest.raises(TypeError, match="^entropy "):
        libprov.decide(host.facts(), Request(MAC, None), now=MS, entropy=entropy)


def test_addresses_in_and_out() -> None:
    for given, expected in [
        ("192.0.2.7", IPv4Address("192.0.2.7")),
        (IPv4Address("192.0.2.7"), IPv4Address("192.0.2.7")),
        (" 192.0.2.7 ", IPv4Address("192.0.2.7")),
        ("::ffff:192.0.2.7", IPv4Address("192.0.2.7")),
        ("2001:db8::1", IPv6Address("2001:db8::1")),
        (IPv6Address("2001:db8::1"), IPv6Address("2001:db8::1")),
        (None, None),
    ]:
        assert Request(MAC, given).address == expected


@pytest.mark.parametrize(
    ("address", "error"),
    [
        (IPv4Interface("192.0.2.7/24"), TypeError),
        (IPv6Interface("2001:db8::1/64"), TypeError),
        (IPv4Network("192.0.2.0/24"), TypeError),
        (3_221_225_991, TypeError),
        (True, TypeError),
        (b"\xc0\x00\x02\x07", TypeError),
        (IPv6Address("fe80::1%eth0"), InvalidInputError),
        ("fe80::1%eth0", InvalidInputError),
        ("192.0.2.0/24", InvalidInputError),
        ("192.0.2.7/32", InvalidInputError),
        ("192.0.2.007", InvalidInputError),
        ("192.0.2.7:5060", InvalidInputError),
        ("", InvalidInputError),
        ("\ud800", InvalidInputError),
    ],
)
def test_what_is_no_address(address: Any, error: type[Exception]) -> None:
    with pytest.raises(error):
        Request(MAC, address)
    with pytest.raises(error):
        a_tenant().lookup(address)


def test_prefixes_in_and_out() -> None:
    given: list[libprov.Prefix] = ["192.0.2.0/24", IPv4Network("198.51.100.0/25"), IPv4Address("203.0.113.9"), "2001:db8::/48"]
    whitelist = Whitelist(given)
    assert [entry.prefix for entry in whitelist] == [
        IPv4Network("192.0.2.0/24"),
        IPv4Network("198.51.100.0/25"),
        IPv4Network("203.0.113.9/32"),
        IPv6Network("2001:db8::/48"),
    ]
    assert whitelist[-1].index == 3 and "2001:db8::77" in whitelist and "2001:db9::" not in whitelist
    with pytest.raises(IndexError):
        whitelist[4]
    with pytest.raises(InvalidInputError, match="did you mean 10.0.0.0/24") as caught:
        a_tenant().with_whitelisted("10.0.0.5/24")
    assert caught.value.code is ErrorCode.PREFIX_HOST_BITS
    for wrong in (IPv4Interface("192.0.2.7/24"), 7, None, b"192.0.2.0/24"):
        with pytest.raises(TypeError):
            a_tenant().with_whitelisted(wrong)  # type: ignore[arg-type]


def test_w4_the_longest_prefix_wins() -> None:
    tenant = a_tenant().with_whitelisted("192.0.2.0/24", "Office").with_whitelisted("192.0.2.7", "Lab")
    match tenant.lookup("192.0.2.7"):
        case libprov.WhitelistEntry(prefix, label):
            assert (str(prefix), label) == ("192.0.2.7/32", "Lab")
        case other:
            raise AssertionError(other)
    assert tenant.lookup("203.0.113.1") is None and tenant.lookup(None) is None
    assert tenant.without_whitelisted("192.0.2.7").lookup("192.0.2.7").label == "Office"  # type: ignore[union-attr]
    assert tenant.whitelist == Whitelist([("192.0.2.0/24", "Office"), ("192.0.2.7", "Lab")])


def test_tenant_ids() -> None:
    key = TenantKey(1, bytes(range(32)))
    one = uuid.UUID("67e55044-10b1-426f-9247-bb680e5fe0c8")
    for given, shown in [(7, "7"), ("7", "7"), (one, str(one)), (str(one), str(one))]:
        assert Tenant.cloud(given, key=key, emergency=["112"]).id == shown
    for wrong in (True, 1.0, None, b"7"):
        with pytest.raises(TypeError):
            Tenant.cloud(wrong, key=key, emergency=["112"])  # type: ignore[arg-type]
    for out in (-1, 1 << 64, "x"):
        with pytest.raises(InvalidInputError) as caught:
            Tenant.cloud(out, key=key, emergency=["112"])
        assert caught.value.code is ErrorCode.ID_TENANT


def test_settings_in_and_out() -> None:
    tenant = a_tenant(attempts=5, lockout_ms=timedelta(hours=1), lang="de", temporary=2, challenge_prefixes=[b"\x80\x5e\xc0"])
    settings = tenant.settings
    assert (settings["attempts"], settings["lockout_ms"], settings["lang"]) == (5, 3_600_000, "de")
    assert tenant.with_settings(**settings).settings == settings, "what comes out goes in again"
    assert set(settings) == set(libprov.Settings.__annotations__) | set(libprov.CommonSettings.__annotations__) | {"own_networks"}
    changed = tenant.with_settings(attempts=4)
    assert changed.revision == tenant.revision + 1 and changed.settings["lockout_ms"] == 3_600_000
    own = Tenant.on_premises(1, key=TenantKey(1, bytes(range(32))), emergency=["112"], own_networks=["192.168.1.0/24"])
    assert own.lookup("192.168.1.9") is not None and own.settings["private_addresses"]


@pytest.mark.parametrize(
    ("settings", "error", "field"),
    [
        ({"attempts": 0}, InvalidInputError, "attempts"),
        ({"attempts": 1_000}, InvalidInputError, "attempts"),
        ({"attempts": True}, TypeError, None),
        ({"attempts": "3"}, TypeError, None),
        ({"lockout_ms": timedelta(seconds=-1)}, InvalidInputError, "lockout_ms"),
        ({"lockout_ms": 1.5}, TypeError, None),
        ({"on_answer": 1}, TypeError, None),
        ({"lang": "xx"}, InvalidInputError, "lang"),
        ({"lang": 3}, TypeError, None),
        ({"temporary": "sometimes"}, InvalidInputError, "temporary"),
        ({"temporary_vendors": "yealink"}, TypeError, None),
        ({"own_networks": ["10.0.0.1/8"]}, InvalidInputError, "own_networks[0]"),
        ({"http_models": [("yealink",)]}, InvalidInputError, "http_models[0]"),
        ({"challenge_prefixes": [b"1"]}, InvalidInputError, "challenge_prefixes[0]"),
        ({"proxy_header": "no header"}, InvalidInputError, "proxy_header"),
        ({"atempts": 3}, TypeError, None),
    ],
)
def test_a9_nonsense_is_refused_by_name(settings: dict[str, Any], error: type[Exception], field: str | None) -> None:
    with pytest.raises(error) as caught:
        a_tenant(**settings)
    assert getattr(caught.value, "field", None) == field


def test_values_are_values() -> None:
    tenant = a_tenant()
    one, two = Request(MAC, "192.0.2.7", in_url="x"), Request(MAC.upper(), IPv4Address("192.0.2.7"), in_url="x")
    assert one == two and hash(one) == hash(two) and one != Request(MAC, "192.0.2.7")
    assert Facts(tenant) == Facts(a_tenant()) and hash(Facts(tenant)) == hash(Facts(a_tenant()))
    assert one != "x" and Facts(tenant) != 3
    with pytest.raises(AttributeError):
        one.mac = "x"  # type: ignore[misc]
    assert one.__replace__(address=None).address is None
    if sys.version_info >= (3, 13):
        assert copy.replace(one, address=None).address is None
    for source in (Source("192.0.2.7"), Source("2001:db8::1"), Source(None)):
        assert {source: 1}[copy.deepcopy(source)] == 1
    with pytest.raises(TypeError):
        Request(mac=MAC)  # type: ignore[call-arg]
    with pytest.raises(TypeError):
        libprov.decide(Facts(tenant), one, START, drawn())  # type: ignore[misc]
