"""Open shelves: what was read on the spot, and looking over what stands there. Facts about copies, about nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID, uuid5

from guisach.domain.catalogue.queries import copy_by_barcode
from guisach.domain.catalogue.rules.barcodes import normalise_barcode
from guisach.domain.circulation.actions.counting import DayUnusable
from guisach.domain.circulation.actions.refusals import BarcodeUnusable, CopyUnknown
from guisach.domain.journal.queries import latest_at
from guisach.domain.journal.steps import Receipt, act, append, hold, in_one_transaction
from guisach.kernel.clock import local_date

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from guisach.domain.journal.queries import Source
    from guisach.kernel.clock import Clock

LOOKED_OVER_MAX = 200  # copies ticked on one page
_DAYS_BACK_MAX = 60


@in_one_transaction
def note_use(*, op_id: UUID, by: Source, place: str, barcode: str, clock: Clock) -> Receipt:
    """Note that a copy was read on the spot: it counts as a use and as seen. The same `op_id` twice counts once.

    Raises BarcodeUnusable, CopyUnknown.
    """
    try:
        barcode = normalise_barcode(barcode)
    except ValueError:
        raise BarcodeUnusable from None
    held = hold(by, op_id, [f"copy:{barcode}"])
    if copy_by_barcode(barcode) is None:
        raise CopyUnknown(barcode=barcode)
    operation = {"op": str(op_id), "v": 1, "kind": "use", "place": place, "copy": barcode}
    return act(operation, via=by, clock=clock, not_before=latest_at(f"copy:{barcode}"), held=held)


@in_one_transaction
def note_look(
    *, op_id: UUID, by: Source, place: str, barcodes: Collection[str], on: date, clock: Clock
) -> list[Receipt]:
    """Note that these copies stood there on a day; what is not named is not said to be missing.

    `op_id` stands for the whole look: sent twice it counts once. Raises DayUnusable, BarcodeUnusable.
    """
    today = local_date(clock())
    if not 0 <= (today - on).days <= _DAYS_BACK_MAX:
        raise DayUnusable
    operations = []
    for number, barcode in enumerate(list(dict.fromkeys(barcodes))[:LOOKED_OVER_MAX], 1):
        try:
            copy = normalise_barcode(barcode)
        except ValueError:
            raise BarcodeUnusable from None
        # A list that was ticked by hand yesterday and typed in today is paper.
        day = {} if on == today else {"source": "paper", "occurred": on.isoformat(), "line": number}
        one = {"op": str(uuid5(op_id, copy)), "v": 1, "kind": "sighting", "place": place, "copy": copy, **day}
        operations.append(one)
    return append(operations, via=by, clock=clock) if operations else []
