"""The folder of one import: a report with a line for every chunk, and what could not be read, byte for byte.

What is set aside can be imported again once somebody has mended it: ISO 2709 chunks keep their bytes and get
their terminator, JSON objects follow one another, XML fragments stand in a collection with the declaration of the
file that they came from, rows of tables stand below their header in a CSV file that a spreadsheet opens.
"""

from __future__ import annotations

import csv
import json
import re
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, BinaryIO

from guisach.adapters.marc import marcjson
from guisach.adapters.tables.formulas import harmless
from guisach.domain.catalogue.rules.imports.outcomes import Outcome
from guisach.kernel.clock import LOCAL

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime
    from pathlib import Path
    from types import TracebackType

    from guisach.domain.catalogue.rules.imports.outcomes import Imported
    from guisach.domain.catalogue.rules.marc.incoming import Chunk

_BLOCK = 1 << 20
_as_line = json.JSONEncoder(ensure_ascii=False).encode
_TERMINATOR = b"\x1d"
_NAME = re.compile(r"[^\w.-]+")
_XML_RECORD = re.compile(rb"\s*<(?:\w{1,30}:)?record[\s>]")
_DECLARATION = re.compile(rb"\s*<\?xml[^>]{0,200}\?>")
ROW_START = b'{"header": '
"""How the bytes of a chunk begin that is a row of a table: JSON with the header and the cells."""

_WIDE = {b"<\0": "utf-16-le", b"\0<": "utf-16-be"}


class ImportFolder:
    """Takes the lines of one run, of one or more files; leaving the block closes and completes everything."""

    def __init__(self, imports: Path, name: str, at: datetime) -> None:
        self.path = _make(imports, f"{at.astimezone(LOCAL):%Y%m%d-%H%M%S}-{_NAME.sub('_', name)[:60] or 'import'}")
        self.report = self.path / "report.jsonl"
        self._open = ExitStack()
        self._lines = self._open.enter_context(self.report.open("w", encoding="utf-8"))
        self._set_aside: dict[Path, _Quarantine] = {}

    def __enter__(self) -> ImportFolder:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for quarantine in self._set_aside.values():
            quarantine.complete()
        self._open.close()

    def add(self, file: Path, imported: Imported) -> None:
        """Write the line of a chunk, and keep the chunk itself when it could not go in."""
        line = {
            "file": file.name,
            "index": imported.chunk.index,
            "offset": imported.chunk.offset,
            "length": imported.chunk.length,
            "outcome": imported.outcome,
            "record": imported.record,
            "title": imported.title,
            "reason": imported.reason,
            "detail": imported.detail,
            "copies": imported.copies,
            "warnings": list(imported.warnings),
        }
        if imported.outcome is Outcome.QUARANTINED:
            line["kept_in"] = self._quarantine(file, imported.chunk)
        self._lines.write(_as_line(line) + "\n")

    def note(self, line: Mapping[str, object]) -> None:
        """Write a line about a file as a whole."""
        self._lines.write(_as_line(line) + "\n")

    def failed(self, file: Path, code: str, text: str) -> None:
        """Note that a file could not be worked through, or not to its end."""
        self.note({"file": file.name, "failed": code, "detail": text})

    def _quarantine(self, file: Path, chunk: Chunk) -> str:
        found = self._set_aside.get(file)
        if found is None:
            number = len(self._set_aside) + 1
            stem = "quarantine" if number == 1 else f"quarantine-{number}"
            found = self._set_aside[file] = _Quarantine(self.path, stem, file, self._open)
        return found.keep(chunk)


