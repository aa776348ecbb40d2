"""The state of a request as a pure function of what was said about it and of what happened to copies for it.

A request waits until a loan serves it: one that names it, or one of a copy set aside for it to the same reader.
Whoever took the copy instead keeps it, and the request stays where it was in the queue (SYNC section 3, row 18).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING
from uuid import UUID

from guisach.domain.journal.rules.history import CaseDraft

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from guisach.domain.circulation.rules.request_kinds import RequestBody, SuggestionBody
    from guisach.domain.journal.rules.history import Entry


class Sort(StrEnum):
    """What somebody asks for."""

    REQUEST = "REQUEST"
    WISH = "WISH"
    """A request noted without a network: the hub has to look whether it can be one."""
    SUGGESTION = "SUGGESTION"
    BAG = "BAG"
    """To be surprised: whatever books a keeper packs."""


class State(StrEnum):
    """Where a request stands."""

    NOTED = "NOTED"
    WAITING = "WAITING"
    ORDERED = "ORDERED"
    ON_ITS_WAY = "ON_ITS_WAY"
    READY = "READY"
    SERVED = "SERVED"
    PACKED = "PACKED"
    """Of a bag: each of its books is a request of its own from then on."""
    BOUGHT = "BOUGHT"
    CANCELLED = "CANCELLED"
    EXPIRED = "EXPIRED"
    DECLINED = "DECLINED"


OPEN = frozenset({State.NOTED, State.WAITING, State.ORDERED, State.ON_ITS_WAY, State.READY})
"""Somebody still waits."""


@dataclass(frozen=True, slots=True)
class Aside:
    """A copy stands, or stood, on a hold shelf for the request."""

    op: UUID
    barcode: str
    place: str
    at: datetime
    closed_by: UUID | None = None
    ended: str = ""


@dataclass(frozen=True, slots=True)
class Sending:
    """A copy is on its way for the request."""

    barcode: str
    to: str
    at: datetime


@dataclass(frozen=True, slots=True)
class LoanFact:
    """A loan that names the request, or that took a copy set aside for it."""

    op: UUID
    barcode: str
    reader: UUID
    place: str
    lent_at: datetime
    request: UUID | None = None


@dataclass(frozen=True, slots=True)
class AwaitedLoan:
    """A loan of the copy that the reader was told of."""

    barcode: str
    lent_at: datetime
    due_on: date
    renewed_op: UUID | None
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class CopyFacts:
    """What happened to copies for one request."""

    asides: Sequence[Aside] = ()
    sendings: Sequence[Sending] = ()
    loans: Sequence[LoanFact] = ()
    awaited: Sequence[AwaitedLoan] = ()


@dataclass(slots=True)
class RequestState:
    """Everything that is known of one request. `copy` is the one set aside or sent for it."""

    made: Entry | None = None
    sort: Sort = Sort.REQUEST
    state: State = State.WAITING
    record: int | None = None
    copy: str = ""
    copy_since: datetime | None = None
    closed_at: datetime | None = None
    closed_by: UUID | None = None
    why: str = ""
    outcomes: dict[UUID, str] = field(default_factory=dict)
    cases: list[CaseDraft] = field(default_factory=list)


_SORTS = {"request": Sort.REQUEST, "wish": Sort.WISH, "suggestion": Sort.SUGGESTION, "bag": Sort.BAG}
_MADE = {Sort.REQUEST: "REQUESTED", Sort.WISH: "NOTED", Sort.SUGGESTION: "SUGGESTED", Sort.BAG: "REQUESTED"}
_NO_TITLE = frozenset({Sort.SUGGESTION, Sort.BAG})
"""No copy is set aside for these."""
WHY_LENGTH = 32
NOT_FETCHED, PAST_USE = "not_fetched", "past_use"


def fold_request(entries: Iterable[Entry], facts: CopyFacts) -> RequestState:
    """Go through a request's history in order. Total: what is said of a request that nobody made has no effect."""
    found = list(entries)
    made = next((entry for entry in found if entry.kind in _SORTS), None)
    if made is None:
        return RequestState(outcomes={entry.op: "NO_EFFECT" for entry in found})
    sort = _SORTS[made.kind]
    state = RequestState(made, sort, State.NOTED if sort is Sort.WISH else State.WAITING)
    state.record = getattr(made.body, "record", None)
    state.outcomes[made.op] = _MADE[sort]
    serving = sorted((loan for loan in facts.loans if _serves(state, loan, facts)), key=lambda loan: loan.lent_at)
    for entry in (entry for entry in found if entry is not made):
        if serving and (serving[0].lent_at, str(serving[0].op)) <= (entry.eff_at, str(entry.op)):
            _serve(state, serving.pop(0))
        _say(state, entry)
    if serving:
        _serve(state, serving[0])
    _pass_over(state, facts)
    if state.closed_at is None:
        _look_for_copies(state, facts)
        _move_on(state, facts)
    return state


def is_same_reader(made: Entry, loan: LoanFact) -> bool:
    """Tell whether the loan went to who asked; where they are forgotten, as it was noted then."""
    same = (made.kept or {}).get("same")
    return loan.reader == made.reader if same is None else str(loan.op) in same


def _serves(state: RequestState, loan: LoanFact, facts: CopyFacts) -> bool:
    made = state.made
    if made is None or state.sort in _NO_TITLE:
        return False
    from_shelf = any(aside.closed_by == loan.op and aside.ended == "LENT" for aside in facts.asides)
    return loan.request == made.op or (from_shelf and is_same_reader(made, loan))


