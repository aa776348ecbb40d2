"""Numbers of people by reader group, as forms send them: one field for each group."""

from __future__ import annotations

from typing import TYPE_CHECKING

from guisach.domain.readers.queries import reader_groups
from guisach.kernel.text.numbers import LARGEST, whole_number

if TYPE_CHECKING:
    from django.http import QueryDict


def counts_by_group(said: QueryDict, field: str, most: int = LARGEST) -> dict[str, int] | None:
    """Read the fields `field-GROUP`, without zeros; None where something is no whole number, or more than `most`."""
    found = {}
    for group, _label in reader_groups():
        text = said.get(f"{field}-{group}", "").strip()
        number = whole_number(text, most) if text else 0
        if number is None:
            return None
        if number:
            found[group] = number
    return found
