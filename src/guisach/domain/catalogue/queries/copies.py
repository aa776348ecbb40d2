"""Copies as other rooms see them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from guisach.domain.catalogue.models import Copy, CopyCondition

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from django.utils.functional import _StrOrPromise

COPY_FIELDS = (
    "barcode", "record_id", "record__title", "record__author", "condition", "owner_id", "base_id", "call_no", "shelf",
    "record__kind",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class CopyView:
    """A copy with the little of its record that a desk shows."""

    barcode: str
    record_id: int
    title: str
    author: str
    condition: str
    owner: str
    base: str
    call_no: str
    shelf: str
    kind: str

    @property
    def condition_label(self) -> _StrOrPromise:
        """Whether it may be lent, in the language in force."""
        return CopyCondition(self.condition).label


def known_barcodes(barcodes: Iterable[str]) -> set[str]:
    """Return those of the barcodes that are catalogued."""
    return set(Copy.objects.filter(barcode__in=list(barcodes)).values_list("barcode", flat=True))


def copy_by_barcode(barcode: str) -> CopyView | None:
    """Return the copy with this (normalised) barcode, or None."""
    return copies_by_barcode([barcode]).get(barcode)


def copies_by_barcode(barcodes: Collection[str]) -> dict[str, CopyView]:
    """Return the catalogued ones among the barcodes, with one query."""
    rows = Copy.objects.filter(barcode__in=list(barcodes)).values_list(*COPY_FIELDS)
    return {row[0]: CopyView(*row) for row in rows}


def copies_of_records(records: Collection[int]) -> list[CopyView]:
    """Return all copies of the records, by barcode."""
    rows = Copy.objects.filter(record__in=list(records)).order_by("barcode").values_list(*COPY_FIELDS)
    return [CopyView(*row) for row in rows]
