"""Putting a message into the outbox."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from guisach.domain.messages.kinds import kind_named
from guisach.domain.messages.models import Matter, Message
from guisach.domain.messages.queries.contacts import channel_for, contacts
from guisach.domain.messages.rules.states import Channel, State
from guisach.kernel.errors import InvariantBroken
from guisach.kernel.ids import new_id
from guisach.kernel.locks import lock

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from uuid import UUID

    from guisach.domain.messages.kinds import Kind
    from guisach.domain.messages.queries.contacts import Contact


def queue(
    *,
    key: str,
    kind: str,
    reader: UUID,
    at: datetime,
    place: str = "",
    subject: str = "",
    data: Mapping[str, Any] | None = None,
    not_before: datetime | None = None,
    not_after: datetime | None = None,
    channel: Channel | None = None,
) -> UUID | None:
    """Put something to tell a reader into the outbox, within the caller's transaction; returns the message.

    The same `key` is told once, ever: None means that it is known already, that the reader wants no messages or is
    unknown, or (urgent kinds) that no way is open. Several matters of a gathered kind become one message. `subject`
    names what it is about ("loan:…"), so that it can be withdrawn and forgotten. `channel` is for a person who has
    decided on paper; otherwise it is the reader's wish. Raises InvariantBroken for a kind that nobody registered, and
    outside a transaction.
    """
    of_kind = kind_named(kind)
    if of_kind is None:
        raise InvariantBroken(f"no room knows the message {kind}")
    lock([f"messages:{reader}"])
    contact = contacts([reader], at).get(reader)
    if contact is None or Matter.objects.filter(key=key).exists():
        return None
    way = channel or channel_for(of_kind, contact)
    if way is None:
        return None
    message = _open_message(of_kind, contact, way, place, at, not_before or at, not_after)
    Matter.objects.create(message=message, key=key, subject=subject, data=dict(data or {}))
    return message.pk


def _open_message(
    kind: Kind,
    contact: Contact,
    channel: Channel,
    place: str,
    at: datetime,
    not_before: datetime,
    not_after: datetime | None,
) -> Message:
    """Return the message that waits for this reader anyway, or a new one."""
    if kind.is_gathered:
        waiting = Message.objects.filter(
            reader=contact.reader, kind=kind.name, place=place, channel=channel, state=State.QUEUED
        )
        if (found := waiting.order_by("not_before", "id").first()) is not None:
            return found
    return Message.objects.create(
        id=new_id(),
        kind=kind.name,
        reader=contact.reader,
        place=place,
        channel=channel,
        language=contact.language,
        is_urgent=kind.is_urgent,
        created_at=at,
        not_before=not_before,
        not_after=not_after,
        state=State.QUEUED,
    )
