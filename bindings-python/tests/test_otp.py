"""One-time passwords: published vectors, an independent computation, judging, URIs, exports, QR codes."""

import base64
import hmac
import json
import pickle
import traceback
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import drawn
from libprov import (
    Algorithm,
    Background,
    CompatWarning,
    ErrorCode,
    Hotp,
    InvalidInputError,
    KeyUri,
    Migration,
    MigrationEntry,
    OtpOutcome,
    OtpSecret,
    OtpVerdict,
    ProvError,
    Qr,
    Secret,
    Totp,
    TotpKey,
    compat_text,
    hotp_code,
)

SEED = b"12345678901234567890"
NOW = 2_000_000_000_000
STEP = NOW // 30_000
VECTORS = Path(__file__).resolve().parents[2] / "core/tests/vectors"


def vectors(name: str) -> Any:
    return json.loads((VECTORS / name).read_text())


def computed(key: bytes, algorithm: str, digits: int, counter: int) -> str:
    digest = hmac.digest(key, counter.to_bytes(8, "big"), algorithm.lower())
    offset = digest[-1] & 15
    value = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFFFFFF
    return str(value % 10**digits).zfill(digits)


def test_m1_rfc_4226_appendix_d() -> None:
    file = vectors("rfc4226.json")
    secret = OtpSecret(bytes.fromhex(file["key"]))
    for vector in file["vectors"]:
        for digits, code in vector["codes"].items():
            assert hotp_code(secret, vector["counter"], digits=int(digits)).reveal() == code


def test_m1_rfc_6238_appendix_b() -> None:
    file = vectors("rfc6238.json")
    for vector in file["vectors"]:
        secret = OtpSecret(bytes.fromhex(file["keys"][vector["algorithm"]]))
        for digits, code in vector["codes"].items():
            totp = Totp(algorithm=vector["algorithm"], digits=int(digits), short_codes=True)
            step = totp.step_at_s(vector["time_s"])
            key = TotpKey(secret, totp)
            assert step == vector["step"] and key.generate(step).reveal() == code
            assert key.verify_at(code, step, last_step=None).verdict is OtpVerdict.ACCEPTED


@given(
    st.binary(min_size=1, max_size=256),
    st.sampled_from(list(Algorithm)),
    st.integers(4, 8),
    st.integers(0, 2**64 - 1),
)
def test_m1_cpython_computes_the_same(key: bytes, algorithm: Algorithm, digits: int, counter: int) -> None:
    secret = OtpSecret.imported(key)
    assert hotp_code(secret, counter, algorithm=algorithm, digits=digits).reveal() == computed(key, algorithm, digits, counter)


def test_m1_m2_m11_judging() -> None:
    key = TotpKey(OtpSecret(SEED))
    code = key.generate(STEP)
    first = key.verify(code, now=NOW, last_step=None)
    assert (first.verdict, first.step, first.drift, first.behind) == (OtpVerdict.ACCEPTED, STEP, 0, None)
    assert key.verify(code.reveal(), now=NOW, last_step=None) == first
    assert first and repr(first) == "<OtpOutcome accepted>"
    typed = code.reveal()
    again = key.verify(f" {typed[:3]}-{typed[3:]} ", now=NOW, last_step=STEP)
    assert (again.verdict, again.step, again.drift) == (OtpVerdict.REPLAYED, STEP, None)
    late = key.verify(code, now=NOW + 30_000, last_step=None)
    assert late and late.drift == -1
    assert key.verify(code, now=NOW + 60_000, last_step=None).verdict is OtpVerdict.WRONG
    assert key.verify(code, now=NOW + 60_000, last_step=None, window=2).verdict is OtpVerdict.ACCEPTED
    assert key.verify(code, now=NOW + 30_000, last_step=None, window=0).verdict is OtpVerdict.WRONG
    behind = key.verify(code, now=NOW, last_step=STEP + 2)
    assert (behind.verdict, behind.behind) == (OtpVerdict.CLOCK_ERROR, 2)
    for malformed in ("", "12345", "1234567", "12345a", "１２３４５６", "123456\0"):
        assert key.verify(malformed, now=NOW, last_step=None).verdict is OtpVerdict.MALFORMED
    for outcome in (again, behind, key.verify("x", now=NOW, last_step=None), key.verify(code, now=0 + NOW * 2, last_step=None)):
        assert not outcome, "only what is accepted is true"
    # Two steps of one window have the same code: the higher one is burned.
    pair = vectors("otp.json")["same_code_in_two_steps"]["pairs"][0]
    assert key.verify_at(pair["code"], pair["first"], last_step=None).step == pair["second"]
    match first:
        case OtpOutcome(OtpVerdict.ACCEPTED, step):
            assert step == STEP
        case _:
            pytest.fail("no match")


