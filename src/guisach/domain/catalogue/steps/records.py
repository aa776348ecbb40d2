"""Rows of records from drafts, and what they were before."""

from __future__ import annotations

from dataclasses import dataclass
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import connection, models

from guisach.domain.catalogue.models import ImportedChunk, Record, RecordVersion
from guisach.domain.catalogue.rules.drafts import HOUSE_KINDS, TITLE_KEY_LENGTH
from guisach.domain.catalogue.rules.headings import points_of_text
from guisach.domain.catalogue.rules.imports.matching import match_key
from guisach.domain.catalogue.rules.marc.outgoing import print_of_text
from guisach.domain.catalogue.steps.bulk import insert_rows
from guisach.domain.catalogue.steps.covers import drop_covers_of
from guisach.domain.catalogue.steps.headings import keep_headings
from guisach.domain.catalogue.steps.standard_numbers import keep_standard_numbers
from guisach.kernel.text import fold

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from guisach.domain.catalogue.rules.drafts import RecordDraft

_LENGTHS: dict[str, int] = {
    field.name: field.max_length
    for field in Record._meta.get_fields()
    if isinstance(field, models.CharField) and field.max_length
}
_COLUMNS = [field.attname for field in Record._meta.concrete_fields if not field.primary_key]
_values_of = itemgetter(*_COLUMNS)
_FEW = 20  # records whose headings a person wants to see at once
_AT_ONCE = 100  # SQLite counts parameters, not rows: 27 columns a record


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a record comes from: MARC 003 (or 040), 001 and 005; empty for one made here."""

    control_source: str = ""
    control_no: str = ""
    changed_at: str = ""


class Keys(NamedTuple):
    """What a record is looked for by beside its numbers, as it is stored."""

    title: str
    match: str
    """See `rules.imports.matching.match_key`."""
    content: str
    """See `rules.marc.outgoing.print_of`."""


def keys_of(draft: RecordDraft, content_print: str) -> Keys:
    """Work out the keys of a record."""
    author = next(iter(draft.authors), "")
    return Keys(fold(draft.title)[:TITLE_KEY_LENGTH], match_key(draft.title, author, draft.year), content_print)


def new_row(
    draft: RecordDraft, marc: str, source: Origin, at: datetime, *, is_filler: bool = False, keys: Keys | None = None
) -> Record:
    """Make a row that is not yet stored; the keys are worked out where they are not known already."""
    return Record(**_filled(draft, marc, source, at, keys), created_at=at, is_filler=is_filler)


def rewrite(
    row: Record, draft: RecordDraft, marc: str, source: Origin, at: datetime, *, keys: Keys | None = None
) -> None:
    """Put another description into a row, in memory. A kind that only this house knows outlasts MARC's "book"."""
    house_kind = row.kind if row.kind in HOUSE_KINDS and draft.kind == "BOOK" else None
    for name, value in _filled(draft, marc, source, at, keys).items():
        setattr(row, name, value)
    row.kind = house_kind or row.kind


def insert_records(rows: Sequence[Record]) -> None:
    """Store new rows, which get their ids; the headings of a few at once, those of many soon (`follow_headings`)."""
    ids = insert_rows(Record, _COLUMNS, [_values_of(row.__dict__) for row in rows])
    for row, id_ in zip(rows, ids, strict=True):
        row.pk = id_
        row._state.adding, row._state.db = False, connection.alias
    keep_standard_numbers(rows, are_new=True)
    _keep_few_headings(rows)


def save_records(rows: Sequence[Record]) -> None:
    """Store rows that were rewritten; their headings as those of new ones."""
    for row in rows:
        row.save()
    keep_standard_numbers(rows)
    _keep_few_headings(rows)


def delete_records(records: Collection[int]) -> None:
    """Take records out with all that hangs on them but copies, which protect them."""
    if len(records) <= _FEW:
        keep_headings(dict.fromkeys(records, ()))
    drop_covers_of(records)
    Record.objects.filter(pk__in=list(records)).delete()


def _keep_few_headings(rows: Sequence[Record]) -> None:
    if len(rows) <= _FEW:
        keep_headings({row.pk: points_of_text(row.marc) for row in rows})


def keep_versions(
    versions: Sequence[tuple[Record, str]],
    *,
    until: datetime,
    reason: str,
    imported_in: int | None = None,
    by: int | None = None,
) -> None:
    """Keep what the (stored) records were: pairs of the record and its former MARC.

    What a record said once is known from then on: an old file or export does not bring it back. `imported_in` is the
    import that changed them, if one did; `by` the id of the person.
    """
    RecordVersion.objects.bulk_create(
        [
            RecordVersion(record=row, marc=marc, until=until, reason=reason[:80], imported_in_id=imported_in, by_id=by)
            for row, marc in versions
        ],
        batch_size=_AT_ONCE,
    )
    prints = {print_: row for row, marc in versions if (print_ := print_of_text(marc))}
    ImportedChunk.objects.bulk_create(
        [
            ImportedChunk(fingerprint=print_, record=row, at=until, imported_in_id=imported_in)
            for print_, row in prints.items()
        ],
        batch_size=_AT_ONCE,
        ignore_conflicts=True,
    )


def _filled(draft: RecordDraft, marc: str, source: Origin, at: datetime, keys: Keys | None) -> dict[str, Any]:
    """Return what a description says, by columns, none longer than its column."""
    keys = keys or keys_of(draft, print_of_text(marc))
    texts = {
        "title": draft.title,
        "subtitle": draft.subtitle,
        "title_key": keys.title,
        "match_key": keys.match,
        "author": next(iter(draft.authors), ""),
        "publisher": draft.publisher,
        "published_at_place": draft.published_at_place,
        "edition": draft.edition,
        "language": draft.language,
        "ddc": draft.ddc,
        "kind": str(draft.kind),
        "audience": str(draft.audience),
        "series": draft.series,
        "extent": draft.extent,
        "control_source": source.control_source,
        "control_no": source.control_no,
        "changed_at_source": source.changed_at,
    }
    return {
        **{name: text[: _LENGTHS[name]] for name, text in texts.items()},
        "authors": list(draft.authors),
        "subjects": list(draft.subjects),
        "isbns": list(draft.isbns),
        "issns": list(draft.issns),
        "other_titles": list(draft.other_titles),
        "year": draft.year,
        "summary": draft.summary,
        "marc": marc,
        "content_print": keys.content,
        "updated_at": at,
    }
