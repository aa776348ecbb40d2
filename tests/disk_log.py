"""What a process asks the disk to do with SQLite's files, in order, and the disks that a power cut may leave of it.

`record(log)` stands between SQLite and the operating system in this process and those forked from it: each write,
truncation, removal and flush goes into the log as it is done. `disks(base, log)` gives, for any moment, what may lie
on the disk afterwards: everything that was flushed, and of the rest all, nothing, or any parts in any order.
"""

from __future__ import annotations

import ctypes
import os
import struct
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator
    from pathlib import Path

SECTOR = 512  # what a disk writes whole or not at all
_HEAD = struct.Struct("<ccqq")  # what was done, to which file, where or how long, and how many bytes follow
_FILES = {"": b"d", "-wal": b"w"}


class NotRecordable(RuntimeError):
    """This Python's SQLite lets nobody stand in between."""


# In the process that writes -----------------------------------------------------------------------------------

_POINTER = ctypes.c_void_p
_FILE = ctypes.POINTER(_POINTER)  # an open file begins with the pointer to its methods
_WRITE = ctypes.CFUNCTYPE(ctypes.c_int, _FILE, _POINTER, ctypes.c_int, ctypes.c_int64)
_TRUNCATE = ctypes.CFUNCTYPE(ctypes.c_int, _FILE, ctypes.c_int64)
_SYNC = ctypes.CFUNCTYPE(ctypes.c_int, _FILE, ctypes.c_int)
_OPEN = ctypes.CFUNCTYPE(
    ctypes.c_int, _POINTER, ctypes.c_char_p, _FILE, ctypes.c_int, ctypes.POINTER(ctypes.c_int)
)  # fmt: skip
_DELETE = ctypes.CFUNCTYPE(ctypes.c_int, _POINTER, ctypes.c_char_p, ctypes.c_int)


class _Methods(ctypes.Structure):
    _fields_ = (
        ("version", ctypes.c_int), ("close", _POINTER), ("read", _POINTER), ("write", _WRITE),
        ("truncate", _TRUNCATE), ("sync", _SYNC), ("others", _POINTER * 13),
    )  # fmt: skip


class _System(ctypes.Structure):
    _fields_ = (
        ("version", ctypes.c_int), ("file_size", ctypes.c_int), ("path_max", ctypes.c_int), ("next", _POINTER),
        ("name", ctypes.c_char_p), ("data", _POINTER), ("open", _OPEN), ("delete", _DELETE),
        ("others", _POINTER * 14),
    )  # fmt: skip


_kept: list[object] = []  # what SQLite points to must not be collected


def record(log: Path, database: Path) -> None:
    """Let everything that is written to this database from now on be noted. Raises NotRecordable."""
    import _sqlite3

    try:
        library: Any = ctypes.CDLL(getattr(_sqlite3, "__file__", None))
        library.sqlite3_vfs_find.restype = ctypes.POINTER(_System)
    except (OSError, AttributeError) as error:
        raise NotRecordable from error
    below = library.sqlite3_vfs_find(None).contents
    above = _System()
    ctypes.memmove(ctypes.byref(above), ctypes.byref(below), ctypes.sizeof(_System))
    recorder = _Recorder(os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT), os.fsencode(database), below)
    above.name, above.open, above.delete = b"recorded", _OPEN(recorder.open), _DELETE(recorder.delete)
    _kept.extend([recorder, above])
    if library.sqlite3_vfs_register(ctypes.byref(above), 1):
        raise NotRecordable


class _Recorder:
    def __init__(self, log: int, database: bytes, below: _System) -> None:
        self._log, self._below = log, below
        self._names = {database + os.fsencode(end): mark for end, mark in _FILES.items()}
        self._marks: dict[int, bytes] = {}  # by the address of an open file
        self._methods: dict[int, _Methods] = {}  # ours, by the address of those below

    def open(self, system: int, name: bytes | None, file: Any, flags: int, told: Any) -> int:
        failed: int = self._below.open(system, name, file, flags, told)
        mark = self._names.get(name or b"")
        if failed or mark is None or not file[0]:
            return failed
        methods = self._methods.get(file[0])
        if methods is None:
            methods = self._methods[file[0]] = self._between(_Methods.from_address(file[0]))
        self._marks[ctypes.addressof(file.contents)] = mark
        file[0] = ctypes.addressof(methods)
        return 0

    def delete(self, system: int, name: bytes, flags: int) -> int:
        failed: int = self._below.delete(system, name, flags)
        if not failed and (mark := self._names.get(name)):
            self._note(b"D", mark, 0)
        return failed

    def _between(self, below: _Methods) -> _Methods:
        ours = _Methods()
        ctypes.memmove(ctypes.byref(ours), ctypes.byref(below), ctypes.sizeof(_Methods))

        def write(file: Any, data: int, length: int, at: int) -> int:
            failed: int = below.write(file, data, length, at)
            if not failed:
                self._note(b"W", self._mark(file), at, ctypes.string_at(data, length))
            return failed

        def truncate(file: Any, length: int) -> int:
            failed: int = below.truncate(file, length)
            if not failed:
                self._note(b"T", self._mark(file), length)
            return failed

        def sync(file: Any, flags: int) -> int:
            failed: int = below.sync(file, flags)
            if not failed:
                self._note(b"S", self._mark(file), flags)
            return failed

        ours.write, ours.truncate, ours.sync = _WRITE(write), _TRUNCATE(truncate), _SYNC(sync)
        return ours

    def _mark(self, file: Any) -> bytes:
        return self._marks[ctypes.addressof(file.contents)]

    def _note(self, what: bytes, mark: bytes, at: int, data: bytes = b"") -> None:
        os.write(self._log, _HEAD.pack(what, mark, at, len(data)) + data)


