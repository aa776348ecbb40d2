"""Which books go into a bag for a reader who wants to be surprised: by age, interest and language, varied, explained.

The same books are chosen for the same wish from the same shelf (`seed`): the keeper's page may be loaded again.
"""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import date

BOOKS_MAX = 8
CHILD_YEARS_MAX, GROWN_YEARS = 10, 16
INTERESTS_MAX = 10
AGES: Mapping[str, frozenset[str]] = {
    "CHILD": frozenset({"CHILD"}),
    "TEEN": frozenset({"TEEN", "ANY"}),
    "ADULT": frozenset({"ADULT", "ANY", "TEEN"}),
}
"""By age group: for whom a work may be marked. Children get only what is marked as theirs."""
SELDOM_LOANS = 1  # in a year: who is borrowed no more often gets a chance
_SELDOM_EACH = 3  # every third book


class Why(StrEnum):
    """Why a book was chosen."""

    INTEREST = "INTEREST"
    SELDOM = "SELDOM"
    LIKED = "LIKED"
    OTHER = "OTHER"
    """Nothing more of what was wished is on the shelf: something else that fits the age."""


@dataclass(frozen=True, slots=True)
class Bag:
    """What was wished. `interests` are main classes ("8" is 800 to 899); none means anything."""

    age: str
    books: int
    interests: tuple[str, ...] = ()
    language: str = ""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A copy that stands free on the shelf; `loans` of its title in the last year, anywhere."""

    barcode: str
    record: int
    title: str
    author: str
    ddc: str
    audience: str
    language: str
    call_no: str = ""
    shelf: str = ""
    loans: int = 0


@dataclass(frozen=True, slots=True)
class Pick:
    """A book for the bag."""

    copy: Candidate
    why: Why


def fits(copy: Candidate, wish: Bag) -> bool:
    """Say whether a book is for this age and language."""
    return copy.audience in AGES[wish.age] and wish.language in {"", copy.language}


def compose(wish: Bag, shelf: Iterable[Candidate], *, seed: int, without: Collection[str] = ()) -> list[Pick]:
    """Choose books: what was wished first, no title or author twice, classes in turn, every third one seldom read.

    `without` are copies that somebody does not want in it. Fewer come back where the shelf has no more.
    """
    dice = random.Random(seed)  # noqa: S311  (a choice of books, not a secret)
    chance = {}
    left = []
    for copy in sorted((one for one in shelf if fits(one, wish)), key=lambda one: one.barcode):
        chance[copy.barcode] = dice.random()
        if copy.barcode not in without:
            left.append(copy)
    picks: list[Pick] = []
    classes: Counter[str] = Counter()
    while left and len(picks) < wish.books:
        is_seldom = len(picks) % _SELDOM_EACH == _SELDOM_EACH - 1
        best = min(left, key=lambda one: _rank(one, wish, classes, is_seldom=is_seldom, chance=chance[one.barcode]))
        picks.append(Pick(best, _why(best, wish, is_seldom=is_seldom)))
        classes[best.ddc[:1]] += 1
        left = [one for one in left if one.record != best.record and not (best.author and one.author == best.author)]
    return picks


def _rank(
    one: Candidate, wish: Bag, classes: Mapping[str, int], *, is_seldom: bool, chance: float
) -> tuple[bool, bool, int, bool, float]:
    return (
        not _is_wished(one, wish),
        is_seldom and one.loans > SELDOM_LOANS,
        classes.get(one.ddc[:1], 0),
        one.audience != wish.age,
        chance - (0 if is_seldom else min(one.loans, 20) / 20),
    )


def _is_wished(one: Candidate, wish: Bag) -> bool:
    return not wish.interests or one.ddc[:1] in wish.interests


def _why(one: Candidate, wish: Bag, *, is_seldom: bool) -> Why:
    if not _is_wished(one, wish):
        return Why.OTHER
    if is_seldom and one.loans <= SELDOM_LOANS:
        return Why.SELDOM
    return Why.INTEREST if wish.interests else Why.LIKED if one.loans > SELDOM_LOANS else Why.SELDOM


def is_sound(wish: Bag) -> bool:
    """Say whether a wish can be one."""
    classes: Sequence[str] = wish.interests
    return (
        wish.age in AGES
        and 1 <= wish.books <= BOOKS_MAX
        and len(classes) <= INTERESTS_MAX
        and all(len(one) == 1 and one.isascii() and one.isdigit() for one in classes)
        and len(wish.language) <= 3
        and wish.language.isascii()
        and (not wish.language or wish.language.isalpha())
    )


def age_group(born: date | None, today: date) -> str:
    """Say for which age a reader is; grown where nobody knows when they were born."""
    if born is None:
        return "ADULT"
    years = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    return "CHILD" if years <= CHILD_YEARS_MAX else "TEEN" if years < GROWN_YEARS else "ADULT"
