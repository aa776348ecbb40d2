"""When a place serves: its days of the week, and the days on which it is closed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Q

from guisach.domain.network.models import Closure, Place

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from django.db.models import QuerySet


@dataclass(frozen=True, slots=True)
class Service:
    """How a place serves, as far as due dates need it. `open_weekdays` (ISO 1-7) is empty where none are recorded."""

    place: str
    kind: str
    commune: str
    open_weekdays: frozenset[int]


class ClosureView(NamedTuple):
    """A stretch of days, both included, on which there is no service; empty place and commune: nowhere."""

    id: int
    place: str
    commune: str
    first_on: date
    last_on: date
    reason: str


def service_of(place_code: str) -> Service | None:
    """Return how a place serves, or None; one query."""
    rows = Place.objects.filter(pk=place_code).values_list("kind", "commune_id", "opening_hours__weekday")
    found = list(rows)
    if not found:
        return None
    kind, commune, _weekday = found[0]
    return Service(place_code, kind, commune, frozenset(weekday for _, _, weekday in found if weekday))


def place_kinds(codes: Collection[str]) -> dict[str, str]:
    """Return the kinds of places by their codes; one query."""
    return dict(Place.objects.filter(pk__in=set(codes)).values_list("pk", "kind"))


def closures_of(service: Service, since: date) -> list[ClosureView]:
    """Return the stretches that end on or after the day and concern the place, in order."""
    everywhere = Q(place__isnull=True, commune__isnull=True)
    found = Closure.objects.filter(everywhere | Q(place=service.place) | Q(commune=service.commune))
    return _views(found.filter(last_on__gte=since))


def closures(since: date) -> list[ClosureView]:
    """Return every stretch that ends on or after the day, in order."""
    return _views(Closure.objects.filter(last_on__gte=since))


def _views(found: QuerySet[Closure]) -> list[ClosureView]:
    rows = found.order_by("first_on", "pk")
    return [
        ClosureView(pk, place or "", commune or "", first, last, reason)
        for pk, place, commune, first, last, reason in rows.values_list(
            "pk", "place_id", "commune_id", "first_on", "last_on", "reason"
        )
    ]
