"""A voucher comes into the register with its copies; what stands there can be corrected, never erased."""

from __future__ import annotations

from datetime import date

import pytest

from guisach.domain.catalogue.actions import stock as acts
from guisach.domain.catalogue.models import Change, Copy, Receipt, StockChange
from guisach.domain.catalogue.queries import copy_by_barcode
from guisach.domain.catalogue.queries import stock as queries
from tests.builders import COBA, DAMTHUY, TINH, refused
from tests.domain.catalogue.stock.conftest import numbers


def test_a_voucher_gives_running_numbers_to_all_its_copies(stock):
    made = stock.receive(stock.line(3), stock.line(2, record=stock.law, series="TSPL", price_vnd=80_000))
    assert numbers(made) == ["TN000001", "TN000002", "TN000003", "TSPL000001", "TSPL000002"]
    entry = queries.receipt(made)
    assert (entry.number, entry.sums.titles, entry.sums.copies, entry.sums.value_vnd) == (1, 2, 5, 265_000)
    assert entry.sums.by_class == {"8": 3, "3": 2}
    assert entry.sums.by_kind == {"BOOK": 3, "LAW": 2}
    assert entry.sums.vietnamese == 5


def test_every_register_has_numbers_of_its_own(stock):
    entries = [stock.receive(place=place) for place in (TINH, COBA, TINH)]
    assert [queries.receipt(entry).number for entry in entries] == [1, 1, 2]


def test_the_register_s_place_owns_the_copies_and_another_may_keep_them(stock):
    [barcode, _other] = numbers(stock.receive(base=COBA))
    copy = queries.stock_copy(barcode)
    assert (copy.owner, copy.base, copy.acquired_on) == (TINH, COBA, date(2026, 11, 20))
    assert Change.objects.filter(record=stock.men).exists()


@pytest.mark.parametrize(
    ("code", "changes"),
    [
        ("line_wrong", {"count": 0}),
        ("line_wrong", {"count": 501}),
        ("price_wrong", {"price_vnd": -1}),
        ("record_unknown", {"record": 999_999}),
        ("series_unknown", {"series": ""}),
        ("series_unknown", {"series": "QQ"}),
        ("collection_unknown", {"collection": "QQ"}),
    ],
)
def test_a_voucher_with_a_wrong_line_leaves_nothing_behind(stock, code, changes):
    with refused(code):
        stock.receive(stock.line(), stock.line(**changes))
    assert not Receipt.objects.exists()
    assert not Copy.objects.exists()
    assert {one.last_number for one in queries.all_series()} == {0}


def test_a_voucher_without_titles_or_of_tomorrow_is_refused(stock):
    with refused("receipt_empty"):
        acts.receive(place=TINH, head=stock.head(), lines=[], clock=stock.clock)
    with refused("date_ahead"):
        stock.receive(head=stock.head(entered_on=date(2026, 11, 21)))
    with refused("place_unknown"):
        stock.receive(place="KHONG-CO")


def test_what_an_entry_said_before_is_kept(stock):
    made = stock.receive()
    assert acts.change_receipt(receipt=made, head=stock.head(voucher="HĐ 16"), clock=stock.clock, by=stock.by)
    assert not acts.change_receipt(receipt=made, head=stock.head(voucher="HĐ 16"), clock=stock.clock, by=stock.by)
    [change] = queries.stock_changes(f"receipt:{made}")
    assert change.changes == {"voucher": ["HĐ 15", "HĐ 16"]}
    assert change.by == "Bế Thị Hoa"
    assert queries.receipt(made).voucher == "HĐ 16"


def test_an_entry_that_is_not_there_cannot_be_corrected(stock):
    with refused("receipt_unknown"):
        acts.change_receipt(receipt=77, head=stock.head(), clock=stock.clock)


