"""Addresses for other machines; they stand in other people's configurations, so they stay."""

from __future__ import annotations

from django.urls import path

from guisach.web.open import oai, sru

app_name = "open"
urlpatterns = [
    path("oai", oai.oai, name="oai"),
    path("sru", sru.sru, name="sru"),
]
