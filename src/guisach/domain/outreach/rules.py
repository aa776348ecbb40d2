"""The log of a trip, without a database: lines are only added, of a field of its head the later holds (SYNC row 24)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

import msgspec

from guisach.domain.journal.rules.history import CaseDraft

if TYPE_CHECKING:
    from collections.abc import Iterable

    from guisach.domain.journal.rules.history import Entry

KM_MAX = 5_000_000
TEXT_LENGTH_MAX = 80
SORTS = frozenset({"STOP", "ROAD", "FUEL", "OTHER"})
ODOMETER = ("odometer_start", "odometer_end")


class TripNoteBody(msgspec.Struct, frozen=True):
    """A line of the log; what it says is in the private part, for it may name people."""

    trip: UUID
    sort: str = "OTHER"


class TripNotePrivate(msgspec.Struct, frozen=True):
    """What was written."""

    text: str = ""


class TripHeaderBody(msgspec.Struct, frozen=True):
    """Fields of the head; what is empty or absent is not touched. The odometer is in kilometres.

    Who drove is whoever wrote it; no name stands here.
    """

    trip: UUID
    day: date | None = None
    vehicle: str = ""
    odometer_start: int | None = None
    odometer_end: int | None = None


HEAD = ("day", "vehicle", *ODOMETER)


@dataclass(slots=True)
class TripState:
    """Everything that the log says of one trip."""

    head: dict[str, Any] = field(default_factory=dict)
    set_by: dict[str, Entry] = field(default_factory=dict)
    notes: int = 0
    begun_at: datetime | None = None
    outcomes: dict[UUID, str] = field(default_factory=dict)
    cases: list[CaseDraft] = field(default_factory=list)


def fold_trip(entries: Iterable[Entry]) -> TripState:
    """Go through a trip's history in order. Two devices that read the odometer differently are for a person."""
    state = TripState()
    for entry in entries:
        state.begun_at = state.begun_at or entry.eff_at
        if entry.kind == "trip_note":
            state.notes += 1
            state.outcomes[entry.op] = "LOGGED"
            continue
        state.outcomes[entry.op] = "UPDATED"
        for name in HEAD:
            value = getattr(entry.body, name)
            if value in {None, ""}:
                continue
            before = state.set_by.get(name)
            differs = before is not None and state.head[name] != value and before.dev != entry.dev
            if before is not None and differs and name in ODOMETER:
                draft = CaseDraft("odometer_differs", (before.op, entry.op), entry.place, entry.eff_at)
                state.cases += [draft] if draft not in state.cases else []
            state.head[name], state.set_by[name] = value, entry
    return state


def trip_subject(body: TripNoteBody | TripHeaderBody, _private: Any, _place: str, _eff_at: datetime) -> str:
    """Return the trip's id; raises ValueError where it cannot be understood."""
    if isinstance(body, TripNoteBody):
        is_sound = body.sort in SORTS
    else:
        readings = [value for name in ODOMETER if (value := getattr(body, name)) is not None]
        is_sound = all(0 <= value <= KM_MAX for value in readings)
        is_sound &= len(body.vehicle) <= TEXT_LENGTH_MAX and (not body.vehicle or body.vehicle.isprintable())
    if not is_sound:
        raise ValueError(body)
    return str(body.trip)
