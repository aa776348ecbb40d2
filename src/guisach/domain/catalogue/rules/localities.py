"""Which communes a heading names: the geographic names of local-studies material (MARC 21 field 651).

Communes were merged on 1/7/2025, and older records keep the names of their day: a name leads to the communes that
it became a part of. Nothing is guessed: a heading leads to a commune only when a whole part of it is its name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from guisach.kernel.text import fold, nfc, normalise_tone_placement

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


_PARTS: Final = re.compile(r"\s*(?:--|[,;()\[\]/–—]|\s-\s)\s*")
_KIND: Final = re.compile(
    r"^(?:(?:xã|phường|thị trấn|đặc khu|thị xã|x\.|p\.|tt\.)\s+)|(?:\s+(?:xã|phường|thị trấn))$", re.IGNORECASE
)
_LARGER: Final = re.compile(r"^(?:huyện|thành phố|tp\.?|tỉnh|h\.|t\.|quận)\s", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Unit:
    """A commune as headings may name it: its name today, the units merged into it, the district it was in."""

    code: str
    name: str
    former: tuple[str, ...] = ()
    district: str = ""


class Gazetteer:
    """Names of communes, in the ways in which headings write them."""

    def __init__(self, units: Iterable[Unit]) -> None:
        exact: dict[str, set[str]] = {}
        loose: dict[str, set[str]] = {}
        districts: dict[str, str] = {}
        for unit in units:
            districts[unit.code] = _key(unit.district)
            for name in (unit.name, *unit.former):
                plain = _key(_PARTS.split(name)[0])
                exact.setdefault(plain, set()).add(unit.code)
                loose.setdefault(fold(plain), set()).add(unit.code)
        self._exact: Mapping[str, set[str]] = exact
        self._loose: Mapping[str, set[str]] = loose
        self._districts: Mapping[str, str] = districts

    def communes(self, heading: str) -> frozenset[str]:
        """Return the codes of the communes that a heading names; empty where it names none.

        A part typed without any marks counts too; one with other marks is another name. What is called a
        district or province there, or stands beside a commune of that district, is not taken for the commune of
        the same name: "Cô Ba, Bảo Lạc" names Cô Ba.
        """
        found: dict[str, set[str]] = {}
        for part in _PARTS.split(nfc(heading)):
            if not part or _LARGER.match(part):
                continue
            plain = _key(part)
            if plain in self._exact:
                found[plain] = self._exact[plain]
            elif plain.isascii() and plain in self._loose:
                found[plain] = self._loose[plain]
        narrow = {name for name, codes in found.items() if not self._is_district_of(name, found, codes)}
        return frozenset(code for name in narrow for code in found[name])

    def _is_district_of(self, name: str, found: Mapping[str, set[str]], codes: set[str]) -> bool:
        others = [code for other, its in found.items() if other != name for code in its - codes]
        return any(name == self._districts[code] for code in others)


def _key(name: str) -> str:
    return normalise_tone_placement(_KIND.sub("", nfc(name)).strip(" .")).lower()