def test_m11_resynchronising() -> None:
    key = TotpKey(OtpSecret(SEED))
    first, second = key.generate(STEP + 40), key.generate(STEP + 41)
    found = key.resynchronise(first, second.reveal(), now=NOW, last_step=None, reach=100)
    assert found and (found.step, found.drift) == (STEP + 41, 41)
    assert key.resynchronise(second, first, now=NOW, last_step=None, reach=100).verdict is OtpVerdict.WRONG
    assert key.resynchronise(first, second, now=NOW, last_step=STEP + 40, reach=100).verdict is OtpVerdict.REPLAYED
    for reach in (0, 1001, -1, 2**70):
        with pytest.raises(InvalidInputError) as caught:
            key.resynchronise(first, second, now=NOW, last_step=None, reach=reach)
        assert caught.value.field == "reach" and caught.value.code is ErrorCode.OTP_RANGE


def test_m4_secrets() -> None:
    fresh = drawn()
    secret = OtpSecret.generate(entropy=fresh)
    assert len(secret.reveal()) == 20 and secret == OtpSecret.generate(entropy=fresh) != OtpSecret.generate(entropy=drawn())
    assert len(OtpSecret.generate(size=64, entropy=drawn()).reveal()) == 64
    assert secret.base32().reveal() == base64.b32encode(secret.reveal()).decode().rstrip("=")
    assert OtpSecret.parse(secret.grouped()) == OtpSecret(secret.reveal()) == secret
    assert OtpSecret(bytearray(SEED)) == OtpSecret(memoryview(SEED))
    for size in (0, 15, 65, -1, 2**70):
        with pytest.raises(InvalidInputError) as caught:
            OtpSecret.generate(size=size, entropy=drawn())
        assert caught.value.code is ErrorCode.OTP_SECRET_LENGTH
    with pytest.raises(InvalidInputError):
        OtpSecret(SEED[:15])
    assert OtpSecret.imported(SEED[:15]).is_weak and not OtpSecret.imported(SEED[:16]).is_weak
    assert OtpSecret.parse("gezd-gnbv gy3tqojq====").is_weak


def test_m1_settings() -> None:
    totp = Totp()
    assert (totp.algorithm, totp.digits, totp.period_s, totp.t0_s, totp.compat_warnings) == (Algorithm.SHA1, 6, 30, 0, ())
    assert repr(totp) == "Totp(algorithm='SHA1', digits=6, period_s=30)" and totp == Totp(digits=6) and hash(totp) == hash(Totp())
    other = Totp(algorithm=Algorithm.SHA512, digits=7, period_s=60, t0_s=30)
    assert eval(repr(other)) == other and eval(repr(Totp(short_codes=True, digits=4))).digits == 4
    assert other.compat_warnings == (
        CompatWarning.ALGORITHM_IGNORED,
        CompatWarning.DIGITS_IGNORED,
        CompatWarning.SEVEN_DIGITS,
        CompatWarning.PERIOD_IGNORED,
        CompatWarning.START_IGNORED,
    )
    assert all(compat_text(warning) for warning in CompatWarning)
    for name in ("sha256", "SHA-256", "HmacSHA256"):
        assert Totp(algorithm=name).algorithm is Algorithm.SHA256


