"""Languages of books: MARC's codes, the finer ones of ISO 639-3 for the peoples of Vietnam, and their names.

MARC knows Tày and Nùng only as "Tai languages". So a book in Tày is catalogued as `tyz`: field 008 gets the code that
MARC has for its group, field 041 says the rest with its source. The names are data: `data/languages.csv`.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING

from guisach.kernel.text import fold

if TYPE_CHECKING:
    from collections.abc import Mapping

ISO_639_3 = "iso639-3"
"""How MARC 041 $2 names the list that a code is from."""


@dataclass(frozen=True, slots=True)
class Language:
    """A language, or a group of them."""

    code: str
    """The one that records keep: MARC's where it has one of its own, else that of ISO 639-3."""
    iso639_3: str
    """Empty for a group."""
    marc: str
    """What field 008 can say: the code itself or that of the group."""
    vi: str
    en: str
    also: tuple[str, ...]

    def name(self, in_language: str) -> str:
        """Name it in Vietnamese (`vi`), or in English in any other language."""
        return self.vi if in_language.startswith("vi") else self.en


@cache
def languages() -> Mapping[str, Language]:
    """Return every language that has a name here, by its code, those of the province first."""
    rows = csv.DictReader(io.StringIO(_text("languages.csv")))
    found = {}
    for row in rows:
        also = tuple(filter(None, row["also"].split(";")))
        found[row["code"]] = Language(row["code"], row["iso639_3"], row["marc"], row["vi"], row["en"], also)
    return MappingProxyType(found)


@cache
def _by_iso() -> Mapping[str, str]:
    return {one.iso639_3: one.code for one in languages().values() if one.iso639_3}


def known_code(code: str) -> str:
    """Return the code as records keep it ("fra" is "fre"); what is not known comes back as it is."""
    code = code.strip().lower()
    return code if code in languages() else _by_iso().get(code, code)


def language_name(code: str, in_language: str) -> str:
    """Name a language; a code that has no name here stays a code."""
    found = languages().get(known_code(code))
    return found.name(in_language) if found else code


def marc_code(code: str) -> str:
    """Return what field 008 says of the language: its own code, or that of its group."""
    found = languages().get(known_code(code))
    return found.marc if found else code


def needs_iso(code: str) -> bool:
    """Tell whether MARC has no code of its own for it, so that field 041 must name ISO 639-3."""
    return marc_code(code) != known_code(code)


def find_language(text: str) -> str:
    """Return the code of the language that somebody wrote: a code, or a name in Vietnamese or English."""
    code = known_code(text)
    return code if code in languages() else _by_name().get(fold(text), "")


@cache
def _by_name() -> Mapping[str, str]:
    found: dict[str, str] = {}
    for one in languages().values():
        for name in (one.vi, one.vi.removeprefix("tiếng "), one.en, *one.also):
            found.setdefault(fold(name), one.code)
    return found


def _text(name: str) -> str:
    return (files("guisach.domain.catalogue") / "data" / name).read_text(encoding="utf-8")
