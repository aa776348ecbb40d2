"""The province in which runs happen, and its files: an empty database and a settled one, copied for each run."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

from django.core.management import call_command

from guisach.domain.catalogue import actions as catalogue
from guisach.domain.catalogue.rules.drafts import CopyDraft, NewTitle, RecordDraft
from guisach.domain.journal import actions as journal
from guisach.domain.network import actions as network
from guisach.domain.network import queries as network_queries
from guisach.site.simulation import databases, enrolling
from guisach.site.simulation.desks import Desk
from guisach.site.simulation.fixed import START, Time, fixed, id_from
from guisach.site.simulation.link import Hub, Link

TINH, MOT, HAI = "SIM-TINH", "SIM-MOT", "SIM-HAI"
PLACES = (TINH, MOT, HAI)
LIBRARIAN = "hoa"
PASSWORD = "rung-xanh-nui-do-2026"  # noqa: S105  (of people who live for one run)
ACTORS = {TINH: "hoa", MOT: "lan", HAI: "minh"}
GROUPS = ("FARMER", "CHILD", "ELDER", "PUPIL")
_DATA = Path(__file__).parent / "data"
_COPIES_EACH = 4  # of a title


@dataclass(frozen=True, slots=True)
class World:
    """What there is to act on, and the tokens of those who work online. `file` is the settled database."""

    file: Path
    empty: Path
    copies: tuple[str, ...]
    records: tuple[int, ...]
    readers: tuple[UUID, ...]
    tokens: dict[str, str]
    desks: list[Desk]


def build(folder: Path, copies: int, migrated: Path | None = None) -> World:
    """Make the databases in a folder; the present connection must be to a fresh file of this process alone.

    `migrated` is an empty database of this version, where somebody has one: its migrations take three seconds.
    """
    databases.hurry()
    if migrated is not None:
        databases.begin_with(migrated)
    else:
        call_command("migrate", interactive=False, verbosity=0)
    empty, settled = folder / "empty.sqlite3", folder / "settled.sqlite3"
    databases.keep_as(empty)
    time, dice = Time(START - timedelta(days=2)), random.Random(0)  # noqa: S311  (a simulation, not a secret)
    with fixed(time, dice):
        network.load_province(_DATA, at=datetime(2024, 1, 1, tzinfo=UTC), password_for=lambda _username: PASSWORD)
        barcodes = tuple(f"SM{n:06d}" for n in range(copies))
        records = catalogue.add_many(titles=_titles(barcodes), clock=time)
        readers = tuple(UUID(int=0xBD00 + n) for n in range(max(4, copies // 2)))
        tokens = {}
        for place, username in ACTORS.items():
            staff = network_queries.staff(username)
            if staff is None:
                raise LookupError(username)
            tokens[username] = journal.issue_token(
                staff=staff, label=place, at=time(), valid_for=timedelta(days=40_000)
            )
            source = journal.workbench_source(staff=staff, at=time())
            joinings = [_joining(n, reader, place) for n, reader in enumerate(readers) if PLACES[n % 3] == place]
            journal.record(operations=joinings, by=source, clock=time)
        desks = [_desk(n, place, time, dice) for n, place in enumerate((*PLACES, MOT))]
    databases.keep_as(settled)
    return World(settled, empty, barcodes, tuple(records), readers, tokens, desks)


def _desk(number: int, place: str, time: Time, dice: random.Random) -> Desk:
    """Enrol a desk while the network is good."""
    actors = (ACTORS[place], LIBRARIAN) if number % 2 and place != TINH else (ACTORS[place],)
    desk = Desk(f"desk{number}", place, actors, dice, id_from(dice, time.at))
    link = Link(Hub(), time, dice, is_good=True)
    desk.enrol(link, enrolling.code_for(place, time), desk.name)
    for actor in actors:
        desk.prove(link, actor, PASSWORD)
    return desk


def _titles(barcodes: tuple[str, ...]) -> list[NewTitle]:
    return [
        NewTitle(
            draft=RecordDraft(title=f"Sách {start}", authors=("Tô Hoài",)),
            copies=tuple(
                CopyDraft(owner=TINH, base=PLACES[(start + n) % 3], barcode=barcode)
                for n, barcode in enumerate(barcodes[start : start + _COPIES_EACH])
            ),
        )
        for start in range(0, len(barcodes), _COPIES_EACH)
    ]


def _joining(n: int, reader: UUID, place: str) -> dict[str, object]:
    private = {"reader": str(reader), "name": f"Bạn đọc {n}", "card": f"SB{n:05d}", "consent": True}
    return {
        "op": str(UUID(int=0x70_0000 + n)), "v": 1, "kind": "join", "place": place, "group": GROUPS[n % len(GROUPS)],
        "expires": "2099-01-01", "private": {**private, "birth": "1990-01-01"}, "salt": f"{n:032x}",
    }  # fmt: skip
