"""Read the rows of somebody's spreadsheet as records, by a mapping that is data (`data/tables.toml`)."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, NamedTuple

from guisach.domain.catalogue.rules.drafts import RecordDraft
from guisach.domain.catalogue.rules.imports.holdings import MappingError
from guisach.domain.catalogue.rules.marc.composing import compose
from guisach.domain.catalogue.rules.marc.incoming import Field, Incoming, Reason, Unreadable
from guisach.domain.catalogue.rules.marc.isbd import people_in
from guisach.kernel.text import fold, nfc

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

_LISTS = frozenset({"authors", "subjects", "isbns"})
_WORDS = frozenset(
    {"title", "subtitle", "publisher", "published_at_place", "year", "edition", "language", "ddc", "series"}
)
_MORE_WORDS = frozenset({"extent", "summary"})
COPIES = {"branch": "a", "shelf": "c", "call_no": "o", "price": "g", "note": "z", "acquired": "d"}
NOTE, IGNORED, BARCODE = "note_of_record", "-", "barcode"
FIELDS = _LISTS | _WORDS | _MORE_WORDS | COPIES.keys() | {BARCODE, NOTE, IGNORED}
"""What a column can be."""

_FLAGS = ("ranges", "isbd", "overflow")

RANGE_MAX = 500  # copies that one "from-to" may stand for; more is a slip of the pen
_HEADER_ROWS = 20  # titles and emblems that stand above a table
_YEAR = re.compile(r"(?<!\d)(1[4-9]\d\d|20\d\d)(?!\d)")
_RANGE = re.compile(r"(\D*?)(\d+)\s*(?:-|–|—|->|đến)\s*(\D*?)(\d+)")
_TWO_NUMBERS = re.compile(r"\d\s*[-–—]\s*\d")
_LABEL = re.compile(r"([^\d:]{2,40}):\s*(.*)", re.DOTALL)
_AREA = re.compile(r"\s*\.?\s+[-–—]\s+")
_PUBLISHED = re.compile(r"(?P<place>[^:]{1,60}?)\s*:\s*(?P<publisher>[^:]+?)\s*(?:,\s*\[?(?P<year>\d{4})\]?\s*)?")


@dataclass(frozen=True, slots=True)
class Column:
    """What the columns with one of some headers hold."""

    field: str
    headers: tuple[str, ...]
    separators: tuple[str, ...] = ()
    has_ranges: bool = False
    is_isbd: bool = False
    """Whether the cell goes on with place, publisher and year after ". - "."""
    may_overflow: bool = False
    """Whether its text may have delimiters in it that nobody quoted."""


@dataclass(frozen=True, slots=True)
class TableMapping:
    """How the columns of a table become records."""

    columns: tuple[Column, ...]
    constants: dict[str, str] = field(default_factory=dict)
    values: dict[str, dict[str, str]] = field(default_factory=dict)
    """By field: what a value, folded, stands for ("tieng viet": "vie")."""


class Header(NamedTuple):
    """The row that names the columns."""

    names: tuple[str, ...]
    columns: tuple[Column | None, ...]
    """None for a column that the mapping does not know: what is in it is kept as a note."""


def load_table_mapping(text: str) -> TableMapping:
    """Read a mapping in the form of `data/tables.toml`. Raises MappingError with what is wrong and where."""
    try:
        data = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # also a number or brackets without end
        raise MappingError(f"the mapping of columns is not TOML: {error}") from error
    unknown = set(data) - {"column", "constants", "values", "branches"}
    if unknown:
        raise MappingError(f"unknown entry {min(unknown)!r}: there are [[column]], [constants], [values.…], [branches]")
    tables = data.get("column")
    if not isinstance(tables, list) or not tables:
        raise MappingError("a mapping of columns needs at least one [[column]] table")
    columns = tuple(column_of(table, f"[[column]] number {number}") for number, table in enumerate(tables, 1))
    if not any(column.field == "title" for column in columns):
        raise MappingError('no [[column]] has field = "title": without a title there is no record')
    return TableMapping(columns, *words_of(data))


def words_of(data: dict[str, Any]) -> tuple[dict[str, str], dict[str, dict[str, str]]]:
    """Return the constants and the values (folded) of a mapping that was parsed. Raises MappingError."""
    constants, values = data.get("constants", {}), data.get("values", {})
    _check_words(constants, "[constants]")
    if not isinstance(values, dict):
        raise MappingError("[values.…] must be tables")
    for name, words in values.items():
        _check_words({name: ""}, f"[values.{name}]")
        if not isinstance(words, dict) or not all(isinstance(word, str) for word in words.values()):
            raise MappingError(f'[values.{name}] must have lines such as "Tiếng Việt" = "vie"')
    folded = {name: {fold(given): meant for given, meant in words.items()} for name, words in values.items()}
    return constants, folded


@cache
def default_table_mapping() -> TableMapping:
    """Return the mapping that the product comes with: plain headers in Vietnamese and English."""
    path = files("guisach.domain.catalogue") / "data" / "tables.toml"
    return load_table_mapping(path.read_text("utf-8"))


def _check_words(words: object, where: str) -> None:
    if not isinstance(words, dict) or not all(isinstance(word, str) for word in words.values()):
        raise MappingError(f'{where} must have lines such as language = "vie"')
    wrong = set(words) - (FIELDS - {NOTE, IGNORED, BARCODE})
    if wrong:
        raise MappingError(f"{where}: there is no field {min(wrong)!r}; there are {', '.join(sorted(FIELDS))}")


def column_of(table: object, where: str) -> Column:
    """Read one [[column]] that was parsed. Raises MappingError."""
    if not isinstance(table, dict):
        raise MappingError(f"{where} is not a table")
    unknown = set(table) - {"field", "headers", "separators", *_FLAGS}
    if unknown:
        raise MappingError(f"{where}: unknown entry {min(unknown)!r}")
    name, headers, separators = table.get("field"), table.get("headers"), table.get("separators", [])
    if not isinstance(name, str) or name not in FIELDS:
        raise MappingError(f"{where}: there is no field {name!r}; there are {', '.join(sorted(FIELDS))}")
    for texts, key in ((headers, "headers"), (separators, "separators")):
        if not isinstance(texts, list) or not all(isinstance(text, str) and text for text in texts):
            raise MappingError(f"{where}: {key} must be a list of texts")
    if not headers:
        raise MappingError(f"{where}: headers must name at least one column")
    flags = [table.get(key, False) for key in _FLAGS]
    if not all(isinstance(flag, bool) for flag in flags):
        raise MappingError(f"{where}: {', '.join(_FLAGS)} are true or false")
    return Column(str(name), tuple(map(header_key, headers)), tuple(separators), *flags)


def header_key(text: str) -> str:
    """Return a header as it is compared: folded, without punctuation."""
    return " ".join(re.findall(r"\w+", fold(text)))


def find_header(rows: Sequence[Sequence[str]], mapping: TableMapping) -> tuple[int, Header] | None:
    """Find the row that names a title column, among the first; returns its place and what it says."""
    for at, row in enumerate(rows[:_HEADER_ROWS]):
        names = tuple(map(nfc, row))
        by_key = {key: column for column in reversed(mapping.columns) for key in column.headers}
        columns = tuple(by_key.get(header_key(name)) for name in names)
        if any(column is not None and column.field == "title" for column in columns):
            return at, Header(names, columns)
    return None


def rejoined(header: Header, cells: list[str], delimiter: str) -> list[str] | None:
    """Put together again what unquoted delimiters cut, in a column that the mapping names; None where that fails.

    It has succeeded when the year, where there is such a column, is one again.
    """
    extra = len(cells) - len(header.names)
    if extra <= 0:
        return None
    years = [at for at, column in enumerate(header.columns) if column is not None and column.field == "year"]
    for at, column in enumerate(header.columns):
        if column is not None and column.may_overflow:
            whole = [*cells[:at], delimiter.join(cells[at : at + extra + 1]), *cells[at + extra + 1 :]]
            if all(not whole[year].strip() or _YEAR.fullmatch(whole[year].strip()) for year in years):
                return whole
    return None


def row_record(header: Header, cells: Sequence[str], mapping: TableMapping, on: date) -> Incoming | Unreadable:
    """Make a record of a row; `on` is the day it is entered."""
    if len(cells) > len(header.names):
        detail = f"{len(cells)} cells under {len(header.names)} headers: values may stand in wrong columns"
        return Unreadable(Reason.ROW_RAGGED, detail)
    row = _Row(mapping)
    for name, column, cell in zip(header.names, header.columns, cells, strict=False):
        row.take(name, column, cell)
    draft = row.draft()
    if not draft.title:
        return Unreadable(Reason.NO_TITLE, "the row has no title")
    record = compose(draft, on)
    notes = [Field("590", "  ", (("a", note),)) for note in row.notes]
    return record._replace(fields=(*record.fields, *notes, *row.copies()))


class _Row:
    """What the cells of one row say, gathered by field."""

    def __init__(self, mapping: TableMapping) -> None:
        self._mapping = mapping
        self._lists: dict[str, list[str]] = {}
        self._words: dict[str, str] = {}
        self._barcodes: list[tuple[str, str]] = []  # and the shelf named before it
        self.notes: list[str] = []

    def take(self, name: str, column: Column | None, cell: str) -> None:
        keeps_lines = column is not None and "\n" in column.separators
        cell = "\n".join(filter(None, map(nfc, cell.splitlines()))) if keeps_lines else nfc(cell)
        if not cell:
            return
        if column is None or column.field == NOTE:
            self.notes.append(f"{name}: {cell}" if name else cell)
            return
        if column.field == IGNORED:
            return
        if column.is_isbd:
            cell = self._published(cell)
        cell = self._mapping.values.get(column.field, {}).get(fold(cell), cell)
        if column.field == BARCODE:
            for part in split_cell(cell, column.separators):
                self._take_barcodes(part, has_ranges=column.has_ranges)
        elif column.field in _LISTS:
            parts = split_cell(cell, column.separators)
            if column.field == "authors":
                parts = [person for part in parts for person in people_in(part)]
            self._lists.setdefault(column.field, []).extend(parts)
        elif cell:
            self._words.setdefault(column.field, cell)

    def _published(self, cell: str) -> str:
        """Keep what stands before place and publisher, and read these.

        A dash alone may belong to the title ("cộng hòa (1955 - 1975)"): without a full stop before it, only a year
        at its end makes it an area.
        """
        marks = list(_AREA.finditer(cell))
        ends = [*(mark.start() for mark in marks[1:]), len(cell)]
        first = None
        for mark, end in zip(marks, ends, strict=False):
            area = cell[mark.end() : end]
            match = _PUBLISHED.fullmatch(area.strip(" .,"))
            if match is not None and ("." in mark[0] or match["year"]):
                first = cell[: mark.start()] if first is None else first
                for name, group in (("published_at_place", "place"), ("publisher", "publisher"), ("year", "year")):
                    if match[group]:
                        self._words.setdefault(name, match[group].strip())
            elif first is not None:
                self.notes.append(area)
        return cell if first is None else first.strip()

    def _take_barcodes(self, part: str, *, has_ranges: bool) -> None:
        label = _LABEL.fullmatch(part)
        shelf, part = (label[1].strip(), label[2].strip()) if label else ("", part)
        numbers = expand_range(part) if has_ranges else [part]
        # A colon makes it no barcode, so that the import reports what could not be understood.
        self._barcodes += [(number, shelf) for number in numbers] if numbers else [(f":{part}", shelf)]

    def draft(self) -> RecordDraft:
        words = {**self._mapping.constants, **self._words}
        year = _YEAR.search(words.get("year", ""))
        if words.get("year") and year is None:
            self.notes.append(words["year"])
        lists: dict[str, Any] = {name: tuple(dict.fromkeys(values)) for name, values in self._lists.items()}
        for name in _LISTS - lists.keys():
            if name in words:
                lists[name] = (words[name],)
        plain: dict[str, Any] = {
            name: words[name] for name in (_WORDS | _MORE_WORDS) - {"year", "title"} if name in words
        }
        language = plain.get("language", "")
        if language and not re.fullmatch("[a-z]{3}", language):
            self.notes.append(plain.pop("language"))
        return RecordDraft(title=words.get("title", ""), year=int(year[0]) if year else None, **plain, **lists)

    def copies(self) -> list[Field]:
        words = {**self._mapping.constants, **self._words}
        fields = []
        for barcode, shelf in self._barcodes:
            details = {name: words[name] for name in COPIES if name in words}
            if shelf:
                details.setdefault("shelf", shelf)
            fields.append(
                Field("952", "  ", (("p", barcode), *((COPIES[name], text) for name, text in details.items())))
            )
        return fields


def split_cell(cell: str, separators: Sequence[str]) -> list[str]:
    """Cut a cell at any of the separators."""
    if not separators:
        return [cell]
    parts = re.split("|".join(map(re.escape, separators)), cell)
    return [part for part in map(str.strip, parts) if part]


def expand_range(text: str) -> list[str]:
    """Return the numbers that "VV000123-000125" stands for; none where it cannot be understood.

    >>> expand_range("VN 0098-101"), expand_range("VV1-VV3"), expand_range("TN-0012")
    (['VN 0098', 'VN 0099', 'VN 0100', 'VN 0101'], ['VV1', 'VV2', 'VV3'], ['TN-0012'])
    """
    match = _RANGE.fullmatch(text)
    if match is None:
        return [] if _TWO_NUMBERS.search(text) else [text]
    prefix, first, again, last = match.groups()
    if again.strip() and again.strip() != prefix.strip():
        return []
    if len(last) > len(first):
        return []
    if len(last) < len(first):
        last = first[: -len(last)] + last if int(first[-len(last) :]) <= int(last) else last
    start, end = int(first), int(last)
    if end < start:
        return [text]  # VV-2019-0012: a number of parts
    if end >= start + RANGE_MAX:
        return []
    return [f"{prefix}{number:0{len(first)}}" for number in range(start, end + 1)]
