"""Words of the own pages: when a book is due, why it cannot be renewed here, what is to be said of the card."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from guisach.web.ui import formats

if TYPE_CHECKING:
    from datetime import date

    from guisach.domain.circulation.rules.lending import Verdict
    from guisach.domain.readers.queries import ReaderView
    from guisach.kernel.errors import DomainError

_SOON_DAYS = 3
_CARD_SOON_DAYS = 30

_WHY_NOT = {
    "renewals_used_up": gettext_lazy("Renewed as often as the rules allow: please bring it back, or ask at the desk."),
    "wanted_by_others": gettext_lazy(
        "Another reader waits for this book: please bring it back by its day. If you still need it, ask at the desk."
    ),
    "renewed_today": gettext_lazy("Renewed today."),
}
_NOT_ASKED = {
    "card_expired": gettext_lazy("Your card has ended. It is renewed where you got it, free of charge."),
    "pickup_unusable": gettext_lazy("Books cannot be fetched at that place. Please choose another one."),
    "has_it_already": gettext_lazy("You have this book at home."),
    "already_requested": gettext_lazy("You have asked for this book already."),
    "nothing_lendable": gettext_lazy("No copy of this title is lent; it can be read where it is."),
    "request_limit": gettext_lazy("You wait for as many books as the rules allow. Take one request back first."),
    "bag_waits": gettext_lazy("A bag is being packed for you already."),
    "request_over": gettext_lazy("This request is over already."),
}
_NOT_ASKED_OTHERWISE = gettext_lazy("That is not possible here: please ask at the desk.")
_WHY_NOT_OTHERWISE = gettext_lazy("It cannot be renewed here: please ask at the desk.")


# Who looked at a reader's data, and how, as the reader is told it.
_ACCESSES = {
    "VIEW": gettext_lazy("opened your page"),
    "CARD": gettext_lazy("scanned your card"),
    "RETURN": gettext_lazy("took a book back"),
    "COPY": gettext_lazy("saw that you have a book"),
    "CASE": gettext_lazy("looked at a case"),
    "CORRECT": gettext_lazy("corrected your data"),
    "RENEW": gettext_lazy("renewed your card"),
    "START_CODE": gettext_lazy("gave you a start code"),
    "UNLOCK": gettext_lazy("let you try again to sign in"),
    "NO_PIN": gettext_lazy("ended your signing in"),
}
_OTHER_ACCESS = gettext_lazy("saw your data")

# What of a card is handed to the reader with their data: all but what only the machine needs.
TOLD = (
    "full_name", "card_no", "group", "birth_on", "phone", "email", "address", "guardian_name", "guardian_phone",
    "place", "joined_at", "expires_on", "has_guardian_consent", "consent_at", "has_assent", "assent_at", "language",
    "channel", "kind", "papers",
)  # fmt: skip


def access(act: str) -> str:
    """Say how somebody came to see the reader's data."""
    return str(_ACCESSES.get(act, _OTHER_ACCESS))


@dataclass(frozen=True, slots=True)
class Due:
    """A due day in words; `state` is late, soon or later."""

    state: str
    day: str
    left: str


def due(on: date, today: date) -> Due:
    """Say the day, and how far off it is."""
    left = (on - today).days
    if left < 0:
        said = ngettext("%(n)s day late", "%(n)s days late", -left) % {"n": formats.number(-left)}
        return Due("late", formats.weekday(on), said)
    if left == 0:
        return Due("soon", formats.weekday(on), _("today"))
    if left == 1:
        return Due("soon", formats.weekday(on), _("tomorrow"))
    said = ngettext("%(n)s day left", "%(n)s days left", left) % {"n": formats.number(left)}
    return Due("soon" if left <= _SOON_DAYS else "later", formats.weekday(on), said)


def why_not(verdict: Verdict) -> str:
    """Say to the reader why a book cannot be renewed from here."""
    return str(_WHY_NOT.get(verdict.code, _WHY_NOT_OTHERWISE))


def refused(refusal: DomainError) -> str:
    """Say to the reader why an act was refused; what the desk may do about it is not for them."""
    if refusal.code == "not_on_loan":
        return _("This book is not on your card any more.")
    return str(_WHY_NOT.get(refusal.code, _WHY_NOT_OTHERWISE))


def not_asked(refusal: DomainError) -> str:
    """Say to the reader why a request was not taken up, or could not be taken back."""
    return str(_NOT_ASKED.get(refusal.code, _NOT_ASKED_OTHERWISE))


def card_note(reader: ReaderView, today: date) -> str:
    """Say that the card has ended or soon will; empty otherwise."""
    left = (reader.expires_on - today).days
    if left < 0:
        return _("Your card ended on %(date)s. It is renewed where you got it, free of charge.") % {
            "date": formats.day(reader.expires_on)
        }
    if left <= _CARD_SOON_DAYS:
        return _("Your card ends on %(date)s. It is renewed where you got it, free of charge.") % {
            "date": formats.day(reader.expires_on)
        }
    return ""
