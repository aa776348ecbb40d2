"""What is typed about money: amounts in whole đồng, as people write them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from guisach.domain.circulation.rules.money import MoneyTerms, Way
from guisach.web.ui import formats
from guisach.web.work.stock_forms import price_of

if TYPE_CHECKING:
    from datetime import date

_AMOUNT = {"inputmode": "numeric", "autocomplete": "off", "class": "num"}


class Dong(forms.CharField):
    """An amount such as 50.000; empty is None where it may be."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=20, widget=forms.TextInput(attrs=_AMOUNT), **kwargs)

    def clean(self, value: Any) -> Any:
        """Read the figures."""
        try:
            return price_of(super().clean(value))
        except ValueError:
            raise forms.ValidationError(_("Please write the amount in figures, such as 50.000.")) from None


class Deposit(forms.Form):
    """A deposit of a reader."""

    amount = Dong(label=_("Amount (đồng)"))
    words = forms.CharField(label=_("Note (if needed)"), max_length=300, required=False)


class Compensation(forms.Form):
    """What a reader gives for a book that is lost or damaged."""

    card = forms.CharField(
        label=_("Card of the reader"), max_length=64, widget=forms.TextInput({"autocomplete": "off"})
    )
    way = forms.ChoiceField(
        label=_("What the reader gives"),
        choices=[(Way.KIND.value, _("the same title, in its place")), (Way.MONEY.value, _("money"))],
        widget=forms.RadioSelect,
    )
    amount = Dong(label=_("Amount (đồng)"), required=False, help_text=_("Only where money is given."))
    words = forms.CharField(
        label=_("Note (if needed)"), max_length=300, required=False, help_text=_("Such as the number of the new copy.")
    )

    def clean(self) -> dict[str, Any]:
        """Ask for the amount where money is given."""
        said = super().clean() or {}
        if said.get("way") == Way.MONEY and not said.get("amount") and "amount" not in self.errors:
            self.add_error("amount", _("Please write the amount in figures, such as 50.000."))
        return said


class Terms(forms.Form):
    """What may be taken from readers from a day on."""

    valid_from = forms.DateField(label=_("In force from"), widget=forms.DateInput(attrs={"type": "date"}))
    deposit = Dong(
        label=_("Deposit of one reader, at most (đồng)"), required=False, help_text=_("Empty: no deposits are taken.")
    )
    compensation = Dong(
        label=_("Compensation for one copy, at most (đồng)"),
        required=False,
        help_text=_("Empty: nothing is taken for lost and damaged books."),
    )
    times = forms.IntegerField(
        label=_("and at most so many times its price"),
        min_value=1,
        max_value=10,
        initial=1,
        widget=forms.TextInput(attrs={**_AMOUNT, "size": 3}),
    )
    decision = forms.CharField(
        label=_("Deciding document"), required=False, max_length=120, help_text=_("Its number and date.")
    )
    reason = forms.CharField(label=_("Why"), max_length=300)

    def __init__(self, data: Any, *, now: MoneyTerms, today: date) -> None:
        initial = {
            "valid_from": today.isoformat(),
            "deposit": formats.number(now.deposit_vnd),
            "compensation": formats.number(now.compensation_vnd),
            "times": now.compensation_times,
            "decision": now.decision,
        }
        super().__init__(data, initial=initial)

    @property
    def terms(self) -> MoneyTerms:
        """Give what the (valid) form says."""
        said = self.cleaned_data
        return MoneyTerms(
            valid_from=said["valid_from"],
            deposit_vnd=said["deposit"],
            compensation_vnd=said["compensation"],
            compensation_times=said["times"],
            decision=said["decision"],
            reason=said["reason"],
        )
