"""Tells Django about this audience."""

from django.apps import AppConfig


class HqConfig(AppConfig):
    name = "guisach.web.hq"
    label = "hq"
