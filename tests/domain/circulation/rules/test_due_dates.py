"""When a book should be back: the term, then the next day on which somebody is there to take it."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from guisach.domain.circulation.rules.lending import LATER_AT_MOST_DAYS, Calendar, due_on

FRIDAY = date(2026, 11, 20)
WORKING_DAYS = frozenset(range(1, 6))


def test_the_term_ends_on_an_open_day():
    assert due_on(lent_on=FRIDAY, days=14, calendar=Calendar(WORKING_DAYS)) == date(2026, 12, 4)
    assert due_on(lent_on=FRIDAY, days=15, calendar=Calendar(WORKING_DAYS)) == date(2026, 12, 7)


def test_a_place_that_says_nothing_of_its_hours_is_always_open():
    assert due_on(lent_on=FRIDAY, days=15) == date(2026, 12, 5)


def test_holidays_are_waited_out_to_their_last_day():
    tet = (date(2027, 2, 5), date(2027, 2, 11))
    assert due_on(lent_on=date(2027, 1, 25), days=14, calendar=Calendar(WORKING_DAYS, (tet,))) == date(2027, 2, 12)


def test_where_due_dates_wait_for_the_fair_it_is_the_next_one_on_which_the_place_is_open():
    fairs = (date(2026, 12, 3), date(2026, 12, 6), date(2026, 12, 11))
    assert due_on(lent_on=FRIDAY, days=14, calendar=Calendar(fairs=fairs)) == date(2026, 12, 6)
    assert due_on(lent_on=FRIDAY, days=14, calendar=Calendar(WORKING_DAYS, fairs=fairs)) == date(2026, 12, 11)


def test_a_fair_that_is_far_off_is_not_waited_for():
    assert due_on(lent_on=FRIDAY, days=14, calendar=Calendar(fairs=(date(2027, 6, 1),))) == date(2026, 12, 4)


def test_a_place_that_is_closed_for_long_does_not_postpone_for_ever():
    closed = ((date(2026, 12, 1), date(2028, 1, 1)),)
    assert due_on(lent_on=FRIDAY, days=14, calendar=Calendar(closed=closed)) == date(2026, 12, 4)


@given(
    st.integers(1, 60),
    st.frozensets(st.integers(1, 7)),
    st.lists(st.tuples(st.integers(0, 90), st.integers(0, 30)), max_size=4),
    st.lists(st.integers(0, 200), max_size=5),
)
def test_nobody_is_asked_for_a_book_before_the_term_or_much_later(days, weekdays, stretches, fair_days):
    closed = tuple((FRIDAY + timedelta(a), FRIDAY + timedelta(a + n)) for a, n in stretches)
    calendar = Calendar(weekdays, closed, tuple(FRIDAY + timedelta(n) for n in sorted(fair_days)))
    due = due_on(lent_on=FRIDAY, days=days, calendar=calendar)
    term = FRIDAY + timedelta(days=days)
    assert term <= due <= term + timedelta(days=LATER_AT_MOST_DAYS)
    if due != term:
        assert calendar.is_open(due)
