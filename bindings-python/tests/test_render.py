"""Profiles, models and files, beside the goldens and vectors of core (SPEC V1 to V12, S1)."""

from __future__ import annotations

import copy
import json
import pickle
import re
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import MappingProxyType
from typing import Any
from xml.etree import ElementTree

import pytest
from conftest import MAC, Host, a_tenant
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

import libprov
from libprov import (
    Carriage,
    Change,
    CharacterPolicy,
    Confidence,
    Dialect,
    ErrorCode,
    InvalidInputError,
    Lang,
    Layer,
    Model,
    OverridePolicy,
    Profile,
    ProfileError,
    ProvError,
    RenderedFile,
    RenderError,
    Secret,
    SecretKind,
    Secrets,
    SipServer,
    SipTransport,
    WarningReason,
)

ROOT = Path(__file__).resolve().parents[2]
GOLDEN = ROOT / "core/tests/golden"
VECTORS = json.loads((ROOT / "core/tests/vectors/profile.json").read_text("utf-8"))
WHOLE_NAMES = {"N510": "N510 IP PRO", "N720": "N720 DM PRO"}

T46U, D385 = Model("yealink", "T46U"), Model("snom", "D385")
N510, SN4112 = Model("gigaset", "N510 IP PRO"), Model("patton", "SN4112")
ONE_OF_EACH = [T46U, D385, N510, SN4112]

PLAIN: dict[str, Any] = {"accounts": [{"user": "201", "password": "s3cret", "server": {"host": "sip.example.net"}}]}
# Without the warning of a factory password.
LOCKED: dict[str, Any] = PLAIN | {"protection": {"admin_password": "s3cret"}}


def full(profile: Any, model: Model = T46U, **more: Any) -> RenderedFile:
    """A job as core's own tests have it."""
    job: dict[str, Any] = {"login": ("d805ec0010203", Secret("EXAMPLE-CREDENTIAL")), "emergency": ["112", "110"]}
    job = {"secrets": Secrets.all()} | job | more
    if "credential_url" not in job:
        job = {"url": "https://prov.example.net/p/"} | job
    return libprov.render_full(profile if isinstance(profile, Profile) else Profile.from_json(profile), model, MAC, **job)


def restricted(model: Model = T46U, **more: Any) -> RenderedFile:
    gateway = model.vendor == "patton"
    job: dict[str, Any] = {
        "lang": Lang.DE,
        "display_text": "Anmeldung nötig: *89",
        "sip_user": "aebqcaibaeaqcaibaeaqcaibaeaqcaibaeaqcaibaeaqcaib",
        "sip_password": Secret("EXAMPLE-ENROLMENT"),
        "server": SipServer("auth.example.net", port=5060 if gateway else 5061, transport="udp" if gateway else "tls"),
        "emergency": ["112", "110", "911"],
        "outside_line": "0",
        "service_code": "*89",
        "url": Secret("https://prov.example.net/t/EXAMPLE-TOKEN/"),
    }
    return libprov.render_restricted(model, MAC, **(job | more))


def values(model: Model, file: RenderedFile) -> dict[str, str]:
    return {setting.name: setting.value for setting in libprov.read(model, file.file)}


def rich(model: Model = T46U) -> dict[str, Any]:
    """The golden profile that uses every field, or what fits a model that cannot have it."""
    folder = {"gigaset": "gigaset/N510/fitting", "patton": "patton/SN4112/full"}.get(model.vendor, "yealink/T46U/full")
    profile: dict[str, Any] = json.loads((GOLDEN / folder / "profile.json").read_text("utf-8"))
    return profile


# ------------------------------------------------------------------------------------------------------------ goldens


def goldens() -> list[Any]:
    found = sorted(GOLDEN.glob("*/*/*/profile.json"))
    assert {path.parts[-4] for path in found} == {"gigaset", "patton", "snom", "yealink"} and len(found) >= 25
    return [pytest.param(path, id="-".join(path.parts[-4:-1])) for path in found]


def of_folder(path: Path) -> Model:
    return Model(path.parts[-4], WHOLE_NAMES.get(path.parts[-3], path.parts[-3]))


@pytest.mark.parametrize("path", goldens())
def test_v5_a_full_file_is_the_golden_byte_by_byte(path: Path) -> None:
    model = of_folder(path)
    made = full(path.read_bytes(), model)
    assert made.file == (path.parent / made.file_name).read_bytes()
    assert made.file_name == libprov.file_name(model, MAC) and made.content_type == libprov.content_type(model)
    assert full(json.loads(path.read_text("utf-8")), model) == made, "a dict and its JSON are the same profile"


@pytest.mark.parametrize("path", goldens())
def test_v3_a_restricted_file_is_the_golden_byte_by_byte(path: Path) -> None:
    made = restricted(of_folder(path))
    assert made.file == (path.parents[1] / "restricted" / made.file_name).read_bytes()
    # The bases have no words for TLS, and no screen of their own.
    assert made.warnings == () or made.file_name.endswith(".xml")


@pytest.mark.parametrize("model", [model for model in libprov.models() if model.vendor in ("snom", "gigaset")], ids=repr)
def test_v4_the_parser_of_cpython_reads_every_xml_file(model: Model) -> None:
    host = "2001:db8::5" if model.vendor == "snom" else "192.0.2.5"
    profile = {"accounts": [{"label": "Müller & Söhne <1>", "user": "201", "server": {"host": host}}]}
    for made, text in (full(profile, model), "Müller & Söhne <1>"), (restricted(model), "Anmeldung nötig: *89"):
        root = ElementTree.fromstring(made.file)
        assert made.content_type.startswith("text/xml")
        theirs = [element.text or element.get("value") or "" for element in root.iter()]
        ours = [setting.value for setting in libprov.read(model, made.file)]
        assert len(ours) > 50 and len(theirs) > 50
        if model.vendor == "snom" or "*89" not in text:
            assert any(text in value for value in theirs) and any(text in value for value in ours)


