"""Appending to the log: recognise, number, stamp, store, fold again. Log first, judge after."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from guisach.domain.journal import kinds
from guisach.domain.journal.models import CaseOperation, CaseStatus, Operation, PrivatePart
from guisach.domain.journal.rules.envelope import (
    Envelope,
    Malformed,
    canonical,
    commitment,
    digest,
    new_salt,
    open_envelope,
    read_uuid,
)
from guisach.domain.journal.rules.history import CaseDraft
from guisach.domain.journal.steps.chains import doubt, draft_breaks
from guisach.domain.journal.steps.doubts import hold_back, note_held, release
from guisach.domain.journal.steps.publish import put_cases
from guisach.domain.journal.steps.recognise import Recognised, keep_forks, recognise
from guisach.domain.journal.steps.refold import refold
from guisach.domain.journal.steps.stamping import Numbered, number, stamps
from guisach.domain.journal.steps.understanding import keep_waiting, understand
from guisach.domain.journal.steps.voids import close_dangling_voids, touched_by_voids
from guisach.domain.network.queries import standings_of
from guisach.kernel.clock import local_date
from guisach.kernel.locks import lock

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from uuid import UUID

    from guisach.domain.journal.models import Device
    from guisach.domain.journal.queries.sources import Source
    from guisach.domain.journal.rules.stamp import Stamp
    from guisach.kernel.clock import Clock


@dataclass(frozen=True, slots=True)
class Receipt:
    """The answer for one operation: what became of it on the way in, and what it came to.

    `status` is stored, duplicate, fork or malformed; `outcome` and `case` are of the operation under this id.
    """

    op: str
    status: str
    outcome: str | None = None
    case: str | None = None
    code: str = ""
    field: str = ""
    number: int | None = None
    """The place in the hub's log of the operation under this id."""


def hold(source: Source, op_id: UUID, subjects: Iterable[str]) -> frozenset[str]:
    """Lock the source and the operation's id, then the subjects ("copy:CB000123"): the order everybody takes them in.

    Returns all their names, for `append` to know what is held already.
    """
    first, then = _source_locks(source, [op_id]), set(subjects)
    lock(first, then)
    return frozenset(first | then)


def append(
    items: Sequence[object],
    *,
    via: Source,
    clock: Clock,
    not_before: datetime | None = None,
    held: frozenset[str] = frozenset(),
) -> list[Receipt]:
    """Append a batch and fold what it touches; one receipt per item, in the order given.

    Must run inside a transaction; the caller commits before it answers. `not_before` is for an act whose
    rules were asked a moment ago: it must come after everything that the rules saw. `held` is what `hold` said.
    """
    opened = [open_envelope(item) for item in items]
    arrived = [envelope for envelope in opened if isinstance(envelope, Envelope)]
    lock((_source_locks(via, []) | {name for envelope in arrived for name in _locks(envelope)}) - held)
    received_at = clock()
    recognised = recognise(arrived)
    numbered, devices = number(recognised.new, via=via, received_at=received_at)
    when = stamps(numbered, devices, received_at=received_at, not_before=not_before)
    _store(numbered, when, devices, via=via, received_at=received_at, held=held)
    refold(keep_forks(recognised.forks, via=via.device, received_at=received_at), held=held)
    return _receipts(opened, recognised)


def _locks(envelope: Envelope) -> Iterator[str]:
    """Name what nobody else may write meanwhile: the device's numbers, and this operation and the one it takes back.

    Two transactions that do not see each other yet, one with a void and one with its target, would otherwise
    both end without the void in effect. Ids share 256 locks, so that a large batch does not need thousands.
    """
    if envelope.dev is not None:
        yield f"device:{envelope.dev}"
    yield f"op:{envelope.op.bytes[-1]}"
    target = envelope.raw.get("target")
    if isinstance(target, str) and (op := read_uuid(target)) is not None:
        yield f"op:{op.bytes[-1]}"


def _source_locks(source: Source, ops: Iterable[UUID]) -> set[str]:
    return {f"device:{source.device}"} | {f"op:{op.bytes[-1]}" for op in ops}


