"""Bringing in a file, first half: taking it in, what it is and how it reads, what its columns or copies are."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST

from guisach.domain.catalogue import queries
from guisach.domain.catalogue.actions import importing
from guisach.domain.catalogue.queries.import_twins import twin_of
from guisach.domain.catalogue.rules.imports.holdings import MappingError
from guisach.domain.catalogue.rules.imports.policies import Terms
from guisach.domain.network.queries import Permission
from guisach.kernel.errors import DomainError
from guisach.web.ui import formats
from guisach.web.ui.access import Duty, needs
from guisach.web.work.importing import columns, copies, previews, readings, tags, uploads, words
from guisach.web.work.importing.sorts import ISIS, MARC, TABLE, sort_of
from guisach.web.work.importing.steps import all_places, code_of, draft_of, path_of, steps
from guisach.web.work.importing.uploads import Bounded, bounded
from guisach.web.work.shell import is_partial, page, typed

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

    from guisach.domain.catalogue.queries.imports import ImportView

_UNPROCESSABLE = 422
_TOO_LARGE = 413
_FILES_MAX = 20
_NAME_MAX = 120


class _FaultError(Exception):
    """What was said on a form cannot be used; the message says why."""


@csrf_exempt  # the token is read by `_take`, after it was said how much may come in
@require_http_methods(["GET", "POST"])
@needs(Permission.IMPORT)
def new(request: HttpRequest, duty: Duty) -> HttpResponse:
    """Take in files, each as a draft of its own."""
    if request.method == "POST":
        return _take(request, duty, bounded(request))
    return _new(request, duty)


def _new(request: HttpRequest, duty: Duty, faults: list[str] | None = None, *, status: int = 200) -> HttpResponse:
    context = {
        "faults": faults or [],
        "limit_mb": uploads.LIMIT_BYTES >> 20,
        "limit_bytes": uploads.LIMIT_BYTES,
        "files_max": _FILES_MAX,
        "sources": queries.sources(),
        "drafts": [one for one in queries.imports(limit=50) if _is_own(one, duty)],
        "source": request.GET.get("source", ""),
    }
    return page(request, duty, "work/imports_new.html", context, status=status)


def _is_own(one: ImportView, duty: Duty) -> bool:
    return one.status == "DRAFT" and one.by == duty.person.username


@csrf_protect
def _take(request: HttpRequest, duty: Duty, handler: Bounded) -> HttpResponse:
    given = request.FILES.getlist("file")
    if handler.is_too_large:
        limit = formats.number(uploads.LIMIT_BYTES >> 20)
        fault = _("That is more than %(limit)s MB. Please divide it, or have it imported on the server.")
        return _new(request, duty, [fault % {"limit": limit}], status=_TOO_LARGE)
    if not given:
        return _new(request, duty, [_("Please choose a file first.")], status=_UNPROCESSABLE)
    if len(given) > _FILES_MAX:
        fault = _("That are %(n)s files; please bring in at most %(most)s at once.")
        return _new(request, duty, [fault % {"n": len(given), "most": _FILES_MAX}], status=_UNPROCESSABLE)
    source = next((one for one in queries.sources() if one.code == request.POST.get("source")), None)
    drafts: list[int] = []
    faults: list[str] = []
    for file in given:
        try:
            drafts.append(_keep(file, source.terms() if source else None, duty, faults))
        except (DomainError, OSError) as refusal:
            faults.append(str(refusal))
    drafts = [draft for draft in drafts if draft]
    if not drafts:
        return _new(request, duty, faults, status=_UNPROCESSABLE)
    for fault in faults:
        messages.warning(request, fault)
    return redirect("work:import_file", drafts[0])


def _keep(file: UploadedFile[Any], terms: Terms | None, duty: Duty, faults: list[str]) -> int:
    """Keep one file as a draft; 0 where it cannot be used, and why goes to `faults`."""
    name = typed(file.name or "", 255) or "?"
    if not file.size:
        faults.append(_("%(file)s is empty: there is nothing in it. Please export it once more.") % {"file": name})
        return 0
    content: Any = file.file
    sort = sort_of(Path(content.name))
    if not sort.form:
        said = _("%(file)s is %(what)s. %(advice)s")
        faults.append(said % {"file": name, "what": sort.name, "advice": sort.advice})
        return 0
    content.seek(0)
    usable = terms if terms is not None and terms.form == sort.form else Terms(form=sort.form)
    return importing.take_in(file=name, content=content, terms=usable, clock=duty.clock, by=duty.person.pk)


@require_http_methods(["GET", "POST"])
@needs(Permission.IMPORT)
def file(request: HttpRequest, duty: Duty, number: int) -> HttpResponse:
    """Show what the file is and how its letters read; take the encoding and the source."""
    draft = draft_of(number, duty)
    if request.method == "POST":
        try:
            terms = _said_of_file(request, draft)
            importing.change_terms(import_=draft.id, terms=terms)
        except (DomainError, _FaultError) as refusal:
            return _file(request, duty, draft, fault=str(refusal), status=_UNPROCESSABLE)
        return redirect("work:import_columns", draft.id)
    wished = request.GET.get("encoding", "")
    if wished in words.ENCODINGS:
        draft = replace(draft, terms=replace(draft.terms, encoding=wished))
        if is_partial(request):
            return page(request, duty, "work/imports_reading.html", _letters(draft))
    return _file(request, duty, draft)


def _said_of_file(request: HttpRequest, draft: ImportView) -> Terms:
    said = request.POST
    terms = draft.terms
    encoding = said.get("encoding", terms.encoding)
    encoding = encoding if encoding in words.ENCODINGS else terms.encoding
    source = said.get("source", terms.source)
    name = typed(said.get("source_name", ""), _NAME_MAX)
    if source == "new" and name:
        code = code_of(name)
        if any(one.code == code for one in queries.sources()):
            raise _FaultError(_("There is a source of this name already; please choose it in the list."))
        importing.save_source(name=name, terms=replace(terms, encoding=encoding, source=code))
        return replace(terms, encoding=encoding, source=code)
    known = queries.source(source) if source and source != "new" else None
    if known is None:
        return replace(terms, encoding=encoding, source="")
    if known.code != terms.source and known.form == terms.form:
        return replace(known.terms(), encoding=encoding if encoding != "auto" else known.encoding)
    return replace(terms, encoding=encoding, source=known.code)


def _letters(draft: ImportView) -> dict[str, object]:
    """Gather how the text reads; a file that cannot be read as it is said to be says why."""
    path = path_of(draft)
    try:
        shown = importing.preview(path=path, terms=replace(draft.terms, mapping=""), count=1)
        detections = shown.detections
    except DomainError:
        detections = ()
    return {
        "evidence": readings.evidence(path, draft.terms, detections),
        "encodings": [(code, words.encoding(code)) for code in readings.ENCODINGS],
        "draft": draft,
    }


def _file(request: HttpRequest, duty: Duty, draft: ImportView, *, fault: str = "", status: int = 200) -> HttpResponse:
    context = {
        **_letters(draft),
        "fault": fault,
        "sort": sort_of(path_of(draft)),
        "twin": twin_of(draft.id),
        "steps": steps(draft, "file"),
        "sources": [one for one in queries.sources() if one.form == draft.terms.form],
    }
    return page(request, duty, "work/imports_file.html", context, status=status)


@require_http_methods(["GET", "POST"])
@needs(Permission.IMPORT)
def said_columns(request: HttpRequest, duty: Duty, number: int) -> HttpResponse:
    """Show what the columns are (or where copies stand), with ten records before and after; take what is said."""
    draft = draft_of(number, duty)
    fault, status = "", 200
    if request.method == "POST":
        try:
            terms = _said_of_columns(request, draft, duty)
            importing.change_terms(import_=draft.id, terms=terms)
        except (DomainError, MappingError) as refusal:
            fault, status = _why(refusal), _UNPROCESSABLE
        else:
            if request.POST.get("act") == "next" and not is_partial(request):
                return redirect("work:import_policy", draft.id)
            draft = replace(draft, terms=terms)
            if not is_partial(request):
                return redirect("work:import_columns", draft.id)
    context = {"fault": fault, "draft": draft, "steps": steps(draft, "columns")}
    if is_partial(request):
        context |= previews.rows_of(draft)
        return page(request, duty, "work/imports_preview.html", context, status=200)
    context |= previews.rows_of(draft) | _of_form(draft, duty)
    return page(request, duty, "work/imports_columns.html", context, status=status)


def _why(refusal: Exception) -> str:
    text = str(refusal)
    if isinstance(refusal, MappingError) and "title" in text:
        return _("Please say which column holds the title: without a title there is no record.")
    return text


def _of_form(draft: ImportView, duty: Duty) -> dict[str, object]:
    """Gather what the form shows."""
    path = path_of(draft)
    told = copies.survey(path, draft.terms)
    known = all_places(duty)
    said = columns.branches_of(draft.terms)
    lines = [
        {
            "branch": branch,
            "count": count,
            "place": said.get(branch.casefold(), "") or copies.guessed_place(branch, known),
        }
        for branch, count in told.branches.most_common()
    ]
    context: dict[str, object] = {"survey": told, "places": known, "branches": lines, "place": draft.terms.place}
    if draft.terms.form in {TABLE, ISIS}:
        context |= {"usual": columns.usual_settings(), "separators": columns.SEPARATORS, "fields": words.FIELDS}
    if draft.terms.form == TABLE:
        context["sheet"] = columns.sheet(path, draft.terms)
    elif draft.terms.form == ISIS:
        context["sheet"] = tags.sheet(path, draft.terms)
    elif draft.terms.form == MARC:
        source = copies.sources_of(draft.terms)[0]
        context |= {"way": copies.way_of(draft.terms), "own": source, "details": copies.DETAILS}
    return context


def _said_of_columns(request: HttpRequest, draft: ImportView, duty: Duty) -> Terms:
    said, terms = request.POST, draft.terms
    codes = {place.pk for place in all_places(duty)}
    place = said.get("place", terms.place)
    branches = columns.branches_of(terms)
    for key in said:
        if key.startswith("branch") and key.removeprefix("branch").isdigit():
            code = said.get(f"place{key.removeprefix('branch')}", "")
            name = said[key].casefold()
            branches.pop(name, None)
            if code in codes:
                branches[name] = code
    terms = replace(terms, place=place if place in codes else "")
    if terms.form == TABLE:
        shown = columns.sheet(path_of(draft), terms)
        if shown is None:
            return terms
        return replace(terms, mapping=columns.text_of(shown, said, terms, branches))
    if terms.form == ISIS:
        return replace(terms, mapping=tags.text_of(path_of(draft), said, terms, branches))
    if terms.form == MARC:
        return replace(terms, mapping=copies.text_of(said, terms, branches))
    return terms


@require_POST
@needs(Permission.IMPORT)
def drop(request: HttpRequest, duty: Duty, number: int) -> HttpResponse:
    """Throw a draft away with its file."""
    draft = draft_of(number, duty)
    importing.drop_draft(import_=draft.id)
    messages.success(request, _("%(file)s was put away; nothing was brought in.") % {"file": draft.file})
    return redirect("work:imports")


__all__ = ["drop", "file", "new", "said_columns"]
