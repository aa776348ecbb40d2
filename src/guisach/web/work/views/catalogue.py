"""The door to all work on the catalogue, for each what they may do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from guisach.domain.catalogue import queries
from guisach.domain.network.queries import Permission
from guisach.web.ui.access import Duty, needs
from guisach.web.work.shell import page

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

DOORS = (Permission.CATALOGUE, Permission.STOCK, Permission.IMPORT, Permission.TAKE_IN)


@dataclass(frozen=True, slots=True)
class Door:
    """A page behind the hub."""

    href: str
    title: str
    text: str
    icon: str
    count: int = 0


@require_GET
@needs(*DOORS)
def catalogue(request: HttpRequest, duty: Duty) -> HttpResponse:
    """Show the doors in groups; what somebody may not do is not there."""
    groups = [(title, [door for door in doors if door]) for title, doors in _groups(duty)]
    context = {"groups": [group for group in groups if group[1]], "titles": queries.count_records()}
    return page(request, duty, "work/catalogue/hub.html", context)


def _groups(duty: Duty) -> list[tuple[str, list[Door | None]]]:
    may = {permission: duty.grants.somewhere(permission) for permission in Permission}
    return [
        (_("Titles"), _titles(may)),
        (_("Bringing in"), _bringing_in(may)),
        (_("Stock"), _stock(may)),
        (_("Newspapers and lists"), _newspapers_and_lists(is_at_a_place=bool(duty.here))),
    ]


def _titles(may: dict[Permission, bool]) -> list[Door | None]:
    catalogues = may[Permission.CATALOGUE]
    return [
        _door(may[Permission.TAKE_IN], "new_record", _("New book"), _("Scan or type, twenty seconds."), "plus"),
        _door(True, "books", _("Find and correct"), _("Every title with its copies."), "search"),
        _door(
            catalogues,
            "copy_cataloguing",
            _("Copy from other catalogues"),
            _("Several catalogues asked at once, or a small file."),
            "download",
        ),
        _door(
            catalogues, "authorities", _("Names and subjects"), _("One form of each, and what leads to it."), "people"
        ),
        _door(True, "classes", _("Class numbers"), _("Found by words."), "list"),
    ]


def _bringing_in(may: dict[Permission, bool]) -> list[Door | None]:
    imports = may[Permission.IMPORT]
    decides = imports or may[Permission.CATALOGUE]
    waiting = queries.count_waiting() if decides else 0
    return [
        _door(imports, "imports", _("Imports"), _("Files of other systems and spreadsheets."), "upload"),
        _door(decides, "waiting", _("Waiting for a decision"), _("Is it here already?"), "look", waiting),
        _door(
            may[Permission.CATALOGUE], "targets", _("Catalogues to ask"), _("Addresses of other libraries."), "settle"
        ),
    ]


def _stock(may: dict[Permission, bool]) -> list[Door | None]:
    stocks = may[Permission.STOCK]
    labels = stocks or may[Permission.TAKE_IN]
    return [
        _door(stocks, "stock", _("Stock"), _("Copies, numbers, what came in."), "shelf"),
        _door(stocks, "registers", _("Registers"), _("As the law names them, to print."), "file"),
        _door(labels, "labels", _("Labels"), _("Sheets and rolls."), "print"),
        _door(stocks, "weeding", _("Weeding"), _("Lists and decisions."), "minus"),
        _door(stocks, "collections", _("Collections"), _("Law bookcase, rotation, mobile stock."), "basket"),
    ]


def _newspapers_and_lists(*, is_at_a_place: bool) -> list[Door | None]:
    comes = _("What has come, what is missing.")
    return [
        _door(is_at_a_place, "periodicals", _("Newspapers and journals"), comes, "calendar"),
        _door(True, "book_lists", _("Lists of books"), _("For readers and for work."), "list"),
    ]


def _door(is_open: bool, name: str, title: str, text: str, icon: str, count: int = 0) -> Door | None:
    if not is_open:
        return None
    try:
        return Door(reverse(f"work:{name}"), title, text, icon, count)
    except NoReverseMatch:
        return None
