"""Local-studies material by the communes that its records name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count

from guisach.domain.catalogue.models import HeadingUse, Mention, Record, RecordKind
from guisach.domain.catalogue.queries.records import RecordView, records

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from django.db.models import QuerySet

    from guisach.domain.catalogue.rules.localities import Gazetteer


@dataclass(frozen=True, slots=True)
class LocalMaterial:
    """How much there is, in all and by commune (code), and the headings (ids) that name each commune."""

    total: int
    communes: Mapping[str, int]
    headings: Mapping[str, frozenset[int]]


def local_material(gazetteer: Gazetteer) -> LocalMaterial:
    """Count the local-studies records of each commune; two queries.

    A record with two headings of one commune counts twice, which happens seldom; the page of the commune lists it
    once.
    """
    counts: dict[str, int] = {}
    headings: dict[str, set[int]] = {}
    rows = _mentions().values_list("heading", "heading__text").annotate(n=Count("pk")).order_by()
    for heading, text, n in rows:
        for code in gazetteer.communes(text):
            counts[code] = counts.get(code, 0) + n
            headings.setdefault(code, set()).add(heading)
    total = _local().count()
    return LocalMaterial(total, counts, {code: frozenset(ids) for code, ids in headings.items()})


def local_records(headings: Collection[int], *, limit: int = 20, offset: int = 0) -> tuple[int, list[RecordView]]:
    """Return how many local-studies records have one of the headings, and a page of them, the newest first."""
    found = _mentions().filter(heading__in=list(headings)).values_list("record", flat=True).distinct()
    return found.count(), records(list(found.order_by("-record")[offset : offset + limit]))


def newest_local(*, limit: int = 8) -> list[RecordView]:
    """Return the local-studies records catalogued last."""
    return records(list(_local().order_by("-pk").values_list("pk", flat=True)[:limit]))


def _local() -> QuerySet[Record]:
    return Record.objects.filter(kind=RecordKind.LOCAL)


def _mentions() -> QuerySet[Mention]:
    """What local-studies records are about: a commune stands in 651, or, catalogued quickly, among the keywords."""
    return Mention.objects.filter(heading__use=HeadingUse.SUBJECT, record__in=_local().values("pk"))
