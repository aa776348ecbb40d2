"""What one run of an import has met so far, in a temporary file: a rehearsal of a million records needs no memory."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from types import TracebackType

_AT_ONCE = 500


class Seen:
    """A dictionary of text to number that lives on disk and goes with the run."""

    def __init__(self) -> None:
        # An empty name gives SQLite a file of its own that nobody else sees and that goes when it is closed.
        self._file = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        self._file.execute("PRAGMA journal_mode=OFF")
        self._file.execute("CREATE TABLE seen (key TEXT PRIMARY KEY, number INTEGER) WITHOUT ROWID")

    def __enter__(self) -> Seen:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def get(self, keys: Collection[str]) -> dict[str, int]:
        """Return the numbers of those keys that were met."""
        wanted = list(keys)
        found: dict[str, int] = {}
        for start in range(0, len(wanted), _AT_ONCE):
            part = wanted[start : start + _AT_ONCE]
            marks = ",".join("?" * len(part))
            found.update(self._file.execute(f"SELECT key, number FROM seen WHERE key IN ({marks})", part))  # noqa: S608
        return found

    def put(self, pairs: Iterable[tuple[str, int]]) -> None:
        """Remember pairs; a key that is there gets the new number."""
        self._file.execute("BEGIN")
        self._file.executemany("INSERT OR REPLACE INTO seen VALUES (?, ?)", pairs)
        self._file.execute("COMMIT")