def test_v5_a_file_reads_back_in_its_own_order() -> None:
    made = full(rich())
    lines = made.file.decode().splitlines()[1:]
    ours = [(setting.name, setting.value, setting.line) for setting in libprov.read(T46U, bytearray(made.file))]
    assert ours == [(*line.split(" = ", 1), at) if " = " in line else (line[:-2], "", at) for at, line in enumerate(lines, 2)]


# ------------------------------------------------------------------------------------------------------------- models


def test_v8_the_vendor_table_says_what_a_model_can_do() -> None:
    base = Model("gigaset", "n720 dm pro")
    assert (base.name, base.dialect, base.handsets, base.screen) == ("N720 DM PRO", Dialect.GIGASET_N720, 100, True)
    assert (T46U.accounts, T46U.keys, T46U.dialect) == (16, 27, Dialect.YEALINK_PHONE)
    assert (D385.modules, D385.module_keys, D385.hotline_s, D385.digit_map) == (3, 18, 255, True)
    assert D385.confidence is Confidence.CONFIRMED and (D385.source or "").startswith("docs/facts/snom.md")
    assert {model.vendor for model in libprov.models()} == set(libprov.vendors())
    for model in libprov.models():
        assert model.accounts and model.source and model.dialect in Dialect and model.confidence in Confidence
        assert (model.hotline_s or 3) >= 3 and libprov.file_name(model, MAC) and libprov.content_type(model)
        assert Model(model.vendor, model.name) == model


@pytest.mark.parametrize(
    ("vendor", "name", "field", "near"),
    [
        ("yealink", "SIP-T46X", "name", "T46"),
        ("snom", "D786", "name", "did you mean D785, "),
        ("yaelink", "T46S", "vendor", "yealink"),
        ("snum", "D385", "vendor", "snom"),
        ("acme", "x", "vendor", "Model.own"),
    ],
)
def test_v8_an_unknown_model_has_nearest_names(vendor: str, name: str, field: str, near: str) -> None:
    with pytest.raises(InvalidInputError, match=near) as caught:
        Model(vendor, name)
    assert caught.value.code is ErrorCode.RENDER_UNKNOWN_MODEL and caught.value.field == field


def test_v8_a_model_of_the_host_is_rendered_by_the_host() -> None:
    own = Model.own("acme", "DoorPhone", restricted=False, retains=True, carriage=Carriage.URL)
    assert (own.accounts, own.dialect, own.screen, own.source, own.confidence) == (None,) * 5
    calls: list[Callable[[], Any]] = [
        lambda: full(PLAIN, own),
        lambda: restricted(own),
        lambda: libprov.read(own, b""),
        lambda: libprov.diff(own, b"", b""),
        lambda: libprov.parameters(own),
        lambda: libprov.is_known_parameter(own, "x"),
        lambda: libprov.carries(own, "menu"),
        lambda: libprov.file_name(own, MAC),
        lambda: libprov.content_type(own),
    ]
    for call in calls:
        with pytest.raises(InvalidInputError) as caught:
            call()
        assert caught.value.code is ErrorCode.RENDER_UNSUPPORTED and caught.value.field == "model"


def test_v9_parameters_and_names() -> None:
    found = {parameter.name: parameter for parameter in libprov.parameters(T46U)}
    assert found["account.X.password"].secret is SecretKind.SIP and found["account.X.label"].secret is None
    assert found["account.X.label"].confidence in Confidence
    for model in ONE_OF_EACH:
        assert len(libprov.parameters(model)) > 20
    assert libprov.is_known_parameter(T46U, "account.16.label") and not libprov.is_known_parameter(T46U, "acount.1.label")


def test_v6_what_a_model_carries_is_what_it_does_not_warn_about() -> None:
    assert len(libprov.profile_fields()) > 50
    for model in ONE_OF_EACH:
        for warning in full(rich(model), model).warnings:
            if warning.reason is WarningReason.NO_PLACE and re.sub(r"\d+", "", warning.field) in libprov.profile_fields():
                assert not libprov.carries(model, warning.field), warning
    assert any(not libprov.carries(T46U, field) for field in libprov.profile_fields())
    with pytest.raises(InvalidInputError) as caught:
        libprov.carries(T46U, "accounts[].lable")
    assert caught.value.code is ErrorCode.ARGUMENT and caught.value.field == "field"


# ----------------------------------------------------------------------------------------------------------- profiles


def test_v1_a_profile_comes_as_text_bytes_or_dict() -> None:
    text = json.dumps(PLAIN)
    profile = Profile.from_json(text)
    for same in (text.encode(), bytearray(text.encode()), memoryview(text.encode()), PLAIN, MappingProxyType(PLAIN)):
        assert Profile.from_json(same) == profile
    hidden = copy.deepcopy(PLAIN)
    hidden["accounts"][0]["password"] = Secret("s3cret")
    assert Profile.from_json(hidden) == profile and hash(Profile.from_json(hidden)) == hash(profile)
    tuples = {"accounts": ({"slot": 3, "user": "201", "server": {"host": "sip.example.net", "transport": SipTransport.TLS}},)}
    assert Profile.from_json(tuples).account_slots == (3,) and Profile.from_json(tuples) != profile
    assert repr(Profile.from_json({})) == "<Profile without accounts>" and repr(profile) == "<Profile with accounts 1>"


