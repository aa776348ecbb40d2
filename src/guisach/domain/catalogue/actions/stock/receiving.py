"""Receiving: a voucher's worth of copies comes into the stock in one act, with running numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from guisach.domain.catalogue.actions.copies import PlaceUnknown, RecordUnknown, usable_copies
from guisach.domain.catalogue.actions.stock.changing import PRICE_MAX_VND, PriceWrong
from guisach.domain.catalogue.models import AcquisitionKind, Receipt, Record
from guisach.domain.catalogue.rules.drafts import CopyDraft
from guisach.domain.catalogue.rules.stock import COPIES_PER_LINE_MAX, LINES_MAX
from guisach.domain.catalogue.steps import announce, begin, changed_fields, insert_copies, keep_changes
from guisach.domain.journal.steps import in_one_transaction
from guisach.domain.network.queries import places_by_code
from guisach.kernel.clock import local_date
from guisach.kernel.errors import DomainError
from guisach.kernel.text import nfc

if TYPE_CHECKING:
    from collections.abc import Sequence

    from guisach.domain.catalogue.rules.stock import ReceiptHead, ReceiptLine
    from guisach.kernel.clock import Clock


class ReceiptEmpty(DomainError):
    """A voucher without titles, or with more than a page can carry."""

    code = "receipt_empty"
    status = 422
    text = _("A voucher has 1 to %(max)s titles. Please add what came, or split the voucher.")


class ReceiptUnknown(DomainError):
    """There is no such entry in the register."""

    code = "receipt_unknown"
    status = 404
    text = _("There is no such entry in the register.")


class LineWrong(DomainError):
    """A number of copies that cannot be."""

    code = "line_wrong"
    status = 422
    text = _("Each title has 1 to %(max)s copies.")


class DateAhead(DomainError):
    """A day in the future cannot have happened."""

    code = "date_ahead"
    status = 422
    text = _("This day has not come yet. Please write the day on which it happened.")


@in_one_transaction
def receive(
    *,
    place: str,
    head: ReceiptHead,
    lines: Sequence[ReceiptLine],
    clock: Clock,
    base: str = "",
    by: int | None = None,
) -> int:
    """Enter a voucher into the register of the place, with its copies, and return the entry's id.

    The place owns the copies; `base` is the place that will answer for them, itself where it is empty. Raises
    ReceiptEmpty, LineWrong, DateAhead, PriceWrong, RecordUnknown, PlaceUnknown, SeriesUnknown, CollectionUnknown;
    ValueError for a kind that does not exist.
    """
    begin()
    base = base or place
    for code in {place, base} - places_by_code([place, base]).keys():
        raise PlaceUnknown(place=code[:32])
    _check_lines(lines)
    now = clock()
    if head.entered_on > local_date(now):
        raise DateAhead
    receipt = Receipt(place_id=place, number=_next_number(place), entered_on=head.entered_on, by_id=by)
    changed_fields(receipt, _head_values(head))
    receipt.save()
    drafts = [
        (
            line.record,
            CopyDraft(
                owner=place,
                base=base,
                series=line.series or "?",
                call_no=nfc(line.call_no),
                shelf=nfc(line.shelf),
                part=nfc(line.part),
                price_vnd=line.price_vnd,
                acquired_on=head.entered_on,
                collection=line.collection,
                receipt=receipt.pk,
            ),
        )
        for line in lines
        for _copy in range(line.count)
    ]
    numbered = usable_copies([draft for _record, draft in drafts])
    insert_copies([(record, copy) for (record, _draft), copy in zip(drafts, numbered, strict=True)])
    announce(line.record for line in lines)
    return receipt.pk


@in_one_transaction
def change_receipt(*, receipt: int, head: ReceiptHead, clock: Clock, by: int | None = None) -> bool:
    """Correct what an entry says of its voucher; what it said is kept. Its number and copies stay.

    Returns whether anything changed. Raises ReceiptUnknown, DateAhead.
    """
    begin()
    row = Receipt.objects.filter(pk=receipt).first()
    if row is None:
        raise ReceiptUnknown
    now = clock()
    if head.entered_on > local_date(now):
        raise DateAhead
    changes = changed_fields(row, {"entered_on": head.entered_on, **_head_values(head)})
    if not changes:
        return False
    row.save()
    keep_changes([(f"receipt:{row.pk}", changes)], at=now, by=by)
    return True


def _head_values(head: ReceiptHead) -> dict[str, str]:
    return {
        "kind": AcquisitionKind(head.kind).value,
        "source": nfc(head.source)[:200],
        "voucher": nfc(head.voucher)[:80],
        "note": nfc(head.note)[:300],
    }


def _check_lines(lines: Sequence[ReceiptLine]) -> None:
    if not 0 < len(lines) <= LINES_MAX:
        raise ReceiptEmpty(max=LINES_MAX)
    for line in lines:
        if not 0 < line.count <= COPIES_PER_LINE_MAX:
            raise LineWrong(max=COPIES_PER_LINE_MAX)
        if line.price_vnd is not None and not 0 <= line.price_vnd <= PRICE_MAX_VND:
            raise PriceWrong
    wanted = {line.record for line in lines}
    if Record.objects.filter(pk__in=wanted).count() != len(wanted):
        raise RecordUnknown


def _next_number(place: str) -> int:
    """Give the next number of the place's register; the catalogue's lock keeps others away."""
    return (Receipt.objects.filter(place=place).aggregate(last=Max("number"))["last"] or 0) + 1
