"""B4: what judging a code costs from Python, beside pyotp: one step on either side, the code is that of the last step.

    python benches/python/totp.py

Run it in an environment with libprov (a release build) and pyotp; `cargo xtask bench totp` makes one. Only ratios within
one run mean something.
"""

from __future__ import annotations

import base64
import time
from collections.abc import Callable
from statistics import median

import pyotp  # type: ignore[import-not-found]

import libprov

SEED = b"12345678901234567890"
CASES, ROUNDS = 64, 41


def main() -> None:
    secret = libprov.OtpSecret(SEED)
    key = libprov.TotpKey(secret)
    peer = pyotp.TOTP(base64.b32encode(SEED).decode())
    steps = [66_666_666 + 7_919 * n for n in range(CASES)]
    tries = [(key.generate(step + 1).reveal(), step * 30 + n % 30) for n, step in enumerate(steps)]
    wrong = [("000000", now) for _, now in tries]

    def warm(tries: list[tuple[str, int]]) -> int:
        return sum(bool(key.verify(code, now=now * 1000, last_step=1)) for code, now in tries)

    def cold(tries: list[tuple[str, int]]) -> int:
        return sum(bool(libprov.TotpKey(secret).verify(code, now=now * 1000, last_step=1)) for code, now in tries)

    def theirs(tries: list[tuple[str, int]]) -> int:
        return sum(peer.verify(code, for_time=now, valid_window=1) for code, now in tries)

    # Each with as many cases in a round that it takes about a millisecond.
    runners: dict[str, tuple[Callable[[list[tuple[str, int]]], int], list[tuple[str, int]]]] = {
        "libprov, key kept": (warm, tries * 32),
        "libprov, key kept, wrong code": (warm, wrong * 32),
        "libprov, key made anew": (cold, tries * 32),
        "pyotp, code of the last step": (theirs, tries),
        "pyotp, wrong code": (theirs, wrong),
    }
    taken: dict[str, list[float]] = {name: [] for name in runners}
    for _ in range(ROUNDS):
        for name, (work, asked) in runners.items():
            start = time.thread_time_ns()
            done = work(asked)
            taken[name].append((time.thread_time_ns() - start) / len(asked))
            right = 0 if "wrong" in name else len(asked)
            assert done == right, f"{name}: {done} of {right} are right"
    laps = {name: median(times) for name, times in taken.items()}
    print(f"\nB4: judge a code from Python, nanoseconds of CPU time, median of {ROUNDS} rounds; pyotp {pyotp_version()}")
    print(f"| {'call':<29} | {'ns':>6} |\n| --- | --- |")
    for name, ns in laps.items():
        print(f"| {name:<29} | {ns:>6.0f} |")
    for name in ("key kept", "key made anew"):
        ratio = laps[f"libprov, {name}"] / laps["pyotp, code of the last step"]
        print(f"{name}: {ratio:.3f} of pyotp (<= 0.030) {'ok' if ratio <= 0.03 else 'MISSED'}")


def pyotp_version() -> str:
    from importlib.metadata import version

    return version("pyotp")


if __name__ == "__main__":
    main()
