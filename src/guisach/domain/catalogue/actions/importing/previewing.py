"""What an import would do, before it does anything: ten records before and after, and a count by outcome."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from guisach.domain.catalogue.actions.importing.deciding import plan
from guisach.domain.catalogue.actions.importing.prepared import Run
from guisach.domain.catalogue.actions.importing.refusals import FileUnreadable, ImportUnknown, MappingWrong
from guisach.domain.catalogue.actions.importing.running import each, read_file
from guisach.domain.catalogue.actions.importing.seen import Seen
from guisach.domain.catalogue.actions.importing.sources import refuse_unusable
from guisach.domain.catalogue.kinds import file_reader, file_store
from guisach.domain.catalogue.models import Import
from guisach.domain.catalogue.rules.drafts import draft_of
from guisach.domain.catalogue.rules.imports.holdings import MappingError, describe_holdings
from guisach.domain.catalogue.rules.imports.outcomes import Outcome
from guisach.domain.catalogue.rules.imports.policies import Terms
from guisach.domain.catalogue.rules.marc.describe import describe
from guisach.domain.catalogue.rules.marc.incoming import Unreadable
from guisach.domain.network.queries import places

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from guisach.domain.catalogue.rules.drafts import RecordDraft
    from guisach.domain.catalogue.rules.imports.holdings import Mapping
    from guisach.domain.catalogue.rules.imports.outcomes import Imported
    from guisach.domain.catalogue.rules.imports.reading import Told
    from guisach.domain.catalogue.rules.marc.incoming import Chunk, RecordReader
    from guisach.kernel.clock import Clock
    from guisach.kernel.text.legacy import Detection


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """One record of a file as it is and as it would become."""

    before: dict[str, str]
    after: RecordDraft | None
    """None for what would be set aside."""
    barcodes: tuple[str, ...]
    reason: str
    """Why it would be set aside; empty otherwise."""
    detail: str


@dataclass(frozen=True, slots=True)
class Preview:
    """The beginning of a file under certain terms."""

    columns: dict[str, str]
    """The columns of a table with the field that each becomes ("" for none); empty for MARC."""
    detections: tuple[Detection, ...]
    """Legacy encodings that were found, with words to judge by."""
    rows: tuple[PreviewRow, ...]


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """How an import would end. `is_whole`: the file was looked at to its end."""

    counts: dict[str, int]
    is_whole: bool


def preview(*, path: Path, terms: Terms, count: int = 10) -> Preview:
    """Show the first records of a file.

    Raises MappingWrong, FileMissing, FileUnreadable, NotMarc, PackedFile, and the refusals of its form
    (not_a_table, no_title_column, table_too_large).
    """
    try:
        reader = file_reader(terms)
        mapping = terms.placement().mapping
    except MappingError as error:
        raise MappingWrong(reason=error) from error
    read_file(path, reader)  # for its refusals
    try:
        rows = tuple(_row(told, mapping) for told in reader.preview(path, count))
        return Preview(reader.columns(path), reader.detections(path), rows)
    except OSError as error:
        raise FileUnreadable(file=path.name, reason=error.strerror or error) from error


def rehearse(*, path: Path, terms: Terms, clock: Clock, reader: RecordReader | None = None) -> Iterator[Imported]:
    """Work through a file as `run_import` would, writing nothing; yields what would come of each chunk.

    Raises MappingWrong, PlaceUnknown, FileMissing, NotMarc, PackedFile at once, FileUnreadable also later.
    """
    refuse_unusable(terms)
    return _rehearse(terms, clock, read_file(path, reader or file_reader(terms)))


def rehearse_draft(*, import_: int, clock: Clock, most: int = 2000) -> Rehearsed:
    """Count what would come of the first records of a draft; raises ImportUnknown, and as `rehearse`."""
    path, terms = _draft(import_)
    outcomes: Counter[str] = Counter()
    copies = 0
    found = rehearse(path=path, terms=terms, clock=clock)
    for imported in islice(found, most):
        outcomes[imported.outcome] += 1
        copies += imported.copies
    is_whole = next(found, None) is None
    counts = {outcome.value: outcomes[outcome] for outcome in Outcome}
    return Rehearsed({**counts, "copies_added": copies}, is_whole)


def _rehearse(terms: Terms, clock: Clock, chunks: Iterator[Chunk]) -> Iterator[Imported]:
    codes = frozenset(place.pk for place in places())
    with Seen() as seen:
        run = Run(terms.placement(), codes, seen, terms.policy)
        yield from each(chunks, run, lambda batch: plan(batch, run, clock()))


def _draft(import_: int) -> tuple[Path, Terms]:
    row = Import.objects.filter(pk=import_).first()
    if row is None or not row.stored:
        raise ImportUnknown(id=import_)
    return file_store().path(row.stored), Terms.from_json(row.terms)


def _row(told: Told, mapping: Mapping) -> PreviewRow:
    content = told.chunk.content
    described = content if isinstance(content, Unreadable) else describe(content)
    if isinstance(content, Unreadable) or isinstance(described, Unreadable):
        why = content if isinstance(content, Unreadable) else described
        reason, detail = (str(why.reason), why.detail) if isinstance(why, Unreadable) else ("", "")
        return PreviewRow(told.before, None, (), reason, detail)
    barcodes = tuple(copy.barcode for copy in describe_holdings(content, mapping).copies)
    return PreviewRow(told.before, draft_of(described), barcodes, "", "")
