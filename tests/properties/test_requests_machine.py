"""Three desks and readers who wait: a copy has one reader, a request is served once, nobody is robbed.

A Hypothesis machine over lend, return, renew, ask, cancel, set aside, send, receive, put back, lose and find, with
facts that arrive late. What is expected is computed anew from the log's own rows, not from what the actions answered.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.db.models import Count
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from guisach.domain.circulation import actions, queries
from guisach.domain.circulation.models import Loan, Request, SetAside
from guisach.domain.circulation.rules.planning import BY_HAND
from guisach.domain.journal import actions as journal
from guisach.domain.journal.models import Operation, Outcome
from guisach.domain.journal.queries.checking import differences
from guisach.kernel.clock import local_date
from guisach.kernel.errors import DomainError
from guisach.kernel.ids import new_id
from tests import builders

BARCODES = ["CB000001", "CB000002", "CB000003", "CB000004"]
PLACES = [builders.COBA, builders.DAMTHUY, builders.TINH]
REFUSALS = {
    "copy_on_loan", "copy_with_this_reader", "over_limit", "card_expired", "copy_set_aside", "not_on_loan",
    "renewals_used_up", "has_it_already", "already_requested", "nothing_lendable", "request_limit", "request_over",
    "copy_not_free", "place_unusable", "trouble_known", "nothing_wrong", "copy_is_away",
}  # fmt: skip
copies, desks, people, which = st.sampled_from(BARCODES), st.integers(0, 2), st.integers(0, 3), st.integers(0, 9)


class Waiting(RuleBasedStateMachine):
    """Lan, Minh and Hoa at their places, four copies of two titles, four readers."""

    def __init__(self) -> None:
        super().__init__()
        self.outer = transaction.atomic()
        self.outer._from_testcase = True  # as Django's own tests say: durable acts may run inside
        self.outer.__enter__()
        builders.province()
        self.titles = [builders.record(), builders.record("Đất rừng phương Nam")]
        for n, barcode in enumerate(BARCODES):
            builders.copy(barcode, of=self.titles[n % 2], place=PLACES[n % 3])
        self.clock = builders.Clock()
        self.desks = list(zip((builders.lan(), builders.minh(), builders.hoa()), PLACES, strict=True))
        self.readers: list[Any] = []
        self.served: dict[Any, Any] = {}
        self.promised: dict[Any, Any] = {}

    def teardown(self) -> None:
        try:
            assert list(differences()) == []
            assert Outcome.objects.count() == Operation.objects.count()
        finally:
            transaction.set_rollback(True)
            self.outer.__exit__(None, None, None)

    def _act(self, desk: int) -> dict[str, Any]:
        person, place = self.desks[desk]
        return {"op_id": new_id(), "by": person.source, "place": place, "clock": self.clock}

    def _try_to(self, act: Any, **what: Any) -> Any:
        self.clock.forward(minutes=1)
        try:
            return act(**what)
        except DomainError as refusal:
            assert refusal.code in REFUSALS, refusal.code
            return None

    def _some_request(self, number: int) -> Any:
        ops = list(Request.objects.order_by("-since", "op").values_list("op", flat=True)[:10])
        return ops[number % len(ops)] if ops else None

    @initialize()
    def four_people_read(self) -> None:
        for n, (person, place) in enumerate([*self.desks, self.desks[0]]):
            self.readers.append(builders.reader(person, self.clock, builders.applicant(f"Bạn đọc {n}"), place=place))

    @rule(hours=st.integers(0, 80))
    def time_passes(self, hours: int) -> None:
        self.clock.forward(hours=hours)

    @rule(desk=desks, who=people, title=st.integers(0, 1), pickup=st.sampled_from(PLACES))
    def ask(self, desk: int, who: int, title: int, pickup: str) -> None:
        record = self.titles[title].pk
        self._try_to(actions.ask_for, reader=self.readers[who], record=record, pickup=pickup, **self._act(desk))

    @rule(desk=desks, number=which)
    def cancel(self, desk: int, number: int) -> None:
        if (op := self._some_request(number)) is not None:
            self._try_to(actions.cancel_request, request_id=op, **self._act(desk))

    @rule(desk=desks, copy=copies, who=people)
    def lend(self, desk: int, copy: str, who: int) -> None:
        self._try_to(actions.lend, barcode=copy, reader=self.readers[who], **self._act(desk))

    @rule(desk=desks, copy=copies)
    def take_back(self, desk: int, copy: str) -> None:
        taken = self._try_to(actions.take_back, barcode=copy, **self._act(desk))
        if taken is not None and taken.wanted is not None:
            assert taken.wanted.plan.barcode == copy
            assert taken.wanted.request.closed_at is None

    @rule(desk=desks, copy=copies)
    def renew(self, desk: int, copy: str) -> None:
        self._try_to(actions.renew, barcode=copy, **self._act(desk))

    @rule(desk=desks, copy=copies, number=which)
    def set_aside(self, desk: int, copy: str, number: int) -> None:
        if (op := self._some_request(number)) is not None:
            self._try_to(actions.set_aside, barcode=copy, request_id=op, **self._act(desk))

    @rule(desk=desks, copy=copies, to=st.sampled_from(PLACES), number=which, is_for_one=st.booleans())
    def send(self, desk: int, copy: str, to: str, number: int, is_for_one: bool) -> None:
        op = self._some_request(number) if is_for_one else None
        self._try_to(actions.send, barcode=copy, to=to, request_id=op, **self._act(desk))

    @rule(desk=desks)
    def do_what_the_plan_says(self, desk: int) -> None:
        place = self.desks[desk][1]
        for one in queries.to_pull(place, local_date(self.clock.at))[:2]:
            here = {"barcode": one.plan.barcode, "request_id": one.request.op, **self._act(desk)}
            self.clock.forward(minutes=1)
            if one.request.pickup == place:
                actions.set_aside(**here)
            else:
                actions.send(to=one.request.pickup, **here)

    @rule(desk=desks, copy=copies, kind=st.sampled_from(["receive", "put_back", "lose", "find"]))
    def handle(self, desk: int, copy: str, kind: str) -> None:
        self._try_to(getattr(actions, kind), barcode=copy, **self._act(desk))

    @rule()
    def the_day_ends(self) -> None:
        actions.judge_wishes(clock=self.clock)
        actions.keep_requests(clock=self.clock)

    @rule(
        desk=desks, copy=copies, who=people, number=which, hours_ago=st.integers(0, 100),
        kind=st.sampled_from(["lend", "return", "set_aside", "cancel_request", "wish"]),
    )  # fmt: skip
    def a_fact_arrives_late(self, desk: int, copy: str, who: int, number: int, hours_ago: int, kind: str) -> None:
        person, place = self.desks[desk]
        at = self.clock.at - timedelta(hours=hours_ago)
        fact: dict[str, Any] = {"op": str(new_id()), "v": 1, "kind": kind, "place": place, "wall": at.isoformat()}
        asked = str(self._some_request(number) or new_id())
        fact |= {
            "lend": {"copy": copy, "private": {"reader": str(self.readers[who])}},
            "return": {"copy": copy},
            "set_aside": {"copy": copy, "request": asked},
            "cancel_request": {"request": asked},
            "wish": {"record": self.titles[0].pk, "pickup": place, "private": {"reader": str(self.readers[who])}},
        }[kind]
        assert journal.record(operations=[fact], by=person.source, clock=self.clock)[0].status == "stored"

    @invariant()
    def a_copy_has_one_reader_and_one_hold_shelf_at_most(self) -> None:
        for model in (Loan, SetAside):
            opened = model.objects.filter(closed_at__isnull=True).values_list("barcode").annotate(n=Count("pk"))
            assert all(count == 1 for _barcode, count in opened)

    @invariant()
    def a_request_is_served_once_by_a_loan_that_is_its_own(self) -> None:
        served = Request.objects.filter(state="SERVED")
        by = [row.closed_by for row in served]
        loans = Loan.objects.in_bulk(by)
        shelves = {(one.request, one.closed_by) for one in SetAside.objects.filter(ended="LENT")}
        assert len(loans) == len(set(by))
        for row in served:
            loan = loans[row.closed_by]
            from_shelf = (row.op, loan.op) in shelves and loan.reader == row.reader
            assert loan.request == row.op or from_shelf

    @invariant()
    def counts_are_those_of_the_log(self) -> None:
        made = Operation.objects.filter(kind__in=("request", "wish", "suggestion")).values_list("op", flat=True)
        assert set(Request.objects.values_list("op", flat=True)) == set(made)
        lent = Outcome.objects.filter(code="LENT").values_list("operation", flat=True)
        assert set(Loan.objects.values_list("op", flat=True)) == set(lent)

    @invariant()
    def no_copy_is_promised_twice_or_taken_from_a_reader(self) -> None:
        on_loan = set(Loan.objects.filter(closed_at__isnull=True).values_list("barcode", flat=True))
        for title in self.titles:
            plans = queries.plans_of([title.pk], local_date(self.clock.at))
            taken = [plan.barcode for plan in plans.values() if plan.step in BY_HAND]
            assert len(taken) == len(set(taken))
            assert not on_loan.intersection(taken)
            waiting = [plan.position for plan in plans.values() if plan.position]
            assert waiting == list(range(1, len(waiting) + 1))


@pytest.mark.slow
@pytest.mark.django_db
def test_whatever_desks_do_a_request_is_served_once_and_nobody_is_robbed():
    run_state_machine_as_test(
        Waiting,
        settings=settings(
            max_examples=min(settings.default.max_examples, 5_000) // 5 if settings.default.max_examples > 100 else 15,
            stateful_step_count=40,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
