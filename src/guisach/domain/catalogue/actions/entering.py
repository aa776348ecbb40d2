"""The short way in: a title with its copy in one act, and taking it back while nothing hangs on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.utils.translation import gettext_lazy as _

from guisach.domain.catalogue.actions.copies import CopyUnknown, usable_copies
from guisach.domain.catalogue.actions.records import checked_draft
from guisach.domain.catalogue.kinds import copies_in_use, tell_copies_changed
from guisach.domain.catalogue.models import Copy, DeletedRecord
from guisach.domain.catalogue.rules.marc.composing import compose, recompose
from guisach.domain.catalogue.rules.marc.incoming import to_json
from guisach.domain.catalogue.steps import (
    Origin,
    announce,
    begin,
    delete_records,
    insert_copies,
    insert_records,
    new_row,
)
from guisach.domain.journal.queries import timeline
from guisach.domain.journal.steps import in_one_transaction
from guisach.kernel.clock import local_date
from guisach.kernel.errors import DomainError

if TYPE_CHECKING:
    from guisach.domain.catalogue.rules.drafts import CopyDraft, RecordDraft
    from guisach.domain.catalogue.rules.marc.incoming import Incoming
    from guisach.kernel.clock import Clock


class Entered(NamedTuple):
    """What was written down."""

    record: int
    barcode: str
    """Empty where there is no copy yet."""


class EntryInUse(DomainError):
    """Something hangs on the copy already: a loan, a register, a label."""

    code = "entry_in_use"
    text = _("Copy %(barcode)s has been used or stands in a register, so it stays. Please withdraw it instead.")


@in_one_transaction
def enter_title(*, draft: RecordDraft, copy: CopyDraft | None, clock: Clock, base: Incoming | None = None) -> Entered:
    """Catalogue a title and its first copy, both or neither; without a copy for now where `copy` is None.

    `base` is a record from elsewhere that the person took over: what the draft does not change of it stays. Raises
    TitleNeeded, YearWrong and what `add_copies` raises.
    """
    begin()
    draft = checked_draft(draft)
    now = clock()
    usable = usable_copies([copy] if copy else [])
    marc = compose(draft, local_date(now)) if base is None else recompose(draft, base, local_date(now))
    row = new_row(draft, to_json(marc), _origin(marc), now)
    insert_records([row])
    insert_copies([(row.pk, one) for one in usable])
    announce([row.pk])
    return Entered(row.pk, usable[0].barcode if usable else "")


@in_one_transaction
def undo_entry(*, barcode: str, clock: Clock) -> int | None:
    """Take out a copy that was entered by mistake, and its title where it has no other.

    Returns the id of the title if it stays. The number stays used up. Raises CopyUnknown, EntryInUse.
    """
    begin()
    row = Copy.objects.select_related("record").filter(barcode=barcode.strip().upper()).first()
    if row is None:
        raise CopyUnknown(barcode=barcode[:32])
    hangs = row.receipt_id or row.withdrawal_id or row.labelled_at or row.imported_in_id
    if hangs or copies_in_use([row.barcode]) or timeline(subject=f"copy:{row.barcode}", limit=1):
        raise EntryInUse(barcode=row.barcode)
    record = row.record
    is_known_elsewhere = record.imported_in_id is not None or record.versions.exists()
    row.delete()
    tell_copies_changed([barcode])
    if record.copies.exists() or is_known_elsewhere:
        announce([record.pk])
        return record.pk
    DeletedRecord.objects.create(record=record.pk, kind=record.kind, deleted_at=clock(), reason="UNDO")
    delete_records([record.pk])
    announce([record.pk])
    return None


def _origin(marc: Incoming) -> Origin:
    control = {field.tag: field.value for field in marc.fields if field.tag in {"001", "003", "005"}}
    return Origin(control.get("003", "")[:40], control.get("001", "")[:80], control.get("005", "")[:16])
