"""Choices that forms of cataloguing offer, in the language in force."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from guisach.domain.catalogue import queries as catalogue
from guisach.domain.catalogue.rules.languages import language_name, languages
from guisach.domain.network.queries import Permission, places
from guisach.web.work import words

if TYPE_CHECKING:
    from guisach.domain.network.models import Place
    from guisach.web.ui.access import Duty

_FIRST = ("vie", "tyz", "nut", "hmn", "ium", "eng", "chi", "fre")  # what a shelf of the northern highlands holds
_LIBRARY = "PROVINCIAL_LIBRARY"


def spoken() -> str:
    """Give the language in force, for names that are data."""
    return get_language() or "vi"


def language_choices(*, blank: str = "") -> list[tuple[str, str]]:
    """Give all languages that have a name, those of the province first; `blank` names the empty choice."""
    known = languages()
    codes = [*_FIRST, *(code for code in known if code not in _FIRST)]
    found = [(code, language_name(code, spoken())) for code in codes]
    return [("", blank), *found] if blank else found


def language_choices_with(code: str) -> list[tuple[str, str]]:
    """Give the languages, and the one that a record has even where it has no name here."""
    found = language_choices(blank=_("not said"))
    return found if not code or code in dict(found) else [*found, (code, code)]


def kind_choices() -> list[tuple[str, str]]:
    """Give the kinds of material."""
    return [(code, words.capital(name)) for code, name in catalogue.record_kinds()]


def audience_choices() -> list[tuple[str, str]]:
    """Give whom a work may be for, everybody first."""
    found = [(code, words.capital(name)) for code, name in catalogue.audiences()]
    return sorted(found, key=lambda choice: choice[0] != "ANY")


def places_to_take_in(duty: Duty) -> list[Place]:
    """Give the places whose books this person may enter, in service today, the one where they stand first."""
    scope = duty.scope(Permission.TAKE_IN)
    found = places(codes=scope, on=duty.today) if scope != [] else []

    def order(place: Place) -> tuple[bool, bool]:
        return (place.pk != duty.here, place.kind != _LIBRARY)

    return sorted(found, key=order)
