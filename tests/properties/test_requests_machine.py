"""Three desks and readers who wait: a copy has one reader, a request is served once, nobody is robbed.

A Hypothesis machine over lend, return, renew, ask, cancel, set aside, send, receive, put back, lose, find, claim,
damage, mend, merging readers, parting them again, erasing and forgetting them, with facts that arrive late. What is
expected is computed anew from the log's own rows, not from what the actions answered.
"""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
from django.db import transaction
from django.db.models import Count, Max
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from guisach.domain.circulation import actions, queries
from guisach.domain.circulation.models import Loan, Request, SetAside, Whereabouts
from guisach.domain.circulation.rules.planning import BY_HAND
from guisach.domain.journal import actions as journal
from guisach.domain.journal.models import Case, Operation, Outcome, PrivatePart
from guisach.domain.journal.queries.checking import differences
from guisach.domain.readers import actions as reader_acts
from guisach.domain.readers import queries as readers
from guisach.domain.readers.models import Reader
from guisach.kernel.clock import local_date
from guisach.kernel.errors import DomainError
from guisach.kernel.ids import new_id
from tests import builders

if TYPE_CHECKING:
    from collections.abc import Collection

BARCODES = ["CB000001", "CB000002", "CB000003", "CB000004"]
PLACES = [builders.COBA, builders.DAMTHUY, builders.TINH]
REFUSALS = {
    "copy_on_loan", "copy_with_this_reader", "over_limit", "card_expired", "copy_set_aside", "not_on_loan",
    "renewals_used_up", "wanted_by_others", "has_it_already", "already_requested", "nothing_lendable",
    "request_limit", "request_over", "copy_not_free", "place_unusable", "trouble_known", "nothing_wrong",
    "copy_is_away", "already_one",
    "reader_has_things", "copy_damaged", "copy_missing", "copy_lost",
}  # fmt: skip
copies, desks, people, which = st.sampled_from(BARCODES), st.integers(0, 2), st.integers(0, 3), st.integers(0, 9)


class Desks(RuleBasedStateMachine):
    """Lan, Minh and Hoa at their places, four copies of two titles, four readers: what can happen."""

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
        self.readers: list[UUID] = []
        self.merges: list[UUID] = []
        self.joined = 0

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
        self.readers += [self._somebody() for _ in range(4)]

    @rule(hours=st.sampled_from([0, 1, 5, 13, 30, 80, 800]))
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

    @rule(
        desk=desks, copy=copies,
        kind=st.sampled_from(["receive", "put_back", "lose", "find", "claim_returned", "damage", "mend"]),
    )  # fmt: skip
    def handle(self, desk: int, copy: str, kind: str) -> None:
        self._try_to(getattr(actions, kind), barcode=copy, **self._act(desk))

    @rule(desk=desks, old=people, into=people)
    def put_cards_together(self, desk: int, old: int, into: int) -> None:
        first, last = self.readers[old], self.readers[into]
        keeps = readers.reader(readers.survivor_of(last)).applicant
        more = {"old": first, "into": last, "keeps": keeps, "keeps_card_of": last}
        done = self._try_to(reader_acts.merge, **more, **self._act(desk))
        if done is not None:
            self.merges.append(UUID(done.op))

    @rule(number=which)
    def take_them_apart(self, number: int) -> None:
        if self.merges:
            void = {"op_id": new_id(), "by": self.desks[2][0].source, "reason": "", "clock": self.clock}
            self._try_to(actions.void, target=self.merges.pop(number % len(self.merges)), **void)

    @rule(who=people)
    def erase(self, who: int) -> None:
        """Whoever is erased makes room for somebody new, so that desks go on having readers."""
        person = set(readers.ids_of(self.readers[who]))
        act = {"op_id": new_id(), "by": self.desks[2][0].source, "basis": "REQUEST", "clock": self.clock}
        if self._try_to(reader_acts.erase, reader=self.readers[who], **act) is not None:
            self.readers = [self._somebody() if one in person else one for one in self.readers]
            self.merges = [op for op in self.merges if not person & set(_merged([op]))]

    def _somebody(self) -> UUID:
        self.joined += 1
        person, place = self.desks[self.joined % 3]
        return builders.reader(person, self.clock, builders.applicant(f"Bạn đọc {self.joined}"), place=place)

    @rule()
    def who_read_what_is_forgotten(self) -> None:
        actions.forget_loans(clock=self.clock)

    @rule()
    def the_day_ends(self) -> None:
        actions.judge_wishes(clock=self.clock)
        actions.keep_requests(clock=self.clock)

    @rule(
        desk=desks, copy=copies, who=people, number=which, hours_ago=st.integers(0, 100),
        kind=st.sampled_from(
            ["lend", "lend", "return", "renew", "lose", "set_aside", "cancel_request", "wish", "merge_readers"]
        ),
    )  # fmt: skip
    def a_fact_arrives_late(self, desk: int, copy: str, who: int, number: int, hours_ago: int, kind: str) -> None:
        person, place = self.desks[desk]
        at = self.clock.at - timedelta(hours=hours_ago)
        other = self.readers[(who + 1 + number % 3) % 4]
        if kind == "merge_readers":  # nobody puts cards together before they are made
            joined = Reader.objects.filter(pk__in=[self.readers[who], other]).aggregate(at=Max("joined_at"))["at"]
            at = max(at, joined + timedelta(seconds=1))
        fact: dict[str, Any] = {"op": str(new_id()), "v": 1, "kind": kind, "place": place, "wall": at.isoformat()}
        asked = str(self._some_request(number) or new_id())
        fact |= {
            "lend": {"copy": copy, "private": {"reader": str(self.readers[who])}},
            "return": {"copy": copy},
            "renew": {"copy": copy, "due": local_date(self.clock.at + timedelta(days=20)).isoformat()},
            "lose": {"copy": copy},
            "merge_readers": {"private": {"reader": str(self.readers[who]), "into": str(other)}},
            "set_aside": {"copy": copy, "request": asked},
            "cancel_request": {"request": asked},
            "wish": {"record": self.titles[0].pk, "pickup": place, "private": {"reader": str(self.readers[who])}},
        }[kind]
        assert journal.record(operations=[fact], by=person.source, clock=self.clock)[0].status == "stored"
        if kind == "merge_readers":
            self.merges.append(UUID(fact["op"]))


