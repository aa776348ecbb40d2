"""Operations in doubt: kept and not applied, until a person says that they count, or proof arrives."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from guisach.domain.journal import kinds
from guisach.domain.journal.models import Case, CaseStatus, Operation, PrivatePart
from guisach.domain.journal.rules.cases import case_id
from guisach.domain.journal.rules.doubt import APPLY, HELD, LEAVE, LEFT_OUT, QUARANTINED
from guisach.domain.journal.rules.history import CaseDraft
from guisach.domain.journal.steps.chains import CASE
from guisach.domain.journal.steps.publish import put_cases, put_outcomes
from guisach.domain.journal.steps.understanding import keep_waiting, understand
from guisach.domain.journal.steps.voids import close_dangling_voids, touched_by_voids

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from guisach.domain.journal.rules.history import History


@dataclass(slots=True)
class Doubted:
    """An operation in doubt, what it has come to so far, and what it should: an outcome of HELD, or empty to count."""

    row: Operation
    private_part: PrivatePart | None
    outcome: str
    wanted: str

    @property
    def counts(self) -> bool:
        """Whether it is applied now."""
        return self.outcome not in HELD


def hold_back(row: Operation, private_part: PrivatePart | None, drafts: dict[str, list[CaseDraft]]) -> None:
    """Keep a new row from being folded, and note the case: it is about nothing and nobody until it counts."""
    row.subject, row.target = "", None
    if private_part is not None:
        private_part.reader = None
    drafts[f"doubt:{row.op}"] = [CaseDraft("revoked_device", (row.op,), row.place, row.eff_at)]


def note_held(rows: Collection[Operation]) -> None:
    """Store the outcome of rows that are held back."""
    put_outcomes({row.op: QUARANTINED for row in rows}, {})


def release(ops: Collection[UUID]) -> set[tuple[str, str]]:
    """Let operations count that are proven now; returns the subjects to fold."""
    if not ops:
        return set()
    Operation.objects.filter(op__in=list(ops)).update(is_doubtful=False)
    put_cases({f"doubt:{op}": [] for op in ops})
    rows = list(Operation.objects.filter(op__in=list(ops)).select_related("private_part"))
    return apply(rows)


def apply(rows: Sequence[Operation]) -> set[tuple[str, str]]:
    """Store what these operations are about, so that the folds find them; returns the subjects to fold."""
    touched: set[tuple[str, str]] = set()
    voids, unread = [], []
    for row in rows:
        part = _part(row)
        subject = understand(row, part)
        if subject is None:
            unread.append(row)
            continue
        row.save(update_fields=["subject", "target"])
        if part is not None:
            part.save(update_fields=["reader"])
        if row.target is not None:
            voids.append(row)
        else:
            touched.add(subject)
    touched |= {("case", case) for case in keep_waiting(unread, kinds.PENDING)}
    return (touched | touched_by_voids(voids) | close_dangling_voids(list(rows))) - {("", "")}


def _part(row: Operation) -> PrivatePart | None:
    part: PrivatePart | None = getattr(row, "private_part", None)
    return part


class DoubtFold:
    """Follows the decisions on cases about revoked devices; its subjects are operations."""

    subject_type = "doubt"
    reads_private = False
    is_private = False
    is_derived = True

    def fold(self, histories: Mapping[str, History]) -> kinds.Folding:
        """Find which of the operations have to change sides, and what is to be folded for it."""
        doubted = _doubted(UUID(op) for op in histories)
        changing = [one for one in doubted if one.counts != (not one.wanted)]
        relabelled = [one for one in doubted if not one.counts and one.wanted]
        touches: dict[str, set[str]] = {}
        for one in changing:
            for subject_type, subject in _touched(one):
                touches.setdefault(subject_type, set()).add(subject)
        return kinds.Folding({}, {"changing": changing, "relabelled": relabelled}, touches)

    def project(self, folding: kinds.Folding) -> None:
        """Let those count that a person let count, and hold back the others."""
        for subject_type, subject in apply([one.row for one in folding.state["changing"] if not one.wanted]):
            folding.touches.setdefault(subject_type, set()).add(subject)
        for one in folding.state["changing"]:
            if one.wanted:
                Operation.objects.filter(pk=one.row.pk).update(subject="", target=None)
                PrivatePart.objects.filter(pk=one.row.op).update(reader=None)
        held = [one for part in folding.state.values() for one in part if one.wanted]
        put_outcomes({one.row.op: one.wanted for one in held}, {one.row.op: one.outcome for one in held})

    def differences(self, folding: kinds.Folding) -> Iterator[str]:
        """Name those that are on the wrong side."""
        for one in folding.state["changing"]:
            yield f"operation {one.row.op}: it is {one.outcome}, the decisions say {one.wanted or 'that it counts'}"
        for one in folding.state["relabelled"]:
            if one.outcome != one.wanted:
                yield f"operation {one.row.op}: outcome {one.outcome}, the decisions say {one.wanted}"

    def subjects(self) -> Iterable[str]:
        """Every operation in doubt."""
        return [str(op) for op in Operation.objects.filter(is_doubtful=True).values_list("op", flat=True)]

    def rows(self) -> Iterator[str]:
        """Nothing beside the log: the outcomes say it."""
        return iter(())


def _doubted(ops: Iterable[UUID]) -> list[Doubted]:
    rows = Operation.objects.filter(op__in=list(ops), is_doubtful=True).select_related("private_part", "outcome")
    found = list(rows)
    wanted = _decided([row.op for row in found])
    return [Doubted(row, _part(row), row.outcome.code, wanted[row.op]) for row in found]


def _decided(ops: Sequence[UUID]) -> dict[UUID, str]:
    """Return what each should come to by the decision on its case: an outcome of HELD, or empty to count."""
    cases = {case_id(CASE, [op]): op for op in ops}
    settled = Case.objects.filter(pk__in=list(cases), status=CaseStatus.SETTLED).values_list("pk", "settled_by")
    by_op = {settled_by: cases[case] for case, settled_by in settled}
    said = Operation.objects.filter(op__in=list(by_op)).values_list("op", "body")
    decisions = {by_op[op]: json.loads(body).get("decision") for op, body in said}
    meant = {APPLY: "", LEAVE: LEFT_OUT}
    return {op: meant.get(decisions.get(op, ""), QUARANTINED) for op in ops}


def _touched(one: Doubted) -> Iterator[tuple[str, str]]:
    """Name the subject that the operation is about, whether it counts now or not."""
    row = Operation.objects.select_related("private_part").get(pk=one.row.pk)
    subject = understand(row, _part(row))
    if row.target is None:
        if subject is not None:
            yield subject
        return
    about = Operation.objects.filter(op=row.target).values_list("kind", "subject", "private_part__reader").first()
    if about is not None:
        kind, named, reader = about
        known = kinds.kind_named(kind)
        if named:
            subject_type, _, subject_id = named.partition(":")
            yield (subject_type, subject_id)
        elif known is not None and reader is not None:
            yield (known.subject_type, str(reader))
