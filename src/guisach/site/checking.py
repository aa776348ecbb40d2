"""`guisach check`: is everything stored what the log says, and what is the digest of it all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from guisach.domain.catalogue import queries as catalogue
from guisach.domain.catalogue.queries.heading_checks import headings_differ
from guisach.domain.journal.queries import checking
from guisach.domain.network import queries as network
from guisach.kernel.digest import LineDigest
from guisach.site.snapshot import snapshot

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found; `digest` depends on the data alone, not on the machine or on what was tried."""

    differences: list[str]
    operations: int
    digest: str


def check(progress: Callable[[int], object] = lambda _done: None) -> Checked:
    """Recompute and compare, as of one moment. Only reads, and people go on working meanwhile."""
    with snapshot():
        differences = [*checking.differences(progress), *headings_differ()]
        digest = LineDigest()
        digest.add(f"log|{checking.log_digest()}")
        for room in (network, catalogue):
            for line in room.digest_rows():
                digest.add(line)
        return Checked(differences, checking.count_operations(), digest.hexdigest())
