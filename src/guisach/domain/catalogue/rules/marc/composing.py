"""Write a draft as MARC 21: a whole new record, or into one that is there without touching what did not change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from guisach.domain.catalogue.rules.drafts import RecordDraft, draft_of
from guisach.domain.catalogue.rules.languages import ISO_639_3, marc_code, needs_iso
from guisach.domain.catalogue.rules.marc.describe import describe
from guisach.domain.catalogue.rules.marc.incoming import Field, Incoming, Unreadable
from guisach.domain.catalogue.rules.marc.unimarc import is_unimarc
from guisach.domain.catalogue.rules.marc.unimarc_conversion import to_marc21

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

_TYPES = {
    "SERIAL": "as",
    "ARTICLE": "aa",
    "MAP": "em",
    "MUSIC": "cm",
    "SOUND": "jm",
    "VIDEO": "gm",
    "VISUAL": "km",
    "COMPUTER": "mm",
    "MANUSCRIPT": "tm",
    "KIT": "om",
}
_AUDIENCES = {"CHILD": "j", "TEEN": "d", "ADULT": "e"}


def compose(draft: RecordDraft, on: date) -> Incoming:
    """Write the whole record; `on` is the day it is entered (008/00-05)."""
    fields = [Field("008", "", (), _coded(draft, on))]
    for _, _, write in _GROUPS:
        fields += write(draft)
    return Incoming(_leader(draft), tuple(sorted(fields, key=lambda field: field.tag)))


def recompose(draft: RecordDraft, before: Incoming, on: date) -> Incoming:
    """Write into a MARC 21 record only what differs from what it says; everything else stays as it is.

    A UNIMARC record is first written as MARC 21; one without a title is written anew and keeps its control number.
    """
    by: dict[str, list[Field]] = {}
    for field in before.fields:
        by.setdefault(field.tag, []).append(field)
    if is_unimarc(by):
        before = to_marc21(before)
    described = describe(before)
    if isinstance(described, Unreadable):
        kept = [field for field in before.fields if field.tag in {"001", "003"}]
        fresh = compose(draft, on)
        return Incoming(fresh.leader, (*kept, *fresh.fields))
    former = draft_of(described)
    fields = list(before.fields)
    for names, replaced, write in _GROUPS:
        if all(getattr(former, name) == getattr(draft, name) for name in names):
            continue
        at = next((i for i, field in enumerate(fields) if field.tag in replaced), None)
        written = write(draft)
        if "245" in replaced:
            written = _with_statement(written, fields)
        if at is None:
            at = next((i for i, field in enumerate(fields) if written and field.tag > written[0].tag), len(fields))
        kept_before = [field for field in fields[:at] if field.tag not in replaced]
        fields = [*kept_before, *written, *(field for field in fields[at:] if field.tag not in replaced)]
    leader = before.leader
    if former.kind != draft.kind and draft.kind in {*_TYPES, "BOOK"}:
        leader = leader[:6] + _leader(draft)[6:8] + leader[8:]
    coded = [_recoded(field, former, draft) if field.tag == "008" else field for field in fields]
    return Incoming(leader, tuple(coded))


def _leader(draft: RecordDraft) -> str:
    return f"00000n{_TYPES.get(draft.kind, 'am')} a2200000 a 4500"


def _coded(draft: RecordDraft, on: date) -> str:
    language = marc_code(draft.language) if len(draft.language) == 3 else "   "
    audience = _AUDIENCES.get(draft.audience, " ")
    return f"{on:%y%m%d}{_coded_year(draft.year)}    xx{' ' * 5}{audience}{' ' * 12}{language}{' ' * 2}"


def _coded_year(year: int | None) -> str:
    return f"s{year:04}" if year is not None and 0 <= year <= 9999 else "nuuuu"


def _recoded(field: Field, former: RecordDraft, draft: RecordDraft) -> Field:
    """Change year, audience and language in 008 where they changed."""
    value = field.value.ljust(40)
    if former.year != draft.year:
        value = f"{value[:6]}{_coded_year(draft.year)}{value[11:]}"
    if former.audience != draft.audience:
        value = f"{value[:22]}{_AUDIENCES.get(draft.audience, ' ')}{value[23:]}"
    if former.language != draft.language and len(draft.language) == 3:
        value = f"{value[:35]}{marc_code(draft.language)}{value[38:]}"
    return field if value == field.value.ljust(40) else field._replace(value=value)


def _with_statement(written: list[Field], former: list[Field]) -> list[Field]:
    """Keep the statement of responsibility as printed when a title is corrected."""
    printed = next((field.first("c") for field in former if field.tag == "245" and field.first("c")), "")
    if not printed:
        return written
    title, *rest = written
    subfields = (*(pair for pair in title.subfields if pair[0] != "c"), ("c", printed))
    return [title._replace(subfields=subfields), *rest]


def _title(draft: RecordDraft) -> list[Field]:
    subfields = [("a", draft.title)]
    if draft.subtitle:
        subfields.append(("b", draft.subtitle))
    if draft.authors:
        subfields.append(("c", ", ".join(draft.authors)))
    return [Field("245", "10" if draft.authors else "00", tuple(subfields))]


def _authors(draft: RecordDraft) -> list[Field]:
    return [Field("700" if i else "100", "1 ", (("a", name),)) for i, name in enumerate(draft.authors)]


def _published(draft: RecordDraft) -> list[Field]:
    parts = (("a", draft.published_at_place), ("b", draft.publisher), ("c", str(draft.year or "")))
    subfields = tuple(part for part in parts if part[1])
    return [Field("260", "  ", subfields)] if subfields else []


def _language(draft: RecordDraft) -> list[Field]:
    """Name the language; one that MARC has no code for, by the list that has one."""
    if not draft.language:
        return []
    if needs_iso(draft.language):
        return [Field("041", "07", (("a", draft.language), ("2", ISO_639_3)))]
    return [Field("041", "0 ", (("a", draft.language),))]


def _each(tag: str, indicators: str, name: str) -> Callable[[RecordDraft], list[Field]]:
    def write(draft: RecordDraft) -> list[Field]:
        value = getattr(draft, name)
        values = value if isinstance(value, tuple) else (value,)
        return [Field(tag, indicators, (("a", one),)) for one in values if one]

    return write


# Which words stand in which fields, and how they are written.
_GROUPS: tuple[tuple[tuple[str, ...], frozenset[str], Callable[[RecordDraft], list[Field]]], ...] = (
    (("isbns",), frozenset({"020"}), _each("020", "  ", "isbns")),
    (("issns",), frozenset({"022"}), _each("022", "  ", "issns")),
    (("language",), frozenset({"041"}), _language),
    (("ddc",), frozenset({"082", "092"}), _each("082", "04", "ddc")),
    (("authors",), frozenset({"100", "110", "111", "700", "710", "711", "720"}), _authors),
    (("title", "subtitle"), frozenset({"245"}), _title),
    (("other_titles",), frozenset({"246", "740"}), _each("246", "3 ", "other_titles")),
    (("edition",), frozenset({"250"}), _each("250", "  ", "edition")),
    (("publisher", "published_at_place", "year"), frozenset({"260", "264"}), _published),
    (("extent",), frozenset({"300"}), _each("300", "  ", "extent")),
    (("series",), frozenset({"490", "440", "830", "810", "800"}), _each("490", "0 ", "series")),
    (("summary",), frozenset({"520"}), _each("520", "  ", "summary")),
    (
        ("subjects",),
        frozenset({"600", "610", "611", "630", "648", "650", "651", "653", "655"}),
        _each("653", "  ", "subjects"),
    ),
)
