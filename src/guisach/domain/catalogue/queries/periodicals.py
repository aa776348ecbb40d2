"""Periodicals at a place: what should have come, what came, what is late, and the latest for readers."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.db.models import OuterRef, Q, Subquery

from guisach.domain.catalogue.models import Frequency, Issue, Subscription
from guisach.domain.catalogue.rules.issues import REACH_DAYS, Expected, Rhythm, expected_issues, is_late

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from django.db.models import QuerySet
    from django.utils.functional import _StrOrPromise

_SUBSCRIPTION = (
    "pk", "record_id", "record__title", "place_id", "frequency", "weekdays", "active_from", "active_to", "copies",
    "note",
)  # fmt: skip
_ISSUE = ("pk", "subscription_id", "number", "issued_on", "received_on", "copies", "note")
_FRESH_DAYS = 120  # readers are shown nothing older as the latest


@dataclass(frozen=True, slots=True)
class SubscriptionView:
    """A periodical that a place gets; `weekdays` are ISO days."""

    id: int
    record: int
    title: str
    place: str
    frequency: str
    weekdays: frozenset[int]
    active_from: date
    active_to: date | None
    copies: int
    note: str

    @property
    def frequency_label(self) -> _StrOrPromise:
        """How often it comes out, in the language in force."""
        return Frequency(self.frequency).label

    @property
    def rhythm(self) -> Rhythm:
        """When it should come, for the rule."""
        return Rhythm(self.frequency, self.active_from, self.active_to, self.weekdays)


@dataclass(frozen=True, slots=True)
class IssueView:
    """An issue at a place: `received_on` None is one that was given up."""

    id: int
    subscription: int
    number: str
    issued_on: date
    received_on: date | None
    copies: int
    note: str


@dataclass(frozen=True, slots=True)
class Due:
    """An issue that should have come and has not."""

    subscription: SubscriptionView
    expected: Expected


@dataclass(frozen=True, slots=True)
class Arrived:
    """An issue with the periodical that it belongs to."""

    subscription: SubscriptionView
    issue: IssueView


@dataclass(frozen=True, slots=True)
class DeskOfPeriodicals:
    """What somebody who takes in the post sees: due now (the latest day first), late, given up, arrived today."""

    subscriptions: list[SubscriptionView]
    due: list[Due]
    late: list[Due]
    given_up: list[Arrived]
    arrived: list[Arrived]


def frequencies() -> list[tuple[str, _StrOrPromise]]:
    """Return how often periodicals come out, with names, for forms."""
    return list(Frequency.choices)


def subscription(id_: int) -> SubscriptionView | None:
    """Return a subscription, or None."""
    return next(iter(_subscriptions(Subscription.objects.filter(pk=id_))), None)


def subscriptions(
    *, places: Collection[str] | None = None, record: int | None = None, on: date | None = None
) -> list[SubscriptionView]:
    """List subscriptions by title: of some places (None is all), of a record, those that run on a day."""
    found = Subscription.objects.all()
    if places is not None:
        found = found.filter(place__in=list(places))
    if record is not None:
        found = found.filter(record=record)
    if on is not None:
        found = found.filter(_running(on))
    return _subscriptions(found)


def issues_of(subscription: int, *, limit: int = 40) -> list[IssueView]:
    """Return the issues of a subscription, the latest first."""
    return _issues(Issue.objects.filter(subscription=subscription).order_by("-issued_on", "-pk")[:limit])


def desk_of_periodicals(place: str, today: date) -> DeskOfPeriodicals:
    """Work out what a place waits for today; two queries, however many periodicals it gets."""
    # One that ended lately may still owe its last issues.
    running = Q(place=place, active_from__lte=today) & (Q(active_to=None) | Q(active_to__gt=today - timedelta(days=60)))
    subs = _subscriptions(Subscription.objects.filter(running))
    recent = Q()
    for frequency in Frequency:
        # Twice the reach: numbers are worked out from the last issue before.
        since = today - timedelta(days=2 * REACH_DAYS.get(frequency.value, 30))
        recent |= Q(subscription__frequency=frequency, issued_on__gte=since)
    wanted = Issue.objects.filter(subscription__in=[sub.id for sub in subs]).filter(recent | Q(received_on=today))
    by_sub: dict[int, list[IssueView]] = defaultdict(list)
    for issue in _issues(wanted.order_by("issued_on", "pk")):
        by_sub[issue.subscription].append(issue)
    due: list[Due] = []
    late: list[Due] = []
    for sub in subs:
        for one in missing(sub, by_sub[sub.id], today):
            (late if is_late(sub.frequency, one.on, today) else due).append(Due(sub, one))
    pairs = [Arrived(sub, issue) for sub in subs for issue in by_sub[sub.id]]
    return DeskOfPeriodicals(
        subs,
        sorted(due, key=lambda one: (-one.expected.on.toordinal(), one.subscription.title)),
        sorted(late, key=lambda one: (one.subscription.title, one.expected.on)),
        [pair for pair in pairs if pair.issue.received_on is None],
        [pair for pair in pairs if pair.issue.received_on == today],
    )


def missing(sub: SubscriptionView, issues: Iterable[IssueView], today: date) -> list[Expected]:
    """List the issues of one subscription that should have come by today and are neither there nor given up."""
    since = today - timedelta(days=REACH_DAYS.get(sub.frequency, 0))
    came = [(issue.issued_on, issue.number) for issue in issues]
    return expected_issues(sub.rhythm, came, since, today)


def latest_issues(
    today: date, *, place: str | None = None, record: int | None = None, limit: int = 24
) -> list[Arrived]:
    """Return for each periodical of a place, or each place of a periodical, the latest issue that came. One query."""
    came = Issue.objects.filter(received_on__isnull=False)
    newest = came.filter(subscription=OuterRef("subscription")).order_by("-issued_on", "-pk").values("pk")[:1]
    found = came.filter(issued_on__gte=today - timedelta(days=_FRESH_DAYS), pk=Subquery(newest))
    if place is not None:
        found = found.filter(subscription__place=place)
    if record is not None:
        found = found.filter(subscription__record=record)
    fields = [f"subscription__{name}" for name in _SUBSCRIPTION]
    rows = found.order_by("-issued_on", "subscription__record__title_key", "-pk").values_list(*_ISSUE, *fields)
    cut = len(_ISSUE)
    return [Arrived(_subscription(row[cut:]), IssueView(*row[:cut])) for row in rows[:limit]]


def _running(on: date) -> Q:
    return Q(active_from__lte=on) & (Q(active_to=None) | Q(active_to__gt=on))


def _subscriptions(found: QuerySet[Subscription]) -> list[SubscriptionView]:
    return [_subscription(row) for row in found.order_by("record__title_key", "pk").values_list(*_SUBSCRIPTION)]


def _subscription(row: tuple[object, ...]) -> SubscriptionView:
    pk, record, title, place, frequency, weekdays, *rest = row
    days = frozenset(int(day) for day in str(weekdays) if day.isdecimal())
    return SubscriptionView(pk, record, title, place, frequency, days, *rest)  # type: ignore[arg-type]


def _issues(found: QuerySet[Issue]) -> list[IssueView]:
    return [IssueView(*row) for row in found.values_list(*_ISSUE)]
