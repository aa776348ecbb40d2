"""Readers: found by card, and every look leaves a trace."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import Http404, HttpRequest
from ninja import Query, Router, Status

from guisach.domain.circulation import queries as circulation
from guisach.domain.network.rules.roles import Permission
from guisach.domain.readers import actions, queries
from guisach.domain.readers.rules.cards import normalise_card
from guisach.domain.readers.rules.joining import Applicant
from guisach.kernel.clock import system_clock
from guisach.kernel.ids import new_id
from guisach.web.api.access import caller_of
from guisach.web.api.routes.desk import loan_out
from guisach.web.api.schemas import JoinedOut, JoinIn, ReaderOut

router = Router()


@router.get("/readers", response=ReaderOut, operation_id="reader", by_alias=True)
def reader(request: HttpRequest, card: Annotated[str, Query(max_length=200)]) -> dict[str, Any]:
    """Return the reader with this card and their open loans, where the caller may see readers of that place."""
    caller = caller_of(request)
    try:
        found = queries.reader_by_card(normalise_card(card))
    except ValueError:
        found = None
    may_see = caller.grants.everywhere(Permission.SEE_READERS)
    if found is None or not (may_see or caller.grants.may(Permission.SEE_READERS, found.place)):
        raise Http404  # not 403: whether somebody reads elsewhere is nobody's business here
    actions.note_access(staff_id=caller.staff.pk, act="API", at=system_clock(), reader=found.id, place=found.place)
    return {
        "id": found.id,
        "name": found.full_name,
        "card": found.card_no,
        "group": found.group,
        "expires_on": found.expires_on,
        "loans": [loan_out(loan) for loan in circulation.loans_of_reader(found.id)],
    }


@router.post("/readers", response={201: JoinedOut}, operation_id="join")
def join(request: HttpRequest, act: JoinIn) -> Status[dict[str, Any]]:
    """Enrol a reader; an empty card gets the next number."""
    caller = caller_of(request)
    op = act.op or new_id()
    who = Applicant(
        name=" ".join(act.name.split()),
        group=act.group,
        birth_on=act.birth,
        phone=act.phone,
        address=act.address,
        guardian=act.guardian,
        guardian_phone=act.guardian_phone,
        has_consent=act.consent,
        has_assent=act.assent,
    )
    joined = actions.join(
        op_id=op,
        by=caller.source,
        place=caller.place(act.place, Permission.JOIN),
        applicant=who,
        card=act.card,
        clock=system_clock,
    )
    return Status(201, {"op": op, "reader": joined.reader, "card": joined.card_no})
