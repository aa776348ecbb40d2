"""Punctuation that is for cataloguers goes; what belongs to a name or title stays."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guisach.domain.catalogue.rules.marc.isbd import clean, direct_name, people_in, sentence, unbracketed
from guisach.domain.catalogue.rules.standard_numbers import isbn13, issn


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        ("Dế Mèn phiêu lưu ký /", "Dế Mèn phiêu lưu ký"), ("Văn xuôi Hoàng Cầm.", "Văn xuôi Hoàng Cầm"),
        ("C++ /", "C++"), (".NET .", ".NET"), ("24 cm +", "24 cm"), ("= Song song", "Song song"),
        ("Rowling, J. K.", "Rowling, J. K."), ("Và thế là...", "Và thế là..."), ("Kim Pub. Corp.", "Kim Pub. Corp"),
        ("Washington, D.C. :", "Washington, D.C."), ("Smith, John, Jr.,", "Smith, John, Jr."), (" / ", ""), ("...", ""),
    ],
)  # fmt: skip
def test_sentences(raw, kept):
    assert sentence(raw) == kept


@pytest.mark.parametrize(
    ("heading", "vietnamese", "other"),
    [
        ("Nguyễn, Nhật Ánh", "Nguyễn Nhật Ánh", "Nguyễn Nhật Ánh"),
        ("Ánh, Nguyễn Nhật", "Nguyễn Nhật Ánh", "Nguyễn Nhật Ánh"),
        ("Phan, Chu Trinh", "Phan Chu Trinh", "Phan, Chu Trinh"),
        ("Viên Lý, Thích", "Thích Viên Lý", "Thích Viên Lý"),
        ("Tô Hoài", "Tô Hoài", "Tô Hoài"),
        ("Hugo, Victor", "Hugo, Victor", "Hugo, Victor"),
        ("Saint-Exupéry, Antoine de", "Saint-Exupéry, Antoine de", "Saint-Exupéry, Antoine de"),
        ("Nguyễn, Du, đại thi hào", "Nguyễn, Du, đại thi hào", "Nguyễn, Du, đại thi hào"),
    ],
)
def test_vietnamese_names_are_said_in_their_order(heading, vietnamese, other):
    assert direct_name(heading, is_vietnamese=True) == vietnamese
    assert direct_name(heading, is_vietnamese=False) == other


@given(st.text(max_size=30))
def test_cleaning_is_idempotent(text):
    for how in (clean, sentence, unbracketed):
        assert how(how(text)) == how(text) or how is not clean
    assert clean(clean(text)) == clean(text)


@pytest.mark.parametrize(
    ("text", "ean"),
    [
        ("9786042134880", "9786042134880"), ("978-604-2-13488-0", "9786042134880"),
        ("978–604–2–13488–0", "9786042134880"),
        ("0439139597", "9780439139595"), ("080442957X", "9780804429573"), ("0-8044-2957-x (bìa cứng)", "9780804429573"),
        ("ISBN 0439139597 : 45000đ", "9780439139595"), ("0439139598", ""), ("9786042134881", ""), ("45000đ", ""),
        ("", ""), ("97860421348800", ""), ("9" * 100_000, ""),
    ],
)  # fmt: skip
def test_isbns(text, ean):
    assert isbn13(text) == ean


def test_issns():
    assert issn("ISSN 2434561X") == "2434-561X"
    assert issn("2434-5611") == ""


@pytest.mark.parametrize(
    ("cell", "people"),
    [
        ("Lê Quang Trình , Bùi Văn Ban (h.d.)", ["Lê Quang Trình", "Bùi Văn Ban (h.d.)"]),
        ("Nguyễn Thị Thu Hiền, Trần Ngọc Oanh, Lê Văn Tám", ["Nguyễn Thị Thu Hiền", "Trần Ngọc Oanh", "Lê Văn Tám"]),
        ("Nguyễn, Nhật Ánh", ["Nguyễn, Nhật Ánh"]),
        ("Nguyễn Nhật, Ánh", ["Nguyễn Nhật, Ánh"]),
        ("Rowling, J. K.", ["Rowling, J. K."]),
        ("Tô Hoài", ["Tô Hoài"]),
        ("", [""]),
    ],
)
def test_full_vietnamese_names_between_commas_are_several_people(cell, people):
    assert people_in(cell) == people


def test_two_full_names_are_not_turned_into_one():
    assert direct_name("Lê Quang Trình, Bùi Văn Ban", is_vietnamese=True) == "Lê Quang Trình, Bùi Văn Ban"
