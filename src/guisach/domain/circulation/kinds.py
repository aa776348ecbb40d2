"""What circulation asks of the rooms above: when does the van come back, what goes from here to there?"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Protocol

from guisach.domain.circulation.rules.planning import Move

if TYPE_CHECKING:
    from collections.abc import Collection

    from guisach.domain.circulation.queries import LoanView

NextVisit = Callable[[str, date], date | None]
"""Is given the code of a place and a day; returns the first planned visit after that day, or None."""

_next_visit: list[NextVisit] = []


def plan_visits_by(answer: NextVisit) -> None:
    """Say who knows the next visits; whoever says it last is asked."""
    _next_visit[:] = [answer]


def next_visit(place: str, after: date) -> date | None:
    """Return the first planned visit to the place after a day; None where nobody plans any."""
    return _next_visit[0](place, after) if _next_visit else None


class NextMove(Protocol):
    """Knows what goes from place to place: crates of rotation, the mobile library."""

    def __call__(self, start: str, end: str, after: date) -> Move | None:
        """Return what gets from one place to the other first after the day; None where nothing is planned."""


_next_moves: list[NextMove] = []


def plan_moves_by(answer: NextMove) -> None:
    """Say who knows what moves between places; all are asked, the same one twice counts once."""
    if answer not in _next_moves:
        _next_moves.append(answer)


def next_move(start: str, end: str, after: date) -> Move | None:
    """Return what arrives first, whoever plans it."""
    found = [move for ask in _next_moves if (move := ask(start, end, after)) is not None]
    return min(found, key=lambda move: (move.on, move.by), default=None)


KeepForReaders = Callable[["Collection[LoanView]"], None]
"""Is given ended loans whose readers are about to be forgotten, inside the same transaction."""

_keepers: list[KeepForReaders] = []


def keep_for_readers_by(keep: KeepForReaders) -> None:
    """Say who keeps a reader's own copy of their loans where they wished it."""
    if keep not in _keepers:
        _keepers.append(keep)


def keep_for_readers(loans: Collection[LoanView]) -> None:
    """Let whoever registered copy what readers wished to keep, before it is forgotten."""
    for keep in _keepers:
        keep(loans)
