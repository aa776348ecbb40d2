"""One question from words to results: strict first, relaxed when that finds too little, then reranked."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple

import tantivy

from guisach.adapters.search import asking
from guisach.adapters.search.facets import facets
from guisach.adapters.search.rerank import Scorer
from guisach.adapters.search.schema import SCHEMA
from guisach.adapters.search.words import isbn13
from guisach.domain.catalogue.rules.search import (
    MAX_LIMIT,
    MAX_OFFSET,
    MAX_TEXT,
    Hit,
    Query,
    Results,
    Sort,
)
from guisach.kernel.text import nfc

if TYPE_CHECKING:
    from guisach.adapters.search.asking import Asked

# How many of the engine's best are scored again: enough that the one meant is among them (the 300th of a
# question of common words still holds all of these), few enough for milliseconds of Python.
CANDIDATES: Final = 300
# A strict result smaller than this may be an accident of a mistyped word; then look at how good it is.
FEW: Final = 10
# The best of a small strict result is believed when at least this share of the question's word pairs stand
# side by side in it; words scattered over a long title are an accident.
BELIEVED: Final = 0.7
# More than any score: what a tier adds to the score that is shown.
_TIER: Final = 100.0

_ORDERS: Final = {
    Sort.NEWEST: ("id", tantivy.Order.Desc),
    Sort.YEAR: ("year", tantivy.Order.Desc),
    Sort.TITLE: ("order", tantivy.Order.Asc),
    Sort.POPULAR: ("loans", tantivy.Order.Desc),
}


class _Ranked(NamedTuple):
    """A candidate after the rerank; the greater the better."""

    tier: int
    score: float
    together: float
    id: int


def bounded(query: Query) -> Query:
    """Cut a question to the bounds of the Protocol."""
    return replace(
        query,
        text=_cut(nfc(query.text[: 4 * MAX_TEXT])),  # four: a letter taken apart has up to four characters
        limit=min(max(query.limit, 0), MAX_LIMIT),
        offset=min(max(query.offset, 0), MAX_OFFSET),
    )


def _cut(text: str) -> str:
    """Cut a long text between words, if it has any: half a word would find nothing."""
    return text if len(text) <= MAX_TEXT else text[: MAX_TEXT + 1].rpartition(" ")[0] or text[:MAX_TEXT]


def find(searcher: tantivy.Searcher, query: Query) -> Results:
    """Answer a question from one state of the index."""
    query = bounded(query)
    conditions = asking.filters(query)
    if not query.text:
        everything = asking.filtered(tantivy.Query.all_query(), conditions)
        order = query.sort if query.sort in _ORDERS else Sort.NEWEST
        return _sorted(searcher, everything, query, Sort(order))
    by_isbn = _by_isbn(searcher, query, conditions)
    if by_isbn is not None:
        return by_isbn
    readings = asking.readings(query.text)
    if not readings:
        return Results(0, ())
    return _by_words(searcher, query, conditions, readings)


def _by_isbn(searcher: tantivy.Searcher, query: Query, conditions: list[tantivy.Query]) -> Results | None:
    digits = isbn13(query.text)
    if digits is None or not searcher.doc_freq("isbn", digits):
        return None
    found = tantivy.Query.term_query(SCHEMA, "isbn", digits, "basic")
    return _sorted(searcher, asking.filtered(found, conditions), query, Sort.NEWEST)


def _sorted(searcher: tantivy.Searcher, found: tantivy.Query, query: Query, order: Sort) -> Results:
    field, direction = _ORDERS[order]
    page = searcher.search(found, limit=max(query.limit, 1), offset=query.offset, order_by_field=field, order=direction)
    ids = _ids(searcher, [address for _, address in page.hits][: query.limit])
    return _results(searcher, found, query, _count(page), tuple(Hit(id_, 0.0) for id_ in ids))


def _results(
    searcher: tantivy.Searcher, found: tantivy.Query, query: Query, total: int, hits: tuple[Hit, ...]
) -> Results:
    return Results(total, hits, facets(searcher, found)) if query.facets else Results(total, hits)


def _by_words(
    searcher: tantivy.Searcher, query: Query, conditions: list[tantivy.Query], readings: list[Asked]
) -> Results:
    wanted = max(CANDIDATES, query.offset + query.limit)
    found = asking.filtered(asking.either([asking.strict(asked) for asked in readings]), conditions)
    best = searcher.search(found, limit=wanted)
    ranked = _rank(searcher, best.hits, _scorers(searcher, readings, loose=False))
    if _weak(_count(best), ranked, readings):
        found = asking.filtered(asking.either([asking.relaxed(asked, searcher) for asked in readings]), conditions)
        best = searcher.search(found, limit=wanted)
        ranked = _rank(searcher, best.hits, _scorers(searcher, readings, loose=True))
    if query.sort in _ORDERS:
        return _sorted(searcher, found, query, Sort(query.sort))
    page = ranked[query.offset : query.offset + query.limit]
    hits = tuple(Hit(hit.id, round(_TIER * hit.tier + hit.score, 3)) for hit in page)
    return _results(searcher, found, query, _count(best), hits)


def _scorers(searcher: tantivy.Searcher, readings: list[Asked], *, loose: bool) -> list[Scorer]:
    return [Scorer(asked, asking.weights(asked, searcher), loose=loose) for asked in readings]


def _weak(count: int, ranked: list[_Ranked], readings: list[Asked]) -> bool:
    """Tell if a strict result is so poor that a relaxed one is worth its noise."""
    if count == 0:
        return True
    if count >= FEW or max(len(asked.keys) for asked in readings) <= 2:
        return False
    return ranked[0].together < BELIEVED


def _rank(
    searcher: tantivy.Searcher, hits: list[tuple[float, tantivy.DocAddress]], scorers: list[Scorer]
) -> list[_Ranked]:
    """Score the best candidates again; what comes after them stays in the engine's order."""
    addresses = [address for _, address in hits]
    ids = _ids(searcher, addresses)
    loans = searcher.fast_field_values("loans", addresses[:CANDIDATES])
    ranked = []
    for address, id_, lent in zip(addresses[:CANDIDATES], ids, loans, strict=False):
        shown = bytes(searcher.doc(address).get_first("shown") or b"").decode()
        ranked.append(max(_Ranked(*scorer.score(shown, int(lent or 0)), id_) for scorer in scorers))
    ranked.sort(reverse=True)
    return ranked + [_Ranked(0, 0.0, 0.0, id_) for id_ in ids[CANDIDATES:]]


def _ids(searcher: tantivy.Searcher, addresses: list[tantivy.DocAddress]) -> list[int]:
    return [int(id_ or 0) for id_ in searcher.fast_field_values("id", addresses)]


def _count(found: tantivy.SearchResult) -> int:
    return int(found.count)  # type: ignore[attr-defined]  # forgotten in the engine's stubs
