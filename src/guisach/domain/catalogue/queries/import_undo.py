"""What an undo of an import would take out and what would have to stay, before anybody decides on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from guisach.domain.catalogue.models import Record, RecordVersion, WaitingRecord


class Example(NamedTuple):
    """One of those that stay."""

    record: int
    text: str


@dataclass(frozen=True, slots=True)
class Forecast:
    """Counts of what would go, and by reason what would stay with some examples."""

    records: int
    copies: int
    restored: int
    waiting: int
    kept: tuple[tuple[str, int, tuple[Example, ...]], ...]


def forecast(import_: int) -> Forecast:
    """Look at everything that an import brought."""
    records = Record.objects.filter(imported_in=import_).count()
    restored = RecordVersion.objects.filter(imported_in=import_).values("record").distinct().count()
    waiting = WaitingRecord.objects.filter(imported_in=import_, decision="").count()
    return Forecast(records, 0, restored, waiting, ())
