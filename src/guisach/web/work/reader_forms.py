"""The forms in which a reader is written down or mended: only what the library needs is asked (Law 91/2025/QH15)."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from guisach.domain.readers import queries as readers
from guisach.domain.readers.rules.cards import normalise_card
from guisach.domain.readers.rules.joining import Applicant, tidy_name
from guisach.web.work import words

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date
    from uuid import UUID

    from guisach.domain.readers.queries import ReaderView

# A whole date as people write it; somebody who only knows the year gets the first of January, as on identity papers.
BIRTH_FORMATS = ["%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%d%m%Y", "%Y", "%Y-%m-%d"]

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
    "card_replaced": "card",
    "responsible_needed": "guardian",
    "email_wrong": "email",
    "household_unknown": "household_card",
}


def said_by(applicant: Applicant) -> dict[str, Any]:
    """Give what somebody said of themselves as the fields of the joining form."""
    return {name: value for name, value in asdict(applicant).items() if name != "household"}


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
    kind = forms.ChoiceField(
        label=_("The card is for"),
        required=False,
        help_text=_("A household, class or border post needs somebody who answers for it; leave the birth date empty."),
    )
    household_card = forms.CharField(
        label=_("Belongs to the household or class with card"),
        required=False,
        max_length=64,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )
    channel = forms.ChoiceField(label=_("Wants to hear from the library by"), required=False)
    email = forms.CharField(
        label=_("E-mail"),
        required=False,
        max_length=120,
        widget=forms.EmailInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    language = forms.ChoiceField(label=_("Language of messages"), required=False)
    papers = forms.ChoiceField(
        label=_("Papers shown"), required=False, help_text=_("No paper is needed. Its number is never written down.")
    )
    has_consent = forms.BooleanField(
        label=_("The reader agrees (for a child under 16: the guardian agrees)."), required=False
    )
    has_assent = forms.BooleanField(label=_("The child, from 7 years on, agrees too."), required=False)

    READER_FIELDS: tuple[str, ...] = ("name", "birth_on", "group", "phone", "address", "card")
    GUARDIAN_FIELDS = ("guardian", "guardian_phone")
    MORE_FIELDS = ("kind", "household_card", "channel", "email", "language", "papers")
    CONSENT_FIELDS = ("has_consent", "has_assent")

    def __init__(self, *args: Any, may_see: Callable[[str], bool], **kwargs: Any) -> None:
        """Make the form; `may_see` says whether this person may know of the readers of a place."""
        super().__init__(*args, **kwargs)
        self._may_see = may_see
        self._choose("group", readers.reader_groups(), _("Please choose"))
        self._choose("kind", readers.reader_kinds())
        self._choose("channel", readers.channels(), _("not asked yet"))
        self._choose("language", readers.languages())
        self._choose("papers", readers.papers(), _("not noted"))

    def _choose(self, name: str, choices: list[tuple[str, Any]], empty: Any = None) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            first = [] if empty is None else [("", words.capital(empty))]
            field.choices = [*first, *((code, words.capital(label)) for code, label in choices)]

    def clean_household_card(self) -> str:
        """Find the card; that of somebody whom this person may not see is no more known than any other number."""
        text: str = self.cleaned_data["household_card"]
        self._household: UUID | None = None
        if text:
            try:
                found = readers.reader_by_card(normalise_card(text))
            except ValueError:
                found = None
            if found is None or not found.is_shared or not self._may_see(found.place):
                raise ValidationError(_("No household or class here has this card. Please scan it, or leave it empty."))
            self._household = found.id
        return text

    @property
    def opens_more(self) -> bool:
        """Whether the fields that most readers do not need have to be looked at."""
        touched = {*self.errors, *self.changed_data} if self.is_bound else set()
        return bool(touched & set(self.MORE_FIELDS))

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
            email=said["email"],
            language=said["language"] or readers.languages()[0][0],
            channel=said["channel"],
            kind=said["kind"] or readers.reader_kinds()[0][0],
            papers=said["papers"],
            household=self._household,
        )


class Correct(Join):
    """What is known of a reader, to be mended; and the card."""

    takes_next_card = forms.BooleanField(label=_("Give a new card: the next number."), required=False)
    replaces = forms.ChoiceField(
        label=_("If the number changes: the former card"),
        required=False,
        choices=[
            ("LOST", _("was lost: nobody borrows with it any more")),
            ("WORN", _("is worn out or was handed in")),
            ("WRONG", _("was never this reader's: a slip when it was written down")),
        ],
    )
    renews = forms.BooleanField(label=_("Renew the card: three years from today."), required=False)

    READER_FIELDS = ("name", "birth_on", "group", "phone", "address")
    CARD_FIELDS = ("card", "takes_next_card", "replaces", "renews")

    def __init__(self, *args: Any, reader: ReaderView, may_see: Callable[[str], bool], **kwargs: Any) -> None:
        belongs_to = readers.reader(reader.household) if reader.household else None
        self._known = reader.applicant
        self._household_shown = belongs_to.card_no if belongs_to and may_see(belongs_to.place) else ""
        known = {**asdict(self._known), "card": reader.card_no, "household_card": self._household_shown}
        super().__init__(*args, initial=known, may_see=may_see, **kwargs)
        # What the page showed, so that an old page does not bring back what another desk has mended since.
        for name in self.fields:
            self.fields[name].show_hidden_initial = True
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

    def applicant(self) -> Applicant:
        """Give what the form says; a household whose card was not touched is the one that it was."""
        said = super().applicant()
        untouched = self.cleaned_data["household_card"] == self._household_shown
        return replace(said, household=self._known.household) if untouched else said

    def shown(self) -> Applicant:
        """Give what the page showed to whoever mends it; what it did not say is taken as it is known now."""
        seen: dict[str, Any] = {}
        for name in asdict(self._known):
            text = self.data.get(self.add_initial_prefix(name)) if name in self.fields else None
            with suppress(ValidationError):  # a page that somebody tampered with said nothing
                seen |= {} if text is None else {name: self.fields[name].to_python(text)}
        return replace(self._known, **seen)
