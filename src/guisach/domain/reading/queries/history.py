"""A reader's reading history: what the room keeps, and what the log still knows of the time since they wished it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from guisach.domain.circulation.queries import loans_of_reader
from guisach.domain.reading.models import PastLoan
from guisach.kernel.clock import local_date

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from guisach.domain.reading.queries.wishes import WishView

SHOWN_MAX = 500


@dataclass(frozen=True, slots=True)
class Past:
    """A book that was brought back."""

    record: int | None
    title: str
    author: str
    lent_on: date
    returned_on: date


def history(person: Sequence[UUID], wish: WishView) -> list[Past]:
    """Return what a reader, known by any of these ids, brought back since they wished it, the last first.

    What the library has not forgotten yet is read from its loans, the rest from the reader's own copy. Three queries
    for each id.
    """
    own = PastLoan.objects.filter(reader__in=list(person)).order_by("-returned_on", "-pk")
    kept = [Past(*row) for row in own.values_list(*Past.__dataclass_fields__)[:SHOWN_MAX]]
    lately = [
        Past(
            loan.record_id,
            loan.title or loan.barcode,
            loan.author,
            local_date(loan.lent_at),
            local_date(loan.closed_at),
        )
        for id_ in person
        for loan in loans_of_reader(id_, is_open=False)
        if loan.closed_at is not None and loan.closed_at >= wish.since
    ]
    return sorted([*lately, *kept], key=lambda one: one.returned_on, reverse=True)[:SHOWN_MAX]
