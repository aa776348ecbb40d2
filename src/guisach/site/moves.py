"""Follows the log for what happened to copies: the search index wants to know what is in now."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from guisach.domain.circulation.queries import moved_copies
from guisach.domain.journal.queries import appended, log_end

if TYPE_CHECKING:
    from collections.abc import Callable

# "Available now" may lag so far; a busy province writes the index once in this time instead of at every scan.
LOOK_EVERY_S: Final = 3.0
_AT_ONCE: Final = 1000
# A number that was skipped may still come while its transaction is open; after this time it was rolled back.
_MISSING_S: Final = 600.0
_MISSING_MOST: Final = 2000
# Whoever starts does not know what was missing before: so many numbers are looked at again, which is harmless.
_OVERLAP: Final = 200


class LogTail:
    """Where one follower stands in the log. What it found is found again until `done` says that it is written."""

    def __init__(self) -> None:
        self.position = -1
        self._missing: dict[int, float] = {}
        self._waiting: dict[str, None] = {}
        self._next_look = 0.0

    def start(self, position: int) -> None:
        """Go on after this position; what came before is known, but for the last numbers of it."""
        self.position = max(position - _OVERLAP, 0)
        self._missing.clear()
        self._waiting.clear()

    def look(self, known: Callable[[], int]) -> list[str]:
        """Return the barcodes to which something happened; none before it is time. `known`: what the index contains."""
        now = time.monotonic()
        if now < self._next_look:
            return []
        self._next_look = now + LOOK_EVERY_S
        if self.position < 0 or self.position > log_end():
            self.start(min(known(), log_end()))
        while rows := appended(self.position, list(self._missing), limit=_AT_ONCE):
            self._note([row.number for row in rows], now)
            self._waiting |= dict.fromkeys(moved_copies(rows))
            if len(rows) < _AT_ONCE:
                break
        return list(self._waiting)

    def done(self) -> None:
        """Forget what was found: it is written."""
        self._waiting.clear()

    def _note(self, numbers: list[int], now: float) -> None:
        for number in numbers:
            self._missing.pop(number, None)
            skipped = range(max(self.position + 1, number - _MISSING_MOST), number)
            self._missing |= dict.fromkeys(skipped, now)
            self.position = max(self.position, number)
        recent = sorted(number for number, since in self._missing.items() if now - since < _MISSING_S)
        self._missing = {number: self._missing[number] for number in recent[-_MISSING_MOST:]}
