"""What a stocktake is called and what it finds, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from guisach.web.ui import formats

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.utils.functional import _StrPromise

    from guisach.domain.circulation.actions.stocktakes import PileScanned, Scanned
    from guisach.domain.circulation.queries.stocktakes import StocktakeView

FINDINGS: Mapping[str, tuple[_StrPromise, _StrPromise]] = {
    "UNKNOWN": (
        gettext_lazy("Not in the catalogue"),
        gettext_lazy("Put it aside to be catalogued under this number, or take the scan back if it was a wrong code."),
    ),
    "WITHDRAWN": (
        gettext_lazy("Withdrawn from the stock"),
        gettext_lazy("Put it with the withdrawn books, or have it taken into the stock again."),
    ),
    "ELSEWHERE": (
        gettext_lazy("Belongs to another place"),
        gettext_lazy("Put it aside to be sent home, unless it is here for a reader or in a crate."),
    ),
    "OTHER_SHELF": (
        gettext_lazy("Belongs to another shelf or collection"),
        gettext_lazy("Put it where its label says."),
    ),
    "ON_LOAN": (
        gettext_lazy("On loan in the books, yet here"),
        gettext_lazy("Take it back, so that the reader is free of it."),
    ),
}
"""Each kind of finding: its name, and what to do."""

_SHOWN = 8


def scope_text(of: StocktakeView, collections: Mapping[str, str]) -> str:
    """Name what is counted."""
    if of.collection:
        return _("Collection: %(name)s") % {"name": collections.get(of.collection, of.collection)}
    if of.first and of.first == of.last:
        return _("Shelf %(first)s") % {"first": of.first}
    if of.first:
        return _("Shelves %(first)s to %(last)s") % {"first": of.first, "last": of.last}
    return _("Everything the place keeps")


def scan_text(scanned: Scanned) -> str:
    """Say what a scan came to, where nothing is wrong."""
    if scanned.is_again:
        return _("Scanned before")
    if scanned.was in {"MISSING", "LOST", "CLAIMED"}:
        return _("Found again")
    return _("Damaged, is here") if scanned.was == "DAMAGED" else _("Is here")


def pile_text(came: PileScanned) -> str:
    """Say what a pile of barcodes came to."""
    parts = [
        ngettext("%(n)s book counted.", "%(n)s books counted.", came.new) % {"n": formats.number(came.new)},
    ]
    if came.again:
        said = ngettext("%(n)s was scanned before.", "%(n)s were scanned before.", came.again)
        parts.append(said % {"n": formats.number(came.again)})
    parts += [f"{FINDINGS[code][0]}: {formats.number(n)}." for code, n in sorted(came.findings.items())]
    if came.unusable:
        shown = ", ".join(came.unusable[:_SHOWN]) + (" …" if len(came.unusable) > _SHOWN else "")
        parts.append(_("No barcodes of copies, left out: %(codes)s.") % {"codes": shown})
    return " ".join(parts)
