"""Reminders of books: planned once a day for the whole network, and what a keeper does about them in person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

from guisach.domain.circulation.queries.notices import words_about_due, words_about_late
from guisach.domain.circulation.queries.overdue import loans_to_remind, open_loans_at, subject_of
from guisach.domain.circulation.rules.notices import SOON, stage_of
from guisach.domain.journal.steps import in_one_transaction
from guisach.domain.messages import actions as messages
from guisach.domain.messages.kinds import Kind, register
from guisach.domain.messages.queries import channel_for, contacts, known_keys
from guisach.domain.messages.rules.states import BY_MACHINE, Channel
from guisach.domain.messages.steps import queue
from guisach.kernel.clock import local_date

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from guisach.domain.circulation.queries.overdue import DueLoan
    from guisach.domain.circulation.rules.notices import Stage
    from guisach.kernel.clock import Clock

OVERDUE: Final = Kind("overdue", _("reminder of books that are late"), words_about_late)
DUE_SOON: Final = Kind("due_soon", _("reminder of books that are due soon"), words_about_due)
_AT_ONCE: Final = 100  # queued in one transaction

Planned = tuple["DueLoan", "Stage"]


def plan_notices(*, clock: Clock) -> int:
    """Queue the reminders that are due today, each once; returns how many. Can be run as often as one likes.

    Places that are closed today are silent, and closed days make no book late. A renewed loan begins anew.
    """
    now = clock()
    planned = 0
    for loans in loans_to_remind(local_date(now)):
        due = [(loan, stage) for loan in loans if (stage := stage_of(loan.late)) is not None]
        wanted = _wanted(due, now)
        # By readers, so that two who plan at once wait for each other in one order.
        wanted.sort(key=lambda one: (one[0].reader, one[0].op))
        for start in range(0, len(wanted), _AT_ONCE):
            planned += _queue_all(wanted[start : start + _AT_ONCE], now)
    return planned


def _wanted(due: Sequence[Planned], now: datetime) -> list[Planned]:
    """Leave out what is known, and reminders before the date where no machine would carry them."""
    known = known_keys({_key(*one) for one in due})
    who = contacts({loan.reader for loan, stage in due if stage is SOON}, now)
    by_machine = {id_ for id_, contact in who.items() if channel_for(DUE_SOON, contact) in BY_MACHINE}
    return [one for one in due if _key(*one) not in known and (one[1] is not SOON or one[0].reader in by_machine)]


@in_one_transaction
def _queue_all(planned: Sequence[Planned], now: datetime) -> int:
    return sum(
        queue(
            key=_key(loan, stage),
            kind=(DUE_SOON if stage is SOON else OVERDUE).name,
            reader=loan.reader,
            at=now,
            place=loan.place,
            subject=loan.subject,
        )
        is not None
        for loan, stage in planned
    )


def _key(loan: DueLoan, stage: Stage) -> str:
    return f"notice:{loan.op}:{loan.due_on:%Y%m%d}:{stage.code}"


@in_one_transaction
def slip_for(*, reader: UUID, place: str, op_id: UUID, clock: Clock) -> UUID | None:
    """Put a slip about a reader's late books of a place on the pile to be printed; None where there are none."""
    now = clock()
    made = None
    for loan in open_loans_at(reader, place, local_date(now)):
        made = queue(
            key=f"slip:{op_id}:{loan}",
            kind=OVERDUE.name,
            reader=reader,
            at=now,
            place=place,
            subject=subject_of(loan),
            channel=Channel.SLIP,
        )
    return made


def note_talk(*, reader: UUID, place: str, op_id: UUID, by: int, clock: Clock) -> bool:
    """Note that somebody talked with a reader about the late books of a place; False where there are none."""
    loans = open_loans_at(reader, place, local_date(clock()))
    subjects = {subject_of(loan): f"talk:{op_id}:{loan}" for loan in loans}
    talk = messages.note_talk(reader=reader, kind=OVERDUE.name, place=place, subjects=subjects, by=by, clock=clock)
    return talk is not None


def register_notices() -> None:
    """Make the room's kinds of message known."""
    register(OVERDUE)
    register(DUE_SOON)
