"""Gives new operations their number, where the sender left it to the hub, and their effective time."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Max

from guisach.domain.journal.kinds import counting_kinds
from guisach.domain.journal.models import Device, DeviceKind, Operation
from guisach.domain.journal.rules.envelope import Envelope
from guisach.domain.journal.rules.stamp import Stamp, stamp, stamp_paper
from guisach.domain.journal.steps.recognise import number_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from django.db.models import QuerySet

    from guisach.domain.journal.queries.sources import Source

_CLOCK_STEP = timedelta(microseconds=1)


def _by_clock() -> QuerySet[Operation]:
    """Return what devices numbered and timed themselves: the day of a sheet of paper says nothing of its neighbours."""
    return Operation.objects.filter(has_own_seq=True).exclude(body__contains='"source":"paper"')


@dataclass(frozen=True, slots=True)
class Numbered:
    """A new operation with the number under which it is kept."""

    envelope: Envelope
    dev: UUID
    epoch: int
    seq: int
    has_own_seq: bool


def number(new: Sequence[Envelope], *, via: Source, received_at: datetime) -> tuple[list[Numbered], dict[UUID, Device]]:
    """Number what came without a number as the source's own; enter devices never seen before.

    Returns the devices too, as they stood before this batch.
    """
    owns = [number_of(envelope) for envelope in new]
    wanted = {own[0] for own in owns if own is not None} | {via.device}
    devices = {device.pk: device for device in Device.objects.filter(pk__in=wanted)}
    device = devices[via.device]
    numbered: list[Numbered] = []
    epoch, seq = max(
        [(device.epoch, device.last_seq), *(own[1:] for own in owns if own is not None and own[0] == via.device)]
    )
    for envelope, own in zip(new, owns, strict=True):
        if own is not None:
            numbered.append(Numbered(envelope, *own, has_own_seq=True))
            continue
        seq += 1
        numbered.append(Numbered(envelope, via.device, epoch, seq, has_own_seq=False))
    Device.objects.filter(pk=via.device).update(epoch=epoch, last_seq=seq, last_seen_at=received_at)
    _note_devices(numbered, devices, via=via, received_at=received_at)
    return numbered, devices


def _note_devices(
    numbered: Sequence[Numbered], devices: Mapping[UUID, Device], *, via: Source, received_at: datetime
) -> None:
    """Keep for each device the newest epoch and the highest number in it that the hub has."""
    highest: dict[UUID, tuple[int, int]] = {}
    for item in numbered:
        if item.dev != via.device:
            highest[item.dev] = max(highest.get(item.dev, (0, 0)), (item.epoch, item.seq))
    noted = [
        Device(
            id=dev,
            kind=DeviceKind.DESK,
            staff_id=via.staff_id,
            created_at=received_at,
            last_seen_at=received_at,
            epoch=epoch,
            last_seq=seq,
        )
        for dev, (epoch, seq) in highest.items()
        if dev not in devices or (epoch, seq) > (devices[dev].epoch, devices[dev].last_seq)
    ]
    Device.objects.bulk_create(
        noted, update_conflicts=True, update_fields=["epoch", "last_seq", "last_seen_at"], unique_fields=["id"]
    )


def stamps(
    numbered: Sequence[Numbered], devices: Mapping[UUID, Device], *, received_at: datetime, not_before: datetime | None
) -> dict[UUID, Stamp]:
    """Return the effective time of each operation by its id."""
    given = _paper_stamps(numbered, received_at)
    numbered = [item for item in numbered if item.envelope.op not in given]
    seen_at = _seen_at(numbered)
    chains: dict[tuple[UUID, int], list[Numbered]] = defaultdict(list)
    for item in numbered:
        if item.has_own_seq:
            chains[item.dev, item.epoch].append(item)
        else:
            # The hub's number says when it came, not when it happened: only `seen` bounds it from below.
            lower = [at for at in (_seen(item, seen_at), _after(not_before)) if at is not None]
            given[item.envelope.op] = _stamp(item, max(lower, default=None), received_at, received_at)
    ends = _chain_ends(chains, devices)
    for (dev, epoch), items in chains.items():
        items.sort(key=lambda item: item.seq)
        end = ends.get((dev, epoch))
        if end is not None and end[0] < items[0].seq:
            known = [end]  # the ordinary case: the device goes on where it stopped
        else:
            known = _neighbours(dev, epoch, items[0].seq, items[-1].seq)
        seqs = [seq for seq, _ in known]
        previous_at: datetime | None = None
        for item in items:
            at = bisect_left(seqs, item.seq)
            before = known[at - 1][1] if at else None
            after = known[bisect_right(seqs, item.seq)][1] if at < len(known) else received_at
            lower = [t for t in (before, previous_at, _seen(item, seen_at)) if t is not None]
            given[item.envelope.op] = _stamp(item, max(lower, default=None), min(after, received_at), received_at)
            previous_at = given[item.envelope.op].eff_at
    return given


def _paper_stamps(numbered: Sequence[Numbered], received_at: datetime) -> dict[UUID, Stamp]:
    """Stamp what was written on paper: by its day, within the last count of its place; no device's clock bounds it."""
    given: dict[UUID, Stamp] = {}
    on_paper = [item.envelope for item in numbered if item.envelope.occurred_on is not None]
    counted_at = _counted_at({envelope.place for envelope in on_paper if envelope.place})
    for envelope in on_paper:
        if envelope.occurred_on is not None:
            given[envelope.op] = stamp_paper(
                occurred_on=envelope.occurred_on,
                line=envelope.line,
                received_at=received_at,
                not_before=counted_at.get(envelope.place),
            )
    return given


