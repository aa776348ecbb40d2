"""My requests: asking for a title of the network, what comes of it, and taking it back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from guisach.domain.catalogue.queries import record
from guisach.domain.circulation import actions
from guisach.domain.circulation import queries as circulation
from guisach.domain.journal.actions import portal_source
from guisach.domain.network.queries import places, places_by_code
from guisach.domain.readers import queries as readers
from guisach.kernel.clock import system_clock
from guisach.kernel.errors import DomainError
from guisach.kernel.ids import new_id
from guisach.web.portal.own import words
from guisach.web.portal.own.door import Own, own
from guisach.web.portal.own.forms import Suggest
from guisach.web.ui.plans import plan_text, position_text, suggestion_text

if TYPE_CHECKING:
    from guisach.domain.network.models import Place

_UNPROCESSABLE: Final = 422
_BAG: Final = "BAG"
_SUGGESTION: Final = "SUGGESTION"  # has a page of its own
_SHELF_ONLY: Final = "OPEN_SHELF"  # nobody lends there by name


@dataclass(frozen=True, slots=True)
class Line:
    """A request as the page shows it."""

    asked: circulation.RequestView
    pickup: str
    plan: str
    position: str
    op: str


@require_safe
@own
def requests(request: HttpRequest, me: Own) -> HttpResponse:
    """What did I ask for, and when does it come?"""
    found = [one for one in circulation.requests_of_reader(readers.ids_of(me.reader.id)) if one.sort != _SUGGESTION]
    plans = circulation.plans_of({one.record for one in found if one.record}, me.frame.today) if found else {}
    codes = {one.pickup for one in found} | {plan.place for plan in plans.values() if plan.place}
    names = {code: place.name for code, place in places_by_code(codes).items()} if codes else {}
    lines = [
        Line(
            asked=one,
            pickup=names.get(one.pickup, one.pickup),
            plan=_("A keeper packs it.") if one.sort == _BAG else plan_text(plans.get(one.op), names),
            position=position_text(plans.get(one.op)),
            op=str(new_id()),
        )
        for one in found
    ]
    return me.show("requests.html", {"lines": lines})


@require_http_methods(["GET", "POST"])
@own
def ask(request: HttpRequest, me: Own, record_id: int) -> HttpResponse:
    """Ask for a title: where shall it be fetched?"""
    title = record(record_id)
    if title is None:
        raise Http404
    choices = pickups()
    pickup = request.POST.get("pickup", "") or me.reader.place
    refusal, status = "", 200
    if request.method == "POST":
        try:
            actions.ask_for(
                op_id=op_in(request),
                by=portal_source(at=me.frame.now),
                place="",
                reader=me.reader.id,
                record=title.id,
                pickup=pickup if pickup in {place.pk for place in choices} else "",
                clock=system_clock,
            )
        except DomainError as refused:
            refusal, status = words.not_asked(refused), refused.status
        else:
            messages.success(request, _("Asked for. Here you see what comes of it."))
            return HttpResponseRedirect(reverse("portal:my_requests"))
    context = {"record": title, "pickups": choices, "pickup": pickup, "refusal": refusal, "op": new_id()}
    return me.show("ask.html", context, status=status)


@require_POST
@own
def cancel(request: HttpRequest, me: Own) -> HttpResponse:
    """Take a request back."""
    try:
        actions.cancel_request(
            op_id=op_in(request),
            by=portal_source(at=me.frame.now),
            place="",
            request_id=UUID(request.POST.get("request", "")),
            clock=system_clock,
            own=me.reader.id,
        )
    except ValueError:
        pass  # nothing that this page offers
    except DomainError as refused:
        messages.warning(request, words.not_asked(refused))
    else:
        messages.success(request, _("Taken back: nothing is set aside for you any more."))
    return HttpResponseRedirect(reverse("portal:my_requests"))


@require_http_methods(["GET", "POST"])
@own
def suggest(request: HttpRequest, me: Own) -> HttpResponse:
    """What should the library have? And what was answered to me?"""
    form, status = Suggest(request.POST or None), 200
    if request.method == "POST":
        status = _UNPROCESSABLE
        if form.is_valid():
            try:
                actions.suggest(
                    op_id=op_in(request),
                    by=portal_source(at=me.frame.now),
                    place="",
                    reader=me.reader.id,
                    clock=system_clock,
                    **form.cleaned_data,
                )
            except DomainError as refused:
                form.add_error("wanted", str(refused))
                status = refused.status
            else:
                messages.success(request, _("Thank you. The answer will stand here."))
                return HttpResponseRedirect(reverse("portal:my_suggest"))
    found = circulation.suggestions_of(readers.ids_of(me.reader.id))
    lines = [{"one": one, "state": suggestion_text(one.state)} for one in found]
    return me.show("suggest.html", {"form": form, "lines": lines, "op": new_id()}, status=status)


def pickups() -> list[Place]:
    """Give the places where books are fetched."""
    return [place for place in places() if place.service_mode != _SHELF_ONLY]


def op_in(request: HttpRequest) -> UUID:
    """Give the id under which the form is one act however often it is sent."""
    try:
        return UUID(request.POST.get("op", ""))
    except ValueError:
        return new_id()
