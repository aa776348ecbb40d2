"""On which days a fair (chợ phiên) meets.

Most fairs of Cao Bằng meet on fixed lunar days in a closed five-day cycle (1, 6, 11 …); elsewhere they go by
weekday, by solar day, or by the branch of the day (two opposite branches make a fair every six days, which
moves back one weekday each week: chợ lùi). Leap months have fairs like any other month.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from typing import Literal

from guisach.domain.network.rules.lunar import LunarDate, branch, lunar

ScheduleKind = Literal["LUNAR_DAY_SET", "WEEKDAY", "ZODIAC_DAY_SET", "SOLAR_DAY_SET", "DATES", "UNKNOWN"]
MissingDayRule = Literal["SKIP", "LAST_DAY", "NEXT_DAY"]

_RANGES = {"LUNAR_DAY_SET": (1, 30), "WEEKDAY": (1, 7), "ZODIAC_DAY_SET": (0, 11), "SOLAR_DAY_SET": (1, 31)}
# No rule waits longer: "lunar day 30 or no fair" may meet three short months in a row, which is 118 days.
_LONGEST_WAIT_DAYS = 130


@dataclass(frozen=True, slots=True)
class Schedule:
    """How the days of one fair are reckoned.

    `days` are lunar or solar days of the month, ISO weekdays (1 Monday), branches (0 Tý … 11 Hợi), or ISO
    dates as text, after `kind`. `missing_day` says what a fair of day 30 does in a month that has none.
    """

    kind: ScheduleKind
    days: tuple[int | str, ...] = ()
    missing_day: MissingDayRule = "SKIP"


@dataclass(frozen=True, slots=True)
class FairDay:
    """A day on which the fair meets; `is_moved` when the month lacked its proper day."""

    on: date
    lunar: LunarDate
    is_moved: bool = False


def is_sound(schedule: Schedule) -> bool:
    """Tell whether the days fit the kind: within its range, at least one, none for UNKNOWN."""
    if schedule.kind == "UNKNOWN":
        return not schedule.days
    if schedule.kind == "DATES":
        return bool(schedule.days) and all(_as_date(day) is not None for day in schedule.days)
    low, high = _RANGES[schedule.kind]
    return bool(schedule.days) and all(isinstance(day, int) and low <= day <= high for day in schedule.days)


def fair_days(schedule: Schedule, start: date, end: date) -> list[FairDay]:
    """List the fair's days from `start` up to, not including, `end`."""
    return list(_days(schedule, start, end))


def next_fair_days(schedule: Schedule, on: date, count: int) -> list[FairDay]:
    """List the next `count` days of the fair, `on` itself included; fewer where no more are known."""
    wait = timedelta(days=_LONGEST_WAIT_DAYS * count)
    end = date.max if schedule.kind == "DATES" else on + wait
    return list(islice(_days(schedule, on, end), count))


def _days(schedule: Schedule, start: date, end: date) -> Iterator[FairDay]:
    if schedule.kind == "DATES":
        dates = {found for day in schedule.days if (found := _as_date(day))}
        yield from (FairDay(day, lunar(day)) for day in sorted(dates) if start <= day < end)
        return
    meets = _MEETS.get(schedule.kind)
    if meets is None or not schedule.days:
        return
    for offset in range((end - start).days):
        on = start + timedelta(days=offset)
        if (is_moved := meets(schedule, on)) is not None:
            yield FairDay(on, lunar(on), is_moved)


def _lunar_day(schedule: Schedule, on: date) -> bool | None:
    today = lunar(on)
    before = lunar(on - timedelta(days=1)).day if today.day == 1 else 0
    return _day_of_month(schedule, today.day, today.month_days, before)


def _solar_day(schedule: Schedule, on: date) -> bool | None:
    tomorrow, yesterday = on + timedelta(days=1), on - timedelta(days=1)
    month_days = on.day if tomorrow.day == 1 else 31
    return _day_of_month(schedule, on.day, month_days, yesterday.day if on.day == 1 else 0)


def _day_of_month(schedule: Schedule, day: int, month_days: int, month_days_before: int) -> bool | None:
    """Say None for no fair, False for a proper day, True for one that stands in for a missing day.

    `month_days` matters only on the month's last day, `month_days_before` (0 otherwise) only on day 1.
    """
    if day in schedule.days:
        return False
    longest = max(number for number in schedule.days if isinstance(number, int))
    if schedule.missing_day == "LAST_DAY" and day == month_days and longest > month_days:
        return True
    if schedule.missing_day == "NEXT_DAY" and 0 < month_days_before < longest:
        return True
    return None


def _weekday(schedule: Schedule, on: date) -> bool | None:
    return False if on.isoweekday() in schedule.days else None


def _zodiac_day(schedule: Schedule, on: date) -> bool | None:
    return False if branch(on) in schedule.days else None


_MEETS: dict[str, Callable[[Schedule, date], bool | None]] = {
    "LUNAR_DAY_SET": _lunar_day,
    "SOLAR_DAY_SET": _solar_day,
    "WEEKDAY": _weekday,
    "ZODIAC_DAY_SET": _zodiac_day,
}


def _as_date(day: int | str) -> date | None:
    try:
        return date.fromisoformat(day) if isinstance(day, str) else None
    except ValueError:
        return None
