"""The address of a search: read without ever refusing, and written again with one thing changed."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import cache
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from django.urls import get_script_prefix, reverse
from django.utils.translation import gettext as _

from guisach.domain.catalogue.rules.search import MAX_OFFSET, MAX_TEXT, Query, Sort
from guisach.web.portal import words
from guisach.web.portal.frame import clean

if TYPE_CHECKING:
    from collections.abc import Mapping

    from guisach.domain.catalogue.rules.search import Facet
    from guisach.domain.network.models import Place

PER_PAGE: Final = 20
LAST_PAGE: Final = MAX_OFFSET // PER_PAGE
# A screen of choices; whoever needs the ninth types a word.
_VALUES_SHOWN: Final = 8
_FILTER_LENGTH: Final = 120
_NUMBER: Final = re.compile(r"[0-9]{1,6}")
_YEARS: Final = re.compile(r"([0-9]{4})(?:-([0-9]{4}))?")
FILTERS: Final = ("available", "kind", "language", "subject", "year", "place", "audience", "collection", "ddc")
_AVAILABLE: Final = "1"


@dataclass(frozen=True, slots=True)
class Asked:
    """What a reader asks for. Empty text is empty; `year` is ``2022`` or ``1990-1999``, `available` is ``1`` or
    empty, `sort` empty is by relevance."""

    q: str = ""
    kind: str = ""
    language: str = ""
    subject: str = ""
    year: str = ""
    place: str = ""
    audience: str = ""
    collection: str = ""
    ddc: str = ""
    available: str = ""
    sort: str = ""
    page: int = 1

    def query(self, near: tuple[tuple[str, ...], ...] = ()) -> Query:
        """Give the question for the catalogue, asked from within these rings of places."""
        years = _YEARS.fullmatch(self.year)
        first = int(years[1]) if years else None
        return Query(
            text=self.q,
            kind=self.kind or None,
            language=self.language or None,
            subject=self.subject or None,
            place=self.place or None,
            audience=self.audience or None,
            collection=self.collection or None,
            ddc=self.ddc or None,
            is_in=bool(self.available),
            near=near,
            sort=self.sort or Sort.RELEVANCE,
            year_from=first,
            year_to=int(years[2] or years[1]) if years else None,
            limit=PER_PAGE,
            offset=(self.page - 1) * PER_PAGE,
        )

    def href(self, **changes: Any) -> str:
        """Give the address of this search with some things changed, on its first page unless one is named."""
        other = replace(self, **{"page": 1, **changes})
        said = {name: getattr(other, name) for name in ("q", *FILTERS, "sort") if getattr(other, name)}
        if other.page > 1:
            said["page"] = other.page
        return _path(get_script_prefix()) + ("?" + urlencode(said) if said else "")

    @property
    def is_narrowed(self) -> bool:
        """Whether any filter is on."""
        return any(getattr(self, name) for name in FILTERS)


@cache
def _path(_prefix: str) -> str:
    """Return the path of the page; a page of results has fifty links to itself."""
    return reverse("portal:search")


def asked(params: Mapping[str, str]) -> Asked:
    """Read the parameters of an address; what makes no sense is left out, what is too much is cut."""
    filters = {name: clean(params.get(name) or "", _FILTER_LENGTH) for name in FILTERS}
    if not _YEARS.fullmatch(filters["year"]):
        filters["year"] = ""
    filters["available"] = _AVAILABLE if filters["available"] == _AVAILABLE else ""
    sort = params.get("sort") or ""
    filters["sort"] = sort if sort in set(Sort) - {Sort.RELEVANCE} else ""
    page = params.get("page") or ""
    number = min(max(int(page), 1), LAST_PAGE) if _NUMBER.fullmatch(page) else 1
    return Asked(q=clean(params.get("q") or "", MAX_TEXT), page=number, **filters)


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a facet; an active one leads to the address without it."""

    label: str
    count: int
    href: str
    active: bool = False


