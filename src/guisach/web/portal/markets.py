"""Fair days (chợ phiên) as readers ask for them: by day, near me, with the lunar date people live by."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from guisach.domain.network.queries import fair_calendar, lunar_text, next_days_of
from guisach.domain.network.queries.places import weekday_names
from guisach.web.portal import words
from guisach.web.portal.doors import clock

if TYPE_CHECKING:
    from collections.abc import Iterable

    from guisach.domain.network.models import Commune, Fair
    from guisach.domain.network.queries import FairDate, NearFair

# How sure a fair's days are (`Fair.confidence`): a low one comes from a single source that others contradict.
_UNSURE: Final = "LOW"
UNKNOWN: Final = "UNKNOWN"


@dataclass(frozen=True, slots=True)
class Market:
    """A fair on one of its days."""

    name: str
    commune: Commune | None
    hours: str
    distance: str
    is_own: bool
    is_moved: bool
    is_unsure: bool


@dataclass(frozen=True, slots=True)
class MarketDay:
    """A day with the fairs that meet on it; `name` is today, tomorrow or the weekday."""

    on: date
    name: str
    lunar: str
    markets: list[Market]
    is_today: bool

    @property
    def short(self) -> str:
        """The solar date as people say it: ``22/11``."""
        return f"{self.on.day}/{self.on.month}"


@dataclass(frozen=True, slots=True)
class Unsettled:
    """A fair of which nobody has said yet on what days it meets."""

    name: str
    commune: Commune | None


def calendar(fairs: Iterable[Fair], today: date, days: int, near: Commune | None) -> list[MarketDay]:
    """List the days from today on on which a fair meets; the reader's own commune first on each."""
    return by_day(fair_calendar(today, today + timedelta(days=days), fairs), today, near)


def by_day(found: Iterable[FairDate], today: date, near: Commune | None, away: dict[str, str] | None = None) -> list[MarketDay]:
    """Gather fair days, which come in order of date, by day; `away` says how far a fair is, by its code."""
    days = []
    for on, of_day in groupby(found, key=lambda one: one.on):
        markets = [_market(one, near, away or {}) for one in of_day]
        markets.sort(key=lambda market: not market.is_own)
        days.append(MarketDay(on, day_name(on, today), lunar_text(on), markets, is_today=on == today))
    return days


def unsettled(fairs: Iterable[Fair]) -> list[Unsettled]:
    """List the fairs whose days are not established; they are said, not hidden."""
    return [Unsettled(fair.name, fair.commune) for fair in fairs if fair.schedule_kind == UNKNOWN]


def near_days(nearby: list[NearFair], today: date, count: int, commune: Commune) -> list[MarketDay]:
    """List the next days of the fairs around a place, soonest first, with how far each fair is."""
    away = {one.fair.pk: words.distance(one.distance_km) for one in nearby if one.distance_km}
    each = [next_days_of(one.fair, today, count) for one in nearby]
    found = sorted((day for days in each for day in days), key=lambda day: (day.on, day.fair.name))
    return by_day(found[:count], today, commune, away)


def day_name(on: date, today: date) -> str:
    """Say today, tomorrow, or the weekday."""
    if on == today:
        return _("Today")
    return _("Tomorrow") if on == today + timedelta(days=1) else weekday_names()[on.weekday()]


def _market(one: FairDate, near: Commune | None, away: dict[str, str]) -> Market:
    fair = one.fair
    hours = f"{clock(fair.opens)}–{clock(fair.closes)}" if fair.opens and fair.closes else ""
    return Market(
        name=fair.name,
        commune=fair.commune,
        hours=hours,
        distance=away.get(fair.pk, ""),
        is_own=near is not None and fair.commune_id == near.pk,
        is_moved=one.is_moved,
        is_unsure=fair.confidence == _UNSURE,
    )
