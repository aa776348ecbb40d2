"""Tells Django about the room."""

from __future__ import annotations

from django.apps import AppConfig


class ReadingConfig(AppConfig):
    """Reading: what readers keep of their own reading, because they wish it."""

    name = "guisach.domain.reading"
    label = "reading"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Be told of loans before they are forgotten, and of readers who are erased."""
        from guisach.domain.circulation.kinds import keep_for_readers_by
        from guisach.domain.readers.kinds import keeps_of_readers
        from guisach.domain.reading.actions.belongings import Reading
        from guisach.domain.reading.actions.history import keep_before_forgetting

        keep_for_readers_by(keep_before_forgetting)
        keeps_of_readers(Reading())
