"""Time, ids and salts of a run: what is chance or the machine's elsewhere comes from the seed here."""

from __future__ import annotations

import importlib
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator

START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)  # a Monday, eight in the morning


class Time:
    """The one true time of a run. Only the run lets it pass, and each look costs a millisecond."""

    def __init__(self, at: datetime = START) -> None:
        self.at = at

    def __call__(self) -> datetime:
        """Look at it."""
        self.at += timedelta(milliseconds=1)
        return self.at

    def forward(self, **amount: float) -> None:
        """Let time pass, in the units of timedelta."""
        self.at += timedelta(**amount)


def id_from(dice: random.Random, at: datetime) -> UUID:
    """Make the UUIDv7 of this moment."""
    millis = int(at.timestamp() * 1000)
    number = millis << 80 | 7 << 76 | dice.getrandbits(12) << 64 | 2 << 62 | dice.getrandbits(62)
    return UUID(int=number)


@contextmanager
def put(*changes: tuple[str, str, Any]) -> Iterator[None]:
    """Put values into modules or classes ("package.module" or "package.module:Class", name, value) for a while."""
    with ExitStack() as undo:
        for where, name, value in changes:
            module, _, inner = where.partition(":")
            owner: Any = importlib.import_module(module)
            for part in filter(None, inner.split(".")):
                owner = getattr(owner, part)
            before = owner.__dict__[name]
            setattr(owner, name, value)
            undo.callback(setattr, owner, name, before)
        yield


@contextmanager
def fixed(time: Time, dice: random.Random) -> Iterator[None]:
    """Let the whole product live in this time, with ids and salts from these dice."""

    class Datetime(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> datetime:  # type: ignore[override]
            return time().astimezone(tz)

    class Salts:
        @staticmethod
        def token_hex(size: int) -> str:
            return dice.randbytes(size).hex()

    with put(
        ("guisach.kernel.clock", "datetime", Datetime),
        ("guisach.kernel.ids", "uuid7", lambda: id_from(dice, time.at)),
        ("guisach.domain.journal.rules.envelope", "secrets", Salts),
    ):
        yield
