"""Tells Django about the room."""

from __future__ import annotations

from django.apps import AppConfig


class NetworkConfig(AppConfig):
    """The network: province, communes, places, fairs, staff and their roles."""

    name = "guisach.domain.network"
    label = "network"
    default_auto_field = "django.db.models.BigAutoField"
