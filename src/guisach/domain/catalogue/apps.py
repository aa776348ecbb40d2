"""Tells Django about the room."""

from __future__ import annotations

from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    """The catalogue: records, copies, import, and the change feed that the search index follows."""

    name = "guisach.domain.catalogue"
    label = "catalogue"
    default_auto_field = "django.db.models.BigAutoField"
