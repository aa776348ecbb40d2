"""Open shelves: uses noted book by book, and looking over what stands there."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from guisach.domain.circulation import actions, queries
from guisach.domain.circulation.actions.shelves import note_look, note_use
from guisach.domain.circulation.models import Loan, Use
from guisach.domain.circulation.queries.shelves import counted_on, shelves_of, should_stand
from guisach.domain.journal import actions as journal
from guisach.domain.journal.models import Case, Operation
from guisach.domain.journal.queries.checking import differences
from guisach.kernel.clock import local_date
from guisach.kernel.ids import new_id
from tests import builders

pytestmark = pytest.mark.django_db(transaction=True)

COBA = builders.COBA
TODAY = local_date(builders.START)


@pytest.fixture
def clock():
    return builders.Clock()


@pytest.fixture
def lan():
    builders.province()
    for number, shelf in ((1, "A"), (2, "A"), (3, "B")):
        builders.copy(f"CB00000{number}", of=builders.record(f"Sách {number}"), shelf=shelf)
    return builders.lan()


def used(by, clock, barcode="CB000001", **more):
    return note_use(**{"op_id": new_id(), "by": by.source, "place": COBA, "barcode": barcode, "clock": clock, **more})


def look(by, clock, *barcodes, on=TODAY, op=None):
    return note_look(op_id=op or new_id(), by=by.source, place=COBA, barcodes=barcodes, on=on, clock=clock)


class TestUse:
    def test_a_use_is_counted_and_seen_and_is_neither_loan_nor_visit(self, lan, clock):
        assert used(lan, clock).outcome == "USED"
        assert queries.last_seen("CB000001")[0] == COBA
        assert not Loan.objects.exists()
        assert queries.tallies_of(COBA, TODAY) == {}
        assert queries.uses_noted(COBA, TODAY) == 1
        month = queries.activity_by_month(COBA, TODAY.replace(day=1), TODAY)[date(2026, 11, 1)]
        assert (month.loans, month.visits, month.uses) == (0, 0, 1)
        assert list(differences()) == []

    def test_uses_noted_and_uses_counted_are_one_figure(self, lan, clock):
        used(lan, clock)
        actions.tally_uses(op_id=new_id(), by=lan.source, place=COBA, on=TODAY, counts={"CHILD": 4}, clock=clock)
        start = builders.START - timedelta(days=1)
        found = queries.activity_by_place(start, start + timedelta(days=2), TODAY, TODAY)
        assert found[COBA].uses == 5

    def test_the_same_use_twice_counts_once_and_taken_back_not_at_all(self, lan, clock):
        op = new_id()
        for _ in range(2):
            used(lan, clock, op_id=op)
        assert queries.uses_noted(COBA, TODAY) == 1
        actions.void(op_id=new_id(), by=lan.source, target=op, reason="", clock=clock)
        assert queries.uses_noted(COBA, TODAY) == 0
        assert not Use.objects.exists()
        assert list(differences()) == []

    def test_a_number_that_nobody_knows_is_refused_at_the_desk(self, lan, clock):
        with builders.refused("copy_unknown"):
            used(lan, clock, "CB999999")
        with builders.refused("barcode_unusable"):
            used(lan, clock, "X" * 40)

    def test_a_book_that_somebody_has_is_used_all_the_same_and_looked_at(self, lan, clock):
        an = builders.an(lan, clock)
        actions.lend(op_id=new_id(), by=lan.source, place=COBA, barcode="CB000001", reader=an, clock=clock)
        assert used(lan, clock).outcome == "USED"
        assert Case.objects.get().kind == "seen_while_on_loan"
        assert queries.open_loan_of_copy("CB000001").reader == an

    def test_a_use_counts_for_weeding_as_a_loan_does(self, lan, clock):
        used(lan, clock)
        assert set(queries.LendingKnown().last_uses(["CB000001", "CB000002"])) == {"CB000001"}

    def test_an_older_use_that_arrives_late_leaves_a_later_place_alone(self, lan, clock):
        look(lan, clock, "CB000001")
        operation = {"op": str(new_id()), "v": 1, "kind": "use", "place": builders.DAMTHUY, "copy": "CB000001"}
        journal.record(
            operations=[{**operation, "source": "paper", "occurred": "2026-11-01"}],
            by=builders.minh().source,
            clock=clock,
        )
        assert queries.last_seen("CB000001")[0] == COBA
        assert queries.uses_noted(builders.DAMTHUY, date(2026, 11, 1)) == 1


class TestLooking:
    def test_a_look_says_what_stands_there_and_nothing_of_the_rest(self, lan, clock):
        assert [receipt.outcome for receipt in look(lan, clock, "CB000001", "CB000003")] == ["SEEN", "SEEN"]
        assert [one.barcode for one in should_stand(COBA)] == ["CB000002", "CB000001", "CB000003"]
        assert not Case.objects.exists()

    def test_the_same_look_twice_is_one_look(self, lan, clock):
        op = new_id()
        for _ in range(2):
            look(lan, clock, "CB000001", op=op)
        assert Operation.objects.filter(kind="sighting").count() == 1

    def test_a_list_of_an_earlier_day_has_that_day(self, lan, clock):
        look(lan, clock, "CB000001", "CB000002", on=TODAY - timedelta(days=9))
        assert local_date(queries.last_seen("CB000002")[1]) == TODAY - timedelta(days=9)
        assert shelves_of(COBA, TODAY)[0].seen_on == TODAY - timedelta(days=9)

    @pytest.mark.parametrize("days", [-1, 61])
    def test_a_day_to_come_or_long_past_is_refused(self, lan, clock, days):
        with builders.refused("day_unusable"):
            look(lan, clock, "CB000001", on=TODAY - timedelta(days=days))
        assert not Operation.objects.filter(kind="sighting").exists()

    def test_what_is_out_or_elsewhere_or_lost_is_not_expected_and_what_visits_is(self, lan, clock):
        minh, an = builders.minh(), builders.an(lan, clock)
        actions.lend(op_id=new_id(), by=lan.source, place=COBA, barcode="CB000001", reader=an, clock=clock)
        actions.sight(op_id=new_id(), by=minh.source, place=builders.DAMTHUY, barcode="CB000002", clock=clock)
        lost = {"op": str(new_id()), "v": 1, "kind": "lose", "place": COBA, "copy": "CB000003"}
        journal.record(operations=[lost], by=lan.source, clock=clock)
        builders.copy("CB000004", of=builders.record("Sách luân chuyển"), place=builders.TINH)
        actions.sight(op_id=new_id(), by=lan.source, place=COBA, barcode="CB000004", clock=clock)
        assert [one.barcode for one in should_stand(COBA)] == ["CB000004"]

    def test_shelves_say_when_they_were_seen_and_used(self, lan, clock):
        look(lan, clock, "CB000003")
        clock.forward(days=100)
        used(lan, clock)
        a, b = shelves_of(COBA, local_date(clock()))
        assert (a.shelf, a.copies, a.unseen, a.seen_on, a.uses) == ("A", 2, 1, local_date(clock()), 1)
        assert (b.shelf, b.copies, b.unseen, b.seen_on, b.uses) == ("B", 1, 1, TODAY, 0)

    def test_the_last_count_is_of_visits_uses_or_a_book_read_here(self, lan, clock):
        assert counted_on(COBA) is None
        actions.tally_visits(op_id=new_id(), by=lan.source, place=COBA, on=TODAY, counts={"CHILD": 4}, clock=clock)
        assert counted_on(COBA) == TODAY
        clock.forward(days=3)
        used(lan, clock)
        assert counted_on(COBA) == TODAY + timedelta(days=3)

    def test_a_large_shelf_asks_no_more_than_a_small_one(self, lan, clock):
        def cost():
            with CaptureQueriesContext(connection) as seen:
                shelves_of(COBA, TODAY)
                should_stand(COBA)
            return len(seen)

        little = cost()
        for number in range(10, 40):
            builders.copy(f"CB0000{number}", of=builders.record(f"Sách {number}"), shelf=f"Kệ {number}")
        look(lan, clock, *(f"CB0000{number}" for number in range(10, 30)))
        assert cost() == little == 4
