"""Taking out of the outbox what need not be told any more, and what may not be remembered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from guisach.domain.messages.models import Matter, Message
from guisach.domain.messages.rules.states import State

if TYPE_CHECKING:
    from collections.abc import Collection
    from uuid import UUID


def withdraw(subjects: Collection[str]) -> None:
    """Tell nothing more about these: what still waits is taken out, and a message left with nothing is cancelled."""
    waiting = Matter.objects.filter(subject__in=subjects, message__state=State.QUEUED)
    messages = set(waiting.values_list("message", flat=True))
    if not messages:
        return
    waiting.delete()
    left = Message.objects.filter(pk__in=messages, state=State.QUEUED, matters__isnull=True)
    left.update(state=State.CANCELLED, error="settled")


def forget(subjects: Collection[str]) -> None:
    """Forget that any message was about these: who got a message stays, about what goes."""
    withdraw(subjects)
    Matter.objects.filter(subject__in=subjects).delete()


def drop_reader(reader: UUID) -> None:
    """Delete every message of a reader who is erased."""
    Message.objects.filter(reader=reader).delete()
