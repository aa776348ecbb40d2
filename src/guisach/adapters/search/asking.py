"""A reader's words into queries of the engine."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, NamedTuple

import tantivy

from guisach.adapters.search.schema import SCHEMA
from guisach.adapters.search.words import keys, pairs, whole_title, words
from guisach.domain.catalogue.rules.search import MAX_SYLLABLES
from guisach.kernel.text import typed_readings

_MUST, _SHOULD = tantivy.Occur.Must, tantivy.Occur.Should
_Clause = tuple[tantivy.Occur, tantivy.Query]

# Weights of what orders a result, beside one for a word anywhere.
_IN_TITLE: Final = 1.0
_PAIR: Final = 1.5
_EXACT: Final = 0.8
# More than all of these together can reach: documents whose title is the question, and documents with every word
# exact, lead the candidates.
_WHOLE: Final = 500.0
_ALL_EXACT: Final = 1000.0


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


def term(field: str, word: str) -> tantivy.Query:
    """Ask for one word of a field."""
    return tantivy.Query.term_query(SCHEMA, field, word, "freq")


def boosted(query: tantivy.Query, weight: float) -> tantivy.Query:
    """Let what a query finds weigh more or less."""
    return tantivy.Query.boost_query(query, weight)


def order(asked: Asked) -> list[_Clause]:
    """What matches need not have, but what lifts them."""
    unique = dict.fromkeys(asked.searched)
    clauses = [(_SHOULD, boosted(term("title", word), _IN_TITLE)) for word in unique]
    clauses += [(_SHOULD, boosted(term("pairs", pair), _PAIR)) for pair in dict.fromkeys(pairs(asked.searched))]
    clauses.append((_SHOULD, tantivy.Query.const_score_query(term("pairs", whole_title(asked.keys)), _WHOLE)))
    if asked.marked:
        exact = [term("exact", word) for word in dict.fromkeys(asked.exact[:MAX_SYLLABLES])]
        clauses += [(_SHOULD, boosted(one, _EXACT)) for one in exact]
        clauses.append((_SHOULD, tantivy.Query.const_score_query(_exact(asked), _ALL_EXACT)))
    return clauses


class Wanted(NamedTuple):
    """One question to the engine: with what orders the results, and without, for counting them; and of all these
    results the best, where there are too many to order: those with every mark, and those with no other word."""

    ordered: tantivy.Query
    counted: tantivy.Query
    exact: tantivy.Query | None = None
    whole: tantivy.Query | None = None


def strict(asked: Asked) -> Wanted:
    """Every word must be there, somewhere."""
    must = [(_MUST, term("all", word)) for word in dict.fromkeys(asked.searched)]
    return Wanted(
        tantivy.Query.boolean_query([*must, *order(asked)]),
        tantivy.Query.boolean_query(must),
        _exact(asked) if asked.marked else None,
        term("pairs", whole_title(asked.keys)),
    )


def _exact(asked: Asked) -> tantivy.Query:
    return tantivy.Query.boolean_query(
        [(_MUST, term("exact", word)) for word in dict.fromkeys(asked.exact[:MAX_SYLLABLES])]
    )


def is_known(asked: Asked, searcher: tantivy.Searcher) -> bool:
    """Tell if every word stands in some record: else no record has them all."""
    return all(searcher.doc_freq("all", word) for word in asked.searched)


def either(queries: list[Wanted]) -> Wanted:
    """What any of the queries finds."""
    if len(queries) == 1:
        return queries[0]
    exact = [one.exact for one in queries if one.exact is not None]
    whole = [one.whole for one in queries if one.whole is not None]
    return Wanted(
        tantivy.Query.disjunction_max_query([one.ordered for one in queries]),
        _any([one.counted for one in queries]),
        _any(exact) if exact else None,
        _any(whole) if whole else None,
    )


def _any(queries: list[tantivy.Query]) -> tantivy.Query:
    return queries[0] if len(queries) == 1 else tantivy.Query.boolean_query([(_SHOULD, one) for one in queries])


def weights(asked: Asked, searcher: tantivy.Searcher) -> tuple[float, ...]:
    """Tell how much each word says: rare words more, words that nobody uses no more than rare ones."""
    count = searcher.num_docs + 1
    return tuple(math.log(1 + count / (searcher.doc_freq("all", word) + 5)) for word in asked.keys)
