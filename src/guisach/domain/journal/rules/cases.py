"""The identity of a case: the same facts give the same case, however often they are folded."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

PENDING_CASE_AFTER = timedelta(days=7)  # an update of the software usually settles it before a person must


def case_id(kind: str, operations: Iterable[UUID]) -> str:
    """Return the id of the case of this kind about exactly these operations, in whatever order they are named."""
    text = "\n".join([kind, *sorted(str(op) for op in operations)])
    return hashlib.sha256(text.encode()).hexdigest()[:32]
