"""What readers asked to be put right in their data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from guisach.domain.readers.models import Correction

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from django.db.models import QuerySet

CORRECTABLE: Final = ("name", "birth_on", "phone", "email", "address", "guardian", "guardian_phone")


@dataclass(frozen=True, slots=True)
class CorrectionView:
    """What one reader asked for; `wanted` by the fields of `Applicant`, empty once it is settled."""

    reader: UUID
    place: str
    wanted: Mapping[str, Any]
    note: str
    asked_at: datetime
    settled_at: datetime | None
    is_applied: bool
    reason: str


def corrections(places: Collection[str], *, limit: int = 100) -> list[CorrectionView]:
    """Return those that wait at these places, the oldest first; one query."""
    return [_view(row) for row in _waiting(places).order_by("asked_at", "reader")[:limit]]


def count_corrections(places: Collection[str]) -> int:
    """Return how many wait at these places."""
    return _waiting(places).count()


def correction_of(reader: UUID) -> CorrectionView | None:
    """Return what a reader asked for last, settled or not, or None."""
    row = Correction.objects.filter(pk=reader).first()
    return _view(row) if row else None


def wanted_in(said: Mapping[str, str]) -> dict[str, Any]:
    """Read what is stored of a correction."""
    found: dict[str, Any] = {name: text for name, text in said.items() if name in CORRECTABLE}
    if "birth_on" in found:
        found["birth_on"] = date.fromisoformat(found["birth_on"]) if found["birth_on"] else None
    return found


def _waiting(places: Collection[str]) -> QuerySet[Correction]:
    return Correction.objects.filter(place__in=list(places), settled_at__isnull=True)


def _view(row: Correction) -> CorrectionView:
    return CorrectionView(
        row.reader, row.place, wanted_in(row.said), row.note, row.asked_at, row.settled_at, row.is_applied, row.reason
    )
