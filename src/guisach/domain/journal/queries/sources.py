"""Where operations come from: who is behind a token, and as which device it numbers its operations."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from guisach.domain.journal.models import Operation, Token
from guisach.domain.journal.rules.history import LIBRARIAN, PROVINCE
from guisach.domain.network.queries import standings_of

if TYPE_CHECKING:
    from datetime import date, datetime

    from guisach.domain.network.models import Staff


_NOWHERE = "?"  # asked for like any other place, and none


@dataclass(frozen=True, slots=True)
class Source:
    """A door's authenticated other side: the device that numbers what comes without a number, and the person."""

    device: UUID
    staff_id: int
    username: str


def librarian_at(source: Source, place: str, *, on: date) -> str | None:
    """Return the place under which this person decides as a librarian on what belongs to `place`.

    That is the place itself, or PROVINCE for somebody whose role covers all of it, or None.
    """
    standings = standings_of({(source.username, place), (source.username, PROVINCE)}, on)
    for where in (place, PROVINCE):
        if standings[source.username, where] == LIBRARIAN:
            return where
    return None


def is_of_ours(source: Source, op: UUID, *, on: date) -> bool:
    """Tell whether an operation is one's own, or of a place where one works; the same questions if it is not there."""
    row = Operation.objects.filter(op=op).values_list("actor", "place").first()
    actor, place = row or ("", "")
    place = place or _NOWHERE
    standings = standings_of({(source.username, place), (source.username, PROVINCE)}, on)
    stands_there = standings[source.username, PROVINCE] or standings[source.username, place]
    return row is not None and (actor == source.username or bool(stands_there))


def token_digest(secret: str) -> str:
    """Return what is stored of a token; the token itself is shown once and kept nowhere."""
    return hashlib.sha256(secret.encode()).hexdigest()


def source_of_token(secret: str, *, at: datetime) -> tuple[Source, Staff] | None:
    """Return the source behind a bearer token, or None when it is unknown, expired, revoked or its owner is gone."""
    token = (
        Token.objects.select_related("staff")
        .filter(digest=token_digest(secret), expires_at__gt=at, revoked_at__isnull=True, staff__is_active=True)
        .first()
    )
    if token is None:
        return None
    return Source(token.device_id, token.staff_id, token.staff.username), token.staff
