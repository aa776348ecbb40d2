"""A worker's three steps: claim one message, (send it outside any transaction,) say what came of it.

What is claimed is not QUEUED any more, so nobody claims it twice. A worker that dies in between leaves SENDING behind;
whether that went nobody knows, and the machine does not try again by itself unless the far end would notice.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from guisach.domain.journal.steps import in_one_transaction
from guisach.domain.messages.kinds import Kind, Letter, kind_named, manners, sender
from guisach.domain.messages.models import Matter, Message
from guisach.domain.messages.queries.composing import words_of
from guisach.domain.messages.queries.contacts import Contact, channel_for, contacts
from guisach.domain.messages.rules.states import Channel, State
from guisach.domain.messages.rules.timing import LEASE, first_open_day, retry_at
from guisach.domain.network.queries import closures_of, service_of
from guisach.kernel.clock import LOCAL, local_date
from guisach.kernel.locks import lock

if TYPE_CHECKING:
    from collections.abc import Collection

    from guisach.domain.messages.kinds import Words
    from guisach.kernel.clock import Clock

LOOKED_AT_MAX = 50  # messages put off or cancelled in one transaction, before one is found that may go
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message in a worker's hands. Only who has the claim may say what came of it."""

    message: UUID
    claim: UUID
    channel: str
    letter: Letter


@in_one_transaction
def claim_next(*, clock: Clock, channels: Collection[str]) -> Claimed | None:
    """Take the next message that may go now over one of the channels, with its words; None where nothing may."""
    now = clock()
    due = Message.objects.filter(state=State.QUEUED, channel__in=channels, not_before__lte=now)
    if manners().is_quiet(now):
        due = due.filter(is_urgent=True)
    for _ in range(LOOKED_AT_MAX):
        found = due.order_by("-is_urgent", "not_before", "id").first()
        if found is None:
            return None
        lock([f"messages:{found.reader}"])
        # Another worker, or a person who lets it be, may have been there meanwhile; from here on they wait for us.
        message = due.filter(pk=found.pk).select_for_update().first()
        if message is not None and (claimed := _claim(message, now)) is not None:
            return claimed
    return None


def _claim(message: Message, now: datetime) -> Claimed | None:
    """Take the message; or put it off, drop it, or send it another way."""
    kind = kind_named(message.kind)
    contact = contacts([message.reader], now).get(message.reader) if message.reader else None
    if kind is None or contact is None:
        _drop(message, "unknown" if kind is None else "reader_gone")
        return None
    obstacle = _obstacle(message, kind, contact, now)
    if isinstance(obstacle, str):
        _drop(message, obstacle)
        return None
    if obstacle:
        _save(message, **obstacle)
        return None
    try:
        words = words_of([message], now)[message.pk]
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
        # A fault of ours in one message must not hold up all that wait behind it.
        logger.exception("no words for the message %s", message.pk)
        _save(message, state=State.FAILED, error="software")
        return None
    if words is None:
        _drop(message, "settled")
        return None
    return _take(message, contact, words, now)


def _obstacle(message: Message, kind: Kind, contact: Contact, now: datetime) -> str | dict[str, object]:
    """Say why the message is dropped, or what is changed about it; nothing where it may go now."""
    if message.not_after is not None and message.not_after <= now:
        return "late"
    channel = channel_for(kind, contact)
    if channel is None:
        return "unwanted"
    if channel != message.channel:
        return {"channel": channel, "language": contact.language}
    wait_until = None if kind.is_urgent else _wait_until(message, now)
    return {"not_before": wait_until} if wait_until else {}


def _take(message: Message, contact: Contact, words: Words, now: datetime) -> Claimed:
    claim = uuid4()
    _save(message, state=State.SENDING, claim=claim, claimed_at=now, attempts=message.attempts + 1)
    letter = Letter(
        reference=str(message.pk),
        to=contact.address(message.channel),
        subject=words.subject,
        text=words.text,
        short=words.short,
        language=message.language,
    )
    return Claimed(message.pk, claim, message.channel, letter)


