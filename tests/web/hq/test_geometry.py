"""Cells around points: each point in its own, no ground twice, and no input that breaks the picture."""

from __future__ import annotations

import time
from itertools import pairwise
from math import hypot, isfinite

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guisach.web.hq.geometry import SITES_MAX, Point, apart, area, mosaic, project, pulled_in

DEGREES = st.tuples(st.floats(22.3, 23.2), st.floats(105.2, 107.0))
PROVINCES = st.lists(DEGREES, min_size=1, max_size=30)
POINTS = st.builds(Point, st.floats(-100, 100), st.floats(-100, 100))
NEAR = 1e-6


def is_inside(cell, point, slack=NEAR) -> bool:
    """Say whether a point lies in a convex cell, whichever way its corners run."""
    sides = [
        ((b.x - a.x) * (point.y - a.y) - (b.y - a.y) * (point.x - a.x)) / (hypot(b.x - a.x, b.y - a.y) or 1)
        for a, b in pairwise([*cell, cell[0]])
    ]
    return all(side >= -slack for side in sides) or all(side <= slack for side in sides)


@given(PROVINCES)
def test_every_point_has_ground_around_it(positions):
    found = mosaic(project(positions))
    assert len(found.sites) == len(found.cells) == len(positions)
    for site, cell in zip(found.sites, found.cells, strict=True):
        assert len(cell) >= 3
        assert area(cell) > 0
        assert all(isfinite(value) for corner in cell for value in corner)
        assert is_inside(cell, site)


@given(PROVINCES)
def test_no_corner_is_nearer_to_another_point_than_to_its_own(positions):
    found = mosaic(project(positions))
    for site, cell in zip(found.sites, found.cells, strict=True):
        for corner in cell:
            own = hypot(corner.x - site.x, corner.y - site.y)
            assert all(hypot(corner.x - other.x, corner.y - other.y) >= own - NEAR for other in found.sites)


@given(DEGREES, st.integers(2, 20))
def test_points_on_one_spot_each_get_a_cell(spot, count):
    found = mosaic(project([spot] * count))
    assert len(set(found.sites)) == count
    assert all(area(cell) > 0 for cell in found.cells)


@pytest.mark.parametrize(
    "points",
    [[Point(0, 0)], [Point(0, 0), Point(90, 0)], [Point(0, n * 7.0) for n in range(9)], [Point(0, 0), Point(0, 1e-9)]],
    ids=["one", "two", "a line", "twins"],
)
def test_a_province_without_breadth_is_drawn_too(points):
    assert all(area(cell) > 0 for cell in mosaic(points).cells)


def test_nothing_gives_nothing():
    assert mosaic([]).cells == []
    assert project([]) == []


def test_the_outer_edge_follows_the_points_instead_of_a_box():
    """Of a bent row the ground in the bend stays free."""
    row = [Point(10.0 * n, 0) for n in range(8)] + [Point(70, 10.0 * n) for n in range(1, 8)]
    found = mosaic(row)
    assert not any(is_inside(cell, Point(15, 55)) for cell in found.cells)


def test_a_gap_in_the_middle_belongs_to_those_around_it():
    ring = [Point(x, y) for x in range(0, 60, 10) for y in range(0, 60, 10) if (x, y) not in {(20, 20), (30, 20)}]
    assert any(is_inside(cell, Point(25, 20)) for cell in mosaic(ring).cells)


def test_the_same_points_give_the_same_picture():
    positions = [(22.5 + n * 0.013 % 0.6, 105.5 + n * 0.37 % 1.2) for n in range(40)]
    assert mosaic(project(positions)) == mosaic(project(positions))


def test_there_is_a_limit_and_up_to_it_no_waiting():
    points = [Point(n * 37 % 501 / 3, n * 91 % 499 / 5) for n in range(SITES_MAX)]
    start = time.process_time()
    assert len(mosaic(points).cells) == SITES_MAX
    assert time.process_time() - start < 5
    with pytest.raises(ValueError, match="at most 500"):
        mosaic([*points, Point(0, 0)])


def test_two_points_far_apart_do_not_settle_the_whole_world():
    start = time.process_time()
    found = mosaic([Point(0, 0), Point(20_000, 9_000)])
    assert time.process_time() - start < 5
    assert all(area(cell) > 0 for cell in found.cells)


@given(PROVINCES, POINTS)
def test_what_is_pulled_in_lies_in_the_cell_and_what_lies_well_inside_stays(positions, point):
    found = mosaic(project(positions))
    cell, site = found.cells[0], found.sites[0]
    assert is_inside(cell, pulled_in(cell, site, point))
    inner = Point(site.x + (cell[0].x - site.x) * 0.1, site.y + (cell[0].y - site.y) * 0.1)
    moved = pulled_in(cell, site, inner)
    assert hypot(moved.x - inner.x, moved.y - inner.y) < NEAR


@settings(max_examples=30)
@given(st.lists(POINTS, max_size=15), st.floats(0.1, 5))
def test_marks_are_kept_apart(points, least_km):
    found = apart(points + points[:3], least_km)
    for n, one in enumerate(found):
        assert all(hypot(one.x - other.x, one.y - other.y) >= least_km - NEAR for other in found[:n])


def test_a_degree_east_is_shorter_than_a_degree_north():
    west, east, north = project([(22.5, 105.0), (22.5, 106.0), (23.5, 105.0)])
    assert west.y == east.y
    assert north.y < west.y  # north is up
    assert 0.9 < (east.x - west.x) / (west.y - north.y) < 0.95
