"""Why something that an import brought in stays when the import is undone: somebody works with it by now."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any

from django.db import models

from guisach.domain.catalogue.kinds import copies_in_use
from guisach.domain.catalogue.models import (
    Copy,
    CopyCondition,
    ImportedChunk,
    PhysicalState,
    Record,
    RecordVersion,
    StockChange,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

AT_ONCE = 5000  # copies in one question to the database


class Reasons(StrEnum):
    """Why it stays; the values are stable."""

    COPY_IN_USE = "copy_in_use"  # it was lent, seen or counted
    COPY_CHANGED = "copy_changed"  # entered in a register, weeded, put into a collection, corrected
    RECORD_EDITED = "record_edited"  # a person has corrected it
    RECORD_IN_USE = "record_in_use"  # it has a cover, stands on a list, is subscribed to …
    OTHER_IMPORT = "other_import"  # another import has gone into it
    HAS_COPIES = "has_copies"  # copies were added that this import did not bring


# Tables that hang on a record and are read from it or kept about it; everything else is somebody's work.
_DERIVED = frozenset({"Copy", "ImportedChunk", "RecordVersion", "RecordNumber"})


def why_copies_stay(copies: Sequence[Copy]) -> dict[str, Reasons]:
    """Return the barcodes of those copies that stay, and why."""
    stay: dict[str, Reasons] = {}
    for start in range(0, len(copies), AT_ONCE):
        stay |= _why_some_stay(copies[start : start + AT_ONCE])
    return stay


def _why_some_stay(copies: Sequence[Copy]) -> dict[str, Reasons]:
    barcodes = [copy.barcode for copy in copies]
    in_use = copies_in_use(barcodes)
    subjects = [f"copy:{barcode}" for barcode in barcodes]
    corrected = set(StockChange.objects.filter(subject__in=subjects).values_list("subject", flat=True))
    hung_on = {id_ for relation in _relations(Copy) for id_ in _having(relation, [copy.pk for copy in copies])}
    stay = {}
    for copy in copies:
        if copy.barcode in in_use:
            stay[copy.barcode] = Reasons.COPY_IN_USE
        elif f"copy:{copy.barcode}" in corrected or copy.pk in hung_on or _is_changed(copy):
            stay[copy.barcode] = Reasons.COPY_CHANGED
    return stay


def why_records_stay(rows: Sequence[Record], copies: Sequence[Copy], import_: int) -> dict[int, tuple[str, Reasons]]:
    """Return those records added by an import that stay, with the copy (or none) and why; `copies` are all theirs."""
    ids = [row.pk for row in rows]
    stay: dict[int, tuple[str, Reasons]] = {}
    others = [copy for copy in copies if copy.imported_in_id != import_]
    for copy in others:
        why = Reasons.OTHER_IMPORT if copy.imported_in_id else Reasons.HAS_COPIES
        stay.setdefault(copy.record_id, (copy.barcode, why))
    known = ImportedChunk.objects.filter(record__in=ids, imported_in__isnull=False).exclude(imported_in=import_)
    for record in known.values_list("record_id", flat=True):
        stay.setdefault(record, ("", Reasons.OTHER_IMPORT))
    edited = RecordVersion.objects.filter(record__in=ids).exclude(imported_in=import_)
    for record, other in edited.values_list("record_id", "imported_in_id"):
        stay.setdefault(record, ("", Reasons.OTHER_IMPORT if other else Reasons.RECORD_EDITED))
    by_barcode = {copy.barcode: copy.record_id for copy in copies}
    for barcode, why in why_copies_stay([copy for copy in copies if copy.imported_in_id == import_]).items():
        stay.setdefault(by_barcode[barcode], (barcode, why))
    for record in records_in_use(ids):
        stay.setdefault(record, ("", Reasons.RECORD_IN_USE))
    return stay


def records_in_use(ids: Collection[int]) -> set[int]:
    """Return those records that have a cover, stand on a list, are subscribed to …"""
    return {record for relation in _relations(Record) for record in _having(relation, ids)}


def _is_changed(copy: Copy) -> bool:
    is_plain = copy.condition == CopyCondition.NORMAL and copy.state == PhysicalState.GOOD
    return not is_plain or bool(copy.receipt_id or copy.withdrawal_id or copy.collection_id)


def _relations(model: type[models.Model]) -> list[models.ForeignKey[Any, Any]]:
    """Return the fields of other tables that lean on this one, and would go with a row of it."""
    return [
        relation.field
        for relation in model._meta.get_fields(include_hidden=True)
        if isinstance(relation, models.ManyToOneRel)
        and relation.on_delete is not models.SET_NULL
        and relation.related_model.__name__ not in _DERIVED
    ]


def _having(field: models.ForeignKey[Any, Any], ids: Collection[int]) -> set[int]:
    rows = field.model._default_manager.filter(**{f"{field.name}__in": list(ids)})
    return set(rows.values_list(field.attname, flat=True))
