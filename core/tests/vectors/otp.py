"""Computes `otp.json` with CPython's own hmac, and answers the differential test: see core/tests/otp.rs.

`python3 core/tests/vectors/otp.py > core/tests/vectors/otp.json` writes the vectors. With `--answer` it reads lines of
key (hex), algorithm, digits and counter, and writes one code for each.
"""

import hmac
import json
import sys


def code(key: bytes, algorithm: str, digits: int, counter: int) -> str:
    """HOTP as RFC 4226 section 5.3 words it, with the hash function of RFC 6238."""
    digest = hmac.digest(key, counter.to_bytes(8, "big"), algorithm.lower())
    offset = digest[-1] & 15
    value = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFFFFFF
    return str(value % 10**digits).zfill(digits)


def answer() -> None:
    out = []
    for line in sys.stdin:
        key, algorithm, digits, counter = line.split()
        out.append(code(bytes.fromhex(key), algorithm, int(digits), int(counter)))
    print("\n".join(out))


def vectors() -> None:
    seed = b"12345678901234567890"
    rows = []

    def add(why: str, key: bytes, algorithm: str, digits: int, counter: int) -> None:
        row = {"why": why, "key": key.hex(), "algorithm": algorithm, "digits": digits, "counter": counter}
        rows.append(row | {"code": code(key, algorithm, digits, counter)})

    for algorithm in ("SHA1", "SHA256", "SHA512"):
        for counter in (2**32 - 1, 2**32, 2**32 + 1, 2**40 + 7, 2**53 + 1, 2**63 - 1, 2**63, 2**64 - 1):
            add("counter", seed, algorithm, 6, counter)
        for length in (1, 10, 16, 63, 64, 65, 127, 128, 129, 200, 256):
            add("key length", bytes(range(length)), algorithm, 8, 37037036)
        for digits in (4, 5, 6, 7, 8):
            for counter in range(4):
                add("digits", seed, algorithm, digits, counter)
    same = []
    for first, second in ((910737, 910738), (153567, 153569)):
        found = code(seed, "SHA1", 6, first)
        assert found == code(seed, "SHA1", 6, second)
        same.append({"first": first, "second": second, "code": found})
    document = {
        "source": "computed with CPython's hmac by otp.py beside this file",
        "vectors": rows,
        "same_code_in_two_steps": {"key": seed.hex(), "algorithm": "SHA1", "digits": 6, "pairs": same},
    }
    json.dump(document, sys.stdout, indent=1)
    print()


if __name__ == "__main__":
    answer() if sys.argv[1:] == ["--answer"] else vectors()
