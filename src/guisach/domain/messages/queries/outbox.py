"""What waits in the outbox, what needs a person, what was done; and what a person hands over or reads out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

from django.db.models import Count

from guisach.domain.messages.kinds import kinds, senders
from guisach.domain.messages.models import Matter, Message
from guisach.domain.messages.queries.composing import words_of
from guisach.domain.messages.rules.states import BY_HAND, DONE, FOR_A_PERSON, State

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from django.db.models import QuerySet

    from guisach.domain.messages.kinds import Words
    from guisach.domain.messages.rules.states import Channel

HANDED_MAX = 400  # slips or lines in one pile


class MessageView(NamedTuple):
    """A message without its words; `matters` is how many things it is about."""

    id: UUID
    kind: str
    reader: UUID | None
    place: str
    channel: str
    language: str
    state: str
    error: str
    attempts: int
    created_at: datetime
    not_before: datetime
    sent_at: datetime | None
    matters: int


@dataclass(frozen=True, slots=True)
class Handed:
    """A message that a person hands over or reads out, with its words."""

    id: UUID
    words: Words


@dataclass(frozen=True, slots=True)
class LastTold:
    """The last that a reader was told about something, or what is on its way."""

    state: str
    channel: str
    at: datetime


GROUPS = {
    "person": FOR_A_PERSON,
    "waiting": (State.QUEUED, State.SENDING),
    "done": DONE,
    "cancelled": (State.CANCELLED,),
}
"""The states by what is to do about them."""


def messages(*, places: Collection[str] | None, group: str, offset: int = 0, limit: int = 50) -> list[MessageView]:
    """Return messages of a group at the places (None: everywhere); those that wait by time, others newest first."""
    found = _at(places).filter(state__in=GROUPS[group])
    order = ("not_before", "id") if group == "waiting" else ("-created_at", "-id")
    return _views(found.order_by(*order)[offset : offset + limit])


def message_counts(places: Collection[str] | None) -> dict[str, int]:
    """Return how many there are of each group of states; one query."""
    by_state = dict(_at(places).order_by().values_list("state").annotate(n=Count("pk")))
    return {group: sum(by_state.get(state, 0) for state in states) for group, states in GROUPS.items()}


def handed_counts(places: Collection[str] | None, at: datetime) -> dict[str, dict[str, int]]:
    """Return how many slips and lines wait, by place and channel."""
    found = _at(places).filter(state=State.QUEUED, channel__in=BY_HAND, not_before__lte=at)
    counts: dict[str, dict[str, int]] = {}
    for place, channel, n in found.order_by().values_list("place", "channel").annotate(n=Count("pk")):
        counts.setdefault(place, {})[channel] = n
    return counts


def handed(*, place: str, channel: Channel, at: datetime, limit: int = HANDED_MAX) -> list[Handed]:
    """Return what waits at a place to be printed or read out, with its words; what is settled by now is left out."""
    found = Message.objects.filter(place=place, channel=channel, state=State.QUEUED, not_before__lte=at)
    rows = list(found.order_by("not_before", "id")[:limit])
    words = words_of(rows, at)
    pairs = [(row.pk, words[row.pk]) for row in rows]
    return [Handed(id_, said) for id_, said in pairs if said is not None]


def last_told(subjects: Collection[str]) -> dict[str, LastTold]:
    """Return what was last told, or waits to be told, about each subject; one query."""
    rows = Matter.objects.filter(subject__in=subjects).exclude(message__state=State.CANCELLED)
    found: dict[str, LastTold] = {}
    for subject, state, channel, sent_at, created_at in rows.order_by("message__created_at").values_list(
        "subject", "message__state", "message__channel", "message__sent_at", "message__created_at"
    ):
        found[subject] = LastTold(state, channel, sent_at or created_at)
    return found


def known_keys(keys: Collection[str]) -> set[str]:
    """Return those that were queued before."""
    return set(Matter.objects.filter(key__in=keys).values_list("key", flat=True))


def kind_titles() -> dict[str, str]:
    """Return the names of the kinds for pages."""
    return {kind.name: str(kind.title) for kind in kinds()}


def open_channels() -> list[str]:
    """Return the channels over which this installation can send."""
    return sorted(senders())


def _at(places: Collection[str] | None) -> QuerySet[Message]:
    return Message.objects.all() if places is None else Message.objects.filter(place__in=list(places))


def _views(found: QuerySet[Message]) -> list[MessageView]:
    rows = found.annotate(matters_count=Count("matters")).values_list(*MessageView._fields[:-1], "matters_count")
    return [MessageView(*row) for row in rows]
