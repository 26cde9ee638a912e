"""Portal users: login with a code, enrolment, recovery, locks, what owners and administrators do, and the record."""

import json
import pickle
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

import libprov
from conftest import START, a_tenant, drawn
from libprov import (
    Account,
    AdminAct,
    AdminError,
    EndSessions,
    EnrolmentProof,
    EnteredBy,
    ErrorCode,
    FactorState,
    InvalidInputError,
    KeyUri,
    MfaAudit,
    MfaEvent,
    MfaFacts,
    MfaNotice,
    MfaOutcome,
    MfaPolicy,
    MfaStep,
    MfaVerdict,
    Notify,
    Qr,
    SnapshotError,
    SwitchOff,
    Tenant,
    Totp,
    TotpKey,
    Whitelist,
)

HOME, ELSEWHERE = "192.0.2.10", "203.0.113.66"


@dataclass
class Portal:
    """A portal with one user: the store, the clock, and the user's app."""

    tenant: Tenant = field(default_factory=a_tenant)
    policy: MfaPolicy = field(default_factory=MfaPolicy)
    now: datetime = START
    address: str = HOME
    trusted: Whitelist | None = None
    session: int = 0
    app: TotpKey | None = None
    paper: list[str] = field(default_factory=list)
    effects: tuple[libprov.MfaEffect, ...] = ()
    log: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.account = Account(self.tenant, 7, now=self.now)

    @property
    def facts(self) -> MfaFacts:
        return MfaFacts(self.account, tenant=self.tenant, policy=self.policy, address=self.address, trusted=self.trusted)

    def settle(self, step: MfaStep) -> MfaOutcome:
        """Store the account by compare-and-swap, through a snapshot, as a host does; then perform the effects."""
        if step.account is not None:
            assert step.account.revision == self.account.revision + 1
            self.account = Account.from_bytes(step.account.to_bytes())
            assert self.account == step.account == Account.from_json(step.account.to_json())
        self.effects = step.effects
        for effect in step.effects:
            match effect:
                case MfaAudit(event, _, _):
                    line = libprov.mfa_audit_json(effect, self.account, at=self.now, actor="portal")
                    self.log.append(json.loads(line))
                    assert self.log[-1]["event"] == event and self.log[-1]["cause"] == effect.cause
                case EndSessions(keep):
                    assert keep in (None, self.session)
                case Notify(notice):
                    assert effect.text(lang="de") != effect.text() and notice.value
        if self.account.pending_effects:
            done = libprov.mfa_effects_done(self.account, self.account.revision)
            assert done is not None and done.pending_effects == ()
            self.account = done
        assert libprov.mfa_effects_done(self.account, 1) is None
        outcome = step.outcome
        if outcome.recovery_codes:
            self.paper = [code.reveal() for code in outcome.recovery_codes]
        return outcome

    def login(self) -> MfaOutcome:
        outcome = self.settle(libprov.mfa_password_right(self.facts, now=self.now, entropy=drawn()))
        assert outcome.session is not None
        self.session = outcome.session
        return outcome

    def enter(self, typed: str) -> MfaOutcome:
        return self.settle(libprov.mfa_enter(self.facts, self.session, typed, now=self.now, entropy=drawn()))

    def begin(self, proof: str | None = None) -> MfaOutcome:
        outcome = self.settle(libprov.mfa_begin_enrolment(self.facts, self.session, proof, now=self.now, entropy=drawn()))
        if outcome:
            assert outcome.secret is not None and outcome.totp is not None
            assert outcome.until == self.now + timedelta(minutes=15)
            self.app = TotpKey(outcome.secret, outcome.totp)
            assert Qr(KeyUri("Example", "alice", outcome.secret, outcome.totp)).size > 20
        return outcome

    def confirm(self, code: str) -> MfaOutcome:
        return self.settle(libprov.mfa_confirm(self.facts, self.session, code, now=self.now, entropy=drawn()))

    def admin(self, act: AdminAct | str, actor: int | str | UUID | None = 8, **more: Any) -> MfaOutcome:
        more = {"fresh_factor": True} | more
        return self.settle(libprov.mfa_admin(self.facts, act, actor=actor, now=self.now, entropy=drawn(), **more))

    def code(self) -> str:
        """What the app shows a minute later, so that no code comes twice."""
        self.now += timedelta(minutes=1)
        assert self.app is not None
        return self.app.generate(self.app.totp.step_at(self.now)).reveal()

    def wrong(self) -> str:
        assert self.app is not None
        step = self.app.totp.step_at(self.now)
        right = {self.app.generate(step + offset).reveal() for offset in range(-3, 4)}
        return next(code for code in (f"{number:06}" for number in range(100)) if code not in right)

    def told(self) -> set[MfaNotice]:
        return {effect.notice for effect in self.effects if isinstance(effect, Notify)}

    def ends(self) -> list[int | None]:
        return [effect.keep for effect in self.effects if isinstance(effect, EndSessions)]


