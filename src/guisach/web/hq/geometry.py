"""A map without boundaries: cells around points, from which a reader recognises the shape of a province.

The product has coordinates of communes and no boundary lines. Each commune gets the ground that is nearer to its
point than to any other (Voronoi), and the outside is settled with points too, in a triangular grid, so that the
outer edge follows the communes instead of a box. It is a diagram and no legal boundary.

Pure Python on purpose: a province has some sixty to two hundred communes, and a cell is cut only by near points.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, cos, hypot, inf, pi, radians, sin, sqrt
from typing import Final, NamedTuple

SITES_MAX: Final = 500
"""More points than any province has communes; beyond it there is no map."""

_KM_PER_DEGREE: Final = 111.2
_TWINS_KM: Final = 0.2  # nearer than this, two points are shown side by side
_LEAST_PITCH_KM: Final = 2.0
_REACH: Final = 1.15  # how far from its points a province reaches, in pitches
_GRID_POINTS_MAX: Final = 6_000


class Point(NamedTuple):
    """A point in kilometres: x to the east, y to the south, as pictures count."""

    x: float
    y: float


Cell = list[Point]


@dataclass(frozen=True, slots=True)
class Mosaic:
    """The points in kilometres, and the cell around each, in the order given."""

    sites: list[Point]
    cells: list[Cell]


def project(positions: Sequence[tuple[float, float]]) -> list[Point]:
    """Turn (latitude, longitude) in degrees into kilometres around their middle; good for a province."""
    if not positions:
        return []
    lat0 = (min(lat for lat, _ in positions) + max(lat for lat, _ in positions)) / 2
    lon0 = (min(lon for _, lon in positions) + max(lon for _, lon in positions)) / 2
    return [project_one(lat, lon, lat0, lon0) for lat, lon in positions]


def project_one(lat: float, lon: float, lat0: float, lon0: float) -> Point:
    """Turn one position into kilometres from another."""
    return Point((lon - lon0) * _KM_PER_DEGREE * cos(radians(lat0)), (lat0 - lat) * _KM_PER_DEGREE)


def mosaic(points: Sequence[Point]) -> Mosaic:
    """Cut the ground into one cell a point. Raises ValueError above SITES_MAX points."""
    if len(points) > SITES_MAX:
        raise ValueError(f"{len(points)} points; at most {SITES_MAX}")
    if not points:
        return Mosaic([], [])
    sites = apart(points, _TWINS_KM)
    pitch = _pitch(sites)
    others = [*sites, *_outside(sites, pitch)]
    return Mosaic(sites, [_cell(site, others, 3 * pitch) for site in sites])


def area(cell: Cell) -> float:
    """Give the area of a cell in km²; positive whichever way it runs."""
    return abs(sum(a.x * b.y - b.x * a.y for a, b in pairwise([*cell, *cell[:1]]))) / 2


def apart(points: Sequence[Point], least_km: float) -> list[Point]:
    """Move points that (nearly) share a spot apart, along a sunflower's spiral, the earlier ones staying."""
    found: list[Point] = []
    for point in points:
        moved, turn = point, 0
        while any(hypot(moved.x - other.x, moved.y - other.y) < least_km for other in found):
            turn += 1
            radius, angle = least_km * 1.05 * sqrt(turn), turn * pi * (3 - sqrt(5))
            moved = Point(point.x + radius * cos(angle), point.y + radius * sin(angle))
        found.append(moved)
    return found


def pulled_in(cell: Cell, site: Point, point: Point, share: float = 0.8) -> Point:
    """Draw a point that lies beyond (or at the edge of) a cell back along the line to its site.

    What belongs to a commune must be seen in its cell, though the cell is not its true ground.
    """
    along = 1.0
    for a, b in pairwise([*cell, *cell[:1]]):
        start, change = _cross(a, b, site), _cross(a, b, site) - _cross(a, b, point)
        if change and start / change > 0:  # on the way to this edge, or through it
            along = min(along, share * start / change)
    return Point(site.x + along * (point.x - site.x), site.y + along * (point.y - site.y))


def _pitch(sites: Sequence[Point]) -> float:
    """Give the usual distance of neighbours: the side of a square with as much ground as a point has on average."""
    hull = _hull(sites)
    around = sum(hypot(b.x - a.x, b.y - a.y) for a, b in pairwise([*hull, *hull[:1]]))
    # A hull leaves half a cell out on each side; a few points in a line have no hull at all.
    least = around / 2 / len(sites)
    return max(_LEAST_PITCH_KM, least / 2, sqrt(area(hull) / len(sites)))


