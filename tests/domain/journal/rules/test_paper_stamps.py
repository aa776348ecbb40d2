"""What was written on paper has the time of its day, in the order of its lines, within what can be."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from guisach.domain.journal.rules.stamp import PAPER_LINE_MAX, PAPER_YEARS_MAX, stamp_paper
from guisach.kernel.clock import local_date

NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)  # nine in the morning
LONG_AGO = NOW - timedelta(days=PAPER_YEARS_MAX * 365)


def at(day, line, not_before=None):
    return stamp_paper(occurred_on=day, line=line, received_at=NOW, not_before=not_before).eff_at


def test_a_line_stands_at_noon_of_its_day_a_second_after_the_line_above():
    assert at(date(2026, 11, 2), 0) == datetime(2026, 11, 2, 5, tzinfo=UTC)
    assert at(date(2026, 11, 2), 7) - at(date(2026, 11, 2), 6) == timedelta(seconds=1)


@given(day=st.dates(), line=st.integers(1, PAPER_LINE_MAX - 1), counted=st.none() | st.integers(1, 500).map(timedelta))
def test_whatever_day_is_written_it_lies_in_the_past_after_the_last_count_and_lines_keep_their_order(
    day, line, counted
):
    not_before = None if counted is None else NOW - counted
    first, second = at(day, line, not_before), at(day, line + 1, not_before)
    assert (not_before or LONG_AGO) < first < second <= NOW
    if LONG_AGO < datetime(day.year, day.month, day.day, tzinfo=UTC) < NOW - timedelta(days=2) and counted is None:
        assert local_date(first) == local_date(second) == day


def test_no_day_on_paper_is_a_fault_of_a_clock():
    for day in (date.min, date.max, date(2026, 11, 2)):
        assert not stamp_paper(occurred_on=day, line=3, received_at=NOW).is_clock_wrong
