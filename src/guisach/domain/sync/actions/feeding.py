"""What a desk gets of the state of its place: the rows that it does not have yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Literal
from uuid import UUID

from guisach.domain.journal.steps import in_one_transaction
from guisach.domain.sync.models import FeedRow, FeedScope
from guisach.domain.sync.queries.feed_rows import compute, title_rows
from guisach.domain.sync.queries.feed_settings import settings_rows
from guisach.domain.sync.rules.feed import (
    FINGERPRINTED,
    LIMIT,
    LIMIT_MAX,
    SETTINGS,
    Cursor,
    Row,
    Rows,
    digest_of,
    fingerprint,
    read_cursor,
)
from guisach.domain.sync.steps.feeding import NumberedRow, number_as_sent, refresh
from guisach.kernel.clock import local_date

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from guisach.kernel.clock import Clock

Control = Literal["up_to_date", "more", "must_refetch"]


@dataclass(frozen=True, slots=True)
class FeedItem:
    """A row as it is now; None: it is gone, or no longer of this scope."""

    type: str
    id: str
    row: Row | None


@dataclass(frozen=True, slots=True)
class FeedPage:
    """A stretch of the feed. `seen` is the number of the log for what is done on the desk from now on."""

    items: tuple[FeedItem, ...]
    cursor: str
    seen: int
    control: Control
    fingerprint: str | None = None


@in_one_transaction
def feed(*, place: str, cursor: str, clock: Clock, limit: int = LIMIT) -> FeedPage:
    """Return what a desk of this place lacks after its cursor; an empty one has nothing yet.

    A cursor that nobody gave out here, or that is too old, is answered with `must_refetch`.
    """
    now, most = clock(), max(1, min(limit, LIMIT_MAX))
    scope = FeedScope.objects.filter(pk=place).first() if cursor else None
    at, settings = read_cursor(cursor), None
    if scope is None:
        scope, settings = refresh(place, now)
    if not cursor:
        at = Cursor(scope.generation)
    if not _holds(at, scope):
        return FeedPage((), "", scope.log_position, "must_refetch")
    assert at is not None  # noqa: S101  # `_holds` says so
    rows = _after(place, at, most + 1)
    if settings is None and len(rows) <= most:  # the desk has nearly all that was computed: see what happened since
        scope, settings = refresh(place, now)
        if not _holds(at, scope):
            return FeedPage((), "", scope.log_position, "must_refetch")
        rows = _after(place, at, most + 1)
    is_all, rows = len(rows) <= most, rows[:most]
    items = _items(place, rows, settings, now)
    otherwise = [
        (row, item.row)
        for row, item in zip(rows, items, strict=True)
        if (digest_of(item.row) if item.row is not None else "") != row.digest
    ]
    number_as_sent(place, at.generation, otherwise, now)
    is_exact = all(row.type not in FINGERPRINTED for row, _sent in otherwise)
    rev = scope.last_rev if is_all else rows[-1].rev
    then = str(Cursor(at.generation, rev, at.titles))
    if not is_all:
        return FeedPage(items, then, scope.log_position, "more")
    return FeedPage(items, then, scope.log_position, "up_to_date", _fingerprint(scope) if is_exact else None)


def _holds(at: Cursor | None, scope: FeedScope) -> bool:
    """Say whether the cursor is one of this computing, and all that went since is still known."""
    if at is None or at.generation != scope.generation or max(at.rev, at.titles) > scope.last_rev:
        return False
    return at.rev >= scope.gone_rev or not at.rev


def _after(place: str, at: Cursor, most: int) -> list[NumberedRow]:
    found = FeedRow.objects.filter(place=place, rev__gt=at.rev).order_by("rev")
    if not at.rev:
        found = found.exclude(digest="")  # who has nothing lacks nothing that is gone
    if at.titles:
        found = found.exclude(type="title", rev__lte=at.titles)
    return [NumberedRow(*row) for row in found.values_list(*NumberedRow._fields)[:most]]


def _items(place: str, rows: Sequence[NumberedRow], settings: Rows | None, now: datetime) -> tuple[FeedItem, ...]:
    """Give the rows their contents as they are now: not what was numbered, where something happened since.

    `settings` are the rows of this moment that every desk has, where they are known.
    """
    wanted: dict[str, list[str]] = {}
    for row in rows:
        if row.digest:
            wanted.setdefault(row.type, []).append(row.key)
    now_there: Rows = {}
    if any(type_ in SETTINGS for type_ in wanted):
        now_there |= settings if settings is not None else settings_rows(place, now)
    barcodes = {*wanted.get("copy", ()), *wanted.get("loan", ())}
    people = {UUID(id_) for id_ in wanted.get("reader", ())}
    people |= {UUID(row.part) for row in rows if row.type == "card" and row.digest}
    if barcodes or people:
        now_there |= compute(place, barcodes, people, local_date(now)).rows
    now_there |= title_rows([int(id_) for id_ in wanted.get("title", ())])
    return tuple(
        FeedItem(row.type, row.key, now_there.get((row.type, row.key)) if row.digest else None) for row in rows
    )


def _fingerprint(scope: FeedScope) -> str:
    if scope.fingerprint_rev != scope.last_rev:
        live = FeedRow.objects.filter(place=scope.place, type__in=FINGERPRINTED).exclude(digest="")
        scope.fingerprint = fingerprint(live.values_list("type", "key", "digest"))
        scope.fingerprint_rev = scope.last_rev
        scope.save(update_fields=["fingerprint", "fingerprint_rev"])
    return scope.fingerprint


UNASKED_DAYS = 30


@in_one_transaction
def drop_unasked(*, clock: Clock) -> None:
    """Forget what was computed for places whose desks have not asked for a month: it is of no use to them any more."""
    before = clock() - timedelta(days=UNASKED_DAYS)
    places = list(FeedScope.objects.filter(computed_at__lt=before).values_list("pk", flat=True))
    FeedRow.objects.filter(place__in=places).delete()
    FeedScope.objects.filter(pk__in=places).delete()