def _serve(state: RequestState, loan: LoanFact) -> None:
    """Once; whoever has two copies lent for one request has simply two books."""
    if state.closed_at is None:
        _close(state, State.SERVED, loan.lent_at, loan.op)
        state.copy = loan.barcode


def _close(state: RequestState, how: State, at: datetime, by: UUID, why: str = "") -> None:
    state.state, state.closed_at, state.closed_by, state.why = how, at, by, why


def _say(state: RequestState, entry: Entry) -> None:
    if state.closed_at is not None or entry.kind in _SORTS:
        state.outcomes[entry.op] = "NO_EFFECT"
    elif entry.kind == "cancel_request":
        _close(state, State.CANCELLED, entry.eff_at, entry.op)
        state.outcomes[entry.op] = "CANCELLED"
    elif entry.kind == "close_request":
        _end(state, entry)
    elif entry.kind == "pack_bag":
        _pack(state, entry)
    elif entry.kind == "accept_request":
        state.outcomes[entry.op] = "APPLIED" if state.state is State.NOTED else "NO_EFFECT"
        _accept(state)
    else:
        _answer(state, entry)


def _end(state: RequestState, entry: Entry) -> None:
    """The hub ends it: its time is over, or a wish that cannot be a request."""
    why = entry.body.why if len(entry.body.why) <= WHY_LENGTH and entry.body.why.isprintable() else ""
    made = state.made
    if state.state is State.NOTED and made is not None:
        _close(state, State.DECLINED, entry.eff_at, entry.op, why)
        state.outcomes[made.op] = "NO_EFFECT"
        state.cases.append(CaseDraft("wish_declined", (made.op, entry.op), made.body.pickup, entry.eff_at))
    else:
        _close(state, State.EXPIRED, entry.eff_at, entry.op, why)
    state.outcomes[entry.op] = str(state.state)


def _pack(state: RequestState, entry: Entry) -> None:
    if state.sort is not Sort.BAG:
        state.outcomes[entry.op] = "NO_EFFECT"
        return
    _close(state, State.PACKED, entry.eff_at, entry.op)
    state.outcomes[entry.op] = "PACKED"


def _accept(state: RequestState) -> None:
    if state.state is State.NOTED and state.made is not None:
        state.state = State.WAITING
        state.outcomes[state.made.op] = "REQUESTED"


def _answer(state: RequestState, entry: Entry) -> None:
    """What no place has: it will be bought, is there now, or will not be."""
    body = entry.body
    if state.sort is Sort.BAG or (state.record is not None and state.sort is not Sort.SUGGESTION):
        state.outcomes[entry.op] = "NO_EFFECT"
        return
    state.outcomes[entry.op] = "ANSWERED"
    _accept(state)
    state.record = body.record or state.record
    if body.decision == "ORDERED":
        state.state = State.ORDERED
    elif body.decision == "DECLINED":
        _close(state, State.DECLINED, entry.eff_at, entry.op, "not_bought")
    elif state.sort is Sort.SUGGESTION or body.record is None:
        _close(state, State.BOUGHT, entry.eff_at, entry.op)
    else:
        state.state = State.WAITING


def _pass_over(state: RequestState, facts: CopyFacts) -> None:
    """Row 18: what stood there for this reader went to another, who keeps it."""
    made = state.made
    if made is None:
        return
    loans = {loan.op: loan for loan in facts.loans}
    for aside in facts.asides:
        loan = loans.get(aside.closed_by) if aside.closed_by and aside.ended == "LENT" else None
        if loan is None or loan.request == made.op or is_same_reader(made, loan):
            continue
        if state.closed_at is None or loan.lent_at < state.closed_at:
            place = loan.place or aside.place
            state.cases.append(CaseDraft("lent_past_request", (aside.op, loan.op), place, loan.lent_at))


def _look_for_copies(state: RequestState, facts: CopyFacts) -> None:
    """Say which copy is there for the reader, or comes."""
    made = state.made
    if made is None or state.state is State.NOTED or state.sort in _NO_TITLE:
        return
    body: RequestBody | SuggestionBody = made.body
    standing = sorted((aside for aside in facts.asides if not aside.ended), key=lambda aside: (aside.at, aside.barcode))
    here = next((aside for aside in standing if aside.place == body.pickup), None)
    sent = min(facts.sendings, key=lambda sending: (sending.to != body.pickup, sending.at), default=None)
    if here is not None:
        state.state, state.copy, state.copy_since = State.READY, here.barcode, here.at
    elif sent is not None and sent.to == body.pickup:
        state.state, state.copy, state.copy_since = State.ON_ITS_WAY, sent.barcode, sent.at
    elif standing:
        state.copy, state.copy_since = standing[0].barcode, standing[0].at


def _move_on(state: RequestState, facts: CopyFacts) -> None:
    """Row 9: the copy that the reader was told of was renewed by who did not know. What was promised there stands."""
    made = state.made
    due = getattr(made.body, "due", None) if made else None
    if made is None or due is None:
        return
    for loan in facts.awaited:
        was_out = loan.lent_at <= made.eff_at and (loan.closed_at is None or loan.closed_at > made.eff_at)
        if was_out and loan.due_on > due and loan.renewed_op is not None:
            ops = (loan.renewed_op, made.op)
            state.cases.append(CaseDraft("renewed_while_requested", ops, made.body.pickup, made.eff_at))
