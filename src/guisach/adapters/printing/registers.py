"""The registers: sổ đăng ký cá biệt, one line a copy, and sổ đăng ký tổng quát I to III."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from guisach.adapters.printing.typesetting import typeset
from guisach.adapters.printing.words import count, day, number, short
from guisach.domain.catalogue.rules.barcodes import as_written

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from guisach.adapters.printing.typesetting import Form
    from guisach.domain.catalogue.queries.stock import DepartureView, ReceiptView, RegisterLine, Sums, YearSums

INVENTORY_YEARS = 5  # columns that are left to be filled in by hand at each inventory: C (there) or M (missing)
_LINES_A_PAGE = 22
_CLASSES = "0123456789"


@dataclass(frozen=True, slots=True)
class _Column:
    head: str
    width: float = 0  # mm; 0 takes what is left
    align: str = "left"
    group: str = ""

    def described(self) -> dict[str, Any]:
        return {"head": self.head, "width": self.width, "align": self.align, "group": self.group}


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """Whose register it is, as its cover says."""

    agency: str
    place: str
    printed: str
    """The day on which it is printed, as text."""


def individual_register(
    heading: Heading,
    lines: Iterable[RegisterLine],
    *,
    prefixes: Sequence[str],
    volume: int,
    first: str,
    last: str,
    first_year: int,
    form: Form = "pdf",
) -> list[bytes]:
    """Print a volume of the individual register, in the order of numbers.

    `prefixes` are those that are written otherwise than in a barcode; inventory columns begin with `first_year`.
    """
    columns = [
        _Column("Ngày vào sổ", 15, "center"),
        _Column("Số đăng ký cá biệt", 18, "center"),
        _Column("Tác giả và nhan đề"),
        _Column("Nơi", 13, group="Xuất bản"),
        _Column("Nhà xuất bản", 24, group="Xuất bản"),
        _Column("Năm", 8.5, "center", group="Xuất bản"),
        _Column("Giá tiền (đ)", 15, "right"),
        _Column("Số vào sổ TQ", 11, "center"),
        _Column("Nguồn", 20),
        _Column("Môn loại", 17, "center"),
        *(_Column(str(first_year + n), 8, "center", "Kiểm kê") for n in range(INVENTORY_YEARS)),
        _Column("Xuất kho, phụ chú", 26),
    ]
    pages, total, copies = [], 0, 0
    for part in _parts(lines, _LINES_A_PAGE):
        value = sum(line.price_vnd or 0 for line in part)
        total += value
        copies += len(part)
        blank = [""] * 9
        pages.append(
            {
                "rows": [_line(line, prefixes) for line in part],
                "sums": [
                    [f"Cộng trang: {number(len(part))} bản", number(value), *blank],
                    [f"Cộng dồn từ đầu quyển: {number(copies)} bản", number(total), *blank],
                ],
            }
        )
    span = f"từ số {as_written(first, prefixes)} đến số {as_written(last, prefixes)}"
    cover = _cover(heading, "Sổ đăng ký cá biệt", "", [f"Quyển số {volume}", span])
    closing = [f"Quyển này có {number(copies)} dòng, {span}; giá trị {number(total)} đồng."]
    running = (heading.place, "SỔ ĐĂNG KÝ CÁ BIỆT")
    return _printed(running, cover, columns, pages, closing, line_mm=7, sum_span=6, form=form)


def _line(line: RegisterLine, prefixes: Sequence[str]) -> list[str]:
    author = f"{line.author}. " if line.author else ""
    part = f". {line.part}" if line.part else ""
    gone = ""
    if line.withdrawal_no:
        gone = f"Xuất: số {line.withdrawal_no}, QĐ {line.decision_no} {day(line.decided_on)}"
    elif line.condition == "WITHDRAWN":
        gone = "Đã xuất khỏi kho"
    note = "; ".join(filter(None, (gone, line.note)))
    return [
        day(line.acquired_on),
        as_written(line.barcode, prefixes),
        short(f"{author}{line.title}{part}", 104),
        short(line.published_at_place, 20),
        short(line.publisher, 36),
        str(line.year or ""),
        number(line.price_vnd),
        str(line.receipt_no or ""),
        short(line.source or "", 30),
        short(line.ddc or line.call_no, 16),
        *[""] * INVENTORY_YEARS,
        short(note, 56),
    ]


def general_register(
    heading: Heading,
    *,
    year: int,
    came: Sequence[ReceiptView],
    went: Sequence[DepartureView],
    years: Sequence[YearSums],
    part: int,
    form: Form = "pdf",
) -> list[bytes]:
    """Print part 1 (what came in a year), 2 (what went), or 3 (the sums of the years) of the general register."""
    made = {1: lambda: _came(came), 2: lambda: _went(went), 3: lambda: _years(years)}[part]()
    columns, rows, sums, span = made
    pages = []
    for start in range(0, max(len(rows), 1), 17):
        chunk = rows[start : start + 17]
        is_last = start + 17 >= len(rows)
        on_page = [_added("Cộng trang", sums[start : start + 17], span)] if sums else []
        so_far = [_added("Cộng dồn" if not is_last else "Tổng cộng", sums[: start + 17], span)] if sums else []
        pages.append({"rows": chunk, "sums": on_page + so_far})
    names = {1: "Phần I: Nhập", 2: "Phần II: Xuất", 3: "Phần III: Tổng kết kho"}
    said = f"Năm {year}" if part != 3 else f"Đến năm {year}"
    cover = _cover(heading, "Sổ đăng ký tổng quát", names[part], [said])
    running = (heading.place, f"SỔ ĐĂNG KÝ TỔNG QUÁT – {names[part].upper()} – {said.upper()}")
    return _printed(running, cover, columns, pages, ["Sổ được in từ số liệu của thư viện."], 8, span, form)


_Table = tuple[list[_Column], list[list[str]], "list[list[int]]", int]


def _counted(name: float, value: float, figure: float, klass: float) -> list[_Column]:
    """Return the columns of what copies amount to, in these widths: titles, value, other counts, classes."""
    return [
        _Column("Tên", name, "right", "Tổng số"),
        _Column("Bản", name, "right", "Tổng số"),
        _Column("Thành tiền (đ)", value, "right", "Tổng số"),
        *(_Column(head, figure, "right", "Ngôn ngữ") for head in ("Việt", "Khác")),
        *(_Column(head, figure, "right", "Loại") for head in ("Sách", "Báo", "Khác")),
        *(_Column(f"{n}00", klass, "right", "Môn loại (DDC)") for n in _CLASSES),
        _Column("–", klass, "right", "Môn loại (DDC)"),
    ]


def _came(came: Sequence[ReceiptView]) -> _Table:
    columns = [
        _Column("Ngày vào sổ", 15, "center"), _Column("Số thứ tự", 9, "center"), _Column("Nguồn nhập"),
        _Column("Chứng từ kèm theo", 22), *_counted(10, 18, 8.5, 7), _Column("Phụ chú", 16),
    ]  # fmt: skip
    rows, sums = [], []
    for entry in came:
        added = _numbers(entry.sums)
        source = f"{entry.source} ({entry.kind_label})" if entry.source else str(entry.kind_label).capitalize()
        head = [day(entry.entered_on), str(entry.number), short(source, 60), short(entry.voucher, 40)]
        rows.append([*head, *map(count, added), short(entry.note, 40)])
        sums.append(added)
    return columns, rows, sums, 4


def _went(went: Sequence[DepartureView]) -> _Table:
    columns = [
        _Column("Ngày quyết định", 15, "center"), _Column("Số thứ tự", 9, "center"), _Column("Quyết định, biên bản"),
        _Column("Lý do", 22), *_counted(10, 18, 8.5, 7), _Column("Phụ chú", 16),
    ]  # fmt: skip
    rows, sums = [], []
    for entry in went:
        added = _numbers(entry.sums)
        papers = "; ".join(filter(None, (f"QĐ {entry.decision_no}", entry.minutes and f"BB {entry.minutes}")))
        head = [day(entry.decided_on), str(entry.number), short(papers, 60), short(str(entry.reason_label), 36)]
        rows.append([*head, *map(count, added), short(entry.note, 40)])
        sums.append(added)
    return columns, rows, sums, 4


def _years(years: Sequence[YearSums]) -> _Table:
    columns = [
        _Column("Năm", 11, "center"), _Column("Diễn giải"), *_counted(13, 24, 12, 11),
    ]  # fmt: skip
    rows = []
    for year in years:
        lines = (("Có đầu năm", year.before), ("Nhập trong năm", year.came), ("Xuất trong năm", year.went))
        for words, sums in (*lines, ("Có cuối năm", year.after)):
            rows.append([str(year.year), words, *map(number, _numbers(sums))])
    return columns, rows, [], 2


def _numbers(sums: Sums) -> list[int]:
    serials = sums.by_kind["SERIAL"]
    books = sum(sums.by_kind[kind] for kind in ("BOOK", "COMIC", "TEXTBOOK", "LAW", "LOCAL"))
    return [
        sums.titles, sums.copies, sums.value_vnd, sums.vietnamese, sums.copies - sums.vietnamese, books, serials,
        sums.copies - books - serials, *(sums.by_class[n] for n in _CLASSES), sums.by_class[""],
    ]  # fmt: skip


def _added(words: str, sums: list[list[int]], span: int) -> list[str]:
    del span  # the first cell of a sum stands for so many columns; the template knows
    added = [sum(column) for column in zip(*sums, strict=True)] if sums else [0] * 19
    return [words, *map(number, added), ""]


def _cover(heading: Heading, name: str, part: str, lines: list[str]) -> dict[str, Any]:
    return {
        "agency": heading.agency, "place": heading.place, "name": name, "part": part, "lines": lines,
        "foot": f"In từ phần mềm Gùi Sách ngày {heading.printed}",
    }  # fmt: skip


def _printed(
    running: tuple[str, str],
    cover: dict[str, Any],
    columns: list[_Column],
    pages: list[dict[str, Any]],
    closing: list[str],
    line_mm: float,
    sum_span: int,
    form: Form,
) -> list[bytes]:
    data = {
        "title": cover["name"],
        "cover": cover,
        "running": {"left": running[0], "middle": running[1]},
        "columns": [column.described() for column in columns],
        "pages": pages,
        "line_mm": line_mm,
        "sum_span": sum_span,
        "closing": closing,
    }
    return typeset("register.typ", data, form=form)


def _parts(lines: Iterable[RegisterLine], size: int) -> Iterable[list[RegisterLine]]:
    part: list[RegisterLine] = []
    for line in lines:
        part.append(line)
        if len(part) == size:
            yield part
            part = []
    if part:
        yield part
