"""Slips and the list to read out, as they come out of the printer."""

from __future__ import annotations

import pytest

from guisach.adapters.printing import aloud, slips

TEXT = "\n\n".join(
    (
        "Chào Vàng Thị An,",
        "Bạn đang mượn 2 cuốn quá hẹn từ 05/11/2026.",
        "Dế Mèn phiêu lưu ký\nĐất rừng phương Nam",
        "Thư viện xã Cô Ba",
    )
)


@pytest.mark.parametrize(("count", "sheets"), [(1, 1), (8, 1), (9, 2)])
def test_eight_slips_go_on_a_sheet(count, sheets):
    assert len(slips("Thư viện xã Cô Ba", [TEXT] * count, form="png")) == sheets


def test_a_text_of_any_length_and_any_signs_is_set():
    [page] = slips("#set page(fill: red)", ["*đậm* #panic() $x$ " * 300, ""], form="png")
    assert page.startswith(b"\x89PNG")


def test_many_lines_to_read_out_run_over_several_pages():
    assert (
        len(aloud("Thư viện xã Cô Ba", ["Vàng Thị An: Dế Mèn phiêu lưu ký; Đất rừng phương Nam"] * 30, form="png")) > 1
    )
