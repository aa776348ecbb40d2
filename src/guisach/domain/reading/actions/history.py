"""Before the library forgets who had a book, whoever wishes it gets their own copy of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from guisach.domain.readers.queries import families_of
from guisach.domain.reading.models import PastLoan, Wish
from guisach.domain.reading.queries.wishes import HISTORY
from guisach.kernel.clock import local_date
from guisach.kernel.locks import lock

if TYPE_CHECKING:
    from collections.abc import Collection

    from guisach.domain.circulation.queries import LoanView


def keep_before_forgetting(loans: Collection[LoanView]) -> None:
    """Copy the loans that came back since their readers wished it; inside the forgetting's transaction."""
    families = families_of({loan.reader for loan in loans})
    known = {id_ for family in families.values() for id_ in family.ids}
    lock({f"reading:{reader}" for reader in known})
    wished = dict(Wish.objects.filter(what=HISTORY, reader__in=known).values_list("reader", "since"))
    since = {
        reader: min(wished[id_] for id_ in family.ids if id_ in wished)
        for reader, family in families.items()
        if not wished.keys().isdisjoint(family.ids)
    }
    PastLoan.objects.bulk_create(
        PastLoan(
            reader=families[loan.reader].id,
            record=loan.record_id,
            title=(loan.title or loan.barcode)[:300],
            author=loan.author[:200],
            lent_on=local_date(loan.lent_at),
            returned_on=local_date(loan.closed_at),
        )
        for loan in loans
        if loan.closed_at is not None and loan.reader in since and loan.closed_at >= since[loan.reader]
    )
