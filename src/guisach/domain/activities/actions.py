"""Planning an event from an online desk, calling it off, and counting who came."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from guisach.domain.activities.models import Event
from guisach.domain.activities.rules import COUNT_MAX, SORTS, tidy_name
from guisach.domain.journal.steps import Receipt, act, hold, in_one_transaction, repeated
from guisach.domain.readers.rules.joining import GROUPS
from guisach.kernel.clock import local_date
from guisach.kernel.errors import DomainError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from guisach.domain.journal.queries import Source
    from guisach.kernel.clock import Clock

AHEAD_DAYS_MAX = 400
COUNTED_WITHIN_DAYS = 60  # as the counts of a day


class EventNameless(DomainError):
    """No name."""

    code = "event_nameless"
    status = 422
    text = _("Please give the event a name.")


class EventDayImpossible(DomainError):
    """A day that is long over or far ahead."""

    code = "event_day_impossible"
    status = 422
    text = _("Please choose a day from last week on, at most 400 days ahead.")


class EventUnknown(DomainError):
    """No event of this place."""

    code = "event_unknown"
    status = 404
    text = _("There is no such event here.")


class AttendanceUnusable(DomainError):
    """Not a count of people at an event that has been."""

    code = "attendance_unusable"
    status = 422
    text = _("Please write whole numbers from 0 to %(max)s, for an event of today or of the 60 days before.")


@in_one_transaction
def plan_event(
    *,
    op_id: UUID,
    by: Source,
    place: str,
    event: UUID,
    name: str,
    on: date,
    clock: Clock,
    sort: str = "",
    whom: str = "",
    is_off: bool = False,
) -> Receipt:
    """Plan an event of a place, or change what was said of it; `is_off` calls it off, `whom` is a reader group.

    Raises EventNameless, EventDayImpossible; EventUnknown where another place has planned it.
    """
    held = hold(by, op_id, [f"event:{event}"])
    if (repeat := repeated(op_id, "event", f"event:{event}")) is not None:
        return repeat
    today, known = local_date(clock()), Event.objects.filter(pk=event).first()
    if known is not None and known.place != place:
        raise EventUnknown
    if not tidy_name(name):
        raise EventNameless
    # An event long past may still get a better name, or be called off: its day stays.
    if not (known and known.on == on) and not today - timedelta(days=7) <= on <= today + timedelta(days=AHEAD_DAYS_MAX):
        raise EventDayImpossible
    operation: dict[str, object] = {"op": str(op_id), "v": 1, "kind": "event", "place": place, "event": str(event)}
    more = {"sort": sort if sort in SORTS else "", "whom": whom if whom in GROUPS else "", "is_off": is_off}
    operation |= {"name": tidy_name(name), "on": on.isoformat(), **{name: said for name, said in more.items() if said}}
    return act(operation, via=by, clock=clock, held=held)


@in_one_transaction
def count_attendance(
    *, op_id: UUID, by: Source, place: str, event: UUID, counts: Mapping[str, int], clock: Clock
) -> Receipt:
    """Add how many came, by reader group; the same `op_id` twice counts once.

    Raises EventUnknown, AttendanceUnusable.
    """
    held = hold(by, op_id, [f"event:{event}"])
    if (repeat := repeated(op_id, "attendance", f"event:{event}")) is not None:
        return repeat
    known = Event.objects.filter(pk=event, place=place).first()
    if known is None:
        raise EventUnknown
    given = {group: count for group, count in counts.items() if count}
    is_sound = given and set(given) <= GROUPS and all(0 < count <= COUNT_MAX for count in given.values())
    if not is_sound or not 0 <= (local_date(clock()) - known.on).days <= COUNTED_WITHIN_DAYS:
        raise AttendanceUnusable(max=COUNT_MAX)
    operation = {"op": str(op_id), "v": 1, "kind": "attendance", "place": place, "event": str(event), "counts": given}
    return act(operation, via=by, clock=clock, held=held)
