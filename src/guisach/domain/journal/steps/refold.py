"""Folds subjects again after something about them arrived. A rule that raises delays an outcome, nothing more."""

from __future__ import annotations

import functools
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
    from collections.abc import Callable, Collection, Iterable, Mapping
    from uuid import UUID

    from guisach.domain.journal.rules.history import Result

logger = logging.getLogger(__name__)


def refold(
    touched: Iterable[tuple[str, str]], *, new: Collection[UUID] = (), held: frozenset[str] = frozenset()
) -> None:
    """Fold the subjects (type, id) and whatever they touch in turn, each type in the order of registration.

    `new` are the operations that wait for their first outcome, `held` the locks taken already.
    """
    subjects = {(subject_type, subject) for subject_type, subject in touched if subject_type}
    if not subjects:
        return
    try:
        with transaction.atomic():
            results = _Together()
            _fold_all(subjects, results.fold, held, results.publish)
    except (OperationalError, InterfaceError):
        raise  # a deadlock, a full disk, a lost connection: nothing was judged, and the whole act is tried again
    except Exception:
        # A fault of ours must not cost an acknowledged fact: find the subjects that raise, leave the rest in.
        logger.exception("a fold raised; each subject is now folded by itself")
        _fold_all(subjects, functools.partial(_fold_or_isolate, new=new), held)


class _Together:
    """Keeps what folds came to until all of them ran: outcomes and cases are then written with a few queries.

    No fold but that of cases reads either, and that one runs before there is anything, or after it was written.
    """

    def __init__(self) -> None:
        self._results: dict[str, Result] = {}
        self._known: dict[UUID, str | None] = {}

    def fold(self, fold: kinds.Fold, subjects: Collection[str]) -> dict[str, set[str]]:
        """Fold and project; the last word on a subject is the one that counts."""
        loaded = histories(fold, subjects)
        folding = fold.fold(loaded)
        fold.project(folding)
        self._results |= folding.results
        self._known |= loaded.known
        return folding.touches

    def publish(self) -> dict[str, set[str]]:
        """Write what is kept; cases that are new may have been decided already."""
        if not self._results:
            return {}
        created = publish(self._results, self._known)
        self._results, self._known = {}, {}
        return {"case": created}


def _fold_all(
    touched: Iterable[tuple[str, str]],
    fold_some: Callable[[kinds.Fold, Collection[str]], dict[str, set[str]]],
    held: frozenset[str],
    afterwards: Callable[[], dict[str, set[str]]] = dict,
) -> None:
    waiting: dict[str, set[str]] = {}

    def wait(touches: Mapping[str, Collection[str]]) -> None:
        _lock(touches, held)
        for subject_type, more in touches.items():
            if more:
                waiting.setdefault(subject_type, set()).update(more)

    for subject_type, subject in touched:
        waiting.setdefault(subject_type, set()).add(subject)
    _lock(waiting, held)
    while waiting:
        fold = next(fold for fold in kinds.folds() if fold.subject_type in waiting)
        wait(fold_some(fold, waiting.pop(fold.subject_type)))
        if not waiting:
            wait(afterwards())


def _lock(subjects: Mapping[str, Collection[str]], held: frozenset[str]) -> None:
    lock({f"{subject_type}:{subject}" for subject_type, some in subjects.items() for subject in some} - held)


def _fold_or_isolate(fold: kinds.Fold, subjects: Collection[str], *, new: Collection[UUID]) -> dict[str, set[str]]:
    try:
        with transaction.atomic():
            return _fold(fold, subjects)
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        if len(subjects) == 1:
            logger.exception("the fold of %s raised; its new operations stay pending", fold.subject_type)
            return _leave_pending(fold, subjects, new)
    touches: dict[str, set[str]] = {}
    for subject in sorted(subjects):
        for subject_type, more in _fold_or_isolate(fold, [subject], new=new).items():
            touches.setdefault(subject_type, set()).update(more)
    return touches


def _fold(fold: kinds.Fold, subjects: Collection[str]) -> dict[str, set[str]]:
    loaded = histories(fold, subjects)
    folding = fold.fold(loaded)
    fold.project(folding)
    created = publish(folding.results, loaded.known)
    return {**folding.touches, "case": folding.touches.get("case", set()) | created}


def _leave_pending(fold: kinds.Fold, subjects: Collection[str], new: Collection[UUID]) -> dict[str, set[str]]:
    if fold.is_derived:
        return {}
    about = operations_about(fold, subjects).values("op")
    left = Operation.objects.filter(Q(op__in=about) | Q(target__in=about), op__in=list(new))
    return {"case": keep_waiting(list(left), kinds.PENDING)}
