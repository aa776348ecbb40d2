"""The registers: which volumes there are, and each as PDF or as a table."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils.translation import override
from django.views.decorators.http import require_GET

from guisach.adapters.export import cell
from guisach.adapters.printing import Heading, general_register, individual_register
from guisach.adapters.printing.words import agency
from guisach.domain.catalogue.queries import stock
from guisach.domain.catalogue.rules.barcodes import as_written
from guisach.domain.network.queries import Permission, province
from guisach.web.ui import formats
from guisach.web.ui.access import Duty, needs
from guisach.web.work.shell import page
from guisach.web.work.stocking import pdf, stand

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from guisach.domain.catalogue.queries.stock import RegisterLine
    from guisach.domain.network.models import Place

_YEARS = 10  # of part III on one print
_PARTS = {"1": 1, "2": 2, "3": 3}
_BOM = "\ufeff"


@require_GET
@needs(Permission.STOCK)
def registers(request: HttpRequest, duty: Duty) -> HttpResponse:
    """List the volumes of the individual register and the years of the general one."""
    at = stand(request, duty)
    prefixes = stock.written_prefixes()
    volumes = [
        {"volume": one, "first": as_written(one.first, prefixes), "last": as_written(one.last, prefixes)}
        for one in stock.register_volumes(at.code)
    ]
    context = {
        "stand": at,
        "volumes": volumes,
        "copies": sum(one["volume"].lines for one in volumes),  # type: ignore[attr-defined]
        "years": stock.register_years(at.code),
    }
    return page(request, duty, "work/stock/registers.html", context)


@require_GET
@needs(Permission.STOCK)  # type: ignore[arg-type]  # the table is streamed, which Django's types tell apart
def volume(request: HttpRequest, duty: Duty) -> HttpResponse | StreamingHttpResponse:
    """Give one volume of the individual register (`number`), or the whole of it as a table."""
    at = stand(request, duty)
    prefixes = stock.written_prefixes()
    if request.GET.get("form") == "csv":
        name = f"so-dang-ky-ca-biet-{at.code}.csv"
        return table_as_csv(_table(stock.register_lines(at.code), prefixes), name)
    number = request.GET.get("number", "")
    found = next((one for one in stock.register_volumes(at.code) if str(one.number) == number), None)
    if found is None:
        raise Http404
    lines = stock.register_lines(at.code, found.first, found.last)
    with override("vi"):
        made = individual_register(
            heading_of(at.place, duty),
            lines,
            prefixes=prefixes,
            volume=found.number,
            first=found.first,
            last=found.last,
            first_year=duty.today.year,
        )
    return pdf(made, f"so-dang-ky-ca-biet-{at.code}-{found.number}")


@require_GET
@needs(Permission.STOCK)
def general(request: HttpRequest, duty: Duty) -> HttpResponse:
    """Give a part of the general register for a year."""
    at = stand(request, duty)
    part = _PARTS.get(request.GET.get("part", ""))
    years = stock.register_years(at.code)
    year = next((one for one in years if str(one) == request.GET.get("year", "")), None)
    if part is None or year is None:
        raise Http404
    came = stock.receipts([at.code], year=year, is_oldest_first=True, limit=5000) if part == 1 else []
    went = stock.departures(at.code, year=year) if part == 2 else []
    counted = [one for one in years if one <= year][:_YEARS] if part == 3 else []
    sums = stock.year_sums(at.code, counted) if counted else []
    with override("vi"):
        made = general_register(heading_of(at.place, duty), year=year, came=came, went=went, years=sums, part=part)
    return pdf(made, f"so-dang-ky-tong-quat-{at.code}-{part}-{year}")


def heading_of(place: Place, duty: Duty) -> Heading:
    """Say whose paper it is."""
    of = province()
    commune = f"{place.commune.get_kind_display()} {place.commune.name}"
    is_library = place.kind == "PROVINCIAL_LIBRARY"
    return Heading(
        agency=agency(of.name if of else "", "" if is_library else commune),
        place=place.name,
        printed=formats.day(duty.today),
    )


def _table(lines: Iterable[RegisterLine], prefixes: list[str]) -> Iterator[list[object]]:
    yield [
        "Ngày vào sổ", "Số ĐKCB", "Tác giả", "Nhan đề", "Tập, số", "Nơi xuất bản", "Nhà xuất bản", "Năm xuất bản",
        "Giá tiền", "Số vào sổ tổng quát", "Nguồn", "Môn loại", "Ký hiệu xếp giá", "Phụ chú", "Số xuất", "Quyết định",
        "Ngày quyết định",
    ]  # fmt: skip
    for line in lines:
        yield [
            formats.day(line.acquired_on), as_written(line.barcode, prefixes), line.author, line.title, line.part,
            line.published_at_place, line.publisher, line.year or "", line.price_vnd, line.receipt_no, line.source,
            line.ddc, line.call_no, line.note, line.withdrawal_no, line.decision_no, formats.day(line.decided_on),
        ]  # fmt: skip


def table_as_csv(rows: Iterable[list[object]], name: str) -> StreamingHttpResponse:
    """Stream a table; no cell of it is a formula."""

    def pieces() -> Iterator[str]:
        yield _BOM
        for row in rows:
            written = io.StringIO()
            csv.writer(written, lineterminator="\r\n").writerow([cell(value) for value in row])
            yield written.getvalue()

    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingHttpResponse(pieces(), content_type="text/csv; charset=utf-8", headers=headers)
