"""Tells Django about this audience."""

from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "guisach.web.desk"
    label = "desk"
