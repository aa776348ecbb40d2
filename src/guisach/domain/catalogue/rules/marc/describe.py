"""Read a MARC 21 record in the product's own words; a UNIMARC record is recognised and handed on."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from guisach.domain.catalogue.rules.languages import ISO_639_3, known_code
from guisach.domain.catalogue.rules.marc import points, unimarc
from guisach.domain.catalogue.rules.marc.description import Audience, Description, Isbn, Kind
from guisach.domain.catalogue.rules.marc.incoming import Reason, Unreadable
from guisach.domain.catalogue.rules.marc.isbd import is_written_vietnamese, sentence, unbracketed, unsquared
from guisach.domain.catalogue.rules.standard_numbers import isbn13, issn
from guisach.kernel.text import nfc

if TYPE_CHECKING:
    from collections.abc import Iterable

    from guisach.domain.catalogue.rules.marc.incoming import Field, Incoming
    from guisach.domain.catalogue.rules.marc.points import Fields

_NOT_BIBLIOGRAPHIC = {
    "z": "an authority record",
    "u": "a holdings record",
    "v": "a holdings record",
    "x": "a holdings record",
    "y": "a holdings record",
    "w": "a classification record",
    "q": "a community information record",
}
_KINDS = {
    "a": Kind.BOOK,
    "c": Kind.MUSIC,
    "d": Kind.MUSIC,
    "e": Kind.MAP,
    "f": Kind.MAP,
    "g": Kind.VIDEO,
    "i": Kind.SOUND,
    "j": Kind.SOUND,
    "k": Kind.VISUAL,
    "m": Kind.COMPUTER,
    "o": Kind.KIT,
    "p": Kind.MANUSCRIPT,
    "r": Kind.VISUAL,
    "t": Kind.MANUSCRIPT,
}
_AUDIENCES = {
    **dict.fromkeys("abcj", Audience.CHILD),
    "d": Audience.TEEN,
    **dict.fromkeys("ef", Audience.ADULT),
}
_TITLES_INSTEAD = ("240", "130", "222", "210", "246", "242", "247")
_YEAR = re.compile(r"(?<!\d)(\d{4})(?!\d)")
_DDC = re.compile(r"^\d{3}(?:\.\d+)?")
_LANGUAGE = re.compile(r"^[a-z]{3}$")
_NO_LANGUAGE = frozenset({"und", "mul", "zxx", "nnn", "xxx"})
_PAGES = re.compile(r"((?:\[?\d+\]?\s*,\s*)*\[?\d+\]?)\s*(?:p|pp|pages?|tr|trang|pg|s|с)\b", re.IGNORECASE)


_ENOUGH = 500  # characters of an extent that are looked at; the pattern is not for novels


def describe(record: Incoming) -> Description | Unreadable:
    """Read title, names, numbers and the rest out of a record, or say why it does not belong in the catalogue."""
    type_of_record = record.leader[6:7]
    if type_of_record in _NOT_BIBLIOGRAPHIC:
        what = _NOT_BIBLIOGRAPHIC[type_of_record]
        return Unreadable(Reason.NOT_BIBLIOGRAPHIC, f"{what} (leader/06 is {type_of_record})")
    by: Fields = {}
    for field in record.fields:
        by.setdefault(field.tag, []).append(field)
    if unimarc.is_unimarc(by):
        return unimarc.describe(record.leader, by)
    title, subtitle, part, other_titles = _titles(by)
    if not title:
        return Unreadable(Reason.NO_TITLE, "no field that could serve as a title")
    coded = _coded(by)
    languages = _languages(by, coded)
    place, publisher, year = _publication(by, coded)
    authors = points.authors(by, is_vietnamese="vie" in languages)
    subjects = points.subjects(by)
    ddc = _ddc(by)
    return Description(
        control_no=_control(by, "001"),
        control_source=_control(by, "003") or nfc(_first(by, "040", "a")),
        changed_at_source=_control(by, "005"),
        kind=_kind(record.leader),
        audience=_audience(record.leader, coded),
        title=title,
        subtitle=subtitle,
        part=part,
        other_titles=other_titles,
        statement=sentence(_first(by, "245", "c")),
        authors=authors,
        edition=sentence(_first(by, "250", "a")),
        place=place,
        publisher=publisher,
        year=year,
        languages=languages,
        ddc=ddc,
        isbns=_isbns(by),
        issns=_unique(issn(value) for value in _values(by, "022", "a")),
        subjects=_unique(subject.text for subject in subjects),
        series=_series(by),
        extent=_extent(by),
        pages=_pages(" ".join(_values(by, "300", "a"))),
        summary="\n".join(filter(None, (nfc(" ".join(field.all("ab"))) for field in by.get("520", ())))),
        host=sentence(_first(by, "773", "t")),
        points=tuple(
            dict.fromkeys(
                [*points.author_points(authors), *subjects, *points.series_points(by), *points.class_points(ddc)]
            )
        ),
    )


def _first(by: Fields, tag: str, code: str) -> str:
    for field in by.get(tag, ()):
        value = field.first(code)
        if value:
            return value
    return ""


def _values(by: Fields, tag: str, codes: str) -> list[str]:
    return [value for field in by.get(tag, ()) for value in field.all(codes)]


def _control(by: Fields, tag: str) -> str:
    fields = by.get(tag)
    return nfc(fields[0].value) if fields else ""


def _unique(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, values)))


def _coded(by: Fields) -> str:
    """Return field 008, padded so that every position is there."""
    fields = by.get("008")
    return fields[0].value.ljust(40) if fields else " " * 40


def _kind(leader: str) -> Kind:
    kind = _KINDS.get(leader[6:7], Kind.BOOK)
    if kind is Kind.BOOK:
        level = leader[7:8]
        if level in ("a", "b"):
            return Kind.ARTICLE
        if level in ("s", "i"):
            return Kind.SERIAL
    return kind


def _audience(leader: str, coded: str) -> Audience:
    if leader[6:7] in ("e", "f") or _kind(leader) is Kind.SERIAL:
        return Audience.ANY  # these use the position for something else
    return _AUDIENCES.get(coded[22], Audience.ANY)


def _titles(by: Fields) -> tuple[str, str, str, tuple[str, ...]]:
    """Return title, subtitle, part, and the other titles a reader may look for."""
    main, linked = _main_title_fields(by)
    title, subtitle, part, parallel = _title_parts(main) if main else ("", "", "", [])
    others = [*parallel, *(" ".join(filter(None, _title_parts(field)[:2])) for field in linked)]
    for tag in ("240", "130", "246", "242", "740"):
        others += [sentence(" ".join(field.all("anp"))) for field in by.get(tag, ())]
    if not title:
        title = next(filter(None, (_plain_title(by, tag) for tag in _TITLES_INSTEAD)), "")
        title = title or sentence(_first(by, "773", "t"))
    return title, subtitle, part, tuple(other for other in _unique(map(unsquared, others)) if other != title)


def _main_title_fields(by: Fields) -> tuple[Field | None, list[Field]]:
    """Return the field the title is read from, and those in another script that are linked to it.

    The Roman form leads, unless the one in the original script is Vietnamese with its marks and it is not.
    """
    linked = [field for field in by.get("880", ()) if field.first("6").startswith("245-")]
    mains = by.get("245")
    if not mains:
        return (linked[0], linked[1:]) if linked else (None, [])
    main = mains[0]
    for field in linked:
        if is_written_vietnamese(field.first("a")) and not is_written_vietnamese(main.first("a")):
            return field, [main, *(other for other in linked if other is not field)]
    return main, linked


def _title_parts(field: Field) -> tuple[str, str, str, list[str]]:
    raw = next(filter(None, map(field.first, "akpb")), "") or _without_a_code(field)
    title = unsquared(sentence(raw))
    rest = nfc(" ".join(field.all("b"))) if field.first("a") else ""
    before, *parallel = re.split(r"(?:^|\s)=\s", " " + rest) if "=" in rest else [rest]
    if nfc(raw).endswith("="):
        parallel, before = [before, *parallel], ""
    elif nfc(raw).endswith(";"):  # several works without a common title
        title, before = " ; ".join(filter(None, (title, sentence(before)))), ""
    part = ". ".join(filter(None, map(sentence, field.all("np") if field.first("a") else [])))
    return title, sentence(before), part, [sentence(one) for one in parallel]


def _without_a_code(field: Field) -> str:
    """Return the text whose code was lost or garbled, as in "245 10 Số đỏ"."""
    return next((value for code, value in field.subfields if not (code.isascii() and code.isalnum())), "")


def _plain_title(by: Fields, tag: str) -> str:
    return next(filter(None, (sentence(" ".join(field.all("anp"))) for field in by.get(tag, ()))), "")


def _publication(by: Fields, coded: str) -> tuple[str, str, int | None]:
    """Return place, publisher and year, from the publication statement before any other."""
    fields = [field for field in by.get("264", ()) if field.indicators[1:2] == "1"]
    fields += by.get("260", ())
    fields += [field for field in by.get("264", ()) if field.indicators[1:2] != "1"]
    place = next(filter(None, (unbracketed(value) for field in fields for value in field.all("a"))), "")
    publisher = next(filter(None, (unbracketed(value) for field in fields for value in field.all("b"))), "")
    dates = " ".join(value for field in fields for value in field.all("c"))[:_ENOUGH]
    return place, publisher, _year(dates, coded[7:11])


def _year(dates: str, coded: str) -> int | None:
    """Take the year as printed; the coded one decides where several are, or when they are of another calendar."""
    years = [int(year) for year in _YEAR.findall(dates)]
    known = int(coded) if coded.isascii() and coded.isdigit() else 0
    if known in years:
        return known
    plausible = [year for year in years if 1450 <= year <= 2100]
    if plausible:
        return plausible[0]
    return known if 1000 <= known <= 2100 else None


def _languages(by: Fields, coded: str) -> tuple[str, ...]:
    # The finer list says Tày where MARC's own, and so 008, can only say that it is one of the Tai languages.
    finer = [field for field in by.get("041", ()) if field.first("2").strip().lower() == ISO_639_3]
    codes = [known_code(value) for field in finer for value in field.all("a")]
    codes.append(coded[35:38])
    for value in _values(by, "041", "a"):
        value = value.strip().lower()
        codes += [value[i : i + 3] for i in range(0, len(value), 3)] if len(value) % 3 == 0 else [value]
    return _unique(code for code in codes if _LANGUAGE.match(code) and code not in _NO_LANGUAGE)


def _ddc(by: Fields) -> tuple[str, ...]:
    numbers = []
    for value in _values(by, "082", "a") + _values(by, "092", "a"):
        match = _DDC.match(value.strip().replace("/", "").replace("'", "").replace("′", ""))
        if match is not None:
            numbers.append(match[0])
    return _unique(numbers)


def _isbns(by: Fields) -> tuple[Isbn, ...]:
    given = [nfc(value) for value in _values(by, "020", "a")]
    given += [nfc(field.first("a")) for field in by.get("024", ()) if field.indicators[:1] == "3"]
    isbns = [Isbn(value, isbn13(value)) for value in dict.fromkeys(filter(None, given))]
    return tuple(isbn for isbn in isbns if isbn.ean or any(char.isdigit() for char in isbn.given))


def _series(by: Fields) -> tuple[str, ...]:
    found = []
    for field in points.series_fields(by):
        name = points.series_in(field)
        number = sentence(field.first("v"))
        found.append(f"{name} ; {number}" if name and number else name)
    return _unique(found)


def _extent(by: Fields) -> str:
    return next(filter(None, (sentence(" ".join(field.all("abce"))) for field in by.get("300", ()))), "")


def _pages(extent: str) -> int | None:
    """Return the number of pages of the longest sequence: "xii, 336 p." has 336."""
    found = [int(number) for match in _PAGES.findall(extent[:_ENOUGH]) for number in re.findall(r"\d+", match)]
    found = [number for number in found if 0 < number < 100_000]
    return max(found, default=None)
