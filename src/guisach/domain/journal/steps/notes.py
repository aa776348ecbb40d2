"""A keeper's note: something about a copy, a reader or the place that somebody should read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

import msgspec

from guisach.domain.journal import kinds
from guisach.domain.journal.queries.histories import public_subjects
from guisach.domain.journal.rules.history import CaseDraft
from guisach.kernel.clock import local_date

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

    from guisach.domain.journal.rules.history import History

COPY_LENGTH_MAX = 32


class NoteBody(msgspec.Struct, frozen=True):
    """What it is about, where that is a copy."""

    copy: str = ""


class NotePrivate(msgspec.Struct, frozen=True):
    """What was written, and about whom; forgotten with the reader."""

    text: str = ""
    reader: UUID | None = None


class NoteFold:
    """Each note is a case of its place until somebody has read it; taken back, it is none."""

    subject_type = "note"
    reads_private = False
    is_private = False
    is_derived = False

    def fold(self, histories: Mapping[str, History]) -> kinds.Folding:
        """Open a case for each."""
        for history in histories.values():
            for entry in history.entries:
                history.result.outcomes[entry.op] = "NOTE"
                history.result.cases.append(CaseDraft("note", (entry.op,), entry.place, entry.eff_at))
        return kinds.Folding({f"note:{subject}": history.result for subject, history in histories.items()}, {}, {})

    def project(self, folding: kinds.Folding) -> None:
        """Nothing to keep but the cases."""

    def differences(self, folding: kinds.Folding) -> Iterator[str]:
        """Nothing to compare but the cases."""
        return iter(())

    def subjects(self) -> Iterable[str]:
        """Return every place and day with a note."""
        return public_subjects(self.subject_type)

    def rows(self) -> Iterator[str]:
        """Nothing of its own."""
        return iter(())


def _place_and_day(body: NoteBody, _private: Any, place: str, eff_at: datetime) -> str:
    """Return place and day; raises ValueError where nobody knows the place, or the copy cannot be one."""
    if not place or len(body.copy) > COPY_LENGTH_MAX or not body.copy.isprintable():
        raise ValueError(place)
    return f"{place}:{local_date(eff_at)}"


def register() -> None:
    """Make the kind known."""
    kinds.register_kind(
        kinds.Kind("note", "note", NoteBody, _place_and_day, NotePrivate, reader=lambda private: private.reader)
    )
    kinds.register_fold(NoteFold())
