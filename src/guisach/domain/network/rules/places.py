"""What a place must have at least, and on which days it is open."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from math import asin, cos, radians, sin, sqrt
from typing import Literal

Measure = Literal["COPIES", "TITLES", "PERIODICALS", "AREA_M2"]

_EARTH_RADIUS_KM = 6371.0


@dataclass(frozen=True, slots=True)
class PlaceFacts:
    """What a place has; None where nobody has said."""

    copies: int | None = None
    titles: int | None = None
    periodicals: int | None = None
    area_m2: float | None = None


@dataclass(frozen=True, slots=True)
class Minimum:
    """What a kind of place must have (Decree 93/2020/NĐ-CP); None where the decree names nothing."""

    copies: int | None = None
    titles: int | None = None
    periodicals: int | None = None
    area_m2: float | None = None


@dataclass(frozen=True, slots=True)
class Shortfall:
    """One measure below its minimum; `has` is None where it is not known, which is not the same as zero."""

    measure: Measure
    needs: float
    has: float | None

    @property
    def gap(self) -> float:
        """How much is wanting, counting what is not known as nothing."""
        return self.needs - (self.has or 0)


def shortfalls(facts: PlaceFacts, minimum: Minimum) -> list[Shortfall]:
    """List what is below the minimum or not known, in the decree's order; nothing means that it is met."""
    measures: tuple[tuple[Measure, float | None, float | None], ...] = (
        ("COPIES", minimum.copies, facts.copies),
        ("TITLES", minimum.titles, facts.titles),
        ("PERIODICALS", minimum.periodicals, facts.periodicals),
        ("AREA_M2", minimum.area_m2, facts.area_m2),
    )
    return [
        Shortfall(measure, needs, has)
        for measure, needs, has in measures
        if needs is not None and (has is None or has < needs)
    ]


def is_open_on(weekdays: Collection[int], day: date) -> bool:
    """Tell whether a place with these ISO weekdays is open that day; one without any is taken as open."""
    return not weekdays or day.isoweekday() in weekdays


def distance_km(lat: float, lon: float, other_lat: float, other_lon: float) -> float:
    """Give the great-circle distance of two points in degrees: as the crow flies, half of a mountain road."""
    a, b = radians(lat), radians(other_lat)
    half = sin((b - a) / 2) ** 2 + cos(a) * cos(b) * sin(radians(other_lon - lon) / 2) ** 2
    return 2 * _EARTH_RADIUS_KM * asin(sqrt(min(half, 1.0)))
