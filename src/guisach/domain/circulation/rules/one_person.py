"""A copy that went from hand to hand without a return, where both hands are one person's (SYNC rows 1, 3 and 11).

The copy's own fold knows ids only: it closes the loan before and asks who has the book. Who is the same person as
whom is for the reader's fold to say. It changes nothing about the copy, only what is still to be asked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from guisach.domain.circulation.rules.copy_loans import SAME_SCAN
from guisach.domain.circulation.rules.copy_state import case

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from uuid import UUID

    from guisach.domain.circulation.rules.copy_state import CopyState, LoanState
    from guisach.domain.journal.rules.history import CaseDraft

LENT_TWICE = frozenset({"lent_twice", "lent_twice_order_unknown"})


def passed_on(state: CopyState) -> Iterator[tuple[LoanState, LoanState]]:
    """Yield each loan that ended because the copy was lent again, with the one that ended it."""
    for before, loan in zip(state.loans, state.loans[1:], strict=False):
        if before.ended == "IMPLIED":
            yield before, loan


def is_noted(before: LoanState, loan: LoanState) -> bool:
    """Tell whether it was noted, when their readers were forgotten, that both loans were one person's."""
    return str(loan.entry.op) in (before.entry.kept or {}).get("same", ())


def cases_among_people(state: CopyState, is_same: Callable[[UUID, UUID], bool]) -> list[CaseDraft]:
    """Return the copy's cases as they are when it is known who is the same person as whom.

    What one person's two ids look like to the copy's fold (lent twice) is what it is with one id: a loan written down
    twice, which nobody need look at, or after longer than that one lent again to the same reader.
    """
    begun: dict[UUID, LoanState] = {}  # by lending: the first of the person's loans that follow one another
    for before, loan in passed_on(state):
        if is_noted(before, loan) or is_same(before.reader, loan.reader):
            begun[loan.entry.op] = begun.get(before.entry.op, before)
    if not begun:
        return state.cases
    found = []
    for draft in state.cases:
        lending = draft.operations[-1]
        if draft.kind not in LENT_TWICE or lending not in begun:
            found.append(draft)
    for loan in state.loans:
        first = begun.get(loan.entry.op)
        if first is not None and loan.entry.eff_at - first.entry.eff_at > SAME_SCAN:
            found.append(case("lent_again_to_same_reader", first.entry, loan.entry))
    return found
