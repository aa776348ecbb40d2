"""One question from words to results: strict first, relaxed when that finds too little, then ranked."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple

import tantivy

from guisach.adapters.search import asking, clauses
from guisach.adapters.search.asking import Wanted
from guisach.adapters.search.facets import IN, Counts
from guisach.adapters.search.ranking import CANDIDATES, Ranked, best_of, count_of, ids_of, lifted, shown_of
from guisach.adapters.search.relaxing import Relaxed, slack
from guisach.adapters.search.rerank import Scorer
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
    from guisach.adapters.search.facets import Counted
    from guisach.domain.catalogue.rules.search_syntax import Question

# A strict result smaller than this may be an accident of a mistyped word; then look at how good it is.
FEW: Final = 10
# The best of a small strict result is believed when at least this share of the question's word pairs stand
# side by side in it; words scattered over a long title are an accident.
BELIEVED: Final = 0.7
# More than any score: what a tier adds to the score that is shown.
_TIER: Final = 100.0
# Facets of a question of at most so many words are counted before it is ordered: it may have thousands of answers.
_FEW_WORDS: Final = 3

_ORDERS: Final = {
    Sort.NEWEST: ("id", tantivy.Order.Desc),
    Sort.YEAR: ("year", tantivy.Order.Desc),
    Sort.TITLE: ("order", tantivy.Order.Asc),
    Sort.POPULAR: ("loans", tantivy.Order.Desc),
}


class _Narrowed(NamedTuple):
    """What a result must be beside answering words: filters, and what was asked of fields."""

    conditions: list[tantivy.Query]
    asked: list[tuple[tantivy.Occur, tantivy.Query]]

    def of(self, wanted: Wanted) -> Wanted:
        """Narrow all forms of a question."""
        ordered, counted, *others = (
            clauses.filtered(one, self.conditions, self.asked) if one is not None else None for one in wanted
        )
        return Wanted(ordered or tantivy.Query.empty_query(), counted or tantivy.Query.empty_query(), *others)


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


def find(searcher: tantivy.Searcher, query: Query, counts: Counts | None = None) -> Results:
    """Answer a question from one state of the index; `counts` remembers facets of broad questions for a while."""
    return _Finding(searcher, bounded(query), counts or Counts()).results()


class _Finding:
    """The answer to one question in the making."""

    def __init__(self, searcher: tantivy.Searcher, query: Query, counts: Counts) -> None:
        self._searcher = searcher
        self._query = query
        self._counts = counts
        self._conditions = clauses.filters(query)
        self._known: dict[str, Counted] = {}

    def results(self) -> Results:
        """Answer by browsing, by number, by fields or by words."""
        plain = _Narrowed(self._conditions, [])
        if not self._query.text:
            return self._browse(plain)
        by_number = self._by_number(plain)
        if by_number is not None:
            return by_number
        question = read_question(self._query.text)
        if question.is_plain:
            return self._plain(plain)
        found = self._with_clauses(question)
        if found.total == 0 and not question.has_fields:
            return self._plain(plain)  # quotes and dashes were part of a title
        return found

    def _plain(self, narrowed: _Narrowed) -> Results:
        readings = asking.readings(self._query.text)
        return self._by_words(narrowed, readings, "words") if readings else Results(0, ())

    def _with_clauses(self, question: Question) -> Results:
        """Answer a question about fields: strictly, because whoever asks so means it."""
        narrowed = _Narrowed(self._conditions, clauses.asked_of_fields(question.clauses, self._searcher))
        said = [
            clause.text
            for clause in question.clauses
            if clause.wanted and not clause.begins and clause.field in {Field.ANY, Field.TITLE, Field.AUTHOR}
        ]
        readings = asking.readings(" ".join([question.words, *said]))
        if not readings:
            return self._browse(narrowed)
        return self._by_words(narrowed, readings, "fields", may_relax=False)

    def _by_number(self, narrowed: _Narrowed) -> Results | None:
        number = isbn13(self._query.text) or issn8(self._query.text)
        if number is None or not self._searcher.doc_freq("number", number):
            return None
        found = clauses.filtered(tantivy.Query.term_query(SCHEMA, "number", number, "basic"), narrowed.conditions)
        return self._sorted(found, Sort.NEWEST, "number")

    def _browse(self, narrowed: _Narrowed) -> Results:
        query = self._query
        everything = clauses.filtered(tantivy.Query.all_query(), narrowed.conditions, narrowed.asked)
        if query.sort == Sort.NEAR and query.near:
            page = self._searcher.search(lifted(everything, query), limit=max(query.limit, 1), offset=query.offset)
            ids = ids_of(self._searcher, [address for _, address in page.hits][: query.limit])
            return self._results(everything, count_of(page), tuple(Hit(id_, 0.0) for id_ in ids), "browse")
        order = query.sort if query.sort in _ORDERS else Sort.NEWEST
        return self._sorted(everything, Sort(order), "browse")

    def _sorted(self, found: tantivy.Query, order: Sort, way: str, meant: str = "") -> Results:
        field, direction = _ORDERS[order]
        query = self._query
        page = self._searcher.search(
            found, limit=max(query.limit, 1), offset=query.offset, order_by_field=field, order=direction
        )
        ids = ids_of(self._searcher, [address for _, address in page.hits][: query.limit])
        return self._results(found, count_of(page), tuple(Hit(id_, 0.0) for id_ in ids), way, meant)

    def _results(self, found: tantivy.Query, total: int, hits: tuple[Hit, ...], way: str, meant: str = "") -> Results:
        if not self._query.facets:
            return Results(total, hits, meant=meant)
        counted = self._counted(found, way)
        facets = counted.facets
        if self._query.place and not self._query.is_in:
            facets = {**facets, "in": self._in_at(found, self._query.place)}
        return Results(counted.total, hits, facets, meant)

    def _counted(self, found: tantivy.Query, way: str) -> Counted:
        if way not in self._known:
            self._known[way] = self._counts.of(self._searcher, found, (self._query, way))
        return self._known[way]

    def _in_at(self, found: tantivy.Query, place: str) -> tuple[Facet, ...]:
        here = tantivy.Query.term_query(SCHEMA, "here", value(place), "basic")
        count = count_of(self._searcher.search(clauses.filtered(found, [here]), limit=1))
        return (Facet(IN, count),) if count else ()

    def _by_words(self, narrowed: _Narrowed, readings: list[Asked], way: str, *, may_relax: bool = True) -> Results:
        query, searcher = self._query, self._searcher
        rings = {code: at for at, codes in reversed(list(enumerate(query.near))) for code in codes}
        known = [asked for asked in readings if asking.is_known(asked, searcher)]
        meant, total = "", 0
        ranked: list[Ranked] = []
        found = Wanted(tantivy.Query.empty_query(), tantivy.Query.empty_query())
        if known:
            found = narrowed.of(asking.either([asking.strict(asked) for asked in known]))
            is_short = query.facets and min(len(asked.keys) for asked in known) <= _FEW_WORDS
            expected = self._counted(found.counted, way).total if is_short else None
            total, ranked = best_of(searcher, query, found, _scorers(searcher, known, rings, loose=False), expected)
        if may_relax and _weak(total, ranked, readings):
            scorers = _scorers(searcher, readings, rings, loose=True)
            for number, step in enumerate(zip(*(Relaxed(one, searcher).steps() for one in readings), strict=True)):
                looser = [wanted for wanted in step if wanted is not None]
                if looser and _weak(total, ranked, readings, loosened=number > 0):
                    found, way = narrowed.of(asking.either(looser)), f"relaxed {number}"
                    total, ranked = best_of(searcher, query, found, scorers)
            meant = _meant(searcher, ranked, scorers, readings)
        if query.sort in _ORDERS:
            return self._sorted(found.counted, Sort(query.sort), way, meant)
        counted = found.counted
        if total == len(ranked) <= CANDIDATES:  # all are known: the engine need not look for them once more
            counted = tantivy.Query.term_set_query(SCHEMA, "id", [one.id for one in ranked])
        page = ranked[query.offset : query.offset + query.limit]
        hits = tuple(Hit(hit.id, round(_TIER * hit.tier + hit.score, 3)) for hit in page)
        return self._results(counted, total, hits, way, meant)


def _scorers(
    searcher: tantivy.Searcher, readings: list[Asked], rings: Mapping[str, int], *, loose: bool
) -> list[Scorer]:
    return [Scorer(asked, asking.weights(asked, searcher), loose=loose, rings=rings) for asked in readings]


def _weak(count: int, ranked: list[Ranked], readings: list[Asked], *, loosened: bool = False) -> bool:
    """Tell if a result is so poor that a more relaxed one is worth its noise."""
    words = max(len(asked.searched) for asked in readings)
    if count == 0:
        return True
    if count >= FEW or words <= 2:
        return False
    # A wrong word parts two pairs: where some may be wrong, fewer pairs can be believed.
    parted = min(2 * slack(words) / (words - 1), 1.0) if loosened else 0.0
    return ranked[0].together < BELIEVED * (1 - parted)


def _meant(searcher: tantivy.Searcher, ranked: list[Ranked], scorers: list[Scorer], readings: list[Asked]) -> str:
    """Say how the catalogue would write a question that it does not have as it stands."""
    if not ranked:
        return " ".join(mended(readings[0], searcher))
    found = tantivy.Query.term_query(SCHEMA, "id", max(ranked).id)
    ((_, address),) = searcher.search(found, limit=1).hits
    return " ".join(scorers[0].meant(shown_of(searcher, address)))
