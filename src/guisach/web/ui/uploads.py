"""Uploads are bounded before they are read: a form that is too large is refused by what it says of its length."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Concatenate, ParamSpec

from django.http import HttpResponse
from django.views.decorators.csrf import csrf_exempt, csrf_protect

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest

_P = ParamSpec("_P")
_REST_BYTES = 64 * 1024  # names of fields, tokens, boundaries
_TOO_LARGE, _LENGTH_REQUIRED = 413, 411


def bounded(
    limit: int, refusal: Callable[Concatenate[HttpRequest, _P], HttpResponse]
) -> Callable[
    [Callable[Concatenate[HttpRequest, _P], HttpResponse]], Callable[Concatenate[HttpRequest, _P], HttpResponse]
]:
    """Read no form of more than `limit` bytes of files: `refusal` answers instead.

    The check of the form's token reads the whole form, so it is put behind this one. A form that does not tell its
    length is not read either: browsers tell it.
    """

    def guard(view: Callable[Concatenate[HttpRequest, _P], HttpResponse]) -> Callable[..., HttpResponse]:
        protected = csrf_protect(view)

        @csrf_exempt
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: _P.args, **kwargs: _P.kwargs) -> HttpResponse:
            said = request.META.get("CONTENT_LENGTH") or "0"
            if "chunked" in request.META.get("HTTP_TRANSFER_ENCODING", "") or not said.isdigit():
                return HttpResponse(status=_LENGTH_REQUIRED)
            if int(said) > limit + _REST_BYTES:
                answer = refusal(request, *args, **kwargs)
                answer.status_code = _TOO_LARGE
                return answer
            return protected(request, *args, **kwargs)

        return guarded

    return guard
