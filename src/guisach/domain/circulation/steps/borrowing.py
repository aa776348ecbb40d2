"""The fold of a reader's loans together, as the journal calls it."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING
from uuid import UUID

from guisach.domain.circulation.models import Loan
from guisach.domain.circulation.queries.borrowing import borrowed_by
from guisach.domain.circulation.queries.policies import policies
from guisach.domain.circulation.rules.borrowing_fold import Membership, judge
from guisach.domain.journal import kinds
from guisach.domain.journal.rules.history import Result
from guisach.domain.readers.queries import expiries_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from guisach.domain.journal.rules.history import History


class BorrowingFold:
    """A reader's loans together; runs after copies and readers and only opens cases."""

    subject_type = "borrowing"
    reads_private = False
    is_private = False
    is_derived = True

    def fold(self, histories: Mapping[str, History]) -> kinds.Folding:
        """Judge each reader's loans by the card that they have."""
        ids = [UUID(reader) for reader in histories]
        members = expiries_of(ids)
        loans = borrowed_by(ids)
        known = cache(policies)
        results = {}
        for id_ in ids:
            membership = Membership(members[id_]) if id_ in members else None
            results[f"borrowing:{id_}"] = Result(cases=list(judge(loans[id_], membership, known)))
        return kinds.Folding(results, {}, {})

    def project(self, folding: kinds.Folding) -> None:
        """Nothing to keep but the cases."""

    def differences(self, folding: kinds.Folding) -> Iterator[str]:
        """Nothing to compare but the cases."""
        return iter(())

    def subjects(self) -> Iterable[str]:
        """Return every reader with a loan."""
        return {str(reader) for reader in Loan.objects.values_list("reader", flat=True).distinct()}

    def rows(self) -> Iterator[str]:
        """Nothing of its own."""
        return iter(())
