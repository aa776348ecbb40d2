"""What a copy's fold knows on its way through the history: loans, where the copy is, and what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from guisach.domain.journal.rules.history import CaseDraft, Entry


class Trouble(StrEnum):
    """Why a copy cannot be had although nobody has it, or is looked for although somebody should."""

    LOST = "LOST"
    CLAIMED = "CLAIMED"
    """The reader says that it was brought back: nobody asks them for it any more (it is looked for on the shelves)."""
    MISSING = "MISSING"
    DAMAGED = "DAMAGED"


@dataclass(frozen=True, slots=True)
class LoanState:
    """One loan of the copy; `entry` is the operation that made it."""

    entry: Entry
    reader: UUID
    due_on: date
    override: str
    policy: int | None = None
    group: str = ""
    judged: tuple[str, ...] | None = None
    """Set when the reader was forgotten: the cases that the loan was by then (see `borrowing_fold`)."""
    others: int = 0
    """Forgotten loans of the same reader that were open when this one was made."""
    renewals: int = 0
    renewed_op: UUID | None = None
    renewed_on: date | None = None
    closed_at: datetime | None = None
    closed_by: UUID | None = None
    ended: str = ""


@dataclass(frozen=True, slots=True)
class AsideState:
    """The copy stood on the hold shelf of a place for a request; `ended` says how that was over."""

    entry: Entry
    request: UUID
    closed_at: datetime | None = None
    closed_by: UUID | None = None
    ended: str = ""


@dataclass(frozen=True, slots=True)
class ScanState:
    """One device scanned the copy in a stocktake: first with `entry`, and so many times in all."""

    entry: Entry
    scans: int = 1


@dataclass(slots=True)
class CopyState:
    """Everything that the log says of one copy."""

    loans: list[LoanState] = field(default_factory=list)  # in order; only the last can be open
    place: str = ""
    seen_at: datetime | None = None
    trouble: Trouble | None = None
    troubled_by: Entry | None = None
    transfer: Entry | None = None
    """The sending that has not arrived."""
    asides: list[AsideState] = field(default_factory=list)  # in order; only the last can be open
    withdrawn: Entry | None = None
    uses: list[Entry] = field(default_factory=list)
    """When and where it was read on the spot."""
    scans: dict[tuple[UUID, UUID], ScanState] = field(default_factory=dict)
    """By stocktake and device."""
    misses: dict[UUID, Entry] = field(default_factory=dict)
    """By stocktake: the operation that says that the copy was not found in it, where that still holds good."""
    outcomes: dict[UUID, str] = field(default_factory=dict)
    cases: list[CaseDraft] = field(default_factory=list)
    episodes: dict[UUID, UUID] = field(default_factory=dict)
    """To which loan (by the operation that made it) each operation belongs; its own id where to none."""

    @property
    def open_loan(self) -> LoanState | None:
        """The loan that has not ended, if any."""
        return self.loans[-1] if self.loans and self.loans[-1].closed_at is None else None

    def end_loan(self, entry: Entry, how: str) -> None:
        """Let the open loan end with this operation."""
        loan = self.loans[-1]
        if how != "IMPLIED":  # the operation that implies a return begins a loan of its own
            self.episodes[entry.op] = loan.entry.op
        self.loans[-1] = replace(loan, closed_at=entry.eff_at, closed_by=entry.op, ended=how)

    def end_aside(self, entry: Entry, how: str) -> None:
        """It no longer stands on the hold shelf, if it did."""
        aside = self.open_aside
        if aside is not None:
            self.asides[-1] = replace(aside, closed_at=entry.eff_at, closed_by=entry.op, ended=how)

    @property
    def open_aside(self) -> AsideState | None:
        """For which request it stands on the hold shelf, if for any."""
        return self.asides[-1] if self.asides and self.asides[-1].closed_at is None else None


def case(kind: str, *entries: Entry, is_urgent: bool = False) -> CaseDraft:
    """Draft a case about these operations, told in the order in which they happened."""
    latest = entries[-1]
    place = latest.place or entries[0].place
    return CaseDraft(kind, tuple(entry.op for entry in entries), place, latest.eff_at, is_urgent)
