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
    """One of the seven days from today on; without `stretches` it stays shut."""

    on: date
    name: str
    stretches: tuple[str, ...]
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
            tuple(stretch(one) for one in known if one.weekday == day.isoweekday()),
            is_today=day == today,
        )
        for day in days
    ]


def stretches(openings: Iterable[Opening]) -> str:
    """Write stretches of one day: ``7:30–11:00, 13:30–17:00``."""
    return ", ".join(stretch(one) for one in openings)


def stretch(one: Opening) -> str:
    """Write one stretch: ``7:30–11:00``."""
    return f"{clock(one.opens)}–{clock(one.closes)}"


def clock(at: time) -> str:
    """Write a time of day as people say it: ``7:30``."""
    return f"{at.hour}:{at:%M}"


def _closed(known: list[Opening], today: date, *, had_hours: bool) -> str:
    """Say when it opens next; `known` has at least one weekday, so one of the next seven days is it."""
    days = (today + timedelta(days=offset) for offset in range(1, 8))
    day, first = next((day, one) for day in days for one in known if one.weekday == day.isoweekday())
    when = _("tomorrow") if day == today + timedelta(days=1) else weekday_names()[day.weekday()]
    said = {"day": when, "time": clock(first.opens)}
    if had_hours:
        return _("Closed for today, opens at %(time)s %(day)s") % said
    return _("Not open today, opens at %(time)s %(day)s") % said
