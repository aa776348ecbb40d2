"""Words of the province's pages: states, gaps, names of communes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from guisach.domain.programme.rules.coverage import COUNTED_KINDS, STATES_OF_LEVEL, Level, State
from guisach.web.hq.asking import Sort
from guisach.web.ui import formats

if TYPE_CHECKING:
    from collections.abc import Sequence

    from guisach.domain.network.models import Commune
    from guisach.domain.network.rules.places import Measure, Shortfall
    from guisach.domain.programme.queries import PlaceReport
    from guisach.domain.programme.rules.coverage import TargetLine
    from guisach.web.hq.asking import Asked

Standing = Literal["fine", "wanting", "free"]

STATES: Final = {
    State.COVERED: gettext_lazy("with a place"),
    State.UNCOVERED: gettext_lazy("without a place"),
    State.ACTIVE: gettext_lazy("with activity"),
    State.QUIET: gettext_lazy("nothing recorded"),
    State.MEETING: gettext_lazy("conditions met"),
    State.SHORT: gettext_lazy("conditions not met yet"),
    State.BORDER: gettext_lazy("on the border"),
}

LEVELS: Final = {
    Level.NONE: gettext_lazy("no grassroots library yet"),
    Level.QUIET: gettext_lazy("has a place, nothing recorded in 12 months"),
    Level.ACTIVE: gettext_lazy("has recorded activity"),
    Level.MEETING: gettext_lazy("active, and a place meets the minimum conditions"),
}

KINDS: Final = {
    "COMMUNE_LIBRARY": gettext_lazy("Commune libraries"),
    "COMMUNITY_LIBRARY": gettext_lazy("Community libraries"),
    "LEARNING_CENTRE": gettext_lazy("Community learning centres"),
    "POST_OFFICE_POINT": gettext_lazy("Post-office culture points"),
    "COMMUNITY_BOOKCASE": gettext_lazy("Community bookcases"),
}
"""The counted kinds, in the order of the rules."""

MEASURES: Final[dict[Measure, object]] = {
    "COPIES": gettext_lazy("Copies of books"),
    "TITLES": gettext_lazy("Titles of books"),
    "PERIODICALS": gettext_lazy("Newspaper and journal titles"),
    "AREA_M2": gettext_lazy("Reading space (m²)"),
}


SORTS: Final = {
    Sort.NAME: gettext_lazy("Commune"),
    Sort.COPIES: gettext_lazy("Copies / least"),
    Sort.AREA: gettext_lazy("m² / least"),
    Sort.LAST: gettext_lazy("Last recorded activity"),
    Sort.LOANS: gettext_lazy("Loans"),
    Sort.VISITS: gettext_lazy("Visits"),
    Sort.USES: gettext_lazy("Uses"),
}


def kinds() -> list[tuple[str, str]]:
    """List the counted kinds with their names, in the order of the rules."""
    return [(kind, str(KINDS[kind])) for kind in COUNTED_KINDS]


def in_short(level: Level) -> str:
    """Say how far a commune has come in a few words, for lists."""
    return ", ".join(str(STATES[state]) for state in STATES_OF_LEVEL[level] if state != State.SHORT)


def described(asked: Asked) -> list[str]:
    """Say what was asked of the table."""
    kind = [str(KINDS[asked.kind])] if asked.kind else []
    return kind + [str(STATES[state]) for state in State if state in asked.states]


def commune_name(commune: Commune) -> str:
    """Name a commune with what it is, to begin a line: ``Xã Cốc Pàng``, ``Phường Thục Phán``."""
    said = {"name": commune.name}
    match commune.kind:
        case "WARD":
            text = _("%(name)s ward") % said
        case "SPECIAL_ZONE":
            text = _("%(name)s special zone") % said
        case _commune:
            text = _("%(name)s commune") % said
    return text[:1].upper() + text[1:]


def missing(shortfalls: Sequence[Shortfall]) -> str:
    """Say what is wanting in things that one can bring: ``thiếu 140 bản sách, chưa ghi diện tích``."""
    return ", ".join(_missing(one) for one in shortfalls)


def _missing(one: Shortfall) -> str:
    if one.has is None:
        return {
            "COPIES": _("copies not written down"),
            "TITLES": _("titles not written down"),
            "PERIODICALS": _("newspapers not written down"),
            "AREA_M2": _("reading space not measured"),
        }[one.measure]
    said = {"n": formats.number(one.gap)}
    whole = int(one.gap) if one.gap == int(one.gap) else 2
    return {
        "COPIES": ngettext("%(n)s copy short", "%(n)s copies short", whole),
        "TITLES": ngettext("%(n)s title short", "%(n)s titles short", whole),
        "PERIODICALS": ngettext("%(n)s newspaper short", "%(n)s newspapers short", whole),
        "AREA_M2": ngettext("%(n)s m² short", "%(n)s m² short", whole),
    }[one.measure] % said


def condition(report: PlaceReport) -> str:
    """Say how a place stands against the conditions of its kind."""
    if report.minimum is None:
        return _("the decree sets no minimum for this kind")
    if report.shortfalls and not report.minimum.is_required:
        return _("encouraged: %(missing)s") % {"missing": missing(report.shortfalls)}
    return missing(report.shortfalls) or _("meets the minimum conditions")


def standing(report: PlaceReport) -> Standing:
    """Say in one word whether somebody must look: what is only encouraged is never wanting."""
    if report.minimum is None or (report.shortfalls and not report.minimum.is_required):
        return "free"
    return "wanting" if report.shortfalls else "fine"


def gap(value: int, targets: Sequence[TargetLine]) -> str:
    """Say which goals a number of communes reaches, and what the next one still takes."""
    reached = [line for line in targets if value >= line.communes_needed]
    ahead = next((line for line in targets if value < line.communes_needed), None)
    if ahead is None:
        return _("reaches the goal of %(year)s") % {"year": reached[-1].year} if reached else ""
    left = ahead.communes_needed - value
    said = {"n": formats.number(left), "year": ahead.year}
    if not reached:
        return (
            ngettext(
                "%(n)s commune short of the goal of %(year)s", "%(n)s communes short of the goal of %(year)s", left
            )
            % said
        )
    return ngettext(
        "reaches the goal of %(reached)s; %(n)s commune short of that of %(year)s",
        "reaches the goal of %(reached)s; %(n)s communes short of that of %(year)s",
        left,
    ) % {**said, "reached": reached[-1].year}
