"""Builders, and a clock one can move."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, settings

import libprov
from libprov import (
    Adoption,
    Attempt,
    Decision,
    Device,
    Facts,
    Judged,
    Model,
    Request,
    Source,
    SourceGuard,
    Step,
    TempEntry,
    Tenant,
    TenantGuard,
    TenantKey,
)

# The machine may be busy, and nothing is left beside the sources.
settings.register_profile("libprov", deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("libprov")

MAC = "80:5e:c0:01:02:03"
HOME = "198.51.100.7"
START = datetime(2030, 3, 17, 12, 0, tzinfo=UTC)


def drawn() -> bytes:
    return secrets.token_bytes(32)


def a_tenant(**settings: object) -> Tenant:
    return Tenant.cloud(42, key=TenantKey(1, bytes(range(32))), emergency=["112"], **settings)  # type: ignore[arg-type]


@dataclass
class Host:
    """What a PBX does around libprov: it stores, then speaks."""

    tenant: Tenant = field(default_factory=a_tenant)
    now: datetime = START
    device: Device | None = None
    temp: TempEntry | None = None
    budget: TenantGuard | None = None
    guards: dict[str, SourceGuard] = field(default_factory=dict)
    adoption: Adoption | None = None
    attempts: int = 0

    def facts(self, source: Source | None = None) -> Facts:
        return Facts(
            self.tenant,
            device=self.device,
            temp=self.temp,
            source=self.guards.get(str(source)),
            wider=self.guards.get(source.wider or "") if source else None,
            budget=self.budget,
            adoption=self.adoption,
        )

    def store(self, done: Decision | Judged | Step) -> None:
        writes = done.writes
        if writes.device is not None:
            assert self.device is None or writes.device.revision == self.device.revision + 1
            self.device = writes.device
        self.temp = writes.temp or self.temp
        self.budget = writes.budget or self.budget
        self.adoption = writes.adoption or self.adoption
        for guard in (writes.source, writes.wider):
            if guard is not None:
                old = self.guards.get(guard.key)
                assert guard.revision == (old.revision if old else 0) + 1
                self.guards[guard.key] = guard

    def create(self, **more: object) -> Device:
        step = libprov.create_device(
            self.facts(), MAC, Model("yealink", "T46S"), now=self.now, entropy=drawn(), **more  # type: ignore[arg-type]
        )
        self.store(step)
        assert self.device is not None
        return self.device

    def fetch(self, address: str | None = HOME, **presented: object) -> Decision:
        request = Request(MAC, address, **presented)  # type: ignore[arg-type]
        decision = libprov.decide(self.facts(Source(address)), request, now=self.now, entropy=drawn())
        self.store(decision)
        return decision

    def dial(self, sip_user: str, digits: str) -> Judged:
        self.attempts += 1
        attempt = Attempt(id=self.attempts, sip_user=sip_user, digits=digits)
        judged = libprov.enter_pap(self.facts(attempt.enrolment.source), attempt, now=self.now)
        self.store(judged)
        return judged

    def delivered(self, lease: int) -> Step:
        source = self.device.lease.source if self.device and self.device.lease else None
        step = libprov.delivered(self.facts(source), lease, now=self.now)
        self.store(step)
        return step

    def pap(self) -> str:
        assert self.device is not None
        pap = self.device.pap(self.tenant)
        assert pap is not None
        return pap.reveal()

    def wrong(self) -> str:
        return f"{(int(self.pap()) + 1) % 1_000_000:06}"

    def later(self, **more: float) -> None:
        self.now += timedelta(**more)


@pytest.fixture
def host() -> Host:
    return Host()
