"""Bringing in a file, second half: what to do with what is here already, a rehearsal, and the start."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from guisach.domain.catalogue import queries
from guisach.domain.catalogue.actions import importing
from guisach.domain.catalogue.rules.imports.policies import FIELD_GROUPS, Policy, PolicyError, Treatment
from guisach.domain.network.queries import Permission
from guisach.kernel.errors import DomainError
from guisach.web.ui import formats
from guisach.web.ui.access import Duty, needs
from guisach.web.work.importing import words
from guisach.web.work.importing.previews import refused
from guisach.web.work.importing.steps import draft_of, steps
from guisach.web.work.shell import page

if TYPE_CHECKING:
    from guisach.domain.catalogue.queries.imports import ImportView

_UNPROCESSABLE = 422
_TOGETHER = timedelta(minutes=10)  # files taken in within this time came in together


@require_http_methods(["GET", "POST"])
@needs(Permission.IMPORT)
def policy(request: HttpRequest, duty: Duty, number: int) -> HttpResponse:
    """Ask what is to become of records that may be here already."""
    draft = draft_of(number, duty)
    fault = ""
    if request.method == "POST":
        try:
            terms = replace(draft.terms, policy=_said(request))
            importing.change_terms(import_=draft.id, terms=terms)
        except (DomainError, PolicyError) as refusal:
            fault = str(refusal)
        else:
            return redirect("work:import_check", draft.id)
    context = {
        "draft": draft,
        "fault": fault,
        "policy": draft.terms.policy,
        "groups": [(name, words.GROUPS.get(name, name)) for name in FIELD_GROUPS],
        "steps": steps(draft, "policy"),
    }
    return page(request, duty, "work/imports_policy.html", context, status=_UNPROCESSABLE if fault else 200)


def _said(request: HttpRequest) -> Policy:
    said = request.POST
    if said.get("treatment") not in set(Treatment):
        raise PolicyError(_("Please choose what to do."))
    chosen = tuple(said.getlist("fields")) if said["treatment"] == Treatment.OVERLAY else ()
    if said["treatment"] == Treatment.OVERLAY and not chosen:
        raise PolicyError(_("Please choose at least one field that is taken over."))
    return Policy(Treatment(said["treatment"]), chosen, years_matter="years_matter" in said)


@require_http_methods(["GET", "POST"])
@needs(Permission.IMPORT)
def check(request: HttpRequest, duty: Duty, number: int) -> HttpResponse:
    """Rehearse on the beginning of the file, and start."""
    draft = draft_of(number, duty)
    if request.method == "POST":
        return _start(request, duty, draft)
    context: dict[str, object] = {"draft": draft, "steps": steps(draft, "check"), "refused": ""}
    try:
        told = importing.rehearse_draft(import_=draft.id, clock=duty.clock)
    except DomainError as refusal:
        return page(request, duty, "work/imports_check.html", {**context, "refused": refused(refusal, draft)})
    counts = [
        (name, str(label), str(words.OUTCOME_HELP[name]), told.counts.get(name, 0))
        for name, label in words.OUTCOMES.items()
    ]
    context |= {
        "counts": counts,
        "looked_at": sum(count for *_rest, count in counts),
        "copies": told.counts.get("copies_added", 0),
        "is_whole": told.is_whole,
        "others": _others(draft, duty),
        "source": queries.source(draft.terms.source) if draft.terms.source else None,
    }
    return page(request, duty, "work/imports_check.html", context)


def _others(draft: ImportView, duty: Duty) -> list[tuple[ImportView, bool]]:
    """List other drafts of this person of the same kind, and whether they came in together with this one."""
    return [
        (one, abs(one.started_at - draft.started_at) < _TOGETHER)
        for one in queries.imports(limit=50)
        if one.status == "DRAFT"
        and one.id != draft.id
        and one.by == duty.person.username
        and one.terms.form == draft.terms.form
    ]


def _start(request: HttpRequest, duty: Duty, draft: ImportView) -> HttpResponse:
    """Keep what was said for the next time, and hand the file (and its companions) to the worker."""
    source = queries.source(draft.terms.source) if draft.terms.source else None
    if source is not None and "keep" in request.POST:
        importing.save_source(name=source.name, terms=draft.terms)
    importing.queue_import(import_=draft.id)
    wished = set(request.POST.getlist("others"))
    started, left = 1, []
    for other, _is_together in _others(draft, duty):
        if str(other.id) in wished:
            try:
                importing.change_terms(import_=other.id, terms=draft.terms)
                importing.queue_import(import_=other.id)
                started += 1
            except DomainError as refusal:
                left.append(f"{other.file}: {refusal}")
    for line in left:
        messages.warning(request, line)
    said = ngettext("%(n)s file is in the queue.", "%(n)s files are in the queue.", started)
    messages.success(request, said % {"n": formats.number(started)})
    return redirect("work:import", draft.id)
