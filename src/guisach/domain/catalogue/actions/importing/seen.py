"""What one run of an import has met so far, in a temporary file: a rehearsal of a million records needs no memory."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from types import TracebackType

_AT_ONCE = 500
_MOST = 5000  # descriptions that are compared with a batch


class Seen:
    """A dictionary of text to number, and descriptions by what they may be found by; lives on disk, goes with the run.

    Only rehearsals keep descriptions: otherwise they are in the database.
    """

    def __init__(self) -> None:
        # An empty name gives SQLite a file of its own that nobody else sees and that goes when it is closed.
        self._file = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        self._file.execute("PRAGMA journal_mode=OFF")
        self._file.execute("CREATE TABLE seen (key TEXT PRIMARY KEY, number INTEGER) WITHOUT ROWID")
        self._file.execute("CREATE TABLE described (key TEXT, number INTEGER, said TEXT)")
        self._file.execute("CREATE INDEX described_by_key ON described (key, number)")

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

    def described(self, keys: Collection[str]) -> list[tuple[str, int, str]]:
        """Return what was remembered under any of the keys: key, number, what was said."""
        wanted = list(keys)
        found: list[tuple[str, int, str]] = []
        for start in range(0, len(wanted), _AT_ONCE):
            part = wanted[start : start + _AT_ONCE]
            marks = ",".join("?" * len(part))
            question = f"SELECT key, number, said FROM described WHERE key IN ({marks}) LIMIT {_MOST}"  # noqa: S608
            found += self._file.execute(question, part).fetchall()
        return found

    def describe(self, rows: Iterable[tuple[str, int, str]]) -> None:
        """Remember descriptions under their keys."""
        self._file.execute("BEGIN")
        self._file.executemany("INSERT INTO described VALUES (?, ?, ?)", rows)
        self._file.execute("COMMIT")
