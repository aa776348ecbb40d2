"""Brings up to date which numbers of a device are here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from guisach.domain.sync.models import Chain
from guisach.domain.sync.queries.numbers import reach

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID


def chains_of(dev: UUID, epochs: Iterable[int] = ()) -> list[Chain]:
    """Return all chains of a device, oldest first; those of the named epochs are made where there are none."""
    known = list(Chain.objects.filter(dev=dev).order_by("epoch"))
    new = set(epochs) - {chain.epoch for chain in known}
    if not new:
        return known
    Chain.objects.bulk_create([Chain(dev=dev, epoch=epoch) for epoch in new], ignore_conflicts=True)
    return list(Chain.objects.filter(dev=dev).order_by("epoch"))


def advance(chains: Iterable[Chain]) -> None:
    """Move the bounds of chains up to where they are whole now."""
    for chain in chains:
        whole = reach(chain)
        if whole != chain.contiguous:
            chain.contiguous = whole
            Chain.objects.filter(pk=chain.pk, contiguous__lt=whole).update(contiguous=whole)
