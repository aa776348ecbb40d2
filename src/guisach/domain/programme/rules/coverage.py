"""Coverage (T1): in how many communes a reader finds a grassroots library, and what of it really works.

Until models are formally recognised by their criteria, having a counted place is only a provisional sign.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

# What the programme means by a grassroots library (Decision 1687/QĐ-TTg): the kinds that count towards T1.
COUNTED_KINDS = (
    "COMMUNE_LIBRARY",
    "COMMUNITY_LIBRARY",
    "LEARNING_CENTRE",
    "POST_OFFICE_POINT",
    "COMMUNITY_BOOKCASE",
)


class State(StrEnum):
    """What can be asked of a commune; several asked together must all be so."""

    COVERED = "COVERED"  # has a counted place
    UNCOVERED = "UNCOVERED"
    ACTIVE = "ACTIVE"  # something was recorded at one of them within a year
    QUIET = "QUIET"  # has a place, and nothing was recorded
    MEETING = "MEETING"  # one of them meets the minimum conditions
    SHORT = "SHORT"  # has a place, and none is known to meet them
    BORDER = "BORDER"  # lies on the national border


class Level(StrEnum):
    """How far a commune has come: each commune has exactly one. Conditions on paper count only where there is life."""

    NONE = "NONE"
    QUIET = "QUIET"
    ACTIVE = "ACTIVE"
    MEETING = "MEETING"  # active, and with a place that meets the minimum conditions


STATES_OF_LEVEL: dict[Level, tuple[State, ...]] = {
    Level.NONE: (State.UNCOVERED,),
    Level.QUIET: (State.QUIET,),
    Level.ACTIVE: (State.ACTIVE, State.SHORT),
    Level.MEETING: (State.ACTIVE, State.MEETING),
}
"""What to ask for in order to get exactly the communes of a level."""


@dataclass(frozen=True, slots=True)
class PlaceFacts:
    """What is known of a place of a counted kind. `meets_minimum` is None where no decree sets a minimum."""

    code: str
    name: str
    kind: str
    commune: str
    is_active: bool
    meets_minimum: bool | None


@dataclass(frozen=True, slots=True)
class CommuneCoverage:
    """A commune with the places that count for it."""

    commune: str
    places: tuple[PlaceFacts, ...]

    @property
    def has_place(self) -> bool:
        """Whether the commune counts, provisionally."""
        return bool(self.places)

    @property
    def is_active(self) -> bool:
        """Whether anything was recorded at one of them."""
        return any(place.is_active for place in self.places)

    @property
    def meets_minimum(self) -> bool:
        """Whether one of them meets the minimum conditions that the decree sets for its kind."""
        return any(place.meets_minimum for place in self.places)

    @property
    def level(self) -> Level:
        """How far it has come."""
        if not self.places:
            return Level.NONE
        if not self.is_active:
            return Level.QUIET
        return Level.MEETING if self.meets_minimum else Level.ACTIVE

    def states(self, *, is_border: bool) -> frozenset[State]:
        """Give everything that is so of it."""
        held = {State.COVERED if self.places else State.UNCOVERED}
        if self.places:
            held.add(State.ACTIVE if self.is_active else State.QUIET)
            held.add(State.MEETING if self.meets_minimum else State.SHORT)
        return frozenset(held | {State.BORDER} if is_border else held)


@dataclass(frozen=True, slots=True)
class TargetLine:
    """A target in communes: `communes_needed` is rounded up, since nobody covers half a commune."""

    year: int
    percent: float
    communes_needed: int
    communes_missing: int


def cover(
    communes: Iterable[str], places: Iterable[PlaceFacts], kinds: Collection[str] = COUNTED_KINDS
) -> list[CommuneCoverage]:
    """Sort the counted places (or those of some of the counted kinds) by commune, in the order of the communes."""
    by_commune: dict[str, list[PlaceFacts]] = {}
    for place in places:
        if place.kind in COUNTED_KINDS and place.kind in kinds:
            by_commune.setdefault(place.commune, []).append(place)
    return [CommuneCoverage(code, tuple(by_commune.get(code, ()))) for code in communes]


def target_line(*, year: int, percent: float, communes: int, covered: int) -> TargetLine:
    """Say what a target asks for in this province, and what is missing."""
    # Rounded at the ninth decimal first: 15 % of 20 must be 3, not 4 by way of 3.0000000000000004.
    needed = math.ceil(round(communes * percent / 100, 9))
    return TargetLine(year, percent, needed, max(0, needed - covered))


def percent_of(part: int, whole: int) -> float:
    """Return a share in per cent; of nothing it is nothing."""
    return 100 * part / whole if whole else 0.0


def next_target(lines: Sequence[TargetLine], year: int) -> TargetLine | None:
    """Return the target to look at in a year: the first whose time has not run out."""
    return next((line for line in sorted(lines, key=lambda line: line.year) if line.year >= year), None)
