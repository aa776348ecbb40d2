"""Authority records of MARC 21: a heading, the forms that lead to it, dates and notes; read and written."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from guisach.domain.catalogue.rules.headings import settled_form
from guisach.domain.catalogue.rules.marc.description import PointKind
from guisach.domain.catalogue.rules.marc.incoming import Field, Incoming, Reason, Unreadable
from guisach.domain.catalogue.rules.marc.isbd import sentence
from guisach.domain.catalogue.rules.marc.points import SUBDIVISION, SUBDIVISION_CODES
from guisach.kernel.text import nfc

if TYPE_CHECKING:
    from datetime import date

# What the last two digits of a tag name, and which subfields make up the heading.
_FORMS: dict[str, tuple[PointKind, str]] = {
    "00": (PointKind.PERSON, "ab"),
    "10": (PointKind.BODY, "ab"),
    "11": (PointKind.BODY, "acn"),
    "30": (PointKind.SERIES, "anp"),
    "48": (PointKind.SUBJECT, "a"),
    "50": (PointKind.SUBJECT, "abc"),
    "51": (PointKind.PLACE_NAME, "ab"),
    "55": (PointKind.SUBJECT, "a"),
}
_TAGS = {
    PointKind.PERSON: "100",
    PointKind.BODY: "110",
    PointKind.SUBJECT: "150",
    PointKind.PLACE_NAME: "151",
    PointKind.SERIES: "130",
}
NOTE_LENGTH = 1000


class AuthorityDraft(NamedTuple):
    """An authority as a person or a file says it."""

    kind: PointKind
    heading: str
    dates: str = ""
    note: str = ""
    variants: tuple[str, ...] = ()
    source: str = ""
    source_no: str = ""


def read_authority(record: Incoming) -> AuthorityDraft | Unreadable:
    """Read an authority record, or say why it is none that can be used here."""
    if record.leader[6:7] != "z":
        return Unreadable(Reason.NOT_AUTHORITY, f"not an authority record (leader/06 is {record.leader[6:7]!r})")
    heading = next((field for field in record.fields if field.tag[:1] == "1" and field.tag[1:] in _FORMS), None)
    if heading is None:
        tags = ", ".join(sorted({field.tag for field in record.fields if field.tag[:1] == "1"})) or "none"
        return Unreadable(Reason.NO_HEADING, f"no heading of a kind that is kept (1xx: {tags})")
    if heading.first("t"):
        return Unreadable(Reason.NO_HEADING, "a work of an author (name and title), which is not kept")
    kind, text = _form(heading)
    if not text:
        return Unreadable(Reason.NO_HEADING, f"the heading in field {heading.tag} is empty")
    variants = [_form(field)[1] for field in record.fields if field.tag[:1] == "4" and _is_variant(field, heading)]
    control = {field.tag: nfc(field.value) for field in record.fields if field.tag in {"001", "003"}}
    agency = next((nfc(field.first("a")) for field in record.fields if field.tag == "040"), "")
    return AuthorityDraft(
        kind,
        text,
        sentence(heading.first("d"))[:60] if kind is PointKind.PERSON else "",
        _note(record),
        tuple(one for one in dict.fromkeys(variants) if one and one != text),
        (control.get("003") or agency)[:40],
        control.get("001", "")[:80],
    )


def _is_variant(field: Field, heading: Field) -> bool:
    return field.tag[1:] == heading.tag[1:] and not field.first("t")


def _form(field: Field) -> tuple[PointKind, str]:
    kind, codes = _FORMS[field.tag[1:]]
    values = field.all(codes)
    main = ". ".join(filter(None, map(sentence, values))) if kind is PointKind.BODY else sentence(" ".join(values))
    has_subdivisions = kind in {PointKind.SUBJECT, PointKind.PLACE_NAME}
    divisions = map(sentence, field.all(SUBDIVISION_CODES)) if has_subdivisions else ()
    return kind, settled_form(kind, SUBDIVISION.join(filter(None, [main, *divisions])))


def _note(record: Incoming) -> str:
    notes = [nfc(" ".join(field.all("abi"))) for field in record.fields if field.tag in {"670", "678", "680"}]
    return "\n".join(filter(None, notes))[:NOTE_LENGTH]


def write_authority(draft: AuthorityDraft, number: str, entered_on: date) -> Incoming:
    """Write an authority record that `read_authority` reads as the same; `number` becomes 001."""
    tag = _TAGS[PointKind(draft.kind)]
    fields = [Field("001", "", (), number)]
    if draft.source:
        fields.append(Field("003", "", (), draft.source))
    fields.append(Field("008", "", (), f"{entered_on:%y%m%d}n||azznnabbn          |n aaa     d"))
    fields.append(_field(tag, draft.kind, draft.heading, draft.dates))
    fields += [_field(f"4{tag[1:]}", draft.kind, variant, "") for variant in draft.variants]
    fields += [Field("670", "  ", (("a", line),)) for line in draft.note.splitlines() if line.strip()]
    return Incoming("00000nz  a2200000n  4500", tuple(fields))


def _field(tag: str, kind: str, text: str, dates: str) -> Field:
    main, *divisions = text.split(SUBDIVISION) if kind in {PointKind.SUBJECT, PointKind.PLACE_NAME} else [text]
    mark = {PointKind.PERSON: str(int("," in main)), PointKind.BODY: "2"}.get(PointKind(kind), " ")
    pairs = [("a", main), *(("x", one) for one in divisions)]
    if dates:
        pairs.append(("d", dates))
    return Field(tag, f"{mark} ", tuple(pairs))
