"""What others may ask of the programme; figures only, nothing personal."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from guisach.domain.catalogue import queries as catalogue
from guisach.domain.circulation import queries as circulation
from guisach.domain.journal.queries import places_active_since
from guisach.domain.network import queries as network
from guisach.domain.programme.models import Target
from guisach.domain.programme.rules.coverage import (
    COUNTED_KINDS,
    CommuneCoverage,
    PlaceFacts,
    TargetLine,
    cover,
    target_line,
)
from guisach.kernel.clock import LOCAL

if TYPE_CHECKING:
    from guisach.domain.circulation.queries import ActivityCount
    from guisach.domain.catalogue.queries import Holding
    from guisach.domain.network.models import Commune, MinimumCondition, Place

ACTIVE_WITHIN = timedelta(days=365)  # the law evaluates libraries by the year (Circular 05/2020)


@dataclass(frozen=True, slots=True)
class Coverage:
    """T1 as it stands on a day: every commune with what counts for it, and the targets beside it."""

    on: date
    communes: list[CommuneCoverage]
    names: dict[str, Commune]
    places: dict[str, Place]
    kinds: dict[str, int]  # communes that have at least one place of the kind
    targets: list[TargetLine]

    @property
    def total(self) -> int:
        """All commune-level units of the day."""
        return len(self.communes)

    @property
    def covered(self) -> int:
        """Communes with a counted place: provisional."""
        return sum(commune.has_place for commune in self.communes)

    @property
    def active(self) -> int:
        """Of these, communes where something was recorded within the last year."""
        return sum(commune.is_active for commune in self.communes)

    @property
    def meeting(self) -> int:
        """Of these, communes where a place meets the minimum conditions of Decree 93/2020."""
        return sum(commune.meets_minimum for commune in self.communes)


def coverage(on: date) -> Coverage:
    """Count T1 from the places in service that day, the log of the year before it, and the catalogue."""
    communes = {commune.code: commune for commune in network.communes(on)}
    places = {place.code: place for place in network.places(on=on) if place.kind in COUNTED_KINDS}
    active = places_active_since(*_period(on))
    minimum = network.minimum_conditions()
    holdings = catalogue.holdings_by_place()
    facts = [
        PlaceFacts(
            code=place.code,
            name=place.name,
            kind=place.kind,
            commune=place.commune_id,
            is_active=place.code in active,
            meets_minimum=_meets(place, minimum.get(place.kind), holdings.get(place.code)),
        )
        for place in places.values()
    ]
    covered = cover(communes, facts)
    kinds = Counter(kind for commune in covered for kind in {place.kind for place in commune.places})
    count = sum(commune.has_place for commune in covered)
    targets = [
        target_line(year=target.year, percent=target.percent, communes=len(communes), covered=count)
        for target in Target.objects.filter(indicator="T1").order_by("year")
    ]
    return Coverage(on, covered, communes, places, dict(kinds), targets)


def activity(on: date) -> dict[str, ActivityCount]:
    """Return loans, visits and uses by place in the year that ends on a day."""
    start, end = _period(on)
    return circulation.activity_by_place(start, end, on - ACTIVE_WITHIN + timedelta(days=1), on)


def _period(on: date) -> tuple[datetime, datetime]:
    end = datetime.combine(on + timedelta(days=1), time(), tzinfo=LOCAL)
    return end - ACTIVE_WITHIN, end


def _meets(place: Place, minimum: MinimumCondition | None, holding: Holding | None) -> bool | None:
    if minimum is None:
        return None
    return not network.shortfalls(
        place, minimum, holding.copies if holding else 0, holding.titles if holding else 0
    )
