"""Write a UNIMARC record as MARC 21, with everything that has a place there; what has none is kept as a note (590).

UNIMARC leaves out the punctuation of ISBD, and MARC 21 as Vietnamese libraries write it has it: it is put in.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from guisach.domain.catalogue.rules.marc.incoming import Field, Incoming
from guisach.domain.catalogue.rules.marc.unimarc_tables import (
    AUDIENCES,
    COUNTRIES,
    DATE_TYPES,
    ILLUSTRATIONS,
    LINKS,
    LITERARY,
    RENAMED,
    ROLES,
    TYPES,
)
from guisach.kernel.text import nfc

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

By = dict[str, list[Field]]
_MAIN = ("700", "710", "720")
_NAMES = (*_MAIN, "701", "702", "711", "712", "721", "722")
_NON_SORTING = re.compile("[\x88\x98](.*?)[\x89\x9c]")
_SORT_MARKS = re.compile("[\x88\x89\x98\x9c]")
_DONE = frozenset({"003", "005", "100", "102", "105"})  # are in other fields, whole
_TYPES_WITH_BOOK_CODES = frozenset("ab")


class _Piece(NamedTuple):
    """A subfield, and the sign of ISBD that stands before it."""

    code: str
    sign: str
    text: str


def to_marc21(record: Incoming) -> Incoming:
    """Return the record in MARC 21. Its title, names, numbers and subjects say the same."""
    by: By = {}
    for field in record.fields:
        by.setdefault(field.tag, []).append(field)
    written = [Field("008", "", (), _coded(record.leader, by))]
    main = next((field for tag in _MAIN for field in by.get(tag, ())), None)
    for field in record.fields:
        written += _converted(field, by, main)
    written.sort(key=lambda field: field.tag)
    return Incoming(_leader(record.leader), tuple(field for field in written if field.subfields or field.value))


def _leader(before: str) -> str:
    before = before.ljust(24)
    kind = TYPES.get(before[6], before[6])
    return f"00000{before[5]}{kind}{before[7]} a2200000 i 4500"


def _converted(field: Field, by: By, main: Field | None) -> list[Field]:
    tag = field.tag
    if tag in _DONE:
        return _small(field)
    if tag == "001" or "9" in tag:  # a 9 is for local use in both
        return [field]
    if tag in _NAMES:
        return [_name(field, is_main=field is main)]
    if tag in {"600", "601", "602"}:
        return [_subject(field)]
    if tag in _SPECIAL:
        return _SPECIAL[tag](field, by)
    if tag in LINKS:
        return [_link(field)]
    if tag in RENAMED:
        return _renamed(field)
    if tag.startswith("3"):
        return _rest(field, "500", _pairs(field, {"a": "a"}), "a")
    return [_note(field)]


def _small(field: Field) -> list[Field]:
    if field.tag == "005":
        return [field]
    if field.tag == "003" and field.value.startswith("http"):
        return [Field("024", "7 ", (("a", field.value), ("2", "uri")))]
    if field.tag == "102" and field.subfields:
        return _rest(field, "044", _pairs(field, {"a": "c"}), "a")
    return []


# Parts ---------------------------------------------------------------------------------------------------------


def _plain(text: str) -> str:
    return nfc(_SORT_MARKS.sub("", text))


def _pairs(field: Field, codes: dict[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple((codes[code], text) for code, value in field.subfields if code in codes and (text := _plain(value)))


def _rest(field: Field, tag: str, pairs: tuple[tuple[str, str], ...], taken: str, marks: str = "  ") -> list[Field]:
    """Return a field, and a note of the subfields that found no place in it."""
    kept = [Field(tag, marks, pairs)] if pairs else []
    left = tuple(pair for pair in field.subfields if pair[0] not in taken)
    return [*kept, _note(field._replace(subfields=left))] if left else kept


def _note(field: Field) -> Field:
    text = "".join(f"${code}{value}" for code, value in field.subfields) or field.value
    return Field("590", "  ", (("a", f"UNIMARC {field.tag}: {_plain(text)}"),)) if text else field._replace(value="")


def _renamed(field: Field) -> list[Field]:
    new = RENAMED[field.tag]
    if new.keeps_others:
        return [Field(new.tag, field.indicators, field.subfields)]
    pairs = _pairs(field, new.codes)
    marks = new.indicators
    if any(code == "2" for code, _text in pairs) and new.tag.startswith("6"):
        marks = f"{marks[:1]}7"
    return _rest(field, new.tag, pairs, "".join(new.codes), marks)


def _joined(pieces: Iterable[_Piece]) -> tuple[tuple[str, str], ...]:
    """Put signs behind what they follow; pieces of one code that follow one another are one subfield."""
    found: list[tuple[str, str]] = []
    for code, sign, text in pieces:
        text = _plain(text)
        if not text:
            continue
        if found and found[-1][0] == code:
            found[-1] = (code, f"{found[-1][1]}{sign}{text}")
            continue
        if found:
            found[-1] = (found[-1][0], found[-1][1] + sign.rstrip())
        found.append((code, text))
    return tuple(found)


def _areas(field: Field, signs: dict[str, tuple[str, str]]) -> list[_Piece]:
    """Take the subfields in their order; `signs` has the new code and the sign of each."""
    return [_Piece(*signs[code], text) for code, text in field.subfields if code in signs]


_TITLE = {
    "a": ("b", " ; "), "b": ("h", " "), "c": ("c", ". "), "d": ("b", " = "), "e": ("b", " : "), "f": ("c", " / "),
    "g": ("c", " ; "), "h": ("n", ". "), "i": ("p", ", "), "v": ("n", ". "),
}  # fmt: skip
_PUBLISHED = {
    "a": ("a", " ; "), "b": ("a", ", "), "c": ("b", " : "), "d": ("c", ", "), "e": ("e", " "), "g": ("f", " : "),
    "h": ("g", ", "),
}  # fmt: skip
_EXTENT = {"a": ("a", " ; "), "c": ("b", " : "), "d": ("c", " ; "), "e": ("e", " + ")}
_SERIES = {
    "a": ("a", " ; "), "d": ("a", " = "), "e": ("a", " : "), "f": ("a", " / "), "h": ("a", ". "), "i": ("a", ". "),
    "v": ("v", " ; "), "x": ("x", ", "),
}  # fmt: skip
_EDITION = {"a": ("a", " ; "), "b": ("a", ", "), "d": ("a", " = "), "f": ("b", " / "), "g": ("b", " ; ")}


def _title(field: Field, by: By) -> list[Field]:
    pieces = _areas(field, _TITLE)
    # Other information that stands behind a parallel title is taken for the title's own, as `describe` takes it.
    own = [piece for piece in pieces if piece.code in "bh" and piece.sign != " = "]
    parallel = [piece for piece in pieces if piece.sign == " = "]
    pieces = [*own, *parallel, *(piece for piece in pieces if piece.code not in "bh")]
    if pieces and field.subfields[0][0] == "a":
        pieces[0] = pieces[0]._replace(code="a")
    leading = _NON_SORTING.match(field.first("a"))
    ignored = min(len(leading[1]), 9) if leading else 0
    marks = f"{int(any(tag in by for tag in _MAIN))}{ignored}"
    return _rest(field, "245", _joined(pieces), "".join(_TITLE) + "z", marks)


def _published(field: Field, _by: By) -> list[Field]:
    if field.tag == "210":
        return _rest(field, "260", _joined(_areas(field, _PUBLISHED)), "".join(_PUBLISHED))
    function = {"0": "1", "1": "0"}.get(field.indicators[1:2], field.indicators[1:2])
    return _rest(field, "264", _joined(_areas(field, _PUBLISHED)), "".join(_PUBLISHED), f" {function.strip() or '1'}")


def _areas_of(tag: str, signs: dict[str, tuple[str, str]], marks: str = "  ") -> Callable[[Field, By], list[Field]]:
    def write(field: Field, _by: By) -> list[Field]:
        return _rest(field, tag, _joined(_areas(field, signs)), "".join(signs), marks)

    return write


def _series(field: Field, by: By) -> list[Field]:
    return _rest(field, "490", _joined(_areas(field, _SERIES)), "".join(_SERIES), f"{int('410' in by)} ")


def _languages(field: Field, _by: By) -> list[Field]:
    codes = {"a": "a", "b": "k", "c": "h", "d": "b", "e": "f", "h": "e", "i": "g", "j": "j"}
    is_translated = field.indicators[:1] in ("1", "2")
    return _rest(field, "041", _pairs(field, codes), "".join(codes), f"{int(is_translated)} ")


def _contents(field: Field, _by: By) -> list[Field]:
    text = " -- ".join(filter(None, map(_plain, field.all("a"))))
    return _rest(field, "505", (("a", text),) if text else (), "a", "0 ")


def _thesis(field: Field, _by: By) -> list[Field]:
    text = _plain(" ; ".join(value for _code, value in field.subfields))
    return [Field("502", "  ", (("a", text),))]


def _agency(field: Field, by: By) -> list[Field]:
    """Write 003 and 040 of the first source, further ones into 040 $d."""
    if field is not by["801"][0]:
        return []
    others = tuple(("d", _plain(other.first("b"))) for other in by["801"][1:] if other.first("b"))
    agency, rules = _plain(field.first("b")), _plain(field.first("g"))
    pairs = (("a", agency), ("c", agency), *others, ("e", rules))
    own = [Field("003", "", (), agency)] if agency else []
    return [*own, Field("040", "  ", tuple(pair for pair in pairs if pair[1]))]


_SPECIAL: dict[str, Callable[[Field, By], list[Field]]] = {
    "101": _languages,
    "200": _title,
    "205": _areas_of("250", _EDITION),
    "210": _published,
    "214": _published,
    "215": _areas_of("300", _EXTENT),
    "225": _series,
    "327": _contents,
    "328": _thesis,
    "801": _agency,
}


# Names and links -----------------------------------------------------------------------------------------------


def _name(field: Field, *, is_main: bool) -> Field:
    block = "1" if is_main else "7"
    if field.tag[1] == "1":
        pairs, kind, marks = _body(field)
        return Field(block + kind, marks, (*pairs, *_roles(field)))
    pairs, marks = _person(field)
    return Field(f"{block}00", marks, (*pairs, *_roles(field)))


def _person(field: Field) -> tuple[tuple[tuple[str, str], ...], str]:
    """Return a person's (or family's) subfields and indicators."""
    heading = ", ".join(filter(None, (_plain(field.first(code)).strip(" ,") for code in "ab")))
    pairs = [("a", heading)]
    pairs += [(new, _plain(text)) for old, new in (("d", "b"), ("c", "c"), ("f", "d")) for text in field.all(old)]
    pairs += [("t", _plain(text)) for text in field.all("t")]
    is_family = field.tag in {"602", "720", "721", "722"}
    mark = "3" if is_family else "0" if field.indicators[1:2] == "0" and not field.first("b") else "1"
    return tuple(pair for pair in pairs if pair[1]), f"{mark} "


def _body(field: Field) -> tuple[tuple[tuple[str, str], ...], str, str]:
    """Return a body's or a meeting's subfields, the end of its tag, and the indicators."""
    is_meeting = field.indicators[:1] == "1"
    added = "".join(f" ({_plain(text)})" for text in field.all("c"))
    pairs = [("a", _plain(field.first("a")) + added), *(("b", _plain(text)) for text in field.all("b"))]
    pairs += [(new, _plain(text)) for old, new in (("d", "n"), ("f", "d"), ("e", "c")) for text in field.all(old)]
    mark = field.indicators[1:2] if field.indicators[1:2] in ("0", "1", "2") else "2"
    return tuple(pair for pair in pairs if pair[1]), "11" if is_meeting else "10", f"{mark} "


def _roles(field: Field) -> list[tuple[str, str]]:
    roles = [("4", ROLES.get(code.strip(), code.strip())) for code in field.all("4")]
    return [pair for pair in roles if pair[1]] + [("0", _plain(number)) for number in field.all("3")]


def _subject(field: Field) -> Field:
    if field.tag == "601":
        pairs, kind, marks = _body(field)
        tag = "6" + kind
    else:
        pairs, marks = _person(field)
        tag = "600"
    divided = _pairs(field, {"x": "x", "y": "z", "z": "y", "j": "v", "2": "2", "3": "0"})
    return Field(tag, f"{marks[:1]}{'7' if field.first('2') else '4'}", (*pairs, *divided))


def linked(field: Field) -> dict[str, str]:
    """Return what a linking field says of the other record, with the codes of a linking field without $1.

    The other record may stand in it whole: $1 and the tag, indicators and subfields of a field, again and again.
    """
    if not field.first("1"):
        return {code: _plain(value) for code, value in reversed(field.subfields) if code}
    found: dict[str, str] = {}
    tag = ""
    for code, value in field.subfields:
        if code == "1":
            tag = value[:3]
            if tag in ("001", "011", "010"):
                found.setdefault({"001": "0", "011": "x", "010": "y"}[tag], _plain(value[3:]))
            continue
        name = _INSIDE.get((tag, code), "" if tag else code)
        if name and _plain(value):
            found[name] = (
                ", ".join(filter(None, (found.get(name, ""), _plain(value))))
                if name == "a"
                else (found.get(name) or _plain(value))
            )
    return found


_INSIDE = {
    ("200", "a"): "t", ("200", "v"): "v", ("200", "h"): "h", ("200", "i"): "i", ("210", "a"): "c", ("210", "c"): "n",
    ("210", "d"): "d", ("225", "v"): "v", ("700", "a"): "a", ("700", "b"): "a", ("710", "a"): "a", ("011", "a"): "x",
    ("010", "a"): "y", ("500", "a"): "t",
}  # fmt: skip


def _link(field: Field) -> Field:
    found = linked(field)
    tag = LINKS[field.tag]
    part = ", ".join(filter(None, (found.get("h"), found.get("i"))))
    if tag == "830":
        pairs = [("a", found.get("t", "")), ("n", part), ("v", found.get("v", "")), ("x", found.get("x", ""))]
        return Field(
            "830", " 0", _joined(_Piece(code, {"v": " ; ", "x": ", "}.get(code, ". "), text) for code, text in pairs)
        )
    published = " : ".join(filter(None, (found.get("c"), found.get("n"))))
    pairs = [
        ("a", found.get("a", "")), ("t", ". ".join(filter(None, (found.get("t"), part)))),
        ("d", ", ".join(filter(None, (published, found.get("d"))))), ("g", found.get("v", found.get("p", ""))),
        ("x", found.get("x", "")), ("z", found.get("y", "")), ("w", found.get("0", found.get("3", ""))),
    ]  # fmt: skip
    return Field(tag, "00" if tag in ("780", "785") else "0 ", tuple(pair for pair in pairs if pair[1]))


# Coded data ----------------------------------------------------------------------------------------------------


def _first(by: By, tag: str, code: str) -> str:
    return next((value for field in by.get(tag, ()) if (value := field.first(code))), "")


def _coded(leader: str, by: By) -> str:
    """Write 008 out of 100, 101, 102 and 105."""
    general = _first(by, "100", "a").ljust(36)
    entered = general[2:8] if general[:8].isdigit() else "000000"
    kind = DATE_TYPES.get(general[8], "s" if general[9:13].isdigit() else "n")
    dates = "".join(char if char.isdigit() else "u" if char == "u" else " " for char in general[9:17])
    dates = dates if dates[:4].strip() else "uuuu" + dates[4:]
    country = COUNTRIES.get(_first(by, "102", "a").strip().upper()[:2], "xx").ljust(3)
    language = _first(by, "101", "a").strip().lower()[:3].ljust(3)
    audience = AUDIENCES.get(general[17], " ")
    middle = f"    {audience}{' ' * 12}"
    if leader[6:7] in _TYPES_WITH_BOOK_CODES and leader[7:8] != "s":
        book = _first(by, "105", "a").ljust(13)
        pictures = "".join(ILLUSTRATIONS.get(char, " ") for char in book[:4])
        flags = "".join(char if char in "01" else "0" for char in book[8:11])
        biography = book[12] if book[12] in "abcd" else " "
        middle = f"{pictures}{audience}      {flags} {LITERARY.get(book[11], '0')}{biography}"
    return f"{entered}{kind}{dates}{country}{middle}{language} d"[:40].ljust(40)
