"""The published JSON Schemas of profiles, tried with a validator that is not ours (SPEC V1)."""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

ROOT = Path(__file__).resolve().parents[2]
CASES = json.loads((ROOT / "core/tests/vectors/profile.json").read_text("utf-8"))


def validator(name: str) -> Draft202012Validator:
    schema = json.loads((ROOT / "docs" / name).read_text("utf-8"))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


PROFILE = validator("profile.schema.json")
LAYER = validator("profile-layer.schema.json")


def examples(folder: str) -> list[Any]:
    found = sorted((ROOT / "examples/profiles" / folder).glob("*.json"))
    assert len(found) == 4
    return [pytest.param(json.loads(path.read_text("utf-8")), id=path.stem) for path in found]


@pytest.mark.parametrize("example", examples("."))
def test_v1_the_examples_are_valid(example: Any) -> None:
    PROFILE.validate(example)
    LAYER.validate(example)


@pytest.mark.parametrize("example", examples("layers"))
def test_v11_the_example_layers_are_valid(example: Any) -> None:
    LAYER.validate(example)


def test_v11_a_part_is_no_profile() -> None:
    layers = [case.values[0] for case in examples("layers")]
    assert [PROFILE.is_valid(layer) for layer in layers] == [False, False, True, False]


@pytest.mark.parametrize("case", CASES["refused"], ids=lambda case: case["error"])
def test_v6_what_the_reader_refuses_by_form_the_schema_refuses_too(case: dict[str, Any]) -> None:
    by_schema = case.get("schema", True)
    assert PROFILE.is_valid(case["profile"]) is not by_schema
    assert LAYER.is_valid(case["profile"]) is not (by_schema and case.get("layer", True))


@pytest.mark.parametrize("profile", CASES["allowed"])
def test_v1_the_schema_refuses_nothing_that_the_reader_allows(profile: dict[str, Any]) -> None:
    PROFILE.validate(profile)
    LAYER.validate(profile)


def test_v1_every_field_of_the_full_example_is_looked_at() -> None:
    """Any value replaced by one of another type is refused, wherever it stands."""
    full = json.loads((ROOT / "examples/profiles/full.json").read_text("utf-8"))
    seen = 0

    def walk(node: Any) -> None:
        nonlocal seen
        for name in node if isinstance(node, dict) else range(len(node)):
            if isinstance(node[name], (dict, list)):
                walk(node[name])
            kept = node[name]
            for other in ([], {"no": []}) if not isinstance(kept, list) else ({},):
                node[name] = other
                assert not PROFILE.is_valid(full), name
                assert not LAYER.is_valid(full), name
                seen += 1
            node[name] = kept

    walk(full)
    assert seen > 200
    PROFILE.validate(full)
