"""A day in a form, as people here write it: 22/11/2026."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

FORMATS = ["%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%d%m%Y", "%Y-%m-%d"]


class DayField(forms.DateField):
    """Day, month and year in that order; typed, not picked: years ago are far away in a calendar to click through."""

    def __init__(self, **more: Any) -> None:
        attributes = {"inputmode": "numeric", "autocomplete": "off", "placeholder": _("day/month/year")}
        super().__init__(
            input_formats=FORMATS,
            widget=forms.DateInput(format="%d/%m/%Y", attrs=attributes),
            error_messages={"invalid": _("Please write day/month/year, such as 22/11/2026.")},
            **more,
        )
