"""Which copy comes to which reader, from where, and by what: computed anew whenever anybody asks.

Whoever asked first is served first, whatever group they are of. A copy that a reader has is never taken from them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING
from uuid import UUID

if TYPE_CHECKING:
    from guisach.domain.circulation.rules.lending import Calendar

PICKUP_OPEN_DAYS = 7
_LOOK_AHEAD_DAYS = 120  # a place that is closed for longer gives no more time than this


class Step(StrEnum):
    """What happens next for a request."""

    FETCH = "FETCH"  # it stands on the hold shelf of the pick-up place
    COMING = "COMING"  # it is on its way there
    PULL = "PULL"  # a copy is on the shelf there
    RIDE = "RIDE"  # one comes by what moves next from there to here
    SEND = "SEND"  # another place sends one by hand
    PROVINCE = "PROVINCE"  # the provincial library sends one
    RETURN = "RETURN"  # all are out: the next that comes back
    NONE = "NONE"  # no copy is to be had now


BY_HAND = frozenset({Step.PULL, Step.RIDE, Step.SEND, Step.PROVINCE})
"""Somebody has to take a copy from a shelf."""


@dataclass(frozen=True, slots=True)
class Move:
    """Something that goes from one place to another: the day it gets there, and what it is ("crate 12", "the van")."""

    on: date
    by: str


@dataclass(frozen=True, slots=True)
class Held:
    """A copy that the rules would lend. `due_on`: a reader has it until then; `is_kept`: its place may not give it."""

    barcode: str
    place: str
    is_free: bool
    due_on: date | None = None
    is_kept: bool = False


@dataclass(frozen=True, slots=True)
class Asking:
    """An open request. `barcode` is the copy that stands or comes for it, `at` the hold shelf that it stands on."""

    op: UUID
    pickup: str
    barcode: str = ""
    is_ready: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """What comes of a request as things are. `position` is 0 for who need not wait in line any more."""

    step: Step
    position: int = 0
    barcode: str = ""
    place: str = ""
    on: date | None = None
    by: str = ""


@dataclass(frozen=True, slots=True)
class Ways:
    """How far places lie apart (km), what moves next between them, and which of them are provincial libraries."""

    distance: Callable[[str, str], float]
    next_move: Callable[[str, str], Move | None]
    provincial: Collection[str] = ()


def plan_queue(queue: Sequence[Asking], copies: Sequence[Held], ways: Ways) -> dict[UUID, Plan]:
    """Give every request of one title its plan; `queue` in the order of asking. A copy is promised once."""
    plans: dict[UUID, Plan] = {}
    given = {asking.barcode for asking in queue if asking.barcode}
    free = {copy.barcode: copy for copy in copies if copy.is_free and copy.barcode not in given}
    out = sorted((copy for copy in copies if copy.due_on), key=lambda copy: (copy.due_on, copy.barcode))
    position = 0
    for asking in queue:
        if asking.barcode:
            step = Step.FETCH if asking.is_ready else Step.COMING
            plans[asking.op] = Plan(step, 0, asking.barcode, asking.pickup)
            continue
        position += 1
        found = _best(asking.pickup, list(free.values()), ways)
        if found is not None:
            step, copy, move = found
            del free[copy.barcode]
            on, by = (move.on, move.by) if move else (None, "")
            plans[asking.op] = Plan(step, position, copy.barcode, copy.place, on, by)
        elif out:
            copy = out.pop(0)
            plans[asking.op] = Plan(Step.RETURN, position, copy.barcode, copy.place, copy.due_on)
        else:
            plans[asking.op] = Plan(Step.NONE, position)
    return plans


def _best(pickup: str, free: Sequence[Held], ways: Ways) -> tuple[Step, Held, Move | None] | None:
    """On the shelf here; by what moves next; by hand from the nearest; from the province."""
    here = [copy for copy in free if copy.place == pickup]
    if here:
        return Step.PULL, min(here, key=lambda copy: copy.barcode), None
    away = [copy for copy in free if not copy.is_kept]
    moves = {place: ways.next_move(place, pickup) for place in {copy.place for copy in away}}
    rides = [(move.on, copy.barcode, copy, move) for copy in away if (move := moves[copy.place]) is not None]
    if rides:
        _on, _barcode, copy, move = min(rides, key=lambda ride: ride[:2])
        return Step.RIDE, copy, move
    nearest = sorted(away, key=lambda copy: (ways.distance(copy.place, pickup), copy.barcode))
    for copy in nearest:
        if copy.place not in ways.provincial:
            return Step.SEND, copy, None
    return (Step.PROVINCE, nearest[0], None) if nearest else None


def fetch_until(ready_on: date, calendar: Calendar) -> date:
    """Return the last day on which the reader can fetch it: the seventh open day after the one it was ready on."""
    open_days = 0
    for ahead in range(1, _LOOK_AHEAD_DAYS + 1):
        day = ready_on + timedelta(days=ahead)
        open_days += calendar.is_open(day)
        if open_days == PICKUP_OPEN_DAYS:
            return day
    return ready_on + timedelta(days=_LOOK_AHEAD_DAYS)


@dataclass(frozen=True, slots=True)
class AskFacts:
    """What is known when a reader asks for a title."""

    is_known: bool
    is_card_expired: bool
    is_title_known: bool
    can_be_fetched_there: bool
    lendable: int
    """Copies of the network that could ever be lent."""
    has_it: bool
    asked_before: bool
    open_requests: int
    requests_max: int


def may_ask(facts: AskFacts) -> str | None:
    """Return the code of the refusal; None means that the reader may ask. In the order in which one explains it."""
    refusals = (
        ("reader_unknown", not facts.is_known),
        ("title_unknown", not facts.is_title_known),
        ("card_expired", facts.is_card_expired),
        ("pickup_unusable", not facts.can_be_fetched_there),
        ("has_it_already", facts.has_it),
        ("already_requested", facts.asked_before),
        ("nothing_lendable", not facts.lendable),
        ("request_limit", facts.open_requests >= facts.requests_max),
    )
    return next((code for code, applies in refusals if applies), None)