@pytest.mark.parametrize("case", VECTORS["refused"], ids=lambda case: case["error"])
def test_v6_core_refuses_the_same_with_the_same_words(case: dict[str, Any]) -> None:
    given = [json.dumps(case["profile"])]
    if isinstance(case["profile"], dict):
        given.append(case["profile"])
    for data in given:
        with pytest.raises(ProfileError) as caught:
            Profile.from_json(data)
        error = caught.value
        assert str(error) == case["error"] and error.layer is None
        assert error.field is not None and str(error).startswith(error.field)
        assert error.code in (ErrorCode.PROFILE_FORM, ErrorCode.PROFILE_VALUE)


@pytest.mark.parametrize("profile", VECTORS["allowed"])
def test_v1_core_allows_the_same(profile: dict[str, Any]) -> None:
    assert Profile.from_json(profile) == Profile.from_json(json.dumps(profile))


WORDS = st.sampled_from(["accounts", "slot", "server", "host", "keys", "kind", "tones", "overrides", "absent", "label", "x"])
LEAVES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=9) | WORDS
TREES = st.recursive(LEAVES, lambda below: st.lists(below, max_size=3) | st.dictionaries(WORDS, below, max_size=4), max_leaves=12)


def outcome(call: Callable[[], Any]) -> Any:
    try:
        return call()
    except ProfileError as error:
        return (str(error), error.code, error.field, error.layer)


@given(tree=st.dictionaries(WORDS, TREES, max_size=4), spaces=st.booleans())
def test_v1_a_dict_and_its_json_come_to_the_same(tree: dict[str, Any], spaces: bool) -> None:
    text = json.dumps(tree, ensure_ascii=spaces)
    assert outcome(lambda: Profile.from_json(tree)) == outcome(lambda: Profile.from_json(text))
    layered = outcome(lambda: Profile.from_layers(tenant=PLAIN, device=tree))
    assert layered == outcome(lambda: Profile.from_layers(tenant=json.dumps(PLAIN), device=text.encode()))
    assert outcome(lambda: libprov.profile_set({}, "accounts[1]", tree)) == outcome(
        lambda: libprov.profile_set("{}", "accounts[1]", json.loads(text))
    )


def itself() -> list[Any]:
    looped: list[Any] = []
    looped.append(looped)
    return looped


def folded() -> list[Any]:
    """A list that would be 2^60 texts long."""
    out: list[Any] = ["x" * 10]
    for _ in range(60):
        out = [out, out]
    return out


@pytest.mark.parametrize(
    ("data", "kind", "code", "field"),
    [
        ('{"accounts":', ProfileError, ErrorCode.PROFILE_FORM, None),
        (b"\xff", InvalidInputError, ErrorCode.UTF8, "data"),
        ({"display_text": "\ud800"}, InvalidInputError, ErrorCode.UTF8, "display_text"),
        ({"time": {"utc_offset_min": float("nan")}}, InvalidInputError, ErrorCode.ARGUMENT, "time.utc_offset_min"),
        ({"time": {"utc_offset_min": 10**30}}, ProfileError, ErrorCode.PROFILE_FORM, "time.utc_offset_min"),
        ({"accounts": itself()}, InvalidInputError, ErrorCode.ARGUMENT, "accounts"),
        ({"accounts": folded()}, ProfileError, ErrorCode.PROFILE_FORM, "the profile"),
        ("[" * 100_000, ProfileError, ErrorCode.PROFILE_FORM, None),
        (" " * (1 << 20) + "{}", ProfileError, ErrorCode.PROFILE_FORM, "the profile"),
    ],
    ids=["cut", "bytes", "surrogate", "nan", "large", "itself", "folded", "deep", "long"],
)
def test_v1_what_is_no_profile(data: Any, kind: type[ProvError], code: ErrorCode, field: str | None) -> None:
    with pytest.raises(ProvError) as caught:
        Profile.from_json(data)
    assert (type(caught.value), caught.value.code, caught.value.field) == (kind, code, field)


def test_v6_a_name_goes_into_an_error_without_control_characters() -> None:
    name = "a\n\x1b[31m\x9b\u00e9"
    calls: list[Callable[[], Any]] = [
        lambda: Profile.from_json({name: float("inf")}),
        lambda: Profile.from_json({name: "\ud800"}),
        lambda: Profile.from_json({name: itself()}),
        lambda: Profile.from_json({name: 1}),
        lambda: libprov.profile_set({}, "overrides", {name: float("inf")}),
    ]
    for call in calls:
        with pytest.raises(ProvError) as caught:
            call()
        shown = f"{caught.value}{caught.value.field}"
        assert "a\ufffd\ufffd" in shown and not any(ord(c) < 32 or 127 <= ord(c) < 160 for c in shown), shown
    with pytest.raises(TypeError, match="^a\ufffd\ufffd"):
        Profile.from_json({name: {1, 2}})


# ------------------------------------------------------------------------------------------------------------- layers


def layer_files() -> list[str]:
    return [path.read_text("utf-8") for path in sorted((ROOT / "examples/profiles/layers").glob("*.json"))]


def test_v11_layers_make_one_profile() -> None:
    tenant, site, model, device = layer_files()
    profile = Profile.from_layers(tenant=tenant, site=json.loads(site), model=model.encode(), device=json.loads(device))
    found = values(T46U, full(profile))
    assert found["account.1.label"] == "201 Reception" and found["account.1.sip_server.2.address"] == "192.0.2.20"
    assert found["features.dnd.allow"] == "0" and "Reception" not in found["linekey.2.label"]
    # Two texts of one layer, the stronger last; and the order of the layers is not that of the arguments.
    both = Profile.from_layers(device=[{"accounts": [{"user": "1"}]}, device], model=model, site=site, tenant=(tenant,))
    assert both == profile
    assert Profile.from_layers() == Profile.from_json({}) == Profile.from_layers(tenant=[])


