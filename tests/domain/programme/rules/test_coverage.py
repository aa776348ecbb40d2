"""Which communes count, how far each has come, and what a target asks of a province."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guisach.domain.network.rules.places import Shortfall
from guisach.domain.programme.rules.closeness import wanting
from guisach.domain.programme.rules.coverage import (
    COUNTED_KINDS,
    STATES_OF_LEVEL,
    CommuneCoverage,
    Level,
    PlaceFacts,
    State,
    cover,
    next_target,
    percent_of,
    target_line,
)

FACTS = st.builds(
    PlaceFacts,
    code=st.text("ABC", min_size=1, max_size=3),
    name=st.just("Điểm"),
    kind=st.sampled_from([*COUNTED_KINDS, "SCHOOL", "PROVINCIAL_LIBRARY"]),
    commune=st.sampled_from(["01", "02", "03"]),
    is_active=st.booleans(),
    meets_minimum=st.sampled_from([True, False, None]),
)


def facts(kind: str = "COMMUNE_LIBRARY", **changes) -> PlaceFacts:
    said = {"code": "P", "name": "P", "commune": "01", "is_active": False, "meets_minimum": None, **changes}
    return PlaceFacts(kind=kind, **said)


@pytest.mark.parametrize(
    ("percent", "communes", "needed"),
    [(15, 56, 9), (50, 56, 28), (90, 56, 51), (15, 20, 3), (10, 30, 3), (15, 0, 0), (100, 7, 7), (0, 56, 0)],
)
def test_a_target_is_rounded_up_to_whole_communes_and_no_further(percent, communes, needed):
    assert target_line(year=2026, percent=percent, communes=communes, covered=0).communes_needed == needed


def test_nothing_is_missing_of_a_target_that_is_passed():
    assert target_line(year=2026, percent=15, communes=56, covered=30).communes_missing == 0
    assert target_line(year=2045, percent=90, communes=56, covered=30).communes_missing == 21


def test_the_next_target_is_the_first_whose_year_has_not_passed():
    lines = [target_line(year=year, percent=50, communes=2, covered=0) for year in (2045, 2026, 2030)]
    assert [next_target(lines, year).year for year in (2025, 2026, 2027, 2045)] == [2026, 2026, 2030, 2045]
    assert next_target(lines, 2046) is None
    assert next_target([], 2026) is None


def test_a_share_of_nothing_is_nothing():
    assert percent_of(0, 0) == 0
    assert percent_of(14, 56) == 25


def test_only_the_kinds_that_the_programme_names_count():
    places = [facts(kind) for kind in ("SCHOOL", "BORDER_POST", "LAW_BOOKCASE", "READING_ROOM", "MOBILE_UNIT")]
    assert not cover(["01"], places)[0].has_place
    assert all(cover(["01"], [facts(kind)])[0].has_place for kind in COUNTED_KINDS)


def test_a_kind_can_be_looked_at_alone_and_an_uncounted_one_never():
    places = [facts("COMMUNE_LIBRARY"), facts("POST_OFFICE_POINT"), facts("SCHOOL")]
    assert len(cover(["01"], places, ("POST_OFFICE_POINT",))[0].places) == 1
    assert cover(["01"], places, ("SCHOOL",))[0].places == ()


def test_a_place_of_an_unknown_commune_counts_nowhere():
    assert [one.has_place for one in cover(["02", "01"], [facts(commune="99")])] == [False, False]


def test_conditions_met_on_paper_do_not_raise_a_quiet_commune():
    quiet = CommuneCoverage("01", (facts(meets_minimum=True),))
    assert (quiet.level, quiet.meets_minimum) == (Level.QUIET, True)
    assert CommuneCoverage("01", (facts(meets_minimum=True, is_active=True),)).level == Level.MEETING


@given(st.lists(FACTS, max_size=12), st.booleans())
def test_what_is_asked_for_a_level_gives_exactly_its_communes(places, is_border):
    for commune in cover(["01", "02", "03"], places):
        states = commune.states(is_border=is_border)
        fitting = [level for level, asked in STATES_OF_LEVEL.items() if set(asked) <= states]
        assert fitting == [commune.level]
        assert (State.BORDER in states) == is_border


@given(st.lists(FACTS, max_size=12))
def test_active_and_meeting_communes_are_among_the_covered(places):
    for commune in cover(["01", "02", "03"], places):
        assert commune.has_place or not (commune.is_active or commune.meets_minimum)


def test_what_is_wanting_is_a_share_of_each_minimum_and_the_unknown_is_all_of_it():
    assert wanting([]) == 0
    assert wanting([Shortfall("COPIES", 2000, 1900)]) == pytest.approx(0.05)
    assert wanting([Shortfall("COPIES", 2000, 1900), Shortfall("AREA_M2", 40, None)]) == pytest.approx(1.05)
    assert wanting([Shortfall("PERIODICALS", 0, None)]) == 0
