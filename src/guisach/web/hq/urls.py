"""Addresses of the province's pages, mounted at /hq/."""

from __future__ import annotations

from django.urls import path

from guisach.web.hq import views

app_name = "hq"

urlpatterns = [
    path("", views.home, name="home"),
    path("coverage/", views.coverage, name="coverage"),
    path("coverage/csv/", views.coverage_csv, name="coverage_csv"),
    path("communes/<str:commune>/", views.commune, name="commune"),
    path("places/<str:code>/", views.place, name="place"),
]
