"""What goes wrong with a copy, and how it is found again (SYNC section 3, row 16).

Nobody owes anything by any of this: a book given up as lost ends its loan, one that a reader says they brought
back is no longer asked for, and whatever turns up is found.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from guisach.domain.circulation.rules.copy_state import CopyState, Trouble, case

if TYPE_CHECKING:
    from guisach.domain.circulation.rules.kinds import MissBody
    from guisach.domain.journal.rules.history import Entry


def lose(state: CopyState, entry: Entry) -> None:
    """Given up as lost, by its reader or by the place: a loan ends with it."""
    if state.open_loan is not None:
        state.end_loan(entry, "LOST")
    state.end_aside(entry, "GONE")
    state.transfer = None
    _note(state, entry, Trouble.LOST)


def claim_returned(state: CopyState, entry: Entry) -> None:
    """The reader says that they brought it back. The loan stays open without a claim on them."""
    loan = state.open_loan
    if loan is None:
        state.outcomes[entry.op] = "NO_EFFECT"
        before = [state.loans[-1].entry] if state.loans else []
        state.cases.append(case("claimed_without_loan", *before, entry))
        return
    state.episodes[entry.op] = loan.entry.op
    _note(state, entry, Trouble.CLAIMED)


def miss(state: CopyState, entry: Entry) -> None:
    """Not there when somebody looked. What is known to be elsewhere cannot be missed here."""
    is_away = state.open_loan is not None or state.transfer is not None or state.trouble is Trouble.LOST
    if is_away or (state.place and entry.place not in {"", state.place}):
        state.outcomes[entry.op] = "KNOWN_AWAY"
        return
    body: MissBody = entry.body
    if body.since is not None and state.seen_at is not None and state.seen_at >= body.since:  # row 23
        state.outcomes[entry.op] = "SEEN_MEANWHILE"
        return
    state.end_aside(entry, "GONE")
    _note(state, entry, Trouble.MISSING)
    if body.stocktake is not None:
        state.misses.setdefault(body.stocktake, entry)


def damage(state: CopyState, entry: Entry) -> None:
    """It is here and cannot be lent as it is."""
    _note(state, entry, Trouble.DAMAGED)


def mend(state: CopyState, entry: Entry) -> None:
    """It is here and may be lent again."""
    if state.trouble is Trouble.DAMAGED:
        state.outcomes[entry.op] = "MENDED"
        _forget(state)
    else:
        state.outcomes.setdefault(entry.op, "SEEN")


def turn_up(state: CopyState, entry: Entry) -> None:
    """Somebody has it in hand: then it is neither lost nor missing, and who says they brought it back was right."""
    if state.trouble is Trouble.CLAIMED and state.open_loan is not None:
        state.end_loan(entry, "FOUND")
    if state.trouble is Trouble.LOST and state.troubled_by is not None:
        state.cases.append(case("found_after_lost", state.troubled_by, entry))
    if state.trouble not in {None, Trouble.DAMAGED}:
        state.outcomes[entry.op] = "FOUND"
        _forget(state)


def look_for(state: CopyState) -> None:
    """At the end of the history: what was said to be back and was not found is for a person to look for."""
    loan = state.open_loan
    if state.trouble is Trouble.CLAIMED and loan is not None and state.troubled_by is not None:
        state.cases.append(case("claimed_returned", loan.entry, state.troubled_by))


def _note(state: CopyState, entry: Entry, trouble: Trouble) -> None:
    if state.trouble is not trouble:  # said again, it is as old as it was, and a case about it stays what it was
        state.trouble, state.troubled_by = trouble, entry
    state.outcomes[entry.op] = trouble.value


def _forget(state: CopyState) -> None:
    state.trouble = state.troubled_by = None
