"""Tells Django about this audience."""

from django.apps import AppConfig


class WorkConfig(AppConfig):
    name = "guisach.web.work"
    label = "work"
