"""Who wants to hear of new copies: a room above (circulation) may have lent them before they were catalogued."""

from __future__ import annotations

from collections.abc import Callable, Collection

CopyListener = Callable[[Collection[str]], None]
"""Is given the barcodes whose copies appeared or went, inside the transaction that did it."""

_listeners: list[CopyListener] = []


def on_copies_changed(listener: CopyListener) -> None:
    """Register a listener; the same one twice counts once."""
    if listener not in _listeners:
        _listeners.append(listener)


def tell_copies_changed(barcodes: Collection[str]) -> None:
    """Tell every listener."""
    for listener in _listeners:
        listener(barcodes)
