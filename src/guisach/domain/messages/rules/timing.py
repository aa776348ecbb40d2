"""When a message may go: not at night, not too many a day, not again too soon."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

from guisach.kernel.clock import LOCAL

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

LEASE = timedelta(minutes=10)  # a sender gives up after a minute at most; whoever is silent for so long is dead
RETRY_AFTER = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 360, 720, 1440))
ATTEMPTS_MAX = len(RETRY_AFTER) + 1  # then it is a person's turn, two days after the first
CLOSED_DAYS_MAX = 400  # no closure is longer than a year; a look further ahead finds only mistakes


@dataclass(frozen=True, slots=True)
class Manners:
    """How a province treats its readers' telephones. Times are Vietnam's."""

    quiet_from: time = time(21)
    quiet_until: time = time(7)
    a_day_max: int = 2  # messages that a reader gets in a day, codes for signing in aside

    @property
    def has_quiet(self) -> bool:
        """Whether there are quiet hours at all."""
        return self.quiet_from != self.quiet_until

    def is_quiet(self, at: datetime) -> bool:
        """Tell whether the instant lies in the quiet hours, which may run over midnight."""
        now = at.astimezone(LOCAL).time()
        if self.quiet_from <= self.quiet_until:
            return self.quiet_from <= now < self.quiet_until
        return now >= self.quiet_from or now < self.quiet_until

    def morning_of(self, on: date) -> datetime:
        """Return the instant from which one may send on a day."""
        return datetime.combine(on, self.quiet_until if self.has_quiet else time(), tzinfo=LOCAL).astimezone(UTC)

    def not_quiet(self, at: datetime) -> datetime:
        """Return the instant itself, or the end of the quiet hours in which it lies."""
        if not self.is_quiet(at):
            return at
        here = at.astimezone(LOCAL)
        is_evening = here.time() >= self.quiet_until
        return self.morning_of(here.date() + timedelta(days=1) if is_evening else here.date())


def first_open_day(on: date, closed: Iterable[tuple[date, date]]) -> date:
    """Return the day itself, or the first day after it on which no closure lies."""
    stretches = list(closed)
    for days in range(CLOSED_DAYS_MAX):
        day = on + timedelta(days=days)
        if not any(first <= day <= last for first, last in stretches):
            return day
    return on + timedelta(days=CLOSED_DAYS_MAX)


def retry_at(now: datetime, attempts: int, asked_for: timedelta | None = None) -> datetime | None:
    """Return when to try again after so many attempts, not before the other side asked for; None: no more."""
    if attempts >= ATTEMPTS_MAX:
        return None
    wait = RETRY_AFTER[max(attempts, 1) - 1]
    return now + max(wait, min(asked_for or wait, RETRY_AFTER[-1]))
