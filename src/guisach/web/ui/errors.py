"""The pages for what went wrong: handlers of 400, 403, 404, 500 and of a form whose token does not fit.

An audience that wants its own buttons on them has a template `<first part of the address>/error.html`.
"""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string, select_template
from django.utils.translation import gettext as _


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer what cannot be understood."""
    return _page(request, 400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer what this account may not open; a reason of our own says more than the general words."""
    reason = exception.args[0] if isinstance(exception, PermissionDenied) and exception.args else ""
    todo = _("If it should be yours, ask the provincial library to open it for your account.")
    return _page(request, 403, **({"what": str(reason), "todo": todo} if reason else {}))


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer an address that leads nowhere, or not for this account."""
    return _page(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer after a fault of ours: reads nothing, asks nothing, so that it cannot fail too."""
    return HttpResponse(render_to_string("ui/error.html", {"status": 500}), status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form that was sent from somewhere else, or after cookies were cleared."""
    return _page(
        request,
        403,
        title=_("This page stayed open too long"),
        what=_("For safety it was not sent. Nothing was written down."),
        todo=_("Go back, load the page again and send it once more. Cookies must be switched on in the browser."),
    )


def _page(request: HttpRequest, status: int, **words: object) -> HttpResponse:
    audience = request.path.strip("/").partition("/")[0]
    template = select_template([f"{audience}/error.html", "ui/error.html"])
    return HttpResponse(template.render({"status": status, **words}, request), status=status)
