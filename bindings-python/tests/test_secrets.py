"""A secret is shown when asked for, and nowhere else."""

import copy
import mmap
import os
import pickle
import traceback
from typing import Any

import pytest

import libprov
from conftest import HOME, MAC, Host, a_tenant, drawn
from libprov import Attempt, Pap, Request, Secret, TenantKey


def everything(host: Host) -> tuple[list[Any], list[str]]:
    """All kinds of values on the way of one device, and the secrets among them."""
    device = host.create()
    pap = host.pap()
    decision = host.fetch()
    answer = decision.answer
    assert isinstance(answer, libprov.Restricted)
    enrolment = answer.enrolment
    token, password = enrolment.token(host.tenant, device), enrolment.sip_password(host.tenant, device)
    credential = libprov.credential(host.tenant, device)
    attempt = Attempt(id=1, sip_user=enrolment.sip_user(), digits=pap)
    judged = host.dial(enrolment.sip_user(), pap)
    request = Request(MAC, HOME, in_url=token, in_login=credential)
    full = libprov.decide(host.facts(), request, now=host.now, entropy=drawn())
    host.store(full)
    identity = libprov.identify(host.facts(), enrolment.sip_user(), now=host.now)
    values: list[Any] = [
        host.tenant, host.device, host.facts(), host.tenant.whitelist, device.pap(host.tenant), token, password, credential,
        attempt, request, request.in_url, identity, identity.password, enrolment, enrolment.id, answer,
    ]  # fmt: skip
    for done in (decision, judged, full):
        values += [done, done.writes, done.writes.device, done.effects, *done.effects]
    for done in (decision, full):
        values += [done.answer, done.explain(), done.explain().text]
    key = bytes(range(32))
    found = [pap, token.reveal()[42:], password.reveal(), credential.reveal(), key.hex(), str(list(key)), repr(key)[2:-1]]
    return values, found


def test_p5_nothing_shows_a_secret(host: Host) -> None:
    values, found = everything(host)
    for value in values:
        for text in (repr(value), str(value), f"{value}", f"{value!a}"):
            assert not any(secret in text for secret in found), type(value)


def test_what_holds_a_secret_and_is_no_record_cannot_be_pickled(host: Host) -> None:
    values, found = everything(host)
    records = (libprov.Tenant, libprov.Device)
    for value in values:
        for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
            try:
                data = pickle.dumps(value, protocol)
            except TypeError:
                continue
            except Exception as error:  # a class that cannot be found again, with old protocols
                assert isinstance(error, pickle.PicklingError), type(value)
                continue
            if isinstance(value, records):
                continue
            assert not any(secret.encode() in data for secret in found), type(value)
    for value in (Secret("x"), Pap("123456"), TenantKey(1, bytes(range(32))), Request(MAC, None), host.facts()):
        for do in (pickle.dumps, copy.copy, copy.deepcopy):
            with pytest.raises(TypeError, match="cannot pickle"):
                do(value)  # type: ignore[operator]


MARK = "SECRETMARKER"


@pytest.mark.parametrize(
    "call",
    [
        lambda: Attempt(id=1, sip_user="a" * 42, digits=MARK),
        lambda: Attempt(id=1, sip_user="a" * 42, digits=MARK + "\ud800"),
        lambda: Pap(MARK),
        lambda: Pap(MARK + "\ud800"),
        lambda: Request(MAC, None, in_url=MARK + "\ud800"),
        lambda: Secret(MARK + "\ud800"),
        lambda: Secret([MARK]),  # type: ignore[arg-type]
        lambda: TenantKey(1, MARK.encode()),
        lambda: TenantKey(1, MARK),  # type: ignore[arg-type]
        lambda: libprov.Device.from_bytes(MARK.encode() * 9),
        lambda: libprov.Device.from_json(f'{{"libprov": "device", "version": 1, "body": {{"pap": "{MARK}"}}}}'),
        lambda: libprov.Tenant.from_json(a_tenant().to_json().replace('"hex":"', f'"hex":"{MARK}')),
        lambda: libprov.reset(Host().facts(), taken=[MARK], now=1_900_000_000_000, entropy=drawn()),
        lambda: libprov.decide(Host().facts(), Request(MAC, None), now=1_900_000_000_000, entropy=MARK.encode()),
    ],
)
def test_an_error_does_not_hold_what_it_refuses(call: Any) -> None:
    with pytest.raises((ValueError, TypeError)) as caught:
        call()
    error: BaseException | None = caught.value
    while error is not None:
        shown = "".join(traceback.format_exception_only(error)) + repr(error.args) + repr(vars(error))
        assert MARK not in shown
        assert not hasattr(error, "object"), "UnicodeEncodeError carries the text"
        error = error.__cause__ or error.__context__


def copies(needle: bytes) -> int:
    """How often it stands in the writable memory of this process. The window through which it looks leaves nothing behind."""
    found, most = 0, 1 << 22
    window = mmap.mmap(-1, most)
    with open("/proc/self/maps") as maps, open("/proc/self/mem", "rb", buffering=0) as memory:
        for line in maps.read().splitlines():
            span, rights, *rest = line.split(maxsplit=5)
            if not rights.startswith("rw") or rest[3:] not in ([], ["[heap]"]):
                continue
            begin, end = (int(part, 16) for part in span.split("-"))
            while begin < end:
                try:
                    length = os.preadv(memory.fileno(), [memoryview(window)[: min(end - begin, most)]], begin)
                except OSError:
                    break
                at = window.find(needle, 0, length)
                while at >= 0:
                    found += 1
                    at = window.find(needle, at + 1, length)
                window[:length] = bytes(length)
                begin += length
    return found


@pytest.mark.skipif(not os.path.exists("/proc/self/mem"), reason="only Linux shows a process its own memory")
def test_a_dict_on_its_way_to_core_leaves_no_copy_of_a_secret() -> None:
    """The text of it grows more than once behind the password, and is given up before core sees it."""
    needle = b"MARK" + os.urandom(8).hex().encode()
    secret = Secret(needle.decode())
    data = {"accounts": [{"password": secret}], "display_text": ["y" * 50] * 1000, "tones": object()}
    before = copies(needle)
    assert before >= 2, "it finds what is there"
    for _ in range(5):
        with pytest.raises(TypeError, match="^tones must be"):
            libprov.Profile.from_json(data)
    assert copies(needle) <= before


def test_secrets_are_equal_by_content_and_hash_alike() -> None:
    assert Secret("a") == Secret("a") != Secret("b") and hash(Secret("a")) == hash(Secret("b"))
    assert Pap("1234") == Pap("1234") != Pap("01234") and Secret("1234") != Pap("1234")
    assert TenantKey(1, bytes(range(32))).reveal() == bytes(range(32))
