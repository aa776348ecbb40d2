"""T1 as it stands: every commune with the places that count for it, and what each place is short of."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from guisach.domain.catalogue import queries as catalogue
from guisach.domain.catalogue.queries import Holding
from guisach.domain.journal.queries import last_recorded
from guisach.domain.network import queries as network
from guisach.domain.programme.models import Target
from guisach.domain.programme.rules.closeness import wanting
from guisach.domain.programme.rules.coverage import (
    COUNTED_KINDS,
    CommuneCoverage,
    PlaceFacts,
    TargetLine,
    cover,
    target_line,
)
from guisach.kernel.clock import LOCAL
from guisach.kernel.text import collation_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from guisach.domain.network.models import Commune, MinimumCondition, Place
    from guisach.domain.network.rules.places import Shortfall

ACTIVE_WITHIN = timedelta(days=365)  # the law evaluates libraries by the year (Circular 05/2020)


@dataclass(frozen=True, slots=True)
class PlaceReport:
    """A place with what it holds, against the minimum of its kind (None: no decree sets one), and its last activity."""

    place: Place
    holding: Holding
    minimum: MinimumCondition | None
    shortfalls: tuple[Shortfall, ...]
    last_at: datetime | None
    is_active: bool

    @property
    def meets_minimum(self) -> bool | None:
        """Whether it has everything that the decree asks of its kind; None where it asks nothing."""
        return not self.shortfalls if self.minimum else None

    @property
    def is_counted(self) -> bool:
        """Whether places of its kind count towards T1."""
        return self.place.kind in COUNTED_KINDS

    @property
    def facts(self) -> PlaceFacts:
        """Give what the rules ask of it."""
        place = self.place
        return PlaceFacts(place.pk, place.name, place.kind, place.commune_id, self.is_active, self.meets_minimum)


@dataclass(frozen=True, slots=True)
class Near:
    """A commune that does not meet the conditions yet, with the place of it that is nearest to them."""

    commune: Commune
    report: PlaceReport
    wanting: float  # see rules.closeness


@dataclass(frozen=True, slots=True)
class Coverage:
    """T1 on a day. `communes` are in the order of the Vietnamese dictionary."""

    on: date
    communes: list[CommuneCoverage]
    units: Mapping[str, Commune]
    reports: Mapping[str, PlaceReport]  # of every place in service, counted or not, by its code
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

    @property
    def places_by_kind(self) -> dict[str, int]:
        """Count the places of each counted kind."""
        return dict(Counter(report.place.kind for report in self.reports.values() if report.is_counted))

    def held(self, commune: str) -> CommuneCoverage | None:
        """Find a commune; None where there is none of that code any more."""
        return next((one for one in self.communes if one.commune == commune), None)

    def of_kind(self, kind: str) -> list[CommuneCoverage]:
        """Give the communes as they stand when only one kind of place is looked at."""
        facts = (report.facts for report in self.reports.values())
        return cover((one.commune for one in self.communes), facts, (kind,))

    def nearest(self, count: int) -> list[Near]:
        """List communes that could meet the conditions next: the one with least wanting first."""
        found = []
        for commune in self.communes:
            reports = [self.reports[place.code] for place in commune.places]
            short = [(wanting(report.shortfalls), report) for report in reports if report.shortfalls]
            if short and not commune.meets_minimum:
                least, report = min(short, key=lambda one: one[0])
                found.append(Near(self.units[commune.commune], report, least))
        return sorted(found, key=lambda near: near.wanting)[:count]  # stable: equals stay in order of name


def coverage(on: date, *, has_targets: bool = True) -> Coverage:
    """Count T1 from the places in service that day, the log of the year before it, and the catalogue.

    Five queries, and one for the targets where they are wanted.
    """
    units = sorted(network.communes(on), key=lambda unit: (collation_key(unit.name), unit.pk))
    reports = place_reports(network.places(on=on), on)
    covered = cover([unit.pk for unit in units], [report.facts for report in reports.values()])
    kinds = Counter(kind for commune in covered for kind in {place.kind for place in commune.places})
    lines = _targets(len(units), sum(commune.has_place for commune in covered)) if has_targets else []
    return Coverage(on, covered, {unit.pk: unit for unit in units}, reports, dict(kinds), lines)


def _targets(communes: int, covered: int) -> list[TargetLine]:
    return [
        target_line(year=target.year, percent=target.percent, communes=communes, covered=covered)
        for target in Target.objects.filter(indicator="T1").order_by("year")
    ]


def place_reports(places: Iterable[Place], on: date) -> dict[str, PlaceReport]:
    """Look at places of any kind as they stand at the end of a day, by code; three queries."""
    there = {place.pk: place for place in places}
    end = datetime.combine(on + timedelta(days=1), time(), tzinfo=LOCAL)
    last = last_recorded(there.keys(), end)
    minima = network.minimum_conditions()
    holdings = catalogue.holdings_by_place(there.keys())
    found = {}
    for code, place in there.items():
        holding, minimum, last_at = holdings.get(code, Holding(0, 0)), minima.get(place.kind), last.get(code)
        short = tuple(network.shortfalls(place, minimum, holding.copies, holding.titles))
        is_active = last_at is not None and last_at >= end - ACTIVE_WITHIN
        found[code] = PlaceReport(place, holding, minimum, short, last_at, is_active)
    return found
