"""The hold shelf and sendings by hand: what a keeper does with a copy that somebody waits for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from guisach.domain.catalogue.queries import copy_by_barcode
from guisach.domain.catalogue.rules.barcodes import normalise_barcode
from guisach.domain.circulation import queries
from guisach.domain.circulation.actions.refusals import (
    BarcodeUnusable,
    CopyNotFree,
    CopyUnknown,
    PlaceUnusable,
    RequestOver,
    RequestUnknown,
)
from guisach.domain.circulation.actions.request_messages import tell_ready
from guisach.domain.circulation.models import Whereabouts
from guisach.domain.circulation.queries.requests import request
from guisach.domain.journal.queries import latest_at
from guisach.domain.journal.steps import IdTaken, Receipt, act, hold, in_one_transaction, repeated
from guisach.domain.network.queries import place as place_of

if TYPE_CHECKING:
    from guisach.domain.circulation.queries.requests import RequestView
    from guisach.domain.journal.queries import Source
    from guisach.kernel.clock import Clock


@in_one_transaction
def set_aside(*, op_id: UUID, by: Source, place: str, barcode: str, request_id: UUID, clock: Clock) -> Receipt:
    """Put a copy on the hold shelf for a request; where it is to be fetched there, the reader is told.

    Raises BarcodeUnusable, CopyUnknown, CopyNotFree, RequestUnknown, RequestOver.
    """
    return set_aside_one(op_id=op_id, by=by, place=place, barcode=barcode, request_id=request_id, clock=clock)


def set_aside_one(*, op_id: UUID, by: Source, place: str, barcode: str, request_id: UUID, clock: Clock) -> Receipt:
    """Set aside as `set_aside` does, inside a transaction of the caller's."""
    barcode = _barcode(barcode)
    held = hold(by, op_id, [f"copy:{barcode}", f"request:{request_id}"])
    if (repeat := repeated(op_id, "set_aside", f"copy:{barcode}")) is not None:
        return repeat
    _check_copy(barcode, request_id)
    _open_request(request_id)
    operation = _operation(op_id, "set_aside", place, barcode, request=str(request_id))
    receipt = _act(operation, by, clock, barcode, held)
    tell_ready(request_id, clock)
    return receipt


@in_one_transaction
def send(
    *, op_id: UUID, by: Source, place: str, barcode: str, to: str, clock: Clock, request_id: UUID | None = None
) -> Receipt:
    """Send a copy to another place by hand, perhaps for a request.

    Raises PlaceUnusable and what `set_aside` raises.
    """
    barcode = _barcode(barcode)
    about = [f"request:{request_id}"] if request_id else []
    held = hold(by, op_id, [f"copy:{barcode}", *about])
    if (repeat := repeated(op_id, "transfer", f"copy:{barcode}")) is not None:
        return repeat
    if to == place or place_of(to) is None:
        raise PlaceUnusable
    _check_copy(barcode, request_id)
    body: dict[str, Any] = {"to": to}
    if request_id is not None:
        _open_request(request_id)
        body["request"] = str(request_id)
    return _act(_operation(op_id, "transfer", place, barcode, **body), by, clock, barcode, held)


@in_one_transaction
def receive(*, op_id: UUID, by: Source, place: str, barcode: str, clock: Clock) -> Receipt:
    """Take in what was sent here: for who waits here onto the hold shelf, anything else among the others.

    Raises BarcodeUnusable, CopyUnknown.
    """
    barcode = _barcode(barcode)
    coming = Whereabouts.objects.filter(pk=barcode, going_to=place).values_list("sent_for", flat=True).first()
    about = [f"request:{coming}"] if coming else []
    held = hold(by, op_id, [f"copy:{barcode}", *about])
    if (repeat := _received_before(op_id, barcode)) is not None:
        return repeat
    if copy_by_barcode(barcode) is None:
        raise CopyUnknown(barcode=barcode)
    found = request(coming) if coming else None
    if found is not None and found.closed_at is None and found.pickup == place:
        operation = _operation(op_id, "set_aside", place, barcode, request=str(found.op))
        receipt = _act(operation, by, clock, barcode, held)
        tell_ready(found.op, clock)
        return receipt
    return _act(_operation(op_id, "sighting", place, barcode), by, clock, barcode, held)


@in_one_transaction
def put_back(*, op_id: UUID, by: Source, place: str, barcode: str, clock: Clock) -> Receipt:
    """Take a copy from the hold shelf and put it among the others. Raises BarcodeUnusable."""
    barcode = _barcode(barcode)
    held = hold(by, op_id, [f"copy:{barcode}"])
    if (repeat := repeated(op_id, "put_back", f"copy:{barcode}")) is not None:
        return repeat
    return _act(_operation(op_id, "put_back", place, barcode), by, clock, barcode, held)


def _received_before(op_id: UUID, barcode: str) -> Receipt | None:
    try:
        return repeated(op_id, "set_aside", f"copy:{barcode}")
    except IdTaken:
        return repeated(op_id, "sighting", f"copy:{barcode}")


def _check_copy(barcode: str, request_id: UUID | None) -> None:
    """A copy that a reader has is not theirs to give who is on duty; one that waits for another stays there."""
    if copy_by_barcode(barcode) is None:
        raise CopyUnknown(barcode=barcode)
    if queries.open_loan_of_copy(barcode) is not None:
        raise CopyNotFree(barcode=barcode)
    here = Whereabouts.objects.filter(pk=barcode).first()
    other = here.aside_for if here else None
    if other is not None and other != request_id and (found := request(other)) is not None and not found.closed_at:
        raise CopyNotFree(barcode=barcode)


def _open_request(request_id: UUID) -> RequestView:
    found = request(request_id)
    if found is None:
        raise RequestUnknown
    if found.closed_at is not None:
        raise RequestOver
    return found


def _barcode(text: str) -> str:
    try:
        return normalise_barcode(text)
    except ValueError:
        raise BarcodeUnusable from None


def _operation(op_id: UUID, kind: str, place: str, barcode: str, **body: Any) -> dict[str, Any]:
    return {"op": str(op_id), "v": 1, "kind": kind, "place": place, "copy": barcode, **body}


def _act(operation: dict[str, Any], by: Source, clock: Clock, barcode: str, held: frozenset[str]) -> Receipt:
    return act(operation, via=by, clock=clock, not_before=latest_at(f"copy:{barcode}"), held=held)
