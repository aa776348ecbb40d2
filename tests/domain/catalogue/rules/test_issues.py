"""Issues that should come: reckoned from the terms and from what has come."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guisach.domain.catalogue.rules.issues import (
    TOLERANCE_DAYS,
    Expected,
    Rhythm,
    expected_days,
    expected_issues,
    following,
    is_late,
    unmatched,
)

SUNDAY = date(2026, 11, 22)
REGULAR = ("DAILY", "WEEKLY", "FORTNIGHTLY", "MONTHLY", "QUARTERLY")

begins = st.dates(date(2000, 1, 1), date(2030, 12, 31))
rhythms = st.builds(
    Rhythm,
    st.sampled_from([*REGULAR, "IRREGULAR"]),
    begins,
    st.none() | st.dates(date(2000, 1, 1), date(2040, 1, 1)),
    st.frozensets(st.integers(1, 7)),
)


def test_a_daily_comes_every_day_or_on_its_weekdays() -> None:
    week = (SUNDAY - timedelta(days=6), SUNDAY)
    assert len(expected_days(Rhythm("DAILY", date(2026, 1, 1)), *week)) == 7
    some = expected_days(Rhythm("DAILY", date(2026, 1, 1), weekdays=frozenset({2, 4})), *week)
    assert [day.isoweekday() for day in some] == [2, 4]


def test_a_monthly_of_the_31st_comes_on_the_last_day_of_shorter_months() -> None:
    found = expected_days(Rhythm("MONTHLY", date(2027, 1, 31)), date(2027, 1, 1), date(2027, 4, 30))
    assert found == [date(2027, 1, 31), date(2027, 2, 28), date(2027, 3, 31), date(2027, 4, 30)]


def test_a_quarterly_keeps_its_months() -> None:
    found = expected_days(Rhythm("QUARTERLY", date(2025, 11, 15)), date(2026, 1, 1), date(2026, 12, 31))
    assert found == [date(2026, 2, 15), date(2026, 5, 15), date(2026, 8, 15), date(2026, 11, 15)]


def test_nothing_is_expected_of_an_irregular_one() -> None:
    assert expected_days(Rhythm("IRREGULAR", date(2020, 1, 1)), date(2026, 1, 1), SUNDAY) == []


@given(rhythms, begins, st.integers(0, 400))
def test_expected_days_lie_within_the_terms_and_the_window_and_rise(rhythm, since, length):
    until = since + timedelta(days=length)
    found = expected_days(rhythm, since, until)
    assert found == sorted(set(found))
    for day in found:
        assert since <= day <= until
        assert rhythm.active_from <= day
        assert rhythm.active_to is None or day < rhythm.active_to


@given(rhythms, begins, st.integers(0, 300), st.integers(0, 300))
def test_a_window_may_be_cut_anywhere(rhythm, since, first, second):
    middle, until = since + timedelta(days=first), since + timedelta(days=first + second + 1)
    whole = expected_days(rhythm, since, until)
    assert whole == expected_days(rhythm, since, middle) + expected_days(rhythm, middle + timedelta(days=1), until)


@given(st.sampled_from(REGULAR), begins, st.data())
def test_issues_dated_a_little_off_are_those_that_were_expected(frequency, begin, data):
    tolerance = TOLERANCE_DAYS[frequency]
    days = expected_days(Rhythm(frequency, begin), begin, begin + timedelta(days=700))
    came = [day + timedelta(days=data.draw(st.integers(-tolerance, tolerance))) for day in days[:30]]
    assert unmatched(days[:30], came, tolerance) == []


@given(st.sampled_from(REGULAR), begins, st.data())
def test_what_did_not_come_is_missing_and_nothing_else(frequency, begin, data):
    days = expected_days(Rhythm(frequency, begin), begin, begin + timedelta(days=500))[:40]
    came = data.draw(st.lists(st.sampled_from(days), unique=True))
    assert unmatched(days, came, TOLERANCE_DAYS[frequency]) == [day for day in days if day not in came]


@given(st.lists(begins, unique=True), st.lists(begins), st.integers(0, 40))
def test_each_issue_answers_for_one_day_at_most(days, came, tolerance):
    missing = unmatched(days, came, tolerance)
    assert set(missing) <= set(days)
    assert len(days) - len(missing) <= len(came)


@pytest.mark.parametrize(
    ("number", "steps", "on", "expected"),
    [
        ("25431", 3, date(2026, 11, 22), "25434"),
        ("12-13", 1, date(2026, 11, 22), "14"),
        ("11/2026", 1, date(2026, 12, 1), "12/2026"),
        ("52/2026", 1, date(2027, 1, 3), "1/2027"),
        ("52/2026", 2, date(2027, 1, 10), ""),
        ("Xuân 2027", 1, date(2027, 3, 1), ""),
        ("", 1, date(2027, 3, 1), ""),
    ],
)
def test_the_number_that_follows(number: str, steps: int, on: date, expected: str) -> None:
    assert following(number, date(2026, 11, 1), steps, on) == expected


def test_the_number_counts_the_issues_that_did_not_come() -> None:
    rhythm = Rhythm("DAILY", date(2026, 1, 1), weekdays=frozenset({1, 3, 5}))
    found = expected_issues(rhythm, [(date(2026, 11, 16), "3100")], date(2026, 11, 16), SUNDAY)
    assert found == [Expected(date(2026, 11, 18), "3101"), Expected(date(2026, 11, 20), "3102")]


@given(st.text(max_size=60), begins, st.integers(-3, 1000), begins)
def test_any_text_may_stand_on_an_issue(text, last_on, steps, on):
    assert len(following(text, last_on, steps, on)) <= 20


def test_patience_depends_on_the_frequency() -> None:
    assert is_late("DAILY", SUNDAY - timedelta(days=4), SUNDAY)
    assert not is_late("MONTHLY", SUNDAY - timedelta(days=4), SUNDAY)
