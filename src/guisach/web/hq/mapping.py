"""The map of the province as a picture: cells of communes, marks of places, a few names to find one's way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.urls import reverse
from django.utils.translation import gettext as _

from guisach.domain.programme.rules.coverage import Level, State
from guisach.web.hq import geometry, words
from guisach.web.hq.geometry import Mosaic, Point, project_one

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from guisach.domain.network.models import Commune
    from guisach.domain.programme.queries import Coverage, PlaceReport

WIDTH: Final = 600
_MARGIN: Final = 6
_HEIGHT_MAX: Final = 900
_MARKS_APART: Final = 11.0  # in units of the picture
_NAMES_APART: Final = (70.0, 24.0)
_NAME_HALF: Final = (40.0, 10.0)  # half of the ground that a name covers
_NAME_SHIFTS: Final = (0.0, -9.0, 9.0, -18.0, 18.0, -27.0, 27.0)  # where else it may stand, the nearest first


@dataclass(frozen=True, slots=True)
class CellView:
    """A commune on the map; `points` as SVG wants them."""

    code: str
    href: str
    name: str
    title: str
    level: Level
    is_border: bool
    points: str


@dataclass(frozen=True, slots=True)
class MarkView:
    """A place on the map: a ring where nothing was recorded, a dot where something was, a diamond where it meets."""

    shape: str  # quiet | active | meeting
    x: str
    y: str


@dataclass(frozen=True, slots=True)
class NameView:
    """A name written on the map."""

    text: str
    x: str
    y: str


@dataclass(frozen=True, slots=True)
class MapView:
    """Everything that the template draws; `elsewhere` are communes without coordinates."""

    width: int
    height: int
    cells: list[CellView]
    marks: list[MarkView]
    names: list[NameView]
    elsewhere: list[Commune]


def map_of(coverage: Coverage) -> MapView | None:
    """Draw the communes that have coordinates; None where there are none, or too many for a province."""
    units = [coverage.units[one.commune] for one in coverage.communes]
    shown = [unit for unit in units if unit.lat is not None and unit.lon is not None]
    if not shown or len(shown) > geometry.SITES_MAX:
        return None
    positions = [(unit.lat, unit.lon) for unit in shown if unit.lat is not None and unit.lon is not None]
    mosaic = geometry.mosaic(geometry.project(positions))
    frame = _Frame(mosaic, positions)
    order = {unit.pk: n for n, unit in enumerate(shown)}
    cells = [_cell(coverage, unit, frame, order[unit.pk]) for unit in shown]
    marks = [
        mark
        for one in coverage.communes
        if one.commune in order
        for mark in _marks([coverage.reports[place.code] for place in one.places], frame, order[one.commune])
    ]
    names = _names(shown, frame, marks)
    return MapView(WIDTH, frame.height, cells, marks, names, [unit for unit in units if unit.pk not in order])


class _Frame:
    """Puts kilometres onto the picture."""

    def __init__(self, mosaic: Mosaic, positions: Sequence[tuple[float, float]]) -> None:
        corners = [corner for cell in mosaic.cells for corner in cell]
        self.mosaic = mosaic
        self._west, self._north = min(p.x for p in corners), min(p.y for p in corners)
        wide, high = max(p.x for p in corners) - self._west, max(p.y for p in corners) - self._north
        self.scale = min((WIDTH - 2 * _MARGIN) / wide, (_HEIGHT_MAX - 2 * _MARGIN) / high)
        self._left = (WIDTH - wide * self.scale) / 2
        self.height = round(high * self.scale + 2 * _MARGIN)
        lats, lons = [lat for lat, _lon in positions], [lon for _lat, lon in positions]
        self._middle = (min(lats) + max(lats)) / 2, (min(lons) + max(lons)) / 2

    def at(self, point: Point) -> Point:
        return Point((point.x - self._west) * self.scale + self._left, (point.y - self._north) * self.scale + _MARGIN)

    def on_ground(self, lat: float, lon: float) -> Point:
        return project_one(lat, lon, *self._middle)


def _cell(coverage: Coverage, unit: Commune, frame: _Frame, n: int) -> CellView:
    held = next(one for one in coverage.communes if one.commune == unit.pk)
    corners = (frame.at(corner) for corner in frame.mosaic.cells[n])
    return CellView(
        code=unit.pk,
        href=reverse("hq:commune", args=[unit.pk]),
        name=words.commune_name(unit),
        title=told(unit, held.level, len(held.places)),
        level=held.level,
        is_border=State.BORDER in held.states(is_border=unit.is_border),
        points=" ".join(f"{x:.1f},{y:.1f}" for x, y in corners),
    )


def told(unit: Commune, level: Level, places: int) -> str:
    """Say in words what the cell of a commune shows."""
    parts = [words.commune_name(unit)]
    if unit.is_border:
        parts.append(_("on the border"))
    parts.append(str(words.LEVELS[level]))
    if places:
        parts.append(_("counted places: %(n)s") % {"n": places})
    return " · ".join(parts)


def _marks(reports: Iterable[PlaceReport], frame: _Frame, n: int) -> Iterable[MarkView]:
    """Mark the places of one commune inside its own cell, side by side where they share a spot."""
    site, cell = frame.mosaic.sites[n], frame.mosaic.cells[n]
    held = list(reports)
    spots = []
    for report in held:
        lat, lon = report.place.lat, report.place.lon
        spots.append(site if lat is None or lon is None else frame.on_ground(lat, lon))
    inside = [geometry.pulled_in(cell, site, spot) for spot in spots]
    for report, spot in zip(held, geometry.apart(inside, _MARKS_APART / frame.scale), strict=True):
        x, y = frame.at(geometry.pulled_in(cell, site, spot))
        shape = "quiet" if not report.is_active else "meeting" if report.meets_minimum else "active"
        yield MarkView(shape, f"{x:.1f}", f"{y:.1f}")


def _names(shown: Sequence[Commune], frame: _Frame, marks: Sequence[MarkView]) -> list[NameView]:
    """Write the names of former district seats, which everybody knows: none over another, as few marks hidden."""
    dots = [Point(float(mark.x), float(mark.y)) for mark in marks]
    taken: list[Point] = []
    found = []
    for n, unit in enumerate(shown):
        if unit.name != unit.former_district:
            continue
        cell = frame.mosaic.cells[n]
        x, y = frame.at(Point(sum(p.x for p in cell) / len(cell), sum(p.y for p in cell) / len(cell)))
        spots = [Point(x, y + shift) for shift in _NAME_SHIFTS]
        free = [spot for spot in spots if not any(_collide(spot, other, *_NAMES_APART) for other in taken)]
        if free:
            best = min(free, key=lambda spot: sum(_collide(spot, dot, *_NAME_HALF) for dot in dots))
            taken.append(best)
            found.append(NameView(unit.name, f"{best.x:.1f}", f"{best.y:.1f}"))
    return found


def _collide(a: Point, b: Point, across: float, along: float) -> bool:
    return abs(a.x - b.x) < across and abs(a.y - b.y) < along
