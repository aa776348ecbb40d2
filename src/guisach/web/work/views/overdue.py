"""Books that should be back: who has what for how long, and what a keeper does about it in person."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from guisach.domain.circulation import actions
from guisach.domain.circulation.queries.overdue import Closed, open_loans_at, overdue
from guisach.domain.messages.queries import contacts, handed_counts, last_told
from guisach.domain.network.queries import Permission
from guisach.domain.readers import queries as readers
from guisach.domain.readers.actions import note_access
from guisach.kernel.text.numbers import whole_number
from guisach.web.ui.access import Duty, needs
from guisach.web.work.message_words import told
from guisach.web.work.shell import fresh_op, op_of, page, way_back

if TYPE_CHECKING:
    from guisach.domain.circulation.queries.overdue import DueLoan

_PER_PAGE = 60
_OFFSET_MAX = 100_000


@require_GET
@needs(Permission.SEE_READERS)
def show(request: HttpRequest, duty: Duty) -> HttpResponse:
    """Show the readers with late books, who has been late longest first."""
    return _page(request, duty)


@require_POST
@needs(Permission.SEE_READERS)
def act(request: HttpRequest, duty: Duty) -> HttpResponse:
    """Show a telephone number, note a talk, or put a slip on the pile, for one reader's late books of one place."""
    op, place = op_of(request), request.POST.get("place", "")
    try:
        reader = UUID(request.POST.get("reader", ""))
    except ValueError:
        raise BadRequest("no reader") from None
    if not duty.may(Permission.SEE_READERS, place) or not open_loans_at(reader, place, duty.today):
        raise Http404
    what = request.POST.get("act", "")
    if what == "phone":
        return _page(request, duty, phone_of=reader)
    if what == "talked":
        actions.note_talk(reader=reader, place=place, op_id=op, by=duty.person.pk, clock=duty.clock)
        messages.success(request, _("Noted that you talked. No message goes about it any more."))
    elif what == "slip":
        actions.slip_for(reader=reader, place=place, op_id=op, clock=duty.clock)
        messages.success(request, _("The slip waits with the others to be printed."))
    else:
        raise BadRequest("no such act")
    return redirect(way_back(request, "work:overdue"))


def _page(request: HttpRequest, duty: Duty, *, phone_of: UUID | None = None) -> HttpResponse:
    said = request.POST if request.method == "POST" else request.GET
    scope, wished = duty.scope(Permission.SEE_READERS), said.get("at", "")
    known = {place.pk: place for place in duty.places}
    if wished and not duty.may(Permission.SEE_READERS, wished):
        raise Http404
    within = [wished] if wished else scope
    offset = _offset(said.get("offset", ""))
    closed = Closed(duty.today, {code: place.commune_id for code, place in known.items()})
    loans = overdue(places=within, on=duty.today, closed=closed, offset=offset, limit=_PER_PAGE + 1)
    has_more, loans = len(loans) > _PER_PAGE, loans[:_PER_PAGE]
    context = {
        "people": _people(duty, loans, phone_of),
        "at": wished,
        "offset": offset,
        "next": offset + _PER_PAGE if has_more else 0,
        "has_places": len(known) > 1,
        "hands": _hands(within, known, duty),
        "names": {code: place.name for code, place in known.items()},
    }
    return page(request, duty, "work/overdue.html", context)


def _people(duty: Duty, loans: list[DueLoan], phone_of: UUID | None) -> list[dict[str, Any]]:
    who = readers.readers({loan.reader for loan in loans}) if loans else {}
    last = last_told([loan.subject for loan in loans]) if loans else {}
    phones = contacts([phone_of], duty.at) if phone_of else {}
    if phone_of:
        note_access(staff_id=duty.person.pk, act="PHONE", at=duty.at, reader=phone_of, place=duty.here)
    elif loans:
        note_access(staff_id=duty.person.pk, act="OVERDUE", at=duty.at, place=duty.here, found=len(who))
    names = {place.pk: place.name for place in duty.places}
    people = []
    for (reader, place), group in groupby(loans, key=lambda loan: (loan.reader, loan.place)):
        books = list(group)
        person, contact = who.get(reader), phones.get(reader)
        people.append(
            {
                "id": reader,
                "name": person.full_name if person else "",
                "place": place,
                "place_name": names.get(place, place),
                "late": max(loan.late for loan in books),
                "books": [
                    {
                        "loan": loan,
                        "told": told(said.channel, said.state, said.at) if (said := last.get(loan.subject)) else "",
                    }
                    for loan in books
                ],
                "is_shown": reader == phone_of,
                "phone": contact.phone if contact else "",
                "guardian": person.guardian_name if person and contact and contact.is_guardians else "",
                "op": fresh_op(),
            }
        )
    return people


def _hands(within: list[str] | None, known: dict[str, Any], duty: Duty) -> list[dict[str, Any]]:
    """What waits here to be printed or read out; at the one place that is looked at."""
    here = within[0] if within is not None and len(within) == 1 else duty.here
    if here not in known or not duty.may(Permission.SEE_READERS, here):
        return []
    counts = handed_counts([here], duty.at).get(here, {})
    return [{"place": here, "slips": counts.get("SLIP", 0), "aloud": counts.get("ALOUD", 0), "name": known[here].name}]


def _offset(text: str) -> int:
    return min(whole_number(text) or 0, _OFFSET_MAX)
