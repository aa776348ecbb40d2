"""Copies with which something is wrong: what is lost, missing, claimed or damaged at a place, and since when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q

from guisach.domain.catalogue.models import Copy
from guisach.domain.catalogue.queries import copies_by_barcode
from guisach.domain.circulation.models import Loan, Trouble, Whereabouts

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from django.db.models import QuerySet
    from django.utils.functional import _StrOrPromise


@dataclass(frozen=True, slots=True)
class CopyNow:
    """Where a copy is by the log, and what is wrong with it; all empty where nothing ever happened to it."""

    place: str = ""
    trouble: str = ""
    since: datetime | None = None
    going_to: str = ""
    is_set_aside: bool = False

    @property
    def trouble_label(self) -> _StrOrPromise:
        """What is wrong, in the language in force."""
        return Trouble(self.trouble).label if self.trouble else ""


@dataclass(frozen=True, slots=True)
class TroubleView:
    """A copy in trouble, with what is needed to look for it. `reader` is who had it, where it is still on loan."""

    barcode: str
    trouble: str
    since: datetime
    place: str
    title: str
    author: str
    call_no: str
    shelf: str
    owner: str
    condition: str
    reader: UUID | None


def copy_now(barcode: str) -> CopyNow:
    """Return where a copy is and what is wrong with it; one query."""
    row = Whereabouts.objects.filter(pk=barcode).first()
    if row is None:
        return CopyNow()
    return CopyNow(row.place, row.trouble, row.troubled_at, row.going_to, row.aside_for is not None)


def trouble_counts(places: Collection[str]) -> dict[str, int]:
    """Return how many copies of these places are in each trouble."""
    rows = _at(places).order_by().values_list("trouble").annotate(n=Count("pk"))
    return dict(rows)


def troubles(places: Collection[str], trouble: str, *, limit: int = 50, offset: int = 0) -> list[TroubleView]:
    """Return copies of these places in one kind of trouble, the longest first; three queries."""
    rows = list(_at(places).filter(trouble=trouble).order_by("troubled_at", "pk")[offset : offset + limit])
    barcodes = [row.barcode for row in rows]
    copies = copies_by_barcode(barcodes) if barcodes else {}
    held = Loan.objects.filter(barcode__in=barcodes, closed_at__isnull=True) if barcodes else Loan.objects.none()
    readers = dict(held.values_list("barcode", "reader"))
    found = []
    for row in rows:
        copy = copies.get(row.barcode)
        found.append(
            TroubleView(
                barcode=row.barcode,
                trouble=row.trouble,
                since=row.troubled_at or row.seen_at,  # type: ignore[arg-type]  # a trouble has a time
                place=row.place or (copy.base if copy else ""),
                title=copy.title if copy else "",
                author=copy.author if copy else "",
                call_no=copy.call_no if copy else "",
                shelf=copy.shelf if copy else "",
                owner=copy.owner if copy else "",
                condition=copy.condition if copy else "",
                reader=readers.get(row.barcode),
            )
        )
    return found


def in_trouble(places: Collection[str], trouble: str, barcodes: Collection[str]) -> set[str]:
    """Return those of the copies that are in this trouble at these places."""
    return set(_at(places).filter(trouble=trouble, pk__in=list(barcodes)).values_list("pk", flat=True))


def _at(places: Collection[str]) -> QuerySet[Whereabouts]:
    """Find what is in trouble at these places; what nobody has ever seen belongs to where it is kept."""
    of_place = Copy.objects.filter(barcode=OuterRef("barcode"), base__in=list(places))
    there = Q(place__in=list(places)) | Q(Exists(of_place), place="")
    return Whereabouts.objects.exclude(trouble="").filter(there)
