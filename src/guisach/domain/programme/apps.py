"""Tells Django about the room."""

from __future__ import annotations

from django.apps import AppConfig


class ProgrammeConfig(AppConfig):
    """The programme: indicators and targets, counted from what really happened."""

    name = "guisach.domain.programme"
    label = "programme"
    default_auto_field = "django.db.models.BigAutoField"
