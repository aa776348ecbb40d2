"""Asking for a title, and taking that back; wishes of desks without a network are judged by the same rules."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from guisach.domain.catalogue.queries import record as record_of
from guisach.domain.circulation import queries
from guisach.domain.circulation.actions.refusals import REQUEST_REFUSALS, RequestOver, RequestUnknown
from guisach.domain.circulation.models import Loan, Request
from guisach.domain.circulation.queries.requests import plans_of, request, wishes
from guisach.domain.circulation.rules.planning import AskFacts, may_ask
from guisach.domain.journal.steps import Receipt, act, append, hold, hub_source, in_one_transaction, repeated
from guisach.domain.messages.steps import withdraw as withdraw_messages
from guisach.domain.network.queries import place as place_of
from guisach.domain.readers import queries as readers
from guisach.kernel.clock import local_date
from guisach.kernel.errors import InvariantBroken
from guisach.kernel.ids import new_id
from guisach.kernel.locks import lock

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from guisach.domain.catalogue.queries import RecordView
    from guisach.domain.circulation.queries.loans import Availability
    from guisach.domain.circulation.queries.requests import RequestView
    from guisach.domain.circulation.rules.planning import Plan
    from guisach.domain.journal.queries import Source
    from guisach.domain.network.models import Place
    from guisach.domain.readers.queries import ReaderView
    from guisach.kernel.clock import Clock

WORDS_MAX: Final = 500
_WISHES_AT_ONCE: Final = 50
_NO_DESK: Final = frozenset({"OPEN_SHELF"})


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that was taken up, and what comes of it as things are."""

    request: RequestView
    plan: Plan | None
    receipt: Receipt


@dataclass(frozen=True, slots=True)
class _Wish:
    """Who asks for what, where to be fetched, and since when."""

    reader: UUID
    record: int | None
    pickup: str
    on: date
    itself: UUID


@in_one_transaction
def ask_for(
    *,
    op_id: UUID,
    by: Source,
    place: str,
    reader: UUID,
    record: int,
    pickup: str,
    clock: Clock,
    until: date | None = None,
    note: str = "",
) -> Asked:
    """Ask for a title on behalf of a reader. The same `op_id` twice is one request. Raises REQUEST_REFUSALS."""
    reader = readers.ids_of(reader)[0]
    held = hold(by, op_id, [f"requests:{reader}"])
    if (repeat := repeated(op_id, "request", f"request:{op_id}")) is not None:
        return _asked(op_id, repeat, local_date(clock()))
    today = local_date(clock())
    wish = _Wish(reader, record, pickup, today, op_id)
    who = readers.reader(reader)
    refusal, data, copies = _judge(wish, who)
    if refusal is not None:
        raise REQUEST_REFUSALS[refusal](**data)
    operation: dict[str, Any] = {
        "op": str(op_id),
        "v": 1,
        "kind": "request",
        "place": place,
        "record": record,
        "pickup": pickup,
        "group": who.group if who else "",
        **_told(copies),
    }
    if until is not None:
        operation["until"] = until.isoformat()
    operation["private"] = {"reader": str(reader)}
    if said := " ".join(note.split())[:WORDS_MAX]:
        operation["private"]["note"] = said
    return _asked(op_id, act(operation, via=by, clock=clock, held=held), today)


@in_one_transaction
def cancel_request(
    *, op_id: UUID, by: Source, place: str, request_id: UUID, clock: Clock, own: UUID | None = None
) -> Receipt:
    """Take a request back. `own`: the reader who asks from their own pages. Raises RequestUnknown, RequestOver."""
    held = hold(by, op_id, [f"request:{request_id}"])
    found = request(request_id)
    if found is None or (own is not None and found.reader not in readers.ids_of(own)):
        raise RequestUnknown
    if (repeat := repeated(op_id, "cancel_request", f"request:{request_id}")) is not None:
        return repeat
    if found.closed_at is not None:
        raise RequestOver
    operation: dict[str, Any] = {
        "op": str(op_id), "v": 1, "kind": "cancel_request", "place": place, "request": str(request_id),
    }  # fmt: skip
    if found.reader is not None:
        operation["private"] = {"reader": str(found.reader)}
    receipt = act(operation, via=by, clock=clock, not_before=found.since, held=held)
    withdraw_messages([f"request:{request_id}"])
    return receipt


