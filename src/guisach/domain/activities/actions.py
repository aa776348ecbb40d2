"""Planning an event from an online desk."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from guisach.domain.activities.rules import tidy_name
from guisach.domain.journal.steps import Receipt, act, hold, in_one_transaction, repeated
from guisach.kernel.clock import local_date
from guisach.kernel.errors import DomainError

if TYPE_CHECKING:
    from guisach.domain.journal.queries import Source
    from guisach.kernel.clock import Clock

AHEAD_DAYS_MAX = 400


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


@in_one_transaction
def plan_event(*, op_id: UUID, by: Source, place: str, event: UUID, name: str, on: date, clock: Clock) -> Receipt:
    """Plan an event of a place, or change its name or day. Raises EventNameless, EventDayImpossible."""
    held = hold(by, op_id, [f"event:{event}"])
    if (repeat := repeated(op_id, "event", f"event:{event}")) is not None:
        return repeat
    today = local_date(clock())
    if not tidy_name(name):
        raise EventNameless
    if not today - timedelta(days=7) <= on <= today + timedelta(days=AHEAD_DAYS_MAX):
        raise EventDayImpossible
    operation = {"op": str(op_id), "v": 1, "kind": "event", "place": place, "event": str(event)}
    return act({**operation, "name": tidy_name(name), "on": on.isoformat()}, via=by, clock=clock, held=held)