# Afterwards ---------------------------------------------------------------------------------------------------


@dataclass
class Change:
    """Something that the disk was asked to do, and may not have done yet."""

    what: bytes
    at: int
    data: bytes = b""

    def on(self, content: bytearray | None) -> bytearray | None:
        """Return what the file is afterwards; None: there is no file."""
        if self.what == b"D":
            return None
        content = bytearray() if content is None else content
        if self.what == b"T":
            del content[self.at :]
            return content
        if len(content) < self.at:
            content.extend(bytes(self.at - len(content)))
        content[self.at : self.at + len(self.data)] = self.data
        return content

    def in_parts(self) -> list[Change]:
        """Return what of it may be lost by itself."""
        if self.what != b"W":
            return [self]
        parts, start = [], self.at
        while start < self.at + len(self.data):
            end = min((start // SECTOR + 1) * SECTOR, self.at + len(self.data))
            parts.append(Change(b"W", start, self.data[start - self.at : end - self.at]))
            start = end
        return parts


@dataclass
class Disk:
    """A file and what is on its way to it."""

    flushed: bytearray | None = None
    pending: list[Change] = field(default_factory=list)

    def flush(self) -> None:
        for change in self.pending:
            self.flushed = change.on(self.flushed)
        self.pending = []

    def after(self, kept: list[Change]) -> bytearray | None:
        content = None if self.flushed is None else bytearray(self.flushed)
        for change in kept:
            content = change.on(content)
        return content


@dataclass
class Image:
    """What a power cut left: the database and SQLite's log, None where there is none."""

    at: int
    """The position in the log up to which everything had been asked of the disk."""
    how: str
    database: bytes
    wal: bytes | None
    pending: int
    """How many changes had not been flushed."""

    def put(self, database: Path) -> None:
        """Lay it down where a database is looked for."""
        for end in ("-wal", "-shm"):
            database.with_name(database.name + end).unlink(missing_ok=True)
        database.write_bytes(self.database)
        if self.wal is not None:
            database.with_name(f"{database.name}-wal").write_bytes(self.wal)


def disks(base: bytes, log: bytes, number: int, dice: random.Random) -> Iterator[Image]:
    """Give so many images of random moments, in the order of time; `base` is the database before the first record."""
    starts = list(_starts(log))
    moments = sorted(dice.choice(starts) for _ in range(number))
    database, wal = Disk(bytearray(base)), Disk()
    of = {b"d": database, b"w": wal}
    for start in starts:
        while moments and moments[0] == start:
            moments.pop(0)
            yield _cut(database, wal, start, dice)
        what, mark, at, length = _HEAD.unpack_from(log, start)
        if what == b"S":
            of[mark].flush()
        else:
            of[mark].pending.append(Change(what, at, log[start + _HEAD.size : start + _HEAD.size + length]))


def _starts(log: bytes) -> Iterator[int]:
    start = 0
    while start < len(log):
        yield start
        start += _HEAD.size + _HEAD.unpack_from(log, start)[3]


def _cut(database: Disk, wal: Disk, at: int, dice: random.Random) -> Image:
    how = dice.choice(["all", "nothing", "some", "some", "parts", "parts"])
    contents = []
    for disk in (database, wal):
        kept = disk.pending if how != "nothing" else []
        if how == "parts":
            kept = [part for change in kept for part in change.in_parts()]
        if how in {"some", "parts"}:
            kept = [change for change in kept if dice.random() < 0.5]
        contents.append(disk.after(kept))
    left, log = contents
    assert left is not None
    return Image(at, how, bytes(left), None if log is None else bytes(log), len(database.pending) + len(wal.pending))
