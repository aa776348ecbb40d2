"""Adding and changing records: ordinary editing with a history, outside the journal."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from guisach.domain.catalogue.actions.copies import RecordUnknown, usable_copies
from guisach.domain.catalogue.models import Audience, Record, RecordKind
from guisach.domain.catalogue.rules.drafts import RecordDraft
from guisach.domain.catalogue.rules.marc.composing import compose, recompose
from guisach.domain.catalogue.rules.marc.incoming import Incoming, from_json, to_json
from guisach.domain.catalogue.steps import (
    Origin,
    announce,
    begin,
    insert_copies,
    insert_records,
    keep_versions,
    new_row,
    rewrite,
    save_records,
)
from guisach.domain.journal.steps import in_one_transaction
from guisach.kernel.clock import local_date
from guisach.kernel.errors import DomainError
from guisach.kernel.text import nfc

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from guisach.domain.catalogue.rules.drafts import NewTitle
    from guisach.kernel.clock import Clock

MANY = 500  # titles in one transaction


class TitleNeeded(DomainError):
    """A record without a title cannot be found by anybody."""

    code = "title_needed"
    status = 422
    text = _("Please write the title.")


class YearWrong(DomainError):
    """A year that no book has."""

    code = "year_wrong"
    status = 422
    text = _("The year must lie between 1000 and 2100.")


class RecordChangedMeanwhile(DomainError):
    """Somebody else saved the record after it was opened."""

    code = "record_changed_meanwhile"
    text = _("Somebody else has changed this title meanwhile. Please look at it again, then save your changes.")


@in_one_transaction
def add_record(*, draft: RecordDraft, clock: Clock) -> int:
    """Catalogue a title and return its id. Raises TitleNeeded, YearWrong."""
    begin()
    row = _new_row(draft, clock())
    insert_records([row])
    announce([row.pk])
    return row.pk


@in_one_transaction
def change_record(
    *,
    record: int,
    draft: RecordDraft,
    clock: Clock,
    reason: str = "",
    opened_at: datetime | None = None,
    by: int | None = None,
) -> bool:
    """Correct a title; what it was is kept, with `by` whom. Returns whether anything changed.

    `opened_at` is the `updated_at` that the person saw; without it the last one to save wins. Raises
    RecordUnknown, RecordChangedMeanwhile, TitleNeeded, YearWrong.
    """
    begin()
    draft = checked_draft(draft)
    row = Record.objects.filter(pk=record).first()
    if row is None:
        raise RecordUnknown
    if opened_at is not None and row.updated_at != opened_at:
        raise RecordChangedMeanwhile
    now = clock()
    former = row.marc
    former_kind = row.kind
    marc = to_json(recompose(draft, _read(former), local_date(now)))
    if marc == former and draft.kind == former_kind:
        return False
    rewrite(row, draft, marc, Origin(row.control_source, row.control_no, row.changed_at_source), now)
    row.kind = RecordKind(draft.kind)  # here a person says it, and may take back what the house said before
    save_records([row])
    keep_versions([(row, former)], until=now, reason=reason or "EDIT", by=by)
    announce([row.pk])
    return True


def add_many(*, titles: Iterable[NewTitle], clock: Clock) -> list[int]:
    """Add many titles with their copies, some hundred in a transaction; returns their ids in order.

    Raises what `add_record` and `add_copies` raise, for the part of which one title is refused; earlier parts
    are in by then.
    """
    ids: list[int] = []
    part: list[NewTitle] = []
    for title in titles:
        part.append(title)
        if len(part) == MANY:
            ids += _add_part(part, clock)
            part = []
    return ids + _add_part(part, clock) if part else ids


@in_one_transaction
def _add_part(titles: Sequence[NewTitle], clock: Clock) -> list[int]:
    begin()
    now = clock()
    rows = [_new_row(title.draft, now, is_filler=title.is_filler) for title in titles]
    usable = iter(usable_copies([copy for title in titles for copy in title.copies]))
    insert_records(rows)
    insert_copies([(row.pk, next(usable)) for row, title in zip(rows, titles, strict=True) for _copy in title.copies])
    ids = [row.pk for row in rows]
    announce(ids)
    return ids


def _new_row(draft: RecordDraft, at: datetime, *, is_filler: bool = False) -> Record:
    draft = checked_draft(draft)
    return new_row(draft, to_json(compose(draft, local_date(at))), Origin(), at, is_filler=is_filler)


def checked_draft(draft: RecordDraft) -> RecordDraft:
    """Return the draft in the form in which text is kept. Raises TitleNeeded, YearWrong, ValueError for choices."""
    RecordKind(draft.kind)
    Audience(draft.audience)

    def each(values: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(filter(None, map(nfc, values))))

    draft = replace(
        draft,
        title=nfc(draft.title),
        subtitle=nfc(draft.subtitle),
        authors=each(draft.authors),
        publisher=nfc(draft.publisher),
        published_at_place=nfc(draft.published_at_place),
        edition=nfc(draft.edition),
        language=nfc(draft.language).lower(),
        ddc=nfc(draft.ddc),
        subjects=each(draft.subjects),
        series=nfc(draft.series),
        isbns=each(draft.isbns),
        issns=each(draft.issns),
        other_titles=each(draft.other_titles),
        extent=nfc(draft.extent),
        summary="\n".join(map(nfc, draft.summary.splitlines())),
    )
    if not draft.title:
        raise TitleNeeded
    if draft.year is not None and not 1000 <= draft.year <= 2100:
        raise YearWrong
    return draft


def _read(marc: str) -> Incoming:
    try:
        return from_json(marc)
    except ValueError:
        return Incoming(" " * 24, ())
