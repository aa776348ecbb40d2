"""Who is the same person as whom, as the merges of readers say."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Q

from guisach.domain.journal.queries import operations_of
from guisach.domain.readers.models import Merge, Reader

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet


@dataclass(frozen=True, slots=True)
class Family:
    """One person, under all their ids; `expires_on` is the last day of any of their cards, None: nobody knows them."""

    ids: tuple[UUID, ...]  # the one under which they are known now first
    expires_on: date | None
    erased_at: datetime | None

    @property
    def id(self) -> UUID:
        """The id under which the person is known now."""
        return self.ids[0]


def families_of(ids: Iterable[UUID]) -> dict[UUID, Family]:
    """Return for each id the person behind it; one query, two where somebody is known under another id now."""
    wanted = set(ids)
    rows = _rows(wanted)
    if moved := {survivor for pk, survivor, *_ in rows if pk in wanted and survivor} - wanted:
        rows = list({*rows, *_rows(moved)})
    present = {pk: survivor or pk for pk, survivor, *_ in rows}
    by_person: dict[UUID, list[tuple[UUID, UUID | None, date, datetime | None]]] = defaultdict(list)
    for row in rows:
        by_person[present[row[0]]].append(row)
    found = {}
    for id_ in wanted:
        person = present.get(id_, id_)
        of_person = by_person[person]
        found[id_] = Family(
            tuple(dict.fromkeys((person, *sorted(row[0] for row in of_person)))),
            max((row[2] for row in of_person), default=None),
            max((row[3] for row in of_person if row[3]), default=None),
        )
    return found


def survivor_of(id_: UUID) -> UUID:
    """Return the id under which this person is known now: mostly the same."""
    return Reader.objects.filter(pk=id_).values_list("survivor", flat=True).first() or id_


def ids_of(id_: UUID) -> tuple[UUID, ...]:
    """Return all ids of the person whom this id names, the one under which they are known now first."""
    return families_of([id_])[id_].ids


def other_ids(id_: UUID) -> QuerySet[Reader, UUID]:
    """Ask for all ids of a person that readers have, as a part of another question; that of nobody known has none."""
    now = Reader.objects.filter(pk=id_, survivor__isnull=False).values("survivor")
    same = Q(pk=id_) | Q(survivor=id_) | Q(pk__in=now) | Q(survivor__in=now)
    return Reader.objects.filter(same).values_list("pk", flat=True)


@dataclass(frozen=True, slots=True)
class MergedCard:
    """Another card of the same person; `op` is what put both together, None where it went over a third."""

    reader: UUID
    full_name: str
    card_no: str
    op: UUID | None


def other_cards(id_: UUID) -> list[MergedCard]:
    """Return the cards that were put together with this reader's; two queries."""
    rows = Reader.objects.filter(survivor=id_).order_by("joined_at", "pk").values_list("pk", "full_name", "card_no")
    found = list(rows)
    ops = dict(Merge.objects.filter(old__in=[pk for pk, *_ in found], into=id_).values_list("old", "op"))
    return [MergedCard(pk, name, card, ops.get(pk)) for pk, name, card in found]


def erased_operations() -> list[UUID]:
    """Return the operations that told of readers who were erased: what a restore has to forget again."""
    erased = list(Reader.objects.filter(erased_at__isnull=False).values_list("pk", flat=True))
    return operations_of(erased, ("join", "edit_reader"))


def _rows(ids: Iterable[UUID]) -> list[tuple[UUID, UUID | None, date, datetime | None]]:
    wanted = list(ids)
    found = Reader.objects.filter(Q(pk__in=wanted) | Q(survivor__in=wanted))
    return list(found.values_list("pk", "survivor", "expires_on", "erased_at"))
