"""My card: what is kept of me and who looked at it, how I want to hear from the library, and taking it all back."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from guisach.domain.circulation.queries import own_loans
from guisach.domain.circulation.queries.payments import payments_of
from guisach.domain.journal.actions import portal_source
from guisach.domain.network.queries import places_by_code
from guisach.domain.readers import actions, queries
from guisach.domain.readers.kinds import all_belongings
from guisach.kernel.clock import system_clock
from guisach.kernel.errors import DomainError
from guisach.kernel.ids import new_id
from guisach.web.portal.own import words
from guisach.web.portal.own.consent import asked, purposes, wishes_of
from guisach.web.portal.own.door import Own, own

if TYPE_CHECKING:
    from django.http import HttpRequest

_ACCESSES_SHOWN = 10


@require_safe
@own
def card(request: HttpRequest, me: Own) -> HttpResponse:
    """What does the library keep of me?"""
    reader = me.reader
    place = places_by_code([reader.place]).get(reader.place) if reader.place else None
    context = {
        "place": place,
        "group": dict(queries.reader_groups()).get(reader.group, ""),
        "channels": queries.channels(),
        "languages": queries.languages(),
        "accesses": [
            {**one._asdict(), "act": words.access(one.act)}
            for one in queries.accesses_of(reader.id, limit=_ACCESSES_SHOWN)
        ],
        "payments": payments_of(queries.ids_of(reader.id)),
        "is_minor": actions.is_minor(reader, on=me.frame.today),
        "purposes": purposes(reader, wishes_of(reader)),
        "asked": asked(reader),
        "op": new_id(),
        "withdraw_op": new_id(),
        "erase_op": new_id(),
    }
    return me.show("card.html", context)


@require_POST
@own
def contact(request: HttpRequest, me: Own) -> HttpResponse:
    """Change how the library speaks to me: by which way, in which language."""
    known = me.reader.applicant
    channel, language = request.POST.get("channel", ""), request.POST.get("language", "")
    is_known = channel in {"", *dict(queries.channels())} and language in dict(queries.languages())
    op_id = _op(request)
    if op_id is None or not is_known:
        messages.warning(request, _("Please choose from the lists."))
    else:
        try:
            actions.correct(
                op_id=op_id,
                by=portal_source(at=me.frame.now),
                reader=me.reader.id,
                place="",
                applicant=replace(known, channel=channel, language=language),
                shown=known,
                card="",
                renews=False,
                clock=system_clock,
            )
        except DomainError:
            # Something else is missing on the card (a child's own yes, say), which only a desk can put right.
            messages.warning(request, _("It could not be changed here: please have the card put right at the desk."))
        else:
            messages.success(request, _("Noted: this is how the library will speak to you."))
    return HttpResponseRedirect(reverse("portal:my_card"))


@require_POST
@own
def erase(request: HttpRequest, me: Own) -> HttpResponse:
    """Take my consent back: the wish is noted, and a librarian does what is needed."""
    op_id = _op(request)
    if op_id is None or "sure" not in request.POST:
        messages.warning(request, _("Nothing was sent: please tick the box first."))
    else:
        actions.ask_to_be_erased(
            op_id=op_id, by=portal_source(at=me.frame.now), reader=me.reader.id, clock=system_clock
        )
        messages.success(
            request, _("Your wish is noted. The provincial library sees to it once no book is out on your card.")
        )
    return HttpResponseRedirect(reverse("portal:my_card"))


@require_safe
@own
def data(request: HttpRequest, me: Own) -> HttpResponse:
    """Give me everything that is kept of me, to take away."""
    person = queries.ids_of(me.reader.id)
    told: dict[str, Any] = {
        "card": {name: getattr(me.reader, name) for name in words.TOLD},
        "books_at_home": [
            {
                "title": one.loan.title,
                "barcode": one.loan.barcode,
                "lent_at": one.loan.lent_at,
                "due_on": one.loan.due_on,
            }
            for one in own_loans(me.reader.id, on=me.frame.today)
        ],
        "who_looked": [one._asdict() for one in queries.accesses_of(me.reader.id, limit=1000)],
        **{room.name: room.told(person) for room in all_belongings()},
    }
    text = json.dumps(told, ensure_ascii=False, indent=1, default=str)
    answer = HttpResponse(text, content_type="application/json; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="thu-vien.json"'
    return answer


def _op(request: HttpRequest) -> UUID | None:
    with suppress(ValueError):
        return UUID(request.POST.get("op", ""))
    return None
