"""Becoming a reader from home: what the desk would ask, and a code to say there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from axes.helpers import get_client_ip_address
from django import forms
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from guisach.domain.network.queries import places
from guisach.domain.readers import actions
from guisach.domain.readers import queries as readers
from guisach.domain.readers.rules.joining import Applicant, tidy_name
from guisach.kernel.clock import system_clock
from guisach.kernel.errors import DomainError
from guisach.web.portal.frame import frame_of
from guisach.web.portal.own.door import unstored

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse
    from django.utils.functional import _StrPromise

_UNPROCESSABLE = 422
_DAYS = ["%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%Y", "%Y-%m-%d"]
_FIELD_OF = {
    "name_needed": "name",
    "group_unknown": "group",
    "birth_date_wrong": "birth_on",
    "consent_needed": "has_consent",
    "guardian_needed": "guardian",
    "assent_needed": "has_assent",
}
_OFF = {"autocomplete": "off"}  # a shared tablet offers nobody's name to the next


class Registration(forms.Form):
    """Who wants a card: only what the library needs (Law 91/2025/QH15)."""

    place = forms.ChoiceField(label=_("Where will you get your card?"))
    name = forms.CharField(label=_("Full name"), max_length=80, widget=forms.TextInput(attrs=_OFF))
    birth_on = forms.DateField(
        label=_("Birth date"), required=False, input_formats=_DAYS,
        help_text=_("Such as 22/11/2015. If only the year is known, write the year."),
        error_messages={"invalid": _("Please write day/month/year, such as 22/11/2015, or the year alone.")},
        widget=forms.DateInput(attrs={**_OFF, "inputmode": "numeric"}),
    )  # fmt: skip
    group = forms.ChoiceField(label=_("I am"))
    phone = forms.CharField(
        label=_("Telephone"), required=False, max_length=20, widget=forms.TextInput(attrs={**_OFF, "inputmode": "tel"})
    )
    address = forms.CharField(
        label=_("Village, hamlet"), required=False, max_length=200, widget=forms.TextInput(attrs=_OFF)
    )
    guardian = forms.CharField(
        label=_("Guardian's full name"), required=False, max_length=80, widget=forms.TextInput(attrs=_OFF),
        help_text=_("For a child under 16: mother, father, or who looks after the child."),
    )  # fmt: skip
    guardian_phone = forms.CharField(
        label=_("Guardian's telephone"), required=False, max_length=20,
        widget=forms.TextInput(attrs={**_OFF, "inputmode": "tel"}),
    )  # fmt: skip
    has_consent = forms.BooleanField(
        label=_("I agree (for a child under 16: the guardian agrees) that the library keeps this to make my card."),
        required=False,
    )
    has_assent = forms.BooleanField(label=_("The child, from 7 years on, agrees too."), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        groups = [(code, str(label).capitalize()) for code, label in readers.reader_groups()]
        _choose(self.fields["place"], _("Choose a place"), [(place.pk, place.name) for place in places()])
        _choose(self.fields["group"], _("Please choose"), groups)

    def applicant(self) -> Applicant:
        """Give the person that the (valid) form describes."""
        said = self.cleaned_data
        return Applicant(
            name=tidy_name(said["name"]),
            group=said["group"],
            birth_on=said["birth_on"],
            phone=said["phone"],
            address=said["address"],
            guardian=tidy_name(said["guardian"]),
            guardian_phone=said["guardian_phone"],
            has_consent=said["has_consent"],
            has_assent=said["has_assent"],
        )


def _choose(field: forms.Field, empty: _StrPromise, choices: list[tuple[str, str]]) -> None:
    if isinstance(field, forms.ChoiceField):
        field.choices = [("", empty), *choices]


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def register(request: HttpRequest) -> HttpResponse:
    """Ask what the desk would ask; give a code. Neither says whether anybody is a reader already."""
    frame = frame_of(request)
    form = Registration(request.POST or None, initial={"place": request.GET.get("place", "")[:24]})
    status, refusal = 200, ""
    if request.method == "POST":
        status = _UNPROCESSABLE
        if form.is_valid():
            said = form.cleaned_data
            try:
                code = actions.register(
                    applicant=form.applicant(),
                    place=said["place"],
                    address=str(get_client_ip_address(request) or ""),
                    clock=system_clock,
                )
            except DomainError as refused:
                status = refused.status
                if field := _FIELD_OF.get(refused.code):
                    form.add_error(field, str(refused))
                else:
                    refusal = str(refused)
            else:
                return unstored(redirect(f"{reverse('portal:registered')}?code={code}"))
    return unstored(frame.show("register.html", {"form": form, "refusal": refusal}, status=status))


@require_http_methods(["GET"])
def registered(request: HttpRequest) -> HttpResponse:
    """Show the code and where to go with it; nothing of what was typed."""
    code = request.GET.get("code", "")[:8].upper()
    frame = frame_of(request)
    known = readers.registration(code, at=frame.now) if code.isalnum() else None
    place = next((one for one in places() if known and one.pk == known.place), None)
    return unstored(frame.show("registered.html", {"code": known.code if known else "", "place": place}))
