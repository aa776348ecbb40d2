"""Events of a place: what is planned, and how many came."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from guisach.domain.activities import actions, queries
from guisach.domain.activities.actions import COUNTED_WITHIN_DAYS, AttendanceUnusable
from guisach.domain.activities.rules import COUNT_MAX
from guisach.domain.network.queries import Permission, places_by_code
from guisach.domain.readers.queries import reader_groups
from guisach.kernel.errors import DomainError
from guisach.web.ui import formats
from guisach.web.ui.access import Duty, needs
from guisach.web.work import words
from guisach.web.work.event_forms import Plan, said_of
from guisach.web.work.shell import fresh_op, op_of, page, source_of, status_of
from guisach.web.work.tallies import counts_by_group

if TYPE_CHECKING:
    from guisach.domain.activities.queries import EventView

_UNPROCESSABLE = 422
_PAST_DAYS = 365
_FIELD_OF = {"event_nameless": "name", "event_day_impossible": "on"}
_KNOWN_BY_NAME = ""


@dataclass(frozen=True, slots=True)
class Line:
    """An event as the list shows it."""

    event: EventView
    said: str
    came: int


@require_http_methods(["GET", "POST"])
@needs(Permission.LEND, here=True)
def events(request: HttpRequest, duty: Duty) -> HttpResponse:
    """List what this place plans and what was; plan one more."""
    form, status = Plan(request.POST or None), 200
    if request.method == "POST":
        # The event is known by the id of its first planning: the form sent twice is one event.
        if form.is_valid() and _planned(request, duty, form, op_of(request), duty.here):
            messages.success(request, _("Planned."))
            return redirect("work:events")
        status = _UNPROCESSABLE
    coming = queries.coming_events(duty.here, duty.today)
    past = queries.past_events(duty.here, duty.today, since=duty.today - timedelta(days=_PAST_DAYS))
    came = queries.attendance_of([one.id for one in (*coming, *past)])
    context = {
        "form": form,
        "op": request.POST.get("op") or fresh_op(),
        "coming": _lines(coming, came),
        "past": _lines(past, came),
    }
    return page(request, duty, "work/events.html", context, status=status)


def _lines(found: list[EventView], came: dict[UUID, dict[str, int]]) -> list[Line]:
    return [Line(one, said_of(one), _total(came.get(one.id, {}))) for one in found]


def _total(came: dict[str, int]) -> int:
    """Add up who came: heads that were counted, or names that were written down, whichever are more."""
    counted = sum(n for group, n in came.items() if group != _KNOWN_BY_NAME)
    return max(counted, came.get(_KNOWN_BY_NAME, 0))


def _planned(request: HttpRequest, duty: Duty, form: Plan, event: UUID, place: str, **more: Any) -> bool:
    """Plan what the (valid) form says; False where it was refused, and then the form says why."""
    try:
        actions.plan_event(
            op_id=op_of(request), by=source_of(duty), place=place, event=event, clock=duty.clock,
            **form.cleaned_data, **more,
        )  # fmt: skip
    except DomainError as refusal:
        form.add_error(_FIELD_OF.get(refusal.code), str(refusal))
        return False
    return True


@require_http_methods(["GET", "POST"])
@needs(Permission.LEND)
def show(request: HttpRequest, duty: Duty, event: UUID) -> HttpResponse:
    """Show an event: how many came, counting them, changing what was planned, calling it off."""
    found = queries.event(event)
    if found is None or not duty.may(Permission.LEND, found.place):
        raise Http404
    initial = {"name": found.name, "on": found.on, "sort": found.sort, "whom": found.whom}
    act = request.POST.get("act", "") if request.method == "POST" else ""
    form = Plan(request.POST if act == "change" else None, initial=initial)
    complaint, status = "", 200
    if request.method == "POST":
        status = _UNPROCESSABLE
        try:
            if _done(request, duty, found, form, act):
                return redirect("work:event", found.id)
        except DomainError as refusal:
            complaint, status = str(refusal), status_of(refusal)
    came = queries.attendance_of([found.id]).get(found.id, {})
    context = {
        "event": found,
        "said": said_of(found),
        "place": next((place.name for place in places_by_code([found.place]).values()), ""),
        "form": form,
        "complaint": complaint,
        "total": _total(came),
        "named": came.get(_KNOWN_BY_NAME, 0),
        "rows": [
            {"group": group, "label": words.capital(label), "so_far": came.get(group, 0),
             "value": request.POST.get(f"came-{group}", "") if act == "count" else ""}
            for group, label in reader_groups()
        ],
        "may_count": not found.is_off and 0 <= (duty.today - found.on).days <= COUNTED_WITHIN_DAYS,
        "is_coming": found.on >= duty.today,
        "max": COUNT_MAX,
        "ops": {name: fresh_op() for name in ("count", "change", "off")},
    }  # fmt: skip
    return page(request, duty, "work/event.html", context, status=status)


def _done(request: HttpRequest, duty: Duty, event: EventView, form: Plan, act: str) -> bool:
    """Do what was asked for; False where a form has to be shown again. Raises the refusals of the actions."""
    by: dict[str, Any] = {"by": source_of(duty), "place": event.place, "event": event.id, "clock": duty.clock}
    if act == "change":
        if not (form.is_valid() and _planned(request, duty, form, event.id, event.place)):
            return False
        messages.success(request, _("Saved."))
    elif act in {"off", "on"}:
        as_planned: dict[str, Any] = {"name": event.name, "on": event.on, "sort": event.sort, "whom": event.whom}
        actions.plan_event(op_id=op_of(request), **by, **as_planned, is_off=act == "off")
        messages.success(request, _("Called off.") if act == "off" else _("It will be as planned."))
    elif act == "count":
        counts = counts_by_group(request.POST, "came", COUNT_MAX)
        if not counts:
            raise AttendanceUnusable(max=COUNT_MAX)
        actions.count_attendance(op_id=op_of(request), **by, counts=counts)
        messages.success(request, _("Counted: %(n)s.") % {"n": formats.number(sum(counts.values()))})
    else:
        return False
    return True
