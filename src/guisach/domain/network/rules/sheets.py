"""Reads a sheet of CSV as people save it, and says of every cell that is wrong where it is and why.

Taken as they come: a byte-order mark, commas, semicolons or tabs between columns (spreadsheets choose by
country), either form of Unicode, columns in any order, empty lines.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, time
from typing import Any, Literal

from guisach.kernel.text import nfc

ProblemCode = Literal[
    "no_sheets",
    "not_utf8",
    "not_csv",
    "missing_column",
    "unknown_column",
    "column_twice",
    "too_many_cells",
    "required",
    "too_long",
    "not_code",
    "not_number",
    "not_whole",
    "out_of_range",
    "not_yes_or_no",
    "not_date",
    "not_time",
    "not_choice",
    "not_hours",
    "bad_days",
    "no_province",
    "other_province",
    "unknown_code",
    "twice",
    "two_names",
    "ends_before_start",
    "half_a_position",
    "two_scopes",
]
"""Everything that can be wrong with a sheet; what is said of each stands with the actions."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong and where: line 1 is the header, line 0 the whole file, column "" the whole line."""

    file: str
    line: int
    column: str
    code: ProblemCode
    data: Mapping[str, Any] = field(default_factory=dict)


class BadCellError(ValueError):
    """A cell cannot be read; `code` and `data` say why."""

    def __init__(self, code: ProblemCode, **data: Any) -> None:
        super().__init__(code)
        self.code = code
        self.data = data


@dataclass(frozen=True, slots=True)
class Column:
    """One column: how a cell that is not empty is read, and what an empty one means.

    `into` is the name under which the value is kept; None for a column that only people read.
    """

    name: str
    read: Callable[[str], Any]
    is_required: bool = False
    empty: Any = None
    into: str | None = ""

    @property
    def key(self) -> str | None:
        """The name under which the value is kept."""
        return self.name if self.into == "" else self.into


@dataclass(frozen=True, slots=True)
class Row:
    """One line whose every cell could be read."""

    line: int
    values: dict[str, Any]


