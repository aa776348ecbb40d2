"""Taking operations back: which subjects change by it, and voids that aim at nothing that can be taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from guisach.domain.journal import kinds
from guisach.domain.journal.models import Operation
from guisach.domain.journal.rules.history import CaseDraft
from guisach.domain.journal.steps.publish import put_cases, put_outcomes
from guisach.domain.journal.steps.understanding import is_private, keep_waiting

if TYPE_CHECKING:
    from collections.abc import Sequence


def touched_by_voids(voids: Sequence[Operation]) -> set[tuple[str, str]]:
    """Return the subjects of what the voids take back; a void of something unknown waits for it."""
    if not voids:
        return set()
    targets = {
        op: (kind, subject, reader)
        for op, kind, subject, reader in Operation.objects.filter(op__in=[v.target for v in voids]).values_list(
            "op", "kind", "subject", "private_part__reader"
        )
    }
    touched: set[tuple[str, str]] = set()
    waiting: list[Operation] = []
    for void in voids:
        kind, subject, reader = targets.get(void.target, ("", "", None)) if void.target else ("", "", None)
        known_kind = kinds.kind_named(kind)
        if subject:
            subject_type, _, subject_id = subject.partition(":")
            touched.add((subject_type, subject_id))
        elif known_kind is not None and reader is not None and is_private(known_kind):
            touched.add((known_kind.subject_type, str(reader)))
        else:
            waiting.append(void)
    return touched | {("case", case) for case in keep_waiting(waiting, kinds.WAITING)}


def close_dangling_voids(rows: Sequence[Operation]) -> set[tuple[str, str]]:
    """A void cannot be taken back: say so of voids that aim at another void, whichever came first.

    Returns the cases that are new, as subjects: their decisions may be here already.
    """
    voids = [row.op for row in rows if row.target]
    if not voids:
        return set()
    dangling = list(
        Operation.objects.filter(Q(target__in=voids) | Q(op__in=voids)).values_list(
            "op", "target", "place", "eff_at", "outcome__code"
        )
    )
    aims_at_void = set(
        Operation.objects.filter(op__in=[d[1] for d in dangling], target__isnull=False).values_list("op", flat=True)
    )
    found = [d for d in dangling if d[1] in aims_at_void]
    put_outcomes({d[0]: "NO_EFFECT" for d in found}, {d[0]: d[4] for d in found})
    drafts = {f"void:{op}": [CaseDraft("void_of_void", (op,), place, at)] for op, _target, place, at, _code in found}
    return {("case", case) for case in put_cases(drafts)}
