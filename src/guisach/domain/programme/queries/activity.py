"""What places did: loans, visits and uses are three different counts and are never added up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from guisach.domain.circulation import queries as circulation
from guisach.domain.circulation.queries import ActivityCount
from guisach.domain.programme.queries.coverage import ACTIVE_WITHIN
from guisach.kernel.clock import LOCAL

if TYPE_CHECKING:
    from collections.abc import Sequence

_MONTHS_A_YEAR = 12


@dataclass(frozen=True, slots=True)
class MonthCount:
    """What a place did in a month, named by its first day."""

    month: date
    loans: int
    visits: int
    uses: int


def activity(on: date) -> dict[str, ActivityCount]:
    """Return loans, visits and uses by place in the year that ends on a day; two queries."""
    end = datetime.combine(on + timedelta(days=1), time(), tzinfo=LOCAL)
    return circulation.activity_by_place(end - ACTIVE_WITHIN, end, on - ACTIVE_WITHIN + timedelta(days=1), on)


def activity_by_month(place: str, on: date, months: int = _MONTHS_A_YEAR) -> list[MonthCount]:
    """Return what a place did in each of the calendar months up to that of `on`, oldest first; two queries."""
    wanted = months_until(on, months)
    found = circulation.activity_by_month(place, wanted[0], on)
    counts = ((month, found.get(month) or ActivityCount()) for month in wanted)
    return [MonthCount(month, count.loans, count.visits, count.uses) for month, count in counts]


def months_until(on: date, months: int) -> Sequence[date]:
    """List the first days of as many calendar months, the last being the month of `on`."""
    last = on.year * _MONTHS_A_YEAR + on.month - 1
    return [date(n // _MONTHS_A_YEAR, n % _MONTHS_A_YEAR + 1, 1) for n in range(last - months + 1, last + 1)]
