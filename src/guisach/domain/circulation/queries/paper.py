"""Reading a sheet of paper as it was typed in: what each line says, what is not understood, what is in the log."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from guisach.domain.catalogue.rules.barcodes import normalise_barcode
from guisach.domain.circulation.queries.held import HeldCopy, by_record, copies_named
from guisach.domain.circulation.rules.paper import (
    ATTEMPTS,
    SHEET_LINES,
    USES,
    VISITS,
    DayWrong,
    Row,
    is_number_like,
    line_op,
    read_day,
)
from guisach.domain.journal.queries import timeline
from guisach.domain.readers.queries import ReaderView, readers_named

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from guisach.domain.journal.queries import TimelineEntry


@dataclass(slots=True)
class ReadLine:
    """A line as it is understood. `problems` are codes: why it cannot be written down yet.

    The codes: those of DayWrong, day_missing, book_missing, book_unknown, book_several, who_missing, who_unknown,
    who_several, line_used_up.
    """

    row: Row
    day: date | None = None
    barcode: str = ""
    copy: HeldCopy | None = None
    copies: list[HeldCopy] = field(default_factory=list)  # one of each title to choose from
    reader: ReaderView | None = None
    readers: list[ReaderView] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    recorded: TimelineEntry | None = None

    @property
    def is_ready(self) -> bool:
        """Whether it can be written down now."""
        return self.recorded is None and not self.problems


@dataclass(frozen=True, slots=True)
class OnLog:
    """What the log has of a sheet: by line, or VISITS or USES, what counts now; and the next attempt of each."""

    entries: dict[int | str, TimelineEntry]
    attempts: dict[int | str, int]


def sheet_on_log(place: str, code: str) -> OnLog:
    """Return what was written down from a sheet already; one query."""
    lines: list[int | str] = [*range(1, SHEET_LINES + 1), VISITS, USES]
    ids = {line_op(place, code, line, attempt): line for line in lines for attempt in range(ATTEMPTS)}
    entries: dict[int | str, TimelineEntry] = {}
    attempts: dict[int | str, int] = {}
    for entry in timeline(operations=ids):
        line = ids[entry.op]
        if entry.outcome == "VOIDED":
            attempts[line] = attempts.get(line, 0) + 1
        else:
            entries[line] = entry
    return OnLog(entries, attempts)


def read_sheet(
    rows: Sequence[Row], *, place: str, on_log: OnLog, today: date, readers_at: Collection[str] | None
) -> list[ReadLine]:
    """Read the lines that say something, in their order; five queries, however many lines.

    `readers_at`: the places whose readers may be found by name. A copy that a line sends out is out for the lines
    below it, so two lines with one title mean two copies of it.
    """
    lines = [ReadLine(row, recorded=on_log.entries.get(row.line)) for row in rows if not row.is_empty]
    fresh = [line for line in lines if line.recorded is None]
    copies = copies_named([line.row.book for line in fresh], place=place)
    people = readers_named([line.row.who for line in fresh], places=readers_at)
    holder = {copy.barcode: copy.reader for some in copies.values() for copy in some}
    above = ""
    for line in lines:
        above = line.row.day or above
        if line.recorded is not None:
            continue
        if on_log.attempts.get(line.row.line, 0) >= ATTEMPTS:
            line.problems.append("line_used_up")
        _read_day(line, above, today)
        _read_reader(line, people.get(line.row.who, []))
        _read_copy(line, copies.get(line.row.book, []), holder)
        if line.barcode and not line.problems:
            holder[line.barcode] = line.reader.id if line.row.is_out and line.reader else None
    return lines


def _read_day(line: ReadLine, text: str, today: date) -> None:
    if not text.strip():
        line.problems.append("day_missing")
        return
    try:
        line.day = read_day(text, today=today)
    except DayWrong as wrong:
        line.problems.append(wrong.code)


def _read_reader(line: ReadLine, found: list[ReaderView]) -> None:
    row = line.row
    if not row.who:
        if row.is_out:
            line.problems.append("who_missing")
        return
    chosen = [one for one in found if str(one.id) == row.reader]
    meant = chosen or found
    line.readers = found
    if len(meant) == 1:
        line.reader = meant[0]
    elif row.is_out:  # who brought a book back is not needed
        line.problems.append("who_several" if meant else "who_unknown")


def _read_copy(line: ReadLine, found: list[HeldCopy], holder: dict[str, UUID | None]) -> None:
    row = line.row
    if not row.book:
        line.problems.append("book_missing")
        return
    titles = [_of_title(copies, line, holder) for copies in by_record(found)]
    if not row.is_out and len(titles) > 1:  # what comes back was out
        titles = [copy for copy in titles if holder.get(copy.barcode)] or titles
    line.copies = titles
    by_barcode = {copy.barcode: copy for copy in found}
    if row.copy in by_barcode:
        line.copy = by_barcode[row.copy]
    elif len(titles) == 1:
        line.copy = titles[0]
    if line.copy is not None:
        line.barcode = line.copy.barcode
    elif row.copy and row.copy == as_barcode(row.book):  # a person says that it is a barcode nobody catalogued
        line.barcode = row.copy
    else:
        line.problems.append("book_several" if titles else "book_unknown")


def _of_title(copies: list[HeldCopy], line: ReadLine, holder: dict[str, UUID | None]) -> HeldCopy:
    """Choose among copies of one title: going out, one that is in; coming back, this reader's, or one that is out."""
    who = line.reader.id if line.reader else None

    def fit(copy: HeldCopy) -> tuple[bool, bool]:
        out_with = holder.get(copy.barcode)
        if line.row.is_out:
            return (out_with is not None, False)
        return (who is None or out_with != who, out_with is None)

    return min(copies, key=fit)


def as_barcode(text: str) -> str:
    """Return what was typed as a barcode that may stand in the log although nobody catalogued it; else empty."""
    try:
        return normalise_barcode(text) if is_number_like(text) else ""
    except ValueError:
        return ""
