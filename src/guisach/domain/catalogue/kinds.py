"""What the catalogue is told from outside: who wants to hear of new copies, how to count loans, where to search.

Rooms above and the outermost ring register here when Django starts; the catalogue itself knows none of them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING

from guisach.domain.catalogue.rules.search import IndexState, IndexUnavailable

if TYPE_CHECKING:
    from guisach.domain.catalogue.rules.search import SearchIndex

CopyListener = Callable[[Collection[str]], None]
"""Is given the barcodes whose copies appeared or went, inside the transaction that did it."""

Popularity = Callable[[Collection[str]], Mapping[int, int]]
"""Is given barcodes and returns how often their records were lent, by record; records never lent may be left out."""

_listeners: list[CopyListener] = []
_popularity: list[Popularity] = []
_index: list[SearchIndex] = []


def on_copies_changed(listener: CopyListener) -> None:
    """Register a listener; the same one twice counts once."""
    if listener not in _listeners:
        _listeners.append(listener)


def tell_copies_changed(barcodes: Collection[str]) -> None:
    """Tell every listener."""
    for listener in _listeners:
        listener(barcodes)


def count_loans_by(popularity: Popularity) -> None:
    """Say how loans are counted; whoever says it last is asked."""
    _popularity[:] = [popularity]


def loans_by_record(barcodes: Collection[str]) -> Mapping[int, int]:
    """Count the loans of the records behind the barcodes; nothing where nobody counts."""
    return _popularity[0](barcodes) if _popularity and barcodes else {}


def search_with(index: SearchIndex) -> None:
    """Say which index answers searches; whoever says it last is asked."""
    _index[:] = [index]


def search_index() -> SearchIndex:
    """Return the index; raises IndexUnavailable where none was named."""
    if not _index:
        raise IndexUnavailable(IndexState.MISSING)
    return _index[0]
