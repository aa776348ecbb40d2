"""The first rows of a table as they stand, for a person who says what its columns are: no mapping is needed yet."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from guisach.adapters.marc.survey import AUTO, Reading, survey
from guisach.adapters.tables.lines import find_delimiter, lines, rows
from guisach.adapters.tables.reader import MAX_COLUMNS
from guisach.adapters.tables.workbooks import WorkbookError, workbook_rows

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_LINES = 60  # of text that are read at most; rows may go over several
_BYTES = 1 << 20
_WIDE = (b"\xff\xfe", b"\xfe\xff")
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
_NEWLINE = re.compile(rb"[\r\n]+")
_CELL = 300  # characters of a cell that are worth showing


def first_rows(path: Path, count: int, encoding: str = AUTO) -> list[list[str]]:
    """Return the first rows that are not blank, as texts; none where the file is no table.

    Raises OSError where the file cannot be read.
    """
    with path.open("rb") as stream:
        start = stream.read(_BYTES)
    try:
        found = workbook_rows(path) if start.startswith(_WORKBOOKS) else _of_text(path, start, encoding)
        shown = [_shown(cells) for cells in islice(filter(_has_words, found), count)]
    except WorkbookError:
        return []
    width = max((len(cells) for cells in shown), default=0)
    return [[*cells, *[""] * (width - len(cells))] for cells in shown] if width <= MAX_COLUMNS else []


def _of_text(path: Path, start: bytes, encoding: str) -> Iterator[list[str]]:
    if start.startswith(_WIDE):
        start, reading = start.decode("utf-16", "replace").encode("utf-8", "replace"), Reading()
    elif b"\0" in start or b"\x1d" in start or b"\x1e" in start:
        return
    else:
        with path.open("rb") as stream:
            reading = survey(stream, encoding, _NEWLINE).reading
    source = list(islice(lines([start], reading), _LINES))
    delimiter = find_delimiter([line.text for line in source])
    for row in rows(source, delimiter):
        yield row.cells


def _has_words(cells: list[str]) -> bool:
    return any(cell.strip() for cell in cells)


def _shown(cells: list[str]) -> list[str]:
    return [cell.strip()[:_CELL] for cell in cells]
