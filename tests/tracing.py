"""Looks for whatever leads from a reader to a book: in every table that the schema has, in files, in a backup.

Rows are taken as they are stored, whatever model they belong to. Two rows hang together where they share an id of
thirty-two digits, or one points to the other; so a link over several tables is found as well as one within a row.
"""

from __future__ import annotations

import json
import re
import zipfile
import zlib
from base64 import urlsafe_b64decode
from collections import defaultdict, deque
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connection

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

_ID = re.compile(r"(?<![0-9a-f])[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}(?![0-9a-f])")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(\.\d+)?([+-]\d\d:?\d\d|Z)?")
AT_ONCE = timedelta(minutes=5)  # what was noted so shortly before or after a lending tells whose it was
BEFORE_BYTES, AFTER_BYTES = 110, 48  # in a file of the database: what lies so close around a reader is one row
# What nearly every row has to do with, and what therefore tells nothing.
_COMMON = ("network_", "journal_device", "auth_", "django_content_type", "circulation_rulebook")


@dataclass(frozen=True)
class Pair:
    """A reader by all their names, and a book by all of its."""

    reader: frozenset[str]
    book: frozenset[str]
    lent: frozenset[datetime] = frozenset()
    """When something happened to the book with this reader."""

    @classmethod
    def of(cls, reader: Collection[object], book: Collection[object], lent: Collection[datetime] = ()) -> Pair:
        return cls(frozenset(map(plain, reader)), frozenset(map(plain, book)), frozenset(lent))

    def is_in(self, text: str) -> bool:
        text = plain(text)
        return any(name in text for name in self.reader) and any(name in text for name in self.book)


def plain(value: object) -> str:
    """Write anything so that ids look the same however they were stored."""
    if isinstance(value, UUID):
        return value.hex
    text = value.decode("utf-8", "replace") if isinstance(value, bytes | memoryview) else str(value)
    if "\\u" in text:
        with suppress(ValueError):
            text = json.dumps(json.loads(text), ensure_ascii=False)
    return _ID.sub(lambda match: match[0].replace("-", ""), text.lower())


@dataclass
class StoredRow:
    """A row: where it lies, what it says, what it hangs together with, and its instants."""

    where: str
    text: str
    ties: set[str]
    instants: list[datetime]


def rows() -> Iterator[StoredRow]:
    """Read every row of every table, Django's own too."""
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            yield from _rows_of(cursor, table)


def _rows_of(cursor: Any, table: str) -> Iterator[StoredRow]:
    pointing = connection.introspection.get_relations(cursor, table)
    key = connection.introspection.get_primary_key_column(cursor, table)
    cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608  (a table of the schema)
    names = [column[0] for column in cursor.description]
    for values in cursor.fetchall():
        said = dict(zip(names, values, strict=True))
        if table == "django_session":
            said["session_data"] = opened(str(said["session_data"]))
        text = " | ".join(f"{name}={plain(value)}" for name, value in said.items() if value is not None)
        ties = {f"{table}:{said[key]}"} if key else set()
        for name, told in pointing.items():
            column, other = told[0], told[1]
            if said[name] is not None and not other.startswith(_COMMON):
                ties.add(f"{other}:{said[name]}" if column != "op" else plain(said[name]))
        yield StoredRow(f"{table} {said.get(key, '')}", text, ties | set(_ID.findall(text)), list(_instants(said)))


def opened(session: str) -> str:
    """Return what a session of Django's holds, unpacked; as it stands where it cannot be."""
    body = session.split(":", 1)[0].lstrip(".")
    with suppress(ValueError, zlib.error):
        raw = urlsafe_b64decode(body + "=" * (-len(body) % 4))
        return (zlib.decompress(raw) if session.startswith(".") else raw).decode("utf-8", "replace")
    return session


