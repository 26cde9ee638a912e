"""The roster: out, in, beside the csv module of CPython; and the spreading of work (SPEC X1, X2, X3, R24)."""

from __future__ import annotations

import csv
import io
import threading
from datetime import timedelta

import pytest
from conftest import MAC, START, Host, a_tenant, drawn
from hypothesis import given
from hypothesis import strategies as st

import libprov
from libprov import (
    AdminError,
    AuditEvent,
    Carriage,
    ErrorCode,
    Facts,
    InvalidInputError,
    Known,
    Lang,
    Model,
    Roster,
    RosterColumn,
    RosterImport,
    State,
)

TITLES = "Vendor,Type,MAC address,Creation date,Site,Authentication state,PAP,Accounts"


def read(text: str | bytes, **options: object) -> Roster:
    roster = RosterImport(**options)  # type: ignore[arg-type]
    roster.feed(text.encode() if isinstance(text, str) else text)
    return roster.finish()


def mac(number: int) -> str:
    return "80:5e:" + ":".join(f"{octet:02x}" for octet in number.to_bytes(4, "big"))


def own(name: str) -> Model:
    return Model.own("acme", name, restricted=True, retains=True, carriage=Carriage.URL)


HOSTILE = st.one_of(
    st.text(alphabet="-=+@',;\"\t\r\n \0\u202e\ufeff＝＠ab", min_size=1, max_size=8),
    st.text(alphabet=st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20),
)


@given(name=HOSTILE, delimiter=st.sampled_from([",", ";", "\t"]))
def test_x1_cpython_reads_what_we_write(name: str, delimiter: str) -> None:
    host = Host()
    step = libprov.create_device(
        host.facts(), MAC, own(name), site="Köln; \"Dom\", 2", now=host.now, entropy=drawn()
    )
    device = step.writes.device
    assert device is not None
    text = libprov.export_roster([device], lang="en", delimiter=delimiter, now=host.now)
    titles, row = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    assert titles == [title for title in TITLES.split(",") if title != "PAP"]
    assert row[0] == "acme" and row[2:] == [MAC, "2030-03-17T12:00:00.000Z", "Köln; \"Dom\", 2", "required", "1"]
    assert row[1] in (name, "'" + name)
    assert not row[1].lstrip().startswith(("=", "+", "-", "@", "＝", "＠"))
    assert read(text, own_models=[own(name)]).rows[0].model == own(name)


@given(names=st.lists(HOSTILE, min_size=1, max_size=4, unique_by=lambda name: name.strip().lower()), dialect=st.sampled_from(
    [{"delimiter": ",", "lineterminator": "\r\n"}, {"delimiter": ";", "lineterminator": "\n", "quoting": csv.QUOTE_ALL},
     {"delimiter": ";", "lineterminator": "\n"}, {"delimiter": "\t", "lineterminator": "\r\n"}]))
def test_x1_we_read_what_cpython_and_libreoffice_write(names: list[str], dialect: dict[str, object]) -> None:
    out = io.StringIO(newline="")
    writer = csv.writer(out, **dialect)  # type: ignore[arg-type]
    writer.writerow(["Hersteller", "Typ", "MAC-Adresse", "Standort"])
    # Somebody else's file has no guard of ours; one that looks like it is taken off.
    names = [name for name in names if not name.startswith("'")]
    if dialect["lineterminator"] == "\n" and "quoting" not in dialect:
        # CPython then leaves a CR without quotes, and nobody can tell it from the end of a line.
        names = [name for name in names if "\r" not in name]
    for at, name in enumerate(names):
        writer.writerow(["acme", name, mac(at), "Büro"])
    roster = read(out.getvalue(), own_models=[own(name) for name in names])
    assert [str(fault) for fault in roster.faults] == []
    assert [row.model.name for row in roster.rows] == names
    assert all(row.site == "Büro" for row in roster.rows)


def test_x1_paps_are_a_secret_and_an_audit_event() -> None:
    host = Host()
    device = host.create()
    plain = libprov.export_roster([device], lang=Lang.DE, now=host.now)
    assert host.pap() not in plain and plain.startswith("Hersteller;Typ;")
    file, effects = libprov.export_roster_with_paps(host.tenant, [device], lang="de", bom=True, now=host.now)
    assert host.pap() in file.reveal() and host.pap() not in repr(file)
    assert file.reveal().startswith("\ufeff")
    assert [effect.event for effect in effects if isinstance(effect, libprov.Audit)] == [AuditEvent.PAPS_EXPORTED]
    with pytest.raises(TypeError):
        libprov.export_roster(["x"], lang="de", now=host.now)  # type: ignore[list-item]
    for wrong in ({"lang": "xx"}, {"lang": "de", "delimiter": "|"}):
        with pytest.raises(InvalidInputError):
            libprov.export_roster([], now=host.now, **wrong)


def test_x2_bad_lines_are_reported_and_nothing_is_imported() -> None:
    body = f"{TITLES}\nyealink,T46S,{mac(1)},,,successful,123987,\nyealink,T64S,{mac(2)},,,,,\nyealink,T46S,x,,,,,\n"
    roster = read(body)
    assert [(fault.line, fault.position, fault.column, fault.code) for fault in roster.faults] == [
        (3, 2, RosterColumn.MODEL, ErrorCode.ROSTER_MODEL),
        (4, 3, RosterColumn.MAC, ErrorCode.ROSTER_MAC),
    ]
    assert str(roster.faults[0]).startswith("line 3, column 2 (Type): the model \"T64S\" is unknown; the nearest are ")
    tenant = a_tenant()
    with pytest.raises(InvalidInputError) as caught:
        roster.begin(tenant, now=START, entropy=drawn())
    assert caught.value.code is ErrorCode.ROSTER_BAD_LINES
    good = read(body, skip_bad_lines=True)
    batch = good.begin(tenant, now=START, entropy=drawn())
    device = batch.step(Facts(tenant), good.good_rows[0]).writes.device
    assert device is not None and device.state(now=START) is State.REQUIRED
    pap = device.pap(tenant)
    assert pap is not None and pap.reveal() != "123987"


