"""The history of a subject: its operations in the agreed order, with what was taken back left out.

The order of arrival never matters: entries are sorted by effective time, and a void counts whenever it
came, provided that whoever made it was allowed to.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from guisach.kernel.clock import local_date

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from uuid import UUID

LIBRARIAN = "LIBRARIAN"  # the standing that may take back another person's operation, on any day, and settle cases
PROVINCE = ""  # as the place of an operation: whoever has a standing there has it everywhere


@dataclass(frozen=True, slots=True)
class Entry:
    """A stamped operation as a fold reads it. `body` and `private` are the kind's own types."""

    op: UUID
    kind: str
    eff_at: datetime
    unc_ms: int
    dev: UUID
    epoch: int
    seq: int
    has_own_seq: bool
    place: str
    actor: str
    standing: str
    received_at: datetime
    body: Any
    private: Any = None
    reader: UUID | None = None
    target: UUID | None = None
    kept: Mapping[str, Any] | None = None
    """What was noted here when somebody was forgotten."""

    @property
    def order(self) -> tuple[datetime, str, int, int, str]:
        """The one order of everything: time, device, epoch, number. What the hub numbered has no order of its own."""
        return (self.eff_at, str(self.dev), self.epoch, self.seq if self.has_own_seq else 0, str(self.op))


@dataclass(frozen=True, slots=True)
class CaseDraft:
    """Something a fold wants a person to look at; `operations` in the order in which they happened."""

    kind: str
    operations: tuple[UUID, ...]
    place: str
    happened_at: datetime
    is_urgent: bool = False


@dataclass(slots=True)
class Result:
    """What the fold of one subject says of its operations."""

    outcomes: dict[UUID, str] = field(default_factory=dict)
    cases: list[CaseDraft] = field(default_factory=list)


@dataclass(slots=True)
class History:
    """What counts of a subject (`entries`, sorted) and what has been said about the voids already."""

    entries: list[Entry]
    result: Result


def history(operations: Iterable[Entry], voids: Iterable[Entry], final: Collection[str] = ()) -> History:
    """Sort, take back what was validly taken back, and give the outcomes of the voids themselves.

    `final` are the kinds that stay once a librarian did them.
    """
    live = {entry.op: entry for entry in operations}
    result = Result()
    for void in sorted(voids, key=lambda entry: entry.order):
        target = live.get(void.target) if void.target else None
        if target is None:
            # Taken back before by an earlier void of the same operation.
            result.outcomes[void.op] = "NO_EFFECT"
        elif may_void(void, target) and not (target.kind in final and target.standing == LIBRARIAN):
            del live[target.op]
            result.outcomes[target.op] = "VOIDED"
            result.outcomes[void.op] = "APPLIED"
        else:
            result.outcomes[void.op] = "NO_EFFECT"
            result.cases.append(
                CaseDraft("void_not_allowed", (target.op, void.op), void.place or target.place, void.eff_at)
            )
    return History(sorted(live.values(), key=lambda entry: entry.order), result)


def may_void(void: Entry, target: Entry) -> bool:
    """Its author may take an operation back on the same day; later, or another's, takes a librarian of that place."""
    if void.standing == LIBRARIAN and void.place in {target.place, PROVINCE}:
        return True
    is_author = bool(void.actor) and void.actor == target.actor
    return is_author and local_date(void.eff_at) == local_date(target.eff_at)


def order_is_certain(first: Entry, second: Entry) -> bool:
    """Say whether two entries lie further apart than what their clocks leave open."""
    gap = abs(second.eff_at - first.eff_at)
    return gap > timedelta(milliseconds=first.unc_ms + second.unc_ms)
