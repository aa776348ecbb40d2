"""What every page of the workbench shares: its frame, the ids of its acts, and the way back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.core.exceptions import BadRequest
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from guisach.domain.journal.actions import workbench_source
from guisach.domain.journal.queries import CaseFilter, count_open_cases
from guisach.domain.network.queries import Permission
from guisach.kernel.ids import new_id

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from guisach.domain.journal.queries import Source
    from guisach.kernel.errors import DomainError
    from guisach.web.ui.access import Duty

CODE_MAX, REASON_MAX = 200, 500  # signs that a field is read for; longer is no barcode and no short reason
_UNPROCESSABLE = 422
_CONFLICT = 409


def page(
    request: HttpRequest, duty: Duty, template: str, context: dict[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    """Render a page in the frame of the workbench; one query for the number of waiting cases."""
    frame = {
        "duty": duty,
        "place_name": duty.place.name if duty.place else "",
        "person_name": duty.person.full_name,
        "open_cases": count_open_cases(CaseFilter(cases_scope(duty)), at=duty.at),
        "may": {permission.name: duty.grants.somewhere(permission) for permission in Permission},
    }
    return render(request, template, {**frame, **(context or {})}, status=status)


def cases_scope(duty: Duty) -> list[str] | None:
    """Give the places whose cases this person sees: where they work or decide; None means the whole province."""
    return duty.scope(Permission.LEND, Permission.SETTLE_CASES)


def source_of(duty: Duty) -> Source:
    """Give the device as which this person's acts are numbered."""
    return workbench_source(staff=duty.person, at=duty.at)


def typed(text: str, limit: int) -> str:
    """Tidy what somebody typed or scanned: no control characters (databases refuse some), not endlessly long."""
    return "".join(sign for sign in text[:limit] if sign.isprintable()).strip()


def op_of(request: HttpRequest, name: str = "op") -> UUID:
    """Read the id that the form gave to this act, so that sending it twice is one act."""
    try:
        return UUID(request.POST.get(name, ""))
    except ValueError:
        raise BadRequest("a form without the id of its act") from None


def fresh_op() -> str:
    """Give a new id for an act, to be put into a form."""
    return str(new_id())


def is_partial(request: HttpRequest) -> bool:
    """Say whether a part of a page is wanted (by htmx) and not a whole one."""
    return request.headers.get("HX-Request") == "true"


def way_back(request: HttpRequest, default: str = "work:home") -> str:
    """Give the address of this site that the form or link names to return to, or else the default."""
    wish = request.POST.get("next") or request.GET.get("next") or ""
    if url_has_allowed_host_and_scheme(wish, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        return wish
    return reverse(default)


def go_back(request: HttpRequest, default: str = "work:home") -> HttpResponse:
    """Return to where the form came from."""
    return redirect(way_back(request, default))


def status_of(refusal: DomainError) -> int:
    """Give the status of a page that shows a refusal: the act was understood, so 409 or 422 and nothing else."""
    return _UNPROCESSABLE if refusal.status == _UNPROCESSABLE else _CONFLICT