@dataclass(frozen=True, slots=True)
class Choices:
    """A facet as the component shows it."""

    label: str
    values: list[Choice]
    open: bool


@dataclass(frozen=True, slots=True)
class Names:
    """What codes in facets are called."""

    places: Mapping[str, Place] = field(default_factory=dict)
    collections: Mapping[str, str] = field(default_factory=dict)


def label_of(name: str, value: str, names: Names) -> str:
    """Say a filter's value in a reader's words."""
    match name:
        case "available":
            text = _("in now")
        case "audience":
            text = words.audience(value)
        case "collection":
            text = names.collections.get(value, value)
        case "ddc":
            text = words.main_class(value)
        case "kind":
            text = words.kind(value)
        case "language":
            text = words.language(value)
        case "place":
            return names.places[value].name if value in names.places else value
        case "year":
            return value.replace("-", "–")
        case _subject:
            return value
    return text[:1].upper() + text[1:]


def chips(question: Asked, names: Names) -> list[Choice]:
    """List the filters that are on, each with the address that takes it off."""
    on = [(name, getattr(question, name)) for name in FILTERS if getattr(question, name)]
    return [Choice(label_of(name, value, names), 0, question.href(**{name: ""}), active=True) for name, value in on]


def available(question: Asked, facets: Mapping[str, tuple[Facet, ...]]) -> Choice | None:
    """Give the choice of what is in now, where that is not chosen already and narrows to something."""
    found = facets.get("in", ())
    if question.available or not found:
        return None
    return Choice(label_of("available", "", Names()), found[0].count, question.href(available=_AVAILABLE))


def orders(question: Asked, *, has_near: bool) -> list[Choice]:
    """Give the orders that results can be put into; the one in force is active."""
    words_of = {
        "": _("Best match") if question.q else _("Last added"),
        Sort.NEAR: _("Nearest to me"),
        Sort.POPULAR: _("Most borrowed"),
        Sort.NEWEST: _("Last added"),
        Sort.YEAR: _("Last published"),
        Sort.TITLE: _("Title, A to Z"),
    }
    if not has_near:
        del words_of[Sort.NEAR]
    if not question.q:
        del words_of[Sort.NEWEST]
    return [
        Choice(label, 0, question.href(sort=str(sort)), active=question.sort == sort)
        for sort, label in words_of.items()
    ]


def choices(question: Asked, facets: Mapping[str, tuple[Facet, ...]], names: Names) -> list[Choices]:
    """Give the facets that still narrow anything down, as links."""
    shown = []
    for name, label in (
        ("kind", _("Kind")),
        ("place", _("Where it is kept")),
        ("subject", _("Subject")),
        ("ddc", _("Field of knowledge")),
        ("audience", _("For whom")),
        ("language", _("Language of the book")),
        ("year", _("Year")),
        ("collection", _("Collection")),
    ):
        values = _values(name, question, facets, names)
        if len(values) > 1 or any(value.active for value in values):
            shown.append(Choices(label, values, open=name in {"kind", "place"}))
    return shown


def places_in(facets: Mapping[str, tuple[Facet, ...]], question: Asked) -> list[str]:
    """Give the codes of places whose names the page will show."""
    codes = [facet.value for facet in facets.get("place", ())[:_VALUES_SHOWN]]
    return [*codes, question.place] if question.place else codes


def _values(name: str, question: Asked, facets: Mapping[str, tuple[Facet, ...]], names: Names) -> list[Choice]:
    active = getattr(question, name)
    key = "decade" if name == "year" and not active else name
    if active:
        count = next((facet.count for facet in facets.get(key, ()) if facet.value == active), 0)
        return [Choice(label_of(name, active, names), count, question.href(**{name: ""}), active=True)]
    found = []
    for facet in facets.get(key, ())[:_VALUES_SHOWN]:
        value = f"{facet.value}-{int(facet.value) + 9}" if key == "decade" else facet.value
        found.append(Choice(label_of(name, value, names), facet.count, question.href(**{name: value})))
    return found
