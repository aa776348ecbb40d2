"""Taking back, renewing, and taking an act back: from the desk and from every page that shows a loan."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import UUID

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from guisach.domain.catalogue.queries import copy_by_barcode
from guisach.domain.catalogue.rules.barcodes import normalise_barcode
from guisach.domain.circulation import actions
from guisach.domain.network.queries import Permission, place
from guisach.domain.readers import queries as readers
from guisach.domain.readers.actions import note_access
from guisach.kernel.errors import DomainError
from guisach.web.ui.access import Duty, needs
from guisach.web.work.answers import answer, returns_page, slip_for
from guisach.web.work.desks import Desk, note_act
from guisach.web.work.shell import CODE_MAX, REASON_MAX, op_of, source_of, status_of, typed
from guisach.web.work.slips import (
    Slip,
    ask_librarian,
    late_note,
    person_name,
    refusal_slip,
    renew_offers,
    undone_refusal,
)
from guisach.web.work.troubling import offer
from guisach.web.work.wanted import for_whom

if TYPE_CHECKING:
    from guisach.domain.circulation.queries import LoanView


@require_GET
@needs(Permission.LEND, here=True)
def returns(request: HttpRequest, duty: Duty) -> HttpResponse:
    """Take back one book after another."""
    return returns_page(request, duty)


@require_POST
@needs(Permission.LEND, here=True)
def take_back(request: HttpRequest, duty: Duty) -> HttpResponse:
    """Take one book back."""
    code, op = typed(request.POST.get("code", ""), CODE_MAX), op_of(request)
    desk = _desk(request)
    try:
        slip = take_back_here(duty, op, code)
    except DomainError as refusal:
        slip = refusal_slip(refusal, title=_title(code))
        return answer(request, duty, (slip,), desk=desk, status=status_of(refusal))
    note_act(request, op)
    return answer(request, duty, (slip,), desk=desk)


def take_back_here(duty: Duty, op: UUID, code: str) -> Slip:
    """Take a book back where this person stands; a name that is shown leaves a trace."""
    taken = actions.take_back(op_id=op, by=source_of(duty), place=duty.here, barcode=code, clock=duty.clock)
    notes = []
    if taken.loan:
        notes.append(late_note(taken.loan, duty))
        _note_shown_name(duty, taken.loan)
    if taken.copy and taken.copy.base != duty.here and (base := place(taken.copy.base)):
        notes.append(_("Belongs to %(place)s: please put it aside.") % {"place": base.name})
    slip = slip_for(op, duty)
    if taken.wanted is not None:
        note, wanted = for_whom(taken.wanted, duty)
        return replace(slip, sound="look", notes=(note, *filter(None, notes)), offers=(wanted, *slip.offers))
    offers = (*slip.offers, offer("damage", taken.barcode, asks_reason=False)) if taken.copy else slip.offers
    return replace(slip, sound="done", notes=tuple(note for note in notes if note), offers=offers)


def _note_shown_name(duty: Duty, loan: LoanView) -> None:
    if person_name(readers.reader(loan.reader), duty):
        note_access(staff_id=duty.person.pk, act="RETURN", at=duty.at, reader=loan.reader, place=duty.here)


@require_POST
@needs(Permission.LEND, here=True)
def renew(request: HttpRequest, duty: Duty) -> HttpResponse:
    """Let a loan go on; past the limit with a reason, where the person may."""
    code, op = typed(request.POST.get("code", ""), CODE_MAX), op_of(request)
    desk = _desk(request)
    try:
        override = None
        if past := request.POST.get("go_past", ""):
            if past not in actions.AT_ANY_DESK and not duty.may(Permission.OVERRIDE):
                raise actions.OverrideNotAllowed
            override = actions.Override(past, typed(request.POST.get("reason", ""), REASON_MAX))
        actions.renew(op_id=op, by=source_of(duty), place=duty.here, barcode=code, clock=duty.clock, override=override)
    except DomainError as refusal:
        offers = renew_offers(refusal, duty, desk=desk.id if desk else "", barcode=code)
        slip = refusal_slip(refusal, title=_title(code), offers=offers, notes=ask_librarian(refusal, duty))
        return answer(request, duty, (slip,), desk=desk, status=status_of(refusal))
    note_act(request, op)
    return answer(request, duty, (replace(slip_for(op, duty), sound="done"),), desk=desk)


@require_POST
@needs(Permission.LEND, Permission.SETTLE_CASES)
def undo(request: HttpRequest, duty: Duty) -> HttpResponse:
    """Take an act back: one's own on the same day, others' as a librarian."""
    op = op_of(request)
    try:
        target = UUID(request.POST.get("target", ""))
    except ValueError:
        raise BadRequest("no act to take back") from None
    desk = _desk(request)
    try:
        actions.void(
            op_id=op,
            by=source_of(duty),
            target=target,
            reason=typed(request.POST.get("reason", ""), REASON_MAX),
            clock=duty.clock,
        )
    except DomainError as refusal:
        return answer(request, duty, (undone_refusal(refusal),), desk=desk, status=status_of(refusal))
    return answer(request, duty, (slip_for(target, duty),), desk=desk)


def _desk(request: HttpRequest) -> Desk | None:
    return Desk(request) if request.POST.get("desk") else None


def _title(code: str) -> str:
    try:
        copy = copy_by_barcode(normalise_barcode(code))
    except ValueError:
        copy = None
    return copy.title if copy else code[:40]
