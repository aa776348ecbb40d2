"""A title that is here: corrected in plain words, or taken out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from guisach.domain.catalogue import actions
from guisach.domain.catalogue import queries as catalogue
from guisach.domain.catalogue.rules.marc.outgoing import draft_from
from guisach.domain.network.queries import Permission
from guisach.kernel.errors import DomainError
from guisach.web.ui.access import Duty, needs
from guisach.web.work.cataloguing.forms import FIELD_OF, EditRecord
from guisach.web.work.shell import page, status_of
from guisach.web.work.views.marc import opened_at

if TYPE_CHECKING:
    from guisach.domain.catalogue.queries import RecordView

_UNPROCESSABLE = 422


@require_http_methods(["GET", "POST"])
@needs(Permission.CATALOGUE)
def edit_record(request: HttpRequest, duty: Duty, record: int) -> HttpResponse:
    """Correct a title in plain words; what its MARC says beside them stays."""
    known = _known(record)
    form = EditRecord(request.POST or None, record=known)
    status, theirs = 200, []
    opened = known.updated_at.isoformat()
    if request.method == "POST":
        since = opened_at(request)
        opened = since.isoformat()
        status = _UNPROCESSABLE
        if form.is_valid():
            try:
                is_changed = actions.change_record(
                    record=record, draft=form.draft(), clock=duty.clock, opened_at=since, by=duty.person.pk
                )
            except actions.RecordChangedMeanwhile as refusal:
                form.add_error(None, str(refusal))
                status, theirs = status_of(refusal), _theirs(form, known)
                opened = known.updated_at.isoformat()  # whoever saves now has seen both
            except DomainError as refusal:
                form.add_error(FIELD_OF.get(refusal.code), str(refusal))
                status = status_of(refusal)
            else:
                said = _("Saved: %(title)s") % {"title": form.cleaned_data["title"]}
                messages.success(request, said if is_changed else _("Nothing to change."))
                return redirect("work:record", record)
    context = {"record": known, "form": form, "opened_at": opened, "theirs": theirs}
    return page(request, duty, "work/catalogue/edit_record.html", context, status=status)


def _known(record: int) -> RecordView:
    found = catalogue.record(record)
    if found is None:
        raise Http404
    return found


def _theirs(form: EditRecord, known: RecordView) -> list[tuple[str, str, str]]:
    """Give what differs between what stands there now and what this person wrote: label, theirs, ours."""
    now, mine = draft_from(known), form.draft()
    found = []
    for name, field in form.fields.items():
        there, here = getattr(now, name), getattr(mine, name)
        if there != here:
            found.append((str(field.label), _told(there), _told(here)))
    return found


def _told(value: object) -> str:
    return "; ".join(map(str, value)) if isinstance(value, tuple) else str(value or "–")


@require_http_methods(["GET", "POST"])
@needs(Permission.CATALOGUE)
def delete_record(request: HttpRequest, duty: Duty, record: int) -> HttpResponse:
    """Take a title out that has no copies, after a question."""
    known = _known(record)
    copies = len(catalogue.copies_of_records([record]))
    status, refusal_text = 200, ""
    if request.method == "POST":
        try:
            actions.delete_record(record=record, clock=duty.clock, reason="STAFF")
        except DomainError as refusal:
            status, refusal_text = status_of(refusal), str(refusal)
        else:
            messages.success(request, _("Taken out of the catalogue: %(title)s") % {"title": known.title})
            return redirect("work:books")
    context = {"record": known, "copies": copies, "refusal": refusal_text}
    return page(request, duty, "work/catalogue/delete_record.html", context, status=status)
