"""The best of what a question finds: chosen by the engine, put in order by the rerank."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import tantivy

from guisach.adapters.search.rerank import FAR
from guisach.adapters.search.schema import SCHEMA
from guisach.domain.catalogue.rules.search import Sort

if TYPE_CHECKING:
    from guisach.adapters.search.asking import Wanted
    from guisach.adapters.search.rerank import Scorer
    from guisach.domain.catalogue.rules.search import Query

# How many of the engine's best are scored again: two screens of results, and enough that the one meant is among
# them (300 found none that 60 did not, nor 60 that 40 did not, among 200,000 titles).
CANDIDATES: Final = 40
# Beyond so many results the words of the question say little about their order: titles that are the question come
# first, then what has every mark, each by `schema.rank`, which costs the engine a fifth of weighing words.
_MOST_WEIGHED: Final = 3000
# What lifts a result by ring when the nearest are wanted first: more than the engine's words weigh.
_RINGS: Final = (3000.0, 2000.0, 1500.0)
_MUST, _SHOULD = tantivy.Occur.Must, tantivy.Occur.Should


class Ranked(NamedTuple):
    """A candidate after the rerank; the greater the better."""

    tier: int
    score: float
    together: float
    nearness: int  # minus the number of its ring
    id: int


def best_of(
    searcher: tantivy.Searcher, query: Query, found: Wanted, scorers: list[Scorer], expected: int | None = None
) -> tuple[int, list[Ranked]]:
    """Return how many results there are, and the best of them in order; `expected` is how many, where known."""
    wanted = max(CANDIDATES, query.offset + query.limit)
    if query.sort == Sort.NEAR and query.near:
        best = searcher.search(lifted(found.ordered, query), limit=wanted)
        ranked = _rank(searcher, [address for _, address in best.hits], scorers)
        ranked.sort(key=lambda one: one.nearness, reverse=True)  # stable: by relevance within a ring
        return count_of(best), ranked
    if expected is None or expected <= CANDIDATES:
        best = searcher.search(found.counted, limit=CANDIDATES)
        expected = count_of(best)
        if expected <= CANDIDATES:  # all of them are scored again: their order does not matter
            return expected, _rank(searcher, [address for _, address in best.hits], scorers)
    if expected <= _MOST_WEIGHED:
        best = searcher.search(found.ordered, limit=wanted, count=False)
        return expected, _rank(searcher, [address for _, address in best.hits], scorers)
    return expected, _rank(searcher, _first(searcher, found, wanted), scorers)


def _first(searcher: tantivy.Searcher, found: Wanted, wanted: int) -> list[tantivy.DocAddress]:
    """Find the first of thousands: titles that are the question, those with every mark, any; each by rank."""
    first: dict[tuple[int, int], tantivy.DocAddress] = {}
    for query, most in ((found.whole, CANDIDATES // 3), (found.exact, wanted), (found.counted, wanted)):
        if query is None or len(first) >= wanted:
            continue
        page = searcher.search(query, limit=most, count=False, order_by_field="rank", order=tantivy.Order.Desc)
        for _, address in page.hits:
            first.setdefault((address.segment_ord, address.doc), address)
    return list(first.values())[:wanted]


def lifted(found: tantivy.Query, query: Query) -> tantivy.Query:
    """Put first what is in at the nearest places."""
    rings = [
        (_SHOULD, tantivy.Query.const_score_query(tantivy.Query.term_set_query(SCHEMA, "here", list(codes)), lift))
        for codes, lift in zip(query.near, _RINGS, strict=False)
        if codes
    ]
    return tantivy.Query.boolean_query([(_MUST, found), *rings])


def shown_of(searcher: tantivy.Searcher, address: tantivy.DocAddress) -> str:
    """Return what `schema.shown` packed."""
    return bytes(searcher.doc(address).get_first("shown") or b"").decode()


def _rank(searcher: tantivy.Searcher, addresses: list[tantivy.DocAddress], scorers: list[Scorer]) -> list[Ranked]:
    """Score the best candidates again; what comes after them stays in the engine's order."""
    ids = ids_of(searcher, addresses)
    loans = searcher.fast_field_values("loans", addresses[:CANDIDATES])
    ranked = []
    for address, id_, lent in zip(addresses[:CANDIDATES], ids, loans, strict=False):
        shown = shown_of(searcher, address)
        ranked.append(max(Ranked(*scorer.score(shown, int(lent or 0)), id_) for scorer in scorers))
    ranked.sort(reverse=True)
    return ranked + [Ranked(0, 0.0, 0.0, -FAR, id_) for id_ in ids[CANDIDATES:]]


def ids_of(searcher: tantivy.Searcher, addresses: list[tantivy.DocAddress]) -> list[int]:
    """Return the records of documents."""
    return [int(id_ or 0) for id_ in searcher.fast_field_values("id", addresses)]


def count_of(found: tantivy.SearchResult) -> int:
    """Return how many results there are in all."""
    return int(found.count)  # type: ignore[attr-defined]  # forgotten in the engine's stubs
