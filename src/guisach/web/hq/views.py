"""The province's pages: where does it stand, which communes make up a figure, and what is missing where?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from guisach.domain.circulation.queries import ActivityCount
from guisach.domain.network import queries as network
from guisach.domain.network.queries import Permission
from guisach.domain.programme import queries as programme
from guisach.domain.programme.rules.coverage import STATES_OF_LEVEL, Level, State, next_target
from guisach.web.hq import asking, conditions, mapping, scales, table, words
from guisach.web.hq.asking import OPPOSITES, Asked, Sort
from guisach.web.hq.shell import code_or_404, page
from guisach.web.ui.access import Duty, needs

if TYPE_CHECKING:
    from guisach.domain.programme.queries import Coverage

_NEAREST: Final = 5
_FAIR_DAYS: Final = 3


@require_safe
@needs(Permission.SEE_PROGRAMME)
def home(request: HttpRequest, duty: Duty) -> HttpResponse:
    """Where does the province stand against its goals?"""
    found = programme.coverage(duty.today)
    ahead = next_target(found.targets, duty.today.year)
    measures = {
        "covered": scales.scale(found.covered, found.total, found.targets),
        "active": scales.scale(found.active, found.total, found.targets),
        "meeting": scales.scale(found.meeting, found.total, found.targets),
    }
    return page(
        request,
        duty,
        "home.html",
        {
            "coverage": found,
            "ahead": ahead,
            "measures": measures,
            "ticks": scales.ticks(found.targets, found.total, ahead),
            "hrefs": {state.name.lower(): _rows_of(state) for state in State},
            "kinds": _kinds(found),
            "map": mapping.map_of(found),
            "legend": _legend(found),
            "border_count": sum(unit.is_border for unit in found.units.values()),
            "index": _index(found),
            "nearest": [
                (
                    "" if near.commune.name in near.report.place.name else words.commune_name(near.commune),
                    near.report.place,
                    words.missing(near.report.shortfalls),
                )
                for near in found.nearest(_NEAREST)
            ],
        },
    )


def _rows_of(*states: State, kind: str = "") -> str:
    """Give the address of exactly the rows that a figure counts."""
    return f"{reverse('hq:coverage')}?{Asked(kind, frozenset(states)).query}"


def _kinds(found: Coverage) -> list[dict[str, object]]:
    places = found.places_by_kind
    return [
        {
            "name": name,
            "communes": found.kinds.get(kind, 0),
            "places": places.get(kind, 0),
            "done": scales.scale(found.kinds.get(kind, 0), found.total, ()).done,
            "href": _rows_of(State.COVERED, kind=kind),
        }
        for kind, name in words.kinds()
    ]


def _legend(found: Coverage) -> list[tuple[Level, str, int, str]]:
    held = [one.level for one in found.communes]
    return [
        (level, str(words.LEVELS[level]), held.count(level), _rows_of(*STATES_OF_LEVEL[level]))
        for level in reversed(Level)
    ]


def _index(found: Coverage) -> list[dict[str, object]]:
    """List every commune in words: what the map shows, for who cannot see it and for paper."""
    return [
        {
            "href": reverse("hq:commune", args=[one.commune]),
            "name": words.commune_name(found.units[one.commune]),
            "is_border": found.units[one.commune].is_border,
            "level": one.level,
            "text": words.in_short(one.level),
            "places": len(one.places),
        }
        for one in found.communes
    ]


@require_safe
@needs(Permission.SEE_PROGRAMME)
def coverage(request: HttpRequest, duty: Duty) -> HttpResponse:
    """Which communes and places make up a figure?"""
    asked = asking.asked(request.GET)
    found = programme.coverage(duty.today, has_targets=False)
    rows = table.rows(found, programme.activity(duty.today), asked)
    return page(
        request,
        duty,
        "coverage.html",
        {
            "asked": asked,
            "rows": rows,
            "places_count": sum(len(row.places) for row in rows),
            "total": found.total,
            "described": words.described(asked),
            "kinds": words.kinds(),
            "chips": _chips(found, asked),
            "columns": _columns(asked),
            "orders": _orders(asked),
        },
    )


def _chips(found: Coverage, asked: Asked) -> list[list[dict[str, object]]]:
    """Offer what else can be asked, each with the number of communes that it would leave."""
    held = found.of_kind(asked.kind) if asked.kind else found.communes
    states = [one.states(is_border=found.units[one.commune].is_border) for one in held]
    return [
        [
            {
                "text": str(words.STATES[state]),
                "is_on": state in asked.states,
                "count": sum((asked.states if state in asked.states else then.states) <= one for one in states),
                "query": then.query,
            }
            for state in group
            for then in (asked.toggled(state),)
        ]
        for group in OPPOSITES
    ]


def _columns(asked: Asked) -> list[dict[str, object]]:
    """Head the table; a figure's column orders by it, from the largest on at the first click."""
    names = ((Sort.NAME, ""), (None, ""), *((sort, "num") for sort in Sort if sort != Sort.NAME))
    return [
        {
            "text": words.SORTS[sort] if sort else _("Counted place"),
            "kind": kind,
            "query": asked.sorted_by(sort).query if sort else "",
            "order": ("descending" if asked.is_down else "ascending") if sort == asked.sort else "",
        }
        for sort, kind in names
    ]


