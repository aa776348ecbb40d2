"""Slips of money: the amount in words, two halves on one sheet."""

from __future__ import annotations

from datetime import date

import pytest

from guisach.adapters.printing.money import MoneySlip, money_slip
from guisach.adapters.printing.words import amount_in_words

SLIP = MoneySlip(
    agency="Ủy ban nhân dân xã Cô Ba", place="Thư viện xã Cô Ba", seat="Cô Ba", number="PT 0007",
    on=date(2026, 11, 22), is_back=False, who="Vàng Thị An", card="CB000012", why="Đặt cọc thẻ bạn đọc", amount=50_000,
)  # fmt: skip


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        (1_000, "Một nghìn đồng"),
        (10_000, "Mười nghìn đồng"),
        (15_500, "Mười lăm nghìn năm trăm đồng"),
        (21_000, "Hai mươi mốt nghìn đồng"),
        (24_000, "Hai mươi tư nghìn đồng"),
        (50_000, "Năm mươi nghìn đồng"),
        (105_000, "Một trăm lẻ năm nghìn đồng"),
        (1_005_001, "Một triệu không trăm lẻ năm nghìn không trăm lẻ một đồng"),
        (2_000_010, "Hai triệu không trăm mười đồng"),
        (50_000_000, "Năm mươi triệu đồng"),
        (1_000_000_000, "Một tỷ đồng"),
        (0, "Không đồng"),
    ],
)
def test_an_amount_is_written_in_words_as_vouchers_have_it(amount, words):
    assert amount_in_words(amount) == words


@pytest.mark.parametrize("is_back", [True, False])
@pytest.mark.parametrize("amount", [0, 50_000])
def test_a_slip_is_one_sheet_whatever_stands_on_it(is_back, amount):
    from dataclasses import replace

    said = replace(
        SLIP, is_back=is_back, amount=amount, kind="" if amount else "01 bản: " + "Dế Mèn phiêu lưu ký " * 9,
        who="#panic() *Vàng* " * 6, refers_to="PT 0001" if is_back else "",
    )  # fmt: skip
    [page] = money_slip(said, form="png")
    assert page.startswith(b"\x89PNG")
