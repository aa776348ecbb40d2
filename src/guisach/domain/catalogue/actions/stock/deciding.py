"""The decision on a weeding list: its copies leave the stock, and the register says by what document."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from guisach.domain.catalogue.actions.stock.receiving import DateAhead
from guisach.domain.catalogue.actions.stock.weeding import open_list
from guisach.domain.catalogue.kinds import on_loan, tell_copies_changed, tell_copies_withdrawn
from guisach.domain.catalogue.models import Copy, CopyCondition, Verdict, Withdrawal
from guisach.domain.catalogue.steps import announce, begin, keep_changes
from guisach.domain.journal.steps import in_one_transaction
from guisach.kernel.clock import local_date
from guisach.kernel.errors import DomainError
from guisach.kernel.text import nfc

if TYPE_CHECKING:
    from datetime import date

    from guisach.kernel.clock import Clock

_SHOWN = 8
_AT_ONCE = 1000


class DecisionNeeded(DomainError):
    """Circular 02/2020/TT-BVHTTDL: documents are taken out by a decision."""

    code = "decision_needed"
    status = 422
    text = _("Copies leave the stock by a decision. Please write its number and date.")


class NothingToWithdraw(DomainError):
    """All copies of the list are kept."""

    code = "nothing_to_withdraw"
    text = _("No copy of this list is to be taken out. Please mark those that are, or drop the list.")


class NotYetDecided(DomainError):
    """Some copies were not looked at."""

    code = "not_yet_looked_at"
    text = _("Copies of this list that nobody has looked at yet: %(number)s. Please keep or take out each of them.")


class CopiesOnLoan(DomainError):
    """A reader has it: it cannot be taken out."""

    code = "copies_on_loan"
    text = _("Readers still have these copies: %(barcodes)s. Please take them back first, or keep them for now.")


@in_one_transaction
def decide_withdrawal(
    *, withdrawal: int, decision_no: str, decided_on: date, clock: Clock, minutes: str = "", by: int | None = None
) -> int:
    """Take the marked copies out of the stock and return the number of the entry in the register.

    Raises WithdrawalUnknown, WithdrawalClosed, DecisionNeeded, DateAhead, NotYetDecided, NothingToWithdraw,
    CopiesOnLoan.
    """
    begin()
    row = open_list(withdrawal)
    now = clock()
    if not decision_no.strip():
        raise DecisionNeeded
    if decided_on > local_date(now):
        raise DateAhead
    if waiting := row.lines.filter(verdict=Verdict.PROPOSED).count():
        raise NotYetDecided(number=waiting)
    copies = list(
        Copy.objects.filter(weeding__withdrawal=row, weeding__verdict=Verdict.WITHDRAW)
        .exclude(condition=CopyCondition.WITHDRAWN)
        .order_by("barcode")
        .values_list("pk", "barcode", "record", "condition")
    )
    if not copies:
        raise NothingToWithdraw
    barcodes = [barcode for _pk, barcode, _record, _condition in copies]
    _refuse_if_lent(barcodes)
    row.number = (Withdrawal.objects.filter(place=row.place_id).aggregate(last=Max("number"))["last"] or 0) + 1
    row.decision_no, row.decided_on, row.minutes = nfc(decision_no)[:80], decided_on, nfc(minutes)[:80]
    row.by_id = by or row.by_id
    row.save()
    for start in range(0, len(copies), _AT_ONCE):
        part = [pk for pk, *_rest in copies[start : start + _AT_ONCE]]
        Copy.objects.filter(pk__in=part).update(condition=CopyCondition.WITHDRAWN, withdrawal=row)
        tell_copies_changed(barcodes[start : start + _AT_ONCE])
    tell_copies_withdrawn(barcodes, clock)
    keep_changes(
        [(f"copy:{b}", {"condition": [before, CopyCondition.WITHDRAWN.value]}) for _pk, b, _r, before in copies],
        at=now,
        by=by,
    )
    announce(record for _pk, _barcode, record, _condition in copies)
    return row.number


@in_one_transaction
def drop_withdrawal(*, withdrawal: int) -> None:
    """Throw a list away that was not decided. Raises WithdrawalUnknown, WithdrawalClosed."""
    begin()
    open_list(withdrawal).delete()


def _refuse_if_lent(barcodes: list[str]) -> None:
    lent: set[str] = set()
    for start in range(0, len(barcodes), _AT_ONCE):
        lent |= on_loan(barcodes[start : start + _AT_ONCE])
    if lent:
        shown = sorted(lent)[:_SHOWN]
        raise CopiesOnLoan(barcodes=", ".join(shown) + (" …" if len(lent) > _SHOWN else ""))
