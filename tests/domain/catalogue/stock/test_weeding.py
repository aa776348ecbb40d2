"""Weeding: rules propose, a person judges with the book in hand, a decision takes copies out for good."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from guisach.domain.catalogue.actions import stock as acts
from guisach.domain.catalogue.models import Copy, LegalDocument, Record
from guisach.domain.catalogue.queries import stock as queries
from guisach.domain.catalogue.rules.stock import WeedingRules
from guisach.domain.circulation import actions as circulation
from guisach.kernel.ids import new_id
from tests import builders
from tests.builders import COBA, DAMTHUY, TINH, refused
from tests.domain.catalogue.stock.conftest import numbers


@pytest.fixture
def begun(stock):
    """A list of the provincial library."""
    return acts.begin_withdrawal(place=TINH, reason="OUTDATED", clock=stock.clock, by=stock.by)


def propose(stock, begun, within=None, **rules) -> dict[str, tuple[str, ...]]:
    acts.propose(withdrawal=begun, rules=WeedingRules(**rules), clock=stock.clock, within=within)
    return {line.barcode: line.why for line in queries.weeding_lines(begun)}


def lend(stock, barcode: str) -> None:
    lan = builders.lan()
    reader = builders.an(lan, stock.clock)
    circulation.lend(op_id=new_id(), by=lan.source, place=COBA, barcode=barcode, reader=reader, clock=stock.clock)


class TestProposing:
    def test_what_was_not_lent_for_long_and_has_been_there_for_long_is_proposed(self, stock, begun):
        old, lent = numbers(stock.receive(base=COBA, head=stock.head(entered_on=date(2019, 1, 5))))
        numbers(stock.receive())  # came the other day
        lend(stock, lent)
        assert propose(stock, begun, unused_years=5) == {old: ("UNUSED",)}

    def test_a_loan_of_long_ago_does_not_save_a_copy(self, stock, begun):
        old, lent = numbers(stock.receive(base=COBA, head=stock.head(entered_on=date(2019, 1, 5))))
        lend(stock, lent)
        stock.clock.forward(days=4 * 366)
        assert set(propose(stock, begun, unused_years=3)) == {old, lent}

    def test_old_books_of_some_classes_only(self, stock, begun):
        law = numbers(stock.receive(stock.line(1, record=stock.law, series="TSPL")))
        stock.receive()
        assert set(propose(stock, begun, published_before=2020, classes="34, 5")) == set(law)

    def test_damaged_copies_and_those_beyond_a_number_the_worst_first(self, stock, begun):
        barcodes = numbers(stock.receive(stock.line(4)))
        Copy.objects.filter(barcode=barcodes[1]).update(state="DAMAGED")
        Copy.objects.filter(barcode=barcodes[0]).update(state="WORN")
        found = propose(stock, begun, is_damaged=True, copies_max=2)
        assert found == {barcodes[1]: ("DAMAGED", "MANY"), barcodes[0]: ("MANY",)}

    def test_an_edition_that_a_newer_one_in_the_stock_replaces(self, stock, begun):
        newer = builders.record(year=2024).pk
        of_old = numbers(stock.receive())
        assert propose(stock, begun, has_newer_edition=True) == {}  # nobody has bought the newer one
        stock.receive(stock.line(1, record=newer))
        assert propose(stock, begun, has_newer_edition=True) == dict.fromkeys(of_old, ("EDITION",))

    def test_a_law_that_is_no_longer_in_force(self, stock, begun):
        law = numbers(stock.receive(stock.line(1, record=stock.law, series="TSPL")))
        record = Record.objects.get(pk=stock.law)
        document = LegalDocument.objects.create(record=record, valid_to=date(2026, 11, 21))
        assert propose(stock, begun, is_expired_law=True) == {}
        document.valid_to = date(2026, 11, 20)
        document.save()
        assert propose(stock, begun, is_expired_law=True) == dict.fromkeys(law, ("EXPIRED",))

    def test_what_is_on_an_open_list_or_was_kept_this_year_is_not_proposed_again(self, stock, begun):
        barcodes = numbers(stock.receive())
        Copy.objects.update(state="DAMAGED")
        propose(stock, begun, is_damaged=True)
        second = acts.begin_withdrawal(place=TINH, reason="WORN_OUT", clock=stock.clock)
        assert propose(stock, second, is_damaged=True) == {}
        acts.judge(withdrawal=begun, barcodes=barcodes[:1], verdict="KEEP")
        acts.judge(withdrawal=begun, barcodes=barcodes[1:], verdict="WITHDRAW")
        acts.decide_withdrawal(withdrawal=begun, decision_no="1", decided_on=date(2026, 11, 20), clock=stock.clock)
        assert propose(stock, second, is_damaged=True) == {}
        stock.clock.forward(days=400)
        assert set(propose(stock, second, is_damaged=True)) == set(barcodes[:1])

    def test_only_copies_in_the_register_and_in_the_person_s_places(self, stock, begun):
        stock.receive(place=DAMTHUY)
        at_coba = numbers(stock.receive(base=COBA))
        stock.receive()
        Copy.objects.update(state="DAMAGED")
        assert set(propose(stock, begun, within=[COBA], is_damaged=True)) == set(at_coba)

    def test_no_rules_no_proposal(self, stock, begun):
        with refused("weeding_rules_needed"):
            propose(stock, begun, classes="3")


class TestDeciding:
    def decide(self, stock, begun, **changes):
        said = {"decision_no": "15/QĐ-TVT", "decided_on": date(2026, 11, 20), "minutes": "03/BB-TVT", **changes}
        return acts.decide_withdrawal(withdrawal=begun, clock=stock.clock, by=stock.by, **said)

    def test_copies_leave_the_stock_and_stay_in_the_register(self, stock, begun):
        out, kept = numbers(stock.receive())
        acts.judge(withdrawal=begun, barcodes=[out], verdict="WITHDRAW")
        acts.judge(withdrawal=begun, barcodes=[kept], verdict="KEEP")
        assert self.decide(stock, begun) == 1
        assert queries.stock_copy(out).condition == "WITHDRAWN"
        assert queries.stock_copy(kept).condition == "NORMAL"
        [entry] = queries.departures(TINH)
        assert (entry.number, entry.decision_no, entry.sums.copies, entry.sums.value_vnd) == (1, "15/QĐ-TVT", 1, 35_000)
        lines = {line.barcode: line for line in queries.register_lines(TINH)}
        assert lines[out].withdrawal_no == 1
        assert lines[kept].withdrawal_no is None

    def test_a_copy_that_a_reader_has_is_not_taken_out(self, stock, begun):
        barcodes = numbers(stock.receive(base=COBA))
        lend(stock, barcodes[0])
        acts.judge(withdrawal=begun, barcodes=barcodes, verdict="WITHDRAW")
        with refused("copies_on_loan"):
            self.decide(stock, begun)
        assert queries.stock_copy(barcodes[1]).condition == "NORMAL"

    def test_the_list_is_gone_through_to_its_end(self, stock, begun):
        stock.receive()
        Copy.objects.update(state="DAMAGED")
        propose(stock, begun, is_damaged=True)
        with refused("not_yet_looked_at"):
            self.decide(stock, begun)
        assert acts.judge_rest(withdrawal=begun, verdict="KEEP") == 2
        with refused("nothing_to_withdraw"):
            self.decide(stock, begun)

    @pytest.mark.parametrize(
        ("code", "changes"),
        [("decision_needed", {"decision_no": " "}), ("date_ahead", {"decided_on": date(2026, 11, 20) + timedelta(1)})],
    )
    def test_a_decision_has_a_number_and_a_day_that_has_come(self, stock, begun, code, changes):
        acts.judge(withdrawal=begun, barcodes=numbers(stock.receive()), verdict="WITHDRAW")
        with refused(code):
            self.decide(stock, begun, **changes)

    def test_what_was_decided_stands(self, stock, begun):
        barcodes = numbers(stock.receive())
        acts.judge(withdrawal=begun, barcodes=barcodes, verdict="WITHDRAW")
        self.decide(stock, begun)
        with refused("withdrawal_closed"):
            self.decide(stock, begun)
        with refused("withdrawal_closed"):
            acts.drop_withdrawal(withdrawal=begun)
        second = acts.begin_withdrawal(place=TINH, reason="LOST", clock=stock.clock)
        with refused("copy_gone"):
            acts.judge(withdrawal=second, barcodes=barcodes, verdict="WITHDRAW")

    def test_only_the_owner_s_register_can_let_a_copy_go(self, stock, begun):
        theirs = numbers(stock.receive(place=COBA))
        with refused("copies_elsewhere"):
            acts.judge(withdrawal=begun, barcodes=theirs, verdict="WITHDRAW")

    def test_a_draft_can_be_dropped_and_is_gone(self, stock, begun):
        acts.drop_withdrawal(withdrawal=begun)
        assert queries.withdrawal(begun) is None
        with refused("withdrawal_unknown"):
            acts.judge_rest(withdrawal=begun, verdict="KEEP")

    def test_a_list_needs_a_place(self, stock):
        with refused("place_unknown"):
            acts.begin_withdrawal(place="QQ", reason="LOST", clock=stock.clock)


class TestSums:
    def test_a_year_begins_with_what_was_there_and_ends_with_what_is_left(self, stock, begun):
        stock.receive(stock.line(5), head=stock.head(entered_on=date(2024, 3, 1)))
        came = numbers(stock.receive(stock.line(2)))
        acts.judge(withdrawal=begun, barcodes=[came[0], "TN000001"], verdict="WITHDRAW")
        TestDeciding().decide(stock, begun)
        [last, year] = queries.year_sums(TINH, [2026, 2025])
        counted = (year.before.copies, year.came.copies, year.went.copies, year.after.copies)
        assert counted == (5, 2, 2, 5)
        assert year.before.value_vnd + year.came.value_vnd - year.went.value_vnd == year.after.value_vnd
        assert queries.register_years(TINH) == [2026, 2025, 2024]
        assert (last.after.copies, last.after.titles) == (5, 1)
        assert last.after == year.before

    def test_volumes_hold_one_prefix_each(self, stock):
        stock.receive(stock.line(3), stock.line(2, series="ĐC"))
        assert [(v.first, v.last, v.lines) for v in queries.register_volumes(TINH)] == [
            ("DC000001", "DC000002", 2),
            ("TN000001", "TN000003", 3),
        ]
        assert [line.barcode for line in queries.register_lines(TINH, "TN000002", "TN000003")] == [
            "TN000002",
            "TN000003",
        ]
