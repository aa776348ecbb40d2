"""What is wrong or doubtful in a MARC record that a person edits: errors stop the saving, warnings do not.

Only what a program can be sure of is an error; and what a record brought along stays its own affair: a fault of a field
that nobody touched becomes a warning, so that an old record can be mended in one place without mending all of it.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from guisach.domain.catalogue.rules.classes import is_class_number
from guisach.domain.catalogue.rules.languages import ISO_639_3, known_code, languages
from guisach.domain.catalogue.rules.marc.format import BLANK, CODED_LENGTH, LEADER_LENGTH, FieldSpec, fields
from guisach.domain.catalogue.rules.marc.unimarc import is_unimarc
from guisach.domain.catalogue.rules.standard_numbers import isbn13, issn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from guisach.domain.catalogue.rules.marc.incoming import Field, Incoming

_TAG: Final = re.compile(r"[0-9A-Za-z]{3}")
_CODE: Final = re.compile(r"[0-9a-z]")
_YEARS: Final = re.compile(r"[0-9u|# ]{4}")
_DAY: Final = re.compile(r"\d{6}|[ |]{6}")
_LOCAL: Final = ("9", "09", "59", "69")  # how the tags begin that belong to each library
_MUL: Final = frozenset({"mul", "und", "zxx", "   ", "|||"})


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that a person should look at; the words for the code are the page's."""

    code: str
    is_error: bool = False
    place: int | None = None
    """Its place among the fields of the record; None: the record as a whole."""
    part: int | None = None
    """The place of a subfield among those of the field."""
    data: Mapping[str, str] = field(default_factory=dict)


def check(record: Incoming, before: Incoming | None = None) -> list[Finding]:
    """Return all findings, in the order of the record; `before` is the record as it was opened."""
    by: dict[str, list[Field]] = {}
    for one in record.fields:
        by.setdefault(one.tag, []).append(one)
    found = [*_whole(record, by)]
    if not is_unimarc(by):
        found += _repeated(record)
        for place, one in enumerate(record.fields):
            found += [replace(finding, place=place) for finding in _field(one)]
    else:
        for place, one in enumerate(record.fields):
            found += [replace(finding, place=place) for finding in _form(one)]
    if before is not None:
        found = [_forgiven(finding, record, before) for finding in found]
    return sorted(found, key=lambda finding: (-1 if finding.place is None else finding.place, not finding.is_error))


def has_errors(findings: list[Finding]) -> bool:
    """Tell whether any of them stops the saving."""
    return any(finding.is_error for finding in findings)


def _forgiven(finding: Finding, record: Incoming, before: Incoming) -> Finding:
    """Turn an error into a warning where the field at fault is as it was."""
    if not finding.is_error or (finding.code in {"no_title", "leader_length"} and record.leader != before.leader):
        return finding
    if finding.code == "no_title":
        return finding
    if finding.place is None:
        return replace(finding, is_error=False) if record.leader == before.leader else finding
    one = record.fields[finding.place]
    kept = before.fields.count(one)
    is_old = kept > 0 and (finding.code != "field_twice" or _times(record, one.tag) <= _times(before, one.tag))
    return replace(finding, is_error=False) if is_old else finding


def _times(record: Incoming, tag: str) -> int:
    return sum(1 for one in record.fields if one.tag == tag)


def _whole(record: Incoming, by: Mapping[str, list[Field]]) -> Iterator[Finding]:
    title_tag = "200" if is_unimarc(dict(by)) else "245"
    titles = by.get(title_tag, [])
    has_title = any(value.strip() for one in titles for value in one.all("akpb")) or (
        title_tag == "245" and any(one.first("6").startswith("245-") for one in by.get("880", []))
    )
    if not has_title:
        yield Finding("no_title", is_error=True)
    if len(record.leader) != LEADER_LENGTH:
        yield Finding("leader_length", is_error=True, data={"length": str(len(record.leader))})
    languages_said = [value for one in by.get("041", []) for value in one.all("a")]
    coded = by.get("008", [])
    if title_tag == "245" and not languages_said and (not coded or coded[0].value.ljust(40)[35:38] in {"   ", "und"}):
        yield Finding("no_language")


def _repeated(record: Incoming) -> Iterator[Finding]:
    counts = Counter(one.tag for one in record.fields)
    seen: set[str] = set()
    mains = [one.tag for one in record.fields if one.tag in {"100", "110", "111", "130"}]
    for place, one in enumerate(record.fields):
        spec = fields().get(one.tag)
        if spec is not None and spec.is_once and counts[one.tag] > 1 and one.tag in seen:
            yield Finding("field_twice", is_error=True, place=place, data={"tag": one.tag})
        if one.tag in mains[1:] and one.tag != mains[0] and one.tag not in seen:
            yield Finding("two_main_entries", is_error=True, place=place, data={"tag": one.tag, "other": mains[0]})
        seen.add(one.tag)


