"""Tells Django about the room."""

from __future__ import annotations

from django.apps import AppConfig


class ReadersConfig(AppConfig):
    """Readers: people, cards, guardians, consent."""

    name = "guisach.domain.readers"
    label = "readers"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the room's kinds of operation and its folds, and what it keeps of people beside the log."""
        from guisach.domain.readers import steps
        from guisach.domain.readers.actions.corrections import Corrections
        from guisach.domain.readers.kinds import keeps_of_readers

        steps.register()
        keeps_of_readers(Corrections())