def judge_wishes(*, clock: Clock) -> int:
    """Look at the wishes that arrived from desks without a network; returns how many were judged."""
    judged = 0
    while found := wishes(_WISHES_AT_ONCE):
        for row in found:
            judged += _judge_wish(row.pk, clock)
        if len(found) < _WISHES_AT_ONCE:
            break
    return judged


@in_one_transaction
def _judge_wish(op: UUID, clock: Clock) -> bool:
    row = Request.objects.filter(pk=op, state="NOTED").first()
    if row is None or row.reader is None:
        return False
    lock([f"requests:{row.reader}"])
    wish = _Wish(row.reader, row.record, row.pickup, local_date(row.since), op)
    refusal = None
    if row.record is not None:  # what no place has is for a person to answer
        refusal, _data, _copies = _judge(wish, readers.reader(row.reader))
    hub_says(op, clock, why=refusal or "", accepts=refusal is None)
    return True


def hub_says(request_id: UUID, clock: Clock, *, why: str = "", accepts: bool = False) -> None:
    """Let the hub take a wish up, or end a request; inside a transaction."""
    kind = "accept_request" if accepts else "close_request"
    body = {"request": str(request_id)} | ({} if accepts else {"why": why})
    append([{"op": str(new_id()), "v": 1, "kind": kind, **body}], via=hub_source(at=clock()), clock=clock)


def _judge(wish: _Wish, who: ReaderView | None) -> tuple[str | None, dict[str, object], list[Availability]]:
    """Return the refusal, what its words need, and the copies."""
    title = record_of(wish.record) if wish.record else None
    pickup = place_of(wish.pickup)
    copies = queries.availability_of_records([title.id])[title.id] if title else []
    family = readers.ids_of(wish.reader)
    mine = [row for row in _open_of(family) if row.op != wish.itself]
    most = _requests_max(wish, who, title, pickup)
    facts = AskFacts(
        is_known=who is not None and who.erased_at is None,
        is_card_expired=who is not None and who.expires_on < wish.on,
        is_title_known=title is not None,
        can_be_fetched_there=pickup is not None and can_fetch(pickup, wish.on),
        lendable=sum(copy.condition == "NORMAL" and copy.trouble not in {"LOST", "MISSING"} for copy in copies),
        has_it=_has_one(family, copies),
        asked_before=any(row.record == wish.record for row in mine),
        open_requests=len(mine),
        requests_max=most,
    )
    data: dict[str, object] = {
        "card": who.card_no if who else "",
        "expired": f"{who.expires_on:%d/%m/%Y}" if who else "",
        "open": len(mine),
        "max": most,
    }
    return may_ask(facts), data, copies


def _open_of(family: Collection[UUID]) -> list[Request]:
    open_ones = Request.objects.filter(reader__in=family, closed_at__isnull=True)
    return list(open_ones.exclude(sort__in=("SUGGESTION", "BAG")).exclude(state="NOTED"))


def can_fetch(pickup: Place, on: date) -> bool:
    """Books are fetched where somebody lends by name, as long as the place serves."""
    begun = pickup.active_from is None or pickup.active_from <= on
    return begun and (pickup.active_to is None or pickup.active_to > on) and pickup.service_mode not in _NO_DESK


def _has_one(family: Collection[UUID], copies: list[Availability]) -> bool:
    barcodes = [copy.barcode for copy in copies]
    return Loan.objects.filter(barcode__in=barcodes, reader__in=family, closed_at__isnull=True).exists()


def _requests_max(wish: _Wish, who: ReaderView | None, title: RecordView | None, pickup: Place | None) -> int:
    rules = queries.rules_in_force([pickup.pk] if pickup else [])
    group, material = who.group if who else "", title.kind if title else ""
    return rules.for_new(place=wish.pickup, group=group, material=material, on=wish.on).holds_max


def _told(copies: list[Availability]) -> dict[str, str]:
    """Say which copy is back first where all are out: what the reader is told, and SYNC row 9 rests on."""
    if any(copy.is_in for copy in copies):
        return {}
    out = [(copy.due_on, copy.barcode) for copy in copies if copy.due_on and copy.condition == "NORMAL"]
    if not out:
        return {}
    due, barcode = min(out)
    return {"awaits": barcode, "due": due.isoformat()}


def _asked(op: UUID, receipt: Receipt, today: date) -> Asked:
    found = request(op)
    if found is None:
        raise InvariantBroken(f"request {op} is gone after it was made")
    plans = plans_of([found.record], today) if found.record and found.closed_at is None else {}
    return Asked(found, plans.get(op), receipt)
