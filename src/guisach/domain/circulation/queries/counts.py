"""Counts: loans, uses and visits are three different things and are never added up."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Count, Sum, Value
from django.db.models.functions import TruncMonth

from guisach.domain.circulation.models import Loan, Measure, Tally, Use
from guisach.kernel.clock import LOCAL

_LOANS = "LOANS"  # beside the measures of tallies


@dataclass(slots=True)
class ActivityCount:
    """What a place did in a period. `uses`: counted, and noted book by book."""

    loans: int = 0
    visits: int = 0
    uses: int = 0


def activity_by_place(start: datetime, end: datetime, first_on: date, last_on: date) -> dict[str, ActivityCount]:
    """Return loans made in [start, end) and tallies of the days first_on … last_on, by place."""
    found: dict[str, ActivityCount] = defaultdict(ActivityCount)
    lent = Loan.objects.filter(lent_at__gte=start, lent_at__lt=end).order_by()
    used = Use.objects.filter(at__gte=start, at__lt=end).order_by()
    tallied = Tally.objects.filter(on__range=(first_on, last_on)).order_by().values_list("place", "measure")
    # In one question: pages that show all this ask few.
    counted = tallied.annotate(n=Sum("count")).union(
        lent.values_list("place", Value(_LOANS)).annotate(n=Count("pk")),
        used.values_list("place", Value(Measure.USES.value)).annotate(n=Count("pk")),
        all=True,
    )
    for place, measure, count in counted:
        if measure == _LOANS:
            found[place].loans = count
        elif measure == Measure.VISITS:
            found[place].visits = count
        elif measure == Measure.USES:
            found[place].uses += count
    return dict(found)


def activity_by_month(place: str, first_on: date, last_on: date) -> dict[date, ActivityCount]:
    """Return what a place did from first_on to last_on by calendar month, named by its first day."""
    found: dict[date, ActivityCount] = defaultdict(ActivityCount)
    start = datetime.combine(first_on, time(), tzinfo=LOCAL)
    end = datetime.combine(last_on + timedelta(days=1), time(), tzinfo=LOCAL)
    lent = Loan.objects.filter(place=place, lent_at__gte=start, lent_at__lt=end).order_by()
    for month, count in lent.values_list(TruncMonth("lent_at", tzinfo=LOCAL)).annotate(n=Count("pk")):
        found[month.date()].loans = count
    tallied = Tally.objects.filter(place=place, on__range=(first_on, last_on)).order_by()
    for month, measure, count in tallied.values_list(TruncMonth("on"), "measure").annotate(n=Sum("count")):
        if measure == Measure.VISITS:
            found[month].visits = count
        elif measure == Measure.USES:
            found[month].uses = count
    used = Use.objects.filter(place=place, at__gte=start, at__lt=end).order_by()
    for month, count in used.values_list(TruncMonth("at", tzinfo=LOCAL)).annotate(n=Count("pk")):
        found[month.date()].uses += count
    return dict(found)


def uses_noted(place: str, on: date) -> int:
    """Return how many uses of a day were noted book by book at a place, besides those that were counted."""
    start = datetime.combine(on, time(), tzinfo=LOCAL)
    return Use.objects.filter(place=place, at__gte=start, at__lt=start + timedelta(days=1)).count()


def tallies_of(place: str, on: date) -> dict[tuple[str, str], int]:
    """Return what was counted at a place on a day, by (measure, group)."""
    rows = Tally.objects.filter(place=place, on=on).values_list("measure", "group", "count")
    return {(measure, group): count for measure, group, count in rows}
