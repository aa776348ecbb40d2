"""Readers: finding one, making a card, and the page of one. Whatever is shown of a person leaves a trace."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from guisach.domain.circulation import queries as circulation
from guisach.domain.circulation.rules.policy import lending_group
from guisach.domain.network.queries import Permission, places_by_code
from guisach.domain.readers import actions, queries
from guisach.domain.readers.actions import note_access
from guisach.domain.readers.queries.corrections import count_corrections
from guisach.domain.readers.rules.joining import ADULT_AGE_YEARS, years_between
from guisach.kernel.errors import DomainError
from guisach.web.ui.access import Duty, needs
from guisach.web.work import words
from guisach.web.work.answers import answer, open_loans, rules_for, slip_for, warnings_of
from guisach.web.work.desks import Desk, note_act
from guisach.web.work.reader_facts import facts_of, kin_of
from guisach.web.work.reader_forms import FIELD_OF, Correct, Join, said_by
from guisach.web.work.shell import fresh_op, op_of, page, source_of, status_of, typed
from guisach.web.work.slips import refusal_slip

if TYPE_CHECKING:
    from collections.abc import Callable

    from guisach.domain.readers.queries import ReaderView, RegistrationView

_UNPROCESSABLE = 422
_ACCESSES_SHOWN = 6
_TEXT_MAX = 80


@require_GET
@needs(Permission.SEE_READERS)
def find(request: HttpRequest, duty: Duty) -> HttpResponse:
    """Find a reader by name, card or telephone, among those whom this person may see."""
    text = typed(request.GET.get("q", ""), _TEXT_MAX)
    found: list[ReaderView] = []
    if text:
        found = queries.find_readers(text, places=duty.scope(Permission.SEE_READERS))
        note_access(staff_id=duty.person.pk, act="SEARCH", at=duty.at, place=duty.here, found=len(found))
    groups = dict(queries.reader_groups())
    joined_at = places_by_code({reader.place for reader in found}) if found else {}
    lines = [
        {
            "reader": reader,
            "group": words.capital(groups.get(reader.group, "")),
            "place": joined_at[reader.place].name if reader.place in joined_at else "",
        }
        for reader in found
    ]
    context = {
        "q": text,
        "lines": lines,
        "is_full": len(found) == queries.FOUND_MAX,
        "corrections": count_corrections(_where_cards_are_made(duty)) if duty.place and not text else 0,
        "registered": queries.count_registrations(_where_cards_are_made(duty), at=duty.at) if duty.place else 0,
    }
    return page(request, duty, "work/readers.html", context)


def _where_cards_are_made(duty: Duty) -> list[str]:
    return [place.pk for place in duty.places if duty.may(Permission.JOIN, place.pk)]


@require_http_methods(["GET", "POST"])
@needs(Permission.JOIN, here=True)
def registrations(request: HttpRequest, duty: Duty) -> HttpResponse:
    """Show who registered on the portal for these places; make their cards, or decline one."""
    if request.method == "POST":
        found = queries.registration(typed(request.POST.get("code", ""), 8), at=duty.at)
        if found is None or not duty.may(Permission.JOIN, found.place):
            messages.warning(request, str(actions.RegistrationGone()))
        elif "decline" in request.POST:
            actions.end_registration(code=found.code)
            messages.success(request, _("Declined: what was said there is deleted."))
        else:
            return redirect(f"{reverse('work:join')}?registration={found.code}")
        return redirect("work:registrations")
    waiting = queries.registrations(_where_cards_are_made(duty), at=duty.at)
    note_access(staff_id=duty.person.pk, act="SEARCH", at=duty.at, place=duty.here, found=len(waiting))
    names = {place.pk: place.name for place in duty.places}
    lines = [{"one": one, "place": names.get(one.place, "")} for one in waiting]
    return page(request, duty, "work/registrations.html", {"lines": lines})


@require_GET
@needs(Permission.SEE_READERS)
def show(request: HttpRequest, duty: Duty, reader: UUID) -> HttpResponse:
    """Show a reader: the open loans, the data, and who looked at them. Books that came back are not shown."""
    found = queries.reader(reader)
    if found is None or found.erased_at or not duty.may(Permission.SEE_READERS, found.place):
        raise Http404
    if found.survivor is not None:
        return redirect("work:reader", found.survivor)
    note_access(staff_id=duty.person.pk, act="VIEW", at=duty.at, reader=found.id, place=duty.here)
    lent = circulation.loans_of_reader(found.id)
    rules = rules_for(lent, duty)
    loans = open_loans(lent, duty, rules)
    limit = rules.for_new(
        place=duty.here or found.place, group=lending_group(found.kind, found.group), on=duty.today
    ).loans_max
    joined_at = next((place for place in duty.places if place.pk == found.place), None)
    context = {
        "reader": found,
        "group": words.capital(dict(queries.reader_groups()).get(found.group, "")),
        "joined_place": joined_at.name if joined_at else found.place,
        "is_minor": found.birth_on is not None and years_between(found.birth_on, duty.today) < ADULT_AGE_YEARS,
        "kind": words.capital(dict(queries.reader_kinds()).get(found.kind, "")) if found.is_shared else "",
        "facts": facts_of(found),
        "kin": kin_of(found, duty),
        "cards": queries.other_cards(found.id),
        "may_erase": duty.may(Permission.SETTLE_CASES, found.place),
        "loans": loans,
        "warnings": warnings_of(found, loans, limit, duty),
        "accesses": [
            {**one._asdict(), "act": words.access(one.act)}
            for one in queries.accesses_of(found.id, limit=_ACCESSES_SHOWN)
        ],
        "next": request.get_full_path(),
        "may_correct": duty.may(Permission.JOIN) and duty.may(Permission.JOIN, found.place),
        "op": fresh_op(),
    }
    return page(request, duty, "work/reader.html", context)


@require_http_methods(["GET", "POST"])
@needs(Permission.JOIN, here=True)
def join(request: HttpRequest, duty: Duty) -> HttpResponse:
    """Make a card; whatever was typed stays when something is missing."""
    registered = _registered(request, duty)
    known = said_by(registered.applicant) if registered else {"name": typed(request.GET.get("name", ""), _TEXT_MAX)}
    form = Join(request.POST or None, initial=known, may_see=_sees(duty))
    status = 200
    if request.method == "POST":
        op = op_of(request)
        status = _UNPROCESSABLE
        if form.is_valid():
            try:
                joined = actions.join(
                    op_id=op,
                    by=source_of(duty),
                    place=duty.here,
                    applicant=form.applicant(),
                    card=form.cleaned_data["card"],
                    clock=duty.clock,
                )
            except DomainError as refusal:
                form.add_error(FIELD_OF.get(refusal.code), str(refusal))
                status = status_of(refusal)
            else:
                note_act(request, op)
                if registered is not None:
                    with suppress(actions.RegistrationGone):
                        actions.end_registration(code=registered.code)
                said = {"name": form.cleaned_data["name"], "card": joined.card_no}
                messages.success(request, _("%(name)s is a reader now. Card number: %(card)s") % said)
                return redirect(f"{reverse('work:home')}?reader={joined.reader}")
    op_text = request.POST.get("op") or fresh_op()
    context = {"form": form, "op": op_text, "registration": registered}
    return page(request, duty, "work/join.html", context, status=status)


def _registered(request: HttpRequest, duty: Duty) -> RegistrationView | None:
    """Give the registration that the card is made from, if it is one of a place where this person makes cards."""
    code = request.POST.get("registration") or request.GET.get("registration", "")
    found = queries.registration(typed(code, 8), at=duty.at) if code else None
    return found if found is not None and duty.may(Permission.JOIN, found.place) else None


@require_http_methods(["GET", "POST"])
@needs(Permission.JOIN, here=True)
def correct(request: HttpRequest, duty: Duty, reader: UUID) -> HttpResponse:
    """Mend a reader's data, give another card, renew it; whatever was typed stays when something is missing."""
    known = of_our_places(reader, duty)
    form = Correct(request.POST or None, reader=known, may_see=_sees(duty))
    status = 200
    if request.method == "POST":
        op = op_of(request)
        status = _UNPROCESSABLE
        if form.is_valid():
            said = form.cleaned_data
            try:
                actions.correct(
                    op_id=op,
                    by=source_of(duty),
                    reader=known.id,
                    place=duty.here,
                    applicant=form.applicant(),
                    shown=form.shown(),
                    card=form.new_card(),
                    replaces=said["replaces"] or actions.LOST,
                    takes_next_card=said["takes_next_card"],
                    renews=said["renews"],
                    clock=duty.clock,
                )
            except DomainError as refusal:
                form.add_error(FIELD_OF.get(refusal.code), str(refusal))
                status = status_of(refusal)
            else:
                note_act(request, op)
                note_access(staff_id=duty.person.pk, act="CORRECT", at=duty.at, reader=known.id, place=duty.here)
                messages.success(request, _("Saved: the data of %(name)s.") % {"name": said["name"]})
                return redirect("work:reader", known.id)
    note_access(staff_id=duty.person.pk, act="VIEW", at=duty.at, reader=known.id, place=duty.here)
    context = {"form": form, "op": request.POST.get("op") or fresh_op(), "reader": known}
    return page(request, duty, "work/correct.html", context, status=status)


