"""Periodicals that a place gets: subscribing, ticking off what came, giving up what did not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from guisach.domain.catalogue.actions.copies import PlaceUnknown, RecordUnknown
from guisach.domain.catalogue.models import Frequency, Issue, Record, Subscription
from guisach.domain.catalogue.steps import begin
from guisach.domain.journal.steps import in_one_transaction
from guisach.domain.network.queries import places_by_code
from guisach.kernel.clock import local_date
from guisach.kernel.errors import DomainError
from guisach.kernel.text import nfc

if TYPE_CHECKING:
    from collections.abc import Iterable

    from guisach.kernel.clock import Clock

_NUMBER_LENGTH, _NOTE_LENGTH = 40, 200
_COPIES_MAX = 200
_AHEAD_DAYS = 45  # the Tết issue is out weeks before its day


class SubscriptionUnknown(DomainError):
    """No such subscription."""

    code = "subscription_unknown"
    status = 404
    text = _("There is no such subscription.")


class SubscriptionDisordered(DomainError):
    """It would end before it begins."""

    code = "subscription_disordered"
    status = 422
    text = _("A subscription ends after the day on which it begins. Please look at the two dates.")


class IssueDayWrong(DomainError):
    """Far in the future, or long before anybody subscribed here."""

    code = "issue_day_wrong"
    status = 422
    text = _("The day printed on the issue lies too far ahead. Please look at it again.")


class IssueUnknown(DomainError):
    """No such issue, usually since it was taken back already."""

    code = "issue_unknown"
    status = 404
    text = _("There is no such issue any more. Please load the page again.")


@dataclass(frozen=True, slots=True)
class Terms:
    """What is agreed: `active_to` is the first day on which it no longer comes, `weekdays` are ISO days."""

    frequency: str
    active_from: date
    active_to: date | None = None
    weekdays: frozenset[int] = frozenset()
    copies: int = 1
    note: str = ""


@dataclass(frozen=True, slots=True)
class Came:
    """An issue as it lies on the table: the day and the number printed on it."""

    subscription: int
    issued_on: date
    number: str = ""
    copies: int | None = None  # None: as many as are subscribed to
    note: str = ""


@in_one_transaction
def subscribe(*, record: int, place: str, terms: Terms) -> int:
    """Write down that a place gets a periodical; returns the id.

    Raises RecordUnknown, PlaceUnknown, SubscriptionDisordered.
    """
    begin()
    if not Record.objects.filter(pk=record).exists():
        raise RecordUnknown
    if not places_by_code([place]):
        raise PlaceUnknown(place=place)
    return Subscription.objects.create(record_id=record, place_id=place, **_fields(terms)).pk


@in_one_transaction
def change_subscription(*, subscription: int, terms: Terms) -> None:
    """Put other terms in the place of those agreed. Raises SubscriptionUnknown, SubscriptionDisordered."""
    begin()
    fields = _fields(terms)
    if not Subscription.objects.filter(pk=subscription).update(**fields):
        raise SubscriptionUnknown


@in_one_transaction
def receive_issues(*, issues: Iterable[Came], clock: Clock) -> list[int]:
    """Tick off what came; the same issue twice is one, and one that was given up has come after all.

    Returns the ids. Raises SubscriptionUnknown, IssueDayWrong: then none is ticked off.
    """
    begin()
    today = local_date(clock())
    return [_store(came, today, received_on=today).pk for came in issues]


@in_one_transaction
def give_up_issues(*, issues: Iterable[Came], clock: Clock) -> list[int]:
    """Note that issues will not come by themselves: somebody was told, or nobody will be.

    Returns the ids; what came already stays as it is. Raises SubscriptionUnknown, IssueDayWrong.
    """
    begin()
    today = local_date(clock())
    return [_store(issue, today, received_on=None).pk for issue in issues]


@in_one_transaction
def take_back_issue(*, issue: int) -> None:
    """Forget an issue that was ticked off or given up by mistake: it is waited for again. Raises IssueUnknown."""
    begin()
    deleted, _tables = Issue.objects.filter(pk=issue).delete()
    if not deleted:
        raise IssueUnknown


def _store(came: Came, today: date, *, received_on: date | None) -> Issue:
    sub = Subscription.objects.filter(pk=came.subscription).first()
    if sub is None:
        raise SubscriptionUnknown
    if came.issued_on > today + timedelta(days=_AHEAD_DAYS) or came.issued_on.year < 1900:
        raise IssueDayWrong
    number = nfc(came.number)[:_NUMBER_LENGTH]
    same = Issue.objects.filter(subscription=sub, issued_on=came.issued_on)
    # Whoever gave it up may not have known its number.
    row = same.filter(number=number).first() or same.filter(Q(number="") | Q(received_on=None)).first()
    if row is None:
        row = Issue(subscription=sub, issued_on=came.issued_on)
    elif row.received_on is not None and row.number == number:
        return row
    row.number = number
    row.received_on = received_on
    row.copies = min(sub.copies if came.copies is None else came.copies, _COPIES_MAX)
    row.note = nfc(came.note)[:_NOTE_LENGTH]
    row.save()
    return row


def _fields(terms: Terms) -> dict[str, object]:
    Frequency(terms.frequency)
    if terms.active_to is not None and terms.active_to <= terms.active_from:
        raise SubscriptionDisordered
    return {
        "frequency": terms.frequency,
        "weekdays": "".join(str(day) for day in sorted(terms.weekdays) if 1 <= day <= 7),
        "active_from": terms.active_from,
        "active_to": terms.active_to,
        "copies": min(max(terms.copies, 1), _COPIES_MAX),
        "note": nfc(terms.note)[:_NOTE_LENGTH],
    }
