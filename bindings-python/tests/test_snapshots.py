"""Snapshots in and out: what comes out goes in, and nothing else does."""

import json
import pickle
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import libprov
from conftest import HOME, START, Host, a_tenant, drawn
from libprov import Adoption, Device, ErrorCode, SnapshotError, Source, SourceGuard, TempEntry, Tenant, TenantGuard

Record = Device | TempEntry | SourceGuard | TenantGuard | Adoption | Tenant
CLASSES: list[type[Any]] = [Device, TempEntry, SourceGuard, TenantGuard, Adoption, Tenant]


def delivered() -> Host:
    host = Host(a_tenant(temporary_vendors=["yealink"]).with_whitelisted("192.0.2.0/24", "Büro"))
    host.create(site="Łódź")
    answer = host.fetch().answer
    assert isinstance(answer, libprov.Restricted) and host.device is not None
    token = answer.enrolment.token(host.tenant, host.device)
    host.dial(answer.enrolment.sip_user(), host.wrong())
    host.dial(answer.enrolment.sip_user(), host.pap())
    full = host.fetch(in_url=token).answer
    assert isinstance(full, libprov.Full) and full.lease is not None
    host.delivered(full.lease)
    return host


HOST = delivered()
WAITING = Host()
WAITING.create()
assert HOST.device and HOST.temp and HOST.budget and WAITING.device
RECORDS: list[Record] = [
    HOST.device,
    WAITING.device,
    HOST.temp,
    HOST.budget,
    HOST.tenant,
    SourceGuard(Source(HOME)).with_throttle(60_000, now=START),
    SourceGuard(Source(None)),
    TenantGuard(),
]


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: type(record).__name__)
def test_what_comes_out_goes_in(record: Any) -> None:
    cls = type(record)
    assert cls.from_bytes(record.to_bytes()) == record
    assert cls.from_bytes(memoryview(bytearray(record.to_bytes()))) == record
    assert cls.from_json(record.to_json()) == record
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        copy = pickle.loads(pickle.dumps(record, protocol))
        assert copy == record and hash(copy) == hash(record)
    assert record.to_bytes() == cls.from_json(record.to_json()).to_bytes()


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: type(record).__name__)
def test_cut_off_edited_and_newer_snapshots_are_refused(record: Any) -> None:
    cls, whole, text = type(record), record.to_bytes(), record.to_json()
    for end in range(len(whole)):
        with pytest.raises(SnapshotError):
            cls.from_bytes(whole[:end])
    for at in range(len(whole)):
        edited = bytearray(whole)
        edited[at] ^= 0x20
        with pytest.raises(SnapshotError):
            cls.from_bytes(edited)
    with pytest.raises(SnapshotError) as caught:
        cls.from_json(text[:-1])
    assert caught.value.code is ErrorCode.SNAPSHOT_CUT_OFF
    newer = bytearray(whole)
    newer[5] = 200
    with pytest.raises(SnapshotError) as caught:
        cls.from_bytes(newer)
    assert caught.value.code is ErrorCode.SNAPSHOT_NEWER
    envelope = json.loads(text)
    with pytest.raises(SnapshotError) as caught:
        cls.from_json(json.dumps(envelope | {"version": 2, "body": None}))
    assert caught.value.code is ErrorCode.SNAPSHOT_NEWER and "use a newer" in str(caught.value)
    with pytest.raises(SnapshotError) as caught:
        cls.from_json(json.dumps(envelope | {"body": envelope["body"] | {"surprise": 1}}))
    assert caught.value.code is ErrorCode.SNAPSHOT_FORM and "line 1" in str(caught.value.field)
    for other in CLASSES:
        if other is not cls:
            with pytest.raises(SnapshotError) as caught:
                other.from_bytes(whole)
            assert caught.value.code is ErrorCode.SNAPSHOT_TYPE
            with pytest.raises(SnapshotError):
                other.from_json(text)


def test_a_contradiction_is_named_and_holds_no_value() -> None:
    envelope = json.loads(WAITING.tenant.to_json())
    envelope["body"]["key"]["hex"] = "51" * 32
    with pytest.raises(SnapshotError) as caught:
        Tenant.from_json(json.dumps(envelope))
    assert caught.value.code is ErrorCode.SNAPSHOT_INVARIANT and caught.value.field == "key"
    assert "5151" not in str(caught.value)
    with pytest.raises(SnapshotError) as caught:
        Device.from_bytes(b"GIF89a" + bytes(40))
    assert caught.value.code is ErrorCode.SNAPSHOT_NOT_OURS


@pytest.mark.parametrize("wrong", ["text", 3, None, [1, 2]])
def test_a_snapshot_of_another_type_is_a_type_error(wrong: Any) -> None:
    with pytest.raises(TypeError):
        Device.from_bytes(wrong)
    with pytest.raises(TypeError):
        Device.from_json(b"{}")  # type: ignore[arg-type]


