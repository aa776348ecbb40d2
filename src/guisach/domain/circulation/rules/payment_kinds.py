"""The bodies of what is taken from readers and given back, as they stand in the log for ever.

Each is about the operation that took it. `number` is that of the slip, which runs on at each place; 0 where none was
given.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec

from guisach.domain.catalogue.rules.barcodes import normalise_barcode
from guisach.domain.circulation.rules.money import AMOUNT_MOST, Way

NUMBER_MAX = 2**31 - 1
CAUSES = frozenset({"LOST", "DAMAGED"})


class DepositBody(msgspec.Struct, frozen=True):
    """A reader left money with the place, to have it back."""

    op: UUID
    amount: int
    number: int = 0


class PayerPrivate(msgspec.Struct, frozen=True):
    """Who gave it, and free words."""

    reader: UUID
    words: str = ""


class CompensationBody(msgspec.Struct, frozen=True):
    """A reader made a copy good; `trouble` is the operation that gave it up as lost, or noted the damage."""

    op: UUID
    copy: str
    trouble: UUID
    cause: str
    way: str = Way.MONEY.value
    amount: int = 0  # 0 in kind
    number: int = 0


class GiveBackBody(msgspec.Struct, frozen=True):
    """What was taken went back to the reader, whole."""

    payment: UUID
    amount: int = 0
    number: int = 0


class GivenPrivate(msgspec.Struct, frozen=True):
    """Who got it back, and free words."""

    reader: UUID | None = None
    words: str = ""


def deposit_subject(body: DepositBody, _private: Any, _place: str, _eff_at: Any) -> str:
    """Return the operation's own id; raises ValueError for what is no amount."""
    _check(body.amount, body.number, least=1)
    return str(body.op)


def compensation_subject(body: CompensationBody, _private: Any, _place: str, _eff_at: Any) -> str:
    """Return the operation's own id; raises ValueError for what is no amount, no barcode, no cause or no way."""
    normalise_barcode(body.copy)
    if body.cause not in CAUSES or body.way not in set(Way):
        raise ValueError(body)
    _check(body.amount, body.number, least=1 if body.way == Way.MONEY else 0)
    return str(body.op)


def give_back_subject(body: GiveBackBody, _private: Any, _place: str, _eff_at: Any) -> str:
    """Return the id of what was taken; raises ValueError for what is no amount."""
    _check(body.amount, body.number, least=0)
    return str(body.payment)


def _check(amount: int, number: int, *, least: int) -> None:
    if not least <= amount <= AMOUNT_MOST or not 0 <= number <= NUMBER_MAX:
        raise ValueError(amount)
