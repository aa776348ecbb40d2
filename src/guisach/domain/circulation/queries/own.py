"""What readers see of their own loans on their own pages, and whether they may let each go on by themselves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from guisach.domain.circulation.queries.loans import LoanView, loans_of_reader, renewed_on
from guisach.domain.circulation.queries.policies import RulesInForce, rules_in_force
from guisach.domain.circulation.queries.requests import awaited_copies
from guisach.domain.circulation.rules.lending import Verdict, may_renew_oneself

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date


@dataclass(frozen=True, slots=True)
class OwnLoan:
    """A book that the reader has; `verdict` says why it cannot be renewed by themselves now, None that it can."""

    loan: LoanView
    verdict: Verdict | None
    renewals_left: int


def own_loans(reader: UUID, *, on: date) -> list[OwnLoan]:
    """Return a reader's open loans by due date; eleven queries at most, however many loans."""
    loans = loans_of_reader(reader)
    if not loans:
        return []
    rules = rules_in_force({loan.place for loan in loans})
    verdicts = own_verdicts(loans, rules, on=on)
    return [
        OwnLoan(loan, verdicts[loan.op], max(rules.for_loan(loan).renewals_max - loan.renewals, 0)) for loan in loans
    ]


def own_verdicts(loans: Collection[LoanView], rules: RulesInForce, *, on: date) -> dict[UUID, Verdict | None]:
    """Judge whether the reader of each open loan may let it go on from their own pages.

    Two queries at most where nobody waits for the titles, seven where somebody does.
    """
    titles = {loan.barcode: loan.record_id for loan in loans if loan.record_id is not None}
    awaited = awaited_copies(titles, {loan.reader for loan in loans}, on)
    renewed = [loan.op for loan in loans if loan.renewals]
    days = renewed_on(renewed) if renewed else {}
    return {
        loan.op: may_renew_oneself(
            renewals=loan.renewals,
            renewed_on=days.get(loan.op),
            policy=rules.for_loan(loan),
            on=on,
            is_wanted=loan.barcode in awaited,
        )
        for loan in loans
    }
