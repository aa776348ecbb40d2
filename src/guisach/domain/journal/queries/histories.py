"""Loads the histories of subjects: the one thing that a fold may read."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

import msgspec

from guisach.domain.journal import kinds
from guisach.domain.journal.models import Operation
from guisach.domain.journal.rules.history import Entry, History, history

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from django.db.models import QuerySet

_COLUMNS = (
    "op", "kind", "eff_at", "unc_ms", "dev", "epoch", "seq", "has_own_seq", "place", "actor", "standing",
    "received_at", "body", "target", "subject", "private_part__reader",
    "private_part__kept", "outcome__code",
)  # fmt: skip


_AT_ONCE = 5000


class Histories(dict[str, History]):
    """Histories by subject, with the outcomes that are stored now (`known`), so that only changes are written."""

    def __init__(self) -> None:
        super().__init__()
        self.known: dict[UUID, str | None] = {}


def histories(fold: kinds.Fold, subjects: Collection[str]) -> Histories:
    """Load the histories of the given subjects of one type with two queries; a subject without any is empty."""
    loaded = Histories()
    if fold.is_derived:
        loaded.update({subject: history([], []) for subject in subjects})
        return loaded
    columns = (*_COLUMNS, "private_part__data") if fold.reads_private else _COLUMNS
    rows = cast("Iterable[dict[str, Any]]", operations_about(fold, subjects).values(*columns))
    by_subject: dict[str, list[Entry]] = {subject: [] for subject in subjects}
    voids: dict[str, list[Entry]] = {}
    subject_of: dict[UUID, str] = {}
    for row in rows:
        entry = _entry(row, reads_private=fold.reads_private)
        if entry is None:
            continue
        subject = str(row["private_part__reader"]) if fold.is_private else row["subject"].partition(":")[2]
        by_subject[subject].append(entry)
        subject_of[entry.op] = subject
        loaded.known[entry.op] = row["outcome__code"]
    for row in _voids_of(list(subject_of), _COLUMNS):
        entry = _entry(row, reads_private=False)
        if entry is not None and entry.target is not None:
            voids.setdefault(subject_of[entry.target], []).append(entry)
            loaded.known[entry.op] = row["outcome__code"]
    for subject, entries in by_subject.items():
        loaded[subject] = history(entries, voids.get(subject, []), kinds.final_kinds())
    return loaded


def histories_of(subject_type: str, subjects: Collection[str]) -> Histories:
    """Load the histories of subjects of one type, for whoever wants to look at them again."""
    fold = next(fold for fold in kinds.folds() if fold.subject_type == subject_type)
    return histories(fold, subjects)


def operations_about(fold: kinds.Fold, subjects: Collection[str]) -> QuerySet[Operation]:
    """Find the operations that are about the subjects; voids of them are not among these."""
    if fold.is_private:
        return Operation.objects.filter(
            private_part__reader__in=list(subjects), kind__in=kinds.kinds_about(fold.subject_type)
        )
    return Operation.objects.filter(subject__in=[f"{fold.subject_type}:{s}" for s in subjects])


def _voids_of(ops: Sequence[UUID], columns: Sequence[str]) -> Iterator[dict[str, Any]]:
    for start in range(0, len(ops), _AT_ONCE):  # databases take only so many parameters
        found = Operation.objects.filter(target__in=ops[start : start + _AT_ONCE]).values(*columns)
        yield from cast("Iterable[dict[str, Any]]", found)


def _entry(row: dict[str, Any], *, reads_private: bool) -> Entry | None:
    kind = kinds.kind_named(row["kind"])
    if kind is None:
        return None
    private = None
    if reads_private:
        private = decoder(kind.private).decode(row["private_part__data"] or "{}")
    return Entry(
        op=row["op"],
        kind=row["kind"],
        eff_at=row["eff_at"],
        unc_ms=row["unc_ms"],
        dev=row["dev"],
        epoch=row["epoch"],
        seq=row["seq"],
        has_own_seq=row["has_own_seq"],
        place=row["place"],
        actor=row["actor"],
        standing=row["standing"],
        received_at=row["received_at"],
        body=decoder(kind.body).decode(row["body"]),
        private=private,
        reader=row["private_part__reader"],
        target=row["target"],
        kept=row["private_part__kept"],
    )


@cache
def decoder(shape: type[msgspec.Struct]) -> msgspec.json.Decoder[Any]:
    """Return the decoder of a body or private part; fields that the shape does not name are passed over."""
    return msgspec.json.Decoder(shape)


def private_subjects(subject_type: str) -> set[str]:
    """Return the people whom operations of this subject type are about."""
    found = Operation.objects.filter(
        kind__in=kinds.kinds_about(subject_type), private_part__reader__isnull=False
    ).values_list("private_part__reader", flat=True)
    return {str(id_) for id_ in found}


def public_subjects(subject_type: str) -> set[str]:
    """Return the subjects of one type that operations name in their bodies."""
    found = Operation.objects.filter(subject__startswith=f"{subject_type}:").values_list("subject", flat=True)
    return {subject.partition(":")[2] for subject in found.distinct().order_by()}
