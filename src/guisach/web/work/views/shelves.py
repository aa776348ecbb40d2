"""Open shelves: the desk of a place that counts and lends to nobody by name, and looking over what stands there."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from guisach.domain.catalogue.queries import copies_by_barcode
from guisach.domain.circulation.actions.shelves import LOOKED_OVER_MAX, note_look, note_use
from guisach.domain.circulation.queries.shelves import Standing, counted_on, shelves_of, should_stand
from guisach.domain.circulation.rules.paper import DayWrong, read_day
from guisach.domain.circulation.rules.shelves import Hint, hints
from guisach.domain.network.queries import Permission
from guisach.kernel.clock import local_date
from guisach.kernel.errors import DomainError
from guisach.web.ui import formats
from guisach.web.ui.access import Duty, needs
from guisach.web.work import words
from guisach.web.work.answers import answer, slip_for
from guisach.web.work.desks import note_act
from guisach.web.work.paper_words import problem
from guisach.web.work.shell import CODE_MAX, fresh_op, is_partial, op_of, page, source_of, status_of, typed
from guisach.web.work.slips import refusal_slip
from guisach.web.work.stocking import codes_of
from guisach.web.work.views.counts import count_context

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

_HINTS_SHOWN = 6
_MONTH_DAYS = 30
_LINES = 100


def shelf_page(request: HttpRequest, duty: Duty) -> HttpResponse:
    """Show the day's counts in large numbers, what to do about the shelves, and the form for the next count."""
    on = duty.today
    context = count_context(request, duty, on)
    said = hints(shelves_of(duty.here, on), counted_on=counted_on(duty.here), today=on)
    context |= {
        "hints": [(said_of(hint), _shelf_href(hint)) for hint in said[:_HINTS_SHOWN]],
        "more_hints": len(said) - _HINTS_SHOWN,
    }
    return page(request, duty, "work/open_shelf.html", context)


def said_of(hint: Hint) -> _StrOrPromise:
    """Say a hint in a keeper's words."""
    shelf = _("Shelf %(shelf)s") % {"shelf": hint.shelf} if hint.shelf else _("Books without a shelf")
    since = (
        ngettext("%(n)s month", "%(n)s months", hint.days // _MONTH_DAYS) % {"n": hint.days // _MONTH_DAYS}
        if hint.days >= _MONTH_DAYS
        else words.days(hint.days)
    )
    data = {"shelf": shelf, "since": since, "n": formats.number(hint.n)}
    texts = {
        "never_looked": _("%(shelf)s: nobody has looked it over yet (%(n)s books)."),
        "look_again": _("%(shelf)s: nobody has looked it over for %(since)s."),
        "look_rest": _("%(shelf)s: %(n)s books were not seen for three months."),
        "used_much": _("%(shelf)s: used much, %(n)s times in three months. Please think of more or other books."),
        "count_again": _("Nothing has been counted for %(since)s."),
        "never_counted": _("Nothing has been counted here yet."),
    }
    return texts[hint.code] % data


def _shelf_href(hint: Hint) -> str:
    if "count" in hint.code:
        return ""
    return f"{reverse('work:look_over')}?on_shelf={hint.shelf}" if hint.shelf else reverse("work:look_over")


@require_POST
@needs(Permission.LEND, here=True)
def use(request: HttpRequest, duty: Duty) -> HttpResponse:
    """Note that a book which was left on a table was read here."""
    op, code = op_of(request), typed(request.POST.get("code", ""), CODE_MAX)
    try:
        note_use(op_id=op, by=source_of(duty), place=duty.here, barcode=code, clock=duty.clock)
    except DomainError as refusal:
        return answer(request, duty, (refusal_slip(refusal, title=code[:40]),), status=status_of(refusal))
    note_act(request, op)
    if not is_partial(request):
        return redirect("work:count")
    return answer(request, duty, (replace(slip_for(op, duty), sound="done"),))


@require_http_methods(["GET", "POST"])
@needs(Permission.LEND, here=True)
def look_over(request: HttpRequest, duty: Duty) -> HttpResponse:
    """Tick or scan what stands there; what nobody saw for longest comes first."""
    complaint, status = "", 200
    unknown: list[str] = []
    if request.method == "POST":
        try:
            seen, unknown = _noted(request, duty)
        except DayWrong as wrong:
            complaint, status = problem(wrong.code), 422
        except DomainError as refusal:
            complaint, status = str(refusal), status_of(refusal)
        else:
            text = ngettext("%(n)s book noted as standing here.", "%(n)s books noted as standing here.", seen)
            messages.success(request, text % {"n": formats.number(seen)})
            if not unknown:
                return redirect(request.get_full_path())
    shelf = typed(request.GET.get("on_shelf", ""), CODE_MAX) or None
    shelves = shelves_of(duty.here, duty.today)
    lines = should_stand(duty.here, shelf=shelf, limit=_LINES + 1)
    ticked = set(request.POST.getlist("seen")) if complaint else set()
    context: dict[str, Any] = {
        "shelf": shelf or "",
        "shelves": [one for one in shelves if one.shelf],
        "lines": [_line(one, duty.today, one.barcode in ticked) for one in lines[:_LINES]],
        "has_more": len(lines) > _LINES,
        "codes": request.POST.get("codes", "")[:10_000] if complaint else "\n".join(unknown),
        "unknown": unknown,
        "on": request.POST.get("on", "") if complaint else "",
        "complaint": complaint,
        "op": request.POST.get("op") if complaint else fresh_op(),
    }
    return page(request, duty, "work/look_over.html", context, status=status)


def _noted(request: HttpRequest, duty: Duty) -> tuple[int, list[str]]:
    """Note what was ticked and scanned; returns how many, and the codes that no copy has."""
    said = request.POST
    text = typed(said.get("on", ""), CODE_MAX)
    on: date = read_day(text, today=duty.today) if text else duty.today
    scanned = codes_of(said.get("codes", "")[:10_000])[:LOOKED_OVER_MAX]
    wanted = [*said.getlist("seen")[:LOOKED_OVER_MAX], *scanned]
    known = copies_by_barcode(wanted)
    there = [code for code in dict.fromkeys(wanted) if code in known][:LOOKED_OVER_MAX]
    if there:
        note_look(op_id=op_of(request), by=source_of(duty), place=duty.here, barcodes=there, on=on, clock=duty.clock)
    return len(there), [code for code in scanned if code not in known]


def _line(one: Standing, today: date, is_ticked: bool) -> dict[str, Any]:
    return {
        "copy": one,
        "seen": words.days((today - local_date(one.seen_at)).days) if one.seen_at else "",
        "is_ticked": is_ticked,
    }
