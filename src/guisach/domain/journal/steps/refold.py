"""Folds subjects again after something about them arrived. A rule that raises delays an outcome, nothing more."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Q

from guisach.domain.journal import kinds
from guisach.domain.journal.models import Operation
from guisach.domain.journal.queries.histories import histories, operations_about
from guisach.domain.journal.steps.publish import publish
from guisach.domain.journal.steps.understanding import keep_waiting
from guisach.kernel.locks import lock

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from uuid import UUID

logger = logging.getLogger(__name__)


def refold(touched: Iterable[tuple[str, str]], *, new: Collection[UUID] = ()) -> None:
    """Fold the subjects (type, id) and whatever they touch in turn, each type in the order of registration."""
    waiting: dict[str, set[str]] = {}
    for subject_type, subject in touched:
        if subject_type:
            waiting.setdefault(subject_type, set()).add(subject)
    lock(f"{subject_type}:{subject}" for subject_type, subjects in waiting.items() for subject in subjects)
    while waiting:
        fold = next(fold for fold in kinds.folds() if fold.subject_type in waiting)
        subjects = waiting.pop(fold.subject_type)
        for subject_type, more in _fold_or_isolate(fold, subjects, new).items():
            if more:
                lock(f"{subject_type}:{subject}" for subject in more)
                waiting.setdefault(subject_type, set()).update(more)


def _fold_or_isolate(fold: kinds.Fold, subjects: Collection[str], new: Collection[UUID]) -> dict[str, set[str]]:
    try:
        with transaction.atomic():
            return _fold(fold, subjects)
    except (OperationalError, InterfaceError):
        raise  # a deadlock, a full disk, a lost connection: nothing was judged, and the whole act is tried again
    except Exception:
        # A fault of ours must not cost an acknowledged fact: find the subject that raises, leave the rest in.
        if len(subjects) == 1:
            logger.exception("the fold of %s raised; its new operations stay pending", fold.subject_type)
            _leave_pending(fold, subjects, new)
            return {}
    touches: dict[str, set[str]] = {}
    for subject in sorted(subjects):
        for subject_type, more in _fold_or_isolate(fold, [subject], new).items():
            touches.setdefault(subject_type, set()).update(more)
    return touches


def _fold(fold: kinds.Fold, subjects: Collection[str]) -> dict[str, set[str]]:
    loaded = histories(fold, subjects)
    folding = fold.fold(loaded)
    fold.project(folding)
    created = publish(folding.results, loaded.known)
    return {**folding.touches, "case": folding.touches.get("case", set()) | created}


def _leave_pending(fold: kinds.Fold, subjects: Collection[str], new: Collection[UUID]) -> None:
    if fold.is_derived:
        return
    about = operations_about(fold, subjects).values("op")
    left = Operation.objects.filter(Q(op__in=about) | Q(target__in=about), op__in=list(new))
    keep_waiting(list(left), kinds.PENDING)
