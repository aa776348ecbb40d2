"""Everything that the system knows of one person, to be handed to them (Law 91/2025/QH15)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from guisach.domain.journal.queries import operations_of, timeline
from guisach.domain.readers.kinds import all_belongings
from guisach.domain.readers.models import FormerCard, Reader, ReaderAccess, ReaderPin
from guisach.domain.readers.queries.kin import ids_of

if TYPE_CHECKING:
    from collections.abc import Collection

FORMAT = "guisach-reader-1"
_INTERNAL = {"folded_name", "joined_op", "card_op", "survivor"}
_LINES_MAX = 5000


def all_about(id_: UUID) -> dict[str, Any]:
    """Return everything that is kept of a person under all their ids, as plain values, with times in ISO 8601.

    A PIN is named, never told. Loans that were forgotten lead to nobody and so are not here.
    """
    person = ids_of(id_)
    rows = Reader.objects.filter(pk__in=person).order_by("joined_at", "pk")
    former = FormerCard.objects.filter(reader__in=person).order_by("ended_at", "pk")
    return {
        "format": FORMAT,
        "cards": [_plain(row) for row in rows],
        "former_cards": [
            {"card_no": card, "ended_at": at.isoformat() if at else None}
            for card, at in former.values_list("card_no", "ended_at")
        ],
        "has_pin": ReaderPin.objects.filter(pk__in=person).exists(),
        **{room.name: [dict(line) for line in room.told(person)] for room in all_belongings()},
        "written_down": _acts(person),
        "looked_at_by": [
            {"name": name, "act": act, "at": at.isoformat(), "is_of_month": is_of_month, "place": place}
            for name, act, at, is_of_month, place in ReaderAccess.objects.filter(reader__in=person)
            .order_by("-at", "-pk")
            .values_list("staff__full_name", "act", "at", "is_of_month", "place")[:_LINES_MAX]
        ],
    }


def _acts(person: Collection[UUID]) -> list[dict[str, Any]]:
    ops = operations_of(person, ("join", "edit_reader", "merge_readers"))
    return [
        {"kind": entry.kind, "at": entry.happened_at.isoformat(), "place": entry.place, "by": entry.actor}
        for entry in (timeline(operations=ops, limit=_LINES_MAX) if ops else [])
    ]


def _plain(row: Reader) -> dict[str, Any]:
    values = {field.name: getattr(row, field.name) for field in row._meta.concrete_fields}
    return {
        name: value.isoformat() if hasattr(value, "isoformat") else str(value) if isinstance(value, UUID) else value
        for name, value in values.items()
        if name not in _INTERNAL and value not in {None, ""}
    }
