"""The picture of a cover: taken with a telephone or chosen from a folder, replaced, taken away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from guisach.domain.catalogue import queries as catalogue
from guisach.domain.catalogue.actions.covers import CoverTooLarge, remove_cover, set_cover
from guisach.domain.catalogue.queries.covers import covers_of
from guisach.domain.catalogue.rules.covers import MAX_BYTES, MAX_PIXELS, Size
from guisach.domain.network.queries import Permission
from guisach.kernel.errors import DomainError
from guisach.web.ui.access import Duty, needs
from guisach.web.ui.pictures import picture
from guisach.web.ui.uploads import bounded
from guisach.web.work.shell import page, status_of

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

_FIELDS = ("photo", "picture")  # from the camera, from a folder


@needs(Permission.CATALOGUE, Permission.STOCK)
def _too_large(request: HttpRequest, duty: Duty, record: int) -> HttpResponse:
    return _show(request, duty, record, str(_refusal()))


@bounded(2 * MAX_BYTES, _too_large)
@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.CATALOGUE, Permission.STOCK)
def cover(request: HttpRequest, duty: Duty, record: int) -> HttpResponse:
    """Show the cover of a title; take a picture for it, or take it away."""
    if request.method != "POST":
        return _show(request, duty, record)
    if "remove" in request.POST:
        remove_cover(record=record)
        messages.success(request, _("The picture is gone; the drawn cover is shown again."))
        return redirect("work:cover", record)
    sent = next((request.FILES[name] for name in _FIELDS if name in request.FILES), None)
    try:
        if not isinstance(sent, UploadedFile):
            return _show(request, duty, record, _("Please take a photo or choose a picture first."), 422)
        if sent.size is None or sent.size > MAX_BYTES:
            raise _refusal()
        set_cover(record=record, picture=sent.read(), by=duty.person, clock=duty.clock)
    except DomainError as refusal:
        return _show(request, duty, record, str(refusal), status_of(refusal))
    messages.success(request, _("The cover is on the shelf: readers see it now."))
    return redirect("work:cover", record)


def _refusal() -> CoverTooLarge:
    return CoverTooLarge(megabytes=MAX_BYTES // (1024 * 1024), megapixels=MAX_PIXELS // 1_000_000)


def _show(request: HttpRequest, duty: Duty, record: int, complaint: str = "", status: int = 200) -> HttpResponse:
    found = catalogue.record(record)
    if found is None:
        raise Http404
    cover = covers_of([record]).get(record)
    context = {
        "record": found,
        "picture": picture(cover, Size.LARGE) if cover else None,
        "complaint": complaint,
        "megabytes": MAX_BYTES // (1024 * 1024),
    }
    return page(request, duty, "work/cover.html", context, status=status)
