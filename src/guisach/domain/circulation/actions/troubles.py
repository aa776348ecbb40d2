"""Lost, missing, said to be brought back, damaged, found again, mended: what a desk notes about a copy.

Nobody owes anything by any of these: compensation is between people, and only where a province asks for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from guisach.domain.catalogue.queries import copy_by_barcode
from guisach.domain.catalogue.rules.barcodes import normalise_barcode
from guisach.domain.circulation import queries
from guisach.domain.circulation.actions.refusals import (
    BarcodeUnusable,
    CopyOnLoan,
    CopyUnknown,
    CopyWithdrawn,
    NotOnLoan,
)
from guisach.domain.journal.queries import latest_at
from guisach.domain.journal.steps import Receipt, act, hold, in_one_transaction, repeated
from guisach.kernel.errors import DomainError

if TYPE_CHECKING:
    from collections.abc import Callable

    from guisach.domain.catalogue.queries import CopyView
    from guisach.domain.circulation.queries import CopyNow, LoanView
    from guisach.domain.journal.queries import Source
    from guisach.kernel.clock import Clock

_REASON_MAX = 500


class TroubleKnown(DomainError):
    """The same was noted before."""

    code = "trouble_known"
    text = _("This is written down about copy %(barcode)s already.")


class CopyIsAway(DomainError):
    """It is known to be elsewhere, so it cannot be missing here."""

    code = "copy_is_away"
    text = _("Copy %(barcode)s is not missing here: it is on loan, on its way, or was last seen at another place.")


class NothingWrong(DomainError):
    """There is nothing to be found or mended."""

    code = "nothing_wrong"
    text = _("Nothing is wrong with copy %(barcode)s by now; perhaps a colleague was faster.")


@in_one_transaction
def lose(*, op_id: UUID, by: Source, place: str, barcode: str, clock: Clock, reason: str = "") -> Receipt:
    """Give a copy up as lost: a loan ends with it, without a debt.

    Raises BarcodeUnusable, CopyUnknown, CopyWithdrawn, TroubleKnown.
    """
    return _note("lose", op_id, by, place, barcode, clock, _may_lose, reason=reason)


@in_one_transaction
def claim_returned(*, op_id: UUID, by: Source, place: str, barcode: str, clock: Clock, reason: str = "") -> Receipt:
    """Note that the reader says that the book was brought back: nobody asks them for it any more.

    Raises BarcodeUnusable, NotOnLoan, TroubleKnown.
    """
    return _note("claim_returned", op_id, by, place, barcode, clock, _may_claim, reason=reason)


@in_one_transaction
def miss(*, op_id: UUID, by: Source, place: str, barcode: str, clock: Clock) -> Receipt:
    """Note that a copy was not where it should be; looking again in vain may be noted again.

    Raises BarcodeUnusable, CopyUnknown, CopyWithdrawn, CopyIsAway.
    """
    return _note("miss", op_id, by, place, barcode, clock, _may_miss)


@in_one_transaction
def find(*, op_id: UUID, by: Source, place: str, barcode: str, clock: Clock) -> Receipt:
    """Note that what was lost, missing or said to be back is in hand here. Raises BarcodeUnusable, NothingWrong."""
    return _note("find", op_id, by, place, barcode, clock, _may_find)


@in_one_transaction
def damage(*, op_id: UUID, by: Source, place: str, barcode: str, clock: Clock, reason: str = "") -> Receipt:
    """Note that a copy in hand cannot be lent as it is; `reason` says what is broken.

    Raises BarcodeUnusable, CopyUnknown, CopyWithdrawn, CopyOnLoan, TroubleKnown.
    """
    return _note("damage", op_id, by, place, barcode, clock, _may_damage, reason=reason)


@in_one_transaction
def mend(*, op_id: UUID, by: Source, place: str, barcode: str, clock: Clock) -> Receipt:
    """Note that a damaged copy may be lent again. Raises BarcodeUnusable, NothingWrong."""
    return _note("mend", op_id, by, place, barcode, clock, _may_mend)


def _note(
    kind: str,
    op_id: UUID,
    by: Source,
    place: str,
    text: str,
    clock: Clock,
    ask: Callable[[str, CopyView | None, CopyNow, LoanView | None, str], None],
    *,
    reason: str = "",
) -> Receipt:
    try:
        barcode = normalise_barcode(text)
    except ValueError:
        raise BarcodeUnusable from None
    held = hold(by, op_id, [f"copy:{barcode}"])
    if (repeat := repeated(op_id, kind, f"copy:{barcode}")) is not None:
        return repeat
    copy = copy_by_barcode(barcode)
    loan = queries.open_loan_of_copy(barcode, copy=copy)
    ask(barcode, copy, queries.copy_now(barcode), loan, place)
    operation: dict[str, object] = {"op": str(op_id), "v": 1, "kind": kind, "place": place, "copy": barcode}
    private = {"reader": str(loan.reader)} if loan and kind in {"lose", "claim_returned"} else {}
    if reason.strip():
        private["reason"] = reason.strip()[:_REASON_MAX]
    if private:
        operation["private"] = private
    # The rules saw the copy's whole history: what they allowed must come after all of it.
    return act(operation, via=by, clock=clock, not_before=latest_at(f"copy:{barcode}"), held=held)


def _may_lose(barcode: str, copy: CopyView | None, now: CopyNow, loan: LoanView | None, _place: str) -> None:
    if loan is None:
        _in_stock(barcode, copy)
    if now.trouble == "LOST":
        raise TroubleKnown(barcode=barcode)


def _may_claim(barcode: str, _copy: CopyView | None, now: CopyNow, loan: LoanView | None, _place: str) -> None:
    if loan is None:
        raise NotOnLoan(barcode=barcode)
    if now.trouble == "CLAIMED":
        raise TroubleKnown(barcode=barcode)


def _may_miss(barcode: str, copy: CopyView | None, now: CopyNow, loan: LoanView | None, place: str) -> None:
    where = now.place or _in_stock(barcode, copy).base
    _in_stock(barcode, copy)
    if loan is not None or now.going_to or now.trouble == "LOST" or where != place:
        raise CopyIsAway(barcode=barcode)


def _may_find(barcode: str, _copy: CopyView | None, now: CopyNow, _loan: LoanView | None, _place: str) -> None:
    if now.trouble in {"", "DAMAGED"}:
        raise NothingWrong(barcode=barcode)


def _may_damage(barcode: str, copy: CopyView | None, now: CopyNow, loan: LoanView | None, _place: str) -> None:
    _in_stock(barcode, copy)
    if loan is not None and now.trouble != "CLAIMED":
        raise CopyOnLoan(barcode=barcode)
    if now.trouble == "DAMAGED":
        raise TroubleKnown(barcode=barcode)


def _may_mend(barcode: str, _copy: CopyView | None, now: CopyNow, _loan: LoanView | None, _place: str) -> None:
    if now.trouble != "DAMAGED":
        raise NothingWrong(barcode=barcode)


def _in_stock(barcode: str, copy: CopyView | None) -> CopyView:
    if copy is None:
        raise CopyUnknown(barcode=barcode)
    if copy.condition == "WITHDRAWN":
        raise CopyWithdrawn(barcode=barcode)
    return copy
