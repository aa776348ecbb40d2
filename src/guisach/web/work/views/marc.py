"""The MARC editor of a cataloguer, and what a record was before."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from guisach.domain.catalogue import actions
from guisach.domain.catalogue import queries as catalogue
from guisach.domain.catalogue.rules.marc.checking import check, has_errors
from guisach.domain.catalogue.rules.marc.format import fields
from guisach.domain.catalogue.rules.marc.incoming import from_json
from guisach.domain.catalogue.rules.marc.lines import Read, read_lines, write_lines
from guisach.domain.network.queries import Permission
from guisach.kernel.errors import DomainError
from guisach.kernel.text.numbers import whole_number
from guisach.web.ui.access import Duty, needs
from guisach.web.work.cataloguing.choices import spoken
from guisach.web.work.cataloguing.differing import differences, marc_lines, read_or_blank
from guisach.web.work.cataloguing.editor import Said, show
from guisach.web.work.cataloguing.findings import line_fault, said_of
from guisach.web.work.cataloguing.rows import Sheet, act_on, read_sheet, sheet_of
from guisach.web.work.shell import is_partial, page, status_of

if TYPE_CHECKING:
    from guisach.domain.catalogue.queries import RecordView
    from guisach.domain.catalogue.rules.marc.incoming import Incoming

_TEXT_MAX = 500_000
_UNPROCESSABLE, _CONFLICT = 422, 409
_VERSIONS_SHOWN = 30


@require_http_methods(["GET", "POST"])
@needs(Permission.CATALOGUE)
def edit_marc(request: HttpRequest, duty: Duty, record: int) -> HttpResponse:
    """Edit a record as MARC: as rows of boxes, or as text, one field in a line."""
    known = catalogue.record(record)
    stored = catalogue.marc_of(record)
    if known is None or stored is None:
        raise Http404
    before = read_or_blank(stored)
    if request.method == "GET":
        is_text = request.GET.get("mode") == "text"
        return _editor(request, duty, known, before, Sheet("") if is_text else sheet_of(before), write_lines(before))
    act = request.POST.get("act", "save")
    if request.POST.get("mode") == "text":
        return _text_sent(request, duty, known, before, act)
    sheet = read_sheet(request.POST)
    if act == "mode:text":
        return _editor(request, duty, known, before, Sheet(""), write_lines(sheet.record()))
    if act != "save":
        return _editor(request, duty, known, before, act_on(sheet, act), "")
    sheet = sheet.kept()
    return _save(request, duty, known, before, sheet.record(), sheet, "")


def _text_sent(request: HttpRequest, duty: Duty, known: RecordView, before: Incoming, act: str) -> HttpResponse:
    text = request.POST.get("lines", "")[:_TEXT_MAX]
    read = read_lines(text)
    if read.faults:
        return _editor(request, duty, known, before, Sheet(""), text, read=read, status=_UNPROCESSABLE)
    if act == "mode:fields":
        return _editor(request, duty, known, before, sheet_of(read.record), "")
    return _save(request, duty, known, before, read.record, Sheet(""), text)


def _save(
    request: HttpRequest, duty: Duty, known: RecordView, before: Incoming, marc: Incoming, sheet: Sheet, text: str
) -> HttpResponse:
    if has_errors(check(marc, before)):
        said = _("Not saved yet: please mend the fields that are marked.")
        return _editor(request, duty, known, before, sheet, text, refusal=said, status=_UNPROCESSABLE)
    try:
        is_changed = actions.change_marc(
            record=known.id, marc=marc, clock=duty.clock, by=duty.person.pk, opened_at=opened_at(request)
        )
    except actions.RecordChangedMeanwhile as refusal:
        return _editor(
            request, duty, known, before, sheet, text, refusal=str(refusal), meanwhile=marc, status=_CONFLICT
        )
    except DomainError as refusal:
        return _editor(request, duty, known, before, sheet, text, refusal=str(refusal), status=status_of(refusal))
    messages.success(request, _("Saved: %(title)s") % {"title": known.title} if is_changed else _("Nothing to change."))
    return redirect("work:record", known.id)


def opened_at(request: HttpRequest) -> datetime:
    """Read when the person saw the record; a form without it would overwrite others' work unseen."""
    try:
        return datetime.fromisoformat(request.POST.get("opened_at", ""))
    except ValueError:
        raise BadRequest("a form without the time at which it was opened") from None


