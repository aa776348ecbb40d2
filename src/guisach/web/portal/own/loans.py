"""My books: what I have at home, until when, and letting it go on."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from guisach.domain.circulation import actions
from guisach.domain.circulation import queries as circulation
from guisach.domain.journal.actions import portal_source
from guisach.domain.network.queries import places_by_code
from guisach.kernel.clock import system_clock
from guisach.kernel.errors import DomainError
from guisach.kernel.ids import new_id
from guisach.web.portal.own import words
from guisach.web.portal.own.door import Own, own

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

_LOANS_MAX: Final = 100
_LINE: Final = re.compile(r"(?P<op>[0-9a-f-]{36}) (?P<barcode>\S{1,32})")


@dataclass(frozen=True, slots=True)
class Line:
    """A book at home as the page shows it; `line` is what the form sends for it."""

    own: circulation.OwnLoan
    due: words.Due
    why_not: str
    place: str
    line: str


@require_safe
@own
def books(request: HttpRequest, me: Own) -> HttpResponse:
    """Which books do I have, until when, and which can I keep longer?"""
    found = circulation.own_loans(me.reader.id, on=me.frame.today)
    names = places_by_code({one.loan.place for one in found}) if found else {}
    lines = [
        Line(
            own=one,
            due=words.due(one.loan.due_on, me.frame.today),
            why_not=words.why_not(one.verdict) if one.verdict else "",
            place=names[one.loan.place].name if one.loan.place in names else "",
            line=f"{new_id()} {one.loan.barcode}",
        )
        for one in found
    ]
    context = {
        "lines": lines,
        "renewable": sum(1 for one in found if one.verdict is None),
        "card_note": words.card_note(me.reader, me.frame.today),
    }
    return me.show("books.html", context)


@require_POST
@own
def renew(request: HttpRequest, me: Own) -> HttpResponse:
    """Let one book go on (`renew`: its line), or all that may (`all`: every `line` of the form)."""
    sent = request.POST.getlist("line") if "all" in request.POST else request.POST.getlist("renew")
    by = portal_source(at=me.frame.now)
    renewed = 0
    refused: DomainError | None = None
    for match in filter(None, map(_LINE.fullmatch, sent[:_LOANS_MAX])):
        try:
            op_id = UUID(match["op"])
            actions.renew(op_id=op_id, by=by, place="", barcode=match["barcode"], clock=system_clock, own=me.reader.id)
        except ValueError:
            continue
        except DomainError as refusal:
            refused = refusal
        else:
            renewed += 1
    # No titles: the next page may already be somebody else's.
    if renewed:
        said = ngettext("%(n)s book renewed: see its new day.", "%(n)s books renewed: see the new days.", renewed)
        messages.success(request, said % {"n": renewed})
    elif refused is not None:
        messages.warning(request, words.refused(refused))
    else:
        messages.info(request, _("Nothing was renewed: no book was chosen."))
    return HttpResponseRedirect(reverse("portal:my_books"))
