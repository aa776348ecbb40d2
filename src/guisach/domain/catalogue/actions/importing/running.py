"""Working an import through, batch by batch, from where it stands.

Each batch is one transaction, so that an import that is interrupted has lost nothing. What stands before the
import's position is read again, not stored again: numbers without a source mean something within their file only.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from guisach.domain.catalogue.actions.importing.deciding import fingerprints_known, met, plan
from guisach.domain.catalogue.actions.importing.prepared import Prepared, Run
from guisach.domain.catalogue.actions.importing.queueing import end_import
from guisach.domain.catalogue.actions.importing.refusals import (
    FileMissing,
    FileUnreadable,
    ImportElsewhere,
    ImportUnknown,
    NotMarc,
    PackedFile,
)
from guisach.domain.catalogue.actions.importing.seen import Seen
from guisach.domain.catalogue.actions.importing.storing import store
from guisach.domain.catalogue.kinds import file_reader
from guisach.domain.catalogue.models import Import, ImportStatus
from guisach.domain.catalogue.rules.imports.outcomes import Outcome
from guisach.domain.catalogue.rules.imports.policies import Terms
from guisach.domain.network.queries import places

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from guisach.domain.catalogue.actions.importing.prepared import Decision
    from guisach.domain.catalogue.rules.imports.outcomes import Imported
    from guisach.domain.catalogue.rules.marc.incoming import Chunk, RecordReader
    from guisach.kernel.clock import Clock

BATCH = 300  # records in a transaction: a desk that wants to lend meanwhile waits for one of them at most
BATCH_BYTES = 4 << 20
_PACKED = frozenset({"zip", "gzip", "xz", "bzip2", "zstd", "7z", "rar"})


def run_import(*, import_: int, path: Path, clock: Clock, reader: RecordReader | None = None) -> Iterator[Imported]:
    """Work a begun import through and yield what came of each chunk, in order, once it is durable; ends it as DONE.

    What an earlier run has done is read again and answers `unchanged`. Raises FileMissing, NotMarc, PackedFile at
    once, FileUnreadable also later, ImportElsewhere when another process goes on with it or somebody stopped it.
    Leaving the iterator early leaves the import as it is: the next run goes on.
    """
    row = _row(import_)
    terms = Terms.from_json(row.terms)
    return _work_through(row, terms, read_file(path, reader or file_reader(terms)), clock)


def read_file(path: Path, reader: RecordReader) -> Iterator[Chunk]:
    """Return the chunks of a file. Raises FileMissing, NotMarc, PackedFile at once, FileUnreadable also later."""
    try:
        sniffed = reader.sniff(path)
    except FileNotFoundError:
        raise FileMissing(file=path.name) from None
    except OSError as error:
        raise FileUnreadable(file=path.name, reason=error.strerror or error) from error
    if not sniffed.is_marc:
        raise (PackedFile if sniffed.form in _PACKED else NotMarc)(file=path.name)
    return _readable(path, reader)


def _readable(path: Path, reader: RecordReader) -> Iterator[Chunk]:
    try:
        yield from reader.chunks(path)
    except OSError as error:
        raise FileUnreadable(file=path.name, reason=error.strerror or error) from error


def _row(import_: int) -> Import:
    row = Import.objects.filter(pk=import_).first()
    if row is None:
        raise ImportUnknown(id=import_)
    if row.status != ImportStatus.RUNNING:
        raise ImportElsewhere(id=import_)
    return row


def _work_through(row: Import, terms: Terms, chunks: Iterator[Chunk], clock: Clock) -> Iterator[Imported]:
    codes = frozenset(place.pk for place in places())
    with Seen() as seen:
        run = Run(terms.placement(), codes, seen, terms.policy, row.pk, row.position)
        former = row.position

        def decide(batch: list[Prepared]) -> list[Decision]:
            if batch[-1].chunk.index <= former:
                return [_as_before(decision) for decision in plan(batch, run, clock())]
            decisions = store(batch, run, clock())
            run.position = batch[-1].chunk.index
            return decisions

        yield from each(chunks, run, decide, split_after=former)
    end_import(import_=row.pk, clock=clock)


def each(
    chunks: Iterator[Chunk], run: Run, decide: Callable[[list[Prepared]], list[Decision]], *, split_after: int = 0
) -> Iterator[Imported]:
    """Yield what comes of each chunk, decided in batches; none of them goes across the chunk `split_after`."""
    may_be_known = True  # a file that comes again is known from its first batch on
    for part in _batches(chunks, split_after):
        batch = [Prepared(chunk, run) for chunk in part]
        known = fingerprints_known(batch) if may_be_known else frozenset()
        for prepared in batch:
            _read(prepared, is_known=prepared.fingerprint in known)
        decisions = decide(batch)
        met(decisions, run)
        may_be_known = any(decision.outcome is Outcome.UNCHANGED for decision in decisions)
        for decision in decisions:
            yield decision.reported()


def _as_before(decision: Decision) -> Decision:
    """What an earlier run stored is not stored again, whatever somebody has done to it since."""
    if decision.outcome in {Outcome.ADDED, Outcome.MERGED}:
        return replace(decision, outcome=Outcome.UNCHANGED, target=None, copies=())
    return decision


def _batches(chunks: Iterator[Chunk], split_after: int) -> Iterator[list[Chunk]]:
    """Gather chunks; when the file cannot be read on, first hand over what could."""
    part: list[Chunk] = []
    size = 0
    failure: FileUnreadable | None = None
    while True:
        try:
            chunk = next(chunks, None)
        except FileUnreadable as error:
            failure, chunk = error, None
        is_full = len(part) == BATCH or (chunk is not None and size + chunk.length > BATCH_BYTES)
        if part and (chunk is None or is_full or part[-1].index == split_after):
            yield part
            part, size = [], 0
        if chunk is None:
            break
        part.append(chunk)
        size += chunk.length
    if failure is not None:
        raise failure


def _read(prepared: Prepared, *, is_known: bool) -> None:
    """Do the slow part before the transaction, which others wait for."""
    _ = prepared.announced
    if not is_known:
        _ = prepared.keys, prepared.marc, prepared.compared
