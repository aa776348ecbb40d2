"""The API as one tree of addresses under /api/v1/."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.urls import path
from ninja import NinjaAPI
from ninja.parser import Parser

from guisach.web.api import errors
from guisach.web.api.access import Bearer
from guisach.web.api.devices import ROOT, read_body
from guisach.web.api.routes import desk, feed, journal, public, readers, requests, sync

if TYPE_CHECKING:
    from django.http import HttpRequest


class StrictParser(Parser):
    """Reads JSON as the standard has it: without NaN and infinities, which Python would let through."""

    def parse_body(self, request: HttpRequest) -> dict[str, Any]:
        """Return the body; ValueError (told as 400) where it is no JSON. Desks are told more exactly."""
        if request.path.startswith(ROOT):
            return read_body(request)
        found: dict[str, Any] = json.loads(request.body, parse_constant=_no_json)
        return found


def _no_json(name: str) -> None:
    raise ValueError(name)


api = NinjaAPI(
    title="Gùi Sách",
    version="1.0.0",
    description="The acts of a grassroots library network. Facts are never refused; requests may be, with a code.",
    docs_url=None,
    openapi_url="/openapi.json",
    urls_namespace="api",
    parser=StrictParser(),
)
errors.register(api)
api.add_router("", public.router, tags=["catalogue"])
api.add_router("", desk.router, auth=Bearer(), tags=["desk"])
api.add_router("", requests.router, auth=Bearer(), tags=["requests"])
api.add_router("", journal.router, auth=Bearer(), tags=["journal"])
api.add_router("", readers.router, auth=Bearer(), tags=["readers"])
api.add_router("/sync", sync.router, tags=["offline desks"])
api.add_router("/sync", feed.router, tags=["offline desks"])

urlpatterns = [path("", api.urls)]
