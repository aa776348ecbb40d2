"""Recording facts: the door that never says no, and the settling of cases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from guisach.domain.journal import kinds
from guisach.domain.journal.models import CaseStatus, Operation, Outcome
from guisach.domain.journal.queries import case as case_by_id
from guisach.domain.journal.queries.histories import decoder
from guisach.domain.journal.steps import Receipt, append, in_one_transaction
from guisach.domain.journal.steps.refold import refold
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
def settle_case(*, op_id: UUID, by: Source, case: str, decision: str, reason: str, place: str, clock: Clock) -> Receipt:
    """Record a person's decision on a case; the same `op_id` twice is one decision.

    Raises CaseUnknown, or CaseClosed where there is nothing left to decide.
    """
    found = case_by_id(case)
    if found is None:
        raise CaseUnknown
    already = Operation.objects.filter(op=op_id).exists()
    if found.status != CaseStatus.OPEN and not already:
        raise CaseClosed
    operation = {
        "op": str(op_id),
        "v": 1,
        "kind": "settle",
        "case": case,
        "decision": decision,
        "place": place or found.place,
        **({"private": {"reason": reason}} if reason else {}),
    }
    return append([operation], via=by, clock=clock)[0]


@in_one_transaction
def retry_pending() -> int:
    """Read again what an older version could not read; returns how many operations are understood now."""
    understood = 0
    touched: set[tuple[str, str]] = set()
    waiting = Outcome.objects.filter(code=kinds.PENDING).select_related("operation__private_part")
    for outcome in waiting.iterator(chunk_size=500):
        row = outcome.operation
        subject = _subject_now(row)
        if subject is None:
            continue
        if subject[0] not in {"", "reader"} and not row.subject:
            row.subject = f"{subject[0]}:{subject[1]}"
            row.save(update_fields=["subject"])
        touched.add(subject)
        understood += 1
    refold(touched)
    return understood


def _subject_now(row: Operation) -> tuple[str, str] | None:
    kind = kinds.kind_named(row.kind)
    if kind is None:
        return None
    private_part = getattr(row, "private_part", None)
    try:
        body = decoder(kind.body).decode(row.body)
        private = decoder(kind.private).decode(private_part.data if private_part else "{}")
        return (kind.subject_type, kind.subject(body, private, row.place, row.eff_at))
    except ValueError:
        return None
