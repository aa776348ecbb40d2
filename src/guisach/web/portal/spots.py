"""Where things lie: which place is nearest, and a small map drawn from coordinates alone."""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, radians
from typing import TYPE_CHECKING

from guisach.domain.network.rules.places import distance_km
from guisach.web.portal import words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from guisach.domain.network.models import Commune, Place

Position = tuple[float, float]

_KM_PER_DEGREE = 111.2
_WIDTH, _HEIGHT, _MARGIN = 320.0, 220.0, 26.0
# Of these at most one name may be written over another: more than six is no longer a small map.
_NAMED_MAX = 6
_LETTER_WIDTH, _LINE_HEIGHT = 6.6, 14.0


@dataclass(frozen=True, slots=True)
class Near:
    """A place as seen from somewhere: `km` is 0 in the same commune and None where nobody knows."""

    place: Place
    km: float | None

    @property
    def is_own(self) -> bool:
        """Whether it lies in the commune from which it is seen."""
        return self.km == 0.0

    @property
    def distance(self) -> str:
        """The distance in words, or nothing."""
        return words.distance(self.km) if self.km else ""


@dataclass(frozen=True, slots=True)
class Dot:
    """A dot of the map in its own units; `label` is empty where it would cover another."""

    x: float
    y: float
    label: str = ""
    anchor: str = "start"

    @property
    def label_x(self) -> float:
        """Where the label starts or ends."""
        return self.x + (8 if self.anchor == "start" else -8)


@dataclass(frozen=True, slots=True)
class Map:
    """A place in the middle of its neighbours; `ring` is a circle of `ring_km` around it."""

    dots: list[Dot]
    ring: float
    ring_km: int
    width: int = int(_WIDTH)
    height: int = int(_HEIGHT)

    @property
    def ring_y(self) -> float:
        """Where the ring's distance is written: just inside its top."""
        return round(_HEIGHT / 2 - self.ring + 13, 1)


def position(thing: Place | Commune) -> Position | None:
    """Give latitude and longitude: a place's own, or those of its commune's seat."""
    if thing.lat is not None and thing.lon is not None:
        return thing.lat, thing.lon
    commune: Commune | None = getattr(thing, "commune", None)
    return position(commune) if commune is not None else None


def seen_from(here: Commune | None, place: Place) -> Near:
    """Measure how far a place is from a commune (0 within it)."""
    if here is None:
        return Near(place, None)
    if place.commune_id == here.pk:
        return Near(place, 0.0)
    one, other = position(here), position(place)
    return Near(place, distance_km(*one, *other) if one and other else None)


def nearest_first(here: Commune | None, places: Iterable[Place]) -> list[Near]:
    """Order places by their distance from a commune; those of unknown distance last, each by name."""
    found = [seen_from(here, place) for place in places]
    return sorted(found, key=lambda near: (near.km is None, near.km or 0.0, near.place.name))


def around(place: Place, others: Iterable[Place], *, limit: int) -> list[Near]:
    """List the places nearest to a place, without itself."""
    here = position(place)
    found = []
    for other in others:
        there = position(other)
        if here and there and other.pk != place.pk:
            found.append(Near(other, distance_km(*here, *there)))
    return sorted(found, key=lambda near: (near.km or 0.0, near.place.name))[:limit]


def drawn(place: Place, neighbours: list[Near]) -> Map | None:
    """Draw a place and its neighbours; nothing where there are no coordinates or nobody around."""
    here = position(place)
    away = [(near, there) for near in neighbours if near.km and (there := position(near.place))]
    if here is None or not away:
        return None
    reach_km = max(max(near.km or 0.0 for near, _there in away), 2.0)
    scale = (_HEIGHT / 2 - _MARGIN) / reach_km
    taken: list[tuple[float, float, float, float]] = [(_WIDTH / 2 - 12, _HEIGHT / 2 - 12, 24, 24)]
    dots: dict[tuple[int, int], Dot] = {}
    for near, (lat, lon) in away:
        x = _WIDTH / 2 + (lon - here[1]) * cos(radians(here[0])) * _KM_PER_DEGREE * scale
        y = _HEIGHT / 2 - (lat - here[0]) * _KM_PER_DEGREE * scale
        spot = (round(x / 4), round(y / 4))
        if spot not in dots:
            named = near.place.commune.name if len(dots) < _NAMED_MAX else ""
            dots[spot] = _labelled(round(x, 1), round(y, 1), named, taken)
    ring_km = next((km for km in (50, 20, 10, 5, 2, 1) if km <= reach_km), 1)
    return Map(list(dots.values()), round(ring_km * scale, 1), ring_km)


def _labelled(x: float, y: float, label: str, taken: list[tuple[float, float, float, float]]) -> Dot:
    """Write the label right or left of its dot, wherever it covers nothing and stays inside; else leave it out."""
    wide = len(label) * _LETTER_WIDTH
    for anchor, left in (("start", x + 8), ("end", x - 8 - wide)):
        box = (left, y - _LINE_HEIGHT / 2, wide, _LINE_HEIGHT)
        if label and left > 2 and left + wide < _WIDTH - 2 and not any(_overlap(box, other) for other in taken):
            taken.append(box)
            return Dot(x, y, label, anchor)
    taken.append((x - 5, y - 5, 10, 10))
    return Dot(x, y)


def _overlap(a: tuple[float, float, float, float], b: tuple[float, float, float, float]) -> bool:
    return a[0] < b[0] + b[2] and b[0] < a[0] + a[2] and a[1] < b[1] + b[3] and b[1] < a[1] + a[3]
