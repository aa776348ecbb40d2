"""Minutes of weeding (biên bản thanh lọc tài liệu) with their list, and the list to take to the shelf."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from guisach.adapters.printing.typesetting import typeset
from guisach.adapters.printing.words import day, long_day, number, short

if TYPE_CHECKING:
    from datetime import date

    from guisach.adapters.printing.typesetting import Form


@dataclass(frozen=True, slots=True, kw_only=True)
class MinutesLine:
    """A copy on the list; `number` as a register writes it, `why` in words."""

    number: str
    title: str
    year: int | None
    call_no: str
    shelf: str
    state: str
    price_vnd: int | None
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Minutes:
    """What the minutes say. Without a decision yet, blanks are left for it."""

    agency: str
    place: str
    seat: str
    """The name that stands before the date: Cao Bằng."""
    reason: str
    minutes_no: str
    decision_no: str
    decided_on: date | None
    lines: Sequence[MinutesLine]


def minutes(said: Minutes, *, is_draft: bool = False, form: Form = "pdf") -> list[bytes]:
    """Print the minutes with the list of what is taken out; a draft is the list alone, with boxes to tick."""
    copies = len(said.lines)
    titles = len({line.title for line in said.lines})
    value = sum(line.price_vnd or 0 for line in said.lines)
    amount = f"{number(copies)} bản của {number(titles)} tên tài liệu, trị giá {number(value)} đồng"
    if is_draft:
        title, subtitle = "Danh sách đề nghị thanh lọc", f"{said.place}. Mang danh sách này ra giá sách, xem từng cuốn."
    else:
        title, subtitle = "Danh mục tài liệu thanh lọc", f"(Kèm theo Biên bản số {said.minutes_no or '……'})"
    decided = (
        f"Căn cứ Quyết định số {said.decision_no or '……………'} {long_day(said.decided_on)} về việc thanh lọc tài liệu;"
    )
    data = {
        "title": title,
        "is_minutes": not is_draft,
        "agency": said.agency,
        "place": said.place,
        "number": said.minutes_no or "……/BB-……",
        "where_when": f"{said.seat}, {long_day(said.decided_on)}",
        "subject": "Về việc thanh lọc tài liệu thư viện",
        "body": [
            "Căn cứ Thông tư số 02/2020/TT-BVHTTDL ngày 25 tháng 5 năm 2020 của Bộ trưởng Bộ Văn hóa, Thể thao và "
            "Du lịch;",
            decided,
            f"Hôm nay, {long_day(said.decided_on)}, tại {said.place}, chúng tôi gồm:",
        ],
        "blanks": ["1. Ông (bà)", "2. Ông (bà)", "3. Ông (bà)"],
        "end": [
            f"Đã tiến hành thanh lọc {amount}. Lý do: {said.reason}.",
            "Danh mục tài liệu thanh lọc kèm theo biên bản này. Hình thức xử lý tài liệu sau thanh lọc: "
            "……………………………………………………………………",
            "Biên bản được lập thành 03 bản có giá trị như nhau, các thành viên cùng thông qua và ký tên.",
        ],
        "signers": ["Người lập biên bản", "Kế toán", "Thủ trưởng cơ quan"],
        "list_title": title,
        "list_subtitle": subtitle,
        "columns": _columns(is_draft),
        "rows": [_row(n, line, is_draft) for n, line in enumerate(said.lines, 1)],
        "sum": f"Tổng cộng: {amount}." + ("" if is_draft else f" Ngày {day(said.decided_on)}." * bool(said.decided_on)),
    }
    return typeset("minutes.typ", data, form=form)


def _columns(is_draft: bool) -> list[dict[str, object]]:
    columns: list[tuple[str, float, str]] = [
        ("STT", 10, "center"), ("Số ĐKCB", 22, "center"), ("Tác giả, nhan đề", 0, "left"), ("Năm XB", 12, "center"),
        *([("Ký hiệu, giá", 26, "left")] if is_draft else [("Giá (đ)", 18, "right")]),
        ("Lý do", 34, "left"), *([("Giữ", 10, "center"), ("Bỏ", 10, "center")] if is_draft else []),
    ]  # fmt: skip
    return [{"head": head, "width": width, "align": align} for head, width, align in columns]


def _row(n: int, line: MinutesLine, is_draft: bool) -> list[str]:
    head = [str(n), line.number, short(line.title, 90), str(line.year or "")]
    if is_draft:
        return [*head, short(" · ".join(filter(None, (line.call_no, line.shelf))), 30), short(line.why, 60), "☐", "☐"]
    return [*head, number(line.price_vnd), short(line.why or line.state, 60)]
