"""Tells Django about the room."""

from __future__ import annotations

from django.apps import AppConfig


class MessagesConfig(AppConfig):
    """Messages to readers: outbox, channels, manners."""

    name = "guisach.domain.messages"
    label = "reader_messages"  # "messages" is Django's own
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the room's own kind of message."""
        from guisach.domain.messages.actions import codes
        from guisach.domain.messages.actions.belongings import Messages
        from guisach.domain.messages.actions.corrections import register_corrections
        from guisach.domain.readers.kinds import keeps_of_readers

        codes.register()
        register_corrections()
        keeps_of_readers(Messages())
