"""The day by which a loan should be back: the rules' term, the van's next visit, open days and fairs."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from guisach.domain.circulation.kinds import next_visit
from guisach.domain.circulation.rules.lending import LATER_AT_MOST_DAYS, Calendar, due_by
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
    days = policy.renewal_days if is_renewal else policy.loan_days
    calendar = _calendar(policy, here, start, start + timedelta(days=days))
    return due_by(policy, calendar, start=start, is_renewal=is_renewal)


def _calendar(policy: LoanPolicy, here: Service | None, start: date, term: date) -> Calendar:
    """Read as much of the calendar as the policy asks for."""
    if here is None:
        return Calendar()
    visit = next_visit(here.place, start) if policy.until_next_visit else None
    if visit is not None:
        return Calendar(visits=(visit,))
    found = calendar_of(here, term)
    if not policy.on_fair_days:
        return found
    until = term + timedelta(days=LATER_AT_MOST_DAYS + 1)
    return replace(found, fairs=tuple(day.on for day in fair_calendar(term, until, fairs(here.commune))))


def calendar_of(here: Service | None, since: date) -> Calendar:
    """Return the days on which a place serves; one that nobody knows is always open."""
    if here is None:
        return Calendar()
    closed = tuple((one.first_on, one.last_on) for one in closures_of(here, since))
    return Calendar(here.open_weekdays, closed)
