"""What anybody may ask: the catalogue, the places, how the programme stands."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import Http404, HttpRequest
from ninja import Query, Router
from ninja.schema import Schema
from pydantic import Field

from guisach.domain.catalogue import queries as catalogue
from guisach.domain.catalogue.rules.search import Query as SearchQuery
from guisach.domain.catalogue.rules.search import Sort, SuggestionKind
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


class CountOut(Schema):
    """How many of all results have a value."""

    value: str
    count: int


class HitsOut(Schema):
    """Records found, best first; `total` counts all of them, `meant` is the question as it may have been meant.

    `facets` are there where they were asked for.
    """

    total: int
    hits: list[HitOut]
    meant: str = ""
    facets: dict[str, list[CountOut]] | None = None


class Narrowing(Schema):
    """What results may be narrowed to, and their order."""

    kind: Annotated[str, Field(max_length=20)] = ""
    language: Annotated[str, Field(max_length=10)] = ""
    subject: Annotated[str, Field(max_length=300)] = ""
    place: Annotated[str, Field(max_length=24)] = ""
    audience: Annotated[str, Field(max_length=10)] = ""
    collection: Annotated[str, Field(max_length=16)] = ""
    ddc: Annotated[str, Field(max_length=3)] = ""
    year_from: Annotated[int | None, Field(ge=-3000, le=9999)] = None
    year_to: Annotated[int | None, Field(ge=-3000, le=9999)] = None
    available: bool = False
    sort: Sort = Sort.RELEVANCE
    facets: bool = False


class SuggestionOut(Schema):
    """How a question may go on: a title (with its record), an author or a subject (with how many titles)."""

    kind: SuggestionKind
    text: str
    note: str
    record: int | None
    count: int


class SuggestionsOut(Schema):
    """Suggestions, the likeliest first."""

    suggestions: list[SuggestionOut]


@router.get("/search", response=HitsOut, operation_id="search")
def search(
    request: HttpRequest,
    narrowing: Annotated[Narrowing, Query()],
    q: Annotated[str, Query(max_length=10_000)] = "",
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    offset: Annotated[int, Query(ge=0, le=1000)] = 0,
) -> dict[str, Any]:
    """Search the catalogue: with marks, without, or in raw Telex or VNI keys; fields and phrases as in the manual."""
    page = catalogue.search(
        SearchQuery(
            text=q[:200],
            kind=narrowing.kind or None,
            language=narrowing.language or None,
            subject=narrowing.subject or None,
            place=narrowing.place or None,
            audience=narrowing.audience or None,
            collection=narrowing.collection or None,
            ddc=narrowing.ddc or None,
            year_from=narrowing.year_from,
            year_to=narrowing.year_to,
            is_in=narrowing.available,
            sort=narrowing.sort,
            facets=narrowing.facets,
            limit=limit,
            offset=offset,
        )
    )
    facets = {name: [{"value": one.value, "count": one.count} for one in found] for name, found in page.facets.items()}
    hits = [_hit(record) for record in page.records]
    return {"total": page.total, "hits": hits, "meant": page.meant, "facets": facets if narrowing.facets else None}


@router.get("/suggest", response=SuggestionsOut, operation_id="suggest")
def suggest(
    request: HttpRequest,
    q: Annotated[str, Query(max_length=10_000)] = "",
    limit: Annotated[int, Query(ge=1, le=20)] = 8,
) -> dict[str, Any]:
    """Say how a question that somebody has begun to type may go on."""
    return {
        "suggestions": [
            {"kind": one.kind, "text": one.text, "note": one.note, "record": one.record or None, "count": one.count}
            for one in catalogue.suggest(q[:200], limit)
        ]
    }


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
