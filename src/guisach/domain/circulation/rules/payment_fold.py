"""The state of what was taken from a reader, as a pure function of what was said about it and of the copy made good.

Doubt never costs a reader money (SYNC section 3): a lost copy that is found asks for its compensation to go back.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from guisach.domain.journal.rules.history import CaseDraft

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from guisach.domain.journal.rules.history import Entry

_SORTS = {"take_deposit": "DEPOSIT", "take_compensation": "COMPENSATION"}


@dataclass(slots=True)
class PaymentState:
    """Everything that is known of one payment; `is_found`: the copy that it was given for is no longer lost."""

    made: Entry | None = None
    sort: str = ""
    back: Entry | None = None
    is_found: bool = False
    outcomes: dict[UUID, str] = field(default_factory=dict)
    cases: list[CaseDraft] = field(default_factory=list)


def fold_payment(entries: Iterable[Entry], lost_by: UUID | None) -> PaymentState:
    """Go through the history of one payment. Total: money given back for what nobody took is for a person to see.

    `lost_by` is the operation by which the copy is given up as lost now, if it is.
    """
    found = list(entries)
    state = PaymentState(made=next((entry for entry in found if entry.kind in _SORTS), None))
    made = state.made
    if made is not None:
        state.sort = _SORTS[made.kind]
        state.outcomes[made.op] = "TAKEN"
    for entry in (entry for entry in found if entry is not made):
        _give_back(state, entry)
    if made is not None and state.sort == "COMPENSATION" and made.body.cause == "LOST":
        state.is_found = made.body.trouble != lost_by
        if state.is_found and state.back is None:  # row 16
            state.cases.append(CaseDraft("compensation_to_give_back", (made.op,), made.place, made.eff_at))
    return state


def _give_back(state: PaymentState, entry: Entry) -> None:
    made = state.made
    if made is None or entry.kind in _SORTS:
        state.outcomes[entry.op] = "NO_EFFECT"
        state.cases.append(CaseDraft("given_back_unknown", (entry.op,), entry.place, entry.eff_at))
    elif state.back is not None:
        state.outcomes[entry.op] = "NO_EFFECT"
        state.cases.append(CaseDraft("given_back_twice", (state.back.op, entry.op), entry.place, entry.eff_at))
    else:
        state.back = entry
        state.outcomes[entry.op] = "GIVEN_BACK"
        if entry.body.amount != made.body.amount:
            state.cases.append(CaseDraft("given_back_otherwise", (made.op, entry.op), entry.place, entry.eff_at))
