"""Imports: which there were and are, the report of one, and stopping, going on with and undoing it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from guisach.adapters.import_reports import ImportReport
from guisach.domain.catalogue import queries
from guisach.domain.catalogue.actions import importing
from guisach.domain.catalogue.actions.importing.forecasting import forecast_undo
from guisach.domain.network.queries import Permission, staff_names
from guisach.kernel.errors import DomainError
from guisach.kernel.text.numbers import whole_number
from guisach.web.ui.access import Duty, needs
from guisach.web.ui.paging import page_number
from guisach.web.work.importing import words
from guisach.web.work.importing.steps import all_places, may_prepare
from guisach.web.work.shell import is_partial, page

if TYPE_CHECKING:
    from guisach.domain.catalogue.queries.imports import ImportView

_PER_PAGE = 20
_PAGE_MAX = 500
_LINES = 50
_TONES = {"DONE": "here", "RUNNING": "coming", "QUEUED": "coming", "UNDOING": "coming", "STOPPED": "person"}


@require_GET
@needs(Permission.IMPORT)
def show_list(request: HttpRequest, duty: Duty) -> HttpResponse:
    """List imports, the latest first, with the sources beside them."""
    number = page_number(request.GET.get("page", ""), _PAGE_MAX)
    found = queries.imports(limit=_PER_PAGE + 1, offset=(number - 1) * _PER_PAGE)
    names = staff_names({one.by for one in found if one.by})
    sources = queries.sources()
    shown = [one for one in found[:_PER_PAGE] if one.status != "DRAFT" or may_prepare(one, duty)]
    context = {
        "lines": [_line(one, names, {source.code: source.name for source in sources}) for one in shown],
        "is_busy": any(one.is_busy for one in shown),
        "sources": sources,
        "waiting": queries.count_waiting(),
        "number": number,
        "prev": number - 1 if number > 1 else None,
        "next_page": number + 1 if len(found) > _PER_PAGE else None,
    }
    if is_partial(request):
        return page(request, duty, "work/imports_list.html", context)
    return page(request, duty, "work/imports.html", context)


def _line(one: ImportView, names: dict[str, str], sources: dict[str, str]) -> dict[str, Any]:
    return {
        "import": one,
        "by": names.get(one.by, one.by),
        "source": sources.get(one.terms.source, ""),
        "tone": _TONES.get(one.status, "plain"),
        "percent": round(100 * one.share),
        "counts": [
            (str(label), one.counts.get(name, 0)) for name, label in words.OUTCOMES.items() if one.counts.get(name)
        ],
    }


def _found(number: int, duty: Duty) -> ImportView:
    """Return an import that this person may see; another's draft is not there for them."""
    found = queries.import_(number)
    if found is None or (found.status == "DRAFT" and not may_prepare(found, duty)):
        raise Http404
    return found


@require_GET
@needs(Permission.IMPORT)
def show(request: HttpRequest, duty: Duty, number: int) -> HttpResponse:
    """Show how far an import has come and what came of each record."""
    found = _found(number, duty)
    if found.status == "DRAFT":
        return redirect("work:import_file", number)
    head = _head(found)
    if is_partial(request):
        answer = page(request, duty, "work/imports_progress.html", head)
        if not found.is_busy:
            answer["HX-Refresh"] = "true"  # the rest of the page has changed as well
        return answer
    report = ImportReport(settings.DATA / "imports", found.report)
    outcome = request.GET.get("outcome", "")
    outcome = outcome if outcome in words.OUTCOMES or outcome == "warned" else _telling(found)
    start = request.GET.get("from", "")
    lines = report.lines(
        "" if outcome == "warned" else outcome,
        start=whole_number(start) or 0,
        count=_LINES,
        warned=outcome == "warned",
    )
    context = {
        **head,
        "outcome": outcome,
        "tabs": [(name, str(label), found.counts.get(name, 0)) for name, label in words.OUTCOMES.items()],
        "outcome_help": words.OUTCOME_HELP.get(outcome, ""),
        "lines": [_told(line) for line in lines.lines],
        "reasons": _reasons(lines.lines),
        "following": lines.following,
        "start": start,
        "files": [] if found.is_busy else report.files(),
        "waiting_here": queries.count_waiting(found.id) if found.counts.get("waiting") else 0,
        "kept": [_kept(one) for one in found.undone.get("kept", [])[:_LINES]],
    }
    return page(request, duty, "work/import.html", context)


