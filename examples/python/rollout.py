"""The roll-out of one telephone, from its creation to the delivered configuration.

Run it where `libprov` is installed: `python examples/python/rollout.py`. The same story as examples/c/ tells in C.
"""

import secrets
from datetime import UTC, datetime

import libprov
from libprov import (
    Attempt,
    Device,
    Facts,
    Full,
    Model,
    Request,
    Restricted,
    Source,
    SourceGuard,
    Tenant,
    TenantGuard,
    TenantKey,
    Writes,
)

# The host keeps the tenant and its key. Emergency numbers are asked for, because a tenant without any is a mistake.
tenant = Tenant.cloud(42, key=TenantKey(1, secrets.token_bytes(32)), emergency=["112", "110"], lang="en")
address = "198.51.100.7"
home = Source(address)


guards: dict[str, SourceGuard] = {}
budget: TenantGuard | None = None


def facts(device: Device | None, source: Source) -> Facts:
    """The records of a call: the device, and what is remembered of the source, of the IPv6 /48 around it, and of the tenant."""
    return Facts(tenant, device=device, source=guards.get(str(source)), wider=guards.get(source.wider or ""), budget=budget)


def store(writes: Writes, device: Device | None) -> Device:
    """Guards first, then the device; in a database each by compare-and-swap on its revision."""
    global budget
    for guard in (writes.source, writes.wider):
        if guard is not None:
            guards[guard.key] = guard
    budget = writes.budget or budget
    stored = writes.device or device
    assert stored is not None
    return stored


def now() -> datetime:
    return datetime.now(UTC)


def fresh() -> bytes:
    return secrets.token_bytes(32)


# 1. An administrator creates the device and gives its PAP to the person who will set it up.
step = libprov.create_device(Facts(tenant), "80:5e:c0:01:02:03", Model("yealink", "T46S"), site="Berlin", now=now(), entropy=fresh())
device = store(step.writes, None)  # under (tenant, MAC), if its revision is still new
pap = device.pap(tenant)
assert pap is not None
print(f"created     {device.mac} is {device.state(now=now())}; its PAP has {len(pap.reveal())} digits")

# 2. The telephone asks for its configuration and presents nothing: it gets the restricted one.
decision = libprov.decide(facts(device, home), Request(device.mac, address), now=now(), entropy=fresh())
device = store(decision.writes, device)
answer = decision.answer
assert isinstance(answer, Restricted)
enrolment = answer.enrolment
token = enrolment.token(tenant, device)  # goes into the provisioning URL
print(f"fetch       {decision.status} restricted by {decision.rule}: {answer.text('en')!r}")
print(f"            {decision.explain().remedy}")

# 3. Somebody dials *89 at it and types a wrong PAP. The count is stored before the verdict is spoken. The guards are those
#    of the source inside the enrolment.
wrong = "000000" if pap.reveal() != "000000" else "000001"
attempt = Attempt(id=1, sip_user=enrolment.sip_user(), digits=wrong)
inside = attempt.enrolment.source or Source(None)
judged = libprov.enter_pap(facts(device, inside), attempt, now=now())
device = store(judged.writes, device)
print(f"wrong PAP   {judged.verdict}, {judged.left} tries left")

# 4. The right one. Effects say what to do: log, say so, hang up, ask the telephone to fetch again.
attempt = Attempt(id=2, sip_user=enrolment.sip_user(), digits=pap.reveal())
judged = libprov.enter_pap(facts(device, inside), attempt, now=now())
device = store(judged.writes, device)
print(f"right PAP   {judged.verdict}: {', '.join(type(effect).__name__ for effect in judged.effects)}")

# 5. It fetches again, with the token of its URL, and gets everything.
decision = libprov.decide(facts(device, home), Request(device.mac, address, in_url=token), now=now(), entropy=fresh())
device = store(decision.writes, device)
answer = decision.answer
assert isinstance(answer, Full) and answer.lease is not None
print(f"fetch       {decision.status} full by {decision.rule}, with {answer.secrets!r}")

# 6. The file was sent completely: the device is provisioned, and its address is on the temporary whitelist.
step = libprov.delivered(facts(device, home), answer.lease, now=now())
device = store(step.writes, device)
assert step.writes.temp is not None
print(f"delivered   {device.mac} is {device.state(now=now())}; {step.writes.temp.source} is allowed for 8 h")

# 7. The host performed the effects and says so; the record goes to the store as bytes and comes back the same.
device = libprov.effects_done(device, device.revision) or device
stored = device.to_bytes()
assert libprov.Device.from_bytes(stored) == device
print(f"stored      {len(stored)} bytes, revision {device.revision}")
