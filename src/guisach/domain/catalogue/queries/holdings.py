"""What places hold: titles and copies, as the minima of Decree 93/2020 count them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Count

from guisach.domain.catalogue.models import Copy, CopyCondition
from guisach.domain.catalogue.queries.copies import COPY_FIELDS, CopyView

if TYPE_CHECKING:
    from collections.abc import Collection


class Holding(NamedTuple):
    """What a place answers for, without what was withdrawn."""

    titles: int
    copies: int


def holdings_by_place(places: Collection[str] | None = None) -> dict[str, Holding]:
    """Count titles and copies by the place that answers for them; a place without any is left out."""
    found = Copy.objects.exclude(condition=CopyCondition.WITHDRAWN).order_by()
    if places is not None:
        found = found.filter(base__in=list(places))
    counted = found.values_list("base").annotate(titles=Count("record", distinct=True), copies=Count("pk"))
    return {base: Holding(titles, copies) for base, titles, copies in counted}


def copies_at(place: str, *, limit: int = 50, offset: int = 0) -> list[CopyView]:
    """Return the copies that a place answers for, by barcode."""
    rows = Copy.objects.filter(base=place).order_by("barcode").values_list(*COPY_FIELDS)
    return [CopyView(*row) for row in rows[offset : offset + limit]]


def collections_at(place: str) -> list[tuple[str, int]]:
    """Return the collections of which a place has copies, by name, with how many titles each."""
    found = Copy.objects.filter(base=place, collection__isnull=False).exclude(condition=CopyCondition.WITHDRAWN)
    counted = found.values_list("collection__name").annotate(titles=Count("record", distinct=True))
    return list(counted.order_by("collection__name"))
