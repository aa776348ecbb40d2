"""What people do with messages: send again, let be, print, read out, talk; and what keeps the outbox small."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.db.models import Q

from guisach.domain.journal.steps import in_one_transaction
from guisach.domain.messages.kinds import kind_named
from guisach.domain.messages.models import Matter, Message
from guisach.domain.messages.queries.contacts import contacts
from guisach.domain.messages.rules.states import BY_HAND, FOR_A_PERSON, Channel, State
from guisach.kernel.ids import new_id
from guisach.kernel.locks import lock

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from uuid import UUID

    from django.db.models import QuerySet

    from guisach.kernel.clock import Clock

NAMED_DAYS: Final = 30  # what a message was about is forgotten with the loan; then to whom it went is as well
KEPT_DAYS: Final = 120  # longer than anything is told again about one loan
_PUT_IN = "restored"


@in_one_transaction
def send_again(ids: Collection[UUID], *, places: Collection[str] | None, by: int, clock: Clock) -> int:
    """Let what failed, or went nobody knows whether, wait to be sent once more; returns how many.

    It is a person's decision that a reader may get it twice. Those outside of `places` (None: everywhere) stay.
    """
    found = _chosen(ids, places).filter(state__in=FOR_A_PERSON)
    return found.update(
        state=State.QUEUED, not_before=clock(), attempts=0, error="", claim=None, claimed_at=None, by=by
    )


@in_one_transaction
def print_instead(ids: Collection[UUID], *, places: Collection[str] | None, by: int, clock: Clock) -> int:
    """Let what could not be sent wait to be printed; returns how many."""
    found = _chosen(ids, places).filter(state__in=FOR_A_PERSON)
    return found.update(
        state=State.QUEUED, channel=Channel.SLIP, not_before=clock(), error="", claim=None, claimed_at=None, by=by
    )


@in_one_transaction
def cancel(ids: Collection[UUID], *, places: Collection[str] | None, by: int) -> int:
    """Let messages be that have not gone; returns how many."""
    found = _chosen(ids, places).filter(state__in=(State.QUEUED, *FOR_A_PERSON))
    return found.update(state=State.CANCELLED, error="person", claim=None, by=by)


@in_one_transaction
def mark_handed(ids: Collection[UUID], *, places: Collection[str] | None, by: int, clock: Clock) -> int:
    """Note that slips were printed, lines read out; returns how many."""
    now = clock()
    waiting = _chosen(ids, places).filter(state=State.QUEUED)
    return sum(
        waiting.filter(channel=channel).update(state=state, sent_at=now, error="", by=by)
        for channel, state in BY_HAND.items()
    )


@in_one_transaction
def note_talk(
    *, reader: UUID, kind: str, place: str, subjects: Mapping[str, str], by: int, clock: Clock
) -> UUID | None:
    """Note that somebody talked with a reader about these subjects, each with a key; what still waited is settled.

    The same keys again are one talk, and None.
    """
    now = clock()
    lock([f"messages:{reader}"])
    if not subjects or Matter.objects.filter(key__in=subjects.values()).exists():
        return None
    waiting = Matter.objects.filter(subject__in=subjects, message__state__in=(State.QUEUED, *FOR_A_PERSON))
    told = set(waiting.values_list("message", flat=True))
    # Their keys stay: what was talked about is not told by machine as well.
    Message.objects.filter(pk__in=told).update(state=State.CANCELLED, error="talked", claim=None, by=by)
    contact = contacts([reader], now).get(reader)
    talk = Message.objects.create(
        id=new_id(),
        kind=kind,
        reader=reader,
        place=place,
        channel=Channel.TALK,
        language=contact.language if contact else "",
        created_at=now,
        not_before=now,
        sent_at=now,
        state=State.TALKED,
        by_id=by,
    )
    Matter.objects.bulk_create(Matter(message=talk, key=key, subject=subject) for subject, key in subjects.items())
    return talk.pk


@in_one_transaction
def tidy(*, clock: Clock) -> int:
    """Delete what was over long ago, and drop what is of no use any more; returns how many were deleted."""
    now = clock()
    late = Message.objects.filter(state=State.QUEUED, not_after__lte=now)
    Matter.objects.filter(message__in=late).update(data={})
    late.update(state=State.CANCELLED, error="late")
    over = Message.objects.exclude(state__in=(State.QUEUED, State.SENDING, *FOR_A_PERSON))
    deleted, _by_model = over.filter(created_at__lt=now - timedelta(days=KEPT_DAYS)).delete()
    return deleted


@in_one_transaction
def forget_recipients(*, clock: Clock) -> int:
    """Forget to whom old messages went that are about nothing any more; they stay to be counted.

    A message leaves in the very minute in which a book is put on the hold shelf: its time would tell which it was.
    """
    over = Message.objects.exclude(state__in=(State.QUEUED, State.SENDING, *FOR_A_PERSON)).filter(
        reader__isnull=False, matters__isnull=True, created_at__lt=clock() - timedelta(days=NAMED_DAYS)
    )
    return Message.objects.filter(pk__in=list(over.values_list("pk", flat=True))).update(reader=None)


@in_one_transaction
def hold_after_restore() -> int:
    """Leave to a person what waited when a backup was taken: it may have gone since; returns how many."""
    waiting = Message.objects.filter(state__in=(State.QUEUED, State.SENDING))
    brief = [name for name in set(waiting.values_list("kind", flat=True)) if _is_brief(name)]
    Matter.objects.filter(message__in=waiting.filter(kind__in=brief)).update(data={})
    waiting.filter(kind__in=brief).update(state=State.CANCELLED, error=_PUT_IN, claim=None)
    by_machine = waiting.filter(~Q(channel__in=BY_HAND))
    return by_machine.update(state=State.UNCERTAIN, error=_PUT_IN, claim=None)


def _is_brief(name: str) -> bool:
    kind = kind_named(name)
    return kind is None or kind.is_brief


def _chosen(ids: Collection[UUID], places: Collection[str] | None) -> QuerySet[Message]:
    found = Message.objects.filter(pk__in=list(ids))
    return found if places is None else found.filter(place__in=list(places))
