"""Counts of a place on a day: the sum of what its devices counted, without a database (SYNC row 22)."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from guisach.domain.journal.rules.history import Entry

MEASURES = {"visit_tally": "VISITS", "open_shelf_tally": "USES", "borrowers_tally": "BORROWERS"}
"""What each kind counts."""


def fold_tallies(entries: Iterable[Entry]) -> dict[tuple[str, str], int]:
    """Add up, by measure and group; what comes to nothing is left out."""
    total: dict[tuple[str, str], int] = defaultdict(int)
    for entry in entries:
        counts = entry.body.uses if entry.kind == "open_shelf_tally" else entry.body.counts
        for group, count in counts.items():
            total[MEASURES[entry.kind], group] += count
    return {key: count for key, count in total.items() if count}
