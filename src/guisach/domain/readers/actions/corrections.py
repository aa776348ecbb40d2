"""A reader asks from home for their data to be put right; whoever looks after the card applies it, or says why not.

What is asked for lies outside the journal, as a registration does: nothing has happened yet. Applied, it is an ordinary
edit of the reader. Settled either way, what was asked is deleted at once; that and why it was settled goes in time.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from guisach.domain.journal.steps import in_one_transaction
from guisach.domain.readers import queries
from guisach.domain.readers.actions.correct import correct
from guisach.domain.readers.actions.refusals import (
    CorrectionEmpty,
    CorrectionGone,
    CorrectionReasonNeeded,
    ReaderGone,
)
from guisach.domain.readers.kinds import tell_correction_settled
from guisach.domain.readers.models import Correction
from guisach.domain.readers.queries.corrections import CORRECTABLE, wanted_in
from guisach.kernel.locks import lock
from guisach.kernel.text import nfc

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from guisach.domain.journal.queries import Source
    from guisach.domain.readers.queries import ReaderView
    from guisach.kernel.clock import Clock

TEXT_MAX: Final = 200
NOTE_MAX: Final = 500
KEPT: Final = timedelta(days=30)
"""So long a reader sees on their own pages what became of it."""


@in_one_transaction
def ask_for_correction(*, reader: UUID, wanted: Mapping[str, str | date | None], note: str, clock: Clock) -> None:
    """Note what should be put right (fields of CORRECTABLE) for the place that looks after the card.

    Asked again before anybody looked, it takes the place of the former. Raises ReaderGone, CorrectionEmpty.
    """
    lock([f"correction:{reader}"])
    known = _known(reader)
    said: dict[str, str] = {}
    for name in CORRECTABLE:
        value = wanted.get(name, getattr(known.applicant, name))
        if value != getattr(known.applicant, name):
            said[name] = value.isoformat() if isinstance(value, date) else nfc(value or "")[:TEXT_MAX]
    words = nfc(note)[:NOTE_MAX]
    if not said and not words:
        raise CorrectionEmpty
    Correction.objects.update_or_create(
        reader=known.id,
        defaults={
            "place": known.place, "said": said, "note": words, "asked_at": clock(), "settled_at": None,
            "is_applied": False, "reason": "",
        },
    )  # fmt: skip


def apply_correction(*, op_id: UUID, by: Source, reader: UUID, place: str, clock: Clock) -> None:
    """Put the data right as they were asked for, and tell the reader. The same `op_id` twice counts once.

    Raises CorrectionGone and what `correct` raises.
    """
    row, known = _open(reader), _known(reader)
    changes: dict[str, Any] = wanted_in(row.said)
    if changes:
        wanted = replace(known.applicant, **changes)
        correct(
            op_id=op_id, by=by, reader=known.id, place=place, applicant=wanted, shown=known.applicant, card="",
            renews=False, clock=clock,
        )  # fmt: skip
    _settle(reader, clock, is_applied=True, reason="")


def refuse_correction(*, reader: UUID, reason: str, clock: Clock) -> None:
    """Leave the data as they are, and tell the reader why. Raises CorrectionGone, CorrectionReasonNeeded."""
    said = " ".join(nfc(reason).split())[:NOTE_MAX]
    if len(said) < 3:
        raise CorrectionReasonNeeded
    _settle(reader, clock, is_applied=False, reason=said)


@in_one_transaction
def _settle(reader: UUID, clock: Clock, *, is_applied: bool, reason: str) -> None:
    lock([f"correction:{reader}"])
    row = _open(reader)
    row.said, row.note, row.settled_at, row.is_applied, row.reason = {}, "", clock(), is_applied, reason
    row.save()
    tell_correction_settled(reader, row.asked_at, row.place, is_applied, reason, clock)


@in_one_transaction
def forget_corrections(*, clock: Clock) -> int:
    """Delete what was settled long enough ago; returns how many."""
    return Correction.objects.filter(settled_at__lte=clock() - KEPT).delete()[0]


def _open(reader: UUID) -> Correction:
    row = Correction.objects.filter(pk=reader, settled_at__isnull=True).first()
    if row is None:
        raise CorrectionGone
    return row


def _known(reader: UUID) -> ReaderView:
    known = queries.reader(reader)
    if known is None or known.erased_at is not None or known.survivor is not None:
        raise ReaderGone
    return known


class Corrections:
    """What readers asked to be put right."""

    name = "corrections"

    def obstacles(self, person: Collection[UUID]) -> list[str]:
        """Nothing that was asked keeps anybody from being erased."""
        return []

    def told(self, person: Collection[UUID]) -> list[Mapping[str, Any]]:
        """Give what was asked, and what became of it."""
        rows = Correction.objects.filter(pk__in=list(person)).order_by("asked_at")
        return [
            {
                **row.said,
                "note": row.note or None,
                "at": row.asked_at.isoformat(),
                "ended_at": row.settled_at.isoformat() if row.settled_at else None,
                "reason": row.reason or None,
            }
            for row in rows
        ]

    def forget(self, person: Collection[UUID], clock: Clock) -> None:
        """Delete it."""
        Correction.objects.filter(pk__in=list(person)).delete()
