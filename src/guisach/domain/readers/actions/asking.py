"""What readers ask for themselves, on their own pages."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from guisach.domain.journal.steps import Receipt, in_one_transaction
from guisach.domain.readers import queries
from guisach.domain.readers.actions.enrolment import Enrolment
from guisach.domain.readers.actions.refusals import ReaderGone

if TYPE_CHECKING:
    from guisach.domain.journal.queries import Source
    from guisach.kernel.clock import Clock


@in_one_transaction
def ask_to_be_erased(*, op_id: UUID, by: Source, reader: UUID, clock: Clock) -> Receipt:
    """Note that a reader takes their consent back and wants their data erased (Law 91/2025, art. 14).

    Nothing is erased yet: without a librarian's standing the operation has no effect but a case for the province's
    librarians, who look whether books are still out. The same `op_id` twice is one wish. Raises ReaderGone.
    """
    act = Enrolment("erase_reader", op_id, by, reader, "", clock)
    if (before := act.begin()) is not None:
        return before.receipt
    known = queries.reader(reader)
    if known is None or known.erased_at is not None:
        raise ReaderGone
    return act.record({"basis": "REQUEST"}, {}, card_no=known.card_no).receipt