class Waiting(Desks):
    """What holds whatever happened."""

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
        people = readers.families_of({row.reader for row in (*served, *loans.values()) if row.reader})
        noted = dict(PrivatePart.objects.filter(operation__in=served.values("op")).values_list("operation", "kept"))
        shelves = {(one.request, one.closed_by) for one in SetAside.objects.filter(ended="LENT")}
        assert len(loans) == len(set(by))
        for row in served:
            loan = loans[row.closed_by]
            is_same = people[loan.reader].id == people[row.reader].id or str(loan.op) in noted[row.op].get("same", ())
            assert loan.request == row.op or ((row.op, loan.op) in shelves and is_same)

    @invariant()
    def counts_are_those_of_the_log(self) -> None:
        made = Operation.objects.filter(kind__in=("request", "wish", "suggestion")).values_list("op", flat=True)
        assert set(Request.objects.values_list("op", flat=True)) == set(made)
        lent = Outcome.objects.filter(code="LENT").values_list("operation", flat=True)
        assert set(Loan.objects.values_list("op", flat=True)) == set(lent)
        returned = {op for _kind, op in self._outcomes("RETURNED")}
        assert set(Loan.objects.filter(ended="RETURNED").values_list("closed_by", flat=True)) == returned
        lost = Whereabouts.objects.filter(trouble="LOST").values("barcode")
        assert not Loan.objects.filter(closed_at=None, barcode__in=lost).exists()

    def _outcomes(self, *codes: str) -> list[tuple[str, UUID]]:
        return list(Operation.objects.filter(outcome__code__in=codes).values_list("kind", "op"))

    @invariant()
    def there_are_as_many_people_as_the_log_says(self) -> None:
        """Recounted from joinings, merges and erasures that had an effect, without the product's own folding."""
        ops = [op for kind, op in self._outcomes("JOINED", "MERGED", "ERASED")]
        told = {op: (kind, reader, into) for kind, op, reader, into in _told(ops)}
        person = {reader: {reader} for kind, reader, _into in told.values() if kind == "join"}
        for kind, reader, into in told.values():
            if kind == "merge_readers":
                together = person.setdefault(reader, {reader}) | person.setdefault(into, {into})
                person.update(dict.fromkeys(together, together))
        gone = {id_ for kind, reader, _into in told.values() if kind == "erase_reader" for id_ in person[reader]}
        assert readers.count_readers() == len(set(map(frozenset, person.values())))  # erasing changes no figure
        assert not Reader.objects.filter(pk__in=gone).exclude(full_name="", card_no="", phone="").exists()
        for id_, together in person.items():
            assert set(readers.ids_of(id_)) == together

    @invariant()
    def nobody_is_asked_about_two_loans_of_one_person(self) -> None:
        for operations in Case.objects.filter(kind__startswith="lent_twice", status="OPEN").values_list(
            "operations", flat=True
        ):
            had = list(Loan.objects.filter(pk__in=operations).values_list("reader", flat=True))
            assert len({family.id for family in readers.families_of(had).values()}) == 2

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


def _told(ops: list[UUID]) -> list[tuple[str, UUID, UUID, UUID | None]]:
    """Return kind, operation, reader and the other reader of operations about people."""
    parts = PrivatePart.objects.filter(operation__in=ops).values_list("operation__kind", "operation", "reader", "data")
    into = [(row, json.loads(row[3]).get("into")) for row in parts.order_by("operation__eff_at", "operation")]
    return [(kind, op, reader, UUID(other) if other else None) for (kind, op, reader, _data), other in into]


def _merged(ops: list[UUID]) -> list[UUID]:
    return [id_ for _kind, _op, reader, into in _told(ops) for id_ in (reader, into) if id_]


def run(examples: int, phases: Collection[Phase] = settings.default.phases) -> None:
    """Let the machine run so many times."""
    run_state_machine_as_test(
        Waiting,
        settings=settings(
            max_examples=examples,
            stateful_step_count=40,
            deadline=None,
            phases=phases,
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.slow
@pytest.mark.django_db
def test_whatever_desks_do_a_request_is_served_once_and_nobody_is_robbed():
    run(min(settings.default.max_examples, 5_000) // 5 if settings.default.max_examples > 100 else 15)
