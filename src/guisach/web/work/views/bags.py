"""Bags of surprises: wishes at this place, the pick list of one, and lending all that waits for a reader at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from guisach.domain.circulation.actions.bags import lend_waiting, pack_bag, wish_bag
from guisach.domain.circulation.actions.refusals import ReaderUnknown
from guisach.domain.circulation.actions.sets import SetStopped
from guisach.domain.circulation.queries import pickup_number
from guisach.domain.circulation.queries.bags import BagView, bag, bags_at, interests, pick_list
from guisach.domain.circulation.rules.bags import BOOKS_MAX
from guisach.domain.network.queries import Permission
from guisach.domain.readers import queries as readers
from guisach.domain.readers.actions import note_access
from guisach.kernel.errors import DomainError
from guisach.web.ui import formats
from guisach.web.ui.access import Duty, needs
from guisach.web.ui.bag_form import WHY, BagForm, said_of
from guisach.web.work.desks import note_act
from guisach.web.work.shell import CODE_MAX, fresh_op, op_of, page, source_of, status_of, typed
from guisach.web.work.slips import person_name
from guisach.web.work.strangers import reader_with

if TYPE_CHECKING:
    from uuid import UUID

    from guisach.domain.readers.queries import ReaderView

_UNPROCESSABLE = 422
_LEFT_OUT_MAX = 60


@require_http_methods(["GET", "POST"])
@needs(Permission.LEND, here=True)
def bags(request: HttpRequest, duty: Duty) -> HttpResponse:
    """Show who wishes a bag here, and note a wish for a reader who stands here with their card."""
    form = BagForm(request.POST or None, classes=interests(), today=duty.today)
    card = typed(request.POST.get("card", "") or request.GET.get("card", ""), CODE_MAX)
    complaint, status = "", 200
    if request.method == "POST":
        status = _UNPROCESSABLE
        op = op_of(request)
        try:
            who = reader_with(card, duty)
            if form.is_valid():
                made = wish_bag(
                    op_id=op, by=source_of(duty), place=duty.here, reader=who.id, pickup=duty.here, wish=form.wish,
                    clock=duty.clock,
                )  # fmt: skip
                note_act(request, op)
                return redirect("work:bag", made)
        except DomainError as refusal:
            complaint = str(refusal)
            status = _UNPROCESSABLE if isinstance(refusal, ReaderUnknown) else status_of(refusal)
    found = bags_at(duty.here)
    people = readers.readers({one.reader for one in found if one.reader}) if found else {}
    lines = [
        {"one": one, "who": _who(one, people.get(one.reader) if one.reader else None, duty), "said": said_of(one.wish)}
        for one in found
    ]
    _trace_list(duty, [people.get(one.reader) for one in found if one.reader])
    context = {"lines": lines, "form": form, "card": card, "complaint": complaint}
    context["op"] = request.POST.get("op") or fresh_op()
    return page(request, duty, "work/bags.html", context, status=status)


@require_http_methods(["GET", "POST"])
@needs(Permission.LEND, here=True)
def show(request: HttpRequest, duty: Duty, bag_id: UUID) -> HttpResponse:
    """Show which books to take from the shelf for one bag, and why; leave some out, or set the ticked ones aside."""
    found = bag(bag_id, at=duty.here)
    if found is None:
        raise Http404
    complaint, status = "", 200
    if request.method == "POST":
        op = op_of(request)
        ticked = [code[:CODE_MAX] for code in request.POST.getlist("copy")[: BOOKS_MAX + 1]]
        extra = typed(request.POST.get("extra", ""), CODE_MAX)
        try:
            count = pack_bag(
                op_id=op, by=source_of(duty), place=duty.here, bag_id=found.op,
                barcodes=[*ticked, *([extra] if extra else [])], clock=duty.clock,
            )  # fmt: skip
        except DomainError as refusal:
            complaint, status = str(refusal), status_of(refusal)
        else:
            text = ngettext("%(n)s book stands on the hold shelf.", "%(n)s books stand on the hold shelf.", count)
            messages.success(request, text % {"n": formats.number(count)})
            return redirect(f"{reverse('work:requests')}?part=shelf")
    left_out = [code[:32] for code in request.GET.getlist("without")[:_LEFT_OUT_MAX]]
    reader = readers.reader(found.reader) if found.reader else None
    picks = pick_list(found, _person(found), duty.at, without=left_out) if found.is_open else []
    if person_name(reader, duty):
        note_access(staff_id=duty.person.pk, act="VIEW", at=duty.at, reader=found.reader, place=duty.here)
    context = {
        "one": found,
        "who": _who(found, reader, duty),
        "said": said_of(found.wish),
        "lines": [
            {
                "copy": pick.copy,
                "why": WHY[pick.why],
                "where": " · ".join(filter(None, (pick.copy.call_no, pick.copy.shelf))),
                "swap": _swap(left_out, pick.copy.barcode),
            }
            for pick in picks
        ],
        "left_out": left_out,
        "is_short": len(picks) < found.wish.books,
        "complaint": complaint,
        "op": fresh_op(),
        "cancel_op": fresh_op(),
    }
    return page(request, duty, "work/bag.html", context, status=status)


@require_POST
@needs(Permission.LEND, here=True)
def lend_all(request: HttpRequest, duty: Duty, reader: UUID) -> HttpResponse:
    """Lend everything that stands on the hold shelf here for a reader, as one act."""
    known = readers.reader(reader)
    if known is None or known.erased_at or known.survivor or not duty.may(Permission.SEE_READERS, known.place):
        raise Http404
    try:
        lent = lend_waiting(
            op_id=op_of(request), by=source_of(duty), place=duty.here, reader=known.id, clock=duty.clock
        )
    except SetStopped as stopped:
        messages.warning(request, str(stopped))
        for one in stopped.stopped:
            messages.warning(request, f"{one.barcode}: {one.refusal}")
    except DomainError as refusal:
        messages.warning(request, str(refusal))
    else:
        for loan in lent:
            note_act(request, loan.op)
        text = ngettext("%(n)s book lent, due on %(day)s.", "%(n)s books lent, due from %(day)s.", len(lent))
        due = min(loan.due_on for loan in lent)
        messages.success(request, text % {"n": formats.number(len(lent)), "day": formats.day(due)})
    return redirect("work:reader", known.id)


def _person(found: BagView) -> list[UUID]:
    return list(readers.ids_of(found.reader)) if found.reader else []


def _who(found: BagView, reader: ReaderView | None, duty: Duty) -> str:
    name = person_name(reader, duty)
    return name or _("Number %(number)s") % {"number": pickup_number(found.op)}


def _swap(left_out: list[str], barcode: str) -> str:
    return "&".join(f"without={code}" for code in [*left_out, barcode])


def _trace_list(duty: Duty, people: list[ReaderView | None]) -> None:
    if shown := sum(bool(person_name(one, duty)) for one in people):
        note_access(staff_id=duty.person.pk, act="SEARCH", at=duty.at, place=duty.here, found=shown)
