"""Bags of surprises: wished by a reader or for one, packed by a keeper, lent as one act.

Once it is packed a bag is nothing but requests of the reader, one for each book, each standing on the hold shelf.
What made them one is in no operation: books of one bag must not lead to one another when their reader is forgotten
(decisions 0034, 0042).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from guisach.domain.catalogue.queries import copies_by_barcode
from guisach.domain.catalogue.rules.barcodes import normalise_barcode
from guisach.domain.circulation.actions.hold_shelf import set_aside_one
from guisach.domain.circulation.actions.lending import lend_one
from guisach.domain.circulation.actions.refusals import (
    BarcodeUnusable,
    CardExpired,
    CopyUnknown,
    PickupUnusable,
    ReaderUnknown,
    RequestOver,
    RequestUnknown,
)
from guisach.domain.circulation.actions.requesting import can_fetch
from guisach.domain.circulation.actions.sets import SetStopped, Stopped
from guisach.domain.circulation.models import Request
from guisach.domain.circulation.queries.bags import bag
from guisach.domain.circulation.rules.bags import BOOKS_MAX, is_sound
from guisach.domain.circulation.rules.request_fold import Sort, State
from guisach.domain.journal.steps import act, hold, in_one_transaction, repeated
from guisach.domain.network.queries import place as place_of
from guisach.domain.readers import queries as readers
from guisach.kernel.clock import local_date
from guisach.kernel.errors import DomainError
from guisach.kernel.locks import lock

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from guisach.domain.circulation.queries import LoanView
    from guisach.domain.circulation.rules.bags import Bag
    from guisach.domain.journal.queries import Source
    from guisach.kernel.clock import Clock


class BagUnusable(DomainError):
    """Nobody could pack it."""

    code = "bag_unusable"
    status = 422
    text = _("Please choose for which age, and from 1 to %(max)s books.")


class BagWaits(DomainError):
    """One bag at a time."""

    code = "bag_waits"
    text = _("A bag is being packed for this reader already. Please wait for it, or cancel it first.")


class BagEmpty(DomainError):
    """No book was chosen, or too many."""

    code = "bag_empty"
    status = 422
    text = _("Please tick at least one book, and at most %(max)s.")


class NothingWaits(DomainError):
    """No book stands on the hold shelf here for the reader."""

    code = "nothing_waits"
    text = _("No book waits here for this reader any more.")


@in_one_transaction
def wish_bag(*, op_id: UUID, by: Source, place: str, reader: UUID, pickup: str, wish: Bag, clock: Clock) -> UUID:
    """Wish for a bag on behalf of a reader and return its id. The same `op_id` twice is one wish.

    Raises BagUnusable, ReaderUnknown, CardExpired, PickupUnusable, BagWaits.
    """
    person = readers.ids_of(reader)
    held = hold(by, op_id, [f"requests:{person[0]}"])
    if repeated(op_id, "bag", f"request:{op_id}") is not None:
        return op_id
    if not is_sound(wish):
        raise BagUnusable(max=BOOKS_MAX)
    who, at, today = readers.reader(person[0]), place_of(pickup), local_date(clock())
    if who is None or who.erased_at is not None:
        raise ReaderUnknown(card="?")
    if who.expires_on < today:
        raise CardExpired(card=who.card_no, expired=f"{who.expires_on:%d/%m/%Y}")
    if at is None or not can_fetch(at, today):
        raise PickupUnusable
    if Request.objects.filter(reader__in=person, sort=Sort.BAG, closed_at__isnull=True).exists():
        raise BagWaits
    operation: dict[str, Any] = {
        "op": str(op_id), "v": 1, "kind": "bag", "place": place, "pickup": pickup, "group": who.group, "age": wish.age,
        "books": wish.books, "interests": list(wish.interests), "language": wish.language,
        "private": {"reader": str(person[0])},
    }  # fmt: skip
    act(operation, via=by, clock=clock, held=held)
    return op_id


@in_one_transaction
def pack_bag(*, op_id: UUID, by: Source, place: str, bag_id: UUID, barcodes: Sequence[str], clock: Clock) -> int:
    """Set the chosen copies aside for the reader, all or none, and end the wish. The same `op_id` twice is once.

    Raises RequestUnknown, RequestOver, BagEmpty, BarcodeUnusable, CopyUnknown, and CopyNotFree for the first copy
    that somebody took meanwhile.
    """
    wanted = _barcodes(barcodes)
    found = bag(bag_id)
    if found is None or found.reader is None:
        raise RequestUnknown
    ids = {barcode: _id_of(op_id, barcode, "request") for barcode in wanted}
    asides = {barcode: _id_of(op_id, barcode, "aside") for barcode in wanted}
    _hold(by, [op_id, *ids.values(), *asides.values()], [*_copies(wanted), *_requests([bag_id, *ids.values()])])
    if repeated(op_id, "pack_bag", f"request:{bag_id}") is not None:
        return len(wanted)
    if not found.is_open:
        raise RequestOver
    copies = copies_by_barcode(wanted)
    body = {"op": str(op_id), "v": 1, "kind": "pack_bag", "place": place, "request": str(bag_id), "books": len(wanted)}
    act(body, via=by, clock=clock, not_before=found.since)
    for barcode, request in ids.items():
        if barcode not in copies:
            raise CopyUnknown(barcode=barcode)
        operation = {
            "op": str(request), "v": 1, "kind": "request", "place": place, "record": copies[barcode].record_id,
            "pickup": place, "private": {"reader": str(found.reader)},
        }  # fmt: skip
        act(operation, via=by, clock=clock)
        set_aside_one(op_id=asides[barcode], by=by, place=place, barcode=barcode, request_id=request, clock=clock)
    return len(wanted)


@in_one_transaction
def lend_waiting(*, op_id: UUID, by: Source, place: str, reader: UUID, clock: Clock) -> list[LoanView]:
    """Lend all that stands on the hold shelf here for a reader, or none; each by an operation of its own.

    Raises NothingWaits, and SetStopped with every copy that the rules stop.
    """
    family = readers.ids_of(reader)
    ready = Request.objects.filter(reader__in=family, pickup=place, state__in=(State.READY, State.SERVED))
    rows = list(ready.exclude(barcode="").order_by("barcode").values_list("barcode", "state", "closed_by"))
    ops = {barcode: _id_of(op_id, barcode, "lend") for barcode, _state, _by in rows}
    # What this very act lent before, and what waits now.
    barcodes = [code for code, state, closed_by in rows if state == State.READY or closed_by == ops[code]]
    if not barcodes:
        raise NothingWaits
    _hold(by, [ops[barcode] for barcode in barcodes], [*(f"borrowing:{id_}" for id_ in family), *_copies(barcodes)])
    lent, stopped = [], []
    for barcode in dict.fromkeys(barcodes):
        id_ = ops[barcode]
        try:
            lent.append(lend_one(op_id=id_, by=by, place=place, barcode=barcode, reader=family[0], clock=clock).loan)
        except DomainError as refusal:
            stopped.append(Stopped(barcode, refusal))
    if stopped:
        raise SetStopped(stopped)  # and with it the transaction is undone
    return lent


def _hold(by: Source, ops: Iterable[UUID], names: Iterable[str]) -> None:
    """Take all locks at once and in everybody's order; taken one by one, two acts could wait for each other."""
    lock({f"device:{by.device}"} | {f"op:{op.bytes[-1]}" for op in ops}, set(names))


def _copies(barcodes: Iterable[str]) -> list[str]:
    return [f"copy:{barcode}" for barcode in barcodes]


def _requests(ops: Iterable[UUID]) -> list[str]:
    return [f"request:{op}" for op in ops]


def _id_of(op_id: UUID, barcode: str, what: str) -> UUID:
    """Give an id that is the same each time and that nobody without the key can lead back to the bag."""
    digest = salted_hmac(f"guisach.circulation.bags.{what}", f"{op_id}:{barcode}", algorithm="sha256").digest()
    return UUID(bytes=digest[:16], version=4)


def _barcodes(texts: Sequence[str]) -> list[str]:
    try:
        wanted = sorted({normalise_barcode(text) for text in texts})
    except ValueError:
        raise BarcodeUnusable from None
    if not 0 < len(wanted) <= BOOKS_MAX:
        raise BagEmpty(max=BOOKS_MAX)
    return wanted
