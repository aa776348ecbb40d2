"""How readers can sign in to their own pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from guisach.domain.readers.models import ReaderPin, SignInTries


@dataclass(frozen=True, slots=True)
class PinStanding:
    """How a reader can sign in now, as a desk sees it: never the PIN itself."""

    is_chosen: bool
    set_at: datetime
    code_until: datetime | None  # a start code waits to be used until then
    has_guardian_wish: bool


def pin_of(reader: UUID, *, at: datetime) -> PinStanding | None:
    """Return how a reader can sign in, or None where they cannot: nothing was given, or the start code has expired."""
    row = ReaderPin.objects.filter(pk=reader).first()
    if row is None or (row.expires_at is not None and row.expires_at <= at):
        return None
    return PinStanding(not row.is_start_code, row.set_at, row.expires_at, row.has_guardian_wish)


def sign_in_rests_until(card_no: str, *, at: datetime) -> datetime | None:
    """Return until when signing in with this (normalised) number rests after wrong tries, or None."""
    key = SignInTries.key_of("card", card_no)
    return SignInTries.objects.filter(pk=key, rests_until__gt=at).values_list("rests_until", flat=True).first()
