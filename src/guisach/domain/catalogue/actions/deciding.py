"""What is to become of each chunk of a batch: read from the database and decided, in the order of the file.

The same records twice in one file, in one batch or in two, meet each other here as they meet those of the
catalogue. Nothing is written: an import stores the plan, a rehearsal only counts it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from typing import TYPE_CHECKING

from guisach.domain.catalogue.models import Copy, ImportedChunk, Record
from guisach.domain.catalogue.rules.drafts import TITLE_KEY_LENGTH, CopyDraft, RecordDraft, draft_of
from guisach.domain.catalogue.rules.imports.outcomes import Announced, Imported, Outcome, Placement, announced
from guisach.domain.catalogue.rules.marc.describe import describe
from guisach.domain.catalogue.rules.marc.description import Description
from guisach.domain.catalogue.rules.marc.incoming import Incoming, Unreadable, to_json
from guisach.domain.catalogue.rules.marc.outgoing import print_of
from guisach.domain.catalogue.steps import Origin, new_row, rewrite
from guisach.kernel.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from guisach.domain.catalogue.actions.seen import Seen
    from guisach.domain.catalogue.rules.marc.incoming import Chunk

_AT_ONCE = 5000  # values in one question to the database


@dataclass(frozen=True, slots=True)
class Run:
    """What stays the same through a file."""

    placement: Placement
    places: frozenset[str]
    seen: Seen
    is_rehearsal: bool


class Prepared:
    """A chunk with what can be read out of it, each thing once and only when it is asked for."""

    def __init__(self, chunk: Chunk, run: Run) -> None:
        self.chunk = chunk
        self._run = run

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 of the bytes; empty for a chunk that is too long to hold."""
        return "" if self.chunk.raw is None else sha256(self.chunk.raw).hexdigest()

    @cached_property
    def incoming(self) -> Incoming:
        """The record; ask only where `refusal` is None."""
        content = self.chunk.content
        return content if isinstance(content, Incoming) else Incoming(" " * 24, ())

    @cached_property
    def described(self) -> Description | Unreadable:
        """The record in the catalogue's words, or why it has no place there."""
        return self.chunk.content if isinstance(self.chunk.content, Unreadable) else describe(self.chunk.content)

    @cached_property
    def draft(self) -> RecordDraft:
        """What the catalogue keeps of the description."""
        return draft_of(self.described) if isinstance(self.described, Description) else RecordDraft(title="")

    @cached_property
    def origin(self) -> Origin:
        """Where the record comes from, as the catalogue keeps it."""
        if not isinstance(self.described, Description):
            return Origin()
        told = self.described
        return Origin(told.control_source[:40], told.control_no[:80], told.changed_at_source[:16])

    @cached_property
    def marc(self) -> str:
        """The whole record as it is stored."""
        return to_json(self.incoming)

    @cached_property
    def content_print(self) -> str:
        """What the record says, in one number: our own export of a record has that of the record."""
        return print_of(self.incoming)

    @cached_property
    def announced(self) -> Announced:
        """The copies that it announces."""
        return announced(self.incoming, self._run.placement, self._run.places)

    @cached_property
    def key(self) -> str:
        """What makes two records one: whose number it is, the number, the folded title. Empty: nothing does."""
        if not self.origin.control_no:
            return ""
        return _key(self.origin.control_source, self.origin.control_no, fold(self.draft.title)[:TITLE_KEY_LENGTH])


@dataclass(slots=True, eq=False)
class Target:
    """A record that chunks go into. `row` is None where nothing but copies can change, or in a rehearsal."""

    number: int  # the id, or something negative for a record that has none yet
    row: Record | None = None
    is_new: bool = False
    former: list[str] = field(default_factory=list)  # its MARC before each rewriting

    @property
    def record(self) -> int | None:
        """The id, if it has one by now."""
        return self.row.pk if self.row is not None else max(self.number, 0) or None


@dataclass(slots=True)
class Decision:
    """What becomes of one chunk."""

    prepared: Prepared
    outcome: Outcome
    target: Target | None = None
    title: str = ""
    reason: str = ""
    detail: str = ""
    copies: tuple[CopyDraft, ...] = ()
    warnings: tuple[str, ...] = ()
    is_new_chunk: bool = False  # its fingerprint is to be remembered

    def reported(self) -> Imported:
        """Return the line for the report; ids are there once the plan is stored."""
        notes = tuple(str(note) for note in self.prepared.chunk.notes)
        record = self.target.record if self.target else None
        return Imported(
            self.prepared.chunk, self.outcome, record, self.title, self.reason, self.detail, len(self.copies),
            notes + self.warnings,
        )  # fmt: skip


