"""One question from words to results: strict first, relaxed when that finds too little, then reranked."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple

import tantivy

from guisach.adapters.search import asking, clauses
from guisach.adapters.search.asking import Wanted
from guisach.adapters.search.facets import IN, facets
from guisach.adapters.search.relaxing import Relaxed, slack
from guisach.adapters.search.rerank import FAR, Scorer
from guisach.adapters.search.schema import SCHEMA, value
from guisach.adapters.search.spelling import mended
from guisach.adapters.search.words import isbn13, issn8
from guisach.domain.catalogue.rules.search import (
    MAX_LIMIT,
    MAX_OFFSET,
    MAX_TEXT,
    Facet,
    Hit,
    Query,
    Results,
    Sort,
)
from guisach.domain.catalogue.rules.search_syntax import Field, read_question
from guisach.kernel.text import nfc

if TYPE_CHECKING:
    from collections.abc import Mapping

    from guisach.adapters.search.asking import Asked
    from guisach.domain.catalogue.rules.search_syntax import Question

# How many of the engine's best are scored again: three screens of results, and enough that the one meant is among
# them (300 found none that 60 did not, among 200,000 and 1,000,000 titles).
CANDIDATES: Final = 60
# A question of more words hardly ever has more results than these: then the order of the engine does not matter,
# and what it costs is saved.
_FEW_WORDS: Final = 3
# A strict result smaller than this may be an accident of a mistyped word; then look at how good it is.
FEW: Final = 10
# The best of a small strict result is believed when at least this share of the question's word pairs stand
# side by side in it; words scattered over a long title are an accident.
BELIEVED: Final = 0.7
# More than any score: what a tier adds to the score that is shown.
_TIER: Final = 100.0
# What lifts a result by ring when the nearest are wanted first: more than the engine's words weigh.
_RINGS: Final = (3000.0, 2000.0, 1500.0)

_ORDERS: Final = {
    Sort.NEWEST: ("id", tantivy.Order.Desc),
    Sort.YEAR: ("year", tantivy.Order.Desc),
    Sort.TITLE: ("order", tantivy.Order.Asc),
    Sort.POPULAR: ("loans", tantivy.Order.Desc),
}
_MUST, _SHOULD = tantivy.Occur.Must, tantivy.Occur.Should


class _Ranked(NamedTuple):
    """A candidate after the rerank; the greater the better."""

    tier: int
    score: float
    together: float
    nearness: int  # minus the number of its ring
    id: int


class _Narrowed(NamedTuple):
    """What a result must be beside answering words: filters, and what was asked of fields."""

    conditions: list[tantivy.Query]
    asked: list[tuple[tantivy.Occur, tantivy.Query]]

    def of(self, wanted: Wanted) -> Wanted:
        """Narrow both forms of a question."""
        return Wanted(*(clauses.filtered(one, self.conditions, self.asked) if one else None for one in wanted))


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
    conditions = clauses.filters(query)
    if not query.text:
        return _browse(searcher, query, _Narrowed(conditions, []))
    by_number = _by_number(searcher, query, _Narrowed(conditions, []))
    if by_number is not None:
        return by_number
    question = read_question(query.text)
    if question.is_plain:
        return _plain(searcher, query, _Narrowed(conditions, []))
    found = _with_clauses(searcher, query, question, conditions)
    if found.total == 0 and not question.has_fields:
        return _plain(searcher, query, _Narrowed(conditions, []))  # quotes and dashes were part of a title
    return found


def _plain(searcher: tantivy.Searcher, query: Query, narrowed: _Narrowed) -> Results:
    readings = asking.readings(query.text)
    return _by_words(searcher, query, narrowed, readings) if readings else Results(0, ())


def _with_clauses(
    searcher: tantivy.Searcher, query: Query, question: Question, conditions: list[tantivy.Query]
) -> Results:
    """Answer a question about fields: strictly, because whoever asks so means it."""
    narrowed = _Narrowed(conditions, clauses.asked_of_fields(question.clauses, searcher))
    said = [
        clause.text
        for clause in question.clauses
        if clause.wanted and not clause.begins and clause.field in {Field.ANY, Field.TITLE, Field.AUTHOR}
    ]
    readings = asking.readings(" ".join([question.words, *said]))
    if not readings:
        return _browse(searcher, query, narrowed)
    return _by_words(searcher, query, narrowed, readings, may_relax=False)


def _by_number(searcher: tantivy.Searcher, query: Query, narrowed: _Narrowed) -> Results | None:
    number = isbn13(query.text) or issn8(query.text)
    if number is None or not searcher.doc_freq("number", number):
        return None
    found = narrowed.of(Wanted(*(tantivy.Query.term_query(SCHEMA, "number", number, "basic"),) * 2))
    return _sorted(searcher, found.counted, query, Sort.NEWEST)


def _browse(searcher: tantivy.Searcher, query: Query, narrowed: _Narrowed) -> Results:
    everything = narrowed.of(Wanted(*(tantivy.Query.all_query(),) * 2)).counted
    if query.sort == Sort.NEAR and query.near:
        page = searcher.search(_lifted(everything, query), limit=max(query.limit, 1), offset=query.offset)
        ids = _ids(searcher, [address for _, address in page.hits][: query.limit])
        return _results(searcher, everything, query, _count(page), tuple(Hit(id_, 0.0) for id_ in ids))
    order = query.sort if query.sort in _ORDERS else Sort.NEWEST
    return _sorted(searcher, everything, query, Sort(order))


def _sorted(searcher: tantivy.Searcher, found: tantivy.Query, query: Query, order: Sort) -> Results:
    field, direction = _ORDERS[order]
    page = searcher.search(found, limit=max(query.limit, 1), offset=query.offset, order_by_field=field, order=direction)
    ids = _ids(searcher, [address for _, address in page.hits][: query.limit])
    return _results(searcher, found, query, _count(page), tuple(Hit(id_, 0.0) for id_ in ids))


def _results(
    searcher: tantivy.Searcher,
    counted: tantivy.Query,
    query: Query,
    total: int,
    hits: tuple[Hit, ...],
    meant: str = "",
) -> Results:
    if not query.facets:
        return Results(total, hits, meant=meant)
    total, found = facets(searcher, counted)
    if query.place and not query.is_in:
        found = {**found, "in": _in_at(searcher, counted, query.place)}
    return Results(total, hits, found, meant)


def _in_at(searcher: tantivy.Searcher, counted: tantivy.Query, place: str) -> tuple[Facet, ...]:
    here = tantivy.Query.term_query(SCHEMA, "here", value(place), "basic")
    count = _count(searcher.search(clauses.filtered(counted, [here]), limit=1))
    return (Facet(IN, count),) if count else ()


def _lifted(found: tantivy.Query, query: Query) -> tantivy.Query:
    """Put first what is in at the nearest places."""
    rings = [
        (_SHOULD, tantivy.Query.const_score_query(tantivy.Query.term_set_query(SCHEMA, "here", list(codes)), lift))
        for codes, lift in zip(query.near, _RINGS, strict=False)
        if codes
    ]
    return tantivy.Query.boolean_query([(_MUST, found), *rings])


def _by_words(
    searcher: tantivy.Searcher,
    query: Query,
    narrowed: _Narrowed,
    readings: list[Asked],
    *,
    may_relax: bool = True,
) -> Results:
    rings = {code: at for at, codes in reversed(list(enumerate(query.near))) for code in codes}
    known = [asked for asked in readings if asking.is_known(asked, searcher)]
    meant, total = "", 0
    ranked: list[_Ranked] = []
    found = Wanted(*(tantivy.Query.empty_query(),) * 2)
    if known:
        found = narrowed.of(asking.either([asking.strict(asked) for asked in known]))
        total, ranked = _best(searcher, query, found, _scorers(searcher, known, rings, loose=False))
    if may_relax and _weak(total, ranked, readings):
        scorers, exactly = _scorers(searcher, readings, rings, loose=True), found
        for step in zip(*(Relaxed(asked, searcher).steps() for asked in readings), strict=True):
            looser = [wanted for wanted in step if wanted is not None]
            if looser and _weak(total, ranked, readings, loosened=found is not exactly):
                found = narrowed.of(asking.either(looser))
                total, ranked = _best(searcher, query, found, scorers)
        meant = _meant(searcher, ranked, scorers, readings)
    if query.sort in _ORDERS:
        return replace(_sorted(searcher, found.counted, query, Sort(query.sort)), meant=meant)
    page = ranked[query.offset : query.offset + query.limit]
    hits = tuple(Hit(hit.id, round(_TIER * hit.tier + hit.score, 3)) for hit in page)
    return _results(searcher, found.counted, query, total, hits, meant)


def _best(searcher: tantivy.Searcher, query: Query, found: Wanted, scorers: list[Scorer]) -> tuple[int, list[_Ranked]]:
    is_long = all(scorer.length > _FEW_WORDS for scorer in scorers)
    wanted = max(CANDIDATES, query.offset + query.limit)
    nearest = query.sort == Sort.NEAR and bool(query.near)
    best = None
    if is_long:
        best = searcher.search(found.counted, limit=wanted)
    if best is None or _count(best) > wanted:
        best = searcher.search(_lifted(found.ordered, query) if nearest else found.ordered, limit=wanted)
    ranked = _rank(searcher, best.hits, scorers)
    if nearest:
        ranked.sort(key=lambda one: one.nearness, reverse=True)  # stable: by relevance within a ring
    return _count(best), ranked


def _scorers(
    searcher: tantivy.Searcher, readings: list[Asked], rings: Mapping[str, int], *, loose: bool
) -> list[Scorer]:
    return [Scorer(asked, asking.weights(asked, searcher), loose=loose, rings=rings) for asked in readings]


def _weak(count: int, ranked: list[_Ranked], readings: list[Asked], *, loosened: bool = False) -> bool:
    """Tell if a result is so poor that a more relaxed one is worth its noise."""
    words = max(len(asked.searched) for asked in readings)
    if count == 0:
        return True
    if count >= FEW or words <= 2:
        return False
    # A wrong word parts two pairs: where some may be wrong, fewer pairs can be believed.
    parted = min(2 * slack(words) / (words - 1), 1.0) if loosened else 0.0
    return ranked[0].together < BELIEVED * (1 - parted)


def _meant(searcher: tantivy.Searcher, ranked: list[_Ranked], scorers: list[Scorer], readings: list[Asked]) -> str:
    """Say how the catalogue would write a question that it does not have as it stands."""
    if not ranked:
        return " ".join(mended(readings[0], searcher))
    found = tantivy.Query.term_query(SCHEMA, "id", max(ranked).id)
    ((_, address),) = searcher.search(found, limit=1).hits
    return " ".join(scorers[0].meant(_shown(searcher, address)))


def _shown(searcher: tantivy.Searcher, address: tantivy.DocAddress) -> str:
    return bytes(searcher.doc(address).get_first("shown") or b"").decode()


def _rank(
    searcher: tantivy.Searcher, hits: list[tuple[float, tantivy.DocAddress]], scorers: list[Scorer]
) -> list[_Ranked]:
    """Score the best candidates again; what comes after them stays in the engine's order."""
    addresses = [address for _, address in hits]
    ids = _ids(searcher, addresses)
    loans = searcher.fast_field_values("loans", addresses[:CANDIDATES])
    ranked = []
    for address, id_, lent in zip(addresses[:CANDIDATES], ids, loans, strict=False):
        shown = _shown(searcher, address)
        ranked.append(max(_Ranked(*scorer.score(shown, int(lent or 0)), id_) for scorer in scorers))
    ranked.sort(reverse=True)
    return ranked + [_Ranked(0, 0.0, 0.0, -FAR, id_) for id_ in ids[CANDIDATES:]]


def _ids(searcher: tantivy.Searcher, addresses: list[tantivy.DocAddress]) -> list[int]:
    return [int(id_ or 0) for id_ in searcher.fast_field_values("id", addresses)]


def _count(found: tantivy.SearchResult) -> int:
    return int(found.count)  # type: ignore[attr-defined]  # forgotten in the engine's stubs
