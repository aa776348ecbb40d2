"""Which of a copy's operations may no longer say who it was (SYNC 2.8), as a pure function of its history.

The operations of one loan are forgotten together, once it has ended and nobody can dispute it any more; what
belongs to no loan (one that was taken back, a renewal without effect) goes by its own time.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from guisach.domain.circulation.rules.borrowing_fold import in_order_of_lending, judge, overlaps

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping
    from datetime import datetime
    from uuid import UUID

    from guisach.domain.circulation.rules.borrowing_fold import Borrowed, Membership
    from guisach.domain.circulation.rules.copy_state import CopyState
    from guisach.domain.circulation.rules.policy import Policies

DISPUTE_DAYS = 30
"""After the end of a loan: long enough for a book that was never brought back to be missed on its shelf."""


def forgettable(state: CopyState, named: Mapping[UUID, datetime], before: datetime) -> list[list[UUID]]:
    """Return the operations to be forgotten, those of one loan together, the one that made it first.

    `named` are the copy's operations that still name somebody, with their times, taken back or not.
    """
    ended = {loan.entry.op: loan.closed_at for loan in state.loans}
    groups: dict[UUID, list[UUID]] = defaultdict(list)
    for op in named:
        groups[state.episodes.get(op, op)].append(op)
    found = []
    for episode, ops in groups.items():
        closed_at = ended.get(episode, max(named[op] for op in ops))
        if closed_at is not None and closed_at < before and all(named[op] < before for op in ops):
            found.append(sorted(ops, key=lambda op, first=episode: (op != first, str(op))))  # type: ignore[misc]
    return found


def is_request_over(
    *, is_made: bool, closed_at: datetime | None, named: Mapping[UUID, datetime], before: datetime
) -> bool:
    """Tell whether a request may no longer say who asked: as long after its end as a loan.

    So it never outlives the loan that served it. What was taken back goes by its own time.
    """
    if is_made:
        return closed_at is not None and closed_at < before
    return all(at < before for at in named.values())


@dataclass(frozen=True, slots=True)
class Notes:
    """What must still be known of a reader's loans when some of them are forgotten."""

    judged: dict[UUID, tuple[str, ...]]
    """By forgotten loan: the cases that it was."""
    others: dict[UUID, int]
    """By remaining loan: how many forgotten ones of the reader were open when it was made, those of before too."""


def notes(
    loans: Iterable[Borrowed],
    forgotten: Collection[UUID],
    membership: Membership | None,
    policies: Callable[[], Policies],
) -> Notes:
    """Judge a reader's loans a last time together, and note what the remaining ones need of those that go."""
    in_order = sorted(loans, key=in_order_of_lending)
    judged: dict[UUID, tuple[str, ...]] = dict.fromkeys(forgotten, ())
    for draft in judge(in_order, membership, policies):
        [op] = draft.operations
        if op in judged:
            judged[op] = (*judged[op], draft.kind)
    others = {}
    for index, loan in enumerate(in_order):
        going = sum(1 for other in in_order[:index] if other.op in forgotten and overlaps(other, loan))
        if going and loan.op not in forgotten and loan.judged is None:
            others[loan.op] = loan.others + going
    return Notes(judged, others)
