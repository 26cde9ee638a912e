"""Computes `keyed.json` with CPython's own hmac: an implementation that shares no line with core.

Run `python3 core/tests/vectors/derive.py > core/tests/vectors/keyed.json` after a deliberate change of a derivation.
"""

import base64
import hashlib
import hmac
import json


def keyed(key: bytes, domain: bytes, *parts: bytes) -> bytes:
    """HMAC-SHA-256 over domain and parts, each behind its length in one byte."""
    message = b"".join(bytes([len(part)]) + part for part in (domain, *parts))
    return hmac.new(key, message, hashlib.sha256).digest()


def base32(data: bytes) -> str:
    return base64.b32encode(data).decode().rstrip("=").lower()


def enrolment(key_id: int, key: bytes, tenant: bytes, epoch: int, mac: bytes, v6: bool, source: bytes, minutes: int, nonce: int):
    word = (int(v6) << 63) | (minutes << 36) | nonce
    body = bytes([key_id]) + mac + word.to_bytes(8, "big") + source
    context = (tenant, epoch.to_bytes(8, "big"))
    identity = body + keyed(key, b"prov1 enrol tag", *context, body)[:7]
    return {
        "id": base32(identity),
        "sip_password": base32(keyed(key, b"prov1 enrol sip", *context, identity)[:20]),
        "token": base32(identity) + base32(keyed(key, b"prov1 enrol token", *context, identity)[:16]),
    }


def credential(key_id: int, key: bytes, tenant: bytes, epoch: int, mac: bytes) -> str:
    secret = keyed(key, b"prov1 credential", tenant, mac, epoch.to_bytes(8, "big"))[:16]
    return base32(bytes([key_id]) + secret + keyed(key, b"prov1 cred origin", tenant, mac)[:4])


def derived_pap(key: bytes, tenant: bytes, epoch: int, mac: bytes, counter: int, digits: int) -> str:
    out = keyed(key, b"prov1 pap", tenant, mac, epoch.to_bytes(8, "big"), counter.to_bytes(2, "big"), bytes([digits]))
    return str(int.from_bytes(out[:8], "big") % 10**digits).zfill(digits)


def main() -> None:
    rows = []
    for n in range(24):
        key = hashlib.sha256(b"key %d" % n).digest()
        draw = hashlib.sha512(b"case %d" % n).digest()
        tenant = (n + 1).to_bytes(16, "big") if n % 2 else draw[:16]
        epoch = int.from_bytes(draw[16:24], "big")
        mac = bytes([draw[24] & 0xFE]) + draw[25:30]
        v6 = n % 3 == 0
        source = draw[30:38] if v6 else draw[30:34]
        minutes = int.from_bytes(draw[38:42], "big") % 95_000_000
        nonce = int.from_bytes(draw[42:47], "big") & ((1 << 36) - 1)
        rows.append(
            {
                "key_id": draw[47],
                "key": key.hex(),
                "tenant": tenant.hex(),
                "epoch": str(epoch),
                "mac": mac.hex(),
                "v6": v6,
                "source": source.hex(),
                "minutes": minutes,
                "nonce": str(nonce),
                "enrolment": enrolment(draw[47], key, tenant, epoch, mac, v6, source, minutes, nonce),
                "credential": credential(draw[47], key, tenant, epoch, mac),
                "pap": derived_pap(key, tenant, epoch, mac, n, 4 + n % 5),
                "pap_counter": n,
                "pap_digits": 4 + n % 5,
            }
        )
    document = {"source": "CPython hmac and hashlib, by core/tests/vectors/derive.py", "rows": rows}
    print(json.dumps(document, indent=1))


main()
