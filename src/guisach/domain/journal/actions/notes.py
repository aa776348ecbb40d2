"""What people wrote for each other to read does not stay for ever: it may name somebody whom no record leads to."""

from __future__ import annotations

from datetime import timedelta
from itertools import islice
from typing import TYPE_CHECKING, Final

from guisach.domain.journal.models import Case, CaseStatus, Operation
from guisach.domain.journal.rules.cases import case_id
from guisach.domain.journal.steps import forget_words, in_one_transaction

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime
    from uuid import UUID

    from guisach.kernel.clock import Clock

KEPT_AFTER_READING: Final = timedelta(days=30)
"""As long as a returned loan."""
_AT_ONCE = 500


@in_one_transaction
def forget_notes(*, clock: Clock) -> int:
    """Forget what notes say that were read, or taken back, thirty days ago; returns how many.

    A note about a reader goes with the reader. One that nobody has read yet stays, however old: its case waits.
    """
    at = clock()
    kept = Operation.objects.filter(
        kind="note",
        private_part__reader__isnull=True,
        private_part__forgotten_at__isnull=True,
        received_at__lt=at - KEPT_AFTER_READING,
    ).values_list("op", flat=True)
    count, rest = 0, iter(list(kept))
    while some := list(islice(rest, _AT_ONCE)):
        done = _done_with(some, at - KEPT_AFTER_READING)
        forget_words(done, keep=(), at=at)
        count += len(done)
    return count


def _done_with(notes: Collection[UUID], before: datetime) -> list[UUID]:
    of_case = {case_id("note", [op]): op for op in notes}
    cases = Case.objects.filter(pk__in=list(of_case)).values_list("pk", "status", "settled_by")
    gone, settled = set(), {}
    for case, status, settled_by in cases:
        if status == CaseStatus.GONE:
            gone.add(of_case[case])
        elif settled_by is not None:
            settled[settled_by] = of_case[case]
    old = Operation.objects.filter(op__in=list(settled), received_at__lt=before).values_list("op", flat=True)
    return [*gone, *(settled[op] for op in old)]
