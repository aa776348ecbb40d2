"""What of each device is in a backup: only then, and after ninety days, may a device forget it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from guisach.domain.journal.steps import in_one_transaction
from guisach.domain.sync.models import Chain, Restoration
from guisach.domain.sync.queries.numbers import reaches
from guisach.kernel.ids import new_id

if TYPE_CHECKING:
    from collections.abc import Mapping


@in_one_transaction
def note_backup(marks: Mapping[int, int]) -> None:
    """Note that a backup is complete and durable; `marks` is what `reaches` said within its snapshot."""
    for chain, number in marks.items():
        Chain.objects.filter(pk=chain, backed_up__lt=number).update(backed_up=number)


def note_restored() -> None:
    """Note that all that is here now came out of a backup. Must run inside the transaction that restored it.

    The mark that desks are told from now on is a new one, also where the same backup is restored twice: what they
    were answered for under another mark may be gone.
    """
    Restoration.objects.create(mark=new_id())
    for chain, number in reaches().items():
        Chain.objects.filter(pk=chain).update(backed_up=number, contiguous=number)
