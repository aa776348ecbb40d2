"""The order of the best few hundred: what the engine cannot weigh, weighed in Python.

The engine counts words; a reader means a title. So the candidates are scored again by how much of the question
they answer, how much of their title the question covers, whether words stand together, and whether marks agree.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from guisach.adapters.search.words import key, pairs, toneless

if TYPE_CHECKING:
    from collections.abc import Sequence

    from guisach.adapters.search.asking import Asked

# How well one word of the question is answered.
_EXACT: Final = 1.0
_NO_MARKS_GIVEN: Final = 0.97  # "men" for "mèn": nothing said against it
_OTHER_TONE: Final = 0.93
_OTHER_LETTER: Final = 0.85
_MISSPELT: Final = 0.6
_ELSEWHERE: Final = 0.4  # in the series, the subjects, the publisher
_BY_NAME: Final = 0.95  # of what it would count in the title

# How the parts of a score compare.
_ANSWERED: Final = 6.0
_COVERED: Final = 2.0
_TOGETHER: Final = 1.5
_SAME: Final = 1.0
_BEGINS: Final = 0.2
_POPULAR: Final = 0.1  # for ten times the loans


class Scorer:
    """Scores candidates for one reading of a question."""

    def __init__(self, asked: Asked, weights: Sequence[float], *, loose: bool) -> None:
        self._exact = asked.exact
        self._keys = asked.keys
        self._asked = frozenset(asked.keys)
        self._pairs = frozenset(pairs(list(asked.keys)))
        self._marked = asked.marked
        self._weights = weights
        self._sum = sum(weights) or 1.0
        self._loose = loose

    def score(self, shown: str, loans: int) -> tuple[int, float]:
        """Return the tier and, within it, the score of a candidate.

        Tier 2: its title is the question, marks and all. Tier 1: every word of a question with marks stands in
        its title or names, marks and all. Tiers come before scores, so that an exact match is never below one
        that only folds to the same.
        """
        title_text, subtitle_text, names_text = shown.split("\t")
        title = title_text.split(" ")
        whole = title + subtitle_text.split(" ") if subtitle_text else title
        names = names_text.split(" ") if names_text else []
        title_keys = [key(word) for word in title]
        whole_keys = title_keys + [key(word) for word in whole[len(title) :]]
        name_keys = [key(word) for word in names]
        answered, exact = self._answered(whole, whole_keys, names, name_keys)
        covered = sum(word in self._asked for word in title_keys) / len(title_keys)
        score = _ANSWERED * answered + _COVERED * covered
        if self._pairs:
            together = self._pairs.intersection(pairs(whole_keys) + pairs(name_keys))
            score += _TOGETHER * len(together) / len(self._pairs)
        if title_keys[0] == self._keys[0]:
            score += _BEGINS
        same = tuple(title_keys) == self._keys or tuple(whole_keys) == self._keys
        if same:
            score += _SAME
        score += _POPULAR * math.log10(1 + loans)
        if same and (tuple(title) == self._exact or tuple(whole) == self._exact):
            return 2, score
        return (1 if exact and self._marked else 0), score

    def _answered(
        self, whole: list[str], whole_keys: list[str], names: list[str], name_keys: list[str]
    ) -> tuple[float, bool]:
        """Return how much of the question is answered (0 to 1), and whether all of it is, marks and all."""
        found, exact = 0.0, True
        for word, folded, weight in zip(self._exact, self._keys, self._weights, strict=True):
            if word in whole:
                found += weight
                continue
            if word in names:
                found += weight * _BY_NAME
                continue
            exact = False
            if folded in whole_keys:
                found += weight * _agreement(word, folded, whole[whole_keys.index(folded)])
            elif folded in name_keys:
                found += weight * _BY_NAME * _agreement(word, folded, names[name_keys.index(folded)])
            elif not self._loose:
                found += weight * _ELSEWHERE
            elif any(close(folded, other) for other in whole_keys + name_keys if other not in self._asked):
                found += weight * _MISSPELT
        return found / self._sum, exact


def _agreement(asked: str, folded: str, found: str) -> float:
    if asked == folded:
        return _NO_MARKS_GIVEN
    return _OTHER_TONE if toneless(asked) == toneless(found) else _OTHER_LETTER


def close(one: str, other: str) -> bool:
    """Tell if two different words are one typing mistake apart: a letter more, less, other, or two swapped."""
    if len(one) > len(other):
        one, other = other, one
    more = len(other) - len(one)
    if more > 1 or not one:
        return False
    at = 0
    while at < len(one) and one[at] == other[at]:
        at += 1
    if more:
        return one[at:] == other[at + 1 :]
    return one[at + 1 :] == other[at + 1 :] or (
        one[at : at + 2] == other[at : at + 2][::-1] and one[at + 2 :] == other[at + 2 :]
    )
