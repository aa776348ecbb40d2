"""The chains of devices: neighbours that contradict each other, and what revoked devices bring."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import TYPE_CHECKING

import msgspec

from guisach.domain.journal.models import Case, CaseStatus, Operation
from guisach.domain.journal.rules.cases import case_id
from guisach.domain.journal.rules.doubt import Link, is_broken, proven
from guisach.domain.journal.rules.history import CaseDraft

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime
    from uuid import UUID

    from guisach.domain.journal.models import Device

CASE = "revoked_device"


class _Chained(msgspec.Struct):
    prev: str | None = None


_CHAINED = msgspec.json.Decoder(_Chained)  # four times quicker than to read all of it
_COLUMNS = ("op", "dev", "epoch", "seq", "hash", "body", "eff_at", "is_doubtful")


def link_of(row: Operation) -> Link:
    """Return an operation as a link of its chain."""
    return Link(row.op, row.seq, row.hash, _prev(row.body), row.eff_at, not row.is_doubtful)


def _prev(body: str) -> str | None:
    if '"prev":' not in body:
        return None
    try:
        return _CHAINED.decode(body).prev
    except ValueError:  # no text, or there is something in it that only Python reads
        prev = json.loads(body).get("prev")
        return prev if isinstance(prev, str) else None


def broken_pairs(rows: Sequence[Operation]) -> list[tuple[Operation, Operation]]:
    """Return pairs of neighbours, one of them new, of which the later does not follow from the earlier.

    SYNC row 28: a cloned device. Both really happened, so both count, and a person is told.
    """
    chained = [row for row in rows if row.has_own_seq and '"prev":' in row.body]
    if not chained:
        return []
    known = {(row.dev, row.epoch, row.seq): row for row in rows if row.has_own_seq}
    missing: dict[tuple[UUID, int], set[int]] = defaultdict(set)
    for row in chained:
        for seq in (row.seq - 1, row.seq + 1):
            if seq and (row.dev, row.epoch, seq) not in known:
                missing[row.dev, row.epoch].add(seq)
    for (dev, epoch), seqs in missing.items():
        found = Operation.objects.filter(dev=dev, epoch=epoch, seq__in=seqs, has_own_seq=True).only(*_COLUMNS)
        known |= {(row.dev, row.epoch, row.seq): row for row in found}
    pairs = {}
    for row in chained:
        for later in (row, known.get((row.dev, row.epoch, row.seq + 1))):
            earlier = known.get((row.dev, row.epoch, later.seq - 1)) if later is not None else None
            if later is not None and earlier is not None and is_broken(link_of(earlier), link_of(later)):
                pairs[later.op] = (earlier, later)
    return list(pairs.values())


def draft_breaks(rows: Sequence[Operation], drafts: dict[str, list[CaseDraft]]) -> None:
    """Note a case for each place where a chain is broken."""
    for earlier, later in broken_pairs(rows):
        ops = (earlier.op, later.op)
        drafts[f"chain:{later.op}"] = [CaseDraft("chain_broken", ops, later.place, later.eff_at)]


def doubt(rows: Sequence[Operation], devices: Mapping[UUID, Device], received_at: datetime) -> list[UUID]:
    """Mark the new rows of revoked devices that cannot be proven to be older than the revocation.

    Returns earlier ones that are proven now: what was missing between them and the rest has come. Those on which
    somebody has decided are left to that decision.
    """
    touched: dict[tuple[UUID, int], list[Operation]] = defaultdict(list)
    for row in rows:
        device = devices.get(row.dev) if row.has_own_seq else None
        if device is not None and device.revoked_at is not None and device.revoked_at <= received_at:
            row.is_doubtful = True
            touched[row.dev, row.epoch].append(row)
    released: list[UUID] = []
    for (dev, epoch), new in touched.items():
        revoked_at = devices[dev].revoked_at
        if revoked_at is None:
            continue
        sure = proven(_links(dev, epoch, new), epoch=epoch, revoked_at=revoked_at)
        for row in new:
            row.is_doubtful = row.op not in sure
        released += sure - {row.op for row in new}
    return _undecided(released)


def _links(dev: UUID, epoch: int, new: Sequence[Operation]) -> list[Link]:
    """Return the chain from the first link that is new or in doubt, with its predecessor, in order."""
    stored = Operation.objects.filter(dev=dev, epoch=epoch, has_own_seq=True).order_by("seq")
    in_doubt = stored.filter(is_doubtful=True).values_list("seq", flat=True).first()
    least = min([row.seq for row in new] + ([in_doubt] if in_doubt is not None else []))
    rows = [*stored.filter(seq__gte=least - 1).only(*_COLUMNS), *new]
    return [link_of(row) for row in sorted(rows, key=lambda row: row.seq)]


def _undecided(ops: Iterable[UUID]) -> list[UUID]:
    cases = {case_id(CASE, [op]): op for op in ops}
    decided = Case.objects.filter(pk__in=list(cases), status=CaseStatus.SETTLED).values_list("pk", flat=True)
    return [op for case, op in cases.items() if case not in set(decided)]
