"""What a reader types to sign in and to choose a PIN.

The fields are of type text, with dots drawn by the style sheet: a browser offers to keep what is typed into a
password field, and the device may be a tablet that the whole village uses.
"""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

_TYPED_MAX: Final = 40  # digits with spaces between them

_QUIET = {"autocomplete": "off", "autocapitalize": "off", "autocorrect": "off", "spellcheck": "false"}


class PinInput(forms.TextInput):
    """Never shows again what was typed, unlike other fields: the page may be looked at by somebody else."""

    def format_value(self, value: Any) -> None:
        return None


def _pin_field(label: Any, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        max_length=_TYPED_MAX,
        widget=PinInput(attrs={**_QUIET, "inputmode": "numeric", "class": "pin"}),
    )


class SignIn(forms.Form):
    """Card number, and PIN or start code."""

    card = forms.CharField(
        label=_("Card number"),
        max_length=64,
        widget=forms.TextInput(attrs={**_QUIET, "autocapitalize": "characters"}),
    )
    pin = _pin_field(_("PIN, or the code that you were given"))


class ChoosePin(forms.Form):
    """A new PIN, twice; who has one already says it first."""

    present = _pin_field(_("Present PIN"))
    pin = _pin_field(
        _("New PIN"),
        _("6 to 12 digits: no birthday, no row such as 123456, no part of your card or telephone number."),
    )
    again = _pin_field(_("New PIN once more"))

    def __init__(self, *args: Any, has_one: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not has_one:
            del self.fields["present"]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("pin") and said.get("again") and said["pin"] != said["again"]:
            self.add_error("again", _("The two PINs differ; please type both again."))
        return said


class Suggest(forms.Form):
    """A book that the reader would like the library to have."""

    wanted = forms.CharField(label=_("Which book, or a book about what?"), max_length=200)
    author = forms.CharField(label=_("Author, if known"), max_length=200, required=False)
    why = forms.CharField(label=_("Why?"), max_length=500, required=False, widget=forms.Textarea({"rows": 3}))
