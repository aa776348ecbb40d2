"""Planning an event, and the words for what sort of event it is and for whom."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from guisach.domain.activities.rules import NAME_LENGTH_MAX, SORTS
from guisach.domain.readers.queries import reader_groups
from guisach.web.work import words

if TYPE_CHECKING:
    from guisach.domain.activities.queries import EventView

SORT_NAMES = {
    "STORIES": _("story hour"),
    "READING": _("reading together"),
    "FILM": _("film"),
    "CONTEST": _("contest"),
    "TALK": _("talk, meeting the author"),
    "CRAFT": _("drawing, crafts, games"),
    "DISPLAY": _("display of books"),
    "OTHER": _("something else"),
}


class Plan(forms.Form):
    """What, on which day, of what sort and for whom."""

    name = forms.CharField(
        label=_("Name of the event"),
        max_length=NAME_LENGTH_MAX,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("As you would write it on the board, such as “Story hour: the stars of our mountains”."),
    )
    on = forms.DateField(label=_("Day"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
    sort = forms.ChoiceField(label=_("Sort of event"), required=False)
    whom = forms.ChoiceField(label=_("For whom"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        groups = [(code, words.capital(label)) for code, label in reader_groups()]
        sorts = [(code, words.capital(SORT_NAMES[code])) for code in SORTS]
        for name, empty, choices in (("sort", _("Not said"), sorts), ("whom", _("For everybody"), groups)):
            field = self.fields[name]
            if isinstance(field, forms.ChoiceField):
                field.choices = [("", empty), *choices]


def said_of(event: EventView) -> str:
    """Say of what sort an event is and for whom: "story hour, for children"."""
    whom = dict(reader_groups()).get(event.whom, "")
    parts = (SORT_NAMES.get(event.sort, ""), _("for: %(whom)s") % {"whom": whom} if whom else "")
    return " · ".join(str(part) for part in parts if part)
