"""What people have and had on loan, as their loans are judged together."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING
from uuid import UUID

from guisach.domain.circulation.models import Loan
from guisach.domain.circulation.rules.borrowing_fold import Borrowed

if TYPE_CHECKING:
    from collections.abc import Collection


def borrowed_by(readers: Collection[UUID]) -> dict[UUID, list[Borrowed]]:
    """Return the loans of each of the readers, in no order; one query."""
    found: dict[UUID, list[Borrowed]] = defaultdict(list)
    rows = Loan.objects.filter(reader__in=list(readers)).values_list(
        "reader", "op", "place", "lent_at", "closed_at", "override", "group", "judged", "others"
    )
    for reader, op, place, lent_at, closed_at, override, group, judged, others in rows:
        as_judged = None if judged is None else tuple(judged)
        found[reader].append(Borrowed(op, place, lent_at, closed_at, override, group, as_judged, others))
    return found
