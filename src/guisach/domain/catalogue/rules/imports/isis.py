"""Read records of CDS/ISIS, whose tags every library chose for itself, by a mapping that is data (`data/isis.toml`)."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, NamedTuple

from guisach.domain.catalogue.rules.imports.holdings import MappingError
from guisach.domain.catalogue.rules.imports.tables import (
    BARCODE,
    COPIES,
    IGNORED,
    Column,
    Header,
    TableMapping,
    column_of,
    expand_range,
    row_record,
    split_cell,
    words_of,
)
from guisach.domain.catalogue.rules.marc.incoming import Field, Incoming, Unreadable
from guisach.kernel.text import fold, nfc

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

_SOURCE = re.compile(r"0*(\d{1,4})(?:\^(.))?", re.DOTALL)
_MARC = re.compile(r"(00[1-9])|(?!00)(\d\d\d)\$([0-9a-z])")
_TERMS = re.compile(r"<([^<>]+)>|/([^/]+)/")
_LEADER = "00000nam a2200000 a 4500"
_INDICATORS = re.compile(r"[0-9 #_|]{1,2}")
_WORDS = frozenset({"title", "subtitle", "publisher", "published_at_place", "year", "edition", "language", "ddc"})
_SINGLE = _WORDS | {"series", "extent", "summary"}  # what a record has once; the rest of it becomes a note
REST, LEADING = "", "*"
"""What stands in a field without any subfield that is named; what stands before its first mark."""


class Wanted(NamedTuple):
    """Where something goes: into a field of ours (column), or into MARC 21 (tag and code)."""

    column: Column | None
    marc: tuple[str, str] | None
    has_terms: bool
    """Whether its words stand in <…> or /…/, as ISIS marks what it indexes."""


@dataclass(frozen=True, slots=True)
class IsisMapping:
    """How the fields of a database become records."""

    wanted: dict[tuple[str, str], Wanted]
    """By tag without leading zeros, and subfield (REST, LEADING)."""
    table: TableMapping
    """Constants and values, as those of a table."""
    is_marc: bool = False
    """Whether the tags are those of MARC 21, so that what is not listed keeps its place."""


MARC_TAGS = IsisMapping({}, TableMapping(()), is_marc=True)
"""For databases that use the tags of MARC 21."""


class _Part(NamedTuple):
    """A piece of a field: in which repetition, from where, and its text."""

    name: str
    wanted: Wanted | None
    text: str


def load_isis_mapping(text: str) -> IsisMapping:
    """Read a mapping in the form of `data/isis.toml`. Raises MappingError with what is wrong and where."""
    try:
        data = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # also a number or brackets without end
        raise MappingError(f"the mapping of ISIS is not TOML: {error}") from error
    tags = data.pop("tags", "own")
    if tags not in ("own", "marc21"):
        raise MappingError(f'tags is "own" or "marc21", not {tags!r}')
    is_marc = tags == "marc21"
    tables = data.pop("column", [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise MappingError("write [[column]], then one entry on each line")
    wanted: dict[tuple[str, str], Wanted] = {}
    for number, table in enumerate(tables, 1):
        where = f"[[column]] {number}"
        found = _wanted(dict(table), where)
        if is_marc and found.column is not None and found.column.field not in {BARCODE, IGNORED, *COPIES}:
            raise MappingError(f'{where}: with tags = "marc21" only copies, "-" and marc = "…" can be named')
        for source in _sources(table.get("from"), where):
            if wanted.setdefault(source, found) is not found:
                raise MappingError(f"{where}: {source[0]}^{source[1] or '…'} goes into two places")
    if not is_marc and not any(one.column and one.column.field == "title" for one in wanted.values()):
        raise MappingError('no [[column]] has field = "title": without a title there is no record')
    return IsisMapping(wanted, _words(data), is_marc)


@cache
def example_isis_mapping() -> IsisMapping:
    """Return the example that the product comes with; every library has its own tags, so look before you trust it."""
    path = files("guisach.domain.catalogue") / "data" / "isis.toml"
    return load_isis_mapping(path.read_text("utf-8"))


def isis_record(fields: Sequence[Field], mapping: IsisMapping, on: date) -> Incoming | Unreadable:
    """Make a record of MARC 21; `on` is the day it is entered. What the mapping does not name is kept as a note.

    A field has the pairs that stand in it; what stands before the first mark has an empty code.
    """
    biblio: list[_Part] = []
    marc: list[Field] = []
    copies: list[list[_Part]] = []
    for field in fields:
        parts = list(_parts(field, mapping))
        held = [part for part in parts if _name(part) in COPIES or _name(part) == BARCODE]
        if held:
            copies.append(held)
        if mapping.is_marc and (field.tag.lstrip("0") or "0", REST) not in mapping.wanted:
            kept = tuple(
                pair for pair, part in zip(field.subfields, _each(field, mapping), strict=True) if part is None
            )
            if kept:
                marc.append(_as_marc(field, kept))
        elif not mapping.is_marc:
            biblio += [part for part in parts if part not in held and (part.wanted is None or part.wanted.column)]
        marc += [_marc_field(part.wanted.marc, part.text) for part in parts if part.wanted and part.wanted.marc]
    kept_copies, notes = _copies(copies, mapping.table)
    if mapping.is_marc:
        marc += [Field("590", "  ", (("a", note),)) for note in notes]
        return Incoming(_LEADER, tuple(sorted(marc, key=lambda one: one.tag)) + tuple(kept_copies))
    record = _row(biblio, notes, mapping.table, on)
    if isinstance(record, Unreadable):
        return record
    own = sorted([*record.fields, *marc], key=lambda one: one.tag)
    return record._replace(fields=(*own, *kept_copies))


def _row(biblio: list[_Part], notes: list[str], table: TableMapping, on: date) -> Incoming | Unreadable:
    """Make the record as that of a row is made, a cell of each part."""
    names: list[str] = []
    columns: list[Column | None] = []
    cells: list[str] = []
    met: set[str] = set()
    for part in biblio:
        column = part.wanted.column if part.wanted else None
        if column is not None and column.field in _SINGLE:
            column = None if column.field in met else column
            met.update([column.field] if column else [])
        for text in _terms(part):
            names.append(part.name)
            columns.append(column)
            cells.append(text)
    names += [""] * len(notes)
    columns += [None] * len(notes)
    return row_record(Header(tuple(names), tuple(columns)), [*cells, *notes], table, on)


def _terms(part: _Part) -> list[str]:
    if part.wanted is None or not part.wanted.has_terms:
        return [part.text]
    return [one or other for one, other in _TERMS.findall(part.text)] or [part.text]


def _each(field: Field, mapping: IsisMapping) -> Iterator[Wanted | None]:
    """Yield for each pair of a field what is wanted of it by its own code."""
    tag = field.tag.lstrip("0") or "0"
    for code, _text in field.subfields:
        yield mapping.wanted.get((tag, code.lower() or LEADING))


def _parts(field: Field, mapping: IsisMapping) -> Iterator[_Part]:
    """Cut a field into what the mapping names, and the rest of it."""
    tag = field.tag.lstrip("0") or "0"
    whole = mapping.wanted.get((tag, REST))
    rest: list[str] = []
    for (code, text), wanted in zip(field.subfields, _each(field, mapping), strict=True):
        text = nfc(text)
        if not text:
            continue
        if wanted is not None:
            yield _Part(f"{tag}^{code}" if code else tag, wanted, text)
        elif whole is not None:
            rest.append(text)
        else:
            yield _Part(f"{tag}^{code}" if code else tag, None, text)
    if whole is not None and rest:
        yield _Part(tag, whole, " ".join(rest))


def _name(part: _Part) -> str:
    return part.wanted.column.field if part.wanted and part.wanted.column else ""


def _copies(groups: list[list[_Part]], table: TableMapping) -> tuple[list[Field], list[str]]:
    """Write the copies: details stand beside their number in one field, or hold for all of the record."""
    common = {name: text for name, text in table.constants.items() if name in COPIES}
    numbers: list[tuple[str, dict[str, str]]] = []
    unheld: list[_Part] = []
    for group in groups:
        details = {_name(part): _value(part, table) for part in reversed(group) if _name(part) in COPIES}
        found = [number for part in group if _name(part) == BARCODE for number in _barcodes(part)]
        numbers += [(number, details) for number in found]
        if not found:
            unheld += group
            common |= details
    fields = [
        Field("952", "  ", (("p", number), *((COPIES[name], text) for name, text in (common | details).items())))
        for number, details in numbers
    ]
    return fields, [] if numbers else [f"{part.name}: {part.text}" for part in unheld]


def _barcodes(part: _Part) -> list[str]:
    column = part.wanted.column if part.wanted else None
    found: list[str] = []
    for term in _terms(part):
        for number in split_cell(term, column.separators if column else ()):
            # A colon makes it no barcode, so that the import reports what could not be understood.
            found += (expand_range(number) or [f":{number}"]) if column and column.has_ranges else [number]
    return found


def _value(part: _Part, table: TableMapping) -> str:
    return table.values.get(_name(part), {}).get(fold(part.text), part.text)


def _marc_field(target: tuple[str, str], text: str) -> Field:
    tag, code = target
    return Field(tag, "  ", ((code, text),)) if code else Field(tag, "", (), text)


def _as_marc(field: Field, pairs: tuple[tuple[str, str], ...]) -> Field:
    """Keep a field whose tag is MARC's; one or two digits before the first mark are its indicators."""
    tag = field.tag.zfill(3)
    if tag < "010":
        return Field(tag, "", (), "".join(text for _code, text in pairs))
    marks = "  "
    if pairs and not pairs[0][0] and len(pairs) > 1 and _INDICATORS.fullmatch(pairs[0][1]):
        marks = re.sub("[#_|]", " ", pairs[0][1]).ljust(2)
        pairs = pairs[1:]
    return Field(tag, marks, tuple((code.lower() or "a", text) for code, text in pairs))


