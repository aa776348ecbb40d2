"""Row 11 met by rows 1, 3 and 18 (SYNC.md 3): one person's two ids on one copy are the same reader.

On the pure folds in every order of arrival; on the database in the order told, backwards, and in some between; and
after the readers were forgotten.
"""

from __future__ import annotations

from itertools import permutations
from uuid import UUID

import pytest
from django.db import transaction

from guisach.domain.circulation import actions
from guisach.domain.circulation.models import Loan, Request
from guisach.domain.circulation.rules.copy_fold import fold_copy
from guisach.domain.circulation.rules.one_person import cases_among_people
from guisach.domain.journal.models import Case, CaseStatus
from guisach.domain.journal.queries.checking import differences
from guisach.domain.journal.rules.history import history
from guisach.domain.readers.rules.people import fold_people
from tests import builders
from tests.stories import (
    AN,
    BINH,
    COPY,
    DAY,
    XUAN,
    Rollback,
    _name,
    act,
    arrive,
    entry_of,
    give_back,
    lend,
    op_id,
    sampled_orders,
    take_away,
    told,
)


def merge(name, old, into, at_h, dev=3):
    return act(name, "merge_readers", at_h=at_h, dev=dev, reader=old) | {
        "private": {"reader": str(old), "into": str(into)}
    }


def story(*operations, cases=(), state=""):
    """`state` is that of the request Q, where there is one."""
    return told(*operations, outcomes={"": state}, cases=cases)


def asked():
    body = {"record": 1, "pickup": builders.COBA, "dev": 2}
    return (
        act("Q", "request", at_h=1, reader=AN, **body),
        act("H", "set_aside", at_h=10, copy=COPY, request=str(op_id("Q"))),
    )


AGAIN = "lent_again_to_same_reader"
ROWS = {
    "written down twice, under two ids": story(
        lend("A", AN, 0), lend("B", BINH, 12, dev=2), merge("M", BINH, AN, 30),
    ),
    "merged the other way, before either lending": story(
        merge("M", AN, BINH, 0), lend("A", AN, 1), lend("B", BINH, 5, dev=2),
    ),
    "at the very same moment": story(
        lend("A", AN, 0), lend("B", BINH, 0, dev=2), merge("M", BINH, AN, 30),
    ),
    "lent again after more than twelve hours": story(
        lend("A", AN, 0), lend("B", BINH, 12.01, dev=2), merge("M", BINH, AN, 30), cases=[(AGAIN, "A B")],
    ),
    "three times, told from the first": story(
        lend("A", AN, 0), lend("B", BINH, 8, dev=2), lend("C", AN, 16), merge("M", BINH, AN, 30),
        cases=[(AGAIN, "A C")],
    ),
    "both known under a third id now": story(
        lend("A", AN, 0), lend("B", BINH, 5, dev=2), merge("M", AN, XUAN, 30), merge("N", BINH, XUAN, 31),
    ),
    "and then to somebody else": story(
        lend("A", AN, 0), lend("B", BINH, 5, dev=2), lend("C", XUAN, 9), merge("M", BINH, AN, 30),
        cases=[("lent_twice", "B C")],
    ),
    "brought back in between": story(
        lend("A", AN, 0), give_back("R", 3), lend("B", BINH, 5, dev=2), merge("M", BINH, AN, 30),
    ),
    "two people after all": story(
        lend("A", AN, 0), lend("B", BINH, 5, dev=2), merge("M", BINH, AN, 30), take_away("V", "M", 31, dev=3),
        cases=[("lent_twice", "A B")],
    ),
    "fetched from the hold shelf under the other id": story(
        *asked(), lend("B", BINH, 24), merge("M", BINH, AN, 30), state="SERVED",
    ),
    "fetched under the id that asked was merged into": story(
        *asked(), lend("B", BINH, 24), merge("M", AN, BINH, 30), state="SERVED",
    ),
    "from the hold shelf to who is not that person after all": story(
        *asked(), lend("B", BINH, 24), merge("M", BINH, AN, 30), take_away("V", "M", 31, dev=3),
        cases=[("lent_past_request", "B H")], state="WAITING",
    ),
}  # fmt: skip
JOINED = [
    act(name, "join", at_h=-DAY * 30, reader=reader, group="FARMER", expires="2030-01-01", dev=3)
    | {"dev": str(UUID(int=0xDF)), "private": {"reader": str(reader), "name": f"Bạn đọc {name}", "consent": True}}
    | {"seq": number}
    for number, (name, reader) in enumerate((("X", AN), ("Y", BINH), ("Z", XUAN)), 1)
]


