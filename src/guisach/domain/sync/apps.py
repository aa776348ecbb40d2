"""Tells Django about the room."""

from __future__ import annotations

from django.apps import AppConfig


class SyncConfig(AppConfig):
    """Synchronisation: enrolled desks, what they brought and still owe, and what is sent down to them."""

    name = "guisach.domain.sync"
    label = "sync"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Vouch for what enrolled desks bring, and be told of readers who are erased."""
        from guisach.domain.journal.kinds import vouch_by
        from guisach.domain.readers.kinds import keeps_of_readers
        from guisach.domain.sync.actions.belongings import HeldActs
        from guisach.domain.sync.queries.desks import outside_scope

        vouch_by(outside_scope)
        keeps_of_readers(HeldActs())
