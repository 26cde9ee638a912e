"""Calls and registrations of accounts (SPEC C1, C2, C5, C6, A14)."""

import copy
import pickle
from collections.abc import Callable
from datetime import timedelta

import libprov
import pytest
from conftest import HOME, MAC, Host, a_tenant
from libprov import (
    Announcement,
    AuditEvent,
    AuthenticationService,
    Call,
    CallBack,
    EmergencyCall,
    EnrolmentId,
    Full,
    HangUp,
    InDialog,
    InvalidInputError,
    Play,
    Refused,
    RegisterContact,
    Restricted,
    Resync,
    Routed,
    SipMethod,
    Source,
    State,
    Through,
)


def source_of(host: Host, call: Call) -> Source | None:
    """Whose guards a call needs: of the source inside the enrolment, or of the lease of a full account."""
    if call.enrolment is not None:
        try:
            return EnrolmentId(call.enrolment).source
        except InvalidInputError:
            return None
    return host.device.lease.source if host.device and host.device.lease else None


def take(host: Host, call: Call) -> Routed:
    routed = libprov.route(host.facts(source_of(host, call)), call, now=host.now)
    host.store(routed)  # type: ignore[arg-type]
    return routed


def enrolled(host: Host) -> str:
    answer = host.fetch().answer
    assert isinstance(answer, Restricted)
    return answer.enrolment.sip_user()


def test_whatever_a_required_telephone_dials_is_the_authentication_service(host: Host) -> None:
    host.create()
    user = enrolled(host)
    routed = take(host, Call("sip:0911123@pbx", enrolment=user))
    match routed.route:
        case AuthenticationService(enrolment, ended):
            assert (str(enrolment), ended) == (user, None)
        case other:
            raise AssertionError(other)
    busy = take(host, Call("*89", enrolment=user))
    assert busy.route == take(host, Call("*89", enrolment=user)).route
    assert isinstance(busy.route, Refused) and busy.route.announcement is Announcement.NOT_POSSIBLE
    kinds = [type(effect) for effect in busy.effects]
    assert Play in kinds and HangUp in kinds
    host.store(libprov.hung_up(host.facts(), user, now=host.now))
    assert isinstance(take(host, Call("*89", enrolment=user)).route, AuthenticationService)


def test_an_emergency_call_and_its_call_back(host: Host) -> None:
    host.create(site="Berlin")
    user = enrolled(host)
    routed = take(host, Call("tel:1-1-2;phone-context=+49", enrolment=user))
    match routed.route:
        case EmergencyCall(number, mac, site) as made:
            assert (number, mac, site) == ("112", MAC, "Berlin")
            assert not made.location_confirmed and not made.proven
        case other:
            raise AssertionError(other)
    assert AuditEvent.EMERGENCY_CALL in [getattr(effect, "event", None) for effect in routed.effects]
    assert isinstance(take(host, Call(user, outside="110")).route, Refused)
    back = take(host, Call(user, outside="112")).route
    assert isinstance(back, CallBack) and back.enrolment == EnrolmentId(user)
    assert isinstance(take(host, Call(user, outside="112")).route, Refused), "one at a time"
    host.now += timedelta(minutes=30)
    assert isinstance(take(host, Call(user, outside="112")).route, Refused)


def test_a_locked_telephone_hears_until_when_and_may_call_for_help(host: Host) -> None:
    host.create()
    user = enrolled(host)
    for _ in range(3):
        host.dial(user, "000000")
    route = take(host, Call("0911", enrolment=user)).route
    assert isinstance(route, Refused)
    assert (route.announcement, route.until) == (Announcement.LOCKED, host.now + timedelta(minutes=30))
    assert isinstance(take(host, Call("112", enrolment=user)).route, EmergencyCall)


