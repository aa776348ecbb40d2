"""Tells Django about the room."""

from __future__ import annotations

from django.apps import AppConfig


class JournalConfig(AppConfig):
    """The journal: operations, outcomes, cases, devices; the one log and the machinery that folds it."""

    name = "guisach.domain.journal"
    label = "journal"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the journal's own kinds before those of the rooms above."""
        from guisach.domain.journal.steps import notes, settling

        settling.register()
        notes.register()
