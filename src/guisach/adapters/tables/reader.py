"""The reader of tables that the catalogue's import is given: every row is a chunk, as if it were a MARC record."""

from __future__ import annotations

import json
from itertools import chain, islice
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from guisach.adapters.marc.survey import AUTO, survey
from guisach.adapters.tables.opening import NEWLINE, WORKBOOKS, NotATable, TableTooLarge, open_rows
from guisach.domain.catalogue.rules.imports.reading import Told
from guisach.domain.catalogue.rules.imports.tables import Header, TableMapping, find_header, rejoined, row_record
from guisach.domain.catalogue.rules.marc.incoming import Chunk, Incoming, Note, Reason, Sniffed, Unreadable
from guisach.kernel.errors import DomainError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from pathlib import Path

    from guisach.adapters.tables.lines import Row
    from guisach.kernel.text.legacy import Detection

__all__ = ["MAX_COLUMNS", "NoTitleColumn", "NotATable", "TableReader", "TableTooLarge"]

MAX_COLUMNS = 200
MAX_CELL = 32_767
"""Characters; what Excel allows."""

_HEAD = 30  # rows that are looked at before the first is taken


class NoTitleColumn(DomainError):
    """No row among the first names a column with titles."""

    code = "no_title_column"
    status = 422
    text = _(
        "%(file)s has no column that is known to hold titles. Its first row says: %(headers)s. "
        "Please name the column in a mapping file (--mapping)."
    )


class TableReader:
    """Reads CSV, TSV, XLSX, XLS and ODS by a mapping; implements `RecordReader`. `on` is the day of the import."""

    def __init__(self, mapping: TableMapping, on: date, encoding: str = AUTO) -> None:
        self._mapping = mapping
        self._on = on
        self._encoding = encoding

    def detections(self, path: Path) -> tuple[Detection, ...]:
        """Say in what legacy sets the file is, and why; none for UTF-8, UTF-16 and workbooks."""
        with path.open("rb") as stream:
            if stream.read(8).startswith((*WORKBOOKS, b"\xff\xfe", b"\xfe\xff")):
                return ()
            return survey(stream, self._encoding, NEWLINE).detections

    def sniff(self, path: Path) -> Sniffed:
        """Say that the file can be worked through. Raises NotATable, NoTitleColumn, TableTooLarge, OSError."""
        form, _header, _rows = self._open(path)
        return Sniffed(is_marc=True, form=form, detail="a table")

    def header(self, path: Path) -> Header:
        """Return the row that names the columns; raises as `sniff` does. A file without any row has no names."""
        return self._open(path)[1] or Header((), ())

    def columns(self, path: Path) -> dict[str, str]:
        """Return the columns by name with what each becomes ("" for those kept as notes); raises as `sniff` does."""
        header = self.header(path)
        named = zip(header.names, header.columns, strict=True)
        return {name: column.field if column else "" for name, column in named}

    def preview(self, path: Path, count: int) -> Iterator[Told]:
        """Yield the first rows as they are and as they would be."""
        _form, header, found = self._open(path)
        if header is not None:
            for index, row in enumerate(islice(found, count), 1):
                yield Told(_by_name(header, row.cells), self._chunk(index, header, row))

    def chunks(self, path: Path) -> Iterator[Chunk]:
        """Yield every row below the header that is not blank."""
        _form, header, found = self._open(path)
        if header is not None:
            for index, row in enumerate(found, 1):
                yield self._chunk(index, header, row)

    def _chunk(self, index: int, header: Header, row: Row) -> Chunk:
        raw = json.dumps({"header": header.names, "cells": row.cells}, ensure_ascii=False).encode("utf-8", "replace")
        content: Incoming | Unreadable
        notes = row.notes
        whole = rejoined(header, row.cells, row.delimiter) if row.delimiter else None
        if whole is not None:
            notes = (*notes, Note.ROW_REJOINED)
        if any(len(cell) > MAX_CELL for cell in row.cells):
            content = Unreadable(Reason.TOO_LONG, f"a cell of more than {MAX_CELL} characters")
        else:
            content = row_record(header, row.cells if whole is None else whole, self._mapping, self._on)
        return Chunk(index, row.offset, row.length, raw, content, notes)

    def _open(self, path: Path) -> tuple[str, Header | None, Iterator[Row]]:
        form, found = open_rows(path, self._encoding)
        head = list(islice(found, _HEAD))
        if not head:
            return form, None, iter(())
        widest = max(len(row.cells) for row in head)
        if widest > MAX_COLUMNS:
            raise TableTooLarge(file=path.name, reason=f"{widest} > {MAX_COLUMNS}")
        header = find_header([row.cells for row in head], self._mapping)
        if header is None:
            raise NoTitleColumn(file=path.name, headers=" | ".join(head[0].cells)[:300])
        at, names = header
        below = head[at + 1 :]
        return form, _widened(names, [row.cells for row in below]), chain(below, found)


def _widened(header: Header, below: list[list[str]]) -> Header:
    """Add columns without a name where every row has them and nothing in them: a comma too many at the end."""
    width = len(header.names)
    more = {len(cells) - width for cells in below}
    if len(more) != 1 or min(more) <= 0 or any(cell.strip() for cells in below for cell in cells[width:]):
        return header
    count = more.pop()
    return Header((*header.names, *[""] * count), (*header.columns, *[None] * count))


def _by_name(header: Header, cells: list[str]) -> dict[str, str]:
    names = [*header.names, *(f"+{number}" for number in range(1, len(cells) - len(header.names) + 1))]
    return {name or f"#{at}": cell for at, (name, cell) in enumerate(zip(names, cells, strict=False), 1)}
