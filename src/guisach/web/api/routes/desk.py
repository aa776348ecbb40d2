"""Acts at a desk: the rules are asked first, and a refusal says how to go on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpRequest
from ninja import Router, Status

from guisach.domain.circulation import actions
from guisach.domain.circulation.actions import Override, OverrideNotAllowed
from guisach.domain.circulation.actions.refusals import ReaderUnknown
from guisach.domain.network.rules.roles import Permission
from guisach.domain.readers import actions as reader_acts
from guisach.kernel.clock import local_date, system_clock
from guisach.kernel.ids import new_id
from guisach.web.api.access import Caller, caller_of
from guisach.web.api.schemas import (
    ActIn,
    CopyIn,
    LoanIn,
    LoanOut,
    ReceiptOut,
    ReturnOut,
    TallyIn,
    VoidIn,
)

if TYPE_CHECKING:
    from guisach.domain.circulation.queries import LoanView
    from guisach.domain.readers.queries import ReaderView

router = Router()


@router.post("/loans", response={201: LoanOut}, operation_id="lend", by_alias=True)
def lend(request: HttpRequest, act: LoanIn) -> Status[dict[str, Any]]:
    """Lend a copy to a reader."""
    caller = caller_of(request)
    place = caller.place(act.place, Permission.LEND)
    met: ReaderView | None = None
    lent = actions.lend(
        op_id=act.op or new_id(),
        by=caller.source,
        place=place,
        barcode=act.copy_,
        reader=act.reader or (met := reader_with(act.card, caller)).id,
        clock=system_clock,
        override=_override(act, caller, place),
    )
    if met is not None and not caller.grants.may(Permission.SEE_READERS, met.place):
        reader_acts.forgive_strange_card(username=caller.staff.username)
    return Status(201, loan_out(lent.loan, case=lent.receipt.case))


@router.post("/returns", response={201: ReturnOut}, operation_id="takeBack", by_alias=True)
def take_back(request: HttpRequest, act: CopyIn) -> Status[dict[str, Any]]:
    """Take a copy back; one that was not on loan is noted as seen at the place."""
    caller = caller_of(request)
    place = caller.place(act.place, Permission.LEND)
    op = act.op or new_id()
    done = actions.take_back(
        op_id=op,
        by=caller.source,
        place=place,
        barcode=act.copy_,
        clock=system_clock,
        override=_override(act, caller, place),
    )
    answer = {
        "op": op,
        "copy": done.barcode,
        "title": done.copy.title if done.copy else "",
        "outcome": done.receipt.outcome,
        "case": done.receipt.case,
        "loan": loan_out(done.loan) if done.loan else None,
    }
    return Status(201, answer)


@router.post("/renewals", response={201: LoanOut}, operation_id="renew", by_alias=True)
def renew(request: HttpRequest, act: CopyIn) -> Status[dict[str, Any]]:
    """Let the open loan of a copy go on."""
    caller = caller_of(request)
    place = caller.place(act.place, Permission.LEND)
    renewed = actions.renew(
        op_id=act.op or new_id(),
        by=caller.source,
        place=place,
        barcode=act.copy_,
        clock=system_clock,
        override=_override(act, caller, place),
    )
    return Status(201, loan_out(renewed.loan, case=renewed.receipt.case))


@router.post("/sightings", response={201: ReceiptOut}, operation_id="sight")
def sight(request: HttpRequest, act: CopyIn) -> Status[object]:
    """Note that a copy is here."""
    caller = caller_of(request)
    place = caller.place(act.place, Permission.LEND)
    receipt = actions.sight(
        op_id=act.op or new_id(), by=caller.source, place=place, barcode=act.copy_, clock=system_clock
    )
    return Status(201, receipt)


@router.post("/voids", response={201: ReceiptOut}, operation_id="void")
def void(request: HttpRequest, act: VoidIn) -> Status[object]:
    """Take an operation back: its author the same day, later a librarian."""
    receipt = actions.void(
        op_id=act.op or new_id(),
        by=caller_of(request).source,
        target=act.target,
        reason=act.reason,
        clock=system_clock,
    )
    return Status(201, receipt)


@router.post("/tallies/{measure}", response={201: ReceiptOut}, operation_id="tally")
def tally(request: HttpRequest, measure: str, act: TallyIn) -> Status[object]:
    """Add counts of a day: `visits` of people, or `uses` of documents on the open shelf."""
    tallies = {"visits": actions.tally_visits, "uses": actions.tally_uses}
    if measure not in tallies:
        raise Http404
    caller = caller_of(request)
    receipt = tallies[measure](
        op_id=act.op or new_id(),
        by=caller.source,
        place=caller.place(act.place, Permission.LEND),
        on=act.on or local_date(system_clock()),
        counts=act.counts,
        clock=system_clock,
    )
    return Status(201, receipt)


def loan_out(loan: LoanView, *, case: str | None = None) -> dict[str, Any]:
    """Return a loan in the API's words."""
    return {
        "op": loan.op,
        "copy": loan.barcode,
        "record": loan.record_id,
        "title": loan.title,
        "place": loan.place,
        "lent_at": loan.lent_at,
        "due_on": loan.due_on,
        "renewals": loan.renewals,
        "closed_at": loan.closed_at,
        "ended": loan.ended,
        "case": case,
    }


def reader_with(card: str | None, caller: Caller) -> ReaderView:
    """Return who holds a card. Raises ReaderUnknown, TooManyStrangeCards."""
    found = reader_acts.holder_of(
        card=card or "",
        username=caller.staff.username,
        sees=lambda place: caller.grants.may(Permission.SEE_READERS, place),
        clock=system_clock,
    )
    if found is None:
        raise ReaderUnknown(card=(card or "–")[:32])
    return found


def _override(act: ActIn, caller: Caller, place: str) -> Override | None:
    if act.override is None:
        return None
    if act.override.code not in actions.AT_ANY_DESK and not caller.grants.may(Permission.OVERRIDE, place):
        raise OverrideNotAllowed
    return Override(act.override.code, act.override.reason)
