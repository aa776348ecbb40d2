"""What goes wrong before or beside a route of the API (no such address, another method) is told as a problem too."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from guisach.kernel.clock import system_clock
from guisach.web.api.devices import ROOT as DESKS
from guisach.web.api.errors import PROBLEM, problem

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

_ROOT = "/api/v1/"


class Problems:
    """Gives every error under the API's root the one shape that scripts are promised, and desks the hub's time."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self._told(request)
        if request.path.startswith(DESKS):
            response.headers["Guisach-Time"] = str(int(system_clock().timestamp() * 1000))
        return response

    def _told(self, request: HttpRequest) -> HttpResponse:
        response = self._get_response(request)
        is_error = response.status_code >= HTTPStatus.BAD_REQUEST
        if not request.path.startswith(_ROOT) or not is_error or response.headers.get("Content-Type") == PROBLEM:
            return response
        code, title = _words(response.status_code)
        told = problem(response.status_code, code, title)
        if "Allow" in response.headers:
            told.headers["Allow"] = response.headers["Allow"]
        return told


def _words(status: int) -> tuple[str, str]:
    match status:
        case HTTPStatus.NOT_FOUND:
            return "not_found", _("There is nothing here.")
        case HTTPStatus.METHOD_NOT_ALLOWED:
            return "method_not_allowed", _("This address does not take that method; the Allow header says which.")
        case _ if status < HTTPStatus.INTERNAL_SERVER_ERROR:
            return "refused", _("The request was refused.")
    return "our_fault", _("Something broke on our side. Nothing of yours is lost; please try again.")
