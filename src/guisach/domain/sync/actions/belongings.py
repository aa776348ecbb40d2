"""What is kept of people without counting: acts of revoked devices, and what this version cannot read."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.db.models import Q

from guisach.domain.journal.kinds import PENDING
from guisach.domain.journal.models import Case, Operation, PrivatePart
from guisach.domain.journal.rules.cases import case_id
from guisach.domain.journal.rules.doubt import HELD, LEFT_OUT
from guisach.domain.journal.steps import forget_people, in_one_transaction

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import datetime

    from django.db.models import QuerySet

    from guisach.kernel.clock import Clock

KEPT_AFTER_DECISION: Final = timedelta(days=30)
"""As long as a returned loan: somebody may find that it did happen after all."""


class HeldActs:
    """Acts that are held back, or wait to be understood, name nobody to the folds; they are found by what they say."""

    name = "held"

    def obstacles(self, person: Collection[UUID]) -> list[str]:
        """Nothing stands in the way."""
        return []

    def told(self, person: Collection[UUID]) -> list[Mapping[str, Any]]:
        """Give what was written down, where and when, and that it does not count."""
        rows = _naming(person).order_by("pk").values_list("kind", "place", "eff_at")
        return [{"of": "held", "kind": kind, "place": place, "at": at.isoformat()} for kind, place, at in rows]

    def forget(self, person: Collection[UUID], clock: Clock) -> None:
        """Put a name that leads nowhere in place of this person in each of the acts."""
        _forget(_naming(person).values_list("op", flat=True), clock())


@in_one_transaction
def forget_left_out(*, clock: Clock) -> int:
    """Forget whom acts are about that were left out thirty days ago; returns of how many."""
    at = clock()
    left = Operation.objects.filter(
        is_doubtful=True,
        outcome__code=LEFT_OUT,
        private_part__isnull=False,
        private_part__forgotten_at__isnull=True,
        received_at__lt=at - KEPT_AFTER_DECISION,
    ).values_list("op", flat=True)
    cases = {case_id("revoked_device", [op]): op for op in left}
    decided = dict(Case.objects.filter(pk__in=list(cases)).values_list("settled_by", "pk"))
    old = Operation.objects.filter(op__in=[op for op in decided if op], received_at__lt=at - KEPT_AFTER_DECISION)
    gone = [cases[decided[op]] for op in old.values_list("op", flat=True)]
    _forget(gone, at)
    return len(gone)


def _naming(person: Collection[UUID]) -> QuerySet[Operation]:
    named = Q()
    for reader in person:
        for written in (str(reader), reader.hex):  # of what is not understood nobody knows how it writes an id
            named |= Q(private_part__data__icontains=written)
    held = Q(is_doubtful=True, outcome__code__in=HELD)
    # Where a fold of ours raised, the act is understood, and found by its reader like any other.
    unread = Q(outcome__code=PENDING, private_part__reader__isnull=True)
    return Operation.objects.filter(named, held | unread, private_part__forgotten_at__isnull=True)


def _forget(ops: Iterable[UUID], at: datetime) -> None:
    gone = list(ops)
    forget_people([[op] for op in gone], at=at)
    # The pseudonym stays unknown to the folds too, until somebody lets the act count.
    PrivatePart.objects.filter(operation__op__in=gone).update(reader=None)
