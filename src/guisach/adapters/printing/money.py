"""Slips of what is taken from a reader and given back (phiếu thu, phiếu chi): one to keep, one to give."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from guisach.adapters.printing.typesetting import typeset
from guisach.adapters.printing.words import amount_in_words, long_day, number

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from guisach.adapters.printing.typesetting import Form


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneySlip:
    """What a slip says. `amount` 0: in kind, and `kind` says what."""

    agency: str
    place: str
    seat: str
    number: str
    on: date
    is_back: bool
    """Given back to the reader, not taken from them."""
    who: str
    card: str
    why: str
    amount: int
    kind: str = ""
    refers_to: str = ""
    """The number of the slip by which it was taken."""


def money_slip(said: MoneySlip, *, form: Form = "pdf") -> list[bytes]:
    """Print a slip twice on a sheet of A4; nothing is printed as owed, and nothing as interest."""
    is_money = said.amount > 0
    facts: Sequence[tuple[str, str]] = (
        ("Họ và tên người nhận" if said.is_back else "Họ và tên người nộp", said.who),
        ("Số thẻ bạn đọc", said.card),
        ("Lý do", said.why),
        ("Số tiền", f"{number(said.amount)} đồng" if is_money else ""),
        ("Viết bằng chữ", amount_in_words(said.amount) if is_money else ""),
        ("Hiện vật", said.kind),
        ("Kèm theo phiếu thu số", said.refers_to),
    )
    data = {
        "agency": said.agency,
        "place": said.place,
        "number": said.number or "……",
        "where_when": f"{said.seat}, {long_day(said.on)}",
        "title": "Phiếu chi" if said.is_back else "Phiếu thu",
        "subtitle": "Trả lại bạn đọc" if said.is_back else "",
        "facts": [[name, value] for name, value in facts if value],
        "copies": ["Liên 1: lưu tại thư viện", "Liên 2: giao bạn đọc"],
        "signers": [
            "Người lập phiếu",
            "Người nhận" if said.is_back else "Người nộp",
            "Thủ quỹ" if is_money else "Thủ kho",
            "Phụ trách đơn vị",
        ],
        "note": "" if said.is_back else "Thư viện trả lại đủ khi bạn đọc không dùng thẻ nữa, hoặc khi tìm thấy sách.",
    }
    return typeset("money.typ", data, form=form)
