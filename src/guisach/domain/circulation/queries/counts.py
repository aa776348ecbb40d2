"""Counts: loans, uses and visits are three different things and are never added up."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db.models import Count, Sum

from guisach.domain.catalogue.queries import copies_by_barcode
from guisach.domain.circulation.models import Loan, Measure, Tally

if TYPE_CHECKING:
    from collections.abc import Collection


@dataclass(slots=True)
class ActivityCount:
    """What a place did in a period."""

    loans: int = 0
    visits: int = 0
    uses: int = 0


def activity_by_place(start: datetime, end: datetime, first_on: date, last_on: date) -> dict[str, ActivityCount]:
    """Return loans made in [start, end) and tallies of the days first_on … last_on, by place."""
    found: dict[str, ActivityCount] = defaultdict(ActivityCount)
    lent = Loan.objects.filter(lent_at__gte=start, lent_at__lt=end).order_by()
    for place, count in lent.values_list("place").annotate(n=Count("pk")):
        found[place].loans = count
    tallied = Tally.objects.filter(on__range=(first_on, last_on)).order_by()
    for place, measure, count in tallied.values_list("place", "measure").annotate(n=Sum("count")):
        if measure == Measure.VISITS:
            found[place].visits = count
        else:
            found[place].uses = count
    return dict(found)


def tallies_of(place: str, on: date) -> dict[tuple[str, str], int]:
    """Return what was counted at a place on a day, by (measure, group)."""
    rows = Tally.objects.filter(place=place, on=on).values_list("measure", "group", "count")
    return {(measure, group): count for measure, group, count in rows}


def loans_by_record_popularity(barcodes: Collection[str]) -> dict[int, int]:
    """Return how often the records behind the barcodes were lent, by record."""
    counts: dict[int, int] = defaultdict(int)
    copies = copies_by_barcode(barcodes)
    lent = Loan.objects.filter(barcode__in=list(barcodes)).order_by()
    for barcode, count in lent.values_list("barcode").annotate(n=Count("pk")):
        if barcode in copies:
            counts[copies[barcode].record_id] += count
    return dict(counts)
