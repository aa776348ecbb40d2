"""Taking a deposit or compensation and giving it back: only where the province allows it. No fee, no interest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from guisach.domain.catalogue.rules.barcodes import normalise_barcode
from guisach.domain.circulation.actions.refusals import BarcodeUnusable, ReaderUnknown
from guisach.domain.circulation.models import SlipNumber
from guisach.domain.circulation.queries.payments import (
    MONEY_IN,
    MONEY_OUT,
    PaymentView,
    deposits_held,
    money_on,
    payment,
    to_make_good,
)
from guisach.domain.circulation.rules.money import AMOUNT_LEAST, Way
from guisach.domain.journal.queries import latest_at
from guisach.domain.journal.steps import act, hold, in_one_transaction, repeated
from guisach.domain.readers import queries as readers
from guisach.kernel.clock import local_date
from guisach.kernel.errors import DomainError

if TYPE_CHECKING:
    from guisach.domain.journal.queries import Source
    from guisach.kernel.clock import Clock

_WORDS_MAX = 500


class MoneyNotTaken(DomainError):
    """The province has not turned it on, or turned it off."""

    code = "money_not_taken"
    text = _("Nothing is taken from readers here: by the rules of the province borrowing is free, without a deposit.")


class AmountUnusable(DomainError):
    """Not a sum that the province allows."""

    code = "amount_unusable"
    status = 422
    text = _("Please give a whole amount from %(least)s to %(most)s đồng: that is the most the rules allow.")


class DepositHeld(DomainError):
    """One deposit a reader, wherever it is held."""

    code = "deposit_held"
    text = _("This reader has left a deposit of %(amount)s đồng already (slip %(slip)s). One is enough.")


class NothingToMakeGood(DomainError):
    """The copy is neither lost nor damaged."""

    code = "nothing_to_make_good"
    text = _("Copy %(barcode)s is neither lost nor damaged now. Nothing is taken for it.")


class MadeGoodAlready(DomainError):
    """It was made good before."""

    code = "made_good_already"
    text = _("Copy %(barcode)s was made good already. Nobody pays twice.")


class PaymentUnknown(DomainError):
    """Nothing under this id, or it was taken back."""

    code = "payment_unknown"
    status = 404
    text = _("There is no such slip; perhaps it was taken back.")


class GivenBackAlready(DomainError):
    """The reader has it."""

    code = "given_back_already"
    text = _("This was given back already (slip %(slip)s).")


@in_one_transaction
def take_deposit(
    *, op_id: UUID, by: Source, place: str, reader: UUID, amount: int, clock: Clock, words: str = ""
) -> PaymentView:
    """Take a deposit of whole đồng from a reader. The same `op_id` twice is one.

    Raises MoneyNotTaken, ReaderUnknown, DepositHeld, AmountUnusable.
    """
    person = readers.ids_of(reader)
    held = hold(by, op_id, [f"payments:{person[0]}", f"slips:{place}"])
    if repeated(op_id, "take_deposit", f"payment:{op_id}") is not None:
        return _payment(op_id)
    most = money_on(local_date(clock())).deposit_vnd
    if most is None:
        raise MoneyNotTaken
    _check_reader(person[0])
    if before := deposits_held(person):
        raise DepositHeld(amount=_dong(before[0].amount), slip=before[0].slip or "–")
    _check_amount(amount, most)
    operation = {**_taking(op_id, "take_deposit", place, person[0], words), "amount": amount}
    act(operation, via=by, clock=clock, held=held)
    return _payment(op_id)


@in_one_transaction
def take_compensation(
    *,
    op_id: UUID,
    by: Source,
    place: str,
    reader: UUID,
    barcode: str,
    way: Way,
    amount: int,
    clock: Clock,
    words: str = "",
) -> PaymentView:
    """Take what makes a lost or damaged copy good: the same title (`amount` is not looked at), or money.

    Raises BarcodeUnusable, MoneyNotTaken, ReaderUnknown, NothingToMakeGood, MadeGoodAlready, AmountUnusable.
    """
    try:
        barcode = normalise_barcode(barcode)
    except ValueError:
        raise BarcodeUnusable from None
    person = readers.ids_of(reader)
    held = hold(by, op_id, [f"copy:{barcode}", f"slips:{place}"])
    if repeated(op_id, "take_compensation", f"payment:{op_id}") is not None:
        return _payment(op_id)
    terms = money_on(local_date(clock()))
    if terms.compensation_vnd is None:
        raise MoneyNotTaken
    _check_reader(person[0])
    wanted = to_make_good(barcode)
    if wanted is None:
        raise NothingToMakeGood(barcode=barcode)
    if wanted.paid is not None:
        raise MadeGoodAlready(barcode=barcode)
    if way is Way.MONEY:
        _check_amount(amount, terms.most_for(wanted.price_vnd))
    operation = {
        **_taking(op_id, "take_compensation", place, person[0], words),
        "copy": barcode,
        "trouble": str(wanted.trouble),
        "cause": wanted.cause,
        "way": way.value,
        "amount": amount if way is Way.MONEY else 0,
    }
    act(operation, via=by, clock=clock, not_before=latest_at(f"copy:{barcode}"), held=held)
    return _payment(op_id)


@in_one_transaction
def give_back(*, op_id: UUID, by: Source, place: str, payment_id: UUID, clock: Clock, words: str = "") -> PaymentView:
    """Give back the whole of what was taken, whatever the province allows by now.

    Raises PaymentUnknown, GivenBackAlready.
    """
    held = hold(by, op_id, [f"payment:{payment_id}", f"slips:{place}"])
    if repeated(op_id, "give_back", f"payment:{payment_id}") is not None:
        return _payment(payment_id)
    found = payment(payment_id)
    if found is None:
        raise PaymentUnknown
    if found.back_at is not None:
        raise GivenBackAlready(slip=found.back_slip or "–")
    operation: dict[str, Any] = {
        "op": str(op_id), "v": 1, "kind": "give_back", "place": place, "payment": str(payment_id),
        "amount": found.amount, "number": _next_number(place, MONEY_OUT),
    }  # fmt: skip
    operation["private"] = _private(found.reader, words)
    act(operation, via=by, clock=clock, not_before=found.at, held=held)
    return _payment(payment_id)


def _taking(op_id: UUID, kind: str, place: str, reader: UUID, words: str) -> dict[str, Any]:
    number = _next_number(place, MONEY_IN)
    private = _private(reader, words)
    return {"op": str(op_id), "v": 1, "kind": kind, "place": place, "number": number, "private": private}


def _private(reader: UUID, words: str) -> dict[str, str]:
    said = " ".join(words.split())[:_WORDS_MAX]
    return {"reader": str(reader)} | ({"words": said} if said else {})


def _next_number(place: str, series: str) -> int:
    """Give the next number of a place's slips; whoever calls it holds them."""
    row, _is_new = SlipNumber.objects.get_or_create(place=place, series=series, defaults={"last": 0})
    row.last += 1
    row.save(update_fields=["last"])
    return row.last


def _check_reader(reader: UUID) -> None:
    who = readers.reader(reader)
    if who is None or who.erased_at is not None:
        raise ReaderUnknown(card="?")


def _check_amount(amount: int, most: int) -> None:
    if not AMOUNT_LEAST <= amount <= most:
        raise AmountUnusable(least=_dong(AMOUNT_LEAST), most=_dong(most))


def _dong(amount: int) -> str:
    return f"{amount:,}".replace(",", ".")


def _payment(op: UUID) -> PaymentView:
    found = payment(op)
    if found is None:  # the act is a repeat of one that was taken back meanwhile
        raise PaymentUnknown
    return found
