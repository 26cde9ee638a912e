"""What a call from Python costs: a whitelist lookup beside pytricia and ipaddress, and the calls beside an empty one.

    python benches/python/call_overhead.py [most entries]

Run it in an environment with libprov (a release build) and, if wanted, pytricia. Only ratios within one run mean
something. Targets: lookup faster than pytricia at every size; a call that gives a verdict at most 60 ns over an empty
call of the same extension, with `now` as an int.
"""

from __future__ import annotations

import ipaddress
import random
import sys
import time
from collections.abc import Callable
from statistics import median
from typing import Any

import libprov

try:
    import pytricia  # type: ignore[import-not-found]
except ImportError:
    pytricia = None

MS = 1_900_000_000_000


def race(runners: dict[str, Callable[[], Any]], ops: int, rounds: int = 15) -> dict[str, float]:
    """Nanoseconds of CPU time for one operation, the median of rounds in turn."""
    taken: dict[str, list[float]] = {name: [] for name in runners}
    for _ in range(rounds):
        for name, work in runners.items():
            start = time.thread_time_ns()
            work()
            taken[name].append((time.thread_time_ns() - start) / ops)
    return {name: median(times) for name, times in taken.items()}


def loop(call: Callable[..., Any], arguments: list[Any]) -> Callable[[], None]:
    def work() -> None:
        for argument in arguments:
            call(argument)

    return work


def lookups(most: int) -> None:
    print("| entries | libprov ns | pytricia ns | ipaddress ns | libprov / pytricia |\n| --- | --- | --- | --- | --- |")
    rng = random.Random(7)
    for size in (10, 1_000, 100_000, 1_000_000):
        if size > most:
            break
        numbers = rng.sample(range(1 << 24), size)
        prefixes = [f"{ipaddress.IPv4Address(number << 8)}/24" for number in numbers]
        hits = [str(ipaddress.IPv4Address((rng.choice(numbers) << 8) + rng.randrange(256))) for _ in range(5_000)]
        misses = [str(ipaddress.IPv4Address(rng.randrange(1 << 32))) for _ in range(5_000)]
        asked = hits + misses
        rng.shuffle(asked)
        whitelist = libprov.Whitelist(prefixes, wide_prefixes=True)
        runners: dict[str, Callable[[], Any]] = {"libprov": loop(whitelist.lookup, asked)}
        if pytricia is not None:
            tree = pytricia.PyTricia(32)
            for prefix in prefixes:
                tree.insert(prefix, prefix)
            runners["pytricia"] = loop(tree.get, asked)
        laps = race(runners, len(asked))
        linear = float("nan")
        if size <= 1_000:
            networks = [ipaddress.ip_network(prefix) for prefix in prefixes]
            few = asked[:20]

            def scan(text: str) -> object:
                address = ipaddress.ip_address(text)
                return next((network for network in networks if address in network), None)

            linear = race({"": loop(scan, few)}, len(few), 5)[""]
        peer = laps.get("pytricia", float("nan"))
        print(f"| {size} | {laps['libprov']:.0f} | {peer:.0f} | {linear:.0f} | {laps['libprov'] / peer:.2f} |")


def calls() -> None:
    tenant = libprov.Tenant.cloud(1, key=libprov.TenantKey(1, bytes(range(32))), emergency=["112"])
    for number in range(10):
        tenant = tenant.with_whitelisted(f"198.51.100.{number}")
    facts, drawn = libprov.Facts(tenant), bytes(range(32))
    mac = "80:5e:c0:01:02:03"
    device = libprov.create_device(facts, mac, libprov.Model("yealink", "T46S"), now=MS, entropy=drawn).writes.device
    facts = libprov.Facts(tenant, device=device)
    white = libprov.Request(mac, "198.51.100.5", file="side")
    request = libprov.Request(mac, "203.0.113.1")
    empty = libprov._libprov._nothing
    many = [None] * 20_000
    address = "198.51.100.5"
    runners: dict[str, Callable[[], Any]] = {
        "empty function": loop(lambda _: empty(), many),
        "lookup(str) that hits": loop(lambda _: tenant.lookup(address), many),
        "lookup(str) that misses": loop(lambda _: tenant.lookup("203.0.113.1"), many),
        "handle_timeout, nothing due": loop(lambda _: libprov.handle_timeout(facts, now=MS), many),
        "decide, full by whitelist, no HMAC": loop(lambda _: libprov.decide(facts, white, now=MS, entropy=drawn), many),
        "decide, restricted": loop(lambda _: libprov.decide(facts, request, now=MS, entropy=drawn), many),
        "Request(mac, str)": loop(lambda _: libprov.Request(mac, address), many),
        "Facts(tenant, device=…)": loop(lambda _: libprov.Facts(tenant, device=device), many),
    }
    laps = race(runners, len(many))
    print("\n| call | ns | over the empty one |\n| --- | --- | --- |")
    for name, ns in laps.items():
        print(f"| {name} | {ns:.0f} | {ns - laps['empty function']:.0f} |")


if __name__ == "__main__":
    lookups(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
    calls()
