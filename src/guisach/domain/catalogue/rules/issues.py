"""Which issues of a periodical should have come by a day, which of them did not, and what number comes next.

Everything rests on the dates of subscription and on what has arrived; nothing here is stored.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

_STEP_MONTHS: Final = {"MONTHLY": 1, "QUARTERLY": 3}
_STEP_DAYS: Final = {"WEEKLY": 7, "FORTNIGHTLY": 14}

TOLERANCE_DAYS: Final = {"DAILY": 0, "WEEKLY": 3, "FORTNIGHTLY": 6, "MONTHLY": 13, "QUARTERLY": 40}
"""By how many days an issue may bear another date than expected and still be that one: under half the interval."""

PATIENCE_DAYS: Final = {"DAILY": 3, "WEEKLY": 7, "FORTNIGHTLY": 10, "MONTHLY": 15, "QUARTERLY": 30}
"""After how many days an issue that has not come is worth a complaint; post to a mountain commune takes some."""

REACH_DAYS: Final = {"DAILY": 30, "WEEKLY": 90, "FORTNIGHTLY": 120, "MONTHLY": 200, "QUARTERLY": 400}
"""How far back anybody still asks for an issue that did not come."""

_NUMBER: Final = re.compile(r"([0-9]{1,7})(?:(-)([0-9]{1,7}))?(?:/([0-9]{4}))?")


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How a periodical comes out. `weekdays` are ISO days (1 is Monday), for dailies and weeklies; empty is any."""

    frequency: str
    active_from: date
    active_to: date | None = None  # the first day on which it no longer comes
    weekdays: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Expected:
    """An issue that should come: the day on it, and its number where that can be worked out."""

    on: date
    number: str = ""


def expected_days(rhythm: Rhythm, since: date, until: date) -> list[date]:
    """List the days from `since` to `until`, both included, whose issue should come."""
    first = max(since, rhythm.active_from)
    last = until if rhythm.active_to is None else min(until, rhythm.active_to - timedelta(days=1))
    if first > last:
        return []
    if rhythm.frequency == "DAILY" or (rhythm.frequency == "WEEKLY" and rhythm.weekdays):
        days = (first + timedelta(days=n) for n in range((last - first).days + 1))
        return [day for day in days if not rhythm.weekdays or day.isoweekday() in rhythm.weekdays]
    if step := _STEP_DAYS.get(rhythm.frequency):
        late = (first - rhythm.active_from).days % step
        start = first + timedelta(days=(step - late) % step)
        return [start + timedelta(days=n) for n in range(0, (last - start).days + 1, step)]
    if months := _STEP_MONTHS.get(rhythm.frequency):
        return list(_monthly(rhythm.active_from, months, first, last))
    return []


def _monthly(begin: date, step: int, first: date, last: date) -> Iterator[date]:
    """Yield the same day of every (third) month; the last of a month that is too short for it."""
    month = begin.year * 12 + begin.month - 1
    skipped = max((first.year * 12 + first.month - 1 - month) // step, 0)
    month += skipped * step
    while month // 12 < last.year + 1:
        year, of_year = month // 12, month % 12 + 1
        day = date(year, of_year, min(begin.day, calendar.monthrange(year, of_year)[1]))
        if day > last:
            return
        if day >= first:
            yield day
        month += step


def unmatched(days: Sequence[date], came: Collection[date], tolerance_days: int) -> list[date]:
    """Return the expected days for which no issue is there; each issue answers for one day at most.

    Both are taken in order, so an issue that is dated a little off answers for the earliest day that it may.
    """
    there = sorted(came)
    found: list[date] = []
    at = 0
    for day in sorted(days):
        while at < len(there) and (day - there[at]).days > tolerance_days:
            at += 1
        if at < len(there) and (there[at] - day).days <= tolerance_days:
            at += 1
        else:
            found.append(day)
    return found


def following(number: str, last_on: date, steps: int, on: date) -> str:
    """Return the number that comes `steps` issues after this one; empty where it cannot be worked out.

    Understood are numbers that run on (25431) and numbers within a year (11/2026, beginning with 1 anew); of a
    double number (12-13) the second counts.

    >>> following("25431", date(2026, 11, 20), 1, date(2026, 11, 21))
    '25432'
    >>> following("52/2026", date(2026, 12, 30), 1, date(2027, 1, 6))
    '1/2027'
    """
    match = _NUMBER.fullmatch(number.strip())
    if match is None or steps < 0:
        return ""
    last = int(match[3] or match[1])
    if match[4] is None:
        return str(last + steps)
    year = int(match[4])
    if on.year == year:
        return f"{last + steps}/{year}"
    # How many of the steps fall into the new year is only sure when it is the very next issue.
    return f"1/{on.year}" if steps == 1 and on.year == year + 1 and last_on.year == year else ""


def expected_issues(rhythm: Rhythm, came: Sequence[tuple[date, str]], since: date, until: date) -> list[Expected]:
    """List what should have come in these days and did not, the earliest first, with numbers where they are known.

    `came` are the day and number of the issues that are there (or given up), in any order.
    """
    tolerance = TOLERANCE_DAYS.get(rhythm.frequency, 0)
    reach = since - timedelta(days=tolerance)
    missing = unmatched(expected_days(rhythm, since, until), [day for day, _ in came if day >= reach], tolerance)
    return [Expected(day, _number_on(rhythm, came, day)) for day in missing]


def _number_on(rhythm: Rhythm, came: Sequence[tuple[date, str]], day: date) -> str:
    before = [(on, number) for on, number in came if on < day and number]
    if not before:
        return ""
    on, number = max(before)
    steps = len(expected_days(rhythm, on + timedelta(days=1), day))
    return following(number, on, steps, day)


def is_late(frequency: str, on: date, today: date) -> bool:
    """Tell whether an issue of that day, which has not come, is worth a complaint."""
    return (today - on).days > PATIENCE_DAYS.get(frequency, 0)