def _wait_until(message: Message, now: datetime) -> datetime | None:
    """Return until when the place is closed, or the reader has had enough for today."""
    today = local_date(now)
    here = service_of(message.place) if message.place else None
    closed = [(one.first_on, one.last_on) for one in closures_of(here, today)] if here else []
    open_on = first_open_day(today, closed)
    if open_on > today:
        return manners().morning_of(open_on)
    midnight = datetime.combine(today, datetime.min.time(), tzinfo=LOCAL)
    had = Message.objects.filter(reader=message.reader, is_urgent=False, claimed_at__gte=midnight)
    if had.exclude(pk=message.pk).count() >= manners().a_day_max:
        return manners().morning_of(first_open_day(today + timedelta(days=1), closed))
    return None


def _drop(message: Message, why: str) -> None:
    Matter.objects.filter(message=message).update(data={})
    _save(message, state=State.CANCELLED, error=why)


def _save(message: Message, **changes: object) -> None:
    for name, value in changes.items():
        setattr(message, name, value)
    message.save(update_fields=list(changes))


@in_one_transaction
def mark_sent(claimed: Claimed, *, clock: Clock) -> bool:
    """Note that it went; what it was made of is deleted. False: it was taken out of this worker's hands meanwhile."""
    message = _held(claimed)
    if message is None:
        return False
    Matter.objects.filter(message=message).update(data={})
    _save(message, state=State.SENT, sent_at=clock(), claim=None, error="")
    return True


@in_one_transaction
def mark_failed(
    claimed: Claimed,
    *,
    error: str,
    clock: Clock,
    is_final: bool = False,
    is_ours: bool = False,
    after: timedelta | None = None,
) -> bool:
    """Note that it certainly did not go: it is tried again after a while, not before `after`, and not for ever.

    `is_final`: never again by itself. `is_ours`: the channel was broken, and that was no attempt.
    """
    message = _held(claimed)
    if message is None:
        return False
    if is_ours:
        _save(message, state=State.QUEUED, claim=None, claimed_at=None, attempts=message.attempts - 1, error=error[:32])
        return True
    again = None if is_final else retry_at(clock(), message.attempts, after)
    if again is None:
        _give_up(message, State.FAILED, error)
    else:
        _save(message, state=State.QUEUED, claim=None, claimed_at=None, not_before=again, error=error[:32])
    return True


@in_one_transaction
def mark_unclear(claimed: Claimed, *, error: str, clock: Clock) -> bool:
    """Note that nobody knows whether it went."""
    message = _held(claimed)
    if message is None:
        return False
    _unclear(message, error, clock())
    return True


@in_one_transaction
def give_up_dead_claims(*, clock: Clock) -> int:
    """See to what was claimed so long ago that its worker must have died; returns how many."""
    now = clock()
    found = Message.objects.filter(state=State.SENDING, claimed_at__lt=now - LEASE).order_by("id")
    dead = list(found.select_for_update()[:LOOKED_AT_MAX])
    for message in dead:
        _unclear(message, "interrupted", now)
    return len(dead)


def _unclear(message: Message, error: str, now: datetime) -> None:
    """Try again only where the far end takes the same reference twice for one message."""
    by = sender(Channel(message.channel))
    again = retry_at(now, message.attempts) if by is not None and by.is_repeatable else None
    if again is None:
        _give_up(message, State.UNCERTAIN, error)
    else:
        _save(message, state=State.QUEUED, claim=None, not_before=again, error=error[:32])


def _give_up(message: Message, state: State, error: str) -> None:
    """Leave it to a person; what is of no use later is not worth one, and its words go at once."""
    kind = kind_named(message.kind)
    if kind is None or kind.is_brief:
        Matter.objects.filter(message=message).update(data={})
        state = State.CANCELLED
    # An uncertain one keeps its claim: a worker that was only slow may still say what came of it.
    _save(message, state=state, claim=message.claim if state == State.UNCERTAIN else None, error=error[:32])


def _held(claimed: Claimed) -> Message | None:
    held = Message.objects.filter(pk=claimed.message, claim=claimed.claim)
    return held.filter(state__in=(State.SENDING, State.UNCERTAIN)).select_for_update().first()
