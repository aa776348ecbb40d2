"""Every address of the site, by audience."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from guisach.site.health import health

urlpatterns: list[URLPattern | URLResolver] = [
    path("health", health, name="health"),
    path("api/v1/", include("guisach.web.api.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("work/", include("guisach.web.work.urls")),
    path("desk/", include("guisach.web.desk.urls")),
    path("hq/", include("guisach.web.hq.urls")),
    path("", include("guisach.web.open.urls")),
    path("", include("guisach.web.portal.urls")),
]

handler400 = "guisach.web.ui.errors.bad_request"
handler403 = "guisach.web.ui.errors.permission_denied"
handler404 = "guisach.web.ui.errors.page_not_found"
handler500 = "guisach.web.ui.errors.server_error"