def plan(batch: Sequence[Prepared], run: Run, at: datetime) -> list[Decision]:
    """Decide about every chunk of a batch, in its order."""
    readable = [prepared for prepared in batch if isinstance(prepared.chunk.content, Incoming)]
    known = _Known(readable, run)
    return [
        _decide(prepared, known, at) if isinstance(prepared.chunk.content, Incoming) else _set_aside(prepared)
        for prepared in batch
    ]


def met(decisions: Iterable[Decision], run: Run) -> list[tuple[str, int]]:
    """Return what later batches of the run must know and cannot find in the database."""
    pairs: list[tuple[str, int]] = []
    for decision in decisions:
        target, prepared = decision.target, decision.prepared
        if target is None:
            continue
        number = target.record or target.number
        if prepared.key and (run.is_rehearsal or not prepared.origin.control_source):
            pairs.append((f"key {prepared.key}", number))
        if run.is_rehearsal:
            pairs.append((f"print {prepared.fingerprint}", number))
            pairs.append((f"content {prepared.content_print}", number))
            pairs += [(f"barcode {copy.barcode}", number) for copy in decision.copies]
    return pairs


def fingerprints_known(batch: Iterable[Prepared]) -> set[str]:
    """Return those fingerprints of the batch that are in already."""
    prints = {prepared.fingerprint for prepared in batch if prepared.fingerprint}
    return set(ImportedChunk.objects.filter(pk__in=prints).values_list("pk", flat=True))


class _Known:
    """The records, by everything that a chunk can be recognised by; grows as the batch is decided."""

    def __init__(self, batch: Sequence[Prepared], run: Run) -> None:
        self.by_print: dict[str, Target] = {}
        self.by_key: dict[str, Target] = {}
        self.by_content: dict[str, Target] = {}
        self.titles: dict[int, str] = {}
        self.taken: dict[str, int] = {}  # barcode → number of the record
        self._targets: dict[int, Target] = {}
        chunks = ImportedChunk.objects.filter(pk__in={prepared.fingerprint for prepared in batch})
        stored = {
            row[0]: row[1:]
            for row in chunks.values_list(
                "pk", "record", "record__title", "record__title_key", "record__control_source", "record__control_no"
            )
        }
        fresh = [p for p in batch if p.fingerprint not in stored and isinstance(p.described, Description) and p.key]
        self._load_rows(fresh, run, [(no, id_) for id_, _, _, source, no in stored.values() if no and not source])
        for print_, (id_, title, title_key, source, no) in stored.items():
            target = self.by_print[print_] = self._target(id_)
            self.titles[id_] = title
            if no and not source and target.row is not None:
                self.by_key.setdefault(_key(source, no, title_key), target)
        if run.is_rehearsal:
            prefix = "print "
            for key, number in run.seen.get([prefix + p.fingerprint for p in batch]).items():
                self.by_print[key.removeprefix(prefix)] = self._target(number)
        self._load_content([p for p in batch if p.fingerprint not in self.by_print], run)
        self._load_barcodes(batch, run)

    def _load_content(self, fresh: Sequence[Prepared], run: Run) -> None:
        """Find the records that say, or once said, the very same, whatever bytes it comes in."""
        prints = {p.content_print for p in fresh}
        former = ImportedChunk.objects.filter(pk__in=prints)
        for print_, id_, title in former.values_list("pk", "record", "record__title"):
            self.by_content[print_] = self._target(id_)
            self.titles[id_] = title
        found = Record.objects.filter(content_print__in=prints).order_by("-pk")  # the oldest of several counts
        for print_, id_, title in found.values_list("content_print", "pk", "title"):
            self.by_content[print_] = self._target(id_)
            self.titles[id_] = title
        if run.is_rehearsal:
            prefix = "content "
            for key, number in run.seen.get([prefix + print_ for print_ in prints]).items():
                self.by_content.setdefault(key.removeprefix(prefix), self._target(number))

    def _load_rows(self, fresh: Sequence[Prepared], run: Run, same_file: Iterable[tuple[str, int]]) -> None:
        """Find the records that fresh chunks may belong to: by source and number, or met earlier in this file."""
        numbers = {p.origin.control_no for p in fresh}
        sources = {p.origin.control_source for p in fresh} - {""}
        rows: dict[int, Record] = {}
        if sources:
            found = Record.objects.filter(control_source__in=sources, control_no__in=numbers).exclude(control_no="")
            rows = {row.pk: row for row in found}
        prefix = "key "
        earlier = {
            key.removeprefix(prefix): number for key, number in run.seen.get([prefix + p.key for p in fresh]).items()
        }
        wanted = {number for number in earlier.values() if number > 0} | {id_ for no, id_ in same_file if no in numbers}
        rows |= Record.objects.in_bulk(list(wanted - rows.keys()))
        for row in sorted(rows.values(), key=lambda row: row.pk, reverse=True):  # the oldest of several counts
            target = self._targets[row.pk] = Target(row.pk, row)
            if row.control_source:
                self.by_key[_key(row.control_source, row.control_no, row.title_key)] = target
        for key, number in earlier.items():
            self.by_key[key] = self._target(number)

    def _load_barcodes(self, batch: Sequence[Prepared], run: Run) -> None:
        barcodes = list({copy.barcode for p in batch for copy in p.announced.copies})
        for start in range(0, len(barcodes), _AT_ONCE):
            part = barcodes[start : start + _AT_ONCE]
            self.taken.update(Copy.objects.filter(barcode__in=part).values_list("barcode", "record_id"))
        if run.is_rehearsal:
            prefix = "barcode "
            met_before = run.seen.get([prefix + barcode for barcode in barcodes])
            self.taken.update({key.removeprefix(prefix): number for key, number in met_before.items()})

    def _target(self, number: int) -> Target:
        return self._targets.setdefault(number, Target(number))

    def take(self, prepared: Prepared, target: Target) -> tuple[tuple[CopyDraft, ...], tuple[str, ...]]:
        """Return the copies that are new, and warnings about those whose number belongs to another title."""
        copies, warnings = [], list(prepared.announced.warnings)
        for copy in prepared.announced.copies:
            number = self.taken.setdefault(copy.barcode, 0)
            if not number:
                self.taken[copy.barcode] = target.number
                copies.append(copy)
            elif number != target.number:
                warnings.append(f"barcode_taken:{copy.barcode}")
        return tuple(copies), tuple(warnings)


