"""What may be taken: nothing at first, then what was said last for the day, within bounds."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from guisach.domain.circulation.rules.money import NOTHING, Fault, MoneyTerms, faults, in_force

TODAY = date(2026, 11, 20)
ON = MoneyTerms(TODAY, 50_000, 200_000, 2, "15/QĐ-UBND ngày 02/11/2026", "Nghị quyết của HĐND")


def test_nothing_is_taken_until_somebody_says_so():
    assert in_force([], TODAY) is NOTHING
    assert not NOTHING.takes_anything
    assert NOTHING.most_for(80_000) == 0
    assert in_force([ON], TODAY - timedelta(days=1)) is NOTHING


def test_of_what_began_the_latest_day_holds_and_of_one_day_what_was_said_last():
    off = MoneyTerms(TODAY + timedelta(days=9), reason="thôi thu")
    again = replace(ON, deposit_vnd=30_000)
    known = [ON, off, again]
    assert in_force(known, TODAY) is again
    assert in_force(known, TODAY + timedelta(days=9)) is off


@pytest.mark.parametrize(("price", "most"), [(None, 200_000), (0, 200_000), (30_000, 60_000), (150_000, 200_000)])
def test_compensation_is_bounded_by_the_price_and_by_a_ceiling(price, most):
    assert ON.most_for(price) == most


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"valid_from": TODAY - timedelta(days=1)}, Fault.DAY),
        ({"valid_from": TODAY + timedelta(days=731)}, Fault.DAY),
        ({"reason": "x"}, Fault.REASON),
        ({"decision": ""}, Fault.DECISION),
        ({"deposit_vnd": 999}, Fault.DEPOSIT),
        ({"deposit_vnd": 5_000_001}, Fault.DEPOSIT),
        ({"compensation_vnd": 50_000_001}, Fault.COMPENSATION),
        ({"compensation_times": 0}, Fault.COMPENSATION),
        ({"compensation_times": 11}, Fault.COMPENSATION),
    ],
)
def test_what_is_wrong_with_new_terms_is_said(change, fault):
    assert faults(ON, today=TODAY) == []
    assert faults(replace(ON, **change), today=TODAY) == [fault]


def test_to_stop_needs_no_decision():
    assert faults(MoneyTerms(TODAY, reason="thôi thu"), today=TODAY) == []
