"""Who registered on the portal and waits for a card."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from guisach.domain.readers.models import Registration
from guisach.domain.readers.rules.joining import Applicant

if TYPE_CHECKING:
    from collections.abc import Collection


@dataclass(frozen=True, slots=True)
class RegistrationView:
    """A registration with what the person said of themselves."""

    code: str
    place: str
    applicant: Applicant
    created_at: datetime


def registrations(places: Collection[str], *, at: datetime, limit: int = 100) -> list[RegistrationView]:
    """Return those that wait at these places, the oldest first."""
    rows = Registration.objects.filter(place__in=list(places), expires_at__gt=at).order_by("created_at", "code")
    return [_view(row) for row in rows[:limit]]


def count_registrations(places: Collection[str], *, at: datetime) -> int:
    """Return how many wait at these places."""
    return Registration.objects.filter(place__in=list(places), expires_at__gt=at).count()


def registration(code: str, *, at: datetime) -> RegistrationView | None:
    """Return the one with this code, or None."""
    row = Registration.objects.filter(pk=code.strip().upper()[:8], expires_at__gt=at).first()
    return _view(row) if row else None


def _view(row: Registration) -> RegistrationView:
    birth_on = row.said.get("birth_on")
    said = {
        "phone": "", "address": "", "guardian": "", "guardian_phone": "", "has_consent": False, "has_assent": False,
        **row.said, "birth_on": date.fromisoformat(birth_on) if birth_on else None,
    }  # fmt: skip
    return RegistrationView(row.code, row.place, Applicant(**said), row.created_at)