class TestChangingAPile:
    def change(self, stock, barcodes, within=None, **said):
        return acts.change_copies(
            barcodes=barcodes, change=acts.CopyChange(**said), clock=stock.clock, by=stock.by, within=within
        )

    def test_the_base_changes_and_the_owner_stays(self, stock):
        barcodes = numbers(stock.receive())
        assert self.change(stock, barcodes, base=COBA, collection="LUAN_CHUYEN", shelf="Giá 3") == 2
        assert self.change(stock, barcodes, base=COBA) == 0
        copy = queries.stock_copy(barcodes[0])
        assert (copy.owner, copy.base, copy.collection, copy.shelf) == (TINH, COBA, "LUAN_CHUYEN", "Giá 3")
        [change] = queries.stock_changes(f"copy:{barcodes[0]}")
        assert change.changes["base_id"] == [TINH, COBA]

    def test_a_collection_can_be_taken_off_again(self, stock):
        barcodes = numbers(stock.receive(stock.line(collection="THIEU_NHI")))
        self.change(stock, barcodes, collection="")
        assert queries.stock_copy(barcodes[0]).collection is None

    def test_copies_of_another_place_are_left_alone_and_named(self, stock):
        mine, theirs = numbers(stock.receive(place=COBA)), numbers(stock.receive(place=DAMTHUY))
        with refused("copies_elsewhere"):
            self.change(stock, [*mine, *theirs], within=[COBA], state="WORN")
        assert queries.stock_copy(mine[0]).state == "GOOD"
        assert not StockChange.objects.exists()

    def test_a_number_is_read_as_a_scanner_gives_it(self, stock):
        stock.receive(stock.line(1, series="ĐC"))
        assert self.change(stock, [" đc000001 "], state="DAMAGED") == 1
        assert queries.stock_copy("DC000001").state == "DAMAGED"

    @pytest.mark.parametrize(
        ("code", "barcodes", "said"),
        [
            ("no_copies", [], {"state": "WORN"}),
            ("copy_unknown", ["TN000001", "QQ1"], {"state": "WORN"}),
            ("copy_unknown", [":"], {"state": "WORN"}),
            ("place_unknown", ["TN000001"], {"base": "QQ"}),
            ("collection_unknown", ["TN000001"], {"collection": "QQ"}),
            ("price_wrong", ["TN000001"], {"price_vnd": 3_000_000_000}),
            ("too_many_copies", [f"X{n}" for n in range(2001)], {"state": "WORN"}),
        ],
    )
    def test_what_cannot_be_is_refused(self, stock, code, barcodes, said):
        stock.receive()
        with refused(code):
            self.change(stock, barcodes, **said)

    def test_a_label_that_came_out_well_is_noted(self, stock):
        barcodes = numbers(stock.receive())
        assert queries.count_without_label(None) == 2
        assert acts.mark_labelled(barcodes=barcodes[:1], clock=stock.clock) == 1
        assert [copy.barcode for copy in queries.copies_without_label(None, limit=9)] == barcodes[1:]
        assert queries.count_without_label([COBA]) == 0

    def test_a_collection_is_set_up_and_named_anew(self, stock):
        assert acts.keep_collection(code="lich_su", name="Lịch sử", clock=stock.clock) == "LICH_SU"
        acts.keep_collection(code="LICH_SU", name="Lịch sử Đảng", clock=stock.clock)
        assert queries.collection_names()["LICH_SU"] == "Lịch sử Đảng"
        with refused("code_unusable"):
            acts.keep_collection(code="lịch sử", name="x", clock=stock.clock)
        with refused("stock_name_needed"):
            acts.keep_collection(code="X", name="", clock=stock.clock)

    def test_a_collection_counts_what_is_there(self, stock):
        stock.receive(stock.line(3, collection="THIEU_NHI"), base=COBA)
        counted = {one.code: one.copies for one in queries.collections([COBA])}
        assert (counted["THIEU_NHI"], counted["PHAP_LUAT"]) == (3, 0)
        assert copy_by_barcode("TN000001").base == COBA
