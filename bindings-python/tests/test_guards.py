"""Guards, budgets and adoption (SPEC R12, D5): the records a host keeps beside the device."""

from datetime import timedelta

import pytest

import libprov
from conftest import HOME, START, Host, a_tenant, drawn
from libprov import Adopt, AdoptDevice, AuditEvent, InvalidInputError, Request, Restricted, Rule, Source, Verdict

UNKNOWN = "80:5e:c0:77:00:%02x"


def ask(host: Host, mac: str, address: str = HOME) -> libprov.Decision:
    facts = libprov.Facts(
        host.tenant,
        source=host.facts(Source(address)).source,
        wider=host.facts(Source(address)).wider,
        adoption=host.adoption,
    )
    decision = libprov.decide(facts, Request(mac, address), now=host.now, entropy=drawn())
    host.store(decision)
    return decision


def test_sixteen_unknown_macs_are_looked_up_and_the_seventeenth_throttles_the_source() -> None:
    host = Host()
    for number in range(16):
        assert ask(host, UNKNOWN % number).rule == Rule.R2
    assert not ask(host, UNKNOWN % 3).writes, "a repeat"
    over = ask(host, UNKNOWN % 16)
    assert over.rule == Rule.R1 and over.status == 404
    assert [audit.event for audit in over.effects if isinstance(audit, libprov.Audit)][0] == AuditEvent.SOURCE_THROTTLED
    until = host.guards[HOME].throttled_until(now=host.now)
    assert until == START + timedelta(hours=1)


def test_an_ipv6_site_shares_a_guard() -> None:
    host = Host()
    written = ask(host, UNKNOWN % 0, "2001:db8:1:2::3").writes
    assert written.source is not None and written.wider is not None
    assert (written.source.key, written.wider.key) == ("2001:db8:1:2::/64", "2001:db8:1::/48")
    assert Source("2001:db8:1:2::3").wider == written.wider.key
    assert Source(HOME).wider is None


def test_wrong_paps_use_up_the_budget_of_a_source() -> None:
    host = Host(a_tenant(attempts=10, pap_source_hour=5))
    host.create()
    answer = host.fetch().answer
    assert isinstance(answer, Restricted)
    user = answer.enrolment.sip_user()
    for _ in range(5):
        assert host.dial(user, host.wrong()).counted
    over = host.dial(user, host.pap())
    assert not over.counted and over.verdict == Verdict.NOT_POSSIBLE and not over.writes
    assert host.guards[HOME].paused_until(5, now=host.now) == START + timedelta(hours=1)
    host.later(hours=1)
    assert host.dial(user, host.pap()).verdict == Verdict.ACCEPTED


def test_an_unknown_device_is_offered_where_the_policy_says_so() -> None:
    host = Host(a_tenant(adoption="list").with_whitelisted("192.0.2.0/24", "office").with_settings(adoption_own=Adopt.ACTIVATE))
    away = ask(host, UNKNOWN % 1, "203.0.113.9")
    assert away.rule == Rule.R2 and away.status == 404
    here = ask(host, UNKNOWN % 2, "192.0.2.200")
    assert AdoptDevice in [type(effect) for effect in here.effects]
    assert host.adoption is not None
    offers = host.adoption.offers(now=host.now)
    assert [(offer.mac, str(offer.source), offer.activate) for offer in offers] == [
        (UNKNOWN % 1, "203.0.113.9", False),
        (UNKNOWN % 2, "192.0.2.200", True),
    ]
    assert offers[0].until == START + timedelta(hours=24)
    assert [offer.mac for offer in host.adoption.without(UNKNOWN % 1).offers(now=host.now)] == [UNKNOWN % 2]
    assert host.adoption.offers(now=host.now + timedelta(hours=24)) == []


def test_nobody_is_activated_from_anywhere() -> None:
    with pytest.raises(InvalidInputError, match="adoption"):
        a_tenant(adoption="activate")
