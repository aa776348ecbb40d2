"""Tells Django about this audience."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "guisach.web.api"
    label = "api"
