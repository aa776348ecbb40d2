"""Search for pages and the API: the index finds, the database shows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from guisach.domain.catalogue import kinds
from guisach.domain.catalogue.models import Record
from guisach.domain.catalogue.queries.records import RecordView, records
from guisach.domain.catalogue.rules.search import MAX_LIMIT, MAX_OFFSET, Facet, IndexUnavailable, Query
from guisach.kernel.text import fold

if TYPE_CHECKING:
    from collections.abc import Mapping

_WORDS_MAX = 8


@dataclass(frozen=True, slots=True)
class SearchPage:
    """One page of results; without the index `is_degraded`: words in titles only, no facets."""

    total: int
    records: list[RecordView]
    facets: Mapping[str, tuple[Facet, ...]] = field(default_factory=dict)
    is_degraded: bool = False


def search(query: Query) -> SearchPage:
    """Answer a question. Never fails for want of an index: while it is being built, titles alone are searched."""
    try:
        results = kinds.search_index().search(query)
    except IndexUnavailable:
        return _by_title(query)
    return SearchPage(results.total, records([hit.id for hit in results.hits]), results.facets)


def _by_title(query: Query) -> SearchPage:
    found = Record.objects.all()
    for word in fold(query.text[:200]).split()[:_WORDS_MAX]:
        found = found.filter(title_key__contains=word)
    if query.kind:
        found = found.filter(kind=query.kind)
    if query.language:
        found = found.filter(language=query.language)
    if query.year_from is not None:
        found = found.filter(year__gte=query.year_from)
    if query.year_to is not None:
        found = found.filter(year__lte=query.year_to)
    if query.place:
        found = found.filter(copies__base=query.place).distinct()
    offset = min(max(query.offset, 0), MAX_OFFSET)
    limit = min(max(query.limit, 0), MAX_LIMIT)
    ids = list(found.order_by("-pk").values_list("pk", flat=True)[offset : offset + limit])
    return SearchPage(found.count(), records(ids), is_degraded=True)
