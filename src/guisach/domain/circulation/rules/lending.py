"""What an online desk is told before the act; a fact that already happened is never asked."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

from guisach.domain.circulation.rules.policy import LoanPolicy


@dataclass(frozen=True, slots=True)
class CopyFacts:
    """What is known of a copy when somebody wants it; `condition` empty where it is not catalogued."""

    barcode: str
    condition: str
    on_loan_to: UUID | None
    is_damaged: bool = False
    is_for_another: bool = False
    """It stands or comes for a reader who asked for the title."""


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
    if copy.is_damaged:
        return Verdict("copy_damaged", is_overridable=True)
    if copy.is_for_another:
        return Verdict("copy_set_aside", is_overridable=True)
    if copy.condition == "REFERENCE":
        return Verdict("copy_for_reading_here", is_overridable=True)
    if not policy.is_lendable:
        return Verdict("material_not_lent", is_overridable=True)
    if copy.on_loan_to is not None:
        return Verdict("copy_on_loan", is_overridable=True)
    if reader.loans_open >= policy.loans_max:
        return Verdict("over_limit", is_overridable=True)
    return None


def may_renew(*, renewals: int, policy: LoanPolicy, is_wanted: bool = False) -> Verdict | None:
    """Say why this loan may not go on; None means it may. `is_wanted`: the queue of the title waits for this copy."""
    if renewals >= policy.renewals_max:
        return Verdict("renewals_used_up", is_overridable=True)
    if is_wanted:
        return Verdict("wanted_by_others", is_overridable=True)
    return None


def may_renew_oneself(
    *, renewals: int, renewed_on: date | None, policy: LoanPolicy, on: date, is_wanted: bool = False
) -> Verdict | None:
    """Say why a reader may not let this loan go on from their own pages; None means they may.

    A day's second renewal is not counted as one (SYNC row 8), so it must not move the day either.
    """
    if renewed_on == on:
        return Verdict("renewed_today", is_overridable=False)
    return may_renew(renewals=renewals, policy=policy, is_wanted=is_wanted)


@dataclass(frozen=True, slots=True)
class Calendar:
    """When books can be brought back. A place that says nothing of its hours is taken as always open."""

    open_weekdays: frozenset[int] = frozenset()
    """ISO numbers 1-7."""
    closed: tuple[tuple[date, date], ...] = ()
    """Stretches without service, first and last day included."""
    fairs: tuple[date, ...] = ()
    """Fair days to come, in order."""
    visits: tuple[date, ...] = ()
    """Days to come, in order, on which the van is planned to be there."""

    def is_open(self, day: date) -> bool:
        """Tell whether somebody is there to take a book back."""
        if self.open_weekdays and day.isoweekday() not in self.open_weekdays:
            return False
        return not any(first <= day <= last for first, last in self.closed)


ALWAYS_OPEN = Calendar()
LATER_AT_MOST_DAYS = 60  # a fair or an open day that comes later than this is not waited for


def due_by(policy: LoanPolicy, calendar: Calendar, *, start: date, is_renewal: bool = False) -> date:
    """Return the due date of a loan made, or renewed from, `start`: the van's next visit where that is the term.

    Where no visit is planned, and everywhere else: the term in days, as `due_on` says.
    """
    if policy.until_next_visit:
        visit = next((day for day in calendar.visits if day > start), None)
        if visit is not None:
            return visit
    if not policy.on_fair_days:
        calendar = replace(calendar, fairs=())
    return due_on(lent_on=start, days=policy.renewal_days if is_renewal else policy.loan_days, calendar=calendar)


def renewed_from(*, today: date, due: date) -> date:
    """Return the day from which a renewal counts: renewing early must not cost days."""
    return max(today, due)


def due_on(*, lent_on: date, days: int, calendar: Calendar = ALWAYS_OPEN) -> date:
    """Return the day by which it should be back: the term, then on to the next day on which that is possible.

    Where there are fairs to wait for, the next fair day on which the place is open; else the next open day.
    """
    term = lent_on + timedelta(days=days)
    latest = term + timedelta(days=LATER_AT_MOST_DAYS)
    for fair in calendar.fairs:
        if term <= fair <= latest and calendar.is_open(fair):
            return fair
    later = (term + timedelta(days=n) for n in range(LATER_AT_MOST_DAYS + 1))
    return next((day for day in later if calendar.is_open(day)), term)
