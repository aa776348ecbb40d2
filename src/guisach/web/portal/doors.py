"""Opening hours as a reader asks for them: is it open, and if not, when?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Literal

from django.utils.translation import gettext as _

from guisach.domain.network.queries.places import weekday_names

if TYPE_CHECKING:
    from collections.abc import Iterable

    from guisach.domain.network.rules.hours import Opening

State = Literal["open", "later", "closed", "unknown"]


@dataclass(frozen=True, slots=True)
class Door:
    """A door at one moment: `text` answers at once, `hours` are today's (empty where it stays shut)."""

    state: State
    text: str
    hours: str = ""


@dataclass(frozen=True, slots=True)
class WeekDay:
    """One of the seven days from today on; `hours` is empty where it stays shut."""

    on: date
    name: str
    hours: str
    is_today: bool


def door(openings: Iterable[Opening], now: datetime) -> Door:
    """Say whether a place is open at a local moment and, if not, when it opens next."""
    known = sorted(openings)
    if not known:
        return Door("unknown", _("Ask there when it opens"))
    today = [one for one in known if one.weekday == now.isoweekday()]
    hours = stretches(today)
    for one in today:
        if one.opens <= now.time() < one.closes:
            return Door("open", _("Open now, until %(time)s") % {"time": clock(one.closes)}, hours)
    later = next((one for one in today if one.opens > now.time()), None)
    if later is None:
        return Door("closed", _closed(known, now.date(), had_hours=bool(today)), hours)
    if later is today[0]:
        return Door("later", _("Open today %(hours)s") % {"hours": hours}, hours)
    return Door("later", _("Opens again at %(time)s") % {"time": clock(later.opens)}, hours)


def week(openings: Iterable[Opening], today: date) -> list[WeekDay]:
    """List the seven days from today on with their hours; nothing where none are known."""
    known = sorted(openings)
    names = weekday_names()
    if not known:
        return []
    days = [today + timedelta(days=offset) for offset in range(7)]
    return [
        WeekDay(
            day,
            names[day.weekday()],
            stretches(one for one in known if one.weekday == day.isoweekday()),
            is_today=day == today,
        )
        for day in days
    ]


def stretches(openings: Iterable[Opening]) -> str:
    """Write stretches of one day: ``7:30–11:00, 13:30–17:00``."""
    return ", ".join(f"{clock(one.opens)}–{clock(one.closes)}" for one in openings)


def clock(at: time) -> str:
    """Write a time of day as people say it: ``7:30``."""
    return f"{at.hour}:{at:%M}"


def _closed(known: list[Opening], today: date, *, had_hours: bool) -> str:
    for offset in range(1, 8):
        day = today + timedelta(days=offset)
        first = next((one for one in known if one.weekday == day.isoweekday()), None)
        if first is not None:
            when = _("tomorrow") if offset == 1 else weekday_names()[day.weekday()]
            said = {"day": when, "time": clock(first.opens)}
            if had_hours:
                return _("Closed for today, opens %(day)s at %(time)s") % said
            return _("Not open today, opens %(day)s at %(time)s") % said
    raise AssertionError("a week has every weekday")  # known is never empty here
