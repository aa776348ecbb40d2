"""Which desks there are, and who may act on them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from guisach.domain.journal.queries import Source
from guisach.domain.sync.models import Desk, Keeper
from guisach.domain.sync.queries.credentials import read_credential
from guisach.domain.sync.rules.protocol import OLDEST_DESK

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime
    from uuid import UUID


@dataclass(frozen=True, slots=True)
class DeskCaller:
    """A desk that calls, known by its credential; its signature is still to be looked at."""

    device: UUID
    place: str
    key: str
    version: int
    enrolled_by: int
    is_revoked: bool
    is_expired: bool

    @property
    def source(self) -> Source:
        """The source of what it brings: no person, since each operation names its own."""
        return Source(self.device, self.enrolled_by, "")

    @property
    def may_read(self) -> bool:
        """Whether it is sent anything: a revoked or expired desk may only bring what it has."""
        return not self.is_revoked and not self.is_expired

    @property
    def is_too_old(self) -> bool:
        """Whether its program is older than what is sent down can be read by."""
        return self.version < OLDEST_DESK


def desk_of_credential(text: str, *, at: datetime) -> DeskCaller | None:
    """Return the desk behind a credential, expired and revoked ones too; None where this hub knows none. One query."""
    read = read_credential(text)
    if read is None:
        return None
    device, expires_at = read
    row = Desk.objects.filter(pk=device).values_list(
        "place", "key", "version", "enrolled_by", "device__revoked_at"
    ).first()  # fmt: skip
    if row is None:
        return None
    place, key, version, enrolled_by, revoked_at = row
    return DeskCaller(device, place, key, version, enrolled_by, revoked_at is not None, expires_at <= at)


def outside_scope(acts: Collection[tuple[UUID, str, str]]) -> set[tuple[UUID, str, str]]:
    """Return those of (device, actor, place) that an enrolled desk could not have done in the ordinary way.

    Somebody who never proved on it who they are, or another place than its own. Two queries.
    """
    places = {
        device: {place, *former}
        for device, place, former in Desk.objects.filter(pk__in={device for device, _, _ in acts}).values_list(
            "device", "place", "former_places"
        )
    }
    if not places:
        return set()
    proved = set(Keeper.objects.filter(desk__in=list(places)).values_list("desk", "staff__username"))
    return {
        (device, actor, place)
        for device, actor, place in acts
        if device in places and (place not in places[device] or (device, actor) not in proved)
    }
