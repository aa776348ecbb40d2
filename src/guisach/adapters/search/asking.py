"""A reader's words into queries of the engine."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import tantivy

from guisach.adapters.search.schema import SCHEMA, YEARS, value
from guisach.adapters.search.words import keys, pairs, words
from guisach.domain.catalogue.rules.search import MAX_SYLLABLES, Query
from guisach.kernel.text import typed_readings

_MUST, _SHOULD = tantivy.Occur.Must, tantivy.Occur.Should
_Clause = tuple[tantivy.Occur, tantivy.Query]

# Weights of what orders a result, beside one for a word anywhere.
_IN_TITLE: Final = 1.0
_PAIR: Final = 1.5
_EXACT: Final = 0.8
# More than all of these together can reach: a document with every word exact leads the candidates.
_ALL_EXACT: Final = 1000.0
# A neighbour of a misspelt word counts for less than the word.
_NEIGHBOUR: Final = 0.5
# Shorter keys have so many neighbours at distance one that these say nothing.
_SHORTEST_MISSPELT: Final = 3


@dataclass(frozen=True, slots=True)
class Asked:
    """One reading of what was typed: as it stands, or as raw Telex or VNI keys.

    The engine is asked for the first `MAX_SYLLABLES` words; the rerank compares them all.
    """

    exact: tuple[str, ...]
    keys: tuple[str, ...]
    as_typed: bool

    @property
    def searched(self) -> tuple[str, ...]:
        """The keys that the engine is asked for."""
        return self.keys[:MAX_SYLLABLES]

    @property
    def marked(self) -> bool:
        """Whether any word carries a mark: only then do exact words say what the reader meant."""
        return self.exact != self.keys


def readings(text: str) -> list[Asked]:
    """Give every reading of a text that has words; the text as it stands comes first."""
    found = []
    for at, reading in enumerate((text, *typed_readings(text))):
        exact = words(reading)
        if exact:
            found.append(Asked(tuple(exact), tuple(keys(exact)), at == 0))
    return found


def _term(field: str, word: str) -> tantivy.Query:
    return tantivy.Query.term_query(SCHEMA, field, word, "freq")


def _boosted(query: tantivy.Query, weight: float) -> tantivy.Query:
    return tantivy.Query.boost_query(query, weight)


def _order(asked: Asked) -> list[_Clause]:
    """What matches need not have, but what lifts them."""
    unique = dict.fromkeys(asked.searched)
    clauses = [(_SHOULD, _boosted(_term("title", word), _IN_TITLE)) for word in unique]
    clauses += [(_SHOULD, _boosted(_term("pairs", pair), _PAIR)) for pair in dict.fromkeys(pairs(asked.searched))]
    if asked.marked:
        exact = [_term("exact", word) for word in dict.fromkeys(asked.exact[:MAX_SYLLABLES])]
        clauses += [(_SHOULD, _boosted(term, _EXACT)) for term in exact]
        whole = tantivy.Query.boolean_query([(_MUST, term) for term in exact])
        clauses.append((_SHOULD, tantivy.Query.const_score_query(whole, _ALL_EXACT)))
    return clauses


def strict(asked: Asked) -> tantivy.Query:
    """Every word must be there, somewhere."""
    must = [(_MUST, _term("all", word)) for word in dict.fromkeys(asked.searched)]
    return tantivy.Query.boolean_query([*must, *_order(asked)])


def relaxed(asked: Asked, searcher: tantivy.Searcher) -> tantivy.Query:
    """Most words must be there; words that the index has never seen may be misspelt, run together or cut.

    One word in five or so may be missing; of one or two words each must be there or have a neighbour.
    """
    unique = list(dict.fromkeys(asked.searched))
    known = {word: searcher.doc_freq("all", word) > 0 for word in unique}
    few = len(unique) <= 2
    parts = []
    for at, word in enumerate(unique):
        ways = [_term("all", word)]
        if asked.as_typed and (few or not known[word]):
            ways += _neighbours(word, searcher, last=at == len(unique) - 1)
        if not known[word]:
            ways += _joined(unique, at, searcher)
        parts.append(ways[0] if len(ways) == 1 else tantivy.Query.disjunction_max_query(ways))
    # A required group around the optional words: their order clauses must not count as words found.
    found = tantivy.Query.boolean_query(
        [(_SHOULD, part) for part in parts], minimum_number_should_match=len(unique) - slack(len(unique))
    )
    return tantivy.Query.boolean_query([(_MUST, found), *_order(asked)])


def slack(count: int) -> int:
    """Tell how many of so many different words may be missing."""
    return 0 if count <= 2 else 1 if count <= 5 else 2 if count <= 11 else 3


def _neighbours(word: str, searcher: tantivy.Searcher, *, last: bool) -> list[tantivy.Query]:
    ways = []
    if len(word) >= _SHORTEST_MISSPELT:
        distance = 1 if len(word) < 8 else 2
        near = tantivy.Query.fuzzy_term_query(SCHEMA, "all", word, distance=distance)
        ways.append(_boosted(near, _NEIGHBOUR))
    if last and len(word) > 1:
        begun = tantivy.Query.fuzzy_term_query(SCHEMA, "all", word, distance=0, prefix=True)
        ways.append(_boosted(begun, _NEIGHBOUR))
    for cut in range(1, len(word)):  # "demen" for "de men"
        pair = f"{word[:cut]}_{word[cut:]}"
        if searcher.doc_freq("pairs", pair):
            ways.append(_term("pairs", pair))
    return ways


def _joined(unique: list[str], at: int, searcher: tantivy.Searcher) -> list[tantivy.Query]:
    """ "phi eu" for "phieu": the word and its neighbour in the question may be one."""
    joined = ["".join(unique[start : start + 2]) for start in (at - 1, at) if 0 <= start < len(unique) - 1]
    return [_term("all", word) for word in joined if searcher.doc_freq("all", word)]


def either(queries: list[tantivy.Query]) -> tantivy.Query:
    """What any of the queries finds."""
    return queries[0] if len(queries) == 1 else tantivy.Query.disjunction_max_query(queries)


def filters(query: Query) -> list[tantivy.Query]:
    """What every result must be, beside being found."""
    wanted = {"kind": query.kind, "language": query.language, "subject": query.subject, "place": query.place}
    found = [tantivy.Query.term_query(SCHEMA, field, value(text), "basic") for field, text in wanted.items() if text]
    if query.year_from is not None or query.year_to is not None:
        first = max(YEARS.start, YEARS.start if query.year_from is None else query.year_from)
        last = min(YEARS.stop, YEARS.stop if query.year_to is None else query.year_to)
        if first > last:
            return [tantivy.Query.empty_query()]
        found.append(tantivy.Query.range_query(SCHEMA, "year", tantivy.FieldType.Integer, first, last))
    return found


def filtered(query: tantivy.Query, conditions: list[tantivy.Query]) -> tantivy.Query:
    """Keep of a query's results those that meet all conditions, without counting these into the score."""
    if not conditions:
        return query
    silent = [(_MUST, tantivy.Query.const_score_query(condition, 0.0)) for condition in conditions]
    return tantivy.Query.boolean_query([(_MUST, query), *silent])


def weights(asked: Asked, searcher: tantivy.Searcher) -> tuple[float, ...]:
    """Tell how much each word says: rare words more, words that nobody uses no more than rare ones."""
    count = searcher.num_docs + 1
    return tuple(math.log(1 + count / (searcher.doc_freq("all", word) + 5)) for word in asked.keys)
