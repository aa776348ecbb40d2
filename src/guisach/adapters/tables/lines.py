"""Rows out of CSV and TSV as people really write them: stray quotes, line breaks in cells, lines in mixed sets.

A quote that nobody closes must not swallow the rest of a file: where the lines that follow do not complete a row,
the line is taken as it stands, quotes and all.
"""

from __future__ import annotations

import csv
import re
from collections import deque
from typing import TYPE_CHECKING, NamedTuple

from guisach.adapters.marc.survey import UTF_8, Reading, is_utf8, mended
from guisach.adapters.tables.formulas import plain
from guisach.domain.catalogue.rules.marc.incoming import Note
from guisach.kernel.text.legacy import Encoding, decode

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MAX_LINE = 1 << 20
"""Bytes of a line; longer ones are cut into pieces that fit, and these make no row."""
MAX_JOINED = 50  # lines that one row may go over

DELIMITERS = (",", ";", "\t", "|")
_QUOTED = re.compile(r' *"(?:[^"]++|"")*+(")?')
_BREAK = re.compile(rb"\r\n|\r|\n")


class Line(NamedTuple):
    """A line of the file: where it is, and what it says."""

    offset: int
    raw: bytes
    text: str
    notes: tuple[Note, ...] = ()


class Row(NamedTuple):
    """The cells of a row, the place of its bytes in the file, and what was doubted."""

    offset: int
    length: int
    cells: list[str]
    notes: tuple[Note, ...] = ()
    delimiter: str = ""
    """What stood between the cells; empty in a workbook."""


def lines(blocks: Iterable[bytes], reading: Reading) -> Iterator[Line]:
    """Cut a stream into lines, each read in what it is in; blank ones are left out."""
    offset, pending = 0, b""
    for block in blocks:
        data = pending + block
        # A line break may be cut in two by the end of a block.
        whole = len(data) - 1 if data.endswith(b"\r") else len(data)
        start = 0
        for match in _BREAK.finditer(data, 0, whole):
            yield from _line(offset + start, data[start : match.start()], reading)
            start = match.end()
        pending = data[start:]
        offset += start
        while len(pending) > MAX_LINE:
            yield from _line(offset, pending[:MAX_LINE], reading)
            offset, pending = offset + MAX_LINE, pending[MAX_LINE:]
    yield from _line(offset, pending.rstrip(b"\r"), reading)


def _line(offset: int, raw: bytes, reading: Reading) -> Iterator[Line]:
    if offset == 0:
        raw = raw.removeprefix(b"\xef\xbb\xbf")
    if raw.strip(b" \t\0\x1a"):
        text, notes = _read(raw, reading)
        yield Line(offset, raw, text.replace("\0", ""), notes)


def _read(raw: bytes, reading: Reading) -> tuple[str, tuple[Note, ...]]:
    if raw.isascii() and reading.forced != Encoding.VIQR:
        return raw.decode("ascii"), ()
    if is_utf8(raw) and not raw.isascii():
        text = raw.decode("utf-8")
        better = mended(text, reading.surface) if reading.surface else text
        return better, (Note.CHARSET_LEGACY,) if better != text else ()
    if reading.forced == UTF_8:
        return raw.decode("utf-8", "replace"), (Note.BYTES_REPLACED,)
    if reading.raw is not None:
        text = decode(raw, reading.raw)
        return text, (Note.CHARSET_LEGACY, *((Note.BYTES_REPLACED,) if "\ufffd" in text else ()))
    text = raw.decode("utf-8", "replace")
    if 4 * text.count("\ufffd") <= sum(not char.isascii() for char in text):
        return text, (Note.BYTES_REPLACED,)
    return raw.decode("cp1252", "replace"), (Note.CHARSET_GUESSED,)


def find_delimiter(sample: list[str]) -> str:
    """Return what stands between cells: what most lines have, as often as the others."""

    def evenness(delimiter: str) -> tuple[int, int]:
        counts = [line.count(delimiter) for line in sample if line.count(delimiter)]
        most = max(map(counts.count, counts), default=0)
        return (most, sum(counts))

    return max(DELIMITERS, key=evenness)


def rows(source: Iterable[Line], delimiter: str) -> Iterator[Row]:
    """Put lines together to rows; never raises for what is in them."""
    waiting: deque[Line] = deque()
    stream = iter(source)
    width = 0
    while True:
        first = waiting.popleft() if waiting else next(stream, None)
        if first is None:
            return
        taken = [first]
        text = first.text
        while '"' in text and _is_open(text, delimiter) and len(taken) < MAX_JOINED and len(text) < MAX_LINE:
            following = waiting.popleft() if waiting else next(stream, None)
            if following is None:
                break
            taken.append(following)
            text = f"{text}\n{following.text}"
        cells = _cells(text, delimiter)
        if len(taken) > 1 and (not _is_whole(text, delimiter) or (width and len(cells) > width)):
            waiting.extendleft(reversed(taken[1:]))
            taken, cells = [first], _plain_cells(first.text, delimiter)
        elif _is_open(text, delimiter):
            cells = _plain_cells(text, delimiter)
        width = width or len(cells)
        last = taken[-1]
        length = last.offset + len(last.raw) - first.offset
        yield Row(
            first.offset,
            length,
            list(map(plain, cells)),
            tuple(sorted({note for line in taken for note in line.notes})),
            delimiter,
        )


def _cells(text: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([text], delimiter=delimiter, skipinitialspace=True), [])
    except csv.Error:
        return _plain_cells(text, delimiter)


def _is_whole(text: str, delimiter: str) -> bool:
    """Say whether lines that were joined make a row without doubt: nothing stands behind a closing quote."""
    try:
        next(csv.reader([text], delimiter=delimiter, skipinitialspace=True, strict=True), None)
    except csv.Error:
        return False
    return True


def _plain_cells(text: str, delimiter: str) -> list[str]:
    return [cell.strip().strip('"') for cell in text.split(delimiter)]


def _is_open(text: str, delimiter: str) -> bool:
    """Say whether a quoted cell has not ended."""
    at = 0
    while at >= 0:
        quoted = _QUOTED.match(text, at)
        if quoted is not None and quoted[1] is None:
            return True
        at = text.find(delimiter, quoted.end() if quoted is not None else at)
        at = at + 1 if at >= 0 else -1
    return False
