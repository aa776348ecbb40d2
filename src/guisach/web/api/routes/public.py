"""What anybody may ask: the catalogue, the places, how the programme stands."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import Http404, HttpRequest
from ninja import Query, Router
from ninja.schema import Schema

from guisach.domain.catalogue import queries as catalogue
from guisach.domain.catalogue.rules.search import Query as SearchQuery
from guisach.domain.circulation import queries as circulation
from guisach.domain.network import queries as network
from guisach.domain.programme import queries as programme
from guisach.kernel.clock import local_date, system_clock

router = Router()


class HitOut(Schema):
    """A record found."""

    id: int
    title: str
    author: str
    year: int | None
    publisher: str
    language: str
    kind: str


class HitsOut(Schema):
    """Records found, best first; `total` counts all of them."""

    total: int
    hits: list[HitOut]


@router.get("/search", response=HitsOut, operation_id="search")
def search(
    request: HttpRequest,
    q: Annotated[str, Query(max_length=10_000)] = "",
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    offset: Annotated[int, Query(ge=0, le=1000)] = 0,
) -> dict[str, Any]:
    """Search the catalogue: with marks, without, or in raw Telex or VNI keys."""
    page = catalogue.search(SearchQuery(text=q[:200], limit=limit, offset=offset))
    return {"total": page.total, "hits": [_hit(record) for record in page.records]}


@router.get("/records/{record_id}", operation_id="record")
def record(request: HttpRequest, record_id: int) -> dict[str, Any]:
    """Return a record with its copies as they are at this moment."""
    found = catalogue.record(record_id) if 0 < record_id < 2**63 else None
    if found is None:
        raise Http404
    copies = circulation.availability_of_records([record_id])[record_id]
    return {
        **_hit(found),
        "subtitle": found.subtitle,
        "subjects": list(found.subjects),
        "isbns": list(found.isbns),
        "summary": found.summary,
        "copies": [
            {
                "copy": copy.barcode,
                "place": copy.place,
                "call_no": copy.call_no,
                "is_in": copy.is_in,
                "due_on": copy.due_on.isoformat() if copy.due_on else None,
            }
            for copy in copies
        ],
    }


@router.get("/places", operation_id="places")
def places(request: HttpRequest) -> list[dict[str, Any]]:
    """List the places in service today."""
    return [
        {
            "code": place.code,
            "name": place.name,
            "kind": place.kind,
            "service_mode": place.service_mode,
            "commune": place.commune_id,
            "lat": place.lat,
            "lon": place.lon,
        }
        for place in network.places(on=local_date(system_clock()))
    ]


@router.get("/places/{code}", operation_id="place")
def place(request: HttpRequest, code: str) -> dict[str, Any]:
    """Return a place with its opening hours and the next fair days near it, solar and lunar."""
    found = network.place(code[:24])
    if found is None:
        raise Http404
    today = local_date(system_clock())
    return {
        "code": found.code,
        "name": found.name,
        "kind": found.kind,
        "service_mode": found.service_mode,
        "commune": found.commune.name,
        "address": found.address,
        "opening_hours": [
            {"weekday": o.weekday, "opens": f"{o.opens:%H:%M}", "closes": f"{o.closes:%H:%M}"}
            for o in network.openings_of(found.code)
        ],
        "fairs": [
            {"fair": day.fair.name, "on": day.on.isoformat(), "lunar": day.lunar_text}
            for day in network.next_fair_days(found, today, 5)
        ],
    }


@router.get("/coverage", operation_id="coverage")
def coverage(request: HttpRequest) -> dict[str, Any]:
    """Return how many communes have a grassroots library; provisional until models are formally recognised."""
    found = programme.coverage(local_date(system_clock()))
    return {
        "on": found.on.isoformat(),
        "is_provisional": True,
        "communes": found.total,
        "covered": found.covered,
        "active": found.active,
        "meeting_minimum": found.meeting,
        "by_kind": found.kinds,
        "targets": [
            {
                "year": target.year,
                "percent": target.percent,
                "communes_needed": target.communes_needed,
                "communes_missing": target.communes_missing,
            }
            for target in found.targets
        ],
    }


def _hit(found: catalogue.RecordView) -> dict[str, Any]:
    return {
        "id": found.id,
        "title": found.title,
        "author": found.author,
        "year": found.year,
        "publisher": found.publisher,
        "language": found.language,
        "kind": found.kind,
    }
