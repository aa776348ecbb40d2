"""Rows as the pages show them: places by commune with their doors, and the facts of a book."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from guisach.kernel.text import collation_key, fold
from guisach.web.portal import doors, spots, words
from guisach.web.portal.headings import AUTHOR, SERIES, heading_href

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from guisach.domain.catalogue.queries import RecordView
    from guisach.domain.network.models import Commune, Place
    from guisach.domain.network.rules.hours import Opening
    from guisach.web.portal.doors import Door
    from guisach.web.portal.frame import Frame
    from guisach.web.portal.spots import Near


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in a list: how far it is and whether its door is open."""

    near: Near
    door: Door


@dataclass(frozen=True, slots=True)
class Group:
    """A commune with its places; `former` names an old commune by which it was asked for."""

    commune: Commune
    name: str
    spots: list[Spot]
    is_own: bool
    distance: str
    former: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """A line of a book's description: plain text, or texts that lead to more of the same."""

    label: str
    text: str = ""
    links: tuple[tuple[str, str], ...] = ()


def choices(communes: Iterable[Commune]) -> list[tuple[str, str]]:
    """Give code and name of each commune in the order of a Vietnamese dictionary, for a list to choose from."""
    ordered = sorted(communes, key=lambda one: collation_key(one.name))
    return [(one.pk, words.commune_name(one)) for one in ordered]


def by_commune(
    communes: Iterable[Commune], places: Iterable[Place], openings: Mapping[str, list[Opening]], frame: Frame
) -> list[Group]:
    """Gather the places by commune: the reader's own first, then by distance from it, or in dictionary order."""
    held: dict[str, list[Place]] = {}
    for place in places:
        held.setdefault(place.commune_id, []).append(place)
    groups = []
    for commune in communes:
        found = [
            Spot(spots.seen_from(frame.near, place), doors.door(openings.get(place.pk, []), frame.now))
            for place in held.get(commune.pk, [])
        ]
        is_own = frame.near is not None and commune.pk == frame.near.pk
        distance = found[0].near.distance if found else ""
        groups.append(Group(commune, words.commune_name(commune), found, is_own, distance))
    groups.sort(key=lambda group: (not group.is_own, collation_key(group.commune.name)))
    return groups


def matching(groups: list[Group], q: str) -> list[Group]:
    """Keep what fits the words, typed without marks or with: communes by name or former name, places by name."""
    asked = fold(q)
    if not asked:
        return groups
    found = []
    for group in groups:
        commune = group.commune
        if asked in fold(group.name) or asked in fold(commune.former_district):
            found.append(group)
            continue
        former = next((name for name in commune.predecessors if asked in fold(name)), "")
        spots_found = [spot for spot in group.spots if asked in fold(spot.near.place.name)]
        if former:
            found.append(Group(commune, group.name, group.spots, group.is_own, group.distance, former))
        elif spots_found:
            found.append(Group(commune, group.name, spots_found, group.is_own, group.distance))
    return found


def facts(record: RecordView) -> list[Fact]:
    """Give a book's description line by line, of what is known."""
    published = ", ".join(str(part) for part in (record.published_at_place, record.publisher, record.year) if part)
    lines = [
        Fact(_("Author"), links=_headings(AUTHOR, record.authors or [record.author])),
        Fact(_("Kind"), words.kind(record.kind)),
        Fact(_("For whom"), str(record.audience_label) if record.audience != "ANY" else ""),
        Fact(_("Language of the book"), words.language(record.language)),
        Fact(_("Published"), published),
        Fact(_("Edition"), record.edition),
        Fact(_("Extent"), record.extent),
        Fact(_("Series"), links=_headings(SERIES, [record.series])),
        Fact("ISBN", ", ".join(record.isbns)),
        Fact(_("Class number (DDC)"), record.ddc),
    ]
    return [line for line in lines if line.text or line.links]


def _headings(use: str, texts: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Link to what else there is by that author, or in that series, whose number stands behind a semicolon."""
    return tuple((text, heading_href(use, text.rpartition(" ; ")[0] or text)) for text in texts if text)
