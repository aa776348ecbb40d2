"""Not at night, not on closed days, not too soon again."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guisach.domain.messages.rules.timing import ATTEMPTS_MAX, RETRY_AFTER, Manners, first_open_day, retry_at
from guisach.kernel.clock import LOCAL

CLOCKS = st.times().map(lambda one: one.replace(microsecond=0))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LOCAL)


@pytest.mark.parametrize(
    ("hour", "is_quiet"),
    [("20:59", False), ("21:00", True), ("23:59", True), ("00:00", True), ("06:59", True), ("07:00", False)],
)
def test_the_night_is_quiet(hour, is_quiet):
    assert Manners().is_quiet(at(f"2026-11-22T{hour}")) is is_quiet


@given(CLOCKS, CLOCKS, CLOCKS)
def test_the_end_of_the_quiet_is_the_first_instant_that_is_not(begin, end, now):
    manners = Manners(begin, end)
    moment = datetime.combine(date(2026, 11, 22), now, tzinfo=LOCAL)
    then = manners.not_quiet(moment)
    assert not manners.is_quiet(then)
    assert moment <= then <= moment + timedelta(days=1)
    if then > moment:
        assert manners.is_quiet(then - timedelta(seconds=1))


def test_without_quiet_hours_no_hour_is():
    manners = Manners(time(), time())
    assert not manners.is_quiet(at("2026-11-22T03:00"))
    assert manners.morning_of(date(2026, 11, 22)) == at("2026-11-22T00:00")


def test_the_first_open_day_is_after_all_closures_that_touch():
    closed = [(date(2027, 2, 5), date(2027, 2, 10)), (date(2027, 2, 11), date(2027, 2, 12))]
    assert first_open_day(date(2027, 2, 4), closed) == date(2027, 2, 4)
    assert first_open_day(date(2027, 2, 5), closed) == date(2027, 2, 13)


def test_it_is_tried_more_and_more_rarely_and_not_for_ever():
    now = at("2026-11-22T09:00")
    waits = [retry_at(now, attempts) for attempts in range(1, ATTEMPTS_MAX)]
    assert waits == [now + wait for wait in RETRY_AFTER]
    assert retry_at(now, ATTEMPTS_MAX) is None


def test_the_other_side_may_ask_for_more_time_but_not_for_years():
    now = at("2026-11-22T09:00")
    assert retry_at(now, 1, timedelta(hours=1)) == now + timedelta(hours=1)
    assert retry_at(now, 4, timedelta(seconds=1)) == now + RETRY_AFTER[3]
    assert retry_at(now, 1, timedelta(days=900)) == now + RETRY_AFTER[-1]
