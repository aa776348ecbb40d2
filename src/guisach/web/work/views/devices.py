"""Offline desks of one's places: how far they are, enrol one, revoke one, bring what one exported."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from guisach.adapters.printing import guide as print_guide
from guisach.adapters.printing.bars import qr
from guisach.domain.network.queries import Permission, places, places_by_code
from guisach.domain.sync import actions, queries
from guisach.domain.sync.rules.codes import in_groups
from guisach.domain.sync.rules.export_file import FILE_BYTES_MAX
from guisach.kernel.errors import DomainError
from guisach.web.ui import formats
from guisach.web.ui.access import Duty, needs
from guisach.web.ui.paging import page_number
from guisach.web.ui.uploads import bounded
from guisach.web.work import words
from guisach.web.work.shell import REASON_MAX, fresh_op, op_of, page, source_of, status_of, typed
from guisach.web.work.stocking import pdf, stand

if TYPE_CHECKING:
    from guisach.domain.sync.queries import DeskPage, DeskView

_PER_PAGE = 50
_PAGE_MAX = 200
_LONG_AGO_DAYS = 7
_SEE = (Permission.DEVICES, Permission.LEND)


@require_http_methods(["GET"])
@needs(*_SEE)
def show_list(request: HttpRequest, duty: Duty) -> HttpResponse:
    """List the desks of one's places: last contact, what they have not brought, until when everything is here."""
    text = request.GET.get("page", "")
    number = page_number(text, _PAGE_MAX)
    scope = duty.scope(*_SEE)
    found = queries.desks(scope, limit=_PER_PAGE + 1, offset=(number - 1) * _PER_PAGE)
    names = places_by_code({one.place for one in found})
    context = {
        "lines": [
            _line(one, duty, names[one.place].name if one.place in names else one.place) for one in found[:_PER_PAGE]
        ],
        "settled": queries.settled_until(scope, at=duty.at),
        "number": number,
        "prev": number - 1 if number > 1 else None,
        "next_page": number + 1 if len(found) > _PER_PAGE else None,
    }
    return page(request, duty, "work/devices.html", context)


def _line(one: DeskView, duty: Duty, place: str) -> dict[str, object]:
    is_silent = (duty.at - one.contact_at).days >= _LONG_AGO_DAYS
    return {
        "one": one,
        "place": place,
        "age": words.age(one.contact_at, duty.at),
        "waiting": words.age(one.waiting_since, duty.at) if one.waiting_since else "",
        "is_silent": is_silent and one.revoked_at is None,
        "is_expired": one.expires_at <= duty.at and one.revoked_at is None,
    }


@never_cache
@require_http_methods(["GET", "POST"])
@needs(Permission.DEVICES)
def new(request: HttpRequest, duty: Duty) -> HttpResponse:
    """Make a code for a device: a QR code to scan now, or a page to print that serves within a week."""
    at = stand(request, duty, permissions=(Permission.DEVICES,))
    if request.method != "POST":
        return page(request, duty, "work/device_new.html", {"stand": at})
    is_printed = request.POST.get("how") == "printed"
    code, until = actions.make_code(place=at.code, by=duty.person, is_printed=is_printed, at=duty.at)
    address = request.build_absolute_uri("/desk/")
    context = {
        "stand": at,
        "code": in_groups(code),
        "address": address,
        "drawing": qr(f"{address}#enrol={code}"),
        "until": until,
        "is_printed": is_printed,
    }
    return page(request, duty, "work/device_code.html", context)


@require_GET
@needs(*_SEE)
def guide(request: HttpRequest, duty: Duty) -> HttpResponse:
    """Print one page for the keeper, to lie beside the device; whom to call is the provincial library."""
    at = stand(request, duty, permissions=_SEE)
    library = next(iter(places(kinds=["PROVINCIAL_LIBRARY"], on=duty.today)), None)
    contact = f"Hỏi: {library.name}, điện thoại {library.phone}" if library and library.phone else ""
    return pdf(print_guide(place=at.place.name, contact=contact), f"quay-khi-mat-mang-{at.code}")


