"""Operations as a desk sends them: each with the number that the device gave it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from guisach.domain.journal.rules.envelope import EPOCH_MAX, read_uuid

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID


def is_numbered(item: object) -> bool:
    """Say whether an item has a number of its own; what is no object at all is left to the journal to answer."""
    return not isinstance(item, dict) or ("dev" in item and "seq" in item)


def epochs_of(items: Iterable[object], device: UUID) -> set[int]:
    """Return the epochs of the device's own operations among the items."""
    found = set()
    for item in items:
        if isinstance(item, dict) and read_uuid(item.get("dev")) == device:
            epoch = item.get("epoch", 1)
            if isinstance(epoch, int) and not isinstance(epoch, bool) and 1 <= epoch <= EPOCH_MAX:
                found.add(epoch)
    return found
