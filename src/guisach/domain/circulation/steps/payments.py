"""The fold of what was taken from readers, as the journal calls it; it runs after copies, which may be found again."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from guisach.domain.catalogue.rules.barcodes import normalise_barcode
from guisach.domain.circulation.models import Payment, Trouble, Whereabouts
from guisach.domain.circulation.rules.payment_fold import fold_payment
from guisach.domain.circulation.steps.rows import Rows
from guisach.domain.journal import kinds
from guisach.domain.journal.queries.histories import public_subjects

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from guisach.domain.circulation.rules.payment_fold import PaymentState
    from guisach.domain.journal.rules.history import Entry, History

_FIELDS = (
    "sort", "reader", "place", "at", "amount", "number", "barcode", "cause", "way", "trouble", "is_found", "back_op",
    "back_at", "back_place", "back_number",
)  # fmt: skip


class PaymentFold:
    """Deposits and compensation."""

    subject_type = "payment"
    reads_private = False
    is_private = False
    is_derived = False

    def fold(self, histories: Mapping[str, History]) -> kinds.Folding:
        """Fold each; whether a lost copy was found is read from the copies."""
        barcodes = {subject: _barcode_in(history.entries) for subject, history in histories.items()}
        lost = Whereabouts.objects.filter(barcode__in=set(barcodes.values()) - {""}, trouble=Trouble.LOST)
        lost_by = dict(lost.values_list("barcode", "troubled_op")) if any(barcodes.values()) else {}
        results = {}
        computed: dict[UUID, Payment] = {}
        for subject, history in histories.items():
            state = fold_payment(history.entries, lost_by.get(barcodes[subject]))
            history.result.outcomes.update(state.outcomes)
            history.result.cases.extend(state.cases)
            results[f"payment:{subject}"] = history.result
            if state.made is not None:
                computed[UUID(subject)] = _row(state, state.made, barcodes[subject])
        stored = Payment.objects.in_bulk([UUID(subject) for subject in histories])
        return kinds.Folding(results, {"rows": Rows(Payment, _FIELDS, computed, stored)}, {})

    def project(self, folding: kinds.Folding) -> None:
        """Write what differs."""
        folding.state["rows"].update()

    def differences(self, folding: kinds.Folding) -> Iterator[str]:
        """Compare the rows."""
        for op in folding.state["rows"].differing():
            yield f"payment {op}: stored otherwise than the log says"

    def subjects(self) -> Iterable[str]:
        """Return every payment of the log and of the table."""
        return public_subjects(self.subject_type) | {str(op) for op in Payment.objects.values_list("pk", flat=True)}

    def rows(self) -> Iterator[str]:
        """Return the payments, without their readers: forgetting changes no hash."""
        for row in Payment.objects.iterator(chunk_size=2000):
            yield f"payment|{row.op}|{'|'.join(str(getattr(row, name)) for name in _FIELDS if name != 'reader')}"


def _barcode_in(entries: Iterable[Entry]) -> str:
    return next((normalise_barcode(entry.body.copy) for entry in entries if entry.kind == "take_compensation"), "")


def _row(state: PaymentState, made: Entry, barcode: str) -> Payment:
    body, back = made.body, state.back
    return Payment(
        op=made.op,
        sort=state.sort,
        reader=made.reader,  # type: ignore[misc]  # nobody takes anything from nobody
        place=made.place,
        at=made.eff_at,
        amount=body.amount,
        number=body.number,
        barcode=barcode,
        cause=getattr(body, "cause", ""),
        way=getattr(body, "way", ""),
        trouble=getattr(body, "trouble", None),
        is_found=state.is_found,
        back_op=back.op if back else None,
        back_at=back.eff_at if back else None,
        back_place=back.place if back else "",
        back_number=back.body.number if back else None,
    )
