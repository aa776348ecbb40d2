"""Tells Django about the room."""

from __future__ import annotations

from django.apps import AppConfig


class OutreachConfig(AppConfig):
    """Outreach: trips of the mobile library and their logs."""

    name = "guisach.domain.outreach"
    label = "outreach"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the kinds and the fold."""
        from guisach.domain.outreach import steps

        steps.register()
