"""What places took from readers and hold, what they may take, and what is to go back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q, Sum

from guisach.domain.catalogue.queries import copies_by_barcode
from guisach.domain.catalogue.queries.stock import stock_copy
from guisach.domain.circulation.models import Loan, MoneyRule, Payment, PaymentSort, Whereabouts
from guisach.domain.circulation.rules.money import MoneyTerms, in_force

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date, datetime
    from uuid import UUID

    from django.db.models import QuerySet
    from django.utils.functional import _StrOrPromise

MONEY_IN, MONEY_OUT = "PT", "PC"
"""The two series of slips: phiếu thu and phiếu chi."""


@dataclass(frozen=True, slots=True)
class PaymentView:
    """What a reader gave; `title` is that of the copy made good, empty for a deposit."""

    op: UUID
    sort: str
    reader: UUID
    place: str
    at: datetime
    amount: int
    number: int
    barcode: str
    title: str
    cause: str
    way: str
    is_found: bool
    back_at: datetime | None
    back_place: str
    back_number: int | None

    @property
    def label(self) -> _StrOrPromise:
        """Deposit or compensation, in the language in force."""
        return PaymentSort(self.sort).label

    @property
    def slip(self) -> str:
        """What stands on the slip of taking it."""
        return slip_code(MONEY_IN, self.number)

    @property
    def back_slip(self) -> str:
        """What stands on the slip of giving it back; empty before."""
        return "" if self.back_at is None else slip_code(MONEY_OUT, self.back_number or 0)

    @property
    def is_to_go_back(self) -> bool:
        """Whether the copy was found for which it was given."""
        return self.is_found and self.back_at is None


@dataclass(frozen=True, slots=True)
class ToMakeGood:
    """A copy that is lost or damaged now. `reader` is who lost it, where that is known."""

    barcode: str
    title: str
    cause: str
    trouble: UUID
    price_vnd: int | None
    reader: UUID | None
    paid: UUID | None
    """What was taken for it already."""


def slip_code(series: str, number: int) -> str:
    """Write the number of a slip as it is printed: PT 0007; nothing for none."""
    return f"{series} {number:04d}" if number else ""


def money_terms() -> list[MoneyTerms]:
    """Return all that was ever said of money, in the order in which it was said; one query."""
    rows = MoneyRule.objects.order_by("set_at", "pk").values_list(
        "valid_from", "deposit_vnd", "compensation_vnd", "compensation_times", "decision", "reason", "set_at"
    )
    return [MoneyTerms(*row) for row in rows]


def money_on(day: date) -> MoneyTerms:
    """Return what may be taken on a day; one query."""
    return in_force(money_terms(), day)


def payment(op: UUID) -> PaymentView | None:
    """Return one payment, or None; two queries."""
    return next(iter(_views(Payment.objects.filter(pk=op))), None)


def payments_of(person: Collection[UUID], *, limit: int = 50) -> list[PaymentView]:
    """Return what a person (under any of these ids) gave, the newest first; two queries, one where there is nothing."""
    return _views(Payment.objects.filter(reader__in=list(person)).order_by("-at", "op")[:limit])


def deposits_held(person: Collection[UUID]) -> list[PaymentView]:
    """Return the deposits of a person that were not given back."""
    held = Payment.objects.filter(reader__in=list(person), sort=PaymentSort.DEPOSIT, back_at__isnull=True)
    return _views(held.order_by("at", "op"))


def payments_at(place: str, part: str, *, limit: int, offset: int = 0) -> list[PaymentView]:
    """Return one part of the book of a place: what is to "RETURN", "HELD" deposits, "ALL"; two queries."""
    found = Payment.objects.filter(place=place)
    if part == "RETURN":
        found = found.filter(is_found=True, back_at__isnull=True)
    elif part == "HELD":
        found = found.filter(sort=PaymentSort.DEPOSIT, back_at__isnull=True)
    return _views(found.order_by("-at", "op")[offset : offset + limit])


def deposits_sum(place: str) -> int:
    """Return how much money a place holds for its readers, in đồng; one query."""
    held = Payment.objects.filter(place=place, sort=PaymentSort.DEPOSIT, back_at__isnull=True)
    return held.aggregate(sum=Sum("amount"))["sum"] or 0


def has_payments(place: str) -> bool:
    """Say whether anything was ever taken or given back at a place; one query."""
    return Payment.objects.filter(Q(place=place) | Q(back_place=place)).exists()


def to_make_good(barcode: str) -> ToMakeGood | None:
    """Return a copy that is lost or damaged, or None; four queries."""
    now = Whereabouts.objects.filter(pk=barcode, trouble__in=("LOST", "DAMAGED")).first()
    copy = stock_copy(barcode)
    if now is None or copy is None or now.troubled_op is None:
        return None
    readers = Loan.objects.filter(barcode=barcode, closed_by=now.troubled_op).values_list("reader", flat=True)
    paid = Payment.objects.filter(barcode=barcode, trouble=now.troubled_op, back_at__isnull=True)
    return ToMakeGood(
        barcode, copy.title, now.trouble, now.troubled_op, copy.price_vnd, readers.first(),
        paid.values_list("pk", flat=True).first(),
    )  # fmt: skip


def _views(found: QuerySet[Payment]) -> list[PaymentView]:
    rows = list(found)
    barcodes = {row.barcode for row in rows if row.barcode}
    copies = copies_by_barcode(barcodes) if barcodes else {}
    return [
        PaymentView(
            row.op, row.sort, row.reader, row.place, row.at, row.amount, row.number, row.barcode,
            copies[row.barcode].title if row.barcode in copies else "",
            row.cause, row.way, row.is_found, row.back_at, row.back_place, row.back_number,
        )
        for row in rows
    ]  # fmt: skip