@pytest.fixture
def portal() -> Portal:
    """An administrator demanded the factor, and the owner enrolled at the next login."""
    portal = Portal()
    assert portal.login() and portal.account.state is FactorState.OFF
    portal.admin(AdminAct.SWITCH_ON)
    assert portal.account.state is FactorState.DEMANDED and portal.log[-1]["by"] == "8"
    due = portal.login()
    assert (due.verdict, due.proof) == (MfaVerdict.ENROLMENT, EnrolmentProof.NONE) and not due
    assert portal.enter("123456").verdict is MfaVerdict.ENROLMENT_NEEDED
    assert portal.begin() and portal.account.state is FactorState.PENDING
    assert portal.confirm(portal.wrong()).verdict is MfaVerdict.WRONG
    confirmed = portal.confirm(portal.code())
    assert confirmed and portal.account.state is FactorState.ON and portal.told() == {MfaNotice.SWITCHED_ON}
    assert len(confirmed.recovery_codes) == 1 == portal.account.recovery_left(portal.tenant)
    assert portal.account.recovery_unseen == confirmed.recovery_set
    assert (portal.account.last_step, portal.account.drift) == (Totp().step_at(portal.now), 0)
    return portal


def shown(portal: Portal, recovery_set: int | None) -> MfaOutcome:
    assert recovery_set is not None
    return portal.settle(libprov.mfa_recovery_shown(portal.facts, recovery_set, now=portal.now))


def test_m5_m7_login_by_code_and_by_recovery_code(portal: Portal) -> None:
    fresh = portal.account.recovery_unseen
    assert fresh is not None
    assert shown(portal, fresh ^ 1).verdict is MfaVerdict.RECOVERY_REPLACED
    assert shown(portal, fresh) and shown(portal, fresh) and portal.account.recovery_unseen is None
    assert portal.login().verdict is MfaVerdict.CODE
    assert portal.enter("12345").verdict is MfaVerdict.MALFORMED
    assert portal.enter(portal.wrong()).verdict is MfaVerdict.WRONG
    code = portal.code()
    entered = portal.enter(code)
    assert entered and (entered.by, entered.drift, entered.recovery_codes) == (EnteredBy.CODE, 0, ())
    again = portal.enter(code)
    assert again.verdict is MfaVerdict.REPLAYED and again.text(lang="de") == "Der Code ist falsch." and entered.text() is None
    # The seed's form: the shared field takes the recovery code too, and a brand-new one comes.
    used = portal.paper[0]
    assert portal.login().verdict is MfaVerdict.CODE
    entered = portal.enter(used.lower())
    assert entered and (entered.by, entered.left) == (EnteredBy.RECOVERY, 1) and portal.paper[0] != used
    assert portal.ends() == [portal.session] and portal.told() == {MfaNotice.RECOVERY_USED}
    assert portal.enter(used).verdict is MfaVerdict.WRONG


def test_m9_a_trusted_address_skips_the_code_where_policy_says_so(portal: Portal) -> None:
    portal.trusted = Whitelist([f"{HOME}/32"])
    assert portal.login().verdict is MfaVerdict.CODE
    portal.policy = MfaPolicy(trusted_addresses=True)
    assert portal.login() and portal.log[-1]["event"] == MfaEvent.TRUSTED_ADDRESS == "mfa_trusted_address"
    portal.address = ELSEWHERE
    assert portal.login().verdict is MfaVerdict.CODE


