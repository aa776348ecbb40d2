"""When something happened: the effective time that an operation is given once and then carries for ever."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from guisach.kernel.clock import LOCAL

CLOCK_CASE_MS = 10 * 60 * 1000  # a guess further outside what is possible than this needs a person


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


def stamp_paper(*, occurred_on: date, received_at: datetime) -> Stamp:
    """Stamp what was written on paper: noon of its day, never after it was typed in; no case about the clock."""
    noon = datetime.combine(occurred_on, time(12), tzinfo=LOCAL)
    return Stamp(min(noon, received_at), 12 * 3600 * 1000, 0)