def _orders(asked: Asked) -> list[tuple[str, str, bool]]:
    """Offer the orders in a list too, for screens too narrow for a head."""
    return [
        (order, str(words.SORTS[sort]), sort == asked.sort)
        for sort in Sort
        for order in (asked.order if sort == asked.sort else Asked(sort=sort, is_down=sort != Sort.NAME).order,)
    ]


@require_safe
@needs(Permission.SEE_PROGRAMME)
def coverage_csv(request: HttpRequest, duty: Duty) -> HttpResponse:
    """Give the same rows as a sheet."""
    found = programme.coverage(duty.today, has_targets=False)
    rows = table.rows(found, programme.activity(duty.today), asking.asked(request.GET))
    answer = HttpResponse(table.as_csv(rows), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="guisach-t1-{duty.today.isoformat()}.csv"'
    return answer


@require_safe
@needs(Permission.SEE_PROGRAMME)
def commune(request: HttpRequest, duty: Duty, commune: str) -> HttpResponse:
    """What does this commune have, and what is missing?"""
    code = code_or_404(commune)
    found = programme.coverage(duty.today, has_targets=False)
    unit = found.units.get(code) or network.commune(code)
    if unit is None:
        raise Http404
    held = found.held(unit.pk)
    activity = programme.activity(duty.today)
    rows = [
        table.PlaceRow(report, activity.get(report.place.pk) or ActivityCount())
        for report in found.reports.values()
        if report.place.commune_id == unit.pk
    ]
    near = next((one for one in found.nearest(found.total) if one.commune.pk == unit.pk), None)
    fairs = network.fairs(unit.pk)
    return page(
        request,
        duty,
        "commune.html",
        {
            "unit": unit,
            "name": words.commune_name(unit),
            "held": held,
            "level_text": words.LEVELS[held.level] if held else "",
            "counted": [row for row in rows if row.report.is_counted],
            "others": [row for row in rows if not row.report.is_counted],
            "near": near and (near.report.place, words.missing(near.report.shortfalls)),
            "fairs": [
                (fair, network.schedule_text(fair), network.next_days_of(fair, duty.today, _FAIR_DAYS))
                for fair in fairs
            ],
            "neighbours": [
                (found.units[one.commune], one.level, words.LEVELS[one.level])
                for one in found.communes
                if one.commune in unit.neighbours
            ],
        },
    )


@require_safe
@needs(Permission.SEE_PROGRAMME)
def place(request: HttpRequest, duty: Duty, code: str) -> HttpResponse:
    """Does this place meet the conditions, and what happened there?"""
    spot = network.place(code_or_404(code))
    if spot is None:
        raise Http404
    report = programme.place_reports([spot], duty.today)[spot.pk]
    by_month = programme.activity_by_month(spot.pk, duty.today)
    return page(
        request,
        duty,
        "place.html",
        {
            "spot": spot,
            "commune_name": words.commune_name(spot.commune),
            "report": report,
            "conditions": conditions.lines(report),
            "is_closed": spot.active_to is not None and spot.active_to <= duty.today,
            "by_month": by_month,
            "charts": [
                scales.months(_("Loans"), [(one.month, one.loans) for one in by_month]),
                scales.months(_("Visits"), [(one.month, one.visits) for one in by_month]),
                scales.months(_("Uses on the open shelf"), [(one.month, one.uses) for one in by_month]),
            ],
        },
    )
