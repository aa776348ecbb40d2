"""Books in the workbench: finding a title, and the page of one record with its copies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from guisach.domain.catalogue import queries as catalogue
from guisach.domain.catalogue.rules.barcodes import normalise_barcode
from guisach.domain.catalogue.rules.classes import caption_of
from guisach.domain.catalogue.rules.languages import language_name
from guisach.domain.catalogue.rules.search import MAX_OFFSET, Query
from guisach.domain.circulation.queries import Availability, availability_of_records
from guisach.domain.network.queries import Permission, places_by_code
from guisach.web.ui import formats
from guisach.web.ui.access import Duty, needs
from guisach.web.ui.paging import page_number
from guisach.web.ui.pictures import pictures_of
from guisach.web.ui.whereabouts import away_text
from guisach.web.work.shell import page, typed

if TYPE_CHECKING:
    from guisach.domain.catalogue.queries import RecordView

_PER_PAGE = 20
_TEXT_MAX = 200
STAFF = (Permission.LEND, Permission.STOCK, Permission.CATALOGUE)


@require_GET
@needs(*STAFF)
def find(request: HttpRequest, duty: Duty) -> HttpResponse:
    """Find a book by words or barcode; without words, what was catalogued last."""
    text = typed(request.GET.get("q", ""), _TEXT_MAX)
    if text and (barcode := _barcode_of(text)):
        return redirect("work:copy", barcode)
    number = page_number(request.GET.get("page", ""), MAX_OFFSET // _PER_PAGE)
    only_here = bool(duty.here) and request.GET.get("here") == "1"
    query = Query(
        text=text,
        place=duty.here if only_here else None,
        limit=_PER_PAGE,
        offset=(number - 1) * _PER_PAGE,
        facets=False,
    )
    found = catalogue.search(query)
    stands = availability_of_records([record.id for record in found.records])
    pictures = pictures_of([record.id for record in found.records])
    pages = max(1, -(-min(found.total, MAX_OFFSET) // _PER_PAGE))
    context = {
        "q": text,
        "total": found.total,
        "only_here": only_here,
        "books": [
            {**_line(record, stands.get(record.id, []), duty), "picture": pictures.get(record.id)}
            for record in found.records
        ],
        "number": number,
        "pages": pages,
        "prev": number - 1 if number > 1 else None,
        "next_page": number + 1 if number < pages else None,
        "is_degraded": found.is_degraded,
    }
    return page(request, duty, "work/books.html", context)


def _barcode_of(text: str) -> str | None:
    """Give the barcode when the text is exactly one: words have no digits, barcodes have."""
    try:
        barcode = normalise_barcode(text)
    except ValueError:
        return None
    is_likely = any(sign.isdecimal() for sign in barcode) and " " not in barcode
    return barcode if is_likely and catalogue.copy_by_barcode(barcode) else None


def byline_of(record: RecordView) -> str:
    """Write author, publisher and year in one line."""
    imprint = ", ".join(part for part in (record.publisher, str(record.year or "")) if part)
    return " · ".join(part for part in (record.author, imprint) if part)


def _line(record: RecordView, copies: list[Availability], duty: Duty) -> dict[str, object]:
    here = [copy for copy in copies if copy.place == duty.here]
    in_here = sum(1 for copy in here if copy.is_in)
    elsewhere = len({copy.place for copy in copies if copy.is_in and copy.place != duty.here})
    if in_here:
        state, text = "here", _("Here now: %(n)s") % {"n": formats.number(in_here)}
    elif elsewhere:
        state, text = "near", _("At other places: %(n)s") % {"n": formats.number(elsewhere)}
    elif copies:
        state, text = "out", _("All out")
    else:
        state, text = "out", _("No copies yet")
    return {"record": record, "byline": byline_of(record), "state": state, "state_text": text}


@require_GET
@needs(*STAFF)
def show(request: HttpRequest, duty: Duty, record: int) -> HttpResponse:
    """Show one record and where each copy is."""
    found = catalogue.record(record)
    if found is None:
        raise Http404
    copies = availability_of_records([record])[record]
    names = {code: place.name for code, place in places_by_code({copy.place for copy in copies}).items()}
    lines = [{"copy": copy, "place": names.get(copy.place, copy.place), "away": away_text(copy)} for copy in copies]
    lines.sort(key=lambda line: line["copy"].place != duty.here if isinstance(line["copy"], Availability) else True)
    context = {
        "record": found,
        "byline": byline_of(found),
        "lines": lines,
        "picture": pictures_of([record]).get(record),
        "language": language_name(found.language, get_language() or "vi") if found.language else "",
        "class_caption": caption_of(found.ddc, get_language() or "vi"),
    }
    return page(request, duty, "work/record.html", context)
