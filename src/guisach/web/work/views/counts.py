"""Counting a day: people who came, and documents used on the open shelf. Two counts, never mixed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from guisach.domain.circulation import actions
from guisach.domain.circulation.actions.counting import CountUnusable
from guisach.domain.circulation.queries import tallies_of, uses_noted
from guisach.domain.circulation.rules.kinds import COUNT_MAX
from guisach.domain.network.queries import Permission
from guisach.domain.readers.queries import reader_groups
from guisach.kernel.errors import DomainError
from guisach.web.ui import formats
from guisach.web.ui.access import Duty, needs
from guisach.web.work import words
from guisach.web.work.desks import last_acts, note_act
from guisach.web.work.shell import fresh_op, go_back, op_of, page, source_of, status_of
from guisach.web.work.slips import slips_of
from guisach.web.work.tallies import counts_by_group

if TYPE_CHECKING:
    from django.http import QueryDict

_DAYS_BACK = 60  # as the action allows


@dataclass(frozen=True, slots=True)
class CountRow:
    """One reader group: what is written down already, and what was typed now."""

    group: str
    label: str
    visits_so_far: int
    uses_so_far: int
    visits: str
    uses: str


@require_http_methods(["GET", "POST"])
@needs(Permission.LEND, here=True)
def count(request: HttpRequest, duty: Duty) -> HttpResponse:
    """Add to the counts of today or of an earlier day."""
    on = _day(request.POST.get("on") or request.GET.get("on", ""), duty.today)
    complaint, status = "", 200
    if request.method == "POST":
        try:
            total = _add(request, duty, on)
        except DomainError as refusal:
            complaint, status = str(refusal), status_of(refusal)
        else:
            said = {"n": formats.number(total), "day": formats.weekday(on)}
            messages.success(request, _("Counted for %(day)s: %(n)s.") % said)
            return (
                go_back(request) if "next" in request.POST else redirect(f"{reverse('work:count')}?on={on.isoformat()}")
            )
    context = count_context(request, duty, on) | {"complaint": complaint}
    return page(request, duty, "work/count.html", context, status=status)


def count_context(request: HttpRequest, duty: Duty, on: date) -> dict[str, Any]:
    """Prepare the form of a day's counts, with what is written down already; five queries at most."""
    so_far = tallies_of(duty.here, on)
    return {
        "on": on,
        "is_today": on == duty.today,
        "yesterday": duty.today - timedelta(days=1),
        "first": duty.today - timedelta(days=_DAYS_BACK),
        "today": duty.today,
        "rows": _rows(so_far, request.POST),
        "visits_total": sum(n for (measure, _group), n in so_far.items() if measure == "VISITS"),
        "uses_total": sum(n for (measure, _group), n in so_far.items() if measure == "USES"),
        "noted": uses_noted(duty.here, on),
        "max": COUNT_MAX,
        "ops": {
            "visits": request.POST.get("op_visits") or fresh_op(),
            "uses": request.POST.get("op_uses") or fresh_op(),
            "use": fresh_op(),
        },
        "slips": [slip for slip in slips_of(last_acts(request), duty) if slip.is_count],
        "next": request.get_full_path(),
    }


def _add(request: HttpRequest, duty: Duty, on: date) -> int:
    visits, uses = counts_by_group(request.POST, "visits"), counts_by_group(request.POST, "uses")
    by, here = source_of(duty), duty.here
    if visits is None or uses is None or not (visits or uses):
        raise CountUnusable(max=COUNT_MAX)
    # Both are looked at before either is written down.
    for typed in (visits, uses):
        if any(not 0 < n <= COUNT_MAX for n in typed.values()):
            raise CountUnusable(max=COUNT_MAX)
    if visits:
        op = op_of(request, "op_visits")
        actions.tally_visits(op_id=op, by=by, place=here, on=on, counts=visits, clock=duty.clock)
        note_act(request, op)
    if uses:
        op = op_of(request, "op_uses")
        actions.tally_uses(op_id=op, by=by, place=here, on=on, counts=uses, clock=duty.clock)
        note_act(request, op)
    return sum(visits.values()) + sum(uses.values())


def _rows(so_far: dict[tuple[str, str], int], said: QueryDict) -> list[CountRow]:
    return [
        CountRow(
            group,
            words.capital(label),
            so_far.get(("VISITS", group), 0),
            so_far.get(("USES", group), 0),
            said.get(f"visits-{group}", ""),
            said.get(f"uses-{group}", ""),
        )
        for group, label in reader_groups()
    ]


def _day(text: str, today: date) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return today