@pytest.mark.parametrize("layer", list(Layer))
def test_v11_an_error_names_the_layer_to_blame(layer: Layer) -> None:
    layers: dict[str, Any] = {"tenant": copy.deepcopy(PLAIN)}
    layers[layer] = layers.get(layer, {}) | {"time": {"zone": "Europe/Berlim"}}
    with pytest.raises(ProfileError, match=rf"the {layer} layer: time\.zone .*Europe/Berlin") as caught:
        Profile.from_layers(**layers)
    error = caught.value
    assert error.layer is layer and error.field == "time.zone" and error.code is ErrorCode.PROFILE_VALUE
    again = pickle.loads(pickle.dumps(error))
    assert (str(again), again.layer, again.field, again.code) == (str(error), layer, "time.zone", error.code)


def test_v11_where_only_the_merge_is_wrong_the_last_that_had_a_say_is_to_blame() -> None:
    with pytest.raises(ProfileError) as caught:
        Profile.from_layers(tenant={"accounts": [{"user": "201"}]}, site={"tones": "de"}, device={"accounts": [{"label": "x"}]})
    assert caught.value.layer is Layer.DEVICE and caught.value.field == "accounts[1].server"


def test_v11_one_value_by_its_path() -> None:
    layer = libprov.profile_set(PLAIN, "accounts[1].password", Secret("other"))
    assert json.loads(layer)["accounts"][0]["password"] == "other"
    layer = libprov.profile_set(layer, "overrides.features.dnd.allow", False)
    layer = libprov.profile_set(layer.encode(), "accounts[1].codecs", ["g722", "pcma"])
    layer = libprov.profile_set(layer, "tones", None)
    assert json.loads(layer) == {
        "accounts": [{"slot": 1, "user": "201", "password": "other", "server": {"host": "sip.example.net"}, "codecs": ["g722", "pcma"]}],
        "overrides": {"features.dnd.allow": False},
        "tones": None,
    }
    for path in ("accounts[1].codecs", "overrides.features.dnd.allow", "tones", "keys[7]"):
        layer = libprov.profile_unset(layer, path)
    assert Profile.from_json(layer) == Profile.from_json(libprov.profile_set(PLAIN, "accounts[1].password", "other"))
    for path, value in (("accounts[1].lable", "x"), ("accounts[0]", {}), ("accounts[1].server.port", "x"), ("", 1)):
        with pytest.raises(ProfileError) as caught:
            libprov.profile_set({}, path, value)
        assert caught.value.field is not None and caught.value.layer is None


def test_v11_the_schemas_are_the_published_ones() -> None:
    for name, schema in (("profile", libprov.profile_schema()), ("profile-layer", libprov.profile_layer_schema())):
        assert schema == json.loads((ROOT / f"docs/{name}.schema.json").read_text("utf-8"))
        Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(libprov.profile_schema())
    for path in GOLDEN.glob("*/*/*/profile.json"):
        validator.validate(json.loads(path.read_text("utf-8")))


# ---------------------------------------------------------------------------------------------------- text of all kinds

HOSTILE = ["\n", "\r", "\0", "\x1b", "\x7f", "\u0085", "\u2028", "\u202e", "\u2066", "\ufffe", '"', "'", "<", ">", "&", "]]>", "=", "#", "%"]
HOSTILE += ["{{x}}", "$MAC", "\\", "|", ";", "😀", "ä"]


@pytest.mark.parametrize("model", ONE_OF_EACH, ids=repr)
@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_v4_hostile_text_is_refused_by_name_or_carried_as_it_is(model: Model, text: str) -> None:
    field = "display_name"
    profile = copy.deepcopy(PLAIN)
    plain = {setting.name for setting in libprov.read(model, full(profile | {"accounts": [PLAIN["accounts"][0] | {field: "axb"}]}, model).file)}
    profile["accounts"][0][field] = f"a{text}b"
    try:
        made = full(profile, model)
    except (ProfileError, RenderError) as error:
        assert error.field == f"accounts[1].{field}" and text not in str(error)
        if isinstance(error, RenderError):
            assert error.character is None or error.character in text
            if error.code in (ErrorCode.RENDER_CHARACTER, ErrorCode.RENDER_CHARSET):
                assert f"U+{ord(error.character or ''):04X}" in str(error)
        return
    assert ord(text[0]) > 0x1F
    found = values(model, made)
    assert set(found) == plain, "no other parameter came of it"
    assert any(f"a{text}b" in value for value in found.values())


def test_v4_the_character_is_named() -> None:
    profile = copy.deepcopy(PLAIN)
    profile["accounts"][0]["label"] = "a\u0001b"
    with pytest.raises(ProvError) as caught:
        full(profile)
    assert caught.value.field == "accounts[1].label"
    profile["accounts"][0]["label"] = "Łódź"
    with pytest.raises(RenderError) as charset:
        full(profile, N510)
    error = charset.value
    assert (error.code, error.field, error.character) == (ErrorCode.RENDER_CHARSET, "accounts[1].label", "Ł")
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), str(again), again.character) == (RenderError, str(error), "Ł")
    plain = full(profile, N510, characters=CharacterPolicy.TRANSLITERATE)
    assert b"Lodz" in plain.file
    assert [(w.field, w.reason) for w in plain.warnings if w.reason is WarningReason.TRANSLITERATED] == [
        ("accounts[1].label", WarningReason.TRANSLITERATED)
    ]


# ---------------------------------------------------------------------------------------------------------- overrides


