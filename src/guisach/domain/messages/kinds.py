"""Where others register with the room: kinds of message by the rooms that know what to say, senders by the site."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from guisach.domain.messages.rules.timing import Manners
from guisach.kernel.errors import InvariantBroken

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime, timedelta
    from uuid import UUID

    from django.utils.functional import _StrPromise


@dataclass(frozen=True, slots=True)
class Told:
    """What a message is about, when its words are wanted."""

    reader: UUID
    channel: str
    place: str
    subjects: tuple[str, ...]  # what was queued, e.g. "loan:…"
    data: tuple[Mapping[str, Any], ...]  # beside each subject
    at: datetime


@dataclass(frozen=True, slots=True)
class Words:
    """What a message says. `short` is for text messages: from the fullest to the shortest wording."""

    subject: str
    text: str
    short: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of message.

    `words` composes many at once, for readers of one language, which is active meanwhile; it gives None where there is
    nothing to say any more: then the message is cancelled. An urgent kind
    waits for no morning, no opening day and no other message, and goes only where a machine sends it. What a
    `brief` kind left unsent is not worth a person's time: it is never shown as waiting for one.
    """

    name: str
    title: str | _StrPromise
    words: Callable[[Sequence[Told]], Sequence[Words | None]]
    is_urgent: bool = False
    is_brief: bool = False
    is_gathered: bool = True  # several matters of one reader and place make one message


@dataclass(frozen=True, slots=True)
class Letter:
    """What a sender gets. The reference is the same whenever the same message is tried again."""

    reference: str
    to: str
    subject: str
    text: str
    short: tuple[str, ...]
    language: str


class NotSent(Exception):
    """It certainly did not go. `code` is one of a few words and names nobody.

    `is_final`: it never will, this reader's address is wrong. `is_ours`: the channel itself is broken (a refused
    key, a wrong address of the gateway), which is nobody's attempt; the channel rests for a while.
    """

    def __init__(
        self, code: str, *, is_final: bool = False, is_ours: bool = False, after: timedelta | None = None
    ) -> None:
        super().__init__(code)
        self.code, self.is_final, self.is_ours, self.after = code, is_final, is_ours, after


class Unclear(Exception):
    """It was handed over and no answer came: it may have gone."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Sender(Protocol):
    """Sends over one channel; at most a minute."""

    is_repeatable: bool  # the far end takes the same reference twice for one message

    def send(self, letter: Letter) -> None:
        """Send; returns when the far end has taken it. Raises NotSent, Unclear."""
        ...


@dataclass(slots=True)
class _Registered:
    kinds: dict[str, Kind] = field(default_factory=dict)
    senders: dict[str, Sender] = field(default_factory=dict)
    manners: Manners = field(default_factory=Manners)


_known = _Registered()


def register(kind: Kind) -> None:
    """Make a kind of message known; a second registration under one name is a mistake in our code."""
    if _known.kinds.setdefault(kind.name, kind) is not kind:
        raise InvariantBroken(f"two rooms claim the message {kind.name}")


def kind_named(name: str) -> Kind | None:
    """Return the kind, or None for one that this version does not know."""
    return _known.kinds.get(name)


def kinds() -> list[Kind]:
    """Return the known kinds."""
    return list(_known.kinds.values())


def send_with(senders: Mapping[str, Sender], manners: Manners | None = None) -> None:
    """Say who sends over which channel, and with what manners; whoever says it last is asked."""
    _known.senders = dict(senders)
    _known.manners = manners or Manners()


def sender(channel: str) -> Sender | None:
    """Return who sends over the channel; None where this installation cannot."""
    return _known.senders.get(channel)


def senders() -> dict[str, Sender]:
    """Return who sends, by channel."""
    return dict(_known.senders)


def manners() -> Manners:
    """Return how this province treats its readers' telephones."""
    return _known.manners
