"""Events of places, and how many came."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from guisach.domain.activities.models import Attendance, Event

if TYPE_CHECKING:
    from collections.abc import Collection

LISTED_MAX = 100
COUNTED_AFTER_DAYS = 7  # who came may be written down some days later


@dataclass(frozen=True, slots=True)
class EventView:
    """An event of a place."""

    id: UUID
    name: str
    on: date


def events_to_count(place: str, today: date) -> list[EventView]:
    """Return the events whose attendance may still be counted, by day: the coming ones and those of the last week."""
    since = today - timedelta(days=COUNTED_AFTER_DAYS)
    rows = Event.objects.filter(place=place, on__gte=since).order_by("on", "pk").values_list("pk", "name", "on")
    return [EventView(*row) for row in rows[:LISTED_MAX]]


def attendance_of(events: Collection[UUID]) -> dict[UUID, dict[str, int]]:
    """Return how many came by group; under the empty group, how many are known by name. One query."""
    found: dict[UUID, dict[str, int]] = {}
    for row in Attendance.objects.filter(event__in=list(events)):
        found.setdefault(row.event, {})[row.group] = row.count
    return found
