"""The state of a copy as a pure function of what happened to it: who has it, until when, where it is, what is wrong.

What a librarian told a person face to face stands; doubt never costs the reader money (SYNC section 3).
The rows named in the rules are those of the table there.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from guisach.domain.circulation.rules import copy_loans, copy_moves, copy_troubles
from guisach.domain.circulation.rules.copy_state import CopyState, ScanState, case
from guisach.domain.circulation.rules.policy import Policies

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from uuid import UUID

    from guisach.domain.journal.rules.history import Entry

PRODUCTS_OWN = Policies()

_WITHOUT_THE_COPY = frozenset({"renew", "claim_returned", "miss", "lose", "withdraw", "reinstate"})
"""What is said of a copy that nobody need have in hand."""


def fold_copy(entries: Iterable[Entry], policies: Policies = PRODUCTS_OWN) -> CopyState:
    """Go through a copy's history in order. Total: whatever the history, there is a state and an outcome for each."""
    state = CopyState()
    seen_on_loan: Entry | None = None
    for entry in entries:
        state.episodes[entry.op] = entry.op
        in_hand = entry.kind not in _WITHOUT_THE_COPY
        was_on_loan = state.open_loan is not None
        if in_hand:
            copy_troubles.turn_up(state, entry)
        if entry.kind == "lend":
            copy_loans.lend(state, entry, policies)
        else:
            _STEPS[entry.kind](state, entry)
        if in_hand:
            copy_moves.hand_over(state, entry)
            copy_moves.come_upon_withdrawn(state, entry, was_on_loan=was_on_loan)
            seen_on_loan = entry if state.open_loan and entry.kind != "lend" else None
            if entry.place:
                state.place, state.seen_at = entry.place, entry.eff_at
    loan = state.open_loan
    if seen_on_loan is not None and loan is not None:
        state.cases.append(case("seen_while_on_loan", loan.entry, seen_on_loan))
    copy_troubles.look_for(state)
    return state


def _see(state: CopyState, entry: Entry) -> None:
    state.outcomes.setdefault(entry.op, "SEEN")
    stocktake: UUID | None = getattr(entry.body, "stocktake", None)
    if stocktake is not None:
        before = state.scans.get((stocktake, entry.dev))
        state.scans[stocktake, entry.dev] = replace(before, scans=before.scans + 1) if before else ScanState(entry)


def _use(state: CopyState, entry: Entry) -> None:
    """It was read on the spot: seen there, and a use of its own kind, never a loan."""
    state.outcomes[entry.op] = "USED"
    state.uses.append(entry)


_STEPS: Mapping[str, Callable[[CopyState, Entry], None]] = {
    "return": copy_loans.take_back,
    "renew": copy_loans.renew,
    "sighting": _see,
    "find": _see,
    "use": _use,
    "lose": copy_troubles.lose,
    "claim_returned": copy_troubles.claim_returned,
    "miss": copy_troubles.miss,
    "damage": copy_troubles.damage,
    "mend": copy_troubles.mend,
    "transfer": copy_moves.transfer,
    "set_aside": copy_moves.set_aside,
    "put_back": copy_moves.put_back,
    "withdraw": copy_moves.withdraw,
    "reinstate": copy_moves.reinstate,
}
