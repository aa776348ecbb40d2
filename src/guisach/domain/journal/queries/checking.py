"""Recomputes everything from the log and names what differs: the heart of `guisach check`."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING

from django.db import DatabaseError
from django.db.models import Q

from guisach.domain.journal import kinds
from guisach.domain.journal.models import Case, CaseStatus, Device, Fork, Operation
from guisach.domain.journal.queries.histories import histories
from guisach.domain.journal.rules.cases import case_id
from guisach.domain.journal.rules.doubt import HELD
from guisach.domain.journal.rules.envelope import digest
from guisach.domain.journal.rules.stamp import CLOCK_CASE_MS
from guisach.kernel.digest import LineDigest

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator
    from uuid import UUID

logger = logging.getLogger(__name__)

BATCH = 500  # subjects folded at a time: bounds the memory


def count_operations() -> int:
    """Return the length of the log."""
    return Operation.objects.count()


def differences(progress: Callable[[int], object] = lambda _done: None) -> Iterator[str]:
    """Yield a sentence for every stored thing that the log does not bear out. Reads only."""
    yield from _broken_bodies()
    wanted_cases = _own_cases()
    accounted: set[UUID] = set()
    for fold in kinds.folds():
        subjects = sorted(fold.subjects())
        for start in range(0, len(subjects), BATCH):
            part = subjects[start : start + BATCH]
            for known, folding in _foldings(fold, part):
                if folding is None:
                    yield f"{fold.subject_type}: the fold raises on one of them; the log of errors says more"
                    continue
                yield from fold.differences(folding)
                for result in folding.results.values():
                    for op, code in result.outcomes.items():
                        accounted.add(op)
                        if known.get(op) != code:
                            yield f"operation {op}: outcome {known.get(op)}, the log says {code}"
                    wanted_cases |= {case_id(draft.kind, draft.operations) for draft in result.cases}
            progress(len(part))
    yield from _unaccounted(accounted)
    yield from _cases(wanted_cases)


def _foldings(
    fold: kinds.Fold, subjects: Collection[str]
) -> Iterator[tuple[dict[UUID, str | None], kinds.Folding | None]]:
    """Fold together, or one by one where a rule raises: a fault of ours on one subject must not hide the others."""
    try:
        loaded = histories(fold, subjects)
        folding = fold.fold(loaded)
    except DatabaseError:
        raise
    except Exception:
        if len(subjects) == 1:
            logger.exception("the fold of %s raised", fold.subject_type)
            yield {}, None
            return
    else:
        yield loaded.known, folding
        return
    for subject in subjects:
        yield from _foldings(fold, [subject])


def _broken_bodies() -> Iterator[str]:
    for op, body, stored in Operation.objects.values_list("op", "body", "hash").iterator(chunk_size=2000):
        if digest(body) != stored:
            yield f"operation {op}: its body does not match its hash"


def _own_cases() -> set[str]:
    """Return the ids of the cases that the journal itself opens for single operations."""
    wanted: set[str] = set()
    for op in Operation.objects.filter(Q(clock_ms__gt=CLOCK_CASE_MS) | Q(clock_ms__lt=-CLOCK_CASE_MS)).values_list(
        "op", flat=True
    ):
        wanted.add(case_id("clock", [op]))
    for op in Operation.objects.filter(standing="").exclude(place="").values_list("op", flat=True):
        wanted.add(case_id("outside_scope", [op]))
    waiting = Operation.objects.filter(outcome__code__in=[kinds.PENDING, kinds.WAITING])
    for op in waiting.values_list("op", flat=True):
        wanted.add(case_id("not_understood", [op]))
    for op in Operation.objects.filter(is_doubtful=True).values_list("op", flat=True):
        wanted.add(case_id("revoked_device", [op]))
    for device in Device.objects.filter(brought_at__isnull=False).values_list("pk", flat=True):
        wanted.add(case_id("device_unknown", [device]))
    wanted |= _broken_chains()
    voids = Operation.objects.filter(target__isnull=False)
    for op in voids.filter(target__in=voids.values("op")).values_list("op", flat=True):
        wanted.add(case_id("void_of_void", [op]))
    for op, rival in Fork.objects.values_list("op", "stored__op"):
        wanted.add(case_id("fork", dict.fromkeys((rival, op))))
    return wanted


def _broken_chains() -> set[str]:
    """Return the ids of the cases about neighbours of which the later does not follow from the earlier."""
    chained = Operation.objects.filter(has_own_seq=True, body__contains='"prev":')
    rows = chained.order_by("dev", "epoch", "seq").values_list("dev", "epoch", "seq", "op", "hash", "body")
    wanted: set[str] = set()
    hashes: dict[tuple[UUID, int, int], tuple[UUID, str]] = {}
    for dev, epoch, seq, op, hash_, body in rows.iterator(chunk_size=2000):
        prev = json.loads(body).get("prev")
        before = hashes.get((dev, epoch, seq - 1))
        hashes = {(dev, epoch, seq): (op, hash_)}
        if before is None and seq > 1 and isinstance(prev, str):
            # A neighbour without a chain of its own (older program) has a hash as well.
            alone = Operation.objects.filter(dev=dev, epoch=epoch, seq=seq - 1, has_own_seq=True)
            before = alone.values_list("op", "hash").first()
        if before is not None and isinstance(prev, str) and prev != before[1]:
            wanted.add(case_id("chain_broken", [before[0], op]))
    return wanted


def _unaccounted(accounted: set[UUID]) -> Iterator[str]:
    """Every operation has one outcome: from a fold, or because it waits, or as a void of a void."""
    rows = Operation.objects.values_list("op", "outcome__code", "is_doubtful")
    for op, code, is_doubtful in rows.iterator(chunk_size=2000):
        is_held = is_doubtful and code in HELD
        if op not in accounted and not is_held and code not in {kinds.PENDING, kinds.WAITING, "NO_EFFECT"}:
            yield f"operation {op}: outcome {code}, but no fold accounts for it"


def _cases(wanted: set[str]) -> Iterator[str]:
    stored = set(Case.objects.exclude(status=CaseStatus.GONE).values_list("pk", flat=True))
    for id_ in sorted(wanted - stored):
        yield f"case {id_}: the log asks for it, but it is not there"
    for id_ in sorted(stored - wanted):
        yield f"case {id_}: it is there, but the log does not ask for it"


def log_digest() -> str:
    """Return a digest of the log and of every projection, the same on every machine that holds the same data.

    Whom an operation is about is in it by the commitment in its body, which outlasts the forgetting of the name.
    """
    digest = LineDigest()
    log = Operation.objects.values_list(
        "op", "hash", "eff_at", "unc_ms", "clock_ms", "standing", "actor", "outcome__code"
    )
    for op, body, eff_at, *rest in log.iterator(chunk_size=2000):
        digest.add("|".join(map(str, ("operation", op, body, f"{eff_at.timestamp():.6f}", *rest))))
    for fold in kinds.folds():
        for line in fold.rows():
            digest.add(line)
    return digest.hexdigest()
