"""Minimum conditions, open days and distances."""

from __future__ import annotations

from datetime import date

import pytest

from guisach.domain.network.rules.places import (
    Minimum,
    PlaceFacts,
    Shortfall,
    distance_km,
    is_open_on,
    shortfalls,
)

COMMUNE = Minimum(copies=2000, periodicals=2, area_m2=40)
SUNDAY = date(2026, 11, 22)


def test_a_place_that_has_exactly_the_minimum_meets_it() -> None:
    assert shortfalls(PlaceFacts(copies=2000, periodicals=2, area_m2=40.0), COMMUNE) == []


def test_what_is_wanting_is_named_with_the_gap() -> None:
    found = shortfalls(PlaceFacts(copies=1999, periodicals=2, area_m2=39.5), COMMUNE)
    assert found == [Shortfall("COPIES", 2000, 1999), Shortfall("AREA_M2", 40, 39.5)]
    assert [one.gap for one in found] == [1, 0.5]


def test_what_nobody_has_said_is_a_shortfall_that_is_not_zero() -> None:
    found = shortfalls(PlaceFacts(copies=2500), COMMUNE)
    assert [(one.measure, one.has) for one in found] == [("PERIODICALS", None), ("AREA_M2", None)]
    assert shortfalls(PlaceFacts(copies=2500, periodicals=0, area_m2=40), COMMUNE)[0].has == 0


def test_titles_count_where_the_decree_names_them() -> None:
    found = shortfalls(PlaceFacts(copies=200_000, titles=49_999), Minimum(copies=200_000, titles=50_000))
    assert found == [Shortfall("TITLES", 50_000, 49_999)]


def test_a_kind_without_minimum_is_never_short() -> None:
    assert shortfalls(PlaceFacts(), Minimum()) == []


def test_a_place_is_open_on_its_weekdays() -> None:
    assert is_open_on({7}, SUNDAY)
    assert not is_open_on({1, 2, 3, 4, 5, 6}, SUNDAY)


def test_a_place_without_recorded_hours_is_taken_as_open() -> None:
    assert is_open_on(frozenset(), SUNDAY)


def test_distance_is_that_of_the_crow() -> None:
    # Ha Noi to Cao Bang city, about 180 km on the map.
    assert distance_km(21.0285, 105.8542, 22.6657, 106.2566) == pytest.approx(187, abs=2)
    assert distance_km(22.6, 106.2, 22.6, 106.2) == 0
