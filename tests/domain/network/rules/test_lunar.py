"""The Vietnamese lunar calendar, against facts of record and an almanac of our own."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guisach.domain.network.rules.lunar import (
    LunarDate,
    branch,
    can_chi,
    can_chi_of_year,
    julian_day,
    lunar,
    text,
)
from tests.domain.network.rules import almanac


@pytest.mark.parametrize(
    ("tet", "chinese"),
    [
        (date(1985, 1, 21), date(1985, 2, 20)),  # a whole month apart
        (date(2007, 2, 17), date(2007, 2, 18)),
        (date(2025, 1, 29), date(2025, 1, 29)),
        (date(2026, 2, 17), date(2026, 2, 17)),
        (date(2030, 2, 2), date(2030, 2, 3)),
        (date(2053, 2, 18), date(2053, 2, 19)),
    ],
)
def test_tet_falls_on_the_vietnamese_day_not_the_chinese(tet: date, chinese: date) -> None:
    assert (lunar(tet).day, lunar(tet).month, lunar(tet).year) == (1, 1, tet.year)
    assert ((lunar(chinese).day, lunar(chinese).month) == (1, 1)) == (chinese == tet)


@pytest.mark.parametrize(("first", "month"), [(date(2025, 7, 25), 6), (date(2028, 6, 23), 5), (date(2023, 3, 22), 2)])
def test_a_leap_month_begins_on_its_day_and_is_marked(first: date, month: int) -> None:
    assert (lunar(first).day, lunar(first).month, lunar(first).is_leap) == (1, month, True)
    before = lunar(first - timedelta(days=1))
    assert (before.month, before.is_leap, before.day) == (month, False, before.month_days)


def test_the_almanac_gives_the_new_moon_of_the_book() -> None:
    # Meeus, example 49.a: February 1977.
    assert almanac.new_moon_tt(-283) == pytest.approx(2443192.65118, abs=0.00002)


def test_every_day_of_2024_to_2034_agrees_with_the_almanac_at_utc_plus_7() -> None:
    for on in almanac.days(date(2024, 1, 1), date(2035, 1, 1)):
        day = lunar(on)
        assert (day.day, day.month, day.is_leap) == almanac.almanac(on, 7), on


def test_in_2030_thirty_days_differ_from_the_chinese_calendar() -> None:
    year = almanac.days(date(2030, 1, 1), date(2031, 1, 1))
    differing = [on for on in year if almanac.almanac(on, 7) != almanac.almanac(on, 8)]
    assert len(differing) == 30
    assert (differing[0], differing[-1]) == (date(2030, 2, 2), date(2030, 3, 3))
    assert all((lunar(on).day, lunar(on).month, lunar(on).is_leap) != almanac.almanac(on, 8) for on in differing)


@given(st.dates(date(1970, 1, 1), date(2070, 12, 31)))
def test_days_run_on_and_only_a_finished_month_ends(on: date) -> None:
    today, tomorrow = lunar(on), lunar(on + timedelta(days=1))
    if today.day == today.month_days:
        assert tomorrow.day == 1
    else:
        assert tomorrow == LunarDate(today.day + 1, today.month, today.year, today.is_leap, today.is_short)


def test_a_month_of_29_days_is_known_as_short_from_its_first_day() -> None:
    # The last month of the year of the Snake has 29 days: Tết of 2026 follows its 29th.
    eve = lunar(date(2026, 2, 16))
    assert (eve.day, eve.month, eve.is_short) == (29, 12, True)
    assert lunar(date(2026, 1, 19)) == LunarDate(1, 12, 2025, False, True)
    assert lunar(date(2026, 2, 17)).month_days == 30


def test_days_are_named_in_the_sixty_day_cycle() -> None:
    assert julian_day(date(2000, 1, 1)) == 2451545
    assert can_chi(date(2000, 1, 1)) == "Mậu Ngọ"
    assert can_chi(date(1984, 1, 31)) == can_chi(date(1984, 1, 31) + timedelta(days=60)) == "Giáp Tý"
    assert (branch(date(1984, 1, 31)), branch(date(1984, 2, 11))) == (0, 11)
    assert (can_chi_of_year(2026), can_chi_of_year(2024)) == ("Bính Ngọ", "Giáp Thìn")


@pytest.mark.parametrize(
    ("day", "short", "long"),
    [
        (LunarDate(15, 10, 2026), "15 tháng Mười âm", "ngày 15 tháng Mười âm lịch"),
        (LunarDate(5, 6, 2025, True), "mùng 5 tháng Sáu nhuận âm", "mùng 5 tháng Sáu nhuận âm lịch"),
        (LunarDate(30, 12, 2026), "30 tháng Chạp âm", "ngày 30 tháng Chạp âm lịch"),
        (LunarDate(1, 1, 2027), "mùng 1 tháng Giêng âm", "mùng 1 tháng Giêng âm lịch"),
    ],
)
def test_a_lunar_day_is_written_as_people_say_it(day: LunarDate, short: str, long: str) -> None:
    assert (text(day), text(day, is_long=True)) == (short, long)


def test_a_lunar_day_is_written_in_numbers_for_those_who_read_english() -> None:
    assert text(LunarDate(15, 10, 2026), language="en") == "lunar 15/10"
    assert text(LunarDate(5, 6, 2025, True), language="en") == "lunar 5/6 (leap month)"


def test_a_year_outside_the_calendar_is_refused() -> None:
    with pytest.raises(ValueError, match="out of supported range"):
        lunar(date(2201, 1, 1))
