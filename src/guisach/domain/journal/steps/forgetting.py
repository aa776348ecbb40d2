"""Forgetting who it was (SYNC 2.8): the log stays as it is, what lies beside it no longer leads to a person."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from guisach.domain.journal.models import Case, CaseOperation, Fork, PrivatePart
from guisach.domain.journal.rules.cases import case_id
from guisach.domain.journal.rules.envelope import canonical, digest

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import datetime

_AT_ONCE = 500


def forget_people(groups: Iterable[Collection[UUID]], *, at: datetime) -> dict[UUID, UUID]:
    """Put one random pseudonym, shared by nothing else, in place of the reader in each group of operations.

    Returns it by operation. Free text and salt go too: without the salt the commitment in the body proves nothing
    about anybody. Whoever calls it folds the subjects again.
    """
    pseudonyms = {op: name for group in groups for name in [uuid4()] for op in group}
    rows = list(PrivatePart.objects.filter(operation__in=list(pseudonyms)))
    for row in rows:
        row.reader = pseudonyms[row.operation_id]
        row.data = canonical({"reader": str(row.reader)})
        row.salt, row.forgotten_at = "", at
    PrivatePart.objects.bulk_update(rows, ["reader", "data", "salt", "forgotten_at"], batch_size=_AT_ONCE)
    _forget_words_about(list(pseudonyms), at)
    _forget_forks_of(list(pseudonyms))
    return pseudonyms


def forget_words(ops: Collection[UUID], *, keep: Collection[str], at: datetime) -> None:
    """Delete what these operations say of a person, but for the fields named in `keep`, which must name nobody.

    The id under which they are found stays. Whoever calls it sees to it that the folds come out as before.
    """
    rows = list(PrivatePart.objects.filter(operation__in=list(ops)))
    for row in rows:
        told = json.loads(row.data)
        row.data = canonical({name: told[name] for name in keep if name in told})
        row.salt, row.forgotten_at = "", at
    PrivatePart.objects.bulk_update(rows, ["data", "salt", "forgotten_at"], batch_size=_AT_ONCE)
    _forget_words_about(list(ops), at)
    _forget_forks_of(list(ops))


def note(kept: Mapping[UUID, Mapping[str, Any]]) -> None:
    """Note beside operations what the folds must go on knowing; what was noted before stays beside it."""
    rows = list(PrivatePart.objects.filter(operation__in=list(kept)))
    for row in rows:
        row.kept = {**row.kept, **kept[row.operation_id]}
    PrivatePart.objects.bulk_update(rows, ["kept"], batch_size=_AT_ONCE)


def hand_over_cases(kinds: Collection[str], subjects: Mapping[UUID, str]) -> None:
    """Give the cases of these kinds about a single operation to the subject that asks for them from now on."""
    wanted = {case_id(kind, [op]): subject for op, subject in subjects.items() for kind in kinds}
    rows = list(Case.objects.filter(pk__in=list(wanted)))
    for row in rows:
        row.subject = wanted[row.pk]
    Case.objects.bulk_update(rows, ["subject"], batch_size=_AT_ONCE)


def _forget_words_about(ops: list[UUID], at: datetime) -> None:
    """Delete what people wrote when they took these operations back or decided on cases about them."""
    cases = CaseOperation.objects.filter(op__in=ops).values_list("case", flat=True)
    deciding = [f"case:{case}" for case in set(cases)]
    for about in ({"operation__target__in": ops}, {"operation__subject__in": deciding}):
        PrivatePart.objects.filter(**about, forgotten_at__isnull=True).update(data="{}", salt="", forgotten_at=at)


def _forget_forks_of(ops: list[UUID]) -> None:
    rows = list(Fork.objects.filter(stored__op__in=ops).exclude(private=""))
    for row in rows:
        row.private, row.hash = "", digest(row.body)
        row.save(update_fields=["private", "hash"])
