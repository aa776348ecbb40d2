"""What the terms of lending are called on the screen, and for whom a rule is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from guisach.domain.catalogue.queries import record_kinds
from guisach.domain.network.queries import place_kind_names
from guisach.domain.readers.queries import lending_groups
from guisach.web.ui import formats
from guisach.web.work import words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from guisach.domain.circulation.rules.policy import Rule

TERMS = {
    "is_lendable": gettext_lazy("May be taken home"),
    "loan_days": gettext_lazy("Days of a loan"),
    "until_next_visit": gettext_lazy("Until the van comes again"),
    "on_fair_days": gettext_lazy("Due on fair days"),
    "loans_max": gettext_lazy("Books at a time"),
    "renewal_days": gettext_lazy("Days of a renewal"),
    "renewals_max": gettext_lazy("Renewals"),
    "holds_max": gettext_lazy("Requests at a time"),
}
_DAYS = {"loan_days", "renewal_days"}


def value_of(term: str, value: bool | int | None) -> str:
    """Write the value of a term; empty for one that is left open."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if term in _DAYS:
        return ngettext("%(n)s day", "%(n)s days", value) % {"n": formats.number(value)}
    return formats.number(value)


def scope_of(rule: Rule, places: Mapping[str, str]) -> str:
    """Say for whom and what a rule is: ``Thư viện xã · Thiếu nhi · Truyện tranh``."""
    kinds, groups, materials = dict(place_kind_names()), dict(lending_groups()), dict(record_kinds())
    parts = [
        places.get(rule.place, rule.place),
        words.capital(kinds.get(rule.place_kind, rule.place_kind)),
        words.capital(groups.get(rule.group, rule.group)),
        words.capital(materials.get(rule.material, rule.material)),
    ]
    return " · ".join(part for part in parts if part) or _("Everybody, everywhere")