def _editor(
    request: HttpRequest,
    duty: Duty,
    known: RecordView,
    before: Incoming,
    sheet: Sheet,
    text: str,
    *,
    read: Read | None = None,
    refusal: str = "",
    meanwhile: Incoming | None = None,
    status: int = 200,
) -> HttpResponse:
    is_text = not sheet.leader and bool(text)
    is_begun = request.method == "POST" and status == 200
    shown = None if is_text else show(sheet, before, is_begun=is_begun)
    opened = known.updated_at.isoformat()
    if request.method == "POST" and meanwhile is None:
        opened = request.POST.get("opened_at", opened)
    context: dict[str, Any] = {
        "record": known,
        "opened_at": opened,
        "shown": shown,
        "focus": sheet.focus,
        "lines": text,
        "is_text": is_text,
        "refusal": refusal,
        "faults": _faults(read),
        "text_said": _text_said(text, before) if is_text and read is None else (),
        "theirs": differences(write_lines(before), write_lines(meanwhile)) if meanwhile else (),
    }
    if is_partial(request) and request.method == "POST":
        return render(request, "work/catalogue/marc_body.html", context, status=status)
    tags = [(tag, spec.names.said(spoken())) for tag, spec in fields().items()]
    return page(request, duty, "work/catalogue/marc.html", {**context, "tags": tags}, status=status)


def _faults(read: Read | None) -> list[tuple[int, str, str]]:
    return [(fault.line, fault.text, line_fault(fault.code)) for fault in (read.faults if read else ())]


def _text_said(text: str, before: Incoming) -> list[tuple[int | None, Said]]:
    read = read_lines(text)
    found = check(read.record, before)
    return [(None if one.place is None else read.lines[one.place], Said(said_of(one), one.is_error)) for one in found]


@require_GET
@needs(Permission.CATALOGUE, Permission.STOCK)
def versions(request: HttpRequest, duty: Duty, record: int) -> HttpResponse:
    """Show what a record was before each change, and what each change was."""
    known = catalogue.record(record)
    stored = catalogue.marc_of(record)
    if known is None or stored is None:
        raise Http404
    after = marc_lines(stored)
    lines = []
    for version in catalogue.record_versions(record, limit=_VERSIONS_SHOWN):
        before = marc_lines(version.marc)
        lines.append(
            {
                "version": version,
                "why": reason_text(version.reason),
                "diff": differences(before, after),
                "text": before,
            }
        )
        after = before
    context = {"record": known, "lines": lines, "now": marc_lines(stored), "opened_at": known.updated_at.isoformat()}
    return page(request, duty, "work/catalogue/versions.html", context)


def reason_text(reason: str) -> str:
    """Say why a record was changed; what is no code of ours stands as it is."""
    return {
        "EDIT": _("edited by form"),
        "MARC": _("edited as MARC"),
        "COPY": _("taken over from another catalogue"),
        "RESTORE": _("an earlier version brought back"),
        "IMPORT": _("by an import"),
        "MERGE": _("by an import"),
        "UPDATE": _("by an import"),
    }.get(reason, reason)


@require_POST
@needs(Permission.CATALOGUE)
def restore(request: HttpRequest, duty: Duty, record: int) -> HttpResponse:
    """Bring an earlier version back."""
    version = whole_number(request.POST.get("version", ""))
    if catalogue.record(record) is None:
        raise Http404
    if version is None:
        raise BadRequest("a form without the number of the version")
    try:
        is_changed = actions.restore_version(
            record=record, version=version, clock=duty.clock, by=duty.person.pk, opened_at=opened_at(request)
        )
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return redirect("work:versions", record)
    messages.success(request, _("The earlier version is back.") if is_changed else _("Nothing to change."))
    return redirect("work:record", record)


@require_GET
@needs(Permission.CATALOGUE, Permission.STOCK)
def view_marc(request: HttpRequest, duty: Duty, record: int) -> HttpResponse:
    """Show the whole record as lines, with the names of fields."""
    known = catalogue.record(record)
    stored = catalogue.marc_of(record)
    if known is None or stored is None:
        raise Http404
    try:
        marc = from_json(stored)
    except ValueError:
        marc = None
    rows = show(sheet_of(marc), marc) if marc else None
    return page(
        request, duty, "work/catalogue/view_marc.html", {"record": known, "shown": rows, "text": marc_lines(stored)}
    )
