"""Telling readers that their book waits, and ending requests whose time is over."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from guisach.domain.circulation.actions.due_dates import calendar_of
from guisach.domain.circulation.actions.requesting import hub_says
from guisach.domain.circulation.models import Request
from guisach.domain.circulation.queries.request_words import words_about_ready
from guisach.domain.circulation.queries.requests import ready_requests, request, requests_over
from guisach.domain.circulation.queries.suggestion_words import words_about_answers
from guisach.domain.circulation.rules.planning import fetch_until
from guisach.domain.circulation.rules.request_fold import NOT_FETCHED, PAST_USE, State
from guisach.domain.journal.steps import in_one_transaction
from guisach.domain.messages.kinds import Kind, register
from guisach.domain.messages.steps import queue
from guisach.domain.messages.steps import withdraw as withdraw_messages
from guisach.domain.network.queries import service_of
from guisach.domain.readers import queries as readers
from guisach.kernel.clock import local_date

if TYPE_CHECKING:
    from datetime import date

    from guisach.domain.circulation.queries.requests import RequestView
    from guisach.domain.circulation.rules.lending import Calendar
    from guisach.kernel.clock import Clock

REQUEST_READY: Final = Kind("request_ready", _("a book that was asked for is there"), words_about_ready)
SUGGESTION_ANSWERED: Final = Kind(
    "suggestion_answered", _("an answer to what was suggested to buy"), words_about_answers
)
_OF_NO_USE_AFTER: Final = timedelta(days=20)


def tell_ready(request_id: UUID, clock: Clock) -> None:
    """Queue the message that a book waits, once for each copy that does; inside a transaction."""
    found = request(request_id)
    if found is None or found.state != State.READY or found.reader is None or found.copy_since is None:
        return
    now = clock()
    queue(
        key=f"request_ready:{found.op}:{found.copy_since:%Y%m%d%H%M%S}",
        kind=REQUEST_READY.name,
        reader=found.reader,
        at=now,
        place=found.pickup,
        subject=f"request:{found.op}",
        not_after=now + _OF_NO_USE_AFTER,
    )


def tell_answer(found: RequestView, answer: UUID, clock: Clock) -> None:
    """Queue the message that a suggestion was answered, once for each answer; inside a transaction."""
    if found.reader is None:
        return
    now = clock()
    place = found.pickup or found.place
    if not place and (who := readers.reader(found.reader)) is not None:
        place = who.place  # suggested on the own pages, which stand nowhere
    queue(
        key=f"suggestion_answered:{answer}",
        kind=SUGGESTION_ANSWERED.name,
        reader=found.reader,
        at=now,
        place=place,
        subject=f"request:{found.op}",
        not_after=now + _OF_NO_USE_AFTER,
    )


def keep_requests(*, clock: Clock) -> int:
    """End what was not fetched in time and what is of no use any more; tell who was not told. Returns how many ended.

    Can be run as often as one likes.
    """
    today = local_date(clock())
    over = [(row.pk, PAST_USE) for row in requests_over(today)]
    calendars: dict[str, Calendar] = {}
    for found in ready_requests():
        if found.pickup not in calendars and found.copy_since is not None:
            calendars[found.pickup] = calendar_of(service_of(found.pickup), today - timedelta(days=60))
        if _is_over(found, calendars, today):
            over.append((found.op, NOT_FETCHED))
        else:
            _tell(found.op, clock)
    return sum(_end(op, why, clock) for op, why in dict(over).items())


def _is_over(found: RequestView, calendars: dict[str, Calendar], today: date) -> bool:
    since = found.copy_since
    return since is not None and fetch_until(local_date(since), calendars[found.pickup]) < today


@in_one_transaction
def _tell(op: UUID, clock: Clock) -> None:
    tell_ready(op, clock)


@in_one_transaction
def _end(op: UUID, why: str, clock: Clock) -> bool:
    if not Request.objects.filter(pk=op, closed_at__isnull=True).exists():
        return False
    hub_says(op, clock, why=why)
    withdraw_messages([f"request:{op}"])
    return True


def register_messages() -> None:
    """Make the room's kinds of message about requests known."""
    register(REQUEST_READY)
    register(SUGGESTION_ANSWERED)
