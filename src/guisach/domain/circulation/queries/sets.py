"""Sets of books that were lent as one act: what of each is out, what is back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Count, Min

from guisach.domain.circulation.models import Loan
from guisach.domain.circulation.queries.loans import loans_in_batch

if TYPE_CHECKING:
    from collections.abc import Collection

    from guisach.domain.circulation.queries.loans import LoanView


@dataclass(frozen=True, slots=True)
class SetView:
    """A set, some of which is still out."""

    batch: UUID
    reader: UUID
    place: str
    lent_at: datetime
    due_on: date  # of what is out, the earliest
    copies: int
    out: int


def loans_of_set(batch: UUID) -> list[LoanView]:
    """Return the loans of a set, those still out first, each part by title."""
    views = loans_in_batch(batch)
    return sorted(views, key=lambda loan: (loan.closed_at is not None, loan.title, loan.barcode))


def place_of_set(batch: UUID) -> str:
    """Return where a set was lent; empty where there is none. One query, whatever comes of it."""
    return Loan.objects.filter(batch=batch).values_list("place", flat=True).first() or ""


def sets_out(places: Collection[str] | None, *, limit: int = 100) -> list[SetView]:
    """Return the sets lent at these places of which something is out, the longest due first; two queries."""
    still = Loan.objects.filter(batch__isnull=False, closed_at__isnull=True).order_by()
    if places is not None:
        still = still.filter(place__in=list(places))
    rows = list(
        still.values_list("batch", "reader", "place")
        .annotate(at=Min("lent_at"), due=Min("due_on"), out=Count("pk"))
        .order_by("due", "batch")[:limit]
    )
    whole = Loan.objects.filter(batch__in=[row[0] for row in rows]).order_by()
    copies = dict(whole.values_list("batch").annotate(n=Count("pk")))
    return [SetView(batch, reader, place, at, due, copies[batch], out) for batch, reader, place, at, due, out in rows]
