"""Copies with all that a label, a form and a register say of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from guisach.domain.catalogue.models import Copy, CopyCondition, PhysicalState

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date, datetime

    from django.db.models import QuerySet
    from django.utils.functional import _StrOrPromise

_FIELDS = (
    "barcode", "record", "record__title", "record__author", "record__ddc", "condition", "state", "collection",
    "owner", "base", "base__name", "call_no", "shelf", "part", "price_vnd", "acquired_on", "note", "receipt",
    "labelled_at",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class StockCopy:
    """A copy as the stock knows it."""

    barcode: str
    record: int
    title: str
    author: str
    ddc: str
    condition: str
    state: str
    collection: str | None
    owner: str
    base: str
    base_name: str
    call_no: str
    shelf: str
    part: str
    price_vnd: int | None
    acquired_on: date | None
    note: str
    receipt: int | None
    labelled_at: datetime | None

    @property
    def condition_label(self) -> _StrOrPromise:
        """Whether it may be lent, in the language in force."""
        return CopyCondition(self.condition).label

    @property
    def state_label(self) -> _StrOrPromise:
        """How it looks, in the language in force."""
        return PhysicalState(self.state).label


def stock_copy(barcode: str) -> StockCopy | None:
    """Return a copy by its (normalised) number, or None."""
    return next(iter(_views(Copy.objects.filter(barcode=barcode))), None)


def stock_copies(barcodes: Collection[str], within: Collection[str] | None = None) -> list[StockCopy]:
    """Return those of the copies that these places (None: all) answer for, in the order given."""
    wanted = list(dict.fromkeys(barcodes))
    found = {copy.barcode: copy for copy in _views(_at(Copy.objects.filter(barcode__in=wanted), within))}
    return [found[barcode] for barcode in wanted if barcode in found]


def copies_of_receipt(receipt: int) -> list[StockCopy]:
    """Return the copies of an entry of the register, by number."""
    return _views(Copy.objects.filter(receipt=receipt).order_by("barcode"))


def copies_between(first: str, last: str, within: Collection[str] | None, *, limit: int) -> list[StockCopy]:
    """Return the copies from one number to another, both included, that are not withdrawn."""
    found = Copy.objects.filter(barcode__gte=first, barcode__lte=last).exclude(condition=CopyCondition.WITHDRAWN)
    return [c for c in _views(_at(found, within).order_by("barcode")[:limit]) if len(c.barcode) == len(first)]


def copies_without_label(within: Collection[str] | None, *, limit: int) -> list[StockCopy]:
    """Return the copies whose label was never noted as printed, by number."""
    return _views(_unlabelled(within).order_by("barcode")[:limit])


def count_without_label(within: Collection[str] | None) -> int:
    """Count them."""
    return _unlabelled(within).count()


def _unlabelled(within: Collection[str] | None) -> QuerySet[Copy]:
    # What an import brought had its number, and so its label, before.
    found = Copy.objects.filter(labelled_at=None, imported_in=None).exclude(condition=CopyCondition.WITHDRAWN)
    return _at(found, within)


def _at(found: QuerySet[Copy], within: Collection[str] | None) -> QuerySet[Copy]:
    return found if within is None else found.filter(base__in=list(within))


def _views(found: QuerySet[Copy]) -> list[StockCopy]:
    return [StockCopy(*row) for row in found.values_list(*_FIELDS)]
