"""Accession numbers run on, are given once, and never again."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guisach.domain.catalogue import actions as catalogue
from guisach.domain.catalogue.actions import stock as acts
from guisach.domain.catalogue.models import AccessionSeries, Copy
from guisach.domain.catalogue.queries.stock import all_series
from guisach.domain.catalogue.rules.drafts import CopyDraft
from tests import builders
from tests.builders import TINH, refused


def draft(**changes):
    return CopyDraft(**{"owner": TINH, "base": TINH, **changes})


def last(prefix: str) -> int:
    return AccessionSeries.objects.get(pk=prefix).last_number


def test_copies_of_a_series_get_running_numbers_in_the_order_given(stock):
    made = catalogue.add_copies(record=stock.men, copies=[draft(series="VN"), draft(barcode="X1"), draft(series="VN")])
    assert [copy.barcode for copy in made] == ["VN000001", "X1", "VN000002"]


def test_a_number_typed_by_hand_lifts_its_series(stock):
    catalogue.add_copy(record=stock.men, copy=draft(barcode="vn000041"))
    assert catalogue.add_copy(record=stock.men, copy=draft(series="VN")).barcode == "VN000042"


def test_a_number_is_not_given_again_when_its_copy_has_gone(stock):
    gone = catalogue.add_copy(record=stock.men, copy=draft(series="VN")).barcode
    Copy.objects.filter(barcode=gone).delete()
    assert catalogue.add_copy(record=stock.men, copy=draft(series="VN")).barcode == "VN000002"


def test_numbers_of_a_refused_act_were_never_given(stock):
    with refused("place_unknown"):
        catalogue.add_copies(record=stock.men, copies=[draft(series="VN"), draft(series="VN", base="KHONG-CO")])
    assert last("VN") == 0


def test_numbers_that_copies_had_before_the_series_are_passed_over(stock):
    for barcode in ("SACH000002", "SACH000003"):
        builders.copy(barcode, place=TINH)
    AccessionSeries.objects.create(prefix="SACH", name="Sách", digits=6)
    made = catalogue.add_copies(record=stock.men, copies=[draft(series="SACH")] * 3)
    assert [copy.barcode for copy in made] == ["SACH000001", "SACH000004", "SACH000005"]


def test_a_new_series_goes_on_after_the_numbers_that_are_there(stock):
    builders.copy("SACH000078", place=TINH)
    acts.keep_series(prefix="sách", name="Sách", clock=stock.clock)
    assert next(s for s in all_series() if s.prefix == "SÁCH").following == "SÁCH000079"
    assert catalogue.add_copy(record=stock.men, copy=draft(series="SÁCH")).barcode == "SACH000079"


def test_a_number_longer_than_its_series_is_a_slip_of_the_hand(stock):
    catalogue.add_copy(record=stock.men, copy=draft(barcode="VN2026112200015"))
    assert last("VN") == 0


def test_after_the_last_number_of_six_digits_comes_one_of_seven(stock):
    acts.keep_series(prefix="VN", name="x", last_number=999_998, clock=stock.clock)
    made = catalogue.add_copies(record=stock.men, copies=[draft(series="VN")] * 3)
    assert [copy.barcode for copy in made] == ["VN999999", "VN1000000", "VN1000001"]


def test_the_letter_d_with_its_bar_is_written_on_paper_and_not_in_the_barcode(stock):
    made = catalogue.add_copy(record=stock.men, copy=draft(series="ĐC"))
    assert made.barcode == "DC000001"
    with refused("barcode_taken"):
        catalogue.add_copy(record=stock.men, copy=draft(barcode="đc000001"))


def test_two_series_that_look_the_same_in_a_barcode_are_refused(stock):
    with refused("code_taken"):
        acts.keep_series(prefix="DC", name="x", clock=stock.clock)


@pytest.mark.parametrize("prefix", ["", "V1", "V N", "V:", "ABCDEFGHIJKLM", "123"])
def test_a_prefix_that_cannot_stand_before_a_number_is_refused(stock, prefix):
    with refused("code_unusable"):
        acts.keep_series(prefix=prefix, name="x", clock=stock.clock)


def test_a_series_never_goes_back(stock):
    acts.keep_series(prefix="VN", name="Vốn cũ", last_number=500, clock=stock.clock)
    with refused("number_too_low"):
        acts.keep_series(prefix="VN", name="Vốn cũ", last_number=499, clock=stock.clock)
    assert last("VN") == 500


def test_a_series_without_a_name_is_refused(stock):
    with refused("stock_name_needed"):
        acts.keep_series(prefix="VN", name="  ", clock=stock.clock)


def test_a_series_or_collection_that_is_not_there_is_refused(stock):
    with refused("series_unknown"):
        catalogue.add_copy(record=stock.men, copy=draft(series="QQ"))
    with refused("collection_unknown"):
        catalogue.add_copy(record=stock.men, copy=draft(series="VN", collection="QQ"))


def test_loading_the_words_again_changes_nothing(stock):
    acts.keep_series(prefix="VN", name="Tên khác", clock=stock.clock)
    assert acts.load_stock_words() == 0
    assert AccessionSeries.objects.get(pk="VN").name == "Tên khác"


step = st.one_of(
    st.tuples(st.just("take"), st.integers(1, 4)),
    st.tuples(st.just("type"), st.integers(1, 60)),
    st.tuples(st.just("delete"), st.integers(0, 10)),
)


@given(steps=st.lists(step, max_size=12))
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_whatever_is_typed_or_deleted_no_number_is_given_twice(stock, steps):
    Copy.objects.all().delete()
    AccessionSeries.objects.filter(pk="VN").update(last_number=0)
    given_, typed = [], set()
    for act, amount in steps:
        if act == "take":
            made = catalogue.add_copies(record=stock.men, copies=[draft(series="VN")] * amount)
            given_ += [copy.barcode for copy in made]
        elif act == "type":
            barcode = f"VN{amount:06d}"
            if not Copy.objects.filter(barcode=barcode).exists():
                catalogue.add_copy(record=stock.men, copy=draft(barcode=barcode))
                typed.add(barcode)
        else:
            Copy.objects.filter(barcode__in=(given_ + sorted(typed))[amount : amount + 2]).delete()
    assert len(given_) == len(set(given_))
    assert [int(number[2:]) for number in given_] == sorted(int(number[2:]) for number in given_)
