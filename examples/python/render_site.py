"""The files of a whole site: a roster in CSV, a profile in layers, one file for each of its 500 telephones.

Run it where `libprov` is installed: `python examples/python/render_site.py [FOLDER]`. Without a folder it only looks whether
every file can be rendered, which is worth a minute before the telephones are carried in; the files hold passwords.
"""

import secrets
import sys
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import libprov
from libprov import Device, Facts, Model, Profile, ProvError, RenderedFile, RosterImport, Tenant, TenantKey

TELEPHONES = 500
EMERGENCY = ["112", "110"]
OUTSIDE_LINE = "0"
now = datetime.now(UTC)
folder = Path(sys.argv[1]) if len(sys.argv) > 1 else None
tenant = Tenant.cloud(42, key=TenantKey(1, secrets.token_bytes(32)), emergency=EMERGENCY, outside_line=OUTSIDE_LINE, lang="de")


# 1. The roster, as a spreadsheet writes it, and the extensions that the PBX has for it.
def roster() -> str:
    """One line for each telephone: mostly two kinds of desk telephones, and a DECT base and an adapter here and there."""
    kinds = ["yealink;T46U", "snom;D385", "yealink;T46U", "snom;D785", "gigaset;N510 IP PRO", "patton;SN4112"]
    lines = ["Hersteller;Typ;MAC-Adresse;Standort"]
    for number in range(TELEPHONES):
        mac = 0x0004_1300_0000 + number
        lines.append(f"{kinds[number % len(kinds)]};{mac:012x};{'Köln' if number % 3 else 'Łódź'}")
    return "\n".join(lines)


# 2. What all telephones have in common, what a site and a model add. The strongest word is that of one telephone.
all_of_them = {
    "accounts": [{"server": {"host": "sip.example.net"}}],
    "time": {"ntp_server": "ntp.example.net", "zone": "Europe/Berlin"},
    "language": "de",
    "tones": "de",
}
sites = {"Köln": {"display_text": "Büro Köln"}, "Łódź": {"language": "pl", "time": {"zone": "Europe/Warsaw"}}}
with_keys = {"keys": [{"kind": "line"}, {"kind": "blf", "value": "100", "pickup": "*8", "label": "Zentrale"}]}


def one(extension: int) -> dict[str, object]:
    """What one telephone says, with the SIP password that the PBX has for it."""
    # Somebody pasted a name out of an e-mail, line break and all.
    name = "Anna\nMüller" if extension == 1042 else f"Platz {extension}"
    password = libprov.Secret(secrets.token_urlsafe(12))
    return {"accounts": [{"user": str(extension), "label": name, "display_name": name, "password": password}]}


def render(device: Device, site: str, extension: int) -> RenderedFile:
    """The full file of one device, with all its secrets."""
    model = device.model
    profile = Profile.from_layers(
        tenant=all_of_them, site=sites[site], model=with_keys if model.keys else None, device=one(extension)
    )
    return libprov.render_full(
        profile,
        model,
        device.mac,
        url="https://prov.example.net/p/",
        login=(libprov.credential_user(device), libprov.credential(tenant, device)),
        emergency=EMERGENCY,
        secrets=libprov.Secrets.all(),
        outside_line=OUTSIDE_LINE,
        characters="transliterate",
    )


# 3. Line by line: the device, its profile, its file. What is wrong with one telephone does not stop the others.
imported = RosterImport()
imported.feed(roster().encode())
checked = imported.finish()
checked = checked.know(["new" for _ in checked.rows])  # as the host's store says
assert not checked.faults, checked.faults
batch = checked.begin(tenant, now=now, entropy=secrets.token_bytes(32))

refused: list[str] = []
warned: Counter[str] = Counter()
kinds: Counter[Model] = Counter()
size = 0
rows = checked.good_rows
for number, row in enumerate(rows, start=1):
    made = batch.step(Facts(tenant), row).writes.device
    assert made is not None
    try:
        file = render(made, row.site or "", 1000 + number)
    except ProvError as error:
        refused.append(f"{row.mac}: {error}")
    else:
        kinds[row.model] += 1
        size += len(file.file)
        warned.update(f"{row.model.name}: {warning}" for warning in file.warnings)
        if folder is not None:
            (folder / file.file_name).write_bytes(file.file)
    if number % 25 == 0 or number == len(rows):
        print(f"\rrendering   {number} of {len(rows)}", end="", file=sys.stderr, flush=True)
print(file=sys.stderr)

# 4. What came of it.
print(f"rendered    {kinds.total()} files of {size // 1024} KiB, {len(refused)} refused")
for model, count in kinds.most_common():
    print(f"            {count:3} {model.vendor} {model.name}")
for text, count in warned.most_common():
    print(f"warning     {count:3} times {text}")
for line in refused:
    print(f"refused     {line}")
