"""Lists that the libraries publish: what do they recommend, and where is it?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from guisach.domain.catalogue.queries import records
from guisach.domain.catalogue.queries.lists import book_list, book_lists, entries_of, first_entries
from guisach.web.portal import books
from guisach.web.portal.frame import frame_of
from guisach.web.portal.saved import text_of

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from guisach.domain.catalogue.queries.lists import ListView
    from guisach.web.portal.books import Card, Volume

_LARGEST_ID: Final = 2**63 - 1
_LISTS_SHOWN: Final = 40


@dataclass(frozen=True, slots=True)
class Shelf:
    """A list as the page of all lists shows it: with its first covers."""

    volumes: list[Volume]
    list: ListView


@dataclass(frozen=True, slots=True)
class Entry:
    """A title on a list, with the word that somebody wrote about it."""

    card: Card
    note: str


@require_safe
def lists(request: HttpRequest) -> HttpResponse:
    """What do the libraries recommend?"""
    frame = frame_of(request)
    return frame.show("lists.html", {"shelves": _shelves()})


def _shelves() -> list[Shelf]:
    """Gather the public lists with their first covers; four queries."""
    found = book_lists(only_public=True, limit=_LISTS_SHOWN)
    first = first_entries([one.id for one in found])
    volumes = {one.id: one for one in books.volumes(records([id_ for ids in first.values() for id_ in ids]))}
    return [Shelf([volumes[id_] for id_ in first[one.id] if id_ in volumes], one) for one in found]


@require_safe
def show(request: HttpRequest, list_id: int) -> HttpResponse:
    """What is on this list, and where is it?"""
    found = book_list(list_id) if list_id <= _LARGEST_ID else None
    if found is None or not found.is_public:
        raise Http404
    frame = frame_of(request)
    entries = entries_of(found.id)
    cards, _places = books.cards(records([entry.record for entry in entries]), frame.near, frame.today)
    by_record = {card.record: card for card in cards}
    shown = [Entry(by_record[entry.record], entry.note) for entry in entries if entry.record in by_record]
    return frame.show(
        "list.html",
        {
            "crumbs": [(_("Book lists"), reverse("portal:lists"))],
            "list": found,
            "entries": shown,
            "ids": text_of(entry.card.record for entry in shown),
            "address": request.build_absolute_uri(request.path),
        },
    )
