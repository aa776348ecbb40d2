"""The list that goes with a set of books lent as one act: what is in it, and who signs for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from guisach.adapters.printing.typesetting import typeset
from guisach.adapters.printing.words import day, long_day, number, short

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from guisach.adapters.printing.typesetting import Form


@dataclass(frozen=True, slots=True, kw_only=True)
class SetList:
    """What the list says. `lines`: number of the copy, title with author, the day it came back (None: it is out)."""

    agency: str
    place: str
    seat: str
    borrower: str
    answers: str
    """Who answers for it."""
    card: str
    lent_on: date
    due_on: date
    lines: Sequence[tuple[str, str, date | None]]


def set_list(said: SetList, *, form: Form = "pdf") -> list[bytes]:
    """Print the list with lines for the signatures of handing over and of taking back."""
    back = sum(returned is not None for _number, _title, returned in said.lines)
    data = {
        "agency": said.agency,
        "place": said.place,
        "where_when": f"{said.seat}, {long_day(said.lent_on)}",
        "title": "Phiếu mượn sách theo bộ",
        "facts": [
            ["Đơn vị mượn", said.borrower],
            *([["Người chịu trách nhiệm", said.answers]] if said.answers else []),
            ["Số thẻ", said.card],
            ["Ngày mượn", day(said.lent_on)],
            ["Hạn trả", day(said.due_on)],
        ],
        "rows": [
            [str(n), code, short(title, 110), day(returned)] for n, (code, title, returned) in enumerate(said.lines, 1)
        ],
        "sum": f"Tổng cộng: {number(len(said.lines))} bản." + (f" Đã trả: {number(back)} bản." if back else ""),
    }
    return typeset("set.typ", data, form=form)