def _instants(said: dict[str, Any]) -> Iterator[datetime]:
    for value in said.values():
        if isinstance(value, str) and _INSTANT.fullmatch(value):
            value = datetime.fromisoformat(value)
        if isinstance(value, datetime):
            yield value if value.tzinfo else value.replace(tzinfo=UTC)


def links_in_tables(pair: Pair) -> list[str]:
    """Say each way that leads from the reader to the book through the tables; empty where there is none."""
    stored = list(rows())
    common = _everybodys(stored)
    by_tie: dict[str, list[int]] = defaultdict(list)
    for number, row in enumerate(stored):
        row.ties -= common
        for tie in row.ties:
            by_tie[tie].append(number)
    found = [f"{stored[n].where} at the minute of a loan" for n in _at_the_minute(stored, pair)]
    came: dict[int, int | None] = {n: None for n, row in enumerate(stored) if any(x in row.text for x in pair.reader)}
    waiting = deque(came)
    while waiting:
        number = waiting.popleft()
        if any(name in stored[number].text for name in pair.book):
            found.append(" ← ".join(stored[n].where for n in _way(number, came)))
            continue
        for tie in stored[number].ties:
            for other in by_tie[tie]:
                if other not in came:
                    came[other] = number
                    waiting.append(other)
    return found


def _everybodys(stored: list[StoredRow]) -> set[str]:
    """Return the ids of devices: all that was ever done at a desk hangs together by its device."""
    return {tie for row in stored if row.where.startswith("journal_device ") for tie in row.ties}


def _at_the_minute(stored: list[StoredRow], pair: Pair) -> Iterator[int]:
    for number, row in enumerate(stored):
        if any(name in row.text for name in pair.reader) and any(
            abs(at - lent) < AT_ONCE for at in row.instants for lent in pair.lent
        ):
            yield number


def _way(number: int, came: dict[int, int | None]) -> Iterator[int]:
    at: int | None = number
    while at is not None:
        yield at
        at = came[at]


def links_in_files(folder: Path, pair: Pair, *, without: Collection[Path] = ()) -> list[str]:
    """Say each line that names both, and each file of the search index that knows of readers at all."""
    found = []
    for path in sorted(path for path in folder.rglob("*") if path.is_file() and path not in without):
        if path.suffix in {".zip", ".gsb"}:
            found += [f"{path.name}/{where}" for where in links_in_archive(path, pair)]
            continue
        content = path.read_bytes()
        is_index = "index" in path.relative_to(folder).parts
        for number, line in enumerate(content.split(b"\n"), 1):
            text = plain(line)
            if pair.is_in(text) or (is_index and any(name in text for name in pair.reader)):
                found.append(f"{path.relative_to(folder)}:{number}")
    return found


def links_in_archive(path: Path, pair: Pair) -> list[str]:
    """Say each line of each member that names both, and each trace at the minute of a loan."""
    found = []
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            for number, line in enumerate(archive.read(name).split(b"\n"), 1):
                text = plain(line)
                names_reader = any(one in text for one in pair.reader)
                instants = [
                    datetime.fromisoformat(match[0]) for match in _INSTANT.finditer(line.decode("utf-8", "replace"))
                ]
                is_at_once = any(abs(at - lent) < AT_ONCE for at in instants if at.tzinfo for lent in pair.lent)
                if pair.is_in(text) or (names_reader and is_at_once):
                    found.append(f"{name}:{number}")
    return found


def links_in_database_file(path: Path, pair: Pair) -> list[str]:
    """Say where the bytes of a database file have both close together, in what its tables no longer show as well."""
    content = path.read_bytes().lower()
    found = []
    for name in pair.reader:
        start = 0
        while (at := content.find(name.encode(), start)) >= 0:
            around = content[max(0, at - BEFORE_BYTES) : at + len(name) + AFTER_BYTES]
            found += [f"{path.name}@{at}: {book} in {around!r}" for book in pair.book if book.encode() in around]
            start = at + 1
    return found
