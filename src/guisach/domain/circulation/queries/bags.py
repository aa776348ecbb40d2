"""Bags of surprises: what was wished, and what stands on the shelf for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef

from guisach.domain.catalogue.models import Copy, CopyCondition
from guisach.domain.catalogue.queries.browsing import class_counts
from guisach.domain.circulation.models import Loan, Request, Whereabouts
from guisach.domain.circulation.queries.shelves import there
from guisach.domain.circulation.rules.bags import AGES, Bag, Candidate, Pick, compose
from guisach.domain.circulation.rules.request_fold import Sort
from guisach.domain.journal.queries import timeline

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

    from django.db.models import QuerySet

_KINDS = ("BOOK", "COMIC", "LOCAL")
_LOOKED_AT_MAX = 2000
"""Copies of a place that are looked at for one bag: of a larger stock a stretch that the wish itself decides."""
_YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class BagView:
    """A bag that somebody wishes. `is_open`: nobody has packed it, and it is not cancelled."""

    op: UUID
    reader: UUID | None
    pickup: str
    since: datetime
    is_open: bool
    wish: Bag


def bag(op: UUID, *, at: str | None = None) -> BagView | None:
    """Return a wish for a bag (that is packed at a place, if one is named), or None; two queries, one for none."""
    found = Request.objects.filter(pk=op, sort=Sort.BAG)
    return next(iter(_views(found if at is None else found.filter(pickup=at))), None)


def bags_at(place: str, *, limit: int = 100) -> list[BagView]:
    """Return the bags that are to be packed at a place, the longest wished first; two queries."""
    waiting = Request.objects.filter(pickup=place, sort=Sort.BAG, closed_at__isnull=True)
    return _views(waiting.order_by("since", "op")[:limit])


def _views(found: QuerySet[Request]) -> list[BagView]:
    rows = list(found)
    said = {entry.op: entry.body for entry in timeline(operations=[row.op for row in rows])} if rows else {}
    return [
        BagView(row.op, row.reader, row.pickup, row.since, row.closed_at is None, _wish(said[row.op]))
        for row in rows
        if row.op in said
    ]


def _wish(body: Mapping[str, Any]) -> Bag:
    language = str(body.get("language", ""))
    return Bag(str(body["age"]), int(body["books"]), tuple(body.get("interests", ())), language)


def pick_list(found: BagView, person: Collection[UUID], at: datetime, *, without: Collection[str] = ()) -> list[Pick]:
    """Choose the books for a bag from what stands free at its place now; five queries, however large the place is.

    Left out is what the person has or waits for, and every title that somebody else waits for.
    """
    had = Loan.objects.filter(reader__in=list(person), closed_at__isnull=True).values("barcode")
    mine = Copy.objects.filter(barcode__in=had).values("record")
    asked = Request.objects.filter(closed_at__isnull=True, record__isnull=False).values("record")
    free = _free_at(found.pickup).filter(record__kind__in=_KINDS, record__audience__in=AGES[found.wish.age])
    free = free.exclude(record__in=mine).exclude(record__in=asked)
    if found.wish.language:
        free = free.filter(record__language=found.wish.language)
    beyond = free.count() - _LOOKED_AT_MAX
    first = found.op.int % beyond if beyond > 0 else 0
    rows = list(
        free.order_by("pk").values_list(
            "barcode", "record", "record__title", "record__author", "record__ddc", "record__audience",
            "record__language", "call_no", "shelf",
        )[first : first + _LOOKED_AT_MAX]
    )  # fmt: skip
    lent = Loan.objects.filter(lent_at__gte=at - _YEAR, barcode__in=[row[0] for row in rows])
    loans = dict(lent.order_by().values_list("barcode").annotate(n=Count("pk")))
    shelf = [Candidate(*row, loans=loans.get(row[0], 0)) for row in rows]
    return compose(found.wish, shelf, seed=found.op.int, without=without)


def _free_at(place: str) -> QuerySet[Copy]:
    out = Loan.objects.filter(barcode=OuterRef("barcode"), closed_at__isnull=True)
    taken = Whereabouts.objects.filter(pk=OuterRef("barcode")).exclude(going_to="", trouble="", aside_for=None)
    return there(place).filter(condition=CopyCondition.NORMAL).exclude(Exists(out)).exclude(Exists(taken))


def interests() -> list[str]:
    """Return the main classes ("8" is 800 to 899) of which the catalogue has titles; one query."""
    return sorted({number[:1] for number, titles in class_counts().items() if titles and number[:1].isdigit()})
