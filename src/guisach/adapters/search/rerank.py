"""The order of the best few hundred: what the engine cannot weigh, weighed in Python.

The engine counts words; a reader means a title. So the candidates are scored again by how much of the question
they answer, how much of their title the question covers, whether words stand together, and whether marks agree.
"""

from __future__ import annotations

import math
from itertools import pairwise
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from guisach.adapters.search.words import keys, toneless

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

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
# For being in at a place of the innermost ring around the reader, and of those further out: less than a word that
# agrees but for its tone in a question of three.
_NEAR: Final = (0.12, 0.06)

# Beyond all rings.
FAR: Final = 99


class Scorer:
    """Scores candidates for one reading of a question."""

    def __init__(
        self, asked: Asked, weights: Sequence[float], *, loose: bool, rings: Mapping[str, int] = MappingProxyType({})
    ) -> None:
        self._exact = asked.exact
        self._keys = asked.keys
        self._asked = frozenset(asked.keys)
        self._pairs = frozenset(pairwise(asked.keys))
        self._marked = asked.marked
        self._weights = weights
        self._sum = sum(weights) or 1.0
        self._loose = loose
        self._rings = rings

    @property
    def length(self) -> int:
        """How many words the question has."""
        return len(self._keys)

    def score(self, shown: str, loans: int) -> tuple[int, float, float, int]:
        """Return the tier and, within it, the score of a candidate; the share of the question's word pairs that
        stand side by side in it (1 where the question has one word); and minus the ring where it is in.

        Tier 2: its title is the question, marks and all. Tier 1: every word of a question with marks stands in
        its title or names, marks and all. Tiers come before scores, so that an exact match is never below one
        that only folds to the same.
        """
        title, whole, names, here = _unpack(shown)
        whole_keys, name_keys = keys(whole), keys(names)
        title_keys = whole_keys[: len(title)]
        answered, exact, near = self._answered(whole, whole_keys, names, name_keys)
        known = self._asked | near if near else self._asked
        covered = sum(map(known.__contains__, title_keys)) / len(title_keys)
        score = _ANSWERED * answered + _COVERED * covered
        together = self._together(whole_keys, name_keys)
        score += _TOGETHER * together
        if title_keys[0] == self._keys[0]:
            score += _BEGINS
        same = tuple(title_keys) == self._keys or tuple(whole_keys) == self._keys
        if same:
            score += _SAME
        score += _POPULAR * math.log10(1 + loans)
        ring = ring_of(here, self._rings)
        if ring < len(_NEAR):
            score += _NEAR[ring]
        if same and (tuple(title) == self._exact or tuple(whole) == self._exact):
            return 2, score, together, -ring
        return (1 if exact and self._marked else 0), score, together, -ring

    def meant(self, shown: str) -> list[str]:
        """Return the question in the words of a candidate, without those that nothing in it answers; empty where
        it is the same question but for marks."""
        _title, whole, names, _here = _unpack(shown)
        found = whole + names
        found_keys = keys(found)
        said = []
        for word, folded in zip(self._exact, self._keys, strict=True):
            if word in found:
                said.append(word)
            elif folded in found_keys:
                said.append(found[found_keys.index(folded)])
            else:
                said += [one for one, key in zip(found, found_keys, strict=True) if misspelt(folded, key)][:1]
        return said if keys(said) != list(self._keys) else []

    def _together(self, whole_keys: list[str], name_keys: list[str]) -> float:
        if not self._pairs:
            return 1.0
        stand = self._pairs.intersection((*pairwise(whole_keys), *pairwise(name_keys)))
        return len(stand) / len(self._pairs)

    def _answered(
        self, whole: list[str], whole_keys: list[str], names: list[str], name_keys: list[str]
    ) -> tuple[float, bool, set[str]]:
        """Return how much of the question is answered (0 to 1), whether all of it is, marks and all, and
        the keys that answer a misspelt word."""
        found, exact = 0.0, True
        near: set[str] = set()
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
            else:
                meant = {o for o in whole_keys + name_keys if o not in self._asked and misspelt(folded, o)}
                near |= meant
                found += weight * _MISSPELT if meant else 0.0
        return found / self._sum, exact, near


def ring_of(here: str, rings: Mapping[str, int]) -> int:
    """Return the innermost ring in which a record is in, given the codes of its places; FAR where in none."""
    return min((rings.get(code, FAR) for code in here.split(" ")), default=FAR) if rings and here else FAR


def _unpack(shown: str) -> tuple[list[str], list[str], list[str], str]:
    """Return the words of the title, of title and subtitle, and of the names, and the places: what `schema.shown`
    packed."""
    title_text, subtitle_text, names_text, here = shown.split("\t")
    title = title_text.split(" ")
    whole = title + subtitle_text.split(" ") if subtitle_text else title
    return title, whole, names_text.split(" ") if names_text else [], here


def _agreement(asked: str, folded: str, found: str) -> float:
    if asked == folded:
        return _NO_MARKS_GIVEN
    return _OTHER_TONE if toneless(asked) == toneless(found) else _OTHER_LETTER


def misspelt(asked: str, meant: str) -> bool:
    """Tell if a word may be another one with a typing mistake; one letter or a number is what it is."""
    return len(asked) > 1 and not asked.isdecimal() and close(asked, meant)


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
