"""A plan is stored: records, versions, copies, what waits, what is known, and how far the import has come."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from guisach.domain.catalogue.actions.importing.deciding import plan
from guisach.domain.catalogue.actions.importing.refusals import ImportElsewhere
from guisach.domain.catalogue.models import Import, ImportedChunk, ImportStatus, WaitingRecord
from guisach.domain.catalogue.rules.imports.outcomes import Outcome
from guisach.domain.catalogue.steps import announce, begin, insert_copies, insert_records, keep_versions, save_records
from guisach.domain.catalogue.steps.bulk import insert_rows
from guisach.domain.journal.steps import in_one_transaction

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date, datetime

    from guisach.domain.catalogue.actions.importing.prepared import Decision, Prepared, Run, Target
    from guisach.domain.catalogue.rules.drafts import CopyDraft

_AT_ONCE = 500


@in_one_transaction
def store(batch: Sequence[Prepared], run: Run, at: datetime) -> list[Decision]:
    """Decide about a batch and store what comes of it, with the import's counts and position.

    Raises ImportElsewhere where the import does not stand where this run left it.
    """
    begin()
    row = Import.objects.filter(pk=run.import_).first()
    if row is None or row.status != ImportStatus.RUNNING or row.position != run.position:
        raise ImportElsewhere(id=run.import_)
    decisions = plan(batch, run, at)
    keep(decisions, row, at, in_bulk=True)
    for decision in decisions:
        row.counts[decision.outcome] = row.counts.get(decision.outcome, 0) + 1
    row.counts["copies_added"] = row.counts.get("copies_added", 0) + sum(len(one.copies) for one in decisions)
    last = batch[-1].chunk
    row.position, row.position_bytes = last.index, max(row.position_bytes, last.offset + last.length)
    row.save(update_fields=["counts", "position", "position_bytes"])
    return decisions


def keep(
    decisions: Sequence[Decision], row: Import, at: datetime, *, by: int | None = None, in_bulk: bool = False
) -> None:
    """Store what was decided; within a transaction that holds the catalogue's lock. `in_bulk`: see `announce`."""
    targets = list(dict.fromkeys(decision.target for decision in decisions if decision.target))
    for target in targets:
        if target.row and target.is_new:
            target.row.imported_in_id = row.pk
    insert_records([target.row for target in targets if target.row and target.is_new])
    rewritten = [target for target in targets if target.row and target.former]
    save_records([target.row for target in rewritten if target.row and not target.is_new])
    keep_versions(_versions(rewritten), until=at, reason=f"IMPORT {row.file}", imported_in=row.pk, by=by)
    copies = [
        (decision.target.record or 0, copy) for decision in decisions if decision.target for copy in decision.copies
    ]
    insert_copies(copies, imported_in=row.pk)
    _remember(decisions, row, at)
    _let_wait(decisions, row)
    _announce(targets, {record for record, _copy in copies}, in_bulk=in_bulk)


def _versions(rewritten: Sequence[Target]) -> list[tuple[Any, str]]:
    """Return the former descriptions; a record that is new with this batch has had none that anybody saw."""
    return [(target.row, marc) for target in rewritten if target.row for marc in target.former]


def _remember(decisions: Sequence[Decision], row: Import, at: datetime) -> None:
    records = {
        print_: record
        for decision in decisions
        if decision.target and (record := decision.target.record)
        for print_ in decision.prints
        if print_
    }
    fingerprints = {decision.prepared.fingerprint for decision in decisions}
    known = set(
        ImportedChunk.objects.filter(pk__in=records.keys() - fingerprints).values_list("pk", flat=True)
    )  # what a merged record says may have been said before by another
    insert_rows(
        ImportedChunk,
        ["fingerprint", "record_id", "at", "imported_in_id"],
        [(print_, record, at, row.pk) for print_, record in records.items() if print_ not in known],
    )


def _let_wait(decisions: Sequence[Decision], row: Import) -> None:
    WaitingRecord.objects.bulk_create(
        [
            WaitingRecord(
                imported_in=row,
                index=decision.prepared.chunk.index,
                fingerprint=decision.prepared.fingerprint,
                marc=decision.prepared.marc,
                title=decision.title[:1000],
                reason=decision.reason,
                candidates=list(decision.candidates),
                copies=[copy_as_json(copy) for copy in decision.prepared.announced.copies],
            )
            for decision in decisions
            if decision.outcome is Outcome.WAITING and decision.is_new_waiting
        ],
        batch_size=_AT_ONCE,
    )


def _announce(targets: Sequence[Target], with_copies: Collection[int], *, in_bulk: bool) -> None:
    changed = (
        target.record
        for target in targets
        if target.record and (target.is_new or target.former or target.record in with_copies)
    )
    announce(changed, in_bulk=in_bulk)


def copy_as_json(copy: CopyDraft) -> dict[str, Any]:
    """Return a copy as it is kept with a waiting record."""
    values = {name: value for name, value in asdict(copy).items() if value not in ("", None)}
    acquired: date | None = copy.acquired_on
    return {**values, **({"acquired_on": acquired.isoformat()} if acquired else {})}
