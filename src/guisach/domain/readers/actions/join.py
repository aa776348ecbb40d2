"""Joining at a desk: the rules are asked first, then the same operation is recorded that an offline desk makes."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from guisach.domain.journal.steps import in_one_transaction
from guisach.domain.readers.actions.enrolment import Enrolment, Joined, ask, free_card, next_card, told
from guisach.domain.readers.rules.joining import Applicant, expiry
from guisach.kernel.clock import local_date

if TYPE_CHECKING:
    from guisach.domain.journal.queries import Source
    from guisach.kernel.clock import Clock


@in_one_transaction
def join(*, op_id: UUID, by: Source, place: str, applicant: Applicant, card: str, clock: Clock) -> Joined:
    """Enrol a reader; an empty `card` gets the next number. The same `op_id` twice is one reader.

    Raises the room's refusals. The reader's id is derived from `op_id`, so that a repeat finds it.
    """
    act = Enrolment("join", op_id, by, UUID(int=op_id.int ^ 1), place, clock)
    if (before := act.begin()) is not None:
        return before
    today = local_date(clock())
    ask(applicant, on=today)
    number = free_card(card, of=act.reader) if card.strip() else next_card()
    body = {"group": applicant.group, "expires": expiry(today).isoformat()}
    body |= {"type": applicant.kind} if applicant.kind != "PERSON" else {}
    return act.record(body, told(applicant, number), card_no=number)
