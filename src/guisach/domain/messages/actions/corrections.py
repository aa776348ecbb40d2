"""Readers hear what became of the correction of their data that they asked for."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guisach.domain.messages.kinds import Kind, Told, Words, register
from guisach.domain.messages.queries import contacts
from guisach.domain.messages.steps import queue
from guisach.domain.readers.kinds import on_correction_settled

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from guisach.kernel.clock import Clock

_OF_NO_USE_AFTER: Final = timedelta(days=30)


def _words(tolds: Sequence[Told]) -> list[Words | None]:
    """What was corrected stands in no message: others may see a telephone."""
    who = contacts({told.reader for told in tolds}, tolds[0].at)
    found: list[Words | None] = []
    for told in tolds:
        contact, last = who.get(told.reader), (told.data or ({},))[-1]
        if contact is None:
            found.append(None)
            continue
        done = _("%(name)s: your data were corrected as you asked.") % {"name": contact.name}
        left = _("%(name)s: your data were left as they are. Please ask at the place of your card.") % {
            "name": contact.name
        }
        first = done if last.get("applied") else left
        reason = str(last.get("reason") or "")
        found.append(Words(_("About your data"), "\n\n".join(filter(None, (first, reason))), (first,)))
    return found


CORRECTION_SETTLED: Final = Kind(
    "correction_settled", gettext_lazy("what became of a correction that was asked for"), _words
)


def tell(reader: UUID, asked_at: datetime, place: str, is_applied: bool, reason: str, clock: Clock) -> None:
    """Queue the message, once for each correction; inside the transaction of whoever settles it."""
    now = clock()
    queue(
        key=f"correction:{reader}:{asked_at:%Y%m%d%H%M%S%f}",
        kind=CORRECTION_SETTLED.name,
        reader=reader,
        at=now,
        place=place,
        data={"applied": is_applied, "reason": reason},
        not_after=now + _OF_NO_USE_AFTER,
    )


def register_corrections() -> None:
    """Make the kind of message known, and listen."""
    register(CORRECTION_SETTLED)
    on_correction_settled(tell)
