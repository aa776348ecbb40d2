"""A post office for tests: the far end of a channel, which notes what arrives, and a postman who works the outbox."""

from __future__ import annotations

from collections import deque
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction

from guisach.domain.messages.kinds import Kind, Letter, Told, Words, kind_named, register
from guisach.domain.messages.steps import queue
from guisach.domain.readers import queries as readers
from guisach.domain.readers.actions import correct
from guisach.kernel.ids import new_id
from guisach.site.posting import Postman
from tests import builders

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime
    from uuid import UUID

TIDINGS = "tidings"


class FarEnd:
    """Takes letters, unless it was told to fail; it keeps every one that arrived."""

    def __init__(self, *, is_repeatable: bool = False) -> None:
        self.is_repeatable = is_repeatable
        self.arrived: list[Letter] = []
        self.failures: deque[BaseException | None] = deque()  # of the next letters; None: that one arrives
        self.arrives_all_the_same = False  # the failure comes after the letter was taken

    def send(self, letter: Letter) -> None:
        failure = self.failures.popleft() if self.failures else None
        if failure is None or self.arrives_all_the_same:
            self.arrived.append(letter)
        if failure is not None:
            raise failure


class Post:
    """Everything between the outbox and the readers."""

    def __init__(self) -> None:
        self.sms = FarEnd()
        self.email = FarEnd()

    @property
    def sent(self) -> list[Letter]:
        return self.sms.arrived + self.email.arrived

    def work(self, clock: Callable[[], datetime]) -> int:
        return Postman(clock=clock).work()

    def tell(self, reader: UUID, *news: str, at: datetime, **more: Any) -> list[UUID | None]:
        """Queue tidings, each told once."""
        with transaction.atomic():
            return [
                queue(key=f"tidings:{reader}:{one}", kind=TIDINGS, reader=reader, at=at, subject=f"news:{one}", **more)
                for one in news
            ]


def _words(tolds: Sequence[Told]) -> list[Words | None]:
    texts = [", ".join(subject.removeprefix("news:") for subject in told.subjects) for told in tolds]
    return [None if "nothing" in text else Words("Tin", text, (text,)) for text in texts]


def register_tidings() -> None:
    if kind_named(TIDINGS) is None:
        register(Kind(TIDINGS, "tidings", _words))


def chooses(reader: UUID, channel: str, **more: str) -> None:
    """Let a reader say at Lan's desk how to be told: channel, and where they have one an e-mail address, a language."""
    known = readers.reader(reader)
    assert known is not None
    correct(
        op_id=new_id(),
        by=builders.lan().source,
        reader=reader,
        place=builders.COBA,
        applicant=replace(known.applicant, channel=channel, **more),
        card="",
        renews=False,
        clock=builders.Clock(known.joined_at + timedelta(seconds=1)),
    )
