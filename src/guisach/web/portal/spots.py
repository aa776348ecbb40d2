"""Where things lie: which place is nearest, and a small map drawn from coordinates alone."""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, radians
from typing import TYPE_CHECKING

from guisach.domain.network.rules.places import distance_km
from guisach.web.portal import words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from guisach.domain.network.models import Commune, Fair, Place

Position = tuple[float, float]

_KM_PER_DEGREE = 111.2
_WIDTH, _HEIGHT, _MARGIN = 320.0, 220.0, 26.0
_LETTER_WIDTH, _LINE_HEIGHT = 7.4, 14.0


@dataclass(frozen=True, slots=True)
class Near(words.Away):
    """A place as seen from somewhere."""

    place: Place
    km: float | None


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


def position(thing: Place | Fair | Commune) -> Position | None:
    """Give latitude and longitude: a place's or fair's own, or those of its commune's seat."""
    if thing.lat is not None and thing.lon is not None:
        return thing.lat, thing.lon
    commune: Commune | None = getattr(thing, "commune", None)
    return position(commune) if commune is not None else None


def km_from(here: Commune | None, thing: Place | Fair) -> float | None:
    """Measure how far a place or fair is from a commune: 0 within it, None where nobody knows."""
    if here is None:
        return None
    if thing.commune_id == here.pk:
        return 0.0
    one, other = position(here), position(thing)
    return distance_km(*one, *other) if one and other else None


def seen_from(here: Commune | None, place: Place) -> Near:
    """See a place from a commune."""
    return Near(place, km_from(here, place))


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
    spots: dict[tuple[int, int], tuple[float, float, str]] = {}
    for near, (lat, lon) in away:
        x = round(_WIDTH / 2 + (lon - here[1]) * cos(radians(here[0])) * _KM_PER_DEGREE * scale, 1)
        y = round(_HEIGHT / 2 - (lat - here[0]) * _KM_PER_DEGREE * scale, 1)
        spots.setdefault((round(x / 4), round(y / 4)), (x, y, near.place.commune.name))
    ring_km = next((km for km in (50, 20, 10, 5, 2, 1) if km <= reach_km), 1)
    return Map(_labelled(list(spots.values()), place.commune.name), round(ring_km * scale, 1), ring_km)


def _labelled(spots: list[tuple[float, float, str]], own: str) -> list[Dot]:
    """Name each commune once, right or left of its dot, where the name covers nothing and stays inside."""
    taken = [(_WIDTH / 2 - 12, _HEIGHT / 2 - 12, 24.0, 24.0)] + [(x - 5, y - 5, 10.0, 10.0) for x, y, _name in spots]
    named = {own}
    dots = []
    for x, y, name in spots:
        dot = Dot(x, y)
        wide = len(name) * _LETTER_WIDTH
        for anchor, left in (("start", x + 8), ("end", x - 8 - wide)):
            box = (left, y - _LINE_HEIGHT / 2, wide, _LINE_HEIGHT)
            is_inside = left > 2 and left + wide < _WIDTH - 2
            if name not in named and is_inside and not any(_overlap(box, other) for other in taken):
                taken.append(box)
                named.add(name)
                dot = Dot(x, y, name, anchor)
        dots.append(dot)
    return dots


def _overlap(a: tuple[float, float, float, float], b: tuple[float, float, float, float]) -> bool:
    return a[0] < b[0] + b[2] and b[0] < a[0] + a[2] and a[1] < b[1] + b[3] and b[1] < a[1] + a[3]
