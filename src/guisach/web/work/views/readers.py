"""Readers: finding one, making a card, and the page of one. Whatever is shown of a person leaves a trace."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from guisach.domain.circulation import queries as circulation
from guisach.domain.network.queries import Permission, places_by_code
from guisach.domain.readers import actions, queries
from guisach.domain.readers.actions import note_access
from guisach.domain.readers.rules.joining import ADULT_AGE_YEARS, years_between
from guisach.kernel.errors import DomainError
from guisach.web.ui.access import Duty, needs
from guisach.web.work import words
from guisach.web.work.answers import open_loans, warnings_of
from guisach.web.work.desks import note_act
from guisach.web.work.forms import FIELD_OF, Join
from guisach.web.work.shell import fresh_op, op_of, page, source_of, status_of, typed

if TYPE_CHECKING:
    from guisach.domain.readers.queries import ReaderView

_UNPROCESSABLE = 422
_ACCESSES_SHOWN = 6
_TEXT_MAX = 80


@require_GET
@needs(Permission.SEE_READERS)
def find(request: HttpRequest, duty: Duty) -> HttpResponse:
    """Find a reader by name, card or telephone, among those whom this person may see."""
    text = typed(request.GET.get("q", ""), _TEXT_MAX)
    found: list[ReaderView] = []
    if text:
        found = queries.find_readers(text, places=duty.scope(Permission.SEE_READERS))
        note_access(staff_id=duty.person.pk, act="SEARCH", at=duty.at, place=duty.here, found=len(found))
    groups = dict(queries.reader_groups())
    joined_at = places_by_code({reader.place for reader in found}) if found else {}
    lines = [
        {
            "reader": reader,
            "group": words.capital(groups.get(reader.group, "")),
            "place": joined_at[reader.place].name if reader.place in joined_at else "",
        }
        for reader in found
    ]
    context = {"q": text, "lines": lines, "is_full": len(found) == queries.FOUND_MAX}
    return page(request, duty, "work/readers.html", context)


@require_GET
@needs(Permission.SEE_READERS)
def show(request: HttpRequest, duty: Duty, reader: UUID) -> HttpResponse:
    """Show a reader: the open loans, the data, and who looked at them. Books that came back are not shown."""
    found = queries.reader(reader)
    if found is None or not duty.may(Permission.SEE_READERS, found.place):
        raise Http404
    note_access(staff_id=duty.person.pk, act="VIEW", at=duty.at, reader=found.id, place=duty.here)
    loans = open_loans(circulation.loans_of_reader(found.id), duty)
    joined_at = next((place for place in duty.places if place.pk == found.place), None)
    context = {
        "reader": found,
        "group": words.capital(dict(queries.reader_groups()).get(found.group, "")),
        "joined_place": joined_at.name if joined_at else found.place,
        "is_minor": found.birth_on is not None and years_between(found.birth_on, duty.today) < ADULT_AGE_YEARS,
        "loans": loans,
        "warnings": warnings_of(found, loans, duty),
        "accesses": [
            {"name": name, "act": words.access(act), "at": at}
            for name, act, at in queries.accesses_of(found.id, limit=_ACCESSES_SHOWN)
        ],
        "next": request.get_full_path(),
    }
    return page(request, duty, "work/reader.html", context)


@require_http_methods(["GET", "POST"])
@needs(Permission.JOIN, here=True)
def join(request: HttpRequest, duty: Duty) -> HttpResponse:
    """Make a card; whatever was typed stays when something is missing."""
    form = Join(request.POST or None, initial={"name": typed(request.GET.get("name", ""), _TEXT_MAX)})
    status = 200
    if request.method == "POST":
        op = op_of(request)
        status = _UNPROCESSABLE
        if form.is_valid():
            try:
                joined = actions.join(
                    op_id=op,
                    by=source_of(duty),
                    place=duty.here,
                    applicant=form.applicant(),
                    card=form.cleaned_data["card"],
                    clock=duty.clock,
                )
            except DomainError as refusal:
                form.add_error(FIELD_OF.get(refusal.code), str(refusal))
                status = status_of(refusal)
            else:
                note_act(request, op)
                said = {"name": form.cleaned_data["name"], "card": joined.card_no}
                messages.success(request, _("%(name)s is a reader now. Card number: %(card)s") % said)
                return redirect(f"{reverse('work:home')}?reader={joined.reader}")
    op_text = request.POST.get("op") or fresh_op()
    return page(request, duty, "work/join.html", {"form": form, "op": op_text}, status=status)
