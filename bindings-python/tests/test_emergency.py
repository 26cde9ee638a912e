"""Emergency numbers: spellings, and the presets beside the metadata of the package `phonenumbers` (SPEC C2).

`phonenumbers` is Google's libphonenumber in Python: a table that others keep, from other sources than ours.
"""

import re

import libprov
import pytest
from conftest import a_tenant
from hypothesis import given
from hypothesis import strategies as st
from libprov import Tenant, TenantKey, emergency_countries, emergency_number, emergency_preset, normalise_number


OURS_ONLY = {
    # Numbers of ours that phonenumbers does not call emergency numbers: country, number, and why they stand all the same.
    # W: Wikipedia's list; A: Android's database; the letters of docs/facts/emergency.md.
    ("AT", "140"): "mountain rescue (W)",
    ("CH", "1414"): "Rega, air rescue (W, N)",
    ("ES", "061"): "ambulance (W); phonenumbers has 112, 085 and 088 only",
    ("ES", "062"): "Guardia Civil (W)",
    ("ES", "080"): "local fire brigades (W)",
    ("ES", "091"): "national police (W)",
    ("ES", "092"): "municipal police (W)",
    ("FR", "114"): "for the deaf (W)",
    ("FR", "196"): "rescue at sea (W)",
    ("GI", "999"): "phonenumbers has 112, 190 and 199 only (W)",
    ("GR", "108"): "coast guard (W)",
    ("HR", "195"): "rescue at sea (W)",
    ("IM", "112"): "phonenumbers has 999 only (W)",
    ("JP", "118"): "coast guard (W)",
    ("NO", "120"): "rescue at sea (W)",
    ("PL", "984"): "rescue on lakes and rivers (W)",
    ("PL", "985"): "rescue at sea and in the mountains (W)",
    ("PT", "117"): "forest fires (W)",
    ("RS", "192"): "police; phonenumbers still has the old 92 (A, W)",
    ("RS", "193"): "fire; phonenumbers still has the old 93 (A, W)",
    ("RS", "194"): "ambulance; phonenumbers still has the old 94 (A, W)",
    ("SM", "112"): "phonenumbers has 113, 115 and 118 only (W)",
}

THEIRS_ONLY = {
    # The example of phonenumbers for a country, where ours lacks it, and why.
    ("BR", "112"): "mobile networks only, redirected to 190 (W)",
    ("CA", "112"): "mobile networks only; a PBX has extensions there (W)",
    ("EE", "110"): "closed on 2020-03-01 (ERR, docs/facts/emergency.md)",
    ("HR", "93"): "the old two-digit number; today 193 (W)",
    ("LT", "01"): "the old two-digit number; today 011 (W)",
    ("LV", "01"): "the old two-digit number; today 112 and 110, 113 (W)",
    ("MC", "15"): "Wikipedia has 18 for the ambulance too",
    ("MX", "060"): "replaced by 911 in 2017; Wikipedia and Android have 911 only",
    ("RS", "92"): "the old two-digit number; today 192 (A, W)",
    ("SG", "993"): "neither Wikipedia nor Android has it",
    ("US", "112"): "mobile networks only; a PBX has extensions there (W)",
}


def theirs(country: str) -> tuple[str, str]:
    """The pattern of all emergency numbers of a country, and one example."""
    from phonenumbers.phonemetadata import PhoneMetadata

    metadata = PhoneMetadata.short_metadata_for_region(country)
    assert metadata is not None and metadata.emergency is not None, country
    return metadata.emergency.national_number_pattern, metadata.emergency.example_number


def test_every_preset_number_is_one_of_phonenumbers_or_a_known_difference() -> None:
    found = set()
    for country in emergency_countries():
        pattern, _ = theirs(country)
        numbers = emergency_preset(country)
        assert numbers
        found |= {(country, number) for number in numbers if not re.fullmatch(pattern, number)}
    assert found == set(OURS_ONLY), "a difference without a reason, or a reason without a difference"
    assert all(OURS_ONLY.values())


def test_no_country_lacks_the_example_of_phonenumbers_but_for_known_differences() -> None:
    found = set()
    for country in emergency_countries():
        _, example = theirs(country)
        numbers = emergency_preset(country)
        assert numbers is not None
        if example not in numbers:
            found.add((country, example))
    assert found == set(THEIRS_ONLY), "a difference without a reason, or a reason without a difference"
    assert all(THEIRS_ONLY.values())


def test_every_preset_makes_a_tenant() -> None:
    for country in emergency_countries():
        numbers = emergency_preset(country.lower())
        assert numbers is not None and 1 <= len(numbers) <= 20
        tenant = Tenant.cloud(1, key=TenantKey(1, bytes(range(32))), emergency=numbers)
        assert tuple(tenant.settings["emergency"]) == numbers
        assert emergency_number(tenant, "urn:service:sos") == numbers[0]
    assert emergency_preset("XX") is None
    assert "DE" in emergency_countries() and len(emergency_countries()) >= 41


def test_numbers_are_read_in_any_spelling() -> None:
    tenant = a_tenant(outside_line="0")
    for spelling in ("112", "sip:112@evil;user=phone", "tel:1-1-2;phone-context=+49", "11%32", "112#", "0112"):
        assert emergency_number(tenant, spelling) == "112", spelling
    for other in ("1122", "00112", "+112", "*112", "１１２", "112\0", "11%2532", "anna", ""):
        assert emergency_number(tenant, other) is None, other
    assert normalise_number("%2A89") == "*89"
    assert normalise_number("URN:service:sos.police") == "urn:service:sos"
    with pytest.raises(TypeError):
        normalise_number(112)  # type: ignore[arg-type]


@given(st.text(max_size=40))
def test_no_text_breaks_the_normaliser(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError:
        return
    normal = normalise_number(text)
    assert normal is None or normal == "urn:service:sos" or re.fullmatch(r"\+?[0-9*#]+", normal)
    assert normal is None or libprov.normalise_number(normal) == normal
