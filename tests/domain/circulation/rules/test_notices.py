"""How late a book really is, and when its reader hears of it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guisach.domain.circulation.rules.notices import STALE_DAYS, days_late, stage_of

DUE = date(2026, 11, 5)
DAYS = st.integers(-40, 80)
STRETCHES = st.lists(st.tuples(DAYS, st.integers(0, 30)), max_size=5)


@pytest.mark.parametrize(
    ("late", "code"),
    [(-4, None), (-3, "soon"), (0, "soon"), (1, "late1"), (13, "late1"), (14, "late14"), (29, "late14"),
     (30, "late30"), (STALE_DAYS, "late30"), (STALE_DAYS + 1, None)],
)  # fmt: skip
def test_the_last_stage_reached_is_told(late, code):
    stage = stage_of(late)
    assert (stage.code if stage else None) == code


def test_closed_days_after_the_date_do_not_count():
    closed = [(date(2026, 11, 1), date(2026, 11, 7)), (date(2026, 11, 7), date(2026, 11, 8))]
    assert days_late(DUE, date(2026, 11, 5), closed) == 0
    assert days_late(DUE, date(2026, 11, 8), closed) == 0
    assert days_late(DUE, date(2026, 11, 9), closed) == 1


@given(DAYS, STRETCHES)
def test_it_is_what_one_gets_by_going_through_the_days(after, stretches):
    on = DUE + timedelta(days=after)
    closed = [(DUE + timedelta(days=first), DUE + timedelta(days=first + length)) for first, length in stretches]
    if after <= 0:
        assert days_late(DUE, on, closed) == after
        return
    days = [DUE + timedelta(days=n) for n in range(1, after + 1)]
    counted = [day for day in days if not any(first <= day <= last for first, last in closed)]
    assert days_late(DUE, on, closed) == len(counted)