def test_the_first_registration_of_a_full_account_confirms_the_delivery(host: Host) -> None:
    device = host.create()
    user = enrolled(host)
    answer = host.fetch().answer
    assert isinstance(answer, Restricted)
    user, token = answer.enrolment.sip_user(), answer.enrolment.token(host.tenant, device)
    host.dial(user, host.pap())
    assert isinstance(host.fetch(in_url=token).answer, Full)
    old = libprov.registered(host.facts(Source(HOME)), 1, device.epoch ^ 1, now=host.now)
    assert old.writes.device is None
    host.store(libprov.registered(host.facts(Source(HOME)), 1, device.epoch, now=host.now))
    assert host.device is not None and host.device.state(now=host.now) is State.SUCCESSFUL
    assert host.temp is not None and str(host.temp.source) == HOME
    assert isinstance(take(host, Call("0911", account=1, epoch=device.epoch)).route, Through)
    earlier = take(host, Call("0911", account=1, epoch=device.epoch ^ 1)).route
    assert isinstance(earlier, Refused) and earlier.announcement is Announcement.NOT_AUTHENTICATED


def test_methods(host: Host) -> None:
    host.create()
    user = enrolled(host)
    for method in ("REFER", "MESSAGE", "SUBSCRIBE", "NOTIFY", "PUBLISH", "invite"):
        call = Call("112", enrolment=user, method=method)
        assert call.method is SipMethod.OTHER
        assert isinstance(take(host, call).route, Refused), method
    assert isinstance(take(host, Call("112", enrolment=user, replaces=True)).route, Refused)
    assert isinstance(take(host, Call("", enrolment=user, method=SipMethod.BYE, in_dialog=True)).route, InDialog)
    registers = [take(host, Call("", enrolment=user, method="REGISTER", contacts=n)).route for n in (0, 1, 2)]
    assert [type(route) for route in registers] == [RegisterContact, RegisterContact, Refused]


def test_unknown_callers_are_refused_but_for_what_policy_says(host: Host) -> None:
    host.create()
    assert isinstance(take(host, Call("112")).route, Refused)
    host.tenant = host.tenant.with_settings(emergency_for_unknown=True)
    route = take(host, Call("112")).route
    assert isinstance(route, EmergencyCall) and route.mac is None and route.site is None
    assert isinstance(take(host, Call("200")).route, Refused)


def test_a_caller_is_named_once() -> None:
    wrong: list[Callable[[], Call]] = [
        lambda: Call("1", enrolment="a", outside="b"),
        lambda: Call("1", enrolment="a", account=1, epoch=2),
        lambda: Call("1", epoch=2),
        lambda: Call("1", account=1),
    ]
    for make in wrong:
        with pytest.raises(InvalidInputError):
            make()
    with pytest.raises(TypeError):
        Call(112)  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        Call("112", in_dialog=1)  # type: ignore[arg-type]


def test_values_behave_as_values(host: Host) -> None:
    host.create()
    user = enrolled(host)
    call = Call("112", enrolment=user, in_dialog=True)
    assert call == copy.copy(call) and hash(call) == hash(copy.copy(call))
    assert pickle.loads(pickle.dumps(call)) == call
    assert call.__replace__(in_dialog=False) == Call("112", enrolment=user)
    assert eval(repr(call), {"Call": Call}) == call
    assert (call.target, call.enrolment, call.account, call.epoch, call.outside, call.contacts) == ("112", user, None, None, None, 0)
    routed = libprov.route(host.facts(), Call("112", enrolment=user), now=host.now)
    again = libprov.route(host.facts(), Call("112", enrolment=user), now=host.now)
    assert routed == again and hash(routed) == hash(again) and repr(routed) == "<Routed emergency>"
    assert routed.route == again.route and hash(routed.route) == hash(again.route)
    assert Resync not in [type(effect) for effect in routed.effects]
    assert repr(routed.route) == "<EmergencyCall 112>"


def test_settings_of_calls() -> None:
    tenant = a_tenant(outside_line="0", service_code="*77", emergency_for_unknown=True)
    settings = tenant.settings
    assert (settings["outside_line"], settings["service_code"], settings["emergency_for_unknown"]) == ("0", "*77", True)
    assert libprov.Tenant.from_json(tenant.to_json()) == tenant
    assert a_tenant().settings["outside_line"] is None
    assert tenant.with_settings(outside_line=None).settings["outside_line"] is None
    for nonsense in ({"outside_line": ""}, {"outside_line": "0123456789"}, {"service_code": "112"}):
        with pytest.raises(InvalidInputError, match=next(iter(nonsense))):
            tenant.with_settings(**nonsense)  # type: ignore[typeddict-item]
