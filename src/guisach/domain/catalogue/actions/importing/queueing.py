"""The life of an import as a row: taken in, prepared, queued, begun, stopped, ended."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING

from django.db.models import Q

from guisach.domain.catalogue.actions.importing.refusals import (
    FileTooLargeToTakeIn,
    FileUnreadable,
    ImportBusy,
    ImportUnknown,
    SourceUnknown,
)
from guisach.domain.catalogue.actions.importing.sources import refuse_unusable
from guisach.domain.catalogue.kinds import file_store
from guisach.domain.catalogue.models import Import, ImportSource, ImportStatus
from guisach.domain.catalogue.rules.imports.policies import Terms
from guisach.domain.catalogue.rules.imports.reading import FileTooLarge, Kept
from guisach.domain.catalogue.steps import begin
from guisach.domain.journal.steps import in_one_transaction
from guisach.kernel.text import nfc

if TYPE_CHECKING:
    from datetime import datetime
    from typing import BinaryIO

    from guisach.kernel.clock import Clock

TAKEN_IN_MAX = 512 << 20
_GOING = (ImportStatus.RUNNING, ImportStatus.STOPPED)


@in_one_transaction
def begin_import(
    *, file: str, file_print: str, terms: Terms, clock: Clock, by: int | None = None, size_bytes: int = 0
) -> int:
    """Begin an import of a file that lies here, or go on with one of the same bytes and terms that broke off.

    `file_print` is the SHA-256 of the whole file; empty (a harvest) never goes on. Raises SourceUnknown,
    MappingWrong, PlaceUnknown. Follow it with `run_import`.
    """
    begin()
    _refuse(terms)
    former = Import.objects.filter(file_print=file_print, status__in=_GOING, stored="").order_by("-pk")
    row = next((one for one in former if file_print and Terms.from_json(one.terms) == terms), None)
    if row is None:
        row = _new(file, terms, clock, by)
        row.file_print, row.size_bytes = file_print, size_bytes
    row.status, row.trouble, row.ended_at = ImportStatus.RUNNING, "", None
    row.save()
    return row.pk


def take_in(*, file: str, content: BinaryIO, terms: Terms, clock: Clock, by: int | None = None) -> int:
    """Keep a file that came over the network, as a draft of an import that is still to be prepared.

    Raises FileTooLargeToTakeIn, FileUnreadable (it could not be kept), SourceUnknown, MappingWrong, PlaceUnknown.
    """
    store = file_store()
    try:
        kept = store.keep(file, content, TAKEN_IN_MAX)
    except FileTooLarge:
        raise FileTooLargeToTakeIn(file=_name(file), limit_mb=TAKEN_IN_MAX >> 20) from None
    except OSError as error:
        raise FileUnreadable(file=_name(file), reason=error.strerror or error) from error
    try:
        return _take_in(file, kept, terms, clock, by)
    except Exception:
        store.drop(kept.stored)
        raise


@in_one_transaction
def _take_in(file: str, kept: Kept, terms: Terms, clock: Clock, by: int | None) -> int:
    begin()
    _refuse(terms)
    row = _new(file, terms, clock, by)
    row.stored, row.file_print, row.size_bytes = kept
    row.status = ImportStatus.DRAFT
    row.save()
    return row.pk


@in_one_transaction
def change_terms(*, import_: int, terms: Terms) -> None:
    """Say how a draft is to be read and matched.

    Raises ImportUnknown, ImportBusy (no draft any more), SourceUnknown, MappingWrong, PlaceUnknown.
    """
    begin()
    row = _row(import_, ImportStatus.DRAFT)
    _refuse(terms)
    row.terms = terms.as_json()
    row.source_id = terms.source or None
    row.save()


@in_one_transaction
def queue_import(*, import_: int) -> None:
    """Hand a draft, or one that stopped, to the worker. Raises ImportUnknown, ImportBusy."""
    begin()
    row = _row(import_, ImportStatus.DRAFT, ImportStatus.STOPPED, ImportStatus.QUEUED)
    if not row.stored:
        raise ImportBusy(id=import_, status=ImportStatus(row.status).label)
    row.status, row.trouble, row.ended_at = ImportStatus.QUEUED, "", None
    row.save()


def drop_draft(*, import_: int) -> None:
    """Throw a draft away with its file. Raises ImportUnknown, ImportBusy."""
    stored = _drop_draft(import_)
    if stored:
        file_store().drop(stored)


@in_one_transaction
def _drop_draft(import_: int) -> str:
    begin()
    row = _row(import_, ImportStatus.DRAFT)
    row.delete()
    return "" if Import.objects.filter(stored=row.stored).exists() else row.stored


def forget_files(*, before: datetime) -> int:
    """Drop the kept files of imports that ended or were undone before an instant; returns how many."""
    dropped = _forget_files(before)
    for stored in dropped:
        file_store().drop(stored)
    return len(dropped)


@in_one_transaction
def _forget_files(before: datetime) -> list[str]:
    rows = Import.objects.exclude(stored="")
    old = rows.filter(
        Q(status=ImportStatus.DONE, ended_at__lt=before) | Q(status=ImportStatus.UNDONE, undone_at__lt=before)
    )
    names = set(old.values_list("stored", flat=True)[:100])
    if not names:
        return []
    begin()
    names -= set(rows.filter(stored__in=names).exclude(pk__in=old.values("pk")).values_list("stored", flat=True))
    Import.objects.filter(stored__in=names).update(stored="")
    return sorted(names)


@in_one_transaction
def stop_import(*, import_: int, trouble: str = "") -> bool:
    """Let a running or queued import stop after the batch that it is at; returns whether it was going.

    `trouble` says why, where it was not a person's wish. Raises ImportUnknown.
    """
    begin()
    row = _row(import_)
    if row.status not in {ImportStatus.RUNNING, ImportStatus.QUEUED}:
        return False
    row.status, row.trouble = ImportStatus.STOPPED, trouble[:500]
    row.save()
    return True


@in_one_transaction
def start_queued(*, import_: int) -> bool:
    """Let a queued import run; returns whether it may go on, which one that was stopped or undone may not."""
    begin()
    row = _row(import_)
    if row.status == ImportStatus.QUEUED:
        row.status = ImportStatus.RUNNING
        row.save()
    return row.status == ImportStatus.RUNNING


@in_one_transaction
def note_report(*, import_: int, report: str) -> None:
    """Note the name of the folder of its report; a later run has a later one. Raises ImportUnknown."""
    begin()
    row = _row(import_)
    row.report = report[:255]
    row.save()


@in_one_transaction
def end_import(*, import_: int, clock: Clock) -> None:
    """Note that an import came to its end. Raises ImportUnknown."""
    begin()
    row = _row(import_)
    if row.status == ImportStatus.RUNNING:
        row.status, row.ended_at = ImportStatus.DONE, clock()
        row.save()


def _new(file: str, terms: Terms, clock: Clock, by: int | None) -> Import:
    return Import(file=_name(file), terms=terms.as_json(), source_id=terms.source or None, started_at=clock(), by_id=by)


def _name(file: str) -> str:
    """Return the last part of a path of either kind of system; an address stays whole."""
    name = nfc(file)
    return (name if "://" in name else PurePath(name.replace("\\", "/")).name)[:255]


def _row(import_: int, *allowed: ImportStatus) -> Import:
    row = Import.objects.filter(pk=import_).first()
    if row is None:
        raise ImportUnknown(id=import_)
    if allowed and row.status not in allowed:
        raise ImportBusy(id=import_, status=ImportStatus(row.status).label)
    return row


def _refuse(terms: Terms) -> None:
    if terms.source and not ImportSource.objects.filter(pk=terms.source).exists():
        known = ", ".join(ImportSource.objects.order_by("pk").values_list("pk", flat=True))
        raise SourceUnknown(source=terms.source[:40], known=known or "-")
    refuse_unusable(terms)
