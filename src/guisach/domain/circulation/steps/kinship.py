"""What has to be looked at again when readers turn out to be one person, or not to be after all."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from guisach.domain.circulation.models import AsideEnd, Loan, LoanEnd, Request, SetAside
from guisach.domain.journal import kinds

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from guisach.domain.journal.rules.history import History


class KinshipFold:
    """Leads from readers whose person changed to what was judged by who is the same person; has nothing of its own.

    The readers' fold asks for it, and for `borrowing` of the same people: whoever lends to one of them meanwhile
    either is seen here or sees the change.
    """

    subject_type = "kinship"
    reads_private = False
    is_private = False
    is_derived = True

    def fold(self, histories: Mapping[str, History]) -> kinds.Folding:
        """Name the copies that one of them had before or after somebody, and the requests with a hold shelf."""
        readers = [UUID(subject) for subject in histories]
        had = Loan.objects.filter(reader__in=readers)
        passed_on = Loan.objects.filter(ended=LoanEnd.IMPLIED, barcode__in=had.values("barcode"))
        shelves = SetAside.objects.filter(ended=AsideEnd.LENT)
        taken = shelves.filter(barcode__in=had.values("barcode"), closed_by__in=had.values("op"))
        asked = shelves.filter(request__in=Request.objects.filter(reader__in=readers).values("op"))
        requests = {row.request for rows in (taken, asked) for row in rows}
        copies = set(passed_on.values_list("barcode", flat=True))
        return kinds.Folding({}, {}, {"copy": copies, "request": {str(request) for request in requests}})

    def project(self, folding: kinds.Folding) -> None:
        """Nothing to keep."""

    def differences(self, folding: kinds.Folding) -> Iterator[str]:
        """Nothing to compare."""
        return iter(())

    def subjects(self) -> Iterable[str]:
        """Nobody: what it leads to is checked by itself."""
        return ()

    def rows(self) -> Iterator[str]:
        """Nothing of its own."""
        return iter(())
