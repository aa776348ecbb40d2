"""Whether a legal document is in force, said as a reader would ask for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from guisach.domain.catalogue.queries.laws import OTHER
from guisach.domain.catalogue.rules.validity import State
from guisach.web.ui import formats

if TYPE_CHECKING:
    from datetime import date

    from guisach.domain.catalogue.queries.laws import LawView

_LOOKS = {
    State.IN_FORCE: "here",
    State.NOT_YET: "coming",
    State.ENDED: "person",
    State.REPLACED: "person",
    State.UNKNOWN: "plain",
}


@dataclass(frozen=True, slots=True)
class Force:
    """Where a document stands today: a short text, a second line, and how the tag looks."""

    state: str
    text: str
    note: str
    look: str


def force(law: LawView, today: date) -> Force:
    """Say where a document stands."""
    state = law.state(today)
    said, note = "", ""
    ends_on = law.validity.ends_on
    match state:
        case State.IN_FORCE:
            said = _("In force")
            note = _("since %(day)s") % {"day": formats.day(law.valid_from)}
            if ends_on:
                note += ", " + _("until before %(day)s") % {"day": formats.day(ends_on)}
        case State.NOT_YET:
            said = _("Not in force yet")
            note = _("takes effect on %(day)s") % {"day": formats.day(law.valid_from)}
        case State.ENDED:
            said = _("No longer in force since %(day)s") % {"day": formats.day(ends_on)}
        case State.REPLACED:
            said = _("Replaced by another document")
        case State.UNKNOWN:
            said = _("Not known whether it is in force")
    return Force(state.value, said, note, _LOOKS[state])


def state_name(state: State) -> str:
    """Name a state for a filter."""
    return {
        State.IN_FORCE: _("In force"),
        State.NOT_YET: _("Not in force yet"),
        State.ENDED: _("No longer in force"),
        State.REPLACED: _("Replaced by another document"),
        State.UNKNOWN: _("Not known"),
    }[state]


def branch_name(branch: str) -> str:
    """Name a field of law, as somebody would ask for it."""
    return {
        "340": _("Law in general"),
        "341": _("International law, treaties"),
        "342": _("State, citizens, local government"),
        "343": _("Defence, taxes, trade, farming, traffic"),
        "344": _("Work, social affairs, health, education, culture"),
        "345": _("Crimes and punishment"),
        "346": _("Family, land, houses, contracts"),
        "347": _("Courts, notaries, legal aid"),
        "348": _("Collections of laws"),
        "349": _("Law of Vietnam as a whole"),
        OTHER: _("Other fields"),
    }[branch]
