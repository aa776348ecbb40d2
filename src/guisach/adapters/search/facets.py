"""Facets: how many of all results have which value, counted by the engine's aggregations."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from guisach.adapters.search.schema import FILTERS
from guisach.domain.catalogue.rules.search import Facet

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping

    import tantivy

    from guisach.domain.catalogue.rules.search import Query

# Values of one facet to choose from; a screen shows eight and "more".
MOST_VALUES: Final = 50
# Values counted in each part of the index before the parts are added up; a facet with more is right in its first ones.
_COUNTED: Final = 1500
# All years that a library has books of: decades are summed from them.
_MOST_YEARS: Final = 2000

_TERMS: Final[dict[str, Any]] = {
    **{name: {"terms": {"field": name, "size": MOST_VALUES, "segment_size": _COUNTED}} for name in FILTERS},
    "year": {"terms": {"field": "year", "size": _MOST_YEARS}},
    "in": {"terms": {"field": "in", "size": 2}},
}
IN: Final = "1"
# Counts of so many results are remembered for so long: nobody sees that 20,000 were 20,001 a minute ago.
BROAD: Final = 20_000
KEPT_S: Final = 60.0
_MOST_KEPT: Final = 200


class Counted(NamedTuple):
    """How many results there are, and how many of them have which value."""

    total: int
    facets: Mapping[str, tuple[Facet, ...]]


class Counts:
    """Facets of questions, those of broad ones remembered for a while: to count a million records takes a tenth of
    a second, and the front page of a catalogue asks for it every time. Threads may share one."""

    def __init__(self) -> None:
        self._broad: dict[Hashable, tuple[float, Counted]] = {}
        self._lock = threading.Lock()

    def of(self, searcher: tantivy.Searcher, found: tantivy.Query, question: tuple[Query, str]) -> Counted:
        """Count what a question finds; `question` tells it from others, whatever its page and order."""
        query, way = question
        key = (replace(query, limit=0, offset=0, sort="", near=()), way)
        now = time.monotonic()
        with self._lock:
            kept = self._broad.get(key)
            if kept is not None and kept[0] > now:
                return kept[1]
        counted = facets(searcher, found)
        if counted.total >= BROAD:
            with self._lock:
                self._broad.pop(key, None)
                self._broad[key] = (now + KEPT_S, counted)
                while len(self._broad) > _MOST_KEPT:
                    del self._broad[next(iter(self._broad))]
        return counted


def facets(searcher: tantivy.Searcher, query: tantivy.Query) -> Counted:
    """Count everything that the query finds, and the values of it: the most frequent first, years from the last."""
    answer = searcher.aggregate(query, _TERMS)
    found = {
        name: tuple(Facet(str(bucket["key"]), int(bucket["doc_count"])) for bucket in answer[name]["buckets"])
        for name in FILTERS
    }
    years = sorted(((int(b["key"]), int(b["doc_count"])) for b in answer["year"]["buckets"]), reverse=True)
    decades: dict[int, int] = {}
    for year, count in years:
        decades[year // 10 * 10] = decades.get(year // 10 * 10, 0) + count
    found["year"] = tuple(Facet(str(year), count) for year, count in years[:MOST_VALUES])
    found["decade"] = tuple(Facet(str(decade), count) for decade, count in list(decades.items())[:MOST_VALUES])
    # Every document says whether it is in: the two counts are all of them.
    standing = {str(int(bucket["key"])): int(bucket["doc_count"]) for bucket in answer["in"]["buckets"]}
    found["in"] = (Facet(IN, standing[IN]),) if IN in standing else ()
    return Counted(sum(standing.values()), MappingProxyType(found))
