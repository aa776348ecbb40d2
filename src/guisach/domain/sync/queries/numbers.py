"""Which numbers of a device are here: honest whatever came in which order, and cheap however many there are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Count, F, Max, Min, Window
from django.db.models.functions import Lead, RowNumber

from guisach.domain.journal.models import Operation
from guisach.domain.sync.models import Chain, Restoration

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet


def reach(chain: Chain) -> int:
    """Return the highest number below which the log has all of the chain; reads what lies beyond the known bound.

    Operations are never deleted, so the bound only moves up, and each operation is counted over a few times at most.
    """
    ends = _beyond(chain).aggregate(least=Min("seq"), most=Max("seq"), count=Count("pk"))
    if ends["least"] != chain.contiguous + 1:
        return chain.contiguous  # mostly nothing is there
    if ends["most"] == chain.contiguous + ends["count"]:
        return int(ends["most"])
    beyond = _beyond(chain).annotate(nth=Window(RowNumber(), order_by=F("seq").asc()))
    whole = beyond.filter(seq=F("nth") + chain.contiguous).aggregate(most=Max("seq"))["most"]
    return int(whole)


def gaps(chain: Chain, most: int) -> list[tuple[int, int]]:
    """Return first and last of what is lacking between the bound (which must be up to date) and the highest here."""
    first = _beyond(chain).aggregate(least=Min("seq"))["least"]
    if first is None:
        return []
    following = _beyond(chain).annotate(next=Window(Lead("seq"), order_by=F("seq").asc()))
    later = following.filter(next__gt=F("seq") + 1).order_by("seq").values_list("seq", "next")[: most - 1]
    return [(chain.contiguous + 1, first - 1), *((seq + 1, then - 1) for seq, then in later)]


def is_whole(chains: Iterable[Chain]) -> bool:
    """Say whether all that the device ever said it had is here; the bounds must be up to date."""
    return all(chain.contiguous >= chain.told_high for chain in chains)


def mark_of_restoration() -> str:
    """Return what changes each time that this hub is restored from a backup; empty where it never was."""
    mark = Restoration.objects.order_by("-pk").values_list("mark", flat=True).first()
    return mark.hex if mark is not None else ""


def reaches() -> dict[int, int]:
    """Return of every chain, by its key, up to which number all of it is in what is read now."""
    return {chain.pk: reach(chain) for chain in Chain.objects.all()}


def _beyond(chain: Chain) -> QuerySet[Operation]:
    return Operation.objects.filter(dev=chain.dev, epoch=chain.epoch, seq__gt=chain.contiguous)
