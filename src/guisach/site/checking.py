"""`guisach check`: is everything stored what the log says, and what is the digest of it all."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from guisach.domain.catalogue import queries as catalogue
from guisach.domain.journal.queries import checking
from guisach.domain.network import queries as network

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found; `digest` depends on the data alone, not on the machine or on what was tried."""

    differences: list[str]
    operations: int
    digest: str


def check(progress: Callable[[int], object] = lambda _done: None) -> Checked:
    """Recompute and compare. Only reads; people may go on working, but then the digest is of a moving thing."""
    differences = list(checking.differences(progress))
    sha = hashlib.sha256(checking.log_digest().encode())
    for room in (network, catalogue):
        for line in room.digest_rows():
            sha.update(line.encode() + b"\n")
    return Checked(differences, checking.count_operations(), sha.hexdigest())
