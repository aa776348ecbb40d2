"""The days of fairs, by every kind of rule."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guisach.domain.network import models
from guisach.domain.network.rules import fairs
from guisach.domain.network.rules.fairs import FairDay, Schedule, fair_days, next_fair_days
from guisach.domain.network.rules.lunar import LunarDate, branch, lunar

NUOC_HAI = Schedule("LUNAR_DAY_SET", (3, 8, 13, 18, 23, 28))
TINH_TUC = Schedule("LUNAR_DAY_SET", (5, 10, 15, 20, 25, 30))

day = st.dates(date(2020, 1, 1), date(2060, 1, 1))
lunar_sets = st.sets(st.integers(1, 30), min_size=1, max_size=6).map(
    lambda days: Schedule("LUNAR_DAY_SET", tuple(sorted(days)))
)


def ons(found: list[FairDay]) -> list[date]:
    return [one.on for one in found]


def test_a_fair_of_days_3_and_8_meets_on_its_lunar_days() -> None:
    # 17/2/2026 is the first day of the year: the third is the 19th.
    found = fair_days(NUOC_HAI, date(2026, 2, 17), date(2026, 3, 1))
    assert ons(found) == [date(2026, 2, 19), date(2026, 2, 24)]
    assert found[0].lunar == LunarDate(3, 1, 2026)


def test_the_period_is_half_open() -> None:
    assert ons(fair_days(NUOC_HAI, date(2026, 2, 19), date(2026, 2, 24))) == [date(2026, 2, 19)]
    assert fair_days(NUOC_HAI, date(2026, 2, 19), date(2026, 2, 19)) == []


@pytest.mark.parametrize(
    ("first_of_leap", "first_after"),
    [(date(2025, 7, 25), date(2025, 8, 23)), (date(2028, 6, 23), date(2028, 7, 22))],
)
def test_fair_days_repeat_in_a_leap_month(first_of_leap: date, first_after: date) -> None:
    month_days = (first_after - first_of_leap).days
    proper = fair_days(NUOC_HAI, first_of_leap - timedelta(days=30), first_of_leap)
    again = fair_days(NUOC_HAI, first_of_leap, first_after)
    assert month_days in {29, 30}
    assert [one.lunar.day for one in again] == list(NUOC_HAI.days)
    assert {one.lunar.is_leap for one in again} == {True}
    assert {one.lunar.month for one in again} == {proper[-1].lunar.month}
    assert {one.lunar.is_leap for one in proper} == {False}


# 16/2/2026 is day 29 of a short month; 17/2/2026 is Tết.
@pytest.mark.parametrize(
    ("rule", "expected"),
    [("SKIP", []), ("LAST_DAY", [date(2026, 2, 16)]), ("NEXT_DAY", [date(2026, 2, 17)])],
)
def test_day_30_of_a_month_of_29_days_follows_the_rule_of_the_fair(
    rule: fairs.MissingDayRule, expected: list[date]
) -> None:
    schedule = Schedule("LUNAR_DAY_SET", (5, 10, 15, 20, 25, 30), rule)
    found = fair_days(schedule, date(2026, 2, 15), date(2026, 2, 20))
    assert ons(found) == expected
    assert all(one.is_moved for one in found)


@pytest.mark.parametrize("rule", ["SKIP", "LAST_DAY", "NEXT_DAY"])
def test_in_a_month_of_30_days_the_rule_changes_nothing(rule: fairs.MissingDayRule) -> None:
    schedule = Schedule("LUNAR_DAY_SET", (30,), rule)
    found = fair_days(schedule, date(2026, 2, 18), date(2026, 3, 22))
    assert [(one.on, one.is_moved) for one in found] == [(date(2026, 3, 18), False)]


def test_a_fair_of_days_29_and_30_does_not_meet_twice_on_the_last_day() -> None:
    schedule = Schedule("LUNAR_DAY_SET", (29, 30), "LAST_DAY")
    assert fair_days(schedule, date(2026, 2, 15), date(2026, 2, 18)) == [
        FairDay(date(2026, 2, 16), LunarDate(29, 12, 2025, False, True), False)
    ]


def test_weekday_fairs_meet_on_iso_weekdays() -> None:
    assert ons(fair_days(Schedule("WEEKDAY", (7,)), date(2026, 11, 16), date(2026, 11, 30))) == [
        date(2026, 11, 22),
        date(2026, 11, 29),
    ]


def test_solar_days_that_a_month_lacks_follow_the_rule() -> None:
    def in_spring(rule: fairs.MissingDayRule) -> list[date]:
        return ons(fair_days(Schedule("SOLAR_DAY_SET", (30, 31), rule), date(2026, 2, 1), date(2026, 5, 2)))

    march, april = [date(2026, 3, 30), date(2026, 3, 31)], [date(2026, 4, 30)]
    assert in_spring("SKIP") == march + april
    assert in_spring("LAST_DAY") == [date(2026, 2, 28), *march, *april]
    assert in_spring("NEXT_DAY") == [date(2026, 3, 1), *march, *april, date(2026, 5, 1)]


def test_given_dates_are_sorted_and_clipped() -> None:
    schedule = Schedule("DATES", ("2027-01-30", "2026-12-30", "2027-01-30", "2030-01-01"))
    assert ons(fair_days(schedule, date(2026, 12, 1), date(2027, 2, 1))) == [
        date(2026, 12, 30),
        date(2027, 1, 30),
    ]
    assert ons(next_fair_days(schedule, date(2027, 1, 31), 5)) == [date(2030, 1, 1)]


def test_a_fair_whose_days_are_not_established_has_none() -> None:
    assert fair_days(Schedule("UNKNOWN"), date(2026, 1, 1), date(2027, 1, 1)) == []
    assert next_fair_days(Schedule("UNKNOWN"), date(2026, 1, 1), 3) == []


def test_two_opposite_branches_make_a_fair_every_six_days_that_walks_back_through_the_week() -> None:
    ty_hoi = Schedule("ZODIAC_DAY_SET", (5, 11))
    found = ons(fair_days(ty_hoi, date(2026, 1, 1), date(2027, 1, 1)))
    gaps = {(after - before).days for before, after in pairwise(found)}
    assert gaps == {6}
    assert len(found) in {60, 61}
    assert (found[0].isoweekday() - found[1].isoweekday()) % 7 == 1
    assert {branch(on) for on in found} == {5, 11}


@given(st.integers(0, 5), day)
def test_any_two_opposite_branches_meet_every_six_days(first: int, on: date) -> None:
    found = ons(next_fair_days(Schedule("ZODIAC_DAY_SET", (first, first + 6)), on, 4))
    assert [(one - found[0]).days for one in found] == [0, 6, 12, 18]
    assert (found[0] - on).days < 6


@given(lunar_sets, day)
def test_every_day_of_a_lunar_fair_has_that_lunar_day_and_none_is_left_out(schedule: Schedule, on: date) -> None:
    end = on + timedelta(days=70)
    found = ons(fair_days(schedule, on, end))
    expected = [day for step in range(70) if lunar(day := on + timedelta(days=step)).day in schedule.days]
    assert found == expected


@given(st.integers(1, 5), day)
def test_the_five_day_cycle_goes_round_every_five_days_but_at_the_end_of_a_month(n: int, on: date) -> None:
    schedule = Schedule("LUNAR_DAY_SET", tuple(range(n, 31, 5)))
    found = next_fair_days(schedule, on, 12)
    for before, after in pairwise(found):
        gap = (after.on - before.on).days
        if after.lunar.day > before.lunar.day:
            assert gap == 5
        else:
            # Round the end of the month: five days, one less after a short month, or a lost day 30.
            after_short = 9 if n == 5 else 4
            assert gap == (after_short if before.lunar.is_short else 5)


@given(day)
def test_with_a_substitute_no_month_loses_a_fair_of_day_30(on: date) -> None:
    for rule in ("LAST_DAY", "NEXT_DAY"):
        schedule = Schedule("LUNAR_DAY_SET", (5, 10, 15, 20, 25, 30), rule)
        found = next_fair_days(schedule, on, 14)
        gaps = [(after.on - before.on).days for before, after in pairwise(found)]
        assert set(gaps) <= {4, 5}


@given(lunar_sets, day, st.integers(0, 12))
def test_the_next_days_are_as_many_as_asked_and_begin_with_today(schedule: Schedule, on: date, count: int) -> None:
    found = ons(next_fair_days(schedule, on, count))
    assert len(found) == count
    assert found == ons(fair_days(schedule, on, on + timedelta(days=130 * count)))[:count]


@pytest.mark.parametrize(
    ("schedule", "sound"),
    [
        (NUOC_HAI, True),
        (Schedule("LUNAR_DAY_SET", (31,)), False),
        (Schedule("LUNAR_DAY_SET", (0,)), False),
        (Schedule("LUNAR_DAY_SET", ()), False),
        (Schedule("WEEKDAY", (7,)), True),
        (Schedule("WEEKDAY", (8,)), False),
        (Schedule("ZODIAC_DAY_SET", (0, 11)), True),
        (Schedule("ZODIAC_DAY_SET", (12,)), False),
        (Schedule("SOLAR_DAY_SET", (31,)), True),
        (Schedule("DATES", ("2026-02-17",)), True),
        (Schedule("DATES", ("2026-02-30",)), False),
        (Schedule("DATES", (3,)), False),
        (Schedule("UNKNOWN"), True),
        (Schedule("UNKNOWN", (3,)), False),
    ],
)
def test_a_schedule_is_sound_when_its_days_fit_its_kind(schedule: Schedule, sound: bool) -> None:
    assert fairs.is_sound(schedule) is sound


def test_the_rules_and_the_tables_know_the_same_kinds() -> None:
    assert set(get_args(fairs.ScheduleKind)) == set(models.ScheduleKind.values)
    assert set(get_args(fairs.MissingDayRule)) == set(models.MissingDayRule.values)
