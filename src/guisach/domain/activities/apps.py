"""Tells Django about the room."""

from __future__ import annotations

from django.apps import AppConfig


class ActivitiesConfig(AppConfig):
    """Activities: events of places, and attendance."""

    name = "guisach.domain.activities"
    label = "activities"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the kinds and the fold."""
        from guisach.domain.activities import steps

        steps.register()
