"""Appending to the log: recognise, number, stamp, store, fold again. Log first, judge after."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from guisach.domain.journal import kinds
from guisach.domain.journal.models import CaseOperation, CaseStatus, Operation, PrivatePart
from guisach.domain.journal.queries.histories import decoder
from guisach.domain.journal.rules.envelope import (
    Envelope,
    Malformed,
    canonical,
    commitment,
    digest,
    new_salt,
    open_envelope,
)
from guisach.domain.journal.rules.history import CaseDraft
from guisach.domain.journal.steps.publish import put_cases, put_outcomes
from guisach.domain.journal.steps.recognise import Recognised, keep_forks, recognise
from guisach.domain.journal.steps.refold import refold
from guisach.domain.journal.steps.stamping import Numbered, number, stamps
from guisach.domain.network.queries import standing_of
from guisach.kernel.clock import local_date
from guisach.kernel.locks import lock

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from uuid import UUID

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


def hold(source: Source, subjects: Iterable[str]) -> None:
    """Lock the source and then the subjects ("copy:CB000123"): the order in which everybody takes them."""
    lock([f"device:{source.device}"])
    lock(subjects)


def append(items: Sequence[object], *, via: Source, clock: Clock, not_before: datetime | None = None) -> list[Receipt]:
    """Append a batch and fold what it touches; one receipt per item, in the order given.

    Must run inside a transaction; the caller commits before it answers. `not_before` is for an act whose
    rules were asked a moment ago: it must come after everything that the rules saw.
    """
    opened = [open_envelope(item) for item in items]
    arrived = [envelope for envelope in opened if isinstance(envelope, Envelope)]
    lock({f"device:{via.device}"} | {f"device:{e.dev}" for e in arrived if e.dev is not None})
    received_at = clock()
    recognised = recognise(arrived)
    numbered = number(recognised.new, via=via, received_at=received_at)
    when = stamps(numbered, received_at=received_at, not_before=not_before)
    _store(numbered, when, via=via, received_at=received_at)
    keep_forks(recognised.forks, via=via.device, received_at=received_at)
    return _receipts(opened, recognised)


def _store(numbered: Sequence[Numbered], when: Mapping[UUID, Stamp], *, via: Source, received_at: datetime) -> None:
    rows: list[Operation] = []
    private_parts: list[PrivatePart] = []
    pending: list[UUID] = []
    touched: set[tuple[str, str]] = set()
    drafts: dict[str, list[CaseDraft]] = {}
    standings: dict[tuple[str, str], str] = {}
    for item in numbered:
        row, private_part, touches = _row(item, when[item.envelope.op], via, received_at)
        who = (row.actor, row.place)
        if who not in standings:
            standings[who] = standing_of(row.actor, row.place, local_date(received_at))
        row.standing = standings[who]
        rows.append(row)
        if private_part is not None:
            private_parts.append(private_part)
        if touches is None:
            pending.append(row.op)
        elif touches:
            touched.add(touches)
        _draft_cases(row, when[row.op], drafts)
    Operation.objects.bulk_create(rows, batch_size=1000)
    PrivatePart.objects.bulk_create(private_parts, batch_size=1000)
    put_outcomes(dict.fromkeys(pending, kinds.PENDING), {})
    put_cases(
        {f"unread:{row.op}": [_not_understood(row)] for row in rows if row.op in set(pending)},
        opens_later=True,
    )
    if drafts:
        put_cases(drafts)
    touched |= _touched_by_voids([row for row in rows if row.target])
    refold(touched, new=[row.op for row in rows])
    _close_dangling_voids(rows)


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
    body, private = canonical(body_of), canonical(envelope.private)
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
    private_part = PrivatePart(operation_id=envelope.op, salt=salt, data=private) if envelope.private else None
    return row, private_part, _understand(row, private_part, private)


def _understand(row: Operation, private_part: PrivatePart | None, private: str) -> tuple[str, str] | None:
    kind = kinds.kind_named(row.kind)
    if kind is None:
        return None
    try:
        body: Any = decoder(kind.body).decode(row.body)
        named: Any = decoder(kind.private).decode(private)
        subject = kind.subject(body, named, row.place, row.eff_at)
    except ValueError:  # msgspec's errors are ValueErrors too
        return None
    reader = kind.reader(named)
    if private_part is not None:
        private_part.reader = reader
    row.target = kind.target(body)
    if row.target is not None:
        return ("", "")
    if not _is_private(kind):
        row.subject = f"{kind.subject_type}:{subject}"
    return (kind.subject_type, subject)


def _is_private(kind: kinds.Kind) -> bool:
    return any(fold.is_private for fold in kinds.folds() if fold.subject_type == kind.subject_type)


def _draft_cases(row: Operation, when: Stamp, drafts: dict[str, list[CaseDraft]]) -> None:
    """Note what the journal itself wants looked at; a case never keeps an operation from being applied."""
    if when.is_clock_wrong:
        drafts[f"clock:{row.op}"] = [CaseDraft("clock", (row.op,), row.place, row.eff_at)]
    if row.place and not row.standing:
        drafts[f"scope:{row.op}"] = [CaseDraft("outside_scope", (row.op,), row.place, row.eff_at)]


def _not_understood(row: Operation) -> CaseDraft:
    return CaseDraft("not_understood", (row.op,), row.place, row.received_at)


def _touched_by_voids(voids: Sequence[Operation]) -> set[tuple[str, str]]:
    """Return the subjects of what the voids take back; a void of something unknown waits for it."""
    if not voids:
        return set()
    targets = {
        op: (kind, subject, reader)
        for op, kind, subject, reader in Operation.objects.filter(op__in=[v.target for v in voids]).values_list(
            "op", "kind", "subject", "private_part__reader"
        )
    }
    touched: set[tuple[str, str]] = set()
    waiting: list[Operation] = []
    for void in voids:
        kind, subject, reader = targets.get(void.target, ("", "", None)) if void.target else ("", "", None)
        known_kind = kinds.kind_named(kind)
        if subject:
            subject_type, _, subject_id = subject.partition(":")
            touched.add((subject_type, subject_id))
        elif known_kind is not None and reader is not None and _is_private(known_kind):
            touched.add((known_kind.subject_type, str(reader)))
        else:
            waiting.append(void)
    put_outcomes(dict.fromkeys([void.op for void in waiting], kinds.WAITING), {})
    put_cases({f"unread:{void.op}": [_not_understood(void)] for void in waiting}, opens_later=True)
    return touched


def _close_dangling_voids(rows: Sequence[Operation]) -> None:
    """A void cannot be taken back: say so of voids that aim at another void, whichever came first."""
    voids = [row.op for row in rows if row.target]
    if not voids:
        return
    dangling = list(
        Operation.objects.filter(Q(target__in=voids) | Q(op__in=voids)).values_list(
            "op", "target", "place", "eff_at", "outcome__code"
        )
    )
    aims_at_void = set(
        Operation.objects.filter(op__in=[d[1] for d in dangling], target__isnull=False).values_list("op", flat=True)
    )
    found = [d for d in dangling if d[1] in aims_at_void]
    put_outcomes({d[0]: "NO_EFFECT" for d in found}, {d[0]: d[4] for d in found})
    put_cases({f"void:{op}": [CaseDraft("void_of_void", (op,), place, at)] for op, _target, place, at, _code in found})


def _receipts(opened: Sequence[Envelope | Malformed], recognised: Recognised) -> list[Receipt]:
    ops = [envelope.op for envelope in opened if isinstance(envelope, Envelope)]
    outcomes = dict(Operation.objects.filter(op__in=ops).values_list("op", "outcome__code"))
    cases: dict[UUID, str] = dict(
        CaseOperation.objects.filter(op__in=ops, case__status=CaseStatus.OPEN)
        .order_by("-case__is_urgent", "case__kind")
        .values_list("op", "case")
    )
    statuses = iter(recognised.status)
    receipts: list[Receipt] = []
    for envelope in opened:
        if isinstance(envelope, Malformed):
            receipts.append(Receipt("", "malformed", code=envelope.code, field=envelope.field))
        else:
            op = envelope.op
            receipts.append(Receipt(str(op), next(statuses), outcomes.get(op), cases.get(op)))
    return receipts
