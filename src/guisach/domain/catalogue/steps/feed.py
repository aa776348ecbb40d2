"""The change feed. Whoever writes the catalogue holds one lock, so that the feed's numbers appear in their order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from guisach.domain.catalogue.models import Change
from guisach.domain.catalogue.steps.bulk import insert_rows
from guisach.kernel.locks import lock

if TYPE_CHECKING:
    from collections.abc import Iterable

_LOCK = "catalogue:changes"


def begin() -> None:
    """Take the catalogue's lock; the first thing in every transaction that writes to it.

    Were it taken later, a reader of the feed could see number 8 before 7 is committed and never look back; and
    two writers could wait for each other, one for a barcode, the other for the lock.
    """
    lock([_LOCK])


def announce(records: Iterable[int], *, in_bulk: bool = False) -> None:
    """Append the records to the feed, each once, in their order.

    `in_bulk`: thousands come together and nobody waits for one of them; what a person does goes before.
    """
    insert_rows(Change, ["record", "in_bulk"], [(record, in_bulk) for record in dict.fromkeys(records)])
