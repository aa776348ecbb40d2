"""One record as a file, and unAPI, by which reference managers find such files on a page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from guisach.adapters import xml
from guisach.adapters.export import ris
from guisach.adapters.marc import DoesNotFit, to_iso2709
from guisach.adapters.xml import element, wrap
from guisach.domain.catalogue import queries as catalogue
from guisach.domain.catalogue.rules.harvest import LARGEST_ID, record_of
from guisach.web.open.answers import House

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest

    from guisach.domain.catalogue.queries import FullRecord


def _marc(house: House, record: FullRecord) -> bytes:
    return to_iso2709(house.marc(record))


def _marcxml(house: House, record: FullRecord) -> bytes:
    return (xml.DECLARATION + house.marcxml(record)).encode("utf-8", "replace")


def _ris(house: House, record: FullRecord) -> bytes:
    return ris(record.view).encode("utf-8", "replace")


def _dublin_core(house: House, record: FullRecord) -> bytes:
    return (xml.DECLARATION + xml.oai_dc(house.dublin_core(record.view))).encode("utf-8", "replace")


# Name of a format in unAPI and its ending in an address, its media type, and who writes it.
_FORMATS: Final[dict[str, tuple[str, Callable[[House, FullRecord], bytes]]]] = {
    "mrc": ("application/marc", _marc),
    "marcxml": ("application/marcxml+xml", _marcxml),
    "ris": ("application/x-research-info-systems; charset=utf-8", _ris),
    "oai_dc": ("application/xml", _dublin_core),
}
_ENDINGS: Final = {"marcxml": "xml", "oai_dc": "dc.xml"}


@require_safe
def record_file(request: HttpRequest, record_id: int, form: str) -> HttpResponse:
    """Give a record as a file to keep."""
    full = _record(record_id)
    answer = _written(request, full, form)
    ending = _ENDINGS.get(form, form)
    answer["Content-Disposition"] = f'attachment; filename="guisach-{record_id}.{ending}"'
    return answer


@require_safe
def unapi(request: HttpRequest) -> HttpResponse:
    """Answer unAPI: the formats, those of one record (300), or the record in one of them."""
    name, form = request.GET.get("id", ""), request.GET.get("format", "")
    house = House(request)
    if not name:
        return _formats("", 200)
    id_ = record_of(house.repository, name[:200])
    if id_ is None:
        raise Http404
    full = _record(id_)
    if not form:
        return _formats(name[:200], 300)
    if form not in _FORMATS:
        return HttpResponse("There is no such format here.\n", status=406, content_type="text/plain; charset=utf-8")
    return _written(request, full, form)


def _record(record_id: int) -> FullRecord:
    found = catalogue.full_records([record_id]) if 0 < record_id <= LARGEST_ID else []
    if not found:
        raise Http404
    return found[0]


def _written(request: HttpRequest, full: FullRecord, form: str) -> HttpResponse:
    media_type, write = _FORMATS[form]
    try:
        body = write(House(request), full)
    except DoesNotFit:
        text = "This record is too large for ISO 2709; please take MARCXML.\n"
        return HttpResponse(text, status=406, content_type="text/plain; charset=utf-8")
    return HttpResponse(body, content_type=media_type)


def _formats(name: str, status: int) -> HttpResponse:
    inner = "".join(
        element("format", "", [("name", form), ("type", media_type.partition(";")[0])])
        for form, (media_type, _) in _FORMATS.items()
    )
    body = xml.DECLARATION + wrap("formats", inner, [("id", name)] if name else ())
    return HttpResponse(body.encode("utf-8", "replace"), status=status, content_type="application/xml")
