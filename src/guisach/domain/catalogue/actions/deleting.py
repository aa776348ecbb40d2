"""Taking a title out of the catalogue. What harvesters need to hear of it stays for ever."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from guisach.domain.catalogue.actions.copies import RecordUnknown
from guisach.domain.catalogue.models import DeletedRecord, Record
from guisach.domain.catalogue.steps import announce, begin, delete_records
from guisach.domain.journal.steps import in_one_transaction
from guisach.kernel.errors import DomainError

if TYPE_CHECKING:
    from guisach.kernel.clock import Clock


class RecordHasCopies(DomainError):
    """Copies stand in registers by law, withdrawn ones too, and need their title."""

    code = "record_has_copies"
    text = _("This title has copies in the register, so it stays. Please move the copies to the right title first.")


@in_one_transaction
def delete_record(*, record: int, clock: Clock, reason: str = "") -> None:
    """Take out a title that no copy belongs to, with its history; its id is never used again.

    Raises RecordUnknown, RecordHasCopies.
    """
    begin()
    row = Record.objects.filter(pk=record).first()
    if row is None:
        raise RecordUnknown
    if row.copies.exists():
        raise RecordHasCopies
    DeletedRecord.objects.create(record=row.pk, kind=row.kind, deleted_at=clock(), reason=reason[:80])
    delete_records([row.pk])
    announce([record])