def _form(one: Field) -> Iterator[Finding]:
    """Check what every kind of MARC wants of a field."""
    if not _TAG.fullmatch(one.tag):
        yield Finding("tag_wrong", is_error=True, data={"tag": one.tag[:20]})
        return
    is_control = one.tag.startswith("00")
    if is_control != (not one.subfields and not one.indicators):
        yield Finding("shape_wrong", is_error=True, data={"tag": one.tag})
        return
    if is_control:
        if not one.value.strip():
            yield Finding("field_empty", is_error=True, data={"tag": one.tag})
        return
    if len(one.indicators) != 2:
        yield Finding("indicators_length", is_error=True)
    if not one.subfields:
        yield Finding("field_empty", is_error=True, data={"tag": one.tag})
    for place, (code, value) in enumerate(one.subfields):
        if not _CODE.fullmatch(code):
            yield Finding("code_wrong", is_error=True, part=place, data={"code": code[:20]})
        elif not value.strip():
            yield Finding("subfield_empty", is_error=True, part=place, data={"code": code})


def _field(one: Field) -> Iterator[Finding]:
    wrong = list(_form(one))
    yield from wrong
    if wrong and wrong[0].code in {"tag_wrong", "shape_wrong", "field_empty"}:
        return
    spec = fields().get(one.tag)
    if spec is None:
        if not one.tag.startswith(_LOCAL):
            yield Finding("tag_unknown", data={"tag": one.tag})
        return
    if not spec.is_control:
        yield from _indicators(one, spec)
        yield from _subfields(one, spec)
    particular = _PARTICULARS.get(one.tag)
    if particular is not None:
        yield from particular(one)


def _indicators(one: Field, spec: FieldSpec) -> Iterator[Finding]:
    if len(one.indicators) != 2:
        return
    for number, (mark, values) in enumerate(zip(one.indicators, (spec.first, spec.second), strict=True), 1):
        shown = BLANK if mark == " " else mark
        if values is not None and shown not in values:
            data = {"number": str(number), "mark": shown, "values": " ".join(values)}
            yield Finding("indicator_wrong", is_error=True, data=data)


def _subfields(one: Field, spec: FieldSpec) -> Iterator[Finding]:
    seen: set[str] = set()
    for place, (code, _value) in enumerate(one.subfields):
        known = spec.subfields.get(code)
        if known is None and code not in {"0", "1", "5", "6", "8", "9"} and _CODE.fullmatch(code):
            yield Finding("subfield_unknown", part=place, data={"tag": one.tag, "code": code})
        elif known is not None and known.is_once and code in seen:
            yield Finding("subfield_twice", is_error=True, part=place, data={"code": code})
        seen.add(code)


def _each(one: Field, code: str) -> Iterator[tuple[int, str]]:
    return ((place, value.strip()) for place, (its, value) in enumerate(one.subfields) if its == code)


def _check_isbn(one: Field) -> Iterator[Finding]:
    for place, value in _each(one, "a"):
        if any(sign.isdigit() for sign in value) and not isbn13(value):
            yield Finding("isbn_wrong", part=place, data={"value": value[:40]})


def _check_issn(one: Field) -> Iterator[Finding]:
    for place, value in _each(one, "a"):
        if value and not issn(value):
            yield Finding("issn_wrong", part=place, data={"value": value[:40]})


def _check_language(one: Field) -> Iterator[Finding]:
    is_iso = one.first("2") == ISO_639_3
    if one.indicators[1:2] == "7" and not one.first("2"):
        yield Finding("source_missing", is_error=True, data={"tag": one.tag})
    for place, (code, value) in enumerate(one.subfields):
        if code not in "abdh" or (one.first("2") and not is_iso):
            continue
        known = languages().get(known_code(value.strip()))
        if len(value.strip()) != 3:
            yield Finding("language_form", part=place, data={"value": value[:40]})
        elif known is None:
            yield Finding("language_unknown", part=place, data={"value": value})
        elif not is_iso and known.marc != known.code:
            yield Finding("language_needs_iso", part=place, data={"value": value, "marc": known.marc})


def _check_ddc(one: Field) -> Iterator[Finding]:
    for place, value in _each(one, "a"):
        if value and not is_class_number(value):
            yield Finding("ddc_wrong", part=place, data={"value": value[:40]})


def _check_coded(one: Field) -> Iterator[Finding]:
    text = one.value
    if len(text) != CODED_LENGTH:
        yield Finding("coded_length", is_error=True, data={"length": str(len(text))})
        return
    if not _DAY.fullmatch(text[:6]):
        yield Finding("coded_day", data={"value": text[:6]})
    for at in (7, 11):
        if not _YEARS.fullmatch(text[at : at + 4]):
            yield Finding("coded_year", data={"value": text[at : at + 4]})
    code = text[35:38]
    if code not in _MUL:
        known = languages().get(known_code(code))
        if known is None:
            yield Finding("language_unknown", data={"value": code})
        elif known.marc != code:
            yield Finding("language_needs_iso", data={"value": code, "marc": known.marc})


_PARTICULARS: Final[Mapping[str, Callable[[Field], Iterator[Finding]]]] = {
    "008": _check_coded,
    "020": _check_isbn,
    "022": _check_issn,
    "041": _check_language,
    "082": _check_ddc,
}
