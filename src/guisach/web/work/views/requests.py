"""What readers wait for: what to pull and send, what arrives, what stands on the hold shelf, and new requests."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from guisach.domain.catalogue.queries import copy_by_barcode, record
from guisach.domain.catalogue.rules.barcodes import normalise_barcode
from guisach.domain.circulation import actions
from guisach.domain.circulation import queries as circulation
from guisach.domain.network.queries import Permission, places, places_by_code
from guisach.domain.readers import queries as readers
from guisach.domain.readers.actions import note_access
from guisach.kernel.errors import DomainError
from guisach.web.ui.access import Duty, needs
from guisach.web.ui.plans import plan_text, position_text
from guisach.web.work import words
from guisach.web.work.answers import answer, slip_for
from guisach.web.work.desks import Desk, note_act
from guisach.web.work.shell import CODE_MAX, fresh_op, go_back, op_of, page, source_of, status_of, typed
from guisach.web.work.slips import person_name, refusal_slip
from guisach.web.work.strangers import reader_with
from guisach.web.work.wanted import who_waits

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from guisach.domain.circulation.queries import RequestView, Wanted

PARTS = {
    "pull": gettext_lazy("To take from the shelf"),
    "arriving": gettext_lazy("Arriving"),
    "shelf": gettext_lazy("Hold shelf"),
    "waiting": gettext_lazy("Still waiting"),
}
_NOTE_MAX, _BAG = 300, "BAG"


@require_GET
@needs(Permission.LEND, here=True)
def show_list(request: HttpRequest, duty: Duty) -> HttpResponse:
    """Show one part of what there is to do at this place for readers who wait."""
    part = request.GET.get("part", "")
    part = part if part in PARTS else "pull"
    lines = {"pull": _to_pull, "arriving": _arriving, "shelf": _on_shelf, "waiting": _waiting}[part](duty)
    for line in lines:
        for one in line["acts"]:
            one["op"] = fresh_op()
    context = {"part": part, "parts": PARTS.items(), "lines": lines, "next": f"{request.path}?part={part}"}
    return page(request, duty, "work/requests.html", context)


def _to_pull(duty: Duty) -> list[dict[str, Any]]:
    found = circulation.to_pull(duty.here, duty.today)
    who, names = _names(duty, [one.request for one in found])
    return [
        {
            "title": one.request.title,
            "copy": one.plan.barcode,
            "who": who[one.request.op],
            "text": _goes_to(one, duty, names),
            "acts": [_act(one, duty, names)],
        }
        for one in found
    ]


def _arriving(duty: Duty) -> list[dict[str, Any]]:
    found = circulation.arrivals(duty.here)
    who, names = _names(duty, [one.request for one in found if one.request], [one.sent_from for one in found])
    return [
        {
            "title": one.title or one.barcode,
            "copy": one.barcode,
            "who": who[one.request.op] if one.request else "",
            "text": _("sent by %(place)s") % {"place": names.get(one.sent_from, one.sent_from)},
            "age": words.age(one.sent_at, duty.at) if one.sent_at else "",
            "acts": [{"do": "receive", "label": _("It is here"), "code": one.barcode}],
        }
        for one in found
    ]


def _on_shelf(duty: Duty) -> list[dict[str, Any]]:
    found = circulation.hold_shelf(duty.here)
    who, _places = _names(duty, [one.request for one in found if one.request])
    lines = []
    for one in found:
        is_over = one.request is None or one.request.closed_at is not None
        lines.append(
            {
                "title": one.title or one.barcode,
                "copy": one.barcode,
                "who": who[one.request.op] if one.request and not is_over else "",
                "text": _("Nobody waits for it any more.") if is_over else _("waits to be fetched"),
                "age": words.age(one.at, duty.at),
                "is_over": is_over,
                "acts": [{"do": "put_back", "label": _("Put back among the others"), "code": one.barcode}],
            }
        )
    return sorted(lines, key=lambda line: not line["is_over"])


def _waiting(duty: Duty) -> list[dict[str, Any]]:
    found = circulation.waiting_for(duty.here, duty.today)
    who, names = _names(duty, [one.request for one in found], [one.plan.place for one in found])
    return [
        {
            "title": one.request.title or _none_yet(one.request),
            "href": reverse("work:bag", args=[one.request.op]) if one.request.sort == _BAG else "",
            "copy": one.plan.barcode,
            "who": who[one.request.op],
            "text": " ".join(filter(None, (plan_text(one.plan, names), position_text(one.plan)))),
            "age": words.age(one.request.since, duty.at),
            "acts": [{"do": "cancel", "label": _("Cancel"), "request": str(one.request.op)}],
        }
        for one in found
    ]


def _none_yet(asked: RequestView) -> str:
    return _("A bag of surprises") if asked.sort == _BAG else _("A title that no place has")


def _names(
    duty: Duty, asked: Iterable[RequestView], codes: Iterable[str] = ()
) -> tuple[dict[UUID, str], dict[str, str]]:
    """Name who waits where this person may know it, else by the pick-up number; and the places. Two queries."""
    wanted = list(asked)
    people = readers.readers({one.reader for one in wanted if one.reader}) if wanted else {}
    shown = sum(bool(person_name(reader, duty)) for reader in people.values())
    if shown:  # one trace for the list, as for a search
        note_access(staff_id=duty.person.pk, act="SEARCH", at=duty.at, place=duty.here, found=shown)
    who = {one.op: who_waits(one, people.get(one.reader) if one.reader else None, duty) for one in wanted}
    at = {one.pickup for one in wanted} | set(codes)
    return who, {code: place.name for code, place in places_by_code(at).items()} if at else {}


def _goes_to(one: Wanted, duty: Duty, names: Mapping[str, str]) -> str:
    if one.request.pickup == duty.here:
        return _("to be fetched here")
    return _("goes to %(place)s") % {"place": names.get(one.request.pickup, one.request.pickup)}


def _act(one: Wanted, duty: Duty, names: Mapping[str, str]) -> dict[str, str]:
    act = {"code": one.plan.barcode, "request": str(one.request.op), "to": one.request.pickup}
    if one.request.pickup == duty.here:
        return {**act, "do": "set_aside", "label": _("Set aside")}
    place = names.get(one.request.pickup, one.request.pickup)
    return {**act, "do": "send", "label": _("Sent to %(place)s") % {"place": place}}


@require_POST
@needs(Permission.LEND, here=True)
def act(request: HttpRequest, duty: Duty) -> HttpResponse:
    """Set a copy aside, send it, take it in, put it back, or cancel a request."""
    op, wanted = op_of(request), request.POST.get("do", "")
    desk = Desk(request) if request.POST.get("desk") else None
    code = typed(request.POST.get("code", ""), CODE_MAX)
    try:
        if wanted == "cancel":
            return _cancel(request, duty, op)
        _do(wanted, op, duty, code, request)
    except DomainError as refusal:
        slip = refusal_slip(refusal, title=_title(code))
        return answer(request, duty, (slip,), desk=desk, status=status_of(refusal))
    note_act(request, op)
    return answer(request, duty, (replace(slip_for(op, duty), sound="done"),), desk=desk)


def _do(wanted: str, op: UUID, duty: Duty, code: str, request: HttpRequest) -> None:
    here: dict[str, Any] = {
        "op_id": op,
        "by": source_of(duty),
        "place": duty.here,
        "barcode": code,
        "clock": duty.clock,
    }
    if wanted == "set_aside":
        actions.set_aside(**here, request_id=_request_id(request))
    elif wanted == "send":
        asked = _request_id(request) if request.POST.get("request") else None
        actions.send(**here, to=typed(request.POST.get("to", ""), CODE_MAX), request_id=asked)
    elif wanted == "receive":
        actions.receive(**here)
    elif wanted == "put_back":
        actions.put_back(**here)
    else:
        raise BadRequest("no such act")


def _cancel(request: HttpRequest, duty: Duty, op: UUID) -> HttpResponse:
    wanted = _request_id(request)
    if not any(duty.may(Permission.LEND, place) for place in circulation.places_of_request(wanted)):
        raise Http404
    actions.cancel_request(op_id=op, by=source_of(duty), place=duty.here, request_id=wanted, clock=duty.clock)
    messages.success(request, _("The request was cancelled."))
    if "next" in request.POST:
        return go_back(request)
    return redirect(f"{reverse('work:requests')}?part=waiting")


def _request_id(request: HttpRequest) -> UUID:
    try:
        return UUID(request.POST.get("request", ""))
    except ValueError:
        raise BadRequest("no request") from None


def _title(code: str) -> str:
    try:
        copy = copy_by_barcode(normalise_barcode(code))
    except ValueError:
        copy = None
    return copy.title if copy else code[:40]


@require_http_methods(["GET", "POST"])
@needs(Permission.LEND, here=True)
def new(request: HttpRequest, duty: Duty, record_id: int) -> HttpResponse:
    """Ask for a title on behalf of a reader who stands here with their card."""
    title = record(record_id)
    if title is None:
        raise Http404
    choices = _pickups(duty)
    context: dict[str, Any] = {"record": title, "pickups": choices, "pickup": duty.here, "note": ""}
    context["card"] = typed(request.GET.get("card", ""), CODE_MAX)  # from the page of a reader
    if request.method != "POST":
        return page(request, duty, "work/request_new.html", {**context, "op": fresh_op()})
    card = typed(request.POST.get("card", ""), CODE_MAX)
    pickup = request.POST.get("pickup", "")
    note = typed(request.POST.get("note", ""), _NOTE_MAX)
    try:
        asked = actions.ask_for(
            op_id=op_of(request),
            by=source_of(duty),
            place=duty.here,
            reader=reader_with(card, duty).id,
            record=title.id,
            pickup=pickup if pickup in dict(choices) else "",
            clock=duty.clock,
            note=note,
        )
    except DomainError as refusal:
        again = {"op": fresh_op(), "card": card, "note": note, "pickup": pickup, "refusal": refusal}
        return page(request, duty, "work/request_new.html", {**context, **again}, status=status_of(refusal))
    where = {asked.plan.place, pickup} if asked.plan else {pickup}
    names = {code: place.name for code, place in places_by_code(where).items()}
    said = (
        _("Asked for “%(title)s”.") % {"title": title.title},
        plan_text(asked.plan, names),
        position_text(asked.plan),
    )
    messages.success(request, " ".join(filter(None, said)))
    return redirect(f"{reverse('work:requests')}?part={'pull' if _is_here(asked, duty) else 'waiting'}")


def _is_here(asked: actions.Asked, duty: Duty) -> bool:
    return asked.plan is not None and asked.plan.place == duty.here and asked.request.pickup == duty.here


def _pickups(duty: Duty) -> list[tuple[str, str]]:
    """Where a reader of this place would fetch a book: here, elsewhere in the commune, at the provincial library."""
    if duty.place is None:
        raise Http404
    near = places(commune=duty.place.commune_id, on=duty.today)
    central = places(kinds=["PROVINCIAL_LIBRARY"], on=duty.today)
    found = {one.pk: one.name for one in (*near, *central) if one.service_mode != "OPEN_SHELF"}
    return sorted(found.items(), key=lambda one: (one[0] != duty.here, one[1]))
