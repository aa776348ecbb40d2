"""The minimum conditions of a place beside what is known of it, line by line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from django.utils.translation import gettext as _

from guisach.web.hq import words
from guisach.web.ui import formats

if TYPE_CHECKING:
    from guisach.domain.network.rules.places import Measure
    from guisach.domain.programme.queries import PlaceReport

Verdict = Literal["met", "short", "unknown", "look", "free"]


@dataclass(frozen=True, slots=True)
class Line:
    """One condition: what is asked (empty: nothing), what there is, and how that stands."""

    name: str
    least: str
    held: str
    verdict: Verdict
    text: str


def lines(report: PlaceReport) -> list[Line]:
    """List every measure, those that no decree sets included, and the staff, whom somebody must ask about."""
    place, least = report.place, report.minimum
    measures: tuple[tuple[Measure, float | None, float | None], ...] = (
        ("COPIES", least.copies if least else None, report.holding.copies),
        ("TITLES", least.titles if least else None, report.holding.titles),
        ("PERIODICALS", least.periodicals if least else None, place.periodicals),
        ("AREA_M2", least.area_m2 if least else None, place.area_m2),
    )
    found = [_line(report, *measure) for measure in measures]
    if least and least.staff:
        found.append(Line(_("Staff"), least.staff, "", "look", _("not kept in this system: ask at the place")))
    return found


def _line(report: PlaceReport, measure: Measure, least: float | None, held: float | None) -> Line:
    short = [one for one in report.shortfalls if one.measure == measure]
    verdict: Verdict = "free" if least is None else "met" if not short else "unknown" if held is None else "short"
    texts = {"free": "–", "met": _("enough")}
    return Line(
        name=str(words.MEASURES[measure]),
        least=formats.number(least),
        held=formats.number(held) if held is not None else _("not written down"),
        verdict=verdict,
        text=texts.get(verdict) or words.missing(short),
    )
