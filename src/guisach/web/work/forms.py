"""The forms of the workbench: what a person types, tidied. Whether it is allowed is for the actions to say."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from guisach.domain.readers import queries as readers
from guisach.domain.readers.rules.joining import Applicant, tidy_name
from guisach.web.work import words

if TYPE_CHECKING:
    from datetime import date

    from guisach.domain.readers.queries import ReaderView

# A whole date as people write it; somebody who only knows the year gets the first of January, as on identity papers.
BIRTH_FORMATS = ["%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%d%m%Y", "%Y"]

# Which field of the joining form a refusal is about.
FIELD_OF = {
    "name_needed": "name",
    "group_unknown": "group",
    "birth_date_wrong": "birth_on",
    "consent_needed": "has_consent",
    "guardian_needed": "guardian",
    "assent_needed": "has_assent",
    "card_mistyped": "card",
    "card_unusable": "card",
    "card_taken": "card",
}


class SignIn(forms.Form):
    """Name and password; the browser may fill both in."""

    username = forms.CharField(
        label=_("Sign-in name"),
        max_length=40,
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false", "data-autofocus": True}
        ),
    )
    password = forms.CharField(
        label=_("Password"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class ChangePassword(forms.Form):
    """One's own password: the old one, and the new one twice."""

    old = forms.CharField(
        label=_("Present password"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    new = forms.CharField(
        label=_("New password"),
        max_length=200,
        strip=False,
        help_text=_(
            "At least 10 letters or digits. Four words that only you would put together are easy to keep in mind."
        ),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=_("New password once more"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("new") and said.get("again") and said["new"] != said["again"]:
            self.add_error("again", _("The two new passwords differ; please type both again."))
        return said


class Join(forms.Form):
    """A new reader. Only what the library needs is asked (Law 91/2025/QH15)."""

    name = forms.CharField(label=_("Full name"), max_length=80, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    birth_on = forms.DateField(
        label=_("Birth date"),
        required=False,
        input_formats=BIRTH_FORMATS,
        help_text=_("Such as 22/11/2015. If only the year is known, write the year."),
        error_messages={"invalid": _("Please write day/month/year, such as 22/11/2015, or the year alone.")},
        widget=forms.DateInput(format="%d/%m/%Y", attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    group = forms.ChoiceField(label=_("Reader group"))
    phone = forms.CharField(
        label=_("Telephone"),
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )
    address = forms.CharField(
        label=_("Village, hamlet"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    card = forms.CharField(
        label=_("Card number"),
        required=False,
        max_length=64,
        help_text=_("Scan a printed card, or leave empty to get the next number."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )
    guardian = forms.CharField(
        label=_("Guardian's full name"),
        required=False,
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    guardian_phone = forms.CharField(
        label=_("Guardian's telephone"),
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )
    has_consent = forms.BooleanField(
        label=_("The reader agrees (for a child under 16: the guardian agrees)."), required=False
    )
    has_assent = forms.BooleanField(label=_("The child, from 7 years on, agrees too."), required=False)

    READER_FIELDS: tuple[str, ...] = ("name", "birth_on", "group", "phone", "address", "card")
    GUARDIAN_FIELDS = ("guardian", "guardian_phone")
    CONSENT_FIELDS = ("has_consent", "has_assent")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        group = self.fields["group"]
        if isinstance(group, forms.ChoiceField):
            group.choices = [("", _("Please choose")), *((c, words.capital(n)) for c, n in readers.reader_groups())]

    def applicant(self) -> Applicant:
        """Give the person that the (valid) form describes."""
        said = self.cleaned_data
        birth_on: date | None = said["birth_on"]
        return Applicant(
            name=tidy_name(said["name"]),
            group=said["group"],
            birth_on=birth_on,
            phone=said["phone"],
            address=said["address"],
            guardian=tidy_name(said["guardian"]),
            guardian_phone=said["guardian_phone"],
            has_consent=said["has_consent"],
            has_assent=said["has_assent"],
        )


class Correct(Join):
    """What is known of a reader, to be mended; and the card."""

    takes_next_card = forms.BooleanField(label=_("Give a new card: the next number."), required=False)
    renews = forms.BooleanField(label=_("Renew the card: three years from today."), required=False)

    READER_FIELDS = ("name", "birth_on", "group", "phone", "address")
    CARD_FIELDS = ("card", "takes_next_card", "renews")

    def __init__(self, *args: Any, reader: ReaderView, **kwargs: Any) -> None:
        known = {**asdict(reader.applicant), "card": reader.card_no}
        super().__init__(*args, initial=known, **kwargs)
        # What the page showed, so that an old page does not bring an old number back.
        self.fields["card"].show_hidden_initial = True
        self.fields["card"].help_text = _("The present number. To give a printed card, scan it here.")

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("takes_next_card") and self.new_card():
            self.add_error("takes_next_card", _("A new number stands above already; please choose one of the two."))
        return said

    def new_card(self) -> str:
        """Give the number that was written in place of the one that the page showed; empty where it was left."""
        number: str = self.cleaned_data.get("card", "")
        return number if "card" in self.changed_data else ""


class Settle(forms.Form):
    """A decision on a case, and why."""

    decision = forms.ChoiceField(label=_("What is right?"), widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("Why, in a few words"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2, "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, decisions: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        decision = self.fields["decision"]
        if isinstance(decision, forms.ChoiceField):
            decision.choices = decisions
