"""Words of the portal that several pages share: communes, languages, kinds, short dates, distances."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from guisach.domain.catalogue.queries import record_kinds
from guisach.web.ui import formats

if TYPE_CHECKING:
    from datetime import date

    from guisach.domain.network.models import Commune

# Codes of MARC 21 that a library of the northern highlands meets; others are shown as they stand.
LANGUAGES = {
    "vie": pgettext_lazy("language of a book", "Vietnamese"),
    "eng": pgettext_lazy("language of a book", "English"),
    "fre": pgettext_lazy("language of a book", "French"),
    "fra": pgettext_lazy("language of a book", "French"),
    "rus": pgettext_lazy("language of a book", "Russian"),
    "ger": pgettext_lazy("language of a book", "German"),
    "deu": pgettext_lazy("language of a book", "German"),
    "spa": pgettext_lazy("language of a book", "Spanish"),
    "chi": pgettext_lazy("language of a book", "Chinese"),
    "zho": pgettext_lazy("language of a book", "Chinese"),
    "jpn": pgettext_lazy("language of a book", "Japanese"),
    "kor": pgettext_lazy("language of a book", "Korean"),
    "tyz": pgettext_lazy("language of a book", "Tày"),
    "nut": pgettext_lazy("language of a book", "Nùng"),
    "hmn": pgettext_lazy("language of a book", "Mông"),
    "tai": pgettext_lazy("language of a book", "Tai languages"),
    "mul": pgettext_lazy("language of a book", "several languages"),
}


def language(code: str) -> str:
    """Name the language of a book: ``tiếng Việt``; codes that nobody here speaks stay codes."""
    return str(LANGUAGES.get(code, code))


def kind(code: str) -> str:
    """Name a kind of material: ``truyện tranh``."""
    return str(dict(record_kinds()).get(code, code))


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


def distance(km: float) -> str:
    """Write a distance as the crow flies: ``cách 12 km``."""
    if km < 1:
        return _("less than 1 km away")
    return _("%(km)s km away") % {"km": formats.number(km, 0)}
