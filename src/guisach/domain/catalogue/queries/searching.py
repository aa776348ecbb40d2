"""Search for pages and the API: the index finds, the database shows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from guisach.domain.catalogue import kinds
from guisach.domain.catalogue.models import Record
from guisach.domain.catalogue.queries.feed import documents
from guisach.domain.catalogue.queries.records import RecordView, records
from guisach.domain.catalogue.rules.search import (
    MAX_LIMIT,
    MAX_OFFSET,
    Facet,
    IndexUnavailable,
    Query,
    Suggestion,
    SuggestionKind,
)
from guisach.domain.catalogue.rules.search_syntax import read_question
from guisach.domain.catalogue.rules.writing import as_written
from guisach.kernel.text import fold, syllables

if TYPE_CHECKING:
    from collections.abc import Mapping

_WORDS_MAX = 8


@dataclass(frozen=True, slots=True)
class SearchPage:
    """One page of results; without the index `is_degraded`: words in titles only, no facets.

    `meant` is the question as the catalogue writes it, where it seems to be misspelt; else empty.
    """

    total: int
    records: list[RecordView]
    facets: Mapping[str, tuple[Facet, ...]] = field(default_factory=dict)
    meant: str = ""
    is_degraded: bool = False


@dataclass(frozen=True, slots=True)
class SuggestionView:
    """How a question may go on: `text` as the catalogue writes it, `note` the author of a title; `record` 0 where it
    is a heading, of which there are `count` titles."""

    kind: SuggestionKind
    text: str
    note: str = ""
    record: int = 0
    count: int = 1


def search(query: Query) -> SearchPage:
    """Answer a question. Never fails for want of an index: while it is being built, titles alone are searched."""
    try:
        results = kinds.search_index().search(query)
    except IndexUnavailable:
        return _by_title(query)
    found = records([hit.id for hit in results.hits])
    texts = [text for record in found[:1] for text in (record.title, record.subtitle, *record.authors)]
    return SearchPage(results.total, found, results.facets, as_written(results.meant, texts))


def suggest(text: str, limit: int = 8) -> list[SuggestionView]:
    """Say how a question that somebody has begun to type may go on; nothing without the index. One query."""
    try:
        suggestions = kinds.search_index().suggest(text, limit)
    except IndexUnavailable:
        return []
    ids = [one.id for one in suggestions if one.kind is SuggestionKind.TITLE]
    rows = Record.objects.filter(pk__in=ids).values_list("pk", "title", "author") if ids else ()
    titles = {id_: (title, author) for id_, title, author in rows}
    views = (_suggestion(one, titles) for one in suggestions)
    return list({(view.kind, view.text, view.note): view for view in views if view is not None}.values())


def similar(record_id: int, limit: int = 6) -> list[RecordView]:
    """Return records like this one by author, subjects, class and words of the title; none without the index."""
    described = documents([record_id])
    if not described:
        return []
    try:
        hits = kinds.search_index().similar(described[0], limit)
    except IndexUnavailable:
        return []
    return records([hit.id for hit in hits])


def _suggestion(found: Suggestion, titles: Mapping[int, tuple[str, str]]) -> SuggestionView | None:
    if found.kind is not SuggestionKind.TITLE:
        return SuggestionView(found.kind, found.text, count=found.count)
    if found.id not in titles:
        return None  # deleted a moment ago
    title, author = titles[found.id]
    return SuggestionView(found.kind, title, author, found.id)


def _by_title(query: Query) -> SearchPage:
    found = Record.objects.all()
    question = read_question(query.text[:200])
    asked = " ".join([question.words, *(clause.text for clause in question.clauses if clause.wanted)])
    for word in syllables(fold(asked))[:_WORDS_MAX]:
        found = found.filter(title_key__contains=word)
    for name in ("kind", "language", "audience"):
        if value := getattr(query, name):
            found = found.filter(**{name: value})
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