def _wanted(table: dict[str, object], where: str) -> Wanted:
    """Read one [[column]]: what belongs to tables is read as a table's."""
    table.pop("from", None)
    has_terms = table.pop("terms", False)
    if not isinstance(has_terms, bool):
        raise MappingError(f"{where}: terms is true or false")
    marc = table.pop("marc", None)
    if marc is not None:
        match = _MARC.fullmatch(marc) if isinstance(marc, str) else None
        if match is None or table:
            raise MappingError(f'{where}: marc = "520$a" (or "001") stands alone with from; it is {marc!r}')
        return Wanted(None, (match[1], "") if match[1] else (match[2], match[3]), has_terms)
    unknown = set(table) - {"field", "separators", "ranges", "isbd"}
    if unknown:
        raise MappingError(f"{where}: unknown entry {min(unknown)!r}")
    return Wanted(column_of({**table, "headers": ["isis"]}, where), None, has_terms)


def _sources(given: object, where: str) -> list[tuple[str, str]]:
    if not isinstance(given, list) or not given:
        raise MappingError(f'{where}: from must list fields such as ["24", "26^a"]')
    found = []
    for one in given:
        match = _SOURCE.fullmatch(one) if isinstance(one, str) else None
        if match is None:
            raise MappingError(f'{where}: from has {one!r}; write "24", "26^a", or "26^*" for what stands before ^')
        found.append((match[1], (match[2] or REST).lower()))
    return found


def _words(data: dict[str, object]) -> TableMapping:
    """Read constants, values and branches, which are those of tables."""
    rest: dict[str, Any] = {name: data.pop(name) for name in ("constants", "values", "branches") if name in data}
    if data:
        known = "tags, [[column]], [constants], [values.…], [branches]"
        raise MappingError(f"unknown entry {min(data)!r}: there are {known}")
    return TableMapping((), *words_of(rest))
