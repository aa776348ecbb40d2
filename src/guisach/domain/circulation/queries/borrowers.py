"""How many different people borrowed: counted from the loans while they name anybody, from the log afterwards."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, datetime, time
from typing import TYPE_CHECKING
from uuid import UUID

from guisach.domain.circulation.models import Loan, Measure, Tally
from guisach.kernel.clock import LOCAL

if TYPE_CHECKING:
    from collections.abc import Collection

_UNSAID = "OTHER"  # desks did not always say the group

PlaceMonth = tuple[str, date]
"""The code of a place, and the first day of a month."""


def borrowers_of_months(months: Collection[PlaceMonth]) -> dict[PlaceMonth, dict[str, int]]:
    """Count different readers by group from the loans; whoever borrowed under two groups counts under the first."""
    found: dict[PlaceMonth, dict[str, int]] = {}
    for place, month in months:
        start, end = _bounds(month)
        rows = Loan.objects.filter(place=place, lent_at__gte=start, lent_at__lt=end).order_by("lent_at", "op")
        group_of: dict[UUID, str] = {}
        for reader, group in rows.values_list("reader", "group"):
            group_of.setdefault(reader, group or _UNSAID)
        found[place, month] = dict(Counter(group_of.values()))
    return found


def borrowers_by_month(place: str, months: Collection[date]) -> dict[date, int]:
    """Return how many different people borrowed at a place in each month: as noted, else as the loans say now."""
    noted: dict[date, int] = defaultdict(int)
    for on, count in Tally.objects.filter(place=place, measure=Measure.BORROWERS, on__in=list(months)).values_list(
        "on", "count"
    ):
        noted[on] += count
    live = borrowers_of_months({(place, month) for month in months if month not in noted})
    return {month: noted[month] if month in noted else sum(live[place, month].values()) for month in months}


def _bounds(month: date) -> tuple[datetime, datetime]:
    following = date(month.year + month.month // 12, month.month % 12 + 1, 1)
    return datetime.combine(month, time(), tzinfo=LOCAL), datetime.combine(following, time(), tzinfo=LOCAL)
