"""What stands on the shelves of a place: when anybody last saw it, how much it was used, what should be there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import TYPE_CHECKING

from django.db.models import Count, Exists, F, Max, OuterRef, Q, Subquery

from guisach.domain.catalogue.models import Copy, CopyCondition
from guisach.domain.circulation.models import Loan, Measure, Tally, Use, Whereabouts
from guisach.domain.circulation.queries.held import visiting
from guisach.domain.circulation.rules.shelves import ShelfFacts, season_before
from guisach.kernel.clock import LOCAL, local_date

if TYPE_CHECKING:
    from django.db.models import QuerySet

_STILL_LOOKED_FOR = ["", "DAMAGED", "MISSING"]  # what is missing may turn up in a look


@dataclass(frozen=True, slots=True)
class Standing:
    """A copy that should stand at a place."""

    barcode: str
    title: str
    author: str
    part: str
    shelf: str
    seen_at: datetime | None  # there, by anybody
    uses: int


def shelves_of(place: str, today: date) -> list[ShelfFacts]:
    """Return the shelves of a place with what was seen and used in the season; two queries. "" is no shelf named."""
    start = datetime.combine(season_before(today), time(), tzinfo=LOCAL)
    used = Use.objects.filter(barcode=OuterRef("barcode"), place=place, at__gte=start).order_by()
    uses = used.values("barcode").annotate(n=Count("pk")).values("n")
    rows = (
        there(place)
        .annotate(seen=_seen(place), season_uses=Subquery(uses))
        .order_by("shelf", "barcode")
        .values_list("shelf", "seen", "season_uses")
    )
    found: dict[str, list[tuple[datetime | None, int]]] = {}
    for shelf, seen, count in rows.iterator(chunk_size=5000):
        found.setdefault(shelf, []).append((seen, count or 0))
    facts = []
    for shelf, copies in found.items():
        seen = [at for at, _uses in copies if at is not None]
        unseen = len(copies) - sum(at >= start for at in seen)
        last = local_date(max(seen)) if seen else None
        facts.append(ShelfFacts(shelf, len(copies), unseen, last, sum(count for _at, count in copies)))
    return facts


def should_stand(place: str, *, shelf: str | None = None, limit: int = 100, offset: int = 0) -> list[Standing]:
    """Return what should stand at a place (on a shelf), what nobody saw for longest first; two queries.

    What a reader has, what is on its way elsewhere and what is lost is not expected.
    """
    out = Loan.objects.filter(barcode=OuterRef("barcode"), closed_at__isnull=True)
    gone = Whereabouts.objects.filter(pk=OuterRef("barcode")).exclude(going_to="", trouble__in=_STILL_LOOKED_FOR)
    found = there(place).exclude(Exists(out)).exclude(Exists(gone))
    if shelf is not None:
        found = found.filter(shelf=shelf)
    uses = Subquery(Whereabouts.objects.filter(pk=OuterRef("barcode")).values("uses")[:1])
    rows = (
        found.annotate(seen=_seen(place), used=uses)
        .order_by(F("seen").asc(nulls_first=True), "record__title_key", "barcode")
        .values_list("barcode", "record__title", "record__author", "part", "shelf", "seen", "used")
    )
    return [Standing(*row[:-1], row[-1] or 0) for row in rows[offset : offset + limit]]


def counted_on(place: str) -> date | None:
    """Return the last day for which anything was counted or noted as used at a place."""
    tallied = Tally.objects.filter(place=place, measure__in=[Measure.VISITS, Measure.USES]).aggregate(on=Max("on"))[
        "on"
    ]
    used = Use.objects.filter(place=place).aggregate(at=Max("at"))["at"]
    days: list[date] = [day for day in (tallied, local_date(used) if used else None) if day is not None]
    return max(days, default=None)


def there(place: str) -> QuerySet[Copy]:
    """Return what the place answers for and was not last seen elsewhere, and what was last seen there."""
    elsewhere = Whereabouts.objects.filter(pk=OuterRef("barcode")).exclude(place__in=["", place])
    own = Q(base=place) & ~Exists(elsewhere)
    return Copy.objects.filter(own | Q(barcode__in=visiting(place))).exclude(condition=CopyCondition.WITHDRAWN)


def _seen(place: str) -> Subquery:
    return Subquery(Whereabouts.objects.filter(pk=OuterRef("barcode"), place=place).values("seen_at")[:1])
