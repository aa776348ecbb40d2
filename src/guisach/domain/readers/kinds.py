"""What the readers' room asks of the rooms above: what do you keep of this person? They register here."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime
    from uuid import UUID

    from guisach.kernel.clock import Clock


class Belongings(Protocol):
    """What one room keeps of people. A person may be known under several ids; all of them are given."""

    name: str

    def obstacles(self, person: Collection[UUID]) -> list[str]:
        """Name what must be settled before this person can be erased (a book by its barcode); mostly nothing."""
        ...

    def told(self, person: Collection[UUID]) -> list[Mapping[str, Any]]:
        """Give everything that is kept of this person, to be handed to them; plain values only."""
        ...

    def forget(self, person: Collection[UUID], clock: Clock) -> None:
        """Forget this person, inside a transaction of whoever erases them; figures and hashes stay as they are."""
        ...


_belongings: dict[str, Belongings] = {}


def keeps_of_readers(belongings: Belongings) -> None:
    """Register what a room keeps of people; the same name again takes the place of the former."""
    _belongings[belongings.name] = belongings


def all_belongings() -> list[Belongings]:
    """Return what is kept anywhere."""
    return list(_belongings.values())


_after_erasing: list[Callable[[], object]] = []


def after_erasing(act: Callable[[], object]) -> None:
    """Say what is to be done as soon as somebody was erased; whoever says it last is asked."""
    _after_erasing[:] = [act]


def was_erased() -> None:
    """Do it."""
    for act in _after_erasing:
        act()


CorrectionListener = Callable[["UUID", "datetime", str, bool, str, "Clock"], object]
"""Is given reader, when they asked, the place, whether it was applied, why not; inside the transaction that settles."""

_correction_listeners: list[CorrectionListener] = []


def on_correction_settled(listener: CorrectionListener) -> None:
    """Say who tells readers what became of their correction; the same one twice counts once."""
    if listener not in _correction_listeners:
        _correction_listeners.append(listener)


def tell_correction_settled(
    reader: UUID, asked_at: datetime, place: str, is_applied: bool, reason: str, clock: Clock
) -> None:
    """Tell every listener."""
    for listener in _correction_listeners:
        listener(reader, asked_at, place, is_applied, reason, clock)
