"""The voice dialogue, key presses, spoken texts, and the audit log (SPEC C3, C4, A10, E4, E7)."""

import json
import pickle
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest

import libprov
from conftest import HOME, MAC, START, Host, a_tenant
from libprov import (
    Aggregator,
    Announcement,
    Attempt,
    Audit,
    Dialogue,
    DigitCollector,
    Enter,
    HangUp,
    InvalidInputError,
    Lang,
    Play,
    ProvError,
    Restricted,
    Transfer,
)
from libprov.enums import AuditEvent


def answered(host: Host, **more: object) -> Dialogue:
    return Dialogue(host.tenant, call=77, now=host.now, **more)  # type: ignore[arg-type]


def typed(call: Dialogue, keys: str, host: Host) -> tuple[libprov.Action, ...]:
    for key in keys:
        actions = call.digit(key, now=host.now)
    return actions


def entered(call: Dialogue, host: Host, sip_user: str, digits: str) -> list[Announcement | str]:
    """One entry, judged by the engine and stored; what is said then."""
    (entry,) = typed(call, digits + "#", host)
    assert isinstance(entry, Enter) and call.waiting == entry.id
    attempt = Attempt(id=entry.id, sip_user=sip_user, digits=entry.digits)
    judged = libprov.enter_pap(host.facts(attempt.enrolment.source), attempt, now=host.now)
    host.store(judged)
    actions = call.judged(entry.id, judged, now=host.now)
    voice = [effect for effect in judged.effects if isinstance(effect, Play | HangUp)]
    assert list(actions) == voice, "the dialogue says what the engine says"
    assert call.judged(entry.id, judged, now=host.now) == (), "told twice it says nothing more"
    return [action.announcement if isinstance(action, Play) else "hang up" for action in actions]


def test_a_caller_mistypes_and_then_gets_in(host: Host) -> None:
    host.create()
    answer = host.fetch().answer
    assert isinstance(answer, Restricted)
    user = answer.enrolment.sip_user()
    call = answered(host)
    assert call.opening.announcement is Announcement.ENTER_PIN
    assert entered(call, host, user, host.wrong()) == [Announcement.TRIES_LEFT]
    assert entered(call, host, user, host.pap()) == [Announcement.ACCEPTED, "hang up"]
    call.hung_up()
    assert call.is_over and call.next_timeout is None and call.waiting is None


def test_emergency_numbers_are_transferred_with_and_without_hash(host: Host) -> None:
    host.tenant = a_tenant(outside_line="0")
    for keys in ("112#", "0112#"):
        call = answered(host)
        match typed(call, keys, host):
            case (Play(Announcement.EMERGENCY), Transfer(number)):
                assert number == "112" and call.is_over
            case other:
                pytest.fail(str(other))
    call = answered(host)
    typed(call, "112", host)
    due = call.next_timeout
    assert due == host.now + timedelta(seconds=10)
    assert call.handle_timeout(now=due - timedelta(milliseconds=1)) == ()
    assert isinstance(call.handle_timeout(now=due)[1], Transfer)


def test_settings_of_the_tenant_hold(host: Host) -> None:
    host.tenant = a_tenant(entry_gap_ms=timedelta(seconds=5), dialogue_ms=timedelta(minutes=1), entry_digits=12)
    call = answered(host)
    assert call.next_timeout == host.now + timedelta(minutes=1)
    (entry,) = typed(call, "1" * 20 + "#", host)
    assert isinstance(entry, Enter) and entry.digits.reveal() == "1" * 13
    assert [type(action) for action in call.busy(entry.id, now=host.now)] == [Play, HangUp]
    with pytest.raises(InvalidInputError):
        a_tenant(entry_digits=11)


def test_what_is_typed_is_shown_nowhere(host: Host) -> None:
    call = answered(host)
    (entry,) = typed(call, "482913#", host)
    assert isinstance(entry, Enter)
    assert "482913" not in repr(call) + repr(entry) + str(entry.digits)
    for secret in (call, entry):
        with pytest.raises(TypeError, match="secret"):
            pickle.dumps(secret)


def test_nonsense_is_refused_by_name(host: Host) -> None:
    call = answered(host)
    for key in ("", "11", "x", "é"):
        with pytest.raises(ProvError, match="key"):
            call.digit(key, now=host.now)
    with pytest.raises(TypeError):
        call.digit(1, now=host.now)  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        call.handle_timeout(now=START.replace(tzinfo=None))
    with pytest.raises(ProvError, match="call"):
        Dialogue(host.tenant, call=-1, now=host.now)


