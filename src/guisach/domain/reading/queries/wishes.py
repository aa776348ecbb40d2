"""What a reader wants to be kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from guisach.domain.reading.models import Wish

if TYPE_CHECKING:
    from collections.abc import Collection
    from uuid import UUID

HISTORY: Final = "HISTORY"
DIARY: Final = "DIARY"


@dataclass(frozen=True, slots=True)
class WishView:
    """A wish that stands."""

    since: datetime
    has_guardian_consent: bool


def wishes(person: Collection[UUID]) -> dict[str, WishView]:
    """Return the wishes of a reader, known by any of these ids, that stand: by what is kept; one query."""
    rows = Wish.objects.filter(reader__in=list(person)).values_list("what", "since", "has_guardian_consent")
    return {what: WishView(since, consent) for what, since, consent in rows}
