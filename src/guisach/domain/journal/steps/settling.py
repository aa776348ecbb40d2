"""The journal's own kinds: taking an operation back, and settling a case."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

import msgspec

from guisach.domain.journal import kinds
from guisach.domain.journal.models import Case, CaseStatus, Operation
from guisach.domain.journal.rules.history import LIBRARIAN, PROVINCE, Result
from guisach.domain.journal.steps.chains import CASE
from guisach.domain.journal.steps.doubts import DoubtFold

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from guisach.domain.journal.rules.history import History


class VoidBody(msgspec.Struct, frozen=True):
    """Takes back the operation `target`; why is free text and so private."""

    target: UUID


class Reason(msgspec.Struct, frozen=True):
    """Free text of a person about what they did."""

    reason: str = ""


class SettleBody(msgspec.Struct, frozen=True):
    """A person's decision on a case."""

    case: str
    decision: str = "DONE"


class CaseFold:
    """A case is settled by the latest decision of a librarian of its place; one taken back opens it again."""

    subject_type = "case"
    reads_private = False
    is_private = False
    is_derived = False

    def fold(self, histories: Mapping[str, History]) -> kinds.Folding:
        """Find the deciding operation of each case."""
        results: dict[str, Result] = {}
        settled: dict[str, UUID | None] = {}
        about = Case.objects.filter(pk__in=list(histories)).values_list("pk", "place", "kind", "operations")
        place_of = {case: place for case, place, _kind, _ops in about}
        in_doubt = {op for _case, _place, kind, ops in about if kind == CASE for op in ops}
        for case, history in histories.items():
            # One that was heard before its case: where that will be is not known yet.
            there = {place_of[case], PROVINCE} if case in place_of else None
            deciding = [
                entry
                for entry in history.entries
                if entry.standing == LIBRARIAN and (there is None or entry.place in there)
            ]
            for entry in history.entries:
                history.result.outcomes[entry.op] = "APPLIED" if entry in deciding else "NO_EFFECT"
            results[f"case:{case}"] = history.result
            settled[case] = deciding[-1].op if deciding else None
        return kinds.Folding(results, settled, {"doubt": in_doubt} if in_doubt else {})

    def project(self, folding: kinds.Folding) -> None:
        """Mark the cases."""
        present = {case.id: case for case in Case.objects.filter(pk__in=list(folding.state))}
        for id_, case in present.items():
            op = folding.state[id_]
            status = CaseStatus.SETTLED if op else CaseStatus.OPEN
            if case.status != CaseStatus.GONE and (case.status, case.settled_by) != (status, op):
                case.status, case.settled_by = status, op
                case.save(update_fields=["status", "settled_by"])

    def differences(self, folding: kinds.Folding) -> Iterator[str]:
        """Compare with what is stored."""
        present = Case.objects.filter(pk__in=list(folding.state)).exclude(status=CaseStatus.GONE)
        for id_, status, by in present.values_list("pk", "status", "settled_by"):
            op = folding.state[id_]
            if (status, by) != (CaseStatus.SETTLED if op else CaseStatus.OPEN, op):
                yield f"case {id_}: {status} by {by}, the log says by {op}"

    def subjects(self) -> Iterable[str]:
        """Every case, and every decision."""
        decided = Operation.objects.filter(subject__startswith="case:").values_list("subject", flat=True)
        return {subject.removeprefix("case:") for subject in decided} | set(Case.objects.values_list("pk", flat=True))

    def rows(self) -> Iterator[str]:
        """Cases that stand."""
        for case in Case.objects.exclude(status=CaseStatus.GONE).iterator(chunk_size=2000):
            yield f"case|{case.pk}|{case.kind}|{case.status}|{case.settled_by}"


def _no_subject(_body: Any, _private: Any, _place: str, _eff_at: Any) -> str:
    return ""


def _case_of(body: SettleBody, _private: Any, _place: str, _eff_at: Any) -> str:
    if not 0 < len(body.case) <= 32 or not body.case.isalnum():
        raise ValueError(body.case)
    return body.case


def register() -> None:
    """Make the journal's own kinds known."""
    kinds.register_kind(
        kinds.Kind("void", "void", VoidBody, _no_subject, private=Reason, target=lambda body: body.target)
    )
    kinds.register_kind(kinds.Kind("settle", "case", SettleBody, _case_of, private=Reason))
    kinds.register_fold(CaseFold())
    kinds.register_fold(DoubtFold())
