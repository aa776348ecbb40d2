"""Addresses: of pages that nobody has (a NUL in them finds nothing), and of the device that asks."""

from __future__ import annotations

from ipaddress import ip_address
from typing import TYPE_CHECKING

from django.conf import settings
from django.http import Http404

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse


_MACHINES = ("/api/", "/oai", "/sru", "/unapi")


class NoNulls:
    """Answers 404 where the path names a NUL, or the query of a script does; pages read past one in a query."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:  # noqa: D102
        is_asked_by_machine = request.path.startswith(_MACHINES) and "%00" in request.META.get("QUERY_STRING", "")
        if "\0" in request.path or is_asked_by_machine:
            raise Http404
        return self._get_response(request)


def client_address(request: HttpRequest) -> str | None:
    """Return the address that asks: behind our proxy (GUISACH_HTTPS) the one that the proxy itself saw.

    A proxy writes it at the end of X-Forwarded-For; what stands before that, anybody may have invented.
    """
    is_behind_proxy = bool(settings.SECURE_PROXY_SSL_HEADER)
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "") if is_behind_proxy else ""
    last = forwarded.rpartition(",")[2].strip()
    try:
        return str(ip_address(last))
    except ValueError:
        return request.META.get("REMOTE_ADDR") or None
