"""Tells Django about this audience."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "guisach.web.portal"
    label = "portal"
