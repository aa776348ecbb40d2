"""What a reader's loans say together: only cases for people, never a change to a copy (SYNC row 10)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from guisach.domain.circulation.rules.policy import Policies
from guisach.domain.journal.rules.history import CaseDraft
from guisach.kernel.clock import local_date

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator


JUDGEMENTS = ("reader_unknown", "lent_on_expired_card", "lent_over_limit", "reader_erased")
"""Every kind of case that judging a loan can open."""


@dataclass(frozen=True, slots=True)
class Borrowed:
    """A loan as the reader's side sees it."""

    op: UUID
    place: str
    lent_at: datetime
    closed_at: datetime | None
    override: str
    group: str = ""
    judged: tuple[str, ...] | None = None
    """What it was judged when its reader was forgotten."""
    others: int = 0
    """Forgotten loans of the reader that were open when this one was made."""
    reader: UUID | None = None
    """The id that it was made with: a person who was written down twice has two."""


@dataclass(frozen=True, slots=True)
class Membership:
    """The reader's card at the time of judging."""

    expires_on: date
    erased_at: datetime | None = None


def judge(
    loans: Iterable[Borrowed], membership: Membership | None, policies: Callable[[], Policies] = Policies
) -> Iterator[CaseDraft]:
    """Yield a case for each loan that an asked desk would have stopped, unless a person overrode it there.

    The rules are asked for only when somebody has more than one book.
    """
    in_order = sorted(loans, key=in_order_of_lending)
    for index, loan in enumerate(in_order):
        if loan.judged is not None:
            yield from (CaseDraft(kind, (loan.op,), loan.place, loan.lent_at) for kind in loan.judged)
            continue
        if membership is None:
            yield CaseDraft("reader_unknown", (loan.op,), loan.place, loan.lent_at)
            continue
        if membership.erased_at is not None and lasted_beyond(loan, membership.erased_at):
            yield CaseDraft("reader_erased", (loan.op,), loan.place, loan.lent_at)  # row 12
            continue
        if loan.override:
            continue
        if membership.expires_on < local_date(loan.lent_at):
            yield CaseDraft("lent_on_expired_card", (loan.op,), loan.place, loan.lent_at)
        open_then = loan.others + sum(1 for other in in_order[:index] if overlaps(other, loan))
        if open_then and open_then >= _limit(loan, policies()):
            yield CaseDraft("lent_over_limit", (loan.op,), loan.place, loan.lent_at)


def overlaps(earlier: Borrowed, loan: Borrowed) -> bool:
    """Tell whether an earlier loan was open when this one was made.

    Of loans made with different ids of one person only what is still open counts: whoever lent could not know.
    """
    if earlier.reader != loan.reader:
        return earlier.closed_at is None and loan.closed_at is None
    return earlier.closed_at is None or earlier.closed_at > loan.lent_at


def lasted_beyond(loan: Borrowed, instant: datetime) -> bool:
    """Tell whether a loan was open after an instant."""
    return loan.closed_at is None or loan.closed_at > instant


def in_order_of_lending(loan: Borrowed) -> tuple[datetime, str]:
    """Give the order in which loans count against the limit."""
    return loan.lent_at, str(loan.op)


def _limit(loan: Borrowed, policies: Policies) -> int:
    rulebook = policies.on(local_date(loan.lent_at))
    return rulebook.most_loans(place=loan.place, group=loan.group)
