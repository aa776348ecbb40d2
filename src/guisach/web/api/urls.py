"""The API as one tree of addresses under /api/v1/."""

from __future__ import annotations

from django.urls import path
from ninja import NinjaAPI

from guisach.web.api import errors
from guisach.web.api.access import Bearer
from guisach.web.api.routes import desk, journal, public, readers

api = NinjaAPI(
    title="Gùi Sách",
    version="1.0.0",
    description="The acts of a grassroots library network. Facts are never refused; requests may be, with a code.",
    docs_url=None,
    openapi_url="/openapi.json",
    urls_namespace="api",
)
errors.register(api)
api.add_router("", public.router, tags=["catalogue"])
api.add_router("", desk.router, auth=Bearer(), tags=["desk"])
api.add_router("", journal.router, auth=Bearer(), tags=["journal"])
api.add_router("", readers.router, auth=Bearer(), tags=["readers"])

urlpatterns = [path("", api.urls)]
