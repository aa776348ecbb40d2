"""Tells Django about this audience."""

from django.apps import AppConfig


class OpenConfig(AppConfig):
    name = "guisach.web.open"
    label = "open"
