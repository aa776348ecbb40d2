"""What comes of a request, in words, for readers and for those who serve them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from guisach.domain.circulation.rules.planning import Plan, Step
from guisach.web.ui import formats

if TYPE_CHECKING:
    from collections.abc import Mapping


def plan_text(plan: Plan | None, names: Mapping[str, str]) -> str:
    """Say what happens next; `names` of places by code."""
    if plan is None:
        return _("Waits to be looked at.")
    values = {
        "place": names.get(plan.place, plan.place),
        "on": formats.day(plan.on) if plan.on else "",
        "by": plan.by,
    }
    said = {
        Step.FETCH: _("It is there and can be fetched."),
        Step.COMING: _("It is on its way."),
        Step.PULL: _("A copy stands on the shelf there; it is being set aside."),
        Step.RIDE: _("A copy of %(place)s comes with %(by)s, there on %(on)s."),
        Step.SEND: _("%(place)s is asked to send its copy."),
        Step.PROVINCE: _("%(place)s sends a copy."),
        Step.RETURN: _("All copies are out. The next one is due back on %(on)s."),
        Step.NONE: _("No copy is to be had now; the provincial library looks for one."),
    }[plan.step]
    return said % values


def position_text(plan: Plan | None) -> str:
    """Say how many are first."""
    if plan is None or not plan.position:
        return ""
    if plan.position == 1:
        return _("First in line.")
    ahead = plan.position - 1
    return ngettext("%(n)s reader is first.", "%(n)s readers are first.", ahead) % {"n": formats.number(ahead)}


def suggestion_text(state: str) -> str:
    """Say what became of a suggestion."""
    return {
        "ORDERED": _("It will be bought."),
        "BOUGHT": _("It is in the library now."),
        "DECLINED": _("It will not be bought."),
        "CANCELLED": _("Taken back."),
    }.get(state, _("Waits to be looked at."))
