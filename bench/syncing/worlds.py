"""The province that devices come back to; each function runs in a process with that installation's settings."""

from __future__ import annotations

import json
import os
import sys
from datetime import date, timedelta
from typing import Any
from uuid import UUID

DEVICES_EACH = 4  # devices of one place: they count the same days and lend to the same readers
AWAY = timedelta(days=30)
COPIES_EACH = 80  # a device never has more on loan, and what came back goes out again
READERS_EACH = 12  # who joined before; more join


def settle(devices: int) -> dict[str, Any]:
    """Make places, keepers, copies and readers, and enrol so many devices; gives what these must know.

    Each device has copies of its own to lend, and readers for them who joined before.
    """
    from guisach.domain.journal.queries import log_end

    places = [f"CB-S{n:03d}" for n in range(-(-devices // DEVICES_EACH))]
    keepers = _places(places)
    _copies(places, devices)
    readers = _readers(places, devices)
    enrolled = [_enrol(keepers[places[n // DEVICES_EACH]], places[n // DEVICES_EACH]) for n in range(devices)]
    more = {"copies_each": COPIES_EACH, "seen": log_end()}
    return {
        "devices": [{**one, **more, "copies": f"S{n:04d}", "readers": readers[n]} for n, one in enumerate(enrolled)]
    }


def _places(codes: list[str]) -> dict[str, Any]:
    from guisach.domain.network.models import Appointment, Commune, OpeningHours, Place, Province, Staff
    from guisach.kernel.clock import system_clock

    Province.objects.create(code="04", name="Cao Bằng")
    Commune.objects.create(
        code="01324", province_id="04", name="Cô Ba", kind="COMMUNE", valid_from=date(2025, 7, 1), lat=23.0, lon=105.7
    )
    Place.objects.bulk_create(
        Place(code=code, name="Thư viện", kind="COMMUNE_LIBRARY", service_mode="STAFFED", commune_id="01324")
        for code in codes
    )
    OpeningHours.objects.bulk_create(
        OpeningHours(place_id=code, weekday=day, opens="07:30", closes="17:00") for code in codes for day in range(1, 8)
    )
    staff = [
        Staff.objects.create(username=f"keeper{n}", full_name="Lan", created_at=system_clock())
        for n in range(len(codes))
    ]
    Appointment.objects.bulk_create(
        Appointment(staff=one, role="KEEPER", place_id=code, active_from=date(2025, 7, 1))
        for one, code in zip(staff, codes, strict=True)
    )
    return dict(zip(codes, staff, strict=True))


def _copies(places: list[str], devices: int) -> None:
    from guisach.domain.catalogue.models import Copy, Record
    from guisach.kernel.clock import system_clock

    now = system_clock()
    records = Record.objects.bulk_create(
        Record(title=f"Sách {n}", title_key=f"sach {n}", author="Tô Hoài", marc="{}", created_at=now, updated_at=now)
        for n in range(1000)
    )
    Copy.objects.bulk_create(
        (
            Copy(
                barcode=f"S{n:04d}{k:04d}", record=records[(n * COPIES_EACH + k) % len(records)],
                owner_id=places[n // DEVICES_EACH], base_id=places[n // DEVICES_EACH],
            )
            for n in range(devices)
            for k in range(COPIES_EACH)
        ),
        batch_size=1000,
    )  # fmt: skip


def _readers(places: list[str], devices: int) -> list[list[str]]:
    from guisach.domain.journal import actions as journal
    from guisach.domain.network.models import Staff
    from guisach.kernel.clock import system_clock

    def reader(n: int, k: int) -> str:
        return str(UUID(int=(7 << 76) + (2 << 62) + (n << 20) + k + 1))

    joinings = [
        {"op": str(UUID(int=(7 << 76) + (2 << 62) + (1 << 50) + (n << 20) + k)), "v": 1, "kind": "join",
         "place": places[n // DEVICES_EACH], "group": "FARMER", "expires": "2099-01-01",
         "private": {"reader": reader(n, k), "name": f"Bạn đọc {n}.{k}", "card": f"CS{n:04d}{k:04d}", "consent": True}}
        for n in range(devices)
        for k in range(READERS_EACH)
    ]  # fmt: skip
    before = system_clock() - AWAY  # what the devices have seen of the log is older than what they did
    source = journal.workbench_source(staff=Staff.objects.all()[0], at=before)
    for start in range(0, len(joinings), journal.BATCH_MAX):
        journal.record(operations=joinings[start : start + journal.BATCH_MAX], by=source, clock=lambda: before)
    return [[reader(n, k) for k in range(READERS_EACH)] for n in range(devices)]


def _enrol(keeper: Any, place: str) -> dict[str, str]:
    from uuid import uuid4

    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
    from syncing.made import new_key, public

    from guisach.domain.sync import actions
    from guisach.domain.sync.models import Keeper
    from guisach.kernel.clock import system_clock

    key, device = new_key(), uuid4()
    code, _end = actions.make_code(place=place, by=keeper, is_printed=False, at=system_clock())
    done = actions.enrol(
        code=code, device=device, key=public(key), label="", version=1, address="127.0.0.1", clock=system_clock
    )
    # That somebody proved with a password who they are takes as long as the password is made to take.
    Keeper.objects.create(desk_id=device, staff=keeper, proved_at=system_clock())
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    return {
        "device": str(device), "credential": done.credential, "key": pem, "place": place, "actor": keeper.username
    }  # fmt: skip


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "guisach.site.settings"
    import django

    django.setup()
    print(json.dumps(globals()[sys.argv[1]](*map(int, sys.argv[2:]))))
