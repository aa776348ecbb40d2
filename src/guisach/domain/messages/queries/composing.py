"""The words of messages, composed from what is true now."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from django.utils import translation

from guisach.domain.messages.kinds import Told, kind_named
from guisach.domain.messages.models import Matter, Message

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from guisach.domain.messages.kinds import Words


def words_of(messages: Sequence[Message], at: datetime) -> dict[UUID, Words | None]:
    """Compose what the messages say, each in its language; None: nothing any more. Queries by kind and language."""
    about: dict[UUID, list[tuple[str, dict[str, Any]]]] = defaultdict(list)
    rows = Matter.objects.filter(message__in=[message.pk for message in messages]).order_by("pk")
    for id_, subject, data in rows.values_list("message_id", "subject", "data"):
        about[id_].append((subject, data))
    found: dict[UUID, Words | None] = dict.fromkeys((message.pk for message in messages), None)
    together: dict[tuple[str, str], list[Message]] = defaultdict(list)
    for message in messages:
        if about[message.pk] and message.reader is not None:
            together[message.kind, message.language].append(message)
    for (name, language), alike in together.items():
        kind = kind_named(name)
        if kind is None:
            continue
        tolds = [_told(message, about[message.pk], at) for message in alike]
        with translation.override(language):
            found |= zip((message.pk for message in alike), kind.words(tolds), strict=True)
    return found


def _told(message: Message, about: list[tuple[str, dict[str, Any]]], at: datetime) -> Told:
    if message.reader is None:
        raise ValueError(message)
    return Told(
        reader=message.reader,
        channel=message.channel,
        place=message.place,
        subjects=tuple(subject for subject, _ in about),
        data=tuple(data for _, data in about),
        at=at,
    )
