"""Accession numbers as labels carry them, as scanners read them, and as registers write them."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guisach.domain.catalogue.rules.barcodes import as_written, normalise_barcode, split_number
from guisach.domain.catalogue.rules.stock import WeedingRules, class_starts


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" vn000123 ", "VN000123"),
        ("ĐC000123", "DC000123"),
        ("đc000123", "DC000123"),
        (unicodedata.normalize("NFD", "Tập12"), "TAP12"),
        ("ЖУРНАЛ1", "ЖУРНАЛ1"),
        ("LC-000.1/2", "LC-000.1/2"),
    ],
)
def test_a_number_is_kept_as_a_scanner_can_type_it(typed, kept):
    assert normalise_barcode(typed) == kept


@pytest.mark.parametrize("wrong", ["", "  ", "x" * 33, "a:b", "a\nb", "\u0301"])
def test_what_no_label_has_is_refused(wrong):
    with pytest.raises(ValueError):
        normalise_barcode(wrong)


@given(st.text(max_size=40))
def test_normalising_twice_changes_nothing(text):
    try:
        once = normalise_barcode(text)
    except ValueError:
        return
    assert normalise_barcode(once) == once


def test_a_register_writes_what_a_barcode_cannot_carry():
    assert as_written("DC000123", ["ĐC", "LĐ"]) == "ĐC000123"
    assert as_written("LD000001", ["ĐC", "LĐ"]) == "LĐ000001"
    assert as_written("VN000123", ["ĐC"]) == "VN000123"
    assert as_written("DCX000123", ["ĐC"]) == "DCX000123"
    assert as_written("LIVRE", ["ĐC"]) == "LIVRE"


def test_a_number_is_taken_apart_at_its_last_figures():
    assert split_number("VN000123") == ("VN", "000123")
    assert split_number("X1-22") == ("X1-", "22")
    assert split_number("123") is None
    assert split_number("VN") is None


def test_beginnings_of_classes_are_read_as_people_write_them():
    assert class_starts("004, 34 61;9.5 văn") == ("004", "34", "61", "9.5")
    assert WeedingRules(classes="3").is_empty
    assert not WeedingRules(is_damaged=True).is_empty
