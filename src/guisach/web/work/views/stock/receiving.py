"""Receiving: what came with a voucher is entered at once, and every copy gets its number."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from guisach.domain.catalogue import queries as catalogue
from guisach.domain.catalogue.actions import stock as acts
from guisach.domain.catalogue.queries import stock
from guisach.domain.catalogue.rules.barcodes import as_written
from guisach.domain.catalogue.rules.search import Query
from guisach.domain.catalogue.rules.stock import LINES_MAX, ReceiptLine
from guisach.domain.network.queries import Permission, places_by_code
from guisach.kernel.errors import DomainError
from guisach.kernel.text.numbers import whole_number
from guisach.web.ui import formats
from guisach.web.ui.access import Duty, needs
from guisach.web.ui.paging import page_number
from guisach.web.work.shell import fresh_op, page, status_of, typed
from guisach.web.work.stock_forms import Voucher, price_of
from guisach.web.work.stock_words import changes_in_words
from guisach.web.work.stocking import note_outcome, outcome_of, stand
from guisach.web.work.views.records import byline_of

if TYPE_CHECKING:
    from django.http import QueryDict

    from guisach.domain.catalogue.queries import RecordView
    from guisach.web.work.stocking import Stand

_PER_PAGE = 50
_PAGES_MAX = 9_999
_FOUND = 8
_LINE = ("record", "count", "series", "price", "call_no", "shelf", "part", "collection")


@dataclass(slots=True)
class Line:
    """A title on the voucher, as it was typed."""

    record: str
    count: str = "1"
    series: str = ""
    price: str = ""
    call_no: str = ""
    shelf: str = ""
    part: str = ""
    collection: str = ""
    title: str = ""
    byline: str = ""


@dataclass(slots=True)
class Sheet:
    """What stands on the page of a voucher that is being entered."""

    form: Voucher
    lines: list[Line]
    op: str
    base: str = ""
    asked: str = ""
    found: list[dict[str, Any]] = field(default_factory=list)
    complaint: str = ""
    status: int = 200


@require_GET
@needs(Permission.STOCK)
def receipts(request: HttpRequest, duty: Duty) -> HttpResponse:
    """List the entries of part I, the last first."""
    at = stand(request, duty)
    text = request.GET.get("page", "")
    number = page_number(text, _PAGES_MAX)
    scope = [at.code] if request.GET.get("place") else at.within
    rows = stock.receipts(scope, limit=_PER_PAGE + 1, offset=(number - 1) * _PER_PAGE)
    context = {
        "stand": at,
        "receipts": rows[:_PER_PAGE],
        "names": {code: place.name for code, place in places_by_code({row.place for row in rows}).items()},
        "number": number,
        "prev": number - 1 if number > 1 else None,
        "next_page": number + 1 if len(rows) > _PER_PAGE else None,
    }
    return page(request, duty, "work/stock/receipts.html", context)


@require_http_methods(["GET", "POST"])
@needs(Permission.STOCK)
def receive(request: HttpRequest, duty: Duty) -> HttpResponse:
    """Enter a voucher. Until it is saved the page itself carries everything that was typed."""
    at = stand(request, duty)
    said = request.POST
    start = {"entered_on": duty.today, "kind": "PURCHASE"}
    is_saving = said.get("do") == "save"
    sheet = Sheet(
        form=Voucher(said if is_saving else None, initial={**start, **{k: said[k] for k in said if k in _HEAD}}),
        lines=_lines(said),
        op=said.get("op") or fresh_op(),
        base=said.get("base", ""),
    )
    if is_saving:
        done = outcome_of(request, sheet.op)
        receipt = int(done) if done else _save(sheet, at, duty)
        if receipt:
            if not done:
                note_outcome(request, sheet.op, receipt)
                messages.success(request, _("Entered. Next: print the labels and put them in the books."))
            return redirect("work:receipt", receipt)
    else:
        _edit(sheet, said or request.GET)
    _name_lines(sheet.lines)
    context = {
        "stand": at,
        "sheet": sheet,
        "series": stock.all_series(),
        "collections": stock.collection_names(),
        "total": sum(whole_number(line.count) or 0 for line in sheet.lines),
    }
    return page(request, duty, "work/stock/receive.html", context, status=sheet.status)


_HEAD = {"entered_on", "kind", "source", "voucher", "note"}


@require_http_methods(["GET", "POST"])
@needs(Permission.STOCK)
def receipt(request: HttpRequest, duty: Duty, receipt: int) -> HttpResponse:
    """Show an entry with its copies; what it says of its voucher can be corrected."""
    found = stock.receipt(receipt)
    at = stand(request, duty, found.place if found else "-")
    if found is None:
        raise Http404
    form = Voucher(request.POST or None, initial=Voucher.of(found))
    complaint, status = "", 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                acts.change_receipt(receipt=receipt, head=form.head(), clock=duty.clock, by=duty.person.pk)
            except DomainError as refusal:
                complaint, status = str(refusal), status_of(refusal)
            else:
                messages.success(request, _("Saved."))
                return redirect("work:receipt", receipt)
    prefixes = stock.written_prefixes()
    copies = stock.copies_of_receipt(receipt)
    context = {
        "stand": at,
        "receipt": found,
        "form": form,
        "complaint": complaint,
        "lines": [{"copy": copy, "number": as_written(copy.barcode, prefixes)} for copy in copies],
        "history": [changes_in_words(change) for change in stock.stock_changes(f"receipt:{receipt}")],
    }
    return page(request, duty, "work/stock/receipt.html", context, status=status)


def _lines(said: QueryDict) -> list[Line]:
    columns = [[typed(text, 120) for text in said.getlist(f"line_{name}")[: LINES_MAX + 1]] for name in _LINE]
    if len({len(column) for column in columns}) != 1:
        return []
    return [Line(*row) for row in zip(*columns, strict=True)]


def _edit(sheet: Sheet, said: QueryDict) -> None:
    """Do what a button other than "save" asks: look for a title, add or drop a line."""
    verb, _colon, wanted = said.get("do", "").partition(":")
    sheet.asked = typed(said.get("q", ""), 200)
    number = whole_number(wanted)
    if verb == "drop" and number is not None and number < len(sheet.lines):
        del sheet.lines[number]
    elif verb == "add" and number is not None:
        _add(sheet, catalogue.record(number))
        sheet.asked = ""
    elif sheet.asked:
        found = catalogue.search(Query(text=sheet.asked, limit=_FOUND, facets=False)).records
        digits = sheet.asked.replace("-", "")
        if len(found) == 1 and digits[:-1].isdigit():
            # A scanned ISBN: the book is in the hand, so it counts at once; the same again is one copy more.
            _add(sheet, found[0])
            sheet.asked = ""
        else:
            sheet.found = [{"record": record, "byline": byline_of(record)} for record in found]
            sheet.complaint = "" if found else _("No title in the catalogue fits. Please catalogue it first.")


def _add(sheet: Sheet, record: RecordView | None) -> None:
    if record is None:
        return
    same = next((line for line in sheet.lines if line.record == str(record.id)), None)
    if same is not None and (count := whole_number(same.count)) is not None:
        same.count = str(count + 1)
        return
    copies = catalogue.copies_of_records([record.id])
    call_no = next((copy.call_no for copy in copies if copy.call_no), record.ddc)
    sheet.lines.append(Line(str(record.id), series=_series_for(record), call_no=call_no))


def _series_for(record: RecordView) -> str:
    """Guess the series as most libraries divide their stock; the person looks at it anyhow."""
    known = {series.prefix for series in stock.all_series()}
    if record.kind == "LAW":
        guess = "TSPL"
    elif record.kind == "LOCAL":
        guess = "ĐC"
    elif record.audience == "CHILD":
        guess = "TN"
    else:
        guess = "VV"
    return guess if guess in known else ""


def _save(sheet: Sheet, at: Stand, duty: Duty) -> int:
    """Enter the voucher and return its id; 0 with a complaint where that cannot be."""
    sheet.status = 422
    if not sheet.form.is_valid():
        return 0
    try:
        lines = [
            ReceiptLine(
                record=int(line.record),
                count=int(line.count),
                series=line.series,
                price_vnd=price_of(line.price),
                call_no=line.call_no,
                shelf=line.shelf,
                part=line.part,
                collection=line.collection,
            )
            for line in sheet.lines
        ]
    except ValueError:
        sheet.complaint = _("Please write copies and prices in figures.")
        return 0
    if sheet.base and not at.may(sheet.base):
        raise Http404
    try:
        return acts.receive(
            place=at.code, head=sheet.form.head(), lines=lines, base=sheet.base, clock=duty.clock, by=duty.person.pk
        )
    except DomainError as refusal:
        sheet.complaint, sheet.status = str(refusal), status_of(refusal)
        return 0


def _name_lines(lines: list[Line]) -> None:
    """Put titles beside the lines, with one query."""
    wanted = [number for line in lines if (number := whole_number(line.record)) is not None]
    known = {str(record.id): record for record in catalogue.records(wanted)}
    for line in lines:
        record = known.get(line.record)
        line.title = record.title if record else _("This title is not in the catalogue any more.")
        line.byline = byline_of(record) if record else ""
        line.price = formats.number(price) if (price := _price(line.price)) is not None else line.price


def _price(text: str) -> int | None:
    try:
        return price_of(text)
    except ValueError:
        return None
