"""What is wrong with copies, in the words of the workbench: which acts there are, and which make sense now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guisach.domain.circulation import actions
from guisach.domain.circulation.queries import copy_now
from guisach.domain.network.queries import Permission
from guisach.web.work.shell import fresh_op, source_of
from guisach.web.work.slips import Offer

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from uuid import UUID

    from django.utils.functional import _StrPromise

    from guisach.domain.catalogue.queries import CopyView
    from guisach.domain.circulation.queries import CopyNow, LoanView
    from guisach.web.ui.access import Duty

LOOK_AGAIN_DAYS = 30
"""So long a missing book is looked for again; after that it is time to give it up."""

ACTS: Mapping[str, _StrPromise] = {
    "find": gettext_lazy("It is here"),
    "miss": gettext_lazy("Not in its place"),
    "claim_returned": gettext_lazy("The reader says it was brought back"),
    "lose": gettext_lazy("Give up as lost"),
    "damage": gettext_lazy("Damaged, to be mended"),
    "mend": gettext_lazy("Mended: may be lent again"),
}
TABS: Mapping[str, _StrPromise] = {
    "MISSING": gettext_lazy("Missing"),
    "CLAIMED": gettext_lazy("Said to be back"),
    "DAMAGED": gettext_lazy("Damaged"),
    "LOST": gettext_lazy("Lost"),
}
ACTS_OF: Mapping[str, tuple[str, ...]] = {
    "MISSING": ("find", "miss", "lose"),
    "CLAIMED": ("find", "lose"),
    "DAMAGED": ("mend", "lose"),
    "LOST": ("find",),
}
"""What can be done about copies in each trouble, the likeliest first."""

_NEED_REASON = frozenset({"damage"})
_IN_HAND = frozenset({"find", "damage", "mend"})


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is wrong with a copy, for its page."""

    title: str
    text: str
    since: datetime | None


def trouble_of(now: CopyNow) -> Trouble | None:
    """Say what is wrong and what comes next."""
    said = {
        "LOST": (_("Given up as lost"), _("Whoever scans it finds it again. Nobody owes anything for it here.")),
        "CLAIMED": (
            _("The reader says it was brought back"),
            _("Nobody asks the reader for it. Look on the shelves; whoever scans it ends the loan."),
        ),
        "MISSING": (_("Missing"), _("Look again on the shelf, beside its place, and among what is to be put back.")),
        "DAMAGED": (_("Damaged"), _("It waits to be mended and is not offered to readers.")),
    }
    return Trouble(*said[now.trouble], now.since) if now.trouble in said else None


def offers_of(barcode: str, now: CopyNow, *, is_on_loan: bool, is_in_stock: bool = True) -> tuple[Offer, ...]:
    """Give the acts that make sense for a copy as it stands."""
    wanted: tuple[str, ...]
    if now.trouble:
        wanted = ACTS_OF[now.trouble]
    elif is_on_loan:
        wanted = ("claim_returned", "lose")
    else:
        wanted = ("miss", "damage", "lose") if is_in_stock else ()
    return tuple(offer(act, barcode) for act in wanted)


def offer(act: str, barcode: str, *, asks_reason: bool = True) -> Offer:
    """Give one act as a small form."""
    hidden = (("op", fresh_op()), ("do", act), ("code", barcode))
    return Offer(reverse("work:trouble"), str(ACTS[act]), hidden, asks_reason=asks_reason and act in _NEED_REASON)


def place_of(act: str, duty: Duty, copy: CopyView | None, loan: LoanView | None, barcode: str) -> str:
    """Say at which place an act is done: in hand, here; else where the copy should be, if that is this person's.

    Raises Http404 for a copy that is none of theirs.
    """
    if act in _IN_HAND:
        return duty.here
    now = copy_now(barcode)
    concerned = [loan.place if loan else "", now.place, copy.base if copy else ""]
    if act == "miss":
        concerned = concerned[1:2] if now.place else concerned[2:]
    if act == "claim_returned":
        concerned = [duty.here, *concerned]
    place = next((code for code in concerned if code and duty.may(Permission.LEND, code)), None)
    if place is None:
        raise Http404
    return place


def do(act: str, op: UUID, duty: Duty, barcode: str, place: str, reason: str = "") -> None:
    """Note one thing. Raises the refusals of the action, and KeyError for an act that does not exist."""
    known = {
        "find": actions.find,
        "miss": actions.miss,
        "claim_returned": actions.claim_returned,
        "lose": actions.lose,
        "damage": actions.damage,
        "mend": actions.mend,
    }
    more = {"reason": reason} if reason and act in {"lose", "claim_returned", "damage"} else {}
    known[act](op_id=op, by=source_of(duty), place=place, barcode=barcode, clock=duty.clock, **more)
