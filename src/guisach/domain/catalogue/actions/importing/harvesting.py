"""What a harvest needs beside an import: which record a name of the repository means, and what is gone there.

A name is remembered as a fingerprint like those of chunks (`rules.imports.harvests.name_print`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q

from guisach.domain.catalogue.actions.importing.keeping import Reasons, records_in_use
from guisach.domain.catalogue.actions.importing.refusals import ImportUnknown
from guisach.domain.catalogue.models import Copy, DeletedRecord, Import, ImportedChunk, Record, RecordVersion
from guisach.domain.catalogue.steps import announce, begin, delete_records
from guisach.domain.journal.steps import in_one_transaction

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from guisach.domain.catalogue.rules.imports.harvests import Asked
    from guisach.kernel.clock import Clock

_AT_ONCE = 500
UNKNOWN = "unknown"  # it never came here, or went before


@dataclass(frozen=True, slots=True)
class Gone:
    """A record that the repository no longer has: taken out here too, or why it stays."""

    name: str
    record: int | None
    title: str
    why: str
    """Empty: it was taken out. Else `unknown`, or one of `keeping.Reasons`."""


@in_one_transaction
def note_names(*, import_: int, names: Mapping[str, int], clock: Clock) -> None:
    """Remember which record each name (by its print) means; a name that means another record now is changed."""
    begin()
    known = ImportedChunk.objects.in_bulk(list(names))
    moved = [row for print_, row in known.items() if row.record_id != names[print_]]
    for row in moved:
        row.record_id = names[row.fingerprint]
    ImportedChunk.objects.bulk_update(moved, ["record_id"], batch_size=_AT_ONCE)
    there = set(Record.objects.filter(pk__in=set(names.values())).values_list("pk", flat=True))
    ImportedChunk.objects.bulk_create(
        [
            ImportedChunk(fingerprint=print_, record_id=record, at=clock(), imported_in_id=import_)
            for print_, record in names.items()
            if print_ not in known and record in there
        ],
        batch_size=_AT_ONCE,
    )


@in_one_transaction
def take_out_gone(*, import_: int, names: Mapping[str, str], clock: Clock) -> list[Gone]:
    """Take out what the repository no longer has, where we have it from there alone and nobody works with it.

    `names` are prints and the names that they are of. Raises ImportUnknown.
    """
    begin()
    source = Import.objects.filter(pk=import_).values_list("source", flat=True).first()
    if source is None:
        raise ImportUnknown(id=import_)
    meant = dict(ImportedChunk.objects.filter(pk__in=list(names)).values_list("pk", "record"))
    rows = Record.objects.in_bulk(list(set(meant.values())))
    stay = _why_they_stay(list(rows), source)
    taken = {id_: row for id_, row in rows.items() if id_ not in stay}
    now = clock()
    DeletedRecord.objects.bulk_create(
        [
            DeletedRecord(record=id_, kind=row.kind, deleted_at=now, reason=f"HARVEST {source}"[:80])
            for id_, row in taken.items()
        ]
    )
    delete_records(list(taken))
    announce(taken, in_bulk=True)
    return [
        Gone(name, record := meant.get(print_), rows[record].title if record else "", stay.get(record, ""))
        if meant.get(print_)
        else Gone(name, None, "", UNKNOWN)
        for print_, name in names.items()
    ]


def _why_they_stay(ids: Sequence[int], source: str) -> dict[int | None, str]:
    stay: dict[int | None, str] = {}
    for record in Copy.objects.filter(record__in=ids).values_list("record_id", flat=True):
        stay.setdefault(record, Reasons.HAS_COPIES)
    elsewhere = Q(imported_in__isnull=True) | ~Q(imported_in__source=source)
    edited = RecordVersion.objects.filter(record__in=ids).filter(elsewhere)
    for record, other in edited.values_list("record_id", "imported_in_id"):
        stay.setdefault(record, Reasons.OTHER_IMPORT if other else Reasons.RECORD_EDITED)
    brought = Record.objects.filter(pk__in=ids).filter(elsewhere)
    for record in brought.values_list("pk", flat=True):
        stay.setdefault(record, Reasons.OTHER_IMPORT)
    for record in ImportedChunk.objects.filter(record__in=ids).filter(elsewhere).values_list("record_id", flat=True):
        stay.setdefault(record, Reasons.OTHER_IMPORT)
    for record in records_in_use(ids):
        stay.setdefault(record, Reasons.RECORD_IN_USE)
    return stay


@in_one_transaction
def end_harvest(*, import_: int, asked: Asked, answered_at: str) -> None:
    """Remember what was asked and when: the next harvest asks for what changed since. Raises ImportUnknown."""
    begin()
    row = Import.objects.filter(pk=import_).first()
    if row is None:
        raise ImportUnknown(id=import_)
    row.terms = {**row.terms, "harvest": {**asked.as_json(), "answered_at": answered_at}}
    row.save(update_fields=["terms"])
