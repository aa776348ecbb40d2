"""Choosing, field by field, what is to be known of somebody who was written down twice."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guisach.domain.readers import queries
from guisach.web.ui import formats
from guisach.web.work import words

if TYPE_CHECKING:
    from uuid import UUID

    from guisach.domain.readers.queries import ReaderView
    from guisach.domain.readers.rules.joining import Applicant

INTO, OLD = "into", "old"

LABELS = {
    "name": gettext_lazy("Full name"),
    "birth_on": gettext_lazy("Birth date"),
    "group": gettext_lazy("Reader group"),
    "phone": gettext_lazy("Telephone"),
    "address": gettext_lazy("Village, hamlet"),
    "guardian": gettext_lazy("Guardian's full name"),
    "guardian_phone": gettext_lazy("Guardian's telephone"),
    "email": gettext_lazy("E-mail"),
    "channel": gettext_lazy("Wants to hear from the library by"),
    "language": gettext_lazy("Language of messages"),
    "papers": gettext_lazy("Papers shown"),
    "kind": gettext_lazy("The card is for"),
}


class SamePerson(forms.Form):
    """One choice for each field in which the two cards differ, and one for the card that is used from now on."""

    def __init__(self, *args: Any, into: ReaderView, old: ReaderView, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._into, self._old = into, old
        self._offer("card", _("Card that is used from now on"), into.card_no, old.card_no)
        for name, label in LABELS.items():
            first, second = getattr(into.applicant, name), getattr(old.applicant, name)
            if first != second:
                self._offer(name, label, _shown(name, first), _shown(name, second))

    def _offer(self, name: str, label: Any, first: str, second: str) -> None:
        empty = _("nothing")
        self.fields[name] = forms.ChoiceField(
            label=label,
            choices=[(INTO, first or empty), (OLD, second or empty)],
            initial=INTO if first or not second else OLD,
            widget=forms.RadioSelect,
        )

    def keeps(self) -> Applicant:
        """Give what is to be known of the person, as the (valid) form chose."""
        old = self._old.applicant
        chosen = {
            name: getattr(old, name) for name, side in self.cleaned_data.items() if side == OLD and name != "card"
        }
        return replace(self._into.applicant, **chosen)

    def keeps_card_of(self) -> UUID:
        """Give the id whose card is used from now on."""
        return self._old.id if self.cleaned_data["card"] == OLD else self._into.id


def _shown(name: str, value: Any) -> str:
    choices = {
        "group": queries.reader_groups,
        "channel": queries.channels,
        "language": queries.languages,
        "papers": queries.papers,
        "kind": queries.reader_kinds,
    }
    if name in choices:
        return words.capital(dict(choices[name]()).get(value, value))
    return formats.day(value) if name == "birth_on" else str(value)
