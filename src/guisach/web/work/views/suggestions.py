"""What people suggest to buy: noted at any desk, answered by who builds the stock."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from guisach.domain.circulation import actions, queries
from guisach.domain.network.queries import Permission, places_by_code
from guisach.kernel.errors import DomainError
from guisach.web.ui.access import Duty, needs
from guisach.web.ui.plans import suggestion_text
from guisach.web.work.shell import fresh_op, op_of, page, source_of, status_of, typed

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

WHO = (Permission.LEND, Permission.CATALOGUE)
_ANSWERS: dict[str, _StrPromise] = {
    "ORDERED": gettext_lazy("It will be bought"),
    "BOUGHT": gettext_lazy("It has been bought"),
    "DECLINED": gettext_lazy("It will not be bought"),
}
_UNPROCESSABLE = 422


class Suggestion(forms.Form):
    """A book that somebody would like the library to have."""

    wanted = forms.CharField(label=gettext_lazy("Which book, or a book about what?"), max_length=200)
    author = forms.CharField(label=gettext_lazy("Author, if known"), max_length=200, required=False)
    why = forms.CharField(
        label=gettext_lazy("Why, and for whom?"), max_length=500, required=False, widget=forms.Textarea({"rows": 3})
    )


@require_http_methods(["GET", "POST"])
@needs(*WHO)
def suggestions(request: HttpRequest, duty: Duty) -> HttpResponse:
    """Show what waits for an answer (of one's own place, for who does not build the stock); note a new one."""
    form, status = Suggestion(request.POST or None), 200
    if request.method == "POST":
        status = _UNPROCESSABLE
        if form.is_valid():
            try:
                actions.suggest(
                    op_id=op_of(request), by=source_of(duty), place=duty.here, clock=duty.clock, **form.cleaned_data
                )
            except DomainError as refusal:
                form.add_error("wanted", str(refusal))
                status = status_of(refusal)
            else:
                messages.success(request, _("Noted: the provincial library looks at it."))
                return redirect("work:suggestions")
    answers = duty.grants.somewhere(Permission.CATALOGUE)  # a cataloguer stands at no desk
    found = queries.open_suggestions(place=None if answers else duty.here)
    names = {code: place.name for code, place in places_by_code({one.place for one in found}).items()} if found else {}
    lines: list[dict[str, Any]] = [
        {"one": one, "place": names.get(one.place, ""), "state": suggestion_text(one.state), "op": fresh_op()}
        for one in found
    ]
    context = {"form": form, "lines": lines, "answers": _ANSWERS if answers else {}, "op": fresh_op()}
    return page(request, duty, "work/suggestions.html", context, status=status)


@require_POST
@needs(Permission.CATALOGUE)
def answer(request: HttpRequest, duty: Duty) -> HttpResponse:
    """Say what becomes of one."""
    number = request.POST.get("record", "").strip()
    try:
        actions.answer_suggestion(
            op_id=op_of(request),
            by=source_of(duty),
            place=duty.here,
            request_id=UUID(request.POST.get("request", "")),
            decision=request.POST.get("decision", ""),
            words=typed(request.POST.get("words", ""), 500),
            record=int(number[:12]) if number.isdecimal() else None,
            clock=duty.clock,
        )
    except ValueError:
        messages.warning(request, _("Please choose an answer."))
    except DomainError as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("Answered. Who suggested it sees the answer."))
    return redirect("work:suggestions")
