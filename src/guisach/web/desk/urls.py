"""Addresses of the offline desk, mounted at /desk/. Its other files lie there too, given out as they are."""

from __future__ import annotations

from django.urls import path

from guisach.web.desk import views

app_name = "desk"

urlpatterns = [
    path("", views.page, name="page"),
    path("sw.js", views.worker, name="worker"),
]
