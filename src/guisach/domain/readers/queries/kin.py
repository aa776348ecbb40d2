"""Who is the same person as whom, as the merges of readers say."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from guisach.domain.readers.models import Reader

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class Member:
    """What the rules of borrowing need of a person; under whichever id, they are one."""

    id: UUID  # under which the person is known now
    expires_on: date
    erased_at: datetime | None


def survivor_of(id_: UUID) -> UUID:
    """Return the id under which this person is known now: mostly the same."""
    return Reader.objects.filter(pk=id_).values_list("survivor", flat=True).first() or id_


def ids_of(id_: UUID) -> list[UUID]:
    """Return all ids of the person whom this id names, the one under which they are known now first."""
    return families_of([id_])[id_]


def families_of(ids: Iterable[UUID]) -> dict[UUID, list[UUID]]:
    """Return for each id all ids of that person, the present one first; two queries."""
    wanted = list(ids)
    known = dict(Reader.objects.filter(pk__in=wanted, survivor__isnull=False).values_list("pk", "survivor"))
    present = {id_: known.get(id_) or id_ for id_ in wanted}
    others: dict[UUID, list[UUID]] = defaultdict(list)
    rows = Reader.objects.filter(survivor__in=set(present.values())).order_by("pk")
    for old, survivor in rows.values_list("pk", "survivor"):
        others[survivor or old].append(old)
    return {id_: [root, *others[root]] for id_, root in present.items()}


def members(ids: Iterable[UUID]) -> dict[UUID, Member]:
    """Return the person behind each known id: the card is that of the present one; two queries at most."""
    wanted = list(ids)
    rows = Reader.objects.filter(pk__in=wanted).values_list("pk", "survivor", "expires_on", "erased_at")
    found = {pk: Member(survivor or pk, expires_on, erased_at) for pk, survivor, expires_on, erased_at in rows}
    moved = {member.id for pk, member in found.items() if member.id != pk}
    if moved:
        present = dict(Reader.objects.filter(pk__in=moved).values_list("pk", "expires_on"))
        for pk, member in found.items():
            if member.id in present:
                found[pk] = Member(member.id, present[member.id], member.erased_at)
    return found


def expiries_of(readers: Iterable[UUID]) -> dict[UUID, date]:
    """Return the last valid day of each known reader's card."""
    return {pk: member.expires_on for pk, member in members(readers).items()}
