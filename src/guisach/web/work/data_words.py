"""What the fields of somebody's data are called, for whoever reads them aloud or prints them."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guisach.domain.readers import queries
from guisach.kernel.clock import LOCAL
from guisach.web.ui import formats
from guisach.web.work import words
from guisach.web.work.merge_form import LABELS

_LABELS = {
    **LABELS,
    "full_name": LABELS["name"],
    "guardian_name": LABELS["guardian"],
    "card_no": gettext_lazy("Card number"),
    "is_card_pending": gettext_lazy("Waits for a new card number"),
    "has_guardian_consent": gettext_lazy("Agreed"),
    "consent_at": gettext_lazy("Agreed on"),
    "consent_to": gettext_lazy("Told to"),
    "has_assent": gettext_lazy("The child agreed"),
    "assent_at": gettext_lazy("The child agreed on"),
    "assent_to": gettext_lazy("Told to"),
    "household": gettext_lazy("Belongs to"),
    "place": gettext_lazy("Place"),
    "joined_at": gettext_lazy("Joined"),
    "expires_on": gettext_lazy("Card valid until"),
    "card_at": gettext_lazy("Has the card since"),
    "ended_at": gettext_lazy("Ended"),
    "title": gettext_lazy("Title"),
    "barcode": gettext_lazy("Barcode"),
    "lent_at": gettext_lazy("Lent"),
    "due_on": gettext_lazy("Due"),
    "renewals": gettext_lazy("Renewals"),
    "payment": gettext_lazy("What"),
    "amount_vnd": gettext_lazy("Amount (đồng)"),
    "way": gettext_lazy("How"),
    "note": gettext_lazy("Note"),
    "reason": gettext_lazy("Reason"),
    "slip": gettext_lazy("Slip"),
    "back_slip": gettext_lazy("Slip of giving back"),
    "at": gettext_lazy("When"),
    "created_at": gettext_lazy("When"),
    "by": gettext_lazy("By whom"),
    "name": gettext_lazy("By whom"),
    "act": gettext_lazy("What"),
    "state": gettext_lazy("State"),
    "id": gettext_lazy("Internal number"),
}
_SAID = {
    ("payment", "DEPOSIT"): gettext_lazy("deposit"),
    ("payment", "COMPENSATION"): gettext_lazy("compensation"),
    ("way", "MONEY"): gettext_lazy("money"),
    ("way", "KIND"): gettext_lazy("the same title, in its place"),
}
_KINDS = {
    "join": gettext_lazy("card made"),
    "edit_reader": gettext_lazy("data of the reader mended"),
    "merge_readers": gettext_lazy("two cards of one person put together"),
}


def label(name: str, *, is_card: bool) -> str:
    """Name a field; `kind` and `name` mean something else outside the card."""
    if name == "kind" and not is_card:
        return _("What")
    return str(_LABELS.get(name, name))


def value(name: str, said: object) -> str:
    """Write a value as people write it."""
    if isinstance(said, bool):
        return _("yes") if said else _("no")
    text = str(said)
    if (name, text) in _SAID:
        return str(_SAID[name, text])
    if name in _CHOICES and text in (named := dict(_CHOICES[name]())):
        return words.capital(named[text])
    if name == "act":
        return words.access(text)
    if name == "kind":
        return str(_KINDS.get(text, text))
    if name.endswith(("_at", "_on")) or name == "at":
        with suppress(ValueError):
            return formats.day(date.fromisoformat(text)) if len(text) == 10 else _moment(text)
    return text


def _moment(text: str) -> str:
    return formats.moment(datetime.fromisoformat(text).astimezone(LOCAL))


_CHOICES = {
    "group": queries.reader_groups,
    "channel": queries.channels,
    "language": queries.languages,
    "papers": queries.papers,
    "kind": queries.reader_kinds,
}
