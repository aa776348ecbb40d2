"""The change feed, and records as the search index takes them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from guisach.domain.catalogue import kinds
from guisach.domain.catalogue.models import Change, Copy, CopyCondition, Record
from guisach.domain.catalogue.queries.candidates import other_forms
from guisach.domain.catalogue.rules.search import Document

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from django.db.models import QuerySet

# SQLite takes 32,766 parameters in a statement; a record may have thousands of copies.
_BARCODES_AT_ONCE = 5000
_UNTOUCHED = kinds.Standing()


class Changes(NamedTuple):
    """A stretch of the feed: records to index again, and the position after it."""

    records: list[int]
    position: int
    awaited: int = 0
    """The last position of a change that somebody waits for; 0 where all of it came in bulk."""


def last_change() -> int:
    """Return the position of the feed's end; 0 while nothing was ever catalogued."""
    return Change.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def changes_after(position: int, limit: int = 500) -> Changes:
    """Return up to `limit` changes after a position; no records, and the same position, at the end."""
    return _changes(Change.objects.filter(pk__gt=position), position, limit)


def awaited_changes(position: int, limit: int = 500) -> Changes:
    """Return up to `limit` changes after a position that somebody waits for, whatever comes in bulk before them;
    the position is that up to which there are no more of them."""
    end = max(last_change(), position)
    return _changes(Change.objects.filter(pk__gt=position, pk__lte=end, in_bulk=False), position, limit, end)


def _changes(rows: QuerySet[Change], position: int, limit: int, end: int | None = None) -> Changes:
    """Read a stretch; `end` is where it ends if there are fewer than the limit."""
    found = list(rows.order_by("pk").values_list("pk", "record", "in_bulk")[:limit])
    if end is not None and len(found) < limit:
        position = end
    elif found:
        position = found[-1][0]
    return Changes(
        list(dict.fromkeys(record for _, record, _ in found)),
        position,
        max((at for at, _, in_bulk in found if not in_bulk), default=0),
    )


def record_ids(batch: int = 500) -> Iterator[list[int]]:
    """Yield the ids of all records, oldest first, in batches."""
    after = 0
    while ids := list(Record.objects.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:batch]):
        yield ids
        after = ids[-1]


def documents(records: Collection[int]) -> list[Document]:
    """Return the records as the index takes them, with few queries; ids that name none are left out."""
    copies = _copies(records)
    rows = Record.objects.filter(pk__in=list(records)).values_list(
        "pk", "title", "subtitle", "author", "authors", "subjects", "series", "publisher", "year", "language", "kind",
        "ddc", "isbns", "issns", "other_titles", "audience",
    )  # fmt: skip
    variants = other_forms((row[0], row[4], row[5]) for row in rows)
    return [
        Document(
            id=id_,
            title=title,
            subtitle=subtitle,
            authors=tuple(dict.fromkeys([author, *authors] if author else authors)),
            subjects=tuple(subjects),
            series=series,
            publisher=publisher,
            year=year,
            language=language,
            kind=kind,
            ddc=ddc,
            isbns=tuple(isbns),
            issns=tuple(issns),
            other_titles=tuple(other_titles),
            variants=variants.get(id_, ()),
            audience=audience,
            collections=tuple(sorted(copies[id_].codes)),
            places=tuple(sorted(copies[id_].places)),
            here=tuple(sorted(copies[id_].here)),
            loans=copies[id_].loans,
        )
        for (
            id_, title, subtitle, author, authors, subjects, series, publisher, year, language, kind, ddc, isbns, issns,
            other_titles, audience,
        ) in rows
    ]  # fmt: skip


@dataclass(slots=True)
class _Copies:
    """What the copies of one record say together."""

    codes: set[str] = field(default_factory=set)  # of collections
    places: set[str] = field(default_factory=set)
    here: set[str] = field(default_factory=set)
    loans: int = 0


def _copies(records: Collection[int]) -> dict[int, _Copies]:
    found: dict[int, _Copies] = defaultdict(_Copies)
    copies = Copy.objects.filter(record__in=list(records)).exclude(condition=CopyCondition.WITHDRAWN)
    rows = list(copies.values_list("barcode", "record_id", "base_id", "collection_id"))
    standings: dict[str, kinds.Standing] = {}
    for start in range(0, len(rows), _BARCODES_AT_ONCE):
        standings |= kinds.standings([row[0] for row in rows[start : start + _BARCODES_AT_ONCE]])
    for barcode, record, base, collection in rows:
        of_record, standing = found[record], standings.get(barcode, _UNTOUCHED)
        place = standing.place or base
        of_record.places |= {place}
        of_record.loans += standing.loans
        if not standing.is_out:
            of_record.here.add(place)
        if collection:
            of_record.codes |= {collection}
    return found
