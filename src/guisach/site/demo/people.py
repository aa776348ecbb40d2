"""Readers of the demonstration, with names as the peoples of Cao Bằng bear them; nobody of them exists."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from guisach.domain.readers.rules.cards import card_number
from guisach.site.demo.stock import DATA

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

    from guisach.domain.network.models import Place

_PEOPLES = (("TAY", 41), ("NUNG", 30), ("MONG", 12), ("DAO", 10), ("KINH", 6), ("LO_LO", 1))
_READERS = {
    "PROVINCIAL_LIBRARY": (260, 320),
    "COMMUNE_LIBRARY": (30, 80),
    "COMMUNITY_LIBRARY": (30, 60),
    "LEARNING_CENTRE": (10, 25),
    "POST_OFFICE_POINT": (6, 20),
    "COMMUNITY_BOOKCASE": (8, 22),
    "LAW_BOOKCASE": (3, 8),
    "SCHOOL": (40, 90),
    "BORDER_POST": (8, 20),
    "MOBILE_UNIT": (60, 90),
}
_GROUPS = {
    "SCHOOL": (("CHILD", 60), ("PUPIL", 38), ("OFFICIAL", 2)),
    "BORDER_POST": (("SOLDIER", 92), ("CHILD", 8)),
    "": (("CHILD", 34), ("PUPIL", 26), ("FARMER", 20), ("OFFICIAL", 9), ("ELDER", 8), ("STUDENT", 2), ("DISABLED", 1)),
}
_AGES = {
    "CHILD": (6, 11), "PUPIL": (11, 18), "STUDENT": (18, 23), "OFFICIAL": (24, 60), "FARMER": (19, 65),
    "SOLDIER": (19, 45), "ELDER": (62, 85), "DISABLED": (10, 70),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Villager:
    """A made-up reader."""

    id: UUID
    name: str
    group: str
    birth_on: date
    guardian: str
    card: str
    place: str


class Names:
    """Draws names by people and sex."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        with (DATA / "names.csv").open(encoding="utf-8", newline="") as handle:
            self._rows = list(csv.DictReader(handle))

    def draw(self) -> str:
        """Return a full name."""
        people = self._rng.choices([p for p, _ in _PEOPLES], [w for _, w in _PEOPLES])[0]
        sex = self._rng.choice("FM")
        parts = (self._part("FAMILY", people), self._part(f"MIDDLE_{sex}", people), self._part(f"GIVEN_{sex}", people))
        return " ".join(parts)

    def _part(self, part: str, people: str) -> str:
        rows = [row for row in self._rows if row["part"] == part and row["people"] in {people, "ALL"}]
        return self._rng.choices(rows, [float(row["weight"]) for row in rows])[0]["value"]


def villagers(rng: Random, places: Sequence[Place], on: date) -> list[Villager]:
    """Return the readers of all places; ages are as of `on`."""
    names = Names(rng)
    made: list[Villager] = []
    for place in places:
        if place.service_mode == "OPEN_SHELF" or place.kind not in _READERS:
            continue
        groups = _GROUPS.get(place.kind, _GROUPS[""])
        for _ in range(rng.randint(*_READERS[place.kind])):
            group = rng.choices([g for g, _ in groups], [w for _, w in groups])[0]
            age = rng.randint(*_AGES[group])
            made.append(
                Villager(
                    id=UUID(int=rng.getrandbits(128), version=4),
                    name=names.draw(),
                    group=group,
                    birth_on=on - timedelta(days=age * 365 + rng.randrange(1, 364)),
                    guardian=names.draw() if age < 17 else "",
                    card=card_number(len(made) + 1),
                    place=place.code,
                )
            )
    return made
