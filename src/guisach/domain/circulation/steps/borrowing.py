"""The fold of a reader's loans together, as the journal calls it."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING
from uuid import UUID

from guisach.domain.circulation.models import Loan
from guisach.domain.circulation.queries.borrowing import borrowers
from guisach.domain.circulation.queries.policies import policies
from guisach.domain.circulation.rules.borrowing_fold import judge
from guisach.domain.journal import kinds
from guisach.domain.journal.rules.history import Result

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
        """Judge the loans of each person together, under whatever ids they were made, by the card that they have."""
        known = cache(policies)
        results: dict[str, Result] = {}
        for borrower in borrowers([UUID(reader) for reader in histories]):
            # A case stays with the id that the loan was made with, whoever that is the same person as.
            owner = {loan.op: loan.reader for loan in borrower.loans}
            results |= {f"borrowing:{id_}": Result() for id_ in borrower.ids}
            for draft in judge(borrower.loans, borrower.membership, known):
                results[f"borrowing:{owner[draft.operations[0]]}"].cases.append(draft)
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
