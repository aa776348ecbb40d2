"""Lists of books that staff put together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Count

from guisach.domain.catalogue.models import BookList, BookListEntry

if TYPE_CHECKING:
    from django.db.models import QuerySet

_FIELDS = ("pk", "name", "note", "is_public", "by_id", "by__full_name", "created_at", "updated_at", "titles")


@dataclass(frozen=True, slots=True)
class ListView:
    """A list without its titles; `by` is the pk of whoever made it."""

    id: int
    name: str
    note: str
    is_public: bool
    by: int | None
    by_name: str | None
    created_at: datetime
    updated_at: datetime
    titles: int


class Entry(NamedTuple):
    """A title on a list, with a word about it."""

    record: int
    note: str


def book_list(id_: int) -> ListView | None:
    """Return a list, public or not, or None."""
    return next(iter(_views(BookList.objects.filter(pk=id_))), None)


def book_lists(*, only_public: bool = False, limit: int = 100) -> list[ListView]:
    """Return the lists, the last changed first."""
    found = BookList.objects.all()
    if only_public:
        found = found.filter(is_public=True)
    return _views(found.order_by("-updated_at", "-pk"), limit)


def entries_of(list_: int) -> list[Entry]:
    """Return the titles of a list in its order."""
    rows = BookListEntry.objects.filter(list=list_).order_by("rank", "pk").values_list("record_id", "note")
    return [Entry(*row) for row in rows]


def first_entries(lists: list[int], *, each: int = 4) -> dict[int, list[int]]:
    """Return the first records of several lists with one query: what a list shows of itself."""
    found: dict[int, list[int]] = {id_: [] for id_ in lists}
    rows = BookListEntry.objects.filter(list__in=lists).order_by("list", "rank", "pk")
    for list_, record in rows.values_list("list_id", "record_id"):
        if len(found[list_]) < each:
            found[list_].append(record)
    return found


def lists_with(record: int, *, only_public: bool = False) -> list[ListView]:
    """Return the lists on which a record stands, by name."""
    found = BookList.objects.filter(pk__in=BookListEntry.objects.filter(record=record).values("list"))
    if only_public:
        found = found.filter(is_public=True)
    return _views(found.order_by("name", "pk"))


def _views(found: QuerySet[BookList], limit: int = 100) -> list[ListView]:
    counted = found.annotate(titles=Count("entries"))
    return [ListView(*row) for row in counted.values_list(*_FIELDS)[:limit]]
