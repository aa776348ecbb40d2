"""The columns of somebody's table as a form: what each is, guessed, shown with examples, and read back as a mapping."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as lazy

from guisach.adapters.tables.head import first_rows
from guisach.domain.catalogue.rules.imports.holdings import MappingError
from guisach.domain.catalogue.rules.imports.mapping_text import table_text
from guisach.domain.catalogue.rules.imports.outcomes import branches
from guisach.domain.catalogue.rules.imports.tables import (
    FIELDS,
    NOTE,
    Column,
    TableMapping,
    default_table_mapping,
    find_header,
    header_key,
    load_table_mapping,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from django.http import QueryDict
    from django.utils.functional import _StrPromise

    from guisach.domain.catalogue.rules.imports.policies import Terms

SEPARATORS: dict[str, tuple[str, _StrPromise]] = {
    "semicolon": (";", lazy("semicolon ;")),
    "comma": (",", lazy("comma ,")),
    "line": ("\n", lazy("new line")),
    "slash": ("/", lazy("slash /")),
    "amp": (" & ", lazy("and-sign &")),
    "bar": ("|", lazy("bar |")),
}
LISTS = frozenset({"authors", "subjects", "isbns", "barcode"})
"""Fields that may have several values in one cell."""
_NAMES = {sign: name for name, (sign, _label) in SEPARATORS.items()}
_ROWS = 24
_EXAMPLES = 3


@dataclass(frozen=True, slots=True)
class Line:
    """One column as the page shows it."""

    number: int
    name: str
    examples: tuple[str, ...]
    field: str
    separators: tuple[str, ...]
    """Names of SEPARATORS."""
    has_ranges: bool
    is_isbd: bool
    may_overflow: bool
    is_known: bool
    """Whether it was recognised, or said; otherwise somebody should look."""
    is_nameless: bool
    """It has no heading, or that of another column: nothing of its own can be said about it."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """The beginning of a table: where its headings stand, and its columns."""

    rows: tuple[tuple[str, ...], ...]
    lines: tuple[Line, ...]
    constants: dict[str, str]


def sheet(path: Path, terms: Terms) -> Sheet | None:
    """Look at a table under the terms of its import; None where it has no rows. Raises OSError."""
    rows = first_rows(path, _ROWS, terms.encoding)
    if not rows:
        return None
    mapping = mapping_of(terms)
    found = find_header(rows, mapping) or find_header(rows, default_table_mapping())
    at = found[0] if found else max(range(min(len(rows), 10)), key=lambda row: sum(map(bool, rows[row])))
    known = found[1].columns if found else (None,) * len(rows[at])
    seen: set[str] = set()
    lines = []
    for number, name in enumerate(rows[at]):
        key = header_key(name)
        lines.append(_line(number, name, rows[at + 1 :], known[number], is_nameless=not key or key in seen))
        seen.add(key)
    return Sheet(tuple(map(tuple, rows)), tuple(lines), dict(mapping.constants))


def _line(number: int, name: str, below: list[list[str]], column: Column | None, *, is_nameless: bool) -> Line:
    examples = dict.fromkeys(row[number] for row in below if row[number])
    column = column or Column(NOTE, ())
    return Line(
        number,
        name,
        tuple(examples)[:_EXAMPLES],
        column.field,
        names_of(column.separators),
        column.has_ranges,
        column.is_isbd,
        column.may_overflow,
        is_known=bool(column.headers),
        is_nameless=is_nameless,
    )


def names_of(separators: tuple[str, ...]) -> tuple[str, ...]:
    """Return the names in SEPARATORS of the signs that a mapping has."""
    return tuple(_NAMES[sign] for sign in separators if sign in _NAMES)


def mapping_of(terms: Terms) -> TableMapping:
    """Return the mapping in force: the import's own, or the one that the product comes with."""
    try:
        return load_table_mapping(terms.mapping) if terms.mapping else default_table_mapping()
    except MappingError:
        return default_table_mapping()


def branches_of(terms: Terms) -> dict[str, str]:
    """Return which place is said to answer for which branch."""
    try:
        return branches(terms.mapping) if terms.mapping else {}
    except (MappingError, ValueError):
        return {}


def text_of(shown: Sheet, said: QueryDict, terms: Terms, places: Mapping[str, str]) -> str:
    """Return the mapping that a form says. Raises MappingError where no column is the title, or the like."""
    columns = []
    for line in shown.lines:
        if line.is_nameless:
            continue
        field = said.get(f"c{line.number}", line.field)
        if field not in FIELDS:
            raise MappingError(f"there is no field {field!r}")
        if field == said.get(f"c{line.number}_was", line.field) and f"c{line.number}_was" in said:
            columns.append(_column(line, field, said))
        else:
            columns.append(_usual(line, field))
    text = table_text(TableMapping(tuple(columns), dict(shown.constants), mapping_of(terms).values), places)
    load_table_mapping(text)
    return text


def _column(line: Line, field: str, said: QueryDict) -> Column:
    wanted = said.getlist(f"c{line.number}_sep")
    return Column(
        field,
        (header_key(line.name),),
        tuple(SEPARATORS[name][0] for name in wanted if name in SEPARATORS),
        has_ranges=f"c{line.number}_ranges" in said,
        is_isbd=f"c{line.number}_isbd" in said,
        may_overflow=f"c{line.number}_overflow" in said,
    )


def usual_settings() -> str:
    """Return as JSON what columns of each field usually have, so that a script can set it when a field is chosen."""
    found: dict[str, dict[str, object]] = {}
    for column in default_table_mapping().columns:
        told = {"sep": names_of(column.separators), "ranges": column.has_ranges, "isbd": column.is_isbd}
        found.setdefault(column.field, told)
    return json.dumps(found)


def _usual(line: Line, field: str) -> Column:
    """Give a column that became something else what such columns usually have."""
    usual = next((one for one in default_table_mapping().columns if one.field == field), Column(field, ()))
    return Column(
        field, (header_key(line.name),), usual.separators, usual.has_ranges, usual.is_isbd, usual.may_overflow
    )
