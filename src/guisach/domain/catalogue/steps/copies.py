"""Copies are stored, and whoever waits for them is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from guisach.domain.catalogue.kinds import tell_copies_changed
from guisach.domain.catalogue.models import Copy
from guisach.domain.catalogue.steps.numbers import lift_series

if TYPE_CHECKING:
    from collections.abc import Sequence

    from guisach.domain.catalogue.rules.drafts import CopyDraft

_AT_ONCE = 500
_TOLD_AT_ONCE = 5000  # listeners ask the database with these, and SQLite takes 32,766 values
_LENGTH = 80  # of call number, shelf and part
_NOTE_LENGTH = 300


def insert_copies(copies: Sequence[tuple[int, CopyDraft]], *, imported_in: int | None = None) -> None:
    """Store copies of records, given by id; their barcodes are normalised and free, their places exist."""
    if not copies:
        return
    rows = [
        Copy(
            barcode=draft.barcode,
            record_id=record,
            owner_id=draft.owner,
            base_id=draft.base,
            condition=draft.condition,
            call_no=draft.call_no[:_LENGTH],
            shelf=draft.shelf[:_LENGTH],
            price_vnd=draft.price_vnd,
            acquired_on=draft.acquired_on,
            note=draft.note[:_NOTE_LENGTH],
            collection_id=draft.collection or None,
            state=draft.state,
            part=draft.part[:_LENGTH],
            receipt_id=draft.receipt,
            labelled_at=draft.labelled_at,
            imported_in_id=imported_in,
        )
        for record, draft in copies
    ]
    Copy.objects.bulk_create(rows, batch_size=_AT_ONCE)
    lift_series(row.barcode for row in rows)
    for start in range(0, len(rows), _TOLD_AT_ONCE):
        tell_copies_changed([row.barcode for row in rows[start : start + _TOLD_AT_ONCE]])
