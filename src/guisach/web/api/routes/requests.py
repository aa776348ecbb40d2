"""What readers ask for: a title of the network, fetched where they wish."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.http import Http404, HttpRequest
from ninja import Router, Status

from guisach.domain.circulation import actions, queries
from guisach.domain.network.rules.roles import Permission
from guisach.kernel.clock import local_date, system_clock
from guisach.kernel.ids import new_id
from guisach.web.api.access import caller_of
from guisach.web.api.routes.desk import reader_with
from guisach.web.api.schemas import ReceiptOut, RequestIn, RequestOut, RequestsOut

if TYPE_CHECKING:
    from guisach.domain.circulation.rules.planning import Plan

router = Router()


@router.post("/requests", response={201: RequestOut}, operation_id="askFor", by_alias=True, url_name="ask_for")
def ask_for(request: HttpRequest, act: RequestIn) -> Status[dict[str, Any]]:
    """Ask for a title on behalf of a reader. The answer says what comes of it as things are."""
    caller = caller_of(request)
    place = caller.place(act.place, Permission.LEND)
    asked = actions.ask_for(
        op_id=act.op or new_id(),
        by=caller.source,
        place=place,
        reader=act.reader or reader_with(act.card, caller).id,
        record=act.record,
        pickup=act.pickup or place,
        clock=system_clock,
        until=act.until,
        note=act.note,
    )
    return Status(201, request_out(asked.request, asked.plan))


@router.get("/requests", response=RequestsOut, operation_id="requests", by_alias=True, url_name="requests")
def requests(request: HttpRequest, place: str) -> dict[str, Any]:
    """List the open requests to be fetched at a place, with what comes of each; nobody is named."""
    at = caller_of(request).place(place, Permission.LEND)
    found = queries.waiting_for(at, local_date(system_clock()))
    ready = [one.request for one in queries.hold_shelf(at) if one.request and one.request.closed_at is None]
    waiting = [request_out(one.request, one.plan) for one in found]
    return {"requests": waiting + [request_out(one, None) for one in ready if one.pickup == at]}


@router.delete("/requests/{op}", response=ReceiptOut, operation_id="cancelRequest", url_name="cancel_request")
def cancel(request: HttpRequest, op: UUID) -> object:
    """Cancel a request of a place where the caller may lend."""
    caller = caller_of(request)
    at = next((place for place in queries.places_of_request(op) if caller.grants.may(Permission.LEND, place)), None)
    if at is None:
        raise Http404
    return actions.cancel_request(op_id=new_id(), by=caller.source, place=at, request_id=op, clock=system_clock)


def request_out(found: queries.RequestView, plan: Plan | None) -> dict[str, Any]:
    """Return a request in the API's words."""
    return {
        "op": found.op,
        "number": found.number,
        "record": found.record,
        "title": found.title,
        "pickup": found.pickup,
        "since": found.since,
        "state": found.state,
        "position": plan.position if plan else 0,
        "step": plan.step if plan else "",
        "copy": (plan.barcode if plan else "") or found.barcode,
        "from": plan.place if plan else "",
        "expected_on": plan.on if plan else None,
    }
