"""What stands around a title on its page: its series, titles like it, its law, its issues, the lists it is on."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from guisach.domain.catalogue import queries as catalogue
from guisach.domain.catalogue.queries.covers import covers_of
from guisach.domain.catalogue.queries.laws import law_with_predecessors
from guisach.domain.catalogue.queries.likeness import ids_like
from guisach.domain.catalogue.queries.lists import lists_with
from guisach.domain.catalogue.queries.periodicals import latest_issues
from guisach.domain.catalogue.queries.series import ids_in_series
from guisach.domain.catalogue.rules.covers import Size
from guisach.web.portal.books import LAW, Standing, Volume
from guisach.web.portal.forces import Force, force
from guisach.web.portal.spots import nearest_first
from guisach.web.ui.pictures import picture

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from guisach.domain.catalogue.queries import RecordView
    from guisach.domain.catalogue.queries.laws import LawView
    from guisach.domain.catalogue.queries.periodicals import Arrived
    from guisach.domain.network.models import Commune, Place
    from guisach.web.portal.frame import Frame
    from guisach.web.portal.spots import Near

SERIAL: Final = "SERIAL"
_LIKE: Final = 8
_VOLUMES: Final = 12
_LAST: Final = 10**6  # where a volume without a number stands
_NUMBER: Final = re.compile(r"[0-9]{1,5}")


@dataclass(frozen=True, slots=True)
class Law:
    """A legal document on its page: its dates, where it stands, and what stands before and after it."""

    view: LawView
    force: Force
    successor_href: str
    predecessors: list[LawView]


@dataclass(frozen=True, slots=True)
class Latest:
    """The latest issue of a periodical, and at which place it can be read."""

    arrived: Arrived
    near: Near


def around(record: RecordView, frame: Frame) -> dict[str, Any]:
    """Gather what the page of a title shows beside its description: four queries, one more for a law."""
    series, number = series_of(record.series)
    in_series = [one for one in ids_in_series(series) if one != record.id] if series else []
    alike = ids_like(record, limit=_LIKE + _VOLUMES)
    known = {one.id: one for one in catalogue.records([*in_series, *alike])}
    volumes = _in_order([known[id_] for id_ in in_series if id_ in known], number)
    near = {one.id for one in volumes}
    others = [known[id_] for id_ in alike if id_ in known and id_ not in near][:_LIKE]
    covers = covers_of([record.id, *(one.id for one in (*volumes, *others))])
    own = covers.get(record.id)

    def shelf(records: Iterable[RecordView]) -> list[Volume]:
        return [
            Volume(one.id, one.title, one.ddc, picture(covers[one.id]) if one.id in covers else None) for one in records
        ]

    return {
        "picture": picture(own, Size.LARGE) if own else None,
        "series": series,
        "volumes": shelf(volumes),
        "similar": shelf(others),
        "law": law(record, frame.today) if record.kind == LAW else None,
        "lists": lists_with(record.id, only_public=True)[:_LIKE],
    }


def series_of(text: str) -> tuple[str, int | None]:
    """Part the name of a series from the number in it: ``Tủ sách Vàng ; 12``."""
    name, _semicolon, rest = text.partition(" ; ")
    match = _NUMBER.search(rest)
    return name.strip(), int(match[0]) if match else None


def _in_order(volumes: list[RecordView], number: int | None) -> list[RecordView]:
    """Put volumes of a series in their order; of a long one those around this volume."""

    def place(one: RecordView) -> int:
        known = series_of(one.series)[1]
        return _LAST if known is None else known

    ordered = sorted(volumes, key=lambda one: (place(one), one.year or 0, one.id))
    if number is not None and len(ordered) > _VOLUMES:
        close = {one.id for one in sorted(ordered, key=lambda one: abs(place(one) - number))[:_VOLUMES]}
        return [one for one in ordered if one.id in close]
    return ordered[:_VOLUMES]


def law(record: RecordView, today: date) -> Law | None:
    """Gather what is known of a legal document; None where nothing was entered."""
    view, before = law_with_predecessors(record.id)
    if view is None:
        return None
    successor = reverse("portal:record", args=[view.replaced_by]) if view.replaced_by else ""
    return Law(view, force(view, today), successor, before)


def issues(record: RecordView, today: date) -> list[Arrived]:
    """Find the latest issue of a periodical at each place; nothing of other kinds."""
    return latest_issues(today, record=record.id) if record.kind == SERIAL else []


def latest(came: list[Arrived], places: Mapping[str, Place], near: Commune | None) -> list[Latest]:
    """Say where the latest issue of a periodical can be read, the nearest place first."""
    by_place = {one.subscription.place: one for one in reversed(came)}
    order = nearest_first(near, (places[code] for code in by_place if code in places))[:_LIKE]
    return [Latest(by_place[one.place.pk], one) for one in order]


def standing(latest: list[Latest]) -> Standing | None:
    """Say where a periodical can be read; None where no issue has come anywhere lately."""
    if not latest:
        return None
    first = latest[0].near
    more = ngettext("and at %(count)s other place", "and at %(count)s other places", len(latest) - 1)
    return Standing(
        "here" if first.is_own else "near",
        _("To read at %(place)s") % {"place": first.place.name},
        first.distance,
        more % {"count": len(latest) - 1} if len(latest) > 1 else "",
    )