def test_m11_an_app_whose_clock_is_off(portal: Portal) -> None:
    portal.login()
    portal.now += timedelta(hours=1)
    assert portal.app is not None
    step = Totp().step_at(portal.now) + 40
    first, second = portal.app.generate(step), portal.app.generate(step + 1)
    assert portal.enter(first.reveal()).verdict is MfaVerdict.WRONG
    found = portal.settle(libprov.mfa_resynchronise(portal.facts, first, second, now=portal.now, entropy=drawn()))
    assert found and (found.by, found.drift, portal.account.drift) == (EnteredBy.CODE, 41, 41)
    assert portal.told() == {MfaNotice.RESYNCHRONISED}
    portal.now -= timedelta(hours=2)
    behind = portal.enter("123456")
    assert behind.verdict is MfaVerdict.CLOCK_ERROR and (behind.behind or 0) > 200


def test_m8_locks_and_their_end(portal: Portal) -> None:
    shown(portal, portal.account.recovery_unseen)
    portal.login()
    assert portal.enter(portal.code())
    portal.address = ELSEWHERE
    portal.login()
    assert portal.enter(portal.wrong()).verdict is MfaVerdict.WRONG and portal.told() == {MfaNotice.FAILURE_AT_NEW_SOURCE}
    while not portal.account.is_locked(ELSEWHERE):
        outcome = portal.enter(portal.wrong())
        if outcome.verdict is MfaVerdict.WAIT:
            assert outcome.until is not None and outcome.until > portal.now
            portal.now = outcome.until
    assert MfaNotice.LOCKED in portal.told()
    locked = portal.login()
    assert (locked.verdict, locked.recovery_allowed) == (MfaVerdict.LOCKED, True)
    assert portal.enter(portal.code()).verdict is MfaVerdict.LOCKED
    # The attacker who is elsewhere does not keep the owner out.
    portal.address = HOME
    assert not portal.account.is_locked(HOME)
    assert portal.login().verdict is MfaVerdict.CODE and portal.enter(portal.code())
    portal.address = ELSEWHERE
    portal.login()
    assert portal.enter(portal.paper[0]).by is EnteredBy.RECOVERY and portal.account.is_locked(ELSEWHERE)

    def refused(code: ErrorCode, field: str, call: Callable[[], Any]) -> None:
        with pytest.raises(AdminError) as caught:
            call()
        assert (caught.value.code, caught.value.field) == (code, field)

    refused(ErrorCode.MFA_OWN_ACCOUNT, "actor", lambda: portal.admin("unlock", actor="7"))
    refused(ErrorCode.MFA_ACTOR_FACTOR, "fresh_factor", lambda: portal.admin("unlock", fresh_factor=False))
    refused(ErrorCode.MFA_RISK_NOT_ACCEPTED, "risk_accepted", lambda: portal.admin("switch_off"))
    assert portal.admin(AdminAct.UNLOCK, actor=None)
    assert not portal.account.is_locked(ELSEWHERE) and portal.told() == {MfaNotice.UNLOCKED}


def test_m6_owners(portal: Portal) -> None:
    portal.policy = MfaPolicy(recovery=10)
    portal.login()
    regenerated = portal.settle(
        libprov.mfa_regenerate_recovery(portal.facts, portal.session, portal.code(), now=portal.now, entropy=drawn())
    )
    assert regenerated and len(set(portal.paper)) == 10 == portal.account.recovery_left(portal.tenant)
    assert portal.ends() == [portal.session]
    assert shown(portal, regenerated.recovery_set)
    # Changing phones: the old app is good until the new one is confirmed.
    assert portal.begin().verdict is MfaVerdict.CODE_NEEDED
    assert portal.begin(portal.code()) and portal.account.state is FactorState.ROTATING
    assert portal.confirm(portal.code()) and portal.ends() == [portal.session]
    # Reset: sessions end, the next login enrols anew.
    code = portal.code()
    assert portal.settle(libprov.mfa_self_reset(portal.facts, code, now=portal.now)) and portal.ends() == [None]
    assert portal.login().verdict is MfaVerdict.ENROLMENT and portal.begin()
    assert len(portal.confirm(portal.code()).recovery_codes) == 10

    def switch_off(code: str | None, risk: bool, passed: bool = True) -> MfaVerdict:
        step = libprov.mfa_self_switch_off(
            portal.facts, portal.session, code, passed_factor=passed, risk_accepted=risk, now=portal.now
        )
        return portal.settle(step).verdict

    assert switch_off(None, False) is MfaVerdict.RISK_NOT_ACCEPTED
    assert switch_off(None, True) is MfaVerdict.CODE_NEEDED
    portal.policy = MfaPolicy(demanded=True)
    assert switch_off(portal.code(), True) is MfaVerdict.TENANT_DEMANDS
    portal.policy = MfaPolicy(switch_off=SwitchOff.RISK_ONLY)
    # Whoever has the password alone is in no session that passed the factor.
    assert switch_off(None, True, passed=False) is MfaVerdict.CODE_NEEDED and portal.account.state is FactorState.ON
    assert switch_off(None, True) is MfaVerdict.GRANTED and portal.account.state is FactorState.OFF
    assert portal.enter("123456").verdict is MfaVerdict.NOT_ON
    assert portal.confirm("123456").verdict is MfaVerdict.NO_ENROLMENT


