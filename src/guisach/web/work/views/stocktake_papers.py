"""What a stocktake gives on paper and as a table: minutes with the missing list."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils.translation import override
from django.views.decorators.http import require_GET

from guisach.adapters.printing import MissingLine, StocktakeMinutes, stocktake_minutes
from guisach.domain.catalogue.queries import stock
from guisach.domain.catalogue.rules.barcodes import as_written
from guisach.domain.circulation.queries import stocktakes as taking
from guisach.domain.network.queries import Permission, province, staff_names
from guisach.kernel.clock import local_date
from guisach.web.ui.access import Duty, needs
from guisach.web.work.stocking import pdf, stand
from guisach.web.work.stocktake_words import scope_text
from guisach.web.work.views.stock.registers import heading_of, table_as_csv

if TYPE_CHECKING:
    from collections.abc import Iterator

    from guisach.domain.circulation.queries.stocktakes import Progress, StocktakeView
    from guisach.web.work.stocking import Stand

_PRINTED_MAX = 2000
_RESULTS = (
    ("expected", "Số bản phải có theo sổ tại thời điểm kiểm kê"),
    ("seen", "Số bản có thật"),
    ("away", "Số bản vắng có lý do (bạn đọc đang mượn, đang luân chuyển, đã ghi mất)"),
    ("scanned", "Số bản đã quét"),
)
_FOUND = {
    "UNKNOWN": "Chưa có trong mục lục",
    "WITHDRAWN": "Đã thanh lọc nhưng còn trên giá",
    "ELSEWHERE": "Của điểm phục vụ khác",
    "OTHER_SHELF": "Xếp sai giá, sai bộ sưu tập",
    "ON_LOAN": "Đang ghi mượn nhưng có trên giá",
}
_NOTES = {"FOUND": "Đã tìm lại", "LOST": "Đã ghi mất", "": ""}


@require_GET
@needs(Permission.LEND)  # type: ignore[arg-type]  # the table is streamed, which Django's types tell apart
def minutes(request: HttpRequest, duty: Duty, stocktake: UUID) -> HttpResponse | StreamingHttpResponse:
    """Print the minutes of a closed stocktake, or the list of what an open one has not seen; or that list as CSV."""
    of = taking.stocktake(stocktake)
    if of is None or not duty.may(Permission.LEND, of.place):
        raise Http404
    at = stand(request, duty, of.place, permissions=(Permission.LEND,))
    prefixes = stock.written_prefixes()
    name = f"kiem-ke-{of.place}-{local_date(of.begun_at):%Y%m%d}"
    if request.GET.get("form") == "csv":
        return table_as_csv(_table(of, prefixes), f"{name}.csv")
    with override("vi"):
        made = stocktake_minutes(_said(of, at, duty, prefixes))
    return pdf(made, name)


def _said(of: StocktakeView, at: Stand, duty: Duty, prefixes: list[str]) -> StocktakeMinutes:
    now = taking.progress(of)
    heading, whole = heading_of(at.place, duty), province()
    people = staff_names({one.actor for one in now.scanners})
    lines = list(islice(taking.all_missing(of), _PRINTED_MAX))
    return StocktakeMinutes(
        agency=heading.agency,
        place=at.place.name,
        seat=whole.name if whole and at.place.kind == "PROVINCIAL_LIBRARY" else at.place.commune.name,
        scope=_scope(of),
        begun_on=local_date(of.begun_at),
        closed_on=local_date(of.closed_at) if of.closed_at else None,
        scanners=[people.get(one.actor, one.actor) for one in now.scanners],
        results=_results(now),
        missing=now.left if of.is_open else taking.count_missing(of),
        lines=[
            MissingLine(
                number=as_written(line.barcode, prefixes),
                title=f"{line.author}. {line.title}" if line.author else line.title,
                year=line.year,
                call_no=line.call_no,
                shelf=line.shelf,
                price_vnd=line.price_vnd,
                note=_NOTES[line.note],
            )
            for line in lines
        ],
    )


def _scope(of: StocktakeView) -> str:
    if of.is_whole:
        return "toàn bộ tài liệu của điểm"
    words = scope_text(of, stock.collection_names() if of.collection else {})
    return f"tài liệu thuộc {words[:1].lower()}{words[1:]}"


def _results(now: Progress) -> list[tuple[str, int]]:
    counted = [(words, getattr(now, name)) for name, words in _RESULTS]
    return counted + [(_FOUND[code], n) for code, n in now.findings.items() if n]


def _table(of: StocktakeView, prefixes: list[str]) -> Iterator[list[object]]:
    yield ["Số ĐKCB", "Tác giả", "Nhan đề", "Năm xuất bản", "Giá sách", "Ký hiệu xếp giá", "Giá tiền", "Ghi chú"]
    for line in taking.all_missing(of):
        yield [
            as_written(line.barcode, prefixes), line.author, line.title, line.year or "", line.shelf, line.call_no,
            line.price_vnd, _NOTES[line.note],
        ]  # fmt: skip