def _hull(points: Sequence[Point]) -> Cell:
    """Give the convex hull (monotone chain)."""
    ordered = sorted(set(points))
    if len(ordered) < 3:
        return ordered

    def chain(run: Sequence[Point]) -> list[Point]:
        kept: list[Point] = []
        for point in run:
            while len(kept) > 1 and _cross(kept[-2], kept[-1], point) <= 0:
                kept.pop()
            kept.append(point)
        return kept[:-1]

    return chain(ordered) + chain(ordered[::-1])


def _cross(o: Point, a: Point, b: Point) -> float:
    return (a.x - o.x) * (b.y - o.y) - (a.y - o.y) * (b.x - o.x)


def _outside(sites: Sequence[Point], pitch: float) -> list[Point]:
    """Settle the ground around: a triangular grid, without what is near a site or enclosed by sites."""
    reach, margin = _REACH * pitch, 3 * pitch
    west, east = min(p.x for p in sites) - margin, max(p.x for p in sites) + margin
    north, south = min(p.y for p in sites) - margin, max(p.y for p in sites) + margin
    step = max(pitch, sqrt((east - west) * (south - north) / _GRID_POINTS_MAX))
    rows, columns = ceil((south - north) / (step * sqrt(3) / 2)), ceil((east - west) / step)
    free: dict[tuple[int, int], Point] = {}
    for row in range(rows + 1):
        for column in range(columns + 1):
            point = Point(west + (column + row % 2 / 2) * step, north + row * step * sqrt(3) / 2)
            if all(hypot(point.x - site.x, point.y - site.y) > reach for site in sites):
                free[row, column] = point
    return [free[key] for key in sorted(_reachable(free, rows, columns))]


def _reachable(free: dict[tuple[int, int], Point], rows: int, columns: int) -> set[tuple[int, int]]:
    """Walk in from the edge: a gap in the middle of a province is thinly settled and not outside."""
    waiting = [key for key in free if key[0] in (0, rows) or key[1] in (0, columns)]
    seen = set(waiting)
    while waiting:
        for key in _around(*waiting.pop()):
            if key in free and key not in seen:
                seen.add(key)
                waiting.append(key)
    return seen


def _around(row: int, column: int) -> Iterator[tuple[int, int]]:
    yield from ((row, column - 1), (row, column + 1))
    first = column if row % 2 else column - 1
    yield from ((row + up, first + side) for up in (-1, 1) for side in (0, 1))


def _cell(site: Point, others: Sequence[Point], reach: float) -> Cell:
    """Cut a square around a site down to what is nearer to it than to any other, the nearest first."""
    cell = [
        Point(site.x - reach, site.y - reach),
        Point(site.x + reach, site.y - reach),
        Point(site.x + reach, site.y + reach),
        Point(site.x - reach, site.y + reach),
    ]
    by_distance = sorted((hypot(other.x - site.x, other.y - site.y), other) for other in others if other != site)
    furthest = inf
    for distance, other in by_distance:
        if distance > 2 * furthest:
            break  # whoever is further away cuts nothing off any more
        cell = _nearer(cell, site, other)
        furthest = max(hypot(corner.x - site.x, corner.y - site.y) for corner in cell)
    return cell


def _nearer(cell: Cell, site: Point, other: Point) -> Cell:
    """Keep the part of a convex cell that is nearer to its site than to the other point."""
    middle = Point((site.x + other.x) / 2, (site.y + other.y) / 2)
    towards = Point(other.x - site.x, other.y - site.y)

    def beyond(corner: Point) -> float:
        return (corner.x - middle.x) * towards.x + (corner.y - middle.y) * towards.y

    kept: Cell = []
    for a, b in pairwise([*cell, cell[0]]):
        at_a, at_b = beyond(a), beyond(b)
        if at_a <= 0:
            kept.append(a)
        if (at_a < 0) != (at_b < 0) and at_a != at_b:
            share = at_a / (at_a - at_b)
            if 0 < share < 1:
                kept.append(Point(a.x + share * (b.x - a.x), a.y + share * (b.y - a.y)))
    return kept
