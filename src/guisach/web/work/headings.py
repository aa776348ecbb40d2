"""The form of an authority."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from guisach.domain.catalogue.queries.authorities import heading_kinds


class AuthorityForm(forms.Form):
    """Heading, dates, note; of a new one also its kind and the forms that lead to it."""

    kind = forms.ChoiceField(label=_("What it names"), choices=heading_kinds)
    heading = forms.CharField(
        label=_("Heading"),
        max_length=300,
        help_text=_("As it is to stand in titles. Vietnamese names in the order in which they are said."),
    )
    dates = forms.CharField(
        label=_("Dates of life"),
        required=False,
        max_length=60,
        help_text=_("Such as 1920-2014; they tell two persons of one name apart."),
    )
    other_forms = forms.CharField(
        label=_("Other forms that lead to it"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One on each line: pen names, other spellings. Readers who search for them find the titles."),
    )
    note = forms.CharField(label=_("Note"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))
    opened_at = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, is_new: bool = True, **more: Any) -> None:
        """Leave out what is not asked of one that is there already."""
        super().__init__(*args, **more)
        if not is_new:
            del self.fields["kind"], self.fields["other_forms"]
        else:
            del self.fields["opened_at"]

    def clean_other_forms(self) -> tuple[str, ...]:
        """Give the forms, one of each line."""
        lines = (line.strip()[:300] for line in self.cleaned_data["other_forms"].splitlines()[:100])
        return tuple(dict.fromkeys(line for line in lines if line))

    def clean_opened_at(self) -> datetime | None:
        """Give the instant at which the form was opened; None for a form that does not say."""
        try:
            found = datetime.fromisoformat(self.cleaned_data["opened_at"])
        except ValueError:
            return None
        return found if found.tzinfo else None
