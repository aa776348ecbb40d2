"""Events and attendance without a database: what stands in the log, and what it comes to (SYNC row 22)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

import msgspec

from guisach.domain.readers.rules.joining import GROUPS
from guisach.kernel.text import nfc

if TYPE_CHECKING:
    from collections.abc import Iterable

    from guisach.domain.journal.rules.history import Entry

NAME_LENGTH_MAX = 120
COUNT_MAX = 10_000  # more people than this at one event is a slip of the finger
SORTS = ("STORIES", "READING", "FILM", "CONTEST", "TALK", "CRAFT", "DISPLAY", "OTHER")
"""What places do for their readers; an event of no sort is one of which nobody said."""


class EventBody(msgspec.Struct, frozen=True):
    """A place plans an event, or changes what it said of it. `whom` is a reader group; empty: everybody."""

    event: UUID
    name: str
    on: date
    sort: str = ""
    whom: str = ""
    is_off: bool = False  # it was planned and will not be


class AttendanceBody(msgspec.Struct, frozen=True):
    """So many came, by reader group; what several devices counted is added."""

    event: UUID
    counts: dict[str, int]


class AttendBody(msgspec.Struct, frozen=True):
    """Somebody known by name came; said twice, they came once."""

    event: UUID


class AttendPrivate(msgspec.Struct, frozen=True):
    """Who came."""

    reader: UUID


@dataclass(slots=True)
class EventState:
    """Everything that the log says of one event."""

    plan: Entry | None = None
    counts: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    named: set[UUID] = field(default_factory=set)
    outcomes: dict[UUID, str] = field(default_factory=dict)


def fold_event(entries: Iterable[Entry]) -> EventState:
    """Go through an event's history in order: the later plan holds, counts are added, names are a set."""
    state = EventState()
    for entry in entries:
        if entry.kind == "event":
            state.outcomes[entry.op] = "PLANNED" if state.plan is None else "UPDATED"
            state.plan = entry
        elif entry.kind == "attendance":
            state.outcomes[entry.op] = "COUNTED"
            for group, count in entry.body.counts.items():
                state.counts[group] += count
        else:
            is_new = entry.reader is not None and entry.reader not in state.named
            state.outcomes[entry.op] = "COUNTED" if is_new else "DUPLICATE_SCAN"
            state.named |= {entry.reader} if entry.reader is not None else set()
    return state


def tidy_name(text: str) -> str:
    """Return the name as it is kept; empty where it is none."""
    return nfc(text)[:NAME_LENGTH_MAX]


def event_subject(body: EventBody | AttendanceBody | AttendBody, _private: Any, place: str, _eff_at: datetime) -> str:
    """Return the event's id; raises ValueError where it cannot be understood."""
    match body:
        case EventBody():
            is_sound = bool(place and tidy_name(body.name))
        case AttendanceBody():
            counts = body.counts
            is_sound = bool(counts) and set(counts) <= GROUPS and all(0 <= n <= COUNT_MAX for n in counts.values())
        case AttendBody():
            is_sound = True
    if not is_sound:
        raise ValueError(body)
    return str(body.event)
