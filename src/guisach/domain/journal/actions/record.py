"""Recording facts: the door that never says no, and the settling of cases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from guisach.domain.journal import kinds
from guisach.domain.journal.models import CaseStatus, Operation
from guisach.domain.journal.queries import case as case_by_id
from guisach.domain.journal.queries import librarian_at
from guisach.domain.journal.steps import Receipt, act, append, in_one_transaction, repeated
from guisach.domain.journal.steps.refold import refold
from guisach.domain.journal.steps.understanding import understand
from guisach.domain.journal.steps.voids import close_dangling_voids, touched_by_voids
from guisach.kernel.clock import local_date
from guisach.kernel.errors import DomainError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from guisach.domain.journal.queries import Source
    from guisach.kernel.clock import Clock

BATCH_MAX = 1000  # one transaction; a device sends at most 200 at a time


class CaseUnknown(DomainError):
    """There is no such case."""

    code = "case_unknown"
    status = 404
    text = _("There is no such case.")


class CaseClosed(DomainError):
    """Somebody, or the facts themselves, settled the case before."""

    code = "case_closed"
    text = _("This case is settled already.")


class LibrarianNeeded(DomainError):
    """Somebody without a librarian's standing at the place of the case."""

    code = "librarian_needed"
    status = 403
    text = _("Only a librarian of the place can settle this; please ask one.")


class BatchTooLarge(DomainError):
    """More operations at once than one transaction should carry."""

    code = "batch_too_large"
    status = 413
    text = _("At most %(max)s operations at a time; please send them in smaller parts.")


def record(*, operations: Sequence[object], by: Source, clock: Clock) -> list[Receipt]:
    """Record facts that already happened; answers each once the whole batch is durable.

    The same batch twice, in parts or in another order changes nothing. Raises BatchTooLarge only.
    """
    if len(operations) > BATCH_MAX:
        raise BatchTooLarge(max=BATCH_MAX)
    return _record(operations, by, clock)


@in_one_transaction
def _record(operations: Sequence[object], by: Source, clock: Clock) -> list[Receipt]:
    return append(operations, via=by, clock=clock)


@in_one_transaction
def settle_case(*, op_id: UUID, by: Source, case: str, decision: str, reason: str, clock: Clock) -> Receipt:
    """Record a person's decision on a case; the same `op_id` twice is one decision.

    Raises CaseUnknown, LibrarianNeeded, or CaseClosed where there is nothing left to decide.
    """
    found = case_by_id(case)
    if found is None:
        raise CaseUnknown
    if found.status != CaseStatus.OPEN and repeated(op_id, "settle", f"case:{case}") is None:
        raise CaseClosed
    place = librarian_at(by, found.place, on=local_date(clock()))
    if place is None:
        raise LibrarianNeeded
    operation = {
        "op": str(op_id),
        "v": 1,
        "kind": "settle",
        "case": case,
        "decision": decision,
        "place": place,
        **({"private": {"reason": reason}} if reason else {}),
    }
    return act(operation, via=by, clock=clock)


@in_one_transaction
def retry_pending() -> int:
    """Read again what an older version could not read; returns how many operations are understood now."""
    touched: set[tuple[str, str]] = set()
    understood: list[Operation] = []
    waiting = Operation.objects.filter(outcome__code=kinds.PENDING).select_related("private_part")
    for row in waiting.order_by("hub_seq"):
        private_part = getattr(row, "private_part", None)
        subject = understand(row, private_part)
        if subject is None:
            continue
        row.save(update_fields=["subject", "target"])
        if private_part is not None:
            private_part.save(update_fields=["reader"])
        understood.append(row)
        touched.add(subject)
    touched |= touched_by_voids([row for row in understood if row.target])
    refold(touched - {("", "")}, new=[row.op for row in understood])
    refold(close_dangling_voids(understood))
    return len(understood)
