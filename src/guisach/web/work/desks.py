"""What a desk remembers between scans: which reader stands before it, and the last acts. Kept in the session.

A scanner is faster than a line: the next scan leaves before the answer to the last one is there. So the page does
not say which reader is meant; it says which desk it is, and the server knows the reader, in the order of scans.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from guisach.domain.readers import queries as readers
from guisach.kernel.ids import new_id

if TYPE_CHECKING:
    from django.http import HttpRequest

    from guisach.domain.readers.queries import ReaderView

_DESKS, _ACTS = "desks", "acts"
DESKS_MAX = 8  # open tabs of one person
ACTS_MAX = 10
_ID_LENGTH_MAX = 32


class Desk:
    """One open desk page of one person."""

    def __init__(self, request: HttpRequest) -> None:
        self._session = request.session
        wanted = request.POST.get("desk") or request.GET.get("desk") or ""
        is_usable = 0 < len(wanted) <= _ID_LENGTH_MAX and wanted.isalnum()
        self.id = wanted if is_usable else new_id().hex[-12:]
        known = self._known().get(self.id)
        self.reader_id = UUID(known) if known else None

    def reader(self) -> ReaderView | None:
        """Give the reader who stands here; None also when they were erased meanwhile."""
        return readers.reader(self.reader_id) if self.reader_id else None

    def serve(self, reader: UUID | None) -> None:
        """Turn to another reader, or (None) to nobody."""
        desks = self._known()
        desks.pop(self.id, None)
        if reader is not None:
            desks[self.id] = str(reader)
        self._session[_DESKS] = dict(list(desks.items())[-DESKS_MAX:])
        self.reader_id = reader

    def _known(self) -> dict[str, str]:
        return dict(self._session.get(_DESKS, {}))


def note_act(request: HttpRequest, op: UUID) -> None:
    """Remember an act for the list of the last ones."""
    earlier = [known for known in request.session.get(_ACTS, []) if known != str(op)]
    request.session[_ACTS] = [*earlier, str(op)][-ACTS_MAX:]


def last_acts(request: HttpRequest) -> list[UUID]:
    """Give the last acts of this person since they signed in, oldest first."""
    return [UUID(op) for op in request.session.get(_ACTS, [])]
