"""Importing files of MARC 21 authority records; the same file twice changes nothing, and no heading is renamed."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from guisach.domain.catalogue.actions.authorities.forms import (
    announce_titles,
    keys_among,
    put_heading,
    put_variants,
    retie,
)
from guisach.domain.catalogue.models import Authority
from guisach.domain.catalogue.rules.headings import DATES_LENGTH, exact_form, same_dates
from guisach.domain.catalogue.rules.imports.outcomes import Imported, Outcome
from guisach.domain.catalogue.rules.marc.authority_records import AuthorityDraft, read_authority
from guisach.domain.catalogue.rules.marc.incoming import Incoming, Unreadable
from guisach.domain.catalogue.steps import begin
from guisach.domain.journal.steps import in_one_transaction

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime
    from pathlib import Path

    from guisach.domain.catalogue.rules.marc.incoming import Chunk, RecordReader
    from guisach.kernel.clock import Clock

BATCH = 200


class _Read(NamedTuple):
    chunk: Chunk
    told: AuthorityDraft | Unreadable


def import_authorities(*, path: Path, reader: RecordReader, clock: Clock) -> Iterator[Imported]:
    """Work through a file and yield what came of each chunk, in order, once it is durable.

    An authority is known again by its source and number there, or by kind, heading and dates. What is here already
    gains the forms that lead to it, dates and a note where it had none; its heading stays. Raises OSError where the
    file cannot be read.
    """
    for chunks in _batches(reader.chunks(path)):
        read = [_Read(chunk, _told(chunk)) for chunk in chunks]
        yield from _store(read, clock())


def _batches(chunks: Iterator[Chunk]) -> Iterator[list[Chunk]]:
    part: list[Chunk] = []
    for chunk in chunks:
        part.append(chunk)
        if len(part) == BATCH:
            yield part
            part = []
    if part:
        yield part


def _told(chunk: Chunk) -> AuthorityDraft | Unreadable:
    return read_authority(chunk.content) if isinstance(chunk.content, Incoming) else chunk.content


@in_one_transaction
def _store(batch: Sequence[_Read], at: datetime) -> list[Imported]:
    begin()
    known = _Known([one.told for one in batch if isinstance(one.told, AuthorityDraft)])
    outcomes: list[Imported] = []
    touched: dict[int, Authority] = {}
    for chunk, told in batch:
        notes = tuple(str(note) for note in chunk.notes)
        if isinstance(told, Unreadable):
            outcomes.append(Imported(chunk, Outcome.QUARANTINED, None, "", str(told.reason), told.detail, 0, notes))
            continue
        row = known.find(told)
        if row is None:
            row, outcome = _add(told, at), Outcome.ADDED
            known.put(row)
        else:
            outcome = Outcome.MERGED if _enrich(row, told, at) else Outcome.UNCHANGED
        if outcome is not Outcome.UNCHANGED:
            touched[row.pk] = row
        outcomes.append(Imported(chunk, outcome, None, row.heading, "", "", 0, notes))
    _tell(touched)
    return outcomes


class _Known:
    """The authorities that a batch may mean; grows with it."""

    def __init__(self, drafts: Sequence[AuthorityDraft]) -> None:
        self._by_number: dict[tuple[str, str], Authority] = {}
        self._by_heading: dict[tuple[str, str], list[Authority]] = {}
        numbers = {draft.source_no for draft in drafts if draft.source and draft.source_no}
        headings = {draft.heading for draft in drafts}
        for row in Authority.objects.filter(source_no__in=numbers).exclude(source="").order_by("-pk"):
            self._by_number[row.source, row.source_no] = row
        for row in Authority.objects.filter(heading__in=headings).order_by("pk"):
            self.put(row)

    def put(self, row: Authority) -> None:
        if row.source and row.source_no:
            row = self._by_number.setdefault((row.source, row.source_no), row)
        rows = self._by_heading.setdefault((row.kind, row.heading), [])
        if row.pk not in {one.pk for one in rows}:
            rows.append(row)

    def find(self, draft: AuthorityDraft) -> Authority | None:
        if draft.source and draft.source_no:
            row = self._by_number.get((draft.source, draft.source_no))
            if row is not None and row.kind == draft.kind:
                return row
        rows = self._by_heading.get((draft.kind, draft.heading), [])
        equal = [row for row in rows if row.dates == draft.dates]
        return next(iter(equal), None) or next((row for row in rows if same_dates(row.dates, draft.dates)), None)


def _add(draft: AuthorityDraft, at: datetime) -> Authority:
    row = Authority(
        kind=draft.kind.value,
        dates=draft.dates[:DATES_LENGTH],
        note=draft.note,
        source=draft.source,
        source_no=draft.source_no if draft.source else "",
        created_at=at,
        updated_at=at,
    )
    put_heading(row, draft.heading)
    row.save()
    put_variants(row, draft.variants)
    return row


def _enrich(row: Authority, draft: AuthorityDraft, at: datetime) -> bool:
    """Add what is missing; returns whether anything was."""
    before = (row.dates, row.note, row.source, row.source_no)
    fills_dates = draft.dates and not row.dates
    if fills_dates and not _is_taken(row, draft.dates):
        row.dates = draft.dates[:DATES_LENGTH]
    row.note = row.note or draft.note
    if not row.source_no and draft.source:  # a number says nothing without whose it is
        row.source, row.source_no = draft.source, draft.source_no
    forms = draft.variants if exact_form(draft.heading) == exact_form(row.heading) else (draft.heading, *draft.variants)
    gained = put_variants(row, forms)
    if not gained and (row.dates, row.note, row.source, row.source_no) == before:
        return False
    row.updated_at = at
    row.save()
    return True


def _is_taken(row: Authority, dates: str) -> bool:
    return Authority.objects.filter(kind=row.kind, heading=row.heading, dates=dates).exclude(pk=row.pk).exists()


def _tell(touched: dict[int, Authority]) -> None:
    """Link headings, and let search hear, for all of a batch at once."""
    by_kind: dict[str, set[str]] = {}
    for row in touched.values():
        by_kind.setdefault(row.kind, set()).update(keys_among(row))
    for kind, keys in by_kind.items():
        retie(kind, keys)
    if touched:
        announce_titles(list(touched))
