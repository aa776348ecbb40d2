"""Loan rules: which one applies and why, those to come, drafting new ones; and days without service."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from guisach.domain.circulation import actions, queries
from guisach.domain.circulation.queries.payments import money_on
from guisach.domain.circulation.rules.policy import TERMS, Situation
from guisach.domain.network import actions as network_actions
from guisach.domain.network import queries as network
from guisach.domain.network.queries import Permission
from guisach.kernel.errors import DomainError
from guisach.web.ui.access import Duty, needs
from guisach.web.work import policy_words
from guisach.web.work.policy_forms import Asking, Closing, Publishing, rules_formset
from guisach.web.work.shell import page, status_of

if TYPE_CHECKING:
    from guisach.domain.circulation.queries import RulebookView
    from guisach.domain.circulation.rules.policy import Rule

READ = (Permission.LEND, Permission.SETTLE_CASES, Permission.SEE_PROGRAMME, Permission.ADMINISTER)
_VERSION_MAX = 2**31 - 1


@require_GET
@needs(*READ)
def show_list(request: HttpRequest, duty: Duty) -> HttpResponse:
    """Which rule applies here, and why? And all the rules in force."""
    form = Asking(request.GET if "group" in request.GET else {"place": duty.here}, on=duty.today)
    said = form.cleaned_data if form.is_valid() else {}
    on = said.get("on") or duty.today
    situation = Situation(
        place=said.get("place", ""),
        place_kind=form.kinds.get(said.get("place", ""), ""),
        group=said.get("group", ""),
        material=said.get("material", ""),
    )
    told = queries.explain(situation, on)
    books = queries.rulebooks()
    names = _places(books)
    current = next(book for book in books if book.version == told.version)
    context = {
        "form": form,
        "on": on,
        "version": told.version,
        "answers": [
            {
                "term": policy_words.TERMS[ruling.term],
                "value": policy_words.value_of(ruling.term, ruling.value),
                "why": policy_words.scope_of(ruling.rule, names),
            }
            for ruling in told.rulings
        ],
        "terms": policy_words.TERMS.values(),
        "rows": _rows([rule for _id, rule in current.rules], names),
        "books": [book for book in books if book.version != told.version],
        "current": current,
        "money": money_on(duty.today),
        "may_draft": duty.grants.everywhere(Permission.ADMINISTER),
    }
    return page(request, duty, "work/policies.html", context)


@require_POST
@needs(Permission.ADMINISTER)
def draft(request: HttpRequest, duty: Duty) -> HttpResponse:
    """Draft new rules from those in force."""
    return redirect("work:rulebook", actions.draft_rulebook(by=duty.person.pk, on=duty.today))


@require_http_methods(["GET", "POST"])
@needs(*READ)
def show(request: HttpRequest, duty: Duty, version: int) -> HttpResponse:
    """Show one set of rules; a draft can be changed, published and thrown away by who administers."""
    book = queries.rulebook(version) if version <= _VERSION_MAX else None
    if book is None:
        raise Http404
    may = duty.grants.everywhere(Permission.ADMINISTER)
    if request.method == "POST" or (book.is_draft and may):
        if not may:
            raise Http404
        return _edit(request, duty, book)
    context = {
        "book": book,
        "terms": policy_words.TERMS.values(),
        "rows": _rows([rule for _id, rule in book.rules], _places([book])),
    }
    return page(request, duty, "work/rulebook.html", context)


def _edit(request: HttpRequest, duty: Duty, book: RulebookView) -> HttpResponse:
    said = request.POST if request.method == "POST" else None
    act = said.get("act", "save") if said is not None else ""
    rules = rules_formset(said if act != "drop" else None, [rule for _id, rule in book.rules], on=duty.today)
    publishing = Publishing(said if act == "publish" else None)
    complaint, status = "", 200
    if said is not None:
        try:
            if act == "drop":
                actions.drop_rulebook(version=book.version)
                messages.success(request, _("The draft was thrown away; the rules in force stay as they are."))
                return redirect("work:policies")
            if rules.is_valid() and (act != "publish" or publishing.is_valid()):
                return _keep(request, duty, book, rules, publishing if act == "publish" else None)
            status = 422
            complaint = _("Something is not right yet: see the marked fields.")
        except DomainError as refusal:
            complaint, status = str(refusal), status_of(refusal)
    context = {"book": book, "rules": rules, "publishing": publishing, "complaint": complaint}
    return page(request, duty, "work/rulebook_draft.html", context, status=status)


def _keep(
    request: HttpRequest, duty: Duty, book: RulebookView, rules: Any, publishing: Publishing | None
) -> HttpResponse:
    wanted = [
        form.rule
        for form in rules.forms
        if (form.initial or form.has_changed()) and not form.cleaned_data.get("DELETE", False)
    ]
    actions.change_rules(version=book.version, rules=wanted)
    if publishing is None:
        messages.success(request, _("The draft is kept. Nothing changes at the desks before it is published."))
        return redirect("work:rulebook", book.version)
    said = publishing.cleaned_data
    actions.publish_rulebook(
        version=book.version, valid_from=said["valid_from"], decision=said["decision"], clock=duty.clock
    )
    messages.success(request, _("The new rules are published. Loans made before keep the rules they were given under."))
    return redirect("work:policies")


@require_http_methods(["GET", "POST"])
@needs(Permission.ADMINISTER)
def closures(request: HttpRequest, duty: Duty) -> HttpResponse:
    """Days without service: due dates wait until they are over."""
    form = Closing(request.POST if request.method == "POST" else None, on=duty.today)
    status = 200
    if request.method == "POST":
        if form.is_valid():
            said = form.cleaned_data
            try:
                network_actions.close(
                    first_on=said["first_on"], last_on=said["last_on"], reason=said["reason"], **form.scope
                )
            except DomainError as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(request, _("Noted. Due dates wait until these days are over."))
                return redirect("work:closures")
        status = 422
    found = network.closures(duty.today)
    names = {code: place.name for code, place in network.places_by_code({one.place for one in found}).items()}
    names |= {one.pk: one.name for one in network.communes()}
    lines = [{"closure": one, "where": names.get(one.place or one.commune, "")} for one in found]
    return page(request, duty, "work/closures.html", {"form": form, "lines": lines}, status=status)


@require_POST
@needs(Permission.ADMINISTER)
def open_again(request: HttpRequest, duty: Duty, closure: int) -> HttpResponse:
    """Take a closure back."""
    network_actions.take_closure_back(closure)
    messages.success(request, _("Taken back. Due dates that were given stay as they are."))
    return redirect("work:closures")


def _places(books: list[RulebookView]) -> dict[str, str]:
    codes = {rule.place for book in books for _id, rule in book.rules if rule.place}
    return {code: place.name for code, place in network.places_by_code(codes).items()} if codes else {}


def _rows(rules: list[Rule], names: dict[str, str]) -> list[dict[str, Any]]:
    return [
        {
            "scope": policy_words.scope_of(rule, names),
            "cells": [
                (policy_words.TERMS[term], policy_words.value_of(term, getattr(rule.terms, term))) for term in TERMS
            ],
        }
        for rule in rules
    ]
