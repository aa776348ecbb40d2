"""The table of communes and their counted places: which rows, in which order, and the same as a sheet."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from django.utils import timezone
from django.utils.translation import gettext as _

from guisach.domain.circulation.queries import ActivityCount
from guisach.web.hq import words
from guisach.web.hq.asking import Asked, Sort

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from guisach.domain.network.models import Commune
    from guisach.domain.programme.queries import Coverage, PlaceReport
    from guisach.domain.programme.rules.coverage import CommuneCoverage

_NEVER: Final = datetime(1, 1, 1, tzinfo=UTC)
# A sheet program takes a cell that begins so for a formula, and runs it.
_FORMULA_SIGNS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """A counted place with what it did in the year."""

    report: PlaceReport
    done: ActivityCount

    @property
    def condition(self) -> str:
        """How it stands against the conditions of its kind."""
        return words.condition(self.report)

    @property
    def standing(self) -> words.Standing:
        """The same in one word."""
        return words.standing(self.report)


@dataclass(frozen=True, slots=True)
class CommuneRow:
    """A commune with the places that count for it."""

    unit: Commune
    held: CommuneCoverage
    places: list[PlaceRow]

    @property
    def name(self) -> str:
        """Its name with what it is."""
        return words.commune_name(self.unit)

    @property
    def level_text(self) -> str:
        """How far it has come, in words."""
        return str(words.LEVELS[self.held.level])


def rows(coverage: Coverage, activity: Mapping[str, ActivityCount], asked: Asked) -> list[CommuneRow]:
    """Give the communes that are asked for, each with its places of the kind that is asked for."""
    held = coverage.of_kind(asked.kind) if asked.kind else coverage.communes
    found = [
        CommuneRow(
            coverage.units[one.commune],
            one,
            [PlaceRow(coverage.reports[p.code], activity.get(p.code) or ActivityCount()) for p in one.places],
        )
        for one in held
        if asked.states <= one.states(is_border=coverage.units[one.commune].is_border)
    ]
    if asked.sort == Sort.NAME:
        return found[::-1] if asked.is_down else found
    return sorted(found, key=lambda row: _rank(row, asked.sort), reverse=asked.is_down)


def _rank(row: CommuneRow, sort: Sort) -> float:
    """Rank a commune: sums for what adds up, the best place for space and the last sign of life."""
    match sort:
        case Sort.COPIES:
            return sum(one.report.holding.copies for one in row.places) if row.places else -1
        case Sort.AREA:
            return max((one.report.place.area_m2 or 0 for one in row.places), default=-1)
        case Sort.LAST:
            latest = max((one.report.last_at or _NEVER for one in row.places), default=None)
            return (latest - _NEVER).total_seconds() if latest else -1
        case Sort.LOANS:
            return sum(one.done.loans for one in row.places) if row.places else -1
        case Sort.VISITS:
            return sum(one.done.visits for one in row.places) if row.places else -1
        case _uses:
            return sum(one.done.uses for one in row.places) if row.places else -1


def as_csv(found: Iterable[CommuneRow]) -> str:
    """Write the table as a sheet that Excel opens with its Vietnamese letters right: one line a place.

    Numbers and dates are written for machines (1234.5, 2026-11-22); a commune without a place has a line too.
    """
    sheet = io.StringIO(newline="")
    writer = csv.writer(sheet)
    writer.writerow(_header())
    for row in found:
        unit = row.unit
        start = [unit.pk, row.name, unit.former_district, _yes(unit.is_border), row.level_text]
        for line in [_place_cells(one) for one in row.places] or [[]]:
            writer.writerow([_harmless(cell) for cell in [*start, *line]])
    return "\ufeff" + sheet.getvalue()


def _header() -> list[str]:
    return [
        _("Commune code"),
        _("Commune"),
        _("Former district"),
        _("On the border"),
        _("State"),
        _("Place code"),
        _("Place"),
        _("Kind of place"),
        _("Way of serving"),
        _("Copies of books"),
        _("Least copies"),
        _("Reading space (m²)"),
        _("Least space (m²)"),
        _("Newspaper and journal titles"),
        _("Least newspapers"),
        _("Conditions"),
        _("Last recorded activity"),
        _("Loans in 12 months"),
        _("Visits in 12 months"),
        _("Uses in 12 months"),
    ]


def _place_cells(row: PlaceRow) -> list[object]:
    report, place, least = row.report, row.report.place, row.report.minimum
    return [
        place.pk,
        place.name,
        place.get_kind_display(),
        place.get_service_mode_display(),
        report.holding.copies,
        least and least.copies,
        place.area_m2,
        least and least.area_m2,
        place.periodicals,
        least and least.periodicals,
        row.condition,
        timezone.localtime(report.last_at).date().isoformat() if report.last_at else "",
        row.done.loans,
        row.done.visits,
        row.done.uses,
    ]


def _yes(value: bool) -> str:
    return _("yes") if value else _("no")


def _harmless(cell: object) -> object:
    """Keep text from being run: an apostrophe before it, which a sheet program hides."""
    return f"'{cell}" if isinstance(cell, str) and cell.lstrip(" ").startswith(_FORMULA_SIGNS) else cell
