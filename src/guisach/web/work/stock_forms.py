"""Forms about the stock: what a person types, tidied. Whether it is allowed is for the actions to say."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from guisach.adapters.printing import Calibration, papers
from guisach.domain.catalogue.actions.stock import CopyChange
from guisach.domain.catalogue.queries import stock
from guisach.domain.catalogue.rules.stock import ReceiptHead, WeedingRules
from guisach.web.work import words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.utils.functional import _StrOrPromise

    from guisach.domain.catalogue.queries.stock import ReceiptView
    from guisach.web.work.stocking import Stand

DATE_FORMATS = ["%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%d%m%Y", "%Y-%m-%d"]
_AS_IT_IS = "-"


def _date(label: _StrOrPromise, **more: Any) -> forms.DateField:
    widget = forms.DateInput(format="%d/%m/%Y", attrs={"inputmode": "numeric", "autocomplete": "off"})
    return forms.DateField(label=label, input_formats=DATE_FORMATS, widget=widget, **more)


def _text(label: _StrOrPromise, length: int, **more: Any) -> forms.CharField:
    widget = forms.TextInput(attrs={"autocomplete": "off", **more.pop("attrs", {})})
    return forms.CharField(label=label, max_length=length, required=more.pop("required", False), widget=widget, **more)


def codes_field(**more: Any) -> forms.CharField:
    """Give the box that a pile of books is scanned into: a scanner ends each number with a new line."""
    attrs = {"rows": 6, "autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
    widget = forms.Textarea(attrs={**attrs, "data-autofocus": True})
    return forms.CharField(label=_("Numbers of the copies"), widget=widget, required=False, **more)


def capitals(choices: Iterable[tuple[str, _StrOrPromise]]) -> list[tuple[str, str]]:
    """Begin the names of choices with a capital."""
    return [(code, words.capital(str(name))) for code, name in choices]


def price_of(text: str) -> int | None:
    """Read a price as people write it: 35.000, 35,000 đ, 35000. Raises ValueError where it is none."""
    digits = re.sub(r"[\s.,đ₫]|vnd", "", text.strip().lower())
    if not digits:
        return None
    if not (digits.isascii() and digits.isdigit()):
        raise ValueError(text)
    return int(digits[:12])


class Voucher(forms.Form):
    """The head of a receipt."""

    entered_on = _date(_("Day of entry"))
    kind = forms.ChoiceField(label=_("How it came in"))
    source = _text(_("From whom"), 200, help_text=_("Bookshop, giver, or the body that handed it over."))
    voucher = _text(_("Voucher"), 80, help_text=_("Number and day of the invoice or minutes."))
    note = _text(_("Note"), 300)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = capitals(stock.acquisition_kinds())  # type: ignore[attr-defined]

    def head(self) -> ReceiptHead:
        """Give what the (valid) form says."""
        return ReceiptHead(**self.cleaned_data)

    @staticmethod
    def of(receipt: ReceiptView) -> dict[str, Any]:
        """Give what an entry says now."""
        return {name: getattr(receipt, name) for name in ("entered_on", "kind", "source", "voucher", "note")}


class Rules(forms.Form):
    """Which copies are proposed for weeding."""

    unused_years = forms.IntegerField(label=_("Not lent for so many years"), required=False, min_value=1, max_value=50)
    published_before = forms.IntegerField(
        label=_("Published before the year"), required=False, min_value=1900, max_value=2100
    )
    classes = _text(_("only in classes that begin with"), 60, help_text=_("Such as 004 34 61; empty is all classes."))
    copies_max = forms.IntegerField(
        label=_("More copies of one title at a place than"), required=False, min_value=1, max_value=100
    )
    is_damaged = forms.BooleanField(label=_("Noted as damaged"), required=False)
    has_newer_edition = forms.BooleanField(label=_("There is a newer edition in the stock"), required=False)
    is_expired_law = forms.BooleanField(label=_("Legal documents that are no longer in force"), required=False)

    def rules(self) -> WeedingRules:
        """Give what the (valid) form says."""
        return WeedingRules(**self.cleaned_data)


class Decision(forms.Form):
    """The decision on a weeding list."""

    decision_no = _text(_("Number of the decision"), 80, help_text=_("Such as 15/QĐ-TVT."))
    decided_on = _date(_("Day of the decision"))
    minutes = _text(_("Number of the minutes"), 80, help_text=_("Such as 03/BB-TVT."))


class Series(forms.Form):
    """A series of accession numbers."""

    code = _text(_("Prefix"), 12, required=True, attrs={"autocapitalize": "characters"})
    name = _text(_("What it is for"), 120, required=True)
    digits = forms.IntegerField(label=_("Figures in a number"), min_value=3, max_value=9, initial=6)
    last_number = forms.IntegerField(
        label=_("Last number already used on paper"), required=False, min_value=0, max_value=999_999_999
    )


class CollectionForm(forms.Form):
    """A collection."""

    code = _text(_("Code"), 16, required=True, attrs={"autocapitalize": "characters"})
    name = _text(_("Name"), 120, required=True)
    note = _text(_("Note"), 300)


class Pile(forms.Form):
    """What becomes of a pile of copies."""

    codes = codes_field()
    collection = forms.ChoiceField(label=_("Collection"), required=False)
    state = forms.ChoiceField(label=_("How it looks"), required=False)
    condition = forms.ChoiceField(label=_("How it may be used"), required=False)
    base = forms.ChoiceField(label=_("Kept by"), required=False)
    shelf = _text(_("Shelf"), 80, help_text=_("Empty leaves it as it is."))

    def __init__(self, *args: Any, stand: Stand, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        as_it_is = (_AS_IT_IS, _("(as it is)"))
        names = stock.collection_names().items()
        usable = [(code, name) for code, name in stock.conditions() if code != "WITHDRAWN"]
        bases = [(place.pk, place.name) for place in stand.places]
        for name, choices in (
            ("collection", [("", _("(none)")), *names]),
            ("state", capitals(stock.states())),
            ("condition", capitals(usable)),
            ("base", bases),
        ):
            self.fields[name].choices = [as_it_is, *choices]  # type: ignore[attr-defined]
            self.fields[name].initial = _AS_IT_IS

    def change(self) -> CopyChange:
        """Give what the (valid) form says."""
        said = {name: self.cleaned_data[name] for name in ("collection", "state", "condition", "base")}
        chosen = {name: value for name, value in said.items() if value != _AS_IT_IS and (value or name == "collection")}
        return CopyChange(shelf=self.cleaned_data["shelf"] or None, **chosen)


class OneCopy(forms.Form):
    """What is known of one copy, to be mended."""

    condition = forms.ChoiceField(label=_("How it may be used"))
    state = forms.ChoiceField(label=_("How it looks"))
    collection = forms.ChoiceField(label=_("Collection"), required=False)
    call_no = _text(_("Call number"), 80)
    shelf = _text(_("Shelf"), 80)
    part = _text(_("Volume or issue"), 80)
    price = _text(_("Price (đồng)"), 20, attrs={"inputmode": "numeric"})
    note = _text(_("Note"), 300)

    def __init__(self, *args: Any, is_withdrawn: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        usable = [(code, name) for code, name in stock.conditions() if code != "WITHDRAWN" or is_withdrawn]
        collections = [("", _("(none)")), *stock.collection_names().items()]
        self.fields["condition"].choices = capitals(usable)  # type: ignore[attr-defined]
        self.fields["state"].choices = capitals(stock.states())  # type: ignore[attr-defined]
        self.fields["collection"].choices = collections  # type: ignore[attr-defined]

    def clean_price(self) -> int | None:
        """Read the price."""
        try:
            return price_of(self.cleaned_data["price"])
        except ValueError:
            raise forms.ValidationError(_("Please write the price in figures, such as 35.000.")) from None

    def change(self) -> CopyChange:
        """Give what the (valid) form says."""
        said = dict(self.cleaned_data)
        return CopyChange(price_vnd=said.pop("price"), **said)


class Labels(forms.Form):
    """Which labels, on what paper."""

    codes = codes_field()
    kinds = forms.ChoiceField(
        label=_("Which labels"),
        choices=[
            ("barcode", _("Barcode label")),
            ("spine", _("Spine label with call number")),
            ("both", _("Both, one after the other")),
        ],
    )
    paper = forms.ChoiceField(label=_("Paper"))
    first = forms.IntegerField(
        label=_("First free label on the sheet"), min_value=1, max_value=100, initial=1,
        help_text=_("Counted from the upper left along the rows, so that a used sheet is used up."),
    )  # fmt: skip
    right_mm = forms.FloatField(label=_("Shift to the right (mm)"), required=False, min_value=-20, max_value=20)
    down_mm = forms.FloatField(label=_("Shift down (mm)"), required=False, min_value=-20, max_value=20)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["paper"].choices = [(p.code, p.name) for p in papers().values()]  # type: ignore[attr-defined]

    def calibration(self) -> Calibration:
        """Give by how much the picture is moved."""
        return Calibration(self.cleaned_data["right_mm"] or 0, self.cleaned_data["down_mm"] or 0)


class PosterForm(forms.Form):
    """A poster for a shelf."""

    shelf = _text(_("Shelf or bookcase"), 60, help_text=_("Such as “Law bookcase”; empty for the whole place."))
    size = forms.ChoiceField(label=_("Size"), choices=[("a4", "A4"), ("a5", "A5")])
