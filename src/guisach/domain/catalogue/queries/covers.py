"""Pictures of covers: which records have one, and the file itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from guisach.domain.catalogue.kinds import cover_store
from guisach.domain.catalogue.models import Cover
from guisach.domain.catalogue.rules.covers import HEIGHTS_PX, WIDTHS_PX, Size

if TYPE_CHECKING:
    from collections.abc import Collection


class CoverView(NamedTuple):
    """The picture of a record: its print, and width and height in pixels of its large form."""

    print: str
    width_px: int
    height_px: int

    def shown(self, size: Size) -> tuple[int, int]:
        """Return width and height in pixels of one form."""
        scale = min(WIDTHS_PX[size] / self.width_px, HEIGHTS_PX[size] / self.height_px, 1.0)
        return max(round(self.width_px * scale), 1), max(round(self.height_px * scale), 1)


def covers_of(records: Collection[int]) -> dict[int, CoverView]:
    """Return the covers of those records that have one, with one query."""
    if not records:
        return {}
    rows = Cover.objects.filter(record__in=list(records)).values_list("pk", "file_print", "width_px", "height_px")
    return {pk: CoverView(print_, width_px, height_px) for pk, print_, width_px, height_px in rows}


def cover_file(print_: str, size: str) -> bytes | None:
    """Return the file of a cover (WebP), or None where there is none of that print and size."""
    try:
        return cover_store().read(print_, Size(size))
    except ValueError:
        return None


def cover_prints() -> set[str]:
    """Return the prints of all pictures in use, for backups."""
    return set(Cover.objects.values_list("file_print", flat=True))
