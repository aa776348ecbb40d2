"""Events of places, and how many came."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from guisach.domain.activities.models import Attendance, Event

if TYPE_CHECKING:
    from collections.abc import Collection

    from django.db.models import QuerySet

LISTED_MAX = 100
COUNTED_AFTER_DAYS = 7  # who came may be written down some days later


@dataclass(frozen=True, slots=True)
class EventView:
    """An event of a place; `whom` is a reader group, empty for everybody."""

    id: UUID
    place: str
    name: str
    on: date
    sort: str
    whom: str
    is_off: bool


def event(id_: UUID) -> EventView | None:
    """Return an event; None where there is none."""
    return next(iter(_views(Event.objects.filter(pk=id_))), None)


def coming_events(place: str, today: date) -> list[EventView]:
    """Return what a place has planned for today and later, by day; at most a hundred."""
    return _views(Event.objects.filter(place=place, on__gte=today).order_by("on", "pk"))


def past_events(place: str, today: date, *, since: date) -> list[EventView]:
    """Return what a place did from a day on, the latest first; at most a hundred."""
    return _views(Event.objects.filter(place=place, on__lt=today, on__gte=since).order_by("-on", "pk"))


def events_to_count(place: str, today: date) -> list[EventView]:
    """Return the events whose attendance may still be counted, by day: the coming ones and those of the last week."""
    since = today - timedelta(days=COUNTED_AFTER_DAYS)
    return _views(Event.objects.filter(place=place, on__gte=since, is_off=False).order_by("on", "pk"))


def _views(rows: QuerySet[Event]) -> list[EventView]:
    names = ("pk", "place", "name", "on", "sort", "whom", "is_off")
    return [EventView(*row) for row in rows.values_list(*names)[:LISTED_MAX]]


def attendance_of(events: Collection[UUID]) -> dict[UUID, dict[str, int]]:
    """Return how many came by group; under the empty group, how many are known by name. One query."""
    found: dict[UUID, dict[str, int]] = {}
    for row in Attendance.objects.filter(event__in=list(events)):
        found.setdefault(row.event, {})[row.group] = row.count
    return found
