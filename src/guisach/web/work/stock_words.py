"""The stock in words: why a copy is proposed for weeding, what was changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from collections.abc import Iterable

    from guisach.domain.catalogue.queries.stock import StockChangeView


def why_in_words(codes: Iterable[str]) -> str:
    """Say why rules propose a copy."""
    said = {
        "UNUSED": _("not lent for long"),
        "OLD": _("published long ago"),
        "DAMAGED": _("damaged"),
        "MANY": _("too many copies"),
        "EDITION": _("newer edition in the stock"),
        "EXPIRED": _("no longer in force"),
    }
    return ", ".join(said.get(code, code) for code in codes)


def changes_in_words(change: StockChangeView) -> dict[str, object]:
    """Say what was changed, field by field."""
    names = {
        "condition": _("How it may be used"),
        "base_id": _("Kept by"),
        "collection_id": _("Collection"),
        "state": _("How it looks"),
        "call_no": _("Call number"),
        "shelf": _("Shelf"),
        "part": _("Volume or issue"),
        "price_vnd": _("Price (đồng)"),
        "note": _("Note"),
        "entered_on": _("Day of entry"),
        "kind": _("How it came in"),
        "source": _("From whom"),
        "voucher": _("Voucher"),
    }
    lines = [
        {"name": names.get(name, name), "before": before or "–", "after": after or "–"}
        for name, (before, after) in change.changes.items()
    ]
    return {"at": change.at, "by": change.by, "lines": lines}
