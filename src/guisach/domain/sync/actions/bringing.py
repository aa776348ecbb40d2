"""Export files of desks: somebody brings what a device could not send itself."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from guisach.domain.journal.models import Device, DeviceKind
from guisach.domain.journal.rules.doubt import QUARANTINED
from guisach.domain.journal.rules.envelope import read_uuid
from guisach.domain.journal.rules.history import CaseDraft
from guisach.domain.journal.steps import append, in_one_transaction, put_cases
from guisach.domain.sync.actions.refusals import FileUnreadable
from guisach.domain.sync.models import Desk
from guisach.domain.sync.rules.export_file import read_export
from guisach.domain.sync.rules.numbered import epochs_of, is_numbered
from guisach.domain.sync.rules.protocol import OPERATIONS_MAX
from guisach.domain.sync.steps import advance, chains_of
from guisach.kernel.locks import lock

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from uuid import UUID

    from guisach.domain.journal.queries import Source
    from guisach.kernel.clock import Clock


@dataclass(slots=True)
class Brought:
    """What came of a file."""

    read: int = 0
    stored: int = 0
    duplicate: int = 0
    fork: int = 0
    malformed: int = 0
    quarantined: int = 0
    """Of those stored or known, how many wait for a person: a revoked device's."""
    wrong: list[tuple[int, str, str]] = field(default_factory=list)
    """Of the malformed ones the first: number in the file, code, field."""
    unknown_devices: set[UUID] = field(default_factory=set)


_WRONG_MAX = 20


def bring(
    *, file: bytes, by: Source, clock: Clock, progress: Callable[[int], object] = lambda _done: None
) -> Brought:  # fmt: skip
    """Take in an export file. As often as anybody likes: what is known stays as it is.

    Whole batches are durable one after another: after a crash the file is brought again and goes on where it stopped.
    Devices that were revoked are treated as if they had sent it themselves; for one that this hub does not know,
    whoever brings the file answers, and the place is told. Raises FileUnreadable.
    """
    try:
        operations = read_export(file)
    except ValueError as error:
        raise FileUnreadable(why=str(error)) from error
    brought = Brought()
    for start in range(0, len(operations), OPERATIONS_MAX):
        batch = operations[start : start + OPERATIONS_MAX]
        _take(batch, start, brought, by, clock)
        progress(len(batch))
    return brought


def _take(batch: Sequence[object], start: int, brought: Brought, by: Source, clock: Clock) -> None:
    numbered = [(at, one) for at, one in enumerate(batch, start + 1) if is_numbered(one)]
    answers, unknown = _store([one for _at, one in numbered], by, clock)
    statuses = Counter(status for status, _outcome, _code, _field in answers)
    for (at, _one), (status, _outcome, code, where) in zip(numbered, answers, strict=True):
        if status == "malformed":
            brought.wrong.append((at, code, where))
    unnumbered = [at for at, one in enumerate(batch, start + 1) if not is_numbered(one)]
    brought.wrong = sorted([*brought.wrong, *((at, "number_needed", "seq") for at in unnumbered)])[:_WRONG_MAX]
    brought.read += len(batch)
    brought.stored += statuses["stored"]
    brought.duplicate += statuses["duplicate"]
    brought.fork += statuses["fork"]
    brought.malformed += statuses["malformed"] + len(unnumbered)
    brought.quarantined += sum(outcome == QUARANTINED for _status, outcome, _code, _field in answers)
    brought.unknown_devices |= unknown


@in_one_transaction
def _store(
    operations: Sequence[object], by: Source, clock: Clock
) -> tuple[list[tuple[str, str | None, str, str]], set[UUID]]:
    devices: dict[UUID, str] = {}
    for one in operations:
        if isinstance(one, dict) and (device := read_uuid(one.get("dev"))) is not None:
            place = one.get("place")
            devices.setdefault(device, place if isinstance(place, str) and len(place) <= _PLACE_MAX else "")
    lock({f"device:{by.device}"} | {f"device:{device}" for device in devices})
    unknown = _enter_unknown(devices, by, clock)
    receipts = append(operations, via=by, clock=clock)
    for device in devices:
        epochs = epochs_of(operations, device)
        advance([chain for chain in chains_of(device, epochs) if chain.epoch in epochs])
    return [(one.status, one.outcome, one.code, one.field) for one in receipts], unknown


_PLACE_MAX = 24


def _enter_unknown(devices: dict[UUID, str], by: Source, clock: Clock) -> set[UUID]:
    """Enter the devices that are not enrolled here, each with one case for the place that it names; returns them."""
    known = {row.pk: row for row in Device.objects.filter(pk__in=list(devices))}
    enrolled = set(Desk.objects.filter(pk__in=list(devices)).values_list("device", flat=True))
    found: set[UUID] = set()
    for device, place in devices.items():
        row = known.get(device)
        if device in enrolled or (row is not None and row.kind != DeviceKind.DESK):
            continue
        found.add(device)
        if row is not None and row.brought_at is not None:
            continue
        at = clock()
        fresh = {"kind": DeviceKind.DESK, "staff_id": by.staff_id or None, "created_at": at}
        Device.objects.update_or_create(
            pk=device, defaults={"brought_at": at}, create_defaults={**fresh, "brought_at": at}
        )
        put_cases({f"device:{device}": [CaseDraft("device_unknown", (device,), place, at)]})
    return found
