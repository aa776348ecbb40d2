"""Whether the very same file was brought in before."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from guisach.domain.catalogue.models import Import, ImportStatus

if TYPE_CHECKING:
    from datetime import datetime

_GONE = (ImportStatus.DRAFT, ImportStatus.UNDONE)


class Twin(NamedTuple):
    """An import of the same bytes."""

    id: int
    started_at: datetime


def twin_of(import_: int) -> Twin | None:
    """Return the latest other import of the same bytes that is neither a draft nor undone; None where there is none."""
    prints = Import.objects.filter(pk=import_).exclude(file_print="").values("file_print")[:1]
    found = Import.objects.filter(file_print__in=prints).exclude(pk=import_).exclude(status__in=_GONE)
    row = found.order_by("-pk").values_list("pk", "started_at").first()
    return Twin(*row) if row else None