@require_POST
@needs(Permission.JOIN, here=True)
def renew_card(request: HttpRequest, duty: Duty, reader: UUID) -> HttpResponse:
    """Renew a card with one press, from the reader's page or from the desk that found it ended."""
    known = of_our_places(reader, duty)
    op = op_of(request)
    desk = Desk(request) if request.POST.get("desk") else None
    try:
        actions.renew_card(op_id=op, by=source_of(duty), reader=known.id, place=duty.here, clock=duty.clock)
    except DomainError as refusal:
        # What is missing (a child's own yes, from seven years on) is asked for on the form.
        slip = refusal_slip(refusal, title=known.full_name, href=reverse("work:correct", args=[known.id]))
        return answer(request, duty, (slip,), desk=desk, status=status_of(refusal))
    note_act(request, op)
    note_access(staff_id=duty.person.pk, act="RENEW", at=duty.at, reader=known.id, place=duty.here)
    return answer(request, duty, (replace(slip_for(op, duty), sound="done"),), desk=desk)


def _sees(duty: Duty) -> Callable[[str], bool]:
    return lambda place: duty.may(Permission.SEE_READERS, place)


def of_our_places(id_: UUID, duty: Duty) -> ReaderView:
    """Give a reader whose card this person may make; to others it is not there."""
    found = queries.reader(id_)
    if found is None or found.erased_at or found.survivor or not duty.may(Permission.JOIN, found.place):
        raise Http404
    return found
