"""Corrections that readers asked for from home: applied as asked, or left with a reason that the reader is told."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from guisach.domain.network.queries import Permission
from guisach.domain.readers import queries
from guisach.domain.readers.actions import note_access
from guisach.domain.readers.actions.corrections import apply_correction, refuse_correction
from guisach.domain.readers.queries.corrections import CorrectionView, corrections
from guisach.kernel.errors import DomainError
from guisach.web.ui import formats
from guisach.web.ui.access import Duty, needs
from guisach.web.work.merge_form import LABELS
from guisach.web.work.shell import REASON_MAX, fresh_op, op_of, page, source_of, status_of, typed

if TYPE_CHECKING:
    from guisach.domain.readers.queries import ReaderView


@require_http_methods(["GET", "POST"])
@needs(Permission.JOIN, here=True)
def show(request: HttpRequest, duty: Duty) -> HttpResponse:
    """Show what readers of these places asked to be put right, and settle one."""
    status, complaint, said, whose = 200, "", "", None
    if request.method == "POST":
        op, known = op_of(request), _reader(request, duty)
        said, whose = typed(request.POST.get("reason", ""), REASON_MAX), known.id
        try:
            if "refuse" in request.POST:
                refuse_correction(reader=known.id, reason=said, clock=duty.clock)
                messages.success(request, _("Left as it was; the reader is told why."))
            else:
                apply_correction(op_id=op, by=source_of(duty), reader=known.id, place=duty.here, clock=duty.clock)
                note_access(staff_id=duty.person.pk, act="CORRECT", at=duty.at, reader=known.id, place=duty.here)
                messages.success(request, _("Put right; the reader is told."))
        except DomainError as refusal:
            complaint, status = str(refusal), status_of(refusal)
        else:
            return redirect("work:corrections")
    found = corrections([place.pk for place in duty.places if duty.may(Permission.JOIN, place.pk)])
    people = queries.readers({one.reader for one in found}) if found else {}
    if found:
        note_access(staff_id=duty.person.pk, act="SEARCH", at=duty.at, place=duty.here, found=len(found))
    names = {place.pk: place.name for place in duty.places}
    lines = [
        {
            "reader": reader,
            "changes": _changes(one, reader),
            "note": one.note,
            "place": names.get(one.place, ""),
            "asked_at": one.asked_at,
            "op": fresh_op(),
            "complaint": complaint if reader.id == whose else "",
            "reason": said if reader.id == whose else "",
        }
        for one in found
        if (reader := people.get(one.reader)) is not None
    ]
    return page(request, duty, "work/corrections.html", {"lines": lines}, status=status)


def _reader(request: HttpRequest, duty: Duty) -> ReaderView:
    known = None
    with suppress(ValueError):
        known = queries.reader(UUID(request.POST.get("reader", "")))
    if known is None or known.erased_at or known.survivor or not duty.may(Permission.JOIN, known.place):
        raise Http404
    return known


def _changes(one: CorrectionView, reader: ReaderView) -> list[tuple[str, str, str]]:
    return [
        (str(LABELS[name]), _shown(getattr(reader.applicant, name)), _shown(value))
        for name, value in one.wanted.items()
    ]


def _shown(value: object) -> str:
    return formats.day(value) if isinstance(value, date) else str(value or "–")
