"""How a reader wishes to be reached, and where."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings

from guisach.domain.messages.kinds import sender
from guisach.domain.messages.rules.states import BY_MACHINE, NO_CHANNEL, Channel
from guisach.domain.readers import queries as readers
from guisach.domain.readers.rules.joining import ADULT_AGE_YEARS, CHILD_GROUPS, years_between
from guisach.kernel.clock import local_date

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from guisach.domain.messages.kinds import Kind
    from guisach.domain.readers.queries import ReaderView


@dataclass(frozen=True, slots=True)
class Contact:
    """A reader's wish and addresses; for a child they are the guardian's where there is one."""

    reader: UUID
    name: str
    is_guardians: bool  # whether the telephone is that of a child's guardian
    channel: str  # empty: nothing said
    language: str
    phone: str
    email: str

    def address(self, channel: str) -> str:
        """Return where the channel ends; empty where it has no end."""
        return {Channel.SMS: self.phone, Channel.EMAIL: self.email}.get(Channel(channel), "")


def contacts(ids: Iterable[UUID], at: datetime) -> dict[UUID, Contact]:
    """Return how the known ones among the readers are reached, by the ids asked for.

    Who was erased is reached no more; who is the same person as another, as that one. One query, or two.
    """
    today = local_date(at)
    found = readers.readers(ids)
    survivors = readers.readers({one.survivor for one in found.values() if one.survivor}) if found else {}
    asked = {id_: survivors.get(one.survivor, one) if one.survivor else one for id_, one in found.items()}
    return {id_: _contact(one, today) for id_, one in asked.items() if one.erased_at is None}


def can_send_at_once() -> bool:
    """Tell whether this installation can send anything by machine: then a code reaches who left an address."""
    return any(sender(channel) for channel in BY_MACHINE)


def channel_for(kind: Kind, contact: Contact) -> Channel | None:
    """Choose the way of a message; None where there is none, or the reader wants none.

    Who has said nothing, or whose way is not open here, gets a slip of paper: it costs nothing and disturbs nobody.
    An urgent message goes where it arrives at once, or not at all.
    """
    open_to = [channel for channel in _wishes(contact) if contact.address(channel) and sender(channel)]
    if kind.is_urgent:
        return open_to[0] if open_to else None
    if contact.channel == NO_CHANNEL:
        return None
    if contact.channel == Channel.ALOUD:
        return Channel.ALOUD
    if contact.channel in open_to:
        return Channel(contact.channel)
    return Channel.SLIP


def _wishes(contact: Contact) -> list[Channel]:
    return sorted(BY_MACHINE, key=lambda channel: (channel != contact.channel, channel != Channel.SMS))


def _contact(found: ReaderView, today: date) -> Contact:
    is_minor = years_between(found.birth_on, today) < ADULT_AGE_YEARS if found.birth_on else found.group in CHILD_GROUPS
    by_another = found.guardian_phone if is_minor or found.is_shared else ""
    return Contact(
        reader=found.id,
        name=found.full_name,
        is_guardians=bool(is_minor and by_another),
        channel=found.channel,
        # Languages of the highlands are noted before anybody has translated into them.
        language=found.language if found.language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE,
        phone=by_another or found.phone,
        email=found.email,
    )