def _counted_at(places: Collection[str]) -> dict[str, datetime]:
    """Return when everything at each of the places was last counted; none where no kind says so."""
    kinds = counting_kinds()
    if not places or not kinds:
        return {}
    counts = Operation.objects.filter(place__in=list(places), kind__in=kinds).exclude(outcome__code="VOIDED").order_by()
    return dict(counts.values_list("place").annotate(at=Max("eff_at")))


def _stamp(item: Numbered, not_before: datetime | None, not_after: datetime, received_at: datetime) -> Stamp:
    envelope = item.envelope
    if envelope.wall_at is None:
        # An act of this moment; a moment later where the rules already saw something of this moment.
        eff_at = received_at if not_before is None else max(received_at, not_before)
        return Stamp(eff_at, envelope.unc_ms, 0)
    guess_at = (envelope.wall_at + timedelta(milliseconds=envelope.off_ms)).astimezone(received_at.tzinfo)
    return stamp(guess_at=guess_at, unc_ms=envelope.unc_ms, not_before=not_before, not_after=not_after)


def _after(instant: datetime | None) -> datetime | None:
    return None if instant is None else instant + _CLOCK_STEP


def _seen(item: Numbered, seen_at: Mapping[int, datetime]) -> datetime | None:
    return seen_at.get(item.envelope.seen) if item.envelope.seen is not None else None


def _seen_at(numbered: Sequence[Numbered]) -> dict[int, datetime]:
    seen = {item.envelope.seen for item in numbered if item.envelope.seen is not None}
    if not seen:
        return {}
    return dict(Operation.objects.filter(hub_seq__in=seen).values_list("hub_seq", "received_at"))


def _chain_ends(
    chains: Mapping[tuple[UUID, int], Sequence[Numbered]], devices: Mapping[UUID, Device]
) -> dict[tuple[UUID, int], tuple[int, datetime]]:
    """Return (number, effective time) of the last operation of each chain that goes on in its device's epoch."""
    wanted = {
        (dev, epoch, devices[dev].last_seq) for dev, epoch in chains if dev in devices and devices[dev].epoch == epoch
    }
    rows = _by_clock().filter(dev__in={w[0] for w in wanted}, seq__in={w[2] for w in wanted})
    found = rows.values_list("dev", "epoch", "seq", "eff_at") if wanted else []
    return {(dev, epoch): (seq, at) for dev, epoch, seq, at in found if (dev, epoch, seq) in wanted}


def _neighbours(dev: UUID, epoch: int, least: int, most: int) -> list[tuple[int, datetime]]:
    """Return (number, effective time) of the device's known operations around and among the new numbers."""
    chain = _by_clock().filter(dev=dev, epoch=epoch)
    among = chain.filter(seq__gt=least, seq__lt=most) if most > least else chain.none()
    below = chain.filter(seq__lt=least).order_by("-seq")[:1]
    above = chain.filter(seq__gt=most).order_by("seq")[:1]
    return [pair for found in (below, among.order_by("seq"), above) for pair in found.values_list("seq", "eff_at")]
