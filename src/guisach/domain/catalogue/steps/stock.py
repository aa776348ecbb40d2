"""Traces of what was changed on copies and in registers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from guisach.domain.catalogue.models import StockChange

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

_AT_ONCE = 500


def keep_changes(changes: Iterable[tuple[str, dict[str, list[Any]]]], *, at: datetime, by: int | None) -> None:
    """Keep what was changed: pairs of subject and {field: [before, after]}; an empty one leaves no trace."""
    rows = [StockChange(subject=subject, at=at, by_id=by, changes=fields) for subject, fields in changes if fields]
    StockChange.objects.bulk_create(rows, batch_size=_AT_ONCE)


def changed_fields(row: Any, values: dict[str, Any]) -> dict[str, list[Any]]:
    """Put the values into the row, in memory, and return those that differ: {field: [before, after]}, as text."""
    found = {}
    for name, value in values.items():
        before = getattr(row, name)
        if before != value:
            found[name] = [_plain(before), _plain(value)]
            setattr(row, name, value)
    return found


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, int) else str(value)
