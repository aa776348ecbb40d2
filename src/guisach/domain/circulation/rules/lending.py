"""What an online desk is told before the act; a fact that already happened is never asked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from guisach.domain.circulation.rules.policy import LoanPolicy


@dataclass(frozen=True, slots=True)
class CopyFacts:
    """What is known of a copy when somebody wants it; `condition` empty where it is not catalogued."""

    barcode: str
    condition: str
    on_loan_to: UUID | None


@dataclass(frozen=True, slots=True)
class ReaderFacts:
    """What is known of a reader; None in place of this means nobody has such a card."""

    reader: UUID
    expires_on: date
    is_card_pending: bool
    loans_open: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """Why not. `is_overridable`: a librarian with a reason may go on."""

    code: str
    is_overridable: bool


def may_lend(*, reader: ReaderFacts | None, copy: CopyFacts, policy: LoanPolicy, on: date) -> Verdict | None:
    """Say why this reader may not take this copy today; None means yes.

    Checked in the order in which a librarian explains it: card, copy, limit.
    """
    if reader is None:
        return Verdict("reader_unknown", is_overridable=False)
    if copy.on_loan_to == reader.reader:
        return Verdict("copy_with_this_reader", is_overridable=False)
    if reader.is_card_pending:
        return Verdict("card_pending", is_overridable=True)
    if reader.expires_on < on:
        return Verdict("card_expired", is_overridable=True)
    if not copy.condition:
        return Verdict("copy_unknown", is_overridable=True)
    if copy.condition == "WITHDRAWN":
        return Verdict("copy_withdrawn", is_overridable=True)
    if copy.condition == "REFERENCE":
        return Verdict("copy_for_reading_here", is_overridable=True)
    if copy.on_loan_to is not None:
        return Verdict("copy_on_loan", is_overridable=True)
    if reader.loans_open >= policy.loans_max:
        return Verdict("over_limit", is_overridable=True)
    return None


def may_renew(*, renewals: int, policy: LoanPolicy) -> Verdict | None:
    """Say why this loan may not go on; None means it may."""
    if renewals >= policy.renewals_max:
        return Verdict("renewals_used_up", is_overridable=True)
    return None


def due_on(*, lent_on: date, days: int, open_weekdays: frozenset[int]) -> date:
    """Return the day by which it should be back: the term, then on to the next day the place is open.

    `open_weekdays` are ISO numbers 1-7; a place that says nothing of its hours is taken as always open.
    """
    due = lent_on + timedelta(days=days)
    if open_weekdays:
        while due.isoweekday() not in open_weekdays:
            due += timedelta(days=1)
    return due
