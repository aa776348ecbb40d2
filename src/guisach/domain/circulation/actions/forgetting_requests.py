"""Who asked for which book is forgotten as long after the request as who borrowed is after the loan.

Requests go before loans: the loan that served one never leads to a name through it. Which loans went to the reader who
had asked is noted first, so that the request comes out as before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from guisach.domain.circulation.actions.requesting import hub_says
from guisach.domain.circulation.models import Request
from guisach.domain.circulation.queries.remembered import names_of_requests, requests_with_names
from guisach.domain.circulation.queries.request_facts import copy_facts
from guisach.domain.circulation.rules.forgetting import is_request_over
from guisach.domain.journal.steps import forget_people, in_one_transaction, note, refold
from guisach.domain.messages.steps import forget as forget_messages
from guisach.kernel.locks import lock

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from guisach.kernel.clock import Clock

REQUESTS_AT_ONCE = 100
ERASED = "erased"


def forget_requests(before: datetime, clock: Clock) -> int:
    """Forget the readers of requests that ended before the instant; returns how many operations named one."""
    operations, after = 0, ""
    while requests := requests_with_names(before, after, REQUESTS_AT_ONCE):
        operations += _forget(requests, before, clock)
        after = requests[-1]
    return operations


@in_one_transaction
def _forget(requests: Sequence[str], before: datetime, clock: Clock) -> int:
    lock({f"request:{request}" for request in requests})
    named = names_of_requests(requests)
    rows = Request.objects.in_bulk([UUID(request) for request in requests])
    over = [
        request
        for request in named
        if is_request_over(
            is_made=request in rows,
            closed_at=rows[request].closed_at if request in rows else None,
            named=named[request],
            before=before,
        )
    ]
    return forget_now(over, clock)


def forget_now(over: Sequence[UUID], clock: Clock) -> int:
    """Forget who asked, whatever the age; inside a transaction that holds the requests."""
    if not over:
        return 0
    named = names_of_requests([str(request) for request in over])
    rows = Request.objects.in_bulk(list(over))
    facts = copy_facts({request: rows[request].reader if request in rows else None for request in over}, {})
    still_named = [request for request in over if request in rows and request in named.get(request, {})]
    note(
        {
            request: {"same": [str(loan.op) for loan in facts[request].loans if loan.reader == rows[request].reader]}
            for request in still_named
        }
    )
    pseudonyms = forget_people([list(ops) for ops in named.values()], at=clock())
    forget_messages([f"request:{request}" for request in over])
    refold({("request", str(request)) for request in over})
    return len(pseudonyms)


def forget_requests_of(person: Collection[UUID], clock: Clock) -> None:
    """End and forget at once what somebody asked for who is erased; inside the transaction of whoever erases them."""
    found = Request.objects.filter(reader__in=list(person)).order_by("pk")
    ops = list(found.values_list("pk", flat=True))
    lock({f"request:{op}" for op in ops})
    for op in found.filter(closed_at__isnull=True).values_list("pk", flat=True):
        hub_says(op, clock, why=ERASED)
    forget_now(ops, clock)
