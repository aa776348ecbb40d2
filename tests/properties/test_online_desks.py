"""Two desks and a clock, whatever they do: one open loan a copy, counts as the log says, nothing that differs.

A Hypothesis machine drives the doors of the online desks, and now and then the facts' door beside them. What it
expects of a copy it keeps in two small dictionaries of its own.
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

from guisach.domain.circulation import actions
from guisach.domain.circulation.models import Loan, Tally
from guisach.domain.journal import actions as journal
from guisach.domain.journal.models import Operation, Outcome
from guisach.domain.journal.queries.checking import differences
from guisach.domain.readers import actions as readers
from guisach.kernel.clock import local_date
from guisach.kernel.errors import DomainError
from guisach.kernel.ids import new_id
from tests import builders

BARCODES = ["CB000001", "CB000002", "CB000003"]
copies, desks, people = st.sampled_from(BARCODES), st.integers(0, 1), st.integers(0, 3)


class TwoDesks(RuleBasedStateMachine):
    """Lan and Minh at their places, three copies, up to four readers."""

    def __init__(self) -> None:
        super().__init__()
        self.outer = transaction.atomic()
        self.outer._from_testcase = True  # as Django's own tests say: durable acts may run inside
        self.outer.__enter__()
        builders.province()
        title = builders.record()
        for barcode in BARCODES:
            builders.copy(barcode, of=title)
        self.clock = builders.Clock()
        self.desks = [(builders.lan(), builders.COBA), (builders.minh(), builders.DAMTHUY)]
        self.readers: list[Any] = []
        self.holder: dict[str, Any] = {}  # copy → (reader, lending), as told to people
        self.mine: list[tuple[int, Any, Any]] = []  # (desk, operation, day): what may still be taken back
        self.visits = 0

    def teardown(self) -> None:
        try:
            assert list(differences()) == []
            without = Operation.objects.filter(outcome__isnull=True)
            assert not without.exists(), "every operation has an outcome"
            assert Outcome.objects.count() == Operation.objects.count()
        finally:
            transaction.set_rollback(True)
            self.outer.__exit__(None, None, None)

    def act(self, desk: int) -> dict[str, Any]:
        person, place = self.desks[desk]
        return {"op_id": new_id(), "by": person.source, "place": place, "clock": self.clock}

    @initialize()
    def somebody_reads(self) -> None:
        self.join(0)

    @rule(desk=desks)
    def join(self, desk: int) -> None:
        if len(self.readers) < 4:
            who = builders.applicant(f"Bạn đọc {len(self.readers)}")
            self.readers.append(readers.join(applicant=who, card="", **self.act(desk)).reader)

    @rule(hours=st.integers(0, 80))
    def time_passes(self, hours: int) -> None:
        self.clock.forward(hours=hours)

    @rule(desk=desks, copy=copies, who=people)
    def lend(self, desk: int, copy: str, who: int) -> None:
        reader = self.readers[who % len(self.readers)]
        act = self.act(desk)
        has = sum(held[0] == reader for held in self.holder.values())
        try:
            actions.lend(barcode=copy, reader=reader, **act)
        except DomainError as refusal:
            expected = "copy_with_this_reader" if self.holder.get(copy, (None,))[0] == reader else "copy_on_loan"
            assert refusal.code in {expected if copy in self.holder else "over_limit", "card_expired"}
        else:
            assert copy not in self.holder
            assert has < 3
            self.holder[copy] = (reader, act["op_id"])
            self.mine.append((desk, act["op_id"], local_date(self.clock.at)))

    @rule(desk=desks, copy=copies)
    def take_back(self, desk: int, copy: str) -> None:
        returned = actions.take_back(barcode=copy, **self.act(desk))
        assert (returned.loan is not None) == (copy in self.holder)
        if returned.loan:
            assert returned.loan.op == self.holder.pop(copy)[1]

    @rule(desk=desks, copy=copies)
    def renew(self, desk: int, copy: str) -> None:
        try:
            renewed = actions.renew(barcode=copy, **self.act(desk))
        except DomainError as refusal:
            assert refusal.code == ("renewals_used_up" if copy in self.holder else "not_on_loan")
        else:
            assert renewed.loan.op == self.holder[copy][1]

    @rule(desk=desks, copy=copies)
    def see(self, desk: int, copy: str) -> None:
        actions.sight(barcode=copy, **self.act(desk))

    @rule(desk=desks, count=st.integers(1, 9))
    def count_visits(self, desk: int, count: int) -> None:
        actions.tally_visits(on=local_date(self.clock.at), counts={"CHILD": count}, **self.act(desk))
        self.visits += count

    @rule(desk=desks, which=st.integers(0, 5))
    def undo(self, desk: int, which: int) -> None:
        if not self.mine:
            return
        author, lending, day = self.mine[-1 - which % len(self.mine)]
        act = {name: value for name, value in self.act(desk).items() if name != "place"}
        try:
            actions.void(target=lending, reason="nhầm", **act)
        except DomainError as refusal:
            assert (author, day) != (desk, local_date(self.clock.at)) or refusal.code == "void_unknown"
        else:
            assert (author, day) == (desk, local_date(self.clock.at))
            self.mine = [item for item in self.mine if item[1] != lending]
            # What came after the lending is judged anew without it; the fold knows who has the copy now.
            self._learn()

    @rule(desk=desks, copy=copies, who=people, hours_ago=st.integers(0, 100), kind=st.sampled_from(["lend", "return"]))
    def a_fact_arrives_late(self, desk: int, copy: str, who: int, hours_ago: int, kind: str) -> None:
        person, place = self.desks[desk]
        at = self.clock.at - timedelta(hours=hours_ago)
        fact = {"op": str(new_id()), "v": 1, "kind": kind, "place": place, "copy": copy, "wall": at.isoformat()}
        if kind == "lend":
            fact["private"] = {"reader": str(self.readers[who % len(self.readers)])}
        receipt = journal.record(operations=[fact], by=person.source, clock=self.clock)[0]
        assert receipt.status == "stored"
        self._learn()

    def _learn(self) -> None:
        rows = Loan.objects.filter(closed_at__isnull=True).values_list("barcode", "reader", "op")
        self.holder = {barcode: (reader, op) for barcode, reader, op in rows}

    @invariant()
    def a_copy_has_one_open_loan_at_most(self) -> None:
        opened = Loan.objects.filter(closed_at__isnull=True).values_list("barcode").annotate(n=Count("pk"))
        assert all(count == 1 for _barcode, count in opened)
        stored = dict(Loan.objects.filter(closed_at__isnull=True).values_list("barcode", "op"))
        assert stored == {barcode: held[1] for barcode, held in self.holder.items()}

    @invariant()
    def counts_are_those_of_the_log(self) -> None:
        assert sum(Tally.objects.values_list("count", flat=True)) == self.visits
        loans = Outcome.objects.filter(code="LENT").values_list("operation", flat=True)
        assert set(Loan.objects.values_list("op", flat=True)) == set(loans)


@pytest.mark.slow
@pytest.mark.django_db
def test_whatever_two_desks_do_the_log_and_the_shelves_agree():
    run_state_machine_as_test(
        TwoDesks,
        settings=settings(
            max_examples=min(settings.default.max_examples, 5_000) // 5 if settings.default.max_examples > 100 else 30,
            stateful_step_count=40,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
