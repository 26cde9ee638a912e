"""Records are values: threads share them."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import libprov
from conftest import HOME, MAC, Host
from libprov import Request, Restricted, Tenant, Whitelist


def test_two_threads_share_records(host: Host) -> None:
    device = host.create()
    host.tenant = host.tenant.with_whitelisted("192.0.2.0/24", "Office")
    facts, request = host.facts(), Request(MAC, HOME)
    entropy = bytes(range(32))
    start = Barrier(2)

    def work(_: int) -> list[object]:
        start.wait()
        seen: list[object] = []
        for number in range(2_000):
            decision = libprov.decide(facts, request, now=host.now, entropy=entropy)
            answer = decision.answer
            assert isinstance(answer, Restricted)
            seen.append((decision, answer.enrolment.sip_user(), host.tenant.lookup("192.0.2.7")))
            if number % 200 == 0:
                seen += [device.to_bytes(), Tenant.from_json(host.tenant.to_json())]
        return seen

    with ThreadPoolExecutor(2) as pool:
        one, two = pool.map(work, range(2))
    assert one == two


def test_two_threads_judge_the_same_revision_and_one_write_wins(host: Host) -> None:
    host.create()
    answer = host.fetch().answer
    assert isinstance(answer, Restricted)
    facts, wrong = host.facts(), host.wrong()

    def judge(number: int) -> libprov.Judged:
        attempt = libprov.Attempt(id=number, sip_user=answer.enrolment.sip_user(), digits=wrong)
        return libprov.enter_pap(facts, attempt, now=host.now)

    with ThreadPoolExecutor(2) as pool:
        revisions = {judged.writes.device.revision for judged in pool.map(judge, range(8)) if judged.writes.device}
    assert facts.device is not None and revisions == {facts.device.revision + 1}, "A11: compare-and-swap lets one through"


def test_a_big_list_is_built_beside_other_threads() -> None:
    prefixes = [f"10.{a}.{b}.0/24" for a in range(100) for b in range(100)]
    with ThreadPoolExecutor(2) as pool:
        one, two = pool.map(Whitelist, [prefixes, prefixes])
    assert one == two and len(one) == 10_000 and one.lookup("10.99.99.1") is not None
