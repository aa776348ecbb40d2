"""What people suggest to buy, in their words, with the answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from guisach.domain.circulation.models import Request
from guisach.domain.circulation.rules.request_fold import Sort
from guisach.domain.journal.queries import operations_on, said_in

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime
    from uuid import UUID

    from django.db.models import QuerySet


@dataclass(frozen=True, slots=True)
class SuggestionView:
    """A suggestion. `wanted` is empty once it is forgotten who said so; `answer` is what was said to them last."""

    op: UUID
    wanted: str
    author: str
    why: str
    place: str
    since: datetime
    state: str
    record: int | None
    answer: str


def open_suggestions(*, place: str | None = None, limit: int = 100) -> list[SuggestionView]:
    """Return those that wait for an answer or for the bookseller, the oldest first; of one place, or of all."""
    found = Request.objects.filter(sort=Sort.SUGGESTION, closed_at__isnull=True).order_by("since", "op")
    return _views(found if place is None else found.filter(place=place), limit)


def suggestions_of(readers: Collection[UUID], *, limit: int = 20) -> list[SuggestionView]:
    """Return what a person suggested and what was answered, the newest first."""
    return _views(Request.objects.filter(sort=Sort.SUGGESTION, reader__in=list(readers)).order_by("-since"), limit)


def suggestions_named(ops: Collection[UUID]) -> list[SuggestionView]:
    """Return several suggestions."""
    return _views(Request.objects.filter(sort=Sort.SUGGESTION, pk__in=list(ops)).order_by("since", "op"), len(ops))


def _views(found: QuerySet[Request], limit: int) -> list[SuggestionView]:
    rows = list(found[:limit])
    answers = operations_on([f"request:{row.op}" for row in rows], kind="answer_request")
    said = said_in([row.op for row in rows] + [op for ops in answers.values() for op in ops])
    views = []
    for row in rows:
        words = said.get(row.op, {})
        answered = [said.get(op, {}).get("words", "") for op in answers.get(f"request:{row.op}", ())]
        views.append(
            SuggestionView(
                op=row.op,
                wanted=words.get("wanted", ""),
                author=words.get("author", ""),
                why=words.get("why", ""),
                place=row.place,
                since=row.since,
                state=row.state,
                record=row.record,
                answer=next(filter(None, reversed(answered)), ""),
            )
        )
    return views