def test_m6_administrators(portal: Portal) -> None:
    portal.policy = MfaPolicy(grants=True)
    grant = portal.admin(AdminAct.RESET).grant
    assert grant is not None and portal.account.state is FactorState.DEMANDED and portal.ends() == [None]
    assert portal.account.depends_on(1) and not portal.account.depends_on(2)
    assert portal.login().proof is EnrolmentProof.GRANT
    assert portal.begin().verdict is MfaVerdict.GRANT_NEEDED
    assert portal.begin(grant.reveal()) and portal.confirm(portal.code())
    actor = UUID("67e55044-10b1-426f-9247-bb680e5fe0c8")
    assert portal.admin("switch_off", actor=actor, risk_accepted=True).grant is None
    assert portal.account.state is FactorState.OFF and portal.log[-1]["by"] == str(actor)
    # A demand that is not met in time locks.
    portal.policy = MfaPolicy()
    portal.admin("switch_on")
    due = libprov.mfa_next_timeout(portal.account, portal.policy)
    assert due == portal.now + timedelta(days=14)
    portal.now = due
    portal.settle(libprov.mfa_handle_timeout(portal.account, portal.policy, now=portal.now))
    assert portal.log[-1]["event"] == MfaEvent.DEMAND_OVERDUE and portal.account.is_locked(None)
    assert portal.login().recovery_allowed is False
    assert libprov.mfa_next_timeout(portal.account, portal.policy) is None


def test_a10_effects_are_remembered_until_they_were_performed(portal: Portal) -> None:
    step = libprov.mfa_admin(portal.facts, "reset", actor=8, fresh_factor=True, now=portal.now, entropy=drawn())
    assert step.account is not None
    crashed = Account.from_bytes(step.account.to_bytes())
    assert crashed.pending_effects == step.effects and len(step.effects) == 3
    assert libprov.mfa_effects_done(crashed, crashed.revision - 1) is None
    done = libprov.mfa_effects_done(crashed, crashed.revision)
    assert done is not None and (done.revision, done.pending_effects) == (crashed.revision + 1, ())


def test_m12_state_that_cannot_be_read_denies(portal: Portal) -> None:
    data = portal.account.to_bytes()
    for cut in range(len(data)):
        with pytest.raises(SnapshotError):
            Account.from_bytes(data[:cut])
    with pytest.raises(SnapshotError) as caught:
        libprov.Device.from_bytes(data)
    assert caught.value.code is ErrorCode.SNAPSHOT_TYPE
    copy = pickle.loads(pickle.dumps(portal.account))
    assert copy == portal.account and hash(copy) == hash(portal.account)


def test_settings_in_and_out() -> None:
    policy = MfaPolicy()
    assert policy == MfaPolicy(**policy.settings) and policy.settings["recovery"] == 1
    assert policy.settings["demand_ms"] == 14 * 86_400_000
    more = MfaPolicy(
        totp=Totp(digits=8), window=2, resync_steps=10, enrolment_ms=timedelta(minutes=5), enrolment_tries=3, demanded=True,
        demand_ms=None, grants=True, grant_ms=timedelta(hours=2), switch_off="risk_only", recovery=20, trusted_addresses=True,
    )  # fmt: skip
    assert more == MfaPolicy(**more.settings) != policy
    assert more.settings["switch_off"] is SwitchOff.RISK_ONLY and more.settings["enrolment_ms"] == 300_000
    assert more.settings["totp"] == Totp(digits=8)