def test_e3_bad_lines_and_faults_are_bounded() -> None:
    body = "Vendor,Type,MAC address\n" + '""x\n' * 10_007
    faults = read(body).faults
    assert len(faults) == 10_001
    assert (faults[-1].line, faults[-1].code) == (10_002, ErrorCode.ROSTER_FAULTS)
    assert " 7 more " in str(faults[-1])
    few = read(body, max_rows=10).faults
    assert (len(few), few[-1].line, few[-1].code) == (11, 12, ErrorCode.ROSTER_ROWS)


def test_p5_a_pap_in_the_wrong_column_is_not_repeated() -> None:
    for pap in ("'482913", '="482913"', "482 913", "482913.0", "\u00a0482-913", "４８２９１３"):
        field = '"' + pap.replace('"', '""') + '"'
        (fault,) = read(f"Vendor,Type,MAC address\n{field},T46S,{mac(1)}\n").faults
        assert str(fault) == 'line 2, column 1 (Vendor): the vendor "(digits)" is unknown'


def test_x1_what_is_known_is_a_duplicate_unless_update() -> None:
    host = Host()
    old = host.create(site="Bonn")
    text = f"Vendor,Type,MAC address,Site\nyealink,T48S,{MAC},Ulm\nyealink,T48S,{mac(9)},Ulm\n"
    roster = read(text).know([Known.HERE, "elsewhere"])
    assert [row.known for row in roster.rows] == [Known.HERE, Known.ELSEWHERE]
    assert [fault.code for fault in roster.faults] == [ErrorCode.ROSTER_MAC_KNOWN, ErrorCode.ADMIN_KNOWN_ELSEWHERE]
    assert roster.good_rows == ()
    unaware = read(text)
    batch = unaware.begin(host.tenant, now=START, entropy=drawn())
    with pytest.raises(AdminError):
        batch.step(host.facts(), unaware.rows[0])
    changed = read(text, update=True).know(["here", "new"])
    batch = changed.begin(host.tenant, now=START, entropy=drawn())
    new = batch.step(host.facts(), changed.rows[0]).writes.device
    assert new is not None and (new.model.name, new.site, new.epoch) == ("T48S", "Ulm", old.epoch)
    for wrong in ([], ["new", "nobody"], ["new"] * 3):
        with pytest.raises(InvalidInputError):
            changed.know(wrong)


def test_r24_a_roster_is_imported_as_installed() -> None:
    tenant = a_tenant()
    text = f"Vendor,Type,MAC address\nyealink,T46S,{MAC}\n"
    roster = read(text, installed_until=START + timedelta(days=1))
    step = roster.begin(tenant, now=START, entropy=drawn()).step(Facts(tenant), roster.rows[0])
    decision = libprov.decide(
        Facts(tenant, device=step.writes.device), libprov.Request(MAC, "192.0.2.7"), now=START, entropy=drawn()
    )
    assert decision.rule == "R8a"
    with pytest.raises(InvalidInputError) as caught:
        roster.begin(tenant, now=START + timedelta(days=2), entropy=drawn())
    assert caught.value.field == "installed_until"


def test_e8_a_batch_from_many_threads_gives_different_paps() -> None:
    tenant = a_tenant()
    body = "".join(f"yealink,T46S,{mac(at)}\n" for at in range(1, 201))
    roster = read("Vendor,Type,MAC address\n" + body)
    batch = roster.begin(tenant, taken=["123987"], now=START, entropy=drawn())
    made: list[str] = []

    def some(rows: tuple[libprov.RosterRow, ...]) -> None:
        for row in rows:
            device = batch.step(Facts(tenant), row).writes.device
            assert device is not None
            pap = device.pap(tenant)
            assert pap is not None
            made.append(pap.reveal())

    threads = [threading.Thread(target=some, args=(roster.rows[at::4],)) for at in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == len(set(made)) == 200


def test_e3_a_finished_import_says_so_and_any_bytes_are_faults() -> None:
    roster = RosterImport()
    roster.feed(memoryview(b"\xff\xfe\0"))
    assert roster.finish().faults[0].code is ErrorCode.ROSTER_ENCODING
    for call in (roster.finish, lambda: roster.feed(b"x")):
        with pytest.raises(InvalidInputError):
            call()
    with pytest.raises(TypeError):
        RosterImport().feed("text")  # type: ignore[arg-type]
    with pytest.raises(InvalidInputError):
        RosterImport(own_models=[Model("yealink", "T46S")])


def test_x3_places_are_stable_and_inside_the_period() -> None:
    tenant = libprov.Tenant.cloud(1, key=libprov.TenantKey(1, bytes(range(32))), emergency=["112"])
    # The same numbers as in core/tests/roster.rs.
    assert libprov.stagger(tenant, mac(1), timedelta(hours=1)) == timedelta(milliseconds=213_544)
    assert libprov.stagger(tenant, mac(1), 3_600_000) == timedelta(milliseconds=213_544)
    assert libprov.stagger_interval(tenant, mac(1)) == timedelta(seconds=16_468)
    assert libprov.stagger(tenant, mac(1), 0) == timedelta(0)
    for wrong in (-1, timedelta(days=-1), timedelta(days=400)):
        with pytest.raises(InvalidInputError):
            libprov.stagger(tenant, mac(1), wrong)
