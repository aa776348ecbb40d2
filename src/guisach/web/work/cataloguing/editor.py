"""The MARC editor as a page shows it: rows with their names, choices, help, and what is wrong with them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from guisach.domain.catalogue.rules.marc.checking import check
from guisach.domain.catalogue.rules.marc.format import (
    BLANK,
    Element,
    FieldSpec,
    coded_elements,
    fields,
    leader_elements,
)
from guisach.domain.catalogue.rules.marc.lines import read_marks
from guisach.domain.catalogue.rules.marc.unimarc import is_unimarc
from guisach.web.work.cataloguing.choices import spoken
from guisach.web.work.cataloguing.findings import said_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from guisach.domain.catalogue.rules.marc.checking import Finding
    from guisach.domain.catalogue.rules.marc.format import Names
    from guisach.domain.catalogue.rules.marc.incoming import Field, Incoming
    from guisach.web.work.cataloguing.rows import Part, Row, Sheet


_NOT_YET = frozenset({"subfield_empty", "field_empty", "code_wrong"})


@dataclass(frozen=True, slots=True)
class Said:
    """A finding in words."""

    text: str
    is_error: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """A value that may be chosen."""

    value: str
    text: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class ElementBox:
    """An element of leader or 008: a list to choose from, or a box."""

    name: str
    label: str
    value: str
    length: int
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class PartBox:
    """A subfield with its name."""

    part: Part
    name: str
    label: str
    said: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class RowBox:
    """A field with its name, choices and findings."""

    row: Row
    name: str
    label: str
    help: str
    parts: tuple[PartBox, ...]
    marks: tuple[ElementBox, ...]
    """Two indicators to choose; empty where they must be typed."""
    elements: tuple[ElementBox, ...]
    said: tuple[Said, ...]

    @property
    def has_error(self) -> bool:
        """Whether something in it stops the saving."""
        return any(one.is_error for one in (*self.said, *(said for part in self.parts for said in part.said)))


@dataclass(frozen=True, slots=True)
class Shown:
    """The whole editor."""

    leader: str
    leader_elements: tuple[ElementBox, ...]
    rows: tuple[RowBox, ...]
    said: tuple[Said, ...]
    """About the record as a whole."""
    errors: int
    warnings: int
    is_unimarc: bool


def show(sheet: Sheet, before: Incoming, *, is_begun: bool = False) -> Shown:
    """Prepare the editor; while it `is_begun`, boxes that are still empty are no faults."""
    record = sheet.record()
    by: dict[str, list[Field]] = {}
    for one in record.fields:
        by.setdefault(one.tag, []).append(one)
    is_other = is_unimarc(by)
    found = [one for one in check(record, before) if not (is_begun and one.code in _NOT_YET)]
    # Fields and rows have the same places but for the empty rows, which are no fields.
    places = {row.id: place for place, row in enumerate(sheet.kept().rows)}
    leader = read_marks(sheet.leader)
    rows = tuple(_row(row, places.get(row.id), found, leader, knows=not is_other) for row in sheet.rows)
    elements = () if is_other else tuple(_element("ldr", element, leader) for element in leader_elements())
    return Shown(
        leader=sheet.leader,
        leader_elements=elements,
        rows=rows,
        said=tuple(_said(one) for one in found if one.place is None),
        errors=sum(1 for one in found if one.is_error),
        warnings=sum(1 for one in found if not one.is_error),
        is_unimarc=is_other,
    )


def _said(finding: Finding) -> Said:
    return Said(said_of(finding), finding.is_error)


def _row(row: Row, place: int | None, found: list[Finding], leader: str, *, knows: bool) -> RowBox:
    spec = fields().get(row.tag) if knows else None
    name = f"f{row.id}"
    mine = [one for one in found if place is not None and one.place == place]
    elements: tuple[ElementBox, ...] = ()
    if knows and row.is_control and row.tag == "008":
        plain = read_marks(row.value)
        elements = tuple(_element(f"{name}.e", element, plain) for element in coded_elements(leader))
    return RowBox(
        row=row,
        name=name,
        label=spec.names.said(spoken()) if spec else "",
        help=spec.help.said(spoken()) if spec else "",
        parts=tuple(
            PartBox(
                part,
                f"{name}.s{part.id}",
                _part_label(spec, part.code),
                tuple(_said(one) for one in mine if one.part == number),
            )
            for number, part in enumerate(row.parts)
        ),
        marks=_marks(row, spec),
        elements=elements,
        said=tuple(_said(one) for one in mine if one.part is None),
    )


def _part_label(spec: FieldSpec | None, code: str) -> str:
    known = spec.subfields.get(code) if spec else None
    return known.names.said(spoken()) if known else ""


def _marks(row: Row, spec: FieldSpec | None) -> tuple[ElementBox, ...]:
    if row.is_control or len(row.marks) != 2 or "\\" in row.marks:
        return ()
    boxes = []
    for number, mark in enumerate(row.marks, 1):
        values = (spec.first if number == 1 else spec.second) if spec else None
        choices = _choices(values, mark) if values else ()
        boxes.append(ElementBox(f"f{row.id}.i{number}", str(number), mark, 1, choices))
    return tuple(boxes)


def _element(name: str, element: Element, text: str) -> ElementBox:
    value = element.of(text)
    choices = _choices(element.values, value) if element.values else ()
    return ElementBox(f"{name}{element.at}", element.names.said(spoken()), value, element.length, choices)


def _choices(values: Mapping[str, Names], chosen: str) -> tuple[Choice, ...]:
    """Give the values with their names; one that is not among them stays possible."""
    found = [
        Choice(value, " · ".join(filter(None, (value, names.said(spoken())))), value == chosen)
        for value, names in values.items()
    ]
    if chosen not in values:
        found.insert(0, Choice(chosen, chosen or BLANK, is_chosen=True))
    return tuple(found)
