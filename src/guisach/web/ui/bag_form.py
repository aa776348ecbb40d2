"""What a reader wishes to be surprised with: the form of the readers' pages and of the workbench."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from guisach.domain.catalogue.rules.classes import caption_of
from guisach.domain.catalogue.rules.languages import language_name
from guisach.domain.circulation.rules.bags import BOOKS_MAX, Bag, Why, age_group

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from django.utils.functional import _StrPromise

AGES = {
    "CHILD": _("a child up to ten"),
    "TEEN": _("eleven to fifteen"),
    "ADULT": _("sixteen and older"),
}
WHY: dict[Why, _StrPromise] = {
    Why.INTEREST: _("of what was wished"),
    Why.SELDOM: _("seldom borrowed: it deserves a reader"),
    Why.LIKED: _("liked by others"),
    Why.OTHER: _("something else for this age: there was no more of what was wished"),
}
_LANGUAGES = ("vie", "tyz", "nut", "hmn", "eng")  # those in which places have books to be surprised with


class BagForm(forms.Form):
    """For which age, about what, in which language, how many."""

    age = forms.ChoiceField(label=_("For whom?"), choices=list(AGES.items()))
    interests = forms.MultipleChoiceField(
        label=_("About what?"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Nothing ticked: anything."),
    )
    books = forms.IntegerField(
        label=_("How many books?"),
        min_value=1,
        max_value=BOOKS_MAX,
        initial=3,
        widget=forms.NumberInput({"class": "num"}),
    )
    language = forms.ChoiceField(label=_("In which language?"), required=False)

    def __init__(self, data: Any, *, classes: Collection[str], born: date | None = None, today: date) -> None:
        age = age_group(born, today)
        super().__init__(data, initial={"age": age, "books": 3})
        spoken = get_language() or "vi"
        named = [(one, caption_of(f"{one}00", spoken) or one) for one in classes]
        self.fields["interests"].choices = named  # type: ignore[attr-defined]
        languages = [(code, language_name(code, spoken)) for code in _LANGUAGES]
        self.fields["language"].choices = [("", _("any")), *languages]  # type: ignore[attr-defined]
        if age != "ADULT":  # a child chooses among what is meant for the young
            self.fields["age"].choices = [(code, AGES[code]) for code in ("CHILD", "TEEN")]  # type: ignore[attr-defined]

    @property
    def wish(self) -> Bag:
        """Give what the (valid) form says."""
        said = self.cleaned_data
        return Bag(said["age"], said["books"], tuple(said["interests"]), said["language"])


def said_of(wish: Bag) -> str:
    """Say a wish in one line."""
    spoken = get_language() or "vi"
    about = ", ".join(caption_of(f"{one}00", spoken) or one for one in wish.interests)
    parts = [str(AGES.get(wish.age, "")), about, language_name(wish.language, spoken) if wish.language else ""]
    return " · ".join(part for part in parts if part)
