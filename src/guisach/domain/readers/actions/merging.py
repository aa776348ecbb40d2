"""Putting two cards of one person together, when a person has looked at both (SYNC row 11)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

import msgspec

from guisach.domain.journal.steps import IdTaken, Receipt, in_one_transaction
from guisach.domain.readers import queries
from guisach.domain.readers.actions.enrolment import Enrolment, ask, fields_of
from guisach.domain.readers.actions.refusals import AlreadyOne, ReaderGone
from guisach.kernel.clock import local_date
from guisach.kernel.ids import beside

if TYPE_CHECKING:
    from guisach.domain.journal.queries import Source
    from guisach.domain.readers.rules.joining import Applicant
    from guisach.kernel.clock import Clock


@in_one_transaction
def merge(
    *,
    op_id: UUID,
    by: Source,
    old: UUID,
    into: UUID,
    place: str,
    keeps: Applicant,
    keeps_card_of: UUID,
    clock: Clock,
) -> Receipt:
    """Say that `old` is the same person as `into`, and what is to be known of them: `keeps`, and whose card number.

    What differs from `into` is an edit of its own, recorded with it. Loans stay with the id that they were made
    with, and count for the person. The same `op_id` twice is one merge. Raises ReaderGone, AlreadyOne, and what
    `correct` raises.
    """
    act = Enrolment("merge_readers", op_id, by, old, place, clock)
    if (before := act.begin()) is not None:
        return before.receipt
    people = queries.readers([old, into])
    first, last = people.get(old), people.get(into)
    if first is None or last is None or first.erased_at is not None or last.erased_at is not None:
        raise ReaderGone
    if set(queries.ids_of(old)) & set(queries.ids_of(into)):
        raise AlreadyOne
    ask(keeps, on=local_date(clock()), reader=last.id)
    was, now = fields_of(last.applicant), fields_of(keeps)
    told = {name for name in now if now[name] != was[name]}
    private: dict[str, Any] = {"set": {name: now[name] for name in told}, "was": {name: was[name] for name in told}}
    body: dict[str, Any] = {} if keeps.group == last.group else {"group": keeps.group}
    if keeps.kind != last.kind:
        body["type"] = keeps.kind
    if first.expires_on > last.expires_on:
        body["expires"] = first.expires_on.isoformat()
    if keeps_card_of == first.id and first.card_no and first.card_no != last.card_no:
        private["set"]["card"], private["was"]["card"] = first.card_no, last.card_no
        body["replaces"] = "WORN"
    merged = act.record({}, {"into": str(last.id)}, card_no=last.card_no)
    if private["set"] or body:
        edit = Enrolment("edit_reader", beside(op_id), by, last.id, place, clock)
        if edit.begin() is not None:
            raise IdTaken
        edit.record(body, msgspec.to_builtins(private), card_no=last.card_no)
    return merged.receipt