class _Quarantine:
    """What was set aside of one file."""

    def __init__(self, folder: Path, stem: str, source: Path, closing: ExitStack) -> None:
        self._folder = folder
        self._stem = stem
        self._source = source
        self._closing = closing
        self._iso: BinaryIO | None = None
        self._xml: BinaryIO | None = None
        self._json: BinaryIO | None = None
        self._table: Any = None

    def keep(self, chunk: Chunk) -> str:
        """Copy a chunk; returns the name of the file that has it."""
        if chunk.raw is not None and chunk.raw.startswith(ROW_START):
            return self._keep_row(chunk.raw)
        if _is_json(self._source, chunk):
            if self._json is None:
                self._json = self._file("jsonl")
            for part in _bytes(self._source, chunk):
                self._json.write(part)
            self._json.write(b"\n")
            return f"{self._stem}.jsonl"
        if _is_xml(self._source, chunk):
            if self._xml is None:
                self._xml = self._file("xml")
                self._xml.write(_declaration(self._source) + b'<collection xmlns="http://www.loc.gov/MARC21/slim">\n')
            for part in _bytes(self._source, chunk):
                self._xml.write(_narrow(part))
            self._xml.write(b"\n")
            return f"{self._stem}.xml"
        if self._iso is None:
            self._iso = self._file("mrc")
        for part in _bytes(self._source, chunk):
            self._iso.write(part)
        self._iso.write(_TERMINATOR)
        return f"{self._stem}.mrc"

    def _keep_row(self, raw: bytes) -> str:
        """Write the row of a table below its header, to be mended in a spreadsheet and imported again."""
        row = json.loads(raw)
        if self._table is None:
            path = self._folder / f"{self._stem}.csv"
            file = self._closing.enter_context(path.open("w", encoding="utf-8-sig", newline=""))
            self._table = csv.writer(file)
            self._table.writerow(map(harmless, row["header"]))
        self._table.writerow(map(harmless, row["cells"]))
        return f"{self._stem}.csv"

    def complete(self) -> None:
        """Write what ends the files."""
        if self._xml is not None:
            self._xml.write(b"</collection>\n")

    def _file(self, suffix: str) -> BinaryIO:
        return self._closing.enter_context((self._folder / f"{self._stem}.{suffix}").open("wb"))


def _make(imports: Path, name: str) -> Path:
    """Make a folder that was not there; two imports in one second get two."""
    imports.mkdir(parents=True, exist_ok=True)
    number = 1
    while True:
        path = imports / (name if number == 1 else f"{name}-{number}")
        try:
            path.mkdir()
        except FileExistsError:
            number += 1
        else:
            return path


def _bytes(source: Path, chunk: Chunk) -> Iterator[bytes]:
    """Yield the bytes of a chunk, from the file where it was too long to be held."""
    if chunk.raw is not None:
        yield chunk.raw
        return
    left = chunk.length
    with source.open("rb") as file:
        file.seek(chunk.offset)
        while left > 0 and (part := file.read(min(left, _BLOCK))):
            left -= len(part)
            yield part


def _is_xml(source: Path, chunk: Chunk) -> bool:
    """Tell by the chunk, or where that is too broken by the file's beginning, which form this is."""
    if chunk.raw is not None and (b"\x1e" in chunk.raw or b"\x1d" in chunk.raw):
        return False
    if chunk.raw is not None and _XML_RECORD.match(chunk.raw):
        return True
    with source.open("rb") as file:
        head = file.read(200)
    return head.removeprefix(b"\xef\xbb\xbf").removeprefix(b"\xff\xfe").removeprefix(b"\xfe\xff").replace(
        b"\0", b""
    ).lstrip().startswith(b"<")  # fmt: skip


def _is_json(source: Path, chunk: Chunk) -> bool:
    """Say whether the chunk stands in a file of MARC-in-JSON."""
    if chunk.raw is not None and (b"\x1e" in chunk.raw or b"\x1d" in chunk.raw):
        return False
    with source.open("rb") as file:
        return marcjson.looks_like(file.read(1 << 16))


def _declaration(source: Path) -> bytes:
    """Return the XML declaration of a file, whose encoding its fragments are in; UTF-16 becomes UTF-8 here."""
    with source.open("rb") as file:
        head = file.read(400).removeprefix(b"\xef\xbb\xbf")
    match = _DECLARATION.match(head)
    return match[0].strip() + b"\n" if match else b'<?xml version="1.0" encoding="UTF-8"?>\n'


def _narrow(fragment: bytes) -> bytes:
    encoding = _WIDE.get(fragment[:2])
    return fragment.decode(encoding, "replace").encode() if encoding else fragment
