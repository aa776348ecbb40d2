"""A reader's diary and challenge."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from guisach.domain.reading.models import Challenge, DiaryEntry

if TYPE_CHECKING:
    from collections.abc import Collection
    from uuid import UUID


@dataclass(frozen=True, slots=True)
class EntryView:
    """A book in the diary."""

    id: int
    record: int | None
    title: str
    stars: int
    sentence: str
    read_on: date


@dataclass(frozen=True, slots=True)
class ChallengeView:
    """So many books by a day, and how many of them are read."""

    books: int
    begun_on: date
    until: date
    read: int


def diary(person: Collection[UUID]) -> list[EntryView]:
    """Return the whole diary of a reader, known by any of these ids, the last first; one query."""
    rows = DiaryEntry.objects.filter(reader__in=list(person)).order_by("-read_on", "-pk")
    return [EntryView(*row) for row in rows.values_list(*EntryView.__dataclass_fields__)]


def challenge(person: Collection[UUID], entries: list[EntryView]) -> ChallengeView | None:
    """Return the reader's challenge with what of the diary counts for it, or None; one query."""
    row = Challenge.objects.filter(pk__in=list(person)).values_list("books", "begun_on", "until").first()
    if row is None:
        return None
    books, begun_on, until = row
    return ChallengeView(books, begun_on, until, sum(begun_on <= entry.read_on <= until for entry in entries))
