"""The province, its communes, and the places where readers meet books."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils.translation import gettext as _

from guisach.domain.network.models import (
    Commune,
    MinimumCondition,
    OpeningHours,
    Place,
    PlaceKind,
    Province,
)
from guisach.domain.network.rules import hours as hours_rules
from guisach.domain.network.rules import places as rules
from guisach.domain.network.rules.hours import Opening
from guisach.domain.network.rules.places import Minimum, PlaceFacts, Shortfall
from guisach.kernel.text import collation_key

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import date, time

    from django.utils.functional import _StrOrPromise


def province() -> Province | None:
    """Give the province that this hub runs, or None before any was loaded."""
    return Province.objects.order_by("code").first()


def commune(code: str) -> Commune | None:
    """Find a commune by its code, ended or not."""
    return Commune.objects.filter(pk=code).first()


def communes(on: date | None = None) -> list[Commune]:
    """List the communes that exist that day (all without a day), with coordinates, by code."""
    found = Commune.objects.order_by("code")
    return list(found.filter(_valid("valid_from", "valid_to", on)) if on else found)


def place(code: str) -> Place | None:
    """Find a place by its code, with its commune, in service or not."""
    return Place.objects.select_related("commune").filter(pk=code).first()


def places(
    *,
    commune: str | None = None,
    kinds: Collection[str] | None = None,
    codes: Collection[str] | None = None,
    on: date | None = None,
) -> list[Place]:
    """List places with their communes, by commune and name; `on` keeps those in service that day."""
    found = Place.objects.select_related("commune")
    if commune is not None:
        found = found.filter(commune_id=commune)
    if kinds is not None:
        found = found.filter(kind__in=kinds)
    if codes is not None:
        found = found.filter(pk__in=codes)
    if on is not None:
        found = found.filter(_valid("active_from", "active_to", on))
    return sorted(found, key=lambda one: (one.commune_id, collation_key(one.name), one.pk))


def place_codes_of(commune: str) -> list[str]:
    """Return the codes of a commune's places, in service or not."""
    return list(Place.objects.filter(commune_id=commune).order_by("pk").values_list("pk", flat=True))


def places_by_code(codes: Iterable[str]) -> dict[str, Place]:
    """Find several places at once; codes that name none are left out."""
    found = Place.objects.select_related("commune").filter(pk__in=set(codes))
    return {one.pk: one for one in found}


def openings_of(place_code: str) -> list[Opening]:
    """List a place's stretches of opening in order of time."""
    return openings_by_place([place_code]).get(place_code, [])


def openings_by_place(codes: Collection[str]) -> dict[str, list[Opening]]:
    """List the stretches of opening of several places in one query; a place without any is left out."""
    found: dict[str, list[Opening]] = {}
    rows = OpeningHours.objects.filter(place_id__in=codes).order_by("place_id", "weekday", "opens")
    for code, weekday, opens, closes in rows.values_list("place_id", "weekday", "opens", "closes"):
        found.setdefault(code, []).append(Opening(weekday, opens, closes))
    return found


def open_weekdays(place_code: str) -> frozenset[int]:
    """Give the ISO weekdays on which a place opens: empty where none are recorded."""
    rows = OpeningHours.objects.filter(place_id=place_code).values_list("weekday", flat=True)
    return frozenset(rows)


@dataclass(frozen=True, slots=True)
class HoursLine:
    """One line of a door sign: ``Thứ Hai – Thứ Sáu`` and its stretches, with `text` for both together."""

    days: str
    stretches: tuple[tuple[time, time], ...]

    @property
    def hours(self) -> str:
        """The stretches in words: ``07:30–11:00, 13:30–17:00``."""
        return ", ".join(f"{opens:%H:%M}–{closes:%H:%M}" for opens, closes in self.stretches)

    @property
    def text(self) -> str:
        """The whole line."""
        return f"{self.days}: {self.hours}"


def place_kind_names() -> list[tuple[str, _StrOrPromise]]:
    """Name the kinds of place, for forms."""
    return list(PlaceKind.choices)


def weekday_names() -> list[str]:
    """Name the days of the week from Monday, in the language in force."""
    return [
        _("Monday"),
        _("Tuesday"),
        _("Wednesday"),
        _("Thursday"),
        _("Friday"),
        _("Saturday"),
        _("Sunday"),
    ]


def hours_lines(openings: Iterable[Opening]) -> list[HoursLine]:
    """Turn stretches of opening into lines for people, in the language in force."""
    names = weekday_names()
    found = []
    for line in hours_rules.lines(openings):
        first, last = names[line.first - 1], names[line.last - 1]
        found.append(HoursLine(first if first == last else f"{first} – {last}", line.stretches))
    return found


def opening_hours(place_code: str) -> list[HoursLine]:
    """Give a place's door sign."""
    return hours_lines(openings_of(place_code))


def minimum_conditions() -> dict[str, MinimumCondition]:
    """Give the minimum conditions by kind of place; a kind that is not in it has none."""
    return {one.kind: one for one in MinimumCondition.objects.all()}


def shortfalls(place: Place, minimum: MinimumCondition | None, copies: int, titles: int) -> list[Shortfall]:
    """Compare a place with the minimum of its kind; the holdings come from the catalogue."""
    if minimum is None:
        return []
    facts = PlaceFacts(copies, titles, place.periodicals, place.area_m2)
    needs = Minimum(minimum.copies, minimum.titles, minimum.periodicals, minimum.area_m2)
    return rules.shortfalls(facts, needs)


def _valid(begins: str, ends: str, on: date) -> Q:
    """Keep what has begun and not ended that day; a missing date is open on its side."""
    begun = Q(**{f"{begins}__isnull": True}) | Q(**{f"{begins}__lte": on})
    return begun & (Q(**{f"{ends}__isnull": True}) | Q(**{f"{ends}__gt": on}))
