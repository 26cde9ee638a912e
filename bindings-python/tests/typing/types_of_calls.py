"""What type checkers make of the stubs; never run. `assert_type` is `reveal_type` that fails when it reveals another."""

from datetime import UTC, datetime, timedelta
from typing import assert_never, assert_type

import libprov
from libprov import (
    Answer,
    Challenge,
    Deny,
    Device,
    Effect,
    Facts,
    Full,
    Judged,
    Restricted,
    Secret,
    State,
    Static,
    Step,
    Tenant,
    TenantKey,
    Verdict,
    WhitelistEntry,
    Withheld,
    Writes,
)

now = datetime.now(UTC)
fresh = bytes(32)

tenant = Tenant.cloud(1, key=TenantKey(1, fresh), emergency=["112"], lockout_ms=timedelta(hours=1), lang="de")
assert_type(tenant, Tenant)
assert_type(tenant.lookup("192.0.2.1"), WhitelistEntry | None)
assert_type(libprov.create_device(Facts(tenant), "x", libprov.Model("v", "m"), now=now, entropy=fresh), Step)
assert_type(tenant.whitelist[0].label, str)


def answer(decision: libprov.Decision) -> str:
    given = decision.answer
    assert_type(given, Answer)
    assert_type(decision.writes, Writes)
    assert_type(decision.effects, tuple[Effect, ...])
    match given:
        case Full(lease, secrets, withheld):
            assert_type(lease, int | None)
            assert_type(secrets, libprov.Secrets)
            assert_type(withheld, Withheld | None)
            return "full"
        case Restricted(notice, enrolment):
            assert_type(notice, libprov.Notice)
            assert_type(enrolment, libprov.Enrolment)
            return "restricted"
        case Static() | Challenge():
            return "nothing"
        case Deny(status):
            assert_type(status, int)
            return "deny"
    assert_never(given)


def records(device: Device, judged: Judged) -> None:
    assert_type(device.state(now=0), State)
    assert_type(device.next_timeout, datetime | None)
    assert_type(device.pap(tenant), libprov.Pap | None)
    assert_type(judged.verdict, Verdict)
    assert_type(judged.writes.device, Device | None)
    assert_type(libprov.credential(tenant, device), Secret)
    assert_type(Device.from_bytes(device.to_bytes()), Device)


# Wrong uses, each an error: `warn_unused_ignores` of --strict fails where one stops being one.
Tenant.cloud(1, key=TenantKey(1, fresh), emergency=["112"], atempts=3)  # type: ignore[call-arg]
Tenant.cloud(1, key=b"", emergency=["112"])  # type: ignore[arg-type]
libprov.decide(Facts(tenant), libprov.Request(None, None), now=now)  # type: ignore[call-arg]
libprov.handle_timeout(Facts(tenant), now="2030")  # type: ignore[arg-type]


def dialogue(call: libprov.Dialogue) -> str:
    assert_type(call.next_timeout, datetime | None)
    assert_type(call.opening, libprov.Play)
    assert_type(call.waiting, int | None)
    for action in call.digit("#", now=now):
        match action:
            case libprov.Play():
                return action.text("de", now=now)
            case libprov.Enter(id, digits):
                assert_type(id, int)
                assert_type(digits, Secret)
            case libprov.Transfer(number):
                return number
            case libprov.HangUp():
                return ""
            case _:
                assert_never(action)
    return ""


assert_type(libprov.parse_info("application/dtmf", b"1"), str | None)
assert_type(libprov.DigitCollector().event(b"", 1), str | None)
assert_type(libprov.Aggregator(tenant).flush(), list[str])


def one_time_passwords(typed: str) -> int | None:
    secret = libprov.OtpSecret.generate(entropy=fresh)
    assert_type(secret.grouped(), Secret)
    key = libprov.TotpKey(secret, libprov.Totp(digits=8))
    assert_type(key.totp.algorithm, libprov.Algorithm)
    match key.verify(typed, now=now, last_step=None):
        case libprov.OtpOutcome(libprov.OtpVerdict.ACCEPTED, step):
            return step
        case outcome:
            assert_type(outcome.behind, int | None)
    for entry in libprov.Migration.parse(typed).entries:
        match entry:
            case libprov.MigrationEntry(name, uri, error):
                assert_type(name, str)
                assert_type(uri, libprov.KeyUri | None)
                assert_type(error, libprov.InvalidInputError | None)
    assert_type(libprov.Qr(libprov.KeyUri("I", "a", secret)).svg(), Secret)
    return None


libprov.TotpKey(libprov.OtpSecret(fresh)).verify("1", now=now)  # type: ignore[call-arg]


def portal(account: libprov.Account, typed: str) -> bool:
    facts = libprov.MfaFacts(account, tenant=tenant, policy=libprov.MfaPolicy(recovery=10), address=None)
    due = libprov.mfa_password_right(facts, now=now, entropy=fresh)
    assert_type(due.account, libprov.Account | None)
    session = due.outcome.session
    assert_type(session, int | None)
    if session is None:
        return False
    step = libprov.mfa_enter(facts, session, typed, now=now, entropy=fresh)
    for effect in step.effects:
        match effect:
            case libprov.MfaAudit(event):
                assert_type(event, libprov.MfaEvent)
            case libprov.EndSessions(keep):
                assert_type(keep, int | None)
            case libprov.Notify(notice):
                assert_type(notice, libprov.MfaNotice)
            case _:
                assert_never(effect)
    assert_type(step.outcome.recovery_codes, tuple[Secret, ...])
    return step.outcome.verdict is libprov.MfaVerdict.GRANTED


libprov.MfaPolicy(recovry=10)  # type: ignore[call-arg]


def files(profile: libprov.Profile, model: libprov.Model) -> bytes:
    assert_type(model.accounts, int | None)
    assert_type(model.dialect, libprov.Dialect | None)
    assert_type(libprov.vendors(), tuple[str, ...])
    assert_type(libprov.profile_set(b"{}", "tones", "de"), str)
    assert_type(libprov.Profile.from_layers(tenant={"tones": "de"}, device=["{}", {"tones": None}]), libprov.Profile)
    made = libprov.render_full(
        profile, model, "x", url="https://a.example/", login=("user", Secret("x")), emergency=["112"], secrets=libprov.Secrets(sip=[1])
    )
    match made:
        case libprov.RenderedFile(file, warnings, file_name):
            assert_type(file, bytes)
            assert_type(file_name, str)
            for warning in warnings:
                assert_type(warning.reason, libprov.WarningReason)
                assert_type(warning.most, int | None)
    for difference in libprov.diff(model, made.file, bytearray()):
        assert_type(difference.change, libprov.Change)
    for parameter in libprov.parameters(model):
        assert_type(parameter.secret, libprov.SecretKind | None)
    assert_type(libprov.read(model, made.file)[0].value, str)
    assert_type(libprov.SipServer("a", transport="tls").transport, libprov.SipTransport)
    return made.file


def blame(error: libprov.ProfileError | libprov.RenderError) -> str | None:
    if isinstance(error, libprov.ProfileError):
        assert_type(error.layer, libprov.Layer | None)
        return error.layer
    assert_type(error.character, str | None)
    return error.character


libprov.render_full("{}", libprov.Model("v", "m"), "x", url="a", emergency=["112"], secrets=libprov.Secrets.all())  # type: ignore[arg-type]
libprov.render_full(libprov.Profile.from_json("{}"), libprov.Model("v", "m"), "x", url="a", emergency=["112"])  # type: ignore[call-arg]
libprov.Profile.from_json(["{}"])  # type: ignore[arg-type]
