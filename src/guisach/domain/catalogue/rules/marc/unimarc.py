"""The core of UNIMARC, so that such a record is read for what it is and never as if it were MARC 21."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from guisach.domain.catalogue.rules.marc.description import (
    AccessPoint,
    Audience,
    Author,
    Description,
    Isbn,
    Kind,
    PointKind,
    PointUse,
)
from guisach.domain.catalogue.rules.marc.incoming import Reason, Unreadable
from guisach.domain.catalogue.rules.marc.isbd import clean, direct_name, sentence, unbracketed
from guisach.domain.catalogue.rules.marc.points import author_points, class_points
from guisach.domain.catalogue.rules.marc.unimarc_conversion import linked
from guisach.domain.catalogue.rules.marc.unimarc_tables import ROLES
from guisach.domain.catalogue.rules.standard_numbers import isbn13, issn
from guisach.kernel.text import nfc

if TYPE_CHECKING:
    from guisach.domain.catalogue.rules.marc.incoming import Field

_CODED = re.compile(r"^\d{8}[a-z|# ]")
_YEAR = re.compile(r"(?<!\d)(1[4-9]\d\d|20\d\d)(?!\d)")
_PAGES = re.compile(r"(\d+)\s*(?:p|pp|pages?|tr|s)\b", re.IGNORECASE)
_KINDS = {
    "a": Kind.BOOK,
    "b": Kind.MANUSCRIPT,
    "c": Kind.MUSIC,
    "d": Kind.MUSIC,
    "e": Kind.MAP,
    "f": Kind.MAP,
    "g": Kind.VIDEO,
    "i": Kind.SOUND,
    "j": Kind.SOUND,
    "k": Kind.VISUAL,
    "l": Kind.COMPUTER,
    "m": Kind.KIT,
    "r": Kind.VISUAL,
}
AUTHOR_TAGS = ("700", "710", "720", "701", "711", "721", "702", "712", "722")
_OTHER_TITLES = (
    *("500", "510", "512", "513", "514", "515", "516", "517", "518", "520", "530", "532", "540", "541", "545"),
)
SUBJECTS = {
    "600": PointKind.PERSON,
    "601": PointKind.BODY,
    "602": PointKind.PERSON,
    "605": PointKind.SUBJECT,
    "606": PointKind.SUBJECT,
    "607": PointKind.PLACE_NAME,
    "608": PointKind.SUBJECT,
}
_AUDIENCES = {
    **dict.fromkeys("abcd", Audience.CHILD),
    "e": Audience.TEEN,
    **dict.fromkeys("km", Audience.ADULT),
}


def is_unimarc(by: dict[str, list[Field]]) -> bool:
    """Say whether the fields are UNIMARC's: a title in 200, none in 245, and coded data in 100."""
    if "245" in by or "200" not in by or "100" not in by or "008" in by:
        return False
    has_title = any(field.first("a") for field in by["200"])
    return has_title and any(_CODED.match(field.first("a")) for field in by["100"])


def describe(leader: str, by: dict[str, list[Field]]) -> Description | Unreadable:
    """Read the core fields."""
    title_field = next(field for field in by["200"] if field.first("a"))
    title = " ; ".join(filter(None, map(sentence, title_field.all("a"))))
    if not title:
        return Unreadable(Reason.NO_TITLE, "the title in field 200 is empty")
    coded = next((field.first("a") for field in by["100"] if field.first("a")), "").ljust(36)
    languages = tuple(dict.fromkeys(filter(None, (value.strip().lower()[:3] for value in _values(by, "101", "a")))))
    published = by.get("210", []) + sorted(by.get("214", ()), key=lambda field: field.indicators[1:2] not in ("0", " "))
    authors = _authors(by, is_vietnamese="vie" in languages)
    subjects = _subjects(by)
    kind = _KINDS.get(leader[6:7], Kind.BOOK)
    if kind is Kind.BOOK:
        kind = {"a": Kind.ARTICLE, "s": Kind.SERIAL, "i": Kind.SERIAL}.get(leader[7:8], kind)
    return Description(
        control_no=nfc(by["001"][0].value) if "001" in by else "",
        control_source=nfc(_first(by, "801", "b")),
        changed_at_source=nfc(by["005"][0].value) if "005" in by else "",
        kind=kind,
        audience=_AUDIENCES.get(coded[17], Audience.ANY),
        title=title,
        subtitle=" : ".join(filter(None, map(sentence, title_field.all("e")))),
        part=". ".join(filter(None, map(sentence, title_field.all("hi")))),
        other_titles=_other_titles(title_field, by),
        statement=" ; ".join(filter(None, map(sentence, title_field.all("fg")))),
        authors=authors,
        edition=next((", ".join(filter(None, map(sentence, field.all("ab")))) for field in by.get("205", ())), ""),
        place=next(filter(None, (unbracketed(value) for field in published for value in field.all("a"))), ""),
        publisher=next(filter(None, (unbracketed(value) for field in published for value in field.all("c"))), ""),
        year=_year(" ".join(value for field in published for value in field.all("d")), coded[9:13]),
        languages=languages,
        ddc=_ddc(by),
        isbns=tuple(Isbn(nfc(value), isbn13(value)) for value in dict.fromkeys(_values(by, "010", "a"))),
        issns=tuple(dict.fromkeys(filter(None, map(issn, _values(by, "011", "a"))))),
        subjects=tuple(dict.fromkeys(subject.text for subject in subjects)),
        series=_series(by),
        extent=next((sentence(" ; ".join(map(clean, field.all("acd")))) for field in by.get("215", ())), ""),
        pages=max(
            (int(number) for number in _PAGES.findall(" ".join(_values(by, "215", "a"))[:500]) if len(number) < 6),
            default=None,
        ),
        summary="\n".join(map(nfc, _values(by, "330", "a"))),
        host=next(filter(None, (_work(field) for tag in ("461", "463") for field in by.get(tag, ()))), ""),
        points=_points(authors, subjects, by),
    )


