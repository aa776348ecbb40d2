"""What a record itself says of a legal document."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guisach.domain.catalogue.rules.laws import offered
from guisach.domain.catalogue.rules.marc.incoming import Field, Incoming


def said(*fields: tuple[str, str]) -> Incoming:
    return Incoming(" " * 24, tuple(Field(tag, "  ", (("a", text),)) for tag, text in fields))


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("Luật Thư viện số 46/2019/QH14 ngày 21/11/2019", "46/2019/QH14"),
        ("Nghị định 93/2020/NĐ-CP", "93/2020/NĐ-CP"),
        ("Thông tư 01/2020/TT-BVHTTDL", "01/2020/TT-BVHTTDL"),
        ("Quyết định 38/QĐ-UBND", "38/QĐ-UBND"),
        ("Pháp lệnh 31/2000/PL-UBTVQH10", "31/2000/PL-UBTVQH10"),
        ("Ngày 21/11/2019", ""),
        ("Tập 1/2", ""),
    ],
)
def test_the_number_is_found_in_the_title(text: str, number: str) -> None:
    assert offered(said(("245", text))).number == number


def test_a_field_for_numbers_goes_before_the_title() -> None:
    record = said(("245", "Hỏi đáp về Luật 46/2019/QH14"), ("086", "93/2020/NĐ-CP"), ("110", "Chính phủ."))
    assert offered(record).number == "93/2020/NĐ-CP"
    assert offered(record).issuer == "Chính phủ"


@given(st.lists(st.tuples(st.sampled_from(["245", "086", "110", "500"]), st.text(max_size=400))))
def test_any_record_is_read(fields):
    assert len(offered(said(*fields)).issuer) <= 200
