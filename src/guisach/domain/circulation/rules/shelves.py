"""What a keeper of an open shelf should be told: what nobody looked over for long, and what is used much."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

LOOK_EVERY_DAYS = 90  # a shelf is looked over once in a season
COUNT_EVERY_DAYS = 14
USED_MUCH = 0.5  # uses of a copy in a season, on average over a shelf: every second book was in somebody's hand


@dataclass(frozen=True, slots=True)
class ShelfFacts:
    """A shelf of a place: its copies, how many of them nobody saw for a season, the last look, and its uses."""

    shelf: str
    copies: int
    unseen: int
    seen_on: date | None
    uses: int


@dataclass(frozen=True, slots=True)
class Hint:
    """Something to do. `code`: never_looked, look_again, look_rest, used_much, count_again, never_counted.

    `days` since then; `n` copies or uses.
    """

    code: str
    shelf: str = ""
    days: int = 0
    n: int = 0


def hints(shelves: Iterable[ShelfFacts], *, counted_on: date | None, today: date) -> list[Hint]:
    """Say what to do at a place, the most pressing first."""
    found: list[Hint] = []
    if counted_on is None:
        found.append(Hint("never_counted"))
    elif (days := (today - counted_on).days) > COUNT_EVERY_DAYS:
        found.append(Hint("count_again", days=days))
    looks = []
    for one in shelves:
        days = (today - one.seen_on).days if one.seen_on else 0
        if one.seen_on is None:
            looks.append(Hint("never_looked", one.shelf, n=one.copies))
        elif days > LOOK_EVERY_DAYS:
            looks.append(Hint("look_again", one.shelf, days=days, n=one.copies))
        elif one.unseen * 2 > one.copies:  # somebody saw a few of them
            looks.append(Hint("look_rest", one.shelf, n=one.unseen))
        if one.copies and one.uses >= max(one.copies * USED_MUCH, 5):
            found.append(Hint("used_much", one.shelf, n=one.uses))
    return found + sorted(looks, key=lambda hint: (hint.code != "never_looked", -hint.days, -hint.n, hint.shelf))


def season_before(today: date) -> date:
    """Return the day from which on a look still counts as new."""
    return today - timedelta(days=LOOK_EVERY_DAYS)