def read_sheet(file: str, data: bytes, columns: Iterable[Column]) -> tuple[list[Row], list[Problem]]:
    """Read a sheet; a row with a problem is left out, and its problems are all told."""
    known = {column.name: column for column in columns}
    try:
        text = unicodedata.normalize("NFC", data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return [], [Problem(file, 0, "", "not_utf8")]
    table = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    rows: list[Row] = []
    problems: list[Problem] = []
    try:
        header = [name.strip().lower() for name in next(table, [])]
        problems += _check_header(file, header, known)
        if problems:
            return [], problems
        while (cells := next(table, None)) is not None:
            if not any(cell.strip() for cell in cells):
                continue
            # For a cell that holds line breaks this is the line on which the row ends.
            row, wrong = _read_row(file, table.line_num, dict(zip(header, cells, strict=False)), known)
            if len(cells) > len(header):
                wrong.append(Problem(file, table.line_num, "", "too_many_cells", {"cells": len(header)}))
            problems += wrong
            if not wrong:
                rows.append(row)
    except csv.Error:
        problems.append(Problem(file, table.line_num, "", "not_csv"))
    return rows, problems


def _delimiter(text: str) -> str:
    header = text.split("\n", 1)[0]
    return max(",;\t", key=header.count)


def _check_header(file: str, header: list[str], known: Mapping[str, Column]) -> list[Problem]:
    # A column left out leaves what is recorded as it is; only those that cannot be guessed must be there.
    wanting = [name for name, column in known.items() if column.is_required and name not in header]
    strange = [name for name in header if name and name not in known]
    twice = sorted({name for name in header if name and header.count(name) > 1})
    return [
        *(Problem(file, 1, name, "missing_column") for name in wanting),
        *(Problem(file, 1, name, "unknown_column", {"columns": ", ".join(known)}) for name in strange),
        *(Problem(file, 1, name, "column_twice") for name in twice),
    ]


def _read_row(file: str, line: int, cells: Mapping[str, str], known: Mapping[str, Column]) -> tuple[Row, list[Problem]]:
    values: dict[str, Any] = {}
    wrong: list[Problem] = []
    for name, column in known.items():
        if name not in cells:
            continue
        cell = cells[name].strip()
        if not cell and column.is_required:
            wrong.append(Problem(file, line, name, "required"))
            continue
        try:
            value = column.read(cell) if cell else column.empty
        except BadCellError as bad:
            wrong.append(Problem(file, line, name, bad.code, {"value": cell, **bad.data}))
            continue
        if column.key is not None:
            values[column.key] = value
    return Row(line, values), wrong


# What a cell may hold --------------------------------------------------------------------------------------


def words(most: int) -> Callable[[str], str]:
    """Read text of at most so many characters, in the form in which text is kept."""

    def read(cell: str) -> str:
        found = nfc(cell)
        if len(found) > most:
            raise BadCellError("too_long", most=most)
        return found

    return read


def code(pattern: str, example: str, digits: int = 0) -> Callable[[str], str]:
    """Read a code; one of `digits` digits gets back the zeros that spreadsheets take from its front."""

    def read(cell: str) -> str:
        found = cell.zfill(digits) if digits and cell.isascii() and cell.isdigit() else cell
        if not re.fullmatch(pattern, found):
            raise BadCellError("not_code", example=example)
        return found

    return read


def number(least: float, most: float) -> Callable[[str], float]:
    """Read a number with a point or a comma before its decimals, and no mark between thousands."""

    def read(cell: str) -> float:
        if not re.fullmatch(r"-?\d+([.,]\d+)?", cell):
            raise BadCellError("not_number")
        found = float(cell.replace(",", "."))
        if not least <= found <= most:
            raise BadCellError("out_of_range", least=f"{least:g}", most=f"{most:g}")
        return found

    return read


def whole(most: int = 100_000_000) -> Callable[[str], int]:
    """Read a count."""

    def read(cell: str) -> int:
        if not re.fullmatch(r"\d+", cell):
            raise BadCellError("not_whole")
        if int(cell) > most:
            raise BadCellError("out_of_range", least="0", most=str(most))
        return int(cell)

    return read


def choice(allowed: Collection[str]) -> Callable[[str], str]:
    """Read one of the words, in letters of either case."""

    def read(cell: str) -> str:
        if cell.upper() not in allowed:
            raise BadCellError("not_choice", allowed=", ".join(allowed))
        return cell.upper()

    return read


def yes_or_no(cell: str) -> bool:
    """Read true or false, 1 or 0, yes or no, có or không."""
    found = {"true": True, "1": True, "yes": True, "có": True}
    found |= {"false": False, "0": False, "no": False, "không": False}
    if cell.lower() not in found:
        raise BadCellError("not_yes_or_no")
    return found[cell.lower()]


def day(cell: str) -> date:
    """Read 2026-11-22 or 22/11/2026."""
    if match := re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", cell):
        year, month, number = int(match[3]), int(match[2]), int(match[1])
    elif match := re.fullmatch(r"(\d{4})-(\d{2})-(\d{2})", cell):
        year, month, number = int(match[1]), int(match[2]), int(match[3])
    else:
        raise BadCellError("not_date")
    try:
        return date(year, month, number)
    except ValueError:
        raise BadCellError("not_date") from None


def clock(cell: str) -> time:
    """Read 07:30 or 7h30."""
    match = re.fullmatch(r"(\d{1,2})[:h](\d{2})?(?::00)?", cell.lower())
    try:
        if match:
            return time(int(match[1]), int(match[2] or 0))
    except ValueError:
        pass
    raise BadCellError("not_time")


def several(read: Callable[[str], Any]) -> Callable[[str], list[Any]]:
    """Read a list with semicolons between its members."""

    def read_all(cell: str) -> list[Any]:
        return [read(member.strip()) for member in cell.split(";") if member.strip()]

    return read_all
