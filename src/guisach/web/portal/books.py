"""Books as cards and where their copies stand, in words that a reader would use."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from guisach.domain.catalogue.queries.laws import laws_of
from guisach.domain.circulation.queries import availability_of_records
from guisach.domain.network.queries import places_by_code
from guisach.web.portal import words
from guisach.web.portal.forces import Force, force
from guisach.web.portal.spots import Near, nearest_first
from guisach.web.ui import formats
from guisach.web.ui.pictures import Picture, pictures_of
from guisach.web.ui.whereabouts import away_text

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import date

    from guisach.domain.catalogue.queries import RecordView
    from guisach.domain.circulation.queries import Availability
    from guisach.domain.network.models import Commune, Place

LENT, READ_HERE, WITHDRAWN = "NORMAL", "REFERENCE", "WITHDRAWN"
"""Conditions of a copy."""

LAW = "LAW"


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether a book can be had, as the availability component shows it."""

    state: str
    text: str
    note: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """A book in a list."""

    href: str
    title: str
    byline: str
    ddc: str
    standing: Standing
    tags: list[str]
    record: int = 0
    picture: Picture | None = None
    law: Force | None = None


@dataclass(frozen=True, slots=True)
class Volume:
    """A book on a shelf: no more than its cover and title."""

    id: int
    title: str
    ddc: str
    picture: Picture | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """Copies at one place that are alike: how many, and where on the shelves, or out until when."""

    is_in: bool
    is_read_here: bool
    text: str
    note: str
    call_no: str
    shelf: str


@dataclass(frozen=True, slots=True)
class Holding:
    """A place with its copies of one book."""

    near: Near
    lines: list[Line]

    @property
    def is_in(self) -> bool:
        """Whether a reader who goes there can have the book in hand."""
        return any(line.is_in for line in self.lines)


def cards(
    records: list[RecordView], near: Commune | None, today: date, *, also: Collection[str] = ()
) -> tuple[list[Card], dict[str, Place]]:
    """Make cards with live availability, six queries for all; gives also the places, with those of the codes."""
    ids = [record.id for record in records]
    copies = availability_of_records(ids)
    pictures = pictures_of(ids)
    known = laws_of([record.id for record in records if record.kind == LAW])
    codes = {copy.place for found in copies.values() for copy in found}
    places = places_by_code(codes | set(also))
    made = [
        card(
            record,
            standing(copies[record.id], places, near, today),
            pictures.get(record.id),
            force(known[record.id], today) if record.id in known else None,
        )
        for record in records
    ]
    return made, places


def volumes(records: Iterable[RecordView]) -> list[Volume]:
    """Put books on a shelf, with their covers: one query."""
    found = list(records)
    pictures = pictures_of([record.id for record in found])
    return [Volume(one.id, one.title, one.ddc, pictures.get(one.id)) for one in found]


def card(record: RecordView, standing: Standing, picture: Picture | None = None, law: Force | None = None) -> Card:
    """Make the card of one book."""
    tags = []
    if record.kind != "BOOK":
        tags.append(str(record.kind_label))
    if record.language not in {"", "vie"}:
        tags.append(words.language(record.language))
    title = f"{record.title}: {record.subtitle}" if record.subtitle else record.title
    href = reverse("portal:record", args=[record.id])
    return Card(href, title, byline(record), record.ddc, standing, tags, record.id, picture, law)


def byline(record: RecordView) -> str:
    """Write ``Tô Hoài · Kim Đồng, 2022``, of what is known."""
    printed = ", ".join(str(part) for part in (record.publisher, record.year) if part)
    return " · ".join(part for part in (record.author, printed) if part)


def standing(
    copies: Iterable[Availability], places: Mapping[str, Place], near: Commune | None, today: date
) -> Standing:
    """Say in one line where a book can be had: in the reader's commune first, then nearest, then out until when."""
    known = [copy for copy in copies if copy.condition != WITHDRAWN and copy.place in places]
    if not known:
        return Standing("person", _("Ask a librarian"), _("no copy is recorded yet"))
    can_go = {copy.place for copy in known if copy.is_in and copy.condition == LENT}
    if can_go:
        first, *others = nearest_first(near, (places[code] for code in can_go))
        return _in_at(first, len(others), near)
    read_here = {copy.place for copy in known if copy.is_in}
    if read_here:
        first, *others = nearest_first(near, (places[code] for code in read_here))
        return Standing("near", _("To read at %(place)s") % {"place": first.place.name}, first.distance)
    due = min((copy.due_on for copy in known if copy.due_on), default=None)
    if due is not None:
        return Standing("out", _("All copies are out"), due_text(due, today))
    return Standing("out", _("Not to be had now"), away_text(known[0]))


def _in_at(first: Near, others: int, near: Commune | None) -> Standing:
    name = first.place.name
    said = {"place": name}
    # A bookcase is named after its hamlet: without the commune nobody else knows where that is.
    commune = "" if first.place.commune.name in name else words.commune_name(first.place.commune)
    more = ngettext("and at %(count)s other place", "and at %(count)s other places", others) % {"count": others}
    note = ", ".join(part for part in ("" if first.is_own else commune, first.distance) if part)
    if first.is_own or near is None:
        return Standing("here", _("In now at %(place)s") % said, note, more if others else "")
    return Standing("near", _("At %(place)s") % said, note, more if others else "")


def due_text(due: date, today: date) -> str:
    """Say when a copy that is out should be back."""
    said = {"day": words.short_day(due, today)}
    return _("due back %(day)s") % said if due >= today else _("was due back %(day)s") % said


def holdings(
    copies: list[Availability], places: Mapping[str, Place], near: Commune | None, today: date
) -> list[Holding]:
    """Gather the copies of one book by place, the reader's commune first, then by distance."""
    by_place: dict[str, list[Availability]] = {}
    for copy in copies:
        if copy.condition != WITHDRAWN and copy.place in places:
            by_place.setdefault(copy.place, []).append(copy)
    order = nearest_first(near, (places[code] for code in by_place))
    found = [Holding(one, _lines(by_place[one.place.pk], today)) for one in order]
    if near is None:  # without a distance to go by, where it is in comes first
        found.sort(key=lambda holding: not holding.is_in)
    return found


def _lines(copies: list[Availability], today: date) -> list[Line]:
    alike = Counter(
        (copy.due_on, away_text(copy), copy.condition == READ_HERE, copy.call_no, copy.shelf) for copy in copies
    )
    lines = []
    for (due, away, is_read_here, call_no, shelf), count in alike.items():
        if away:
            text = ngettext("%(count)s copy cannot be had", "%(count)s copies cannot be had", count)
        elif due is not None:
            text = ngettext("%(count)s copy is out", "%(count)s copies are out", count)
        elif is_read_here:
            text = ngettext("%(count)s copy to read there", "%(count)s copies to read there", count)
        else:
            text = ngettext("%(count)s copy is in", "%(count)s copies are in", count)
        said = text % {"count": formats.number(count)}
        note = away or (due_text(due, today) if due is not None else "")
        lines.append(Line(due is None and not away, is_read_here, said, note, call_no, shelf))
    return sorted(lines, key=lambda line: (not line.is_in, line.is_read_here, line.shelf, line.call_no))
