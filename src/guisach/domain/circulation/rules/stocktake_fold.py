"""A stocktake as a pure function of what happened: when it began, who has reported, whether it was closed too early.

What is missing follows from the copies themselves (`queries.stocktakes`); here is only what concerns all of them
together (SYNC section 3, row 23).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from uuid import UUID

from guisach.domain.circulation.rules.copy_state import case

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from guisach.domain.circulation.rules.kinds import StocktakeCloseBody, StocktakeReportBody
    from guisach.domain.journal.rules.history import CaseDraft, Entry


@dataclass(slots=True)
class StocktakeState:
    """What the log says of one stocktake."""

    begun: Entry | None = None
    closed: Entry | None = None
    reports: dict[UUID, int] = field(default_factory=dict)
    """How many copies each device says that it scanned, when it was done; the latest word holds."""
    outcomes: dict[UUID, str] = field(default_factory=dict)
    cases: list[CaseDraft] = field(default_factory=list)


def fold_stocktake(entries: Iterable[Entry], scanned_before: Mapping[UUID, int]) -> StocktakeState:
    """Go through the history in order; the first beginning and the first end hold.

    `scanned_before`: for each of the ends, how many different copies the log has as scanned until then.
    """
    state = StocktakeState()
    ordered = list(entries)
    state.begun = next((entry for entry in ordered if entry.kind == "stocktake_begin"), None)
    for entry in ordered:
        state.outcomes[entry.op] = _step(state, entry)
    if state.closed is not None and state.begun is not None:
        body: StocktakeCloseBody = state.closed.body
        if scanned_before.get(state.closed.op, body.copies) != body.copies:
            state.cases.append(case("stocktake_closed_early", state.begun, state.closed))
    return state


def _step(state: StocktakeState, entry: Entry) -> str:
    if state.begun is None or state.begun.place != entry.place:
        state.cases.append(case("stocktake_unknown", entry))
        return "NO_EFFECT"
    if entry.kind == "stocktake_begin":
        return "BEGUN" if entry is state.begun else "NO_EFFECT"
    if entry.kind == "stocktake_report":
        report: StocktakeReportBody = entry.body
        state.reports[entry.dev] = report.scans
        return "REPORTED"
    if state.closed is not None:
        return "NO_EFFECT"
    state.closed = entry
    return "CLOSED"
