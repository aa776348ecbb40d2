"""Mending a reader's data, renewing the card, giving another one: a later joining of the same reader."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from guisach.domain.journal.queries import latest_about
from guisach.domain.journal.steps import in_one_transaction
from guisach.domain.readers import queries
from guisach.domain.readers.actions.enrolment import Enrolment, Joined, as_card, ask, free_card, next_card
from guisach.domain.readers.actions.refusals import ReaderGone
from guisach.domain.readers.rules.joining import Applicant, expiry
from guisach.kernel.clock import local_date

if TYPE_CHECKING:
    from guisach.domain.journal.queries import Source
    from guisach.domain.readers.queries import ReaderView
    from guisach.kernel.clock import Clock


@in_one_transaction
def correct(
    *,
    op_id: UUID,
    by: Source,
    reader: UUID,
    place: str,
    applicant: Applicant,
    card: str,
    renews: bool,
    clock: Clock,
    takes_next_card: bool = False,
) -> Joined:
    """Write down all data of a known reader anew; where and when they first joined stays.

    An empty `card` keeps the present number; `takes_next_card` gives the next one, whatever `card` says.
    `renews` lets the card run as long as one made today, otherwise it ends when it did. The same `op_id` twice
    counts once. Raises ReaderGone and the refusals of `join`.
    """
    act = Enrolment(op_id, by, reader, place, clock)
    if (before := act.begin()) is not None:
        return before
    known = queries.reader(reader)
    if known is None:
        raise ReaderGone
    today = local_date(clock())
    ask(applicant, on=today)
    return act.record(
        applicant,
        card_no=next_card() if takes_next_card else _number(card, known),
        # Older systems gave cards that run longer than ours: to renew must not shorten them.
        expires_on=max(known.expires_on, expiry(today)) if renews else known.expires_on,
        not_before=latest_about(reader, "join"),
    )


def renew_card(*, op_id: UUID, by: Source, reader: UUID, place: str, clock: Clock) -> Joined:
    """Let the card run as long as one made today; all data stay as they are. Refusals as in `correct`."""
    known = queries.reader(reader)
    if known is None:
        raise ReaderGone
    return correct(
        op_id=op_id, by=by, reader=reader, place=place, applicant=known.applicant, card="", renews=True, clock=clock
    )


def _number(card: str, known: ReaderView) -> str:
    # The present number is not questioned again: it may come from an older system, or be pending.
    if not card.strip() or as_card(card) == known.card_no:
        return known.card_no
    return free_card(card, of=known.id)
