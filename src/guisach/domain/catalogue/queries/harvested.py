"""What was harvested from others, and when."""

from __future__ import annotations

from typing import TYPE_CHECKING

from guisach.domain.catalogue.models import Import, ImportStatus
from guisach.domain.catalogue.rules.imports.harvests import Asked

if TYPE_CHECKING:
    from collections.abc import Iterator


def last_harvest(source: str, asked: Asked) -> str:
    """Return when the last harvest of the same that came to its end began, by the repository's clock; or nothing."""
    for told in _harvests(source):
        if Asked.from_json(told).is_continued_by(asked):
            return str(told.get("answered_at", ""))
    return ""


def _harvests(source: str) -> Iterator[dict[str, str]]:
    done = Import.objects.filter(source=source, status=ImportStatus.DONE).order_by("-pk")
    for terms in done.values_list("terms", flat=True).iterator(chunk_size=100):
        if isinstance(terms.get("harvest"), dict):
            yield terms["harvest"]
