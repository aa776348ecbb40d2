"""What a librarian asks of single fields, and what a reader filters by, as queries of the engine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import tantivy

from guisach.adapters.search.schema import FILTERS, SCHEMA, YEARS, value
from guisach.adapters.search.words import isbn13, issn8, keys, words
from guisach.domain.catalogue.rules.search_syntax import Clause, Field
from guisach.kernel.text import typed_readings

if TYPE_CHECKING:
    from collections.abc import Iterable

    from guisach.domain.catalogue.rules.search import Query

_MUST, _SHOULD, _NOT = tantivy.Occur.Must, tantivy.Occur.Should, tantivy.Occur.MustNot
_WORDS_IN: Final = {
    Field.TITLE: ("title",),
    Field.AUTHOR: ("name",),
    Field.SUBJECT: ("topic",),
    Field.PUBLISHER: ("publisher",),
    Field.SERIES: ("series",),
    Field.ANY: ("title", "name", "topic", "series", "publisher"),
}
# Words that a beginning stands for.
_MOST_BEGUN: Final = 100


def filters(query: Query) -> list[tantivy.Query]:
    """What every result must be, beside being found."""
    found = []
    for field in FILTERS:
        text = getattr(query, field)
        if text:
            found.append(_value(field, text))
    if query.is_in:
        found.append(_value("here", query.place) if query.place else tantivy.Query.term_query(SCHEMA, "in", 1))
    if query.year_from is not None or query.year_to is not None:
        found.append(_years(query.year_from, query.year_to))
    return found


def asked_of_fields(clauses: Iterable[Clause], searcher: tantivy.Searcher) -> list[tuple[tantivy.Occur, tantivy.Query]]:
    """What the clauses of a question ask of every result."""
    return [(_MUST if clause.wanted else _NOT, _clause(clause, searcher)) for clause in clauses]


def filtered(
    query: tantivy.Query, conditions: list[tantivy.Query], asked: Iterable[tuple[tantivy.Occur, tantivy.Query]] = ()
) -> tantivy.Query:
    """Keep of a query's results those that meet all conditions, without counting these into the score."""
    silent = [(_MUST, tantivy.Query.const_score_query(condition, 0.0)) for condition in conditions]
    silent += [(occur, tantivy.Query.const_score_query(one, 0.0)) for occur, one in asked]
    return tantivy.Query.boolean_query([(_MUST, query), *silent]) if silent else query


def _value(field: str, text: str) -> tantivy.Query:
    return tantivy.Query.term_query(SCHEMA, field, value(text), "basic")


def _years(first: int | None, last: int | None) -> tantivy.Query:
    first = max(YEARS.start, YEARS.start if first is None else first)
    last = min(YEARS.stop, YEARS.stop if last is None else last)
    if first > last:
        return tantivy.Query.empty_query()
    return tantivy.Query.range_query(SCHEMA, "year", tantivy.FieldType.Integer, first, last)


def _clause(clause: Clause, searcher: tantivy.Searcher) -> tantivy.Query:
    match clause.field:
        case Field.YEAR:
            return _years(clause.first, clause.last)
        case Field.LANGUAGE | Field.COLLECTION:
            spellings = dict.fromkeys((clause.text, clause.text.lower(), clause.text.upper()))
            return _any([_value(clause.field.value, text) for text in spellings])
        case Field.DDC:
            if clause.begins:
                return tantivy.Query.fuzzy_term_query(SCHEMA, "class", clause.text, distance=0, prefix=True)
            return _value("class", clause.text)
        case Field.NUMBER:
            number = isbn13(clause.text) or issn8(clause.text)
            if number is None:  # the first digits: of a publisher
                digits = "".join(filter(str.isdigit, clause.text))
                return tantivy.Query.fuzzy_term_query(SCHEMA, "number", digits, distance=0, prefix=True)
            return _value("number", number)
        case field:
            readings = dict.fromkeys((clause.text, *typed_readings(clause.text)))
            return _any([_phrase(name, text, clause, searcher) for text in readings for name in _WORDS_IN[field]])


def _phrase(field: str, text: str, clause: Clause, searcher: tantivy.Searcher) -> tantivy.Query:
    folded = keys(words(text))
    if not folded:
        return tantivy.Query.empty_query()
    *before, last = folded
    lasts = [last]
    if clause.begins:
        lasts = [word for word, _ in searcher.terms_with_prefix(field, last, limit=_MOST_BEGUN)] or [last]
    if not before:
        return _any([tantivy.Query.term_query(SCHEMA, field, word, "freq") for word in lasts])
    return _any([tantivy.Query.phrase_query(SCHEMA, field, [*before, word]) for word in lasts])


def _any(queries: list[tantivy.Query]) -> tantivy.Query:
    return queries[0] if len(queries) == 1 else tantivy.Query.boolean_query([(_SHOULD, one) for one in queries])
