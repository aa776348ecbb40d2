"""The core of UNIMARC, so that such a record is read for what it is and never as if it were MARC 21."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from guisach.domain.catalogue.rules.marc.description import Audience, Author, Description, Isbn, Kind
from guisach.domain.catalogue.rules.marc.incoming import Reason, Unreadable
from guisach.domain.catalogue.rules.marc.isbd import clean, direct_name, sentence, unbracketed
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
    title = sentence(title_field.first("a"))
    if not title:
        return Unreadable(Reason.NO_TITLE, "the title in field 200 is empty")
    coded = next((field.first("a") for field in by["100"] if field.first("a")), "").ljust(36)
    languages = tuple(dict.fromkeys(filter(None, (value.strip().lower()[:3] for value in _values(by, "101", "a")))))
    published = by.get("210", []) + by.get("214", [])
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
        other_titles=tuple(dict.fromkeys(filter(None, map(sentence, title_field.all("d") + _values(by, "517", "a"))))),
        statement=" ; ".join(filter(None, map(sentence, title_field.all("fg")))),
        authors=_authors(by, is_vietnamese="vie" in languages),
        edition=sentence(_first(by, "205", "a")),
        place=next(filter(None, (unbracketed(value) for field in published for value in field.all("a"))), ""),
        publisher=next(filter(None, (unbracketed(value) for field in published for value in field.all("c"))), ""),
        year=_year(" ".join(value for field in published for value in field.all("d")), coded[9:13]),
        languages=languages,
        ddc=tuple(
            dict.fromkeys(match[0] for value in _values(by, "676", "a") if (match := re.match(r"\d{3}(\.\d+)?", value)))
        ),
        isbns=tuple(Isbn(nfc(value), isbn13(value)) for value in dict.fromkeys(_values(by, "010", "a"))),
        issns=tuple(dict.fromkeys(filter(None, map(issn, _values(by, "011", "a"))))),
        subjects=_subjects(by),
        series=_series(by),
        extent=next((sentence(" ; ".join(map(clean, field.all("acd")))) for field in by.get("215", ())), ""),
        pages=max(
            (int(number) for number in _PAGES.findall(" ".join(_values(by, "215", "a"))[:500]) if len(number) < 6),
            default=None,
        ),
        summary="\n".join(map(nfc, _values(by, "330", "a"))),
        host=sentence(_first(by, "461", "t") or _first(by, "463", "t")),
    )


def _first(by: dict[str, list[Field]], tag: str, code: str) -> str:
    return next(iter(_values(by, tag, code)), "")


def _values(by: dict[str, list[Field]], tag: str, codes: str) -> list[str]:
    return [value for field in by.get(tag, ()) for value in field.all(codes) if value]


def _authors(by: dict[str, list[Field]], *, is_vietnamese: bool) -> tuple[Author, ...]:
    found: dict[str, Author] = {}
    for tag in ("700", "710", "701", "711", "702", "712"):
        for field in by.get(tag, ()):
            is_person = tag[1] == "0"
            if is_person:
                heading = ", ".join(filter(None, map(sentence, (field.first("a"), field.first("b")))))
                name = direct_name(heading, is_vietnamese=is_vietnamese)
            else:
                name = heading = ". ".join(filter(None, map(sentence, field.all("ab"))))
            if name:
                found.setdefault(name, Author(name, heading, is_person, nfc(field.first("4"))))
    return tuple(found.values())


def _year(dates: str, coded: str) -> int | None:
    match = _YEAR.search(dates) or _YEAR.fullmatch(coded)
    return int(match[1]) if match else None


def _subjects(by: dict[str, list[Field]]) -> tuple[str, ...]:
    found = []
    for tag in ("600", "601", "602", "605", "606", "607", "608"):
        for field in by.get(tag, ()):
            main = sentence(", ".join(field.all("ab")) if tag == "600" else field.first("a"))
            found.append(" -- ".join(filter(None, [main, *map(sentence, field.all("xyz"))])))
    found += [sentence(value) for value in _values(by, "610", "a")]
    return tuple(dict.fromkeys(filter(None, found)))


def _series(by: dict[str, list[Field]]) -> tuple[str, ...]:
    found = []
    for field in by.get("225", ()):
        name, number = sentence(field.first("a")), sentence(field.first("v"))
        found.append(f"{name} ; {number}" if name and number else name)
    return tuple(dict.fromkeys(filter(None, found)))
