"""What an undo of an import would take out and what would have to stay, told before anybody decides on it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from guisach.domain.catalogue.actions.importing.keeping import Reasons, why_copies_stay, why_records_stay
from guisach.domain.catalogue.models import Copy, Record, RecordVersion, WaitingRecord

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_T = TypeVar("_T")

MOST = 20_000  # records that are looked at one by one
_AT_ONCE = 1000
_EXAMPLES = 5


@dataclass(slots=True)
class Staying:
    """What stays for one reason: how many, and some of them."""

    count: int = 0
    examples: list[tuple[int, str]] = field(default_factory=list)
    """Record, and the copy's number or the title."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """How an undo would end. `is_whole`: everything was looked at; otherwise more may have to stay."""

    records: int
    copies: int
    restored: int
    waiting: int
    staying: dict[str, Staying]
    """By `keeping.Reasons`."""
    is_whole: bool


def forecast_undo(import_: int) -> Forecast:
    """Look at what an import brought, by the same rules as `undo_import`; writes nothing."""
    staying: dict[str, Staying] = {}
    own = Record.objects.filter(imported_in=import_)
    seen = 0
    kept_records: set[int] = set()
    for ids in _parts(own.order_by("pk").values_list("pk", flat=True)[:MOST]):
        seen += len(ids)
        rows = list(Record.objects.filter(pk__in=ids).defer("marc"))
        titles = {row.pk: row.title for row in rows}
        copies = list(Copy.objects.filter(record__in=ids))
        for record, (barcode, why) in why_records_stay(rows, copies, import_).items():
            kept_records.add(record)
            _note(staying, why, record, barcode or titles[record])
    copies = list(Copy.objects.filter(imported_in=import_).exclude(record__imported_in=import_).order_by("pk")[:MOST])
    kept_copies = 0
    for part in _parts(copies):
        by_barcode = {copy.barcode: copy.record_id for copy in part}
        for barcode, why in why_copies_stay(part).items():
            kept_copies += 1
            _note(staying, why, by_barcode[barcode], barcode)
    restored = _restored(import_, staying)
    with_them = Copy.objects.filter(imported_in=import_, record__in=kept_records).count() if kept_records else 0
    return Forecast(
        records=own.count() - len(kept_records),
        copies=Copy.objects.filter(imported_in=import_).count() - kept_copies - with_them,
        restored=restored,
        waiting=WaitingRecord.objects.filter(imported_in=import_, decision="").count(),
        staying=staying,
        is_whole=seen < MOST and len(copies) < MOST,
    )


def _restored(import_: int, staying: dict[str, Staying]) -> int:
    """Count those that get their description back, and note those that somebody has changed since."""
    ours = RecordVersion.objects.filter(imported_in=import_).exclude(record__imported_in=import_)
    first = dict(ours.order_by("-pk").values_list("record_id", "pk")[:MOST])
    whose: dict[int, int | None] = {}
    for ids in _parts(first):
        others = RecordVersion.objects.filter(record__in=ids).exclude(imported_in=import_).order_by("pk")
        rows = others.values_list("record_id", "pk", "imported_in_id")
        whose |= {record: other for record, version, other in rows if version > first[record]}
    titles = dict(Record.objects.filter(pk__in=list(whose)[:_AT_ONCE]).values_list("pk", "title"))
    for record, other in whose.items():
        why = Reasons.OTHER_IMPORT if other else Reasons.RECORD_EDITED
        _note(staying, why, record, titles.get(record, str(record)))
    return len(first) - len(whose)


def _note(staying: dict[str, Staying], why: str, record: int, text: str) -> None:
    one = staying.setdefault(str(why), Staying())
    one.count += 1
    if len(one.examples) < _EXAMPLES:
        one.examples.append((record, text))


def _parts(found: Iterable[_T]) -> Iterator[list[_T]]:
    every = list(found)
    for start in range(0, len(every), _AT_ONCE):
        yield every[start : start + _AT_ONCE]
