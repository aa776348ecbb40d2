"""The day by which a loan should be back: the rules' term, the van's next visit, open days and fairs."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from guisach.domain.circulation.kinds import next_visit
from guisach.domain.circulation.rules.lending import LATER_AT_MOST_DAYS, Calendar, due_on
from guisach.domain.circulation.rules.policy import Situation
from guisach.domain.network.queries import closures_of, fair_calendar, fairs

if TYPE_CHECKING:
    from datetime import date

    from guisach.domain.circulation.rules.policy import LoanPolicy
    from guisach.domain.network.queries import Service


def situation_at(place: str, here: Service | None, group: str, material: str) -> Situation:
    """Put together what the rules are asked about; a place that nobody knows has no kind."""
    return Situation(place=place, place_kind=here.kind if here else "", group=group, material=material)


def due_date(policy: LoanPolicy, here: Service | None, *, start: date, is_renewal: bool = False) -> date:
    """Return the due date of a loan made, or renewed from, `start` at this place."""
    if here is not None and policy.until_next_visit:
        visit = next_visit(here.place, start)
        if visit is not None:
            return visit
    days = policy.renewal_days if is_renewal else policy.loan_days
    return due_on(lent_on=start, days=days, calendar=_calendar(policy, here, start + timedelta(days=days)))


def _calendar(policy: LoanPolicy, here: Service | None, since: date) -> Calendar:
    found = calendar_of(here, since)
    if here is None or not policy.on_fair_days:
        return found
    until = since + timedelta(days=LATER_AT_MOST_DAYS + 1)
    return replace(found, fairs=tuple(day.on for day in fair_calendar(since, until, fairs(here.commune))))


def calendar_of(here: Service | None, since: date) -> Calendar:
    """Return the days on which a place serves; one that nobody knows is always open."""
    if here is None:
        return Calendar()
    closed = tuple((one.first_on, one.last_on) for one in closures_of(here, since))
    return Calendar(here.open_weekdays, closed)
