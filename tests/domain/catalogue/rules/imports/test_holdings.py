"""Copies are read by a mapping that is data, and no field is dropped in silence."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guisach.domain.catalogue.rules.imports.holdings import (
    Holding,
    MappingError,
    Unheld,
    acquired_on,
    default_mapping,
    describe_holdings,
    load_mapping,
    price_vnd,
)
from tests.adapters.marc.records import book, control, data


def copies(*fields, mapping=None):
    return describe_holdings(book(*fields), mapping or default_mapping())


def test_koha():
    found = copies(
        data("952", "aCOBA", "bDAMTHUY", "8TN", "d2024-05-31", "g45000.00", "oTN TO-H", "pTN 000123", "zrách bìa"),
        data("952", "bDAMTHUY", "pTN 000124", "v50000"),
    )
    assert found.copies == (
        Holding("TN 000123", "COBA", "TN", "TN TO-H", "45000.00", "rách bìa", "2024-05-31", "Koha"),
        Holding("TN 000124", "DAMTHUY", price="50000", source="Koha"),
    )
    assert found.problems == ()


def test_marc21_with_several_copies_in_one_field():
    found = copies(data("852", "aTVCB", "bKho mượn", "h895.922", "iT450H", "pVN001", "pVN002", "pVN003", "945000"))
    assert [(copy.barcode, copy.branch, copy.call_no, copy.price) for copy in found.copies] == [
        (barcode, "Kho mượn", "895.922 T450H", "45000") for barcode in ("VN001", "VN002", "VN003")
    ]


def test_details_repeated_as_often_as_barcodes_are_shared_out():
    found = copies(data("852", "bCô Ba", "pVN001", "bĐàm Thủy", "pVN002"))
    assert [(copy.barcode, copy.branch) for copy in found.copies] == [("VN001", "Cô Ba"), ("VN002", "Đàm Thủy")]


def test_949_in_its_two_forms():
    assert [copy.barcode for copy in copies(data("949", "i39000012", "lMAIN")).copies] == ["39000012"]
    assert [copy.barcode for copy in copies(data("949", "bVN.00123", "aMAIN")).copies] == ["VN.00123"]


def test_what_gives_no_copy_is_reported():
    found = copies(
        data("852", "bKho mượn"),
        data("949", "bStacks"),
        data("952", "pTN1"),
        data("952", "pTN1"),
        data("952", "p  "),
        control("952", "x"),
    )
    assert [copy.barcode for copy in found.copies] == ["TN1"]
    assert found.problems == (
        Unheld("852", "no_barcode", "$bKho mượn"),
        Unheld("949", "barcode_pattern", "$bStacks"),
        Unheld("952", "repeated", "TN1"),
        Unheld("952", "no_barcode", "$p"),
        Unheld("952", "no_barcode", "x"),
    )


def test_a_mapping_of_ones_own():
    mapping = load_mapping(
        '[[source]]\ntag = "900"\nbarcode = ["j"]\npattern = "[A-Z]+[0-9]+"\n[branches]\n"X" = "CB-COBA"\n'
    )
    assert [copy.barcode for copy in copies(data("900", "jVN12"), data("952", "pTN1"), mapping=mapping).copies] == [
        "VN12"
    ]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[[source", "not TOML"),
        ("", "at least one"),
        ("source = []", "at least one"),
        ("source = [1]", "1: write"),
        ("[fields]", "'fields'"),
        ("[[source]]", "tag must be"),
        ('[[source]]\ntag = "95"\nbarcode = ["p"]', "'95'"),
        ("source = " + "[" * 5000, "not TOML"),
        ("source = " + "9" * 5000, "not TOML"),
        ('[[source]]\ntag = "001"\nbarcode = ["p"]', "control field"),
        ('[[source]]\ntag = "952"', "barcode is missing"),
        ('[[source]]\ntag = "952"\nbarcode = "p"', "must be a list"),
        ('[[source]]\ntag = "952"\nbarcode = ["$p"]', "'$p'"),
        ('[[source]]\ntag = "952"\nbarcode = ["p+q"]', "one subfield"),
        ('[[source]]\ntag = "952"\nbarcode = ["p"]\nname = 7', "name must be text"),
        ('[[source]]\ntag = "952"\nbarcode = ["p"]\npattern = "("', "regular expression"),
        ('[[source]]\ntag = "952"\nbarcode = ["p"]\npattern = 7', "in quotes"),
        (f'[[source]]\ntag = "952"\nbarcode = ["p"]\npattern = "a{{{"9" * 40}}}"', "regular expression"),
        (f'[[source]]\ntag = "952"\nbarcode = ["p"]\npattern = "{"(" * 5000}{")" * 5000}"', "regular expression"),
        ('[[source]]\ntag = "952"\nbarcode = ["p"]\n[[source]]\nprize = ["g"]', "2: unknown entry 'prize'"),
        ('[[source]]\ntag = "952"\nbarcode = ["p"]\nprice = []', "price must be a list"),
    ],
)  # fmt: skip
def test_a_faulty_mapping_says_where_and_what(text, says):
    with pytest.raises(MappingError) as caught:
        load_mapping(text)
    assert says in str(caught.value)


@given(st.text(max_size=60))
def test_any_mapping_text_gives_an_answer(text):
    try:
        load_mapping(text)
    except MappingError as error:
        assert str(error)


@pytest.mark.parametrize(
    ("text", "price"),
    [
        ("45000", 45000), ("45.000", 45000), ("45,000", 45000), ("1.250.000đ", 1250000), ("45 000 đồng", 45000),
        ("45000.00", 45000), ("45.000,00 VNĐ", 45000), ("45000 ₫", 45000), ("", None), ("$7.99", None),
        ("7.99 USD", None), ("cho tặng", None), ("45.00.0", None), ("9" * 50, None),
    ],
)  # fmt: skip
def test_prices(text, price):
    assert price_vnd(text) == price


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2024-05-31", date(2024, 5, 31)), ("20240531", date(2024, 5, 31)), ("31/5/2024", date(2024, 5, 31)),
        ("31.05.2024", date(2024, 5, 31)), ("2024-05-31 08:15:00", date(2024, 5, 31)), ("31/13/2024", None),
        ("2024", None), ("2/21/02", None), ("", None), ("0000-00-00", None),
    ],
)  # fmt: skip
def test_days_of_acquisition(text, day):
    assert acquired_on(text) == day
