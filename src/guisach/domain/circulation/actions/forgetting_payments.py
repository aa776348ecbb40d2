"""Who paid for which book is forgotten as long after it was given back as a loan; what was not, after five years.

The slip on paper, which the reader has too, is the voucher; the log need not know the name any longer.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final
from uuid import UUID

from guisach.domain.circulation.models import Payment, PaymentSort
from guisach.domain.circulation.queries.remembered import names_of_payments, payments_with_names
from guisach.domain.journal.steps import forget_people, in_one_transaction, refold
from guisach.kernel.locks import lock

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from guisach.kernel.clock import Clock

PAYMENTS_AT_ONCE = 100
KEPT_FOR: Final = timedelta(days=5 * 365)
"""Compensation that nobody gave back: for so long the library can still say to whom a found book's money goes."""


def forget_payments(before: datetime, clock: Clock) -> int:
    """Forget the readers of what was over before the instant; returns how many operations named one."""
    operations, after = 0, ""
    while found := payments_with_names(before, after, PAYMENTS_AT_ONCE):
        operations += _forget(found, before, clock)
        after = found[-1]
    return operations


@in_one_transaction
def _forget(found: Collection[str], before: datetime, clock: Clock) -> int:
    lock({f"payment:{one}" for one in found})
    rows = Payment.objects.in_bulk([UUID(one) for one in found])
    named = names_of_payments(found)
    over = [
        one
        for one, ops in named.items()
        if all(at < before for at in ops.values()) and (one not in rows or _is_over(rows[one], before))
    ]
    return forget_now(over, clock)


def _is_over(row: Payment, before: datetime) -> bool:
    """A deposit that is held is never forgotten: it is the reader's money."""
    if row.back_at is not None:
        return row.back_at < before
    return row.sort == PaymentSort.COMPENSATION and row.at < before - KEPT_FOR


def forget_now(over: Collection[UUID], clock: Clock) -> int:
    """Forget who paid, whatever the age; inside a transaction that holds the payments."""
    if not over:
        return 0
    named = names_of_payments([str(one) for one in over])
    pseudonyms = forget_people([list(ops) for ops in named.values()], at=clock())
    refold({("payment", str(one)) for one in over})
    return len(pseudonyms)


def forget_payments_of(person: Collection[UUID], clock: Clock) -> None:
    """Forget at once what somebody paid who is erased; inside the transaction of whoever erases them."""
    ops = list(Payment.objects.filter(reader__in=list(person)).order_by("pk").values_list("pk", flat=True))
    lock({f"payment:{op}" for op in ops})
    forget_now(ops, clock)
