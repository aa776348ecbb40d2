"""What is to become of each chunk of a batch: read from the database and decided, in the order of the file.

The same records twice in one file, in one batch or in two, meet each other here as they meet those of the
catalogue. Nothing is written: an import stores the plan, a rehearsal only counts it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from guisach.domain.catalogue.actions.importing.known import Candidate, Known, said
from guisach.domain.catalogue.actions.importing.merging import merge
from guisach.domain.catalogue.actions.importing.prepared import Decision, Prepared, Run, Target
from guisach.domain.catalogue.models import ImportedChunk
from guisach.domain.catalogue.rules.imports.matching import Verdict, Why
from guisach.domain.catalogue.rules.imports.outcomes import Outcome
from guisach.domain.catalogue.rules.imports.policies import Treatment
from guisach.domain.catalogue.rules.marc.incoming import Incoming, Unreadable
from guisach.domain.catalogue.steps import new_row

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

MAY_BE_HERE, IS_HERE = "may_be_here", "is_here"
"""Why a record waits."""

_CANDIDATES_MAX = 10


def plan(batch: Sequence[Prepared], run: Run, at: datetime) -> list[Decision]:
    """Decide about every chunk of a batch, in its order."""
    readable = [prepared for prepared in batch if isinstance(prepared.chunk.content, Incoming)]
    known = Known(readable, run)
    return [
        _decide(prepared, known, run, at) if isinstance(prepared.chunk.content, Incoming) else _set_aside(prepared)
        for prepared in batch
    ]


def met(decisions: Iterable[Decision], run: Run) -> None:
    """Remember what later batches of the run must know and cannot find in the database."""
    pairs: list[tuple[str, int]] = []
    described: list[tuple[str, int, str]] = []
    for decision in decisions:
        target, prepared = decision.target, decision.prepared
        if run.is_rehearsal and decision.outcome is Outcome.WAITING:
            pairs.append((f"waiting {prepared.fingerprint}", 0))
        if target is None:
            continue
        number = target.record or target.number
        if prepared.key and (run.is_rehearsal or not prepared.origin.control_source):
            pairs.append((f"key {prepared.key}", number))
        if run.is_rehearsal:
            pairs.append((f"print {prepared.fingerprint}", number))
            pairs.append((f"content {prepared.content_print}", number))
            pairs += [(f"barcode {copy.barcode}", number) for copy in decision.copies]
            if decision.outcome is Outcome.ADDED:
                text = said(prepared)
                described += [(key, number, text) for key in (prepared.match_key, *prepared.compared.numbers)]
    run.seen.put(pairs)
    if described:
        run.seen.describe(described)


def fingerprints_known(batch: Iterable[Prepared]) -> frozenset[str]:
    """Return those fingerprints of the batch that are in already."""
    prints = {prepared.fingerprint for prepared in batch if prepared.fingerprint}
    return frozenset(ImportedChunk.objects.filter(pk__in=prints).values_list("pk", flat=True))


def _decide(prepared: Prepared, known: Known, run: Run, at: datetime) -> Decision:
    target = known.by_print.get(prepared.fingerprint)
    if target is not None:
        return again(prepared, target, known)
    if isinstance(prepared.described, Unreadable):
        return _set_aside(prepared)
    target = known.by_content.get(prepared.content_print)
    if target is not None:
        return again(prepared, target, known)
    decided = known.waiting.get(prepared.fingerprint)
    if decided is not None:
        return _asked_already(prepared, decided)
    treatment = run.policy.treatment
    if treatment is Treatment.ADD:
        return add(prepared, known, at)
    target = known.by_key.get(prepared.key) if prepared.key else None
    if target is not None:
        if treatment is Treatment.ASK and not known.is_of_this_file(target):
            return _wait(prepared, known, IS_HERE, [{"record": target.number, "is_certain": True, "why": ["number"]}])
        return _merge(prepared, target, known, run, at, has_its_number=True)
    candidates = known.candidates(prepared)
    if not candidates:
        return add(prepared, known, at)
    best = candidates[0]
    target = known.target(best.number)
    if best.judgement.verdict is Verdict.MAYBE:
        return _wait(prepared, known, MAY_BE_HERE, _told(candidates))
    if treatment is Treatment.ASK and not known.is_of_this_file(target):
        return _wait(prepared, known, IS_HERE, _told(candidates))
    return _merge(prepared, target, known, run, at, has_its_number=Why.NUMBER in best.judgement.why)


def add(prepared: Prepared, known: Known, at: datetime) -> Decision:
    """Let it be a new record."""
    row = new_row(prepared.draft, prepared.marc, prepared.origin, at, keys=prepared.keys)
    target = Target(-prepared.chunk.index, row, is_new=True)
    known.add(prepared, target)
    return _taken(prepared, target, known, Outcome.ADDED, (prepared.fingerprint,))


def _merge(
    prepared: Prepared, target: Target, known: Known, run: Run, at: datetime, *, has_its_number: bool
) -> Decision:
    merge(prepared, target, run.policy, at, has_its_number=has_its_number)
    row = target.row
    says_the_same = row is not None and row.content_print == prepared.content_print
    prints = (prepared.fingerprint,) if says_the_same else (prepared.fingerprint, prepared.content_print)
    return _taken(prepared, target, known, Outcome.MERGED, prints)


def _taken(prepared: Prepared, target: Target, known: Known, outcome: Outcome, prints: tuple[str, ...]) -> Decision:
    known.by_print[prepared.fingerprint] = known.by_content[prepared.content_print] = target
    known.titles[target.number] = prepared.draft.title
    copies, warnings = known.take(prepared, target)
    return Decision(prepared, outcome, target, prepared.draft.title, copies=copies, warnings=warnings, prints=prints)


def again(prepared: Prepared, target: Target, known: Known) -> Decision:
    """The same is in already; but another mapping, or a place that was missing, may find copies that were left out."""
    copies, warnings = known.take(prepared, target)
    title = known.titles.get(target.number) or prepared.draft.title
    outcome = Outcome.MERGED if copies else Outcome.UNCHANGED
    return Decision(prepared, outcome, target, title, copies=copies, warnings=warnings)


def _wait(prepared: Prepared, known: Known, reason: str, candidates: list[dict[str, Any]]) -> Decision:
    known.waiting[prepared.fingerprint] = ""
    there = [one for one in candidates if one["record"] > 0][:_CANDIDATES_MAX]
    detail = ", ".join(str(one["record"]) for one in there)
    return Decision(
        prepared, Outcome.WAITING, None, prepared.draft.title, reason, detail,
        warnings=prepared.announced.warnings, candidates=tuple(there), is_new_waiting=True,
    )  # fmt: skip


def _asked_already(prepared: Prepared, decided: str) -> Decision:
    """The same bytes wait for a person already, or a person has left them out: nobody is asked twice."""
    reason = "discarded" if decided else "waits_already"
    return Decision(prepared, Outcome.UNCHANGED, None, prepared.draft.title, reason)


def _told(candidates: list[Candidate]) -> list[dict[str, Any]]:
    return [
        {
            "record": one.number,
            "is_certain": one.judgement.verdict is Verdict.SAME,
            "why": [str(why) for why in one.judgement.why],
        }
        for one in candidates
    ]


def _set_aside(prepared: Prepared) -> Decision:
    found = prepared.described
    reason, detail = (str(found.reason), found.detail) if isinstance(found, Unreadable) else ("", "")
    return Decision(prepared, Outcome.QUARANTINED, reason=reason, detail=detail)
