"""Records as other rooms and the pages see them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from guisach.domain.catalogue.models import Audience, Record, RecordKind, RecordVersion

if TYPE_CHECKING:
    from collections.abc import Collection

    from django.db.models import QuerySet
    from django.utils.functional import _StrOrPromise

_FIELDS = (
    "pk", "title", "subtitle", "author", "authors", "publisher", "published_at_place", "year", "edition", "language",
    "ddc", "kind", "audience", "subjects", "series", "isbns", "issns", "other_titles", "extent",
    "summary", "control_source", "control_no",
    "changed_at_source", "is_filler", "created_at", "updated_at",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class RecordView:
    """A record without its MARC, which is asked for by `marc_of`."""

    id: int
    title: str
    subtitle: str
    author: str
    authors: list[str]
    publisher: str
    published_at_place: str
    year: int | None
    edition: str
    language: str
    ddc: str
    kind: str
    audience: str
    subjects: list[str]
    series: str
    isbns: list[str]
    issns: list[str]
    other_titles: list[str]
    extent: str
    summary: str
    control_source: str
    control_no: str
    changed_at_source: str
    is_filler: bool
    created_at: datetime
    updated_at: datetime

    @property
    def kind_label(self) -> _StrOrPromise:
        """The kind of material in the language in force."""
        return RecordKind(self.kind).label

    @property
    def audience_label(self) -> _StrOrPromise:
        """Whom it is for, in the language in force."""
        return Audience(self.audience).label


@dataclass(frozen=True, slots=True)
class VersionView:
    """How a record stood until it was changed."""

    id: int
    until: datetime
    reason: str
    marc: str
    by: str
    """Full name of who changed it; empty where that is not known."""


def record(id_: int) -> RecordView | None:
    """Return the record, or None."""
    return next(iter(records([id_])), None)


def records(ids: Collection[int]) -> list[RecordView]:
    """Return the records in the order of the ids, with one query; ids that name none are left out."""
    found = {view.id: view for view in _views(Record.objects.filter(pk__in=list(ids)))}
    return [found[id_] for id_ in dict.fromkeys(ids) if id_ in found]


def count_records() -> int:
    """Return how many titles the catalogue has."""
    return Record.objects.count()


def marc_of(id_: int) -> str | None:
    """Return the whole record as MARC-in-JSON, or None."""
    return Record.objects.filter(pk=id_).values_list("marc", flat=True).first()


def record_versions(id_: int, *, limit: int = 50) -> list[VersionView]:
    """Return what the record was before each change, the latest first."""
    found = RecordVersion.objects.filter(record=id_).order_by("-pk")
    rows = found.values_list("pk", "until", "reason", "marc", "by__full_name")[:limit]
    return [VersionView(id_, until, reason, marc, name or "") for id_, until, reason, marc, name in rows]


def record_kinds() -> list[tuple[str, _StrOrPromise]]:
    """Return the kinds of material with their names, for forms and facets."""
    return list(RecordKind.choices)


def audiences() -> list[tuple[str, _StrOrPromise]]:
    """Return the audiences with their names."""
    return list(Audience.choices)


def _views(found: QuerySet[Record]) -> list[RecordView]:
    return [RecordView(*row) for row in found.values_list(*_FIELDS)]
