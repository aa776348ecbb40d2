"""One shape for everything that goes wrong: RFC 9457 problem documents with a stable `code`."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from ninja.errors import AuthenticationError, HttpError, ValidationError

from guisach.kernel.errors import DomainError

if TYPE_CHECKING:
    from ninja import NinjaAPI

logger = logging.getLogger(__name__)


PROBLEM = "application/problem+json"


def problem(status: int, code: str, title: str, **more: Any) -> HttpResponse:
    """Build a problem document."""
    body = {"type": f"urn:guisach:problem:{code}", "title": title, "status": status, "code": code, **more}
    return JsonResponse(body, status=status, content_type=PROBLEM)


def refusal(error: DomainError) -> HttpResponse:
    """Tell a refusal, and how to go past it where that is allowed."""
    more: dict[str, Any] = {"data": error.data} if error.data else {}
    if error.overridable:
        how = _("Send the same request again with “override”: the code of this refusal and a reason.")
        more["override"] = {"code": error.code, "how": how}
    told = problem(error.status, error.code, str(error), **more)
    if error.status == HTTPStatus.SERVICE_UNAVAILABLE and "after" in error.data:
        told.headers["Retry-After"] = str(error.data["after"])
    return told


def register(api: NinjaAPI) -> None:
    """Map every exception to its problem document."""

    @api.exception_handler(DomainError)
    def domain_error(_request: HttpRequest, error: DomainError) -> HttpResponse:
        return refusal(error)

    @api.exception_handler(ValidationError)
    def invalid(_request: HttpRequest, error: ValidationError) -> HttpResponse:
        wrong = [
            {"where": ".".join(str(part) for part in item["loc"]), "what": item["msg"]} for item in error.errors[:20]
        ]
        return problem(422, "invalid", _("Some fields are missing or not as expected."), errors=wrong)

    @api.exception_handler(AuthenticationError)
    def unauthenticated(_request: HttpRequest, _error: AuthenticationError) -> HttpResponse:
        title = _("Please send a valid token: Authorization: Bearer …")
        response = problem(401, "token_needed", title)
        response["WWW-Authenticate"] = "Bearer"
        return response

    @api.exception_handler(Http404)
    def missing(_request: HttpRequest, _error: Http404) -> HttpResponse:
        return problem(404, "not_found", _("There is nothing here."))

    @api.exception_handler(RequestDataTooBig)
    def too_large(_request: HttpRequest, _error: RequestDataTooBig) -> HttpResponse:
        return problem(413, "too_large", _("This request is too large; please send it in smaller parts."))

    @api.exception_handler(HttpError)
    def http_error(_request: HttpRequest, error: HttpError) -> HttpResponse:
        if isinstance(error.__cause__, DomainError):
            return refusal(error.__cause__)
        code = "not_json" if error.status_code == 400 else "refused"
        title = _("The request could not be read; JSON was expected.") if code == "not_json" else str(error)
        return problem(error.status_code, code, title)

    @api.exception_handler(Exception)
    def broken(request: HttpRequest, _error: Exception) -> HttpResponse:
        logger.exception("%s %s failed", request.method, request.path)
        return problem(500, "our_fault", _("Something broke on our side. Nothing of yours is lost; please try again."))
