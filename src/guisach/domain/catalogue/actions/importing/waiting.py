"""What a person decides about records that wait: a new title, the same as one that is here, or nothing of ours."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from guisach.domain.catalogue.actions.copies import RecordUnknown
from guisach.domain.catalogue.actions.importing.deciding import add, again
from guisach.domain.catalogue.actions.importing.known import Known
from guisach.domain.catalogue.actions.importing.merging import ours_of, put
from guisach.domain.catalogue.actions.importing.prepared import Prepared, Run, Target
from guisach.domain.catalogue.actions.importing.refusals import (
    DecisionUnknown,
    PolicyWrong,
    RecordNotNamed,
    WaitingDecided,
    WaitingUnknown,
)
from guisach.domain.catalogue.actions.importing.seen import Seen
from guisach.domain.catalogue.actions.importing.storing import keep
from guisach.domain.catalogue.models import ImportStatus, Record, WaitingRecord
from guisach.domain.catalogue.rules.drafts import CopyDraft
from guisach.domain.catalogue.rules.imports.matching import Verdict
from guisach.domain.catalogue.rules.imports.merging import completed, overlaid
from guisach.domain.catalogue.rules.imports.outcomes import Announced, Outcome
from guisach.domain.catalogue.rules.imports.policies import Policy, PolicyError, Terms
from guisach.domain.catalogue.rules.marc.incoming import Chunk, from_json
from guisach.domain.catalogue.steps import begin
from guisach.domain.journal.steps import in_one_transaction
from guisach.domain.network.queries import places_by_code
from guisach.kernel.errors import DomainError

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from guisach.domain.catalogue.actions.importing.prepared import Decision
    from guisach.kernel.clock import Clock

ADD, MERGE, DISCARD = "ADD", "MERGE", "DISCARD"


@dataclass(frozen=True, slots=True)
class Decided:
    """What came of a decision."""

    waiting: int
    decision: str
    record: int | None
    copies: int
    """How many copies were added."""
    warnings: tuple[str, ...]
    """Why others were not: `barcode_taken:CB1`."""


@in_one_transaction
def decide_waiting(
    *,
    waiting: int,
    decision: str,
    clock: Clock,
    record: int | None = None,
    overlay_fields: tuple[str, ...] = (),
    by: int | None = None,
) -> Decided:
    """Decide about a waiting record: ADD it, MERGE it into `record` (None: the only candidate), or DISCARD it.

    Merged, ours is kept and filled up; `overlay_fields` (see `policies.FIELD_GROUPS`) are taken from the other. What
    is added joins a record that the same import has added meanwhile and that is certainly the same book. Deciding the
    same again is fine. Raises WaitingUnknown, WaitingDecided, DecisionUnknown, PolicyWrong,
    RecordNotNamed, RecordUnknown.
    """
    begin()
    try:
        Policy(overlay_fields=overlay_fields)
    except PolicyError as error:
        raise PolicyWrong(reason=error) from error
    row = WaitingRecord.objects.select_related("imported_in").filter(pk=waiting).first()
    if row is None or row.imported_in.status in {ImportStatus.UNDOING, ImportStatus.UNDONE}:
        raise WaitingUnknown
    if decision not in {ADD, MERGE, DISCARD}:
        raise DecisionUnknown
    if row.decision:
        if row.decision == decision and record in (None, row.record_id):
            return Decided(row.pk, decision, row.record_id, 0, ())
        raise WaitingDecided(title=row.title[:80])
    at = clock()
    found = None if decision == DISCARD else _taken_in(row, decision, record, overlay_fields, at, by)
    row.decision, row.decided_at, row.by_id = decision, at, by
    row.record_id = found.target.record if found and found.target else None
    row.save(update_fields=["decision", "decided_at", "by", "record"])
    copies, warnings = (len(found.copies), found.warnings) if found else (0, ())
    return Decided(row.pk, decision, row.record_id, copies, warnings)


def decide_many(
    *, waiting: Collection[int], decision: str, clock: Clock, by: int | None = None
) -> tuple[list[Decided], list[int]]:
    """Decide the same about many, each by itself.

    Returns what was decided, and those that were left waiting: gone or decided meanwhile, or with several candidates.
    """
    decided, left = [], []
    for one in waiting:
        try:
            decided.append(decide_waiting(waiting=one, decision=decision, clock=clock, by=by))
        except DomainError:
            left.append(one)
    return decided, left


def _taken_in(
    row: WaitingRecord, decision: str, record: int | None, fields: tuple[str, ...], at: datetime, by: int | None
) -> Decision:
    terms = Terms.from_json(row.imported_in.terms)
    with Seen() as seen:
        run = Run(terms.placement(), frozenset(), seen, replace(terms.policy, treatment=Policy().treatment))
        run.import_ = row.imported_in_id
        prepared = _prepared(row, run)
        known = Known([prepared], run, is_decided=True)
        target = known.by_print.get(prepared.fingerprint) or known.by_content.get(prepared.content_print)
        if target is not None:  # came in meanwhile by another way
            found = again(prepared, target, known)
        elif decision == ADD:
            found = _added(prepared, known, run, at)
        else:
            found = _merged(prepared, _named(row, record), known, fields, at)
        keep([found], row.imported_in, at, by=by)
    return found


def _added(prepared: Prepared, known: Known, run: Run, at: datetime) -> Decision:
    for candidate in known.candidates(prepared):
        target = known.target(candidate.number)
        if candidate.judgement.verdict is Verdict.SAME and known.is_of_this_file(target) and target.row:
            return _merged(prepared, target.row, known, (), at)
    return add(prepared, known, at)


def _merged(prepared: Prepared, row: Record, known: Known, fields: tuple[str, ...], at: datetime) -> Decision:
    target = Target(row.pk, row)
    ours = ours_of(row)
    put(target, overlaid(ours, prepared.incoming, fields) if fields else completed(ours, prepared.incoming), at)
    found = again(prepared, target, known)
    prints = {prepared.fingerprint, prepared.content_print} - {row.content_print}
    return replace(found, outcome=Outcome.MERGED, title=row.title, prints=tuple(sorted(prints)))


def _named(row: WaitingRecord, record: int | None) -> Record:
    if record is None:
        wanted = [one["record"] for one in row.candidates]
        there = list(Record.objects.filter(pk__in=wanted)[:2])
        if len(there) != 1:
            raise RecordNotNamed(title=row.title[:80])
        return there[0]
    found = Record.objects.filter(pk=record).first()
    if found is None:
        raise RecordUnknown
    return found


def _prepared(row: WaitingRecord, run: Run) -> Prepared:
    """Make of a stored record what its chunk was."""
    prepared = Prepared(Chunk(row.index, 0, 0, None, from_json(row.marc)), run)
    copies = [_copy(values) for values in row.copies]
    there = places_by_code({place for copy in copies for place in (copy.owner, copy.base)})
    usable = tuple(copy for copy in copies if copy.owner in there and copy.base in there)
    gone = tuple(f"place_unknown:{copy.base}" for copy in copies if copy not in usable)
    prepared.fingerprint = row.fingerprint
    prepared.announced = Announced(usable, gone)
    return prepared


def _copy(values: dict[str, Any]) -> CopyDraft:
    acquired = values.get("acquired_on")
    return CopyDraft(**{**values, "acquired_on": date.fromisoformat(acquired) if acquired else None})