def _store(
    numbered: Sequence[Numbered],
    when: Mapping[UUID, Stamp],
    devices: Mapping[UUID, Device],
    *,
    via: Source,
    received_at: datetime,
    held: frozenset[str],
) -> None:
    rows: list[Operation] = []
    private_parts: dict[UUID, PrivatePart] = {}
    touches: dict[UUID, tuple[str, str] | None] = {}
    drafts: dict[str, list[CaseDraft]] = {}
    for item in numbered:
        row, private_part, touches[item.envelope.op] = _row(item, when[item.envelope.op], via, received_at)
        rows.append(row)
        if private_part is not None:
            private_parts[row.op] = private_part
    proven = doubt(rows, devices, received_at)
    quarantined = [row for row in rows if row.is_doubtful]
    for row in quarantined:
        hold_back(row, private_parts.get(row.op), drafts)
    pending = [row for row in rows if touches[row.op] is None and not row.is_doubtful]
    touched = {subject for row in rows if not row.is_doubtful and (subject := touches[row.op])}
    # What was brought of a device that nobody knows has the standing of who brings it, whomever it names.
    brought = {dev for dev, device in devices.items() if device.brought_at is not None and dev != via.device}
    acting = {row.op: via.username if row.dev in brought else row.actor for row in rows}
    standings = standings_of({(acting[row.op], row.place) for row in rows}, local_date(received_at))
    outside = kinds.outside_scope({(row.dev, row.actor, row.place) for row in rows if row.has_own_seq})
    for row in rows:
        is_outside = row.has_own_seq and (row.dev, row.actor, row.place) in outside
        row.standing = "" if is_outside else standings[acting[row.op], row.place]
        _draft_cases(row, when[row.op], drafts)
    draft_breaks(rows, drafts)
    Operation.objects.bulk_create(rows, batch_size=1000)
    PrivatePart.objects.bulk_create(private_parts.values(), batch_size=1000)
    # Whoever decides on a case may have been heard before what it is about: after a restoration in any order.
    opened = keep_waiting(pending, kinds.PENDING)
    note_held(quarantined)
    if drafts:
        opened |= put_cases(drafts)
    touched |= {("case", case) for case in opened}
    touched |= touched_by_voids([row for row in rows if row.target])
    touched |= release(proven)
    refold(touched, new=[*(row.op for row in rows if not row.is_doubtful), *proven], held=held)
    refold(close_dangling_voids(rows), held=held)


def _row(
    item: Numbered, when: Stamp, via: Source, received_at: datetime
) -> tuple[Operation, PrivatePart | None, tuple[str, str] | None]:
    """Build the rows of one operation, and the subject it is about (None: not understood here and now)."""
    envelope, salt = item.envelope, item.envelope.salt or new_salt()
    body_of = {
        **envelope.raw,
        "dev": str(item.dev),
        "epoch": item.epoch,
        "seq": item.seq,
    }
    if envelope.private and "commit" not in body_of:
        body_of["commit"] = commitment(salt, envelope.private)
    body = canonical(body_of)
    row = Operation(
        op=envelope.op,
        dev=item.dev,
        epoch=item.epoch,
        seq=item.seq,
        has_own_seq=item.has_own_seq,
        kind=envelope.kind,
        place=envelope.place,
        actor=envelope.actor if item.has_own_seq and envelope.actor else via.username,
        eff_at=when.eff_at,
        unc_ms=when.unc_ms,
        clock_ms=when.clock_ms,
        received_at=received_at,
        via=via.device,
        hash=digest(body),
        body=body,
    )
    private_part = None
    if envelope.private:
        private_part = PrivatePart(operation_id=envelope.op, salt=salt, data=canonical(envelope.private))
    return row, private_part, understand(row, private_part)


def _draft_cases(row: Operation, when: Stamp, drafts: dict[str, list[CaseDraft]]) -> None:
    """Note what the journal itself wants looked at; a case never keeps an operation from being applied."""
    if when.is_clock_wrong:
        drafts[f"clock:{row.op}"] = [CaseDraft("clock", (row.op,), row.place, row.eff_at)]
    if row.place and not row.standing:
        drafts[f"scope:{row.op}"] = [CaseDraft("outside_scope", (row.op,), row.place, row.eff_at)]


def outcomes_of(ops: Collection[UUID]) -> dict[UUID, tuple[str | None, str | None, int]]:
    """Return outcome, open case (of several the most urgent) and number of each operation that is in the log."""
    links = CaseOperation.objects.filter(op__in=ops, case__status=CaseStatus.OPEN)
    first: dict[UUID, str] = {}
    for op, case in links.order_by("-case__is_urgent", "case__kind", "case").values_list("op", "case"):
        first.setdefault(op, case)
    rows = Operation.objects.filter(op__in=ops).values_list("op", "outcome__code", "hub_seq")
    return {op: (outcome, first.get(op), number) for op, outcome, number in rows}


def _receipts(opened: Sequence[Envelope | Malformed], recognised: Recognised) -> list[Receipt]:
    known = outcomes_of([envelope.op for envelope in opened if isinstance(envelope, Envelope)])
    statuses = iter(recognised.status)
    receipts: list[Receipt] = []
    for envelope in opened:
        if isinstance(envelope, Malformed):
            receipts.append(Receipt("", "malformed", code=envelope.code, field=envelope.field))
        else:
            outcome, case, number = known.get(envelope.op, (None, None, None))
            receipts.append(Receipt(str(envelope.op), next(statuses), outcome, case, number=number))
    return receipts
