"""Looking at readers' data leaves a trace."""

from __future__ import annotations

from typing import TYPE_CHECKING

from guisach.domain.readers.models import ReaderAccess

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID


def note_access(
    *, staff_id: int, act: str, at: datetime, reader: UUID | None = None, place: str = "", found: int = 1
) -> None:
    """Note that a person was shown a reader's data; `act` is VIEW, SEARCH, LEND … as the page says."""
    ReaderAccess.objects.create(staff_id=staff_id, reader=reader, act=act, place=place, at=at, found=found)
