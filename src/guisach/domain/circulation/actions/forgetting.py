"""Who read what is forgotten once a loan is over and nobody can dispute it any more (SYNC 2.8; Law 91/2025/QH15).

Before the last name of a month goes, the different borrowers of that month are counted and appended to the log.
Copies fold as before, cases stay, no figure and no hash changes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import TYPE_CHECKING
from uuid import UUID

from guisach.domain.circulation.actions.forgetting_payments import forget_payments
from guisach.domain.circulation.actions.forgetting_requests import forget_requests
from guisach.domain.circulation.kinds import keep_for_readers
from guisach.domain.circulation.models import Loan, Measure, Tally
from guisach.domain.circulation.queries.borrowers import borrowers_of_months
from guisach.domain.circulation.queries.borrowing import borrowers
from guisach.domain.circulation.queries.loans import loans_made_by
from guisach.domain.circulation.queries.overdue import subject_of
from guisach.domain.circulation.queries.policies import policies
from guisach.domain.circulation.queries.remembered import copies_with_names, names_of_copies, states_of_copies
from guisach.domain.circulation.rules.borrowing_fold import JUDGEMENTS
from guisach.domain.circulation.rules.forgetting import DISPUTE_DAYS, forgettable, notes
from guisach.domain.circulation.rules.one_person import passed_on
from guisach.domain.journal.steps import (
    append,
    forget_people,
    hand_over_cases,
    hub_source,
    in_one_transaction,
    note,
    refold,
)
from guisach.domain.messages.steps import forget as forget_messages
from guisach.domain.readers.queries import families_of
from guisach.kernel.clock import LOCAL, local_date
from guisach.kernel.ids import new_id
from guisach.kernel.locks import lock

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from guisach.domain.circulation.rules.copy_state import CopyState
    from guisach.domain.circulation.rules.forgetting import Notes
    from guisach.kernel.clock import Clock

COPIES_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Forgotten:
    """How much was forgotten in a run."""

    loans: int
    operations: int


def forget_loans(*, clock: Clock, progress: Callable[[int], object] = lambda _done: None) -> Forgotten:
    """Forget the readers of all loans that ended more than DISPUTE_DAYS ago, and of requests and payments that did.

    Can be stopped and begun again.
    """
    now = clock()
    # A month is counted when it is over: until then all who borrowed in it are known.
    before = min(now - timedelta(days=DISPUTE_DAYS), _this_month(now))
    loans, operations, after = 0, forget_requests(before, clock) + forget_payments(before, clock), ""
    while barcodes := copies_with_names(before, after, COPIES_AT_ONCE):
        done = _forget(barcodes, before, clock)
        loans, operations, after = loans + done.loans, operations + done.operations, barcodes[-1]
        progress(len(barcodes))
    return Forgotten(loans, operations)


@in_one_transaction
def _forget(barcodes: Sequence[str], before: datetime, clock: Clock) -> Forgotten:
    lock({f"copy:{barcode}" for barcode in barcodes})
    named = names_of_copies(barcodes)
    states = states_of_copies(barcodes)
    groups = [ops for barcode in barcodes for ops in forgettable(states[barcode], named.get(barcode, {}), before)]
    keep_for_readers(loans_made_by({ops[0] for ops in groups}))
    return _forget_groups(barcodes, states, groups, clock)


def forget_person(person: Collection[UUID], clock: Clock) -> None:
    """Forget at once what somebody borrowed who is erased; inside a transaction of whoever erases them.

    Loans of this month stay with the nameless reader until the month's different borrowers have been counted.
    """
    ended = Loan.objects.filter(reader__in=list(person), closed_at__isnull=False)
    barcodes = sorted(set(ended.values_list("barcode", flat=True)))
    lock({f"copy:{barcode}" for barcode in barcodes})
    named, states = names_of_copies(barcodes), states_of_copies(barcodes)
    loans = set(ended.values_list("op", flat=True))
    groups = [
        ops
        for barcode in barcodes
        for ops in forgettable(states[barcode], named.get(barcode, {}), _this_month(clock()))
        if ops[0] in loans
    ]
    _forget_groups(barcodes, states, groups, clock)


def _this_month(now: datetime) -> datetime:
    return datetime.combine(local_date(now).replace(day=1), time(), tzinfo=LOCAL)


def _forget_groups(
    barcodes: Sequence[str], states: Mapping[str, CopyState], groups: Sequence[list[UUID]], clock: Clock
) -> Forgotten:
    if not groups:
        return Forgotten(0, 0)
    loans = {ops[0] for ops in groups} & {loan.entry.op for state in states.values() for loan in state.loans}
    _count_borrowers(loans, clock)
    remaining = _note_judgements(loans)
    _note_one_person(states.values(), loans)
    pseudonyms = forget_people(groups, at=clock())
    forget_messages({subject_of(op) for op in loans})
    hand_over_cases(JUDGEMENTS, {op: f"borrowing:{pseudonyms[op]}" for op in loans})
    refold({("copy", barcode) for barcode in {*barcodes, *remaining}})
    return Forgotten(len(loans), len(pseudonyms))


def _note_judgements(loans: set[UUID]) -> set[str]:
    """Keep what the loans of the same readers need to be judged as before; returns the copies of those that stay."""
    readers = set(Loan.objects.filter(pk__in=loans).values_list("reader", flat=True))
    lock({f"borrowing:{reader}" for reader in readers})
    known = cache(policies)
    kept: dict[UUID, dict[str, object]] = {}
    others: set[UUID] = set()
    for person in borrowers(readers):
        told: Notes = notes(person.loans, loans, person.membership, known)
        own = {loan.op for loan in person.loans}
        kept |= {op: {"judged": list(cases)} for op, cases in told.judged.items() if op in own}
        kept |= {op: {"others": count} for op, count in told.others.items()}
        others |= told.others.keys()
    note(kept)
    return set(Loan.objects.filter(pk__in=others).values_list("barcode", flat=True))


def _note_one_person(states: Iterable[CopyState], loans: set[UUID]) -> None:
    """Keep which loans that followed each other without a return were one person's, before one of them goes."""
    pairs = [pair for state in states for pair in passed_on(state) if loans & {loan.entry.op for loan in pair}]
    people = families_of({loan.reader for pair in pairs for loan in pair}) if pairs else {}
    same = [pair for pair in pairs if people[pair[0].reader].id == people[pair[1].reader].id]
    note({before.entry.op: {"same": [str(loan.entry.op)]} for before, loan in same})


def _count_borrowers(loans: set[UUID], clock: Clock) -> None:
    """Append the different borrowers of each place and month of these loans, where that was not done before."""
    made = Loan.objects.filter(pk__in=loans).exclude(place="").values_list("place", "lent_at")
    months = {(place, local_date(lent_at).replace(day=1)) for place, lent_at in made}
    lock({f"tally:{place}:{month}" for place, month in months})
    counted = set(
        Tally.objects.filter(
            measure=Measure.BORROWERS, place__in={place for place, _ in months}, on__in={month for _, month in months}
        ).values_list("place", "on")
    )
    found = borrowers_of_months(months - counted)
    operations = [_closing(place, month, counts) for (place, month), counts in sorted(found.items()) if counts]
    if operations:
        append(operations, via=hub_source(at=clock()), clock=clock)


def _closing(place: str, month: date, counts: dict[str, int]) -> dict[str, object]:
    op = str(new_id())
    return {"op": op, "v": 1, "kind": "borrowers_tally", "at": place, "month": month.isoformat(), "counts": counts}