def test_v4_a_dangerous_override_is_refused_by_name() -> None:
    name = "static.auto_provision.server.url"
    profile = PLAIN | {"overrides": {name: "https://evil.example/"}}
    for policy in (None, OverridePolicy.HARMLESS, "harmless"):
        with pytest.raises(RenderError, match=name) as caught:
            full(profile, overrides=policy)
        assert caught.value.code is ErrorCode.RENDER_OVERRIDE and caught.value.field == f"overrides.{name}"
        assert "evil" not in str(caught.value)
    made = full(profile, overrides="any")
    assert values(T46U, made)[name] == "https://evil.example/"
    # It counts as a secret then.
    assert b"evil" not in full(profile, overrides=OverridePolicy.ANY, secrets=Secrets(sip=[1], credential=True)).file
    with pytest.raises(RenderError) as caught:
        full(PLAIN | {"overrides": {"no.such.name": 1}}, overrides="any")
    assert caught.value.code is ErrorCode.RENDER_OVERRIDE


def test_v12_what_is_to_be_forgotten_goes_back_or_warns() -> None:
    assert "acd.enable" not in values(T46U, full(PLAIN)) and "acd.enable" not in values(T46U, restricted())
    for made in (full(LOCKED, forget=["acd.enable"]), restricted(forget=("acd.enable",))):
        assert values(T46U, made)["acd.enable"] == "%NULL%" and made.warnings == ()
    name = "static.network.vlan.internet_port_vid"
    (warning,) = full(LOCKED, forget=iter([name])).warnings
    assert warning.field == f"forget.{name}" and warning.reason is WarningReason.NOT_RESET


# ------------------------------------------------------------------------------------------------------------ secrets

MARKERS = {"EXAMPLE-sip-1", "EXAMPLE-sip-2", "EXAMPLE-admin", "EXAMPLE-user", "EXAMPLE-book", "EXAMPLE-CREDENTIAL"}


@pytest.mark.parametrize("model", [T46U, D385, Model("gigaset", "N720 DM PRO")], ids=repr)
def test_s1_withheld_secrets_are_absent(model: Model) -> None:
    profile = rich()
    folder = {"gigaset": "N720/rich"}.get(model.vendor)
    if folder:
        profile = json.loads((GOLDEN / model.vendor / folder / "profile.json").read_text("utf-8"))

    def shown(secrets: Secrets) -> set[str]:
        text = full(profile, model, secrets=secrets).file.decode("latin-1")
        return {marker for marker in MARKERS if marker in text}

    everything = shown(Secrets.all())
    assert {"EXAMPLE-sip-1", "EXAMPLE-sip-2", "EXAMPLE-CREDENTIAL"} <= everything
    assert shown(Secrets(sip=range(1, 255), menu=True, web=True, other=True, credential=True)) == everything
    assert shown(Secrets()) == set()
    assert shown(Secrets(sip=[2])) == {"EXAMPLE-sip-2"}
    assert shown(Secrets(credential=True)) == {"EXAMPLE-CREDENTIAL"}
    assert shown(Secrets(web=True)) == everything & {"EXAMPLE-admin", "EXAMPLE-user"}
    assert shown(Secrets(other=True)) == everything & {"EXAMPLE-book"}


def test_s1_a_gateway_that_forgets_is_not_cut_off() -> None:
    with pytest.raises(RenderError) as caught:
        full(PLAIN, SN4112, secrets=Secrets(credential=True))
    assert caught.value.code is ErrorCode.RENDER_WITHHELD and caught.value.field == "accounts[1].password"


def test_v10_a_url_with_the_credential_is_withheld_with_it() -> None:
    url = "https://prov.example.net/p/EXAMPLE-CREDENTIAL/"
    kept = Secrets(sip=[1])
    assert b"EXAMPLE-CREDENTIAL" in full(PLAIN, credential_url=Secret(url), login=None).file
    assert b"EXAMPLE-CREDENTIAL" not in full(PLAIN, credential_url=url, login=None, secrets=kept).file
    assert b"https://prov.example.net/p/" in full(PLAIN, url=Secret("https://prov.example.net/p/"), secrets=kept).file
    with pytest.raises(TypeError, match="either url or credential_url"):
        full(PLAIN, url=url, credential_url=url)
    with pytest.raises(TypeError, match="either url or credential_url"):
        libprov.render_full(Profile.from_json(PLAIN), T46U, MAC, emergency=["112"], secrets=Secrets.all())


def test_p5_nothing_shows_a_secret() -> None:
    mark = "SECRETMARKER"
    data = {"accounts": [{"user": "201", "password": mark, "server": {"host": "a.example"}}], "overrides": {"features.dnd.allow": mark}}
    profile = Profile.from_json(data)
    made = full(profile, login=("u", mark), overrides="any")
    other = full(PLAIN)
    assert mark.encode() in made.file
    shown: list[Any] = [profile, made, made.warnings, libprov.read(T46U, made.file), libprov.diff(T46U, made.file, other.file)]
    shown += [restricted(sip_password=mark, url=f"https://a.example/{mark}/"), libprov.parameters(T46U)]
    for value in shown:
        for text in (repr(value), str(value), f"{value}", f"{value!a}"):
            assert mark not in text, type(value)
    for value in (profile, made, libprov.read(T46U, made.file)[0]):
        for do in (pickle.dumps, copy.copy, copy.deepcopy):
            with pytest.raises(TypeError, match="cannot pickle"):
                do(value)  # type: ignore[operator]
    broken: list[Callable[[], Any]] = [
        lambda: Profile.from_json({"accounts": [{"password": mark + "\ud800"}]}),
        lambda: Profile.from_json({"accounts": [{"password": [mark]}]}),
        lambda: Profile.from_json(json.dumps({"tones": mark})),
        lambda: Profile.from_json('{"accounts": [{"password": "' + mark),
        lambda: Profile.from_layers(tenant={"protection": {"menu_password": mark}}),
        lambda: libprov.profile_set({}, "protection.menu_password", mark),
        lambda: libprov.profile_set({}, "protection.menu_password", {mark}),
        lambda: full({"accounts": [{"user": "1", "password": mark + "\n", "server": {"host": "a.example"}}]}),
        lambda: full(PLAIN, login=("u", mark + "\n")),
        lambda: full(PLAIN, login=(mark + " ", "x")),
        lambda: full(PLAIN, url=f"https://a.example/{mark}"),
        lambda: full(PLAIN, credential_url=f"ftp://a.example/{mark}/"),
        lambda: restricted(sip_password=mark + "\n"),
        lambda: restricted(url=mark),
        lambda: libprov.read(T46U, f"#!version:1.0.0.1\n{mark}\n".encode()),
    ]
    for call in broken:
        with pytest.raises((TypeError, ProvError)) as caught:
            call()
        error: BaseException | None = caught.value
        while error is not None:
            assert mark not in repr(error) + str(error) + repr(vars(error))
            error = error.__cause__ or error.__context__