def _head(found: ImportView) -> dict[str, Any]:
    names = staff_names({found.by}) if found.by else {}
    source = queries.source(found.terms.source) if found.terms.source else None
    return {
        **_line(found, names, {source.code: source.name} if source else {}),
        "encoding": words.encoding(found.terms.encoding),
        "figures": [
            (name, str(label), str(words.OUTCOME_HELP[name]), found.counts.get(name, 0))
            for name, label in words.OUTCOMES.items()
        ],
        "copies": found.counts.get("copies_added", 0),
        "may_stop": found.status in {"QUEUED", "RUNNING"},
        "may_go_on": found.status == "STOPPED" and bool(found.stored),
        "may_undo": found.status in {"DONE", "STOPPED"},
    }


def _telling(found: ImportView) -> str:
    """Choose what to show first: what needs somebody, else what came in."""
    order = ("quarantined", "added", "merged", "waiting", "unchanged")
    return next((name for name in order if found.counts.get(name)), "added")


def _told(line: dict[str, Any]) -> dict[str, Any]:
    reason = str(line.get("reason", ""))
    return {
        "index": line["index"],
        "title": line.get("title", ""),
        "record": line.get("record"),
        "copies": line.get("copies", 0),
        "reason": words.reason(reason) if reason else "",
        "advice": words.advice(reason),
        "code": reason,
        "detail": line.get("detail", ""),
        "warnings": [words.warning(str(one)) for one in line.get("warnings", []) if one not in words.OF_THE_FILE],
    }


def _reasons(lines: tuple[dict[str, Any], ...]) -> list[tuple[str, str, int]]:
    counted = Counter(str(line["reason"]) for line in lines if line.get("reason"))
    return [(words.reason(code), words.advice(code), count) for code, count in counted.most_common()]


def _kept(one: dict[str, Any]) -> dict[str, Any]:
    return {**one, "why": words.kept(str(one.get("why", "")))}


@require_POST
@needs(Permission.IMPORT)
def stop(request: HttpRequest, duty: Duty, number: int) -> HttpResponse:
    """Let an import stop after the batch that it is at."""
    _found(number, duty)
    if importing.stop_import(import_=number):
        messages.success(request, _("It stops after the records that it is at now. What is in stays in."))
    return redirect("work:import", number)


@require_POST
@needs(Permission.IMPORT)
def go_on(request: HttpRequest, duty: Duty, number: int) -> HttpResponse:
    """Put an import that stopped into the queue again."""
    found = _found(number, duty)
    if found.status == "DRAFT":
        raise Http404
    try:
        importing.queue_import(import_=number)
    except DomainError as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("It goes on where it stopped; nothing is added twice."))
    return redirect("work:import", number)


@require_http_methods(["GET", "POST"])
@needs(Permission.IMPORT)
def undo(request: HttpRequest, duty: Duty, number: int) -> HttpResponse:
    """Say what an undo takes out and what has to stay, and let the worker do it."""
    found = _found(number, duty)
    if found.status not in {"DONE", "STOPPED"}:
        return redirect("work:import", number)
    if request.method == "POST":
        try:
            importing.ask_undo(import_=number, by=duty.person.pk)
        except DomainError as refusal:
            messages.warning(request, str(refusal))
        else:
            messages.success(request, _("The import is being undone; this page tells what came of it."))
        return redirect("work:import", number)
    told = forecast_undo(number)
    staying = [(words.kept(why), one.count, one.examples) for why, one in told.staying.items()]
    context = {**_head(found), "told": told, "staying": staying}
    return page(request, duty, "work/imports_undo.html", context)


@require_GET
@needs(Permission.IMPORT)
def download(_request: HttpRequest, duty: Duty, number: int, name: str) -> HttpResponse:
    """Hand over the report, or what was set aside."""
    found = _found(number, duty)
    path = ImportReport(settings.DATA / "imports", found.report).path(name)
    if path is None:
        raise Http404
    kind = "application/octet-stream"
    answer: Any = FileResponse(path.open("rb"), as_attachment=True, filename=f"{number}-{name}", content_type=kind)
    return answer  # type: ignore[no-any-return]  # it streams, which the guard and every middleware let through


@require_http_methods(["GET", "POST"])
@needs(Permission.IMPORT)
def source(request: HttpRequest, duty: Duty, code: str) -> HttpResponse:
    """Show how files of a source are read; forget it on demand."""
    found = queries.source(code)
    if found is None:
        raise Http404
    if request.method == "POST":
        importing.delete_source(source=code)
        messages.success(request, _("%(name)s is forgotten; what came in from there stays.") % {"name": found.name})
        return redirect("work:imports")
    place = next((place.name for place in all_places(duty) if place.pk == found.place), "")
    context = {
        "source": found,
        "encoding": words.encoding(found.encoding),
        "place": place,
        "form": str(dict(queries.import_forms()).get(found.form, found.form)),
        "fields": [str(words.GROUPS.get(one, one)) for one in found.policy.overlay_fields],
    }
    return page(request, duty, "work/imports_source.html", context)
