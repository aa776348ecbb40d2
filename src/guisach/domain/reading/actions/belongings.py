"""What the room keeps of people, for whoever erases them or hands them their data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from guisach.domain.reading.models import Challenge, DiaryEntry, PastLoan, Wish
from guisach.kernel.locks import lock

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from uuid import UUID

    from django.db import models

    from guisach.kernel.clock import Clock

_TOLD: tuple[tuple[type[models.Model], tuple[str, ...]], ...] = (
    (Wish, ("what", "since", "has_guardian_consent")),
    (PastLoan, ("title", "author", "lent_on", "returned_on")),
    (DiaryEntry, ("title", "stars", "sentence", "read_on")),
    (Challenge, ("books", "begun_on", "until")),
)


class Reading:
    """History, diary and challenge, which the reader alone wished to be kept."""

    name = "reading"

    def obstacles(self, person: Collection[UUID]) -> list[str]:
        """Nothing stands in the way."""
        return []

    def told(self, person: Collection[UUID]) -> list[Mapping[str, Any]]:
        """Give every row, with what it is."""
        return [
            {"of": model._meta.model_name, **{name: _plain(value) for name, value in zip(fields, row, strict=True)}}
            for model, fields in _TOLD
            for row in model._default_manager.filter(reader__in=list(person)).order_by("pk").values_list(*fields)
        ]

    def forget(self, person: Collection[UUID], clock: Clock) -> None:
        """Delete it all."""
        lock({f"reading:{reader}" for reader in person})
        for model, _fields in _TOLD:
            model._default_manager.filter(reader__in=list(person)).delete()


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value
