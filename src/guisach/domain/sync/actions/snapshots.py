"""The titles of a place in a few files that can be fetched piece by piece over a bad network."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from guisach.domain.journal.steps import in_one_transaction
from guisach.domain.sync.kinds import chunk_store
from guisach.domain.sync.models import FeedRow, FeedScope, Snapshot
from guisach.domain.sync.queries.feed_rows import title_rows
from guisach.domain.sync.rules.chunks import cut
from guisach.domain.sync.rules.feed import Cursor
from guisach.domain.sync.steps.feeding import refresh
from guisach.kernel.ids import new_id

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from guisach.kernel.clock import Clock

KEPT = 2  # who is in the middle of fetching the one before goes on with it
FEW = 200
_ONE_IN = 20  # titles may have changed since before a snapshot is made anew
_AT_ONCE = 2000


@dataclass(frozen=True, slots=True)
class SnapshotView:
    """What there is to fetch, in order; a feed begun with `cursor` leaves out the titles that are in it."""

    id: UUID
    made_at: datetime
    titles: int
    cursor: str
    chunks: tuple[dict[str, Any], ...]


@in_one_transaction
def snapshot(*, place: str, clock: Clock) -> SnapshotView:
    """Return the snapshot of a place: the last one while few of its titles changed since, else a new one."""
    now = clock()
    scope = refresh(place, now).scope
    last = Snapshot.objects.filter(place=place).order_by("-made_at", "-pk").first()
    if last is None or not _serves(last, scope):
        last = _make(scope, now)
    cursor = str(Cursor(last.generation, 0, last.rev))
    return SnapshotView(last.id, last.made_at, last.titles, cursor, tuple(last.chunks))


def chunk(place: str, name: str) -> bytes | None:
    """Return a file of a snapshot of this place; None for any other."""
    lists = Snapshot.objects.filter(place=place).values_list("chunks", flat=True)
    is_ours = any(one["sha256"] == name for chunks in lists for one in chunks)
    return chunk_store().read(name) if is_ours else None


def _serves(last: Snapshot, scope: FeedScope) -> bool:
    if last.generation != scope.generation or not all(chunk_store().has(one["sha256"]) for one in last.chunks):
        return False
    if last.rev < scope.gone_rev:  # what went since then is no longer known
        return False
    changed = FeedRow.objects.filter(place=scope.place, type="title", rev__gt=last.rev).count()
    return changed <= max(FEW, last.titles // _ONE_IN)


def _make(scope: FeedScope, now: datetime) -> Snapshot:
    chunks = []
    for one in cut(_titles(scope.place)):
        chunk_store().keep(one.sha256, one.body)
        chunks.append({"sha256": one.sha256, "bytes": len(one.body), "titles": one.titles})
    made = Snapshot.objects.create(
        id=new_id(),
        place=scope.place,
        generation=scope.generation,
        rev=scope.last_rev,
        made_at=now,
        titles=sum(one["titles"] for one in chunks),
        chunks=chunks,
    )
    kept = Snapshot.objects.filter(place=scope.place).order_by("-made_at", "-pk").values_list("pk", flat=True)[:KEPT]
    Snapshot.objects.filter(place=scope.place).exclude(pk__in=list(kept)).delete()
    lists = Snapshot.objects.values_list("chunks", flat=True)
    chunk_store().prune({one["sha256"] for chunks in lists for one in chunks})
    return made


def _titles(place: str) -> Iterator[tuple[str, dict[str, Any]]]:
    live = FeedRow.objects.filter(place=place, type="title").exclude(digest="")
    records = sorted(int(key) for key in live.values_list("key", flat=True))
    for start in range(0, len(records), _AT_ONCE):
        piece = records[start : start + _AT_ONCE]
        rows = title_rows(piece)
        yield from ((str(record), rows["title", str(record)]) for record in piece if ("title", str(record)) in rows)
