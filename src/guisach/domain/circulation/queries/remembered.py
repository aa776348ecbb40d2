"""Which operations about copies, requests and payments still name a reader."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING
from uuid import UUID

from guisach.domain.circulation.queries.policies import policies
from guisach.domain.circulation.rules.copy_fold import fold_copy
from guisach.domain.journal.queries import named_operations, subjects_with_names
from guisach.domain.journal.queries.histories import histories_of

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from guisach.domain.circulation.rules.copy_state import CopyState


def copies_with_names(before: datetime, after: str, limit: int) -> list[str]:
    """Return barcodes, in order and after one, of copies with an operation from before that names somebody."""
    return [subject.partition(":")[2] for subject in subjects_with_names("copy", before, after=after, limit=limit)]


def names_of_copies(barcodes: Collection[str]) -> dict[str, dict[UUID, datetime]]:
    """Return the operations of each copy that name somebody, with their times."""
    found: dict[str, dict[UUID, datetime]] = defaultdict(dict)
    for subject, op, eff_at in named_operations([f"copy:{barcode}" for barcode in barcodes]):
        found[subject.partition(":")[2]][op] = eff_at
    return found


def states_of_copies(barcodes: Collection[str]) -> dict[str, CopyState]:
    """Fold the copies, as `guisach check` would; writes nothing."""
    known = policies()
    return {barcode: fold_copy(one.entries, known) for barcode, one in histories_of("copy", barcodes).items()}


def requests_with_names(before: datetime, after: str, limit: int) -> list[str]:
    """Return ids, in order and after one, of requests with an operation from before that names somebody."""
    return [subject.partition(":")[2] for subject in subjects_with_names("request", before, after=after, limit=limit)]


def names_of_requests(requests: Collection[str]) -> dict[UUID, dict[UUID, datetime]]:
    """Return the operations about each request that name somebody, with their times."""
    return _by_subject("request", requests)


def payments_with_names(before: datetime, after: str, limit: int) -> list[str]:
    """Return ids, in order and after one, of payments with an operation from before that names somebody."""
    return [subject.partition(":")[2] for subject in subjects_with_names("payment", before, after=after, limit=limit)]


def names_of_payments(payments: Collection[str]) -> dict[UUID, dict[UUID, datetime]]:
    """Return the operations about each payment that name somebody, with their times."""
    return _by_subject("payment", payments)


def _by_subject(subject_type: str, ids: Collection[str]) -> dict[UUID, dict[UUID, datetime]]:
    found: dict[UUID, dict[UUID, datetime]] = defaultdict(dict)
    for subject, op, eff_at in named_operations([f"{subject_type}:{id_}" for id_ in ids]):
        found[UUID(subject.partition(":")[2])][op] = eff_at
    return found
