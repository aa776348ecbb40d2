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
from guisach.domain.catalogue.queries.laws import laws_of, replaced_by
from guisach.domain.catalogue.queries.lists import lists_with
from guisach.domain.catalogue.queries.periodicals import latest_issues
from guisach.domain.catalogue.queries.series import records_in_series
from guisach.domain.catalogue.rules.covers import Size
from guisach.domain.catalogue.rules.search import Query, Sort
from guisach.domain.network import queries as network
from guisach.kernel.text import fold
from guisach.web.portal.books import LAW, Standing, Volume
from guisach.web.portal.forces import Force, force
from guisach.web.portal.spots import nearest_first
from guisach.web.ui.pictures import picture

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from guisach.domain.catalogue.queries import RecordView
    from guisach.domain.catalogue.queries.laws import LawView
    from guisach.domain.catalogue.queries.periodicals import Arrived
    from guisach.web.portal.frame import Frame
    from guisach.web.portal.spots import Near

SERIAL: Final = "SERIAL"
_LIKE: Final = 8
_VOLUMES: Final = 12
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
    """Gather what the page of a title shows beside its description: five queries, two more for some kinds."""
    series, number = series_of(record.series)
    volumes = _volumes(record, series, number) if series else []
    near = [one.id for one in volumes]
    like = [one for one in _similar(record) if one.id != record.id and one.id not in near][:_LIKE]
    covers = covers_of([record.id, *(one.id for one in (*volumes, *like))])
    own = covers.get(record.id)

    def shelf(records: Iterable[RecordView]) -> list[Volume]:
        return [
            Volume(one.id, one.title, one.ddc, picture(covers[one.id]) if one.id in covers else None) for one in records
        ]

    return {
        "picture": picture(own, Size.LARGE) if own else None,
        "series": series,
        "volumes": shelf(volumes),
        "similar": shelf(like),
        "law": law(record, frame.today) if record.kind == LAW else None,
        "latest": issues(record, frame) if record.kind == SERIAL else [],
        "lists": lists_with(record.id, only_public=True)[:_LIKE],
    }


def series_of(text: str) -> tuple[str, int | None]:
    """Part the name of a series from the number in it: ``Tủ sách Vàng ; 12``."""
    name, _semicolon, rest = text.partition(" ; ")
    match = _NUMBER.search(rest)
    return name.strip(), int(match[0]) if match else None


def _volumes(record: RecordView, series: str, number: int | None) -> list[RecordView]:
    """Find other volumes of the series in their order; of a long one those around this volume."""
    key = fold(series)
    found = records_in_series(series)
    same = [one for one in found if one.id != record.id and fold(series_of(one.series)[0]) == key]
    numbered = sorted(same, key=lambda one: (series_of(one.series)[1] or 10**6, one.year or 0, one.id))
    if number is not None and len(numbered) > _VOLUMES:
        close = sorted(numbered, key=lambda one: abs((series_of(one.series)[1] or 10**6) - number))[:_VOLUMES]
        return [one for one in numbered if one in close]
    return numbered[:_VOLUMES]


def _similar(record: RecordView) -> list[RecordView]:
    """Find titles like this one; where nothing is known of it, nothing is like it."""
    if not record.subjects:
        return []
    query = Query(subject=record.subjects[0], limit=_LIKE * 2, sort=Sort.POPULAR, facets=False)
    return catalogue.search(query).records


def law(record: RecordView, today: date) -> Law | None:
    """Gather what is known of a legal document; None where nothing was entered."""
    view = laws_of([record.id]).get(record.id)
    before = replaced_by(record.id)
    if view is None:
        return None
    successor = reverse("portal:record", args=[view.replaced_by]) if view.replaced_by else ""
    return Law(view, force(view, today), successor, before)


def issues(record: RecordView, frame: Frame) -> list[Latest]:
    """Say where the latest issue of a periodical can be read, the nearest place first."""
    found = latest_issues(frame.today, record=record.id)
    places = network.places_by_code({one.subscription.place for one in found})
    by_place = {one.subscription.place: one for one in reversed(found)}
    order = nearest_first(frame.near, (places[code] for code in by_place if code in places))[:_LIKE]
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