def _first(by: dict[str, list[Field]], tag: str, code: str) -> str:
    return next(iter(_values(by, tag, code)), "")


def _values(by: dict[str, list[Field]], tag: str, codes: str) -> list[str]:
    return [value for field in by.get(tag, ()) for value in field.all(codes) if value]


def _authors(by: dict[str, list[Field]], *, is_vietnamese: bool) -> tuple[Author, ...]:
    found: dict[str, Author] = {}
    for tag in AUTHOR_TAGS:
        for field in by.get(tag, ()):
            author = author_in(field, is_vietnamese=is_vietnamese)
            if author is not None:
                found.setdefault(author.name, author)
    return tuple(found.values())


def author_in(field: Field, *, is_vietnamese: bool) -> Author | None:
    """Read one field of AUTHOR_TAGS."""
    is_person = field.tag[1] != "1"  # families (72-) too
    dates = ""
    if is_person:
        heading = ", ".join(filter(None, map(sentence, (field.first("a"), field.first("b")))))
        name = direct_name(heading, is_vietnamese=is_vietnamese)
        dates = sentence(field.first("f"))
    else:
        name = heading = ". ".join(filter(None, map(sentence, field.all("ab"))))
    return Author(name, heading, is_person, _role(field), dates) if name else None


def _role(field: Field) -> str:
    code = nfc(field.first("4"))
    return ROLES.get(code, code)


def _year(dates: str, coded: str) -> int | None:
    match = _YEAR.search(dates) or _YEAR.fullmatch(coded)
    return int(match[1]) if match else None


def subject_in(field: Field) -> AccessPoint | None:
    """Read one field of SUBJECTS."""
    kind = SUBJECTS[field.tag]
    main = sentence(", ".join(field.all("ab")) if field.tag == "600" else field.first("a"))
    text = " -- ".join(filter(None, [main, *map(sentence, field.all("xyzj"))]))
    dates = sentence(field.first("f")) if kind is PointKind.PERSON else ""
    return AccessPoint(PointUse.SUBJECT, kind, text, dates) if text else None


def _subjects(by: dict[str, list[Field]]) -> list[AccessPoint]:
    found = [point for tag in SUBJECTS for field in by.get(tag, ()) if (point := subject_in(field)) is not None]
    words = [sentence(value) for value in _values(by, "610", "a")]
    return found + [AccessPoint(PointUse.SUBJECT, PointKind.SUBJECT, word) for word in words if word]


def _points(
    authors: tuple[Author, ...], subjects: list[AccessPoint], by: dict[str, list[Field]]
) -> tuple[AccessPoint, ...]:
    series = [sentence(field.first("a")) for field in by.get("225", ())]
    named = [AccessPoint(PointUse.SERIES, PointKind.SERIES, name) for name in series if name]
    return tuple(dict.fromkeys([*author_points(authors), *subjects, *named, *class_points(_ddc(by))]))


def _ddc(by: dict[str, list[Field]]) -> tuple[str, ...]:
    matches = (re.match(r"\d{3}(\.\d+)?", value) for value in _values(by, "676", "a"))
    return tuple(dict.fromkeys(match[0] for match in matches if match))


def _other_titles(title_field: Field, by: dict[str, list[Field]]) -> tuple[str, ...]:
    found = title_field.all("cd")
    for tag in _OTHER_TITLES:
        found += [" ".join(field.all("ahi")) for field in by.get(tag, ())]
    return tuple(dict.fromkeys(filter(None, map(sentence, found))))


def _work(field: Field) -> str:
    """Return the title and volume that a linking field names."""
    found = linked(field)
    name, number = sentence(found.get("t", "")), sentence(found.get("v", ""))
    return f"{name} ; {number}" if name and number else name


def _series(by: dict[str, list[Field]]) -> tuple[str, ...]:
    found = []
    for field in by.get("225", ()):
        name = ". ".join(filter(None, map(sentence, field.all("ahi"))))
        number = sentence(field.first("v"))
        found.append(f"{name} ; {number}" if name and number else name)
    if not found:
        found = [_work(field) for field in by.get("410", ())]
    return tuple(dict.fromkeys(filter(None, found)))
