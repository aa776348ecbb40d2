"""Opens a table of any kind and gives its rows, whatever they are to become."""

from __future__ import annotations

import re
from itertools import chain, islice
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from guisach.adapters.marc.survey import AUTO, Reading, survey
from guisach.adapters.tables.formulas import plain
from guisach.adapters.tables.lines import Row, find_delimiter, lines, rows
from guisach.adapters.tables.workbooks import WorkbookError, workbook_rows
from guisach.kernel.errors import DomainError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MAX_TEXT = 512 << 20
NEWLINE = re.compile(rb"[\r\n]+")
WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
_HEAD = 30  # lines that the delimiter is found by
_BLOCK = 1 << 18
_NOT_TEXT = re.compile(rb"[\x1d\x1e]|%PDF-|<\?xml|<!DOCTYPE|SQLite format 3")


class NotATable(DomainError):
    """The file is something else, or cannot be read."""

    code = "not_a_table"
    status = 422
    text = _("%(file)s is not a table that can be read: %(reason)s. Please save it as .xlsx or .csv, then import that.")


class TableTooLarge(DomainError):
    """More bytes or columns than are read."""

    code = "table_too_large"
    status = 422
    text = _("%(file)s is too large for a table: %(reason)s. Please divide it into several files.")


def open_rows(path: Path, encoding: str = AUTO) -> tuple[str, Iterator[Row]]:
    """Return what kind of table it is and its rows that are not blank. Raises NotATable, TableTooLarge, OSError."""
    with path.open("rb") as stream:
        start = stream.read(1 << 16)
    is_workbook = start.startswith(WORKBOOKS)
    found = _workbook(path) if is_workbook else _text(path, start, encoding)
    not_blank = (row for row in found if any(cell.strip() for cell in row.cells))
    return ("workbook" if is_workbook else "text"), not_blank


def _workbook(path: Path) -> Iterator[Row]:
    return (Row(0, 0, list(map(plain, cells))) for cells in _sheet(path))


def _text(path: Path, start: bytes, encoding: str) -> Iterator[Row]:
    size = path.stat().st_size
    if size > MAX_TEXT:
        raise TableTooLarge(file=path.name, reason=f"{size} > {MAX_TEXT}")
    is_wide = start.startswith((b"\xff\xfe", b"\xfe\xff"))
    if not is_wide and (_NOT_TEXT.search(start) or b"\0" in start.rstrip(b"\0")):
        raise NotATable(file=path.name, reason=_("it is not text"))
    with path.open("rb") as stream:
        reading = Reading() if is_wide else survey(stream, encoding, NEWLINE).reading
    source = lines(_utf8_blocks(path) if is_wide else _blocks(path), reading)
    head = list(islice(source, _HEAD))
    delimiter = find_delimiter([line.text for line in head])
    return rows(chain(head, source), delimiter)


def _sheet(path: Path) -> Iterator[list[str]]:
    try:
        yield from workbook_rows(path)
    except WorkbookError as error:
        raise NotATable(file=path.name, reason=error) from error


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as stream:
        while block := stream.read(_BLOCK):
            yield block


def _utf8_blocks(path: Path) -> Iterator[bytes]:
    """Yield what Excel calls Unicode text (UTF-16) as UTF-8; places in the file are then those of the UTF-8."""
    with path.open("r", encoding="utf-16", errors="replace", newline="") as stream:
        while block := stream.read(_BLOCK):
            yield block.encode("utf-8", "replace")