def _decide(prepared: Prepared, known: _Known, at: datetime) -> Decision:
    target = known.by_print.get(prepared.fingerprint)
    if target is not None:
        return _again(prepared, target, known)
    if isinstance(prepared.described, Unreadable):
        return _set_aside(prepared)
    target = known.by_content.get(prepared.content_print)
    if target is not None:
        return _again(prepared, target, known)
    target = known.by_key.get(prepared.key) if prepared.key else None
    outcome = Outcome.ADDED if target is None else Outcome.MERGED
    if target is None:
        row = new_row(prepared.draft, prepared.marc, prepared.origin, at, content_print=prepared.content_print)
        target = Target(-prepared.chunk.index, row, is_new=True)
        if prepared.key:
            known.by_key[prepared.key] = target
    else:
        _overlay(prepared, target, at)
    known.by_print[prepared.fingerprint] = known.by_content[prepared.content_print] = target
    known.titles[target.number] = prepared.draft.title
    copies, warnings = known.take(prepared, target)
    return Decision(
        prepared, outcome, target, prepared.draft.title, copies=copies, warnings=warnings, is_new_chunk=True
    )


def _again(prepared: Prepared, target: Target, known: _Known) -> Decision:
    """The same is in already; but another mapping, or a place that was missing, may find copies that were left out."""
    copies, warnings = known.take(prepared, target)
    title = known.titles.get(target.number) or prepared.draft.title
    outcome = Outcome.MERGED if copies else Outcome.UNCHANGED
    return Decision(prepared, outcome, target, title, copies=copies, warnings=warnings)


def _overlay(prepared: Prepared, target: Target, at: datetime) -> None:
    """Take the description unless it is older than what is there (by MARC 005, which sorts as text)."""
    row = target.row
    if row is None or prepared.origin.changed_at < row.changed_at_source or prepared.marc == row.marc:
        return
    target.former.append(row.marc)
    rewrite(row, prepared.draft, prepared.marc, prepared.origin, at, content_print=prepared.content_print)


def _set_aside(prepared: Prepared) -> Decision:
    found = prepared.described
    reason, detail = (str(found.reason), found.detail) if isinstance(found, Unreadable) else ("", "")
    return Decision(prepared, Outcome.QUARANTINED, reason=reason, detail=detail)


def _key(source: str, number: str, title_key: str) -> str:
    return "\t".join((source, number, title_key))