@require_http_methods(["GET"])
@needs(*_SEE)
def show(request: HttpRequest, duty: Duty, device: UUID) -> HttpResponse:
    """Show one desk: what it told, what is lacking, what of it waits for a decision."""
    return _page(request, duty, _found(duty, device))


@require_POST
@needs(Permission.DEVICES)
def revoke(request: HttpRequest, duty: Duty, device: UUID) -> HttpResponse:
    """Revoke a desk; what it made before still counts."""
    found = _found(duty, device, Permission.DEVICES)
    try:
        reason = typed(request.POST.get("reason", ""), REASON_MAX)
        actions.revoke(device=device, by=duty.person, reason=reason, clock=duty.clock)
    except DomainError as refusal:
        return _page(request, duty, found, complaint=str(refusal), status=status_of(refusal))
    messages.success(request, _("The device is revoked. What it still brings is kept and looked at."))
    return redirect("work:device", device)


@require_POST
@needs(Permission.SETTLE_CASES)
def decide(request: HttpRequest, duty: Duty, device: UUID) -> HttpResponse:
    """Let all count that waits of a revoked device, or leave all of it out."""
    found = _found(duty, device, Permission.SETTLE_CASES)
    decision, reason = request.POST.get("decision", ""), typed(request.POST.get("reason", ""), REASON_MAX)
    if decision not in {"APPLY", "LEAVE"} or not reason:
        return _page(request, duty, found, complaint=_("Please choose what is right, and write why."), status=422)
    n = actions.decide_held(
        op_id=op_of(request),
        device=device,
        is_to_count=decision == "APPLY",
        reason=reason,
        by=source_of(duty),
        clock=duty.clock,
    )
    said = ngettext("%(n)s act is decided.", "%(n)s acts are decided.", n)
    messages.success(request, said % {"n": formats.number(n)})
    return redirect("work:device", device)


def _too_large(request: HttpRequest) -> HttpResponse:
    return _import_page(request, complaint=str(actions.FileUnreadable(why="too_large")))


@needs(*_SEE)
def _import_page(request: HttpRequest, duty: Duty, *, complaint: str = "", status: int = 200) -> HttpResponse:
    return page(request, duty, "work/device_import.html", {"complaint": complaint}, status=status)


@bounded(FILE_BYTES_MAX, _too_large)
@require_http_methods(["GET", "POST"])
@needs(*_SEE)
def bring(request: HttpRequest, duty: Duty) -> HttpResponse:
    """Take in the export of a desk, and say what came of it."""
    if request.method != "POST":
        return _import_page(request)
    given = request.FILES.get("file")
    if given is None or not given.size:
        return _import_page(request, complaint=_("Please choose the file that the desk exported."), status=422)
    try:
        brought = actions.bring(file=given.read(FILE_BYTES_MAX + 1), by=source_of(duty), clock=duty.clock)
    except actions.FileUnreadable as refusal:
        return _import_page(request, complaint=str(refusal), status=422)
    context = {"brought": brought, "file": typed(given.name or "", 120)}
    return page(request, duty, "work/device_imported.html", context)


def _found(duty: Duty, device: UUID, *permissions: Permission) -> DeskPage:
    scope = duty.scope(*(permissions or _SEE))
    found = queries.desk(device, scope)
    if found is None:
        raise Http404
    return found


def _page(
    request: HttpRequest, duty: Duty, found: DeskPage, *, complaint: str = "", status: int = 200
) -> HttpResponse:  # fmt: skip
    one = found.desk
    names = places_by_code({one.place})
    is_everywhere = duty.grants.everywhere(Permission.DEVICES)
    context = {
        "found": found,
        "line": _line(one, duty, names[one.place].name if one.place in names else one.place),
        "may_revoke": one.revoked_at is None and (is_everywhere or duty.may(Permission.DEVICES, one.place)),
        "may_decide": bool(one.quarantined) and duty.may(Permission.SETTLE_CASES, one.place),
        "cases_href": f"{reverse('work:cases')}?kind=revoked_device",
        "op": request.POST.get("op") or fresh_op(),
        "said": request.POST,
        "complaint": complaint,
    }
    return page(request, duty, "work/device.html", context, status=status)
