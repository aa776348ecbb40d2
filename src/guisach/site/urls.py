"""Every address of the site, by audience."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from guisach.site.health import health

urlpatterns: list[URLPattern | URLResolver] = [
    path("health", health, name="health"),
    path("api/v1/", include("guisach.web.api.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("", include("guisach.web.portal.urls")),
]
