"""Facets: how many of all results have which value, counted by the engine's aggregations."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from guisach.adapters.search.schema import FILTERS
from guisach.domain.catalogue.rules.search import Facet

if TYPE_CHECKING:
    from collections.abc import Mapping

    import tantivy

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


def facets(searcher: tantivy.Searcher, query: tantivy.Query) -> tuple[int, Mapping[str, tuple[Facet, ...]]]:
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
    return sum(standing.values()), MappingProxyType(found)
