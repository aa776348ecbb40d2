"""Fairs and the days on which they meet."""

from __future__ import annotations

from dataclasses import dataclass
from heapq import merge
from itertools import islice
from typing import TYPE_CHECKING, cast

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from guisach.domain.network.models import Commune, Fair, Place, ScheduleKind
from guisach.domain.network.queries.places import weekday_names
from guisach.domain.network.rules import fairs as rules
from guisach.domain.network.rules import lunar as lunar_rules
from guisach.domain.network.rules.fairs import Schedule
from guisach.domain.network.rules.lunar import CHI, LunarDate
from guisach.domain.network.rules.places import distance_km
from guisach.kernel.text import collation_key

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date


@dataclass(frozen=True, slots=True)
class FairDate:
    """A fair on one of its days; `is_moved` when the month lacked its proper day."""

    on: date
    lunar: LunarDate
    fair: Fair
    is_moved: bool = False

    @property
    def lunar_text(self) -> str:
        """The lunar day for people: ``15 tháng Mười âm``."""
        return lunar_text(self.on)


@dataclass(frozen=True, slots=True)
class NearFair:
    """A fair and how far it is as the crow flies; 0 within the commune."""

    fair: Fair
    distance_km: float


def lunar_text(on: date, *, is_long: bool = False) -> str:
    """Write the lunar day of a date in the language in force: ``15 tháng Mười âm``."""
    return lunar_rules.text(lunar_rules.lunar(on), language=get_language() or "vi", is_long=is_long)


def fair(code: str) -> Fair | None:
    """Find a fair by its code, with its commune."""
    return Fair.objects.select_related("commune").filter(pk=code).first()


def fairs(commune: str | None = None) -> list[Fair]:
    """List the fairs, of one commune or of all, with their communes, by name."""
    found = Fair.objects.select_related("commune")
    if commune is not None:
        found = found.filter(commune_id=commune)
    return sorted(found, key=lambda one: (collation_key(one.name), one.pk))


def fairs_near(place: Place, within_km: float) -> list[NearFair]:
    """List the fairs of the place's own commune and those within the distance, nearest first.

    Where a fair or the place has no coordinates of its own, those of its commune's seat stand in.
    """
    here = _position(place, place.commune)
    found = []
    for one in fairs():
        if one.commune_id == place.commune_id:
            found.append(NearFair(one, 0.0))
        elif here and (there := _position(one, one.commune)):
            distance = distance_km(*here, *there)
            if distance <= within_km:
                found.append(NearFair(one, distance))
    return sorted(found, key=lambda near: near.distance_km)  # stable: equals stay in order of name


def schedule_of(fair: Fair) -> Schedule:
    """Give the fair's rule in the form in which it is reckoned."""
    return Schedule(
        cast("rules.ScheduleKind", fair.schedule_kind),
        tuple(fair.days),
        cast("rules.MissingDayRule", fair.missing_day_rule),
    )


def schedule_text(fair: Fair) -> str:
    """Write the fair's rule for people, in the language in force: ``ngày 3, 8, 13, 18, 23, 28 âm lịch``."""
    days = [str(day) for day in fair.days]
    match fair.schedule_kind:
        case ScheduleKind.LUNAR_DAY_SET:
            return _("lunar days %(days)s") % {"days": ", ".join(days)}
        case ScheduleKind.SOLAR_DAY_SET:
            return _("days %(days)s of the month") % {"days": ", ".join(days)}
        case ScheduleKind.ZODIAC_DAY_SET:
            return _("days of %(branches)s") % {"branches": ", ".join(CHI[int(day)] for day in days)}
        case ScheduleKind.WEEKDAY:
            names = weekday_names()
            return _("every %(weekdays)s") % {"weekdays": ", ".join(names[int(day) - 1] for day in days)}
        case ScheduleKind.DATES:
            written = [f"{day[8:10]}/{day[5:7]}/{day[:4]}" for day in sorted(days)]
            return _("on %(dates)s") % {"dates": ", ".join(written)}
        case _unknown:
            return _("days not established")


def next_days_of(fair: Fair, on: date, count: int) -> list[FairDate]:
    """List the fair's next days, `on` itself included."""
    found = rules.next_fair_days(schedule_of(fair), on, count)
    return [FairDate(day.on, day.lunar, fair, day.is_moved) for day in found]


def next_fair_days(place: Place, on: date, count: int) -> list[FairDate]:
    """List the next fair days in the place's commune, of all its fairs together, in order of date."""
    each = (next_days_of(one, on, count) for one in fairs(place.commune_id))
    return list(islice(merge(*each, key=lambda day: day.on), count))


def fair_calendar(start: date, end: date, among: Iterable[Fair] | None = None) -> list[FairDate]:
    """List every fair day from `start` up to, not including, `end`, in order of date and name."""
    found = [
        FairDate(day.on, day.lunar, one, day.is_moved)
        for one in (fairs() if among is None else among)
        for day in rules.fair_days(schedule_of(one), start, end)
    ]
    return sorted(found, key=lambda day: day.on)


def _position(thing: Place | Fair, commune: Commune | None) -> tuple[float, float] | None:
    for one in (thing, commune):
        if one is not None and one.lat is not None and one.lon is not None:
            return one.lat, one.lon
    return None
