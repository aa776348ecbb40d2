"""What people have and had on loan, as their loans are judged together, whatever ids they were known under."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from uuid import UUID

from guisach.domain.circulation.models import Loan
from guisach.domain.circulation.rules.borrowing_fold import Borrowed, Membership
from guisach.domain.readers.queries import families_of

if TYPE_CHECKING:
    from collections.abc import Collection


@dataclass(slots=True)
class Borrower:
    """One person with their loans, in no order; without membership nobody knows them."""

    ids: tuple[UUID, ...]
    membership: Membership | None
    loans: list[Borrowed] = field(default_factory=list)


def borrowers(readers: Collection[UUID]) -> list[Borrower]:
    """Return the people behind these ids, each once, with all of their loans; two queries, three after a merge."""
    people = {
        family.ids: Borrower(
            family.ids, None if family.expires_on is None else Membership(family.expires_on, family.erased_at)
        )
        for family in families_of(readers).values()
    }
    loans = _loans_of({id_ for ids in people for id_ in ids})
    for ids, borrower in people.items():
        borrower.loans = [loan for id_ in ids for loan in loans[id_]]
    return list(people.values())


def _loans_of(readers: Collection[UUID]) -> dict[UUID, list[Borrowed]]:
    found: dict[UUID, list[Borrowed]] = defaultdict(list)
    rows = Loan.objects.filter(reader__in=list(readers)).values_list(
        "reader", "op", "place", "lent_at", "closed_at", "override", "group", "judged", "others"
    )
    for reader, op, place, lent_at, closed_at, override, group, judged, others in rows:
        as_judged = None if judged is None else tuple(judged)
        found[reader].append(Borrowed(op, place, lent_at, closed_at, override, group, as_judged, others, reader))
    return found
