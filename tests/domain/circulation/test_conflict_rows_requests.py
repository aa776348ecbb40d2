"""Rows 9, 17 and 18 of the table of conflict rules (SYNC.md 3), with the readers who wait for the book.

On the pure folds in every order of arrival; on the database in the order told, backwards, and in some between.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import permutations
from uuid import UUID

import pytest
from django.db import transaction

from guisach.domain.circulation.models import Request
from guisach.domain.circulation.rules.copy_fold import fold_copy
from guisach.domain.circulation.rules.request_fold import (
    Aside,
    AwaitedLoan,
    CopyFacts,
    LoanFact,
    Sending,
    fold_request,
)
from guisach.domain.journal.models import Case, CaseStatus, Operation
from guisach.domain.journal.queries.checking import differences
from guisach.domain.journal.rules.history import history
from tests import builders
from tests.stories import (
    AN,
    BINH,
    COPY,
    Rollback,
    _name,
    act,
    arrive,
    entry_of,
    give_back,
    lend,
    op_id,
    renew,
    sampled_orders,
    see,
    take_away,
    told,
)

Q = str(op_id("Q"))


def ask(name="Q", at_h=1.0, reader=AN, dev=2, kind="request", **body):
    return act(name, kind, at_h=at_h, dev=dev, reader=reader, **{"record": 1, "pickup": builders.COBA, **body})


def about(name, kind, at_h, dev=2, **body):
    return act(name, kind, at_h=at_h, dev=dev, request=Q, **body)


def of_copy(name, kind, at_h, dev=1, **body):
    return act(name, kind, at_h=at_h, dev=dev, **{"copy": COPY, **body})


@dataclass(frozen=True)
class Row:
    """A story, and where the request stands after it: state and copy."""

    story: object
    state: str
    copy: str = ""


def row(*operations, outcomes, state, copy="", cases=()):
    return Row(told(*operations, outcomes=outcomes, cases=cases), state, copy)


WAITS = {"awaits": COPY, "due": "2026-12-01"}

ROWS = {
    "9: renewed offline while it was asked for online": row(
        lend("A", BINH, 0), ask(at_h=10, **WAITS), renew("N", 12, "2026-12-08"),
        outcomes={"A": "LENT", "Q": "REQUESTED", "N": "RENEWED"},
        state="WAITING", cases=[("renewed_while_requested", "N Q")],
    ),
    "9: renewed offline before it was asked for, known only afterwards": row(
        lend("A", BINH, 0), renew("N", 8, "2026-12-08"), ask(at_h=10, **WAITS),
        outcomes={"A": "LENT", "Q": "REQUESTED", "N": "RENEWED"},
        state="WAITING", cases=[("renewed_while_requested", "N Q")],
    ),
    "9: the renewal was a mistake": row(
        lend("A", BINH, 0), ask(at_h=10, **WAITS), renew("N", 12, "2026-12-08"), take_away("V", "N", 13),
        outcomes={"A": "LENT", "Q": "REQUESTED", "N": "VOIDED", "V": "APPLIED"}, state="WAITING",
    ),
    "9: another copy came first": row(
        lend("A", BINH, 0), ask(at_h=10, **WAITS), renew("N", 12, "2026-12-08"),
        lend("B", AN, 30, copy="CB000002", request=Q),
        outcomes={"A": "LENT", "Q": "REQUESTED", "N": "RENEWED", "B": "LENT"}, state="SERVED", copy="CB000002",
    ),
    "17: on its way": row(
        ask(), of_copy("T", "transfer", 10, dev=2, to=builders.COBA, request=Q),
        outcomes={"Q": "REQUESTED", "T": "SENT"}, state="ON_ITS_WAY", copy=COPY,
    ),
    "17: sent for the reader, seen elsewhere: waits again": row(
        ask(), of_copy("T", "transfer", 10, dev=2, to=builders.COBA, request=Q), see("S", 24, dev=3),
        outcomes={"Q": "REQUESTED", "T": "SENT", "S": "SEEN"},
        state="WAITING", cases=[("strayed", "T S")],
    ),
    "17: sent for the reader, lent elsewhere to another": row(
        ask(), of_copy("T", "transfer", 10, dev=2, to=builders.COBA, request=Q), lend("B", BINH, 24, dev=3),
        outcomes={"Q": "REQUESTED", "T": "SENT", "B": "LENT"},
        state="WAITING", cases=[("strayed", "T B")],
    ),
    "17: arrived, and stands on the hold shelf": row(
        ask(), of_copy("T", "transfer", 10, dev=2, to=builders.COBA, request=Q),
        of_copy("H", "set_aside", 24, request=Q),
        outcomes={"Q": "REQUESTED", "T": "SENT", "H": "SET_ASIDE"}, state="READY", copy=COPY,
    ),
    "18: set aside for one, lent to another": row(
        ask(), of_copy("H", "set_aside", 10, request=Q), lend("B", BINH, 24),
        outcomes={"Q": "REQUESTED", "H": "SET_ASIDE", "B": "LENT"},
        state="WAITING", cases=[("lent_past_request", "H B")],
    ),
    "18: and is lent to who waits when it comes back": row(
        ask(), of_copy("H", "set_aside", 10, request=Q), lend("B", BINH, 24), give_back("R", 48),
        lend("C", AN, 50, request=Q),
        outcomes={"Q": "REQUESTED", "H": "SET_ASIDE", "B": "LENT", "R": "RETURNED", "C": "LENT"},
        state="SERVED", copy=COPY, cases=[("lent_past_request", "H B")],
    ),
    "18: the lending past the reader was a mistake": row(
        ask(), of_copy("H", "set_aside", 10, request=Q), lend("B", BINH, 24), take_away("V", "B", 25),
        outcomes={"Q": "REQUESTED", "H": "SET_ASIDE", "B": "VOIDED", "V": "APPLIED"}, state="READY", copy=COPY,
    ),
    "18: lent to another after the request was over": row(
        ask(), of_copy("H", "set_aside", 10, request=Q), about("X", "close_request", 20, why="not_fetched"),
        lend("B", BINH, 24),
        outcomes={"Q": "REQUESTED", "H": "SET_ASIDE", "X": "EXPIRED", "B": "LENT"}, state="EXPIRED",
    ),
    "served from the hold shelf by a desk that knew of no request": row(
        ask(), of_copy("H", "set_aside", 10, request=Q), lend("B", AN, 24),
        outcomes={"Q": "REQUESTED", "H": "SET_ASIDE", "B": "LENT"}, state="SERVED", copy=COPY,
    ),
    "a request is served once": row(
        ask(), lend("A", AN, 24, request=Q), lend("B", AN, 30, copy="CB000002", request=Q),
        outcomes={"Q": "REQUESTED", "A": "LENT", "B": "LENT"}, state="SERVED", copy=COPY,
    ),
    "cancelled, then fetched all the same by who did not know": row(
        ask(), about("X", "cancel_request", 20), lend("A", AN, 24, request=Q),
        outcomes={"Q": "REQUESTED", "X": "CANCELLED", "A": "LENT"}, state="CANCELLED",
    ),
    "cancelled after it was fetched": row(
        ask(), lend("A", AN, 20, request=Q), about("X", "cancel_request", 24),
        outcomes={"Q": "REQUESTED", "A": "LENT", "X": "NO_EFFECT"}, state="SERVED", copy=COPY,
    ),
    "put back: it waits again": row(
        ask(), of_copy("H", "set_aside", 10, request=Q), of_copy("P", "put_back", 20),
        outcomes={"Q": "REQUESTED", "H": "SET_ASIDE", "P": "PUT_BACK"}, state="WAITING",
    ),
    "a wish waits to be looked at": row(
        ask(kind="wish"), outcomes={"Q": "NOTED"}, state="NOTED",
    ),
    "a wish becomes a request": row(
        ask(kind="wish"), about("Y", "accept_request", 5), outcomes={"Q": "REQUESTED", "Y": "APPLIED"}, state="WAITING",
    ),
    "a wish that cannot be a request": row(
        ask(kind="wish"), about("X", "close_request", 5, why="request_limit"),
        outcomes={"Q": "NO_EFFECT", "X": "DECLINED"}, state="DECLINED", cases=[("wish_declined", "Q X")],
    ),
    "what no place has is bought, and the reader waits for it": row(
        ask(record=None), about("Y", "answer_request", 5, dev=3, decision="ORDERED"),
        about("Z", "answer_request", 50, dev=3, decision="BOUGHT", record=7),
        outcomes={"Q": "REQUESTED", "Y": "ANSWERED", "Z": "ANSWERED"}, state="WAITING",
    ),
    "a request taken back is none": row(
        ask(), of_copy("H", "set_aside", 10, request=Q), take_away("V", "Q", 11, dev=2),
        outcomes={"Q": "VOIDED", "H": "SET_ASIDE", "V": "APPLIED"}, state="",
    ),
}  # fmt: skip


def folded(entries):
    """Fold copies, then the request, as the journal does."""
    histories: dict[str, list] = {}
    voids = [entry for entry in entries if entry.target is not None]
    for entry in entries:
        if entry.target is None:
            histories.setdefault(getattr(entry.body, "copy", "Q"), []).append(entry)
    outcomes, cases, facts, waiting = {}, [], {"asides": [], "sendings": [], "loans": [], "awaited": []}, []
    for subject, own in histories.items():
        ops = {entry.op for entry in own}
        known = history(own, [void for void in voids if void.target in ops])
        outcomes |= known.result.outcomes
        cases += known.result.cases
        if subject == "Q":
            waiting = known.entries
            continue
        state = fold_copy(known.entries)
        outcomes, cases = outcomes | state.outcomes, cases + state.cases
        mine = [aside for aside in state.asides if str(aside.request) == Q]
        facts["asides"] += [
            Aside(one.entry.op, subject, one.entry.place, one.entry.eff_at, one.closed_by, one.ended) for one in mine
        ]
        if state.transfer is not None and str(state.transfer.body.request) == Q:
            facts["sendings"].append(Sending(subject, state.transfer.body.to, state.transfer.eff_at))
        takers = {one.closed_by for one in mine}
        for loan in state.loans:
            if str(loan.entry.body.request) == Q or loan.entry.op in takers:
                facts["loans"].append(
                    LoanFact(
                        loan.entry.op,
                        subject,
                        loan.reader,
                        loan.entry.place,
                        loan.entry.eff_at,
                        loan.entry.body.request,
                    )
                )
            if loan.renewed_op and subject == COPY:
                facts["awaited"].append(
                    AwaitedLoan(subject, loan.entry.eff_at, loan.due_on, loan.renewed_op, loan.closed_at)
                )
    request = fold_request(waiting, CopyFacts(**facts))
    return request, outcomes | request.outcomes, cases + request.cases


def _told(cases):
    return {(kind, tuple(sorted(_name(op) for op in ops))) for kind, ops in cases}


@pytest.mark.parametrize("name", ROWS)
def test_the_folds_give_the_same_in_every_order_of_arrival(name):
    wanted = ROWS[name]
    entries = [entry_of(operation) for operation in wanted.story.operations]
    for order in permutations(entries):
        request, outcomes, cases = folded(order)
        assert outcomes == {op_id(name): code for name, code in wanted.story.outcomes.items()}
        assert _told((one.kind, one.operations) for one in cases) == wanted.story.cases
        assert (str(request.state) if request.made else "") == wanted.state
        assert request.copy == wanted.copy


@pytest.mark.django_db
@pytest.mark.slow
@pytest.mark.parametrize("name", ROWS)
def test_the_database_says_the_same_in_whatever_order_it_arrived(world, name):
    builders.copy("CB000002")
    wanted = ROWS[name]
    for order in sampled_orders(wanted.story):
        try:
            with transaction.atomic():
                arrive(order)
                expect_now(wanted)
                raise Rollback
        except Rollback:
            pass


def expect_now(wanted):
    names = {op_id(name): code for name, code in wanted.story.outcomes.items()}
    assert dict(Operation.objects.filter(op__in=names).values_list("op", "outcome__code")) == names
    cases = Case.objects.exclude(status=CaseStatus.GONE).values_list("kind", "operations")
    assert _told((kind, map(UUID, ops)) for kind, ops in cases) == wanted.story.cases
    stored = list(Request.objects.values_list("state", "barcode"))
    assert stored == ([(wanted.state, wanted.copy)] if wanted.state else [])
    assert list(differences()) == []


def test_who_waits_longest_stays_first_when_a_copy_went_past_them(world):
    [first, *_] = arrive([ask() | {"seq": 1}])
    since = Request.objects.get().since
    arrive([of_copy("H", "set_aside", 10, request=Q) | {"seq": 1}, lend("B", BINH, 24) | {"seq": 2}])
    assert first.outcome == "REQUESTED"
    assert Request.objects.get().since == since


@pytest.mark.slow
@pytest.mark.parametrize(
    "broken",
    [
        {"record": 0}, {"record": -5}, {"record": 2**70}, {"pickup": ""}, {"pickup": "x" * 40}, {"awaits": "x" * 40},
        {"group": "x" * 20}, {"pickup": "a\x00b"},
    ],
)  # fmt: skip
def test_a_request_that_no_table_could_hold_waits_for_a_person(world, broken):
    [receipt] = arrive([ask(**broken) | {"seq": 1}])
    assert receipt.outcome == "PENDING"
    assert not Request.objects.exists()
