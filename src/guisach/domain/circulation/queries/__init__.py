"""What others may ask of circulation; writes nothing."""

from guisach.domain.circulation.queries.borrowers import borrowers_by_month
from guisach.domain.circulation.queries.counts import (
    ActivityCount,
    activity_by_month,
    activity_by_place,
    tallies_of,
)
from guisach.domain.circulation.queries.loans import (
    Availability,
    LendingKnown,
    LoanView,
    availability_of_records,
    last_seen,
    loan_closed_by,
    loan_of_op,
    loans_of_copy,
    loans_of_reader,
    open_loan_of_copy,
    open_loans,
    open_loans_about,
    overdue_count,
)
from guisach.domain.circulation.queries.own import OwnLoan, own_loans, own_verdicts
from guisach.domain.circulation.queries.policies import (
    Explained,
    RulebookView,
    RulesInForce,
    Ruling,
    explain,
    policies,
    rulebook,
    rulebooks,
    rules_in_force,
)
from guisach.domain.circulation.queries.standings import copies_in_log, copy_standings, moved_copies

__all__ = [
    "ActivityCount",
    "Availability",
    "Explained",
    "LendingKnown",
    "LoanView",
    "OwnLoan",
    "RulebookView",
    "RulesInForce",
    "Ruling",
    "activity_by_month",
    "activity_by_place",
    "availability_of_records",
    "borrowers_by_month",
    "copies_in_log",
    "copy_standings",
    "explain",
    "last_seen",
    "loan_closed_by",
    "loan_of_op",
    "loans_of_copy",
    "loans_of_reader",
    "moved_copies",
    "open_loan_of_copy",
    "open_loans",
    "open_loans_about",
    "overdue_count",
    "own_loans",
    "own_verdicts",
    "policies",
    "rulebook",
    "rulebooks",
    "rules_in_force",
    "tallies_of",
]
