"""Copy cataloguing: records of other catalogues, or of a small file, are looked at and taken over."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from guisach.domain.catalogue import actions
from guisach.domain.catalogue import queries as catalogue
from guisach.domain.catalogue.rules.elsewhere import question_of
from guisach.domain.catalogue.rules.marc.incoming import from_json
from guisach.domain.network.queries import Permission
from guisach.kernel.errors import DomainError
from guisach.kernel.text.numbers import whole_number
from guisach.web.ui.access import Duty, needs
from guisach.web.work.cataloguing.elsewhere import Found, ask_elsewhere, offer_lines
from guisach.web.work.shell import page, status_of, typed

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

    from guisach.domain.catalogue.rules.marc.incoming import Incoming

_TEXT_MAX, _MARC_MAX = 200, 200_000
_FILE_BYTES_MAX = 2 * 1024 * 1024
_UNPROCESSABLE = 422


@require_http_methods(["GET", "POST"])
@needs(Permission.CATALOGUE)
def copy_cataloguing(request: HttpRequest, duty: Duty) -> HttpResponse:
    """Ask several catalogues at once (GET), or read a small file (POST), and show what may be taken over."""
    text = typed(request.GET.get("q", ""), _TEXT_MAX)
    author = typed(request.GET.get("author", ""), _TEXT_MAX)
    onto = _onto(request.GET.get("onto", "") or request.POST.get("onto", ""))
    context: dict[str, Any] = {
        "q": text,
        "author": author,
        "onto": catalogue.record(onto) if onto else None,
        "targets": catalogue.search_targets(),
        "chosen": (chosen := _chosen(request.GET.getlist("target"))),
    }
    status = 200
    if request.method == "POST":
        found, problem = _from_file(request)
        context |= {"found": found, "problem": problem, "is_file": True}
        status = _UNPROCESSABLE if problem else 200
    elif text or author:
        context["found"] = ask_elsewhere(question_of(text, author=author), chosen)
    return page(request, duty, "work/catalogue/copying.html", context, status=status)


def _chosen(texts: list[str]) -> list[int]:
    return [number for text in texts if (number := whole_number(text)) is not None]


def _onto(text: str) -> int:
    return whole_number(text) or 0


def _from_file(request: HttpRequest) -> tuple[Found | None, str]:
    upload: UploadedFile[bytes] | None = request.FILES.get("file")
    if upload is None or not upload.size:
        return None, _("Please choose a file.")
    if upload.size > _FILE_BYTES_MAX:
        return None, _("This file is too large to be taken over one by one; please bring it in as an import.")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "upload"
        with path.open("wb") as out:
            out.writelines(upload.chunks())
        try:
            told = catalogue.offers_of_file(path, typed(upload.name or "", 80))
        except (OSError, LookupError, ValueError) as error:
            return None, _("The file could not be read: %(error)s") % {"error": error}
    if not told.offers:
        return None, _("No record of MARC could be read in this file.")
    return Found(offer_lines(told.offers), ()), ""


@require_POST
@needs(Permission.CATALOGUE)
def take_over(request: HttpRequest, duty: Duty) -> HttpResponse:
    """Take a record over: as a new title, or onto one that is here."""
    marc = _marc(request)
    onto = _onto(request.POST.get("onto", ""))
    try:
        if onto:
            is_changed = actions.overlay_record(
                record=onto,
                theirs=marc,
                clock=duty.clock,
                by=duty.person.pk,
                only_missing=request.POST.get("how") == "missing",
            )
            messages.success(request, _("Taken over onto this title.") if is_changed else _("Nothing to change."))
            return redirect("work:edit_marc", onto)
        record = actions.add_marc(marc=marc, clock=duty.clock)
    except DomainError as refusal:
        if refusal.status == 404:
            raise Http404 from None
        messages.error(request, str(refusal))
        return page(request, duty, "work/refused.html", {"slips": (), "back": request.path}, status=status_of(refusal))
    messages.success(request, _("Taken over. Please look at it, then add the copies."))
    return redirect("work:edit_marc", record)


def _marc(request: HttpRequest) -> Incoming:
    text = request.POST.get("marc", "")
    if len(text) > _MARC_MAX:
        raise Http404
    try:
        return from_json(text)
    except ValueError:
        raise Http404 from None
