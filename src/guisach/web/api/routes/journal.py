"""The facts' door, and cases. What already happened is never refused; every operation gets its answer."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest
from ninja import Router, Status

from guisach.domain.circulation.actions import judge_wishes
from guisach.domain.journal import actions, queries
from guisach.domain.network.rules.roles import Permission
from guisach.kernel.clock import system_clock
from guisach.kernel.ids import new_id
from guisach.web.api.access import caller_of
from guisach.web.api.schemas import CasesOut, OperationsIn, ReceiptOut, ReceiptsOut, SettleIn

router = Router()


@router.post("/operations", response=ReceiptsOut, operation_id="recordOperations", url_name="record_operations")
def record(request: HttpRequest, batch: OperationsIn) -> dict[str, Any]:
    """Record facts. Each operation is a flat object: `op` (UUID), `kind`, `place`, `wall` and the kind's own fields.

    What names a person goes under `private`. Without `dev` and `seq` the server numbers it as this token's.
    Each answer says `stored`, `duplicate`, `fork` or `malformed`, with the outcome and the case if there is one.
    """
    answers = actions.record(operations=batch.operations, by=caller_of(request).source, clock=system_clock)
    if any(answer.outcome == "NOTED" for answer in answers):
        judge_wishes(clock=system_clock)
    return {"answers": answers}


@router.get("/cases", response=CasesOut, operation_id="cases")
def cases(request: HttpRequest, limit: int = 50, offset: int = 0) -> dict[str, Any]:
    """List open cases of the places where the caller may settle them, urgent ones first."""
    grants = caller_of(request).grants
    places = None if grants.everywhere(Permission.SETTLE_CASES) else grants.places(Permission.SETTLE_CASES)
    wanted, now = queries.CaseFilter(places=places), system_clock()
    found = queries.cases(wanted, at=now, limit=min(max(limit, 1), 200), offset=min(max(offset, 0), 100_000))
    return {"total": queries.count_open_cases(wanted, at=now), "cases": found}


@router.post("/cases/{case_id}/settle", response={201: ReceiptOut}, operation_id="settleCase")
def settle(request: HttpRequest, case_id: str, decision: SettleIn) -> Status[object]:
    """Record a decision on a case."""
    caller = caller_of(request)
    case = queries.case(case_id[:32])
    is_everywhere = caller.grants.everywhere(Permission.SETTLE_CASES)
    if case is None or not (is_everywhere or caller.grants.may(Permission.SETTLE_CASES, case.place)):
        raise Http404
    receipt = actions.settle_case(
        op_id=decision.op or new_id(),
        by=caller.source,
        case=case.id,
        decision=decision.decision,
        reason=decision.reason,
        clock=system_clock,
    )
    return Status(201, receipt)
