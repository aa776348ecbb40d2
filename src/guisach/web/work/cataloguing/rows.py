"""The MARC editor's form: a record as rows of boxes, and back, without losing what no box explains.

The server keeps nothing between two strokes. Each row has a number (`f`, in the order of the page); `f3.tag` is its
tag, `f3.s` its subfields in their order, `f3.s0.c` and `f3.s0.v` code and text. Acts such as `add:3` change the rows.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from guisach.domain.catalogue.rules.marc.format import (
    CODED_LENGTH,
    LEADER_LENGTH,
    Element,
    FieldSpec,
    coded_elements,
    fields,
    leader_elements,
)
from guisach.domain.catalogue.rules.marc.incoming import Field, Incoming
from guisach.domain.catalogue.rules.marc.lines import read_marks, read_text, write_marks, write_text
from guisach.kernel.text.numbers import whole_number

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.http import QueryDict

ROWS_MAX, SUBFIELDS_MAX = 1000, 200
_CODED: Final = frozenset({"006", "007", "008"})


@dataclass(frozen=True, slots=True)
class Part:
    """A subfield in its boxes."""

    id: int
    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Row:
    """A field in its boxes; texts as `write_text` writes them."""

    id: int
    tag: str
    marks: str = "##"
    parts: tuple[Part, ...] = ()
    value: str = ""
    is_control: bool = False

    def as_field(self) -> Field:
        """Give the field."""
        tag = read_text(self.tag)
        if self.is_control:
            value = read_marks(self.value) if tag in _CODED else read_text(self.value)
            return Field(tag, "", (), value)
        parts = tuple((read_text(part.code), read_text(part.text)) for part in self.parts)
        return Field(tag, read_marks(self.marks), parts)


@dataclass(frozen=True, slots=True)
class Sheet:
    """The whole form."""

    leader: str
    rows: tuple[Row, ...] = ()
    focus: str = ""
    """The name of the box that gets the cursor."""

    def record(self) -> Incoming:
        """Give the record; rows that were added and left empty are no fields."""
        return Incoming(read_marks(self.leader), tuple(row.as_field() for row in self.rows if not _is_empty(row)))

    def kept(self) -> Sheet:
        """Leave the empty rows out, so that rows and fields have the same places."""
        return replace(self, rows=tuple(row for row in self.rows if not _is_empty(row)))


def _is_empty(row: Row) -> bool:
    return not row.tag and not row.value and not any(part.text for part in row.parts)


def sheet_of(record: Incoming) -> Sheet:
    """Put a record into boxes."""
    return Sheet(write_marks(record.leader), tuple(_row(number, one) for number, one in enumerate(record.fields)))


def _row(number: int, one: Field) -> Row:
    tag = write_text(one.tag)
    if not one.subfields and not one.indicators:
        value = write_marks(one.value) if one.tag in _CODED else write_text(one.value)
        return Row(number, tag, "", (), value, is_control=True)
    parts = tuple(Part(i, write_text(code), write_text(text)) for i, (code, text) in enumerate(one.subfields))
    return Row(number, tag, write_marks(one.indicators), parts)


def read_sheet(said: QueryDict) -> Sheet:
    """Read the form as it was sent."""
    leader = _elements(said, "ldr", said.get("leader", ""), leader_elements(), LEADER_LENGTH)
    plain = read_marks(leader)
    rows = [_read_row(said, number, plain) for number in _numbers(said.getlist("f"), ROWS_MAX)]
    return Sheet(leader, tuple(rows))


def _numbers(texts: Iterable[str], limit: int) -> list[int]:
    found = [number for text in texts if (number := whole_number(text, 999_999)) is not None]
    return list(dict.fromkeys(found))[:limit]


def _read_row(said: QueryDict, number: int, leader: str) -> Row:
    name = f"f{number}"
    tag = said.get(f"{name}.tag", "")
    is_control = said.get(f"{name}.k") == "c"
    value = said.get(f"{name}.value", "")
    if is_control and tag == "008":
        value = _elements(said, f"{name}.e", value, coded_elements(leader), CODED_LENGTH)
    marks = said.get(f"{name}.ind")
    if marks is None:
        marks = "".join(said.get(f"{name}.i{n}", "#") or "#" for n in (1, 2))
    parts = tuple(
        Part(part, said.get(f"{name}.s{part}.c", ""), said.get(f"{name}.s{part}.v", ""))
        for part in _numbers(said.getlist(f"{name}.s"), SUBFIELDS_MAX)
    )
    return _reshaped(Row(number, tag, "" if is_control else marks, parts, value, is_control))


def _reshaped(row: Row) -> Row:
    """Let a row that was just begun have the boxes of the tag that was typed into it."""
    is_begun = not row.value and not any(part.text for part in row.parts)
    if len(row.tag) != 3 or not is_begun:
        return row
    if row.tag.startswith("00"):
        return Row(row.id, row.tag, "", (), "", is_control=True)
    if row.is_control or not any(part.code for part in row.parts):
        spec = fields().get(row.tag)
        code = next(iter(spec.subfields), "a") if spec else "a"
        return Row(row.id, row.tag, _usual_marks(spec), (Part(0, code, ""),))
    return row


def _usual_marks(spec: FieldSpec | None) -> str:
    if spec is None:
        return "##"
    return "".join(
        "#" if values is None or "#" in values else next(iter(values)) for values in (spec.first, spec.second)
    )


def _elements(said: QueryDict, name: str, base: str, elements: tuple[Element, ...], whole: int) -> str:
    """Write into coded data what was chosen; what was left as it was stays as it is, whatever its length."""
    plain = read_marks(base)
    for element in elements:
        chosen = said.get(f"{name}{element.at}")
        if chosen is not None and chosen.replace(" ", "#").ljust(element.length, "#") != element.of(plain):
            plain = element.put(plain, chosen, whole)
    return write_marks(plain)


# What a person can do with rows -----------------------------------------------------------------------------


def act_on(sheet: Sheet, act: str) -> Sheet:
    """Do `add:3`, `dup:3`, `del:3`, `up:3`, `down:3`, `sub:3`, `delsub:3.0`; anything else leaves the rows alone."""
    what, _, target = act.partition(":")
    row_text, _, part_text = target.partition(".")
    place = next((i for i, row in enumerate(sheet.rows) if str(row.id) == row_text), None)
    rows = list(sheet.rows)
    fresh = max((row.id for row in rows), default=-1) + 1
    if what == "add":
        rows.insert(len(rows) if place is None else place + 1, Row(fresh, "", "##", (Part(0, "", ""),)))
        return replace(sheet, rows=tuple(rows), focus=f"f{fresh}.tag")
    if place is None:
        return sheet
    row = rows[place]
    if what == "dup":
        rows.insert(place + 1, replace(row, id=fresh))
        focus = _first_box(rows[place + 1])
    elif what == "del":
        del rows[place]
        focus = _first_box(rows[min(place, len(rows) - 1)]) if rows else ""
    elif what in {"up", "down"}:
        other = place + (1 if what == "down" else -1)
        if 0 <= other < len(rows):
            rows[place], rows[other] = rows[other], row
        focus = _first_box(row)
    elif what == "sub":
        rows[place], focus = _with_part(row)
    elif what == "delsub":
        rows[place] = replace(row, parts=tuple(part for part in row.parts if str(part.id) != part_text))
        focus = _first_box(rows[place])
    else:
        focus = _first_box(row) if what == "refresh" else ""
    return replace(sheet, rows=tuple(rows), focus=focus)


def _with_part(row: Row) -> tuple[Row, str]:
    if row.is_control:
        return row, _first_box(row)
    fresh = max((part.id for part in row.parts), default=-1) + 1
    spec = fields().get(row.tag)
    used = {part.code for part in row.parts}
    code = next((code for code in (spec.subfields if spec else ()) if code not in used), "")
    box = f"f{row.id}.s{fresh}.{'v' if code else 'c'}"
    return replace(row, parts=(*row.parts, Part(fresh, code, ""))), box


def _first_box(row: Row) -> str:
    if row.is_control:
        return f"f{row.id}.tag" if row.tag == "008" else f"f{row.id}.value"
    return f"f{row.id}.s{row.parts[0].id}.v" if row.parts and row.tag else f"f{row.id}.tag"
