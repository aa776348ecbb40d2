"""Taking a whole import back, but for what people have worked with since.

Some hundred records go in a transaction; the import says UNDOING until all of it is done, so that an undo that
breaks off goes on. What stays, stays known: importing the file again does not double it.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from guisach.domain.catalogue.actions.importing.keeping import AT_ONCE, Reasons, why_copies_stay, why_records_stay
from guisach.domain.catalogue.actions.importing.refusals import ImportBusy, ImportUnknown
from guisach.domain.catalogue.kinds import tell_copies_changed
from guisach.domain.catalogue.models import (
    Copy,
    DeletedRecord,
    Import,
    ImportedChunk,
    ImportStatus,
    Record,
    RecordVersion,
    WaitingRecord,
)
from guisach.domain.catalogue.rules.drafts import draft_of
from guisach.domain.catalogue.rules.marc.describe import describe
from guisach.domain.catalogue.rules.marc.description import Description
from guisach.domain.catalogue.rules.marc.incoming import from_json
from guisach.domain.catalogue.steps import Origin, announce, begin, delete_records, rewrite, save_records
from guisach.domain.journal.steps import in_one_transaction

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence
    from datetime import datetime

    from guisach.kernel.clock import Clock

BATCH = 200
KEPT_MAX = 1000
_UNDOABLE = (ImportStatus.DONE, ImportStatus.STOPPED, ImportStatus.UNDOING)


@dataclass(frozen=True, slots=True)
class KeptOnUndo:
    """A record or copy that stays after an undo, and why."""

    record: int
    title: str
    barcode: str
    """Empty where it is about the record."""
    why: str
    """copy_in_use, copy_changed, record_edited, record_in_use, other_import, has_copies."""


@dataclass(frozen=True, slots=True)
class Undone:
    """What an undo took back, and what it had to keep."""

    records: int
    """Taken out."""
    restored: int
    """Got their former description back."""
    copies: int
    """Taken out."""
    waiting: int
    """No longer wait."""
    kept: tuple[KeptOnUndo, ...]
    """At most 1,000 of them."""
    kept_count: int


@in_one_transaction
def ask_undo(*, import_: int, by: int | None = None) -> None:
    """Let the worker undo an import in its turn. Raises ImportUnknown, ImportBusy (running, a draft, undone)."""
    begin()
    _mark(import_, by)


def undo_import(
    *, import_: int, clock: Clock, by: int | None = None, progress: Callable[[int], object] = lambda _done: None
) -> Undone:
    """Take a whole import back, here and now, some hundred records in a transaction; broken off, it goes on.

    `progress` is told of records as they are done. Undoing what is undone answers the same and changes nothing.
    Raises ImportUnknown, ImportBusy (it is running, or a draft).
    """
    if _begin(import_, by):
        for step in (_restore_some, _forget_some, _remove_some):
            after = 0
            while True:
                done, after = step(import_, after, clock())
                progress(done)
                if not done:
                    break
        _end(import_, clock())
    return _answer(import_)


def _mark(import_: int, by: int | None) -> Import:
    row = Import.objects.filter(pk=import_).first()
    if row is None:
        raise ImportUnknown(id=import_)
    if row.status not in _UNDOABLE:
        raise ImportBusy(id=import_, status=ImportStatus(row.status).label)
    row.status = ImportStatus.UNDOING
    row.undone = {**_nothing(), "by": by, **row.undone}
    row.save(update_fields=["status", "undone"])
    return row


@in_one_transaction
def _begin(import_: int, by: int | None) -> bool:
    begin()
    row = Import.objects.filter(pk=import_).first()
    if row is not None and row.status == ImportStatus.UNDONE:
        return False
    row = _mark(import_, by)
    row.undone = {**row.undone, "kept": [], "kept_count": 0}  # what stays is looked at anew
    row.save(update_fields=["undone"])
    return True


@in_one_transaction
def _restore_some(import_: int, after: int, at: datetime) -> tuple[int, int]:
    """Give records that the import changed their former description back."""
    begin()
    ours = RecordVersion.objects.filter(imported_in=import_, record__gt=after).exclude(record__imported_in=import_)
    ids = list(ours.order_by("record").values_list("record", flat=True).distinct()[:BATCH])
    versions: dict[int, list[RecordVersion]] = {}
    for version in RecordVersion.objects.filter(record__in=ids).order_by("pk"):
        versions.setdefault(version.record_id, []).append(version)
    rows, kept = [], []
    for row in Record.objects.filter(pk__in=ids).order_by("pk"):
        mine = [version for version in versions[row.pk] if version.imported_in_id == import_]
        later = [one for one in versions[row.pk] if one.pk > mine[0].pk and one.imported_in_id != import_]
        if later:
            why = Reasons.OTHER_IMPORT if later[-1].imported_in_id else Reasons.RECORD_EDITED
            kept.append(KeptOnUndo(row.pk, row.title, "", why))
        else:
            _give_back(row, mine[0].marc, at)
            rows.append(row)
    save_records(rows)
    done = [row.pk for row in rows]
    RecordVersion.objects.filter(imported_in=import_, record__in=done).delete()
    ImportedChunk.objects.filter(imported_in=import_, record__in=done).delete()
    announce(done, in_bulk=True)
    _count(import_, restored=len(done), kept=kept)
    return len(ids), max(ids, default=after)


@in_one_transaction
def _forget_some(import_: int, after: int, _at: datetime) -> tuple[int, int]:
    """Take the import's copies and fingerprints from records that it did not add.

    Records that could not get their description back keep the fingerprints: they still say what came in.
    """
    begin()
    ids = _touched(import_, after)
    edited = set(RecordVersion.objects.filter(imported_in=import_, record__in=ids).values_list("record_id", flat=True))
    ImportedChunk.objects.filter(imported_in=import_, record__in=[id_ for id_ in ids if id_ not in edited]).delete()
    copies = list(Copy.objects.filter(imported_in=import_, record__in=ids).order_by("pk"))
    stay = why_copies_stay(copies)
    titles = dict(Record.objects.filter(pk__in=ids).values_list("pk", "title"))
    kept = [
        KeptOnUndo(copy.record_id, titles[copy.record_id], copy.barcode, stay[copy.barcode])
        for copy in copies
        if copy.barcode in stay
    ]
    gone = [copy for copy in copies if copy.barcode not in stay]
    _take_out_copies(gone)
    announce({copy.record_id: None for copy in gone}, in_bulk=True)
    _count(import_, copies=len(gone), kept=kept)
    return len(ids), max(ids, default=after)


@in_one_transaction
def _remove_some(import_: int, after: int, at: datetime) -> tuple[int, int]:
    """Take out records that the import added, with their copies, unless somebody works with them."""
    begin()
    rows = list(Record.objects.filter(imported_in=import_, pk__gt=after).order_by("pk").defer("marc")[:BATCH])
    copies = list(Copy.objects.filter(record__in=[row.pk for row in rows]).order_by("pk"))
    stay = why_records_stay(rows, copies, import_)
    kept = [KeptOnUndo(row.pk, row.title, *stay[row.pk]) for row in rows if row.pk in stay]
    gone = [row for row in rows if row.pk not in stay]
    ids = {row.pk for row in gone}
    gone_copies = [copy for copy in copies if copy.record_id in ids]
    _take_out_copies(gone_copies)
    DeletedRecord.objects.bulk_create(
        [DeletedRecord(record=row.pk, kind=row.kind, deleted_at=at, reason=f"UNDO {import_}") for row in gone],
        batch_size=BATCH,
    )
    delete_records(sorted(ids))
    announce(sorted(ids), in_bulk=True)
    _count(import_, records=len(gone), copies=len(gone_copies), kept=kept)
    return len(rows), max((row.pk for row in rows), default=after)


@in_one_transaction
def _end(import_: int, at: datetime) -> None:
    begin()
    row = Import.objects.get(pk=import_)
    waiting = WaitingRecord.objects.filter(imported_in=import_)
    still = waiting.filter(decision="").count()
    waiting.delete()
    row.status, row.undone_at = ImportStatus.UNDONE, at
    row.undone = {**row.undone, "waiting": row.undone["waiting"] + still}
    row.save(update_fields=["status", "undone_at", "undone"])


def _touched(import_: int, after: int) -> list[int]:
    """Return the next records, not of this import, that it added copies to or that know some of its chunks."""
    found: set[int] = set()
    for rows in (ImportedChunk.objects.filter(imported_in=import_), Copy.objects.filter(imported_in=import_)):
        others = rows.filter(record__gt=after).exclude(record__imported_in=import_)
        found |= set(others.order_by("record").values_list("record", flat=True).distinct()[:BATCH])
    return sorted(found)[:BATCH]


def _give_back(row: Record, marc: str, at: datetime) -> None:
    described = describe(from_json(marc))
    if isinstance(described, Description):
        origin = Origin(described.control_source[:40], described.control_no[:80], described.changed_at_source[:16])
        rewrite(row, draft_of(described), marc, origin, at)


def _take_out_copies(copies: Sequence[Copy]) -> None:
    for start in range(0, len(copies), AT_ONCE):
        part = copies[start : start + AT_ONCE]
        Copy.objects.filter(pk__in=[copy.pk for copy in part]).delete()
        tell_copies_changed([copy.barcode for copy in part])


def _nothing() -> dict[str, Any]:
    return {"records": 0, "restored": 0, "copies": 0, "waiting": 0, "kept_count": 0, "kept": []}


def _count(import_: int, *, kept: Iterable[KeptOnUndo] = (), **amounts: int) -> None:
    row = Import.objects.get(pk=import_)
    found = list(kept)
    undone: dict[str, Any] = row.undone
    for name, amount in amounts.items():
        undone[name] += amount
    undone["kept_count"] += len(found)
    undone["kept"] = [*undone["kept"], *map(asdict, found)][:KEPT_MAX]
    row.undone = undone
    row.save(update_fields=["undone"])


def _answer(import_: int) -> Undone:
    undone = {**_nothing(), **Import.objects.get(pk=import_).undone}
    undone.pop("by", None)
    kept: Collection[dict[str, Any]] = undone.pop("kept")
    return Undone(**undone, kept=tuple(KeptOnUndo(**one) for one in kept))
