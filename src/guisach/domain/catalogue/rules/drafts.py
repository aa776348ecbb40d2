"""What a person or a program fills in about a title and its copies, and how that is read from a description."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date, datetime

    from guisach.domain.catalogue.rules.marc.description import Description

# Kinds that readers know and MARC does not tell: an import that says "book" does not take them back.
HOUSE_KINDS = frozenset({"COMIC", "TEXTBOOK", "LAW", "LOCAL"})
TITLE_KEY_LENGTH = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordDraft:
    """The words of a record as a form has them; `kind` and `audience` are those of the models."""

    title: str
    subtitle: str = ""
    authors: tuple[str, ...] = ()
    """In the order they are said; the first is the main one."""
    publisher: str = ""
    published_at_place: str = ""
    year: int | None = None
    edition: str = ""
    language: str = ""
    """MARC code of three letters: vie, eng, …"""
    ddc: str = ""
    kind: str = "BOOK"
    audience: str = "ANY"
    subjects: tuple[str, ...] = ()
    series: str = ""
    isbns: tuple[str, ...] = ()
    issns: tuple[str, ...] = ()
    other_titles: tuple[str, ...] = ()
    """Parallel, variant and uniform titles, and those in other scripts."""
    extent: str = ""
    summary: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyDraft:
    """A copy to be added; `owner` and `base` are codes of places."""

    owner: str
    base: str
    barcode: str = ""
    """Empty: the next number of `series`."""
    series: str = ""
    condition: str = "NORMAL"
    call_no: str = ""
    shelf: str = ""
    price_vnd: int | None = None
    acquired_on: date | None = None
    note: str = ""
    collection: str = ""
    state: str = "GOOD"
    part: str = ""
    """What the copy itself is, for volumes of one record: "Tập 2"."""
    receipt: int | None = None
    labelled_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTitle:
    """A title with its copies, for adding many at once."""

    draft: RecordDraft
    copies: tuple[CopyDraft, ...] = ()
    is_filler: bool = False
    """Made up for the demonstration province."""


def draft_of(description: Description) -> RecordDraft:
    """Take from a description what a record keeps: a volume's number and name belong to its title here."""
    return RecordDraft(
        title=". ".join(filter(None, (description.title, description.part))),
        subtitle=description.subtitle,
        authors=tuple(author.name for author in description.authors),
        publisher=description.publisher,
        published_at_place=description.place,
        year=description.year,
        edition=description.edition,
        language=next(iter(description.languages), ""),
        ddc=next(iter(description.ddc), ""),
        kind=description.kind,
        audience=description.audience,
        subjects=description.subjects,
        series=next(iter(description.series), description.host),
        isbns=tuple(dict.fromkeys(isbn.ean or isbn.given for isbn in description.isbns)),
        issns=description.issns,
        other_titles=description.other_titles,
        extent=description.extent,
        summary=description.summary,
    )