def cases_of(entries):
    """Fold readers and the copy as the journal does, each by its own operations; the cases of the copy."""
    voids = [entry for entry in entries if entry.kind == "void"]
    live = [entry for entry in entries if entry.kind != "void"]
    of_people = [entry for entry in live if entry.kind in {"join", "merge_readers"}]
    people = fold_people(history(of_people, voids).entries).persons
    persons = {id_: person.survivor or id_ for id_, person in people.items()}
    state = fold_copy(history([entry for entry in live if entry not in of_people], []).entries)
    asked_about = cases_among_people(state, lambda one, other: persons.get(one, one) == persons.get(other, other))
    assert sum(loan.closed_at is None for loan in state.loans) <= 1
    return {(case.kind, tuple(sorted(_name(op) for op in case.operations))) for case in asked_about}


@pytest.mark.parametrize("name", [name for name in ROWS if "hold shelf" not in name and "asked" not in name])
def test_every_order_of_arrival_asks_the_same(name):
    joined = list(map(entry_of, JOINED))
    for order in permutations(map(entry_of, ROWS[name].operations)):
        for entries in ([*joined, *order], [*order, *joined]):
            assert cases_of(entries) == ROWS[name].cases


def expect_now(wanted):
    cases = Case.objects.exclude(status=CaseStatus.GONE).values_list("kind", "operations")
    assert {(kind, tuple(sorted(_name(UUID(op)) for op in ops))) for kind, ops in cases} == wanted.cases
    assert set(Request.objects.values_list("state", flat=True)) == {*filter(None, wanted.outcomes.values())}
    assert Loan.objects.filter(closed_at=None).count() == 1
    assert list(differences()) == []


@pytest.mark.slow
@pytest.mark.parametrize("name", ROWS)
def test_the_database_says_the_same_in_whatever_order_it_arrived(world, name):
    for order in sampled_orders(ROWS[name]):
        try:
            with transaction.atomic():
                arrive(order)
                expect_now(ROWS[name])
                raise Rollback
        except Rollback:
            pass


@pytest.mark.parametrize("name", ["lent again after more than twelve hours", "two people after all",
                                  "fetched from the hold shelf under the other id"])  # fmt: skip
@pytest.mark.slow
@pytest.mark.parametrize("backwards", [False, True])
def test_merged_before_or_after_the_lending_was_known(world, name, backwards):
    operations = ROWS[name].operations
    arrive(operations[::-1] if backwards else operations)
    expect_now(ROWS[name])


def test_who_joined_last_of_all_is_still_the_same_person(db):
    """The merge is known before the card that it is about: only the joining says that they are one."""
    builders.province()
    builders.lan(), builders.minh(), builders.hoa()
    builders.copy(COPY)
    arrive([*ROWS["written down twice, under two ids"].operations])
    assert "lent_twice" in set(Case.objects.filter(status="OPEN").values_list("kind", flat=True))
    arrive(JOINED)
    assert not Case.objects.filter(status="OPEN").exists()
    assert list(differences()) == []


@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    ["written down twice, under two ids", "three times, told from the first", "and then to somebody else",
     "fetched from the hold shelf under the other id"],
)  # fmt: skip
def test_forgetting_who_it_was_asks_nothing_anew(world, name):
    clock = builders.Clock()
    arrive([*ROWS[name].operations, give_back("R", 40) | {"seq": 99}])
    before = sorted(Case.objects.exclude(status=CaseStatus.GONE).values_list("pk", "kind", "status"))
    requests = list(Request.objects.values_list("state", "closed_by"))
    clock.forward(days=100)
    actions.forget_loans(clock=clock)
    assert not Loan.objects.filter(reader__in=[AN, BINH, XUAN]).exists()
    assert sorted(Case.objects.exclude(status=CaseStatus.GONE).values_list("pk", "kind", "status")) == before
    assert list(Request.objects.values_list("state", "closed_by")) == requests
    assert list(differences()) == []


def test_one_of_two_loans_forgotten_is_still_the_same_readers(world):
    """The book is out: only the loan that ended is forgotten."""
    clock = builders.Clock()
    arrive(ROWS["lent again after more than twelve hours"].operations)
    clock.forward(days=100)
    actions.forget_loans(clock=clock)
    first, last = Loan.objects.order_by("lent_at").values_list("reader", flat=True)
    assert (first in {AN, BINH}, last) == (False, BINH)
    assert [case.kind for case in Case.objects.filter(status="OPEN")] == [AGAIN]
    assert list(differences()) == []


def test_what_a_person_settled_stays_settled_when_the_readers_are_parted_again(world):
    lendings, merging = ROWS["written down twice, under two ids"].operations[:2], merge("M", BINH, AN, 30)
    arrive(lendings)
    case = Case.objects.get(kind="lent_twice")
    arrive([act("D", "settle", at_h=29, dev=3, case=case.pk, decision="AS_IS", place=case.place) | {"seq": 7}])
    arrive([merging | {"seq": 8}])
    assert Case.objects.get(kind="lent_twice").status == CaseStatus.GONE
    arrive([take_away("V", "M", at_h=40, dev=3) | {"seq": 9}])
    assert Case.objects.get(kind="lent_twice").status == CaseStatus.SETTLED