@pytest.mark.parametrize(
    ("settings", "error", "name"),
    [
        ({"window": 3}, InvalidInputError, "window"),
        ({"window": 11}, InvalidInputError, "window"),
        ({"window": -1}, InvalidInputError, "window"),
        ({"recovery": 0}, InvalidInputError, "recovery"),
        ({"recovery": 21}, InvalidInputError, "recovery"),
        ({"enrolment_tries": 0}, InvalidInputError, "enrolment_tries"),
        ({"demand_ms": 1}, InvalidInputError, "demand_ms"),
        ({"grant_ms": timedelta(days=-1)}, InvalidInputError, "grant_ms"),
        ({"resync_steps": 1_001}, InvalidInputError, "resync_steps"),
        ({"switch_off": "never"}, InvalidInputError, "switch_off"),
        ({"demanded": 1}, TypeError, None),
        ({"totp": 6}, TypeError, None),
        ({"recovry": 1}, TypeError, None),
    ],
)
def test_nonsense_is_refused_by_name(settings: dict[str, Any], error: type[Exception], name: str | None) -> None:
    with pytest.raises(error) as caught:
        MfaPolicy(**settings)
    assert name is None or (isinstance(caught.value, InvalidInputError) and caught.value.field == name)


def test_wrong_arguments(portal: Portal) -> None:
    def refused(code: ErrorCode, field: str, call: Callable[[], Any]) -> None:
        with pytest.raises(InvalidInputError) as caught:
            call()
        assert (caught.value.code, caught.value.field) == (code, field)

    other = Tenant.cloud(43, key=libprov.TenantKey(1, bytes(range(32))), emergency=["112"])
    refused(
        ErrorCode.ARGUMENT,
        "tenant",
        lambda: MfaFacts(portal.account, tenant=other, policy=portal.policy, address=None),
    )
    refused(ErrorCode.ID_USER, "user", lambda: Account(portal.tenant, "ann", now=START))
    refused(ErrorCode.ID_USER, "user", lambda: Account(portal.tenant, -1, now=START))
    refused(ErrorCode.ID_USER, "actor", lambda: portal.admin("reset", actor="ann"))
    refused(ErrorCode.ARGUMENT, "act", lambda: portal.admin("explode"))
    refused(ErrorCode.TIME_OUT_OF_RANGE, "now", lambda: libprov.mfa_self_reset(portal.facts, "1", now=1))
    refused(
        ErrorCode.ENTROPY_UNSET,
        "entropy",
        lambda: libprov.mfa_password_right(portal.facts, now=portal.now, entropy=bytes(32)),
    )
    with pytest.raises(TypeError):
        libprov.mfa_enter(portal.facts, portal.session, 123456, now=portal.now, entropy=drawn())  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        Account(portal.tenant, 7.0, now=START)  # type: ignore[arg-type]
    assert Account(portal.tenant, UUID(int=7), now=datetime(2030, 1, 1, tzinfo=UTC)).user == "7"


def test_p5_nothing_shows_a_secret(portal: Portal) -> None:
    facts, now = portal.facts, portal.now
    began = libprov.mfa_begin_enrolment(facts, secrets.randbits(64), portal.code(), now=portal.now, entropy=drawn())
    portal.policy = MfaPolicy(grants=True)
    reset = libprov.mfa_admin(portal.facts, "reset", actor=8, fresh_factor=True, now=now, entropy=drawn())
    code = portal.code()
    fresh = libprov.mfa_regenerate_recovery(portal.facts, portal.session, code, now=portal.now, entropy=drawn())
    assert began.outcome.secret is not None and reset.outcome.grant is not None and fresh.outcome
    hidden = [
        began.outcome.secret.base32().reveal(), reset.outcome.grant.reveal(), fresh.outcome.recovery_codes[0].reveal(), code,
        *portal.paper,
    ]  # fmt: skip
    values: list[Any] = [portal.account, portal.facts, portal.policy]
    for step in (began, reset, fresh):
        values += [step, step.outcome, step.account, step.effects, *step.effects, step.outcome.secret, step.outcome.grant]
        values += [step.outcome.recovery_codes]
    for value in values:
        for text in (repr(value), str(value), f"{value!a}"):
            assert not any(secret in text for secret in hidden), type(value)
        if isinstance(value, (MfaStep, MfaOutcome, MfaFacts)):
            with pytest.raises(TypeError, match="cannot pickle"):
                pickle.dumps(value)
    # Recovery codes and grants are in no snapshot.
    for step in (reset, fresh):
        assert step.account is not None
        data = step.account.to_json()
        assert not any(secret.replace("-", "") in data.replace("-", "") for secret in hidden[1:])
