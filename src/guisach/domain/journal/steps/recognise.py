"""Tells what is new in a batch from what is known already, and keeps a second content under a taken name."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from guisach.domain.journal.models import Fork, Operation
from guisach.domain.journal.rules.envelope import Envelope, canonical, digest, is_same
from guisach.domain.journal.rules.history import CaseDraft
from guisach.domain.journal.steps.publish import put_cases

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

Number = tuple["UUID", int, int]


@dataclass(slots=True)
class Recognised:
    """The batch sorted out; `status` in the order of the envelopes."""

    new: list[Envelope] = field(default_factory=list)
    forks: list[tuple[Envelope, UUID]] = field(default_factory=list)  # with the operation that was first
    status: list[str] = field(default_factory=list)


def recognise(arrived: Sequence[Envelope]) -> Recognised:
    """Compare with the log by id and by (device, epoch, number), and within the batch."""
    stored = _stored([envelope.op for envelope in arrived])
    taken = _taken(arrived)
    first: dict[UUID, Envelope] = {}
    found = Recognised()
    for envelope in arrived:
        status, rival = "stored", None
        if envelope.op in stored:
            body, salt = stored[envelope.op]
            status, rival = ("duplicate", None) if is_same(body, envelope, salt) else ("fork", envelope.op)
        elif envelope.op in first:
            earlier = first[envelope.op]
            is_repeat = (earlier.raw, earlier.private) == (envelope.raw, envelope.private)
            status, rival = ("duplicate", None) if is_repeat else ("fork", envelope.op)
        elif (number := number_of(envelope)) is not None and number in taken:
            status, rival = "fork", taken[number]
        else:
            first[envelope.op] = envelope
            found.new.append(envelope)
            if number is not None:
                taken[number] = envelope.op
        if rival is not None:
            found.forks.append((envelope, rival))
        found.status.append(status)
    return found


def number_of(envelope: Envelope) -> Number | None:
    """Return the number that a device gave, or None where the hub numbers."""
    if envelope.dev is None or envelope.seq is None:
        return None
    return (envelope.dev, envelope.epoch or 1, envelope.seq)


def keep_forks(forks: Sequence[tuple[Envelope, UUID]], *, via: UUID, received_at: datetime) -> set[tuple[str, str]]:
    """Keep each fork once, whatever it says, and open a case (SYNC row 28: a cloned device).

    Returns the cases that are new, as subjects.
    """
    if not forks:
        return set()
    rows = []
    for envelope, rival in forks:
        dev, epoch, seq = number_of(envelope) or (via, 0, 0)
        body = canonical(envelope.raw)
        private = canonical(envelope.private) if envelope.private else ""
        rows.append(
            Fork(
                op=envelope.op,
                dev=dev,
                epoch=epoch,
                seq=seq,
                hash=digest(body + private),
                stored_id=rival,
                received_at=received_at,
                via=via,
                body=body,
                private=private,
            )
        )
    Fork.objects.bulk_create(rows, ignore_conflicts=True)
    opened = put_cases(
        {
            f"fork:{envelope.op}": [
                CaseDraft("fork", tuple(dict.fromkeys((rival, envelope.op))), envelope.place, received_at)
            ]
            for envelope, rival in forks
        }
    )
    return {("case", case) for case in opened}


def _stored(ops: Sequence[UUID]) -> dict[UUID, tuple[dict[str, Any], str | None]]:
    rows = Operation.objects.filter(op__in=ops).values_list(
        "op", "body", "private_part__salt", "private_part__forgotten_at"
    )
    return {op: (json.loads(body), None if forgotten else salt) for op, body, salt, forgotten in rows}


def _taken(arrived: Sequence[Envelope]) -> dict[Number, UUID]:
    numbers = {number for envelope in arrived if (number := number_of(envelope)) is not None}
    if not numbers:
        return {}
    rows = Operation.objects.filter(dev__in={n[0] for n in numbers}, seq__in={n[2] for n in numbers}).values_list(
        "dev", "epoch", "seq", "op"
    )
    return {(dev, epoch, seq): op for dev, epoch, seq, op in rows if (dev, epoch, seq) in numbers}
