"""What the outbox keeps of people, for whoever erases them or hands them their data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from guisach.domain.messages.models import Message
from guisach.domain.messages.steps import drop_reader

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from uuid import UUID

    from guisach.kernel.clock import Clock


class Messages:
    """That somebody was told something, and how; never the words."""

    name = "messages"

    def obstacles(self, person: Collection[UUID]) -> list[str]:
        """Nothing: a message to somebody who is erased is not sent."""
        return []

    def told(self, person: Collection[UUID]) -> list[Mapping[str, Any]]:
        """Give when there was a message, what it was about and how it went."""
        rows = Message.objects.filter(reader__in=list(person)).order_by("created_at", "pk")
        return [
            {"kind": kind, "channel": channel, "created_at": at.isoformat(), "state": state}
            for kind, channel, at, state in rows.values_list("kind", "channel", "created_at", "state")
        ]

    def forget(self, person: Collection[UUID], clock: Clock) -> None:
        """Delete them all."""
        for reader in person:
            drop_reader(reader)
