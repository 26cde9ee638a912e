"""The roll-out of one telephone, and what goes wrong on the way."""

import libprov
from conftest import HOME, MAC, Host, a_tenant, drawn
from libprov import (
    Audit,
    AuditEvent,
    Deny,
    ExemptionKind,
    Full,
    HangUp,
    IdentityKind,
    Notice,
    Play,
    Proof,
    Restricted,
    Resync,
    ResyncKind,
    Revoke,
    Rule,
    Source,
    State,
    Verdict,
    Withheld,
)


def restricted(host: Host, **presented: object) -> Restricted:
    answer = host.fetch(**presented).answer
    assert isinstance(answer, Restricted)
    return answer


def test_the_whole_story(host: Host) -> None:
    device = host.create(accounts=2, site="Berlin")
    assert (device.mac, device.site, device.accounts, device.tenant) == (MAC, "Berlin", 2, "42")
    assert device.state(now=host.now) is State.REQUIRED
    assert device.created_at == host.now

    decision = host.fetch()
    assert decision.rule is Rule.R11 and decision.proof is Proof.NONE and decision.exemption is None
    assert decision.status == 200 and decision.is_no_store
    assert not decision.writes, "R13: no record is written per restricted fetch"
    answer = decision.answer
    assert isinstance(answer, Restricted) and answer.notice is Notice.REQUIRED and not answer.weak
    assert answer.text("de") == "Authentifizierung erforderlich"
    assert answer.text("de", form="short") == "Anmeldung erforderlich"
    enrolment = answer.enrolment
    assert enrolment.id.mac == MAC and enrolment.id.source == Source(HOME)
    assert enrolment.sip_user(2) == f"{enrolment.id}-2"
    token = enrolment.token(host.tenant, device)
    assert len(token.reveal()) == 68 and len(enrolment.sip_password(host.tenant, device).reveal()) == 32

    again = restricted(host, in_url=token)
    assert again.enrolment == enrolment, "R13: the same enrolment for who presents its token"

    who = libprov.identify(host.facts(), enrolment.sip_user(2), now=host.now)
    assert who.kind is IdentityKind.ENROLMENT and who.mac == MAC and who.is_current
    assert who.password == enrolment.sip_password(host.tenant, device)

    judged = host.dial(enrolment.sip_user(), host.wrong())
    assert judged.verdict is Verdict.WRONG and judged.left == 2 and judged.counted
    assert any(isinstance(effect, Play) and effect.left == 2 for effect in judged.effects)

    judged = host.dial(enrolment.sip_user(), host.pap())
    assert judged.verdict is Verdict.ACCEPTED and judged.left is None
    kinds = [type(effect) for effect in judged.effects]
    assert kinds == [Audit, Play, HangUp, Resync]
    match judged.effects[-1]:
        case Resync(ResyncKind.ENROLMENT, user):
            assert user == enrolment.sip_user()
        case other:
            raise AssertionError(other)

    decision = host.fetch(in_url=token)
    answer = decision.answer
    assert isinstance(answer, Full) and decision.rule is Rule.R8 and decision.proof is Proof.ACCEPTED_TOKEN
    assert answer.secrets.sip == (1, 2) and answer.secrets.credential and answer.withheld is None
    assert answer.lease is not None
    assert host.device is not None and host.device.lease is not None
    assert host.device.lease.id == answer.lease and host.device.lease.is_live(now=host.now)

    step = host.delivered(answer.lease)
    assert host.device.state(now=host.now) is State.SUCCESSFUL and host.device.delivered_at == host.now
    assert host.device.pap(host.tenant) is None, "A8"
    assert host.temp is not None and host.temp.source == Source(HOME) and host.temp.is_live(now=host.now), "W3"
    assert any(isinstance(e, Audit) and e.event is AuditEvent.DELIVERED for e in step.effects)
    assert not host.delivered(answer.lease).writes, "A14: a second call changes nothing"

    done = libprov.effects_done(host.device, host.device.revision)
    assert done is not None and done.pending_effects == ()
    host.device = done

    host.later(hours=5)
    login = libprov.credential(host.tenant, host.device)
    assert libprov.credential_user(host.device) == MAC.replace(":", "")
    decision = host.fetch(in_login=login)
    answer = decision.answer
    assert isinstance(answer, Full) and decision.rule is Rule.R7 and decision.proof is Proof.CREDENTIAL
    assert answer.secrets.sip == () and answer.withheld is Withheld.CLOSED
    assert "R7" in decision.explain().text and decision.explain().remedy

    assert isinstance(host.fetch(address="203.0.113.9").answer, Restricted)
    assert host.device.is_overwritten


def test_a2_third_wrong_pap_locks_and_the_lock_ends(host: Host) -> None:
    host.create()
    user = restricted(host).enrolment.sip_user()
    for left in (2, 1):
        assert host.dial(user, host.wrong()).left == left
    judged = host.dial(user, host.wrong())
    assert judged.verdict is Verdict.LOCKED and judged.until is not None
    assert (judged.until - host.now).total_seconds() == 1800
    assert host.dial(user, host.pap()).verdict is Verdict.LOCKED, "A3: nothing is compared"
    assert host.device is not None and host.device.next_timeout == judged.until
    answer = restricted(host)
    assert answer.notice is Notice.FAILED and answer.until == judged.until
    assert host.device.state_of(Source("203.0.113.9"), host.tenant, now=host.now) is State.REQUIRED, "A13"
    host.now = judged.until
    step = libprov.handle_timeout(host.facts(), now=host.now)
    assert step.writes and any(isinstance(effect, Resync) for effect in step.effects)
    host.store(step)
    assert host.dial(user, host.pap()).verdict is Verdict.ACCEPTED


