"""Sets: books lent as one act to a class or a border post, with a list to sign, and taken back in parts."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from guisach.adapters.printing.sets import SetList, set_list
from guisach.domain.catalogue.queries import copies_by_barcode
from guisach.domain.circulation.actions.sets import SET_MAX, SetStopped, lend_set, renew_set
from guisach.domain.circulation.queries.sets import loans_of_set, place_of_set, sets_out
from guisach.domain.circulation.rules.paper import is_number_like
from guisach.domain.circulation.rules.policy import COLLECTIVE
from guisach.domain.network.queries import Permission, place
from guisach.domain.readers import queries as readers
from guisach.domain.readers.actions import note_access
from guisach.kernel.clock import local_date
from guisach.kernel.errors import DomainError
from guisach.web.ui import formats
from guisach.web.ui.access import Duty, needs
from guisach.web.work import words
from guisach.web.work.shell import CODE_MAX, fresh_op, op_of, page, source_of, status_of, typed
from guisach.web.work.stocking import codes_of, pdf
from guisach.web.work.views.stock.registers import heading_of

if TYPE_CHECKING:
    from guisach.domain.circulation.queries import LoanView
    from guisach.domain.readers.queries import ReaderView

_CODES_LENGTH_MAX = SET_MAX * 40


@require_http_methods(["GET", "POST"])
@needs(Permission.LEND, here=True)
def sets(request: HttpRequest, duty: Duty) -> HttpResponse:
    """Show the sets that are out, and lend one: all of its books or none."""
    context: dict[str, Any] = {"op": request.POST.get("op") or fresh_op(), "said": request.POST, "status": 200}
    if request.method == "POST":
        answer = _lend(request, duty, context)
        if answer is not None:
            return answer
    out = sets_out([duty.here])
    people = readers.readers({one.reader for one in out})
    context |= {
        "out": [
            {
                "set": one,
                "name": _name(people.get(one.reader), duty),
                "back": one.copies - one.out,
                "late": words.days(late) if (late := (duty.today - one.due_on).days) > 0 else "",
            }
            for one in out
        ],
        "may_choose_day": duty.may(Permission.OVERRIDE),
        "most": SET_MAX,
    }
    return page(request, duty, "work/sets.html", context, status=context["status"])


def _lend(request: HttpRequest, duty: Duty, context: dict[str, Any]) -> HttpResponse | None:
    """Lend the set; None where the page is shown again with what was typed, and why."""
    said = request.POST
    batch = op_of(request)
    left_out = set(said.getlist("leave_out"))
    codes = [code for code in codes_of(said.get("codes", "")[:_CODES_LENGTH_MAX]) if code not in left_out]
    context |= {"codes": "\n".join(codes), "status": 422}
    reader = _borrower(typed(said.get("who", ""), CODE_MAX), said.get("reader", ""), duty, context)
    if reader is None:
        return None
    try:
        due = _due(said.get("due", ""), duty)
        lend_set(
            batch=batch,
            by=source_of(duty),
            place=duty.here,
            barcodes=codes,
            reader=reader.id,
            clock=duty.clock,
            due=due,
        )
    except SetStopped as stopped:
        titles = copies_by_barcode([one.barcode for one in stopped.stopped])
        context |= {
            "complaint": str(stopped),
            "status": status_of(stopped),
            "stopped": [
                (one.barcode, titles[one.barcode].title if one.barcode in titles else "", str(one.refusal))
                for one in stopped.stopped
            ],
        }
        return None
    except DomainError as refusal:
        context |= {"complaint": str(refusal), "status": status_of(refusal)}
        return None
    return redirect("work:set", batch)


def _due(text: str, duty: Duty) -> date | None:
    """Read a day that somebody chose who may go past the rules; None: by the rules."""
    if not duty.may(Permission.OVERRIDE):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _borrower(text: str, chosen: str, duty: Duty, context: dict[str, Any]) -> ReaderView | None:
    """Find the class or body by card or name; several are offered."""
    found = readers.readers_named([text], places=duty.scope(Permission.SEE_READERS)).get(text, [])
    bodies = [one for one in found if one.kind in COLLECTIVE] or found
    if text:
        note_access(staff_id=duty.person.pk, act="SEARCH", at=duty.at, place=duty.here, found=len(bodies))
    meant = [one for one in bodies if str(one.id) == chosen] or bodies
    if len(meant) == 1:
        return meant[0]
    context["readers"] = [(str(one.id), f"{_name(one, duty)} · {one.card_no}") for one in bodies]
    context["complaint"] = (
        _("Which of these?")
        if bodies
        else _("No class or body of this place has this card or name. Make a card first.")
    )
    context["may_join"] = not bodies and duty.may(Permission.JOIN) and not is_number_like(text)
    return None


@require_GET
@needs(Permission.LEND)
def show(request: HttpRequest, duty: Duty, batch: UUID) -> HttpResponse:
    """Show a set: what is out, what is back; take back by scanning, renew what is out, print."""
    loans = _loans(batch, duty)
    reader = _reader(loans, duty)
    out = [loan for loan in loans if loan.closed_at is None]
    due = min((loan.due_on for loan in out), default=None)
    context = {
        "batch": batch,
        "name": _name(reader, duty),
        "card": reader.card_no if reader else "",
        "answers": reader.guardian_name if reader and _name(reader, duty) else "",
        "lent_at": min(loan.lent_at for loan in loans),
        "due": due,
        "late": words.days(late) if due and (late := (duty.today - due).days) > 0 else "",
        "out": out,
        "back": [loan for loan in loans if loan.closed_at is not None],
        "is_here": bool(duty.here) and duty.may(Permission.LEND),
        "op": fresh_op(),
        "hidden": [("next", request.path)],
        "next": request.path,
    }
    return page(request, duty, "work/set.html", context)


@require_POST
@needs(Permission.LEND, here=True)
def renew(request: HttpRequest, duty: Duty, batch: UUID) -> HttpResponse:
    """Let what is still out go on, as far as the rules allow."""
    op = op_of(request)
    _loans(batch, duty)
    renewed, stopped = renew_set(op_id=op, by=source_of(duty), place=duty.here, batch=batch, clock=duty.clock)
    if renewed:
        text = ngettext("%(n)s book renewed.", "%(n)s books renewed.", renewed)
        messages.success(request, text % {"n": formats.number(renewed)})
    if stopped:
        text = ngettext("%(n)s book was not renewed: %(why)s", "%(n)s books were not renewed: %(why)s", len(stopped))
        why = " ".join(dict.fromkeys(str(one.refusal) for one in stopped))
        messages.warning(request, text % {"n": formats.number(len(stopped)), "why": why})
    return redirect("work:set", batch)


@require_GET
@needs(Permission.LEND)
def print_list(request: HttpRequest, duty: Duty, batch: UUID) -> HttpResponse:
    """Print the list that both sides sign."""
    loans = _loans(batch, duty)
    reader = _reader(loans, duty)
    at = place(loans[0].place)
    if at is None:
        raise Http404
    with override("vi"):  # as all paper
        heading = heading_of(at, duty)
    open_days = [loan.due_on for loan in loans if loan.closed_at is None] or [loan.due_on for loan in loans]
    said = SetList(
        agency=heading.agency,
        place=at.name,
        seat=at.commune.name,
        borrower=_name(reader, duty),
        answers=reader.guardian_name if reader and _name(reader, duty) else "",
        card=reader.card_no if reader else "",
        lent_on=local_date(min(loan.lent_at for loan in loans)),
        due_on=min(open_days),
        lines=[
            (
                loan.barcode,
                " / ".join(part for part in (loan.title, loan.author) if part),
                local_date(loan.closed_at) if loan.closed_at else None,
            )
            for loan in sorted(loans, key=lambda loan: (loan.title, loan.barcode))
        ],
    )
    return pdf(set_list(said), f"muon-bo-{str(batch)[:8]}")


def _loans(batch: UUID, duty: Duty) -> list[LoanView]:
    """Give the loans of a set lent where this person may lend; to others it is not there."""
    if not duty.may(Permission.LEND, place_of_set(batch)):
        raise Http404
    return loans_of_set(batch)


def _reader(loans: list[LoanView], duty: Duty) -> ReaderView | None:
    """Give who has the set; of what came back long ago nobody knows it any more."""
    reader = readers.reader(loans[0].reader)
    if reader is not None:
        note_access(staff_id=duty.person.pk, act="VIEW", at=duty.at, reader=reader.id, place=duty.here)
    return reader


def _name(reader: ReaderView | None, duty: Duty) -> str:
    return reader.full_name if reader and duty.may(Permission.SEE_READERS, reader.place) else ""
