"""How a reader signs in to their own pages: the keeper hands over a start code, and never learns the PIN."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from guisach.domain.network.queries import Permission
from guisach.domain.readers import actions, queries
from guisach.domain.readers.actions import FaceToFace, note_access
from guisach.kernel.clock import local_date
from guisach.kernel.errors import DomainError
from guisach.web.ui.access import Duty, needs
from guisach.web.work.shell import page, status_of
from guisach.web.work.views.readers import of_our_places

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from guisach.domain.readers.queries import ReaderView


@require_http_methods(["GET", "POST"])
@needs(Permission.JOIN, here=True)
def pin(request: HttpRequest, duty: Duty, reader: UUID) -> HttpResponse:
    """Give a start code, open signing in that rests, or take it away; nothing of the PIN itself is ever shown."""
    known = of_our_places(reader, duty)
    met = FaceToFace(known.id, duty.person.pk, duty.here)
    refusal: DomainError | None = None
    try:
        match request.POST.get("do", "") if request.method == "POST" else "":
            case "give":
                wish = "guardian" in request.POST
                code = actions.give_start_code(met=met, guardian_wishes=wish, clock=duty.clock)
                return _slip(request, duty, known, code)
            case "open":
                actions.let_try_again(met=met, clock=duty.clock)
                messages.success(request, _("Signing in is open again for this card."))
                return redirect("work:pin", known.id)
            case "away":
                actions.take_pin_away(met=met, clock=duty.clock)
                messages.success(request, _("Signing in with this card is over; a new start code opens it again."))
                return redirect("work:pin", known.id)
    except DomainError as refused:
        refusal = refused
    note_access(staff_id=duty.person.pk, act="VIEW", at=duty.at, reader=known.id, place=duty.here)
    context = {
        "reader": known,
        "standing": queries.pin_of(known.id, at=duty.at),
        "rests_until": queries.sign_in_rests_until(known.card_no, at=duty.at),
        "is_minor": actions.is_minor(known, on=local_date(duty.at)),
        "refusal": refusal,
    }
    return page(request, duty, "work/pin.html", context, status=status_of(refusal) if refusal else 200)


def _slip(request: HttpRequest, duty: Duty, reader: ReaderView, code: str) -> HttpResponse:
    """Show the code once, on a page that no browser keeps."""
    context = {"reader": reader, "code": f"{code[:4]} {code[4:]}", "standing": queries.pin_of(reader.id, at=duty.at)}
    answer = page(request, duty, "work/pin_slip.html", context)
    answer["Cache-Control"] = "no-store, private"
    return answer
