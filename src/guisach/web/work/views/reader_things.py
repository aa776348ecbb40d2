"""What a reader waits for, and what was taken from them: a part of their page, fetched apart, and a page of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from guisach.domain.catalogue.queries import search
from guisach.domain.catalogue.rules.search import Query
from guisach.domain.circulation import queries as circulation
from guisach.domain.circulation.queries.payments import money_on, payments_of
from guisach.domain.network.queries import Permission, places_by_code
from guisach.domain.readers import queries as readers
from guisach.domain.readers.actions import note_access
from guisach.web.ui.access import Duty, needs
from guisach.web.work import words
from guisach.web.work.shell import fresh_op, is_partial, page, typed

if TYPE_CHECKING:
    from uuid import UUID

_SUGGESTION, _DEPOSIT, _BAG, _READY = "SUGGESTION", "DEPOSIT", "BAG", "READY"
_TEXT_MAX, _HITS = 80, 8


@require_GET
@needs(Permission.SEE_READERS)
def show(request: HttpRequest, duty: Duty, reader: UUID) -> HttpResponse:
    """Show the open requests, look a title up to ask for it, and what was taken where a province takes anything."""
    known = readers.reader(reader)
    if known is None or known.erased_at or known.survivor or not duty.may(Permission.SEE_READERS, known.place):
        raise Http404
    person = readers.ids_of(known.id)
    found = [one for one in circulation.requests_of_reader(person) if one.sort != _SUGGESTION]
    places = places_by_code({one.pickup for one in found}) if found else {}
    text = typed(request.GET.get("q", ""), _TEXT_MAX)
    payments = payments_of(person)
    is_held = any(one.sort == _DEPOSIT and one.back_at is None for one in payments)
    context: dict[str, Any] = {
        "reader": known,
        "lines": [
            {
                "one": one,
                "title": one.title or (_("A bag of surprises") if one.sort == _BAG else _("A title that no place has")),
                "state": words.capital(one.state_label),
                "pickup": places[one.pickup].name if one.pickup in places else one.pickup,
                "op": fresh_op(),
            }
            for one in found
        ],
        "waiting_here": sum(one.state == _READY and one.pickup == duty.here for one in found),
        "lend_op": fresh_op(),
        "may_ask": bool(duty.here) and duty.may(Permission.LEND),
        "payments": payments,
        "takes_deposits": not is_held and bool(duty.here) and money_on(duty.today).deposit_vnd is not None,
        "q": text,
        "hits": search(Query(text=text, limit=_HITS)).records if text else [],
    }
    if is_partial(request):
        return render(request, "work/reader_things_part.html", {"duty": duty, **context})
    note_access(staff_id=duty.person.pk, act="VIEW", at=duty.at, reader=known.id, place=duty.here)
    return page(request, duty, "work/reader_things.html", context)
