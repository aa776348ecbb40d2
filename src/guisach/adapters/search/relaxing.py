"""Questions that no record answers word for word: loosened step by step, and only as far as it takes."""

from __future__ import annotations

from itertools import pairwise
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
# Words that may be the wrong one; each costs the engine a question.
_MOST_SUSPECTS: Final = 5
_MOST_LEFT_OUT: Final = 12


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

    def steps(self) -> tuple[Wanted | None, Wanted | None, Wanted | None]:
        """Give the question looser and looser: strange words exchanged; suspicious ones left out; any one
        left out. None where a step is no other question than the one before."""
        return self._mended(), self._without_suspects(), self._mostly()

    def _mended(self) -> Wanted | None:
        return self._wanted(_all_of(self._parts)) if self._exchanged else None

    def _without_suspects(self) -> Wanted | None:
        suspects = self._suspects() if self._slack else []
        left_out = [{at} for at in suspects]
        if 1 < len(suspects) <= self._slack:
            left_out.append(set(suspects))
        return self._without(left_out)

    def _mostly(self) -> Wanted | None:
        """Leave each word out in turn. (The engine can be asked for so many words of so many, but then looks at all
        that has any of them: a hundred milliseconds among a million titles.)"""
        hopeless = {at for at, word in enumerate(self._words) if not self._known[word]} - self._exchanged
        if not self._slack or len(hopeless) > self._slack:
            return None
        if len(hopeless) == self._slack:
            return self._without([hopeless])
        return self._without([hopeless | {at} for at in range(len(self._words))][:_MOST_LEFT_OUT])

    def _without(self, left_out: Iterable[set[int]]) -> Wanted | None:
        ways = [_all_of(part for at, part in enumerate(self._parts) if at not in out) for out in left_out]
        if not ways:
            return None
        return self._wanted(
            ways[0] if len(ways) == 1 else tantivy.Query.boolean_query([(_SHOULD, way) for way in ways])
        )

    def _wanted(self, found: tantivy.Query) -> Wanted:
        return Wanted(tantivy.Query.boolean_query([(_MUST, found), *order(self._asked)]), found)

    def _suspects(self) -> list[int]:
        """Give the words that are strange, or stand beside no neighbour of theirs in any title."""
        words = self._asked.searched
        beside: dict[str, bool] = {}
        for one, other in pairwise(words):
            seen = self._searcher.doc_freq("pairs", f"{one}_{other}") > 0
            beside[one] = beside.get(one, False) or seen
            beside[other] = beside.get(other, False) or seen
        found = [at for at, word in enumerate(self._words) if not (self._known[word] and beside.get(word))]
        return found[:_MOST_SUSPECTS]

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
