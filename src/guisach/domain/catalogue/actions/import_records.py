"""Importing files of records: whatever is in the file is accounted for, and the same file twice changes nothing.

A file is worked through in batches, each one transaction, so that an import that is interrupted has lost nothing:
what is in answers `unchanged` when the file is imported again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from guisach.domain.catalogue.actions.copies import PlaceUnknown
from guisach.domain.catalogue.actions.deciding import Prepared, Run, fingerprints_known, met, plan
from guisach.domain.catalogue.actions.seen import Seen
from guisach.domain.catalogue.models import ImportedChunk
from guisach.domain.catalogue.steps import announce, begin, insert_copies, insert_records, keep_versions
from guisach.domain.journal.steps import in_one_transaction
from guisach.domain.network.queries import places
from guisach.kernel.errors import DomainError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime
    from pathlib import Path

    from guisach.domain.catalogue.actions.deciding import Decision
    from guisach.domain.catalogue.rules.imports.outcomes import Imported, Placement
    from guisach.domain.catalogue.rules.marc.incoming import Chunk, RecordReader
    from guisach.kernel.clock import Clock

BATCH = 300  # records in a transaction: a desk that wants to lend meanwhile waits for one of them at most
BATCH_BYTES = 4 << 20
_PACKED = frozenset({"zip", "gzip", "xz", "bzip2", "zstd", "7z", "rar"})


class FileMissing(DomainError):
    """There is no such file."""

    code = "file_missing"
    status = 404
    text = _("There is no file %(file)s. Please check its name and folder.")


class FileUnreadable(DomainError):
    """The file is there but cannot be read, or not to its end; what was read before is in."""

    code = "file_unreadable"
    status = 422
    text = _(
        "%(file)s cannot be read (%(reason)s). Please check the disk and your rights to the file, "
        "then import it again: what is in already is not added twice."
    )


class NotMarc(DomainError):
    """The file is something else."""

    code = "not_marc"
    status = 422
    text = _(
        "%(file)s is not a MARC file. Please export the records as ISO 2709 (.mrc) or MARCXML, then import that file."
    )


class PackedFile(DomainError):
    """The file is an archive, or a Word or Excel document, which is one too."""

    code = "file_packed"
    status = 422
    text = _("%(file)s is a compressed file or an Office document. Please unpack it, then import the MARC file inside.")


def import_file(
    *, path: Path, reader: RecordReader, placement: Placement, clock: Clock, is_rehearsal: bool = False
) -> Iterator[Imported]:
    """Work through a file and yield what came of each chunk, in order, once it is durable.

    A rehearsal decides the same and writes nothing. Raises FileMissing, NotMarc, PackedFile and PlaceUnknown at
    once, FileUnreadable also later.
    """
    try:
        sniffed = reader.sniff(path)
    except FileNotFoundError:
        raise FileMissing(file=path.name) from None
    except OSError as error:
        raise FileUnreadable(file=path.name, reason=error.strerror or error) from error
    if not sniffed.is_marc:
        raise (PackedFile if sniffed.form in _PACKED else NotMarc)(file=path.name)
    codes = frozenset(place.pk for place in places())
    if placement.default and placement.default not in codes:
        raise PlaceUnknown(place=placement.default[:32])
    return _work_through(path, reader, placement, codes, clock, is_rehearsal=is_rehearsal)


def _work_through(
    path: Path, reader: RecordReader, placement: Placement, codes: frozenset[str], clock: Clock, *, is_rehearsal: bool
) -> Iterator[Imported]:
    with Seen() as seen:
        run = Run(placement, codes, seen, is_rehearsal)
        for chunks in _batches(path, reader):
            batch = [Prepared(chunk, run) for chunk in chunks]
            known = fingerprints_known(batch)
            for prepared in batch:
                _read(prepared, is_known=prepared.fingerprint in known)
            at = clock()
            decisions = plan(batch, run, at) if is_rehearsal else _store(batch, run, at, path.name)
            seen.put(met(decisions, run))
            for decision in decisions:
                yield decision.reported()


def _batches(path: Path, reader: RecordReader) -> Iterator[list[Chunk]]:
    """Gather chunks; when the file cannot be read on, first hand over what could."""
    part: list[Chunk] = []
    size = 0
    failure: OSError | None = None
    chunks = reader.chunks(path)
    while True:
        try:
            chunk = next(chunks, None)
        except OSError as error:
            failure, chunk = error, None
        if part and (chunk is None or len(part) == BATCH or size + chunk.length > BATCH_BYTES):
            yield part
            part, size = [], 0
        if chunk is None:
            break
        part.append(chunk)
        size += chunk.length
    if failure is not None:
        raise FileUnreadable(file=path.name, reason=failure.strerror or failure) from failure


def _read(prepared: Prepared, *, is_known: bool) -> None:
    """Do the slow part before the transaction, which others wait for."""
    _ = prepared.announced
    if not is_known:
        _ = prepared.key, prepared.marc, prepared.content_print


@in_one_transaction
def _store(batch: Sequence[Prepared], run: Run, at: datetime, file: str) -> list[Decision]:
    begin()
    decisions = plan(batch, run, at)
    targets = list(dict.fromkeys(decision.target for decision in decisions if decision.target))
    insert_records([target.row for target in targets if target.row and target.is_new])
    rewritten = [target for target in targets if target.row and target.former]
    for target in rewritten:
        if target.row and not target.is_new:
            target.row.save()
    versions = [(target.row, marc) for target in rewritten if target.row for marc in target.former]
    keep_versions(versions, until=at, reason=f"IMPORT {file}")
    copies = [
        (decision.target.record or 0, copy) for decision in decisions if decision.target for copy in decision.copies
    ]
    insert_copies(copies)
    ImportedChunk.objects.bulk_create(
        [
            ImportedChunk(fingerprint=decision.prepared.fingerprint, record_id=record, at=at)
            for decision in decisions
            if decision.is_new_chunk and decision.target and (record := decision.target.record)
        ],
        batch_size=BATCH,
    )
    with_copies = {record for record, _copy in copies}
    announce(
        target.record
        for target in targets
        if target.record and (target.is_new or target.former or target.record in with_copies)
    )
    return decisions