def reads(cls: type[Any], data: Any, as_json: bool) -> None:
    """Reads, or refuses; what was read comes out the same again."""
    try:
        record = cls.from_json(data) if as_json else cls.from_bytes(data)
    except (SnapshotError, libprov.InvalidInputError):
        return
    assert cls.from_bytes(record.to_bytes()) == record and cls.from_json(record.to_json()) == record


@given(cls=st.sampled_from(CLASSES), data=st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(cls: type[Any], data: bytes) -> None:
    reads(cls, data, as_json=False)
    reads(cls, b"PROV" + data, as_json=False)


@given(cls=st.sampled_from(CLASSES), text=st.text(st.characters(), max_size=200))
def test_any_text_is_read_or_refused(cls: type[Any], text: str) -> None:
    reads(cls, text, as_json=True)


SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.text("aZ09.:/-\0é", max_size=20),
    st.floats(allow_nan=False),
    st.just([]),
    st.just({}),
)


def paths(node: Any, here: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a JSON value."""
    found = [here]
    items = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, value in items:
        found += paths(value, (*here, key))
    return found


@settings(max_examples=400)
@given(data=st.data())
def test_edited_json_is_read_or_refused(data: st.DataObject) -> None:
    record = data.draw(st.sampled_from(RECORDS))
    envelope = json.loads(record.to_json())
    path = data.draw(st.sampled_from([path for path in paths(envelope) if path]))
    node = envelope
    for key in path[:-1]:
        node = node[key]
    if data.draw(st.booleans()):
        node[path[-1]] = data.draw(SCALARS)
    else:
        del node[path[-1]]
    reads(type(record), json.dumps(envelope), as_json=True)


ACTS = st.lists(
    st.sampled_from(["fetch", "token", "wrong", "right", "deliver", "timeout", "reset", "suspend", "block", "later"]), max_size=12
)


@settings(max_examples=150)
@given(acts=ACTS)
def test_e2_a_snapshot_anywhere_gives_the_same_future(acts: list[str]) -> None:
    """The same acts on records and on records that went through a snapshot each time."""
    hosts = Host(), Host(a_tenant())
    fresh = [drawn() for _ in range(len(acts) + 1)]
    seen: list[list[object]] = [[], []]
    for host, notes in zip(hosts, seen, strict=True):
        through = host is hosts[1]
        step = libprov.create_device(
            host.facts(), "805ec0010203", libprov.Model("yealink", "T46S"), now=host.now, entropy=fresh[0]
        )
        host.store(step)
        token: libprov.Secret | None = None
        user, lease = "", 0
        for number, act in enumerate(acts):
            if through and host.device is not None:
                host.device = Device.from_bytes(host.device.to_bytes())
                host.tenant = Tenant.from_json(host.tenant.to_json())
                host.temp = host.temp and TempEntry.from_json(host.temp.to_json())
                host.budget = host.budget and TenantGuard.from_bytes(host.budget.to_bytes())
                host.guards = {key: SourceGuard.from_json(guard.to_json()) for key, guard in host.guards.items()}
            entropy = fresh[number + 1]
            done: libprov.Decision | libprov.Judged | libprov.Step | None = None
            if act in ("fetch", "token"):
                request = libprov.Request("805ec0010203", HOME, in_url=token if act == "token" else None)
                done = libprov.decide(host.facts(Source(HOME)), request, now=host.now, entropy=entropy)
                if isinstance(done.answer, libprov.Restricted) and host.device is not None:
                    user = done.answer.enrolment.sip_user()
                    token = done.answer.enrolment.token(host.tenant, host.device)
                elif isinstance(done.answer, libprov.Full):
                    lease = done.answer.lease or lease
            elif act in ("wrong", "right") and user and host.device is not None:
                pap = host.device.pap(host.tenant)
                digits = pap.reveal() if pap is not None and act == "right" else "000001"
                attempt = libprov.Attempt(id=number, sip_user=user, digits=digits)
                done = libprov.enter_pap(host.facts(Source(HOME)), attempt, now=host.now)
            elif act == "deliver":
                done = libprov.delivered(host.facts(Source(HOME)), lease, now=host.now)
            elif act == "timeout":
                done = libprov.handle_timeout(host.facts(), now=host.now)
            elif act in ("reset", "suspend", "block"):
                function = {"reset": libprov.reset, "suspend": libprov.suspend, "block": libprov.block}[act]
                more = {"confirm_blocked": True} if act == "suspend" else {}
                done = function(host.facts(), now=host.now, entropy=entropy, **more)  # type: ignore[operator]
            else:
                host.later(minutes=11)
            if done is not None:
                notes += [done, done.effects]
                host.store(done)
    assert seen[0] == seen[1]