# ------------------------------------------------------------------------------------------- every word of both calls


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"interval_min": 77}, {"static.auto_provision.repeat.minutes": "77"}),
        ({"login": None}, {"static.auto_provision.server.username": ""}),
        ({"url": "https://other.example/"}, {"static.auto_provision.server.url": "https://other.example/"}),
        ({"emergency": ["117"]}, {"phone_setting.lock": None}),
    ],
)
def test_v10_what_a_full_job_says_is_in_the_file(more: dict[str, Any], expected: dict[str, str | None]) -> None:
    before, after = full(PLAIN), full(PLAIN, **more)
    assert libprov.diff(T46U, before.file, after.file)
    found = values(T46U, after)
    for name, value in expected.items():
        if value is not None:
            assert found[name].strip("%NUL") == value or found[name] == value


def test_v1_a_firmware_target_needs_an_older_firmware() -> None:
    profile = LOCKED | {"firmware": {"version": "108.86.0.90", "url": "https://prov.example.net/fw.rom"}}
    unknown = full(profile)
    assert {warning.reason for warning in unknown.warnings} == {WarningReason.FIRMWARE_UNKNOWN}
    assert b"fw.rom" not in unknown.file
    older = full(profile, firmware="108.86.0.20")
    assert older.warnings == () and b"fw.rom" in older.file
    other = full(profile, firmware="66.86.0.20")
    assert {warning.reason for warning in other.warnings} == {WarningReason.OTHER_FIRMWARE}
    with pytest.raises(InvalidInputError) as caught:
        full(profile, firmware="1.x")
    assert caught.value.field == "firmware" and caught.value.code is ErrorCode.PROFILE_VALUE


def test_c2_no_pattern_cuts_an_emergency_number_short() -> None:
    profile = PLAIN | {"dialling": {"at_once": ["0xx"]}}
    assert full(profile).file
    with pytest.raises(RenderError) as caught:
        full(profile, outside_line="0")
    assert caught.value.field == "dialling.at_once[1]" and caught.value.code is ErrorCode.RENDER_VALUE


@pytest.mark.parametrize(
    ("call", "code", "field"),
    [
        (lambda: full(PLAIN, emergency=[]), ErrorCode.RENDER_VALUE, "emergency"),
        (lambda: full(PLAIN, emergency=["112", "1"]), ErrorCode.RENDER_VALUE, "emergency[2]"),
        (lambda: full(PLAIN, emergency=["112", "1 1"]), ErrorCode.PROFILE_VALUE, "emergency[2]"),
        (lambda: full(PLAIN, interval_min=4), ErrorCode.RENDER_VALUE, "provisioning.interval_min"),
        (lambda: full(PLAIN, interval_min=-1), ErrorCode.RENDER_VALUE, "interval_min"),
        (lambda: full(PLAIN, url="https://prov.example.net"), ErrorCode.RENDER_VALUE, "provisioning.url"),
        (lambda: full(PLAIN, login=("a b", "x")), ErrorCode.PROFILE_VALUE, "login[0]"),
        (lambda: full(PLAIN, overrides="some"), ErrorCode.ARGUMENT, "overrides"),
        (lambda: full(PLAIN, characters="drop"), ErrorCode.ARGUMENT, "characters"),
        (lambda: restricted(emergency=["112", "12345678901"]), ErrorCode.RENDER_VALUE, "emergency[2]"),
        (lambda: restricted(service_code="112"), ErrorCode.RENDER_VALUE, "service_code"),
        (lambda: restricted(service_code="*8 9"), ErrorCode.PROFILE_VALUE, "service_code"),
        (lambda: restricted(service_code="*89#", model=D385), ErrorCode.RENDER_VALUE, "service_code"),
        (lambda: restricted(outside_line="12345"), ErrorCode.RENDER_VALUE, "outside_line"),
        (lambda: restricted(vlan=4095), ErrorCode.RENDER_VALUE, "vlan"),
        (lambda: restricted(url="https://a.example/x"), ErrorCode.RENDER_VALUE, "url"),
        (lambda: restricted(lang="xx"), ErrorCode.ARGUMENT, "lang"),
        (lambda: restricted(display_text="a\nb"), ErrorCode.RENDER_CHARACTER, "display_text"),
        (lambda: restricted(sip_user="a b"), ErrorCode.PROFILE_VALUE, "sip_user"),
        (lambda: SipServer("a b"), ErrorCode.PROFILE_VALUE, "host"),
        (lambda: SipServer("a", port=0), ErrorCode.PROFILE_VALUE, "port"),
        (lambda: SipServer("a", port=1 << 70), ErrorCode.PROFILE_VALUE, "port"),
        (lambda: SipServer("a", transport="sctp"), ErrorCode.ARGUMENT, "transport"),
        (lambda: Secrets(sip=[0]), ErrorCode.ADMIN_ACCOUNT, "sip[0]"),
        (lambda: Secrets(sip=[1, 255]), ErrorCode.ADMIN_ACCOUNT, "sip[1]"),
        (lambda: libprov.file_name(T46U, "x"), ErrorCode.MAC_SHAPE, "mac"),
    ],
)
def test_v4_an_error_names_field_and_number(call: Callable[[], Any], code: ErrorCode, field: str) -> None:
    with pytest.raises(ProvError) as caught:
        call()
    error = caught.value
    assert (error.code, error.field) == (code, field) and isinstance(error, ValueError)
    assert "\n" not in str(error) and (field.split("[")[0] in str(error) or field == "mac")


