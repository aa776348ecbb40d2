"""What is like a record: the same author, the same subjects, near on the shelf."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import tantivy

from guisach.adapters.search.schema import SCHEMA, value
from guisach.adapters.search.words import keys, pairs, words
from guisach.domain.catalogue.rules.search import Hit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from guisach.domain.catalogue.rules.search import Document

_SHOULD: Final = tantivy.Occur.Should
# How the reasons compare; each is weighed by how rare it is besides.
_AUTHOR: Final = 2.0
_SUBJECT: Final = 1.5
_SERIES: Final = 1.2
_CLASS: Final = 1.0
_PAIR: Final = 0.6  # two words side by side in the title
_MOST: Final = 8  # of each kind of reason


def similar(searcher: tantivy.Searcher, document: Document, limit: int) -> tuple[Hit, ...]:
    """Find what is most like a document, itself left out."""
    reasons = list(_reasons(document))
    if not reasons:
        return ()
    query = tantivy.Query.boolean_query([(_SHOULD, tantivy.Query.boost_query(one, weight)) for weight, one in reasons])
    found = searcher.search(query, limit=limit + 1, count=False).hits
    ids = searcher.fast_field_values("id", [address for _, address in found])
    hits = [Hit(int(id_ or 0), round(score, 3)) for (score, _), id_ in zip(found, ids, strict=True)]
    return tuple(hit for hit in hits if hit.id != document.id)[:limit]


def _reasons(document: Document) -> Iterator[tuple[float, tantivy.Query]]:
    for author in document.authors[:_MOST]:
        yield _AUTHOR, _term("author", value(author))
    for subject in document.subjects[:_MOST]:
        yield _SUBJECT, _term("subject", value(subject))
    if document.ddc:
        yield _CLASS, _term("class", value(document.ddc))
    series = keys(words(document.series))
    if len(series) > 1:
        yield _SERIES, tantivy.Query.phrase_query(SCHEMA, "series", list(series))
    for pair in list(dict.fromkeys(pairs(keys(words(document.title)))))[:_MOST]:
        yield _PAIR, _term("pairs", pair)


def _term(field: str, text: str) -> tantivy.Query:
    return tantivy.Query.term_query(SCHEMA, field, text, "basic")
