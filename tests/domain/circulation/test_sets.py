"""Sets of books: all or none, one due date, back in parts."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from guisach.domain.circulation import actions, queries
from guisach.domain.circulation.actions.sets import SET_MAX, SetStopped, lend_set, renew_set
from guisach.domain.circulation.models import Loan
from guisach.domain.circulation.queries.sets import loans_of_set, sets_out
from guisach.domain.journal.models import Case, Operation
from guisach.domain.journal.queries.checking import differences
from guisach.kernel.clock import local_date
from guisach.kernel.ids import new_id
from tests import builders

pytestmark = pytest.mark.django_db(transaction=True)

BOOKS = [f"CB0000{n}" for n in range(10, 16)]  # more than a single reader may have


@pytest.fixture
def clock():
    return builders.Clock()


@pytest.fixture
def lan():
    builders.province()
    for number, barcode in enumerate(BOOKS):
        builders.copy(barcode, of=builders.record(f"Toán {number}"))
    return builders.lan()


@pytest.fixture
def four_a(lan, clock):
    return builders.school_class(lan, clock)


def lend(by, clock, reader, *barcodes, batch=None, **more):
    return lend_set(
        batch=batch or new_id(), by=by.source, place=builders.COBA, barcodes=barcodes or BOOKS, reader=reader,
        clock=clock, **more,
    )  # fmt: skip


def take_back(by, clock, barcode):
    actions.take_back(op_id=new_id(), by=by.source, place=builders.COBA, barcode=barcode, clock=clock)


def test_a_set_is_a_loan_of_each_copy_due_on_one_day_and_the_limit_of_a_class_holds(lan, four_a, clock):
    batch = new_id()
    loans = lend(lan, clock, four_a, batch=batch)
    assert [loan.barcode for loan in loans] == BOOKS
    assert len({loan.due_on for loan in loans}) == 1
    assert loans[0].due_on >= local_date(clock()) + timedelta(days=90)
    assert set(Loan.objects.values_list("batch", "group")) == {(batch, "CLASS")}
    assert Operation.objects.filter(kind="lend", body__contains=f'"batch":"{batch}"').count() == len(BOOKS)
    assert not Case.objects.exists()
    assert list(differences()) == []


def test_the_same_set_twice_is_lent_once(lan, four_a, clock):
    batch = new_id()
    for _ in range(2):
        assert len(lend(lan, clock, four_a, batch=batch)) == len(BOOKS)
    assert Loan.objects.count() == len(BOOKS)


def test_all_or_none_and_every_copy_that_stops_it_is_named_with_the_reason(lan, four_a, clock):
    an = builders.an(lan, clock)
    actions.lend(op_id=new_id(), by=lan.source, place=builders.COBA, barcode=BOOKS[1], reader=an, clock=clock)
    builders.copy("CB000090", condition="REFERENCE")
    with pytest.raises(SetStopped) as stopped:
        lend(lan, clock, four_a, *BOOKS, "CB000090", "CB999999")
    assert [(one.barcode, one.refusal.code) for one in stopped.value.stopped] == [
        (BOOKS[1], "copy_on_loan"), ("CB000090", "copy_for_reading_here"), ("CB999999", "copy_unknown"),
    ]  # fmt: skip
    assert Loan.objects.count() == 1
    assert Operation.objects.filter(kind="lend").count() == 1
    assert list(differences()) == []
    assert len(lend(lan, clock, four_a, BOOKS[0], *BOOKS[2:])) == 5


def test_a_set_over_the_limit_says_which_books_are_too_many(lan, four_a, clock, monkeypatch):
    from guisach.domain.circulation.rules import policy

    few = policy.Rule(group="CLASS", terms=policy.Terms(loans_max=4, loan_days=30))
    own = policy.Rulebook(1, policy.FIRST.valid_from, (policy.FIRST.rules[0], few))
    monkeypatch.setattr("guisach.domain.circulation.actions.lending.queries.policies", lambda: policy.Policies((own,)))
    with pytest.raises(SetStopped) as stopped:
        lend(lan, clock, four_a)
    assert [(one.barcode, one.refusal.code) for one in stopped.value.stopped] == [
        (BOOKS[4], "over_limit"), (BOOKS[5], "over_limit"),
    ]  # fmt: skip


def test_a_set_does_not_go_on_the_card_of_one_person(lan, clock):
    with builders.refused("set_for_a_body"):
        lend(lan, clock, builders.an(lan, clock))
    with builders.refused("reader_unknown"):
        lend(lan, clock, new_id())


@pytest.mark.parametrize(
    ("barcodes", "code"),
    [(["CB:1"], "barcode_unusable"), ([f"X{n}" for n in range(SET_MAX + 1)], "set_unusable")],
)
def test_what_is_no_set_is_refused(lan, four_a, clock, barcodes, code):
    with builders.refused(code):
        lend(lan, clock, four_a, *barcodes)


@pytest.mark.parametrize("days", [0, -3, 401])
def test_the_day_that_somebody_chose_lies_ahead_within_reason(lan, four_a, clock, days):
    today = local_date(clock())
    with builders.refused("set_due_unusable"):
        lend(lan, clock, four_a, due=today + timedelta(days=days))
    chosen = today + timedelta(days=200)
    assert {loan.due_on for loan in lend(lan, clock, four_a, due=chosen)} == {chosen}


def test_it_comes_back_in_parts(lan, four_a, clock):
    batch = new_id()
    lend(lan, clock, four_a, batch=batch)
    for barcode in BOOKS[:2]:
        take_back(lan, clock, barcode)
    loans = loans_of_set(batch)
    assert [loan.barcode for loan in loans if loan.closed_at is None] == BOOKS[2:]
    [one] = sets_out([builders.COBA])
    assert (one.batch, one.reader, one.copies, one.out) == (batch, four_a, 6, 4)
    assert sets_out([builders.DAMTHUY]) == []
    for barcode in BOOKS[2:]:
        take_back(lan, clock, barcode)
    assert sets_out(None) == []


def test_what_is_out_is_renewed_at_once_and_the_same_press_twice_renews_once(lan, four_a, clock):
    batch = new_id()
    before = lend(lan, clock, four_a, batch=batch)[0].due_on
    take_back(lan, clock, BOOKS[0])
    for n in (1, 2):
        clock.forward(days=1)
        op = new_id()
        for _ in range(2):
            assert renew_set(op_id=op, by=lan.source, place=builders.COBA, batch=batch, clock=clock) == (5, [])
        assert {loan.renewals for loan in loans_of_set(batch) if loan.closed_at is None} == {n}
    clock.forward(days=1)
    renewed, stopped = renew_set(op_id=new_id(), by=lan.source, place=builders.COBA, batch=batch, clock=clock)
    assert (renewed, {one.refusal.code for one in stopped}) == (0, {"renewals_used_up"})
    assert queries.open_loan_of_copy(BOOKS[1]).due_on > before


def test_looking_at_sets_asks_the_same_however_many_there_are(lan, four_a, clock):
    def cost():
        with CaptureQueriesContext(connection) as seen:
            sets_out([builders.COBA])
        return len(seen)

    lend(lan, clock, four_a, BOOKS[0])
    one = cost()
    for barcode in BOOKS[1:]:
        lend(lan, clock, four_a, barcode)
    assert cost() == one == 2
