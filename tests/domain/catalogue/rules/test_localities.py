"""Which communes a heading names."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guisach.domain.catalogue.rules.localities import Gazetteer, Unit

PLACES = Gazetteer(
    [
        Unit("01327", "Cô Ba", ("Xã Cô Ba", "Xã Thượng Hà"), "Bảo Lạc"),
        Unit("01321", "Bảo Lạc", ("Thị trấn Bảo Lạc",), "Bảo Lạc"),
        Unit("01273", "Thục Phán", ("Phường Đề Thám", "Xã Hưng Đạo (thành phố Cao Bằng)"), "Thành phố Cao Bằng"),
        Unit("01351", "Hưng Đạo", ("Xã Hưng Đạo",), "Bảo Lạc"),
        Unit("01654", "Hòa An", ("Thị trấn Nước Hai",), "Hòa An"),
        Unit("01477", "Trùng Khánh", (), "Trùng Khánh"),
    ]
)


@pytest.mark.parametrize(
    ("heading", "codes"),
    [
        ("Cô Ba", {"01327"}),
        ("Xã Cô Ba", {"01327"}),
        ("Cô Ba (xã, Cao Bằng)", {"01327"}),
        ("Cô Ba, Bảo Lạc, Cao Bằng", {"01327"}),
        ("Cao Bằng -- Bảo Lạc -- Cô Ba", {"01327"}),
        ("Bảo Lạc (Cao Bằng)", {"01321"}),
        ("Huyện Bảo Lạc", set()),
        ("Thượng Hà (xã)", {"01327"}),
        ("Phường Đề Thám -- Lịch sử", {"01273"}),
        ("Hưng Đạo", {"01273", "01351"}),
        ("Hoà An", {"01654"}),
        ("co ba", {"01327"}),
        ("Cờ Ba", set()),
        ("Cao Bằng", set()),
        ("Cô Ba Sài Gòn", set()),
        ("", set()),
    ],
)
def test_headings_lead_to_communes_of_today(heading: str, codes: set[str]) -> None:
    assert PLACES.communes(heading) == codes


@given(st.text(max_size=200))
def test_any_heading_is_read(text):
    assert PLACES.communes(text) <= {"01327", "01321", "01273", "01351", "01654", "01477"}
