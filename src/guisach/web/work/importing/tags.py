"""The fields of somebody's CDS/ISIS database as a form: every library chose its own, so a person says them once."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING

from guisach.adapters.marc import isis
from guisach.adapters.marc.survey import survey
from guisach.domain.catalogue.rules.imports.holdings import MappingError
from guisach.domain.catalogue.rules.imports.isis import (
    MARC_TAGS,
    REST,
    IsisMapping,
    example_isis_mapping,
    load_isis_mapping,
)
from guisach.domain.catalogue.rules.imports.mapping_text import TagColumn, isis_text
from guisach.domain.catalogue.rules.imports.tables import FIELDS, NOTE, default_table_mapping
from guisach.domain.catalogue.rules.marc.incoming import Unreadable
from guisach.web.work.importing.columns import SEPARATORS, Line, Sheet, names_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from django.http import QueryDict

    from guisach.domain.catalogue.rules.imports.isis import Wanted
    from guisach.domain.catalogue.rules.imports.policies import Terms

MARC_SIGN = "="
"""Before what goes into a field of MARC 21 as it is, such as "=246$a": kept as it was, not offered anew."""
_RECORDS = 200
_EXAMPLES = 3
_TEXT = 80
_TAGS_MAX = 120  # a form has so many lines at most
_LOCAL = "8"  # of MARC's own tags only those from here on may hold copies


@dataclass(slots=True)
class _Met:
    """A field or subfield as it occurs."""

    records: int = 0
    examples: list[str] = field(default_factory=list)


def sheet(path: Path, terms: Terms) -> Sheet:
    """List the fields and subfields of the first records, with what each becomes. Raises OSError."""
    met, is_marc = _met(path, terms.encoding)
    mapping = mapping_of(terms, is_marc=is_marc)
    wished = sorted(met, key=lambda one: (one[0].zfill(4), one[1]))
    wished = [one for one in wished if not mapping.is_marc or one[0] >= _LOCAL][:_TAGS_MAX]
    lines = tuple(_line(number, one, met[one], mapping) for number, one in enumerate(wished))
    return Sheet((), lines, dict(mapping.table.constants))


def _met(path: Path, encoding: str) -> tuple[dict[tuple[str, str], _Met], bool]:
    met: dict[tuple[str, str], _Met] = {}
    with path.open("rb") as stream:
        reading = survey(stream, encoding, isis.CUT).reading
        for _offset, _length, raw in islice(isis.pieces(stream), _RECORDS):
            content = isis.parse(raw, reading).content if raw is not None else ()
            for one in () if isinstance(content, Unreadable) else content:
                for code, text in one.subfields:
                    found = met.setdefault((one.tag.lstrip("0") or "0", code.lower()), _Met())
                    found.records += 1
                    if text and len(found.examples) < _EXAMPLES and text[:_TEXT] not in found.examples:
                        found.examples.append(text[:_TEXT])
    return met, any(tag == "245" for tag, _code in met)


def mapping_of(terms: Terms, *, is_marc: bool) -> IsisMapping:
    """Return the mapping in force; without one of its own, MARC's tags or the example that the product comes with."""
    try:
        if terms.mapping:
            return load_isis_mapping(terms.mapping)
    except MappingError:
        pass
    return MARC_TAGS if is_marc else example_isis_mapping()


def _line(number: int, at: tuple[str, str], met: _Met, mapping: IsisMapping) -> Line:
    tag, code = at
    wanted = mapping.wanted.get((tag, code or REST)) or mapping.wanted.get((tag, REST))
    column = wanted.column if wanted else None
    return Line(
        number,
        f"{tag}^{code}" if code else tag,
        tuple(met.examples),
        _field(wanted, mapping),
        names_of(column.separators) if column else (),
        has_ranges=column is not None and column.has_ranges,
        is_isbd=column is not None and column.is_isbd,
        may_overflow=wanted is not None and wanted.has_terms,
        is_known=wanted is not None or mapping.is_marc,
        is_nameless=False,
    )


def _field(wanted: Wanted | None, mapping: IsisMapping) -> str:
    if wanted is None:
        return "" if mapping.is_marc else NOTE
    if wanted.column is not None:
        return wanted.column.field
    return MARC_SIGN + ("$".join(filter(None, wanted.marc)) if wanted.marc else "")


def text_of(path: Path, said: QueryDict, terms: Terms, places: Mapping[str, str]) -> str:
    """Return the mapping that a form says. Raises MappingError where nothing is the title, or the like."""
    shown = sheet(path, terms)
    _tags, is_marc = _met(path, terms.encoding)
    mapping = mapping_of(terms, is_marc=is_marc)
    columns = [one for line in shown.lines if (one := _column(line, said)) is not None]
    text = isis_text(columns, mapping.table, places, is_marc=mapping.is_marc)
    load_isis_mapping(text)
    return text


def _column(line: Line, said: QueryDict) -> TagColumn | None:
    key = f"c{line.number}"
    wish = said.get(key, line.field)
    if not wish:
        return None
    if wish.startswith(MARC_SIGN):
        return TagColumn(line.name, marc=wish[1:], has_terms=line.may_overflow)
    if wish not in FIELDS:
        raise MappingError(f"there is no field {wish!r}")
    if f"{key}_was" in said and said[f"{key}_was"] == wish:
        signs = tuple(SEPARATORS[name][0] for name in said.getlist(f"{key}_sep") if name in SEPARATORS)
        return TagColumn(
            line.name, wish, signs, f"{key}_ranges" in said, f"{key}_isbd" in said, f"{key}_overflow" in said
        )
    usual = next((one for one in default_table_mapping().columns if one.field == wish), None)
    signs = usual.separators if usual else ()
    return TagColumn(line.name, wish, signs, usual is not None and usual.has_ranges, has_terms=line.may_overflow)
