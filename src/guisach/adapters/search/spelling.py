"""Spelling help for a question that finds nothing at all: the nearest words that the catalogue knows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from guisach.adapters.search.rerank import close

if TYPE_CHECKING:
    import tantivy

    from guisach.adapters.search.asking import Asked

# Words that begin alike, the most frequent first; the one meant is among them or it is rare.
_LOOKED_AT: Final = 3000
# A question this long with that many strange words is no question to this catalogue.
_MOST_STRANGE: Final = 4


def mended(asked: Asked, searcher: tantivy.Searcher) -> list[str]:
    """Return the question with strange words exchanged for near ones, or left out; empty where nothing helps."""
    said: list[str] = []
    strange = 0
    for word, key in zip(asked.exact, asked.keys, strict=True):
        if searcher.doc_freq("all", key):
            said.append(word)
            continue
        strange += 1
        if strange > _MOST_STRANGE:
            return []
        said += _nearest(key, searcher)
    return said if strange else []


def _nearest(key: str, searcher: tantivy.Searcher) -> list[str]:
    if len(key) < 3:
        return []
    alike = searcher.terms_with_prefix("all", key[:2], limit=_LOOKED_AT)
    return [term for term, _ in alike if close(key, term)][:1]
