"""When something happened: the effective time that an operation is given once and then carries for ever."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from guisach.kernel.clock import LOCAL

CLOCK_CASE_MS = 10 * 60 * 1000  # a guess further outside what is possible than this needs a person
PAPER_LINE_MAX = 999  # lines of one sheet
PAPER_YEARS_MAX = 10  # an older day on a sheet is a slip of the pen


@dataclass(frozen=True, slots=True)
class Stamp:
    """The effective time; `clock_ms` is how far the guess lay outside the possible (negative: too early)."""

    eff_at: datetime
    unc_ms: int
    clock_ms: int

    @property
    def is_clock_wrong(self) -> bool:
        """Say whether a person should look at the device's clock."""
        return abs(self.clock_ms) > CLOCK_CASE_MS


def stamp(*, guess_at: datetime, unc_ms: int, not_before: datetime | None, not_after: datetime) -> Stamp:
    """Clamp a guess into what causality proves. Where the bounds contradict each other, the lower one wins."""
    eff_at = min(guess_at, not_after)
    if not_before is not None:
        eff_at = max(eff_at, not_before)
    return Stamp(eff_at, unc_ms, round((guess_at - eff_at) / timedelta(milliseconds=1)))


def stamp_paper(*, occurred_on: date, line: int, received_at: datetime, not_before: datetime | None = None) -> Stamp:
    """Stamp what was written on paper: noon of its day, a second later for each line of the sheet.

    Exempt from the clock rules, so no case about the clock. It is kept within what can be: never after it was typed
    in, never before `not_before` (the last count of its place), nor longer ago than PAPER_YEARS_MAX, which is a slip
    of the pen. Lines keep their order at these ends too. `line` 0: nobody said.
    """
    moment = datetime.combine(occurred_on, time(12), tzinfo=LOCAL) + line * timedelta(seconds=1)
    step = timedelta(milliseconds=1)
    earliest = received_at - timedelta(days=PAPER_YEARS_MAX * 365)
    if not_before is not None:
        earliest = max(earliest, not_before)
    latest = received_at - (PAPER_LINE_MAX - line) * step if line else received_at
    return Stamp(min(max(moment, earliest + line * step), latest), 12 * 3600 * 1000, 0)
