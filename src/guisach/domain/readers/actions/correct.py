"""Mending a reader's data field by field, renewing the card, giving another one, moving to another place."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any
from uuid import UUID

import msgspec

from guisach.domain.journal.steps import in_one_transaction
from guisach.domain.network.queries import places_by_code
from guisach.domain.readers import queries
from guisach.domain.readers.actions.enrolment import Enrolment, Joined, as_card, ask, fields_of, free_card, next_card
from guisach.domain.readers.actions.refusals import HomeUnknown, ReaderGone
from guisach.domain.readers.rules.joining import Applicant, expiry
from guisach.kernel.clock import local_date

if TYPE_CHECKING:
    from guisach.domain.journal.queries import Source
    from guisach.domain.readers.queries import ReaderView
    from guisach.kernel.clock import Clock

LOST, WORN, WRONG = "LOST", "WORN", "WRONG"
"""What became of the former card when another was given."""


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
    shown: Applicant | None = None,
    replaces: str = LOST,
) -> Joined:
    """Record those fields in which `applicant` differs from `shown`; where and when somebody joined stays.

    `shown` is what the page showed to whoever mended it (None: what is known now), so that an old page does not
    bring back what another desk has mended since. An empty `card` keeps the present number; `takes_next_card` gives
    the next one, whatever `card` says; `replaces` says what became of the former one: it is not lent on any more,
    unless it was WRONG. `renews` lets the card run as long as one made today, otherwise it ends when it did. The
    same `op_id` twice counts once. Raises ReaderGone and the refusals of `join`.
    """
    act = Enrolment("edit_reader", op_id, by, queries.survivor_of(reader), place, clock)
    if (before := act.begin()) is not None:
        return before
    known = _known(act.reader)
    shown = shown or known.applicant
    changed = {name for name in Applicant.__dataclass_fields__ if getattr(applicant, name) != getattr(shown, name)}
    wanted = replace(known.applicant, **{name: getattr(applicant, name) for name in changed})
    today = local_date(clock())
    ask(wanted, on=today, reader=known.id)
    number = next_card() if takes_next_card else _number(card, known)
    body: dict[str, Any] = {"group": wanted.group} if "group" in changed else {}
    body |= {"type": wanted.kind} if "kind" in changed else {}
    if renews:  # Older systems gave cards that run longer than ours: to renew must not shorten them.
        body["expires"] = max(known.expires_on, expiry(today)).isoformat()
    was, now = fields_of(shown), fields_of(wanted)
    told = {name for name in now if now[name] != was[name]}
    private = {"set": {name: now[name] for name in told}, "was": {name: was[name] for name in told}}
    if number != known.card_no:
        private["set"]["card"], private["was"]["card"] = number, known.card_no
        body["replaces"] = replaces
    return act.record(body, msgspec.to_builtins(private), card_no=number)


def renew_card(*, op_id: UUID, by: Source, reader: UUID, place: str, clock: Clock) -> Joined:
    """Let the card run as long as one made today; all data stay as they are. Refusals as in `correct`."""
    known = _known(reader)
    return correct(
        op_id=op_id, by=by, reader=reader, place=place, applicant=known.applicant, card="", renews=True, clock=clock
    )


@in_one_transaction
def move(*, op_id: UUID, by: Source, reader: UUID, place: str, home: str, clock: Clock) -> Joined:
    """Let another place look after a reader who moved there. Open loans stay with the places that made them.

    Raises ReaderGone, HomeUnknown.
    """
    act = Enrolment("edit_reader", op_id, by, queries.survivor_of(reader), place, clock)
    if (before := act.begin()) is not None:
        return before
    known = _known(act.reader)
    if not places_by_code([home]):
        raise HomeUnknown
    return act.record({"home": home}, {}, card_no=known.card_no)


def _known(id_: UUID) -> ReaderView:
    known = queries.reader(id_)
    if known is not None and known.survivor is not None:
        known = queries.reader(known.survivor)
    if known is None or known.erased_at is not None:
        raise ReaderGone
    return known


def _number(card: str, known: ReaderView) -> str:
    # The present number is not questioned again: it may come from an older system, or be pending.
    if not card.strip() or as_card(card) == known.card_no:
        return known.card_no
    return free_card(card, of=known.id)