def test_threads_share_a_dialogue(host: Host) -> None:
    call = answered(host)
    start = Barrier(4)

    def work(_: int) -> int:
        start.wait()
        ids = 0
        for _ in range(500):
            for key in "1#":
                for action in call.digit(key, now=host.now):
                    ids += isinstance(action, Enter)
            if (waiting := call.waiting) is not None:
                call.busy(waiting + 1, now=host.now)
        return ids

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(work, range(4))) == 1, "one entry waits, all others are dropped"


def test_a_phone_that_sends_keys_both_ways_does_not_double_them() -> None:
    keys, out = DigitCollector(), ""
    for at, (key, code) in enumerate([("4", 4), ("8", 8), ("8", 8), ("#", 11)]):
        for end in (0, 0x80):
            out += keys.event(bytes([code, end | 10, 0, 160]), at * 800) or ""
        out += keys.info("application/dtmf-relay", f"Signal={key}\r\nDuration=100".encode()) or ""
    assert out == "488#" and keys.ignored == 0
    assert keys.event(memoryview(b"\x10\0\0\0"), 9_999) is None and keys.ignored == 1
    assert libprov.parse_info("text/plain", b"4") is None
    with pytest.raises(ProvError, match="rtp_timestamp"):
        keys.event(b"", 1 << 32)


def test_announcements_are_spoken_in_every_language(host: Host) -> None:
    host.create()
    answer = host.fetch().answer
    assert isinstance(answer, Restricted)
    judged = host.dial(answer.enrolment.sip_user(), host.wrong())
    (play,) = (effect for effect in judged.effects if isinstance(effect, Play))
    texts = {play.text(lang, now=host.now) for lang in Lang}
    assert len(texts) == len(Lang) and all("2" in text for text in texts)
    assert "Pozostały 2 próby" in play.text("pl", now=host.now)
    with pytest.raises(ProvError, match="lang"):
        play.text("xx", now=host.now)


def test_explanations_come_in_every_language(host: Host) -> None:
    host.create()
    decision = host.fetch()
    texts = {str(decision.explain(lang=lang)) for lang in Lang}
    assert len(texts) == len(Lang) and all("R11" in text for text in texts)
    assert decision.explain() == decision.explain(lang="en")
    assert decision.explain(lang=Lang.DE).text.startswith("Die eingeschränkte Konfiguration")


def test_audit_lines_have_stable_fields_and_cannot_be_broken(host: Host) -> None:
    host.create()
    answer = host.fetch().answer
    assert isinstance(answer, Restricted)
    judged = host.dial(answer.enrolment.sip_user(), host.pap())
    (audit,) = (effect for effect in judged.effects if isinstance(effect, Audit))
    actor = 'ann\n"\u202e\u2028'
    line = libprov.audit_json(audit, host.tenant, mac=MAC, at=host.now, actor=actor, revision=7)
    assert line.isascii() and "\n" not in line
    assert json.loads(line) == {
        "at": "2030-03-17T12:00:00.000Z",
        "event": "pap_accepted",
        "cause": "pap",
        "tenant": "42",
        "mac": MAC,
        "revision": 7,
        "actor": actor,
        "old": "required",
        "new": "successful",
        "source": HOME,
    }
    short = json.loads(libprov.audit_json(audit, host.tenant, at=host.now))
    assert not {"mac", "actor", "revision"} & set(short)


def test_polls_are_counted_and_none_is_lost(host: Host) -> None:
    counted = Aggregator(host.tenant)
    assert counted.next_timeout is None
    for number in range(40):
        decision = libprov.decide(
            host.facts(), libprov.Request(MAC, f"192.0.2.{number}"), now=host.now, entropy=bytes(range(32))
        )
        for effect in decision.effects:
            if isinstance(effect, Audit) and effect.aggregate:
                counted.add(effect, mac=MAC, now=host.now)
                counted.add(effect, now=host.now)
    due = counted.next_timeout
    assert due == host.now + timedelta(minutes=5)
    assert counted.handle_timeout(now=host.now) == []
    lines = [json.loads(line) for line in counted.handle_timeout(now=due)]
    assert {line["event"] for line in lines} == {AuditEvent.DENIED}
    assert len(lines) == 80 and sum(line["count"] for line in lines) == 80
    assert counted.flush() == []

    few = Aggregator(a_tenant(audit_keys=16))
    audit = next(effect for effect in decision.effects if isinstance(effect, Audit))
    for number in range(100):
        few.add(audit, mac=f"80:5e:c0:00:00:{number:02x}", now=host.now)
    lines = [json.loads(line) for line in few.flush()]
    assert len(lines) == 17
    assert [line["count"] for line in lines if line["event"] == "other"] == [84]
