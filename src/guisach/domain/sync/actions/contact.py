"""A desk calls: it says how far it is, and brings its operations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from guisach.domain.journal.steps import Receipt, append, in_one_transaction
from guisach.domain.sync.actions.refusals import TooManyOperations
from guisach.domain.sync.models import Chain, Desk
from guisach.domain.sync.queries.credentials import credential
from guisach.domain.sync.queries.numbers import gaps, is_whole, mark_of_restoration
from guisach.domain.sync.rules.numbered import epochs_of, is_numbered
from guisach.domain.sync.rules.protocol import CREDENTIAL_VALID, GAPS_MAX, OPERATIONS_MAX
from guisach.domain.sync.steps import advance, chains_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from guisach.domain.sync.queries import DeskCaller
    from guisach.kernel.clock import Clock


@dataclass(frozen=True, slots=True)
class Greeting:
    """What a desk is told: what is here of its numbers, what of them is in a backup, and until when it may come."""

    at: datetime
    contiguous: int
    gaps: list[tuple[int, int]]
    backed_up_through: int
    epochs: list[tuple[int, int]]
    credential: str | None
    expires_at: datetime
    restored: str
    """The mark of the newest restoration from a backup; empty where there was none."""


@in_one_transaction
def greet(
    *, desk: DeskCaller, epoch: int, high: int, version: int, waiting_since: datetime | None, clock: Clock
) -> Greeting:
    """Take note of what a desk says of itself, and answer. `high` is the highest number it gave in this epoch.

    `waiting_since` is when it made the oldest operation that it has not brought yet, as it believes.
    """
    at = clock()
    row = Desk.objects.select_for_update().get(pk=desk.device)
    chains = chains_of(desk.device, [epoch])
    advance(chains)
    chain = next(chain for chain in chains if chain.epoch == epoch)
    if high > chain.told_high:
        chain.told_high = high
        Chain.objects.filter(pk=chain.pk, told_high__lt=high).update(told_high=high)
    row.version, row.contact_at, row.told_at, row.waiting_since = version, at, at, waiting_since
    if not desk.is_revoked:
        row.expires_at = (at + CREDENTIAL_VALID).replace(microsecond=0)
    if is_whole(chains):
        row.settled_at = at
    row.save(update_fields=["version", "contact_at", "told_at", "waiting_since", "settled_at", "expires_at"])
    return Greeting(
        at=at,
        contiguous=chain.contiguous,
        gaps=gaps(chain, GAPS_MAX),
        backed_up_through=chain.backed_up,
        epochs=[(one.epoch, one.contiguous) for one in chains],
        credential=None if desk.is_revoked else credential(desk.device, row.expires_at),
        expires_at=row.expires_at,
        restored=mark_of_restoration(),
    )


def take(*, operations: Sequence[object], desk: DeskCaller, clock: Clock) -> list[Receipt]:
    """Take in what a desk brings, its own operations and those of other desks that it passes on.

    Answers each once the whole batch is durable. What has no number of a device has no identity under which a desk
    could find it again: malformed. Raises TooManyOperations only.
    """
    if len(operations) > OPERATIONS_MAX:
        raise TooManyOperations(max=OPERATIONS_MAX)
    return _take(operations, desk, clock)


@in_one_transaction
def _take(operations: Sequence[object], desk: DeskCaller, clock: Clock) -> list[Receipt]:
    answers = iter(append([one for one in operations if is_numbered(one)], via=desk.source, clock=clock))
    receipts = [
        next(answers) if is_numbered(one) else Receipt("", "malformed", code="number_needed", field="seq")
        for one in operations
    ]
    _note(desk, epochs_of(operations, desk.device), clock())
    return receipts


def _note(desk: DeskCaller, epochs: set[int], at: datetime) -> None:
    """Note the contact, and whether with this batch everything is here that the desk had at its last hello."""
    row = Desk.objects.select_for_update().get(pk=desk.device)
    row.contact_at = at
    chains = chains_of(desk.device, epochs)
    advance([chain for chain in chains if chain.epoch in epochs])
    if row.told_at is not None and is_whole(chains):
        row.settled_at = max(row.settled_at or row.told_at, row.told_at)
    row.save(update_fields=["contact_at", "settled_at"])
