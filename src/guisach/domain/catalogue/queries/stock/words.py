"""Series of numbers, collections, and the choices of forms about the stock."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count

from guisach.domain.catalogue.models import (
    AccessionSeries,
    AcquisitionKind,
    Collection,
    Copy,
    CopyCondition,
    PhysicalState,
    StockChange,
)

if TYPE_CHECKING:
    from datetime import datetime
    from typing import Any

    from django.utils.functional import _StrOrPromise


@dataclass(frozen=True, slots=True)
class SeriesView:
    """A series of accession numbers."""

    prefix: str
    name: str
    digits: int
    last_number: int

    @property
    def last(self) -> str:
        """The last number given, as a register writes it; empty before the first."""
        return f"{self.prefix}{self.last_number:0{self.digits}d}" if self.last_number else ""

    @property
    def following(self) -> str:
        """The number that comes next, as a register writes it."""
        return f"{self.prefix}{self.last_number + 1:0{self.digits}d}"


@dataclass(frozen=True, slots=True)
class CollectionView:
    """A collection with the copies in it, without those withdrawn."""

    code: str
    name: str
    note: str
    copies: int


@dataclass(frozen=True, slots=True)
class StockChangeView:
    """What was changed, when, by whom."""

    at: datetime
    by: str
    changes: dict[str, list[Any]]


def all_series() -> list[SeriesView]:
    """Return the series by prefix."""
    rows = AccessionSeries.objects.order_by("prefix").values_list("prefix", "name", "digits", "last_number")
    return [SeriesView(*row) for row in rows]


def written_prefixes() -> list[str]:
    """Return the prefixes that a register writes otherwise than a barcode: ĐC for DC."""
    return [p for p in AccessionSeries.objects.values_list("prefix", flat=True) if not p.isascii()]


def collection_names() -> dict[str, str]:
    """Return the collections: name by code, in the order of names."""
    return dict(Collection.objects.order_by("name").values_list("code", "name"))


def collections(places: list[str] | None) -> list[CollectionView]:
    """Return the collections with what these places (None: all) have of them."""
    rows = Collection.objects.order_by("name").values_list("code", "name", "note")
    found = Copy.objects.filter(collection__isnull=False).exclude(condition=CopyCondition.WITHDRAWN)
    if places is not None:
        found = found.filter(base__in=places)
    counts = dict(found.order_by().values_list("collection").annotate(n=Count("pk")))
    return [CollectionView(*row, counts.get(row[0], 0)) for row in rows]


def acquisition_kinds() -> list[tuple[str, _StrOrPromise]]:
    """Return how copies come into the stock, with their names."""
    return list(AcquisitionKind.choices)


def conditions() -> list[tuple[str, _StrOrPromise]]:
    """Return whether a copy may be lent, with their names."""
    return list(CopyCondition.choices)


def states() -> list[tuple[str, _StrOrPromise]]:
    """Return how copies look, with their names."""
    return list(PhysicalState.choices)


def stock_changes(subject: str, *, limit: int = 20) -> list[StockChangeView]:
    """Return what was changed on a subject such as copy:VN000123, the last first."""
    rows = StockChange.objects.filter(subject=subject).order_by("-pk").values_list("at", "by__full_name", "changes")
    return [StockChangeView(at, by or "", changes) for at, by, changes in rows[:limit]]
