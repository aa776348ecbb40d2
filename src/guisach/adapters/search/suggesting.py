"""How a question that somebody has begun to type may go on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import tantivy

from guisach.adapters.search.schema import SCHEMA
from guisach.adapters.search.words import EDGES, first_of, keys, words
from guisach.domain.catalogue.rules.search import MAX_TEXT, Suggestion, SuggestionKind
from guisach.kernel.text import nfc, typed_readings

if TYPE_CHECKING:
    from collections.abc import Iterator

_MUST, _SHOULD = tantivy.Occur.Must, tantivy.Occur.Should
# One letter begins everything.
SHORTEST: Final = 2
# Of the titles that begin with the shorter beginning that is kept, so many are compared with the whole.
_COMPARED: Final = 40
# Words that a beginning stands for.
_MOST_BEGUN: Final = 40
# Nobody types more words into a box that helps.
_MOST_WORDS: Final = 10
_HEADINGS: Final = {SuggestionKind.AUTHOR: "A", SuggestionKind.SUBJECT: "S"}
_MOST_HEADINGS: Final = 2  # of each kind, while there are titles
_TITLES_FIRST: Final = 3


def suggest(searcher: tantivy.Searcher, text: str, limit: int) -> tuple[Suggestion, ...]:
    """Suggest titles: those that begin so, by rank, then those with the words; after the first few, headings."""
    readings = _readings(text)
    if not readings:
        return ()
    headings = list(_headings(searcher, readings))
    titles: dict[int, None] = {}
    for find in (_beginning, _containing):
        for folded in readings:
            if len(titles) < limit:
                titles |= dict.fromkeys(find(searcher, folded, limit))
    kept = headings if len(titles) <= limit - len(headings) else _few(headings)
    found = [Suggestion(SuggestionKind.TITLE, id=id_) for id_ in titles][: max(limit - len(kept), 0)]
    return tuple([*found[:_TITLES_FIRST], *kept, *found[_TITLES_FIRST:]][: max(limit, 0)])


def _readings(text: str) -> list[list[str]]:
    """Give the keys of every reading, raw Telex and VNI too."""
    text = nfc(text[: 4 * MAX_TEXT])[:MAX_TEXT]
    readings = [keys(words(reading))[:_MOST_WORDS] for reading in (text, *typed_readings(text))]
    unique = dict.fromkeys(tuple(folded) for folded in readings if len(" ".join(folded)) >= SHORTEST)
    return [list(folded) for folded in unique]


def _few(headings: list[Suggestion]) -> list[Suggestion]:
    kept: list[Suggestion] = []
    for heading in headings:
        if sum(one.kind == heading.kind for one in kept) < _MOST_HEADINGS:
            kept.append(heading)
    return kept


def _headings(searcher: tantivy.Searcher, readings: list[list[str]]) -> Iterator[Suggestion]:
    for kind, sign in _HEADINGS.items():
        found: dict[str, int] = {}
        for folded in readings:
            if len(" ".join(folded)) <= SHORTEST:
                continue  # too many begin so
            begun = searcher.terms_with_prefix("entry", sign + " ".join(folded), limit=4)
            for whole in dict.fromkeys(first_of(term) for term, _ in begun):
                for term, count in searcher.terms_with_prefix("entry", whole, limit=4):
                    found.setdefault(term.partition("\t")[2], count)
        best = sorted(found.items(), key=lambda one: -one[1])[:3]
        yield from (Suggestion(kind, heading, count=count) for heading, count in best)


def _beginning(searcher: tantivy.Searcher, folded: list[str], limit: int) -> list[int]:
    """Find the titles that begin with the text, by rank."""
    text = " ".join(folded)
    edge = max(length for length in EDGES if length <= len(text))
    begun = tantivy.Query.term_query(SCHEMA, "begins", text[:edge], "basic")
    if edge == len(text):
        return _first(searcher, begun, limit)
    addresses = _first_addresses(searcher, begun, _COMPARED)
    kept = [address for address in addresses if _title(searcher, address).startswith(text)]
    return _ids(searcher, kept[:limit])


def _containing(searcher: tantivy.Searcher, folded: list[str], limit: int) -> list[int]:
    """Find the titles with all the words, the last of which may go on, by rank."""
    *whole, last = folded
    if not whole and len(last) < SHORTEST + 1:
        return []
    begun = [word for word, _ in searcher.terms_with_prefix("title", last, limit=_MOST_BEGUN)]
    if not begun:
        return []
    must = [(_MUST, tantivy.Query.term_query(SCHEMA, "title", word, "basic")) for word in dict.fromkeys(whole)]
    must.append((_MUST, tantivy.Query.term_set_query(SCHEMA, "title", begun)))
    return _first(searcher, tantivy.Query.boolean_query(must), limit)


def _first(searcher: tantivy.Searcher, query: tantivy.Query, limit: int) -> list[int]:
    return _ids(searcher, _first_addresses(searcher, query, limit))


def _first_addresses(searcher: tantivy.Searcher, query: tantivy.Query, limit: int) -> list[tantivy.DocAddress]:
    found = searcher.search(query, limit=limit, count=False, order_by_field="rank", order=tantivy.Order.Desc)
    return [address for _, address in found.hits]


def _title(searcher: tantivy.Searcher, address: tantivy.DocAddress) -> str:
    shown = bytes(searcher.doc(address).get_first("shown") or b"").decode()
    title, subtitle, _rest = shown.split("\t", 2)
    return " ".join(keys(f"{title} {subtitle}".split()))


def _ids(searcher: tantivy.Searcher, addresses: list[tantivy.DocAddress]) -> list[int]:
    return [int(id_ or 0) for id_ in searcher.fast_field_values("id", addresses)]
