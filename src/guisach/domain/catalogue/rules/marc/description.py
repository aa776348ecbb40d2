"""A record in the product's own words, whatever format it came in."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


class Kind(StrEnum):
    """Kind of material, as far as a MARC record tells."""

    BOOK = "BOOK"
    SERIAL = "SERIAL"
    ARTICLE = "ARTICLE"
    MAP = "MAP"
    MUSIC = "MUSIC"
    SOUND = "SOUND"
    VIDEO = "VIDEO"
    VISUAL = "VISUAL"
    COMPUTER = "COMPUTER"
    MANUSCRIPT = "MANUSCRIPT"
    KIT = "KIT"


class Audience(StrEnum):
    """Whom a work is for."""

    CHILD = "CHILD"
    TEEN = "TEEN"
    ADULT = "ADULT"
    ANY = "ANY"


class Author(NamedTuple):
    """A person or body answerable for a work."""

    name: str
    """In the order it is said, where that is certain."""
    heading: str
    """As in the record, without dates and punctuation."""
    is_person: bool
    role: str = ""
    """Code or word of the record, empty for the author."""
    dates: str = ""
    """Of a person's life, as the record has them: "1920-2014"."""


class PointUse(StrEnum):
    """What an access point is to its record; lists to browse in are kept apart by it."""

    AUTHOR = "AUTHOR"
    SUBJECT = "SUBJECT"
    SERIES = "SERIES"
    CLASS = "CLASS"


class PointKind(StrEnum):
    """What an access point names; one authority serves all uses of its kind."""

    PERSON = "PERSON"
    BODY = "BODY"
    SUBJECT = "SUBJECT"
    PLACE_NAME = "PLACE_NAME"
    SERIES = "SERIES"
    CLASS = "CLASS"


class AccessPoint(NamedTuple):
    """A name, subject, series or DDC class (its three digits) under which a record is looked for (điểm truy cập)."""

    use: PointUse
    kind: PointKind
    text: str
    """As shown: names in the order they are said, subjects with their subdivisions ("Tục ngữ -- Việt Nam")."""
    dates: str = ""
    """Of a person's life, where the record has them."""


class Isbn(NamedTuple):
    """An ISBN as it was given, and its thirteen digits; empty when it is not valid."""

    given: str
    ean: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """What the catalogue shows, searches and matches. Texts are NFC, without ISBD punctuation, empty when unknown."""

    control_no: str = ""
    control_source: str = ""
    changed_at_source: str = ""
    """MARC 005, as it stands."""
    kind: Kind = Kind.BOOK
    audience: Audience = Audience.ANY
    title: str
    subtitle: str = ""
    part: str = ""
    """Number and name of a part: "Tập 2. Đất nước"."""
    other_titles: tuple[str, ...] = ()
    statement: str = ""
    """The statement of responsibility as printed."""
    authors: tuple[Author, ...] = ()
    edition: str = ""
    place: str = ""
    publisher: str = ""
    year: int | None = None
    languages: tuple[str, ...] = ()
    ddc: tuple[str, ...] = ()
    isbns: tuple[Isbn, ...] = ()
    issns: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    series: tuple[str, ...] = ()
    extent: str = ""
    pages: int | None = None
    summary: str = ""
    host: str = ""
    """For an article: what it is in."""
    points: tuple[AccessPoint, ...] = ()
    """Everything it is looked for by, each once: authors, subjects, series."""

    @property
    def isbn13s(self) -> tuple[str, ...]:
        """The valid ISBNs, each once."""
        return tuple(dict.fromkeys(isbn.ean for isbn in self.isbns if isbn.ean))