@pytest.mark.parametrize(
    "call",
    [
        lambda: libprov.render_full(PLAIN, T46U, MAC, url="https://a/", emergency=["112"], secrets=Secrets.all()),
        lambda: libprov.render_full(Profile.from_json(PLAIN), "T46U", MAC, url="https://a/", emergency=["112"], secrets=Secrets.all()),
        lambda: libprov.render_full(Profile.from_json(PLAIN), T46U, MAC, url="https://a/", secrets=Secrets.all()),
        lambda: libprov.render_full(Profile.from_json(PLAIN), T46U, MAC, url="https://a/", emergency=["112"]),
        lambda: full(PLAIN, emergency="112"),
        lambda: full(PLAIN, emergency=[112]),
        lambda: full(PLAIN, emergency=None),
        lambda: full(PLAIN, url=b"https://prov.example.net/"),
        lambda: full(PLAIN, login="user:password"),
        lambda: full(PLAIN, login=("user",)),
        lambda: full(PLAIN, login=("user", b"password")),
        lambda: full(PLAIN, interval_min=True),
        lambda: full(PLAIN, interval_min=7.0),
        lambda: full(PLAIN, secrets=["sip"]),
        lambda: full(PLAIN, overrides=True),
        lambda: full(PLAIN, forget="features.dnd.allow"),
        lambda: full(PLAIN, firmware=108),
        lambda: full(PLAIN, unknown=1),
        lambda: restricted(server="auth.example.net"),
        lambda: restricted(lang=1),
        lambda: restricted(vlan="12"),
        lambda: restricted(display_text=None),
        lambda: restricted(profile=Profile.from_json(PLAIN)),
        lambda: Profile.from_json(None),
        lambda: Profile.from_json([PLAIN]),
        lambda: Profile.from_json({1: 2}),
        lambda: Profile.from_json({"accounts": {1, 2}}),
        lambda: Profile.from_json({"accounts": [{"label": b"x"}]}),
        lambda: Profile.from_layers(PLAIN),
        lambda: Profile.from_layers(floor=PLAIN),
        lambda: Profile.from_layers(site=[[PLAIN]]),
        lambda: libprov.profile_set({}, 1, 2),
        lambda: libprov.profile_set({}, "tones"),
        lambda: Secrets([1]),
        lambda: Secrets(sip=1),
        lambda: Secrets(sip=["1"]),
        lambda: Secrets(menu=1),
        lambda: SipServer("a", port="5060"),
        lambda: SipServer("a", 5060),
        lambda: libprov.read(T46U, "text"),
        lambda: libprov.read("T46U", b""),
        lambda: libprov.diff(T46U, b"", None),
        lambda: libprov.parameters(Dialect.YEALINK_PHONE),
        lambda: libprov.is_known_parameter(T46U, b"x"),
        lambda: libprov.carries(T46U, 1),
    ],
)
def test_a_wrong_type_is_a_type_error(call: Callable[[], Any]) -> None:
    with pytest.raises(TypeError):
        call()


def test_a_sip_server_is_a_value() -> None:
    server = SipServer("Auth.Example.NET", port=5061, transport=SipTransport.TLS)
    assert (server.host, server.port, server.transport) == ("auth.example.net", 5061, SipTransport.TLS)
    assert SipServer("[2001:DB8::1]").host == "2001:db8::1" and SipServer("a").transport is SipTransport.UDP
    assert eval(repr(server)) == server == pickle.loads(pickle.dumps(server)) == copy.deepcopy(server)
    changed = server.__replace__(port=None)
    assert changed.port is None and changed != server and {server: 1}[copy.copy(server)] == 1
    match server:
        case SipServer(host, port, transport):
            assert (host, port, transport) == ("auth.example.net", 5061, "tls")


# ----------------------------------------------------------------------------------------------------------- warnings


def test_v6_a_model_that_has_less_warns_and_renders_the_rest() -> None:
    many = {"accounts": [{"slot": slot, "user": str(slot), "password": "x", "server": {"host": "a.example"}} for slot in (1, 2, 3)]}
    many["keys"] = [{"kind": "line", "account": 9}]  # type: ignore[list-item]
    many["display_text"] = "Hello"  # type: ignore[assignment]
    made = full(many, Model("yealink", "T19P_E2"))
    found = {warning.field: warning for warning in made.warnings}
    beyond = found["accounts[2]"]
    assert beyond.reason is WarningReason.BEYOND and beyond.most == 1
    assert beyond.text == str(beyond) == "accounts[2] is left out: this model has 1"
    assert found["display_text"].reason is WarningReason.NO_PLACE and found["display_text"].most is None
    match beyond:
        case libprov.RenderWarning(field, reason, text):
            assert (field, reason) == ("accounts[2]", "beyond") and text in repr(beyond)
    assert made == full(many, Model("yealink", "T19P_E2")) != full(PLAIN, Model("yealink", "T19P_E2"))
    assert repr(made) == f"<RenderedFile {made.file_name} of {len(made.file)} bytes, {len(made.warnings)} warnings>"
    (no_account,) = [w for w in full(many).warnings if w.reason is WarningReason.NO_ACCOUNT]
    assert no_account.field.startswith("keys[1]")


