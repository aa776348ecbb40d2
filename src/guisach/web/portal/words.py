"""Words of the portal that several pages share: communes, languages, kinds, short dates, distances."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from guisach.domain.catalogue.queries import audiences, record_kinds
from guisach.domain.catalogue.rules.classes import caption_of
from guisach.domain.catalogue.rules.languages import language_name
from guisach.web.ui import formats

if TYPE_CHECKING:
    from datetime import date

    from guisach.domain.network.models import Commune


def language(code: str) -> str:
    """Name the language of a book: ``tiếng Việt``; codes that have no name here stay codes."""
    return language_name(code, get_language() or "vi")


def kind(code: str) -> str:
    """Name a kind of material: ``truyện tranh``."""
    return str(dict(record_kinds()).get(code, code))


def audience(code: str) -> str:
    """Name for whom a book is: ``thiếu nhi``."""
    return str(dict(audiences()).get(code, code))


def main_class(number: str) -> str:
    """Name a main class of the Dewey classification: ``Văn học``."""
    return _main_class(number, get_language() or "vi")


@lru_cache(maxsize=100)
def _main_class(number: str, in_language: str) -> str:
    return caption_of(number, in_language) or number


def commune_name(commune: Commune) -> str:
    """Name a commune with what it is: ``xã Cô Ba``, ``phường Thục Phán``."""
    said = {"name": commune.name}
    match commune.kind:
        case "WARD":
            return _("%(name)s ward") % said
        case "SPECIAL_ZONE":
            return _("%(name)s special zone") % said
        case _commune:
            return _("%(name)s commune") % said


def short_day(on: date, today: date) -> str:
    """Write a day near today without its year: ``3/12``, and ``3/12/2027`` when it is more than half a year off."""
    return f"{on.day}/{on.month}" if abs((on - today).days) < 180 else f"{on.day}/{on.month}/{on.year}"


class Away:
    """Something that lies `km` away from where it is seen: 0 in the same commune, None where nobody knows."""

    __slots__ = ()
    km: float | None

    @property
    def is_own(self) -> bool:
        """Whether it lies in the commune from which it is seen."""
        return self.km == 0.0

    @property
    def distance(self) -> str:
        """The distance in words, or nothing."""
        return distance(self.km) if self.km else ""


def distance(km: float) -> str:
    """Write a distance as the crow flies: ``cách 12 km``."""
    if km < 1:
        return _("less than 1 km away")
    return _("%(km)s km away") % {"km": formats.number(km, 0)}
