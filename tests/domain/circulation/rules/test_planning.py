"""Which copy comes to whom: first asked, first served; here, by what moves, by hand, from the province, or back."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guisach.domain.circulation.rules.lending import Calendar
from guisach.domain.circulation.rules.planning import (
    BY_HAND,
    PICKUP_OPEN_DAYS,
    AskFacts,
    Asking,
    Held,
    Move,
    Plan,
    Step,
    Ways,
    fetch_until,
    may_ask,
    plan_queue,
)

DAY = date(2026, 11, 20)
KM = {"near": 10.0, "far": 80.0, "province": 5.0, "law": 1.0}


def ways(**moves):
    return Ways(lambda one, _other: KM.get(one, 0.0), lambda start, _end: moves.get(start), {"province"})


def ask(n, pickup="here", **more):
    return Asking(UUID(int=n), pickup, **more)


def free(barcode, place, **more):
    return Held(barcode, place, is_free=True, **more)


def plan(copies, queue=None, **moves):
    return plan_queue(queue or [ask(1)], copies, ways(**moves))


@pytest.mark.parametrize(
    ("copies", "moves", "step", "place"),
    [
        ([free("A", "far"), free("B", "here")], {"far": Move(DAY, "van")}, Step.PULL, "here"),
        ([free("A", "near"), free("B", "far")], {"far": Move(DAY, "van")}, Step.RIDE, "far"),
        ([free("A", "near"), free("B", "far")],
         {"far": Move(DAY, "van"), "near": Move(DAY + timedelta(1), "crate")}, Step.RIDE, "far"),
        ([free("A", "far"), free("B", "near"), free("C", "province")], {}, Step.SEND, "near"),
        ([free("A", "law", is_kept=True), free("B", "far")], {}, Step.SEND, "far"),
        ([free("A", "here", is_kept=True), free("B", "near")], {}, Step.PULL, "here"),
        ([free("A", "law", is_kept=True), free("C", "province")], {}, Step.PROVINCE, "province"),
        ([free("A", "law", is_kept=True)], {}, Step.NONE, ""),
        ([Held("A", "far", False, DAY + timedelta(9)), Held("B", "near", False, DAY + timedelta(3))], {},
         Step.RETURN, "near"),
        ([], {}, Step.NONE, ""),
    ],
)  # fmt: skip
def test_the_plan_takes_what_gets_there_first_and_costs_least(copies, moves, step, place):
    found = plan(copies, **moves)[UUID(int=1)]
    assert (found.step, found.place) == (step, place)


def test_who_asked_first_is_served_first_and_each_copy_is_promised_once():
    queue = [ask(1), ask(2, "near"), ask(3)]
    copies = [free("A", "near"), free("B", "far"), Held("C", "here", False, DAY)]
    found = plan(copies, queue)
    assert found[UUID(int=1)] == Plan(Step.SEND, 1, "A", "near")
    assert found[UUID(int=2)] == Plan(Step.SEND, 2, "B", "far")
    assert found[UUID(int=3)] == Plan(Step.RETURN, 3, "C", "here", DAY)


def test_who_has_a_copy_coming_needs_not_stand_in_line():
    queue = [ask(1, barcode="A", is_ready=True), ask(2, barcode="B"), ask(3)]
    found = plan([Held("A", "here", False), Held("B", "near", False), free("C", "here")], queue)
    assert [(p.step, p.position) for p in found.values()] == [(Step.FETCH, 0), (Step.COMING, 0), (Step.PULL, 1)]


places = st.sampled_from(["here", "near", "far", "law", "province"])
held = st.builds(
    lambda place, is_free, is_kept, days: (place, is_free, is_kept, None if is_free else DAY + timedelta(days)),
    places, st.booleans(), st.booleans(), st.integers(0, 60),
)  # fmt: skip


@given(
    copies=st.lists(held, max_size=8),
    pickups=st.lists(places, max_size=8),
    rides=st.dictionaries(places, st.integers(0, 9)),
)
def test_no_copy_is_taken_from_a_reader_or_promised_twice(copies, pickups, rides):
    stock = [Held(f"C{n}", place, is_free, due, is_kept) for n, (place, is_free, is_kept, due) in enumerate(copies)]
    queue = [ask(n, place) for n, place in enumerate(pickups)]
    moves = {place: Move(DAY + timedelta(days), "van") for place, days in rides.items()}
    found = plan_queue(queue, stock, ways(**moves))
    assert list(found) == [asking.op for asking in queue]
    by_barcode = {copy.barcode: copy for copy in stock}
    promised = [one.barcode for one in found.values() if one.barcode]
    assert len(promised) == len(set(promised))
    for asking in queue:
        one = found[asking.op]
        if one.step in BY_HAND:
            copy = by_barcode[one.barcode]
            assert copy.is_free
            assert copy.place == asking.pickup or not copy.is_kept
    assert [one.position for one in found.values()] == list(range(1, len(queue) + 1))


def test_seven_open_days_to_fetch_it_and_closed_days_do_not_count():
    assert fetch_until(DAY, Calendar()) == DAY + timedelta(days=PICKUP_OPEN_DAYS)
    working_days = Calendar(frozenset(range(1, 6)))
    assert fetch_until(DAY, working_days) == date(2026, 12, 1)
    closed = Calendar(frozenset(range(1, 6)), ((date(2026, 11, 23), date(2026, 11, 27)),))
    assert fetch_until(DAY, closed) == date(2026, 12, 8)
    never = Calendar(closed=((DAY, DAY + timedelta(days=400)),))
    assert fetch_until(DAY, never) == DAY + timedelta(days=120)


GOOD = {
    "is_known": True, "is_card_expired": False, "is_title_known": True, "can_be_fetched_there": True, "lendable": 2,
    "has_it": False, "asked_before": False, "open_requests": 2, "requests_max": 3,
}  # fmt: skip


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({}, None), ({"is_known": False}, "reader_unknown"), ({"is_title_known": False}, "title_unknown"),
        ({"is_card_expired": True}, "card_expired"), ({"can_be_fetched_there": False}, "pickup_unusable"),
        ({"has_it": True}, "has_it_already"), ({"asked_before": True}, "already_requested"),
        ({"lendable": 0}, "nothing_lendable"), ({"open_requests": 3}, "request_limit"),
        ({"requests_max": 0}, "request_limit"),
    ],
)  # fmt: skip
def test_who_may_ask(change, code):
    assert may_ask(AskFacts(**{**GOOD, **change})) == code
