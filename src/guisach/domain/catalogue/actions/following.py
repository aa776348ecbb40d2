"""The lists of headings follow the change feed: whoever writes records only has to announce them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from guisach.domain.catalogue.models import FeedReader, Record
from guisach.domain.catalogue.queries.feed import changes_after
from guisach.domain.catalogue.rules.headings import points_of_text
from guisach.domain.catalogue.steps import begin, keep_headings
from guisach.domain.journal.steps import in_one_transaction

if TYPE_CHECKING:
    from collections.abc import Collection

    from guisach.domain.catalogue.rules.marc.description import AccessPoint

HEADINGS = "headings"
_AT_ONCE = 300  # changes in a transaction: a desk that wants to lend meanwhile waits for one of them at most


def follow_headings(limit: int | None = None) -> int:
    """Work through news of the change feed, about `limit` changes; returns how many records were looked at.

    Records are read and understood before the lock is taken. If one is written again in between, that is news too
    and comes next; so the lists are right whenever the end of the feed is reached.
    """
    worked = 0
    while limit is None or worked < limit:
        position = _position()
        records, end, _awaited = changes_after(position, min(_AT_ONCE, limit - worked) if limit else _AT_ONCE)
        if end == position:
            break
        _keep(_points(records), position, end)
        worked += len(records)
    return worked


def _position() -> int:
    return FeedReader.objects.filter(pk=HEADINGS).values_list("position", flat=True).first() or 0


def _points(records: Collection[int]) -> dict[int, tuple[AccessPoint, ...]]:
    """Read what each record is looked for by; nothing for one that is gone."""
    marc = dict(Record.objects.filter(pk__in=list(records)).values_list("pk", "marc"))
    return {record: points_of_text(marc[record]) if record in marc else () for record in records}


@in_one_transaction
def _keep(points: dict[int, tuple[AccessPoint, ...]], position: int, end: int) -> None:
    begin()
    if _position() != position:
        return  # another process was faster
    keep_headings(points)
    FeedReader.objects.update_or_create(name=HEADINGS, defaults={"position": end})
