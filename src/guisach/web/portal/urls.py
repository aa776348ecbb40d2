"""Addresses of the readers' pages; they are printed on posters, so they stay."""

from __future__ import annotations

from django.urls import path

from guisach.web.portal import views

app_name = "portal"
urlpatterns = [
    path("", views.home, name="home"),
    path("near/", views.near, name="near"),
    path("search/", views.find, name="search"),
    path("records/<int:record_id>/", views.show_record, name="record"),
    path("places/", views.places, name="places"),
    path("places/<str:code>/", views.show_place, name="place"),
    path("fairs/", views.fairs, name="fairs"),
    path("about/", views.about, name="about"),
]
