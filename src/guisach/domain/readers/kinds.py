"""What the readers' room asks of the rooms above: what do you keep of this person? They register here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping
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
