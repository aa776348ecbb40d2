"""The fold of stocktakes, as the journal calls it; it runs after the copies, whose scans it counts."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from guisach.domain.circulation.models import Stocktake, StocktakeLine
from guisach.domain.circulation.rules.stocktake_fold import StocktakeState, fold_stocktake
from guisach.domain.circulation.steps.rows import Rows
from guisach.domain.journal import kinds
from guisach.domain.journal.queries.histories import public_subjects

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from guisach.domain.journal.rules.history import Entry, History

_FIELDS = (
    "place", "collection", "first", "last", "begun_at", "begun_by", "closed_at", "closed_by", "close_op", "copies",
    "results", "reports",
)  # fmt: skip


class StocktakeFold:
    """Stocktakes: scope, reports, end."""

    subject_type = "stocktake"
    reads_private = False
    is_private = False
    is_derived = False

    def fold(self, histories: Mapping[str, History]) -> kinds.Folding:
        """Fold each; a count is compared with the scans only once somebody closed it."""
        results = {}
        computed: dict[UUID, Stocktake] = {}
        for text, history in histories.items():
            state = fold_stocktake(history.entries, _scanned_before(UUID(text), history.entries))
            history.result.outcomes.update(state.outcomes)
            history.result.cases.extend(state.cases)
            results[f"stocktake:{text}"] = history.result
            if (row := _row(UUID(text), state)) is not None:
                computed[row.pk] = row
        stored = Stocktake.objects.in_bulk([UUID(text) for text in histories])
        return kinds.Folding(results, {"rows": Rows(Stocktake, _FIELDS, computed, stored)}, {})

    def project(self, folding: kinds.Folding) -> None:
        """Write what differs."""
        folding.state["rows"].update()

    def differences(self, folding: kinds.Folding) -> Iterator[str]:
        """Compare the rows."""
        for id_ in folding.state["rows"].differing():
            yield f"stocktake {id_}: stored otherwise than the log says"

    def subjects(self) -> Iterable[str]:
        """Return every stocktake of the log and of the table."""
        return public_subjects(self.subject_type) | {str(id_) for id_ in Stocktake.objects.values_list("pk", flat=True)}

    def rows(self) -> Iterator[str]:
        """Return the stocktakes."""
        for row in Stocktake.objects.iterator(chunk_size=2000):
            yield f"stocktake|{row.pk}|{'|'.join(str(getattr(row, name)) for name in _FIELDS)}"


def _scanned_before(stocktake: UUID, entries: Iterable[Entry]) -> dict[UUID, int]:
    scanned = StocktakeLine.objects.filter(stocktake=stocktake, is_missing=False)
    return {
        entry.op: scanned.filter(at__lte=entry.eff_at).values("barcode").distinct().count()
        for entry in entries
        if entry.kind == "stocktake_close"
    }


def _row(id_: UUID, state: StocktakeState) -> Stocktake | None:
    begun, closed = state.begun, state.closed
    if begun is None:
        return None
    row = Stocktake(
        pk=id_,
        place=begun.place,
        collection=begun.body.collection,
        first=begun.body.first,
        last=begun.body.last,
        begun_at=begun.eff_at,
        begun_by=begun.actor,
        reports={str(dev): scans for dev, scans in sorted(state.reports.items(), key=str)},
    )
    if closed is not None:
        row.closed_at, row.closed_by, row.close_op = closed.eff_at, closed.actor, closed.op
        row.copies, row.results = closed.body.copies, dict(sorted(closed.body.results.items()))
    return row
