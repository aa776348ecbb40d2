"""Addresses for other machines; they stand in other people's configurations, so they stay."""

from __future__ import annotations

from django.urls import path

from guisach.web.open import covers, crawling, downloads, oai, sru

app_name = "open"
urlpatterns = [
    path("oai", oai.oai, name="oai"),
    path("sru", sru.sru, name="sru"),
    path("unapi", downloads.unapi, name="unapi"),
    path("records/<int:record_id>.mrc", downloads.record_file, {"form": "mrc"}, name="record_marc"),
    path("records/<int:record_id>.xml", downloads.record_file, {"form": "marcxml"}, name="record_marcxml"),
    path("records/<int:record_id>.ris", downloads.record_file, {"form": "ris"}, name="record_ris"),
    path("covers/<slug:print_>-<slug:size>.webp", covers.cover, name="cover"),
    path("robots.txt", crawling.robots, name="robots"),
    path("sitemap.xml", crawling.sitemap, name="sitemap"),
    path("sitemap-<int:page>.xml", crawling.sitemap_page, name="sitemap_page"),
]
