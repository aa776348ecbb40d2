"""A device is revoked; what it brings afterwards and cannot prove to be older waits for a person."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid5

from guisach.domain.journal.models import Device
from guisach.domain.journal.queries import librarian_at
from guisach.domain.journal.rules.doubt import APPLY, LEAVE
from guisach.domain.journal.steps import append, in_one_transaction
from guisach.domain.sync.actions.refusals import DeviceRevoked, ReasonForRevoking
from guisach.domain.sync.models import Desk
from guisach.domain.sync.queries.held import held_cases
from guisach.kernel.clock import local_date
from guisach.kernel.locks import lock

if TYPE_CHECKING:
    from uuid import UUID

    from guisach.domain.journal.queries import Source
    from guisach.domain.network.models import Staff
    from guisach.kernel.clock import Clock

_REASON_MAX = 200
_AT_ONCE = 200


@in_one_transaction
def revoke(*, device: UUID, by: Staff, reason: str, clock: Clock) -> None:
    """Revoke a desk for good: it is sent nothing any more, and may still bring what it has.

    Raises ReasonForRevoking, DeviceRevoked.
    """
    if not reason.strip():
        raise ReasonForRevoking
    lock({f"device:{device}"})  # what is being taken in now is older or newer than this, never half
    changed = Device.objects.filter(pk=device, desk__isnull=False, revoked_at__isnull=True).update(revoked_at=clock())
    if not changed:
        raise DeviceRevoked
    Desk.objects.filter(pk=device).update(revoked_by=by, revoked_why=reason.strip()[:_REASON_MAX])


def decide_held(
    *, op_id: UUID, device: UUID, is_to_count: bool, reason: str, by: Source, clock: Clock
) -> int:  # fmt: skip
    """Decide on all that waits of a revoked device, where this person may; returns on how many operations.

    A decision on each case is recorded as an operation of its own; the same `op_id` twice is one decision on each.
    """
    decision, done = APPLY if is_to_count else LEAVE, 0
    while some := _decide(op_id, device, decision, reason, by, clock):
        done += some
    return done


@in_one_transaction
def _decide(op_id: UUID, device: UUID, decision: str, reason: str, by: Source, clock: Clock) -> int:
    on = local_date(clock())
    cases = held_cases(device)
    places = {place: librarian_at(by, place, on=on) for place in {place for _case, place in cases}}
    mine = [(case, place) for case, place in cases if places[place] is not None][:_AT_ONCE]
    operations = [
        {
            "op": str(uuid5(op_id, case)),
            "v": 1,
            "kind": "settle",
            "case": case,
            "decision": decision,
            "place": places[place],
            **({"private": {"reason": reason}} if reason else {}),
        }
        for case, place in mine
    ]
    append(operations, via=by, clock=clock)
    return len(operations)
