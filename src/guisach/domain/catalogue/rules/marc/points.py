"""The access points of a MARC 21 record, field by field: authors, subjects and series."""

from __future__ import annotations

from typing import TYPE_CHECKING

from guisach.domain.catalogue.rules.marc.description import AccessPoint, Author, PointKind, PointUse
from guisach.domain.catalogue.rules.marc.isbd import direct_name, is_written_vietnamese, sentence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from guisach.domain.catalogue.rules.marc.incoming import Field

Fields = dict[str, list["Field"]]
"""The fields of a record by tag."""

SUBDIVISION = " -- "
AUTHOR_TAGS = ("100", "110", "111", "700", "710", "711", "720")
# Which subfields make up a subject, and what it names.
SUBJECTS: dict[str, tuple[str, PointKind]] = {
    "600": ("abcq", PointKind.PERSON),
    "610": ("ab", PointKind.BODY),
    "611": ("acnd", PointKind.BODY),
    "630": ("ap", PointKind.SUBJECT),
    "648": ("a", PointKind.SUBJECT),
    "650": ("abc", PointKind.SUBJECT),
    "651": ("ab", PointKind.PLACE_NAME),
    "655": ("a", PointKind.SUBJECT),
}
SUBDIVISION_CODES = "xyzv"


def authors(by: Fields, *, is_vietnamese: bool) -> tuple[Author, ...]:
    """Return persons and bodies answerable for the work, each name once."""
    found: dict[str, Author] = {}
    originals = vietnamese_originals(by)
    for tag in AUTHOR_TAGS:
        for field in by.get(tag, ()):
            author = author_in(original(field, originals), field.tag, is_vietnamese=is_vietnamese)
            if author is not None:
                found.setdefault(author.name, author)
    return tuple(found.values())


def author_in(field: Field, tag: str, *, is_vietnamese: bool) -> Author | None:
    """Read one field; `tag` is what it counts as (a field 880 stands for another)."""
    if tag >= "700" and field.first("t"):
        return None  # the author of a work within this one
    is_person = tag.endswith("00") or tag == "720"
    dates = ""
    if is_person:
        heading = sentence(" ".join(field.all("ab")))
        name = direct_name(heading, is_vietnamese=is_vietnamese)
        dates = life_dates(field)
    else:
        name = heading = ". ".join(filter(None, map(sentence, field.all("ab"))))
    role = sentence(field.first("e") or field.first("4").rpartition("/")[2])
    return Author(name, heading, is_person, role, dates) if name else None


def life_dates(field: Field) -> str:
    """Return the dates of a person as they stand, without punctuation."""
    dates = field.first("d")
    return sentence(dates) if dates else ""


def vietnamese_originals(by: Fields) -> dict[str, Field]:
    """Return the 880 fields written in Vietnamese with its marks, by what they are linked to: "700-03"."""
    return {field.first("6")[:6]: field for field in by.get("880", ()) if is_written_vietnamese(field.first("a"))}


def original(field: Field, originals: dict[str, Field]) -> Field:
    """Return the form in the original script when it is Vietnamese with its marks and this one is not."""
    if not originals or is_written_vietnamese(field.first("a")):
        return field
    link = field.first("6")
    return originals.get(f"{field.tag}-{link[4:6]}", field) if link.startswith("880-") else field


def author_points(found: tuple[Author, ...]) -> Iterator[AccessPoint]:
    """Yield what the authors are looked for by."""
    for author in found:
        kind = PointKind.PERSON if author.is_person else PointKind.BODY
        yield AccessPoint(PointUse.AUTHOR, kind, author.name, author.dates)


def subjects(by: Fields) -> list[AccessPoint]:
    """Return the subjects in the order of their tags."""
    found = [point for tag in SUBJECTS for field in by.get(tag, ()) if (point := subject_in(field)) is not None]
    words = [sentence(value) for field in by.get("653", ()) for value in field.all("a")]
    return found + [AccessPoint(PointUse.SUBJECT, PointKind.SUBJECT, word) for word in words if word]


def subject_in(field: Field) -> AccessPoint | None:
    """Read one field of SUBJECTS."""
    codes, kind = SUBJECTS[field.tag]
    main = sentence(" ".join(field.all(codes)))
    text = SUBDIVISION.join(filter(None, [main, *map(sentence, field.all(SUBDIVISION_CODES))]))
    dates = life_dates(field) if kind is PointKind.PERSON else ""
    return AccessPoint(PointUse.SUBJECT, kind, text, dates) if text else None


def class_points(numbers: tuple[str, ...]) -> list[AccessPoint]:
    """Return the class that the first DDC number lies in: "895.92234" is in 895."""
    return [AccessPoint(PointUse.CLASS, PointKind.CLASS, numbers[0][:3])] if numbers else []


def series_fields(by: Fields) -> list[Field]:
    """Return the fields that series are read from: as printed, or else as traced."""
    printed = by.get("490", []) + by.get("440", [])
    return printed or by.get("830", []) + by.get("810", []) + by.get("800", [])


def series_in(field: Field) -> str:
    """Return the name of a series without its number."""
    return sentence(" ".join(field.all("at" if field.tag in ("800", "810") else "anp")))


def series_points(by: Fields) -> Iterator[AccessPoint]:
    """Yield what the series are looked for by."""
    for field in series_fields(by):
        name = series_in(field)
        if name:
            yield AccessPoint(PointUse.SERIES, PointKind.SERIES, name)
