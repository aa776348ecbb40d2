"""When a reader is reminded of a book, and how late it really is. No fee hangs on it (Law on Libraries, art. 42)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date


@dataclass(frozen=True, slots=True)
class Stage:
    """A reminder: its name, and from how many days after the due date (below zero: before it)."""

    code: str
    from_day: int


SOON: Final = Stage("soon", -3)
"""Only for those who chose to hear by telephone or mail: nobody prints paper for a book that is not late."""
STAGES: Final = (SOON, Stage("late1", 1), Stage("late14", 14), Stage("late30", 30))
"""The day after, when most have only forgotten; two weeks and a month later, when something may have happened. No more:
a fourth message brings no book back."""
STALE_DAYS: Final = 90  # then it is for a talk, or for giving the book up, never for a machine
LOOK_BACK_DAYS: Final = STALE_DAYS + 366  # a book this long past its date is stale whatever was closed meanwhile

ONE_DAY: Final = timedelta(days=1)
Stretch = tuple["date", "date"]


def days_late(due_on: date, on: date, closed: Iterable[Stretch]) -> int:
    """Return by how many days a book is late; below zero: it is not due yet.

    Days on which its place was closed after the due date (a holiday, a flood, an epidemic) do not count: nobody could
    have brought it.
    """
    late = (on - due_on).days
    if late <= 0:
        return late
    counted_to = due_on  # closed days up to here have been taken off
    for first, last in sorted(closed):
        begin, end = max(first, counted_to + ONE_DAY), min(last, on)
        if begin <= end:
            late -= (end - begin).days + 1
            counted_to = end
    return late


def stage_of(late: int) -> Stage | None:
    """Return the last stage that is reached; None before the first, and where it is no case for a message any more."""
    reached = [stage for stage in STAGES if stage.from_day <= late]
    return reached[-1] if reached and late <= STALE_DAYS else None
