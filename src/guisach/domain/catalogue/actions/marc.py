"""Records written as MARC: taken over from elsewhere, edited field by field, brought back to what they were."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from guisach.domain.catalogue.actions.copies import RecordUnknown
from guisach.domain.catalogue.actions.records import RecordChangedMeanwhile
from guisach.domain.catalogue.models import Record, RecordKind, RecordVersion
from guisach.domain.catalogue.rules.drafts import HOUSE_KINDS, draft_of
from guisach.domain.catalogue.rules.imports.merging import completed, overlaid
from guisach.domain.catalogue.rules.marc.checking import check, has_errors
from guisach.domain.catalogue.rules.marc.describe import describe
from guisach.domain.catalogue.rules.marc.incoming import Incoming, Unreadable, from_json, to_json
from guisach.domain.catalogue.steps import (
    Origin,
    announce,
    begin,
    insert_records,
    keep_versions,
    new_row,
    rewrite,
    save_records,
)
from guisach.domain.journal.steps import in_one_transaction
from guisach.kernel.errors import DomainError

if TYPE_CHECKING:
    from datetime import datetime

    from guisach.domain.catalogue.rules.marc.description import Description
    from guisach.kernel.clock import Clock


class MarcFaulty(DomainError):
    """The record has faults that a person must mend before it can be stored (`rules.marc.checking`)."""

    code = "marc_faulty"
    status = 422
    text = _("Not saved yet: please mend the fields that are marked.")


class MarcUnfit(DomainError):
    """No bibliographic record can be read out of it: no title, or an authority or holdings record."""

    code = "marc_unfit"
    status = 422
    text = _("This is not the record of a title: it has no title, or it describes something else.")


class VersionUnknown(DomainError):
    """The record has no such earlier version."""

    code = "version_unknown"
    status = 404
    text = _("This earlier version is no longer there.")


@in_one_transaction
def add_marc(*, marc: Incoming, clock: Clock, kind: str = "") -> int:
    """Store a record as it is, MARC and all, and return its id.

    `kind` is one that only this house knows (comic, law …), where a person said so. Raises MarcUnfit.
    """
    begin()
    told = _told(marc)
    row = new_row(draft_of(told), to_json(marc), _origin(told), clock())
    if kind in HOUSE_KINDS:
        row.kind = RecordKind(kind)
    insert_records([row])
    announce([row.pk])
    return row.pk


@in_one_transaction
def change_marc(
    *,
    record: int,
    marc: Incoming,
    clock: Clock,
    by: int | None = None,
    opened_at: datetime | None = None,
    reason: str = "",
) -> bool:
    """Store a record as a person edited it; what it was is kept. Returns whether anything changed.

    Fields that nobody touched stay as they are, to the byte. Raises RecordUnknown, RecordChangedMeanwhile, MarcFaulty,
    MarcUnfit.
    """
    begin()
    row = _row(record, opened_at)
    before = _read(row.marc)
    if has_errors(check(marc, before)):
        raise MarcFaulty
    return _store(row, marc, clock, by=by, reason=reason or "MARC")


@in_one_transaction
def overlay_record(
    *, record: int, theirs: Incoming, clock: Clock, by: int | None = None, only_missing: bool = False
) -> bool:
    """Let a record from elsewhere replace what ours says, or add `only_missing` fields; local fields always stay.

    Returns whether anything changed. Raises RecordUnknown, MarcUnfit.
    """
    begin()
    row = _row(record, None)
    ours = _read(row.marc)
    return _store(row, completed(ours, theirs) if only_missing else overlaid(ours, theirs), clock, by=by, reason="COPY")


@in_one_transaction
def restore_version(
    *, record: int, version: int, clock: Clock, by: int | None = None, opened_at: datetime | None = None
) -> bool:
    """Let a record say again what it said before a change; the present form is kept as a version in its turn.

    Raises RecordUnknown, RecordChangedMeanwhile, VersionUnknown, MarcUnfit.
    """
    begin()
    row = _row(record, opened_at)
    found = RecordVersion.objects.filter(pk=version, record=row).first()
    if found is None:
        raise VersionUnknown
    return _store(row, _read(found.marc), clock, by=by, reason="RESTORE")


def _store(row: Record, marc: Incoming, clock: Clock, *, by: int | None, reason: str) -> bool:
    former, text = row.marc, to_json(marc)
    if text == former:
        return False
    told = _told(marc)
    now = clock()
    rewrite(row, draft_of(told), text, _origin(told), now)
    save_records([row])
    keep_versions([(row, former)], until=now, reason=reason, by=by)
    announce([row.pk])
    return True


def _row(record: int, opened_at: datetime | None) -> Record:
    row = Record.objects.filter(pk=record).first()
    if row is None:
        raise RecordUnknown
    if opened_at is not None and row.updated_at != opened_at:
        raise RecordChangedMeanwhile
    return row


def _told(marc: Incoming) -> Description:
    told = describe(marc)
    if isinstance(told, Unreadable):
        raise MarcUnfit
    return told


def _origin(told: Description) -> Origin:
    return Origin(told.control_source[:40], told.control_no[:80], told.changed_at_source[:16])


def _read(marc: str) -> Incoming:
    try:
        return from_json(marc)
    except ValueError:
        return Incoming(" " * 24, ())
