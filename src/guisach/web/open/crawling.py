"""What search engines ask for: where to look and where not, and every title's address in pages of a fixed size."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from guisach.adapters import xml
from guisach.adapters.xml import element, wrap
from guisach.domain.catalogue import queries as catalogue
from guisach.domain.catalogue.rules.harvest import instant_text
from guisach.domain.network import queries as network
from guisach.kernel.clock import local_date, system_clock
from guisach.web.open.answers import House

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

A_PAGE: Final = 10_000  # ids of records in one map; 50,000 addresses are allowed
_PAGES_MAX: Final = 50_000  # of an index of maps
_NAMESPACE: Final = [("xmlns", "http://www.sitemaps.org/schemas/sitemap/0.9")]
_FIXED: Final = (
    "portal:home",
    "portal:places",
    "portal:fairs",
    "portal:about",
    "portal:laws",
    "portal:local",
    "portal:lists",
    "portal:browse",
    "portal:new",
    "portal:loved",
    "portal:classes",
)
# Searches have no end, staff pages ask for a name, and harvesters have a door of their own.
_CLOSED: Final = ("/search/", "/my-list/", "/work/", "/hq/", "/desk/", "/api/", "/oai", "/sru", "/unapi", "/i18n/")


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Say what is not worth a visit."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in _CLOSED), ""]
    lines.append(f"Sitemap: {House(request).url('open:sitemap')}")
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    """List the maps: one of pages and places, and one for every ten thousand ids of records."""
    house = House(request)
    pages = min(-(-catalogue.largest_record() // A_PAGE), _PAGES_MAX)
    maps = "".join(wrap("sitemap", element("loc", house.url("open:sitemap_page", page))) for page in range(pages + 1))
    return _xml(wrap("sitemapindex", maps, _NAMESPACE))


@require_safe
def sitemap_page(request: HttpRequest, page: int) -> HttpResponseBase:
    """Give one map; number 0 is that of pages and places. It is written as it is read from the database."""
    house = House(request)
    if page == 0:
        addresses = [house.url(name) for name in _FIXED]
        places = network.places(on=local_date(system_clock()))
        addresses += [house.url("portal:place", place.pk) for place in places]
        return _xml(wrap("urlset", "".join(wrap("url", element("loc", one)) for one in addresses), _NAMESPACE))
    if page > min(-(-catalogue.largest_record() // A_PAGE), _PAGES_MAX):
        raise Http404
    return StreamingHttpResponse(_records(house, page), content_type="application/xml")


def _records(house: House, page: int) -> Iterator[bytes]:
    yield (xml.DECLARATION + f'<urlset xmlns="{_NAMESPACE[0][1]}">\n').encode()
    prefix, suffix = (house.base + reverse("portal:record", args=[0])).rsplit("0", 1)
    for id_, at in catalogue.addresses((page - 1) * A_PAGE, page * A_PAGE):
        url = element("loc", f"{prefix}{id_}{suffix}") + element("lastmod", instant_text(at))
        yield (wrap("url", url) + "\n").encode()
    yield b"</urlset>\n"


def _xml(body: str) -> HttpResponse:
    return HttpResponse((xml.DECLARATION + body).encode(), content_type="application/xml")
