"""Records in the order in which they changed, for harvesters and exports; taken-out ones among them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import Min

from guisach.domain.catalogue.models import DeletedRecord, Record
from guisach.domain.catalogue.queries.records import RecordView, records
from guisach.domain.catalogue.rules.marc.outgoing import readable

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from django.db.models import QuerySet

    from guisach.domain.catalogue.rules.harvest import Position, Span
    from guisach.domain.catalogue.rules.marc.incoming import Incoming


class Header(NamedTuple):
    """A record's place in time. The order of the fields is the order of a list."""

    at: datetime
    id: int
    kind: str
    is_deleted: bool


@dataclass(frozen=True, slots=True)
class FullRecord:
    """A record with its MARC: as it is stored, or composed from what is known where that cannot be read."""

    view: RecordView
    marc: Incoming


def harvest(span: Span, after: Position | None, limit: int) -> list[Header]:
    """Return the next records of a list, by instant of change and id; two queries, each on an index."""
    live = _span(Record.objects.all(), "updated_at", "pk", span, after)
    gone = _span(DeletedRecord.objects.all(), "deleted_at", "pk", span, after)
    headers = [Header(at, id_, kind, False) for at, id_, kind in live.values_list("updated_at", "pk", "kind")[:limit]]
    headers += [Header(at, id_, kind, True) for at, id_, kind in gone.values_list("deleted_at", "pk", "kind")[:limit]]
    return sorted(headers)[:limit]


def count_harvest(span: Span) -> int:
    """Return how many records a list has."""
    live = _span(Record.objects.all(), "updated_at", "pk", span, None)
    return live.count() + _span(DeletedRecord.objects.all(), "deleted_at", "pk", span, None).count()


def header(id_: int) -> Header | None:
    """Return the header of one record, taken out or not; None for one that never was."""
    row = Record.objects.filter(pk=id_).values_list("updated_at", "pk", "kind").first()
    if row is not None:
        return Header(*row, False)
    row = DeletedRecord.objects.filter(pk=id_).values_list("deleted_at", "pk", "kind").first()
    return None if row is None else Header(*row, True)


def earliest_change() -> datetime | None:
    """Return an instant before which nothing changed; None while there is nothing."""
    found = [
        Record.objects.aggregate(at=Min("updated_at"))["at"],
        DeletedRecord.objects.aggregate(at=Min("deleted_at"))["at"],
    ]
    return min((at for at in found if at is not None), default=None)


def full_records(ids: Collection[int]) -> list[FullRecord]:
    """Return records with their MARC in the order of the ids, with two queries; ids that name none are left out."""
    marc = dict(Record.objects.filter(pk__in=list(ids)).values_list("pk", "marc"))
    return [FullRecord(view, readable(view, marc[view.id])) for view in records(ids) if view.id in marc]


def every_full_record(*, changed_from: datetime | None = None, batch: int = 300) -> Iterator[FullRecord]:
    """Yield all records, oldest first, holding no more than a batch; or those changed at or after an instant."""
    found = Record.objects.order_by("pk")
    if changed_from is not None:
        found = found.filter(updated_at__gte=changed_from)
    after = 0
    while ids := list(found.filter(pk__gt=after).values_list("pk", flat=True)[:batch]):
        yield from full_records(ids)
        after = ids[-1]


def count_changed(changed_from: datetime | None = None) -> int:
    """Return how many records `every_full_record` yields."""
    found = Record.objects.all()
    return (found if changed_from is None else found.filter(updated_at__gte=changed_from)).count()


def addresses(after: int, up_to: int) -> Iterator[tuple[int, datetime]]:
    """Yield id and instant of change of the records with after < id <= up_to, for a map of the site."""
    found = Record.objects.filter(pk__gt=after, pk__lte=up_to).order_by("pk").values_list("pk", "updated_at")
    yield from islice(found.iterator(chunk_size=2000), max(up_to - after, 0))


def largest_record() -> int:
    """Return the largest id; 0 while the catalogue is empty."""
    return Record.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def _span(rows: QuerySet[Any], at: str, id_: str, span: Span, after: Position | None) -> QuerySet[Any]:
    if span.changed_from is not None:
        rows = rows.filter(**{f"{at}__gte": span.changed_from})
    if span.changed_to is not None:
        rows = rows.filter(**{f"{at}__lt": span.changed_to})
    if span.kind:
        rows = rows.filter(kind=span.kind)
    if after is not None:
        # Said so, both databases go straight to the place in the index; "later, or equal and …" would read it all.
        rows = rows.filter(**{f"{at}__gte": after.at}).exclude(**{at: after.at, f"{id_}__lte": after.id})
    return rows.order_by(at, id_)