def test_a5_the_same_attempt_is_counted_once(host: Host) -> None:
    host.create()
    user = restricted(host).enrolment.sip_user()
    first = host.dial(user, host.wrong())
    host.attempts -= 1
    second = host.dial(user, host.wrong())
    assert (first.verdict, first.left) == (second.verdict, second.left) and not second.counted


def test_w1_permanent_whitelist_exempts(host: Host) -> None:
    host.tenant = host.tenant.with_whitelisted("198.51.100.0/24", "Office")
    host.create()
    decision = host.fetch()
    assert decision.rule is Rule.R6A and isinstance(decision.answer, Full)
    assert decision.exemption is not None and decision.exemption.kind is ExemptionKind.PERMANENT
    assert str(decision.exemption.prefix) == "198.51.100.0/24" and decision.exemption.until is None


def test_a14_not_delivered_gives_the_release_back(host: Host) -> None:
    host.tenant = host.tenant.with_whitelisted(HOME)
    host.create()
    answer = host.fetch().answer
    assert isinstance(answer, Full) and answer.lease is not None
    host.store(libprov.not_delivered(host.facts(), answer.lease, now=host.now))
    again = host.fetch().answer
    assert isinstance(again, Full) and again.secrets == answer.secrets


def test_r2_an_unknown_device_is_denied(host: Host) -> None:
    decision = host.fetch()
    match decision.answer:
        case Deny(404, None):
            assert decision.rule is Rule.R2
        case other:
            raise AssertionError(other)


def test_administrative_acts(host: Host) -> None:
    host.create()
    pap = host.pap()

    def act(function: object, *args: object, **more: object) -> libprov.Step:
        step = function(host.facts(), *args, now=host.now, entropy=drawn(), **more)  # type: ignore[operator]
        assert isinstance(step, libprov.Step)
        host.store(step)
        return step

    act(libprov.suspend, bind=HOME)
    assert host.device is not None and host.device.is_suspended(now=host.now)
    assert host.fetch().rule is Rule.R4
    step = act(libprov.block)
    assert Revoke in [type(effect) for effect in step.effects]
    assert host.device.state(now=host.now) is State.BLOCKED
    act(libprov.reset)
    assert host.device.state(now=host.now) is State.REQUIRED and host.pap() != pap, "P1"
    act(libprov.describe, site="München", location_confirmed=True)
    assert host.device.site == "München" and host.device.is_location_confirmed
    act(libprov.deactivate)
    assert not host.device.is_active and host.fetch().rule is Rule.R3
    act(libprov.activate)
    act(libprov.release_again, account=1)
    act(libprov.new_sip_password, 1)
    step = act(libprov.transfer, "80:5e:c0:01:02:04")
    assert step.writes.second is not None and step.writes.second.mac == "80:5e:c0:01:02:04"
    assert host.device.is_deleted and not host.device.is_removable
    host.device = libprov.effects_done(host.device, host.device.revision)
    assert host.device is not None and host.device.is_removable
    host.device = step.writes.second
    act(libprov.delete_device)
    assert host.device.is_deleted


def test_r24_installed_devices_need_no_pap_once(host: Host) -> None:
    from datetime import timedelta

    step = libprov.import_installed(
        host.facts(), MAC, libprov.Model("yealink", "T46S"), until=host.now + timedelta(days=7), now=host.now, entropy=drawn()
    )
    host.store(step)
    assert host.fetch().rule is Rule.R8A


def test_p3_taken_pins_are_not_issued() -> None:
    host = Host(a_tenant(pap_digits=4, pap_refuse_trivial=False))
    free = {"0007", "0112"}
    taken = [f"{number:04}" for number in range(10_000) if f"{number:04}" not in free]
    host.create(taken=taken)
    assert host.pap() in free


def test_p4_derived_pins_and_r22_key_rotation() -> None:
    host = Host(a_tenant(pap_source="derived"))
    device = host.create()
    pap = host.pap()
    assert device.depends_on(1) and not device.depends_on(2)
    host.tenant = host.tenant.with_rotated_key(libprov.TenantKey(2, bytes(range(1, 33))))
    assert (host.tenant.key_id, host.tenant.previous_key_id) == (2, 1) and host.pap() == pap
    host.tenant = host.tenant.with_rotated_key(libprov.TenantKey(3, bytes(range(2, 34))))
    assert device.pap(host.tenant) is None


def test_own_models_and_side_files(host: Host) -> None:
    model = libprov.Model.own("Acme", "One", restricted=False, retains=False, carriage="none")
    assert model.is_own and (model.vendor, model.carriage) == ("Acme", libprov.Carriage.NONE)
    step = libprov.create_device(host.facts(), MAC, model, now=host.now, entropy=drawn())
    host.store(step)
    assert host.fetch().rule is Rule.R20
    assert host.fetch(file="common").rule is Rule.STATIC
    assert host.fetch(method=libprov.Method.OTHER).status == 405
    assert host.fetch(transport="tftp").rule is Rule.R17


def test_w6_the_client_behind_a_proxy() -> None:
    tenant = a_tenant(proxy_header="X-Forwarded-For", trusted_proxies=["10.0.0.0/24"])
    lines = ["198.51.100.66, 203.0.113.7, 10.0.0.2"]
    assert str(tenant.client_address("10.0.0.1", lines)) == "203.0.113.7"
    assert str(tenant.client_address("192.0.2.1", lines)) == "192.0.2.1"
    assert tenant.client_address("10.0.0.1", ["nonsense"]) is None
