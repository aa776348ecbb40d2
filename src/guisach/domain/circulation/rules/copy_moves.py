"""How a copy goes from place to place, waits for somebody, and leaves the stock (SYNC section 3, rows 15, 17, 18)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from guisach.domain.circulation.rules.copy_state import AsideState, CopyState, case

if TYPE_CHECKING:
    from guisach.domain.circulation.rules.kinds import SetAsideBody, TransferBody
    from guisach.domain.journal.rules.history import Entry


def transfer(state: CopyState, entry: Entry) -> None:
    """It was sent to another place. A second sending takes the place of the first."""
    before = state.transfer
    if before is not None and entry.place not in {"", before.place, before.body.to}:
        state.cases.append(case("strayed", before, entry))
    state.outcomes[entry.op] = "SENT"
    state.transfer = entry


def set_aside(state: CopyState, entry: Entry) -> None:
    """It stands on the hold shelf for a request."""
    body: SetAsideBody = entry.body
    state.outcomes[entry.op] = "SET_ASIDE"
    before = state.open_aside
    if before is not None and (before.request, before.entry.place) == (body.request, entry.place):
        return
    state.end_aside(entry, "GONE")
    state.asides.append(AsideState(entry, body.request))


def put_back(state: CopyState, entry: Entry) -> None:
    """It goes from the hold shelf to where everybody may take it."""
    state.outcomes[entry.op] = "SEEN" if state.open_aside is None else "PUT_BACK"
    state.end_aside(entry, "PUT_BACK")


def withdraw(state: CopyState, entry: Entry) -> None:
    """It leaves the stock. What a reader has leaves it when it comes back (row 15)."""
    state.withdrawn = entry
    state.outcomes[entry.op] = "WITHDRAWN"
    loan = state.open_loan
    if loan is not None:
        state.outcomes[entry.op] = "WAITS_FOR_RETURN"
        state.cases.append(case("withdrawn_while_on_loan", loan.entry, entry))


def reinstate(state: CopyState, entry: Entry) -> None:
    """It belongs to the stock again."""
    state.outcomes[entry.op] = "NO_EFFECT" if state.withdrawn is None else "REINSTATED"
    state.withdrawn = None


def hand_over(state: CopyState, entry: Entry) -> None:
    """Somebody had it in hand at a place: see what that means for a sending and for the hold shelf."""
    sent = state.transfer
    if sent is not None and sent is not entry and entry.place:
        body: TransferBody = sent.body
        if entry.place != body.to:  # row 17
            state.cases.append(case("strayed", sent, entry))
        elif state.outcomes.get(entry.op) == "SEEN":
            state.outcomes[entry.op] = "ARRIVED"
        state.transfer = None
    aside = state.open_aside
    if aside is None or aside.entry is entry:
        return
    if entry.kind == "lend":
        state.end_aside(entry, "LENT")  # to whom is for the request to see (row 18)
    elif entry.kind == "transfer" or entry.place not in {"", aside.entry.place}:
        state.end_aside(entry, "GONE")


def come_upon_withdrawn(state: CopyState, entry: Entry, *, was_on_loan: bool) -> None:
    """A withdrawn copy is in somebody's hand again: row 5, or what row 15 waited for."""
    if state.withdrawn is None or state.open_loan is not None:
        return
    if was_on_loan:
        state.outcomes[state.withdrawn.op] = "WITHDRAWN"
    else:
        state.cases.append(case("seen_after_withdrawal", state.withdrawn, entry))
