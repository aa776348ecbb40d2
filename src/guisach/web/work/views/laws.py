"""The particulars of a legal document: number, issuer, and from when until when it is in force."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from guisach.domain.catalogue import queries as catalogue
from guisach.domain.catalogue.actions.laws import Particulars, describe_law
from guisach.domain.catalogue.queries.laws import law_named, laws_of, offered_law, replaced_by
from guisach.domain.network.queries import Permission
from guisach.kernel.errors import DomainError
from guisach.web.ui.access import Duty, needs
from guisach.web.work.dates import DayField
from guisach.web.work.shell import page, status_of

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from guisach.domain.catalogue.queries.laws import LawView


class LawForm(forms.Form):
    """What stands on the document. Nothing is required: what is not known stays empty."""

    number = forms.CharField(
        label=gettext_lazy("Number, symbol"),
        required=False,
        max_length=60,
        help_text=gettext_lazy("As printed: 46/2019/QH14, 93/2020/NĐ-CP."),
    )
    issuer = forms.CharField(
        label=gettext_lazy("Issued by"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("The National Assembly, the Government, a ministry, a People’s Council…"),
    )
    issued_on = DayField(label=gettext_lazy("Issued on"), required=False)
    valid_from = DayField(label=gettext_lazy("In force from"), required=False)
    valid_to = DayField(
        label=gettext_lazy("No longer in force from"),
        required=False,
        help_text=gettext_lazy("The first day on which it no longer holds. Empty while nobody has ended it."),
    )
    successor = forms.CharField(
        label=gettext_lazy("Replaced by"),
        required=False,
        max_length=300,
        help_text=gettext_lazy("Number, whole title or address of the title in this catalogue."),
    )

    def clean_successor(self) -> int | None:
        """Find the title that is meant; exactly one."""
        text: str = self.cleaned_data["successor"]
        found = law_named(text) if text.strip() else []
        if text.strip() and len(found) != 1:
            raise forms.ValidationError(
                _("Several titles are called so: please give the address of one.")
                if found
                else _(
                    "No legal document here has this number or title. Please catalogue it first, or leave this empty."
                )
            )
        return found[0] if found else None


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.CATALOGUE, Permission.STOCK)
def law(request: HttpRequest, duty: Duty, record: int) -> HttpResponse:
    """Show and store what is known of a legal document."""
    found = catalogue.record(record)
    if found is None:
        raise Http404
    known = laws_of([record]).get(record)
    form = LawForm(request.POST if request.method == "POST" else None, initial=_initial(record, known))
    complaint, status = "", 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                describe_law(record=record, said=_said(form.cleaned_data))
            except DomainError as refusal:
                complaint, status = str(refusal), status_of(refusal)
            else:
                messages.success(request, _("Kept. Readers see at once whether the document is in force."))
                return redirect("work:record", record)
    context = {
        "record": found,
        "form": form,
        "complaint": complaint,
        "is_offered": known is None and not form.is_bound and any(form.initial.values()),
        "before": replaced_by(record),
    }
    return page(request, duty, "work/law.html", context, status=status)


def _initial(record: int, known: LawView | None) -> dict[str, Any]:
    if known is None:
        offered = offered_law(record)
        return {"number": offered.number, "issuer": offered.issuer}
    return {
        "number": known.number,
        "issuer": known.issuer,
        "issued_on": known.issued_on,
        "valid_from": known.valid_from,
        "valid_to": known.valid_to,
        "successor": f"/records/{known.replaced_by}/" if known.replaced_by else "",
    }


def _said(data: dict[str, Any]) -> Particulars:
    return Particulars(
        number=data["number"],
        issuer=data["issuer"],
        issued_on=data["issued_on"],
        valid_from=data["valid_from"],
        valid_to=data["valid_to"],
        replaced_by=data["successor"],
    )
