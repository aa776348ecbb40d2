"""Tells Django about the room."""

from __future__ import annotations

from django.apps import AppConfig


class CirculationConfig(AppConfig):
    """Circulation: loans, renewals, whereabouts, visits and uses, all folded from the journal."""

    name = "guisach.domain.circulation"
    label = "circulation"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the room's kinds of operation and its folds, and what it tells readers."""
        from guisach.domain.circulation import steps
        from guisach.domain.circulation.actions.belongings import Loans, Payments, Requests
        from guisach.domain.circulation.actions.notices import register_notices
        from guisach.domain.circulation.actions.request_messages import register_messages
        from guisach.domain.readers.kinds import keeps_of_readers

        steps.register()
        register_notices()
        register_messages()
        # What was asked for goes first: which loans were the same reader's is noted while they still name them.
        keeps_of_readers(Requests())
        keeps_of_readers(Loans())
        keeps_of_readers(Payments())