WRONG: list[tuple[Any, ErrorCode, str]] = [
    (lambda: Totp(digits=9), ErrorCode.OTP_RANGE, "digits"),
    (lambda: Totp(digits=5), ErrorCode.OTP_SHORT_CODES, "digits"),
    (lambda: Totp(digits=2**40), ErrorCode.OTP_RANGE, "digits"),
    (lambda: Totp(digits=262), ErrorCode.OTP_RANGE, "digits"),
    (lambda: Totp(period_s=0), ErrorCode.OTP_RANGE, "period_s"),
    (lambda: Totp(period_s=121), ErrorCode.OTP_RANGE, "period_s"),
    (lambda: Totp(t0_s=2**40), ErrorCode.OTP_RANGE, "t0_s"),
    (lambda: Totp(algorithm="MD5"), ErrorCode.ARGUMENT, "algorithm"),
    (lambda: hotp_code(OtpSecret(SEED), 0, digits=9), ErrorCode.OTP_RANGE, "digits"),
    (lambda: hotp_code(OtpSecret(SEED), -1), ErrorCode.ARGUMENT, "counter"),
    (lambda: TotpKey(OtpSecret(SEED)).verify("1", now=NOW, last_step=None, window=11), ErrorCode.OTP_RANGE, "window"),
    (lambda: TotpKey(OtpSecret(SEED)).verify("1", now=NOW, last_step=-1), ErrorCode.ARGUMENT, "last_step"),
    (lambda: TotpKey(OtpSecret(SEED)).verify("1", now=1, last_step=None), ErrorCode.TIME_OUT_OF_RANGE, "now"),
    (lambda: OtpSecret.parse("MZXW0"), ErrorCode.OTP_BASE32, "base32"),
    (lambda: OtpSecret.parse("MZX"), ErrorCode.OTP_BASE32_CUT, "base32"),
    (lambda: KeyUri("a:b", "a", OtpSecret(SEED)), ErrorCode.OTP_TEXT, "issuer"),
    (lambda: KeyUri("I", "", OtpSecret(SEED)), ErrorCode.OTP_TEXT, "account"),
    (lambda: KeyUri.parse("otpauth://totp/a?secret=MZXW6YTB&secret=MZXW6YTB"), ErrorCode.OTP_URI_DUPLICATE, "secret"),
    (lambda: KeyUri.parse("otpauth://totp/a:b:c?secret=MZXW6YTB"), ErrorCode.OTP_TEXT, "label"),
    (lambda: KeyUri.parse("otpauth://totp/a%zz?secret=MZXW6YTB"), ErrorCode.OTP_URI_ESCAPE, "label"),
    (lambda: KeyUri.parse("otpauth://totp/a?secret=MZXW6YTB&algorithm=MD5"), ErrorCode.OTP_URI_VALUE, "algorithm"),
    (lambda: KeyUri.parse("otpauth://totp/a?secret=MZXW6YTB&digits=9"), ErrorCode.OTP_URI_VALUE, "digits"),
    (lambda: KeyUri.parse("otpauth://totp/a?secret=MZXW6YTB&period=0"), ErrorCode.OTP_URI_VALUE, "period"),
    (lambda: KeyUri.parse("otpauth://totp/a"), ErrorCode.OTP_URI_MISSING, "secret"),
    (lambda: KeyUri.parse("otpauth://totp/a?secret=0"), ErrorCode.OTP_BASE32, "secret"),
    (lambda: Migration.parse("otpauth-migration://offline?data=*"), ErrorCode.OTP_EXPORT_DATA, "data"),
    (lambda: Migration.parse("otpauth-migration://offline?data=AAAA"), ErrorCode.OTP_EXPORT_FORM, "data"),
    (lambda: Qr("~" * 2954), ErrorCode.OTP_QR_LONG, "content"),
    (lambda: Qr(KeyUri("I", "a", OtpSecret(SEED))).text("grey"), ErrorCode.ARGUMENT, "background"),
]


