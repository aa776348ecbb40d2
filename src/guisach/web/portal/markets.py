"""Fair days (chợ phiên) as readers ask for them: by day, near me, with the lunar date people live by."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from guisach.domain.network.queries import fair_calendar, lunar_text, next_days_of, schedule_text
from guisach.domain.network.queries.places import weekday_names
from guisach.web.portal import spots, words
from guisach.web.portal.doors import clock

if TYPE_CHECKING:
    from collections.abc import Iterable

    from guisach.domain.network.models import Commune, Fair
    from guisach.domain.network.queries import FairDate, NearFair

# How sure a fair's days are (`Fair.confidence`): a low one comes from a single source that others contradict.
_UNSURE: Final = "LOW"
UNKNOWN: Final = "UNKNOWN"


@dataclass(frozen=True, slots=True)
class Market(words.Away):
    """A fair on one of its days."""

    name: str
    commune: Commune | None
    hours: str
    km: float | None
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
class ComingFair:
    """A fair with its rule in words and its next days."""

    market: Market
    rule: str
    days: list[MarketDay]


@dataclass(frozen=True, slots=True)
class Unsettled:
    """A fair of which nobody has said yet on what days it meets."""

    name: str
    commune: Commune | None


def calendar(fairs: Iterable[Fair], today: date, days: int, near: Commune | None) -> list[MarketDay]:
    """List the days from today on on which a fair meets; the reader's own commune first on each, then the nearest."""
    known = list(fairs)
    away = {fair.pk: spots.km_from(near, fair) for fair in known}
    found = []
    for on, of_day in groupby(fair_calendar(today, today + timedelta(days=days), known), key=lambda one: one.on):
        markets = [_market(one, away[one.fair.pk]) for one in of_day]
        markets.sort(key=lambda market: (market.km is None, market.km or 0.0))
        found.append(MarketDay(on, day_name(on, today), lunar_text(on), markets, is_today=on == today))
    return found


def within(fairs: Iterable[Fair], near: Commune | None, km: float) -> list[Fair]:
    """Keep the fairs within a distance of the reader's commune; nothing without one."""
    seen = ((fair, spots.km_from(near, fair)) for fair in fairs)
    return [fair for fair, away in seen if away is not None and away <= km]


def coming(nearby: Iterable[NearFair], today: date, count: int) -> list[ComingFair]:
    """Give each fair with its rule and its next days; one whose days are not established has none, and says so."""
    found = []
    for one in nearby:
        days = [
            MarketDay(day.on, day_name(day.on, today), day.lunar_text, [], is_today=day.on == today)
            for day in next_days_of(one.fair, today, count)
        ]
        rule = schedule_text(one.fair)
        found.append(ComingFair(_market_of(one.fair, one.distance_km, is_moved=False), rule, days))
    return found


def unsettled(fairs: Iterable[Fair]) -> list[Unsettled]:
    """List the fairs whose days are not established; they are said, not hidden."""
    return [Unsettled(fair.name, fair.commune) for fair in fairs if fair.schedule_kind == UNKNOWN]


def day_name(on: date, today: date) -> str:
    """Say today, tomorrow, or the weekday."""
    if on == today:
        return _("Today")
    return _("Tomorrow") if on == today + timedelta(days=1) else weekday_names()[on.weekday()]


def _market(one: FairDate, km: float | None) -> Market:
    return _market_of(one.fair, km, is_moved=one.is_moved)


def _market_of(fair: Fair, km: float | None, *, is_moved: bool) -> Market:
    return Market(
        name=fair.name,
        commune=fair.commune,
        hours=f"{clock(fair.opens)}–{clock(fair.closes)}" if fair.opens and fair.closes else "",
        km=km,
        is_moved=is_moved,
        is_unsure=fair.confidence == _UNSURE,
    )
