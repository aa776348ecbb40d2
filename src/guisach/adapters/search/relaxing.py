"""Questions that no record answers word for word: loosened step by step, and only as far as it takes."""

from __future__ import annotations

from itertools import combinations, pairwise
from typing import TYPE_CHECKING, Final

import tantivy

from guisach.adapters.search.asking import Wanted, boosted, order, term
from guisach.adapters.search.schema import SCHEMA

if TYPE_CHECKING:
    from collections.abc import Iterable

    from guisach.adapters.search.asking import Asked

_MUST, _SHOULD = tantivy.Occur.Must, tantivy.Occur.Should
# A neighbour of a misspelt word counts for less than the word.
_NEIGHBOUR: Final = 0.5
# Shorter keys have so many neighbours at distance one that these say nothing.
_SHORTEST_MISSPELT: Final = 3
# The most suspicious words, of which two may be wrong at once; each two cost the engine a question.
_SUSPECTED_TOGETHER: Final = 4


def slack(count: int) -> int:
    """Tell how many of so many different words may be missing."""
    return 0 if count <= 2 else 1 if count <= 5 else 2 if count <= 11 else 3


class Relaxed:
    """One reading of a question, and what stands for each of its words when words may be wrong.

    Words that the index has never seen may be misspelt, run together or cut; of a question of one or two words,
    each may be.
    """

    def __init__(self, asked: Asked, searcher: tantivy.Searcher) -> None:
        self._asked = asked
        self._searcher = searcher
        self._words = list(dict.fromkeys(asked.searched))
        self._known = {word: searcher.doc_freq("all", word) > 0 for word in self._words}
        self._slack = slack(len(self._words))
        self._exchanged: set[int] = set()
        self._parts = [self._part(at, word) for at, word in enumerate(self._words)]

    def steps(self) -> tuple[Wanted | None, Wanted | None]:
        """Give the question looser and looser: strange words exchanged for near ones; then words left out. None where
        a step is no other question than the one before."""
        return self._mended(), self._without_one()

    def _mended(self) -> Wanted | None:
        return self._wanted(_all_of(self._parts)) if self._exchanged else None

    def _without_one(self) -> Wanted | None:
        """Leave out each word in turn, the most suspicious ones first, and all suspicious ones together.

        (The engine can be asked for so many words of so many, but then looks at all that has any of them: a hundred
        milliseconds among a million titles.)
        """
        hopeless = {at for at, word in enumerate(self._words) if not self._known[word]} - self._exchanged
        if not self._slack or len(hopeless) > self._slack:
            return None
        left_out = [hopeless]
        if len(hopeless) < self._slack:
            suspects = self._suspects()
            left_out = [hopeless | {at} for at in suspects]
            if len(hopeless) + 2 <= self._slack:
                left_out += [hopeless | set(two) for two in combinations(suspects[:_SUSPECTED_TOGETHER], 2)]
        ways = [_all_of(part for at, part in enumerate(self._parts) if at not in out) for out in left_out]
        return self._wanted(
            ways[0] if len(ways) == 1 else tantivy.Query.boolean_query([(_SHOULD, way) for way in ways])
        )

    def _wanted(self, found: tantivy.Query) -> Wanted:
        return Wanted(tantivy.Query.boolean_query([(_MUST, found), *order(self._asked)]), found)

    def _suspects(self) -> list[int]:
        """Give the words in the order of suspicion: strange ones, then those seen least beside their neighbours."""
        words = self._asked.searched
        beside = [self._searcher.doc_freq("pairs", f"{one}_{other}") for one, other in pairwise(words)]
        support: dict[str, tuple[int, int]] = {}
        for at, word in enumerate(words):
            sides = beside[max(at - 1, 0) : at + 1]
            support.setdefault(word, (min(sides), max(sides)))
        return sorted(range(len(self._words)), key=lambda at: (self._known[self._words[at]], support[self._words[at]]))

    def _part(self, at: int, word: str) -> tantivy.Query:
        ways = [term("all", word)]
        if self._asked.as_typed and (len(self._words) <= 2 or not self._known[word]):
            ways += _neighbours(word, self._searcher, last=at == len(self._words) - 1)
        if not self._known[word]:
            ways += _joined(self._words, at, self._searcher)
        if len(ways) == 1:
            return ways[0]
        self._exchanged.add(at)
        return tantivy.Query.disjunction_max_query(ways)


def _all_of(parts: Iterable[tantivy.Query]) -> tantivy.Query:
    return tantivy.Query.boolean_query([(_MUST, part) for part in parts])


def _neighbours(word: str, searcher: tantivy.Searcher, *, last: bool) -> list[tantivy.Query]:
    ways = []
    if len(word) >= _SHORTEST_MISSPELT:
        distance = 1 if len(word) < 8 else 2
        near = tantivy.Query.fuzzy_term_query(SCHEMA, "all", word, distance=distance)
        ways.append(boosted(near, _NEIGHBOUR))
    if last and len(word) > 1:
        begun = tantivy.Query.fuzzy_term_query(SCHEMA, "all", word, distance=0, prefix=True)
        ways.append(boosted(begun, _NEIGHBOUR))
    for cut in range(1, len(word)):  # "demen" for "de men"
        pair = f"{word[:cut]}_{word[cut:]}"
        if searcher.doc_freq("pairs", pair):
            ways.append(term("pairs", pair))
    return ways


def _joined(unique: list[str], at: int, searcher: tantivy.Searcher) -> list[tantivy.Query]:
    """ "phi eu" for "phieu": the word and its neighbour in the question may be one."""
    joined = ["".join(unique[start : start + 2]) for start in (at - 1, at) if 0 <= start < len(unique) - 1]
    return [term("all", word) for word in joined if searcher.doc_freq("all", word)]
