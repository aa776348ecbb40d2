"""ISBN and ISSN of records in a table of their own, to be looked for by many at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from guisach.domain.catalogue.models import NumberKind, RecordNumber
from guisach.domain.catalogue.rules.standard_numbers import isbn13, issn
from guisach.domain.catalogue.steps.bulk import insert_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from guisach.domain.catalogue.models import Record

_MOST = 500  # numbers of a kind; a record with more is a mistake, or an attack


def keep_standard_numbers(rows: Sequence[Record], *, are_new: bool = False) -> None:
    """Let the numbers be what the stored rows say; new rows have none yet."""
    had: dict[int, set[tuple[str, str]]] = {}
    if not are_new:
        found = RecordNumber.objects.filter(record__in=[row.pk for row in rows])
        for record, kind, value in found.values_list("record_id", "kind", "value"):
            had.setdefault(record, set()).add((kind, value))
    added = []
    for row in rows:
        wanted = _numbers(row)
        before = had.get(row.pk, set())
        if before - wanted:
            RecordNumber.objects.filter(record=row, value__in=[value for _kind, value in before - wanted]).delete()
        added += [(row.pk, kind, value) for kind, value in sorted(wanted - before)]
    insert_rows(RecordNumber, ["record_id", "kind", "value"], added)


def _numbers(row: Record) -> set[tuple[str, str]]:
    if not row.isbns and not row.issns:
        return set()
    isbns = {(NumberKind.ISBN.value, ean) for one in row.isbns[:_MOST] if (ean := _ean(one))}
    return isbns | {(NumberKind.ISSN.value, number) for one in row.issns[:_MOST] if (number := issn(one))}


def _ean(text: str) -> str:
    """Return the thirteen digits; most have that form already."""
    return text if len(text) == 13 and text.isascii() and text.isdecimal() else isbn13(text)