def test_v6_every_warning_has_a_reason_that_is_known() -> None:
    seen: set[WarningReason] = set()
    for path in GOLDEN.glob("*/*/*/profile.json"):
        for model in libprov.models():
            if (model.accounts or 0) <= 20:
                try:
                    seen |= {warning.reason for warning in full(path.read_bytes(), model, characters="transliterate").warnings}
                except RenderError:
                    continue
    assert seen <= set(WarningReason)
    assert {"beyond", "no_place", "no_word", "firmware_unknown", "factory_password", "transliterated"} <= seen


# --------------------------------------------------------------------------------------------------------------- diff


def test_v5_what_two_files_differ_in() -> None:
    for model in ONE_OF_EACH:
        profile = copy.deepcopy(PLAIN)
        one = full(profile, model)
        profile["accounts"][0]["password"] = "SECRETMARKER"
        two = full(profile, model)
        assert libprov.diff(model, one.file, one.file) == ()
        differences = libprov.diff(model, one.file, two.file)
        assert differences and {difference.change for difference in differences} <= set(Change)
        assert "SECRETMARKER" not in repr(differences)
        assert differences == libprov.diff(model, memoryview(one.file), bytearray(two.file))
    (removed,) = libprov.diff(T46U, b"#!version:1.0.0.1\na = 1\n", b"#!version:1.0.0.1\n")
    match removed:
        case libprov.Difference(name, change):
            assert (name, change) == ("a", Change.REMOVED)


@pytest.mark.parametrize("model", ONE_OF_EACH, ids=repr)
def test_v5_a_file_that_cannot_be_read_is_named(model: Model) -> None:
    good, bad = full(PLAIN, model).file, b"<\0 no file \xff"
    for call, field in (
        (lambda: libprov.read(model, bad), "file"),
        (lambda: libprov.diff(model, bad, good), "old"),
        (lambda: libprov.diff(model, good, bad), "new"),
    ):
        with pytest.raises(InvalidInputError, match="^line 1 ") as caught:
            call()  # type: ignore[no-untyped-call]
        assert caught.value.code is ErrorCode.READ_SYNTAX and caught.value.field == field


# ----------------------------------------------------------------------------------------------- from decision to file


def test_v3_from_the_decision_to_the_file(host: Host) -> None:
    """The way of one telephone: the restricted file carries the enrolment, the full one the secrets that may go out."""
    host.tenant = a_tenant(outside_line="0")
    device = host.create(accounts=2)
    answer = host.fetch().answer
    assert isinstance(answer, libprov.Restricted)
    enrolment = answer.enrolment
    token, password = enrolment.token(host.tenant, device), enrolment.sip_password(host.tenant, device)
    waiting = libprov.render_restricted(
        device.model,
        device.mac,
        lang="de",
        display_text=answer.text("de"),
        sip_user=enrolment.sip_user(),
        sip_password=password,
        server=SipServer("auth.example.net", transport="tls"),
        emergency=host.tenant.settings["emergency"],
        outside_line=host.tenant.settings["outside_line"],
        service_code=host.tenant.settings["service_code"],
        url=Secret(f"https://prov.example.net/t/{token.reveal()}/"),
    )
    found = values(device.model, waiting)
    assert found["account.1.password"] == password.reveal() and found["account.1.user_name"] == enrolment.sip_user()
    assert f"/t/{token.reveal()}/" in found["static.auto_provision.server.url"]

    host.dial(enrolment.sip_user(), host.pap())
    answer = host.fetch(in_url=token).answer
    assert isinstance(answer, libprov.Full) and answer.secrets.sip == (1, 2)
    assert answer.secrets == Secrets(sip=[1, 2], menu=True, web=True, other=True, credential=True)
    login = (libprov.credential_user(device), libprov.credential(host.tenant, device))
    made = full(rich(), device.model, login=login, secrets=answer.secrets, emergency=host.tenant.settings["emergency"])
    found = values(device.model, made)
    assert found["account.2.password"] == "EXAMPLE-sip-2"
    assert found["static.auto_provision.server.password"] == login[1].reveal()


def test_v5_threads_get_the_same_bytes() -> None:
    profile, models = Profile.from_json(PLAIN), [model for model in libprov.models() if (model.accounts or 0) <= 100]
    expected = [full(profile, model) for model in models]
    with ThreadPoolExecutor(4) as pool:
        for _ in range(3):
            assert list(pool.map(lambda model: full(profile, model), models)) == expected


# ----------------------------------------------------------------------------------------------------------- examples


def test_the_example_renders_a_whole_site(tmp_path: Path) -> None:
    command = [sys.executable, str(ROOT / "examples/python/render_site.py"), str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    progress = [line for line in done.stderr.splitlines() if line]
    assert len(progress) == 20 and progress[-1] == "rendering   500 of 500"
    lines = done.stdout.splitlines()
    assert lines[0].startswith("rendered    499 files of ") and lines[0].endswith(" 1 refused")
    assert "accounts[1].display_name holds U+000A" in lines[-1]
    files = list(tmp_path.iterdir())
    assert len(files) == 499 and sum(file.stat().st_size for file in files) // 1024 == int(lines[0].split()[4])
    for file in files:
        if file.suffix in (".xml", ".htm"):
            ElementTree.fromstring(file.read_bytes())


def test_the_example_of_the_readme_runs(capsys: pytest.CaptureFixture[str]) -> None:
    _, after = (ROOT / "README.md").read_text("utf-8").split("<!-- example:python -->\n```python\n")
    code = after.split("```")[0]
    exec(compile(code, "README.md", "exec"), {})
    first, *warnings = capsys.readouterr().out.splitlines()
    assert first.startswith("805ec0010203.cfg ")
    assert warnings == [line.removeprefix("# ") for line in code.splitlines() if line.startswith("# ")]
