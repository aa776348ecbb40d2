"""Periodicals of the place where somebody stands: what came with today's post, what is late, what is subscribed to."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import Http404
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from guisach.domain.catalogue import queries as catalogue
from guisach.domain.catalogue.actions.periodicals import (
    Came,
    Terms,
    change_subscription,
    give_up_issues,
    receive_issues,
    subscribe,
    take_back_issue,
)
from guisach.domain.catalogue.queries import periodicals as queries
from guisach.domain.network.queries import Permission, place
from guisach.domain.network.queries.places import weekday_names
from guisach.kernel.errors import DomainError
from guisach.kernel.text.numbers import whole_number
from guisach.web.ui.access import Duty, needs
from guisach.web.work.dates import DayField
from guisach.web.work.shell import go_back, page, status_of, typed
from guisach.web.work.words import capital

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

    from guisach.domain.catalogue.queries.periodicals import SubscriptionView

_NUMBER_MAX, _NOTE_MAX = 40, 200
_ISSUES_AT_ONCE = 200


class TermsForm(forms.Form):
    """What is agreed about a periodical."""

    frequency = forms.ChoiceField(label=gettext_lazy("How often it comes out"))
    weekdays = forms.MultipleChoiceField(
        label=gettext_lazy("On which days"),
        required=False,
        help_text=gettext_lazy("For dailies and weeklies that come out on some days only. None ticked: on any."),
        widget=forms.CheckboxSelectMultiple,
    )
    active_from = DayField(
        label=gettext_lazy("First issue"),
        help_text=gettext_lazy("The day of an issue from which on it comes: the others are reckoned from it."),
    )
    active_to = DayField(
        label=gettext_lazy("Ended on"), required=False, help_text=gettext_lazy("The first day without it.")
    )
    copies = forms.IntegerField(label=gettext_lazy("Copies"), min_value=1, max_value=200, initial=1)
    note = forms.CharField(
        label=gettext_lazy("Note"),
        required=False,
        max_length=_NOTE_MAX,
        help_text=gettext_lazy("From whom it comes, and whom to call when it does not."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices: dict[str, list[tuple[str, Any]]] = {
            "frequency": [(code, capital(name)) for code, name in queries.frequencies()],
            "weekdays": [(str(n), name) for n, name in enumerate(weekday_names(), 1)],
        }
        for name, values in choices.items():
            field = self.fields[name]
            if isinstance(field, forms.ChoiceField):
                field.choices = values

    def terms(self) -> Terms:
        """Give what was said, once it is valid."""
        said = self.cleaned_data
        return Terms(
            frequency=said["frequency"],
            active_from=said["active_from"],
            active_to=said["active_to"],
            weekdays=frozenset(int(day) for day in said["weekdays"]),
            copies=said["copies"],
            note=said["note"],
        )


@require_GET
@needs(Permission.LEND, here=True)
def show(request: HttpRequest, duty: Duty) -> HttpResponse:
    """Show what should have come here by today, what is late, and what was ticked off today."""
    desk = queries.desk_of_periodicals(duty.here, duty.today)
    today = [one for one in desk.due if one.expected.on == duty.today]
    context = {
        "desk": desk,
        "today_due": today,
        "others_due": [one for one in desk.due if one.expected.on != duty.today],
        "today": duty.today,
        "may_subscribe": duty.may(Permission.STOCK),
    }
    return page(request, duty, "work/periodicals.html", context)


@require_POST
@needs(Permission.LEND, here=True)
def arrived(request: HttpRequest, duty: Duty) -> HttpResponse:
    """Tick off issues: one with the number that somebody typed, or all that are named."""
    several = request.POST.getlist("came")[:_ISSUES_AT_ONCE]
    if "on" in request.POST:  # an issue out of turn: the day was typed, too
        several = [f"{request.POST.get('subscription', '')}|{_day(request.POST['on'])}|"]
    issues = [_came(text, request.POST.get("number", "") if len(several) == 1 else None) for text in several]
    if not issues:
        raise BadRequest("a form that names no issue")
    _only_here(duty, {issue.subscription for issue in issues})

    def tick_off() -> str:
        ids = receive_issues(issues=issues, clock=duty.clock)
        said = ngettext("%(n)s issue ticked off", "%(n)s issues ticked off", len(ids))
        return said % {"n": len(ids)}

    return _done(request, tick_off)


@require_POST
@needs(Permission.LEND, here=True)
def given_up(request: HttpRequest, duty: Duty) -> HttpResponse:
    """Note that issues did not come, and whom somebody told."""
    note = typed(request.POST.get("note", ""), _NOTE_MAX)
    issues = [_came(text, None, note=note) for text in request.POST.getlist("came")[:_ISSUES_AT_ONCE]]
    if not issues:
        raise BadRequest("a form that names no issue")
    _only_here(duty, {issue.subscription for issue in issues})

    def give_up() -> str:
        ids = give_up_issues(issues=issues, clock=duty.clock)
        return ngettext("Noted: %(n)s issue did not come", "Noted: %(n)s issues did not come", len(ids)) % {
            "n": len(ids)
        }

    return _done(request, give_up)


@require_POST
@needs(Permission.LEND, here=True)
def taken_back(request: HttpRequest, duty: Duty) -> HttpResponse:
    """Take back a tick that was made by mistake."""
    text, subscription = request.POST.get("issue", ""), request.POST.get("subscription", "")
    if not (whole_number(text) and whole_number(subscription)):
        raise BadRequest("a form that names no issue")
    _only_here(duty, {int(subscription)})
    if all(issue.id != int(text) for issue in queries.issues_of(int(subscription), limit=500)):
        raise Http404

    def take_back() -> str:
        take_back_issue(issue=int(text))
        return _("Taken back: it is waited for again.")

    return _done(request, take_back)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.LEND, Permission.STOCK)
def subscription(request: HttpRequest, duty: Duty, subscription: int) -> HttpResponse:
    """Show one subscription with its issues; change what is agreed, or add an issue out of turn."""
    found = queries.subscription(subscription) if subscription < 2**63 else None
    if found is None or not (duty.may(Permission.LEND, found.place) or duty.may(Permission.STOCK, found.place)):
        raise Http404
    may_change = duty.may(Permission.STOCK, found.place)
    form = TermsForm(request.POST if request.method == "POST" else None, initial=_initial(found))
    complaint, status = "", 200
    if request.method == "POST":
        if not may_change:
            raise PermissionDenied(_("Your duties do not include changing subscriptions."))
        status = 422
        if form.is_valid():
            try:
                change_subscription(subscription=subscription, terms=form.terms())
            except DomainError as refusal:
                complaint, status = str(refusal), status_of(refusal)
            else:
                messages.success(request, _("The subscription is changed."))
                return redirect("work:subscription", subscription)
    issues = queries.issues_of(subscription)
    its_place = place(found.place)
    context = {
        "subscription": found,
        "place": its_place,
        "issues": issues,
        "missing": queries.missing(found, issues, duty.today),
        "form": form,
        "may_change": may_change,
        "is_here": found.place == duty.here,
        "complaint": complaint,
        "today": duty.today,
    }
    return page(request, duty, "work/subscription.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.STOCK, here=True)
def begin(request: HttpRequest, duty: Duty, record: int) -> HttpResponse:
    """Write down that the place where somebody stands gets a periodical."""
    found = catalogue.record(record)
    if found is None:
        raise Http404
    initial = {"frequency": "DAILY", "active_from": duty.today, "copies": 1}
    form = TermsForm(request.POST if request.method == "POST" else None, initial=initial)
    complaint, status = "", 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                made = subscribe(record=record, place=duty.here, terms=form.terms())
            except DomainError as refusal:
                complaint, status = str(refusal), status_of(refusal)
            else:
                messages.success(request, _("Subscribed: its issues are waited for from now on."))
                return redirect("work:subscription", made)
    already = queries.subscriptions(places=[duty.here], record=record, on=duty.today)
    context = {"record": found, "form": form, "complaint": complaint, "already": already}
    return page(request, duty, "work/subscribe.html", context, status=status)


def _initial(found: SubscriptionView) -> dict[str, Any]:
    return {
        "frequency": found.frequency,
        "weekdays": [str(day) for day in sorted(found.weekdays)],
        "active_from": found.active_from,
        "active_to": found.active_to,
        "copies": found.copies,
        "note": found.note,
    }


def _came(text: str, number: str | None, note: str = "") -> Came:
    """Read ``12|2026-11-22|25431``: subscription, day, number as it was worked out; a typed number goes before."""
    id_, _bar, rest = text.partition("|")
    day, _bar, expected = rest.partition("|")
    try:
        on = date.fromisoformat(day)
    except ValueError:
        on = None
    if not whole_number(id_) or on is None:
        raise BadRequest("a form that names no issue")
    return Came(int(id_), on, typed(expected if number is None else number, _NUMBER_MAX), note=note)


def _day(text: str) -> str:
    try:
        found = DayField().clean(text[:20])
    except forms.ValidationError:
        return ""
    return found.isoformat() if isinstance(found, date) else ""


def _only_here(duty: Duty, ids: set[int]) -> None:
    """Hide what belongs to other places."""
    own = {one.id for one in queries.subscriptions(places=[duty.here])}
    if not ids <= own:
        raise Http404


def _done(request: HttpRequest, act: Callable[[], str]) -> HttpResponse:
    try:
        messages.success(request, act())
    except DomainError as refusal:
        messages.error(request, str(refusal))
    return go_back(request, "work:periodicals")
