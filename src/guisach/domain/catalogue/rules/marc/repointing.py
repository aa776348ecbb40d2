"""Put another form of a name, subject or series into a record; every other field and subfield stays as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from guisach.domain.catalogue.rules.marc import points, unimarc
from guisach.domain.catalogue.rules.marc.describe import describe
from guisach.domain.catalogue.rules.marc.description import AccessPoint, Description, PointKind, PointUse
from guisach.domain.catalogue.rules.marc.incoming import Incoming
from guisach.domain.catalogue.rules.marc.isbd import sentence
from guisach.domain.catalogue.rules.marc.points import SUBDIVISION, SUBDIVISION_CODES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from guisach.domain.catalogue.rules.marc.incoming import Field

_PERSON_TAGS = frozenset({"100", "600", "700"})
_TRACED_SERIES = ("490", "440", "830")


class Form(NamedTuple):
    """How a heading is to stand: subdivisions behind " -- "; empty dates leave those that are there."""

    text: str
    dates: str = ""


def repoint(record: Incoming, changes: Mapping[AccessPoint, Form]) -> Incoming:
    """Return the record with its access points changed; those that it has not are no matter.

    Series whose field begins with a name (800, 810) are left alone.
    """
    described = describe(record)
    if not isinstance(described, Description):
        return record
    by: points.Fields = {}
    for field in record.fields:
        by.setdefault(field.tag, []).append(field)
    is_vietnamese = "vie" in described.languages
    if unimarc.is_unimarc(by):
        fields = tuple(_unimarc(field, changes, is_vietnamese=is_vietnamese) for field in record.fields)
        return Incoming(record.leader, fields)
    originals = points.vietnamese_originals(by)
    rewritten: dict[int, Field] = {}
    for field in record.fields:
        shown = points.original(field, originals) if field.tag in points.AUTHOR_TAGS else field
        form = _author_form(shown, field.tag, changes, is_vietnamese=is_vietnamese)
        if form is None:
            rewritten[id(field)] = rewritten.get(id(field)) or _marc21(field, changes)
            continue
        for one in (field, shown):
            rewritten[id(one)] = _renamed(one, form, dates_code="d")
    return Incoming(record.leader, tuple(rewritten[id(field)] for field in record.fields))


def _author_form(field: Field, tag: str, changes: Mapping[AccessPoint, Form], *, is_vietnamese: bool) -> Form | None:
    if tag not in points.AUTHOR_TAGS:
        return None
    author = points.author_in(field, tag, is_vietnamese=is_vietnamese)
    if author is None:
        return None
    kind = PointKind.PERSON if author.is_person else PointKind.BODY
    return changes.get(AccessPoint(PointUse.AUTHOR, kind, author.name, author.dates))


def _marc21(field: Field, changes: Mapping[AccessPoint, Form]) -> Field:
    if field.tag in points.SUBJECTS:
        point = points.subject_in(field)
        form = changes.get(point) if point else None
        codes = points.SUBJECTS[field.tag][0]
        return _resubjected(field, form, codes, dates_code="d") if form else field
    if field.tag == "653":
        return _each_value(field, changes)
    if field.tag in _TRACED_SERIES:
        form = changes.get(AccessPoint(PointUse.SERIES, PointKind.SERIES, points.series_in(field)))
        return _with_main(field, "anp", form.text) if form else field
    return field


def _unimarc(field: Field, changes: Mapping[AccessPoint, Form], *, is_vietnamese: bool) -> Field:
    if field.tag in unimarc.AUTHOR_TAGS:
        author = unimarc.author_in(field, is_vietnamese=is_vietnamese)
        if author is None:
            return field
        kind = PointKind.PERSON if author.is_person else PointKind.BODY
        form = changes.get(AccessPoint(PointUse.AUTHOR, kind, author.name, author.dates))
        return _renamed(field, form, dates_code="f") if form else field
    if field.tag in unimarc.SUBJECTS:
        point = unimarc.subject_in(field)
        form = changes.get(point) if point else None
        return _resubjected(field, form, "ab" if field.tag == "600" else "a", dates_code="f") if form else field
    if field.tag == "610":
        return _each_value(field, changes)
    if field.tag == "225":
        form = changes.get(AccessPoint(PointUse.SERIES, PointKind.SERIES, sentence(field.first("a"))))
        return _with_main(field, "a", form.text) if form else field
    return field


def _renamed(field: Field, form: Form, *, dates_code: str) -> Field:
    """Put a name into a field of an author."""
    was_turned = "," in field.first("a").strip(" ,")
    renamed = _with_dates(_with_main(field, "ab", form.text), form.dates, dates_code)
    is_turned = "," in form.text
    if field.tag in _PERSON_TAGS and was_turned != is_turned and field.indicators[:1] in {"0", "1"}:
        return renamed._replace(indicators=f"{int(is_turned)}{field.indicators[1:]}")
    return renamed


def _resubjected(field: Field, form: Form, codes: str, *, dates_code: str) -> Field:
    """Put a subject into its field; subdivisions stay as they are coded where they stay the same."""
    main, *subdivisions = form.text.split(SUBDIVISION)
    former = [(code, value) for code, value in field.subfields if code and code in SUBDIVISION_CODES and code != "d"]
    if dates_code not in codes:
        field = _with_dates(field, form.dates, dates_code)
    field = _with_main(field, codes, main)
    if [sentence(value) for _, value in former if sentence(value)] == subdivisions:
        return field
    others = [pair for pair in field.subfields if pair not in former]
    coded = [(former[i][0] if i < len(former) else "x", text) for i, text in enumerate(subdivisions)]
    at = next((i for i, pair in enumerate(others) if pair[0] == "2" or pair[0].isdigit()), len(others))
    return field._replace(subfields=(*others[:at], *coded, *others[at:]))


def _each_value(field: Field, changes: Mapping[AccessPoint, Form]) -> Field:
    """Change words of a field that has one in each subfield $a."""

    def changed(value: str) -> str:
        form = changes.get(AccessPoint(PointUse.SUBJECT, PointKind.SUBJECT, sentence(value)))
        return form.text if form else value

    pairs = tuple((code, changed(value) if code == "a" else value) for code, value in field.subfields)
    return field._replace(subfields=pairs)


def _with_main(field: Field, codes: str, text: str) -> Field:
    """Replace the subfields that make up a heading by one $a; a comma before what follows stays."""
    at = next((i for i, (code, _) in enumerate(field.subfields) if code and code in codes), 0)
    last = next((value for code, value in reversed(field.subfields) if code and code in codes), "")
    rest = [pair for pair in field.subfields if not (pair[0] and pair[0] in codes)]
    comma = "," if last.rstrip().endswith(",") and at < len(rest) else ""
    return field._replace(subfields=(*rest[:at], ("a", text + comma), *rest[at:]))


def _with_dates(field: Field, dates: str, code: str) -> Field:
    if not dates or sentence(field.first(code)) == dates:
        return field
    if field.first(code):
        kept = [(c, dates if c == code else value) for c, value in field.subfields]
        return field._replace(subfields=tuple(kept))
    heading = [i for i, (c, _) in enumerate(field.subfields) if c and c in "abcq"]
    at = heading[-1] + 1 if heading else 0
    return field._replace(subfields=(*field.subfields[:at], (code, dates), *field.subfields[at:]))
