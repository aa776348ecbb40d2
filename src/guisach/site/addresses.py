"""Addresses that no page has: a NUL in them finds nothing, where PostgreSQL would otherwise refuse the question."""

from __future__ import annotations

from typing import TYPE_CHECKING

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
