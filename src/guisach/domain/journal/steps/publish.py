"""Writes outcomes and cases, and only where they changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from guisach.domain.journal import kinds
from guisach.domain.journal.models import Case, CaseOperation, CaseStatus, Outcome
from guisach.domain.journal.rules.cases import PENDING_CASE_AFTER, case_id
from guisach.domain.journal.rules.history import CaseDraft, Result

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime
    from uuid import UUID

UNSETTLED = (kinds.PENDING, kinds.WAITING)


def publish(results: Mapping[str, Result], known: Mapping[UUID, str | None]) -> set[str]:
    """Store the results by subject ("type:id"). Returns the ids of cases that are new and may have been settled."""
    put_outcomes({op: code for result in results.values() for op, code in result.outcomes.items()}, known)
    return put_cases({subject: result.cases for subject, result in results.items()})


def put_outcomes(outcomes: Mapping[UUID, str], known: Mapping[UUID, str | None]) -> None:
    """Create or change the outcomes that differ from the known ones."""
    changed = {op: code for op, code in outcomes.items() if known.get(op) != code}
    if not changed:
        return
    Outcome.objects.bulk_create(
        [Outcome(operation_id=op, code=code) for op, code in changed.items()],
        update_conflicts=True,
        update_fields=["code"],
        unique_fields=["operation"],
    )
    read_now = [op for op, code in changed.items() if known.get(op) in UNSETTLED and code not in UNSETTLED]
    if read_now:
        Case.objects.filter(subject__in=[f"unread:{op}" for op in read_now]).update(status=CaseStatus.GONE)


def put_cases(drafts: Mapping[str, Iterable[CaseDraft]], *, opens_later: bool = False) -> set[str]:
    """Bring the cases of each subject in line with the drafts; settled ones stay settled while they hold.

    One that no longer holds is gone, decided or not: had its facts come in another order, it had never been there.
    Comes it back, the decision in the log settles it again.

    Returns those that are new, back or at another place: which decisions count for them is to be folded.
    """
    wanted = {
        case_id(draft.kind, draft.operations): (subject, draft)
        for subject, of_subject in drafts.items()
        for draft in of_subject
    }
    present = {case.id: case for case in Case.objects.filter(subject__in=list(drafts))}
    gone = [c.id for c in present.values() if c.id not in wanted and c.status != CaseStatus.GONE]
    if gone:
        Case.objects.filter(pk__in=gone).update(status=CaseStatus.GONE)
    back = [c.id for c in present.values() if c.id in wanted and c.status == CaseStatus.GONE]
    if back:
        Case.objects.filter(pk__in=back).update(status=CaseStatus.OPEN)
    moved = set()
    for case in present.values():
        draft = wanted.get(case.id, (None, None))[1]
        if draft is not None and (case.place, case.happened_at) != (draft.place, draft.happened_at):
            moved |= {case.id} if case.place != draft.place else set()
            case.place, case.happened_at = draft.place, draft.happened_at
            case.save(update_fields=["place", "happened_at"])
    new = [
        _case(id_, subject, draft, opens_later=opens_later)
        for id_, (subject, draft) in wanted.items()
        if id_ not in present
    ]
    Case.objects.bulk_create(new)
    CaseOperation.objects.bulk_create([CaseOperation(case=case, op=op) for case in new for op in case.operations])
    return {case.id for case in new} | set(back) | moved


def drop_cases(subjects: Iterable[str]) -> None:
    """Close the cases of these subjects for good, decided or not: what they were about is no more."""
    Case.objects.filter(subject__in=list(subjects)).update(status=CaseStatus.GONE)


def _case(id_: str, subject: str, draft: CaseDraft, *, opens_later: bool) -> Case:
    opens_at: datetime = draft.happened_at + PENDING_CASE_AFTER if opens_later else draft.happened_at
    return Case(
        id=id_,
        kind=draft.kind,
        subject=subject,
        place=draft.place,
        operations=[str(op) for op in draft.operations],
        is_urgent=draft.is_urgent,
        happened_at=draft.happened_at,
        opens_at=opens_at,
    )
