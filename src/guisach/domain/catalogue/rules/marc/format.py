"""MARC 21 as data: what fields, subfields and indicators are called, and how leader and 008 are taken apart.

The tables are `data/marc21.toml` and `data/marc21-fixed.toml`, with names in Vietnamese and English side by side.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from guisach.domain.catalogue.rules.languages import languages

if TYPE_CHECKING:
    from collections.abc import Mapping

LEADER_LENGTH, CODED_LENGTH = 24, 40
BLANK = "#"


class Names(NamedTuple):
    """What something is called."""

    vi: str = ""
    en: str = ""

    def said(self, in_language: str) -> str:
        """Return the Vietnamese name for `vi`, else the English one."""
        return self.vi if in_language.startswith("vi") else self.en


@dataclass(frozen=True, slots=True)
class SubfieldSpec:
    """A subfield of a field."""

    code: str
    names: Names
    is_once: bool = False


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """A field that the editor knows."""

    tag: str
    names: Names
    help: Names = field(default_factory=Names)
    is_once: bool = False
    first: Mapping[str, Names] | None = None
    """Values of the first indicator; None: any."""
    second: Mapping[str, Names] | None = None
    subfields: Mapping[str, SubfieldSpec] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def is_control(self) -> bool:
        """Whether it has a value and neither indicators nor subfields."""
        return self.tag.startswith("00")


@dataclass(frozen=True, slots=True)
class Element:
    """A stretch of the leader or of 008 with a meaning of its own."""

    at: int
    length: int
    names: Names
    values: Mapping[str, Names]
    """Empty: it is typed. Blanks are written `#`."""

    def of(self, text: str) -> str:
        """Take the element out of the leader or 008, blanks written `#`."""
        return text.ljust(self.at + self.length)[self.at : self.at + self.length].replace(" ", BLANK)

    def put(self, text: str, value: str, whole: int) -> str:
        """Write the element into a leader or 008 of that many characters."""
        text = text.ljust(whole)
        value = value.replace(BLANK, " ").ljust(self.length)[: self.length]
        return text[: self.at] + value + text[self.at + self.length :]


@cache
def fields() -> Mapping[str, FieldSpec]:
    """Return every field that has an explanation, by its tag."""
    told = _load("marc21.toml")["fields"]
    found: dict[str, FieldSpec] = {}
    for tag, body in told.items():
        spec = FieldSpec(
            tag,
            Names(*body["name"]),
            Names(*body.get("help", ())),
            is_once=bool(body.get("once")),
            first=_indicator(body.get("first")),
            second=_indicator(body.get("second")),
            subfields=MappingProxyType(
                {
                    code: SubfieldSpec(code, Names(*entry[:2]), is_once=len(entry) > 2)
                    for code, entry in body.get("sub", {}).items()
                }
            ),
        )
        if "like" in body:
            model = found[body["like"]]
            spec = replace(spec, first=model.first, second=model.second, subfields=model.subfields)
        found[tag] = spec
    return MappingProxyType(found)


def _indicator(told: Any) -> Mapping[str, Names] | None:
    if told == "any":
        return None
    if told == "nonfiling":
        return MappingProxyType({str(digit): Names() for digit in range(10)})
    if told is None:
        return MappingProxyType({BLANK: Names()})
    return MappingProxyType({value: Names(*names) for value, names in told.items()})


@cache
def _elements() -> Mapping[str, tuple[Element, ...]]:
    found = {}
    for table, entries in _load("marc21-fixed.toml").items():
        found[table] = tuple(
            Element(entry["at"], entry.get("length", 1), Names(*entry["name"]), _values(entry.get("values", {})))
            for entry in entries
        )
    return MappingProxyType(found)


def _values(told: Any) -> Mapping[str, Names]:
    if told == "languages":
        known = languages().values()
        own = {one.code: Names(one.vi, one.en) for one in known if one.marc == one.code}
        return MappingProxyType({**own, "###": Names("để trống", "blank"), "|||": Names("không mã hóa", "not coded")})
    return MappingProxyType({value: Names(*names) for value, names in told.items()})


def leader_elements() -> tuple[Element, ...]:
    """Return the elements of the leader that a person decides."""
    return _elements()["leader"]


def material(leader: str) -> str:
    """Say by which table 008/18-34 is read: books, serials, maps, music, visual, computer or mixed."""
    kind, level = leader[6:7], leader[7:8]
    if kind == "a" and level in {"b", "i", "s"}:
        return "serials"
    tables = {"e": "maps", "f": "maps", "m": "computer", "p": "mixed"}
    return tables.get(kind) or ("music" if kind in tuple("cdij") else "visual" if kind in tuple("gkor") else "books")


def coded_elements(leader: str) -> tuple[Element, ...]:
    """Return the elements of 008 for a record with this leader, in their order."""
    return tuple(sorted(_elements()["all"] + _elements()[material(leader)], key=lambda element: element.at))


def _load(name: str) -> dict[str, Any]:
    text = (files("guisach.domain.catalogue") / "data" / name).read_text(encoding="utf-8")
    return tomllib.loads(text)