@pytest.mark.parametrize(("call", "code", "field"), WRONG)
def test_what_is_wrong_is_named(call: Any, code: ErrorCode, field: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        call()
    assert (caught.value.code, caught.value.field) == (code, field)


@pytest.mark.parametrize(
    "call",
    [
        lambda: TotpKey(OtpSecret(SEED)).verify(123456, now=NOW, last_step=None),  # type: ignore[arg-type]
        lambda: TotpKey(OtpSecret(SEED)).verify("1", now=NOW),  # type: ignore[call-arg]
        lambda: TotpKey(SEED),  # type: ignore[arg-type]
        lambda: OtpSecret("x" * 20),  # type: ignore[arg-type]
        lambda: Totp(digits=True),
        lambda: Totp(short_codes=1),  # type: ignore[arg-type]
        lambda: Totp(algorithm=1),  # type: ignore[arg-type]
        lambda: KeyUri(1, "a", OtpSecret(SEED)),  # type: ignore[arg-type]
        lambda: Qr(1),  # type: ignore[arg-type]
    ],
)
def test_wrong_types(call: Any) -> None:
    with pytest.raises(TypeError):
        call()


def test_m4_m10_uris() -> None:
    uri = KeyUri("Example & Co", "alice@example.com", OtpSecret(SEED))
    assert uri.uri().reveal() == (
        "otpauth://totp/Example%20%26%20Co:alice%40example.com?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Example%20%26%20Co"
    )
    assert KeyUri.parse(uri.uri()) == uri and KeyUri.parse(uri.uri().reveal()) == uri
    assert (uri.totp, uri.hotp, uri.label_issuer, uri.is_weak) == (Totp(), None, None, False)
    assert uri.secret == OtpSecret(SEED) and repr(uri) == "KeyUri('Example & Co', 'alice@example.com', OtpSecret('[secret]'))"
    read = KeyUri.parse("otpauth://hotp/Contoso:al?secret=gezd+gnbv&issuer=Microsoft&counter=7&algorithm=SHA256")
    assert (read.issuer, read.account, read.label_issuer, read.is_weak, read.totp) == ("Microsoft", "al", "Contoso", True, None)
    match read.hotp:
        case Hotp(algorithm, digits, counter):
            assert (algorithm, digits, counter) == (Algorithm.SHA256, 6, 7)
        case None:
            pytest.fail("no counter")


def varint(value: int) -> bytes:
    out = b""
    while value >= 128:
        out += bytes([value & 127 | 128])
        value >>= 7
    return out + bytes([value])


def field(number: int, value: int | bytes) -> bytes:
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    return varint(number << 3 | 2) + varint(len(value)) + value


def account(secret: bytes, name: str, algorithm: int) -> bytes:
    return field(1, field(1, secret) + field(2, name.encode()) + field(4, algorithm) + field(5, 1) + field(6, 2))


def exported(data: bytes) -> str:
    text = base64.b64encode(data).decode().replace("+", "%2B").replace("/", "%2F").replace("=", "%3D")
    return f"otpauth-migration://offline?data={text}"


def test_m10_exports() -> None:
    data = account(SEED, "alice", 1) + account(SEED[:10], "bob", 3) + account(SEED, "md5", 4)
    data += field(2, 1) + field(3, 2) + field(4, 1) + field(5, 7)
    export = Migration.parse(exported(data))
    assert (export.version, export.size, export.index, export.batch_id, len(export.entries)) == (1, 2, 1, 7, 3)
    found = {}
    for entry in export.entries:
        match entry:
            case MigrationEntry(name, KeyUri() as uri, None):
                found[name] = (uri.is_weak, uri.secret.reveal())
            case MigrationEntry(name, None, error):
                assert isinstance(error, InvalidInputError)
                found[name] = (error.code is ErrorCode.OTP_URI_VALUE, error.field)
    assert found == {"alice": (False, SEED), "bob": (True, SEED[:10]), "md5": (True, "algorithm")}


def test_m4_qr_codes() -> None:
    uri = KeyUri("Example", "alice@example.com", OtpSecret(SEED))
    qr = Qr(uri)
    assert qr == Qr(uri.uri()) == Qr(uri.uri().reveal()) != Qr("x")
    modules = qr.modules()
    assert len(modules) == qr.size**2 and set(modules) == {0, 1}
    for y in range(qr.size):
        for x in range(qr.size):
            assert qr.is_dark(x, y) == bool(modules[y * qr.size + x])
    assert not qr.is_dark(255, 0)
    path = qr.svg_path().reveal()
    assert qr.svg().reveal().startswith("<svg xmlns=") and path in qr.svg().reveal()
    lines = qr.text().reveal().splitlines()
    assert len(lines) == (qr.size + 9) // 2 and {len(line) for line in lines} == {qr.size + 8}
    light = qr.text(Background.LIGHT).reveal()
    assert light != qr.text("dark").reveal() and qr.text("dark") == qr.text()
    turned = str.maketrans("█▀▄ ", " ▄▀█")
    assert [line.translate(turned) for line in light.splitlines()][:-1] == lines[:-1]


def test_p5_no_secret_shows_and_nothing_is_pickled() -> None:
    secret = OtpSecret(SEED)
    uri = KeyUri("I", "a", secret)
    key = TotpKey(secret)
    export = Migration.parse(exported(account(SEED, "alice", 1)))
    assert [entry.error for entry in export.entries] == [None]
    values: list[Any] = [secret, secret.base32(), secret.grouped(), uri, uri.uri(), key, key.generate(1), Qr(uri), Qr(uri).svg()]
    values += [export, *export.entries, hotp_code(secret, 1), key.verify("1", now=NOW, last_step=None)]
    found = [SEED.decode(), "GEZD", key.generate(1).reveal(), repr(list(SEED))]
    for value in values:
        assert not any(text in shown for text in found for shown in (repr(value), str(value), f"{value!a}")), type(value)
        if type(value) is not OtpOutcome:
            with pytest.raises(TypeError, match="cannot pickle"):
                pickle.dumps(value)


MARK = "MARKERMARKER"


@pytest.mark.parametrize(
    "call",
    [
        lambda: OtpSecret.parse(MARK + "0"),
        lambda: OtpSecret.parse(Secret(MARK + "1")),
        lambda: OtpSecret(MARK.encode()),
        lambda: KeyUri.parse(f"otpauth://totp/a?secret={MARK}0"),
        lambda: KeyUri.parse(f"otpauth://totp/a?secret={MARK}%"),
        lambda: KeyUri.parse(MARK),
        lambda: Migration.parse(f"otpauth-migration://offline?data={MARK}*"),
        lambda: TotpKey(OtpSecret(SEED)).verify(MARK + "\ud800", now=NOW, last_step=None),
        lambda: Qr(MARK * 300),
    ],
)
def test_an_error_does_not_hold_what_it_refuses(call: Any) -> None:
    with pytest.raises(ProvError) as caught:
        call()
    shown = "".join(traceback.format_exception_only(caught.value)) + repr(caught.value.args) + repr(vars(caught.value))
    assert MARK not in shown
