"""Minutes of a stocktake (biên bản kiểm kê tài liệu) with the list of what is missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from guisach.adapters.printing.typesetting import typeset
from guisach.adapters.printing.words import long_day, number, short

if TYPE_CHECKING:
    from datetime import date

    from guisach.adapters.printing.typesetting import Form


@dataclass(frozen=True, slots=True, kw_only=True)
class MissingLine:
    """A copy that was not found; `number` as a register writes it, `note` what became of it since."""

    number: str
    title: str
    year: int | None
    call_no: str
    shelf: str
    price_vnd: int | None
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StocktakeMinutes:
    """What the minutes say. `results` are lines of the account: words and a count; `open` while nobody closed it."""

    agency: str
    place: str
    seat: str
    """The name that stands before the date: Cao Bằng."""
    scope: str
    begun_on: date
    closed_on: date | None
    scanners: Sequence[str]
    results: Sequence[tuple[str, int]]
    missing: int
    """All that is missing, of which `lines` may show only the first."""
    lines: Sequence[MissingLine]


def stocktake_minutes(said: StocktakeMinutes, *, form: Form = "pdf") -> list[bytes]:
    """Print the minutes with the list; a stocktake that goes on gives the list of what to look for."""
    value = sum(line.price_vnd or 0 for line in said.lines)
    is_over = said.closed_on is not None
    shown = len(said.lines)
    rest = f" Danh mục in {number(shown)} bản đầu; cả danh mục ở tệp kèm theo." if shown < said.missing else ""
    data = {
        "title": "Biên bản kiểm kê tài liệu" if is_over else "Danh sách tài liệu chưa thấy",
        "is_minutes": is_over,
        "agency": said.agency,
        "place": said.place,
        "number": "……/BB-……",
        "where_when": f"{said.seat}, {long_day(said.closed_on)}",
        "subject": "Về việc kiểm kê tài liệu thư viện",
        "body": [
            "Căn cứ Luật Thư viện số 46/2019/QH14 ngày 21 tháng 11 năm 2019;",
            "Căn cứ Quyết định số …………………… ngày … tháng … năm …… về việc kiểm kê tài liệu;",
            f"Hôm nay, {long_day(said.closed_on)}, tại {said.place}, Tổ kiểm kê chúng tôi gồm:",
        ],
        "blanks": ["1. Ông (bà)", "2. Ông (bà)", "3. Ông (bà)"],
        "end": [
            f"Đã kiểm kê {said.scope} từ {long_day(said.begun_on)} đến {long_day(said.closed_on)}, bằng cách quét số "
            f"đăng ký cá biệt của từng bản. Người quét: {', '.join(said.scanners) or '……………………'}. Kết quả như sau:",
            *[f"– {words}: {number(count)} bản." for words, count in said.results],
            f"Số bản không tìm thấy: {number(said.missing)} bản"
            + (f", trị giá theo sổ {number(value)} đồng." if shown == said.missing and value else "."),
            "Nguyên nhân và kiến nghị của Tổ kiểm kê: ………………………………………………………………………………………",
            "Biên bản được lập thành 02 bản có giá trị như nhau, các thành viên cùng thông qua và ký tên.",
        ],
        "signers": ["Người lập biên bản", "Tổ trưởng tổ kiểm kê", "Thủ trưởng cơ quan"],
        "list_title": "Danh mục tài liệu không tìm thấy" if is_over else "Danh sách tài liệu chưa thấy",
        "list_subtitle": "(Kèm theo Biên bản kiểm kê)" if is_over else f"{said.place}. Mang ra giá để tìm.",
        "columns": [
            {"head": head, "width": width, "align": align}
            for head, width, align in (
                ("STT", 10, "center"), ("Số ĐKCB", 22, "center"), ("Tác giả, nhan đề", 0, "left"),
                ("Năm XB", 12, "center"), ("Giá sách, ký hiệu", 30, "left"), ("Giá (đ)", 18, "right"),
                ("Ghi chú", 26, "left"),
            )
        ],
        "rows": [_row(n, line) for n, line in enumerate(said.lines, 1)],
        "sum": f"Tổng cộng: {number(said.missing)} bản.{rest}",
    }  # fmt: skip
    return typeset("minutes.typ", data, form=form)


def _row(n: int, line: MissingLine) -> list[str]:
    where = " · ".join(filter(None, (line.shelf, line.call_no)))
    return [
        str(n), line.number, short(line.title, 90), str(line.year or ""), short(where, 40), number(line.price_vnd),
        line.note,
    ]  # fmt: skip
