"""The few rows that every desk of a place has: the place, its loan rules, its calendar, its cases, its events."""

from __future__ import annotations

from datetime import timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from guisach.domain.activities.queries import events_to_count
from guisach.domain.catalogue.queries import record_kinds
from guisach.domain.circulation.kinds import next_visit
from guisach.domain.circulation.queries import policies
from guisach.domain.circulation.rules.policy import Situation
from guisach.domain.journal.queries import CaseFilter, cases
from guisach.domain.network import queries as network
from guisach.domain.readers.queries import lending_groups
from guisach.kernel.clock import local_date

if TYPE_CHECKING:
    from datetime import date, datetime

    from guisach.domain.circulation.rules.policy import Rulebook
    from guisach.domain.journal.queries import CaseView
    from guisach.domain.network.queries import Service
    from guisach.domain.sync.rules.feed import Row, Rows

OFFLINE_DAYS_MAX = 30
CALENDAR_DAYS = 500  # the longest loan, what a due date waits for at most, and a month without the network
CASES_MAX = 500
_VISITS_MAX = 40


def settings_rows(place: str, now: datetime) -> Rows:
    """Compute them all; a place that is no more has none. As many queries whatever there is."""
    found = network.place(place)
    here = network.service_of(place)
    if found is None or here is None:
        return {}
    today = local_date(now)
    rows: Rows = {
        ("place", "here"): {
            "code": place,
            "name": found.name,
            "mode": found.service_mode,
            "kind": found.kind,
            "commune": found.commune.name,
            "offline_days_max": OFFLINE_DAYS_MAX,
        },
        ("calendar", "here"): _calendar(here, today),
    }
    rows |= _policies(here, today)
    for event in events_to_count(place, today):
        rows["event", str(event.id)] = {"name": event.name, "on": str(event.on)}
    rows |= {("case", case.id): _case(case) for case in open_cases(place, now)}
    return rows


def open_cases(place: str, now: datetime) -> list[CaseView]:
    """Return the open cases of a place, urgent ones first and then the oldest; at most 500."""
    return cases(CaseFilter([place]), at=now, limit=CASES_MAX)


def _calendar(here: Service, today: date) -> Row:
    until = today + timedelta(days=CALENDAR_DAYS)
    closed = [one for one in network.closures_of(here, today) if one.first_on <= until]
    fairs = network.fair_calendar(today, until + timedelta(days=1), network.fairs(here.commune))
    return {
        "open_weekdays": sorted(here.open_weekdays),
        "closed": [[str(one.first_on), str(one.last_on)] for one in closed],
        "fairs": list(dict.fromkeys(str(one.on) for one in fairs)),
        "visits": [str(day) for day in _visits(here.place, today, until)],
        "until": str(until),
    }


def _visits(place: str, today: date, until: date) -> list[date]:
    found: list[date] = []
    after = today - timedelta(days=1)
    while len(found) < _VISITS_MAX and (day := next_visit(place, after)) is not None and after < day <= until:
        found.append(day)
        after = day
    return found


_TERMS = (
    "version", "is_lendable", "loan_days", "until_next_visit", "on_fair_days", "loans_max", "renewal_days",
    "renewals_max",
)  # fmt: skip


def _policies(here: Service, today: date) -> Rows:
    return {("policy", key): dict(row) for key, row in _resolved(policies().on(today), here.place, here.kind).items()}


@lru_cache(maxsize=256)  # a published rulebook never changes
def _resolved(book: Rulebook, place: str, place_kind: str) -> dict[str, Row]:
    """Resolve the rules for a place; an empty text is for a group or material that a desk does not know."""
    rows: dict[str, Row] = {}
    for group in ("", *(code for code, _name in lending_groups())):
        for material in ("", *(code for code, _name in record_kinds())):
            policy = book.policy(Situation(place=place, place_kind=place_kind, group=group, material=material))
            rows[f"{group}|{material}"] = {name: getattr(policy, name) for name in _TERMS}
    return rows


def _case(case: CaseView) -> dict[str, Any]:
    """Write what a case is; its words are for the door, which knows the language."""
    return {
        "kind": case.kind,
        "subject": case.subject,
        "operations": [str(op) for op in case.operations],
        "is_urgent": case.is_urgent,
        "happened": case.happened_at.isoformat(),
    }
